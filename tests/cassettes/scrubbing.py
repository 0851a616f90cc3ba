"""What is taken out of a request and its answer before they are written to a cassette.

Headers are kept only if they are named here. In addresses, forms and JSON the value of every field whose name promises
a secret goes, whatever it holds, and in all text what is known to be secret or looks like it. What was recorded against
somebody's account keeps only what describes the market (countries, prices, states, dates); numbers in it become numbers
that nobody has, the same one each time.

Scrubbing what was scrubbed changes nothing, because replaying scrubs both sides again.
"""

import base64
import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

import msgspec

PLACEHOLDER = "SCRUBBED"

FORBIDDEN = re.compile(
    rf"\b(?:App|Basic|Bearer|IBSSO)\b[ +](?!{PLACEHOLDER})"
    r"|(?:acc|aut)[0-9a-f]{8}-"
    r"|eyJ[\w-]{5,}"
    r"|-----BEGIN"
    r"|127\.0\.0\.1|localhost"
    r"|(?:api_key|account_id|session_id)=(?!SCRUBBED)"
    r"|[A-Za-z0-9+/=_-]{60,}"
)
"""What no cassette may hold: what looks like a credential, or like an address of this machine."""

HOST = "provider.invalid"
ORIGIN = f"http://{HOST}"
"""Scheme and host of every cassette. `invalid` resolves nowhere."""

REQUEST_HEADERS = ("accept", "authorization", "content-type")
ANSWER_HEADERS = ("content-type", "retry-after")

_SECRET = re.compile(
    r".*(accountid|accountname|accountemail|accountsid|apikey|authorization|cookie|credentials|jwt|keyid|password"
    r"|privatekey|secret|session|sessionid|signature|token|username)"
)
_SCHEME = re.compile(r"(?i)\b(App|Basic|Bearer|IBSSO)(\s|\+|%20)+[^\s\"'&,;<>\\]+")
_LOOKS_SECRET = re.compile(
    r"-----BEGIN.*?(?:-----END[^-]*-----|$)"  # a key in PEM form
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*"  # a token (JWT)
    r"|\b(?:acc|aut)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # Apifonica's accounts and their tokens
    r"|[A-Za-z0-9+/=_-]{60,}",
    re.DOTALL,
)
_LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")
_DIGITS = re.compile(r"\+?\d{5,}")
_WHOSE = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+|\b[0-9A-Fa-f-]{16,}\b")
_STAND_IN = re.compile(r"\+?69900\d{4}")

# Of an account's cassettes: fields of JSON, form and query that tell nothing about whose they are.
_MARKET = re.compile(
    r"(.*(country|countryname|countrycode|countrystate|countrystatename|region|regionid|regionname|regioncode|prefix"
    r"|category|categoryname|price|pricepermonth|setupprice|initialmonthprice|reserve|currency|period|status|type"
    r"|capabilities|method|mode|locale|renewal|date|until|addresstype|requiredverification|verificationname|code)"
    r"|result|count|phonecount|totalcount|numbercount|limit|offset|page|created|updated|modified|voice|messaging|sandbox|orderby"
    r"|errorcode|messageid|message|msg|text|statuscode|statusmessage)"
)
_NUMBER = re.compile(r".*(phonenumber|number)")


class Scrubber:
    """Takes out what must not stand in a cassette.

    Args:
        secrets: texts that are known to be secret.
        account: whether what is recorded is somebody's, and not the sandbox's.
    """

    def __init__(self, secrets: Iterable[str] = (), *, account: bool = False) -> None:
        self._account = account
        spellings = {form for secret in secrets if secret for form in _spellings(secret)}
        self._secrets = sorted(spellings, key=len, reverse=True)
        self._stand_ins: dict[str, str] = {}

    def request(self, request: Any) -> Any:
        """For vcrpy's `before_record_request`."""
        kind = str(request.headers.get("content-type", ""))
        request.uri = self.uri(request.uri)
        if request.body:
            request.body = self.body(request.body, kind)
        request.headers = {
            name.lower(): self._header(name.lower(), value)
            for name, value in request.headers.items()
            if name.lower() in REQUEST_HEADERS
        }
        return request

    def answer(self, answer: dict[str, Any]) -> dict[str, Any]:
        """For vcrpy's `before_record_response`."""
        headers = {name.lower(): values for name, values in answer["headers"].items()}
        kind = headers.get("content-type", [""])[0]
        body = answer["body"]["string"]
        if body:
            # vcrpy has undone the compressions that it knows; nobody can look into another one.
            body = PLACEHOLDER.encode() if headers.get("content-encoding") else self.body(body, kind)
        code = answer["status"]["code"]
        known = {status.value: status.phrase for status in HTTPStatus}
        return {
            "status": {"code": code, "message": known.get(code, "")},
            "headers": {
                name: [self._header(name, value) for value in headers[name]]
                for name in sorted(headers)
                if name in ANSWER_HEADERS
            },
            "body": {"string": body},
        }

    def uri(self, uri: str) -> str:
        """An address, at a host that there isn't."""
        parts = urlsplit(uri)
        segments = parts.path.split("/")
        for at, segment in enumerate(segments):
            before = segments[at - 1] if at else ""
            if before == "accounts" or (self._account and before == "numbers" and segment != "available"):
                segments[at] = PLACEHOLDER if segment else segment
        path = self.text("/".join(segments))
        return urlunsplit(("http", HOST, path, self._fields(parts.query), ""))

    def body(self, body: bytes, kind: str) -> bytes:
        """A body of that content type. One that can't be read is taken out as a whole."""
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return PLACEHOLDER.encode()
        if "multipart" in kind:
            return PLACEHOLDER.encode()
        if "x-www-form-urlencoded" in kind:
            return self._fields(text).encode()
        try:
            return self._json("", msgspec.Raw(body))
        except (msgspec.DecodeError, RecursionError):
            return self.text(self._loose(text)).encode()

    def text(self, text: str) -> str:
        """Any text, without what is known to be secret or looks like it."""
        for secret in self._secrets:
            text = text.replace(secret, PLACEHOLDER)
        text = _SCHEME.sub(lambda found: f"{found[1]} {PLACEHOLDER}", text)
        text = _LOOKS_SECRET.sub(PLACEHOLDER, text)
        return _LOOPBACK.sub(ORIGIN, text)

    def _header(self, name: str, value: str) -> str:
        if name != "authorization":
            return self.text(value)
        scheme = value.partition(" ")[0]
        return f"{scheme} {PLACEHOLDER}" if scheme in ("App", "Basic", "Bearer", "IBSSO") else PLACEHOLDER

    def _fields(self, written: str) -> str:
        """A query or a form. Fields that stay are left as they were written."""
        kept: list[str] = []
        for part in written.split("&") if written else []:
            pairs = parse_qsl(part, keep_blank_values=True)
            if not pairs:
                kept.append(self.text(part))
                continue
            (name, value) = pairs[0]
            clean = (self.text(name), self._value(name, value))
            kept.append(part if clean == (name, value) else urlencode([clean]))
        return "&".join(kept)

    def _json(self, name: str, raw: msgspec.Raw) -> bytes:
        """JSON under that name. What stays keeps its spelling, such as a number's zeros."""
        written = bytes(raw).strip()
        opening = written[:1]
        if opening == b"{":
            if name and _is_secret(name):
                return json.dumps(PLACEHOLDER).encode()
            fields = msgspec.json.decode(written, type=dict[str, msgspec.Raw])
            return msgspec.json.encode(
                {self.text(key): msgspec.Raw(self._json(key, value)) for key, value in fields.items()}
            )
        if opening == b"[":
            items = msgspec.json.decode(written, type=list[msgspec.Raw])
            return msgspec.json.encode([msgspec.Raw(self._json(name, item)) for item in items])
        value: object = msgspec.json.decode(written)
        if isinstance(value, str):
            clean = self._value(name, value)
            return written if clean == value else msgspec.json.encode(clean)
        if value is None or isinstance(value, bool):
            return written
        if _is_secret(name) or written.decode() in self._secrets:
            return b"0"
        if self._account and not _MARKET.fullmatch(_plain(name)):
            return b"0"
        return written

    def _value(self, name: str, value: str) -> str:
        if not value or value == PLACEHOLDER:
            return value
        if _is_secret(name):
            return PLACEHOLDER
        if value.startswith(("http://", "https://")):
            address = urlsplit(value)
            if self._account or "/accounts/" in address.path or _LOOPBACK.match(value):
                return self.uri(value) if "/accounts/" in address.path or not self._account else PLACEHOLDER
        clean = self.text(value)
        if not self._account:
            return clean
        plain = _plain(name)
        if _NUMBER.fullmatch(plain):
            return self._numbers(clean)
        if _MARKET.fullmatch(plain):
            # Words for people may quote a number or a name; dates and codes have no run of five digits.
            return _DIGITS.sub(lambda found: self._number(found[0]), _WHOSE.sub(PLACEHOLDER, clean))
        return value if value in ("true", "false", "all") else PLACEHOLDER

    def _numbers(self, text: str) -> str:
        return ";".join(self._number(item) for item in text.split(";"))

    def _number(self, number: str) -> str:
        if _STAND_IN.fullmatch(number):
            return number
        plus = "+" if number.startswith("+") else ""
        digits = number.removeprefix("+")
        return plus + self._stand_ins.setdefault(digits, f"69900{len(self._stand_ins):04d}")

    def _loose(self, text: str) -> str:
        """Text of no known form, in which fields may stand nevertheless."""
        found = re.compile(r"(?P<name>[\w-]+)(?P<is>[\"']?\s*[:=]\s*[\"']?)(?P<value>[^\s\"'&;,<>]+)")

        def clean(match: re.Match[str]) -> str:
            if _is_secret(match["name"]):
                return f"{match['name']}{match['is']}{PLACEHOLDER}"
            return match[0]

        # Of somebody's account nothing is left that isn't understood.
        return PLACEHOLDER if self._account else found.sub(clean, text)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _is_secret(name: str) -> bool:
    return bool(_SECRET.fullmatch(_plain(name)))


def _spellings(secret: str) -> list[str]:
    """The ways in which a secret may be written."""
    encoded = base64.b64encode(secret.encode()).decode()
    in_json = json.dumps(secret)[1:-1]
    return [secret, quote(secret, safe=""), quote_plus(secret), encoded, encoded.rstrip("="), in_json]


def credentials(given: Any) -> list[str]:
    """All texts of a client's sign-in arguments, which may be nested, that are long enough to be told apart."""
    if isinstance(given, dict):
        values = cast("dict[str, Any]", given).values()
        texts = [value for value in values if isinstance(value, str) and value]
        pairs = [f"{one}:{other}" for one in texts for other in texts]  # as HTTP Basic joins them
        return [*(text for value in values for text in credentials(value)), *pairs]
    return [given] if isinstance(given, str) and len(given) > 4 else []

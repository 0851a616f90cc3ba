"""Requests of all sorts, made up from a seed: right ones, nearly right ones, and bytes that mean nothing."""

import json
from collections.abc import Mapping
from random import Random
from typing import Any
from urllib.parse import quote, quote_plus

from numberline_sandbox import Request, Sandbox
from tests.sandbox.support import APP, FORM, KEY, basic
from tests.support import spec

METHODS = ("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get", "pOST")
KINDS = (
    FORM,
    f"{FORM}; charset=utf-16",
    "application/json",
    "application/json; charset=klingon",
    "multipart/form-data; boundary=b",
    'multipart/form-data; boundary="b b"',
    "multipart/form-data; boundary=",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "(" * 90,
    "text/plain",
    "application/octet-stream",
    "",
    ";;;=",
    "é",
)
TEXTS = (
    *("", "0", "-0", "+1", "-1", "1.0", "1e309", "NaN", "null", "None", "true", "FALSE", "yes", "9" * 18, "9" * 400),
    *(" 5", "1_000", "٣", "\uff11", "0x1F", "all", "ALL", ";", ";;", "1;2;", "1,2", ",", "[]", "{}", "[1", "\x00"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "2026-01-01 00:00:00", "2026-01-01T00:00:00Z", "2026-01-01 24:00:00"),
    *("é", "\U0001f4a9", "a" * 5000, "../..", "%", "%zz", "%25", "{accountSID}", "' OR 1=1 --", "<b>", "\r\nX: y"),
    *("\u202e", "\ud800", "GEOGRAPHIC", "XX", "US", "51", "699116588", "1620500", "support", "SMS,VOICE", "EN"),
    *("phone_price", "VERIFIED", "78D8394AC3EG0460B4CF0E723FC31B49", "6FED0BC540BFADD9B05ED7D89AAC22FA"),
    "3B9D1EACAB7FBDRN%EE03592BFCD6BE",
)
RAW = (
    *("%", "%%", "%F", "%FF%FE", "%ED%A0%80", "%00", "%2F..%2F", "=", "&&", "a=b=c", "=x", "+", "#", "?", ";", "\\"),
    *("[", "~"),
)
ODD_JSON = (
    *(b"", b"[" * 9999, b'{"numberKey":' * 999, b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"numberKey":"\\ud800"}'),
    *(b"9" * 9999, b'{"numberKey":1e999999999}', b"{'a':1}", b'"text"', b"null", b'{"numberKey":"a","numberKey":"b"}'),
)


class Requests:
    """A provider's requests.

    Args:
        seed: requests with the same one are the same.
    """

    def __init__(self, provider: str, sandbox: Sandbox, seed: int) -> None:
        self._chance = Random(f"{provider}/{seed}")
        self._provider = provider
        self._operations = [
            (method.upper(), path, operation)
            for path, item in spec(provider)["paths"].items()
            for method, operation in item.items()
        ]
        self._prefixes = {"infobip": ("/sms/1", "/numbers/1", "/sms/2", "")}.get(provider, ("",))
        self._sid: str = sandbox.credentials["apifonica"]["account_sid"]
        self._signed: Mapping[str, str] = {"infobip": APP, "apifonica": basic(sandbox)}.get(provider, {})

    def next(self) -> Request:
        """One more."""
        chance = self._chance
        method, path, operation = chance.choice(self._operations)
        parameters = [given["name"] for given in operation.get("parameters", []) if given["in"] == "query"]
        for media in operation.get("requestBody", {}).get("content", {}).values():
            parameters += media["schema"]["properties"]
        if chance.random() < 0.15:
            method = chance.choice(METHODS)
        pairs = [(self._name(parameters), self._text()) for _ in range(chance.choice((0, 1, 1, 2, 3, 8)))]
        headers = dict(self._signed) if chance.random() < 0.8 else self._sign_in()
        if self._provider == "voximplant" and chance.random() < 0.8:
            pairs += KEY.items()
        target = self._path(path, operation["operationId"])
        in_query = method != "POST" or chance.random() < 0.2
        if in_query:
            target += "?" + self._urlencoded(pairs)
        if chance.random() < 0.05:
            target += chance.choice(RAW)
        body = b""
        if not in_query or chance.random() < 0.2:
            kind = chance.choice(KINDS) if chance.random() < 0.4 else FORM if self._signed != APP else KINDS[2]
            headers["content-type"] = kind
            body = self._body(kind, pairs)
        return Request(method, target, headers, body, chance.choice(("http", "https")))

    def _name(self, known: list[str]) -> str:
        return self._chance.choice(known) if known and self._chance.random() < 0.9 else self._text()

    def _text(self) -> str:
        chance = self._chance
        if chance.random() < 0.9:
            return chance.choice(TEXTS)
        return "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0x3000)))) for _ in range(9))

    def _sign_in(self) -> dict[str, str]:
        schemes = ("Basic", "basic", "Bearer", "App", "IBSSO", "Digest", "", "é")
        secrets = ("", "!!!", "YTpi", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpc3MiOjF9.", "x" * 9000, "Ã©", "eyJh.e30.e30 x")
        choice = self._chance.choice
        return choice(({}, {"authorization": f"{choice(schemes)} {choice(secrets)}"}, {"authorization": ""}))

    def _path(self, path: str, operation: str) -> str:
        chance = self._chance
        if self._provider == "voximplant" and chance.random() < 0.2:
            path = f"/platform_api?cmd={operation}&" if chance.random() < 0.5 else "/platform_api/"
        account = self._sid if chance.random() < 0.8 else self._text()
        path = path.replace("{accountSID}", quote(account, safe="", errors="replace"))
        path = path.replace("{numberKey}", quote(self._text(), safe="", errors="replace"))
        path = chance.choice(self._prefixes[: 2 if chance.random() < 0.95 else None]) + path
        if chance.random() < 0.1:
            at = chance.randrange(1, len(path) + 1)
            path = path[:at] + chance.choice((*RAW, "/", "//", "/./", "/../", "é")) + path[at:]
        return path + chance.choice(("", "", "", "/"))

    def _urlencoded(self, pairs: list[tuple[str, str]]) -> str:
        if self._chance.random() < 0.1:
            return "&".join(self._chance.choice(RAW) + name for name, _ in pairs)
        return "&".join(f"{quote_plus(k, errors='replace')}={quote_plus(v, errors='replace')}" for k, v in pairs)

    def _body(self, kind: str, pairs: list[tuple[str, str]]) -> bytes:
        chance = self._chance
        if chance.random() < 0.1:
            return chance.randbytes(chance.choice((1, 30, 3000)))
        if kind.startswith("application/json"):
            body = self._json(pairs)
        elif kind.startswith("multipart"):
            body = self._multipart(kind, pairs)
        else:
            body = self._urlencoded(pairs).encode(errors="replace")
        if chance.random() < 0.1:
            body = body[: chance.randrange(len(body) + 1)]
        return body

    def _json(self, pairs: list[tuple[str, str]]) -> bytes:
        values: tuple[Any, ...] = (None, True, 0, -1.5, 10**400, float("nan"), float("inf"), [], {}, [[]], {"a": {}})
        choice = self._chance.choice
        members = [(name, choice((text, choice(values)))) for name, text in pairs]
        written = ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in members)
        return choice(ODD_JSON) if self._chance.random() < 0.2 else f"{{{written}}}".encode()

    def _multipart(self, kind: str, pairs: list[tuple[str, str]]) -> bytes:
        choice = self._chance.choice
        boundary = kind.partition("boundary=")[2].strip('"') or "b"
        end = choice(("\r\n", "\r\n", "\r\n", "\n"))
        lines: list[str] = []
        for name, text in pairs:
            quoted = choice((f'"{name}"', name, f'"{name}', '""', f'"{name}"; filename="a"'))
            lines += [f"--{boundary}", f"{choice(('Content-Disposition', 'X'))}: form-data; name={quoted}", "", text]
        lines += choice(([f"--{boundary}--", ""], [], [f"--{boundary}"]))
        return end.join(lines).encode(errors="replace")

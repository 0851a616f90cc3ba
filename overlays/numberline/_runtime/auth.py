"""Signing in: what is added to a request so that the provider knows who asks.

A signer is asked once for each request, by any thread or task, and holds the only copy of the credentials. None of
them shows in its repr.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from functools import wraps
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, ParamSpec, Protocol, TypeVar, cast

from ..errors import InvalidArgument, NumberlineError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Secret = str | Callable[[], str]
"""A secret, or a function that gives the one in force, so that it can change while a client lives. It is called for
every request and may be called by several threads."""


Location = Literal["header", "form", "query"]
"""Where in a request a signer's secrets travel."""


P = ParamSpec("P")
T = TypeVar("T")


def discreet(function: Callable[P, T]) -> Callable[P, T]:
    """Let errors of ours out of a function without its frames, in which secrets stand."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (NumberlineError, TypeError) as error:
            failure = error.with_traceback(None)
        del args
        kwargs.clear()
        raise failure

    return call


class Signature:
    """What a request carries to be known: headers, and fields beside those of its form or of its query.

    `secrets` is every text in it that must not be shown to anybody, for redacting what a provider says. No tuple, which
    whatever reports errors would take apart.
    """

    __slots__ = ("fields", "headers", "query", "secrets")

    def __init__(
        self,
        headers: Mapping[str, str],
        fields: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.headers = headers
        self.fields = fields or {}
        self.query = query or {}
        self.secrets = secrets

    def __repr__(self) -> str:
        return f"<Signature with {', '.join([*self.headers, *self.fields, *self.query])}>"


class Signer(Protocol):
    """Signs requests.

    Attributes:
        location: where its secrets travel. A form can only be signed where there is one.
    """

    location: ClassVar[Location]

    @property
    def header(self) -> str:
        """The header that callers can't set, in lower case."""
        ...

    @property
    def limit_key(self) -> Hashable:
        """What is equal for all clients that sign in alike, and share rate limits. It never leaves the process."""
        ...

    @property
    def account(self) -> str:
        """A fingerprint of the account, the same in every process. Not a credential, and not to be turned into one."""
        ...

    def renew(self, refused: Signature) -> bool:
        """Whether, after this signature was refused, signing again gives another one."""
        ...

    def sign(self) -> Signature:
        """What the next request carries."""
        ...


class Header:
    """A secret in a header: `Authorization: <scheme> <secret>`, or `<header>: <secret>` where there is no scheme."""

    location: ClassVar[Location] = "header"

    def __init__(self, scheme: str, name: str, secret: Secret, *, header: str = "authorization") -> None:
        self.header = header
        self._prefix = f"{scheme} " if scheme else ""
        self._name = name
        self._secret = _checked(name, secret)
        self.limit_key: Hashable = secret if callable(secret) else fingerprint(resolve_secret(name, secret))

    @property
    def account(self) -> str:
        return fingerprint(resolve_secret(self._name, self._secret))

    def renew(self, refused: Signature) -> bool:
        return callable(self._secret) and self.sign().secrets != refused.secrets

    @discreet
    def sign(self) -> Signature:
        secret = resolve_secret(self._name, self._secret)
        if not secret.isascii():
            raise InvalidArgument(f"{self._name} holds characters that can't be sent", parameter=self._name)
        return Signature({self.header: f"{self._prefix}{secret}"}, secrets=(secret,))


class Basic:
    """HTTP Basic."""

    location: ClassVar[Location] = "header"
    header = "authorization"

    def __init__(self, user: tuple[str, str], password: tuple[str, Secret]) -> None:
        self._user = resolve_secret(*user)
        if ":" in self._user:
            raise InvalidArgument(f"{user[0]} can't hold a colon", parameter=user[0])
        self._password = password[0], _checked(*password)
        self.limit_key: Hashable = self._user
        self.account = fingerprint(self._user)

    def renew(self, refused: Signature) -> bool:
        return callable(self._password[1]) and self.sign().secrets != refused.secrets

    @discreet
    def sign(self) -> Signature:
        password = resolve_secret(*self._password)
        pair = base64.b64encode(f"{self._user}:{password}".encode()).decode()
        return Signature({"authorization": f"Basic {pair}"}, secrets=(password, pair))


class FormFields:
    """Credentials as form fields, in the body, where no server writes them to a log.

    Args:
        public: fields that are not secret.
        secret: the field that is.
    """

    location: ClassVar[Location] = "form"
    header = "authorization"

    def __init__(self, public: Mapping[str, str], secret: tuple[str, Secret]) -> None:
        self._public = {name: resolve_secret(name, value) for name, value in public.items()}
        self._secret = secret[0], _checked(*secret)
        self.limit_key: Hashable = "/".join(self._public.values())
        self.account = fingerprint("/".join(self._public.values()))

    def renew(self, refused: Signature) -> bool:
        return callable(self._secret[1]) and self.sign().secrets != refused.secrets

    @discreet
    def sign(self) -> Signature:
        name, secret = self._secret[0], resolve_secret(*self._secret)
        return Signature({}, {**self._public, name: secret}, secrets=(secret,))


class QueryFields(FormFields):
    """Credentials as parameters of the query, which every request has. Servers and proxies may log a query, so this is
    for providers that take nothing else."""

    location: ClassVar[Location] = "query"

    @discreet
    def sign(self) -> Signature:
        signature = super().sign()
        return Signature({}, query=signature.fields, secrets=signature.secrets)


class ServiceAccount:
    """A bearer token (JWT, RS256) that the client signs itself with a service account's private key.

    The key is loaded once, with the first request. A token is signed once for its lifetime, however many threads ask,
    and anew a minute before it ends.

    Args:
        credentials: the key file's path, or what it holds: `account_id`, `key_id` and `private_key`.
        acting_for: the child account in whose name to act, instead of the key's own.
        clock: gives seconds since 1970.

    Raises:
        InvalidArgument: if the file can't be read or lacks one of the three.
    """

    location: ClassVar[Location] = "header"
    header = "authorization"
    LIFETIME = 3600  # seconds; the longest that the provider accepts
    MARGIN = 60
    SKEW = 10  # seconds by which this machine's clock may be ahead without a token seeming to come from the future

    def __init__(
        self,
        credentials: str | PathLike[str] | Mapping[str, Any],
        *,
        acting_for: int | str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        key_file = _key_file(credentials)
        for name in ("account_id", "key_id", "private_key"):
            if not key_file.get(name):
                raise InvalidArgument(f"credentials has no {name}", parameter="credentials")
        issuer = check_account("credentials", key_file["account_id"], "account_id of credentials")
        if acting_for is not None:
            issuer = check_account("acting_for", acting_for)
        self._issuer = issuer
        self._key_id = str(key_file["key_id"])
        pem = _line_breaks(str(key_file["private_key"]))
        self._pem: Callable[[], str] = lambda: pem  # not to be seen from outside
        self.limit_key: Hashable = self._issuer
        self.account = fingerprint(self._issuer)
        self._clock = clock
        self._lock = threading.Lock()
        self._key: RSAPrivateKey | None = None
        self._signature = Signature({})
        self._renew_at = 0.0

    @discreet
    def sign(self) -> Signature:
        now = self._clock()
        if now >= self._renew_at:
            with self._lock:
                if now >= self._renew_at:
                    pem, token = self._pem(), self._signed(now)
                    self._signature = Signature({"authorization": f"Bearer {token}"}, secrets=(pem, token))
                    self._renew_at = now + self.LIFETIME - self.SKEW - self.MARGIN
        return self._signature

    def renew(self, refused: Signature) -> bool:
        with self._lock:
            if refused is self._signature:
                self._renew_at = 0.0
        return True

    def _signed(self, now: float) -> str:
        import jwt  # with cryptography behind it, a slow import that only this way to sign in needs

        issued = int(now) - self.SKEW
        claims = {"iss": self._issuer, "iat": issued, "exp": issued + self.LIFETIME}
        if self._key is None:
            self._key = _rsa_key(self._pem())
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._key_id})


@discreet
def _rsa_key(pem: str) -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), password=None)
        kind = type(key).__name__
    except Exception as error:  # the library's own errors are of many kinds and may quote the key
        key, kind = None, type(error).__name__
    if isinstance(key, RSAPrivateKey):
        return key
    raise InvalidArgument(
        f"private_key of credentials is not a private RSA key in PEM form ({kind})", parameter="credentials"
    )


def fingerprint(text: str) -> str:
    """Return the same short text for the same text, from which it can't be had back."""
    return hashlib.sha256(b"numberline:" + text.encode(errors="replace")).hexdigest()[:32]


def _checked(name: str, secret: Secret) -> Secret:
    """The secret as it was given. A plain text is looked at right away."""
    if not callable(secret):
        resolve_secret(name, secret)
    return secret


@discreet
def resolve_secret(name: str, secret: Secret) -> str:
    """The secret now in force.

    Raises:
        InvalidArgument: if it is not printable text, or empty.
    """
    value = secret() if callable(secret) else secret
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} takes a string, not {type(value).__name__}", parameter=name)
    value = value.strip()  # files and environment variables end in a line break
    if not value or not value.isprintable():
        what = "holds characters that can't be sent" if value else "is empty"
        raise InvalidArgument(f"{name} {what}", parameter=name)
    return value


def choose_credentials(**ways: Mapping[str, object]) -> str:
    """Which of a provider's ways to sign in was chosen.

    Args:
        ways: for each way its arguments, None where not given.

    Raises:
        InvalidArgument: if it is none, more than one, or one with a part missing.
    """
    begun = [way for way, parts in ways.items() if any(value is not None for value in parts.values())]
    if len(begun) != 1:
        spelled = "; or ".join(" and ".join(parts) for parts in ways.values())
        found = "none was" if not begun else "more than one was"
        first = next(iter(ways[begun[0] if begun else next(iter(ways))]))
        raise InvalidArgument(f"give one way to sign in ({found} given): {spelled}", parameter=first)
    missing = [name for name, value in ways[begun[0]].items() if value is None]
    if missing:
        beside = " and ".join(name for name in ways[begun[0]] if name not in missing)
        raise InvalidArgument(f"{missing[0]} is needed beside {beside}", parameter=missing[0])
    return begun[0]


def _key_file(credentials: str | PathLike[str] | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(credentials, Mapping):
        return credentials
    if not isinstance(credentials, str | PathLike):
        raise InvalidArgument(
            f"credentials takes a path, JSON text or a mapping, not {type(credentials).__name__}",
            parameter="credentials",
        )
    what = "the credentials file"
    try:
        if isinstance(credentials, str) and credentials.lstrip("\ufeff \t\r\n").startswith("{"):
            what, text = "the text of credentials", credentials
        else:
            text = _text_of(Path(str(credentials).strip()).expanduser())
        held: Any = json.loads(text.lstrip("\ufeff"))
    except OSError as error:
        why = f"can't be read ({error.strerror or error})"
    except (ValueError, RecursionError):
        why = "is not JSON"
    else:
        if isinstance(held, dict):
            return cast("dict[str, Any]", held)
        why = "is not a JSON object"
    raise InvalidArgument(f"{what} {why}", parameter="credentials")


def _text_of(path: Path) -> str:
    if path.is_fifo():  # would be waited for without end if nobody writes
        raise OSError("it is a pipe")
    return path.read_text(encoding="utf-8-sig")


def _line_breaks(pem: str) -> str:
    """Return a key whose line breaks came as backslash and n, as they do in environment variables."""
    return pem if "\n" in pem.strip() else pem.replace("\\r", "").replace("\\n", "\n")


def check_account(parameter: str, given: object, name: str = "") -> str:
    """Return an account's id as text.

    Raises:
        InvalidArgument: unless it is a whole number above 0 or its digits.
    """
    text = str(given).strip() if isinstance(given, int | str) and not isinstance(given, bool) else ""
    if not (text.isascii() and text.isdecimal() and text.strip("0")):
        raise InvalidArgument(f"{name or parameter} takes a whole number above 0, or its digits", parameter=parameter)
    return text

"""Signing in: what is added to a request so that the provider knows who asks.

A signer is asked once for each request, by any thread or task, and holds the only copy of the credentials. None of
them shows in its repr.
"""

import base64
import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import ClassVar, Literal, ParamSpec, TypeVar

from ..errors import InvalidArgument

Secret = str | Callable[[], str]
"""A secret, or a function that gives the one in force, so that it can change while a client lives. It is called for
every request and may be called by several threads."""


Location = Literal["header", "form", "query"]
"""Where in a request a signer's secrets travel."""


P = ParamSpec("P")
T = TypeVar("T")


def discreet(function: Callable[P, T]) -> Callable[P, T]:
    """Raise what a function raises without frames of ours, in which secrets stand; those of a function of the user's
    that gives the secret are kept."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except BaseException as error:  # an interruption, too
            trace = error.__traceback__
            while trace is not None and trace.tb_frame.f_globals.get("__name__", "").startswith("numberline"):
                trace = trace.tb_next
            failure = error.with_traceback(trace)
        del args
        kwargs.clear()
        raise failure

    return call


@dataclass(slots=True, repr=False, eq=False)
class Signature:
    """What a request carries to be known: headers, and fields beside those of its form or of its query.

    `secrets` is every text in it that must not be shown to anybody, for redacting what a provider says. No tuple, which
    whatever reports errors would take apart.
    """

    headers: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Signature with {', '.join([*self.headers, *self.fields, *self.query])}>"


class Signer:
    """Signs requests.

    Args:
        name: the argument that gave the secret.
        secret: the secret. A plain text is looked at right away.
        user: whose secret it is, unless that is known by the secret alone.

    Attributes:
        location: where its secrets travel. A form can only be signed where there is one.
        header: the header that callers can't set, in lower case.
        limit_key: what is equal for all clients that sign in alike, and share rate limits. It never leaves the process.
    """

    location: ClassVar[Location] = "header"
    header = "authorization"

    def __init__(self, name: str, secret: Secret, user: str = "") -> None:
        self._name, self._secret, self._user = name, secret, user
        self.limit_key: Hashable = user or (secret if callable(secret) else self.account)
        if not callable(secret):
            self._resolved()

    @property
    def account(self) -> str:
        """A fingerprint of the account, the same in every process. Not a credential, and not to be turned into one."""
        return fingerprint(self._user or self._resolved())

    def renew(self, refused: Signature) -> bool:
        """Return whether, after this signature was refused, signing again gives another one."""
        return callable(self._secret) and self.sign().secrets != refused.secrets

    def sign(self) -> Signature:
        """Return what the next request carries."""
        raise NotImplementedError

    def _resolved(self) -> str:
        return resolve_secret(self._name, self._secret)


class Header(Signer):
    """A secret in a header: `Authorization: <scheme> <secret>`, or `<header>: <secret>` where there is no scheme."""

    def __init__(self, scheme: str, name: str, secret: Secret, *, header: str = "authorization") -> None:
        super().__init__(name, secret)
        self.header = header
        self._prefix = f"{scheme} " if scheme else ""

    @discreet
    def sign(self) -> Signature:
        secret = self._resolved()
        if not secret.isascii():
            raise InvalidArgument(f"{self._name} holds characters that can't be sent", parameter=self._name)
        return Signature({self.header: f"{self._prefix}{secret}"}, secrets=(secret,))


class Basic(Signer):
    """HTTP Basic."""

    def __init__(self, user: tuple[str, str], password: tuple[str, Secret]) -> None:
        super().__init__(*password, resolve_secret(*user))
        if ":" in self._user:
            raise InvalidArgument(f"{user[0]} can't hold a colon", parameter=user[0])

    @discreet
    def sign(self) -> Signature:
        password = self._resolved()
        pair = base64.b64encode(f"{self._user}:{password}".encode()).decode()
        return Signature({"authorization": f"Basic {pair}"}, secrets=(password, pair))


class FormFields(Signer):
    """Credentials as form fields, in the body, where no server writes them to a log.

    Args:
        public: fields that are not secret.
        secret: the field that is.
    """

    location: ClassVar[Location] = "form"

    def __init__(self, public: Mapping[str, str], secret: tuple[str, Secret]) -> None:
        self._public = {name: resolve_secret(name, value) for name, value in public.items()}
        super().__init__(*secret, "/".join(self._public.values()))

    @discreet
    def sign(self) -> Signature:
        secret = self._resolved()
        return Signature({}, {**self._public, self._name: secret}, secrets=(secret,))


class QueryFields(FormFields):
    """Credentials as parameters of the query, which every request has. Servers and proxies may log a query, so this is
    for providers that take nothing else."""

    location: ClassVar[Location] = "query"

    @discreet
    def sign(self) -> Signature:
        signature = super().sign()
        return Signature({}, query=signature.fields, secrets=signature.secrets)


def fingerprint(text: str) -> str:
    """Return the same short text for the same text, from which it can't be had back."""
    return hashlib.sha256(b"numberline:" + text.encode(errors="replace")).hexdigest()[:32]


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


def check_account(parameter: str, given: object, name: str = "") -> str:
    """Return an account's id as text.

    Raises:
        InvalidArgument: unless it is a whole number above 0 or its digits.
    """
    text = str(given).strip() if isinstance(given, int | str) and not isinstance(given, bool) else ""
    if not (text.isascii() and text.isdecimal() and text.strip("0")):
        raise InvalidArgument(f"{name or parameter} takes a whole number above 0, or its digits", parameter=parameter)
    return text

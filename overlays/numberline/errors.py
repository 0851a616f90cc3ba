"""What can go wrong, as one tree of plain-data exceptions.

Every error is a `NumberlineError`. None holds a live connection, a request or a credential, so all of them can be
logged, pickled and sent to another process.
"""

from typing import Any, ClassVar


class NumberlineError(Exception):
    """Anything that numberline raises on purpose.

    Attributes:
        message: what happened, without the advice that `str()` adds.
        provider: the provider's name, or None where no call was under way.
        operation: the method's name, such as `get_phone_numbers`.
        status: HTTP status of the answer, or None where there was none.
        code: the provider's own error code, an int or a string as the provider sent it.
        text: the provider's own words, with known secrets blotted out.
        parameter: the argument at fault, where one is known.
        request_id: the provider's id of the request, where it sends one.
        attempts: how many requests were sent.
    """

    advice: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        provider: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        code: int | str | None = None,
        text: str | None = None,
        parameter: str | None = None,
        request_id: str | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.operation = operation
        self.status = status
        self.code = code
        self.text = text
        self.parameter = parameter
        self.request_id = request_id
        self.attempts = attempts

    def __str__(self) -> str:
        where = " ".join(part for part in (self.provider, self.operation) if part)
        said = f"{where}: {self.message}" if where else self.message
        return f"{said} {self.advice}" if self.advice else said

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), dict(self.__dict__))


def _revive(kind: type[NumberlineError], state: dict[str, Any]) -> NumberlineError:
    error = kind.__new__(kind, state["message"])
    error.__dict__.update(state)
    return error


class InvalidArgument(NumberlineError, ValueError):
    """An argument that can't be sent. Raised before anything leaves; `parameter` names the argument."""


class ConnectionFailed(NumberlineError):
    """The connection could not be made or broke before the whole answer was here."""

    advice = "Check the network, the proxy and base_url."


class TimedOut(NumberlineError):
    """No complete answer within the time allowed."""

    advice = "Raise timeout= if the provider is known to be slow."


class UnreadableResponse(NumberlineError):
    """An answer that is not what the provider documents: not JSON, a redirect, too large, or without what
    identifies a record. The message says where (a JSON path) and never repeats values."""


class ProviderError(NumberlineError):
    """The provider answered, and refused or failed. The subclasses say which."""


class AuthenticationError(ProviderError):
    """The credentials are wrong, expired or missing."""

    advice = "Check the credentials given to the client, and that they belong to this environment."


class PermissionDenied(ProviderError):
    """Signed in, but not allowed to do this."""

    advice = "Check the roles or scopes of these credentials and whether the account is verified."


class NotFound(ProviderError):
    """What was asked for does not exist for this account."""


class InvalidRequest(ProviderError):
    """The provider refused the arguments."""


class RateLimited(ProviderError):
    """Too many requests, or the provider asks to come back later. Nothing was done."""

    advice = "Wait before the next call."


class InsufficientFunds(ProviderError):
    """The account's balance does not cover the charge."""

    advice = "Top up the account."


class NumberUnavailable(ProviderError):
    """The number, or as many as asked for, can't be had: taken, out of stock or not for sale this way."""

    advice = "Search again and pick another number."


class ServerError(ProviderError):
    """The provider failed on its side."""

    advice = "This is the provider's fault; try again later."


BY_KIND: dict[str, type[ProviderError]] = {
    "authentication": AuthenticationError,
    "token": AuthenticationError,
    "permission": PermissionDenied,
    "not-found": NotFound,
    "invalid": InvalidRequest,
    "rate-limit": RateLimited,
    "later": RateLimited,
    "funds": InsufficientFunds,
    "unavailable": NumberUnavailable,
    "server": ServerError,
}
"""The error class of each `kind` that a spec gives to a provider's code (specs/README.md, `x-errors`)."""


def by_status(status: int) -> type[ProviderError]:
    """The error class of an HTTP status whose body names no code that the spec knows."""
    known = {
        401: AuthenticationError,
        402: InsufficientFunds,
        403: PermissionDenied,
        404: NotFound,
        429: RateLimited,
    }
    return known.get(status, ServerError if status >= 500 else InvalidRequest)

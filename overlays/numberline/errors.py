"""What can go wrong, as one tree of plain-data exceptions.

Every error is a `NumberlineError`. None holds a live connection, a request or a credential, so all of them can be
logged, pickled and sent to another process.
"""

import copyreg
from dataclasses import KW_ONLY, dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar


@dataclass(eq=False, repr=False)
class NumberlineError(Exception):
    """Anything that numberline raises on purpose.

    Attributes:
        message: what happened, without the advice that `str()` adds.
        provider: the provider's name, or None where no call was under way.
        operation: the method's name, such as `get_phone_numbers`.
        status: HTTP status of the response, or None where there was none.
        code: the provider's own error code, an int or a string as the provider sent it.
        name: the provider's name for a code that is a number, such as `INSUFFICIENT_FUNDS`, where the spec has it.
        text: the provider's own words, with known secrets and all but the end of phone numbers redacted.
        parameter: the argument at fault, where one is known.
        request_id: the provider's id of the request, where it sends one.
        attempts: how many requests were sent.
        elapsed: seconds from the call's begin to the error, waits included.
        kind: what the provider's code means, as the spec has it (`rate-limit`, `server` ...), or None.
        retry_after: seconds that the provider asks to wait, where it does.
        never_sent: True if it is certain that no request reached the provider.
        from_provider: True if the error body was the provider's own, not a proxy's.
        effect: `none` if the provider's code means that nothing was done, `unknown` if that is not certain.
    """

    advice: ClassVar[str] = ""

    message: str
    _: KW_ONLY
    provider: str | None = None
    operation: str | None = None
    status: int | None = None
    code: int | str | None = None
    name: str | None = None
    text: str | None = None
    parameter: str | None = None
    request_id: str | None = None
    attempts: int = 0
    elapsed: float = 0.0
    kind: str | None = None
    retry_after: float | None = None
    never_sent: bool = False
    from_provider: bool = False
    effect: str | None = None

    def __post_init__(self) -> None:
        self.args = (self.message,)

    def __str__(self) -> str:
        where = " ".join(part for part in (self.provider, self.operation) if part)
        tried = f"Tried {self.attempts} times in {self.elapsed:.1f} s." if self.attempts > 1 else ""
        said = f"{where}: {self.message}" if where else self.message
        return " ".join(part for part in (said, tried, self.advice) if part)

    def __reduce__(self) -> tuple[Any, ...]:
        return copyreg.__newobj__, (type(self), self.message), self.__dict__  # type: ignore[attr-defined]  # typeshed hides it


class InvalidArgument(NumberlineError, ValueError):
    """An argument that can't be sent. Raised before anything leaves; `parameter` names the argument."""


class ConnectionFailed(NumberlineError):
    """The connection could not be made or broke before the whole response was here."""

    advice = "Check the network, the proxy and base_url."


class TimedOut(NumberlineError):
    """No complete response within the time allowed."""

    advice = "Raise timeout= if the provider is known to be slow."


class UnreadableResponse(NumberlineError):
    """A response that is not what the provider documents: not JSON, a redirect, too large, or without what
    identifies a record. The message says where (a JSON path) and never repeats values."""


@dataclass(eq=False, repr=False, kw_only=True)
class IncompleteListing(NumberlineError):
    """A listing ended before as many distinct records came as the provider told of. Raised after all that came was
    yielded.

    Attributes:
        seen: how many distinct records came.
        told: how many there had to be at least: the smallest total that the provider told on the way.
    """

    advice = "List again; if it stays so, the provider hides records or counts wrong."

    seen: int = 0
    told: int = 0


@dataclass(eq=False, repr=False, kw_only=True)
class JournalUnavailable(NumberlineError):
    """The journal can't be read or written. The purchase or release that needed it was not sent."""

    advice = "It was not sent. Check the file, its disk and who else has it open."

    never_sent: bool = True


@dataclass(eq=False, repr=False, kw_only=True)
class OutcomeUnknown(NumberlineError):
    """A purchase or a release may have been carried out, and nobody knows. It was not sent again.

    Plain data: pickle it, or use `to_json` and `from_json`, and pass it to `client.reconcile()`, in this process or in
    another one. To make one by hand, give everything that has no default below.

    Attributes:
        provider: as in every error; here always given, like `operation`.
        arguments: what was asked for, by the names of the wire, as the text that was sent. May hold phone numbers; the
            message does not.
        account: fingerprint of the account that asked. Not a credential.
        base_url: where the request went.
        sent_at: when the request was sent, by this machine's clock.
        ended_at: when its connection was closed at the latest, by this machine's clock.
        clock_offset: seconds by which the provider's clock was ahead of this machine's, or None if it never said.
        number: the phone number that was to be bought, where the request itself names it by another key.
        owned_before: ids of what the account owned before, where a complete list was taken for this purchase.
        owned_before_at: when that list was asked for.
        result: what the provider returned, as JSON data, where the response has a result although the outcome is in
            doubt: beside an error, for something else than was asked for, or read just before the interruption.
        entry: id of the journal's entry.
        reference: the caller's own reference (`options(reference=)`).
    """

    advice = "Do not call again before client.reconcile(error) or the provider's console shows what the account owns."

    provider: str | None = field()
    operation: str | None = field()
    arguments: dict[str, str]
    account: str
    base_url: str
    sent_at: datetime
    ended_at: datetime = None  # type: ignore[assignment]  # until `__post_init__`: `sent_at` unless given
    clock_offset: float | None = None
    number: str | None = None
    owned_before: tuple[str, ...] | None = None
    owned_before_at: datetime | None = None
    result: Any = None
    entry: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        from ._runtime import outcomes  # not loaded by programs that only read

        super().__post_init__()
        self.arguments = {str(key): str(value) for key, value in self.arguments.items()}
        if self.ended_at is None:
            self.ended_at = self.sent_at
        if (wrong := outcomes.find_wrong(self.__dict__)) is not None:
            raise InvalidArgument(f"{wrong[0]} takes {wrong[1]}", parameter=wrong[0])

    def to_json(self) -> str:
        """Return everything above as a JSON object, for a queue, a file or another process."""
        from ._runtime import outcomes

        return outcomes.to_json({each.name: getattr(self, each.name) for each in fields(self)})

    @classmethod
    def from_json(cls, text: str | bytes) -> "OutcomeUnknown":
        """Return the error that `to_json` wrote.

        Raises:
            InvalidArgument: for any other text.
        """
        from ._runtime import outcomes

        try:
            return cls(**outcomes.from_json(text))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
            why = type(wrong).__name__
            raise InvalidArgument(f"this is not what OutcomeUnknown.to_json wrote ({why})", parameter="text") from None


def outcomes_unknown(error: BaseException) -> list[OutcomeUnknown]:
    """Return what is known of every purchase and release that ended in this exception.

    Looks at the exception, its causes, contexts and, for exception groups, its members: `asyncio.timeout` keeps what it
    cancelled on `__cause__`. A cancellation that nobody sees as an exception (`anyio.move_on_after`, a cancelled
    `TaskGroup`) leaves nothing to look at: the setting `on_unknown=` is called for these, too.
    """
    from ._runtime.outcomes import connected

    return [each for each in connected(error) if isinstance(each, OutcomeUnknown)]


def outcome_unknown(error: BaseException) -> OutcomeUnknown | None:
    """Return the first of `outcomes_unknown`, or None."""
    return next(iter(outcomes_unknown(error)), None)


class ProviderError(NumberlineError):
    """The provider responded, and refused or failed. The subclasses say which."""


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

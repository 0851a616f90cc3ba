"""One call: what to send and how often, how long to wait, and what a response means.

`Call.steps` is a plain generator. It yields what to send or how long to wait and is sent what came of it. It never
waits itself, so sync and async clients share every decision; `drive` and `drive_async` do the waiting.
"""

import logging
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from ..errors import (
    AuthenticationError,
    NumberlineError,
    RateLimited,
    TimedOut,
    UnreadableResponse,
)
from . import rate_limit, responses, retry
from .auth import Signature, Signer, discreet
from .clock import STOPPED, Clock, ProviderClock
from .config import Options
from .operation import Operation, Reconciliation, Request
from .rate_limit import Budget
from .redaction import redact
from .responses import RawResponse
from .transport import Attempt, Connection, Send, TransportFailure

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ..journal import Journal

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")

MIN_WAIT = 1e-6
"""Shorter waits, in seconds, are what is left of one after rounding."""

CLOCK_TOLERANCE = 60.0
"""Seconds by which this machine's clock may differ before a refused sign-in is blamed on it."""

_PLAIN_HEADERS = ("accept", "accept-encoding", "connection", "user-agent")

log = logging.getLogger("numberline")
log.addHandler(logging.NullHandler())

argument_log = logging.getLogger("numberline.arguments")
"""Logs what calls ask for, phone numbers included. Silent unless a program sets the level of this very logger to DEBUG,
whatever the level of its other loggers."""


class Wait(NamedTuple):
    """How many seconds to let pass."""

    seconds: float


class Durable(NamedTuple):
    """Wait until this record of the journal is on disk. It is queued already: waiting or not, it is being written."""

    record: "Future[Any]"


Step = Send | Wait | Durable | Request[Any]
"""A request is a read that the call needs first; it is told the result."""
Received = RawResponse | TransportFailure
Steps = Generator[Step, Received | None, T]
Read = Callable[[Operation[Any], Received], tuple[Any, NumberlineError | None]]


def drive(steps: Generator[S, R, T], do: Callable[[S], R]) -> T:
    """Do each step, tell the generator what came of it, and return its result."""
    try:
        step = next(steps)
        while True:
            try:
                outcome = do(step)
            except BaseException as error:
                del step  # it may hold credentials, and this frame is part of the traceback
                step = steps.throw(error)
            else:
                step = steps.send(outcome)
    except StopIteration as end:
        return cast("T", end.value)


async def drive_async(steps: Generator[S, R, T], do: Callable[[S], Awaitable[R]]) -> T:
    """Do as `drive`, with `await`."""
    try:
        step = next(steps)
        while True:
            try:
                outcome = await do(step)
            except BaseException as error:
                del step
                step = steps.throw(error)
            else:
                step = steps.send(outcome)
    except StopIteration as end:
        return cast("T", end.value)


class Context(NamedTuple):
    """What a call takes from its client."""

    signer: Signer
    connection: Connection
    provider_clock: ProviderClock
    options: Options
    clock: Clock
    budget: Budget | None
    base_url: str
    prefix: str
    read: Read
    journal: "Journal | None"
    reconciliation: Mapping[str, Reconciliation]

    @property
    def account(self) -> str:
        """The fingerprint of the account that signs in."""
        return self.signer.account

    def __repr__(self) -> str:
        return f"<Context of {self.base_url}>"


class Call(Generic[T]):
    """One call of an operation, with all its attempts. Purchases and releases are a `charge.Charge`."""

    has_effect: ClassVar[bool] = False

    def __init__(self, context: Context, request: Request[T]) -> None:
        self._context = context
        self._request = request
        self._operation = operation = request.operation
        self._clock = clock = context.clock
        self._limiter = rate_limit.rate_limiter(
            context.base_url, context.signer.limit_key, operation.name, budget=context.budget
        )
        self._began = self._not_before = clock.monotonic()
        deadline = context.options.deadline
        self._ends = float("inf") if deadline is None else self._began + deadline
        self._attempts = 0
        self._retries_left = context.options.retries
        self._may_renew = True
        self._arrived = False  # whether any request may have reached the provider
        self._signature: Signature | None = None
        self._sent_at: datetime | None = None
        self._failure: NumberlineError | None = None  # of the last attempt
        self._in_flight: Attempt | None = None  # from before the first byte until the outcome is certain
        self._result: Any = None

    def steps(self) -> Steps[T]:
        """Yield what to do, step by step, and return the result.

        Raises:
            NumberlineError: if there is no result.
            RuntimeError: if the client is closed.
        """
        self._check()
        while True:
            if (pause := self._until_retry()) > 0:
                yield Wait(pause)
            slot = self._limiter.reserve(self._clock.monotonic())
            try:
                while (pause := self._until_turn(slot)) > MIN_WAIT:
                    yield Wait(pause)
                yield from self._intend()
                send = self._prepare()
            except BaseException:
                self._limiter.release(slot)
                raise
            started = self._begin(send)
            outcome = yield send
            del send
            error = self._judge(cast("Received", outcome))
            self._log(outcome, started, error)
            if error is None:
                yield from self._landing()
                return cast("T", self._result)
            if not self._repeats_after(error, outcome):
                final = self._final(error)
                yield from self._landing()
                raise final

    def interrupted(self, error: BaseException) -> None:
        """Take notice that `error` ends the call. Of a read nothing has to be kept."""

    # Before an attempt

    def _intend(self) -> Iterable[Durable]:
        """Yield what to wait for before anything is sent."""
        return ()

    def _check(self) -> None:
        self._context.connection.check_open()
        if self.has_effect:
            self._context.connection.check_sends_once()
        if argument_log.level:  # its own, not an inherited one
            argument_log.debug(
                "%s %s: %s", self._operation.provider.name, self._operation.name, self._request.arguments()
            )

    def _until_retry(self) -> float:
        pause = self._not_before - self._clock.monotonic()
        if pause > 0 and self._not_before >= self._ends:
            raise self._finished(self._out_of_time())
        return pause

    def _until_turn(self, slot: float) -> float:
        now = self._clock.monotonic()
        pause = self._limiter.due_at(slot) - now
        if pause > MIN_WAIT:
            if (held := self._limiter.hold_remaining(now)) > retry.LONGEST_WAIT:
                raise self._finished(_held_back(held))
            if now + pause >= self._ends:
                raise self._finished(self._out_of_time())
        return pause

    def _prepare(self) -> Send:
        if (stopped := STOPPED.get()) is not None and stopped.is_set():
            from concurrent.futures import CancelledError

            raise CancelledError  # to nobody: whoever walked through the listing has left
        timeout = min(self._context.options.timeout, self._ends - self._clock.monotonic())
        if timeout <= 0:
            raise self._finished(self._out_of_time())
        self._context.connection.check_open()  # also after the waits, so that it can't be taken for an interruption
        return self._signed(timeout)

    @discreet
    def _signed(self, timeout: float) -> Send:
        connection, prefix = self._context.connection, self._context.prefix
        self._signature = signature = self._context.signer.sign()
        content, content_type = self._request.encode(signature.fields)
        headers = {**connection.headers, **self._context.options.headers, **signature.headers, **content_type}
        return Send.of(
            self._operation.method,
            connection.url(self._request.target(prefix, signature.query), prefix + self._operation.path),
            headers=headers,
            content=content,
            timeout=timeout,
            fresh=self.has_effect,
        )

    def _begin(self, send: Send) -> float:
        self._attempts += 1
        self._sent_at = self._clock.now()
        self._in_flight = send.attempt
        return self._clock.monotonic()

    # After it

    def _judge(self, outcome: Received) -> NumberlineError | None:
        """Return why there is no result, or None if there is one."""
        context = self._context
        if isinstance(outcome, RawResponse):
            context.provider_clock.note(outcome.headers.get("date"), self._clock.now())
            if context.options.on_response is not None:
                context.options.on_response(outcome)
        self._result, error = context.read(self._operation, outcome)
        if error is None:
            if (why := self._mismatch()) is None:
                return None
            error = UnreadableResponse(why)
        self._arrived = self._arrived or not error.never_sent
        if isinstance(error, AuthenticationError):
            self._blame_clock(error)
        return error

    def _mismatch(self) -> str | None:
        """Return why the result is not of what was asked for, or None if it is."""
        return self._request.mismatch(self._result)

    def _log(self, outcome: Received | None, started: float, error: NumberlineError | None) -> None:
        """Log one line for each attempt, which holds nothing of what was sent or received."""
        if log.isEnabledFor(logging.INFO):
            status = outcome.status if isinstance(outcome, RawResponse) else "no response"
            result = f" {type(error).__name__}" if error is not None else ""
            taken = (self._clock.monotonic() - started) * 1000
            operation = self._operation
            args = (operation.provider.name, operation.name, self._attempts, status, result, taken)
            log.info("%s %s attempt %d: %s%s in %.0f ms", *args)

    def _repeats_after(self, error: NumberlineError, outcome: Received | None) -> bool:
        """Return whether to try once more. When, is settled too."""
        self._failure = error
        now = self._clock.monotonic()
        if isinstance(outcome, RawResponse) and error.kind in ("rate-limit", "later", "server"):
            error.retry_after = retry.retry_after(outcome.headers, self._clock.now())
        if error.kind == "rate-limit":
            self._limiter.on_limited(now, error.retry_after, self._operation.rate_limit)
        if self._is_in_doubt(error):
            return False
        self._in_flight = None
        if error.kind in ("token", "authentication") and self._may_renew:
            self._may_renew = False
            if self._context.signer.renew(cast("Signature", self._signature)):
                return True
        asked = error.retry_after or 0.0
        if not self._retries_left or asked > retry.LONGEST_WAIT:
            return False
        if not retry.may_repeat(self._operation.operation_class, error):
            return False
        self._retries_left -= 1
        self._not_before = now + max(asked, retry.backoff(self._attempts, self._clock.random))
        return True

    # The end

    def _landing(self) -> Iterable[Durable]:
        """Yield what to wait for before the call ends."""
        return ()

    def _is_in_doubt(self, error: NumberlineError) -> bool:
        """Return whether the provider may have done what was asked although there is no result."""
        return False

    def _final(self, error: NumberlineError) -> NumberlineError:
        return self._finished(error)

    def _finished(self, error: NumberlineError) -> NumberlineError:
        """Return the error with all that is known of the call, and without secrets."""
        error.provider = self._operation.provider.name
        error.operation = self._operation.name
        error.attempts = self._attempts
        error.elapsed = self._clock.monotonic() - self._began
        error.never_sent = error.never_sent and not self._arrived
        secrets = self._secrets()
        for name in ("text", "code", "parameter", "request_id"):
            if isinstance(given := getattr(error, name), str):
                shown = redact(given, secrets, numbers=name != "request_id")
                setattr(error, name, shown)
                if shown != given:
                    error.message = error.message.replace(given, shown)
        # A short secret may be a part of any word of ours.
        error.message = redact(error.message, tuple(secret for secret in secrets if len(secret) >= 8))
        error.args = (error.message,)
        return error

    def _secrets(self) -> tuple[str, ...]:
        """Return what was sent and must not be shown: credentials, and the values of the user's own headers."""
        own: Mapping[str, str] = {**self._context.connection.headers, **self._context.options.headers}
        values = (value for name, value in own.items() if name not in _PLAIN_HEADERS and len(value) >= 8)
        return (*(self._signature.secrets if self._signature is not None else ()), *values)

    def _out_of_time(self) -> TimedOut:
        why = f" The last failure: {self._failure.message}" if self._failure is not None else ""
        deadline = self._context.options.deadline
        return TimedOut(f"the deadline of {deadline:g} s does not allow another attempt.{why}", never_sent=True)

    def _blame_clock(self, error: NumberlineError) -> None:
        offset = self._context.provider_clock.offset()
        if offset is not None and abs(offset) > CLOCK_TOLERANCE:
            way = "behind" if offset > 0 else "ahead of"
            error.message += f" This machine's clock is {abs(offset):.0f} s {way} the provider's; set it right first."


def _held_back(seconds: float) -> RateLimited:
    return RateLimited(
        f"not sent: the provider asked to be left alone for {seconds:.0f} s more.",
        kind="rate-limit",
        retry_after=seconds,
        never_sent=True,
    )


def read(operation: Operation[Any], outcome: Received) -> tuple[Any, NumberlineError | None]:
    """Return the operation's result, or why there is none."""
    if isinstance(outcome, TransportFailure):
        return None, outcome.error
    try:
        return responses.read(operation, outcome)
    except Exception as failure:  # a bug of ours must not hide that the request was sent
        return None, UnreadableResponse(
            f"HTTP {outcome.status} with a body that can't be read ({type(failure).__name__}).", status=outcome.status
        )

"""One call: what to send and how often, how long to wait, and what a response means.

`Call.steps` is a plain generator. It yields what to send or how long to wait and is sent what came of it. It never
waits itself, so sync and async clients share every decision; `drive` and `asynchronous.drive_async` do the waiting.
What follows a failed attempt is in `retry`, which is loaded with the first one.
"""

import logging
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from ..errors import NumberlineError, UnreadableResponse
from .auth import discreet
from .clock import STOPPED
from .context import LIMITERS, UNLIMITED, Progress, Received
from .operation import Request
from .transport import RawResponse, Send

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")

MIN_WAIT = 1e-6
"""Shorter waits, in seconds, are what is left of one after rounding."""

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
Steps = Generator[Step, Received | None, T]


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


class Call(Progress[T]):
    """One call of an operation, with all its attempts. Purchases and releases are a `charge.Charge`."""

    def steps(self) -> Steps[T]:
        """Yield what to do, step by step, and return the result.

        Raises:
            NumberlineError: if there is no result.
            RuntimeError: if the client is closed.
        """
        self._check()
        while True:
            limiter = LIMITERS.get(self.limiter_key, UNLIMITED)
            slot = limiter.reserve(self.clock.monotonic())
            try:
                while (pause := limiter.due_at(slot) - self.clock.monotonic()) > MIN_WAIT:
                    yield self._wait(pause)
                yield from self._intend()
                send = self._prepare()
            except BaseException:
                limiter.release(slot)
                raise
            started = self._begin(send)
            outcome = yield send
            del send
            error = self._judge(cast("Received", outcome))
            self._log(outcome, started, error)
            if error is None:
                yield from self._landing()
                return cast("T", self.result)
            if not self._repeats_after(error, outcome):
                final = self._final(error)
                yield from self._landing()
                raise final
            if (pause := self.not_before - self.clock.monotonic()) > 0:
                yield self._wait(pause)

    def interrupted(self, error: BaseException) -> None:
        """Take notice that `error` ends the call. Of a read nothing has to be kept."""

    # Before an attempt

    def _check(self) -> None:
        self.context.connection.check_open()
        if self.context.budget is not None:
            from .rate_limit import rate_limiter

            rate_limiter(*self.limiter_key, budget=self.context.budget)
        if argument_log.level:  # its own, not an inherited one
            argument_log.debug("%s %s: %s", self.operation.provider.name, self.operation.name, self.request.arguments())

    def _wait(self, pause: float) -> Wait:
        from . import retry

        return Wait(retry.allowed(self, pause))

    def _intend(self) -> Iterable[Durable]:
        """Yield what to wait for before anything is sent."""
        return ()

    def _prepare(self) -> Send:
        if (stopped := STOPPED.get()) is not None and stopped.is_set():
            from concurrent.futures import CancelledError

            raise CancelledError  # to nobody: whoever walked through the listing has left
        self.context.connection.check_open()  # also after the waits, so that it can't be taken for an interruption
        return self._signed()

    def _timeout(self) -> float:
        """Return how long an attempt that begins now may take.

        Raises:
            NumberlineError: if it must not begin any more.
        """
        timeout = min(self.context.options.timeout, self.ends - self.clock.monotonic())
        if timeout <= 0:
            from . import retry

            raise retry.out_of_time(self)
        return timeout

    @discreet
    def _signed(self) -> Send:
        connection, prefix = self.context.connection, self.context.prefix
        self.signature = signature = self.context.signer.sign()
        content, content_type = self.request.encode(signature.fields)
        return Send.of(
            self.operation.method,
            connection.url(self.request.target(prefix, signature.query)),
            headers={**connection.headers, **self.context.options.headers, **signature.headers, **content_type},
            content=content,
            timeout=self._timeout(),  # only now: a function that gives the secret may take long
            fresh=self.has_effect,
            shown=prefix + self.operation.path,
        )

    def _begin(self, send: Send) -> float:
        self.attempts += 1
        self.sent_at = self.clock.now()
        self.in_flight = send.attempt
        return self.clock.monotonic()

    # After it

    def _judge(self, outcome: Received) -> NumberlineError | None:
        """Return why there is no result, or None if there is one."""
        context = self.context
        if isinstance(outcome, RawResponse):
            context.provider_clock.note(outcome.headers.get("date"), self.clock.now(), self.clock.monotonic())
            if context.options.on_response is not None:
                context.options.on_response(outcome)
        self.result, error = context.read(self.operation, outcome)
        if error is None and (why := self._mismatch()) is not None:
            return UnreadableResponse(why)
        return error

    def _mismatch(self) -> str | None:
        """Return why the result is not of what was asked for, or None if it is."""
        return self.request.mismatch(self.result)

    def _log(self, outcome: Received | None, started: float, error: NumberlineError | None) -> None:
        """Log one line for each attempt, which holds nothing of what was sent or received."""
        if log.isEnabledFor(logging.INFO):
            status = outcome.status if isinstance(outcome, RawResponse) else "no response"
            result = f" {type(error).__name__}" if error is not None else ""
            taken = (self.clock.monotonic() - started) * 1000
            args = (self.operation.provider.name, self.operation.name, self.attempts, status, result, taken)
            log.info("%s %s attempt %d: %s%s in %.0f ms", *args)

    def _repeats_after(self, error: NumberlineError, outcome: Received | None) -> bool:
        """Return whether to try once more. When, is settled too."""
        from . import retry

        return retry.repeats_after(self, error, outcome)

    # The end

    def _landing(self) -> Iterable[Durable]:
        """Yield what to wait for before the call ends."""
        return ()

    def _final(self, error: NumberlineError) -> NumberlineError:
        from . import retry

        return retry.finished(self, error)

"""OpenTelemetry: a span for each call, a duration for each request, and a count of purchases and releases by outcome.

Loaded only in programs that have loaded OpenTelemetry themselves. What fails in here is logged, and changes no call.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import opentelemetry.context as context  # both from a namespace package, which mypy takes for an empty one
import opentelemetry.trace as trace
from opentelemetry.metrics import Counter, Histogram, get_meter

from ..errors import NumberlineError, ProviderError, outcomes_unknown
from .call import Step
from .operation import Operation
from .transport import Send

R = TypeVar("R")

log = logging.getLogger("numberline")


@cache
def _tracer() -> trace.Tracer:
    return trace.get_tracer("numberline")


@cache
def _durations() -> Histogram:
    return get_meter("numberline").create_histogram(
        "http.client.request.duration", unit="s", description="Duration of HTTP client requests."
    )


@cache
def _charges() -> Counter:
    return get_meter("numberline").create_counter(
        "numberline.charges", unit="{charge}", description="Purchases and releases by what became of them."
    )


@contextmanager
def _quiet() -> Generator[None, None, None]:
    try:
        yield
    except Exception:
        log.warning("OpenTelemetry failed; the call goes on without it", exc_info=True)


class CallSpan:
    """A span around a call. It holds no argument, response or message, only names and figures."""

    def __init__(self, operation: Operation[Any], base_url: str, template: str) -> None:
        server = urlsplit(base_url)
        self._operation = operation
        self._attempts = 0
        self._outer: context.Context | None = None
        self._span: trace.Span = trace.INVALID_SPAN
        self._names: dict[str, str | int] = {
            "http.request.method": operation.method,
            "server.address": server.hostname or "",
            "server.port": server.port or (80 if server.scheme == "http" else 443),
            "url.template": template,
            "numberline.provider": operation.provider.name,
            "numberline.operation": operation.name,
        }

    def watching(self, do: Callable[[Step], R]) -> Callable[[Step], R]:
        """Return `do`, sync or async, with every request counted and timed."""

        def watched(step: Step) -> Any:
            if not isinstance(step, Send):
                return do(step)
            self._attempts += 1
            begun = time.perf_counter()
            outcome = do(step)
            if isinstance(outcome, Awaitable):
                return self._awaited(outcome, begun)
            self._came(outcome, begun)
            return outcome

        return watched

    async def _awaited(self, outcome: Awaitable[R], begun: float) -> R:
        came = await outcome
        self._came(came, begun)
        return came

    def _came(self, outcome: Any, begun: float) -> None:
        with _quiet():
            status = getattr(outcome, "status", None)
            told: dict[str, str | int] = (
                {"error.type": "connection"} if status is None else {"http.response.status_code": status}
            )
            if status is not None:
                self._span.set_attribute("http.response.status_code", status)
                if status >= 400:
                    told["error.type"] = str(status)
            _durations().record(time.perf_counter() - begun, self._names | told)

    def __enter__(self) -> Self:
        with _quiet():
            self._span = _tracer().start_span(
                f"{self._operation.provider.name} {self._operation.name}",
                kind=trace.SpanKind.CLIENT,
                attributes=self._names,
            )
            # Not by start_as_current_span: an interruption would leave a generator that the garbage collector closes,
            # and CPython 3.11 crashes if a context variable is reset while another one is being set.
            self._outer = context.get_current()
            context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            with _quiet():
                self._span.set_attribute("numberline.attempts", self._attempts)
                if error is not None:
                    self._span.set_attribute("error.type", self._type_of(error))
                    self._span.set_status(trace.StatusCode.ERROR)
            with _quiet():
                if self._operation.operation_class in ("charge", "release"):
                    names = {name: self._names[name] for name in ("numberline.provider", "numberline.operation")}
                    _charges().add(1, {**names, "numberline.outcome": self._outcome(error)})
        finally:
            self.leave(error)
            with _quiet():
                self._span.end()

    def leave(self, error: BaseException | None) -> None:
        """Make the span before this one the current one again. Idempotent, for an interruption of `__exit__`."""
        # The garbage collector may be closing a coroutine: its context is not the current one.
        if self._outer is not None and not isinstance(error, GeneratorExit):
            with _quiet():
                context.attach(self._outer)
            self._outer = None

    def _outcome(self, error: BaseException | None) -> str:
        if error is None:
            return "bought" if self._operation.operation_class == "charge" else "released"
        if outcomes_unknown(error):
            return "unknown"
        return "refused" if isinstance(error, NumberlineError) and not error.never_sent else "not_sent"

    def _type_of(self, error: BaseException) -> str:
        if isinstance(error, ProviderError) and error.code in self._operation.provider.error_codes:
            return str(error.code)
        return type(error).__name__

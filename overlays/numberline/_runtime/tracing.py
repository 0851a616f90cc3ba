"""OpenTelemetry spans, one for each call. Loaded only in programs that have loaded OpenTelemetry themselves."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import opentelemetry.trace as trace  # from a namespace package, which mypy takes for an empty one

from .call import Step
from .transport import Send

R = TypeVar("R")


class CallSpan:
    """Counts what a call does."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._attempts = 0

    def watching(self, do: Callable[[Step], R]) -> Callable[[Step], R]:
        """Return `do` with every request counted."""

        def watched(step: Step) -> R:
            if isinstance(step, Send):
                self._attempts += 1
                self._span.set_attribute("numberline.attempts", self._attempts)
            return do(step)

        return watched


@contextmanager
def span(provider: str, operation: str, method: str, template: str) -> Generator[CallSpan]:
    """A span around a call. It holds no argument, response or message, only names and figures."""
    attributes: dict[str, str | int] = {
        "http.request.method": method,
        "url.template": template,
        "numberline.provider": provider,
        "numberline.operation": operation,
        "numberline.attempts": 0,
    }
    tracer = trace.get_tracer("numberline")
    with tracer.start_as_current_span(
        f"{provider} {operation}",
        kind=trace.SpanKind.CLIENT,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        call = CallSpan(current)
        try:
            yield call
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(trace.StatusCode.ERROR)
            raise

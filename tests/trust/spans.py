"""What OpenTelemetry is told, for tests."""

from collections.abc import Iterator
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


class Spans:
    """The spans that have ended."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def clear(self) -> None:
        self._exporter.clear()

    @property
    def ended(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def everything(self) -> Iterator[Any]:
        """All that is told of each, as text."""
        for span in self.ended:
            yield span.to_json()
            yield repr(span.events)
            yield repr(span.status.description)


_EXPORTER = InMemorySpanExporter()


def recorded() -> Spans:
    """From now on. OpenTelemetry takes one provider for each process, so it is one for all tests."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(_EXPORTER))
        trace.set_tracer_provider(provider)
    _EXPORTER.clear()
    return Spans(_EXPORTER)

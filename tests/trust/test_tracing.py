"""Spans: one for each call, in the right place, with names and figures only; nothing where nobody traces."""

import asyncio
import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from contextvars import copy_context
from typing import Any

import httpx
import opentelemetry
import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.trace import SpanKind, StatusCode

from numberline import AsyncInfobip, Infobip, Voximplant
from numberline._runtime import tracing
from numberline._runtime.httpcore_log import SENDING
from numberline._runtime.tracing import _charges, _durations
from numberline.errors import InsufficientFunds, NotFound, NumberlineError, OutcomeUnknown, ServerError
from tests.interruption import Signal, raising, signals
from tests.support import FULL, Wire, result
from tests.trust.line import Line
from tests.trust.spans import Spans
from tests.trust.support import connected

NUMBER = {"numberKey": "key", "number": "447700900123"}

EVERY = 1 if FULL else 7
"""Of how many moments one is interrupted."""


@pytest.fixture(params=[Infobip, AsyncInfobip], ids=["sync", "async"])
def client(request: pytest.FixtureRequest, wire: Wire) -> Infobip | AsyncInfobip:
    kind: type[Infobip | AsyncInfobip] = request.param
    return connected(wire, kind, api_key="a-key")


def test_a_call_is_one_span_however_often_it_is_sent(client: Infobip | AsyncInfobip, wire: Wire, spans: Spans) -> None:
    wire.replies(httpx.Response(503), httpx.ConnectError("no"), {**NUMBER, "numberKey": "a/key"})
    result(client.get_purchased_number(number_key="a/key"))

    (span,) = spans.ended
    assert span.name == "Infobip get_purchased_number"
    assert span.kind is SpanKind.CLIENT
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "api.infobip.com",
        "server.port": 443,
        "url.template": "/sms/1/numbers/{numberKey}",
        "numberline.provider": "Infobip",
        "numberline.operation": "get_purchased_number",
        "numberline.attempts": 3,
    }
    assert span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(("status", "error", "attempts"), [(404, NotFound, 1), (500, ServerError, 3)])
def test_an_error_marks_the_span_without_a_word_of_it(
    client: Infobip | AsyncInfobip, wire: Wire, spans: Spans, status: int, error: type[Exception], attempts: int
) -> None:
    wire.replies(*[httpx.Response(status, json={"errorCode": "E", "description": "a secret"})] * attempts)
    with pytest.raises(error):
        result(client.get_purchased_number(number_key="key"))

    (span,) = spans.ended
    attributes = dict(span.attributes or {})
    assert (attributes["error.type"], attributes["numberline.attempts"]) == (error.__name__, attempts)
    assert attributes["http.response.status_code"] == status
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert span.events == ()
    assert "a secret" not in span.to_json()


def test_a_documented_code_is_the_type_of_the_error(wire: Wire, spans: Spans) -> None:
    wire.replies({"error": {"code": 127, "msg": "no money"}})
    with pytest.raises(InsufficientFunds):
        connected(wire, Voximplant, account_id=1, api_key="a-key").get_account_info()

    assert dict(spans.ended[0].attributes or {})["error.type"] == "127"


@pytest.fixture(scope="module")
def metrics() -> Iterator[InMemoryMetricReader]:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    for of in (_durations, _charges):
        of.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracing, "get_meter", provider.get_meter)
        yield reader
    for of in (_durations, _charges):
        of.cache_clear()


def points(reader: InMemoryMetricReader, name: str) -> list[tuple[dict[str, Any], Any]]:
    """Return what a metric holds, by its attributes."""
    data = reader.get_metrics_data()
    found = data.resource_metrics[0].scope_metrics[0].metrics if data else []
    return [
        (dict(point.attributes or {}), point) for each in found if each.name == name for point in each.data.data_points
    ]


REFUSED = {"requestError": {"serviceException": {"messageId": "BAD_REQUEST", "text": "no"}}}
CHARGES: dict[str, tuple[Any, str]] = {
    "bought": (NUMBER, "bought"),
    "refused": (lambda _: httpx.Response(400, json=REFUSED), "refused"),
    "a lost response": (httpx.ReadError("lost"), "unknown"),
    "no connection": (httpx.ConnectError("no"), "not_sent"),
}


@pytest.mark.parametrize(("reply", "outcome"), CHARGES.values(), ids=CHARGES)
def test_charges_are_counted_by_outcome(
    client: Infobip | AsyncInfobip, wire: Wire, spans: Spans, metrics: InMemoryMetricReader, reply: Any, outcome: str
) -> None:
    def count() -> dict[str, int]:
        return {names["numberline.outcome"]: point.value for names, point in points(metrics, "numberline.charges")}

    before = count().get(outcome, 0)
    wire.replies(reply)
    with suppress(NumberlineError):
        result(client.options(retries=0).purchase_number(number_key="key"))

    assert count()[outcome] == before + 1


def test_each_request_has_a_duration(
    client: Infobip | AsyncInfobip, wire: Wire, spans: Spans, metrics: InMemoryMetricReader
) -> None:
    def count(**names: Any) -> int:
        wanted = {name.replace("_", "."): value for name, value in names.items()}
        found = [
            point for told, point in points(metrics, "http.client.request.duration") if wanted.items() <= told.items()
        ]
        return sum(point.count for point in found)

    before = [count(error_type="503"), count(error_type="connection")]
    wire.replies(httpx.Response(503), httpx.ConnectError("no"), NUMBER)
    result(client.get_purchased_number(number_key="key"))

    assert [count(error_type="503"), count(error_type="connection")] == [each + 1 for each in before]
    assert count(server_address="api.infobip.com", url_template="/sms/1/numbers/{numberKey}") >= 3


@pytest.mark.parametrize("failing", ["_tracer", "_charges", "_durations", "CallSpan._type_of", "context.attach"])
def test_what_fails_in_here_changes_no_call(
    failing: str,
    client: Infobip | AsyncInfobip,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise RuntimeError("broken")

    *way, name = failing.split(".")
    monkeypatch.setattr(getattr(tracing, way[0]) if way else tracing, name, fail)
    wire.replies(NUMBER, httpx.ReadError("lost"))

    assert result(client.purchase_number(number_key="key")).number_key == "key"
    with pytest.raises(OutcomeUnknown):
        result(client.purchase_number(number_key="key"))
    assert len(wire.sent) == 2
    assert "OpenTelemetry failed" in caplog.text


def test_a_call_that_is_interrupted_counts_what_was_sent(wire: Wire, spans: Spans) -> None:
    def interrupted(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    client = connected(wire, Infobip, api_key="a-key")
    wire.replies(interrupted)
    with pytest.raises(KeyboardInterrupt):
        client.get_purchased_number(number_key="key")

    attributes = dict(spans.ended[0].attributes or {})
    assert (attributes["error.type"], attributes["numberline.attempts"]) == ("KeyboardInterrupt", 1)


def test_a_call_that_is_never_sent_counts_nothing(wire: Wire, spans: Spans) -> None:
    client = connected(wire, Infobip, api_key="a-key")
    client.close()
    with pytest.raises(RuntimeError):
        client.get_purchased_number(number_key="key")

    assert dict(spans.ended[0].attributes or {})["numberline.attempts"] == 0


async def test_spans_of_tasks_belong_to_the_span_around_each(wire: Wire, spans: Spans) -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return httpx.Response(200, json={**NUMBER, "numberKey": request.url.path.rpartition("/")[2]})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    client = AsyncInfobip(api_key="a-key", http_client=http)
    tracer = trace.get_tracer("test")

    async def work(number: int) -> None:
        with tracer.start_as_current_span(f"work {number}"):
            await client.get_purchased_number(number_key=f"{number}")
            await client.get_purchased_number(number_key=f"{number}")

    await asyncio.gather(*map(work, range(20)))
    around = {span.context.span_id: span for span in spans.ended if span.name.startswith("work") and span.context}
    inside = [span for span in spans.ended if span.name.startswith("Infobip")]

    assert len(inside) == 40
    parents = [span.parent.span_id if span.parent else None for span in inside]
    assert all(parents.count(parent) == 2 for parent in around)
    assert not trace.get_current_span().is_recording()


@pytest.mark.usefixtures("spans")
def test_an_interruption_leaves_no_context_to_the_garbage_collector(caplog: pytest.LogCaptureFixture) -> None:
    """CPython 3.11 crashes if a context variable is reset by the collector while another one is being set."""
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=NUMBER)))
    client = Infobip(api_key="a-key", http_client=http)
    client.get_purchased_number(number_key="key")

    def interrupted(signal: Signal) -> None:
        try:
            with signal:
                client.get_purchased_number(number_key="key")
        except KeyboardInterrupt as error:
            errors.append(error)
            assert not trace.get_current_span().is_recording(), signal.struck

    errors: list[KeyboardInterrupt] = []
    within = (tracing.__file__, *opentelemetry.__path__)
    for signal in signals(raising(KeyboardInterrupt), every=EVERY, within=within):
        copy_context().run(interrupted, signal)
    assert len(errors) > 50
    errors.clear()
    gc.collect()
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


@pytest.mark.usefixtures("spans")
def test_a_coroutine_that_is_closed_touches_no_other_context(caplog: pytest.LogCaptureFixture) -> None:
    async def main(url: str) -> None:
        async with AsyncInfobip(api_key="a-key", base_url=url, retries=0) as client:
            context, waiting = copy_context(), client.get_purchased_number(number_key="key").__await__()
            while not context.get(SENDING):
                assert context.run(next, waiting) is None
                await asyncio.sleep(0)
            SENDING.set(True)  # as in the middle of another request
            waiting.close()
            assert SENDING.get()

    with Line(lambda _: None) as line:
        asyncio.run(main(line.url))
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


def test_nothing_is_loaded_where_nobody_traces() -> None:
    program = """
import sys, httpx
from numberline import Infobip
answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"numbers": [], "numberCount": 0}))
with httpx.Client(transport=answer) as http:
    Infobip(api_key="a-key", http_client=http).list_purchased_numbers().total()
print([name for name in sys.modules if "opentelemetry" in name or name == "numberline._runtime.tracing"])
"""
    ran: Any = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"

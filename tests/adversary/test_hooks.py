"""Users' own code around a purchase: hooks, transports, callbacks, log handlers, spans and clocks that fail."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from numberline import AsyncInfobip, Infobip
from numberline.errors import ConnectionFailed, OutcomeUnknown, RateLimited, outcomes_unknown
from tests.adversary.site import (
    GOOD,
    OWN_WAYS,
    USERS_WAYS,
    WAYS,
    Answer,
    Hurried,
    Site,
    Way,
    buy,
    check,
    cut,
)
from tests.transport.servers import response

NOWHERE = "http://127.0.0.1:1"

LIMITED = {"requestError": {"serviceException": {"messageId": "TOO_MANY_REQUESTS", "text": "later"}}}


def raising(error: Callable[[], BaseException]) -> Callable[[bool], Callable[..., Any]]:
    """Return what makes a hook that raises."""

    def make(is_async: bool) -> Callable[..., Any]:
        def hook(*_: object) -> None:
            raise error()

        async def hook_async(*_: object) -> None:
            raise error()

        return hook_async if is_async else hook

    return make


def nested(url: str, **settings: Any) -> Callable[[bool], Callable[..., Any]]:
    """Return what makes a hook that sends a request of its own, through httpx, and fails."""

    def make(is_async: bool) -> Callable[..., Any]:
        def hook(*_: object) -> None:
            httpx.get(url, trust_env=False, **settings).raise_for_status()

        async def hook_async(*_: object) -> None:
            async with httpx.AsyncClient(trust_env=False, **settings) as http:
                (await http.get(url)).raise_for_status()

        return hook_async if is_async else hook

    return make


def nested_numberline(is_async: bool) -> Callable[..., Any]:
    def hook(*_: object) -> None:
        with Infobip(api_key="a-key", base_url=NOWHERE, retries=0) as client:
            client.purchase_number(number_key="of-the-hook")

    async def hook_async(*_: object) -> None:
        async with AsyncInfobip(api_key="a-key", base_url=NOWHERE, retries=0) as client:
            await client.purchase_number(number_key="of-the-hook")

    return hook_async if is_async else hook


def a_full_pool(is_async: bool) -> Callable[..., Any]:
    """A hook whose own request finds no connection free."""
    none = httpx.Limits(max_connections=1)

    def hook(of: Any) -> None:
        with httpx.Client(limits=none, timeout=httpx.Timeout(5, pool=0.01)) as http, http.stream("GET", base(of)):
            http.get(base(of))

    async def hook_async(of: Any) -> None:
        http = httpx.AsyncClient(limits=none, timeout=httpx.Timeout(5, pool=0.01))
        async with http, http.stream("GET", base(of)):
            await http.get(base(of))

    return hook_async if is_async else hook


def base(of: Any) -> str:
    url = (of.request if isinstance(of, httpx.Response) else of).url
    return f"http://{url.host}:{url.port}/elsewhere/large"


def status_of_its_own(is_async: bool) -> Callable[..., Any]:
    """A hook that goes by the status of the purchase's response."""

    def hook(of: Any) -> None:
        of.raise_for_status()

    async def hook_async(of: Any) -> None:
        of.raise_for_status()

    return hook_async if is_async else hook


def limited_elsewhere() -> BaseException:
    request = httpx.Request("GET", "http://elsewhere.example")
    return httpx.HTTPStatusError("429", request=request, response=httpx.Response(429, request=request))


def caused(error: BaseException) -> BaseException:
    failure = LookupError("of the hook")
    failure.__cause__ = error
    return failure


HOOKS: dict[str, Callable[[bool], Callable[..., Any]]] = {
    "httpx is refused a connection": nested(NOWHERE),
    "httpx finds no proxy": nested("https://hidden.example", proxy=NOWHERE),
    "httpx finds no host": nested("http://no-such-host.invalid"),
    "httpx has a full pool": a_full_pool,
    "numberline is refused a connection": nested_numberline,
    "ConnectError": raising(lambda: httpx.ConnectError("no")),
    "ConnectTimeout": raising(lambda: httpx.ConnectTimeout("no")),
    "PoolTimeout": raising(lambda: httpx.PoolTimeout("no")),
    "ProxyError": raising(lambda: httpx.ProxyError("no")),
    "UnsupportedProtocol": raising(lambda: httpx.UnsupportedProtocol("no")),
    "ReadTimeout": raising(lambda: httpx.ReadTimeout("no")),
    "InvalidURL": raising(lambda: httpx.InvalidURL("no")),
    "a nested 429": raising(limited_elsewhere),
    "RateLimited": raising(lambda: RateLimited("no", kind="rate-limit", never_sent=True, from_provider=True)),
    "ConnectionFailed": raising(lambda: ConnectionFailed("no", never_sent=True)),
    "a cause that never left": raising(lambda: caused(ConnectionFailed("no", never_sent=True))),
    "OSError": raising(lambda: OSError("no")),
    "ConnectionRefusedError": raising(lambda: ConnectionRefusedError("no")),
    "TimeoutError": raising(lambda: TimeoutError("no")),
    "LookupError": raising(lambda: LookupError("no")),
    "RuntimeError": raising(lambda: RuntimeError("no")),
    "StopIteration": raising(StopIteration),
    "KeyboardInterrupt": raising(KeyboardInterrupt),
    "SystemExit": raising(lambda: SystemExit(1)),
    "GeneratorExit": raising(GeneratorExit),
    "CancelledError": raising(asyncio.CancelledError),
}


@pytest.mark.parametrize("way", USERS_WAYS, ids=str)
@pytest.mark.parametrize("hook", HOOKS)
def test_a_response_hook_that_fails(hook: str, way: Way, site: Site) -> None:
    cell = site.cell()
    told = buy(way, cell, http={"event_hooks": {"response": [HOOKS[hook](way.is_async)]}})
    check(told, site, cell, expected="unknown", purchases=1)


@pytest.mark.parametrize("way", USERS_WAYS, ids=str)
@pytest.mark.parametrize(
    ("status", "expected", "purchases"),
    [("429 Too Many", "unknown", 1), ("503 Busy", "unknown", 1), ("400 Bad", "unknown", 1), ("200 OK", "result", 1)],
)
def test_a_response_hook_that_raises_for_status(
    status: str, expected: str, purchases: int, way: Way, site: Site
) -> None:
    cell = site.cell(response(LIMITED, status) if status[0] != "2" else GOOD)
    told = buy(way, cell, http={"event_hooks": {"response": [status_of_its_own(way.is_async)]}})
    check(told, site, cell, expected=expected, purchases=purchases)


@pytest.mark.parametrize("way", USERS_WAYS, ids=str)
@pytest.mark.parametrize("hook", HOOKS)
def test_a_request_hook_that_fails(hook: str, way: Way, site: Site) -> None:
    """What a hook did before is not known, so this proves nothing."""
    cell = site.cell()
    told = buy(way, cell, http={"event_hooks": {"request": [HOOKS[hook](way.is_async)]}})
    check(told, site, cell, expected="unknown", purchases=0)


# Transports


class Around(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Wraps httpx's transport, and does nothing else."""

    def __init__(self) -> None:
        self.sync, self.asynchronous = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.sync.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.asynchronous.handle_async_request(request)

    def close(self) -> None:
        self.sync.close()

    async def aclose(self) -> None:
        await self.asynchronous.aclose()


class FailsAfterwards(Around):
    error: Exception = httpx.ConnectError("refused")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        super().handle_request(request).close()
        raise self.error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await (await super().handle_async_request(request)).aclose()
        raise self.error


class FindsNoPool(FailsAfterwards):
    error = httpx.PoolTimeout("full")


class IsLimited(FailsAfterwards):
    error = RateLimited("later", kind="rate-limit", never_sent=True, from_provider=True)


class AsksElsewhere(Around):
    """Signs with what it asks another server for, which is not there."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        super().handle_request(request).close()
        return super().handle_request(httpx.Request("GET", NOWHERE))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await (await super().handle_async_request(request)).aclose()
        return await super().handle_async_request(httpx.Request("GET", NOWHERE))


class SendsACopy(Around):
    """Sends its own request with what it was given in it, and fails."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        super().handle_request(self.copy(request)).close()
        raise httpx.ConnectError("refused")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await (await super().handle_async_request(self.copy(request))).aclose()
        raise httpx.ConnectError("refused")

    def copy(self, request: httpx.Request) -> httpx.Request:
        return httpx.Request(request.method, request.url, headers=request.headers, content=request.content)


class SendsACopyThatKnowsUs(SendsACopy):
    def copy(self, request: httpx.Request) -> httpx.Request:
        copy = super().copy(request)
        copy.extensions = request.extensions
        return copy


class Insists(Around):
    """Sends again by itself."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        super().handle_request(request).close()
        return super().handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await (await super().handle_async_request(request)).aclose()
        return await super().handle_async_request(request)


class TriesElsewhereFirst(Around):
    """The first server is not there, the second one takes the request, and what came is lost."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        there, request.url = request.url, httpx.URL(NOWHERE)
        with contextlib.suppress(httpx.ConnectError):
            super().handle_request(request)
        request.url = there
        super().handle_request(request).close()
        raise httpx.ConnectError("refused")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        there, request.url = request.url, httpx.URL(NOWHERE)
        with contextlib.suppress(httpx.ConnectError):
            await super().handle_async_request(request)
        request.url = there
        await (await super().handle_async_request(request)).aclose()
        raise httpx.ConnectError("refused")


class TracesByItself(Around):
    """Replaces our trace by its own."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {"trace": lambda *_: None}
        super().handle_request(request).close()
        raise httpx.ConnectError("refused")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async def trace(*_: object) -> None:
            pass

        request.extensions = {"trace": trace}
        await (await super().handle_async_request(request)).aclose()
        raise httpx.ConnectError("refused")


TRANSPORTS: list[tuple[type[Around], str]] = [
    (Around, "result"),
    *((kind, "unknown") for kind in (FailsAfterwards, FindsNoPool, IsLimited, AsksElsewhere, SendsACopy)),
    *((kind, "unknown") for kind in (SendsACopyThatKnowsUs, Insists, TriesElsewhereFirst, TracesByItself)),
]


@pytest.mark.parametrize("way", USERS_WAYS, ids=str)
@pytest.mark.parametrize(("kind", "expected"), TRANSPORTS, ids=[kind.__name__ for kind, _ in TRANSPORTS])
def test_a_transport_of_the_users(kind: type[Around], expected: str, way: Way, site: Site) -> None:
    cell = site.cell()
    check(buy(way, cell, http={"transport": kind()}), site, cell, expected=expected, purchases=1)


# Callbacks, handlers, spans, clocks

STOPS: dict[str, Callable[[], BaseException]] = {
    "LookupError": lambda: LookupError("no"),
    "TimeoutError": lambda: TimeoutError("no"),
    "RateLimited": lambda: RateLimited("no", kind="rate-limit", never_sent=True, from_provider=True),
    "KeyboardInterrupt": KeyboardInterrupt,
    "SystemExit": lambda: SystemExit(1),
}

ENDINGS: dict[str, tuple[Answer, str]] = {
    "bought": (GOOD, "result"),
    "lost": (cut(GOOD, 40, "reset"), "unknown"),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("stop", STOPS)
def test_a_callback_for_responses_that_fails(stop: str, way: Way, site: Site) -> None:
    cell = site.cell()
    told = buy(
        way,
        cell,
        around=lambda client, call: call(client.options(on_response=lambda _: throw(STOPS[stop]()))),
    )
    check(told, site, cell, expected="unknown", purchases=1)


def throw(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize("stop", STOPS)
def test_a_callback_for_unknown_outcomes_that_fails(stop: str, way: Way, site: Site) -> None:
    cell = site.cell(ENDINGS["lost"][0])
    noticed: list[OutcomeUnknown] = []

    def on_unknown(unknown: OutcomeUnknown) -> None:
        noticed.append(unknown)
        raise STOPS[stop]()

    told = buy(way, cell, on_unknown=on_unknown)
    assert told.noticed == []
    check(told._replace(noticed=noticed), site, cell, expected="unknown", purchases=1)


class Failing(logging.Handler):
    """Fails with each record from a level on."""

    def __init__(self, error: Callable[[], BaseException], level: int) -> None:
        super().__init__(level)
        self._error = error

    def emit(self, record: logging.LogRecord) -> None:
        raise self._error()


@contextlib.contextmanager
def logging_fails(how: str, error: Callable[[], BaseException], level: int) -> Iterator[None]:
    logger = logging.getLogger("numberline")
    before = logger.level
    handler = Failing(error, level)

    def refuse(record: logging.LogRecord) -> bool:
        if record.levelno >= level:
            raise error()
        return True

    logger.setLevel(logging.DEBUG)
    if how == "handler":
        logger.addHandler(handler)
    else:
        logger.addFilter(refuse)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.removeFilter(refuse)
        logger.setLevel(before)


@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("how", ["handler", "filter"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_logging_that_fails(ending: str, how: str, stop: str, way: Way, site: Site) -> None:
    cell = site.cell(ENDINGS[ending][0])
    with logging_fails(how, STOPS[stop], logging.INFO):
        told = buy(way, cell)
    site.settle()
    assert len(cell.purchases) == 1
    assert told.error is not None
    (unknown,) = outcomes_unknown(told.error)
    assert told.noticed == [unknown]
    if ending == "bought":
        assert unknown.result == {"numberKey": "key", "number": "447700900123"}


@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize("at", range(1, 12))
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_clock_that_fails(ending: str, at: int, way: Way, site: Site) -> None:
    """With its n-th look."""

    class Stopped(Hurried):
        looks = 0

        def look(self) -> None:
            self.looks += 1
            if self.looks == at:
                raise OverflowError("the clock is broken")

        def monotonic(self) -> float:
            self.look()
            return super().monotonic()

        def now(self) -> datetime:
            self.look()
            return super().now()

    answer, verdict = ENDINGS[ending]
    cell = site.cell(answer)
    told = buy(way, cell, clock=Stopped())
    check(told, site, cell, expected=f"OverflowError|unknown|{verdict}")


class Span:
    """A span processor that fails where it is told to."""

    def __init__(self) -> None:
        self.at, self.error = "", LookupError

    def on_start(self, *_: object, **__: object) -> None:
        self._fail("start")

    def _on_ending(self, *_: object) -> None:
        self._fail("ending")

    def on_end(self, *_: object) -> None:
        self._fail("end")

    def shutdown(self) -> None:
        pass

    def force_flush(self, *_: object) -> bool:
        return True

    def _fail(self, at: str) -> None:
        if at == self.at:
            raise self.error


SPAN = Span()


@pytest.fixture(scope="module")
def spans() -> Iterator[Span]:
    from opentelemetry import trace

    from tests.trust.spans import recorded

    recorded()
    provider: Any = trace.get_tracer_provider()
    provider.add_span_processor(SPAN)
    yield SPAN
    SPAN.at = ""


@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize("at", ["start", "end"])
@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt, ConnectionRefusedError])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_span_processor_that_fails(ending: str, error: type[Any], at: str, way: Way, site: Site, spans: Span) -> None:
    spans.at, spans.error = at, error
    cell = site.cell(ENDINGS[ending][0])
    try:
        told = buy(way, cell)
    finally:
        spans.at = ""
    expected = ENDINGS[ending][1]
    if not issubclass(error, Exception):
        expected = error.__name__ if at == "start" else "unknown"
    check(told, site, cell, expected=expected)

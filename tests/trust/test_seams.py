"""Where the clients meet what is not theirs: closing, other people's httpx clients, interruptions, event loops."""

import asyncio
import json
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import trio

from numberline import AsyncInfobip, Infobip
from numberline.errors import InsufficientFunds, OutcomeUnknown, outcome_unknown, outcomes_unknown
from numberline.testing import ManualClock
from tests.support import Wire, result
from tests.trust.line import Line, reply
from tests.trust.support import connected

NUMBER = json.dumps({"numberKey": "key", "number": "447700900123"})
KINDS = pytest.mark.parametrize("kind", [Infobip, AsyncInfobip], ids=["sync", "async"])
Kind = type[Infobip] | type[AsyncInfobip]

BUSY = {"requestError": {"serviceException": {"messageId": "TOO_MANY_REQUESTS", "text": "no"}}}


def closed(client: Infobip | AsyncInfobip) -> None:
    if isinstance(client, AsyncInfobip):
        asyncio.run(client.aclose())
    else:
        client.close()


@KINDS
def test_closing_twice_is_harmless_and_later_purchases_are_refused(kind: Kind) -> None:
    client = kind(api_key="a-key")
    view = client.options(timeout=1)
    closed(client)
    closed(client)

    with warnings.catch_warnings(action="error"):
        for either in (client, view):
            with pytest.raises(RuntimeError, match="this client is closed") as caught:
                result(either.purchase_number(number_key="key"))
            assert not hasattr(caught.value, "__notes__")


@KINDS
def test_closing_a_view_closes_nothing(kind: Kind, wire: Wire) -> None:
    client = wire.connect(kind, api_key="a-key")
    closed(client.options(timeout=1))
    wire.replies(httpx.Response(200, text=NUMBER))

    assert result(client.purchase_number(number_key="key")).number_key == "key"


@KINDS
def test_given_http_client_stays_open_and_may_be_closed(kind: Kind, wire: Wire) -> None:
    theirs: Any = (httpx.AsyncClient if kind is AsyncInfobip else httpx.Client)(transport=wire.transport())
    client = kind(api_key="a-key", http_client=theirs)
    closed(client)
    assert not theirs.is_closed

    client = kind(api_key="a-key", http_client=theirs)
    result(theirs.aclose()) if kind is AsyncInfobip else theirs.close()
    with warnings.catch_warnings(action="error"), pytest.raises(RuntimeError, match=r"the http_client .* is closed"):
        result(client.purchase_number(number_key="key"))
    assert wire.sent == []


def test_closed_client_sends_no_further_attempt(wire: Wire) -> None:
    class Closing(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            client.close()

    client = connected(wire, Infobip, api_key="a-key", clock=Closing())
    wire.replies(httpx.Response(429, json=BUSY))

    with pytest.raises(RuntimeError, match="closed") as caught:
        client.purchase_number(number_key="key")
    assert outcome_unknown(caught.value) is None
    assert len(wire.sent) == 1


@KINDS
@pytest.mark.parametrize("how", ["theirs", "environment"])
def test_a_proxy_is_used(kind: Kind, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[str] = []

    def answer(request: str) -> bytes:
        came.append(request)
        return reply("200 OK", NUMBER)

    with Line(answer) as proxy:
        settings: dict[str, Any] = {}
        if how == "theirs":
            settings["http_client"] = (httpx.AsyncClient if kind is AsyncInfobip else httpx.Client)(proxy=proxy.url)
        else:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
        client = kind(api_key="a-key", base_url="http://provider.example", **settings)
        number = result(client.get_purchased_number(number_key="key"))

    assert number.number_key == "key"
    assert came[0].startswith("GET http://provider.example/sms/1/numbers/key HTTP/1.1")


def test_a_transport_of_ones_own_gets_what_we_made() -> None:
    class Own(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert request.headers["x-of-the-client"] == "yes"
            return httpx.Response(200, text=NUMBER)

    with httpx.Client(transport=Own(), headers={"x-of-the-client": "yes"}, follow_redirects=True) as http:
        client = Infobip(api_key="a-key", http_client=http)
        assert client.get_purchased_number(number_key="key").number_key == "key"


def test_a_secret_that_changes_while_many_call_fails_nobody() -> None:
    valid = ["old"]
    lock = threading.Lock()
    answered = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal answered
        with lock:
            answered += 1
            if answered == 100:
                valid[0] = "new"
            if request.headers["authorization"] != f"App {valid[0]}":
                return httpx.Response(401, json={"errorCode": "UNAUTHORIZED", "description": "no"})
        return httpx.Response(200, text=NUMBER)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http, ThreadPoolExecutor(20) as pool:
        client = Infobip(api_key=lambda: valid[0], http_client=http, retries=0)
        bought = list(pool.map(lambda _: client.purchase_number(number_key="key"), range(300)))

    assert len(bought) == 300


# What is thrown after a purchase was answered


@KINDS
@pytest.mark.parametrize("thrown", [ValueError("mine"), KeyboardInterrupt(), InsufficientFunds("another call's")])
def test_failing_listener_leaves_a_purchase_unknown(kind: Kind, wire: Wire, thrown: BaseException) -> None:
    def listen(_: object) -> None:
        raise thrown

    client = connected(wire, kind, api_key="a-key").options(on_response=listen)
    wire.replies(httpx.Response(200, text=NUMBER))

    with pytest.raises(type(thrown)) as caught:
        result(client.purchase_number(number_key="key"))

    assert caught.value is thrown
    assert getattr(thrown, "operation", None) is None
    assert f"{type(thrown).__name__} was raised" in str(outcome_unknown(thrown))
    assert len(wire.sent) == 1


def test_a_listener_that_fails_is_no_matter_for_a_read(wire: Wire) -> None:
    def listen(_: object) -> None:
        raise ValueError

    client = connected(wire, Infobip, api_key="a-key").options(on_response=listen)
    wire.replies(httpx.Response(200, text=NUMBER))

    with pytest.raises(ValueError, match=r"^$") as caught:
        client.get_purchased_number(number_key="key")
    assert outcome_unknown(caught.value) is None


def test_an_event_hook_that_fails_leaves_a_purchase_in_doubt(wire: Wire) -> None:
    def hook(_: httpx.Response) -> None:
        raise LookupError

    http = httpx.Client(transport=wire.transport(), event_hooks={"response": [hook]})
    client = Infobip(api_key="a-key", http_client=http)
    wire.replies(httpx.Response(200, text=NUMBER))

    with pytest.raises(OutcomeUnknown, match="LookupError"):
        client.purchase_number(number_key="key")


# Interruptions on a real connection


def _stuck_once() -> Callable[[str], bytes | None]:
    """Says nothing to the first request, and answers all others."""
    asked: list[str] = []

    def answer(request: str) -> bytes | None:
        asked.append(request)
        return None if len(asked) == 1 else reply("200 OK", NUMBER)

    return answer


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as Python has it. The generators, which other tests load, take it for themselves."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("call", ["purchase_number", "get_purchased_number"])
def test_ctrl_c_is_raised_at_once_and_spares_the_client(call: str) -> None:
    main = threading.main_thread().ident
    assert main is not None
    with Line(_stuck_once()) as line, Infobip(api_key="a-key", base_url=line.url, retries=0) as client:

        def interrupt() -> None:
            assert line.arrived.wait(10)
            signal.pthread_kill(main, signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt) as caught:
            getattr(client, call)(number_key="key")
        thread.join()

        assert len(outcomes_unknown(caught.value)) == (1 if call == "purchase_number" else 0)
        assert client.get_purchased_number(number_key="key").number_key == "key"


async def test_a_cancelled_task_leaves_the_pool_usable() -> None:
    with Line(_stuck_once()) as line:
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(limits=limits) as http:
            client = AsyncInfobip(api_key="a-key", base_url=line.url, http_client=http, retries=0, timeout=5)
            stuck = asyncio.create_task(client.purchase_number(number_key="key"))
            await asyncio.to_thread(line.arrived.wait, 10)
            stuck.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await stuck
            assert outcome_unknown(caught.value) is not None

            assert (await client.get_purchased_number(number_key="key")).number_key == "key"


async def test_a_timeout_around_a_purchase_leaves_it_in_doubt() -> None:
    with Line(_stuck_once()) as line:
        async with AsyncInfobip(api_key="a-key", base_url=line.url, retries=0) as client:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0.1):
                    await client.purchase_number(number_key="key")
    assert "CancelledError" in str(outcome_unknown(caught.value))


async def test_cancellation_before_sending_buys_nothing(wire: Wire) -> None:
    client = wire.connect(AsyncInfobip, api_key="a-key", retries=2)
    wire.replies(httpx.Response(429, headers={"retry-after": "50"}, json=BUSY))
    task = asyncio.create_task(client.purchase_number(number_key="key"))
    await asyncio.sleep(0.01)
    task.cancel()

    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert outcome_unknown(caught.value) is None
    assert len(wire.sent) == 1


def test_coroutine_closed_in_flight_calls_on_unknown() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    told: list[OutcomeUnknown] = []
    http = httpx.AsyncClient(transport=httpx.MockTransport(never))
    client = AsyncInfobip(api_key="a-key", http_client=http, on_unknown=told.append)
    loop = asyncio.new_event_loop()
    call = client.purchase_number(number_key="key")

    async def begin() -> None:
        call.send(None)

    loop.run_until_complete(begin())
    call.close()
    loop.close()
    assert "GeneratorExit" in str(told[0])


def test_the_async_client_works_with_trio() -> None:
    async def main() -> None:
        with Line(lambda _: reply("200 OK", NUMBER)) as line:
            async with AsyncInfobip(api_key="a-key", base_url=line.url) as client:
                assert (await client.get_purchased_number(number_key="key")).number_key == "key"

    trio.run(main)


@KINDS
def test_an_unknown_outcome_of_a_real_connection_is_one(kind: Kind) -> None:
    with Line(lambda _: b"") as line:
        client = kind(api_key="a-key", base_url=line.url)
        with pytest.raises(OutcomeUnknown) as caught:
            result(client.purchase_number(number_key="key"))

    assert caught.value.attempts == 1

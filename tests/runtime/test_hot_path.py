"""What a warm call costs, counted instead of timed, so that it is the same on every machine.

Counted are the Python functions that are entered on the way from a method to its result, ours and httpx's, over a
transport that answers from memory. A figure that went up by more than a few percent is a slower client. Where that is
worth it, write the new figure here; where it went down, too, so that the next one is noticed.
"""

import gc
import json
import sys
import tracemalloc
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import FrameType
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx
import msgspec
import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant, paging
from numberline.connection import _AsyncClient, _Client
from tests.support import payload

LEEWAY = 1.03
"""Other versions of Python enter a few functions more or less."""

INLINED = ("<listcomp>", "<dictcomp>", "<setcomp>")
"""Entered like functions before Python 3.12, and not since."""


class Once(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Like what comes from a socket, kept by nobody after it was read."""

    def __init__(self, body: bytes) -> None:
        self._left = [body]

    def __iter__(self) -> Iterator[bytes]:
        yield self._left.pop()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._left.pop()


class Memory(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers from memory."""

    def __init__(self, answer: Callable[[httpx.Request], bytes]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = [(b"content-type", b"application/json")]
        return httpx.Response(200, headers=headers, stream=Once(self._answer(request)))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def connected(client: Any, answer: Callable[[httpx.Request], bytes]) -> Any:
    """The client on the httpx client that it would make by itself, but for the transport."""
    kind = _AsyncClient if type(client).__name__.startswith("Async") else _Client
    client._connection._ours = kind(transport=Memory(answer))
    return client


@pytest.fixture(autouse=True)
def untraced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another test may have loaded OpenTelemetry."""
    monkeypatch.delitem(sys.modules, "opentelemetry.trace", raising=False)


def entered(call: Callable[[], object]) -> int:
    """How many Python functions are entered. What is only done once has been done before."""
    found = 0

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal found
        found += event == "call" and frame.f_code.co_name not in INLINED

    for _ in range(3):
        call()
    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return found


def done(of: Any) -> Any:
    """What a call answers. Over memory a coroutine never has to wait, so it needs no event loop."""
    if not isinstance(of, Coroutine):
        return of
    try:
        of.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


class Case(NamedTuple):
    """A call, and how many functions it may enter, for each colour.

    Attributes:
        kinds: the sync and the async client.
        answer: provider, operation and name of the spec's example that answers it.
        call: asks through a client.
        calls: the figure of each kind of client.
    """

    kinds: tuple[type[Any], type[Any]]
    signing_in: dict[str, Any]
    answer: tuple[str, str, str]
    call: Callable[[Any], Any]
    calls: tuple[int, int]


VOXIMPLANT: dict[str, Any] = {"account_id": 1, "api_key": "a-key"}

CASES = {
    "GET of an object": Case(
        (Infobip, AsyncInfobip),
        {"api_key": "a-key"},
        ("infobip", "getPurchasedNumber", "documented"),
        lambda client: client.get_purchased_number(number_key="a"),
        (173, 174),
    ),
    "POST of JSON": Case(
        (Infobip, AsyncInfobip),
        {"username": "a", "password": "b"},
        ("infobip", "purchaseNumber", "documented"),
        lambda client: client.purchase_number(number_key="a"),
        (176, 177),
    ),
    "POST of a form": Case(
        (Voximplant, AsyncVoximplant),
        VOXIMPLANT,
        ("voximplant", "BindPhoneNumberToApplication", "observed"),
        lambda client: client.bind_phone_number_to_application(phone_id=[1, 2], application_id=3),
        (209, 210),
    ),
    "GET of a page": Case(
        (Apifonica, AsyncApifonica),
        {"account_sid": "acc", "auth_token": "a-token"},
        ("apifonica", "listRentedNumbers", "documented"),
        lambda client: client.list_rented_numbers(country_code="GB").first(),
        (287, 294),
    ),
    "POST of a form for a page": Case(
        (Voximplant, AsyncVoximplant),
        VOXIMPLANT,
        ("voximplant", "GetNewPhoneNumbers", "vendor-docs"),
        lambda client: client.get_new_phone_numbers(
            country_code="US", phone_category_name="TOLLFREE", phone_region_id=1
        ).first(),
        (226, 233),
    ),
}


@pytest.mark.parametrize("colour", [0, 1], ids=["sync", "async"])
@pytest.mark.parametrize("name", CASES)
def test_a_warm_call_enters_no_more_functions_than_it_did(name: str, colour: int) -> None:
    case = CASES[name]
    body = json.dumps(payload(*case.answer)).encode()
    client = connected(case.kinds[colour](**case.signing_in), lambda _: body)
    counted = entered(lambda: done(case.call(client)))

    allowed = case.calls[colour] * LEEWAY
    assert counted <= allowed, f"{name}: {counted} functions are entered, {case.calls[colour]} until now"


def test_signing_with_a_service_account_enters_as_few_as_with_a_key(key_file: dict[str, Any]) -> None:
    """The key was parsed and the token signed before."""
    body = json.dumps({"result": ["US"]}).encode()

    def counted(**signing_in: Any) -> int:
        client = connected(Voximplant(**signing_in), lambda _: body)
        return entered(client.get_account_phone_number_countries)

    assert counted(credentials=key_file) <= counted(**VOXIMPLANT) * LEEWAY


def test_less_is_entered_than_by_httpx_and_a_decoder_alone() -> None:
    body = json.dumps(payload("infobip", "getPurchasedNumber", "documented")).encode()
    infobip = connected(Infobip(api_key="a-key"), lambda _: body)
    with httpx.Client(transport=Memory(lambda _: body), headers={"authorization": "App a-key"}) as http:
        plain = entered(lambda: msgspec.json.decode(http.get("https://api.infobip.com/sms/1/numbers/a").content))

    assert entered(lambda: infobip.get_purchased_number(number_key="a")) < 0.8 * plain


def test_a_long_listing_takes_no_more_memory_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "WINDOW", 500)
    record = payload("voximplant", "GetPhoneNumbers", "observed")["result"][0]

    def peak(total: int) -> int:
        def page(request: httpx.Request) -> bytes:
            gc.collect()  # httpx leaves cycles behind, which are freed now and then
            asked = parse_qs(request.content.decode())
            first, size = int(asked.get("offset", ["0"])[0]), int(asked["count"][0])
            return json.dumps(
                {"result": [{**record, "phone_id": first + at} for at in range(size)], "total_count": total}
            ).encode()

        client = connected(Voximplant(**VOXIMPLANT), page)
        gc.freeze()  # so that collecting is quick
        tracemalloc.start()
        try:
            assert sum(1 for _ in client.get_phone_numbers(count=100)) == total
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            gc.unfreeze()

    assert peak(6000) <= peak(2000) * 1.01

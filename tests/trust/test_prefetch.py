"""Pages in flight: the same records in the same order, never more at a time, and nothing left behind."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given, strategies as st

from numberline import Apifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.errors import InvalidArgument, NumberlineError, ServerError
from tests.support import items


class Inventory:
    """Numbers behind an offset or a page number, with a gate in front that shows how many ask at a time.

    Attributes:
        most: the greatest count of requests at a time.
        asked: the offsets, in the order in which they were asked for.
    """

    def __init__(self, total: int, cap: int = 1000, *, trouble_at: int | None = None) -> None:
        self.total = total
        self.cap = cap
        self.trouble_at = trouble_at
        self.most = 0
        self.asked: list[int] = []
        self._now = 0
        self._lock = threading.Lock()

    def answer(self, request: httpx.Request) -> httpx.Response:
        said = dict(parse_qsl(request.content.decode() or request.url.query.decode()))
        if request.method == "POST":
            offset, size = int(said.get("offset", 0)), min(self.cap, int(said.get("count", 100)))
        else:
            size = min(self.cap, int(said.get("limit", 50)))
            offset = int(said.get("page", 0)) * size
        with self._lock:
            self.asked.append(offset)
        if offset == self.trouble_at:
            return httpx.Response(503)
        found = range(offset, min(offset + size, self.total))
        if request.method == "POST":
            records = [{"phone_id": at, "phone_number": str(at)} for at in found]
            return httpx.Response(200, json={"result": records, "count": len(records), "total_count": self.total})
        numbers = [{"numberKey": str(at), "number": str(at)} for at in found]
        return httpx.Response(200, json={"numbers": numbers, "numberCount": self.total})

    def _enter(self) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)

    def _leave(self) -> None:
        with self._lock:
            self._now -= 1

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self._enter()
        try:
            threading.Event().wait(0.002)
            return self.answer(request)
        finally:
            self._leave()

    async def slowly(self, request: httpx.Request) -> httpx.Response:
        self._enter()
        try:
            await asyncio.sleep(0.002)
            return self.answer(request)
        finally:
            self._leave()


class Together(Inventory):
    """The eight pages after the first are answered once all eight are asked for."""

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self._come = 0
        self._threads = threading.Barrier(8)
        self._tasks = asyncio.Barrier(8)

    def _is_one_of_eight(self) -> bool:
        with self._lock:
            self._come += 1
            return 2 <= self._come <= 9

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self._enter()
        if self._is_one_of_eight():
            self._threads.wait(timeout=20)
        self._leave()
        return self.answer(request)

    async def slowly(self, request: httpx.Request) -> httpx.Response:
        self._enter()
        if self._is_one_of_eight():
            await asyncio.wait_for(self._tasks.wait(), 20)
        self._leave()
        return self.answer(request)


Connect = Callable[..., Any]


def sync_voximplant(inventory: Inventory, **settings: Any) -> Any:
    http = httpx.Client(transport=httpx.MockTransport(inventory))
    return Voximplant(account_id=1, api_key="a-key", http_client=http, **settings).get_phone_numbers


def async_voximplant(inventory: Inventory, **settings: Any) -> Any:
    http = httpx.AsyncClient(transport=httpx.MockTransport(inventory.slowly))
    return AsyncVoximplant(account_id=1, api_key="a-key", http_client=http, **settings).get_phone_numbers


def sync_infobip(inventory: Inventory, **settings: Any) -> Any:
    http = httpx.Client(transport=httpx.MockTransport(inventory))
    client = Infobip(api_key="a-key", http_client=http, **settings)
    return lambda count: client.list_purchased_numbers(limit=count)


def async_infobip(inventory: Inventory, **settings: Any) -> Any:
    http = httpx.AsyncClient(transport=httpx.MockTransport(inventory.slowly))
    client = AsyncInfobip(api_key="a-key", http_client=http, **settings)
    return lambda count: client.list_purchased_numbers(limit=count)


EVERY = [sync_voximplant, async_voximplant, sync_infobip, async_infobip]


def identities(records: list[Any]) -> list[int]:
    return [int(getattr(record, "phone_number", None) or record.number) for record in records]


def joined() -> None:
    """Wait for the threads that were abandoned with their requests in flight."""
    for thread in threading.enumerate():
        if thread.name == "numberline":  # not the journal's or the sandbox's of earlier tests
            thread.join(timeout=20)


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left() -> Iterator[None]:
    """For all tests together, since looking for what the garbage collector has takes 0.2 s."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    joined()
    assert [thread for thread in threading.enumerate() if thread not in before and thread.name == "numberline"] == []


@pytest.mark.parametrize("connect", EVERY)
@given(total=st.integers(0, 60), size=st.integers(1, 12), cap=st.integers(1, 12), in_flight=st.integers(1, 9))
def test_prefetching_keeps_records_and_order(connect: Connect, total: int, size: int, cap: int, in_flight: int) -> None:
    inventory = Inventory(total, cap)
    quick = Inventory.answer
    inventory.__class__ = type("Quick", (Inventory,), {"__call__": quick, "slowly": _at_once})

    found = items(connect(inventory)(count=size).concurrently(in_flight))

    assert identities(found) == list(range(total))


async def _at_once(inventory: Inventory, request: httpx.Request) -> httpx.Response:
    return inventory.answer(request)


@pytest.mark.parametrize("connect", EVERY)
def test_prefetching_keeps_to_its_count_in_flight(connect: Connect) -> None:
    inventory = Together(200)

    assert len(items(connect(inventory)(count=5).concurrently(8))) == 200
    assert inventory.most == 8
    assert len(inventory.asked) == 40


@pytest.mark.parametrize("connect", EVERY)
def test_nothing_is_fetched_before_it_is_asked_for(connect: Connect) -> None:
    inventory = Inventory(200)

    connect(inventory)(count=5).concurrently(8)

    assert inventory.asked == []


def test_stopping_early_fetches_nothing_more() -> None:
    inventory = Inventory(1000)

    for at, _ in enumerate(sync_voximplant(inventory)(count=5).concurrently(4)):
        if at == 12:
            break
    joined()

    assert len(inventory.asked) <= 3 + 4


async def test_stopping_early_cancels_what_is_in_flight() -> None:
    inventory = Inventory(1000)
    at = 0
    async for _ in async_voximplant(inventory)(count=5).concurrently(4):
        at += 1
        if at == 12:
            break
    gc.collect()
    await asyncio.sleep(0.02)
    asked = len(inventory.asked)
    await asyncio.sleep(0.02)

    assert len(inventory.asked) == asked
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("connect", EVERY)
def test_what_came_before_a_failure_is_yielded_first(connect: Connect) -> None:
    pages = connect(Inventory(100, trouble_at=50), retries=0)(count=10).concurrently(4)
    found: list[Any] = []

    def collect() -> None:
        for record in pages:
            found.append(record)

    async def collect_async() -> None:
        async for record in pages:
            found.append(record)

    with pytest.raises(ServerError):
        asyncio.run(collect_async()) if hasattr(pages, "__aiter__") else collect()

    assert identities(found) == list(range(50))


def test_a_listing_that_shrinks_on_the_way_loses_nothing() -> None:
    class Shrinking(Inventory):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            if len(self.asked) == 6:
                self.total = 57
            return self.answer(request)

    inventory = Shrinking(60)

    assert identities(items(sync_voximplant(inventory)(count=5).concurrently(4))) == list(range(57))


def test_links_are_followed_one_after_the_other() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.query.decode())
        at = len(asked)
        link = f"https://api.apifonica.com/v2/accounts/AC1/numbers?next={at}" if at < 4 else None
        return httpx.Response(200, json={"next": link, "numbers": [{"number_sid": str(at), "number": str(at)}]})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = Apifonica(account_sid="AC1", auth_token="a-token", http_client=http)

    assert identities(list(client.list_rented_numbers().concurrently(4))) == [1, 2, 3, 4]
    assert asked == ["", "next=1", "next=2", "next=3"]


@pytest.mark.parametrize("in_flight", [0, -1, True, 2.5, "2", None])
@pytest.mark.parametrize("connect", EVERY[:2])
def test_a_count_that_makes_no_sense_is_refused(connect: Connect, in_flight: Any) -> None:
    with pytest.raises(InvalidArgument) as refused:
        connect(Inventory(1))(count=1).concurrently(in_flight)

    assert refused.value.parameter == "in_flight"
    assert isinstance(refused.value, NumberlineError)

"""Listings that change while they are walked through: what is promised, and that every walk ends."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import example, given, strategies as st

from numberline._runtime.operation import Request
from numberline._runtime.records import Page
from numberline._runtime.walk import DEDUP_WINDOW, MAX_EMPTY_PAGES, MAX_REWINDS, Walk
from numberline.errors import IncompleteListing, UnreadableResponse
from numberline.pagination import AsyncPages, Pages
from numberline_generated.apifonica.operations import build_list_rented_numbers
from numberline_generated.infobip.operations import build_list_purchased_numbers
from numberline_generated.voximplant.operations import build_get_phone_numbers
from tests.support import items


class Change(NamedTuple):
    """A record comes or goes, at a place that is counted around."""

    comes: bool
    place: int


class Stock:
    """A provider's listing. Before each request but the first, the next changes happen.

    Args:
        size: how many records there are at first; they are called 0, 1 and so on, and those that come -1, -2 ...
        cap: how many of them go on a page.
        changes: what happens before which request.
        total: whether pages say how many records there are.

    Attributes:
        asked: how many requests came.
    """

    def __init__(self, size: int, cap: int, changes: list[list[Change]], *, total: bool = True) -> None:
        self.listing = list(range(size))
        self.stayed = set(self.listing)
        self.asked = 0
        self._came = 0
        self._cap = cap
        self._changes = iter(changes)
        self._total = total

    def _page(self, start: int) -> list[int]:
        return self.listing[start : start + self._cap]

    def happen(self) -> None:
        self.asked += 1
        for change in next(self._changes, []) if self.asked > 1 else []:
            if change.comes:
                self._came -= 1
                self.listing.insert(change.place % (len(self.listing) + 1), self._came)
            elif self.listing:
                self.stayed.discard(self.listing.pop(change.place % len(self.listing)))

    def by_offset(self, request: Request[Page[Any]]) -> Page[Any]:
        self.happen()
        found = self._page(int(request.parameter("offset") or 0))
        body: dict[str, Any] = {"result": [{"phone_id": key, "phone_number": "12025550100"} for key in found]}
        return self._read(request, body, "total_count")

    def by_page(self, request: Request[Page[Any]]) -> Page[Any]:
        self.happen()
        found = self._page(int(request.parameter("page") or 0) * self._cap)
        body: dict[str, Any] = {"numbers": [{"numberKey": str(key), "number": "447700900123"} for key in found]}
        return self._read(request, body, "numberCount")

    def _read(self, request: Request[Page[Any]], body: dict[str, Any], total: str) -> Page[Any]:
        if self._total:
            body[total] = len(self.listing)
        return request.operation.read(msgspec.json.encode(body))


class Linked(Stock):
    """Its cursor is the record after which to go on; every so often a page is empty, but links on."""

    def __init__(self, size: int, cap: int, changes: list[list[Change]], empty: list[bool]) -> None:
        super().__init__(size, cap, changes)
        self._empty = iter(empty)
        self._cursors = 0
        self._after: dict[str | None, list[int]] = {None: []}

    def by_link(self, request: Request[Page[Any]]) -> Page[Any]:
        self.happen()
        before = self._after[request.parameter("next")]
        places = [self.listing.index(key) for key in before if key in self.listing]
        start = max(places) + 1 if places else 0
        found = [] if next(self._empty, False) else self._page(start)
        more = start + len(found) < len(self.listing)
        self._cursors += 1
        self._after[str(self._cursors)] = before + found
        numbers = [{"number_sid": str(key), "number": "447700900123"} for key in found]
        link = f"/v2/accounts/AC1/numbers?next={self._cursors}" if more else None
        return request.operation.read(msgspec.json.encode({"numbers": numbers, "next": link}))


def walked(stock: Stock, style: str) -> list[int]:
    """The keys that a walk yields."""
    if style == "offset":
        return [int(record.phone_id) for record in Pages(build_get_phone_numbers(), stock.by_offset)]
    if style == "page":
        return [int(record.number_key) for record in Pages(build_list_purchased_numbers(), stock.by_page)]
    assert isinstance(stock, Linked)
    request = build_list_rented_numbers(account_sid="AC1")
    return [int(record.number_sid) for record in Pages(request, stock.by_link)]


def ones_that_stayed(found: list[int], stock: Stock) -> list[int]:
    return [key for key in found if key in stock.stayed]


sizes = st.integers(0, 40)
caps = st.integers(1, 7)
places = st.integers(0, 100)
styles = pytest.mark.parametrize("style", ["offset", "page"])


def changes(comes: st.SearchStrategy[bool]) -> st.SearchStrategy[list[list[Change]]]:
    return st.lists(st.lists(st.builds(Change, comes, places), max_size=6), max_size=12)


@styles
@given(size=sizes, cap=caps, gone=changes(st.just(False)).map(lambda all_of_them: all_of_them[:MAX_REWINDS]))
@example(size=4, cap=2, gone=[[Change(False, 0), Change(False, 0)]])
@example(size=40, cap=2, gone=[[], [], [], [], [], [], [], [], [Change(False, place) for place in range(20, 39)]])
def test_removal_shown_by_the_total_loses_no_other_record(
    style: str, size: int, cap: int, gone: list[list[Change]]
) -> None:
    stock = Stock(size, cap, gone)
    found = walked(stock, style)

    assert ones_that_stayed(found, stock) == sorted(stock.stayed)
    assert found == sorted(set(found))


@styles
@given(size=sizes, cap=caps, come=changes(st.just(True)))
@example(size=4, cap=2, come=[[Change(True, 0), Change(True, 0)]])
@example(size=9, cap=3, come=[[Change(True, 0)] * 30])
def test_insertion_loses_and_repeats_no_record(style: str, size: int, cap: int, come: list[list[Change]]) -> None:
    stock = Stock(size, cap, come)
    found = walked(stock, style)

    assert ones_that_stayed(found, stock) == list(range(size))
    assert len(found) == len(set(found))


@styles
@given(size=sizes, cap=caps, mixed=changes(st.booleans()), total=st.booleans())
def test_any_change_yields_no_duplicate_and_the_walk_ends(
    style: str, size: int, cap: int, mixed: list[list[Change]], total: bool
) -> None:
    stock = Stock(size, cap, mixed, total=total)
    try:
        found = walked(stock, style)
    except (UnreadableResponse, IncompleteListing):  # pages of known records, and no total that explains them
        assert not total or {change.comes for these in mixed for change in these} == {True, False}
    else:
        assert len(found) == len(set(found))
    assert stock.asked <= (size + sum(map(len, mixed))) * 2 + len(mixed) + 2


@styles
@given(size=sizes, cap=caps, swapped=places)
def test_only_a_silent_total_can_hide_a_lost_record(style: str, size: int, cap: int, swapped: int) -> None:
    stock = Stock(size, cap, [[Change(False, 0), Change(True, size + swapped % 2)]])
    found = walked(stock, style)

    lost = stock.stayed - set(found)
    assert len(lost) <= 1
    assert len(found) == len(set(found))


@given(size=sizes, cap=caps, mixed=changes(st.booleans()), empty=st.lists(st.booleans(), max_size=20))
def test_record_cursor_never_loses_a_record(size: int, cap: int, mixed: list[list[Change]], empty: list[bool]) -> None:
    stock = Linked(size, cap, mixed, empty)
    found = walked(stock, "cursor")

    assert ones_that_stayed(found, stock) == sorted(stock.stayed)
    assert len(found) == len(set(found))


@given(size=sizes, cap=caps, gone=changes(st.just(False)), empty=st.lists(st.booleans(), max_size=20))
def test_what_goes_does_not_move_a_cursor(size: int, cap: int, gone: list[list[Change]], empty: list[bool]) -> None:
    stock = Linked(size, cap, gone, empty)
    found = walked(stock, "cursor")

    assert ones_that_stayed(found, stock) == sorted(stock.stayed)
    assert found == sorted(set(found))


@styles
@given(size=sizes, cap=caps, total=st.booleans())
def test_unchanged_listing_needs_the_fewest_requests(style: str, size: int, cap: int, total: bool) -> None:
    stock = Stock(size, cap, [], total=total)

    assert walked(stock, style) == list(range(size))
    assert stock.asked == (max(1, -(-size // cap)) if total else -(-size // cap) + 1)


@pytest.mark.parametrize("total", [True, False])
def test_ignored_page_position_is_detected(total: bool) -> None:
    stock = Stock(9, 3, [], total=total)

    def deaf(request: Request[Page[Any]]) -> Page[Any]:
        return stock.by_offset(request.replace({"offset": "0"}))

    with pytest.raises(UnreadableResponse, match="nothing but records"):
        list(Pages(build_get_phone_numbers(), deaf))
    assert stock.asked == 2


def test_oscillating_totals_end_the_walk() -> None:
    asked = 0

    def restless(request: Request[Page[Any]]) -> Page[Any]:
        nonlocal asked
        asked += 1
        start = int(request.parameter("offset") or 0)
        found = [{"phone_id": start, "phone_number": "12025550100"}]
        return request.operation.read(msgspec.json.encode({"result": found, "total_count": 50 - asked % 2 * 3}))

    with pytest.raises(UnreadableResponse, match="pages in a row"):
        list(Pages(build_get_phone_numbers(), restless))
    assert asked <= MAX_EMPTY_PAGES * 2


def test_endless_empty_pages_end_the_walk() -> None:
    asked = 0

    def hollow(request: Request[Page[Any]]) -> Page[Any]:
        nonlocal asked
        asked += 1
        return request.operation.read(msgspec.json.encode({"numbers": [], "next": f"?next={asked}"}))

    with pytest.raises(UnreadableResponse, match="pages in a row"):
        list(Pages(build_list_rented_numbers(account_sid="AC1"), hollow))
    assert asked == MAX_EMPTY_PAGES + 1


@pytest.mark.parametrize(("size", "offset"), [(0, 0), (5, 5), (5, 1000)])
def test_past_the_end_there_is_nothing(size: int, offset: int) -> None:
    stock = Stock(size, 3, [])

    assert list(Pages(build_get_phone_numbers(offset=offset), stock.by_offset)) == []
    assert list(Pages(build_list_purchased_numbers(page=offset), stock.by_page)) == []
    assert stock.asked == 2


def test_walk_from_the_middle_never_rewinds_before_its_start() -> None:
    stock = Stock(12, 3, [[Change(False, 0)] * 5])

    found = [record.phone_id for record in Pages(build_get_phone_numbers(offset=6), stock.by_offset)]

    assert len(found) == len(set(found))
    assert all(key >= 6 for key in found)


def test_what_a_walk_remembers_does_not_grow_with_the_listing() -> None:
    stock = Stock(3 * DEDUP_WINDOW, 1000, [])
    request: Request[Page[Any]] | None = build_get_phone_numbers()
    walk = Walk(build_get_phone_numbers())
    while request is not None:
        page = stock.by_offset(request)
        walk.take(request, page)
        request = walk.following(request, page)

    assert len(walk._known) == DEDUP_WINDOW


@pytest.mark.parametrize("style", ["offset", "page"])
def test_the_async_walk_decides_alike(style: str) -> None:
    stock = Stock(20, 3, [[Change(False, 0), Change(False, 1)], [Change(True, 0)]])
    answer: Callable[[Request[Page[Any]]], Page[Any]] = stock.by_offset if style == "offset" else stock.by_page

    async def send(request: Request[Page[Any]]) -> Page[Any]:
        return answer(request)

    build: Any = build_get_phone_numbers if style == "offset" else build_list_purchased_numbers
    pages: AsyncPages[Any] = AsyncPages(build(), send)
    key = "phone_id" if style == "offset" else "number_key"
    found = [int(getattr(record, key)) for record in items(pages)]

    assert ones_that_stayed(found, stock) == sorted(stock.stayed)

"""Listings that end short of what the provider told: gone on with where that helps, and never ended in silence."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st

from numberline._runtime.operation import Request
from numberline._runtime.records import Page
from numberline._runtime.walk import MAX_GAP
from numberline.errors import IncompleteListing, NumberlineError
from numberline.pagination import AsyncPages, Pages
from numberline_generated.apifonica.operations import build_list_rented_numbers
from numberline_generated.infobip.operations import build_list_purchased_numbers
from numberline_generated.voximplant.operations import build_get_phone_numbers
from tests.support import items

ALL = list(range(100))
SIZE = 20

Body = dict[str, Any]
Server = Callable[[int, int], Body]
"""A body by offset, or by page number, and by how often the server was asked before."""


def by_offset(server: Server) -> Callable[[Request[Page[Any]]], Page[Any]]:
    asked: list[int] = []

    def send(request: Request[Page[Any]]) -> Page[Any]:
        asked.append(int(request.parameter("offset") or 0))
        assert len(asked) < 200
        return request.operation.read(msgspec.json.encode(server(asked[-1], len(asked) - 1)))

    return send


def by_page(server: Server) -> Callable[[Request[Page[Any]]], Page[Any]]:
    asked: list[int] = []

    def send(request: Request[Page[Any]]) -> Page[Any]:
        number = request.parameter("page")
        assert number is None or request.parameter("limit") == str(SIZE), "a page number travels with its limit"
        asked.append(int(number or 0))
        assert len(asked) < 200
        return request.operation.read(msgspec.json.encode(server(asked[-1], len(asked) - 1)))

    return send


def vox(keys: Sequence[int], total: Any = 100) -> Body:
    return {"result": [{"phone_id": key, "phone_number": "12025550100"} for key in keys], "total_count": total}


def info(keys: Sequence[int], total: Any = 100) -> Body:
    return {"numbers": [{"numberKey": str(key), "number": "447700900123"} for key in keys], "numberCount": total}


def page(offset: int) -> list[int]:
    return ALL[offset : offset + SIZE]


def walked(listing: Any) -> tuple[list[int], NumberlineError | None]:
    found: list[int] = []
    try:
        for record in listing:
            found.append(int(record.phone_id if hasattr(record, "phone_id") else record.number_key))
    except NumberlineError as error:
        return found, error
    return found, None


COMPLETE: dict[str, Server] = {
    "one page in the middle is empty once": lambda at, asked: vox([] if asked == 2 else page(at)),
    "one page in the middle is {} once": lambda at, asked: {} | (vox([], None) if asked == 2 else vox(page(at))),
    "an empty list is null in the middle once": lambda at, asked: (
        {"result": None, "total_count": 100} if asked == 2 else vox(page(at))
    ),
    "a record comes twice on each page": lambda at, asked: vox(page(at) + page(at)[:1]),
    "the total is 0": lambda at, asked: vox(page(at), 0),
    "the total is -1": lambda at, asked: vox(page(at), -1),
    "the total is the page's own count": lambda at, asked: vox(page(at), len(page(at))),
    "the total alternates": lambda at, asked: vox(page(at), 100 - asked % 2),
    "pages are capped after the first": lambda at, asked: vox(page(at)[: 7 if asked else SIZE]),
    "the total comes with the first page only": lambda at, asked: vox(page(at), 100 if not asked else None),
}


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("server", COMPLETE.values(), ids=COMPLETE)
def test_a_listing_goes_on_while_its_total_says_more(server: Server, in_flight: int) -> None:
    listing = Pages(build_get_phone_numbers(count=SIZE), by_offset(server)).concurrently(in_flight)

    assert walked(listing) == (ALL, None)


NUMBERED: dict[str, tuple[list[list[int]], list[int]]] = {
    "uneven pages": ([ALL[:5], ALL[5:25], ALL[25:45], ALL[45:50], ALL[50:70], ALL[70:]], ALL),
    "an empty page": ([ALL[:20], [], ALL[20:40], ALL[40:60], ALL[60:80], ALL[80:]], ALL),
    "two empty pages": ([ALL[:20], [], [], ALL[20:40], ALL[40:60], ALL[60:80], ALL[80:]], ALL),
    "a short first page": ([ALL[:20], ALL[20:21], ALL[21:41], ALL[41:61], ALL[61:81], ALL[81:]], ALL),
}


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize(("pages", "found"), NUMBERED.values(), ids=NUMBERED)
def test_a_numbered_listing_goes_on_while_its_total_says_more(
    pages: list[list[int]], found: list[int], in_flight: int
) -> None:
    send = by_page(lambda number, _: info(pages[number] if number < len(pages) else []))

    assert walked(Pages(build_list_purchased_numbers(limit=SIZE), send).concurrently(in_flight)) == (found, None)


SHORT: dict[str, tuple[Server, int]] = {
    "one page in the middle is always empty": (lambda at, asked: vox([] if at == 40 else page(at)), 80),
    "the stock runs dry": (lambda at, asked: vox(page(at) if at < 30 else []), 40),
    "a page is {} for ever": (lambda at, asked: vox(page(at)) if at < 60 else {"count": 0}, 60),
    "the last records are hidden": (lambda at, asked: vox([key for key in page(at) if key != 99]), 99),
    "the total is far too large": (lambda at, asked: vox(page(at), 10**30), 100),
    "only a few come": (lambda at, asked: vox([7] if not at else []), 1),
    "none comes": (lambda at, asked: vox([]), 0),
}


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize(("server", "seen"), SHORT.values(), ids=SHORT)
def test_short_listing_raises_after_its_last_record(server: Server, seen: int, in_flight: int) -> None:
    found, error = walked(Pages(build_get_phone_numbers(count=SIZE), by_offset(server)).concurrently(in_flight))

    assert isinstance(error, IncompleteListing)
    assert error.seen == seen == len(found) == len(set(found))
    assert error.told > seen
    assert f"{seen} records came of {error.told}" in str(error)


def test_rows_missed_by_capped_pages_are_reported() -> None:
    send = by_page(lambda number, _: info(ALL[number * SIZE : number * SIZE + 8]))
    found, error = walked(Pages(build_list_purchased_numbers(limit=SIZE), send))

    assert len(found) == 40
    assert isinstance(error, IncompleteListing)
    assert (error.seen, error.told) == (40, 100)


def test_linked_listing_without_total_ends_with_its_last_link() -> None:
    def send(request: Request[Page[Any]]) -> Page[Any]:
        body: Body = {"numbers": [], "next": None if request.parameter("next") else "?next=a"}
        return request.operation.read(msgspec.json.encode(body))

    assert walked(Pages(build_list_rented_numbers(account_sid="AC1"), send)) == ([], None)


def test_a_record_without_its_id_is_left_out_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    def server(at: int, _: int) -> Body:
        body = vox(page(at))
        for record in body["result"]:
            if record["phone_id"] == 50:
                del record["phone_id"]
        return body

    listing = Pages(build_get_phone_numbers(count=SIZE), by_offset(server))

    assert walked(listing) == ([key for key in ALL if key != 50], None)
    assert [each.unreadable for each in listing.pages()] == [0, 0, 1, 0, 0]
    assert "1 of 20 records on a page can't be read: $.result[10].phone_id is missing" in caplog.messages[0]


@pytest.mark.parametrize("step", [-1, 1])
def test_total_moving_by_one_a_page_is_no_error(step: int, caplog: pytest.LogCaptureFixture) -> None:
    offers = list(ALL)

    def server(at: int, asked: int) -> Body:
        if asked:
            offers.insert(0, -asked) if step > 0 else offers.pop(0)
        return info(offers[at * SIZE : at * SIZE + SIZE], len(offers))

    found, error = walked(Pages(build_list_purchased_numbers(limit=SIZE), by_page(server)))

    assert error is None
    assert found == ALL
    assert "the total changed on the way" in caplog.messages[-1]
    assert caplog.records[-1].levelname == "WARNING"


def test_a_walk_from_the_middle_expects_only_what_is_left() -> None:
    send = by_offset(lambda at, _: vox(page(at)))
    assert walked(Pages(build_get_phone_numbers(count=SIZE, offset=70), send)) == (ALL[70:], None)

    send = by_page(lambda number, _: info(page(number * SIZE)))
    assert walked(Pages(build_list_purchased_numbers(limit=SIZE, page=3), send)) == (ALL[60:], None)

    send = by_offset(lambda at, _: vox([key for key in page(at) if key != 99]))
    found, error = walked(Pages(build_get_phone_numbers(count=SIZE, offset=70), send))
    assert isinstance(error, IncompleteListing)
    assert (len(found), error.seen, error.told) == (29, 29, 30)


def test_the_async_walk_says_so_as_well() -> None:
    send = by_offset(lambda at, _: vox([key for key in page(at) if key != 99]))

    async def send_async(request: Request[Page[Any]]) -> Page[Any]:
        return send(request)

    for in_flight in (1, 4):
        with pytest.raises(IncompleteListing):
            items(AsyncPages(build_get_phone_numbers(count=SIZE), send_async).concurrently(in_flight))


@given(st.lists(st.integers(0, SIZE), max_size=12), st.integers(-1, 300))
def test_every_end_is_complete_or_reported(sizes: list[int], total: int) -> None:
    keys = iter(range(10_000))
    pages = [[next(keys) for _ in range(size)] for size in sizes]
    asked = 0

    def server(number: int, _: int) -> Body:
        nonlocal asked
        asked += 1
        return info(pages[number] if number < len(pages) else [], total)

    found, error = walked(Pages(build_list_purchased_numbers(limit=SIZE), by_page(server)))

    assert found == [key for each in pages for key in each][: len(found)]
    assert asked <= len(pages) + MAX_GAP + 3
    if error is None and total > 0:
        assert len(found) >= total or any(0 < total < sum(sizes[: at + 1]) for at in range(len(sizes)))
    if error is not None:
        assert len(found) < total

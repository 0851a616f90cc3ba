"""Listings: which page follows, when they end, and that nothing is fetched before it is asked for."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given, strategies as st

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import BaseClient
from numberline._runtime.operation import Cursor, Operation, Provider, Request
from numberline._runtime.records import Page
from numberline._runtime.walk import MAX_GAP
from numberline.errors import IncompleteListing, InvalidArgument, NotFound, NumberlineError, UnreadableResponse
from numberline.infobip import Number, NumbersPage
from numberline.pagination import AsyncPages, Pages
from numberline_generated.infobip.decoding import DECODERS
from numberline_generated.infobip.operations import (
    GET_PURCHASED_NUMBER,
    build_get_purchased_number,
    build_list_purchased_numbers,
)
from tests.support import Wire, envelopes, items, result

Vox = Voximplant | AsyncVoximplant
Info = Infobip | AsyncInfobip
Api = Apifonica | AsyncApifonica


class Offsets:
    """A server that counts records to skip, as Voximplant's does.

    Args:
        size: how many records there are.
        cap: the largest page that it sends, whatever is asked for.
        total: whether it says how many there are.
    """

    def __init__(self, size: int, *, cap: int = 100, total: bool = True) -> None:
        self.size, self.cap, self.total = size, cap, total

    def __call__(self, request: httpx.Request) -> httpx.Response:
        form = dict(parse_qsl(request.content.decode()))
        start, count = int(form.get("offset", 0)), min(int(form.get("count", 100)), self.cap)
        ids = range(self.size)[start : start + count]
        page: dict[str, Any] = {"result": [{"phone_id": at, "phone_number": f"1555{at:07}"} for at in ids]}
        return httpx.Response(200, json=page | {"count": len(ids)} | ({"total_count": self.size} if self.total else {}))


class Numbered:
    """A server that counts pages from zero, as Infobip's does."""

    def __init__(self, size: int, *, cap: int = 50, total: bool = True) -> None:
        self.size, self.cap, self.total = size, cap, total

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        limit = min(int(query.get("limit", 50)), self.cap)
        start = int(query.get("page", 0)) * limit
        keys = range(self.size)[start : start + limit]
        page: dict[str, Any] = {"numbers": [{"numberKey": f"{at}", "number": "447700900123"} for at in keys]}
        return httpx.Response(200, json=page | ({"numberCount": self.size} if self.total else {}))


class Linked:
    """A server whose pages link to each other, as Apifonica's do."""

    def __init__(self, size: int, *, cap: int = 20, base: str = "https://api.apifonica.com") -> None:
        self.size, self.cap, self.base = size, cap, base

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        limit = min(int(query.get("limit", 20)), self.cap)
        start = int(query.get("next", 0))
        end = start + limit
        numbers = [{"number_sid": f"{at}", "number": "447700900123"} for at in range(self.size)[start:end]]
        link = f"{self.base}/v2/accounts/AC1/numbers?next={end}" if end < self.size else None
        return httpx.Response(200, json={"limit": limit, "prev": None, "next": link, "numbers": numbers})


def sent(wire: Wire, parameter: str) -> list[str | None]:
    """What each request said for a parameter."""
    found: list[str | None] = []
    for request in wire.sent:
        everything = dict(request.url.params) | dict(parse_qsl(request.content.decode()))
        found.append(everything.get(parameter))
    return found


# By offset


@pytest.mark.parametrize(
    ("size", "count", "offsets"),
    [
        (0, None, [None]),
        (1, None, [None]),
        (100, None, [None]),
        (101, None, [None, "100"]),
        (5, 2, [None, "2", "4"]),
        (4, 2, [None, "2"]),
    ],
)
def test_an_offset_moves_on_until_all_are_there(
    size: int, count: int | None, offsets: list[str | None], voximplant: Vox, wire: Wire
) -> None:
    wire.replies(*[Offsets(size)] * len(offsets))
    found = items(voximplant.get_phone_numbers(count=count))

    assert [number.phone_id for number in found] == list(range(size))
    assert sent(wire, "offset") == offsets
    assert set(sent(wire, "count")) == {None if count is None else str(count)}


def test_offset_follows_the_items_received_on_capped_pages(voximplant: Vox, wire: Wire) -> None:
    wire.replies(*[Offsets(7, cap=3)] * 3)
    found = items(voximplant.get_phone_numbers(count=1000))

    assert [number.phone_id for number in found] == list(range(7))
    assert sent(wire, "offset") == [None, "3", "6"]


def test_listing_starts_at_the_given_offset(voximplant: Vox, wire: Wire) -> None:
    wire.replies(*[Offsets(7)] * 2)
    found = items(voximplant.get_phone_numbers(count=3, offset=2))

    assert [number.phone_id for number in found] == [2, 3, 4, 5, 6]
    assert sent(wire, "offset") == ["2", "5"]


def test_an_offset_past_the_end_finds_nothing(voximplant: Vox, wire: Wire) -> None:
    wire.replies(Offsets(7))

    assert items(voximplant.get_phone_numbers(offset=100)) == []
    assert len(wire.sent) == 1


@pytest.mark.parametrize("size", [0, 3, 4])
def test_without_a_total_the_first_empty_page_ends_the_listing(size: int, voximplant: Vox, wire: Wire) -> None:
    wire.replies(*[Offsets(size, total=False)] * 3)
    found = items(voximplant.get_phone_numbers(count=2))

    assert len(found) == size
    assert sent(wire, "offset")[-1] == (str(size) if size else None)


def test_overstated_total_ends_the_walk(voximplant: Vox, wire: Wire) -> None:
    wire.replies(
        {"result": [{"phone_id": 1, "phone_number": "15550100"}], "total_count": 10**9}, *[{"result": []}] * 99
    )

    with pytest.raises(IncompleteListing) as short:
        items(voximplant.get_phone_numbers())
    assert (short.value.seen, short.value.told, short.value.provider) == (1, 10**9, "Voximplant")
    assert len(wire.sent) == 1 + MAX_GAP + 1


def test_numbers_in_stock_come_in_pages_too(voximplant: Vox, wire: Wire) -> None:
    wire.replies(*[Offsets(5)] * 3)
    shop: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}

    assert len(items(voximplant.get_new_phone_numbers(**shop, count=2))) == 5
    assert sent(wire, "offset") == [None, "2", "4"]


# By number


@pytest.mark.parametrize(
    ("size", "limit", "pages"),
    [
        (0, None, [None]),
        (50, None, [None]),
        (51, None, [None, "1"]),
        (5, 2, [None, "1", "2"]),
        (4, 2, [None, "1"]),
    ],
)
def test_pages_are_counted_until_all_are_there(
    size: int, limit: int | None, pages: list[str | None], infobip: Info, wire: Wire
) -> None:
    wire.replies(*[Numbered(size)] * len(pages))
    found = items(infobip.list_available_numbers(limit=limit))

    assert [number.number_key for number in found] == [f"{at}" for at in range(size)]
    assert sent(wire, "page") == pages


def test_page_number_follows_the_items_received_on_capped_pages(infobip: Info, wire: Wire) -> None:
    wire.replies(*[Numbered(7, cap=3)] * 3)
    found = items(infobip.list_purchased_numbers(limit=1000))

    assert [number.number_key for number in found] == [f"{at}" for at in range(7)]
    assert sent(wire, "page") == [None, "1", "2"]


@pytest.mark.parametrize(("start", "found"), [(0, 7), (1, 5), (2, 3), (3, 1), (4, 0)])
def test_listing_starts_at_the_given_page(start: int, found: int, infobip: Info, wire: Wire) -> None:
    wire.replies(*[Numbered(7)] * 5)
    keys = [number.number_key for number in items(infobip.list_purchased_numbers(limit=2, page=start))]

    assert keys == [f"{at}" for at in range(7)][-found:] if found else keys == []
    assert sent(wire, "page")[0] == str(start)
    assert len(wire.sent) <= 5 - start + 1


def test_counted_pages_without_a_total_end_with_an_empty_one(infobip: Info, wire: Wire) -> None:
    wire.replies(*[Numbered(4, total=False)] * 3)

    assert len(items(infobip.list_purchased_numbers(limit=2))) == 4
    assert sent(wire, "page") == [None, "1", "2"]


# By link


@pytest.mark.parametrize(
    ("size", "limit", "cursors"),
    [
        (0, None, [None]),
        (20, None, [None]),
        (21, None, [None, "20"]),
        (5, 2, [None, "2", "4"]),
    ],
)
def test_links_are_followed_until_there_is_none(
    size: int, limit: int | None, cursors: list[str | None], apifonica: Api, wire: Wire
) -> None:
    wire.replies(*[Linked(size)] * len(cursors))
    found = items(apifonica.list_rented_numbers(limit=limit, type="local"))

    assert [number.number_sid for number in found] == [f"{at}" for at in range(size)]
    assert sent(wire, "next") == cursors
    assert set(sent(wire, "type")) == {"local"}


def test_listing_starts_at_the_given_cursor(apifonica: Api, wire: Wire) -> None:
    wire.replies(*[Linked(5)] * 2)
    found = items(apifonica.list_rented_numbers(limit=2, next="1"))

    assert [number.number_sid for number in found] == ["1", "2", "3", "4"]
    assert sent(wire, "next") == ["1", "3"]


def test_an_empty_page_that_links_on_is_not_the_end(apifonica: Api, wire: Wire) -> None:
    wire.replies({"numbers": [], "next": "https://api.apifonica.com/v2/accounts/AC1/numbers?next=3"}, Linked(5))

    assert [number.number_sid for number in items(apifonica.list_rented_numbers())] == ["3", "4"]


@pytest.mark.parametrize("link", [None, ""])
def test_no_link_is_the_end_however_it_is_written(link: str | None, apifonica: Api, wire: Wire) -> None:
    wire.replies({"numbers": [{"number_sid": "a", "number": "447700900123"}], "next": link})

    assert len(items(apifonica.list_rented_numbers())) == 1


@pytest.mark.parametrize(
    "link",
    [
        "/v2/accounts/AC1/numbers?next=3",
        "?next=3",
        "numbers?next=3",
        "https://api.apifonica.com/somewhere/else?next=3",
        "https://api.apifonica.com:443/v2/accounts/AC1/numbers?next=3",
        "https://API.APIFONICA.COM/v2/accounts/AC1/numbers?next=3",
        "https://api.apifonica.com?next=3",
    ],
)
def test_only_the_query_of_a_link_is_used(link: str, apifonica: Api, wire: Wire) -> None:
    wire.replies({"numbers": [], "next": link}, Linked(5))
    items(apifonica.list_rented_numbers(limit=20))

    assert wire.sent[1].url == httpx.URL("https://api.apifonica.com/v2/accounts/AC1/numbers?limit=20&next=3")


@pytest.mark.parametrize(
    ("link", "origin"),
    [
        ("https://elsewhere.example/v2/accounts/AC1/numbers?next=3", "https://elsewhere.example"),
        ("https://api.apifonica.com.elsewhere.example/?next=3", "https://api.apifonica.com.elsewhere.example"),
        ("https://api.apifonica.com@elsewhere.example/?next=3", "https://elsewhere.example"),
        ("//elsewhere.example/v2/accounts/AC1/numbers?next=3", "://elsewhere.example"),
        ("http://api.apifonica.com/v2/accounts/AC1/numbers?next=3", "http://api.apifonica.com"),
        ("ftp://api.apifonica.com/v2/accounts/AC1/numbers?next=3", "ftp://api.apifonica.com"),
        ("https://api.apifonica.com:8443/v2/accounts/AC1/numbers?next=3", "https://api.apifonica.com:8443"),
        ("https://api.apifonica.com:80/v2/accounts/AC1/numbers?next=3", "https://api.apifonica.com:80"),
    ],
)
def test_link_to_another_host_sends_nothing(link: str, origin: str, apifonica: Api, wire: Wire) -> None:
    wire.replies({"numbers": [], "next": link})
    with pytest.raises(UnreadableResponse, match=f"points to {re.escape(origin)}, not to ") as refused:
        items(apifonica.list_rented_numbers())

    assert len(wire.sent) == 1
    assert str(refused.value).endswith("not to https://api.apifonica.com.")


@pytest.mark.parametrize(
    ("base_url", "link", "same"),
    [
        ("http://localhost:8600", "http://localhost:8600/v2/accounts/AC1/numbers?next=3", True),
        ("http://localhost:8600/prefix", "http://localhost:8600/prefix/v2/accounts/AC1/numbers?next=3", True),
        ("http://localhost:80", "http://localhost/v2/accounts/AC1/numbers?next=3", True),
        ("https://localhost:80", "https://localhost/v2/accounts/AC1/numbers?next=3", False),
        ("http://localhost:8600", "http://localhost:8601/v2/accounts/AC1/numbers?next=3", False),
        ("http://localhost:8600", "https://api.apifonica.com/v2/accounts/AC1/numbers?next=3", False),
        ("http://127.0.0.1:8600", "http://localhost:8600/v2/accounts/AC1/numbers?next=3", False),
    ],
)
def test_a_link_is_measured_by_the_base_url(base_url: str, link: str, same: bool, wire: Wire) -> None:
    wire.replies({"numbers": [], "next": link}, {"numbers": []})
    client = wire.connect(Apifonica, account_sid="AC1", auth_token="a-token", base_url=base_url)
    if same:
        assert list(client.list_rented_numbers()) == []
        assert str(wire.sent[1].url) == f"{base_url}/v2/accounts/AC1/numbers?next=3".replace(":80/", "/")
    else:
        with pytest.raises(UnreadableResponse):
            list(client.list_rented_numbers())
        assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://api.apifonica.com/v2/accounts/AC1/numbers", "no parameter 'next'"),
        ("https://api.apifonica.com/v2/accounts/AC1/numbers?next=", "no parameter 'next'"),
        ("https://api.apifonica.com/v2/accounts/AC1/numbers?after=3", "no parameter 'next'"),
        ("57e4f04a0c9b2dfe504f27e2", "no parameter 'next'"),
        ("https://[bad/?next=3", "not a URL"),
        ("https://api.apifonica.com:port/?next=3", "not a URL"),
    ],
)
def test_malformed_link_is_an_error_and_not_the_end(link: str, words: str, apifonica: Api, wire: Wire) -> None:
    wire.replies({"numbers": [{"number_sid": "a", "number": "447700900123"}], "next": link})
    with pytest.raises(UnreadableResponse, match=words):
        items(apifonica.list_rented_numbers())
    assert len(wire.sent) == 1


def in_turn(*cursors: str) -> list[dict[str, Any]]:
    """Pages without records that link to these cursors."""
    return [{"numbers": [], "next": f"/v2/accounts/AC1/numbers?next={cursor}"} for cursor in cursors]


@pytest.mark.parametrize(
    ("start", "cursors", "requests"),
    [("a", ["a"], 1), (None, ["a", "a"], 2), (None, ["a", "b", "a"], 3), ("a", ["b", "c", "a"], 3)],
)
def test_link_to_an_earlier_page_raises(
    start: str | None, cursors: list[str], requests: int, apifonica: Api, wire: Wire
) -> None:
    wire.replies(*in_turn(*cursors))
    with pytest.raises(UnreadableResponse, match="the link to the next page leads to"):
        items(apifonica.list_rented_numbers(next=start))
    assert len(wire.sent) == requests


# By a token

PLAIN = Provider("Plain", package="numberline_generated.infobip", server="", prefix="", error_forms=(), error_codes={})
LISTED: Operation[NumbersPage] = Operation(
    PLAIN,
    "list_numbers",
    method="GET",
    path="/numbers",
    operation_class="read",
    response="NumbersPage",
    paging=Cursor(cursor="token", link="next_token", key="number_key", is_token=True),
)


class TokenPage(NumbersPage):
    next_token: str | None = None


def tokens(*tokens: str | None) -> tuple[list[str | None], Pages[Number]]:
    """A listing whose pages hold these tokens, and which tokens were asked for."""
    asked: list[str | None] = []

    def ask(request: Request[Page[Number]]) -> Page[Number]:
        page = TokenPage(numbers=[Number(number_key=f"{len(asked)}", number="447700900123")])
        page.next_token = tokens[len(asked)]
        asked.append(request.query.get("token"))
        return page

    return asked, Pages(Request(LISTED), ask)


@pytest.mark.parametrize("last", [None, ""])
def test_page_token_is_returned_verbatim_until_there_is_none(last: str | None) -> None:
    asked, pages = tokens("a&b=c", "https://elsewhere.example/?token=x", last)

    assert [number.number_key for number in pages] == ["0", "1", "2"]
    assert asked == [None, "a&b=c", "https://elsewhere.example/?token=x"]


def test_a_token_that_came_before_is_an_error() -> None:
    _, pages = tokens("a", "b", "a")

    with pytest.raises(UnreadableResponse, match="one that came before"):
        list(pages)


# Whatever the style


def listing(client: BaseClient, **arguments: Any) -> Any:
    """The listing that each provider has."""
    methods = {
        "Voximplant": "get_phone_numbers",
        "Infobip": "list_purchased_numbers",
        "Apifonica": "list_rented_numbers",
    }
    return getattr(client, methods[client.provider.name])(**arguments)


SERVERS: dict[str, Callable[[int], Callable[[httpx.Request], httpx.Response]]] = {
    "Voximplant": Offsets,
    "Infobip": Numbered,
    "Apifonica": Linked,
}


def test_nothing_is_sent_before_it_is_asked_for(client: BaseClient, wire: Wire) -> None:
    found = listing(client)
    found.pages()
    repr(found)
    if isinstance(found, Pages):
        iter(found)
    else:
        assert isinstance(found, AsyncPages)
        aiter(found)

    assert wire.sent == []


def test_arguments_are_checked_before_the_walk(client: BaseClient, wire: Wire) -> None:
    size = "count" if client.provider.name == "Voximplant" else "limit"
    with pytest.raises(InvalidArgument) as refused:
        listing(client, **{size: 0})
    assert refused.value.parameter == size
    assert wire.sent == []


def test_next_page_is_fetched_after_the_previous_one_is_used(client: BaseClient, wire: Wire) -> None:
    wire.replies(*[SERVERS[client.provider.name](1000)] * 3)
    found = listing(client)
    first_page = 100 if client.provider.name == "Voximplant" else 50 if client.provider.name == "Infobip" else 20

    if isinstance(found, Pages):
        walk = iter(found)
        assert len(list(islice(walk, first_page))) == first_page
        assert len(wire.sent) == 1
        next(walk)
    else:

        async def walked() -> None:
            steps: AsyncIterator[object] = aiter(found)
            for _ in range(first_page):
                await anext(steps)
            assert len(wire.sent) == 1
            await anext(steps)
            await steps.aclose()  # type: ignore[attr-defined]  # it is a generator

        asyncio.run(walked())
    assert len(wire.sent) == 2


def test_each_walk_starts_anew(client: BaseClient, wire: Wire) -> None:
    wire.replies(*[SERVERS[client.provider.name](1)] * 2)
    found = listing(client)

    assert items(found) == items(found)
    assert len(wire.sent) == 2
    assert wire.sent[0].url == wire.sent[1].url
    assert wire.sent[0].content == wire.sent[1].content


def test_walks_beside_each_other_do_not_mix(infobip: Info, wire: Wire) -> None:
    wire.replies(*[Numbered(4)] * 4)
    found = infobip.list_purchased_numbers(limit=2)
    if isinstance(found, Pages):
        pairs = [(left.number_key, right.number_key) for left, right in zip(found, found, strict=True)]
    else:

        async def walked() -> list[tuple[str, str]]:
            right = aiter(found)
            return [(left.number_key, (await anext(right)).number_key) async for left in found]

        pairs = asyncio.run(walked())

    assert pairs == [(f"{at}", f"{at}") for at in range(4)]


def test_the_first_record_costs_one_page(client: BaseClient, wire: Wire) -> None:
    wire.replies(SERVERS[client.provider.name](1000), SERVERS[client.provider.name](0))

    assert result(listing(client).first()) is not None
    assert len(wire.sent) == 1
    assert result(listing(client).first()) is None
    assert len(wire.sent) == 2


def test_the_first_record_is_looked_for_behind_empty_pages(apifonica: Api, wire: Wire) -> None:
    wire.replies(*in_turn("1", "2"), Linked(5))
    first = result(apifonica.list_rented_numbers().first())

    assert first is not None
    assert first.number_sid == "2"


def test_total_costs_one_request_or_is_none(client: BaseClient, wire: Wire) -> None:
    wire.replies(SERVERS[client.provider.name](1000))

    assert result(listing(client).total()) == (None if client.provider.name == "Apifonica" else 1000)
    assert len(wire.sent) == 1


def test_the_total_is_none_if_it_is_missing(voximplant: Vox, infobip: Info, wire: Wire) -> None:
    wire.replies(Offsets(3, total=False), Numbered(3, total=False))

    assert result(voximplant.get_phone_numbers().total()) is None
    assert result(infobip.list_purchased_numbers().total()) is None


def test_envelopes_come_one_for_each_page(client: BaseClient, wire: Wire) -> None:
    wire.replies(*[SERVERS[client.provider.name](120)] * 6)
    pages = envelopes(listing(client))

    assert sum(len(page.items) for page in pages) == 120
    assert len(pages) == len(wire.sent)
    assert all(isinstance(page, Page) for page in pages)
    assert {page.total for page in pages} == ({None} if client.provider.name == "Apifonica" else {120})


def test_error_on_a_later_page_follows_earlier_records(client: BaseClient, wire: Wire) -> None:
    wire.replies(SERVERS[client.provider.name](1000), httpx.Response(404))
    found = listing(client)
    got: list[object] = []
    if isinstance(found, Pages):
        with pytest.raises(NotFound):
            got.extend(found)
    else:

        async def walked() -> None:
            async for record in found:
                got.append(record)

        with pytest.raises(NotFound):
            asyncio.run(walked())

    assert len(got) >= 20


def test_a_listing_shows_its_operation_and_no_arguments() -> None:
    found = Infobip(api_key="a-key").list_purchased_numbers(number="447700900123")

    assert repr(found) == "<Pages of list_purchased_numbers>"
    assert repr(AsyncInfobip(api_key="a-key").list_purchased_numbers()) == "<AsyncPages of list_purchased_numbers>"


# Alone, with the generated builders


def send(request: Request[Page[Number]]) -> Page[Number]:
    """Somebody's own way to send a request."""
    answer = Numbered(5)(httpx.Request("GET", "https://example.com" + request.target()))
    page: Page[Number] = DECODERS["NumbersPage"](answer.content)
    return page


def test_listing_works_with_any_function() -> None:
    numbers = Pages(build_list_purchased_numbers(limit=2), send)

    assert [number.number_key for number in numbers] == ["0", "1", "2", "3", "4"]
    assert numbers.total() == 5


async def test_listing_works_with_any_coroutine_function() -> None:
    async def send_later(request: Request[Page[Number]]) -> Page[Number]:
        return send(request)

    numbers = AsyncPages(build_list_purchased_numbers(limit=2), send_later)

    assert [number.number_key async for number in numbers] == ["0", "1", "2", "3", "4"]
    assert await numbers.total() == 5
    first = await numbers.first()
    assert first is not None
    assert first.number_key == "0"


def test_link_is_free_without_a_base_url() -> None:
    from numberline_generated.apifonica.decoding import DECODERS as APIFONICA
    from numberline_generated.apifonica.operations import build_list_rented_numbers

    def ask(request: Request[Page[Any]]) -> Page[Any]:
        answer = Linked(3)(httpx.Request("GET", "https://example.com" + request.target()))
        page: Page[Any] = APIFONICA["RentedNumbersPage"](answer.content)
        return page

    assert len(list(Pages(build_list_rented_numbers(account_sid="AC1", limit=2), ask))) == 3


def test_what_does_not_come_in_pages_is_no_listing() -> None:
    def never(_: Request[Any]) -> Any:
        raise NumberlineError("this was sent")

    of_one: Any = build_get_purchased_number(number_key="key")
    found: Pages[Any] = Pages(of_one, never)
    with pytest.raises(TypeError, match="get_purchased_number does not return pages"):
        list(found)
    assert GET_PURCHASED_NUMBER.paging is None


@given(
    size=st.integers(0, 60),
    count=st.integers(1, 70),
    cap=st.integers(1, 70),
    total=st.booleans(),
    start=st.integers(0, 70),
)
def test_every_record_comes_once_and_in_order(size: int, count: int, cap: int, total: bool, start: int) -> None:
    def client(kind: type[Any], server: Callable[[httpx.Request], httpx.Response], **sign_in: Any) -> Any:
        return kind(http_client=httpx.Client(transport=httpx.MockTransport(server)), **sign_in)

    voximplant = client(Voximplant, Offsets(size, cap=cap, total=total), account_id=7, api_key="a-key")
    infobip = client(Infobip, Numbered(size, cap=cap, total=total), api_key="a-key")
    apifonica = client(Apifonica, Linked(size, cap=cap), account_sid="AC1", auth_token="a-token")

    by_offset = voximplant.get_phone_numbers(count=count, offset=start)
    by_number = infobip.list_purchased_numbers(limit=count)
    by_link = apifonica.list_rented_numbers(limit=min(count, 20))
    assert [number.phone_id for number in by_offset] == list(range(start, size))
    assert [number.number_key for number in by_number] == [f"{at}" for at in range(size)]
    assert [number.number_sid for number in by_link] == [f"{at}" for at in range(size)]


@given(size=st.integers(0, 60), limit=st.integers(1, 20), page=st.integers(0, 10))
def test_counted_pages_lose_nothing_wherever_they_start(size: int, limit: int, page: int) -> None:
    asked: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return Numbered(size)(request)

    with httpx.Client(transport=httpx.MockTransport(server)) as http:
        found = list(Infobip(api_key="a-key", http_client=http).list_purchased_numbers(limit=limit, page=page))

    assert [number.number_key for number in found] == [f"{at}" for at in range(size)[page * limit :]]
    assert len(asked) <= max(0, -(-size // limit) - page) + 1

"""Listings that come in pages.

A *style* knows, without sending anything, which request follows a page; a `Walk` keeps what one walk through a listing
has seen, so that nothing is yielded twice, and as little as possible lost, when records come and go meanwhile (`Walk`
says what can be promised). `Pages` and `AsyncPages` only ask and wait. Usable on its own with the generated builders
and any function that answers a request::

    request = build_get_phone_numbers(country_code=["US"])
    for number in Pages(request, send):          # send(request) -> PhoneNumbersPage
        print(number.phone_number)
"""

import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from urllib.parse import SplitResult, parse_qsl, urlsplit

from ..errors import UnreadableResponse
from .arguments import integer

if TYPE_CHECKING:
    from .operation import Request
    from .records import Page

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

DEDUP_WINDOW = 10_000
"""How many of the last records are known again, at least; three pages' worth where that is more."""

MAX_REWINDS = 5
"""How often in a row a page is asked for anew because records vanished before it."""

MAX_EMPTY_PAGES = 1000
"""How many pages in a row may bring nothing new."""

log = logging.getLogger("numberline")


class Style(Protocol):
    """Decides which request follows a page, and which one looks again at what may have moved."""

    @property
    def key(self) -> str:
        """The attribute that identifies a record."""
        ...

    def following(self, request: "Request[Page[T]]", page: "Page[T]", walk: "Walk") -> "Request[Page[T]] | None":
        """The request for the page after `page`, or None at the end."""
        ...

    def back(self, request: "Request[Page[T]]", vanished: int, walk: "Walk") -> "Request[Page[T]] | None":
        """The request that also brings what moved to before `request` when so many records vanished, or None if
        nothing can have moved."""
        ...


class Offset:
    """`offset` counts the records to skip. It moves by what really came, so a server that caps pages loses nothing.

    Args:
        offset: the parameter that says how many records to skip.
        key: the attribute that identifies a record.
    """

    __slots__ = ("key", "offset")

    def __init__(self, *, offset: str, key: str) -> None:
        self.offset = offset
        self.key = key

    def following(self, request: "Request[Page[T]]", page: "Page[T]", walk: "Walk") -> "Request[Page[T]] | None":
        after = int(request.parameter(self.offset) or 0) + len(page.items)
        if not page.items or (page.total is not None and after >= page.total):
            return None
        return request.replace({self.offset: str(after)})

    def back(self, request: "Request[Page[T]]", vanished: int, walk: "Walk") -> "Request[Page[T]] | None":
        here = int(request.parameter(self.offset) or 0)
        return request.replace({self.offset: str(max(walk.start, here - vanished))}) if here > walk.start else None


class Numbered:
    """Pages are counted.

    Args:
        page: the parameter that says which page.
        first: the number of the first page.
        key: the attribute that identifies a record.
    """

    __slots__ = ("first", "key", "page")

    def __init__(self, *, page: str, first: int, key: str) -> None:
        self.page = page
        self.first = first
        self.key = key

    def following(self, request: "Request[Page[T]]", page: "Page[T]", walk: "Walk") -> "Request[Page[T]] | None":
        number = int(request.parameter(self.page) or self.first)
        # Which size the server used is only known from what came: the largest page so far.
        through = (number - self.first) * walk.largest + len(page.items)
        if not page.items or (page.total is not None and through >= page.total):
            return None
        return request.replace({self.page: str(number + 1)})

    def back(self, request: "Request[Page[T]]", vanished: int, walk: "Walk") -> "Request[Page[T]] | None":
        here = int(request.parameter(self.page) or self.first)
        earlier = max(walk.start, here - -(-vanished // max(1, walk.largest)))
        return request.replace({self.page: str(earlier)}) if here > walk.start else None


class Cursor:
    """Each page links to the next.

    Only the link's query is used, on top of the request's own: nothing is sent to where a link points, and filters
    stay in force whether or not the provider repeats them in its links.

    Args:
        cursor: the parameter that carries the cursor.
        link: the attribute of a page that holds the link.
        key: the attribute that identifies a record.
    """

    __slots__ = ("cursor", "key", "link")

    def __init__(self, *, cursor: str, link: str, key: str) -> None:
        self.cursor = cursor
        self.link = link
        self.key = key

    def following(self, request: "Request[Page[T]]", page: "Page[T]", walk: "Walk") -> "Request[Page[T]] | None":
        link: str | None = getattr(page, self.link)
        if not link:
            return None
        parameters = self._parameters(link, walk)
        walk.cursors.add(request.parameter(self.cursor))
        if parameters[self.cursor] in walk.cursors:
            raise UnreadableResponse("the link to the next page leads to one that came before.")
        return request.replace(parameters)

    def back(self, request: "Request[Page[T]]", vanished: int, walk: "Walk") -> "Request[Page[T]] | None":
        return None  # a cursor stays where it is when records vanish

    def _parameters(self, link: str, walk: "Walk") -> dict[str, str]:
        _refuse_foreign(link, walk.base_url)
        parameters = dict(parse_qsl(urlsplit(link).query))
        if not parameters.get(self.cursor):
            raise UnreadableResponse(f"the link to the next page has no parameter {self.cursor!r}.")
        return parameters


class Token(Cursor):
    """Each page holds a token that asks for the next one.

    Args:
        cursor: the parameter that carries the token.
        link: the attribute of a page that holds the token.
        key: the attribute that identifies a record.
    """

    __slots__ = ()

    def _parameters(self, link: str, walk: "Walk") -> dict[str, str]:
        return {self.cursor: link}


class Walk:
    """One walk through a listing: what to ask for next, and which records are new.

    What it promises for a listing that changes between two pages, in a fixed order:

    - No record is yielded twice, as long as no more than `DEDUP_WINDOW` others came since.
    - Records that come or go where the walk has not been yet change nothing for the others. Those that come in its
      back are not yielded, and lose nothing: what they push on is known again.
    - Records that go in its back pull others out of sight. By offset or page number that shows as a total that falls;
      the walk then looks again and loses nothing, if the total fell by as much as went: no total, or one that rises
      again before the next page, hides the loss. So does a total that falls before each of more than `MAX_REWINDS`
      pages in a row. What a total hid and a later look back finds is yielded then, out of its order.
    - A cursor stays where it is if the provider ties it to a record; one that only hides an offset loses what an offset
      without a total does.
    - It ends, or raises if pages come that bring nothing new although the totals explain none of it.

    Args:
        request: the first request.
        base_url: scheme, host and port that links may point to; any if None.
    """

    def __init__(self, request: "Request[Page[Any]]", base_url: str | None = None) -> None:
        style = request.operation.paging
        if style is None:
            raise TypeError(f"{request.operation.name} does not answer in pages")
        self.base_url = base_url
        self.cursors: set[str | None] = set()
        self.largest = 0
        self.start = 0
        if isinstance(style, Offset):
            self.start = int(request.parameter(style.offset) or 0)
        elif isinstance(style, Numbered):
            self.start = int(request.parameter(style.page) or style.first)
        self._style = style
        self._total: int | None = None
        self._rewinds = 0
        self._empty_pages = 0
        self._again: Request[Any] | None = None
        self._known: OrderedDict[Any, None] = OrderedDict()
        self._expected_duplicates = 0  # how many known records may come again, since others came or went before them

    def take(self, request: "Request[Page[T]]", page: "Page[T]") -> list[T] | None:
        """The records of a page that were not on one of the last pages; None if the page is of no use, because records
        vanished before it and others moved to where they are not seen.

        Raises:
            UnreadableResponse: if the listing does not get on.
        """
        self.largest = max(self.largest, len(page.items))
        self._again = None
        before = self._total
        if page.total is not None:
            self._total = page.total
        if before is not None and page.total is not None and page.total != before:
            log.info("%s: the total changed from %d to %d on the way", request.operation.name, before, page.total)
            if page.total > before:
                self._expected_duplicates += page.total - before
            elif self._rewinds < MAX_REWINDS:
                self._again = self._style.back(request, before - page.total, self)
                if self._again is not None:
                    self._rewinds += 1
                    self._empty_pages += 1
                    self._expected_duplicates += before - page.total + self.largest
                    return None
        self._rewinds = 0
        new: list[T] = []
        for item in page.items:
            key = getattr(item, self._style.key)
            if key in self._known:
                self._known.move_to_end(key)
            else:
                self._known[key] = None
                new.append(item)
        again = len(page.items) - len(new)
        self._empty_pages = 0 if new else self._empty_pages + 1
        if self._empty_pages > MAX_EMPTY_PAGES:
            raise UnreadableResponse(f"{MAX_EMPTY_PAGES} pages in a row brought nothing new.")
        if again and not new and self._expected_duplicates <= 0:
            raise UnreadableResponse("a page brought nothing but records of the pages before it.")
        self._expected_duplicates = max(0, self._expected_duplicates - again)
        while len(self._known) > max(DEDUP_WINDOW, 3 * self.largest):
            self._known.popitem(last=False)
        return new

    def following(self, request: "Request[Page[T]]", page: "Page[T]") -> "Request[Page[T]] | None":
        """The request after a page that was taken, or None at the end.

        Raises:
            UnreadableResponse: if the page's link to the next one can't be followed.
        """
        return self._again or self._style.following(request, page, self)


class Pages(Generic[T_co]):
    """A listing, fetched page by page as it is walked through. Each walk starts anew.

    Iterate for the records of all pages.
    """

    def __init__(
        self,
        request: "Request[Page[T_co]]",
        send: "Callable[[Request[Page[T_co]]], Page[T_co]]",
        *,
        base_url: str | None = None,
        in_flight: int = 1,
    ) -> None:
        self._request = request
        self._send = send
        self._base_url = base_url
        self._in_flight = in_flight

    def concurrently(self, in_flight: int) -> "Pages[T_co]":
        """The same listing, fetched faster: with up to so many pages in flight at a time, by as many threads.

        The records and their order are the same. No more pages than that are held at a time. It takes a listing by
        offset or page number whose total the provider tells; others are fetched one page after the other. Whoever stops
        early waits for what is in flight, and nothing more is fetched.

        Raises:
            InvalidArgument: if `in_flight` is not a whole number from 1.
        """
        integer("in_flight", in_flight, minimum=1)
        return Pages(self._request, self._send, base_url=self._base_url, in_flight=in_flight)

    def pages(self) -> "Iterator[Page[T_co]]":
        """The provider's envelopes, one for each page, as they came."""
        return (page for page, _ in self._walk())

    def _walk(self) -> "Generator[tuple[Page[T_co], list[T_co]], None, None]":
        if self._in_flight > 1:
            from .prefetch import walk_ahead

            yield from walk_ahead(self._request, self._send, self._base_url, self._in_flight)
            return
        walk = Walk(self._request, self._base_url)
        request: Request[Page[T_co]] | None = self._request
        while request is not None:
            page = self._send(request)
            new = walk.take(request, page)
            if new is not None:
                yield page, new
            request = walk.following(request, page)

    def __iter__(self) -> Iterator[T_co]:
        for _, new in self._walk():
            yield from new

    def first(self) -> T_co | None:
        """The first record, or None if there is none. Fetches no more than it has to."""
        return next(iter(self), None)

    def total(self) -> int | None:
        """How many records match, by asking for one page; None if the provider doesn't say."""
        return self._send(self._request).total

    def __repr__(self) -> str:
        return f"<Pages of {self._request.operation.name}>"


class AsyncPages(Generic[T_co]):
    """A listing, fetched page by page as it is walked through with `async for`. Each walk starts anew."""

    def __init__(
        self,
        request: "Request[Page[T_co]]",
        send: "Callable[[Request[Page[T_co]]], Awaitable[Page[T_co]]]",
        *,
        base_url: str | None = None,
        in_flight: int = 1,
    ) -> None:
        self._request = request
        self._send = send
        self._base_url = base_url
        self._in_flight = in_flight

    def concurrently(self, in_flight: int) -> "AsyncPages[T_co]":
        """The same listing, fetched faster: with up to so many pages in flight at a time.

        The records and their order are the same. No more pages than that are held at a time. It takes a listing by
        offset or page number whose total the provider tells; others are fetched one page after the other. For whoever
        stops early, what is in flight is cancelled. It takes asyncio.

        Raises:
            InvalidArgument: if `in_flight` is not a whole number from 1.
        """
        integer("in_flight", in_flight, minimum=1)
        return AsyncPages(self._request, self._send, base_url=self._base_url, in_flight=in_flight)

    async def pages(self) -> "AsyncGenerator[Page[T_co], None]":
        """The provider's envelopes, one for each page, as they came."""
        async with aclosing(self._walk()) as walk:
            async for page, _ in walk:
                yield page

    async def _walk(self) -> "AsyncGenerator[tuple[Page[T_co], list[T_co]], None]":
        if self._in_flight > 1:
            from .prefetch import walk_ahead_async

            async with aclosing(walk_ahead_async(self._request, self._send, self._base_url, self._in_flight)) as ahead:
                async for found in ahead:
                    yield found
            return
        walk = Walk(self._request, self._base_url)
        request: Request[Page[T_co]] | None = self._request
        while request is not None:
            page = await self._send(request)
            new = walk.take(request, page)
            if new is not None:
                yield page, new
            request = walk.following(request, page)

    async def __aiter__(self) -> AsyncGenerator[T_co, None]:
        async with aclosing(self._walk()) as walk:
            async for _, new in walk:
                for item in new:
                    yield item

    async def first(self) -> T_co | None:
        """The first record, or None if there is none. Fetches no more than it has to."""
        async with aclosing(self.__aiter__()) as items:
            return await anext(items, None)

    async def total(self) -> int | None:
        """How many records match, by asking for one page; None if the provider doesn't say."""
        return (await self._send(self._request)).total

    def __repr__(self) -> str:
        return f"<AsyncPages of {self._request.operation.name}>"


def _refuse_foreign(link: str, base_url: str | None) -> None:
    # The page that holds a link to elsewhere is not to be trusted, although nothing would be sent there.
    here = urlsplit(base_url or "")
    try:
        there = urlsplit(link)
        foreign = _origin(there) != _origin(here)
    except ValueError:
        there, foreign = None, True
    if there is None:  # raised out here, since the other error quotes the link
        raise UnreadableResponse("the link to the next page is not a URL.")
    if base_url and there.netloc and foreign:
        host = f"{there.scheme}://{there.hostname}" + (f":{there.port}" if there.port else "")
        raise UnreadableResponse(f"the link to the next page points to {host}, not to {here.scheme}://{here.netloc}.")


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or {"http": 80, "https": 443}.get(url.scheme)

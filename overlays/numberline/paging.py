"""Listings that come in pages.

A *style* knows, without sending anything, which request follows a page; `Pages` and `AsyncPages` only ask and wait.
Usable on its own with the generated builders and any function that answers a request::

    request = build_get_phone_numbers(country_code=["US"])
    for number in Pages(request, send):          # send(request) -> PhoneNumbersPage
        print(number.phone_number)
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from urllib.parse import SplitResult, parse_qsl, urlsplit

from .errors import UnreadableResponse

if TYPE_CHECKING:
    from .records import Page
    from .runtime import Request

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Style(Protocol):
    """Decides which request follows a page. One instance for an operation; what it counts is in `Progress`."""

    @property
    def key(self) -> str:
        """The attribute that identifies an item."""
        ...

    def following(
        self, request: "Request[Page[T]]", page: "Page[T]", progress: "Progress"
    ) -> "Request[Page[T]] | None":
        """The request for the page after `page`, or None at the end."""
        ...


class Progress:
    """What one walk through a listing has seen so far."""

    __slots__ = ("base_url", "cursors", "first", "largest", "seen")

    def __init__(self, base_url: str | None = None) -> None:
        self.base_url = base_url
        self.cursors: set[str | None] = set()
        self.first: int | None = None
        self.seen = 0
        self.largest = 0

    def note(self, page: "Page[T]") -> None:
        self.seen += len(page.items)
        self.largest = max(self.largest, len(page.items))


class Offset:
    """`offset` counts the records to skip. It moves by what really came, so a server that caps pages loses nothing.

    Args:
        offset: the parameter that says how many records to skip.
        size: the parameter that says how many to send at most.
        key: the attribute that identifies an item.
    """

    __slots__ = ("key", "offset", "size")

    def __init__(self, *, offset: str, size: str, key: str) -> None:
        self.offset = offset
        self.size = size
        self.key = key

    def following(self, request: "Request[Page[T]]", page: "Page[T]", progress: Progress) -> "Request[Page[T]] | None":
        after = int(request.parameter(self.offset) or 0) + len(page.items)
        if not page.items or (page.total is not None and after >= page.total):
            return None
        return request.replace({self.offset: str(after)})


class Numbered:
    """Pages are counted.

    Args:
        page: the parameter that says which page.
        first: the number of the first page.
        size: the parameter that says how many records a page holds.
        key: the attribute that identifies an item.
    """

    __slots__ = ("first", "key", "page", "size")

    def __init__(self, *, page: str, first: int, size: str, key: str) -> None:
        self.page = page
        self.first = first
        self.size = size
        self.key = key

    def following(self, request: "Request[Page[T]]", page: "Page[T]", progress: Progress) -> "Request[Page[T]] | None":
        number = int(request.parameter(self.page) or self.first)
        if progress.first is None:
            progress.first = number
        # Which size the server used is only known from what came: the largest page so far.
        before = (progress.first - self.first) * progress.largest
        if not page.items or (page.total is not None and before + progress.seen >= page.total):
            return None
        return request.replace({self.page: str(number + 1)})


class Cursor:
    """Each page links to the next.

    Only the link's query is used, on top of the request's own: nothing is sent to where a link points, and filters
    stay in force whether or not the provider repeats them in its links.

    Args:
        cursor: the parameter that carries the cursor.
        link: the attribute of a page that holds the link.
        size: the parameter that says how many records a page holds.
        key: the attribute that identifies an item.
    """

    __slots__ = ("cursor", "key", "link", "size")

    def __init__(self, *, cursor: str, link: str, size: str, key: str) -> None:
        self.cursor = cursor
        self.link = link
        self.size = size
        self.key = key

    def following(self, request: "Request[Page[T]]", page: "Page[T]", progress: Progress) -> "Request[Page[T]] | None":
        link: str | None = getattr(page, self.link)
        if not link:
            return None
        _same_origin(link, progress.base_url)
        parameters = dict(parse_qsl(urlsplit(link).query))
        cursor = parameters.get(self.cursor)
        if not cursor:
            raise UnreadableResponse(f"the link to the next page has no parameter {self.cursor!r}.")
        progress.cursors.add(request.parameter(self.cursor))
        if cursor in progress.cursors:
            raise UnreadableResponse("the link to the next page leads to one that came before.")
        return request.replace(parameters)


def _same_origin(link: str, base_url: str | None) -> None:
    """A link to elsewhere is not followed even in spirit: the page that holds it is not to be trusted."""
    try:
        there = urlsplit(link)
        here = urlsplit(base_url or "")
        foreign = _origin(there) != _origin(here)
    except ValueError:
        raise UnreadableResponse("the link to the next page is not a URL.") from None
    if base_url and there.netloc and foreign:
        host = f"{there.scheme}://{there.hostname}" + (f":{there.port}" if there.port else "")
        raise UnreadableResponse(f"the link to the next page points to {host}, not to {here.scheme}://{here.netloc}.")


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or {"http": 80, "https": 443}.get(url.scheme)


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
    ) -> None:
        self._request = request
        self._send = send
        self._base_url = base_url

    def pages(self) -> "Iterator[Page[T_co]]":
        """The provider's envelopes, one for each page."""
        style, progress = _style(self._request), Progress(self._base_url)
        request: Request[Page[T_co]] | None = self._request
        while request is not None:
            page = self._send(request)
            progress.note(page)
            yield page
            request = style.following(request, page, progress)

    def __iter__(self) -> Iterator[T_co]:
        for page in self.pages():
            yield from page.items

    def first(self) -> T_co | None:
        """The first record, or None if there is none. Fetches no more than it has to."""
        return next(iter(self), None)

    def total(self) -> int | None:
        """How many records match, by asking for one page; None if the provider doesn't say."""
        return next(self.pages()).total

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
    ) -> None:
        self._request = request
        self._send = send
        self._base_url = base_url

    async def pages(self) -> "AsyncGenerator[Page[T_co], None]":
        """The provider's envelopes, one for each page."""
        style, progress = _style(self._request), Progress(self._base_url)
        request: Request[Page[T_co]] | None = self._request
        while request is not None:
            page = await self._send(request)
            progress.note(page)
            yield page
            request = style.following(request, page, progress)

    async def __aiter__(self) -> AsyncGenerator[T_co, None]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def first(self) -> T_co | None:
        """The first record, or None if there is none. Fetches no more than it has to."""
        async with aclosing(self.__aiter__()) as items:
            return await anext(items, None)

    async def total(self) -> int | None:
        """How many records match, by asking for one page; None if the provider doesn't say."""
        async with aclosing(self.pages()) as pages:
            return (await anext(pages)).total

    def __repr__(self) -> str:
        return f"<AsyncPages of {self._request.operation.name}>"


def _style(request: "Request[Page[T]]") -> Style:
    style = request.operation.paging
    if style is None:
        raise TypeError(f"{request.operation.name} does not answer in pages")
    return style

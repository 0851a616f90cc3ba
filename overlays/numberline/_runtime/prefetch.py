"""Pages fetched ahead of the walk that wants them, several at a time.

Fetching ahead decides nothing. The walk asks for exactly the requests that it would ask for without; a page that was
fetched for another request, because the listing changed meanwhile, is dropped. So the order is kept, nothing lost.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from .walk import Cursor, Walk

if TYPE_CHECKING:
    from .operation import Request
    from .records import Page

T = TypeVar("T")


class _Plan:
    """Which requests are likely to follow a page."""

    def __init__(self, request: "Request[Page[T]]", base_url: str | None, in_flight: int) -> None:
        self.walk = Walk(request, base_url)
        style = request.operation.paging
        # A link is only known from the page before it, and without a total there may be no page to fetch.
        self._style = None if isinstance(style, Cursor) else style
        self._in_flight = in_flight

    def likely(self, request: "Request[Page[T]]", page: "Page[T]") -> "list[Request[Page[T]]]":
        """The next requests, if nothing changes, as many as may be in flight."""
        found: list[Request[Page[T]]] = []
        while self._style is not None and page.total is not None and len(found) < self._in_flight:
            following = self._style.following(found[-1] if found else request, page, self.walk)
            if following is None:
                break
            found.append(following)
        return found


def _key(request: "Request[Page[T]]") -> Hashable:
    return frozenset(request.arguments().items())


def walk_ahead(
    request: "Request[Page[T]]",
    send: "Callable[[Request[Page[T]]], Page[T]]",
    base_url: str | None,
    in_flight: int,
) -> "Generator[tuple[Page[T], list[T]], None, None]":
    """Each page of use with its new records, as `Pages` yields them. Stopping early waits for what is in flight and
    fetches nothing more."""
    plan = _Plan(request, base_url, in_flight)
    waiting: dict[Hashable, Future[Page[T]]] = {}
    following: Request[Page[T]] | None = request
    pool = ThreadPoolExecutor(in_flight, thread_name_prefix="numberline")
    try:
        while following is not None:
            asked = following
            coming = waiting.pop(_key(asked), None)
            page = send(asked) if coming is None else coming.result()
            new = plan.walk.take(asked, page)
            likely = {_key(each): each for each in plan.likely(asked, page)} if new is not None else {}
            for key in [key for key in waiting if key not in likely]:
                waiting.pop(key).cancel()
            for key, each in list(likely.items())[: in_flight - 1]:
                if key not in waiting:
                    waiting[key] = pool.submit(send, each)
            if new is not None:
                yield page, new
            following = plan.walk.following(asked, page)
            del page, new
            for key, each in likely.items():
                if key not in waiting:
                    waiting[key] = pool.submit(send, each)
    finally:
        pool.shutdown(cancel_futures=True)


async def walk_ahead_async(
    request: "Request[Page[T]]",
    send: "Callable[[Request[Page[T]]], Awaitable[Page[T]]]",
    base_url: str | None,
    in_flight: int,
) -> "AsyncGenerator[tuple[Page[T], list[T]], None]":
    """Each page of use with its new records, as `AsyncPages` yields them. Stopping early cancels what is in flight."""
    plan = _Plan(request, base_url, in_flight)
    waiting: dict[Hashable, asyncio.Future[Page[T]]] = {}
    following: Request[Page[T]] | None = request
    try:
        while following is not None:
            asked = following
            coming = waiting.pop(_key(asked), None)
            page = await (send(asked) if coming is None else coming)
            new = plan.walk.take(asked, page)
            likely = {_key(each): each for each in plan.likely(asked, page)} if new is not None else {}
            await _cancelled([waiting.pop(key) for key in list(waiting) if key not in likely])
            for key, each in list(likely.items())[: in_flight - 1]:
                if key not in waiting:
                    waiting[key] = asyncio.ensure_future(send(each))
            if new is not None:
                yield page, new
            following = plan.walk.following(asked, page)
            del page, new
            for key, each in likely.items():
                if key not in waiting:
                    waiting[key] = asyncio.ensure_future(send(each))
    finally:
        await _cancelled(list(waiting.values()))


async def _cancelled(tasks: "list[asyncio.Future[Page[T]]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

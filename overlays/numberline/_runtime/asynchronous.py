"""What waits with `await`: `drive_async`, and `AsyncPages`. Not loaded by programs that wait by blocking."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from .arguments import integer
from .walk import Walk, trusted_total

if TYPE_CHECKING:
    from .operation import Request
    from .records import Page

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)


async def drive_async(steps: Generator[S, R, T], do: Callable[[S], Awaitable[R]]) -> T:
    """Do as `drive`, with `await`."""
    try:
        step = next(steps)
        while True:
            try:
                outcome = await do(step)
            except BaseException as error:
                del step
                step = steps.throw(error)
            else:
                step = steps.send(outcome)
    except StopIteration as end:
        return cast("T", end.value)


class AsyncPages(Generic[T_co]):
    """A listing, fetched page by page as it is iterated over with `async for`. Each iteration starts anew."""

    def __init__(
        self,
        request: Request[Page[T_co]],
        send: Callable[[Request[Page[T_co]]], Awaitable[Page[T_co]]],
        *,
        base_url: str | None = None,
        in_flight: int = 1,
    ) -> None:
        self._request = request
        self._send = send
        self._base_url = base_url
        self._in_flight = in_flight

    def concurrently(self, in_flight: int) -> AsyncPages[T_co]:
        """Return the same listing, fetched faster: with up to `in_flight` pages in flight at a time.

        The records and their order are the same. No more pages than that are held at a time. It takes a listing by
        offset or page number whose total the provider tells; others are fetched one page after the other. Stopping
        early cancels what is in flight. It takes asyncio.

        Raises:
            InvalidArgument: if `in_flight` is not a whole number from 1.
        """
        integer("in_flight", in_flight, minimum=1)
        return AsyncPages(self._request, self._send, base_url=self._base_url, in_flight=in_flight)

    async def pages(self) -> AsyncGenerator[Page[T_co], None]:
        """Iterate over the provider's envelopes, one for each page, as they came."""
        async with aclosing(self._walk()) as walk:
            async for page, _ in walk:
                yield page

    async def _walk(self) -> AsyncGenerator[tuple[Page[T_co], list[T_co]], None]:
        walk = Walk(self._request, self._base_url)
        if self._in_flight > 1:
            from .prefetch import walk_ahead_async

            async with aclosing(walk_ahead_async(walk, self._send, self._in_flight)) as ahead:
                async for found in ahead:
                    yield found
            return
        request: Request[Page[T_co]] | None = walk.request
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
        """Return the first record, or None if there is none. Fetches no more than it has to."""
        async with aclosing(self.__aiter__()) as items:
            return await anext(items, None)

    async def total(self) -> int | None:
        """Return how many records match, by asking for one page; None if the provider doesn't say."""
        return trusted_total(await self._send(Walk(self._request).request))

    def __repr__(self) -> str:
        return f"<AsyncPages of {self._request.operation.name}>"

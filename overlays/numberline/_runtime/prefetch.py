"""Pages fetched ahead of the walk that wants them, several at a time.

Fetching ahead decides nothing. The walk asks for exactly the requests that it would ask for without; a page that was
fetched for another request, because the listing changed meanwhile, is dropped. So the order is kept, nothing lost.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Hashable, Iterator
from concurrent.futures import Future
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import InvalidArgument
from .clock import STOPPED
from .walk import Positions, Walk

if TYPE_CHECKING:
    from .operation import Request
    from .records import Page

T = TypeVar("T")
F = TypeVar("F", bound="Future[Any] | asyncio.Future[Any]")


class _Plan(Generic[F]):
    """What is in flight, for whichever way of waiting.

    Args:
        walk: decides what is wanted.
        start: sends a request in the background.
        in_flight: how many pages are in flight or held at a time.

    Attributes:
        wanted: the request whose page is taken next, or None at the end.
        dropped: what is not wanted any more, and was cancelled.
    """

    def __init__(self, walk: Walk, start: Callable[[Request[Any]], F], in_flight: int) -> None:
        self.wanted: Request[Any] | None = walk.request
        self.dropped: list[F] = []
        self._walk = walk
        self._start = start
        self._in_flight = in_flight
        self._coming: dict[Hashable, F] = {}
        self._likely: dict[Hashable, Request[Any]] = {}

    def pop(self, request: Request[Any]) -> F:
        """Return what brings the page of a request."""
        return self._coming.pop(_key(request), None) or self._start(request)

    def take(self, request: Request[Any], page: Page[Any]) -> list[Any] | None:
        """Return the page's new records, and see that the likely next pages are on their way."""
        new = self._walk.take(request, page)
        likely = self._following(request) if new is not None else ()
        self._likely = {_key(each): each for each in likely}
        self.drop([key for key in self._coming if key not in self._likely])
        self._fetch(self._in_flight - 1)  # the page that is being yielded counts as well
        return new

    def go_on(self, request: Request[Any], page: Page[Any]) -> None:
        """Move on to the request after a page whose records were yielded."""
        self.wanted = self._walk.following(request, page)
        self._fetch(self._in_flight)

    def drop(self, keys: list[Hashable] | None = None) -> None:
        """Cancel what is in flight: these, or everything."""
        self.dropped = [each for each in self.dropped if not each.done()]
        for key in list(self._coming) if keys is None else keys:
            self.dropped.append(self._coming.pop(key))
            self.dropped[-1].cancel()

    def forget(self) -> None:
        """Forget what is in flight: a child process has none of the threads that would bring it."""
        self._coming.clear()

    def _following(self, request: Request[Any]) -> Iterator[Request[Any]]:
        """Yield the requests that follow a page that was taken, if nothing changes. A link is only known from the page
        before it."""
        steps = self._walk.steps
        if not isinstance(steps, Positions) or not self._walk.totals:
            return
        here = steps.position(request)
        for _ in range(self._in_flight):
            if not steps.rows or steps.through(here) >= self._walk.totals[1]:
                return
            here += steps.step()
            yield steps.at(request, here)

    def _fetch(self, at_most: int) -> None:
        for key, request in list(self._likely.items())[:at_most]:
            if key not in self._coming:
                self._coming[key] = self._start(request)


def _key(request: Request[Any]) -> Hashable:
    return frozenset(request.arguments().items())


def walk_ahead(
    walk: Walk, send: Callable[[Request[Page[T]]], Page[T]], in_flight: int
) -> Generator[tuple[Page[T], list[T]], None, None]:
    """Yield each page of use with its new records, as `Pages` does. Stopping early waits for nothing, and nothing more
    is sent; what is in flight is abandoned."""
    stopped = Event()
    context = contextvars.copy_context()
    context.run(STOPPED.set, stopped)

    def start(request: Request[Page[T]]) -> Future[Page[T]]:
        # A thread for each page, since a pool's threads would be waited for at the interpreter's exit.
        coming: Future[Page[T]] = Future()
        Thread(target=context.copy().run, args=(_fulfil, coming, send, request), name="numberline", daemon=True).start()
        return coming

    plan, pid = _Plan(walk, start, in_flight), os.getpid()
    try:
        while (request := plan.wanted) is not None:
            if pid != os.getpid():
                pid = os.getpid()
                plan.forget()
            page = plan.pop(request).result()
            new = plan.take(request, page)
            if new is not None:
                yield page, new
            plan.go_on(request, page)
            del page, new
    finally:
        stopped.set()


def _fulfil(coming: Future[Page[T]], send: Callable[[Request[Page[T]]], Page[T]], request: Request[Page[T]]) -> None:
    if not coming.set_running_or_notify_cancel():
        return
    try:
        coming.set_result(send(request))
    except BaseException as error:  # raised again by whoever waits for the page
        coming.set_exception(error)


async def walk_ahead_async(
    walk: Walk, send: Callable[[Request[Page[T]]], Awaitable[Page[T]]], in_flight: int
) -> AsyncGenerator[tuple[Page[T], list[T]], None]:
    """Yield each page of use with its new records, as `AsyncPages` does. Stopping early cancels what is in flight."""

    def start(request: Request[Page[T]]) -> asyncio.Future[Page[T]]:
        return asyncio.ensure_future(send(request))

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise InvalidArgument("concurrently() takes asyncio, not another event loop", parameter="in_flight") from None
    plan = _Plan(walk, start, in_flight)
    try:
        while (request := plan.wanted) is not None:
            page = await plan.pop(request)
            new = plan.take(request, page)
            if new is not None:
                yield page, new
            plan.go_on(request, page)
            del page, new
    finally:
        plan.drop()
        await asyncio.gather(*plan.dropped, return_exceptions=True)

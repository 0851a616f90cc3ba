"""Listings that come in pages: `Pages` and `AsyncPages` ask and wait, and yield records.

Usable on its own with the generated builders and any function that sends a request and returns the page::

    request = build_get_phone_numbers(country_code=["US"])
    for number in Pages(request, send):          # send(request) -> PhoneNumbersPage
        print(number.phone_number)

What is promised for a listing that changes between two pages, in a fixed order:

- No record is yielded twice, as long as no more than 10,000 others came since.
- Records that come or go where the walk has not been yet change nothing for the others. Those that are inserted before
  the current position are not yielded, and lose nothing: what they push on is known again.
- Records that vanish before the current position pull others out of sight. By offset or page number that shows as a
  total that falls; the walk then looks again and loses nothing, if the total fell by as much as went: no total, or one
  that rises again before the next page, hides the loss. So does a total that falls before each of more than five pages
  in a row. What a total hid and a later look back finds is yielded then, out of its order.
- A cursor stays where it is if the provider ties it to a record; one that only hides an offset loses what an offset
  without a total does.

A listing never ends short in silence. What a provider can do wrong, and what happens:

| The provider | The listing |
|---|---|
| sends pages of uneven length, or caps them | goes on until as many records came as the total says |
| sends an empty page in the middle | asks once more, then for the pages after it, up to 10 in a row |
| hides records that its total counts | yields all that come, then raises `IncompleteListing` |
| ends before its total (runs dry, a link missing) | yields all that come, then raises `IncompleteListing` |
| changes its total on the way | looks again where it fell, logs a WARNING at the end; the smallest total counts |
| tells a total of 0 beside records, or fewer than came | goes on to an empty page, logs a WARNING |
| tells the count of the page as the total | the same, where the page size was asked for |
| tells no total | goes on to an empty page |
| sends a record twice | yields it once |
| sends a record without its id | leaves it out, logs a WARNING, counts it in `page.unreadable` |
| sends the same page again, or ignores where to go on | raises `UnreadableResponse` |
| links in circles, to elsewhere, or to nothing | raises `UnreadableResponse` |
| links on for ever with empty pages | raises `UnreadableResponse` after 1,000 |
| writes an empty list as null, `{}`, `""` or leaves it out | reads it as an empty list |
| sends an error beside an empty list | raises that error |
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._runtime.arguments import integer
from ._runtime.walk import Walk, trusted_total

if TYPE_CHECKING:
    from ._runtime.asynchronous import AsyncPages as AsyncPages
    from ._runtime.operation import Request
    from ._runtime.records import Page
else:

    def __getattr__(name: str) -> Any:
        if name != "AsyncPages":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from ._runtime.asynchronous import AsyncPages  # not loaded by programs that wait by blocking

        return AsyncPages


T_co = TypeVar("T_co", covariant=True)


class Pages(Generic[T_co]):
    """A listing, fetched page by page as it is iterated over. Each iteration starts anew and yields all records."""

    def __init__(
        self,
        request: Request[Page[T_co]],
        send: Callable[[Request[Page[T_co]]], Page[T_co]],
        *,
        base_url: str | None = None,
        in_flight: int = 1,
    ) -> None:
        self._request = request
        self._send = send
        self._base_url = base_url
        self._in_flight = in_flight

    def concurrently(self, in_flight: int) -> Pages[T_co]:
        """Return the same listing, fetched faster: up to `in_flight` pages at a time, by as many threads.

        The records and their order are the same. No more pages than that are held at a time. It takes a listing by
        offset or page number whose total the provider tells; others are fetched one page after the other. Stopping
        early returns at once: nothing more is sent, and what is in flight is abandoned.

        Raises:
            InvalidArgument: if `in_flight` is not a whole number from 1.
        """
        integer("in_flight", in_flight, minimum=1)
        return Pages(self._request, self._send, base_url=self._base_url, in_flight=in_flight)

    def pages(self) -> Iterator[Page[T_co]]:
        """Iterate over the provider's envelopes, one for each page, as they came."""
        return (page for page, _ in self._walk())

    def _walk(self) -> Generator[tuple[Page[T_co], list[T_co]], None, None]:
        walk = Walk(self._request, self._base_url)
        if self._in_flight > 1:
            from ._runtime.prefetch import walk_ahead

            yield from walk_ahead(walk, self._send, self._in_flight)
            return
        request: Request[Page[T_co]] | None = walk.request
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
        """Return the first record, or None if there is none. Fetches no more than it has to."""
        return next(iter(self), None)

    def total(self) -> int | None:
        """Return how many records match, by asking for one page; None if the provider doesn't say."""
        return trusted_total(self._send(Walk(self._request).request))

    def __repr__(self) -> str:
        return f"<Pages of {self._request.operation.name}>"

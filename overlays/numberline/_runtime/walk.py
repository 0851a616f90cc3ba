"""One walk through a listing: which request follows a page, which records are new, and whether all came.

Nothing here sends anything. `pagination` and `prefetch` ask for the requests that a `Walk` names, one after the other.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import UnreadableResponse
from .operation import Cursor, Numbered, Offset, Request

if TYPE_CHECKING:
    from .links import Links
    from .records import Page

T = TypeVar("T")

DEDUP_WINDOW = 10_000
"""How many of the last records are known again, at least; three pages' worth where that is more."""

MAX_REWINDS = 5
"""How often in a row a page is asked for anew because records vanished before it."""

MAX_EMPTY_PAGES = 1000
"""How many pages in a row may bring nothing new."""

MAX_GAP = 10
"""How many pages in a row may be empty while the total says that there is more."""

log = logging.getLogger("numberline")


class Walk:
    """One walk through a listing. `numberline.pagination` says what it promises.

    Args:
        request: the first request.
        base_url: scheme, host and port that links may point to; any if None.

    Attributes:
        request: the first request, as it is to be sent.
        steps: where the pages are.
        totals: the smallest that was told, and the last; empty where none can be relied on.
    """

    def __init__(self, request: Request[Page[Any]], base_url: str | None = None) -> None:
        style = request.operation.paging
        if style is None:
            raise TypeError(f"{request.operation.name} does not return pages")
        self._key = style.key
        self.steps: Positions | Links
        if isinstance(style, Cursor):
            from .links import Links  # not loaded where pages are counted

            self.steps = Links(style, base_url, DEDUP_WINDOW)
        else:
            self.steps = Positions(style, request)
        self.request = self.steps.first(request)
        self._operation = request.operation
        self.totals: list[int] = []
        self._has_changed = self._is_refuted = False
        self._count = self._rewinds = self._stale_pages = 0
        self._again: Request[Page[Any]] | None = None
        self._known: OrderedDict[Any, None] = OrderedDict()
        self._expected_duplicates = 0  # how many known records may come again, since others came or went before them

    def take(self, request: Request[Page[T]], page: Page[T]) -> list[T] | None:
        """Return the records of a page that were not on one of the last pages, or None if the page is of no use,
        because records vanished before it and others moved to where they are not seen.

        Raises:
            UnreadableResponse: if the listing does not get on.
        """
        self.steps.note(request, page, len({getattr(item, self._key) for item in page.items}) + page.unreadable)
        self._again = self._rewind(request, page)
        if self._again is not None:
            return None
        self._rewinds = 0
        new: list[T] = []
        for item in page.items:
            key = getattr(item, self._key)
            if key in self._known:
                self._known.move_to_end(key)
            else:
                self._known[key] = None
                new.append(item)
        self._count += len(new) + page.unreadable
        self._check_progress(len(new) + page.unreadable, len(page.items) - len(new))
        while len(self._known) > max(DEDUP_WINDOW, 3 * self.steps.largest):
            self._known.popitem(last=False)
        return new

    def following(self, request: Request[Page[T]], page: Page[T]) -> Request[Page[T]] | None:
        """Return the request after a page that was taken and whose records were yielded, or None at the end.

        Raises:
            UnreadableResponse: if the page's link to the next one can't be followed.
            IncompleteListing: at the end, if fewer records came than any total said.
        """
        if self._again is not None:
            return self._again
        smallest, last = self.totals or (None, None)
        missing = smallest is not None and self._count < smallest - self.steps.skipped
        following = self.steps.following(request, page, last, missing)
        if following is None and (missing or self._has_changed or self._is_refuted):
            from .doubtful_end import report  # not loaded as long as listings are whole

            told = smallest - self.steps.skipped if missing and smallest is not None else None
            report(self._operation, self._count, told, has_changed=self._has_changed, is_refuted=self._is_refuted)
        return following

    def _rewind(self, request: Request[Page[T]], page: Page[T]) -> Request[Page[T]] | None:
        """Note the page's total, and return the request to go back to if records vanished."""
        total = page.total
        if total is None or self._is_refuted:
            return None
        if total < self.steps.at_least:
            # More came than it says: the count of this very page, or nothing that can be relied on.
            self._is_refuted = True
            self.totals = []
            return None
        before = self.totals[1] if self.totals else total
        self.totals = [min([total, *self.totals]), total]
        if total == before:
            return None
        self._has_changed = True
        log.info("%s: the total changed from %d to %d on the way", self._operation.name, before, total)
        if total > before:
            self._expected_duplicates += total - before
            return None
        back = self.steps.back(request, before - total) if self._rewinds < MAX_REWINDS else None
        if back is not None:
            self._rewinds += 1
            self._stale_pages += 1
            self._expected_duplicates += before - total + self.steps.largest
        return back

    def _check_progress(self, new: int, again: int) -> None:
        self._stale_pages = 0 if new else self._stale_pages + 1
        if self._stale_pages > MAX_EMPTY_PAGES:
            raise UnreadableResponse(f"{MAX_EMPTY_PAGES} pages in a row brought nothing new.")
        if again and not new and self._expected_duplicates <= 0:
            raise UnreadableResponse("a page brought nothing but records of the pages before it.")
        self._expected_duplicates = max(0, self._expected_duplicates - again)


class Positions:
    """Pages that are asked for by a number: of records to skip, which moves by what really came, so that a server that
    caps pages loses nothing; or of the page.

    Attributes:
        rows: records on the page noted last.
        largest: records on the largest page so far.
        at_least: how many records there are at least, going by the page noted last and where the walk began.
        skipped: how many records the first request leaves out, at most.
    """

    def __init__(self, style: Offset | Numbered, request: Request[Page[Any]]) -> None:
        self._style = style
        self._parameter, self._origin = (style.page, style.first) if isinstance(style, Numbered) else (style.offset, 0)
        self._size = int(request.parameter(style.size) or 0)
        self._start = self.position(request)
        self.skipped = (self._start - self._origin) * (
            self._size or style.default_size if isinstance(style, Numbered) else 1
        )
        self.largest = self.at_least = self.rows = self._smallest = self._gap = 0

    def first(self, request: Request[Page[T]]) -> Request[Page[T]]:
        return request if self._start == self._origin else self.at(request, self._start)

    def note(self, request: Request[Page[T]], page: Page[T], rows: int) -> None:
        before = self.position(request) - self._start
        self.rows = rows
        self.at_least = rows and rows + before * (self._smallest if isinstance(self._style, Numbered) else 1)
        self.largest = max(self.largest, rows)
        self._smallest = min(self._smallest or rows, rows or self._smallest)
        self._gap = 0 if rows else self._gap + 1

    def following(
        self, request: Request[Page[T]], page: Page[T], total: int | None, missing: bool
    ) -> Request[Page[T]] | None:
        here = self.position(request)
        if self.rows:
            is_end = total is not None and self.through(here) >= total and not missing
            # A first page that is full, and as long as the total: that may be the count of this page alone.
            is_doubtful = here == self._origin and self.rows == self._size == total
            return None if is_end and not is_doubtful else self.at(request, here + self.step())
        if not missing or total is None or self.through(here) >= total or self._gap > MAX_GAP:
            return None
        # Empty in the middle: once more, in case that it was a hiccup, and then the page after it.
        return request if self._gap == 1 else self.at(request, here + self.step())

    def back(self, request: Request[Page[T]], vanished: int) -> Request[Page[T]] | None:
        here = self.position(request)
        steps = -(-vanished // max(1, self.largest)) if isinstance(self._style, Numbered) else vanished
        return self.at(request, max(self._start, here - steps)) if here > self._start else None

    def through(self, position: int) -> int:
        """How many records stand before the end of a page, going by what came so far."""
        before = position - self._origin
        # Which size the server uses is only known from what came: the largest page so far.
        return before * (self.largest if isinstance(self._style, Numbered) else 1) + self.rows

    def step(self) -> int:
        return 1 if isinstance(self._style, Numbered) else self.rows or self._size or max(1, self.largest)

    def position(self, request: Request[Page[T]]) -> int:
        return int(request.parameter(self._parameter) or self._origin)

    def at(self, request: Request[Page[T]], position: int) -> Request[Page[T]]:
        changed = {self._parameter: str(position)}
        if isinstance(self._style, Numbered) and not self._size:
            self._size = self.largest or self._style.default_size
        if isinstance(self._style, Numbered):
            changed[self._style.size] = str(self._size)
        return request.replace(changed)


def trusted_total(page: Page[Any]) -> int | None:
    """Return a page's total, unless it is less than what is on the page."""
    return None if page.total is None or page.total < len(page.items) + page.unreadable else page.total

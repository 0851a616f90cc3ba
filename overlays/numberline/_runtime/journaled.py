"""A purchase or release whose intent and outcome are in a journal. Loaded only by clients that have one."""

from collections.abc import Generator, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ..errors import InvalidArgument, JournalUnavailable, NumberlineError, OutcomeUnknown
from . import retry
from .call import Durable, Step, Steps
from .charge import Charge, Place
from .clock import Clock
from .context import Context, Received
from .operation import Request, Wanted

if TYPE_CHECKING:
    from ..journal import Journal

T = TypeVar("T")

ALL = "all"
"""Stands for whatever is owned, where all of it was released at once."""


def opened(given: "Journal | str | PathLike[str]", clock: Clock) -> "Journal":
    """Return the journal to use. Given a path, open it.

    Raises:
        InvalidArgument: if it is neither a journal nor a path.
        JournalUnavailable: if the file can't be used.
    """
    from ..journal import Journal

    if isinstance(given, Journal):
        return given
    if not isinstance(given, str | PathLike):
        raise InvalidArgument(f"journal takes a Journal or a path, not {type(given).__name__}", parameter="journal")
    return Journal(given, clock=clock)


def released_items(wanted: Wanted) -> tuple[str, ...]:
    """Return what a release has to be remembered by."""
    return (*wanted.ids, *wanted.numbers, *([ALL] if wanted.is_everything else []))


class JournaledCharge(Charge[T]):
    """One call, with an entry of the journal for each attempt: `ends_by` holds for one attempt only."""

    def __init__(self, context: Context, request: Request[T], journal: "Journal") -> None:
        super().__init__(context, request)
        self._journal = journal
        self._longest = journal.wait + 1  # seconds from an attempt's intent to its begin
        self._how = context.reconciliation[request.operation.name]
        self._entry: str | None = None  # of the latest attempt
        self._open: str | None = None  # the same, until its outcome is queued; the journal watches over this object
        self._outcome: Durable | None = None
        self._owned_before: tuple[tuple[str, ...], datetime] | None = None

    def steps(self) -> Steps[T]:
        if self._journal.only_buyer and self._is_by_count():
            self._owned_before = yield from self._list()
        return (yield from super().steps())

    def _is_by_count(self) -> bool:
        with suppress(ValueError, LookupError):  # the provider will refuse these arguments
            return self._how.wanted(self.request.arguments(), self.request.number).how_many > 0
        return False

    def _list(self) -> Generator[Step, Any, tuple[tuple[str, ...], datetime]]:
        """Yield what lists all that the account owns, which lets a purchase by count be decided; return ids and time.

        Raises:
            JournalUnavailable: if no complete list is to be had. The purchase must not be sent then.
        """
        from .reconcile import look

        why = "it was not complete."
        try:
            looked = yield from look(self.context, self._how)
        except NumberlineError as error:
            why = error.message
        else:
            if looked.is_complete:
                return tuple(each.id for each in looked.holdings), looked.at
        raise retry.finished(self, JournalUnavailable(f"only_buyer needs a list of what is owned before: {why}"))

    def _intend(self) -> Iterable[Durable]:
        yield from super()._intend()
        self.sent_at = began = self.clock.now()
        timeout = min(self.context.options.timeout, max(self.ends - self.clock.monotonic(), 0.0))
        self._entry = None
        self._open, record = self._journal.intend(
            self._doubt("no outcome is on record."),
            ends_by=began + timedelta(seconds=self._longest + timeout),
            operation_class=self.operation.operation_class,
        )
        self._entry = str(self._open)
        try:
            yield Durable(record)
        except JournalUnavailable as error:
            self._open = None
            raise retry.finished(self, error) from None

    def _timeout(self) -> float:
        # Sent too long after its intent, the request could outlast `ends_by`.
        began = self.sent_at or self.clock.now()
        if not -1 <= (self.clock.now() - began).total_seconds() <= self._longest:
            late = "since the intent was written the clock has jumped, or the secret took too long to get."
            raise retry.finished(self, JournalUnavailable(late))
        return super()._timeout()

    def _judge(self, outcome: Received) -> NumberlineError | None:
        error = super()._judge(outcome)
        if error is None:  # queued before anything else can go wrong
            self._end("done", result=self.known_result(), ids=self._items())
        return error

    def _repeats_after(self, error: NumberlineError, outcome: Received | None) -> bool:
        if not self.is_in_doubt(error):
            self._end("not_sent" if error.never_sent else "refused")
        return super()._repeats_after(error, outcome)

    def _final(self, error: NumberlineError) -> NumberlineError:
        final = super()._final(error)
        if isinstance(final, OutcomeUnknown):
            self._end("unknown", unknown=final)
        return final

    def _landing(self) -> Iterable[Durable]:
        if self._outcome is not None:
            # A failure is logged by the journal. The entry stays open then, which errs to the safe side.
            with suppress(JournalUnavailable):
                yield self._outcome

    def interrupted(self, error: BaseException) -> None:
        if self._unknown is None and (self.in_flight is None or self.in_flight.never_sent):
            self._end("not_sent")
        super().interrupted(error)

    def _places(self) -> tuple[Place, ...]:
        return (self._record_unknown, *super()._places())

    def _record_unknown(self, unknown: OutcomeUnknown, _: BaseException) -> None:
        self._end("unknown", unknown=unknown)

    def _doubt(self, why: str, error: NumberlineError | None = None) -> OutcomeUnknown:
        unknown = super()._doubt(why, error)
        unknown.entry = self._entry
        if self._owned_before is not None:
            unknown.owned_before, unknown.owned_before_at = self._owned_before
        return unknown

    def _items(self) -> tuple[str, ...]:
        """Return the ids of what was bought, or what the release was about."""
        with suppress(Exception):  # a result is returned, whatever it holds; without ids its numbers stay in question
            if (bought := self._how.bought) is not None:
                return tuple(each.id for each in bought(self.result))
            return released_items(self._how.wanted(self.request.arguments(), self.request.number))
        return ()

    def _end(self, state: Literal["done", "refused", "not_sent", "unknown"], **known: Any) -> None:
        """Queue the outcome of the entry, unless it has one."""
        if self._open is not None:
            self._outcome = Durable(self._journal.ended(self._open, state, at=self.clock.now(), **known))
            self._open = None

"""What can be said of a purchase or a release whose outcome is unknown, by looking at what the account owns.

`reconciling` looks; it never buys or releases. `decide` is pure: evidence in, conclusion out. What to look at, and how
to read it, stands in each provider's module (`operation.Reconciliation`).
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar

from ..errors import IncompleteListing, InvalidArgument, InvalidRequest, NotFound, OutcomeUnknown, UnreadableResponse
from . import skew
from .arguments import phone_digits
from .operation import Holding, Provider, Reconciliation, Request, Wanted
from .records import Page
from .walk import Walk

if TYPE_CHECKING:
    from .context import Context

R = TypeVar("R")
T = TypeVar("T")

Verdict = Literal["owned", "not_owned", "undecided"]
Looking = Generator[Request[Page[Any]], Page[Any], T]

ZONES = timedelta(hours=15)
"""No local time is further from UTC (14 h), with an hour for summer time. Closer dates prove nothing."""

CLOCKS = timedelta(minutes=10)
"""How far the clocks of two machines, or a provider's dates and its header `Date`, may be apart."""

LOOK_AGAIN = timedelta(seconds=30)
"""When to look again after an incomplete listing."""


class Asked(NamedTuple):
    """A purchase or a release of unknown outcome.

    Attributes:
        is_release: whether something was to be given up.
        wanted: what was named, or how many.
        sent_at, ended_at: when it was sent, and when its connection was closed at the latest, by the sender's clock.
        clock_offset: seconds by which the provider's clock was ahead of the sender's, or None.
        baseline: ids of all that was owned before it was sent, or None.
        baseline_at: when that list was asked for.
        entry: its id in a journal.
        like: what was asked for, as one text. Equal texts are equal purchases.
    """

    is_release: bool
    wanted: Wanted
    sent_at: datetime
    ended_at: datetime
    clock_offset: float | None = None
    baseline: frozenset[str] | None = None
    baseline_at: datetime | None = None
    entry: str = ""
    like: str = ""

    def is_about(self, holding: Holding) -> bool:
        """Return whether a record is of something that was named."""
        digits = phone_digits(holding.number)
        return holding.id in self.wanted.ids or any(phone_digits(each) == digits for each in self.wanted.numbers)


class Looked(NamedTuple):
    """What was seen.

    Attributes:
        holdings: the records, each once.
        is_complete: whether there are as many as every total on the way says.
        at: when the listing was asked for, by the clock of this machine.
        clock_offset: seconds by which the provider's clock was ahead of it, or None.
        is_same_clock: whether this machine also sent what is looked for. True where that is not known.
    """

    holdings: tuple[Holding, ...]
    is_complete: bool
    at: datetime
    clock_offset: float | None = None
    is_same_clock: bool = True


class Others(NamedTuple):
    """What a journal knows of the same account.

    Attributes:
        claims: id of what is owned -> entry of the purchase that it belongs to.
        open: other purchases without an outcome.
        released: ids that were released.
        only_buyer_since: since when nobody buys but through the journal, or None.
        claimed_at: id -> when the purchase that it belongs to had its outcome.
    """

    claims: Mapping[str, str] = {}
    open: tuple[Asked, ...] = ()
    released: frozenset[str] = frozenset()
    only_buyer_since: datetime | None = None
    claimed_at: Mapping[str, datetime] = {}

    def owner(self, row: Holding, asked: Asked, looked: Looked, settle_after: float) -> str | None:
        """Return the purchase that a record belongs to, or None.

        What was not owned any more before `asked`, or was bought again after that purchase, belongs to it no longer.
        """
        entry, claimed_at = self.claims.get(row.id), self.claimed_at.get(row.id)
        if entry is None or entry == asked.entry or claimed_at is None:
            return entry
        is_new = asked.baseline is not None and row.id not in asked.baseline
        if is_new and asked.baseline_at is not None and _moved(claimed_at, settle_after) < asked.baseline_at:
            return None
        return None if row.since is not None and row.since > _moved(claimed_at, _margin(asked, looked)) else entry


NO_OTHERS = Others()


class Conclusion(NamedTuple):
    """What the evidence says.

    Attributes:
        verdict: of all that was asked for together.
        why: what it rests on, for people.
        verdicts: of each number or id that was named.
        holdings: what is owned of it.
        candidates: what may be of it, or another buyer's.
        ours: whether this purchase bought it; None if that can't be told.
        look_again_at: when looking again may tell more; None if it will not.
    """

    verdict: Verdict
    why: str
    verdicts: Mapping[str, Verdict] = {}
    holdings: tuple[Holding, ...] = ()
    candidates: tuple[Holding, ...] = ()
    ours: bool | None = None
    look_again_at: datetime | None = None

    def reconciled(self, looked_at: datetime) -> "Reconciled[Any]":
        """Return it as callers see it."""
        return Reconciled(
            verdict=self.verdict,
            verdicts=self.verdicts,
            records=tuple(each.record for each in self.holdings),
            candidates=tuple(each.record for each in self.candidates),
            looked_at=looked_at,
            look_again_at=self.look_again_at,
            why=self.why,
        )


@dataclass(frozen=True, kw_only=True)
class Reconciled(Generic[R]):
    """What the account owns of what was to be bought or released, as listed at `looked_at`.

    It says what is owned, not what was paid for. Compare `verdict`; the object has no truth value.

    What no verdict can see:

    - `not_owned` after a purchase says that the complete list did not have it, `settle_after` after the request had
      ended. A provider may still carry the purchase out later; no number of looks excludes that.
    - What was bought and given up in between looks as if it had never been bought. The money may be gone.
    - A list may still show what was released, or not yet what was bought just before its release. `owned`, and
      `not_owned` after a release, mean "as listed".
    - By count, another buyer's purchase looks like the lost one. Buy by number: a number can be rented once, so buying
      the same one again ends in that number or in a refusal, never in a second number. That is how phone numbers work;
      no provider states it.
    - Roles that hide numbers while the total agrees make a list look complete.
    - Where no response before the request had a header `Date`, the clock of the machine that sent it is relied on.

    Attributes:
        verdict: `owned`: all of it is listed as owned. `not_owned`: none of it is. `undecided`: neither can be said, or
            the numbers differ. After a purchase `not_owned` needs a complete list that was asked for at least
            `settle_after` (a client's setting, 120 s) after the request had ended, and so does `owned` after a release.
        verdicts: the same for each number or id that was named; empty after a purchase by count.
        records: what is owned of it.
        candidates: what may belong to a purchase by count, or to another buyer; or is named almost alike.
        looked_at: when the list was asked for.
        look_again_at: when calling `reconcile` again may tell more; None if it will not.
        why: what the verdict rests on, for people.
    """

    verdict: Verdict
    verdicts: Mapping[str, Verdict]
    records: tuple[R, ...]
    candidates: tuple[R, ...]
    looked_at: datetime
    look_again_at: datetime | None
    why: str

    def __bool__(self) -> bool:
        raise TypeError('a Reconciled is neither true nor false: compare its verdict, as in result.verdict == "owned"')


def reconciling(provider: Provider, context: "Context", unknown: OutcomeUnknown) -> Looking[Reconciled[Any]]:
    """Yield the requests that look, and return the verdict.

    Raises:
        InvalidArgument: if `unknown` is of another account, host or provider, or does not say what was asked for.
    """
    how, asked = recognize(provider, context, unknown)
    looked: Looked | None = None
    if asked.wanted.numbers and all(map(_is_plain, asked.wanted.numbers)):
        try:
            looked = yield from look(context, how, asked.wanted.numbers)
        except (NotFound, InvalidRequest):  # by providers that refuse to filter by what the account does not own
            looked = None
    # A filter is evidence of what it finds, never of what it does not find.
    if looked is None or not _has_all(looked, asked.wanted.numbers):
        looked = yield from look(context, how)
    found = decide(asked, looked, context.options.settle_after)
    return found.reconciled(looked.at)


def recognize(provider: Provider, context: "Context", unknown: OutcomeUnknown) -> tuple[Reconciliation, Asked]:
    """Return how to look something up with this client, and what to look for.

    Raises:
        InvalidArgument: if `unknown` is of another account, host or provider, or does not say what was asked for.
    """
    if not isinstance(unknown, OutcomeUnknown):
        wrong = f"takes an OutcomeUnknown, not {type(unknown).__name__}; errors.outcome_unknown(error) finds it"
        raise InvalidArgument(f"unknown {wrong}", parameter="unknown")
    operation = provider.operations.get(unknown.operation or "")
    how = context.reconciliation.get(unknown.operation or "")
    if unknown.provider != provider.name or operation is None or how is None:
        wrong = f"{unknown.provider} {unknown.operation}, which {provider.name} can't look up"
        raise InvalidArgument(f"this is about {wrong}", parameter="unknown")
    if unknown.base_url != context.base_url:
        wrong = f"was sent to {unknown.base_url}, and this client asks {context.base_url}"
        raise InvalidArgument(f"this {wrong}; use a client with the same base_url", parameter="unknown")
    if unknown.account != context.signer.account:
        raise InvalidArgument(
            "this was sent for another account, or with other credentials; use a client that signs in alike",
            parameter="unknown",
        )
    try:
        wanted = how.wanted(unknown.arguments, unknown.number)
    except (ValueError, LookupError):
        wanted = Wanted()
    if not all(phone_digits(each).isdecimal() for each in wanted.numbers):
        wanted = Wanted()  # nothing is ever listed as that, which would look like an answer
    if not (wanted.numbers or wanted.ids or wanted.is_everything or wanted.how_many > 0):
        raise InvalidArgument("its arguments don't say what it was about", parameter="unknown")
    return how, Asked(
        operation.operation_class == "release",
        wanted,
        unknown.sent_at,
        max(unknown.sent_at, unknown.ended_at),
        unknown.clock_offset,
        None if unknown.owned_before is None else frozenset(unknown.owned_before),
        unknown.owned_before_at,
        unknown.entry or "",
        json.dumps([unknown.operation, unknown.arguments], sort_keys=True),
    )


def look(context: "Context", how: Reconciliation, numbers: tuple[str, ...] = ()) -> Looking[Looked]:
    """Yield the requests that list what the account owns, or of that only some numbers, and return what was seen."""
    at = context.clock.now()
    request: Request[Page[Any]] = how.owned(numbers)
    walk = Walk(request, context.base_url)
    key = request.operation.paging.key if request.operation.paging is not None else ""
    found: dict[object, Holding] = {}
    totals: set[int | None] = set()
    is_complete = tells_total = True
    following: Request[Page[Any]] | None = walk.request
    while following is not None:
        page = yield following
        found |= {getattr(record, key): how.holding(record)._replace(record=record) for record in page.items}
        totals.add(page.total)
        is_complete = is_complete and not page.unreadable
        tells_total = page._total is not None
        try:
            walk.take(following, page)
            following = walk.following(following, page)
        except (IncompleteListing, UnreadableResponse):
            is_complete, following = False, None
    # A listing that knows no total is complete where nothing leads on.
    has_all = totals == {len(found)} or not tells_total
    return Looked(tuple(found.values()), is_complete and has_all, at, skew.offset(context.provider_clock))


def settled_at(asked: Asked, looked: Looked, settle_after: float) -> datetime:
    """Return from when on, by this machine's clock, the absence of something means something.

    Of this machine's clock and the provider's the later one counts, so that neither a clock that is set forward nor one
    wrong header `Date` makes anything settled.
    """
    ours = _moved(asked.ended_at, settle_after)
    apart = _moved(ours, CLOCKS.total_seconds())
    if asked.clock_offset is None or looked.clock_offset is None:
        return ours if looked.is_same_clock else apart
    drift = asked.clock_offset - looked.clock_offset
    theirs = _moved(ours, drift if abs(drift) > 1 else 0)  # the header Date has whole seconds
    is_close = looked.is_same_clock or abs(drift) < CLOCKS.total_seconds()
    return max(ours if is_close else apart, theirs)


def _moved(moment: datetime, seconds: float) -> datetime:
    """Return another moment, as far as there are years for it: clocks may say anything."""
    try:
        return moment.astimezone(UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return (datetime.max if seconds > 0 else datetime.min).replace(tzinfo=UTC)


def decide(asked: Asked, looked: Looked, settle_after: float, others: Others = NO_OTHERS) -> Conclusion:
    """Conclude from what was seen, and from what a journal knows of others."""
    ready = settled_at(asked, looked, settle_after)
    later = looked.at + LOOK_AGAIN if not looked.is_complete else ready if looked.at < ready else None
    rows = tuple(each._replace(is_gone=each.is_gone or each.id in others.released) for each in looked.holdings)
    if asked.wanted.numbers or asked.wanted.ids:
        return _named(asked, looked, others, rows, later, settle_after)
    if asked.wanted.is_everything:
        return _everything(looked, rows, later)
    return _counted(asked, looked, others, rows, later, settle_after)


def _named(
    asked: Asked,
    looked: Looked,
    others: Others,
    rows: tuple[Holding, ...],
    later: datetime | None,
    settle_after: float,
) -> Conclusion:
    owned = [(phone_digits(row.number), row) for row in rows if not row.is_gone]
    verdicts: dict[str, Verdict] = {}
    found: dict[str, Holding] = {}
    alike: dict[str, Holding] = {}
    is_time = looked.is_complete if asked.is_release else later is None
    for text in asked.wanted.ids:
        mine = {row.id: row for _, row in owned if row.id == text}
        near = {} if mine else {row.id: row for _, row in owned if row.id.casefold() == text.strip().casefold()}
        verdicts[text] = _verdict(asked, mine, later, is_time and not near and not asked.wanted.ids_change)
        found |= mine
        alike |= near
    for text in asked.wanted.numbers:
        digits = phone_digits(text)
        mine = {row.id: row for each, row in owned if each == digits}
        near = {} if mine else {row.id: row for each, row in owned if _may_be_same(each, digits)}
        verdicts[text] = _verdict(asked, mine, later, is_time and not near)
        found |= mine
        alike |= near
    said = set(verdicts.values())
    verdict: Verdict = said.pop() if len(said) == 1 else "undecided"
    holdings = tuple(found.values())
    if any(row.is_pending for row in holdings):
        later = later or looked.at + LOOK_AGAIN
    again = later if "undecided" in verdicts.values() else None
    is_bought = verdict == "owned" and not asked.is_release
    return Conclusion(
        verdict,
        _reason(verdict, verdicts, later, looked, bool(alike), asked),
        verdicts,
        holdings,
        tuple(alike.values()),
        _is_ours(asked, looked, others, holdings, settle_after) if is_bought else None,
        again,
    )


def _verdict(asked: Asked, mine: Mapping[str, Holding], later: datetime | None, may_deny: bool) -> Verdict:
    if any(row.is_pending for row in mine.values()):
        return "undecided"
    if mine:
        return "undecided" if asked.is_release and later is not None else "owned"
    return "not_owned" if may_deny else "undecided"


def _reason(
    verdict: Verdict,
    verdicts: Mapping[str, Verdict],
    later: datetime | None,
    looked: Looked,
    is_alike: bool,
    asked: Asked,
) -> str:
    if verdict == "owned":
        return "the account owns it"
    if verdict == "not_owned":
        return "the account does not own it" + ("" if asked.is_release else ", and its time to appear is over")
    if is_alike:
        return "the account owns one that may be the same, written otherwise"
    if not looked.is_complete:
        return "the listing was not complete"
    if later is not None:
        return "it is too early to say; look again at look_again_at"
    if asked.wanted.ids_change and "not_owned" not in verdicts.values():
        return "the account owns nothing under this id, which may have changed with the purchase"
    counts = [f"{list(verdicts.values()).count(each)} {each}" for each in ("owned", "not_owned", "undecided")]
    return f"of {len(verdicts)} that were named: {', '.join(counts)}"


def _everything(looked: Looked, rows: tuple[Holding, ...], later: datetime | None) -> Conclusion:
    left = tuple(row for row in rows if not row.is_gone)
    if looked.is_complete and not left:
        return Conclusion("not_owned", "the account owns nothing any more")
    why = "some numbers are owned; whether since before the release can't be told"
    return Conclusion("undecided", why, candidates=left, look_again_at=later)


def _counted(
    asked: Asked,
    looked: Looked,
    others: Others,
    rows: tuple[Holding, ...],
    later: datetime | None,
    settle_after: float,
) -> Conclusion:
    if asked.baseline is not None:
        new = tuple(row for row in rows if row.id not in asked.baseline)
    else:
        new = tuple(row for row in rows if not _is_older(row, asked, looked))
    mine = tuple(row for row in new if others.claims.get(row.id, "") == asked.entry != "" and not row.is_gone)
    # Also what is gone: something was bought.
    free = tuple(row for row in new if others.owner(row, asked, looked, settle_after) is None)
    if len(mine) == asked.wanted.how_many:
        return Conclusion("owned", "the journal holds them for this purchase", holdings=mine, ours=True)
    if later is not None:
        why = "the listing was not complete" if not looked.is_complete else "it is too early to say"
        return Conclusion("undecided", why, holdings=mine, candidates=free, look_again_at=later)
    if not free and not mine:
        return Conclusion("not_owned", "nothing new is owned that is not another purchase's, and its time is over")
    if share := _share(asked, others, free, settle_after):
        return Conclusion("owned", "new since the list before, and nobody else buys", holdings=share, ours=True)
    why = f"{len(free)} may be of this purchase or of another buyer's; {asked.wanted.how_many} were asked for"
    return Conclusion("undecided", why, holdings=mine, candidates=free)


def _share(asked: Asked, others: Others, free: tuple[Holding, ...], settle_after: float) -> tuple[Holding, ...]:
    """Return what a counted purchase gets where everything new is of this and of equal open ones, all carried out."""
    if asked.baseline is None or asked.baseline_at is None or not _is_only_buyer(asked, others, settle_after):
        return ()
    lag = timedelta(seconds=settle_after)  # a purchase that ended before the list by less may be missing in it
    group = [asked, *(other for other in others.open if other.ended_at + lag >= asked.baseline_at)]
    if len(free) != sum(one.wanted.how_many for one in group) or any(row.is_gone for row in free):
        return ()
    for one in group[1:]:
        is_like = one.like == asked.like and bool(one.like) and one.baseline is not None
        if not is_like or any(row.id in (one.baseline or ()) for row in free):
            return ()
    order = sorted(group, key=lambda one: (one.sent_at, one.entry))
    start = sum(one.wanted.how_many for one in order[: order.index(asked)])
    return tuple(sorted(free, key=lambda row: row.id))[start : start + asked.wanted.how_many]


def _is_only_buyer(asked: Asked, others: Others, settle_after: float) -> bool:
    """Return whether what is new since the list before is the journal's own.

    That list lags as every listing does, so nobody else may have bought for a settling time before it either.
    """
    since = others.only_buyer_since
    lag = timedelta(seconds=settle_after)
    return since is not None and asked.baseline_at is not None and since + lag <= asked.baseline_at


def _is_ours(
    asked: Asked, looked: Looked, others: Others, found: tuple[Holding, ...], settle_after: float
) -> bool | None:
    if {others.owner(row, asked, looked, settle_after) for row in found} - {asked.entry, None}:
        return False
    baseline = asked.baseline
    if baseline is not None and all(row.id in baseline for row in found):
        return False
    if all(_is_older(row, asked, looked) for row in found):
        return False
    rivals = any(not other.wanted.numbers or any(map(other.is_about, found)) for other in others.open)
    is_new = baseline is not None and not any(row.id in baseline for row in found)
    return True if is_new and not rivals and _is_only_buyer(asked, others, settle_after) else None


def _is_older(row: Holding, asked: Asked, looked: Looked) -> bool:
    """Return whether it was owned before, by a date that no time zone and no clock can explain."""
    return row.since is not None and row.since < _moved(asked.sent_at, -_margin(asked, looked))


def _margin(asked: Asked, looked: Looked) -> float:
    """Return by how many seconds a provider's date may be wrong, as far as time zones and clocks explain."""
    offsets = [abs(each) for each in (asked.clock_offset, looked.clock_offset) if each is not None]
    return (ZONES + CLOCKS).total_seconds() + max(offsets, default=0.0)


def _has_all(looked: Looked, numbers: tuple[str, ...]) -> bool:
    return {phone_digits(each) for each in numbers} <= {phone_digits(each.number) for each in looked.holdings}


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isdigit() and not text.startswith("0")


def _may_be_same(one: str, other: str) -> bool:
    """Return whether one may be the other written otherwise: without its country code, with the zero of calls at home
    behind it, or masked."""
    if not one.isdecimal():
        return sum(map(str.isdecimal, one)) > 3
    short, long = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    if len(short) < 7 or short == long:
        return False
    return long.endswith(short) or any(long[at] == "0" and long[:at] + long[at + 1 :] == short for at in range(1, 4))

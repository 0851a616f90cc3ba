"""Settle what a journal has open: look once at what the account owns, and conclude for all entries together.

The conclusions and the claims that they rest on are written in one transaction. Two processes that settle at once never
attribute one number to two purchases.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

from .. import journal as journals
from ..errors import InvalidArgument, OutcomeUnknown
from ..journal import Journal
from .arguments import phone_digits
from .call import Durable
from .journaled import ALL, released_items
from .operation import Holding, Provider, Reconciliation, Request, Wanted
from .reconcile import Asked, Conclusion, Looked, Others, Reconciled, decide, look, recognize

if TYPE_CHECKING:
    from .auth import Signer
    from .context import Context

R = TypeVar("R")

_SCOPE = "(provider, base_url) = (?, ?)"
_CLAIM_SCOPE = "(claim.provider, claim.base_url) = (?, ?)"

LOOK_AGAIN = timedelta(seconds=5)
"""When to look again at an entry whose process is still waiting."""


@dataclass(frozen=True, kw_only=True)
class Settled(Generic[R]):
    """What looking has shown of one entry of the journal.

    Attributes:
        unknown: the purchase or release; `entry` is its id in the journal, `reference` the caller's own.
        reconciled: the verdict. An entry that is `undecided` stays open.
    """

    unknown: OutcomeUnknown
    reconciled: Reconciled[R]


class _Open(NamedTuple):
    """An entry without an outcome.

    Attributes:
        unknown: what is on record.
        how: how to look it up, or None where this client can't.
        asked: the same as `decide` wants it.
        why: why this client can't look it up.
        is_alive: whether its process is still waiting for the response.
        is_same_clock: whether this machine has sent it, since its last start.
    """

    unknown: OutcomeUnknown
    how: Reconciliation | None
    asked: Asked
    why: str
    is_alive: bool
    is_same_clock: bool


class _SignedIn(NamedTuple):
    """Stands in for the signer: a secret that is a function must not be asked for while the file is locked."""

    account: str


class _Account(NamedTuple):
    """Whose entries are settled."""

    provider: Provider
    context: "Context"

    @property
    def scope(self) -> tuple[str, str]:
        """What `_SCOPE` compares with."""
        return self.provider.name, self.context.base_url


def settling(
    provider: Provider, context: "Context", journal: Journal
) -> Generator[Durable | Request[Any], Any, list[Settled[Any]]]:
    """Yield what to wait for and the requests that look, and return what came of every open entry, the oldest first.

    Raises:
        JournalUnavailable: if the file can't be read or written.
        NumberlineError: if looking fails. Nothing is settled then.
    """
    context = context._replace(signer=cast("Signer", _SignedIn(context.signer.account)))
    account = _Account(provider, context)
    opened: list[_Open] = yield Durable(journal._submit(lambda db: _opened(db, account), writes=False))
    mine = [each for each in opened if each.unknown.account == context.signer.account]
    looks: dict[Callable[..., Any], Looked] = {}
    for each in mine:
        if each.how is not None and each.how.owned not in looks:
            looks[each.how.owned] = yield from look(context, each.how)
    if not looks:
        return [Settled(unknown=each.unknown, reconciled=_not_looked(account, each)) for each in mine]
    entries = {each.asked.entry for each in mine}
    found: list[Settled[Any]] = yield Durable(
        journal._submit(lambda db: _Settlement(db, account, journal, looks).settle(entries))
    )
    return found


class _Settlement:
    """What happens within one transaction."""

    def __init__(
        self,
        db: sqlite3.Connection,
        account: _Account,
        journal: Journal,
        looks: Mapping[Callable[..., Any], Looked],
    ) -> None:
        self._db = db
        self._account = account
        self._looks = looks
        self._settle_after = account.context.options.settle_after
        self._only_buyer_since = journals._only_buyer_since(db) if journal.only_buyer else None
        # Of all accounts in the file: the same account may sign in in two ways.
        rows = db.execute(
            f"SELECT item, entry, entry.ended_at FROM claim JOIN entry ON entry.id = claim.entry"
            f" WHERE released_at IS NULL AND {_CLAIM_SCOPE}",
            account.scope,
        ).fetchall()
        self._claims: dict[str, str] = {item: entry for item, entry, _ in rows}
        self._claimed_at = {item: moment for item, _, text in rows if (moment := journals._moment(text)) is not None}
        self._released_at: dict[str, str] = {}
        for item, moment in db.execute(
            f"SELECT item, max(released_at) FROM claim JOIN entry ON entry.id = claim.entry"
            f" WHERE operation_class = 'release' AND {_CLAIM_SCOPE} GROUP BY item",
            account.scope,
        ).fetchall():
            self._note_release(item, moment)
        for looked in looks.values():
            self._end_claims(looked)
        self._opened = _opened(db, account)
        self._rivals = {each.asked.entry: each.asked for each in self._opened if not each.asked.is_release}
        if any(each.asked.wanted.how_many for each in self._opened):
            self._rivals |= {each.asked.entry: each.asked for each in _unclaimed_purchases(db, account)}

    def settle(self, entries: set[str]) -> list[Settled[Any]]:
        """Conclude for these entries; what was opened since the listing is a rival only."""
        found: dict[str, Settled[Any]] = {}
        # Named purchases first: what is theirs is no candidate for those by count. Of those by count the latest first:
        # what was owned before it is least in question, and what it gets is no candidate for those before it.
        for each in sorted(self._opened, key=_turn):
            if each.asked.entry not in entries:
                continue
            if each.how is None:
                reconciled = _not_looked(self._account, each)
            else:
                looked = self._looks[each.how.owned]
                reconciled = self._write(each, self._conclude(each, looked), looked).reconciled(looked.at)
            found[each.asked.entry] = Settled(unknown=each.unknown, reconciled=reconciled)
        return [found[each.asked.entry] for each in self._opened if each.asked.entry in found]

    def _conclude(self, each: _Open, looked: Looked) -> Conclusion:
        if each.is_alive:
            return Conclusion("undecided", "its process is still waiting", look_again_at=looked.at + LOOK_AGAIN)
        others = Others(
            self._claims,
            tuple(rival for entry, rival in self._rivals.items() if entry != each.asked.entry),
            self._released(looked),
            self._only_buyer_since,
            self._claimed_at,
        )
        found = decide(each.asked, looked._replace(is_same_clock=each.is_same_clock), self._settle_after, others)
        owners = {others.owner(row, each.asked, looked, self._settle_after) for row in found.holdings}
        taken = {owner for owner in owners if owner is not None and owner != each.asked.entry}
        if found.verdict == "owned" and taken and not each.asked.is_release:
            why = f"the account owns it, and the journal has it as bought by {', '.join(sorted(taken))}"
            return found._replace(verdict="undecided", why=why, look_again_at=None)
        return found

    def _end_claims(self, looked: Looked) -> None:
        """Forget the claims on what was released afterwards, by its number or with all the others."""
        for row in looked.holdings:
            claimed_at = self._claimed_at.get(row.id)
            if claimed_at is not None and self._last_release(row) > journals._as_text(claimed_at):
                self._claims.pop(row.id, None)

    def _note_release(self, item: str, moment: str) -> None:
        for name in (item, phone_digits(item)):
            self._released_at[name] = max(moment, self._released_at.get(name, ""))

    def _last_release(self, row: Holding) -> str:
        """Return when a record was last released, by its id, by its number or with all the others; empty if never."""
        return max(self._released_at.get(name, "") for name in (row.id, phone_digits(row.number), ALL))

    def _released(self, looked: Looked) -> frozenset[str]:
        """Return the ids of what was released so shortly before the look that the listing may still show it."""
        since = journals._as_text(looked.at - timedelta(seconds=self._settle_after))
        return frozenset(
            row.id for row in looked.holdings if row.id not in self._claims and self._last_release(row) > since
        )

    def _write(self, each: _Open, found: Conclusion, looked: Looked) -> Conclusion:
        if found.verdict == "undecided":
            return found
        entry, wanted = each.asked.entry, each.asked.wanted
        ids: tuple[str, ...] = ()
        if not each.asked.is_release and found.verdict == "owned" and found.ours is not False:
            ids = tuple(row.id for row in found.holdings)
        for item in ids:  # an earlier claim is over, or this would not have been concluded
            journals._end_claim(self._db, entry, item, journals._as_text(looked.at))
        journals._conclude(self._db, entry, found.verdict, found.why, ids, looked.at)
        self._claims |= dict.fromkeys(ids, entry)
        if each.asked.is_release and found.verdict == "not_owned":
            for item in released_items(wanted):
                ended_at = journals._as_text(each.asked.ended_at)
                journals._claim_again(self._db, entry, "release", item, ended_at)
                self._note_release(item, ended_at)
        self._rivals.pop(entry, None)
        return found


def _turn(each: _Open) -> float:
    return -each.asked.sent_at.timestamp() if each.asked.wanted.how_many else float("-inf")


def _opened(db: sqlite3.Connection, account: _Account) -> list[_Open]:
    return _read(db, account, journals._UNSETTLED)


def _unclaimed_purchases(db: sqlite3.Connection, account: _Account) -> list[_Open]:
    """Return the purchases that were carried out without anybody knowing what they bought: any number may be theirs."""
    no_claim = "NOT EXISTS (SELECT 1 FROM claim WHERE claim.entry = entry.id)"
    return _read(db, account, f"operation_class = 'charge' AND {journals._CARRIED_OUT} AND {no_claim}")


def _read(db: sqlite3.Connection, account: _Account, where: str) -> list[_Open]:
    rows = db.execute(
        f"SELECT id, operation_class, state, ends_by, writer, unknown FROM entry WHERE {where} AND {_SCOPE}"
        " ORDER BY rowid",
        account.scope,
    ).fetchall()
    return [_open(account, *row) for row in rows]


def _open(
    account: _Account, entry: str, operation_class: str, state: str, ends_by: str, writer: str, text: str
) -> _Open:
    unknown = journals._read_unknown(state, ends_by, text)
    how, why = None, ""
    try:
        how, asked = recognize(*account, unknown)
    except InvalidArgument as error:
        why = error.message
        asked = Asked(operation_class == "release", Wanted(), unknown.sent_at, unknown.ended_at)
    process, own = journals._Process(*json.loads(writer)), journals._own(os.getpid())
    is_alive = state == "open" and (entry in journals._in_flight if process == own else _lives(process, own))
    # Equal purchases are shared out only among those whose outcome nobody knows or will yet know.
    like = asked.like if state in ("open", "unknown") and not is_alive else ""
    asked = asked._replace(entry=entry, like=like)
    return _Open(unknown, how, asked, why, is_alive, process.machine == own.machine)


def _lives(process: journals._Process, own: journals._Process) -> bool:
    """Return whether a process is known to run on this machine."""
    if process[:2] != own[:2] or sys.platform == "win32":
        return False
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    state, started = journals._stat(process.pid)
    return state not in ("Z", "X") and started in ("", process.started)


def _not_looked(account: _Account, each: _Open) -> Reconciled[Any]:
    return Conclusion("undecided", each.why).reconciled(account.context.clock.now())

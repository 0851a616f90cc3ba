"""What the days bring to Voximplant's subscriptions: another month and its price, or their end."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..calendar import a_month_after, next_return
from ..provider import Environment
from .numbers import AUTO_CHARGE, CANCELED, DEACTIVATED, UNVERIFIED, Numbers


class Event(NamedTuple):
    """What the clock has done to an account's numbers on a day.

    Attributes:
        what: `subscription_renewed`, `subscription_frozen` or `subscription_detached`.
        amount: what it cost.
    """

    what: str
    account: int
    day: date
    places: Sequence[int]
    amount: Decimal = Decimal(0)


class Renewals:
    """Which number's turn it is, and when."""

    def __init__(self, environment: Environment, numbers: Numbers) -> None:
        self._world = environment
        self._behaviour = environment.behaviour
        self._numbers = numbers
        self._rows = numbers.rows
        self.settled = environment.now().toordinal()
        self._agenda: dict[int, list[int]] = {}  # ids of rows, by day
        self._known = range(0)  # ids of the rows that are in the agenda, or have been

    def process_renewals(self, balances: dict[int, Decimal]) -> Iterable[Event]:
        """Do to subscriptions what the days have brought since this was done last, and draw the money for it.

        On its renewal day a subscription is charged for the next month. One that was canceled, or whose number was to
        be verified by a day that has come, ends. One that can't be charged is frozen, and ends later. A renewal day
        that was past when the sandbox began counts from its next return.
        """
        today = self._world.now().toordinal()
        if today <= self.settled:
            return
        self._catch_up()
        while self._agenda and (day := min(self._agenda)) <= today:
            self.settled = day
            rows: dict[int, list[int]] = {}
            for place in map(self._rows.place, self._agenda.pop(day)):
                if self._rows.here[place]:
                    rows.setdefault(self._numbers.account(place), []).append(place)
            for account, places in rows.items():
                yield from self._on(day, account, places, balances)
        self.settled = today

    def restore(self, settled: int) -> None:
        """Go on from a day up to which all was done."""
        self.settled = settled
        self._agenda.clear()
        self._known = range(0)

    def _on(self, day: int, account: int, places: Sequence[int], balances: dict[int, Decimal]) -> Iterable[Event]:
        """Do what a day brings to some numbers of an account."""
        columns, agenda = self._rows.columns, self._agenda
        flags, renewals, holds = columns["flags"], columns["renewal"], columns["hold"]
        renewed: list[int] = []
        frozen: list[int] = []
        ended: list[int] = []
        due = Decimal(0)
        for place in places:
            unverified = flags[place] & UNVERIFIED and holds[place] and holds[place] <= day
            if unverified or flags[place] & CANCELED:
                ended.append(place)
            elif flags[place] & DEACTIVATED:
                if self._frozen_until(renewals[place]) <= day:
                    ended.append(place)
                else:
                    agenda.setdefault(self._frozen_until(day), []).append(self._rows.id(place))
            elif flags[place] & AUTO_CHARGE and due + self._numbers.price(place) <= balances[account]:
                due += self._numbers.price(place)
                renewals[place] = a_month_after(day)
                renewed.append(place)
            elif self._behaviour.unrenewed == "frozen":
                flags[place] |= DEACTIVATED
                renewals[place] = day
                frozen.append(place)
            else:
                ended.append(place)
        balances[account] -= due
        self._numbers.touch([*renewed, *frozen], day)
        for place in (*renewed, *frozen):
            self._schedule(place)
        for what, done in (("renewed", renewed), ("frozen", frozen), ("detached", ended)):
            if done:
                amount = due if what == "renewed" else Decimal(0)
                yield Event(f"subscription_{what}", account, date.fromordinal(day), done, amount)
        self._numbers.drop(ended)

    def _catch_up(self) -> None:
        """Put into the agenda what has come since."""
        ids = range(self._rows.id(0), self._rows.id(len(self._rows)))
        for row_id in (*range(ids.start, self._known.start), *range(max(self._known.stop, ids.start), ids.stop)):
            place = self._rows.place(row_id)
            if self._rows.here[place]:
                self._schedule(place)
        self._known = ids

    def _schedule(self, place: int) -> None:
        """Note the next day on which something happens to a number."""
        columns = self._rows.columns
        flags, day, hold = columns["flags"][place], columns["renewal"][place], columns["hold"][place]
        if day <= self.settled:
            is_frozen = flags & DEACTIVATED
            day = max(self._frozen_until(day), self.settled + 1) if is_frozen else next_return(day, self.settled)
        if flags & UNVERIFIED and hold:
            day = min(day, max(hold, self.settled + 1))
        self._agenda.setdefault(day, []).append(self._rows.id(place))

    def _frozen_until(self, day: int) -> int:
        return date.max.toordinal() if self._behaviour.frozen_days is None else day + self._behaviour.frozen_days

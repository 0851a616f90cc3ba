"""What the days bring to Voximplant's subscriptions: another month and its price, or their end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..behaviour import Behaviour
from ..calendar import a_month_after, next_return
from .numbers import OwnedNumber

FROZEN = timedelta(days=30)  # how long a frozen number stays


class Event(NamedTuple):
    """What the clock has done to an account's numbers on a day.

    Attributes:
        what: `subscription_renewed`, `subscription_frozen` or `subscription_detached`.
        amount: what it cost.
    """

    what: str
    account: int
    day: date
    numbers: list[OwnedNumber]
    amount: Decimal = Decimal(0)


def renewals(
    behaviour: Behaviour, balances: dict[int, Decimal], processed: date, today: date, owned: Iterable[OwnedNumber]
) -> Iterator[Event]:
    """Do to subscriptions what the days have brought since this was done last, and draw the money for it.

    On its renewal day a subscription is charged for the next month. One that was canceled, or whose number was to be
    verified by a day that has come, ends. One that can't be charged is frozen, and ends later. A renewal day that was
    past when the sandbox began counts from its next return.

    Args:
        balances: each account's money, which is drawn.
        processed: the day up to which everything is done.
    """
    agenda: dict[date, list[OwnedNumber]] = defaultdict(list)
    for own in owned:
        agenda[_next_day(own, processed)].append(own)
    while agenda and (day := min(agenda)) <= today and day < date.max:
        by_account: dict[int, list[OwnedNumber]] = defaultdict(list)
        for own in sorted(agenda.pop(day), key=lambda own: own.number.serial):
            by_account[own.account_id].append(own)
        for account, numbers in by_account.items():
            for event in _on(day, account, numbers, behaviour, balances):
                yield event
                if event.what != "subscription_detached":
                    for own in event.numbers:
                        agenda[_next_day(own, day)].append(own)


def _on(
    day: date, account: int, numbers: list[OwnedNumber], behaviour: Behaviour, balances: dict[int, Decimal]
) -> Iterator[Event]:
    """Do what a day brings to some numbers of an account."""
    done: dict[str, list[OwnedNumber]] = {"renewed": [], "frozen": [], "detached": []}
    due = Decimal(0)
    for own in numbers:
        hold = own.unverified_hold_until if own.unverified else None
        what: str = behaviour.unrenewed
        if own.canceled or own.deactivated or (hold and hold <= day):
            what = "detached"
        elif own.auto_charge and due + own.phone_price <= balances[account]:
            what = "renewed"
            due += own.phone_price
            own.phone_next_renewal = a_month_after(day)
        elif what == "frozen":
            own.deactivated, own.phone_next_renewal = True, day
        own.modified = datetime.combine(day, time(), UTC)
        done[what].append(own)
    balances[account] -= due
    for what, changed in done.items():
        if changed:
            yield Event(f"subscription_{what}", account, day, changed, due if what == "renewed" else Decimal(0))


def _next_day(own: OwnedNumber, processed: date) -> date:
    """Return the next day on which something happens to a number."""
    tomorrow = processed + timedelta(days=1) if processed < date.max else date.max
    day = own.phone_next_renewal
    if own.deactivated and not own.canceled:
        day = max(day + FROZEN if day < date.max - FROZEN else date.max, tomorrow)
    elif day <= processed:
        day = next_return(day, processed)
    if own.unverified and own.unverified_hold_until:
        day = min(day, max(own.unverified_hold_until, tomorrow))
    return day

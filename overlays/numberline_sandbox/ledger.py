"""What was really done: the truth to compare a client's account with."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class Entry(NamedTuple):
    """One request that was carried out and that changed something, or what the clock did to subscriptions on a day.

    Attributes:
        provider: as in `Sandbox.credentials`.
        operation: the method's name, such as `attach_phone_number`; for what the clock does `subscription_renewed`,
            `subscription_frozen` or `subscription_detached`.
        operation_class: `charge`, `release` or `idempotent`, as the spec has it.
        numbers: the phone numbers that it was about.
        keys: the ids or keys by which they were asked for.
        account: whose they are.
        moment: when, by the sandbox's clock.
        amount: the money drawn for it, in the account's currency.
    """

    provider: str
    operation: str
    operation_class: str
    numbers: tuple[str, ...]
    keys: tuple[str, ...]
    account: int
    moment: datetime
    amount: Decimal = Decimal(0)


class Ledger(list[Entry]):
    """All entries, in order. It only grows. Whatever changes the state writes it, no matter what is returned."""

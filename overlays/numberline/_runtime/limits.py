"""Who has to wait before sending: the limiters that all threads and tasks of a process keep to."""

from collections.abc import Hashable
from typing import NamedTuple


class Budget(NamedTuple):
    """How many requests may be sent: `requests` every `seconds`, of which `burst` may go at once."""

    requests: int
    seconds: float
    burst: int = 1


class Unlimited:
    """Lets everybody send at once."""

    def reserve(self, now: float) -> float:
        """Take the next free moment: use it or `release`. Returns a slot in the queue, for `due_at`."""
        return now

    def due_at(self, slot: float) -> float:
        """Return when the turn of a slot comes. A refusal of others moves it."""
        return slot

    def release(self, slot: float) -> None:
        """Give back a slot that will not be used: it is the next one's to ask, unless its moment passes."""


LIMITERS: dict[tuple[Hashable, ...], Unlimited] = {}
"""By a provider's address, an account and an operation; only where there is a budget, or once it was too much."""

UNLIMITED = Unlimited()

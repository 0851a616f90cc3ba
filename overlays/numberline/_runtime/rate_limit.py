"""How many requests may be sent, where that is limited. Loaded with a budget, or when a provider says: too much."""

import heapq
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from typing import cast

from ..errors import InvalidArgument
from .context import LIMITERS, Unlimited
from .locks import Lock
from .operation import Budget

LONGEST_HOLD = 3600.0
"""Seconds for which other calls are held back at most, so that no slip in a header stops them for good."""


class RateLimiter(Unlimited):
    """Keeps the requests of one operation of one account within a budget, for all threads and tasks of a process.

    Whoever asks gets the next free moment, in the order of asking; one that was given back goes to the next to ask.
    Nothing waits in here; the caller does.

    Moments are kept on a clock that stands still while the provider wants to be left alone, so that a refusal moves
    all who wait already, and leaves their order and the gaps between them as they are.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self._lock = Lock()  # a signal handler may make a call of its own, or strike in here
        self._budget = budget
        self._next = float("-inf")  # when the budget is level: the theoretical arrival time of GCRA
        self._held_until = float("-inf")
        self._stood_still = 0.0
        self._free: list[float] = []  # a heap of moments that were given back

    def set_limit(self, budget: Budget) -> None:
        """Take this budget from now on, instead of the one before or the documented figure."""
        with self._lock:
            if budget != self._budget:
                self._budget = budget
                self._free.clear()

    def reserve(self, now: float) -> float:
        with self._lock:
            earliest = max(now, self._held_until) - self._stood_still
            if self._budget is None:
                return earliest
            while self._free:
                slot = heapq.heappop(self._free)
                if slot >= earliest:
                    return slot
            every = self._budget.seconds / self._budget.requests
            slot = max(earliest, self._next - every * (self._budget.burst - 1))
            self._next = max(self._next, slot) + every
            return slot

    def due_at(self, slot: float) -> float:
        with self._lock:
            return slot + self._stood_still

    def release(self, slot: float) -> None:
        with self._lock:
            if self._budget is not None:
                heapq.heappush(self._free, slot)

    def hold_remaining(self, now: float) -> float:
        """For how many seconds the provider still wants to be left alone."""
        with self._lock:
            return max(0.0, self._held_until - now)

    def on_limited(self, now: float, wait: float | None, documented: Budget | None) -> None:
        """The provider said that it was too much: hold everybody back, and keep to the documented figure from now on.

        Args:
            now: the moment of the refusal.
            wait: seconds that the provider asks for, if it does.
            documented: the budget that the spec gives.
        """
        with self._lock:
            begin = max(self._held_until, now)
            self._held_until = max(begin, now + min(wait or 0.0, LONGEST_HOLD))
            self._stood_still += self._held_until - begin
            self._budget = self._budget or documented
            if self._budget is not None and not wait:  # for us to guess, then: what might go at once is used up
                empty = now + self._budget.seconds / self._budget.requests * self._budget.burst
                self._next = max(self._next, empty - self._stood_still)
                self._free.clear()


def rate_limiter(*key: Hashable, budget: Budget | None = None) -> RateLimiter:
    """Return the process's limiter for a provider's address, an account and an operation; make it if there is none."""
    found = cast("RateLimiter", LIMITERS.get(key) or LIMITERS.setdefault(key, RateLimiter(budget)))
    if budget is not None:
        found.set_limit(budget)
    return found


@contextmanager
def isolated() -> Iterator[None]:
    """For a test: no budget from before holds inside, and none from inside afterwards."""
    before = dict(LIMITERS)
    LIMITERS.clear()
    try:
        yield
    finally:
        LIMITERS.clear()
        LIMITERS.update(before)


def checked_budget(given: Budget) -> Budget:
    """Return a budget as a caller gives it.

    Raises:
        InvalidArgument: unless all of its numbers are above 0.
    """
    with suppress(TypeError):
        budget = Budget(*given)
        if budget.requests > 0 and 0 < budget.seconds < float("inf") and budget.burst > 0:
            return budget
    raise InvalidArgument("budget takes Budget(requests, seconds, burst), each above 0", parameter="budget")

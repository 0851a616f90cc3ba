"""Time and chance, as the clients see them."""

import random
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Event

STOPPED: ContextVar[Event | None] = ContextVar("numberline_stopped", default=None)
"""Set once nobody wants the results of the calls in this context any more; they send nothing then, and stop waiting."""


class Clock:
    """Time and chance, as the clients see them. Tests give them another one."""

    def monotonic(self) -> float:
        """Seconds on a clock that only goes forward."""
        return time.monotonic()

    def now(self) -> datetime:
        """The current time, in UTC."""
        return datetime.now(UTC)

    def random(self, top: float) -> float:
        """Any number from 0 to `top`."""
        return random.uniform(0, top)

    def sleep(self, seconds: float) -> None:
        stopped = STOPPED.get()
        if stopped is None:
            time.sleep(seconds)
        else:
            stopped.wait(seconds)

    async def sleep_async(self, seconds: float) -> None:
        import anyio  # which httpx waits with, too; not loaded before the first wait

        await anyio.sleep(seconds)


class ProviderClock:
    """The header `Date` of a provider's last response, beside this machine's clocks; `skew` says what it means.

    Attributes:
        last: the header, and `Clock.now()` and `Clock.monotonic()` of when it came.
    """

    last: tuple[str, datetime, float] | None = None

    def note(self, date: str | None, now: datetime, monotonic: float) -> None:
        """Keep a header. It is only read if somebody asks."""
        if date is not None:
            self.last = date, now, monotonic

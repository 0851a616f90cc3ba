"""Time and chance, as the clients see them."""

import random
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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
    """How far a provider's clock is ahead of this machine's, by the header `Date` of its last response."""

    def __init__(self) -> None:
        self._last: tuple[str, datetime, float] | None = None

    def note(self, date: str | None, now: datetime, monotonic: float) -> None:
        """Keep a header. It is only read if somebody asks."""
        if date is not None:
            self._last = date, now, monotonic

    def offset(self) -> float | None:
        """Return seconds, whole ones, or None if the provider never said."""
        if self._last is None:
            return None
        date, now, _ = self._last
        moment = parse_http_date(date)
        return None if moment is None else (moment - now).total_seconds()

    def offset_at(self, now: datetime, monotonic: float) -> float | None:
        """Return the same for a later moment. If this machine's clock was put back since, the provider's is that much
        further ahead. A clock that seems to have been put forward may have been suspended, which changes nothing."""
        offset = self.offset()
        if offset is None or self._last is None:
            return None
        passed = (now - self._last[1]).total_seconds()
        return offset + max(0.0, monotonic - self._last[2] - passed)


def parse_http_date(text: str) -> datetime | None:
    """Return the moment of an HTTP date, or None for anything else. Such dates are in UTC in each of their forms."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

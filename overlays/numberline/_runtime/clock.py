"""Time and chance, as the clients see them."""

import random
import time
from datetime import UTC, datetime


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
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        import anyio  # which httpx waits with, too; not loaded before the first wait

        await anyio.sleep(seconds)

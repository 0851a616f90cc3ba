"""Time and chance in the hands of a test."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from numberline._runtime.client import BaseClient
from numberline._runtime.clock import Clock
from tests.support import Wire

C = TypeVar("C", bound=BaseClient)

BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class TestClock(Clock):
    """Stands still but for sleeping, and always draws the highest number.

    Attributes:
        slept: each wait, in seconds.
    """

    __test__ = False

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.time

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.time - 1000.0)

    def random(self, top: float) -> float:
        return top

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


def connected(wire: Wire, kind: type[C], **settings: Any) -> C:
    """A client that retries as often as clients do, with the test at the other end."""
    return wire.connect(kind, **{"retries": 2, **settings})


def on(client: BaseClient, clock: Clock) -> None:
    """Put a client on a clock."""
    client._context = client._context._replace(clock=clock)

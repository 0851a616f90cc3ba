"""For tests of programs that use numberline: a manual clock, and clients that are connected to a sandbox.

The pytest plugin (`numberline.pytest_plugin`) is made of these, and they do without pytest.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx

from ._runtime.client import AsyncClient, BaseClient
from ._runtime.clock import Clock

if TYPE_CHECKING:
    from numberline_sandbox import Sandbox

__all__ = ["BEGIN", "ManualClock", "connect"]

C = TypeVar("C", bound=BaseClient)

BEGIN = datetime(2026, 3, 14, 12, tzinfo=UTC)
"""The moment at which a `ManualClock` stands unless told otherwise, so that a test sees the same days every day."""


class ManualClock(Clock):
    """A clock that stands still until it is advanced, or until a client waits: a wait takes no time, but advances the
    clock. `random` returns the highest number. Safe to share between threads.

    `Sandbox(clock=clock.now)` and a client with `clock=clock` share their time.

    Args:
        begin: the first moment, an aware datetime.

    Attributes:
        waits: how long each wait was, in seconds.

    Raises:
        ValueError: if `begin` has no offset.
    """

    def __init__(self, begin: datetime = BEGIN) -> None:
        if begin.tzinfo is None:
            raise ValueError("begin has to be an aware datetime")
        self._begin = begin.astimezone(UTC)
        self._passed = 0.0
        self._lock = threading.Lock()
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=self._passed)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Let time pass, and return the new moment.

        Raises:
            ValueError: for a step back.
        """
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
        if not step >= 0:
            raise ValueError("a clock only goes forward")
        with self._lock:
            self._passed += step
        return self.now()

    def random(self, top: float) -> float:
        return top

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.waits.append(seconds)
            self._passed += seconds

    async def sleep_async(self, seconds: float) -> None:
        import anyio  # not loaded before the first wait

        self.sleep(seconds)
        await anyio.sleep(0)  # the turn of other tasks

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.now().isoformat()}>"


def connect(
    kind: type[C],
    sandbox: "Sandbox",
    *,
    clock: Clock | None = None,
    sign_in: Mapping[str, Any] | None = None,
    **settings: Any,
) -> C:
    """Return a client, sync or async, that is connected to a sandbox in this process.

    Args:
        kind: which client.
        sandbox: where its requests arrive.
        clock: its clock, by which late responses are waited for, too; the machine's unless given.
        sign_in: its credentials; the sandbox's best known ones unless given.
        settings: what else the client takes.
    """
    name = kind.environment.lower()
    http: httpx.Client | httpx.AsyncClient
    if issubclass(kind, AsyncClient):
        http = httpx.AsyncClient(
            transport=sandbox.async_transport(clock.sleep_async) if clock else sandbox.async_transport()
        )
    else:
        http = httpx.Client(transport=sandbox.transport(clock.sleep) if clock else sandbox.transport())
    given = {**(sandbox.credentials[name] if sign_in is None else sign_in), **settings}
    if clock is not None:
        given["clock"] = clock
    return cast("Callable[..., C]", kind)(http_client=http, **given)

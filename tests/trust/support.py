"""Clients as users have them: they retry, on a clock that lets no time pass."""

from typing import Any, TypeVar

from numberline._runtime.client import BaseClient
from numberline.testing import ManualClock
from tests.support import Wire

C = TypeVar("C", bound=BaseClient)


def connected(wire: Wire, kind: type[C], **settings: Any) -> C:
    """Return a client that retries as often as clients do, with the test at the other end."""
    return wire.connect(kind, **{"retries": 2, "clock": ManualClock(), **settings})

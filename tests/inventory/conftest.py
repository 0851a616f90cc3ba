"""An inventory of the sandbox's three accounts, and one of the same accounts that waits with `await`."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeVar

import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.inventory import AsyncInventory, Inventory, InventoryNumber
from numberline.testing import ManualClock, connect
from numberline_sandbox import Sandbox

T = TypeVar("T")


def done(value: Coroutine[Any, Any, T] | T) -> T:
    """Return what a method of either inventory returns."""
    return asyncio.run(value) if isinstance(value, Coroutine) else value


def listed(inventory: Inventory | AsyncInventory) -> list[InventoryNumber]:
    """Return the numbers of either inventory."""
    if isinstance(inventory, Inventory):
        return list(inventory.numbers())

    async def collect(numbers: AsyncIterator[InventoryNumber]) -> list[InventoryNumber]:
        return [number async for number in numbers]

    return asyncio.run(collect(inventory.numbers()))


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so that other threads bring about."""
    waited = threading.Event()
    for _ in range(3000):
        if true():
            return
        waited.wait(0.01)
    pytest.fail("it did not come to be in half a minute")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(clock=clock.now)


@pytest.fixture(params=["sync", "async"])
def inventory(request: pytest.FixtureRequest, sandbox: Sandbox, clock: ManualClock) -> Inventory | AsyncInventory:
    if request.param == "sync":
        kinds = {"de": Voximplant, "support": Infobip, "sip": Apifonica}
        return Inventory({name: connect(kind, sandbox, clock=clock) for name, kind in kinds.items()})
    return AsyncInventory(
        {
            "de": connect(AsyncVoximplant, sandbox, clock=clock),
            "support": connect(AsyncInfobip, sandbox, clock=clock),
            "sip": connect(AsyncApifonica, sandbox, clock=clock),
        }
    )

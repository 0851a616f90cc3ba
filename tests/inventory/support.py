"""One way to read an inventory of either kind."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from numberline.inventory import AsyncInventory, Inventory, InventoryNumber


def listed(inventory: Inventory | AsyncInventory, country: str | None = None) -> list[InventoryNumber]:
    """Return the numbers of either inventory."""
    if isinstance(inventory, Inventory):
        return list(inventory.numbers(country=country))

    async def collect(numbers: AsyncIterator[InventoryNumber]) -> list[InventoryNumber]:
        return [number async for number in numbers]

    return asyncio.run(collect(inventory.numbers(country=country)))


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so that other threads bring about."""
    waited = threading.Event()
    for _ in range(3000):
        if true():
            return
        waited.wait(0.01)
    pytest.fail("it did not come to be in half a minute")

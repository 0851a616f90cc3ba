"""Listings whose records come and go between two pages."""

import asyncio
from typing import Any

import pytest

from numberline._runtime.client import BaseClient
from numberline.pagination import Pages
from numberline.testing import ManualClock
from tests.faults.support import OPERATIONS, Operation, Watched, targets
from tests.support import FULL, items

SIZE = 5
LISTINGS = {
    "get_new_phone_numbers": ("count", "phone_id"),
    "get_phone_numbers": ("count", "phone_id"),
    "list_available_numbers": ("limit", "number_key"),
    "list_purchased_numbers": ("limit", "number_key"),
    "list_rented_numbers": ("limit", "number_sid"),
}


def listing(client: BaseClient, operation: Operation) -> Any:
    size, _ = LISTINGS[operation.name]
    return getattr(client, operation.name)(**operation.arguments(targets()), **{size: SIZE})


def keys(operation: Operation, records: list[Any]) -> list[Any]:
    return [getattr(record, LISTINGS[operation.name][1]) for record in records]


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[operation for operation in OPERATIONS if operation.name in LISTINGS], ids=lambda o: o.name)
def operation(request: pytest.FixtureRequest) -> Operation:
    found: Operation = request.param
    return found


@pytest.mark.parametrize(
    ("shift", "at"),
    [(shift, at) for shift in ("shift-out", "shift-in") for at in (1, 2, 3)]
    if FULL
    else [("shift-out", 1), ("shift-out", 3), ("shift-in", 2)],
)
def test_no_record_is_lost_or_comes_twice(operation: Operation, mode: str, shift: str, at: int) -> None:
    """Those that were there all the time, that is, when one comes or goes before the page after the `at`-th."""
    sandbox = Watched(numbers=300, owned=28)
    client = sandbox.connect(operation.provider, mode, ManualClock())
    sandbox.faults.set(operation.name, "shift-out", times=1)  # there is something to come back
    items(listing(client, operation))
    before = keys(operation, items(listing(client, operation)))
    assert len(before) > 4 * SIZE

    found = keys(operation, walked(sandbox, operation, listing(client, operation), shift, at * SIZE))

    after = keys(operation, items(listing(client, operation)))
    assert after != before  # or else it was no trial
    assert len(found) == len(set(found))
    assert [key for key in before if key in after] == [key for key in found if key in before and key in after]


def walked(sandbox: Watched, operation: Operation, of: Any, shift: str, count: int) -> list[Any]:
    """All records, with a fault once so many came."""
    found: list[Any] = []

    def took(record: Any) -> None:
        found.append(record)
        if len(found) == count:
            sandbox.faults.set(operation.name, shift, times=1)

    if isinstance(of, Pages):
        for record in of:
            took(record)
        return found

    async def walk_async() -> None:
        async for record in of:
            took(record)

    asyncio.run(walk_async())
    return found

"""Answers that are newer than the spec: fields and values that it doesn't know, and days without a day."""

from datetime import date, datetime
from typing import Any

import pytest

from numberline._runtime.client import BaseClient
from numberline.testing import ManualClock
from tests.faults.support import OPERATIONS, Operation, Watched
from tests.support import outcome

LISTINGS = ("get_phone_numbers", "list_purchased_numbers", "list_rented_numbers")
BY_NAME = {operation.name: operation for operation in OPERATIONS}

FIRST: dict[str, tuple[str, list[str]]] = {
    "get_phone_numbers": ("verification_status", ["phone_next_renewal", "phone_purchase_date", "modified"]),
    "list_purchased_numbers": ("type", []),
    "list_rented_numbers": ("type", ["created", "updated"]),
}
"""For each listing a field with an enum, and those with days or moments."""


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[BY_NAME[name] for name in LISTINGS], ids=lambda operation: operation.name)
def operation(request: pytest.FixtureRequest) -> Operation:
    found: Operation = request.param
    return found


def records(operation: Operation, mode: str, fault: str) -> tuple[list[Any], list[Any]]:
    """What is listed with a fault, and without one."""
    sandbox = Watched()
    client: BaseClient = sandbox.connect(operation.provider, mode, ManualClock())
    good = outcome(operation.call(client))
    sandbox.faults.set(operation.name, fault, times=1)
    return outcome(operation.call(client)), good


def without(value: Any) -> Any:
    """The same without what the sandbox made up, at any depth."""
    if isinstance(value, dict):
        return {name: without(item) for name, item in value.items() if name != "made_up_by_the_sandbox"}
    return value


def test_an_unknown_field_is_kept_in_raw(operation: Operation, mode: str) -> None:
    found, good = records(operation, mode, "unknown-fields")

    assert all(record.raw["made_up_by_the_sandbox"] == {"new": [1, None]} for record in found)
    assert [without(record.raw) for record in found] == [record.raw for record in good]


def test_an_unknown_value_is_read_as_it_is(operation: Operation, mode: str) -> None:
    found, good = records(operation, mode, "unknown-values")

    field, _ = FIRST[operation.name]
    read = {getattr(record, field) for record in found} - {None}
    assert [value.value for value in read] == ["MADE_UP_BY_THE_SANDBOX"]
    assert len(found) == len(good)


def test_an_empty_day_is_none(operation: Operation, mode: str) -> None:
    found, good = records(operation, mode, "empty-dates")

    _, fields = FIRST[operation.name]
    for name in fields:
        assert {getattr(record, name) for record in found} == {None}
        assert all(isinstance(getattr(record, name), date | datetime) for record in good)
        assert {record.raw[name] for record in found} == {""}
    assert len(found) == len(good)

"""Values that an argument of each kind must not take, and a driver that hands them to a call."""

from collections.abc import Coroutine
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from inspect import signature
from typing import Any

import pytest

from numberline._runtime.client import BaseClient
from numberline.errors import InvalidArgument, NumberlineError
from tests.support import Wire, result

HALF_A_CHARACTER = "half \ud83d"


class Foreign(Enum):
    """No enum of ours, and its value is not even text."""

    ONE = 1


WRONG: dict[str, list[Any]] = {
    "text": [1, True, b"text", ["text"], ("text",), {"text": 1}, Foreign.ONE, HALF_A_CHARACTER],
    "integer": [True, False, 1.0, 1.5, "1", b"1", [1], Decimal(1), Foreign.ONE],
    "boolean": [0, 1, "true", "false", "", [True], 1.0],
    "day": [datetime(2031, 1, 2, tzinfo=UTC), datetime(2031, 1, 2), "2031-01-02", 20310102],
    "moment": [datetime(2031, 1, 2, 3, 4, 5), date(2031, 1, 2), "2031-01-02 03:04:05", 1924000000, 1924000000.5],
    "choice": ["nothing-of-this-name", "", " ", 1, True, b"all", ["all"], Foreign.ONE],
    "integers": [[], (), iter(()), "1", "1;2", "ALL", "", b"1", bytearray(b"1"), {1: 2}, 1, 1.5, True]
    + [[item] for item in (None, True, 1.0, "1", "all", b"1", [1])]
    + [[1, None], [1, "2"]],
    "texts": [[], (), iter(()), "", b"15550100", {"15550100": 1}, 15550100, True]
    + [[item] for item in (None, True, 15550100, b"15550100", "", ";", "15550100;15550101", HALF_A_CHARACTER)]
    + [["15550100", None], ["15550100", ""]],
    "choices": [[], (), iter(()), "", "nothing-of-this-name", b"SMS", {"SMS": 1, "VERIFIED": 1}, 1]
    + [[item] for item in (None, True, 1, b"SMS", "", "sms", "verified", "SMS,VOICE", "REQUIRED;VERIFIED")],
    "path segment": ["", ".", "..", 1, True, b"id", ["id"], HALF_A_CHARACTER],
}
"""What each kind of argument refuses. A kind may be looked up as `integers or all`, too."""


def refusal(client: BaseClient, method: str, arguments: dict[str, Any]) -> InvalidArgument | None:
    """The error with which the call refuses its arguments, or None. A listing has to refuse them when it is made."""
    try:
        made = getattr(client, method)(**arguments)
        if isinstance(made, Coroutine):
            result(made)
    except InvalidArgument as error:
        return error
    return None


def refused(wire: Wire, client: BaseClient, method: str, arguments: dict[str, Any], *, naming: str) -> InvalidArgument:
    """The error with which the call refuses its arguments. It has to name one of them, and nothing may be sent."""
    error = refusal(client, method, arguments)
    assert error is not None
    assert isinstance(error, ValueError)
    assert isinstance(error, NumberlineError)
    assert error.parameter == naming
    assert naming in str(error)
    assert wire.sent == []
    return error


def check_that_wrong_values_are_refused(
    wire: Wire, client: BaseClient, method: str, others: dict[str, Any], name: str, kind: str
) -> None:
    """Hand an argument every wrong value of its kind, beside `others` that are right."""
    wire.replies(*[AssertionError("this was sent")] * 100)
    wrong = list(WRONG[kind.removesuffix(" or all")])
    if signature(getattr(client, method)).parameters[name].default is not None:
        wrong.append(None)  # elsewhere it means that the argument is left out
    for value in wrong:
        error = refusal(client, method, {**others, name: value})
        if error is None:
            pytest.fail(f"{method}({name}={value!r}) was not refused")
        assert error.parameter == name
        assert name in str(error)
        assert isinstance(error, ValueError)
    assert wire.sent == []


def arguments_of(client: BaseClient, method: str) -> set[str]:
    """The names of all arguments that a method takes from the spec; each takes `extra_params` as well."""
    names = set(signature(getattr(client, method)).parameters)
    assert "extra_params" in names
    return names - {"extra_params"}

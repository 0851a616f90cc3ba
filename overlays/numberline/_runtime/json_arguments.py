"""Arguments in JSON bodies that are no text there. Each function checks one value, as its namesake in `arguments` does,
and gives what the body holds."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, SupportsIndex

from . import arguments


def integer(name: str, value: SupportsIndex, minimum: int | None = None, maximum: int | None = None) -> int:
    """A whole number within the documented range."""
    arguments.integer(name, value, minimum, maximum)
    return operator.index(value)


def number(name: str, value: Decimal | int, minimum: float | None = None, maximum: float | None = None) -> Decimal:
    """An amount where JSON has it as a number."""
    return Decimal(arguments.number(name, value, minimum, maximum))


def boolean(name: str, value: bool) -> bool:
    """A truth value."""
    return arguments.boolean(name, value) == "true"


def number_choice(*allowed: int) -> Callable[[str, Any], int]:
    """A function for whole numbers out of `allowed`, and for any member of the provider's enum."""
    check = arguments.number_choice(*allowed)
    return lambda name, value: int(check(name, value))


def instance(name: str, value: object, expected: type) -> None:
    """Refuse what is not an instance of a record class."""
    if not isinstance(value, expected):
        raise arguments.wrong_type(name, f"a {expected.__name__}", value)

"""Arguments on their way out: each function checks one value and gives the text that goes on the wire.

All raise `InvalidArgument`, which names the parameter, for a value that would be misread at the other end.
"""

import operator
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, SupportsIndex

from ..errors import InvalidArgument

# Blanks, dashes, dots, slashes, brackets, and the marks for the direction of writing that contact lists add.
_SEPARATORS = re.compile("[\\s.()/\\-\u2010-\u2015\u2212\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_TRUNK_ZERO = re.compile(r"(?<=[0-9])\s*\(0\)")  # as in +44 (0)7860 041117

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def wrong_type(name: str, wanted: str, value: object) -> InvalidArgument:
    """Return the error for a value of another type than the wanted one."""
    # The type, never the value: an argument may be a secret or a person's number.
    return InvalidArgument(f"{name} takes {wanted}, not {type(value).__name__}", parameter=name)


def text(name: str, value: str, min_length: int | None = None, max_length: int | None = None) -> str:
    """Return text of a documented length as it is."""
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    plain = str.__str__(value)  # subclasses may show themselves otherwise, as enums and masked secrets do
    if _HALF_A_PAIR.search(plain):  # found without an exception, which would quote the value
        raise InvalidArgument(f"{name} holds half a surrogate pair, which is not text", parameter=name)
    check_range(name, len(plain), min_length, max_length, f"{name} has {len(plain)} characters; it has to have")
    return plain


def required_text(name: str, value: str, min_length: int | None = None, max_length: int | None = None) -> str:
    """Return text that names something, so that it can't be empty."""
    plain = text(name, value, min_length, max_length)
    if not plain.strip():
        raise InvalidArgument(f"{name} is empty", parameter=name)
    return plain


def phone_number(name: str, value: str) -> str:
    """Return the digits of a phone number with its country code, as all providers write them."""
    digits = part_of_phone_number(name, _TRUNK_ZERO.sub("", value, count=1) if isinstance(value, str) else value)
    digits = digits.removeprefix("00")
    if not 3 <= len(digits) <= 15 or digits[0] == "0":
        raise InvalidArgument(f"{name} is not a phone number with its country code", parameter=name)
    return digits


def part_of_phone_number(name: str, value: str) -> str:
    """Return the digits of a phone number or of a part of one, however people separate them."""
    digits = _SEPARATORS.sub("", text(name, value).strip()).removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        raise InvalidArgument(f"{name} is not a phone number: it holds more than digits", parameter=name)
    return digits


def integer(name: str, value: SupportsIndex, minimum: int | None = None, maximum: int | None = None) -> str:
    """A whole number within the documented range, in decimal digits. A bool is not a number here."""
    if isinstance(value, bool):
        raise wrong_type(name, "a whole number", value)
    try:
        number = operator.index(value)
    except TypeError:
        raise wrong_type(name, "a whole number", value) from None
    check_range(name, number, minimum, maximum, f"{name} is {number}; it has to be")
    return str(number)


def check_range(name: str, found: Any, minimum: Any, maximum: Any, said: str) -> None:
    """Refuse a number outside of a range, or a length. `said` begins the sentence that says so."""
    if (minimum is not None and found < minimum) or (maximum is not None and found > maximum):
        wanted = (
            f"between {minimum} and {maximum}"
            if minimum is not None and maximum is not None
            else f"at least {minimum}"
            if minimum is not None
            else f"at most {maximum}"
        )
        raise InvalidArgument(f"{said} {wanted}", parameter=name)


def number(name: str, value: Decimal | int, minimum: float | None = None, maximum: float | None = None) -> str:
    """An amount as plain digits, never in exponent form. A float has lost digits already and is refused."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise wrong_type(name, "a Decimal", value)
    if not Decimal(value).is_finite():
        raise InvalidArgument(f"{name} is not a finite number", parameter=name)
    check_range(name, value, minimum, maximum, f"{name} is {value}; it has to be")
    return format(Decimal(value), "f")


def boolean(name: str, value: bool) -> str:
    """`true` or `false`."""
    if not isinstance(value, bool) and not _is_numpy_bool(value):
        raise wrong_type(name, "True or False", value)
    return "true" if value else "false"


def _is_numpy_bool(value: object) -> bool:
    kind = type(value)
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")


def day(name: str, value: date) -> str:
    """A calendar day as `YYYY-MM-DD`. A datetime is refused: which day it falls on depends on the zone."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise wrong_type(name, "a date", value)
    return value.isoformat()


def moment(name: str, value: datetime) -> datetime:
    """A moment in UTC, cut to whole seconds, which is what the providers' forms hold."""
    if not isinstance(value, datetime):
        raise wrong_type(name, "a datetime", value)
    if value.utcoffset() is None:
        raise InvalidArgument(f"{name} is a datetime without a timezone; give it one", parameter=name)
    try:
        return value.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise InvalidArgument(f"{name} is outside of the years 1 to 9999 in UTC", parameter=name) from None


def utc_timestamp(name: str, value: datetime) -> str:
    """A moment as `YYYY-MM-DD HH:mm:ss` in UTC."""
    return moment(name, value).replace(tzinfo=None).isoformat(" ")


def date_time(name: str, value: datetime) -> str:
    """A moment as `YYYY-MM-DDTHH:mm:ssZ`."""
    return moment(name, value).replace(tzinfo=None).isoformat() + "Z"


def choice(*allowed: str, kind: Callable[[str, Any], str] = text) -> Callable[[str, Any], str]:
    """A function for values of a kind, out of `allowed`.

    A plain string has to be one of them, so that a slip of the pen is found before it is sent. A member of the
    provider's enum is sent as it is: `SandboxFilter("new-value")` is how to send what the spec does not know yet.
    """

    def check(name: str, value: Any) -> str:
        wire = kind(name, value)
        if wire not in allowed and not isinstance(value, Enum):
            shown = "something else" if re.search("[0-9]{5}", wire) else repr(wire[:40])
            raise InvalidArgument(f"{name} is {shown}; it has to be one of {', '.join(allowed)}", parameter=name)
        return wire

    return check


def number_choice(*allowed: int) -> Callable[[str, Any], str]:
    """A function for whole numbers out of `allowed`, and for any member of the provider's enum, as in `choice`."""
    return choice(*map(str, allowed), kind=integer)


def path_segment(name: str, value: str, min_length: int | None = None, max_length: int | None = None) -> str:
    """Text that stands alone between two slashes, where `.` and `..` would lead elsewhere."""
    plain = text(name, value, min_length, max_length)
    if plain in ("", ".", ".."):
        raise InvalidArgument(f"{name} is {plain!r}, which is not an id", parameter=name)
    return plain


def exactly_one(**given: object) -> None:
    """Refuse when not exactly one of the alternatives was given (None means left out)."""
    present = _present(given)
    if len(present) != 1:
        names = " or ".join(given)
        found = "neither was" if not present else f"{' and '.join(present)} were"
        raise InvalidArgument(f"give exactly one of {names}; {found} given", parameter=(present or list(given))[0])


def at_most_one(**given: object) -> None:
    """Refuse when more than one of the alternatives was given."""
    present = _present(given)
    if len(present) > 1:
        raise InvalidArgument(f"give only one of {', '.join(present)}", parameter=present[0])


def needs_one_of(name: str, value: object, **given: object) -> None:
    """Refuse when `name` was given without any of those that it depends on."""
    if value is not None and not _present(given):
        raise InvalidArgument(f"{name} needs {' or '.join(given)} beside it", parameter=name)


def _present(given: dict[str, object]) -> list[str]:
    return [name for name, value in given.items() if value is not None]


def phone_digits(text: str) -> str:
    """Return a phone number's digits with its country code, for comparing: `+1 202 555-0100`, `001202...` and
    `1202...` are one number. Text that is no phone number stays as it is.
    """
    bare = re.sub(r"\(0\)|[\s().\-/+]", "", text)
    return bare.removeprefix("00") if bare.isascii() and bare.isdigit() else text.strip()

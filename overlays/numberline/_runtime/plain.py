"""JSON as plain objects. Loaded by what looks past the records."""

from functools import reduce
from operator import getitem
from typing import Any, cast

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(value: object) -> bytes:
    """Return what stands in a body. An amount is a number; those that the provider wants as text are text already."""
    return _ENCODER.encode(value)


def decoded(body: bytes) -> Any:
    """Return what a response holds, as plain objects.

    Raises:
        ValueError: if it is not JSON.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        from .mending import mend

        try:
            return msgspec.json.decode(mend(body).decode(errors="replace"))
        except (msgspec.MsgspecError, RecursionError):
            raise ValueError("not JSON") from None


def raw(record: Any) -> dict[str, Any]:
    """Return the JSON object that a record was read from.

    Raises:
        AttributeError: if it was not read from any.
    """
    try:
        origin = record._origin
    except AttributeError:
        raise AttributeError(f"this {type(record).__name__} does not come straight from a response") from None
    return cast("dict[str, Any]", _found(origin))


def _found(origin: tuple[Any, ...]) -> Any:
    around, *way = origin
    return reduce(getitem, way, decoded(around) if isinstance(around, bytes) else _found(around))

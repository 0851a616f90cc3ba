"""JSON as plain objects. Loaded by what looks past the records."""

from typing import Any

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

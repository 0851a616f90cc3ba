"""JSON as plain objects. Loaded by what looks past the records."""

from typing import Any

import msgspec


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

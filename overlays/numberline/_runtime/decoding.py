"""From the bytes of a response to records.

msgspec decodes a response in one pass into generated structs with the wire's names, and one generated function for each
kind of record moves them over. A response that is not quite as documented is read again by `lenient`, field by field.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

import msgspec

from .records import Record

R = TypeVar("R", bound=Record)
W = TypeVar("W", bound=msgspec.Struct)

UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding raises for a response that is not quite as documented."""

_whole = lru_cache(4096)(Decimal)  # making a Decimal costs more than everything else that is done with an amount


def amount(value: int | Decimal | None) -> Decimal | None:
    """Return a decoded amount as a Decimal.

    Raises:
        ValueError: for text such as "NaN".
    """
    if isinstance(value, int):
        return _whole(value)
    if value is not None and not value.is_finite():
        raise ValueError
    return value


class Decoder(Generic[R]):
    """Turns the bytes of a response into a record.

    Args:
        model: the class of the outermost record; also an attribute.
        wire: generated; the struct that is decoded.
        build: generated; makes the record out of the struct.
    """

    def __init__(self, model: type[R], wire: type[W], build: Callable[[W, tuple[Any, ...]], R]) -> None:
        self.model = model
        self._struct = wire
        self.build: Callable[[Any, tuple[Any, ...]], R] = build

    @cached_property
    def decode(self) -> Callable[[bytes], Any]:
        """Turns bytes into the struct."""
        # Made for the responses that come; most programs meet two or three kinds of them.
        return msgspec.json.Decoder(self._struct, strict=False).decode

    def prepare(self) -> None:
        """Make what decodes, which the first response would do."""
        _ = self.decode

    def __call__(self, body: bytes) -> R:
        """Read `body`.

        Raises:
            UnreadableResponse: if it is not JSON, not an object, or lacks what identifies a record.
        """
        try:
            return self.build(self.decode(body), (body,))
        except UNDECODABLE:
            from .lenient import read  # not loaded as long as responses are as documented

            return read(self.model, body)

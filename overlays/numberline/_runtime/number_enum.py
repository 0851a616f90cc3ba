"""Enums of whole numbers, for the specs that have them."""

from enum import IntEnum
from typing import Self


class OpenNumberEnum(IntEnum):
    """A set of known numbers that may grow: an unknown one reads as a member that equals it."""

    @classmethod
    def _missing_(cls, value: object) -> "OpenNumberEnum | None":
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"VALUE_{value}"
        member._value_ = value
        return member

    def __reduce_ex__(self, _: object) -> tuple[type[Self], tuple[int]]:
        return type(self), (self.value,)

"""Values that are made once and used again, within bounds."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """What `make` makes of each key. When there are `most` of them all are forgotten, and made again when asked for.

    Not `functools.lru_cache`: a call of that takes twice as long as a look into a dictionary, and each moment of each
    record takes one.
    """

    def __init__(self, make: Callable[[K], V], most: int = 4096) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: K) -> V:
        value = self._make(key)
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value

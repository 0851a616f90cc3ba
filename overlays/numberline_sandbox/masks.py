"""Masks: one byte for each place of some columns, 1 or 0. They are made, joined and counted as a whole."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress, islice


def among(column: bytes | bytearray, wanted: Collection[int]) -> bytes:
    """Mask of the places that hold one of some values."""
    return bytes(column).translate(bytes(value in wanted for value in range(256)))


def flagged(column: bytes | bytearray, bit: int, *, is_set: bool = True) -> bytes:
    """Mask of the places that have a bit set, or not set."""
    return bytes(column).translate(bytes(bool(value & bit) == is_set for value in range(256)))


def within(column: Iterable[int], low: int, high: int) -> bytes:
    """Mask of the places whose value lies between two others, ends included."""
    return bytes([low <= value <= high for value in column])


def chosen(column: Iterable[int], wanted: Collection[int]) -> bytes:
    """Mask of the places that hold one of some values, however large these are."""
    return bytes(map(frozenset(wanted).__contains__, column))


def both(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "little") & int.from_bytes(other, "little")).to_bytes(len(one), "little")


def either(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "little") | int.from_bytes(other, "little")).to_bytes(len(one), "little")


def places(mask: bytes, order: Sequence[int] | None = None) -> Sequence[int]:
    """The places of a mask, in an order of all places, or as they come."""
    if order is None and mask.count(1) * 64 < len(mask):  # looking for the next one is faster than seeing them all
        return list(_sparse(mask, 0))
    if order is None:
        return list(compress(range(len(mask)), mask))
    return list(compress(order, map(mask.__getitem__, order)))


def page(mask: bytes, offset: int, count: int, order: Sequence[int] | None = None) -> tuple[Sequence[int], int]:
    """`count` places of a mask after the first `offset`, and how many there are in all."""
    total = mask.count(1)
    if total == len(mask):
        return (range(total) if order is None else order)[offset : offset + count], total
    if order is not None:
        return places(mask, order)[offset : offset + count], total
    if offset >= total:
        return [], total
    # By halves to the first one: to count in bytes is faster than to go through them.
    begin, end, left = 0, len(mask), offset
    while end - begin > 1:
        middle = (begin + end) // 2
        before = mask.count(1, begin, middle)
        if before > left:
            end = middle
        else:
            left -= before
            begin = middle
    return list(islice(_sparse(mask, begin), count)), total


def _sparse(mask: bytes, begin: int) -> Iterator[int]:
    """The places from one on, each of which is looked for."""
    while (begin := mask.find(1, begin)) >= 0:
        yield begin
        begin += 1


def every(step: int, rest: int, count: int, value: int = 1) -> bytes:
    """`value` for each n from 1 to `count` whose remainder is `rest` when divided by `step`, and 0 for the others."""
    pattern = bytes(value if n % step == rest else 0 for n in range(1, step + 1))
    return (pattern * (count // step + 1))[:count]


def repeated(values: Sequence[int], count: int) -> list[int]:
    """`values` over and over again, `count` in all."""
    return (list(values) * (count // len(values) + 1))[:count]

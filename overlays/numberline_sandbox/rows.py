"""The numbers that accounts hold, in columns: a million of them fit into some tens of megabytes.

A row is known by its id, which it keeps, and is found at its place, which changes when a row is put in front. What is
asked of many rows is asked by masks of places.
"""

from array import array
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, Literal, TypeAlias

from .masks import among, both, either, places
from .stock import Item, Matching, Stock, runs

Column: TypeAlias = "bytearray | array[int]"
Code = Literal["B", "H", "I", "i", "q", "Q"]


class Rows:
    """Numbers taken out of a stock, in the order in which they came. Rows that have gone stay behind, unlisted.

    Args:
        codes: the columns beside those that every row has, and what they hold: `B` a byte, otherwise as in `array`.

    Attributes:
        serials: of the numbers.
        shelves: the number of each one's shelf.
        here: mask of the rows that have not gone.
        touched: mask of the rows that are not as `fill` and those who filled the columns then made them.
        columns: the other columns. A new row has 0 in each.
    """

    def __init__(self, stock: Stock, codes: Mapping[str, Code]) -> None:
        self.stock = stock
        self.serials = array("Q")
        self.shelves = bytearray()
        self.here = bytearray()
        self.touched = bytearray()
        self.columns: dict[str, Column] = {
            name: bytearray() if code == "B" else array(code) for name, code in codes.items()
        }
        self._first = 0  # id of the row at place 0
        # Where many of a shelf's last numbers are held, their ids by index; else by serial.
        self._blocks: dict[int, tuple[int, array[int]]] = {}
        self._others: dict[int, int] = {}

    def __len__(self) -> int:
        """How many places there are, those of rows that have gone included."""
        return len(self.serials)

    @property
    def _all(self) -> Iterator[Column]:
        yield from (self.serials, self.shelves, self.here, self.touched)
        yield from self.columns.values()

    def fill(self, count: int) -> int:
        """Take so many numbers out of the stock, from one shelf after the other.

        Returns:
            how many that were.
        """
        begin = len(self)
        shelves, serials = self.stock.spread(count)
        self.shelves += shelves
        self.serials += serials
        self.here += b"\1" * len(serials)
        self.touched += bytes(len(serials))
        for column in self.columns.values():
            zeros = bytes(len(serials) * (column.itemsize if isinstance(column, array) else 1))
            if isinstance(column, array):
                column.frombytes(zeros)
            else:
                column += zeros
        if len(serials) < _FEW:
            for place in range(begin, len(self)):
                self._note(self.serials[place], self.id(place))
        else:
            for shelf in set(shelves):
                self._index(shelf, begin)
        return len(serials)

    def put(self, name: str, values: Sequence[int]) -> None:
        """Fill a column from the end backwards: the last value is the last row's."""
        column = self.columns[name]
        begin = len(self) - len(values)
        if isinstance(column, bytearray):
            column[begin:] = bytes(values)
        else:
            column[begin:] = array(column.typecode, iter(values))

    def add(self, item: Item) -> int:
        """Take a number out of the stock.

        Returns:
            its place, which is the last one.
        """
        self.stock.take(item)
        return self._insert(item.serial, len(self))

    def shift(self, *, inward: bool, of: bytes) -> int | None:
        """Put a made-up number in front of all others, or let go the first one of a mask.

        Returns:
            its place, or None if there was no number to be had.
        """
        if inward:
            _, serials = self.stock.spread(1)
            return self._insert(serials[0], 0) if serials else None
        place = both(of, bytes(self.here)).find(1)
        if place < 0:
            return None
        self.drop([place])
        return place

    def drop(self, dropped: Iterable[int]) -> None:
        """Put numbers back."""
        by_shelf: dict[int, list[int]] = {}
        for place in dropped:
            serial = self.serials[place]
            by_shelf.setdefault(self.shelves[place], []).append(serial)
            self.here[place] = 0
            self._note(serial, None)
        for n, serials in by_shelf.items():
            shelf = self.stock.list[n]
            shelf.put_back([serial - shelf.serial for serial in serials])

    def id(self, place: int) -> int:
        return self._first + place

    def place(self, row_id: int) -> int:
        """Where a row is. Ids of rows that never were lead outside."""
        return row_id - self._first

    def item(self, place: int) -> Item:
        shelf = self.stock.list[self.shelves[place]]
        return shelf.at(self.serials[place] - shelf.serial)

    def find(self, item: Item | None) -> int | None:
        """The place of a number, or None if it isn't held."""
        if item is None:
            return None
        shelf = self.stock.shelf_of(item.serial)
        begin, ids = self._blocks.get(shelf, _NO_BLOCK)
        index = item.serial - self.stock.list[shelf].serial - begin
        row_id = ids[index] if 0 <= index < len(ids) else self._others.get(item.serial, _NOTHING)
        return None if row_id == _NOTHING else self.place(row_id)

    def matching(self, wanted: str, how: Matching) -> bytes:
        """Mask of the rows with such a number."""
        mask = bytearray(len(self))
        whole: set[int] = set()
        for n, shelf in enumerate(self.stock.list):
            indices = shelf.matching(wanted, how)
            if len(indices) == shelf.size:
                whole.add(n)
                continue
            begin, ids = self._blocks.get(n, _NO_BLOCK)
            held = len(ids)
            for index in indices:
                row_id = (
                    ids[index - begin]
                    if 0 <= index - begin < held
                    else self._others.get(shelf.serial + index, _NOTHING)
                )
                if row_id != _NOTHING:
                    mask[row_id - self._first] = 1
        return either(bytes(mask), among(self.shelves, whole)) if whole else bytes(mask)

    def only(self, wanted: Iterable[int | None]) -> bytes:
        """Mask of some places."""
        mask = bytearray(len(self))
        for place in wanted:
            if place is not None:
                mask[place] = 1
        return bytes(mask)

    def by_number(self) -> Sequence[int]:
        """The places of rows that have not gone, sorted by their numbers, which are compared as texts."""
        found: list[int] = []
        given: list[int] = []
        # No prefix of a place is the beginning of another, so all numbers of one place come before those of the next.
        for n, shelf in sorted(enumerate(self.stock.list), key=lambda pair: pair[1].place.prefix):
            mask = bytearray(both(bytes(self.here), among(self.shelves, {n})))
            for index in range(shelf.given):
                place = self.find(shelf.at(index))
                if place is not None:
                    given.append(place)
                    mask[place] = 0
            held = places(bytes(mask))
            found += shelf.ascending([self.serials[place] for place in held], held)
        for place in given:
            insort(found, place, key=lambda place: self.item(place).number)
        return array("I", found)

    def state(self) -> dict[str, Any]:
        """What has become of the rows since they were made, in JSON's types: by id which have gone, and those that
        have changed or are new, with their columns."""
        touched = both(bytes(self.touched), bytes(self.here))
        columns = list(self.columns.values())
        return {
            "first": self._first,
            "count": len(self),
            "gone": [[self.id(first), self.id(last)] for first, last in runs(places(among(self.here, {0})))],
            "columns": list(self.columns),
            "changed": [
                [self.id(place), self.serials[place], *(column[place] for column in columns)]
                for place in places(touched)
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back what `state` told of rows that were made alike. The stock is restored apart.

        Raises:
            ValueError: if they weren't.
        """
        if state["first"] > 0 or state["count"] + state["first"] < len(self):
            raise ValueError("there are fewer numbers than at first")
        for column in self._all:
            for _ in range(state["first"], 0):
                column.insert(0, 0)
            column.extend([0] * (state["count"] - len(column)))
        self._first = state["first"]
        for first, last in state["gone"]:
            for place in range(self.place(first), self.place(last) + 1):
                if self.here[place]:
                    self.here[place] = 0
                    self._note(self.serials[place], None)
        columns = [self.columns[name] for name in state["columns"]]
        for row_id, serial, *values in state["changed"]:
            place = self.place(row_id)
            self.serials[place] = serial
            self.shelves[place] = self.stock.shelf_of(serial)
            self.here[place] = self.touched[place] = 1
            self._note(serial, row_id)
            for column, value in zip(columns, values, strict=True):
                column[place] = value

    def _insert(self, serial: int, place: int) -> int:
        """Make a row, at the end or, if `place` is 0, in front."""
        if place == 0 and len(self):
            self._first -= 1
        for column in self._all:
            column.insert(place, 0)
        self.serials[place] = serial
        self.shelves[place] = self.stock.shelf_of(serial)
        self.here[place] = self.touched[place] = 1
        self._note(serial, self.id(place))
        return place

    def _index(self, shelf: int, begin: int) -> None:
        """Note the ids of a shelf's numbers that were taken off its end, from a place on."""
        serial = self.stock.list[shelf].serial
        taken = list(compress(range(begin, len(self)), among(self.shelves[begin:], {shelf})))
        low, ids = self._blocks.get(shelf, (self.stock.list[shelf].size, array("i")))
        highest, lowest = self.serials[taken[0]] - serial, self.serials[taken[-1]] - serial
        if self._first or highest != low - 1 or low - lowest != len(taken):  # these are not the next ones to the block
            for place in taken:
                self._note(self.serials[place], self.id(place))
        else:
            self._blocks[shelf] = (lowest, array("i", reversed(taken)) + ids)

    def _note(self, serial: int, row_id: int | None) -> None:
        shelf = self.stock.shelf_of(serial)
        begin, ids = self._blocks.get(shelf, _NO_BLOCK)
        index = serial - self.stock.list[shelf].serial - begin
        if 0 <= index < len(ids):
            ids[index] = _NOTHING if row_id is None else row_id
        elif row_id is None:
            del self._others[serial]
        else:
            self._others[serial] = row_id


_NOTHING = -(2**31)
_NO_BLOCK: tuple[int, "array[int]"] = (0, array("i"))
_FEW = 64

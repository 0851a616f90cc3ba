"""The stock of numbers: fictional, made up from a seed, and never written out.

A number's place in the stock is computed from its digits and the other way round, so that a million numbers cost no
more memory than ten. Only what is gone from the stock is kept.
"""

import hashlib
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Literal, NamedTuple

Matching = Literal["part", "start", "whole"]
"""How a number has to match digits: hold them, begin with them, or be them."""

_MATCHES: dict[Matching, Callable[[str, str], bool]] = {
    "part": lambda number, wanted: wanted in number,
    "start": str.startswith,
    "whole": str.__eq__,
}


class Place(NamedTuple):
    """A region.

    Attributes:
        code: regional dialling prefix.
        kind: `local`, `mobile` or `toll_free`.
        prefix: what its made-up numbers begin with.
        digits: how many digits follow it, 0 if no numbers are made up here.
        endless: whether more digits follow where there is no room for all numbers.
    """

    country: str
    country_name: str
    city: str
    code: str
    kind: str = "local"
    state: str = ""
    state_name: str = ""
    prefix: str = ""
    digits: int = 0
    endless: bool = False


def _american(country: str, country_name: str, city: str, code: str, state: str, state_name: str) -> Place:
    # 555-0100 to 555-0199 of every area are set aside for fiction.
    return Place(country, country_name, city, code, "local", state, state_name, f"1{code}55501", 2)


PLACES = (
    _american("US", "United States", "New York", "212", "NY", "New York"),
    _american("US", "United States", "Buffalo", "716", "NY", "New York"),
    _american("US", "United States", "Los Angeles", "213", "CA", "California"),
    _american("US", "United States", "San Francisco", "415", "CA", "California"),
    _american("US", "United States", "Chicago", "312", "IL", "Illinois"),
    _american("US", "United States", "Austin", "512", "TX", "Texas"),
    _american("CA", "Canada", "Toronto", "416", "ON", "Ontario"),
    # Ofcom's range of mobile numbers for drama.
    Place("GB", "United Kingdom", "Mobile", "7700", "mobile", prefix="447700900", digits=3),
    # +699 is nobody's; the country XX with this prefix was seen in a provider's own sandbox.
    Place("XX", "Sandbox", "Gotham City", "1", prefix="6991", digits=5, endless=True),
    Place("XX", "Sandbox", "Riverton", "2", prefix="6992", digits=5, endless=True),
    Place("XX", "Sandbox", "Lakeside", "3", prefix="6993", digits=5, endless=True),
)
"""Regions whose numbers nobody can have."""


class Item(NamedTuple):
    """A number of the stock, gone or not. `serial` tells it apart from all others of the same stock."""

    serial: int
    number: str
    place: Place


class Shelf:
    """One place's numbers. Its length, items and membership are those that are on offer.

    Args:
        given: numbers that come first, whatever their digits.
        made_up: how many follow them.
        serial: the first one's.

    Attributes:
        given: how many come first.
    """

    def __init__(self, place: Place, given: Sequence[str], made_up: int, serial: int, chance: Random) -> None:
        self.place = place
        self.serial = serial
        self._given = given
        self.given = len(given)
        self._made_up = made_up
        self._digits = max(place.digits, len(str(made_up))) if place.endless else place.digits
        self._room: int = 10**self._digits
        # Multiplying by a step without a common factor goes through all digits, scattered, and can be undone.
        self._step = 10 * chance.randrange(max(self._room // 10, 1)) + chance.choice((1, 3, 7, 9))
        self._undone: int = pow(self._step, -1, self._room) if self._room > 1 else 0
        self._start = chance.randrange(self._room)
        self._gone: list[int] = []
        for index in sorted(self._decoded(number) for number in given):
            if 0 <= index <= self._made_up:  # it would come twice
                self._made_up += 1
                self._gone.append(len(given) + index)
        self._end = self.size
        self._back: list[int] = []
        self._elsewhere: list[int] = []

    @property
    def size(self) -> int:
        """How many there are, with those that are gone."""
        return self.given + self._made_up

    def __len__(self) -> int:
        return self._end - len(self._gone) + len(self._back)

    def __getitem__(self, position: int) -> Item:
        if not 0 <= position < len(self):
            raise IndexError(position)
        return self.at(self._index(position))

    def __iter__(self) -> Iterator[Item]:
        gone = set(self._gone)
        yield from (self.at(index) for index in range(self._end) if index not in gone)
        yield from map(self.at, self._back)

    def __contains__(self, item: Item) -> bool:
        index = item.serial - self.serial
        return _has(self._back, index) if index >= self._end else not _has(self._gone, index)

    def at(self, index: int) -> Item:
        """The item at an index that counts those that are gone, too."""
        if index < self.given:
            number = self._given[index]
        else:
            value = (self._start + (index - self.given) * self._step) % self._room
            number = f"{self.place.prefix}{value:0{self._digits}d}"
        return Item(self.serial + index, number, self.place)

    def find(self, number: str) -> Item | None:
        """The item with this number, gone or not."""
        if number in self._given:
            return self.at(self._given.index(number))
        index = self._decoded(number)
        return self.at(self.given + index) if 0 <= index < self._made_up else None

    def matching(self, wanted: str, how: Matching) -> Sequence[int]:
        """The indices, in any order, of the items with such a number, gone or not; a range if these are all of them.

        Where the digits asked for leave many more possibilities than there are numbers, all numbers are looked at. Else
        only those are that the digits allow.
        """
        fits = _MATCHES[how]
        first = self.given
        given = [index for index, number in enumerate(self._given) if fits(number, wanted)]
        if wanted and not (wanted.isascii() and wanted.isdecimal()):
            return given
        if how != "whole" and fits(self.place.prefix, wanted):
            # All that are made up have these digits, so at most a few that are given are to be left out.
            return range(self.size) if len(given) == first else [*given, *range(first, self.size)]
        starts = [(start, digits) for start, digits in self._patterns(wanted, how) if digits]
        free = sum(10 ** (self._digits - len(digits)) for _, digits in starts)
        if free > 2 * self._made_up:  # which takes about as long
            prefix, start, step, room, width = self.place.prefix, self._start, self._step, self._room, self._digits
            return given + [
                first + index
                for index in range(self._made_up)
                if fits(f"{prefix}{(start + index * step) % room:0{width}d}", wanted)
            ]
        start, undone, room, made_up = self._start, self._undone, self._room, self._made_up
        found: list[int] = []
        for before, digits in starts:
            after = 10 ** (self._digits - before - len(digits))
            span = 10 ** len(digits) * after
            lowest = int(digits) * after - start
            for high in range(10**before):
                begin = high * span + lowest
                found += [
                    first + index for value in range(begin, begin + after) if (index := value * undone % room) < made_up
                ]
        return given + (found if len(starts) == 1 else list(dict.fromkeys(found)))

    def on_offer(self, indices: Sequence[int]) -> Sequence[int]:
        """Those of some indices that are on offer, ascending."""
        end, gone, back = self._end, set(self._gone), set(self._back)
        return sorted(index for index in indices if (index in back if index >= end else index not in gone))

    def take(self, item: Item) -> None:
        index = item.serial - self.serial
        if index >= self._end:
            self._back.remove(index)
        else:
            insort(self._gone, index)

    def put_back(self, indices: Collection[int]) -> None:
        """Put back items that were taken."""
        back = set(indices)
        self._back = sorted([*self._back, *(index for index in back if index >= self._end)])
        self._gone = [index for index in self._gone if index not in back]

    def ascending(self, serials: Iterable[int], named: Sequence[int]) -> Sequence[int]:
        """What is named for some made-up items, sorted by their numbers."""
        start, step, room = self._start - (self.serial + self.given) * self._step, self._step, self._room
        values = [(start + serial * step) % room for serial in serials]
        if room > 16 * len(values):
            return [named[n] for n in sorted(range(len(values)), key=values.__getitem__)]
        slots: list[int | None] = [None] * room  # which is faster than to sort
        for value, name in zip(values, named, strict=True):
            slots[value] = name
        return [name for name in slots if name is not None]

    def take_last(self, count: int) -> Sequence[int]:
        """Take the last ones on offer, however many. Their indices, descending."""
        taken: list[int] = []
        if self._back:
            taken, self._back = self._back[: -count - 1 : -1], self._back[:-count]
            count -= len(taken)
        end = self._end
        if count:
            self._end = self._index(end - len(self._gone) - count)
        kept = bisect_left(self._gone, self._end)
        passed, self._gone = set(self._gone[kept:]), self._gone[:kept]
        rest = range(end - 1, self._end - 1, -1)
        if not (taken or passed):
            return rest
        return taken + [index for index in rest if index not in passed]

    def shift(self, *, inward: bool) -> None:
        """Take the first number that is on offer off the shelf, or put back what was taken like that."""
        if inward and self._elsewhere:
            self.put_back([self._elsewhere.pop()])
        elif not inward and len(self):
            item = self[0]
            self.take(item)
            self._elsewhere.append(item.serial - self.serial)

    def state(self) -> dict[str, Any]:
        """What has become of it, in JSON's types. Whole runs of indices are pairs."""
        return {"end": self._end, "gone": runs(self._gone), "back": runs(self._back), "elsewhere": self._elsewhere}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back what `state` told."""
        self._end = state["end"]
        self._gone = unrolled(state["gone"])
        self._back = unrolled(state["back"])
        self._elsewhere = list(state["elsewhere"])

    def _index(self, position: int) -> int:
        """The index of the item at a position among those on offer."""
        below = self._end - len(self._gone)
        if position >= below:
            return self._back[position - below]
        # How many are gone before the one wanted: gone[n] - n counts those on offer before the n-th that is gone.
        return position + bisect_right(range(len(self._gone)), position, key=lambda n: self._gone[n] - n)

    def _patterns(self, wanted: str, how: Matching) -> Iterator[tuple[int, str]]:
        """Which digits after the prefix have to be where, one way after the other."""
        prefix = self.place.prefix
        if how == "part":
            for overlap in range(min(len(prefix), len(wanted) - 1), 0, -1):
                rest = wanted[overlap:]
                if prefix.endswith(wanted[:overlap]) and len(rest) <= self._digits:
                    yield 0, rest
            for start in range(self._digits - len(wanted) + 1):
                yield start, wanted
        elif wanted.startswith(prefix):
            rest = wanted[len(prefix) :]
            if len(rest) == self._digits or (how == "start" and len(rest) < self._digits):
                yield 0, rest

    def _decoded(self, number: str) -> int:
        rest = number.removeprefix(self.place.prefix)
        fits = len(rest) == self._digits and len(number) == len(self.place.prefix) + self._digits
        if not (self._digits and fits and rest.isascii() and rest.isdecimal()):
            return -1
        return (int(rest) - self._start) * self._undone % self._room


class Stock:
    """All numbers of one provider.

    Args:
        places: where there are numbers, each with those that come first.
        size: how many there are, with those given.
        chance: decides about their digits.

    Attributes:
        shelves: by place, in the order of the places.
        list: the same, by their numbers.
    """

    def __init__(self, places: Mapping[Place, Sequence[str]], size: int, chance: Random) -> None:
        made_up = size - sum(map(len, places.values()))
        quotas = {place: 0 for place in places if place.digits}
        # Even shares, but no more than there is room for; those without an end come last and take the rest.
        for left, place in zip(
            range(len(quotas), 0, -1), sorted(quotas, key=lambda place: (place.endless, place.digits)), strict=True
        ):
            share = max(0, made_up - sum(quotas.values())) // left
            quotas[place] = share if place.endless else min(share, 10**place.digits - 1)
        self.shelves: dict[Place, Shelf] = {}
        serial = 0
        for place, given in places.items():
            shelf = self.shelves[place] = Shelf(place, given, quotas.get(place, 0), serial, chance)
            serial += shelf.size
        self.list = list(self.shelves.values())
        self._serials = [shelf.serial for shelf in self.list]

    def __contains__(self, item: Item) -> bool:
        return item in self.shelves[item.place]

    def shelf_of(self, serial: int) -> int:
        """The number of the shelf that the item with this serial is from."""
        return bisect_right(self._serials, serial) - 1

    def at(self, serial: int) -> Item | None:
        """The item with this serial, gone or not."""
        shelf = self.list[self.shelf_of(serial)]
        return shelf.at(serial - shelf.serial) if 0 <= serial < shelf.serial + shelf.size else None

    def find(self, number: str) -> Item | None:
        """The item with this number, gone or not."""
        return next((item for shelf in self.list if (item := shelf.find(number))), None)

    def take(self, item: Item) -> None:
        self.shelves[item.place].take(item)

    def put_back(self, item: Item) -> None:
        shelf = self.shelves[item.place]
        shelf.put_back([item.serial - shelf.serial])

    def spread(self, count: int) -> tuple[bytearray, "array[int]"]:
        """Take so many numbers, from one place with made-up numbers after the other, the last ones first. Half of a
        place's numbers stay on offer as long as there are others.

        Returns:
            for each the number of its shelf, and its serial. If there are not enough, there are fewer.
        """
        all_left = {n: len(shelf) for n, shelf in enumerate(self.list) if shelf.place.digits}
        first_left = {n: had if self.list[n].place.endless else (had + 1) // 2 for n, had in all_left.items()}
        turns: list[tuple[list[int], int]] = []
        for left in (first_left, {n: had - first_left[n] for n, had in all_left.items()}):
            while count > 0 and (filled := [n for n, had in left.items() if had][:count]):
                rounds = min(min(left[n] for n in filled), count // len(filled))
                turns.append((filled, rounds))
                count -= rounds * len(filled)
                for n in filled:
                    left[n] -= rounds
        wanted: Counter[int] = Counter()
        for filled, rounds in turns:
            wanted.update(dict.fromkeys(filled, rounds))
        serials = {
            n: array("Q", _moved(self.list[n].take_last(number), self._serials[n])) for n, number in wanted.items()
        }
        numbers, taken, used = bytearray(), array("Q"), dict.fromkeys(wanted, 0)
        for filled, rounds in turns:
            numbers += bytes(filled) * rounds
            turn = array("Q", bytes(8 * rounds * len(filled)))
            for at, n in enumerate(filled):
                turn[at :: len(filled)] = serials[n][used[n] : used[n] + rounds]
                used[n] += rounds
            taken += turn
        return numbers, taken

    def state(self) -> list[dict[str, Any]]:
        """What has become of it, in JSON's types."""
        return [shelf.state() for shelf in self.list]

    def restore(self, state: Sequence[Mapping[str, Any]]) -> None:
        """Bring back what `state` told."""
        for shelf, told in zip(self.list, state, strict=True):
            shelf.restore(told)


def window(
    shelves: Sequence[Shelf], offset: int, count: int, wanted: str = "", how: Matching = "part"
) -> tuple[list[Item], int]:
    """`count` of the items on offer after the first `offset`, and how many there are in all.

    Args:
        wanted: what their numbers have to match, and `how`. No item is made that isn't handed out.
    """
    items: list[Item] = []
    total = 0
    for shelf in shelves:
        indices = shelf.matching(wanted, how) if wanted else range(shelf.size)
        everything = len(indices) == shelf.size
        found = range(len(shelf)) if everything else shelf.on_offer(indices)
        chosen = found[max(0, offset - total) :][: count - len(items)]
        items.extend(shelf[at] if everything else shelf.at(at) for at in chosen)
        total += len(found)
    return items, total


def runs(indices: Iterable[int]) -> list[list[int]]:
    """Ascending whole numbers as pairs of the first and the last one of each run."""
    found: list[list[int]] = []
    for index in indices:
        if found and found[-1][1] == index - 1:
            found[-1][1] = index
        else:
            found.append([index, index])
    return found


def unrolled(pairs: Iterable[Sequence[int]]) -> list[int]:
    """What `runs` made shorter."""
    return [index for first, last in pairs for index in range(first, last + 1)]


def _moved(indices: Sequence[int], by: int) -> Sequence[int]:
    if isinstance(indices, range):
        return range(indices.start + by, indices.stop + by, indices.step)
    return [index + by for index in indices]


def _has(ascending: Sequence[int], index: int) -> bool:
    at = bisect_left(ascending, index)
    return at < len(ascending) and ascending[at] == index


class Codes:
    """Opaque ids that look random and can still be read, without a table of all of them.

    Args:
        secret: ids made with another one are not recognized.
        length: hexadecimal digits of an id, more than 8.
    """

    def __init__(self, secret: str, length: int) -> None:
        self._secret = secret
        self._length = length

    def write(self, serial: int) -> str:
        """The id of a serial below 2**32."""
        tag = self._hashed(str(serial), self._length - 8)
        return f"{tag}{serial ^ int(self._hashed(tag, 8), 16):08x}"

    def read(self, code: str) -> int | None:
        """The serial of an id, or None if it is not one of these."""
        try:
            serial = int(code[-8:], 16) ^ int(self._hashed(code[:-8], 8), 16)
        except ValueError:
            return None
        return serial if 0 <= serial < 2**32 and self.write(serial) == code else None

    def _hashed(self, text: str, digits: int) -> str:
        return hashlib.blake2b(f"{self._secret}/{text}".encode(errors="replace")).hexdigest()[:digits]

"""The stock of numbers: fictional, made up from a seed, and never written out.

A number's place in the stock is computed from its digits and the other way round, so that a million numbers cost no
more memory than ten. Only what is gone from the stock is kept.
"""

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple


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
    """

    def __init__(self, place: Place, given: Sequence[str], made_up: int, serial: int, chance: Random) -> None:
        self.place = place
        self.serial = serial
        self._given = given
        self._made_up = made_up
        self._digits = max(place.digits, len(str(made_up))) if place.endless else place.digits
        self._room: int = 10**self._digits
        # Multiplying by a step without a common factor goes through all digits, scattered, and can be undone.
        self._step = 10 * chance.randrange(max(self._room // 10, 1)) + chance.choice((1, 3, 7, 9))
        self._start = chance.randrange(self._room)
        self._gone: list[int] = []
        for index in sorted(self._decoded(number) for number in given):
            if 0 <= index <= self._made_up:  # it would come twice
                self._made_up += 1
                self._gone.append(len(given) + index)

    @property
    def size(self) -> int:
        """How many there are, with those that are gone."""
        return len(self._given) + self._made_up

    def __len__(self) -> int:
        return self.size - len(self._gone)

    def __getitem__(self, position: int) -> Item:
        if not 0 <= position < len(self):
            raise IndexError(position)
        # How many are gone before the one wanted: gone[n] - n counts those on offer before the n-th that is gone.
        skipped = bisect_right(range(len(self._gone)), position, key=lambda n: self._gone[n] - n)
        return self.at(position + skipped)

    def __iter__(self) -> Iterator[Item]:
        gone = set(self._gone)
        return (self.at(index) for index in range(self.size) if index not in gone)

    def at(self, index: int) -> Item:
        """The item at an index that counts those that are gone, too."""
        if index < len(self._given):
            number = self._given[index]
        else:
            value = (self._start + (index - len(self._given)) * self._step) % self._room
            number = f"{self.place.prefix}{value:0{self._digits}d}"
        return Item(self.serial + index, number, self.place)

    def find(self, number: str) -> Item | None:
        if number in self._given:
            return self.at(self._given.index(number))
        index = self._decoded(number)
        return self.at(len(self._given) + index) if 0 <= index < self._made_up else None

    def __contains__(self, item: Item) -> bool:
        at = bisect_left(self._gone, item.serial - self.serial)
        return self._gone[at : at + 1] != [item.serial - self.serial]

    def take(self, item: Item) -> None:
        insort(self._gone, item.serial - self.serial)

    def put_back(self, item: Item) -> None:
        self._gone.remove(item.serial - self.serial)

    def shift(self, *, inward: bool) -> None:
        """Take the first number that is on offer off the shelf, or put back the first that is not."""
        if inward and self._gone:
            self._gone.pop(0)
        elif not inward and len(self):
            self.take(self[0])

    def _decoded(self, number: str) -> int:
        rest = number.removeprefix(self.place.prefix)
        fits = len(rest) == self._digits and len(number) == len(self.place.prefix) + self._digits
        if not (self._digits and fits and rest.isascii() and rest.isdecimal()):
            return -1
        undone: int = pow(self._step, -1, self._room)
        return (int(rest) - self._start) * undone % self._room


class Stock:
    """All numbers of one provider.

    Args:
        places: where there are numbers, each with those that come first.
        size: how many there are, with those given.
        chance: decides about their digits.
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
        self._serials = [shelf.serial for shelf in self.shelves.values()]

    def __contains__(self, item: Item) -> bool:
        return item in self.shelves[item.place]

    def at(self, serial: int) -> Item | None:
        """The item with this serial, gone or not."""
        shelf = list(self.shelves.values())[bisect_right(self._serials, serial) - 1]
        return shelf.at(serial - shelf.serial) if 0 <= serial < shelf.serial + shelf.size else None

    def find(self, number: str) -> Item | None:
        """The item with this number, gone or not."""
        return next((item for shelf in self.shelves.values() if (item := shelf.find(number))), None)

    def take(self, item: Item) -> None:
        self.shelves[item.place].take(item)

    def put_back(self, item: Item) -> None:
        self.shelves[item.place].put_back(item)

    def spread(self, count: int) -> Iterator[Item]:
        """Take so many made-up numbers, from one place after the other."""
        while count > 0:
            filled = [shelf for place, shelf in self.shelves.items() if place.digits and len(shelf)][:count]
            if not filled:
                return
            for shelf in filled:
                item = shelf[len(shelf) - 1]
                self.take(item)
                yield item
            count -= len(filled)


def window(
    shelves: Sequence[Shelf], offset: int, count: int, wanted: Callable[[Item], bool] | None = None
) -> tuple[list[Item], int]:
    """`count` of the items on offer after the first `offset`, and how many there are in all.

    Without `wanted` nothing is looked at that isn't handed out.
    """
    if wanted is not None:
        found = [item for shelf in shelves for item in shelf if wanted(item)]
        return found[offset : offset + count], len(found)
    items: list[Item] = []
    for shelf in shelves:
        end = min(len(shelf), offset + count - len(items))
        items.extend(shelf[position] for position in range(offset, end))
        offset = max(0, offset - len(shelf))
    return items, sum(map(len, shelves))


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

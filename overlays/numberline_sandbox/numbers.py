"""Fictional numbers, made up from a seed: where they are, which are on offer, and opaque ids for them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from random import Random
from typing import Annotated, TypeVar

from pydantic import PlainSerializer, PlainValidator

T = TypeVar("T")

LARGEST_STOCK = 100_000
"""The most numbers that a provider offers, and the most that it gives to an account at first."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region whose numbers nobody can have.

    Attributes:
        code: regional dialling prefix.
        kind: `local`, `mobile` or `toll_free`.
        prefix: what its made-up numbers begin with.
        digits: how many digits follow it, 0 if no numbers are made up here.
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


def _american(country: str, country_name: str, city: str, code: str, state: str, state_name: str) -> Region:
    # 555-0100 to 555-0199 of every area are set aside for fiction.
    return Region(country, country_name, city, code, "local", state, state_name, f"1{code}55501", 2)


REGIONS = (
    _american("US", "United States", "New York", "212", "NY", "New York"),
    _american("US", "United States", "Buffalo", "716", "NY", "New York"),
    _american("US", "United States", "Los Angeles", "213", "CA", "California"),
    _american("US", "United States", "San Francisco", "415", "CA", "California"),
    _american("US", "United States", "Chicago", "312", "IL", "Illinois"),
    _american("US", "United States", "Austin", "512", "TX", "Texas"),
    _american("CA", "Canada", "Toronto", "416", "ON", "Ontario"),
    # Ofcom's range of mobile numbers for drama.
    Region("GB", "United Kingdom", "Mobile", "7700", "mobile", prefix="447700900", digits=3),
    # +699 is nobody's; the country XX with this prefix was seen in a provider's own sandbox.
    Region("XX", "Sandbox", "Gotham City", "1", prefix="6991", digits=5),
    Region("XX", "Sandbox", "Riverton", "2", prefix="6992", digits=5),
    Region("XX", "Sandbox", "Lakeside", "3", prefix="6993", digits=5),
)
TOLL_FREE = Region("US", "United States", "Toll-free", "800", "toll_free")
TOLL_FREE_NUMBERS = ("18005550199",)
"""The only one of these that is set aside for fiction."""


@dataclass(slots=True, eq=False)
class Number:
    """A number of a stock. `serial` is its index there."""

    serial: int
    number: str
    region: Region
    on_offer: bool = True


SavedNumber = Annotated[
    Number,
    PlainSerializer(lambda number: number.number),
    PlainValidator(lambda digits, info: info.context.known(digits)),
]
"""A number of a stock that is saved as its digits. The stock is the context of its validation."""


class Stock:
    """All numbers of one provider.

    Args:
        regions: where there are numbers, each with those that come first.
        size: how many there are, with those given.
        chance: decides about their digits.

    Attributes:
        all: by serial.
        by_region: the same, by region.
    """

    def __init__(self, regions: Mapping[Region, Sequence[str]], size: int, chance: Random) -> None:
        counts = _shares(list(regions), size - sum(map(len, regions.values())))
        self.all: list[Number] = []
        self.by_region: dict[Region, list[Number]] = {}
        for region, given in regions.items():
            drawn = chance.sample(range(10**region.digits), counts[region] + len(given)) if region.digits else []
            made_up = [f"{region.prefix}{value:0{region.digits}d}" for value in drawn]
            texts = [*given, *islice((text for text in made_up if text not in given), counts[region])]
            self.by_region[region] = [Number(at, text, region) for at, text in enumerate(texts, len(self.all))]
            self.all += self.by_region[region]
        self._by_number = {number.number: number for number in self.all}
        self._elsewhere: dict[Region, list[Number]] = {}

    def find(self, number: str) -> Number | None:
        """Return the number with these digits, on offer or not."""
        return self._by_number.get(number)

    def at(self, serial: int | None) -> Number | None:
        return self.all[serial] if serial is not None and 0 <= serial < len(self.all) else None

    def offered(self, region: Region) -> list[Number]:
        """Return the numbers of a region that are on offer."""
        return [number for number in self.by_region[region] if number.on_offer]

    def spread(self, count: int) -> list[Number]:
        """Take numbers from each region in turn, the last ones first. Half of a region's numbers stay on offer as long
        as there are others. If there are not enough, fewer are taken."""
        columns = [self.offered(region)[::-1] for region in self.by_region if region.digits]
        halves = [column[: (len(column) + 1) // 2] for column in columns]
        rests = [column[(len(column) + 1) // 2 :] for column in columns]
        taken = list(islice(chain(_in_turn(halves), _in_turn(rests)), count))
        for number in taken:
            number.on_offer = False
        return taken

    def shift(self, region: Region, *, inward: bool) -> None:
        """Take the first number of a region off the market as if somebody else had bought it, or put the last such
        number back."""
        gone = self._elsewhere.setdefault(region, [])
        if inward and gone:
            gone.pop().on_offer = True
        elif not inward and (offered := self.offered(region)):
            offered[0].on_offer = False
            gone.append(offered[0])

    def known(self, number: str) -> Number:
        """Return the number with these digits.

        Raises:
            ValueError: if there is none.
        """
        if (found := self.find(number)) is None:
            raise ValueError(f"no number {number} is made up here")
        return found

    def state(self) -> list[str]:
        """Return the numbers that are not on offer."""
        return [number.number for number in self.all if not number.on_offer]

    def restore(self, state: Iterable[str]) -> None:
        """Take exactly these numbers off the market.

        Raises:
            ValueError: if one of them doesn't exist.
        """
        for number in self.all:
            number.on_offer = True
        for number in map(self.known, state):
            number.on_offer = False


def _shares(regions: Sequence[Region], made_up: int) -> dict[Region, int]:
    """Return even shares of the made-up numbers, but no more than there is room for."""
    shares = dict.fromkeys(regions, 0)
    roomy = sorted((region for region in regions if region.digits), key=lambda region: region.digits)
    for left, region in zip(range(len(roomy), 0, -1), roomy, strict=True):
        shares[region] = min(max(0, made_up - sum(shares.values())) // left, 10**region.digits - 1)
    return shares


def _in_turn(columns: Iterable[Iterable[T]]) -> Iterator[T]:
    return (item for turn in zip_longest(*columns) for item in turn if item is not None)


class OpaqueIds:
    """Ids that look random and can still be decoded, without a table of all of them.

    Args:
        secret: ids made with another one are not recognized.
        length: hexadecimal digits of an id, more than 8.
    """

    def __init__(self, secret: str, length: int) -> None:
        self._secret = secret
        self._length = length

    def encode(self, serial: int) -> str:
        """Return the id of a serial below 2**32."""
        tag = self._hashed(str(serial), self._length - 8)
        return f"{tag}{serial ^ int(self._hashed(tag, 8), 16):08x}"

    def decode(self, text: str) -> int | None:
        """Return the serial of an id, or None if it is not one of these."""
        try:
            serial = int(text[-8:], 16) ^ int(self._hashed(text[:-8], 8), 16)
        except ValueError:
            return None
        return serial if 0 <= serial < 2**32 and self.encode(serial) == text else None

    def _hashed(self, text: str, digits: int) -> str:
        return hashlib.blake2b(f"{self._secret}/{text}".encode(errors="replace")).hexdigest()[:digits]

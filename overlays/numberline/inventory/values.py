"""What an inventory is made of: phone numbers, money, numbers that are owned, and numbers on offer."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import reduce
from typing import Any, Literal, NamedTuple, Self

from attr import frozen

from .._runtime.records import Record
from .._runtime.writing import digits
from ..errors import InvalidArgument, NumberlineError

_SEPARATORS = re.compile(r"[\s().\-/]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Country codes of one and of two digits; all others have three (ITU-T E.164, annex D).
_COUNTRY = re.compile(r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})")

Problem = Literal["cancelled", "frozen", "unverified"]
PROBLEMS: tuple[Problem, ...] = ("cancelled", "frozen", "unverified")
"""What can be wrong with a number, the gravest first."""


class PhoneNumber(str):
    """A phone number in E.164 form: a plus sign and 7 to 15 digits.

    It is its own text, so it is hashable and ordered, and goes wherever text goes: a file, a database, a client's
    argument. Equal numbers are equal however they were written::

        >>> PhoneNumber("0044 7860 041117") == PhoneNumber("447860041117")
        True
        >>> PhoneNumber("+44 (7860) 041-117")
        PhoneNumber('+447860041117')

    Raises:
        InvalidArgument: for anything that is not an international number, a short code for example.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        digits = _SEPARATORS.sub("", text)
        plain = digits if digits.startswith("+") else f"+{digits.removeprefix('00')}"
        if not _E164.fullmatch(plain):
            raise InvalidArgument("not an international phone number of 7 to 15 digits", parameter="number")
        return super().__new__(cls, plain)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the number that a text holds, or None if it holds none."""
        try:
            return cls(text)
        except InvalidArgument:
            return None

    @property
    def international(self) -> str:
        """The number as people read it: country code, then groups of digits, as in `+44 786 004 1117`.

        The groups are the same for all countries; how each country groups its own takes several megabytes of data
        (`phonenumbers`).
        """
        found = _COUNTRY.match(self)
        code = found[0] if found else self[:4]
        rest = self[len(code) :]
        groups = [rest[at : at + 3] for at in range(0, len(rest), 3)]
        if len(groups) > 1 and len(groups[-1]) == 1:
            groups[-2:] = ["".join(groups[-2:])]
        return " ".join([code, *groups])

    def __repr__(self) -> str:
        return f"PhoneNumber({str(self)!r})"


_EXACT = Context(prec=1000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""The program's own context may round to a few digits, or raise for a large amount."""


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Add up one amount or more, exact to 1,000 digits whatever the program's decimal context."""
    return reduce(_EXACT.add, amounts)


def two_decimals(text: str) -> str:
    """Return an amount's digits with two decimals at least."""
    whole, _, decimals = text.partition(".")
    return text if "E" in text else f"{whole}.{decimals:0<2}"


@frozen
class Money:
    """An amount in a currency, or in one that the provider does not tell.

    Attributes:
        amount: as the provider tells it.
        currency: three capital letters, or None if the provider does not tell it.
    """

    amount: Decimal
    currency: str | None = None

    @classmethod
    def read(cls, amount: Decimal | None, currency: str | None = None) -> Self | None:
        """Return what a provider tells, or None if it tells no amount."""
        return None if amount is None else cls(amount, currency.upper() if currency else None)

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of one currency.

        Raises:
            ValueError: if the currencies differ, or one of them is not known.
        """
        self._check_same(other)
        return Money(exact_sum([self.amount, other.amount]), self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare two amounts of one currency.

        Raises:
            ValueError: if the currencies differ, or one of them is not known.
        """
        self._check_same(other)
        return self.amount < other.amount

    def __gt__(self, other: "Money") -> bool:
        return other < self

    def __str__(self) -> str:
        return f"{two_decimals(digits(self.amount))} {self.currency or '(currency not told)'}"

    def _check_same(self, other: "Money") -> None:
        if self.currency is None or self.currency != other.currency:
            raise ValueError(f"{self} and {other} can't be added or compared")


@frozen(kw_only=True)
class Item:
    """What numbers that are owned and numbers on offer have in common. What a provider does not tell is None.

    Attributes:
        account: the account's name in the inventory.
        provider: the provider's name.
        id: the provider's own id of the number.
        text: the number as the provider writes it.
        number: the number, or None if it is not an international one (a short code, a name).
        country: two capital letters; `international` for numbers of no country.
        kind: `local`, `mobile`, `toll_free`, or the provider's own word in lower case.
        capabilities: `sms`, `voice`, or the provider's own words in lower case.
        monthly: price of a month.
        record: the provider's own typed record.
    """

    account: str
    provider: str
    id: str
    text: str
    number: PhoneNumber | None
    record: Record
    country: str | None = None
    kind: str | None = None
    capabilities: frozenset[str] | None = None
    monthly: Money | None = None

    def __str__(self) -> str:
        return f"{self.number or self.text} ({self.account})"


COLUMNS = (
    *("account", "provider", "number", "country", "kind", "capabilities", "monthly", "currency"),
    *("purchased", "next_renewal", "state", "bound_to", "id"),
)
"""What `InventoryNumber.to_dict` and `to_row` hold, in their order."""


@frozen(kw_only=True)
class InventoryNumber(Item):
    """A number that an account owns. What a provider does not tell is None.

    Attributes:
        purchased: when it was bought.
        next_renewal: UTC day of the next renewal.
        is_bound: whether something takes its calls or messages: an application, an address, an endpoint.
        bound_to: the name or id of that.
        problems: what is wrong with it; see `PROBLEMS`. None if the provider tells nothing of the kind.
    """

    purchased: datetime | None = None
    next_renewal: date | None = None
    is_bound: bool | None = None
    bound_to: str | None = None
    problems: frozenset[Problem] | None = None

    @property
    def state(self) -> Problem | Literal["active"] | None:
        """The gravest problem, `active` if there is none, or None if the provider tells nothing of the kind."""
        if self.problems is None:
            return None
        for problem in PROBLEMS:
            if problem in self.problems:
                return problem
        return "active"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data under the names of `COLUMNS`, amounts as text."""
        money = self.monthly
        return {
            "account": self.account,
            "provider": self.provider,
            "number": self.number or self.text,
            "country": self.country,
            "kind": self.kind,
            "capabilities": None if self.capabilities is None else sorted(self.capabilities),
            "monthly": None if money is None else digits(money.amount),
            "currency": None if money is None else money.currency,
            "purchased": self.purchased and self.purchased.isoformat(),
            "next_renewal": self.next_renewal and self.next_renewal.isoformat(),
            "state": self.state,
            "bound_to": self.bound_to,
            "id": self.id,
        }

    def to_row(self) -> list[str]:
        """Return one cell of text for each of `COLUMNS`; empty where nothing is told."""
        cells = self.to_dict().values()
        return [" ".join(cell) if isinstance(cell, list) else "" if cell is None else str(cell) for cell in cells]


@frozen(kw_only=True)
class Offer(Item):
    """A number that can be bought. What a provider does not tell is None.

    Attributes:
        setup: fee that is due once.
        where: what the purchase needs to say beside the number.
    """

    setup: Money | None = None
    where: Mapping[str, Any]

    @property
    def first_month(self) -> Money | None:
        """The monthly price and the one-off fee together, or None if one of them is not told."""
        return None if self.monthly is None or self.setup is None else self.monthly + self.setup


class Totals(NamedTuple):
    """What numbers cost a month together.

    Attributes:
        monthly: the sum for each currency. Amounts of different currencies are never added.
        numbers: how many numbers were counted.
        without_price: of how many no price is told.
        without_currency: of how many the price is told without a currency. They are in no sum.
    """

    monthly: Mapping[str, Money]
    numbers: int
    without_price: int
    without_currency: int


class Tally:
    """Adds up the prices of numbers as they come."""

    def __init__(self) -> None:
        self._sums: dict[str, Money] = {}
        self._numbers = self._without_price = self._without_currency = 0

    def add(self, money: Money | None) -> None:
        """Count one number."""
        self._numbers += 1
        if money is None:
            self._without_price += 1
        elif money.currency is None:
            self._without_currency += 1
        else:
            before = self._sums.get(money.currency)
            self._sums[money.currency] = money if before is None else before + money

    def totals(self) -> Totals:
        """Return what was counted so far."""
        return Totals(dict(sorted(self._sums.items())), self._numbers, self._without_price, self._without_currency)


def totals(numbers: Iterable[InventoryNumber]) -> Totals:
    """Add up what numbers cost a month."""
    tally = Tally()
    for number in numbers:
        tally.add(number.monthly)
    return tally.totals()


class IncompleteInventory(NumberlineError):
    """Some accounts could not be read, or not to their end. Raised after everything that came was yielded.

    Attributes:
        found: how many numbers came from each account, those that failed in the middle included.
        missing: why each of the accounts that failed did.
        partial: the result without them, where a method has one (`find`, `audit`, `compare`); else None.
    """

    advice = "What came is complete for all other accounts."

    found: Mapping[str, int] = {}
    missing: Mapping[str, Exception] = {}
    partial: Any = None

    @classmethod
    def of(cls, found: Mapping[str, int], missing: Mapping[str, Exception], partial: Any = None) -> Self:
        """Return the error for accounts that are missing."""
        names = ", ".join(missing)
        first = next(iter(missing.values()))
        more = "" if len(missing) == 1 else f", and {len(missing) - 1} more"
        error = cls(f"not all numbers of {names} came: {str(first) or type(first).__name__}{more}")
        error.found, error.missing, error.partial = dict(found), dict(missing), partial
        return error

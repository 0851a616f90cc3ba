"""What an inventory concludes from the numbers that it reads: findings, comparisons, searches. Nothing here waits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from heapq import nsmallest
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from .._runtime import arguments
from ..errors import InvalidArgument
from .adapters import Account, Wanted
from .values import InventoryNumber, Money, Offer, PhoneNumber, Tally, Totals

R_co = TypeVar("R_co", covariant=True)

FindingName = Literal["unbound", "renews_soon", "frozen", "cancelled", "unverified", "price_unknown", "in_two_accounts"]


class Report(Protocol[R_co]):
    """Concludes something from numbers that it is shown one by one."""

    def take(self, number: InventoryNumber) -> None: ...

    def result(self) -> R_co: ...


class Finding(NamedTuple):
    """Something about a number that somebody should look at.

    Attributes:
        name: `unbound`: nothing takes its calls or messages. `renews_soon`: it is paid again within the days asked for.
            `frozen`: the subscription is frozen. `cancelled`: it is cancelled and still listed. `unverified`: it waits
            for a verification. `price_unknown`: the provider tells no price. `in_two_accounts`: an account before has
            it, too.
        number: the number.
        detail: more about it, for people.
    """

    name: FindingName
    number: InventoryNumber
    detail: str = ""


class Audit(NamedTuple):
    """What `audit` found.

    Attributes:
        findings: in the order of the numbers.
        totals: what all numbers cost a month.
    """

    findings: tuple[Finding, ...]
    totals: Totals


class Comparison(NamedTuple):
    """What `compare` found.

    Attributes:
        missing: numbers that were expected and that no account lists, in the order of the numbers.
        unexpected: numbers that an account lists and that were not expected.
        matched: how many were expected and are listed.
    """

    missing: tuple[PhoneNumber, ...]
    unexpected: tuple[InventoryNumber, ...]
    matched: int


class Search(NamedTuple):
    """What `find` found, in what it read.

    Attributes:
        offers: those that fit, the cheapest of each currency first.
        read: how many offers were read.
        requests: how many requests each account took.
        cut_short: accounts that have more on offer than `max_requests` allowed to read.
        not_searchable: accounts whose provider's documents have no search.
    """

    offers: tuple[Offer, ...]
    read: int
    requests: Mapping[str, int]
    cut_short: tuple[str, ...]
    not_searchable: tuple[str, ...]

    def cheapest(self, currency: str | None = None) -> Offer | None:
        """Return the cheapest offer, or None if there is none with a price.

        Args:
            currency: three letters; may be left out if all prices are in one.

        Raises:
            InvalidArgument: if it is left out and there are several currencies, which can't be compared.
        """
        there = {offer.monthly.currency for offer in self.offers if offer.monthly}
        if currency is None and len(there) > 1:
            names = " and ".join(sorted(map(str, there)))
            raise InvalidArgument(f"prices are in {names}; say which currency", parameter="currency")
        of_it = (each for each in self.offers if each.monthly and currency in (None, each.monthly.currency))
        return next(of_it, None)


class Auditor:
    """Finds what `Finding` names, number by number.

    Args:
        today: UTC day from which renewals are counted.
        within_days: how soon a renewal is soon.
    """

    def __init__(self, today: date, within_days: int) -> None:
        arguments.integer("within_days", within_days, minimum=0)
        self._today = today
        self._until = today + timedelta(days=within_days)
        self._seen: dict[str, str] = {}
        self._tally = Tally()
        self._findings: list[Finding] = []

    def take(self, number: InventoryNumber) -> None:
        """Look at one number."""
        self._tally.add(number.monthly)
        self._findings += (Finding(name, number, detail) for name, detail in self._look(number))

    def _look(self, number: InventoryNumber) -> Iterator[tuple[FindingName, str]]:
        if number.is_bound is False:
            yield "unbound", ""
        renewal = number.next_renewal
        if renewal is not None and renewal <= self._until and "cancelled" not in (number.problems or ()):
            yield "renews_soon", f"{renewal}" if renewal >= self._today else f"{renewal}, which is over"
        for problem in sorted(number.problems or ()):
            yield problem, ""
        if number.monthly is None:
            yield "price_unknown", ""
        elif number.monthly.currency is None:
            yield "price_unknown", f"{number.monthly}"
        other = self._seen.setdefault(number.number or number.text, number.account)
        if other != number.account:
            yield "in_two_accounts", f"also in {other}"

    def result(self) -> Audit:
        """Return what was found."""
        return Audit(tuple(self._findings), self._tally.totals())


class Comparer:
    """Compares what is listed with what is expected.

    Args:
        expected: phone numbers, in any form that `PhoneNumber` reads.

    Raises:
        InvalidArgument: if one of them is not a phone number.
    """

    def __init__(self, expected: Iterable[str]) -> None:
        if isinstance(expected, str):
            raise InvalidArgument("expected takes a list of phone numbers, not a bare string", parameter="expected")
        self._expected: set[PhoneNumber] = set()
        for at, text in enumerate(expected):
            number = PhoneNumber.read(arguments.text("expected", text))
            if number is None:
                raise InvalidArgument(f"item {at} of expected is not a phone number", parameter="expected")
            self._expected.add(number)
        self._seen: set[PhoneNumber] = set()
        self._unexpected: list[InventoryNumber] = []

    def take(self, number: InventoryNumber) -> None:
        """Look at one number."""
        if number.number is not None and number.number in self._expected:
            self._seen.add(number.number)
        else:
            self._unexpected.append(number)

    def result(self) -> Comparison:
        """Return what was found."""
        missing = tuple(sorted(self._expected - self._seen))
        return Comparison(missing, tuple(self._unexpected), len(self._seen))


class Seeker:
    """Keeps the cheapest of the offers that fit.

    Args:
        wanted: what is looked for.
        max_price: the most that the first month may cost, set-up fee included; its currency is the only one wanted.
        limit: how many offers to keep for each currency.
        max_requests: how many requests each account may take.
    """

    def __init__(self, wanted: Wanted, max_price: Money | None, limit: int, max_requests: int) -> None:
        arguments.integer("limit", limit, minimum=1)
        arguments.integer("max_requests", max_requests, minimum=1)
        check_max_price(max_price)
        self.wanted = wanted
        self.max_requests = max_requests
        self.requests: Counter[str] = Counter()
        self.cut_short: dict[str, None] = {}
        self._max_price = max_price
        self._limit = limit
        self._read = 0
        self._kept: dict[str | None, list[Offer]] = {}

    def may_ask(self, account: Account) -> bool:
        """Count a request, or note that the account would need more than it may."""
        if self.requests[account.name] >= self.max_requests:
            self.cut_short[account.name] = None
            return False
        self.requests[account.name] += 1
        return True

    def take(self, offer: Offer) -> None:
        """Look at one offer."""
        self._read += 1
        if self.wanted.fits(offer) and (self._max_price is None or is_within(offer, self._max_price)):
            kept = self._kept.setdefault(offer.monthly.currency if offer.monthly else None, [])
            kept.append(offer)
            if len(kept) > 2 * self._limit + 100:
                kept[:] = nsmallest(self._limit, kept, key=_rank)

    def result(self, not_searchable: Iterable[str]) -> Search:
        """Return what was found."""
        currencies = sorted(self._kept, key=lambda currency: (currency is None, currency))
        offers = (nsmallest(self._limit, self._kept[currency], key=_rank) for currency in currencies)
        every = tuple(offer for some in offers for offer in some)
        return Search(every, self._read, dict(self.requests), tuple(self.cut_short), tuple(not_searchable))


def _rank(offer: Offer) -> tuple[Any, ...]:
    monthly, setup = offer.monthly, offer.setup
    return (
        *((monthly is None, 0 if monthly is None else monthly.amount)),
        *((setup is None, 0 if setup is None else setup.amount)),
        offer.text,
    )


def is_within(offer: Offer, max_price: Money) -> bool:
    """Return whether an offer certainly costs no more than that in its first month."""
    price = offer.first_month
    return price is not None and price.currency == max_price.currency and price.amount <= max_price.amount


def check_max_price(max_price: Money | None) -> None:
    """Refuse what is not an amount in a currency.

    Raises:
        InvalidArgument: for anything else.
    """
    if max_price is None:
        return
    if not isinstance(max_price, Money) or max_price.currency is None:
        raise InvalidArgument("max_price takes Money with a currency", parameter="max_price")
    arguments.number("max_price", max_price.amount)


def wanted(country: str, capabilities: Iterable[str], kind: str | None, prefix: str) -> Wanted:
    """Return what is looked for, in one form.

    Raises:
        InvalidArgument: for a value that can't be looked for.
    """
    country = country_code(country)
    if isinstance(capabilities, str):
        raise InvalidArgument("capabilities takes a list, not a bare string", parameter="capabilities")
    able = frozenset(arguments.text("capabilities", each).lower() for each in capabilities)
    digits = "".join(each for each in arguments.text("prefix", prefix) if each not in "+ -().")
    if digits and not (digits.isascii() and digits.isdecimal()):
        raise InvalidArgument("prefix takes digits, country code included", parameter="prefix")
    return Wanted(country, able, kind and arguments.text("kind", kind).lower(), digits)


def country_code(country: str) -> str:
    """Return two capital letters.

    Raises:
        InvalidArgument: for anything else than two letters.
    """
    text = arguments.text("country", country)
    if not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise InvalidArgument("country takes two letters, such as GB", parameter="country")
    return text.upper()

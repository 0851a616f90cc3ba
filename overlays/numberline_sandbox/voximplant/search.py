"""What a listing of Voximplant's numbers can be asked for: filters and orders."""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import reduce

from numberline_generated.wire import voximplant as wire

from ..behaviour import Behaviour
from ..masks import among, both, chosen, flagged, within
from ..provider import ApiError
from .applications import Application
from .catalogue import CATEGORIES, SANDBOX_COUNTRY
from .numbers import (
    AUTO_CHARGE,
    CANCELED,
    DEACTIVATED,
    STATUSES,
    UNVERIFIED,
    USABLE,
    VERIFICATION,
    Numbers,
    day_of,
    seconds_of,
)

_FLAGS = {"deactivated": DEACTIVATED, "canceled": CANCELED, "auto_charge": AUTO_CHARGE, "can_be_used": USABLE}


class Search:
    """Filters and orders over all numbers. Orders are kept until a number changes, since pages follow each other."""

    def __init__(self, numbers: Numbers, behaviour: Behaviour) -> None:
        self._numbers = numbers
        self._rows = numbers.rows
        self._applications = numbers.applications
        self._behaviour = behaviour
        self._orders: dict[str, Sequence[int]] = {}
        self._version = numbers.version

    def check_known(self, asked: wire.GetPhoneNumbersRequest, accounts: Collection[int]) -> None:
        """See that everything exists that a list is to be filtered by.

        Raises:
            ApiError: for a number or an application that doesn't.
        """
        own = self._numbers.mask(accounts)
        for name, places in (
            ("phone_id", map(self._numbers.by_id, asked.phone_id or ())),
            ("phone_number", map(self._numbers.find, self._numbers.numbers(asked.phone_number))),
        ):
            if any(place is None or not own[place] for place in places):
                raise ApiError(f"INVALID_{name.upper()}", f"no such {name}", parameter=name)
        if asked.application_id or asked.application_name:
            self._applications.one(asked.application_id, asked.application_name)

    def wanted(self, asked: wire.GetPhoneNumbersRequest, accounts: Collection[int]) -> bytes:
        """Mask of the numbers that a list is asked for, by all filters together.

        Raises:
            ApiError: for a range that ends before it begins.
        """
        columns, flags = self._rows.columns, bytes(self._rows.columns["flags"])
        masks = [self._numbers.mask(accounts)]
        masks += [
            flagged(flags, bit, is_set=wanted)
            for name, bit in _FLAGS.items()
            if (wanted := getattr(asked, name)) is not None
        ]
        if asked.phone_id:
            masks.append(self._rows.only(map(self._numbers.by_id, asked.phone_id)))
        if asked.phone_number:
            masks.append(self._rows.only(map(self._numbers.find, self._numbers.numbers(asked.phone_number))))
        if asked.phone_template:
            masks.append(self._rows.matching(self._numbers.digits(asked.phone_template), "start"))
        if asked.verification_name:
            masks.append(flagged(flags, UNVERIFIED, is_set=True))
            if asked.verification_name != VERIFICATION:
                masks.append(bytes(len(self._rows)))
        if asked.verification_status:
            statuses = {STATUSES.index(status) for status in asked.verification_status}
            masks.append(among(bytes(columns["status"]), statuses))
        masks += self._by_place(asked) + self._by_binding(asked)
        for name, begin, end, column, number in (
            ("renewal", asked.from_phone_next_renewal, asked.to_phone_next_renewal, "renewal", day_of),
            ("purchase", asked.from_phone_purchase_date, asked.to_phone_purchase_date, "purchased", seconds_of),
            ("hold", asked.from_unverified_hold_until, asked.to_unverified_hold_until, "hold", day_of),
        ):
            if begin and end and begin > end:
                raise ApiError("INVALID_DATE_RANGE", f"the range of the {name} ends before it begins")
            if begin or end:
                inside = 0 if self._behaviour.ends_included else 1
                low = number(begin) + inside if begin else 1 if number is day_of else -(2**62)
                high = number(end) - inside if end else 2**62
                masks.append(within(columns[column], low, high))
        return reduce(both, masks)

    def ordered(self, order: wire.PhoneNumberOrder | None) -> Sequence[int] | None:
        """All places in the one direction that an order has. What has no value comes last."""
        if order is None:
            return None
        if self._version != self._numbers.version:
            self._orders.clear()
            self._version = self._numbers.version
        if order not in self._orders:
            if order == wire.PhoneNumberOrder.phone_number:
                self._orders[order] = self._rows.by_number()
            else:
                key = self._key(order)
                self._orders[order] = array("I", sorted(range(len(key)), key=key.__getitem__))
        return self._orders[order]

    def is_called(self, name: str, wanted: str) -> bool:
        return wanted in name if self._behaviour.names_in_part else wanted == name

    def on_side(self, country: str | None, asked: wire.SandboxFilter | None) -> bool:
        """Whether a country is on the side, sandbox or real, that is asked for."""
        side = self._behaviour.sandbox_side if asked is None else asked.value
        return side == "all" or (side == "true") == (country == SANDBOX_COUNTRY)

    def _by_place(self, asked: wire.GetPhoneNumbersRequest) -> list[bytes]:
        """Masks for the filters that are about a number's region."""
        countries = {code.root.upper() for code in asked.country_code or ()}
        category = (asked.phone_category_name or "").upper()
        regions = [name.root for name in asked.phone_region_name or ()]
        shelves = {
            n
            for n, place in enumerate(self._rows.stock.shelves)
            if (not countries or place.country in countries)
            and category in ("", CATEGORIES[place.kind])
            and (not regions or any(self.is_called(place.city, name) for name in regions))
            and self.on_side(place.country, asked.sandbox)
        }
        return [] if len(shelves) == len(self._rows.stock.shelves) else [among(self._rows.shelves, shelves)]

    def _by_binding(self, asked: wire.GetPhoneNumbersRequest) -> list[bytes]:
        """Masks for the filters that are about a number's application and rule."""
        masks: list[bytes] = []
        if asked.application_id is not None or asked.application_name is not None:
            named = self._applications.named(asked.application_id, asked.application_name)
            masks.append(self._numbers.of_applications({application.id for application in named}))
        if asked.is_bound_to_application is not None:
            bound = self._bound(lambda application, rule: True)
            masks.append(bound if asked.is_bound_to_application else among(bound, {0}))
        if asked.is_bound_to_rule is not None:
            bound = self._bound(lambda application, rule: rule is not None)
            masks.append(bound if asked.is_bound_to_rule else among(bound, {0}))
        if asked.rule_id:
            ids = set(asked.rule_id)
            masks.append(self._bound(lambda application, rule: rule in ids))
        if asked.rule_name:
            names = {name.root for name in asked.rule_name}
            masks.append(self._bound(lambda application, rule: rule is not None and application.rules[rule] in names))
        return masks

    def _bound(self, wanted: Callable[[Application, int | None], bool]) -> bytes:
        """Mask of the numbers with some binding."""
        return chosen(self._rows.columns["bound"], self._applications.bindings(wanted))

    def _key(self, order: wire.PhoneNumberOrder) -> Sequence[int]:
        """For each place something to sort it by."""
        columns, flags = self._rows.columns, bytes(self._rows.columns["flags"])
        match order:
            case wire.PhoneNumberOrder.phone_price:
                ranks = {price: rank for rank, price in enumerate(sorted(set(self._numbers.prices)))}
                return bytes(columns["price"]).translate(_table(ranks[price] for price in self._numbers.prices))
            case wire.PhoneNumberOrder.phone_country_code:
                countries = [place.country for place in self._rows.stock.shelves]
                ranks_of = {country: rank for rank, country in enumerate(sorted(set(countries)))}
                return self._rows.shelves.translate(_table(ranks_of[country] for country in countries))
            case wire.PhoneNumberOrder.deactivated:
                return flagged(flags, DEACTIVATED, is_set=False)
            case wire.PhoneNumberOrder.purchase_date:
                return [-moment for moment in columns["purchased"]]
            case wire.PhoneNumberOrder.phone_next_renewal:
                return columns["renewal"]
            case wire.PhoneNumberOrder.verification_status:
                return columns["status"]
            case wire.PhoneNumberOrder.unverified_hold_until:
                return [day or date.max.toordinal() for day in columns["hold"]]
            case _:
                return flagged(flags, UNVERIFIED, is_set=False)


def _table(values: Iterable[int]) -> bytes:
    found = bytes(values)
    return found + bytes(256 - len(found))

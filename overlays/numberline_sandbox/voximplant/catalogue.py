"""What Voximplant has to sell: countries, categories, states, regions and the numbers in stock."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from numberline_generated.wire import voximplant as wire

from ..numbers import REGIONS, TOLL_FREE, TOLL_FREE_NUMBERS, Number, Region, Stock
from ..provider import ApiError, Environment
from ..spec import Spec

CATEGORIES = {"local": "GEOGRAPHIC", "mobile": "MOBILE", "toll_free": "TOLLFREE"}
SANDBOX_COUNTRY = "XX"
STOCK_IDS = 100_000  # where those of made-up numbers begin
BOUGHT_IDS = 2_000_000  # the same for numbers of accounts
MONTH = "0-1-0 0:0:0"

_PREFIXES = {"US": "1", "CA": "1", "GB": "44", "RU": "7", SANDBOX_COUNTRY: "699"}
_PRICES = {"GEOGRAPHIC": ("1.5", "1.5"), "MOBILE": ("1.2", "0"), "TOLLFREE": ("3", "5")}  # a month; once


class Locators(Protocol):
    """The part of a request that says where numbers are."""

    country_code: str
    country_state: str | None
    phone_category_name: str


class Examples:
    """The specs' examples, which a sandbox shows first of all.

    Attributes:
        sale: a purchase.
        owned: an owned number.
        country, state: as they were observed.
        regions: an observed one, and documented ones.
        offers: numbers in stock, by number.
    """

    def __init__(self, spec: Spec) -> None:
        self.sale = spec.records("AttachPhoneNumber", "vendor-docs", wire.NewPhoneNumber)[0]
        self.owned = spec.records("GetPhoneNumbers", "observed", wire.PhoneNumber)[0]
        self.country = spec.records("GetPhoneNumberCategories", "observed", wire.PhoneNumberCountry)[0]
        self.state = spec.records("GetPhoneNumberCountryStates", "observed", wire.PhoneNumberState)[0]
        self.observed_region = spec.records("GetPhoneNumberRegions", "observed", wire.PhoneNumberRegion)[0]
        self.regions = spec.records("GetPhoneNumberRegions", "vendor-docs", wire.PhoneNumberRegion)
        offers = spec.records("GetNewPhoneNumbers", "vendor-docs", wire.AvailablePhoneNumber)
        self.offers = {offer.phone_number: offer for offer in offers}
        self.bought_ids = {one.phone_number: one.phone_id for one in (self.sale, self.owned)}


class Catalogue:
    """Regions and their stock: those of the documented examples, and made-up ones beside them.

    Args:
        size: how many numbers there are at first, sold ones included.

    Attributes:
        regions: how each is listed, but for how many numbers it has now.
    """

    def __init__(self, environment: Environment, spec: Spec, size: int) -> None:
        self.examples = examples = Examples(spec)
        state = examples.state
        given: dict[Region, Sequence[str]] = {}
        for shown in examples.regions:
            # All numbers of the example are in its first region; the other one shows what an empty one looks like.
            russian = Region("RU", "Russia", shown.phone_region_name or "", shown.phone_region_code or "")
            given[russian] = () if given else list(examples.offers)
        empty = Region("US", "United States", "Anchorage", "907")
        given[replace(empty, state=state.country_state or "", state_name=state.country_state_name or "")] = ()
        for region in REGIONS:
            is_observed = region.city == examples.observed_region.phone_region_name
            given[region] = [examples.owned.phone_number] if is_observed else ()
        given[REGIONS[0]] = [examples.sale.phone_number]
        given[TOLL_FREE] = TOLL_FREE_NUMBERS
        self.stock = Stock(given, size, environment.chance("voximplant"))
        documented = {shown.phone_region_name: shown for shown in (examples.observed_region, *examples.regions)}
        self.regions = {
            region: documented.get(region.city) or _listed(1100 + at, region) for at, region in enumerate(given)
        }

    def countries(self, wanted: Collection[str]) -> list[wire.PhoneNumberCountry]:
        """Return the countries, or those of them that are wanted, with their categories."""
        codes = dict.fromkeys(region.country for region in self.regions)
        return [self._country(code) for code in codes if not wanted or code in wanted]

    def states(self, asked: Locators) -> list[wire.PhoneNumberState]:
        """Return the states of a country."""
        regions = self.within(asked)
        filled = {region.state for region in regions if self.stock.offered(region)}
        names = {region.state: region.state_name for region in regions if region.state}
        return [
            wire.PhoneNumberState(can_list_phone_numbers=code in filled, country_state_name=name, country_state=code)
            for code, name in names.items()
        ]

    def within(self, asked: Locators) -> list[Region]:
        """Return the regions of a country, a category and, if one is given, a state.

        Raises:
            ApiError: if one of these doesn't exist.
        """
        category, state = asked.phone_category_name.upper(), (asked.country_state or "").upper()
        regions = [region for region in self.regions if region.country == asked.country_code.upper()]
        if not regions:
            raise ApiError("INVALID_COUNTRY_CODE", "no such country", parameter="country_code")
        regions = [region for region in regions if CATEGORIES[region.kind] == category]
        if not regions:
            raise ApiError("INVALID_PHONE_CATEGORY_NAME", "no such category", parameter="phone_category_name")
        regions = [region for region in regions if state in ("", region.state)]
        if not regions:
            raise ApiError("INVALID_COUNTRY_STATE", "no such state", parameter="country_state")
        return regions

    def region(self, asked: Locators, region_id: int) -> Region:
        """Return the region with an id.

        Raises:
            ApiError: if it doesn't exist, or not there.
        """
        for region in self.within(asked):
            if self.regions[region].phone_region_id == region_id:
                return region
        raise ApiError("INVALID_PHONE_REGION_ID", "no such region here", parameter="phone_region_id")

    def listed(self, region: Region) -> wire.PhoneNumberRegion:
        """Return a region as it is listed now."""
        return self.regions[region].model_copy(update={"phone_count": len(self.stock.offered(region))})

    def offer(self, number: Number) -> wire.AvailablePhoneNumber:
        """Return a number as it is listed while it is in stock."""
        shared = self.regions[number.region].model_dump(include=set(wire.AvailablePhoneNumber.model_fields))
        return self.examples.offers.get(number.number) or wire.AvailablePhoneNumber(
            phone_id=STOCK_IDS + number.serial,
            phone_number=number.number,
            phone_country_code=number.region.country,
            **shared,
        )

    def price(self, number: Number) -> Decimal:
        """Return what a number costs a month."""
        offer = self.examples.offers.get(number.number)
        return (offer or self.regions[number.region]).phone_price or Decimal(0)

    def bought_id(self, number: Number) -> int:
        """Return the id that a number has in an account if ids change on purchase."""
        return self.examples.bought_ids.get(number.number, BOUGHT_IDS + number.serial)

    def _country(self, code: str) -> wire.PhoneNumberCountry:
        example = self.examples.country
        if code == example.country_code:
            return example
        regions = [region for region in self.regions if region.country == code]
        categories: list[wire.PhoneNumberCategory] = []
        for kind in dict.fromkeys(region.kind for region in regions):
            category = CATEGORIES[kind]
            monthly, once = map(Decimal, _PRICES[category])
            shown = wire.PhoneNumberCategory(
                phone_period=MONTH,
                localized_country_name=regions[0].country_name,
                phone_category_name=category,
                localized_phone_category_name=category,
                country_has_states=any(region.state for region in regions if region.kind == kind),
                phone_price=monthly,
                phone_installation_price=once,
                can_list_phone_numbers=is_listed(kind),
            )
            categories.append(shown)
        return wire.PhoneNumberCountry(
            country_code=code,
            localized_country_name=regions[0].country_name,
            phone_prefix=_PREFIXES[code],
            can_list_phone_numbers=True,
            phone_categories=categories,
            emergency_calls_to_be_enabled=False,
        )


def is_listed(kind: str) -> bool:
    """Return whether numbers of a kind can be listed, and bought by number."""
    return kind != TOLL_FREE.kind


def _listed(region_id: int, region: Region) -> wire.PhoneNumberRegion:
    category = CATEGORIES[region.kind]
    monthly, once = map(Decimal, ("0.01", "0") if region.country == SANDBOX_COUNTRY else _PRICES[category])
    return wire.PhoneNumberRegion(
        phone_region_id=region_id,
        phone_region_name=region.city,
        phone_region_code=region.code,
        phone_period=MONTH,
        is_need_regulation_address=False,
        is_sms_supported=region.country in ("US", "GB"),
        multiple_numbers_price=[],
        localized_country_name=region.country_name,
        localized_phone_category_name=category,
        localized_phone_region_name=region.city,
        phone_price=monthly,
        phone_installation_price=once,
        account_price=monthly,
        account_installation_price=once,
        account_currency="USD",
        country_code=region.country,
        phone_category_name=category,
    )

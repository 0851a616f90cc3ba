"""What Voximplant has to sell: countries, categories, states, regions and the numbers in stock."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Protocol

from numberline_generated.wire import voximplant as wire

from ..provider import ApiError, Environment
from ..spec import Spec
from ..stock import PLACES, Item, Place, Stock

CATEGORIES = {"local": "GEOGRAPHIC", "mobile": "MOBILE", "toll_free": "TOLLFREE"}
SANDBOX_COUNTRY = "XX"
STOCK_IDS = 100_000  # where those of made-up numbers begin
MONTH = "0-1-0 0:0:0"

_PREFIXES = {"US": "1", "CA": "1", "GB": "44", "RU": "7", SANDBOX_COUNTRY: "699"}
_PRICES = {"GEOGRAPHIC": ("1.5", "1.5"), "MOBILE": ("1.2", "0"), "TOLLFREE": ("3", "5")}  # a month; once
_TOLL_FREE = Place("US", "United States", "Toll-free", "800", "toll_free")
_TOLL_FREE_NUMBERS = ["18005550199"]  # the only one of these that is set aside for fiction
_RUSSIAN_NAMES = """United States=США;Canada=Канада;United Kingdom=Великобритания;Russia=Россия;Sandbox=Песочница;
Moscow=Москва;Novosibirsk=Новосибирск;New York=Нью-Йорк;Buffalo=Буффало;Los Angeles=Лос-Анджелес;Chicago=Чикаго;
San Francisco=Сан-Франциско;Austin=Остин;Toronto=Торонто;Anchorage=Анкоридж;Mobile=Мобильный;Toll-free=Бесплатный"""
_RUSSIAN = {english.strip(): russian for english, _, russian in (p.partition("=") for p in _RUSSIAN_NAMES.split(";"))}


class Locators(Protocol):
    """The part of a request that says where numbers are."""

    country_code: str
    country_state: str | None
    phone_category_name: str


class Catalogue:
    """Regions and their stock: those of the documented examples, and made-up ones beside them.

    Args:
        size: how many numbers there are at first, sold ones included.

    Attributes:
        sale: the documented example of a purchase.
        owned: the observed example of an owned number.
        offer_ids: of the documented offers, by number.
        regions: by place, but for how many numbers there are now.
    """

    def __init__(self, environment: Environment, spec: Spec, size: int) -> None:
        sandbox, *_ = spec.example("GetPhoneNumberRegions", "observed", wire.PhoneNumberRegions).result or []
        russian = spec.example("GetPhoneNumberRegions", "vendor-docs", wire.PhoneNumberRegions).result or []
        offers = spec.example("GetNewPhoneNumbers", "vendor-docs", wire.AvailablePhoneNumbersPage).result or []
        self.sale, *_ = spec.example("AttachPhoneNumber", "vendor-docs", wire.AttachedPhoneNumbers).phone_numbers or []
        self.owned, *_ = spec.example("GetPhoneNumbers", "observed", wire.PhoneNumbersPage).result or []
        self._country, *_ = (
            spec.example("GetPhoneNumberCategories", "observed", wire.PhoneNumberCategories).result or []
        )
        state, *_ = spec.example("GetPhoneNumberCountryStates", "observed", wire.PhoneNumberStates).result or []
        self.offer_ids = {offer.phone_number: offer.phone_id for offer in offers}
        self._offers = {offer.phone_number: offer for offer in offers}
        documented = {region.phone_region_name: region for region in (sandbox, *russian)}
        places: dict[Place, Sequence[str]] = {}
        for region in russian:
            # All numbers of the example are in its first region; the other one shows what an empty one looks like.
            place = Place("RU", "Russia", region.phone_region_name or "", region.phone_region_code or "")
            places[place] = () if places else list(self._offers)
        empty = Place("US", "United States", "Anchorage", "907")
        places[empty._replace(state=state.country_state or "", state_name=state.country_state_name or "")] = ()
        for place in PLACES:
            places[place] = [self.owned.phone_number] if place.city == sandbox.phone_region_name else ()
        places[PLACES[0]] = [self.sale.phone_number]
        places[_TOLL_FREE] = _TOLL_FREE_NUMBERS
        self.stock = Stock(places, size, environment.chance("voximplant"))
        self.regions = {place: documented.get(place.city) or _region(1100 + n, place) for n, place in enumerate(places)}

    def countries(self, wanted: Collection[str], locale: wire.Locale | None) -> list[wire.PhoneNumberCountry]:
        """The countries, or those of them that are wanted, with their categories."""
        codes = dict.fromkeys(place.country for place in self.regions)
        return [self._described(code, locale) for code in codes if not wanted or code in wanted]

    def states(self, asked: Locators) -> list[wire.PhoneNumberState]:
        """The states of a country."""
        places = self.places(asked)
        filled = {place.state for place in places if len(self.stock.shelves[place])}
        names = {place.state: place.state_name for place in places if place.state}
        return [
            wire.PhoneNumberState(can_list_phone_numbers=code in filled, country_state_name=name, country_state=code)
            for code, name in names.items()
        ]

    def places(self, asked: Locators) -> list[Place]:
        """The places of a country, a category and, if one is given, a state.

        Raises:
            ApiError: if one of these doesn't exist.
        """
        category, state = asked.phone_category_name.upper(), (asked.country_state or "").upper()
        places = [place for place in self.regions if place.country == asked.country_code.upper()]
        if not places:
            raise ApiError("INVALID_COUNTRY_CODE", "no such country", parameter="country_code")
        places = [place for place in places if CATEGORIES[place.kind] == category]
        if not places:
            raise ApiError("INVALID_PHONE_CATEGORY_NAME", "no such category", parameter="phone_category_name")
        places = [place for place in places if state in ("", place.state)]
        if not places:
            raise ApiError("INVALID_COUNTRY_STATE", "no such state", parameter="country_state")
        return places

    def place(self, asked: Locators, region_id: int) -> Place:
        """The place of a region.

        Raises:
            ApiError: if it doesn't exist, or not there.
        """
        for place in self.places(asked):
            if self.regions[place].phone_region_id == region_id:
                return place
        raise ApiError("INVALID_PHONE_REGION_ID", "no such region here", parameter="phone_region_id")

    def region(self, place: Place, locale: wire.Locale | None = None) -> wire.PhoneNumberRegion:
        """A place as it is now."""
        now: dict[str, object] = {"phone_count": len(self.stock.shelves[place])}
        if locale == wire.Locale.ru:
            now["localized_phone_region_name"] = _localized(place.city, locale)
            now["localized_country_name"] = _localized(place.country_name, locale)
        return self.regions[place].model_copy(update=now)

    def offer(self, item: Item) -> wire.AvailablePhoneNumber:
        """A number as it is listed while it is in stock."""
        region = self.regions[item.place]
        return self._offers.get(item.number) or wire.AvailablePhoneNumber(
            phone_id=STOCK_IDS + item.serial,
            phone_number=item.number,
            phone_price=region.phone_price,
            phone_installation_price=region.phone_installation_price,
            phone_country_code=item.place.country,
            phone_period=MONTH,
            phone_category_name=CATEGORIES[item.place.kind],
            phone_region_name=item.place.city,
        )

    def _described(self, code: str, locale: wire.Locale | None) -> wire.PhoneNumberCountry:
        if code == self._country.country_code:
            return self._country
        places = [place for place in self.regions if place.country == code]
        country_name = _localized(places[0].country_name, locale)
        categories = [
            wire.PhoneNumberCategory(
                phone_category_name=category,
                country_has_states=any(place.state for place in places if place.kind == kind),
                localized_country_name=country_name,
                localized_phone_category_name=category,
                phone_price=Decimal(_PRICES[category][0]),
                phone_installation_price=Decimal(_PRICES[category][1]),
                phone_period=MONTH,
                can_list_phone_numbers=is_listed(kind),
            )
            for kind, category in CATEGORIES.items()
            if any(place.kind == kind for place in places)
        ]
        return wire.PhoneNumberCountry(
            country_code=code,
            localized_country_name=country_name,
            phone_prefix=_PREFIXES[code],
            can_list_phone_numbers=True,
            phone_categories=categories,
            emergency_calls_to_be_enabled=False,
        )


def is_listed(kind: str) -> bool:
    """Whether numbers of a kind can be listed, and bought by number."""
    return kind != _TOLL_FREE.kind


def _region(region_id: int, place: Place) -> wire.PhoneNumberRegion:
    category = CATEGORIES[place.kind]
    monthly, once = map(Decimal, ("0.01", "0") if place.country == SANDBOX_COUNTRY else _PRICES[category])
    return wire.PhoneNumberRegion(
        phone_region_id=region_id,
        phone_region_name=place.city,
        phone_region_code=place.code,
        phone_period=MONTH,
        is_need_regulation_address=False,
        is_sms_supported=place.country in ("US", "GB"),
        multiple_numbers_price=[],
        localized_country_name=place.country_name,
        localized_phone_category_name=category,
        localized_phone_region_name=place.city,
        phone_price=monthly,
        phone_installation_price=once,
        account_price=monthly,
        account_installation_price=once,
        account_currency="USD",
        country_code=place.country,
        phone_category_name=category,
    )


def _localized(name: str, locale: wire.Locale | None) -> str:
    return _RUSSIAN.get(name, name) if locale == wire.Locale.ru else name

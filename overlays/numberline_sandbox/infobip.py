"""Infobip, embedded. What its document leaves open is decided so:

- A number is found by any part of it, and has to have all capabilities that are asked for.
- Each calendar month is charged on its first day. A number whose month the balance doesn't cover is cancelled.
"""

import base64
import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Any, ClassVar

from numberline_generated.wire import infobip as wire

from .calendar import a_month_after
from .http.messages import Response
from .numbers import REGIONS, Number, OpaqueIds, Region, SavedNumber, Stock
from .provider import ApiError, Call, Credentials, Environment, Provider, digits
from .spec import BadRequest

USERNAME = "sandbox"
PASSWORD = "sandbox-password"
API_KEY = "sandbox-api-key"
TOKEN = "sandbox-session-token"
BEARER = "sandbox-access-token"

_RUSSIA = Region("RU", "Russia", "", "7902")
_ROMANIA = Region("RO", "Romania", "", "4037")
_ROMANIAN_NUMBER = "40371700051"  # what the documented search is for
_BOTH = [wire.Capability.sms, wire.Capability.voice]
_CAPABILITIES = {"US": _BOTH, "RO": _BOTH, "CA": [wire.Capability.voice]}
_PRICES = {"US": ("1.5", "0"), "CA": ("2", "1.25"), "GB": ("5", "0"), "RO": ("3", "0"), "XX": ("0.01", "0")}


@dataclass(slots=True, eq=False)
class OwnedNumber:
    """A number of the account, the key by which it is known, and the day on which it was bought."""

    number: SavedNumber
    key: str
    bought: date


class Infobip(Provider):
    """Numbers on offer, numbers bought, and a balance. There is one account."""

    name = "infobip"
    example = "list_available_numbers(country='GB')"
    sign_ins: ClassVar[list[Credentials]] = [
        {"api_key": API_KEY},
        {"username": USERNAME, "password": PASSWORD},
        {"token": TOKEN},
        {"bearer": BEARER},
    ]
    saved: ClassVar[dict[str, Any]] = {"_balance": Decimal, "_next_month": date, "_owned": list[OwnedNumber]}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._balance = environment.balance
        offered = self.spec.records("listAvailableNumbers", "documented", wire.Number)
        bought = self.spec.records("listPurchasedNumbers", "documented", wire.Number)[0]
        # The key in the documented request is the one that this number has while nobody owns it.
        key = self.spec.example("purchaseNumber", "documented", request=True)["numberKey"]
        listed = [*offered, bought.model_copy(update={"number_key": key})]
        self._documented = {record.number: record for record in listed}
        self._bought_keys = {bought.number: bought.number_key}
        given = {_RUSSIA: [record.number for record in offered], _ROMANIA: [_ROMANIAN_NUMBER]}
        given |= {region: [bought.number] if region.country == "GB" else [] for region in REGIONS}
        self._stock = Stock(given, environment.numbers + environment.owned, environment.chance("infobip"))
        self._offer_ids = OpaqueIds(f"{environment.seed}/offer", 32)
        self._owned_ids = OpaqueIds(f"{environment.seed}/owned", 32)
        first = [self._stock.known(bought.number)][: environment.owned]
        self._owned = list(map(self._own, first))
        self._owned += map(self._own, self._stock.spread(environment.owned - len(first)))
        self._next_month = a_month_after(environment.now().date().replace(day=1))

    @property
    def balance(self) -> Decimal:
        """The account's money now."""
        self.process_renewals()
        return self._balance

    @balance.setter
    def balance(self, balance: Decimal) -> None:
        self.process_renewals()
        self._balance = balance

    def authenticate(self, call: Call) -> Call:
        basic = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        good = (f"App {API_KEY}", f"Basic {basic}", f"IBSSO {TOKEN}", f"Bearer {BEARER}")
        if call.request.headers.get("authorization") not in good:
            raise ApiError("UNAUTHORIZED", "Unauthorized", status=401)
        return call

    def api_error(self, bad_request: BadRequest) -> ApiError:
        failure = "NOT_FOUND" if bad_request.why == "no path" else "BAD_REQUEST"
        return ApiError(failure, bad_request.text, status=bad_request.status, parameter=bad_request.parameter)

    def error_body(self, error: ApiError) -> wire.Failure:
        if self.behaviour.newer_error_form:
            broken = [wire.Violation(property=error.parameter, violation=error.text)] if error.parameter else []
            return wire.Failure(error_code=f"E{error.status}", description=error.text, violations=broken)
        exception = wire.ServiceException(message_id=error.failure, text=error.text)
        if error.parameter:
            exception.validation_errors = {error.parameter: [error.text]}
        return wire.Failure(request_error=wire.RequestError(service_exception=exception))

    def list_available_numbers(self, call: Call) -> wire.NumbersPage:
        asked = call.operation.read(call.pairs, wire.ListAvailableNumbersParametersQuery)
        part, wanted = digits(asked.number or ""), set(asked.capabilities or ())
        found = [
            number
            for region in self._stock.by_region
            if (asked.country or region.country).upper() == region.country and wanted <= set(_capabilities(region))
            for number in self._stock.offered(region)
            if part in number.number
        ]
        size = self.page_size("limit", asked.limit)
        page = found[(asked.page or 0) * size :][:size]
        return wire.NumbersPage(numbers=list(map(self._offer, page)), number_count=len(found))

    def purchase_number(self, call: Call) -> Response | wire.Number:
        key = call.operation.read_json(call.request.body, wire.PurchaseNumberRequest).number_key
        number = self._on_offer(key)
        if number is None:
            status = 404 if self.behaviour.not_on_offer == "NOT_FOUND" else 400
            raise ApiError(self.behaviour.not_on_offer, "The number is not on offer", status=status)
        price = self._offer(number).price or wire.Price()
        due = (price.setup_price or Decimal(0)) + (price.initial_month_price or Decimal(0))
        if due > self._balance:
            return self._too_poor(number)
        self._balance -= due
        own = self._own(number)
        self._owned.append(own)
        self.record(call, [number.number], [key], due)
        return _plainly_priced(self._purchased(own)) if self.behaviour.purchase_status == 200 else Response(201)

    def get_purchased_number(self, call: Call) -> wire.Number:
        return _plainly_priced(self._purchased(self._find(call)))

    def list_purchased_numbers(self, call: Call) -> wire.NumbersPage:
        asked = call.operation.read(call.pairs, wire.ListPurchasedNumbersParametersQuery)
        part = digits(asked.number or "")
        found = [own for own in self._owned if part in own.number.number]
        size = self.page_size("limit", asked.limit)
        page = found[(asked.page or 0) * size :][:size]
        return wire.NumbersPage(numbers=list(map(self._purchased, page)), number_count=len(found))

    def cancel_number(self, call: Call) -> None:
        own = self._find(call)
        self._drop([own])
        self.record(call, [own.number.number], [own.key])

    def process_renewals(self) -> None:
        """Charge each calendar month for the numbers that are owned on its first day, as far as the balance goes."""
        today = self.environment.now().date()
        while self._next_month <= today and self._next_month < date.max:
            prices = [self._monthly(own.number) for own in self._owned]
            kept = sum(1 for _ in takewhile(lambda so_far: so_far <= self._balance, accumulate(prices)))
            for what, done, amount in (
                ("subscription_renewed", self._owned[:kept], sum(prices[:kept], Decimal(0))),
                ("subscription_detached", self._owned[kept:], Decimal(0)),
            ):
                if done:
                    numbers, keys = [own.number.number for own in done], [own.key for own in done]
                    self.record_event(what, 0, self._next_month, numbers, keys, amount)
                self._balance -= amount
            self._drop(self._owned[kept:])
            self._next_month = a_month_after(self._next_month)

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if operation_id == "listPurchasedNumbers" and inward:
            self._owned[:0] = map(self._own, self._stock.spread(1))
        elif operation_id == "listPurchasedNumbers":
            self._drop(self._owned[:1])
        elif operation_id == "listAvailableNumbers":
            regions = [region for region in self._stock.by_region if inward or self._stock.offered(region)]
            for region in regions[:1]:
                self._stock.shift(region, inward=inward)

    def _find(self, call: Call) -> OwnedNumber:
        """Return the number that a call is about."""
        for own in self._owned:
            if own.key == call.path["numberKey"]:
                return own
        raise ApiError("NOT_FOUND", "Not found", status=404)

    def _on_offer(self, key: str) -> Number | None:
        """Return the number that a key offers, if it does."""
        documented = next((number for number, record in self._documented.items() if record.number_key == key), "")
        number = self._stock.find(documented) or self._stock.at(self._offer_ids.decode(key.lower()))
        return number if number and number.on_offer and self._offer_key(number) == key else None

    def _too_poor(self, number: Number) -> wire.Number:
        if self.behaviour.no_money == "BILLING_FAILED":
            return self._offer(number).model_copy(update={"reservation_status": wire.ReservationStatus.billing_failed})
        status = 403 if self.behaviour.no_money == "FORBIDDEN" else 400
        raise ApiError(self.behaviour.no_money, "The balance is too low", status=status)

    def _offer(self, number: Number) -> wire.Number:
        """Return a number as it is listed while it is on offer."""
        return self._listed(number, self._offer_key(number), self.environment.now().date())

    def _purchased(self, own: OwnedNumber) -> wire.Number:
        """Return a number as it is listed once it is bought, with the price of the month in which it was."""
        return self._listed(own.number, own.key, own.bought)

    def _listed(self, number: Number, key: str, day: date) -> wire.Number:
        documented = self._documented.get(number.number)
        if documented:
            return documented.model_copy(update={"number_key": key})
        return wire.Number(
            number_key=key,
            number=number.number,
            country=number.region.country,
            type=wire.NumberType.virtual_long_number,
            capabilities=_capabilities(number.region),
            shared=number.serial % 10 == 7,
            price=_price(number.region.country, day),
        )

    def _monthly(self, number: Number) -> Decimal:
        documented = self._documented.get(number.number)
        if documented and documented.price:
            return documented.price.price_per_month or Decimal(0)
        return Decimal(_PRICES[number.region.country][0])

    def _own(self, number: Number) -> OwnedNumber:
        """Return a number that is bought now."""
        number.on_offer = False
        key = self._offer_key(number)
        if self.behaviour.ids_change_on_purchase:
            key = self._bought_keys.get(number.number) or self._owned_ids.encode(number.serial).upper()
        return OwnedNumber(number, key, self.environment.now().date())

    def _drop(self, owned: list[OwnedNumber]) -> None:
        """Put numbers back on offer."""
        gone = {own.key for own in owned}
        self._owned = [own for own in self._owned if own.key not in gone]
        for own in owned:
            own.number.on_offer = True

    def _offer_key(self, number: Number) -> str:
        documented = self._documented.get(number.number)
        return documented.number_key if documented else self._offer_ids.encode(number.serial).upper()


@lru_cache(maxsize=256)
def _price(country: str, day: date) -> wire.Price:
    """Return what a number costs that is bought on a day. Many numbers share one, so it is never changed."""
    monthly, setup = map(Decimal, _PRICES[country])
    return wire.Price(
        price_per_month=monthly,
        setup_price=setup,
        initial_month_price=_rest_of_month(monthly, day),
        currency="EUR",
    )


def _rest_of_month(monthly: Decimal, day: date) -> Decimal:
    """Return the price of what is left of a month, the day included, rounded up: this gives the documented figures."""
    days = calendar.monthrange(day.year, day.month)[1]
    price = monthly * (days - day.day + 1) / days
    return price.quantize(Decimal("0.000001"), ROUND_CEILING).normalize()


def _capabilities(region: Region) -> list[wire.Capability]:
    return _CAPABILITIES.get(region.country, [wire.Capability.sms])


def _plainly_priced(number: wire.Number) -> wire.Number:
    """Return a number as a purchase and a look-up show it, without the price of the first month."""
    price = number.price and number.price.model_copy(update={"initial_month_price": None})
    return number.model_copy(update={"price": price})

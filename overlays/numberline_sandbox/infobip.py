"""Infobip, embedded."""

import base64
import calendar
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Any, ClassVar

from pydantic import BaseModel

from numberline_generated.wire import infobip as wire

from .http.messages import Response
from .masks import both, page, places
from .provider import ApiError, Call, Credentials, Environment, Provider
from .rows import Rows
from .spec import BadRequest
from .stock import PLACES, Codes, Item, Place, Stock, window

USERNAME = "sandbox"
PASSWORD = "sandbox-password"
API_KEY = "sandbox-api-key"
TOKEN = "sandbox-session-token"
BEARER = "sandbox-access-token"

_RUSSIA = Place("RU", "Russia", "", "7902")
_CAPABILITIES = {"US": [wire.Capability.sms, wire.Capability.voice], "CA": [wire.Capability.voice]}
_PRICES = {"US": ("1.5", "0"), "CA": ("2", "1.25"), "GB": ("5", "0"), "XX": ("0.01", "0")}


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

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._balance = environment.balance
        offered = self.spec.example("listAvailableNumbers", "documented", wire.NumbersPage).numbers
        bought = self.spec.example("listPurchasedNumbers", "documented", wire.NumbersPage).numbers[0]
        # The key in the documented request is the one that this number has while nobody owns it.
        key = self.spec.example("purchaseNumber", "documented", wire.PurchaseNumberRequest, request=True).number_key
        listed = [*offered, bought.model_copy(update={"number_key": key})]
        self._documented = {record.number: record for record in listed}
        self._documented_offer_keys = {record.number: record.number_key for record in listed}
        self._documented_owned_keys = {bought.number: bought.number_key}
        given = {_RUSSIA: [record.number for record in offered]}
        given |= {place: [bought.number] if place.country == "GB" else [] for place in PLACES}
        self._stock = Stock(given, environment.numbers + environment.owned, environment.chance("infobip"))
        self._offer_keys = Codes(f"{environment.seed}/offer", 32)
        self._owned_keys = Codes(f"{environment.seed}/owned", 32)
        self._rows = Rows(self._stock, {"bought": "i"})  # the day
        today = environment.now().toordinal()
        first = self._stock.find(bought.number)
        if environment.owned and first:
            self._own(first)
        self._rows.fill(environment.owned - 1)
        self._rows.put("bought", [today] * len(self._rows))
        self._rows.touched = bytearray(len(self._rows))
        self._paid = _month(environment.now().date())

    @property
    def balance(self) -> Decimal:
        """The account's money now."""
        self.process_renewals()
        return self._balance

    @balance.setter
    def balance(self, balance: Decimal) -> None:
        self.process_renewals()
        self._balance = balance

    @property
    def handlers(self) -> Mapping[str, Callable[[Call], BaseModel | Response | None]]:
        return {
            "listAvailableNumbers": self._list_available,
            "purchaseNumber": self._purchase,
            "listPurchasedNumbers": self._list_purchased,
            "getPurchasedNumber": lambda call: _plainly_priced(self._owned(self._find(call))),
            "cancelNumber": self._cancel,
        }

    def sign_in(self, call: Call) -> Call:
        basic = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        good = (f"App {API_KEY}", f"Basic {basic}", f"IBSSO {TOKEN}", f"Bearer {BEARER}")
        if call.request.headers.get("authorization") not in good:
            raise ApiError("UNAUTHORIZED", "Unauthorized", status=401)
        return call

    def api_error(self, bad_request: BadRequest) -> ApiError:
        known = {"too large": (413, "BAD_REQUEST"), "no path": (404, "NOT_FOUND"), "no method": (405, "BAD_REQUEST")}
        status, failure = known.get(bad_request.why, (400, "BAD_REQUEST"))
        return ApiError(failure, bad_request.text, status=status, parameter=bad_request.parameter)

    def error_body(self, error: ApiError) -> wire.Failure:
        if self.behaviour.newer_error_form:
            broken = [wire.Violation(property=error.parameter, violation=error.text)] if error.parameter else []
            return wire.Failure(error_code=f"E{error.status}", description=error.text, violations=broken)
        exception = wire.ServiceException(message_id=error.failure, text=error.text)
        if error.parameter:
            exception.validation_errors = {error.parameter: [error.text]}
        return wire.Failure(request_error=wire.RequestError(service_exception=exception))

    def _list_available(self, call: Call) -> wire.NumbersPage:
        asked = call.operation.read(call.pairs, wire.ListAvailableNumbersParametersQuery)
        shelves = [
            shelf
            for place, shelf in self._stock.shelves.items()
            if (asked.country is None or self.folded(place.country) == self.folded(asked.country))
            and self._offers(set(asked.capabilities or ()), _capabilities(place))
        ]
        number = self.digits(asked.number or "")
        size = self.page_size("limit", asked.limit)
        found, total = window(shelves, (asked.page or 0) * size, size, number, self.behaviour.number_filter)
        return wire.NumbersPage(numbers=[self._offer(item) for item in found], number_count=total)

    def _purchase(self, call: Call) -> Response | wire.Number:
        key = call.operation.read_json(call.request.body, wire.PurchaseNumberRequest).number_key
        item = self._on_offer(key)
        if item is None:
            status = 404 if self.behaviour.not_on_offer == "NOT_FOUND" else 400
            raise ApiError(self.behaviour.not_on_offer, "The number is not on offer", status=status)
        price = self._offer(item).price or wire.Price()
        due = (price.setup_price or Decimal(0)) + (price.initial_month_price or Decimal(0))
        if due > self._balance:
            return self._too_poor(item)
        self._balance -= due
        record = _plainly_priced(self._owned(self._own(item)))
        self.note(call, [item.number], [key], due)
        return record if self.behaviour.purchase_status == 200 else Response(201)

    def _list_purchased(self, call: Call) -> wire.NumbersPage:
        asked = call.operation.read(call.pairs, wire.ListPurchasedNumbersParametersQuery)
        size = self.page_size("limit", asked.limit)
        number = self.digits(asked.number or "")
        mask = bytes(self._rows.here)
        if number:
            mask = both(mask, self._rows.matching(number, self.behaviour.number_filter))
        places, total = page(mask, (asked.page or 0) * size, size)
        return wire.NumbersPage(numbers=[self._owned(place) for place in places], number_count=total)

    def _cancel(self, call: Call) -> None:
        place = self._find(call)
        item = self._rows.item(place)
        self._rows.drop([place])
        refund = self._monthly(item) if self.behaviour.refunds else Decimal(0)
        self._balance += refund
        self.note(call, [item.number], [call.path["numberKey"]], -refund)

    def process_renewals(self) -> None:
        """Charge each calendar month for the numbers that are owned on its first day."""
        today = self.environment.now().date()
        while self._paid < _month(today):
            self._paid += 1
            held = places(bytes(self._rows.here))
            first_day = date(self._paid // 12, self._paid % 12 + 1, 1)
            prices = [self._monthly(self._rows.item(place)) for place in held]
            kept = len(held)
            if self.behaviour.unpaid_months == "canceled":
                spent = accumulate(prices)
                kept = sum(1 for _ in takewhile(lambda so_far: so_far <= self._balance, spent))
            for what, done, amount in (
                ("subscription_renewed", held[:kept], sum(prices[:kept], Decimal(0))),
                ("subscription_detached", held[kept:], Decimal(0)),
            ):
                if done:
                    numbers = [self._rows.item(place).number for place in done]
                    self.note_event(what, 0, first_day, numbers, map(self._key, done), amount)
                self._balance -= amount
            self._rows.drop(held[kept:])

    def state(self) -> dict[str, Any]:
        return {
            "balance": str(self._balance),
            "paid": self._paid,
            "stock": self._stock.state(),
            "rows": self._rows.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self._balance = Decimal(state["balance"])
        self._paid = state["paid"]
        self._stock.restore(state["stock"])
        self._rows.restore(state["rows"])

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if operation_id == "listPurchasedNumbers":
            place = self._rows.shift(inward=inward, of=bytes(self._rows.here))
            if inward and place is not None:
                self._rows.columns["bought"][place] = self.environment.now().toordinal()
        elif operation_id == "listAvailableNumbers":
            filled = [shelf for shelf in self._stock.shelves.values() if inward or len(shelf)]
            for shelf in filled[:1]:
                shelf.shift(inward=inward)

    def _find(self, call: Call) -> int:
        """The place of the number that a call is about."""
        key = call.path["numberKey"]
        place = self._rows.find(self._item(key, self._owned_keys, self._documented_owned_keys))
        if place is None:  # it may have kept its key
            place = self._rows.find(self._item(key, self._offer_keys, self._documented_offer_keys))
        if place is None or self._key(place) != key:
            raise ApiError("NOT_FOUND", "Not found", status=404)
        return place

    def _item(self, key: str, codes: Codes, documented: Mapping[str, str]) -> Item | None:
        """The item that a key stands for, gone or not."""
        for number, known in documented.items():
            if known == key:
                return self._stock.find(number)
        serial = codes.read(key.lower())
        return None if serial is None else self._stock.at(serial)

    def _too_poor(self, item: Item) -> wire.Number:
        if self.behaviour.no_money == "BILLING_FAILED":
            return self._offer(item).model_copy(update={"reservation_status": wire.ReservationStatus.billing_failed})
        status = 403 if self.behaviour.no_money == "FORBIDDEN" else 400
        raise ApiError(self.behaviour.no_money, "The balance is too low", status=status)

    def _offers(self, wanted: set[wire.Capability], offered: list[wire.Capability]) -> bool:
        if self.behaviour.capabilities_filter == "all" or not wanted:
            return wanted <= set(offered)
        return bool(wanted & set(offered))

    def _on_offer(self, key: str) -> Item | None:
        item = self._item(key, self._offer_keys, self._documented_offer_keys)
        return item if item is not None and item in self._stock and self._offer_key(item) == key else None

    def _offer(self, item: Item) -> wire.Number:
        """A number as it is listed while it is on offer."""
        return self._listed(item, self._offer_key(item), self.environment.now().date())

    def _owned(self, place: int) -> wire.Number:
        """A number as it is listed once it is bought, with the price of the month in which it was."""
        bought = date.fromordinal(self._rows.columns["bought"][place])
        return self._listed(self._rows.item(place), self._key(place), bought)

    def _listed(self, item: Item, key: str, day: date) -> wire.Number:
        documented = self._documented.get(item.number)
        if documented:
            return documented.model_copy(update={"number_key": key})
        return wire.Number(
            number_key=key,
            number=item.number,
            country=item.place.country,
            type=wire.NumberType.virtual_long_number,
            capabilities=_capabilities(item.place),
            shared=False,
            price=_price(item.place.country, day),
        )

    def _monthly(self, item: Item) -> Decimal:
        documented = self._documented.get(item.number)
        if documented and documented.price:
            return documented.price.price_per_month or Decimal(0)
        return Decimal(_PRICES[item.place.country][0])

    def _own(self, item: Item) -> int:
        place = self._rows.add(item)
        self._rows.columns["bought"][place] = self.environment.now().toordinal()
        return place

    def _key(self, place: int) -> str:
        item = self._rows.item(place)
        if not self.behaviour.ids_change_on_purchase:
            return self._offer_key(item)
        return self._documented_owned_keys.get(item.number) or self._owned_keys.write(item.serial).upper()

    def _offer_key(self, item: Item) -> str:
        return self._documented_offer_keys.get(item.number) or self._offer_keys.write(item.serial).upper()


@lru_cache(maxsize=256)
def _price(country: str, day: date) -> wire.Price:
    """What a number costs that is bought on a day. Many numbers share one, so it is never changed."""
    monthly, setup = map(Decimal, _PRICES[country])
    return wire.Price(
        price_per_month=monthly,
        setup_price=setup,
        initial_month_price=_rest_of_month(monthly, day),
        currency="EUR",
    )


def _rest_of_month(monthly: Decimal, day: date) -> Decimal:
    """The price of what is left of a month, the day included, rounded up: this gives the documented figures."""
    days = calendar.monthrange(day.year, day.month)[1]
    price = monthly * (days - day.day + 1) / days
    return price.quantize(Decimal("0.000001"), ROUND_CEILING).normalize()


def _month(day: date) -> int:
    """Months since the beginning of our calendar."""
    return 12 * day.year + day.month - 1


def _capabilities(place: Place) -> list[wire.Capability]:
    return _CAPABILITIES.get(place.country, [wire.Capability.sms])


def _plainly_priced(number: wire.Number) -> wire.Number:
    """A number as a purchase and a look-up show it, without the price of the first month."""
    price = number.price and number.price.model_copy(update={"initial_month_price": None})
    return number.model_copy(update={"price": price})

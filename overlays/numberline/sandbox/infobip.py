"""Infobip, embedded."""

import base64
import calendar
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import ClassVar, NamedTuple

from pydantic import BaseModel
from pydantic_core import from_json

from numberline_generated.wire import infobip as wire

from .messages import Reply
from .provider import Call, Credentials, Provider, Refusal, World
from .spec import Misfit
from .stock import PLACES, Codes, Item, Place, Stock, window

USERNAME = "sandbox"
PASSWORD = "sandbox-password"
API_KEY = "sandbox-api-key"
TOKEN = "sandbox-session-token"
BEARER = "sandbox-access-token"

_RUSSIA = Place("RU", "Russia", "", "7902")
_CAPABILITIES = {"US": [wire.Capability.sms, wire.Capability.voice], "CA": [wire.Capability.voice]}
_PRICES = {"US": ("1.5", "0"), "CA": ("2", "1.25"), "GB": ("5", "0"), "XX": ("0.01", "0")}


class Owned(NamedTuple):
    """A number of the account.

    Attributes:
        record: as it is listed, with the price of the month in which it was bought.
    """

    item: Item
    record: wire.Number


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

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.balance = world.balance
        offered = self.spec.example("listAvailableNumbers", "documented", wire.NumbersPage).numbers
        bought = self.spec.example("listPurchasedNumbers", "documented", wire.NumbersPage).numbers[0]
        # The key in the documented request is the one that this number has while nobody owns it.
        key = self.spec.example("purchaseNumber", "documented", wire.PurchaseNumberRequest, request=True).number_key
        listed = [*offered, bought.model_copy(update={"number_key": key})]
        self._documented = {record.number: record for record in listed}
        self._documented_owned_keys = {bought.number: bought.number_key}
        places = {_RUSSIA: [record.number for record in offered]}
        places |= {place: [bought.number] if place.country == "GB" else [] for place in PLACES}
        self._stock = Stock(places, world.numbers + world.owned, world.chance("infobip"))
        self._offer_keys = Codes(f"{world.seed}/offer", 32)
        self._owned_keys = Codes(f"{world.seed}/owned", 32)
        self._owned: dict[str, Owned] = {}
        first = self._stock.find(bought.number)
        if world.owned and first:
            self._stock.take(first)
            self._own(first)
        for item in self._stock.spread(world.owned - 1):
            self._own(item)

    @property
    def handlers(self) -> Mapping[str, Callable[[Call], BaseModel | Reply | None]]:
        return {
            "listAvailableNumbers": self._list_available,
            "purchaseNumber": self._purchase,
            "listPurchasedNumbers": self._list_purchased,
            "getPurchasedNumber": lambda call: _plainly_priced(self._find(call).record),
            "cancelNumber": self._cancel,
        }

    def sign_in(self, call: Call) -> Call:
        basic = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        good = (f"App {API_KEY}", f"Basic {basic}", f"IBSSO {TOKEN}", f"Bearer {BEARER}")
        if call.inquiry.headers.get("authorization") not in good:
            raise Refusal("UNAUTHORIZED", "Unauthorized", status=401)
        return call

    def misfit(self, misfit: Misfit) -> Refusal:
        known = {"too large": (413, "BAD_REQUEST"), "no path": (404, "NOT_FOUND"), "no method": (405, "BAD_REQUEST")}
        status, failure = known.get(misfit.why, (400, "BAD_REQUEST"))
        return Refusal(failure, misfit.text, status=status, parameter=misfit.parameter)

    def refused(self, refusal: Refusal) -> wire.Failure:
        if self.behaviour.newer_error_form:
            broken = [wire.Violation(property=refusal.parameter, violation=refusal.text)] if refusal.parameter else []
            return wire.Failure(error_code=f"E{refusal.status}", description=refusal.text, violations=broken)
        exception = wire.ServiceException(message_id=refusal.failure, text=refusal.text)
        if refusal.parameter:
            exception.validation_errors = {refusal.parameter: [refusal.text]}
        return wire.Failure(request_error=wire.RequestError(service_exception=exception))

    def _list_available(self, call: Call) -> wire.NumbersPage:
        asked = call.operation.read(call.pairs, wire.ListAvailableNumbersParametersQuery)
        shelves = [
            shelf
            for place, shelf in self._stock.shelves.items()
            if (asked.country is None or place.country == asked.country.upper())
            and self._offers(set(asked.capabilities or ()), _capabilities(place))
        ]
        number = self.digits(asked.number or "")
        size = self.page_size("limit", asked.limit)
        found, total = window(
            shelves,
            (asked.page or 0) * size,
            size,
            (lambda item: self._matches(number, item.number)) if number else None,
        )
        return wire.NumbersPage(numbers=[self._offer(item) for item in found], number_count=total)

    def _purchase(self, call: Call) -> Reply | wire.Number:
        try:
            body: object = from_json(call.inquiry.body)
        except ValueError:
            raise Misfit("unreadable", "the body is not JSON") from None
        if not isinstance(body, dict):
            raise Misfit("unreadable", "the body is not a JSON object")
        key = call.operation.check(body, wire.PurchaseNumberRequest).number_key
        item = self._on_offer(key)
        if item is None:
            status = 404 if self.behaviour.not_on_offer == "NOT_FOUND" else 400
            raise Refusal(self.behaviour.not_on_offer, "The number is not on offer", status=status)
        price = self._offer(item).price or wire.Price()
        due = (price.setup_price or 0) + (price.initial_month_price or 0)
        if due > self.balance:
            return self._too_poor(item)
        self.balance -= due
        self._stock.take(item)
        record = _plainly_priced(self._own(item))
        self.note(call, [item.number], [key])
        return record if self.behaviour.purchase_status == 200 else Reply(201)

    def _list_purchased(self, call: Call) -> wire.NumbersPage:
        asked = call.operation.read(call.pairs, wire.ListPurchasedNumbersParametersQuery)
        size = self.page_size("limit", asked.limit)
        number = self.digits(asked.number or "")
        found = [owned.record for owned in self._owned.values() if self._matches(number, owned.record.number)]
        start = (asked.page or 0) * size
        return wire.NumbersPage(numbers=found[start : start + size], number_count=len(found))

    def _cancel(self, call: Call) -> None:
        owned = self._find(call)
        del self._owned[owned.record.number_key]
        self._stock.put_back(owned.item)
        self.note(call, [owned.item.number], [owned.record.number_key])
        if self.behaviour.refunds and owned.record.price:
            self.balance += owned.record.price.price_per_month or 0

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if operation_id == "listPurchasedNumbers":
            for item in self._stock.spread(1) if inward else ():
                key = self._own(item).number_key
                self._owned = {key: self._owned.pop(key), **self._owned}
            if not inward and self._owned:
                self._stock.put_back(self._owned.pop(next(iter(self._owned))).item)
        elif operation_id == "listAvailableNumbers":
            filled = [shelf for shelf in self._stock.shelves.values() if inward or len(shelf)]
            for shelf in filled[:1]:
                shelf.shift(inward=inward)

    def _find(self, call: Call) -> Owned:
        owned = self._owned.get(call.path["numberKey"])
        if owned is None:
            raise Refusal("NOT_FOUND", "Not found", status=404)
        return owned

    def _too_poor(self, item: Item) -> wire.Number:
        if self.behaviour.no_money == "BILLING_FAILED":
            return self._offer(item).model_copy(update={"reservation_status": wire.ReservationStatus.billing_failed})
        status = 403 if self.behaviour.no_money == "FORBIDDEN" else 400
        raise Refusal(self.behaviour.no_money, "The balance is too low", status=status)

    def _matches(self, wanted: str, number: str) -> bool:
        kind = self.behaviour.number_filter
        return (
            wanted in number if kind == "part" else number.startswith(wanted) if kind == "start" else number == wanted
        )

    def _offers(self, wanted: set[wire.Capability], offered: list[wire.Capability]) -> bool:
        if self.behaviour.capabilities_filter == "all" or not wanted:
            return wanted <= set(offered)
        return bool(wanted & set(offered))

    def _on_offer(self, key: str) -> Item | None:
        documented = next((record for record in self._documented.values() if record.number_key == key), None)
        serial = self._offer_keys.read(key.lower())
        item = self._stock.find(documented.number) if documented else self._stock.at(-1 if serial is None else serial)
        return item if item is not None and item in self._stock and self._offer(item).number_key == key else None

    def _offer(self, item: Item) -> wire.Number:
        """A number as it is listed while it is on offer."""
        if item.number in self._documented:
            return self._documented[item.number]
        monthly, setup = map(Decimal, _PRICES[item.place.country])
        return wire.Number(
            number_key=self._offer_keys.write(item.serial).upper(),
            number=item.number,
            country=item.place.country,
            type=wire.NumberType.virtual_long_number,
            capabilities=_capabilities(item.place),
            shared=False,
            price=wire.Price(
                price_per_month=monthly,
                setup_price=setup,
                initial_month_price=self._rest_of_month(monthly),
                currency="EUR",
            ),
        )

    def _own(self, item: Item) -> wire.Number:
        offer = self._offer(item)
        key = offer.number_key
        if self.behaviour.ids_change_on_purchase:
            key = self._documented_owned_keys.get(item.number) or self._owned_keys.write(item.serial).upper()
        self._owned[key] = Owned(item, offer.model_copy(update={"number_key": key}))
        return self._owned[key].record

    def _rest_of_month(self, monthly: Decimal) -> Decimal:
        """The price of what is left of the month, today included, rounded up: this gives the documented figures."""
        now = self.world.now()
        days = calendar.monthrange(now.year, now.month)[1]
        price = monthly * (days - now.day + 1) / days
        return price.quantize(Decimal("0.000001"), ROUND_CEILING).normalize()


def _capabilities(place: Place) -> list[wire.Capability]:
    return _CAPABILITIES.get(place.country, [wire.Capability.sms])


def _plainly_priced(number: wire.Number) -> wire.Number:
    """A number as a purchase and a look-up show it, without the price of the first month."""
    price = number.price and number.price.model_copy(update={"initial_month_price": None})
    return number.model_copy(update={"price": price})

"""Larkspur, embedded."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from numberline._runtime.timestamp_formats import write_date_time
from numberline_generated.wire import larkspur as wire

from .numbers import REGIONS, Number, OpaqueIds, Region, Stock
from .provider import ApiError, Call, Credentials, Environment, Provider
from .spec import BadRequest

T = TypeVar("T")

API_KEY = "sandbox-larkspur-key"

_STATUS = {
    "invalid_field": 422,
    "bad_key": 401,
    "balance_low": 402,
    "unknown_id": 404,
    "offer_taken": 409,
}
_FEATURES = {"US": [wire.Feature.sms, wire.Feature.voice], "CA": [wire.Feature.voice], "GB": [wire.Feature.sms]}
_PRICES = {"US": "1.50", "CA": "2.00", "GB": "5.125", "XX": "0.010"}


class Larkspur(Provider):
    """Numbers on offer, numbers rented, and a balance. There is one account."""

    name = "larkspur"
    example = "list_offers(country='GB')"
    sign_ins: ClassVar[list[Credentials]] = [{"api_key": API_KEY}]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.balance = environment.balance
        self._stock = Stock(
            dict.fromkeys(REGIONS, ()), environment.numbers + environment.owned, environment.chance(self.name)
        )
        self._offers = OpaqueIds(f"{environment.seed}/offer", 24)
        self._cursors = OpaqueIds(f"{environment.seed}/cursor", 24)
        self._rented: dict[str, tuple[Number, wire.Number]] = {}
        for number in self._stock.spread(environment.owned):
            self._rent(number, wire.RentNumberRequest(offer_id=self._offers.encode(number.serial), months=12))

    def authenticate(self, call: Call) -> Call:
        if call.request.headers.get("x-api-key") != API_KEY:
            raise self._error("bad_key", "There is no such key")
        return call

    def api_error(self, bad_request: BadRequest) -> ApiError:
        status = {"too large": 413, "no path": 404, "no method": 405, "unreadable": 400}.get(bad_request.why, 422)
        return ApiError("invalid_field", bad_request.text, status=status, parameter=bad_request.parameter)

    def error_body(self, error: ApiError) -> wire.Failure:
        return wire.Failure(error=wire.Problem(code=error.failure, message=error.text, field=error.parameter))

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if operation_id == "listNumbers" and not inward and self._rented:
            self._rented.pop(next(iter(self._rented)))[0].on_offer = True

    def state(self) -> dict[str, Any]:
        rented = [(number.serial, record.model_dump(mode="json")) for number, record in self._rented.values()]
        return {"balance": str(self.balance), "not_on_offer": self._stock.state(), "rented": rented}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.balance = Decimal(state["balance"])
        self._stock.restore(state["not_on_offer"])
        self._rented.clear()
        for serial, told in state["rented"]:
            record = wire.Number.model_validate(told)
            self._rented[record.number_id] = self._stock.all[serial], record

    def process_renewals(self) -> None:
        """Do nothing: nothing here is renewed."""

    def list_offers(self, call: Call) -> wire.OffersPage:
        asked = call.operation.read(call.pairs, wire.ListOffersParametersQuery)
        limit = Decimal(asked.price_limit or "Infinity")
        found = [
            self._offer(number)
            for region in self._stock.by_region
            if asked.country in (None, region.country)
            and set(asked.features or ()) <= set(_features(region))
            and Decimal(_PRICES[region.country]) <= limit
            for number in self._stock.offered(region)
        ]
        page, token = self._page(found, asked.after, asked.per_page)
        return wire.OffersPage(offers=page, next_page=token)

    def list_numbers(self, call: Call) -> wire.NumbersPage:
        asked = call.operation.read(call.pairs, wire.ListNumbersParametersQuery)
        wanted = {label.root for label in asked.labels or ()}
        found = [record for _, record in self._rented.values() if not wanted or wanted & set(record.labels or ())]
        page, token = self._page(found, asked.after, asked.per_page)
        return wire.NumbersPage(numbers=page, next_page=token)

    def _page(self, found: Sequence[T], after: str | None, size: int) -> tuple[list[T], str | None]:
        """Return what is on a page, and the token of the next one."""
        start = self._cursors.decode(after) if after else 0
        if start is None:
            raise BadRequest("value", "after is not from a page", "after")
        more = start + size < len(found)
        return list(found[start : start + size]), self._cursors.encode(start + size) if more else None

    def get_number(self, call: Call) -> wire.Number:
        return self._find(call)[1]

    def rent_number(self, call: Call) -> wire.Number:
        asked = call.operation.read_json(call.request.body, wire.RentNumberRequest)
        number = self._stock.at(self._offers.decode(asked.offer_id))
        if number is None:
            raise self._error("unknown_id", "There is no such offer", "offer_id")
        if not number.on_offer:
            raise self._error("offer_taken", f"{number.number} is rented already", "offer_id")
        price = Decimal(_PRICES[number.region.country])
        if price > Decimal(asked.price_limit or "Infinity"):
            raise self._error("invalid_field", "The offer is dearer than that", "price_limit")
        if price > self.balance:
            raise self._error("balance_low", "The balance is too low")
        self.balance -= price
        record = self._rent(number, asked)
        self.record(call, [record.number], [record.number_id], amount=price)
        return record

    def change_number(self, call: Call) -> wire.Number:
        number, record = self._find(call)
        asked = call.operation.read_json(call.request.body, wire.ChangeNumberRequest)
        given = {name: getattr(asked, name) for name in asked.model_fields_set}
        changed = record.model_copy(update=given)
        self._rented[record.number_id] = number, changed
        self.record(call, [record.number], [record.number_id])
        return changed

    def release_number(self, call: Call) -> None:
        number, record = self._find(call)
        del self._rented[record.number_id]
        number.on_offer = True
        self.record(call, [record.number], [record.number_id])

    def _find(self, call: Call) -> tuple[Number, wire.Number]:
        found = self._rented.get(call.path["number_id"])
        if found is None:
            raise self._error("unknown_id", "There is no such number", "number_id")
        return found

    def _offer(self, number: Number) -> wire.Offer:
        return wire.Offer(
            offer_id=self._offers.encode(number.serial),
            number=number.number,
            country=number.region.country,
            features=_features(number.region),
            monthly_price=_PRICES[number.region.country],
        )

    def _rent(self, number: Number, asked: wire.RentNumberRequest) -> wire.Number:
        number.on_offer = False
        record = wire.Number(
            number_id=f"n-{number.serial}",
            offer_id=asked.offer_id,
            number=number.number,
            monthly_price=_PRICES[number.region.country],
            rented_at=asked.starts_at or write_date_time(self.environment.now()),
            months=asked.months,
            auto_renew=asked.auto_renew,
            usage=asked.usage,
            labels=asked.labels,
            user_ids=asked.user_ids,
        )
        self._rented[record.number_id] = number, record
        return record

    def _error(self, failure: str, text: str, parameter: str | None = None) -> ApiError:
        return ApiError(failure, text, status=_STATUS[failure], parameter=parameter)


def _features(region: Region) -> list[wire.Feature]:
    return _FEATURES.get(region.country, [wire.Feature.fax])

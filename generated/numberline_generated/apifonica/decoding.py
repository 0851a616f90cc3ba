"""From bytes to Apifonica's records, generated from specs/apifonica.yaml. Do not edit.

msgspec decodes a response into structs with the wire's names and types; one function per struct builds the record that
users see. `origin` leads back to the JSON object, for `Record.raw`.
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from numberline._runtime import rfc2822
from numberline._runtime.decoding import Decoder, amount

from . import models
from .models import NumberMode, NumberType

new = object.__new__


class _NumberCost(Struct, kw_only=True, gc=False):
    number_sid: str
    number: str | None = None
    created: str | None = None
    billing_day: int | None = None
    monthly_price: int | Decimal | None = None
    setup_price: int | Decimal | None = None
    currency: str | None = None
    country_name: str | None = None
    type: NumberType | None = None


def _number_cost(wire: _NumberCost, origin: tuple[Any, ...]) -> models.NumberCost:
    record = new(models.NumberCost)
    record._origin = origin
    record.number_sid = wire.number_sid
    record.number = wire.number
    record.created = rfc2822.read(moment) if (moment := wire.created) else None
    record.billing_day = wire.billing_day
    record.monthly_price = amount(wire.monthly_price)
    record.setup_price = amount(wire.setup_price)
    record.currency = wire.currency
    record.country_name = wire.country_name
    record.type = wire.type
    return record


class _NumberCostsPage(Struct, kw_only=True, gc=False):
    numbers: list[_NumberCost]
    limit: int | None = None
    prev: str | None = None
    next: str | None = None
    account_sid: str | None = None


def _number_costs_page(wire: _NumberCostsPage, origin: tuple[Any, ...]) -> models.NumberCostsPage:
    record = new(models.NumberCostsPage)
    record._origin = origin
    record.numbers = [_number_cost(item, (origin, "numbers", at)) for at, item in enumerate(wire.numbers)]
    record.limit = wire.limit
    record.prev = wire.prev
    record.next = wire.next
    record.account_sid = wire.account_sid
    return record


class _RentedNumber(Struct, kw_only=True, gc=False):
    number_sid: str
    number: str
    account_sid: str | None = None
    token: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    type: NumberType | None = None
    call_controller: str | None = None
    call_method: str | None = None
    msg_controller: str | None = None
    msg_method: str | None = None
    msg_app_sid: str | None = None
    call_app_sid: str | None = None
    endpoint_sid: str | None = None
    created: str | None = None
    updated: str | None = None
    voice: bool | None = None
    messaging: bool | None = None
    mode: NumberMode | None = None
    name: str | None = None


def _rented_number(wire: _RentedNumber, origin: tuple[Any, ...]) -> models.RentedNumber:
    record = new(models.RentedNumber)
    record._origin = origin
    record.number_sid = wire.number_sid
    record.number = wire.number
    record.account_sid = wire.account_sid
    record.token = wire.token
    record.country_code = wire.country_code
    record.country_name = wire.country_name
    record.type = wire.type
    record.call_controller = wire.call_controller
    record.call_method = wire.call_method
    record.msg_controller = wire.msg_controller
    record.msg_method = wire.msg_method
    record.msg_app_sid = wire.msg_app_sid
    record.call_app_sid = wire.call_app_sid
    record.endpoint_sid = wire.endpoint_sid
    record.created = rfc2822.read(moment) if (moment := wire.created) else None
    record.updated = rfc2822.read(moment) if (moment := wire.updated) else None
    record.voice = wire.voice
    record.messaging = wire.messaging
    record.mode = wire.mode
    record.name = wire.name
    return record


class _RentedNumbersPage(Struct, kw_only=True, gc=False):
    numbers: list[_RentedNumber]
    limit: int | None = None
    prev: str | None = None
    next: str | None = None


def _rented_numbers_page(wire: _RentedNumbersPage, origin: tuple[Any, ...]) -> models.RentedNumbersPage:
    record = new(models.RentedNumbersPage)
    record._origin = origin
    record.numbers = [_rented_number(item, (origin, "numbers", at)) for at, item in enumerate(wire.numbers)]
    record.limit = wire.limit
    record.prev = wire.prev
    record.next = wire.next
    return record


DECODERS: dict[str, Decoder[Any]] = {
    "NumberCostsPage": Decoder(models.NumberCostsPage, _NumberCostsPage, _number_costs_page),
    "RentedNumbersPage": Decoder(models.RentedNumbersPage, _RentedNumbersPage, _rented_numbers_page),
}

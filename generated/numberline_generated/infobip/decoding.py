"""From bytes to Infobip's records, generated from specs/infobip.yaml. Do not edit.

msgspec decodes a response into structs with the wire's names and types; one function per struct builds the record that
users see. `origin` leads back to the JSON object, for `Record.raw`.
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from numberline._runtime.decoding import Decoder, amount

from . import models
from .models import Capability, NumberType, ReservationStatus

new = object.__new__


class _Price(
    Struct,
    kw_only=True,
    gc=False,
    rename={
        "price_per_month": "pricePerMonth",
        "setup_price": "setupPrice",
        "initial_month_price": "initialMonthPrice",
    },
):
    price_per_month: int | Decimal | None = None
    setup_price: int | Decimal | None = None
    initial_month_price: int | Decimal | None = None
    currency: str | None = None


def _price(wire: _Price, origin: tuple[Any, ...]) -> models.Price:
    record = new(models.Price)
    record._origin = origin
    record.price_per_month = amount(wire.price_per_month)
    record.setup_price = amount(wire.setup_price)
    record.initial_month_price = amount(wire.initial_month_price)
    record.currency = wire.currency
    return record


class _EditPermissions(
    Struct,
    kw_only=True,
    gc=False,
    rename={"can_edit_number": "canEditNumber", "can_edit_configuration": "canEditConfiguration"},
):
    can_edit_number: bool | None = None
    can_edit_configuration: bool | None = None


def _edit_permissions(wire: _EditPermissions, origin: tuple[Any, ...]) -> models.EditPermissions:
    record = new(models.EditPermissions)
    record._origin = origin
    record.can_edit_number = wire.can_edit_number
    record.can_edit_configuration = wire.can_edit_configuration
    return record


class _Number(
    Struct,
    kw_only=True,
    gc=False,
    rename={
        "number_key": "numberKey",
        "country_name": "countryName",
        "reservation_status": "reservationStatus",
        "additional_setup_required": "additionalSetupRequired",
        "edit_permissions": "editPermissions",
        "application_id": "applicationId",
        "entity_id": "entityId",
    },
):
    number_key: str
    number: str
    country: str | None = None
    type: NumberType | None = None
    capabilities: list[Capability] | None = None
    shared: bool | None = None
    price: _Price | None = None
    country_name: str | None = None
    network: str | None = None
    keywords: list[str] | None = None
    note: str | None = None
    reservation_status: ReservationStatus | None = None
    additional_setup_required: bool | None = None
    edit_permissions: _EditPermissions | None = None
    application_id: str | None = None
    entity_id: str | None = None


def _number(wire: _Number, origin: tuple[Any, ...]) -> models.Number:
    record = new(models.Number)
    record._origin = origin
    record.number_key = wire.number_key
    record.number = wire.number
    record.country = wire.country
    record.type = wire.type
    record.capabilities = wire.capabilities
    record.shared = wire.shared
    record.price = _price(wire.price, (origin, "price")) if wire.price is not None else None
    record.country_name = wire.country_name
    record.network = wire.network
    record.keywords = wire.keywords
    record.note = wire.note
    record.reservation_status = wire.reservation_status
    record.additional_setup_required = wire.additional_setup_required
    record.edit_permissions = (
        _edit_permissions(wire.edit_permissions, (origin, "editPermissions"))
        if wire.edit_permissions is not None
        else None
    )
    record.application_id = wire.application_id
    record.entity_id = wire.entity_id
    return record


class _NumbersPage(Struct, kw_only=True, gc=False, rename={"number_count": "numberCount"}):
    numbers: list[_Number]
    number_count: int | None = None


def _numbers_page(wire: _NumbersPage, origin: tuple[Any, ...]) -> models.NumbersPage:
    record = new(models.NumbersPage)
    record._origin = origin
    record.numbers = [_number(item, (origin, "numbers", at)) for at, item in enumerate(wire.numbers)]
    record.number_count = wire.number_count
    return record


DECODERS: dict[str, Decoder[Any]] = {
    "Number": Decoder(models.Number, _Number, _number),
    "NumbersPage": Decoder(models.NumbersPage, _NumbersPage, _numbers_page),
}

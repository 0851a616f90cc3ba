"""Records and enums of Infobip, generated from specs/infobip.yaml. Do not edit."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from attr import define  # the same as from attrs, which loads six modules more

from numberline._runtime.records import FieldMapping, OpenEnum, Page, Record

__all__ = [
    "Capability",
    "EditPermissions",
    "Number",
    "NumbersPage",
    "NumberType",
    "Price",
    "ReservationStatus",
]


class Capability(OpenEnum):
    """Service over a number. New values may appear; responses may already hold MMS, WHATSAPP and WHATSAPP_VOICE."""

    SMS = "SMS"
    VOICE = "VOICE"


class NumberType(OpenEnum):
    """Kind of number. New values may appear."""

    VIRTUAL_LONG_NUMBER = "VIRTUAL_LONG_NUMBER"
    SHORT_CODE = "SHORT_CODE"
    SIM_HOSTING = "SIM_HOSTING"
    VIRTUAL_SIM_HOSTING = "VIRTUAL_SIM_HOSTING"
    VIRTUAL_LONG_NUMBER_CALL_TRIGGER = "VIRTUAL_LONG_NUMBER_CALL_TRIGGER"
    SHORT_CODE_USSD = "SHORT_CODE_USSD"
    WHATSAPP = "WHATSAPP"
    VIBER = "VIBER"
    VIBER_VOICE = "VIBER_VOICE"
    FACEBOOK = "FACEBOOK"
    RCS = "RCS"
    TELEGRAM = "TELEGRAM"
    KAKAO_SANGDAM = "KAKAO_SANGDAM"
    OPEN_CHANNEL = "OPEN_CHANNEL"


class ReservationStatus(OpenEnum):
    """State of a purchase that is not complete. New values may appear."""

    PENDING = "PENDING"
    BILLING_FAILED = "BILLING_FAILED"
    ERROR = "ERROR"
    RESERVATION_FAILED = "RESERVATION_FAILED"


@define(kw_only=True, repr=False, eq=False)
class Price(Record):
    """What a number costs.

    Attributes:
        price_per_month: Price of a month.
        setup_price: Fee that is due once.
        initial_month_price: Price of the current month, as far as it is still to come. The lists show it; the
            documented responses to a purchase and for a single number do not.
        currency: Currency of all prices, three letters in the examples.
    """

    price_per_month: Decimal | None = None
    """Price of a month."""
    setup_price: Decimal | None = None
    """Fee that is due once."""
    initial_month_price: Decimal | None = None
    """Price of the current month, as far as it is still to come. The lists show it; the documented responses to a
    purchase and for a single number do not."""
    currency: str | None = None
    """Currency of all prices, three letters in the examples."""

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        names={
            "price_per_month": "pricePerMonth",
            "setup_price": "setupPrice",
            "initial_month_price": "initialMonthPrice",
        },
    )


@define(kw_only=True, repr=False, eq=False)
class EditPermissions(Record):
    """What the caller may change about a number.

    Attributes:
        can_edit_number: Whether the number itself may be changed.
        can_edit_configuration: Whether its configuration may be changed.
    """

    can_edit_number: bool | None = None
    """Whether the number itself may be changed."""
    can_edit_configuration: bool | None = None
    """Whether its configuration may be changed."""

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        names={"can_edit_number": "canEditNumber", "can_edit_configuration": "canEditConfiguration"},
    )


@define(kw_only=True, repr=False, eq=False)
class Number(Record):
    """A phone number, on offer or owned. Newer responses may also hold voiceSetup, an object whose form is only partly
    known; it can be read from the raw record.

    Attributes:
        number_key: Unique key of the number, an opaque text that may hold a percent sign.
        number: The phone number, digits without a plus sign.
        country: Country code by ISO 3166-1, two letters in all examples.
        type: Kind of number.
        capabilities: Services that the number offers.
        shared: Whether the number is shared with others rather than dedicated to one owner.
        price: What the number costs.
        country_name: Name of the country.
        network: Operator whose network the number belongs to.
        keywords: Keywords that are in use on the number.
        note: Free text about the number, for short codes and long numbers only.
        reservation_status: What has become of the purchase while it is not complete.
        additional_setup_required: Whether the number has to be set up further before it can be used.
        edit_permissions: What the caller may change.
        application_id: Application that the number belongs to.
        entity_id: Entity that the number belongs to.
    """

    number_key: str
    """Unique key of the number, an opaque text that may hold a percent sign."""
    number: str
    """The phone number, digits without a plus sign."""
    country: str | None = None
    """Country code by ISO 3166-1, two letters in all examples."""
    type: NumberType | None = None
    """Kind of number."""
    capabilities: list[Capability] | None = None
    """Services that the number offers."""
    shared: bool | None = None
    """Whether the number is shared with others rather than dedicated to one owner."""
    price: Price | None = None
    """What the number costs."""
    country_name: str | None = None
    """Name of the country."""
    network: str | None = None
    """Operator whose network the number belongs to."""
    keywords: list[str] | None = None
    """Keywords that are in use on the number."""
    note: str | None = None
    """Free text about the number, for short codes and long numbers only."""
    reservation_status: ReservationStatus | None = None
    """What has become of the purchase while it is not complete."""
    additional_setup_required: bool | None = None
    """Whether the number has to be set up further before it can be used."""
    edit_permissions: EditPermissions | None = None
    """What the caller may change."""
    application_id: str | None = None
    """Application that the number belongs to."""
    entity_id: str | None = None
    """Entity that the number belongs to."""

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        names={
            "number_key": "numberKey",
            "country_name": "countryName",
            "reservation_status": "reservationStatus",
            "additional_setup_required": "additionalSetupRequired",
            "edit_permissions": "editPermissions",
            "application_id": "applicationId",
            "entity_id": "entityId",
        },
    )


@define(kw_only=True, repr=False, eq=False)
class NumbersPage(Page[Number]):
    """One page of numbers.

    Attributes:
        numbers: The numbers on this page.
        number_count: How many numbers there are on all pages together.
    """

    numbers: list[Number]
    """The numbers on this page."""
    number_count: int | None = None
    """How many numbers there are on all pages together."""

    _items: ClassVar[str] = "numbers"
    _total: ClassVar[str | None] = "number_count"

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        names={"number_count": "numberCount"},
    )

"""Records and enums of Apifonica, generated from specs/apifonica.yaml. Do not edit."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from attr import define, field  # the same as from attrs, which loads six modules more

from numberline._runtime.records import FieldMapping, OpenEnum, Page, Record

__all__ = [
    "NumberCost",
    "NumberCostsPage",
    "NumberMode",
    "NumberType",
    "RentedNumber",
    "RentedNumbersPage",
]


class NumberMode(OpenEnum):
    """What a number is connected to: end_point is a SIP trunk, sip_phone a software or desk phone, and xml (the usual
    one) asks an address for instructions. New values may appear."""

    END_POINT = "end_point"
    SIP_PHONE = "sip_phone"
    XML = "xml"


class NumberType(OpenEnum):
    """Kind of number. New values may appear."""

    LOCAL = "local"
    MOBILE = "mobile"
    TOLL_FREE = "toll_free"
    SIP = "sip"


@define(kw_only=True, repr=False, eq=False)
class NumberCost(Record):
    """What a rented number costs.

    Attributes:
        number_sid: Identifier of the number.
        number: Phone number in E.164 form.
        created: When the number was rented, with an offset from UTC.
        billing_day: Day of the month on which the number is charged.
        monthly_price: Price of a month.
        setup_price: Fee that is due once.
        currency: Currency of both prices, three letters, in lower case in the page's sample.
        country_name: Full name of the country, or the word international.
        type: Kind of number.
    """

    number_sid: str
    """Identifier of the number."""
    number: str | None = None
    """Phone number in E.164 form."""
    created: datetime | None = None
    """When the number was rented, with an offset from UTC."""
    billing_day: int | None = None
    """Day of the month on which the number is charged."""
    monthly_price: Decimal | None = None
    """Price of a month."""
    setup_price: Decimal | None = None
    """Fee that is due once."""
    currency: str | None = None
    """Currency of both prices, three letters, in lower case in the page's sample."""
    country_name: str | None = None
    """Full name of the country, or the word international."""
    type: NumberType | None = None
    """Kind of number."""

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        moments={"created": "rfc2822"},
    )


@define(kw_only=True, repr=False, eq=False)
class NumberCostsPage(Page[NumberCost]):
    """One page of prices. The provider does not tell how many there are in all.

    Attributes:
        numbers: The numbers on this page with their prices.
        limit: Greatest count of numbers on a page.
        prev: Link to the previous page, or null on the first one.
        next: Link to the next page with an opaque text in its query, or null when there is none.
        account_sid: Identifier of the account.
    """

    numbers: list[NumberCost]
    """The numbers on this page with their prices."""
    limit: int | None = None
    """Greatest count of numbers on a page."""
    prev: str | None = None
    """Link to the previous page, or null on the first one."""
    next: str | None = None
    """Link to the next page with an opaque text in its query, or null when there is none."""
    account_sid: str | None = None
    """Identifier of the account."""

    _items: ClassVar[str] = "numbers"

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        nullable=("prev", "next"),
    )


@define(kw_only=True, repr=False, eq=False)
class RentedNumber(Record):
    """A rented phone number. The provider says that something is not there in three ways: null (token, endpoint_sid),
    an empty text (call_controller) and a placeholder such as default_call_app_sid.

    Attributes:
        number_sid: Identifier of the number.
        number: Phone number in E.164 form; the documented example comes without a plus sign.
        account_sid: Identifier of the account.
        token: Secret for signing in, for numbers of the type sip; null for all others.
        country_code: Two letters by ISO 3166-1, or the word international for virtual numbers.
        country_name: Full name of the country, or the word international.
        type: Kind of number.
        call_controller: URL that returns an XML file when a call comes in; empty if there is none.
        call_method: HTTP method for the address in call_controller, such as GET.
        msg_controller: Address that events about a changed status are sent to.
        msg_method: HTTP method for the address in msg_controller, such as GET.
        msg_app_sid: Identifier of the application for messages, or the text default_msg_app_sid.
        call_app_sid: Identifier of the application for calls, or the text default_call_app_sid.
        endpoint_sid: Identifier of the endpoint, or null.
        created: When the number was rented, with an offset from UTC.
        updated: When the details of the number last changed, with an offset from UTC.
        voice: Whether the number can be used for calls.
        messaging: Whether the number can be used for messages.
        mode: What the number is connected to.
        name: Label of the number, a free text.
    """

    number_sid: str
    """Identifier of the number."""
    number: str
    """Phone number in E.164 form; the documented example comes without a plus sign."""
    account_sid: str | None = None
    """Identifier of the account."""
    token: str | None = field(default=None, repr=False)
    """Secret for signing in, for numbers of the type sip; null for all others."""
    country_code: str | None = None
    """Two letters by ISO 3166-1, or the word international for virtual numbers."""
    country_name: str | None = None
    """Full name of the country, or the word international."""
    type: NumberType | None = None
    """Kind of number."""
    call_controller: str | None = None
    """URL that returns an XML file when a call comes in; empty if there is none."""
    call_method: str | None = None
    """HTTP method for the address in call_controller, such as GET."""
    msg_controller: str | None = None
    """Address that events about a changed status are sent to."""
    msg_method: str | None = None
    """HTTP method for the address in msg_controller, such as GET."""
    msg_app_sid: str | None = None
    """Identifier of the application for messages, or the text default_msg_app_sid."""
    call_app_sid: str | None = None
    """Identifier of the application for calls, or the text default_call_app_sid."""
    endpoint_sid: str | None = None
    """Identifier of the endpoint, or null."""
    created: datetime | None = None
    """When the number was rented, with an offset from UTC."""
    updated: datetime | None = None
    """When the details of the number last changed, with an offset from UTC."""
    voice: bool | None = None
    """Whether the number can be used for calls."""
    messaging: bool | None = None
    """Whether the number can be used for messages."""
    mode: NumberMode | None = None
    """What the number is connected to."""
    name: str | None = None
    """Label of the number, a free text."""

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        nullable=("token", "endpoint_sid"),
        moments={"created": "rfc2822", "updated": "rfc2822"},
    )


@define(kw_only=True, repr=False, eq=False)
class RentedNumbersPage(Page[RentedNumber]):
    """One page of rented numbers. The provider does not tell how many there are in all.

    Attributes:
        numbers: The numbers on this page.
        limit: Greatest count of numbers on a page, 20 at most.
        prev: Link to the previous page, or null on the first one. The document shows no other value.
        next: Link to the next page with an opaque text in its query, or null when there is none.
    """

    numbers: list[RentedNumber]
    """The numbers on this page."""
    limit: int | None = None
    """Greatest count of numbers on a page, 20 at most."""
    prev: str | None = None
    """Link to the previous page, or null on the first one. The document shows no other value."""
    next: str | None = None
    """Link to the next page with an opaque text in its query, or null when there is none."""

    _items: ClassVar[str] = "numbers"

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        nullable=("prev", "next"),
    )

"""What comes back: the JSON as it came, the form that goes back on the wire, and records as plain Python values."""

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import pytest

from numberline._runtime.records import FieldMapping, OpenEnum, Page, Record
from numberline.apifonica import NumberMode, RentedNumber, RentedNumbersPage
from numberline.infobip import Capability, Number, NumbersPage, NumberType as InfobipType, Price
from numberline.voximplant import (
    AvailablePhoneNumber,
    NewPhoneNumber,
    PhoneNumber,
    PhoneNumberOrder,
    PhoneNumbersPage,
    VerificationStatus,
)
from numberline_generated.apifonica.decoding import DECODERS as APIFONICA
from numberline_generated.infobip.decoding import DECODERS as INFOBIP
from numberline_generated.voximplant.decoding import DECODERS as VOXIMPLANT

OFFER: dict[str, Any] = {
    "numberKey": "key",
    "number": "447700900123",
    "type": "VIRTUAL_LONG_NUMBER",
    "capabilities": ["SMS", "FAX"],
    "price": {"pricePerMonth": 15, "setupPrice": 0.5, "currency": "EUR", "discount": {"percent": 5}},
    "voiceSetup": {"application": None},
}


def offers(*numbers: dict[str, Any], **envelope: Any) -> NumbersPage:
    page: NumbersPage = INFOBIP["NumbersPage"](json.dumps({"numbers": numbers, **envelope}).encode())
    return page


def owned(**fields: Any) -> PhoneNumber:
    body = {"result": [{"phone_id": 1, "phone_number": "15550100", **fields}]}
    page: PhoneNumbersPage = VOXIMPLANT["PhoneNumbersPage"](json.dumps(body).encode())
    return page.result[0]


def rented(**fields: Any) -> RentedNumber:
    body = {"numbers": [{"number_sid": "a", "number": "447700900123", **fields}]}
    page: RentedNumbersPage = APIFONICA["RentedNumbersPage"](json.dumps(body).encode())
    return page.numbers[0]


# The JSON as it came


def test_raw_holds_unknown_fields_too() -> None:
    page = offers(OFFER, {**OFFER, "numberKey": "other"}, numberCount=2, timing=7)

    assert page.raw == {"numbers": [OFFER, {**OFFER, "numberKey": "other"}], "numberCount": 2, "timing": 7}
    assert page.numbers[1].raw == {**OFFER, "numberKey": "other"}
    assert page.numbers[0].raw["voiceSetup"] == {"application": None}
    assert page.numbers[0].price is not None
    assert page.numbers[0].price.raw == OFFER["price"]


def test_raw_is_a_fresh_copy_on_each_use() -> None:
    number = offers(OFFER).numbers[0]
    number.raw["number"] = "changed"
    number.raw["price"].clear()

    assert number.raw == OFFER
    assert number.number == "447700900123"


def test_raw_stays_what_came_when_a_record_is_changed() -> None:
    number = offers(OFFER).numbers[0]
    number.note = "mine"

    assert number.raw == OFFER
    assert number.to_dict()["note"] == "mine"


def test_raw_is_found_after_an_odd_value_too() -> None:
    odd = {**OFFER, "shared": "perhaps", "price": {**OFFER["price"], "setupPrice": []}}
    number = offers(OFFER, odd).numbers[1]

    assert number.shared is None
    assert number.raw == odd
    assert number.price is not None
    assert number.price.raw == odd["price"]


def dropped_items() -> Number:
    return offers({**OFFER, "capabilities": [None, "SMS"], "keywords": [7, None, "STOP"]}).numbers[0]


def test_items_of_a_list_that_are_none_are_dropped() -> None:
    assert dropped_items().capabilities == [Capability.SMS]
    assert dropped_items().keywords == ["7", "STOP"]


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        lambda record: pickle.loads(pickle.dumps(record)),
        lambda record: attrs.evolve(record),
        lambda _: Price(currency="EUR"),
    ],
    ids=["copy", "deepcopy", "pickle", "evolve", "made by hand"],
)
def test_record_made_by_hand_has_no_raw(copied: Callable[[Any], Any]) -> None:
    price = offers(OFFER).numbers[0].price
    assert price is not None

    with pytest.raises(AttributeError, match="this Price does not come straight from a response"):
        _ = copied(price).raw


# Back on the wire


def test_a_record_is_written_as_the_provider_writes_it() -> None:
    number = PhoneNumber(
        phone_id=1,
        phone_number="15550100",
        phone_price=Decimal("0.45"),
        phone_next_renewal=date(2031, 1, 2),
        phone_purchase_date=datetime(2031, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=3))),
        canceled=False,
        verification_status=VerificationStatus.IN_PROGRESS,
    )

    assert number.to_dict() == {
        "phone_id": 1,
        "phone_number": "15550100",
        "phone_price": 0.45,
        "phone_next_renewal": "2031-01-02",
        "phone_purchase_date": "2031-01-02 00:04:05",
        "canceled": False,
        "verification_status": "IN_PROGRESS",
    }
    assert type(number.to_dict()["verification_status"]) is str


def test_names_in_camel_case_and_nested_records_are_written_so() -> None:
    number = Number(
        number_key="key",
        number="447700900123",
        type=InfobipType("NEW"),
        capabilities=[Capability.SMS, Capability("FAX")],
        price=Price(price_per_month=Decimal(15), initial_month_price=Decimal("9.193549")),
        additional_setup_required=True,
    )

    assert number.to_dict() == {
        "numberKey": "key",
        "number": "447700900123",
        "type": "NEW",
        "capabilities": ["SMS", "FAX"],
        "price": {"pricePerMonth": 15, "initialMonthPrice": 9.193549},
        "additionalSetupRequired": True,
    }


def test_none_is_written_as_null_only_where_documented() -> None:
    number = RentedNumber(number_sid="a", number="447700900123")

    assert number.to_dict() == {"number_sid": "a", "number": "447700900123", "token": None, "endpoint_sid": None}
    assert RentedNumbersPage(numbers=[number], limit=20).to_dict() == {
        "numbers": [number.to_dict()],
        "limit": 20,
        "prev": None,
        "next": None,
    }
    assert Price().to_dict() == {}


def test_a_moment_keeps_its_offset_on_the_wire() -> None:
    text = "Thu, 31 Mar 2016 11:16:59 +0300"

    assert rented(created=text).to_dict()["created"] == text


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("15", 15),
        ("15.00", 15),
        ("-0.5", -0.5),
        ("9.193549", 9.193549),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
        ("123456789012345678.12", Decimal("123456789012345678.12")),
        ("1E+3", 1000),
        ("1E+400", Decimal("1E+400")),
        ("1E+999999999", Decimal("1E+999999999")),
        ("1E-999999", Decimal("1E-999999")),
    ],
)
def test_amount_is_written_as_an_exact_number(amount: str, written: object) -> None:
    found = Price(price_per_month=Decimal(amount)).to_dict()["pricePerMonth"]

    assert found == written
    assert type(found) is type(written)


def test_written_record_round_trips() -> None:
    page = offers(OFFER, numberCount=1)
    again: NumbersPage = INFOBIP["NumbersPage"](json.dumps(page.to_dict()).encode())

    assert again == page
    assert again is not page


# Absent and null


def test_what_is_absent_null_or_empty_reads_as_none() -> None:
    assert owned().phone_next_renewal is None
    assert owned(phone_next_renewal=None, unverified_hold_until="", modified="").to_dict() == owned().to_dict()
    assert rented(token=None, created="", updated=None) == rented()
    assert offers({**OFFER, "price": None, "capabilities": None}).numbers[0].price is None


def test_empty_text_and_empty_lists_are_not_none() -> None:
    assert rented(call_controller="").call_controller == ""
    assert offers({**OFFER, "capabilities": [], "note": ""}).numbers[0].capabilities == []
    assert offers({**OFFER, "note": ""}).numbers[0].to_dict()["note"] == ""


def test_false_and_zero_are_not_none() -> None:
    number = owned(canceled=False, phone_price=0, application_id=0)

    assert (number.canceled, number.phone_price, number.application_id) == (False, Decimal(0), 0)
    assert number.to_dict() == {
        "phone_id": 1,
        "phone_number": "15550100",
        "canceled": False,
        "phone_price": 0,
        "application_id": 0,
    }


# Plain Python values


def test_records_are_equal_if_their_fields_are() -> None:
    assert owned(phone_price=0.5, unknown=1) == owned(phone_price=0.50, unknown=2)
    assert owned(phone_price=0.5) == PhoneNumber(phone_id=1, phone_number="15550100", phone_price=Decimal("0.5"))
    assert owned(phone_price=0.5) != owned(phone_price=0.6)
    same: dict[str, Any] = {"phone_id": 1, "phone_number": "15550100"}
    others: list[object] = [NewPhoneNumber(**same), AvailablePhoneNumber(**same), same, None]
    assert owned() == PhoneNumber(**same)
    assert owned() not in others
    assert offers(OFFER, numberCount=1) == offers(OFFER, numberCount=1)
    assert offers(OFFER) != offers({**OFFER, "price": {"currency": "USD"}})


EXAMPLES: list[Record] = [
    offers(OFFER, numberCount=1),
    owned(phone_price=0.45, modified="2031-01-02 03:04:05", verification_status="NEW", phone_next_renewal="2031-01-02"),
    rented(created="Thu, 31 Mar 2016 11:16:59 +0300", token="a-secret", mode="xml"),
]


@pytest.mark.parametrize("record", EXAMPLES, ids=lambda record: type(record).__name__)
def test_records_survive_pickle_and_deepcopy(record: Record) -> None:
    twins = [pickle.loads(pickle.dumps(record, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for twin in (*twins, copy.deepcopy(record), copy.copy(record)):
        assert type(twin) is type(record)
        assert twin == record
        assert twin is not record
        assert twin.to_dict() == record.to_dict()


def test_pickle_holds_fields_without_the_response() -> None:
    many = [{**OFFER, "numberKey": f"key{at}", "note": "x" * 1000} for at in range(100)]
    first = offers(*many).numbers[0]

    assert len(pickle.dumps(first)) < 3000
    assert b"key99" not in pickle.dumps(first)


def test_a_deep_copy_shares_nothing() -> None:
    page = offers(OFFER)
    twin = copy.deepcopy(page)
    twin.numbers[0].number = "changed"
    assert twin.numbers[0].capabilities is not None
    twin.numbers[0].capabilities.clear()

    assert page.numbers[0].number == "447700900123"
    assert page.numbers[0].capabilities == ["SMS", "FAX"]


def test_unknown_attribute_of_a_record_raises() -> None:
    number = owned()
    with pytest.raises(AttributeError):
        number.phone_prize = 1  # type: ignore[attr-defined]  # shows that it is refused
    with pytest.raises(TypeError):
        PhoneNumber(phone_id=1)  # type: ignore[call-arg]  # shows that it is refused
    assert not hasattr(number, "__dict__")


def test_a_record_shows_its_fields() -> None:
    shown = repr(offers(OFFER).numbers[0])

    assert shown.startswith("Number(number_key='key', number='447700900123'")
    assert "currency='EUR'" in shown
    assert "_origin" not in shown


def test_a_token_in_a_record_does_not_show() -> None:
    number = rented(token="a-secret", name="Front desk")

    assert number.token == "a-secret"
    assert "a-secret" not in repr(number)
    assert "a-secret" not in f"{number}"
    assert "Front desk" in repr(number)


def test_envelopes_are_alike_for_all_providers() -> None:
    page: PhoneNumbersPage = VOXIMPLANT["PhoneNumbersPage"](b'{"result": [], "total_count": 7, "count": 0}')
    assert (page.items, page.total) == (page.result, 7)
    assert offers(OFFER, numberCount=7).items[0].number_key == "key"
    assert offers(OFFER, numberCount=7).total == 7
    linked: RentedNumbersPage = APIFONICA["RentedNumbersPage"](b'{"numbers": [], "next": "?next=1"}')
    assert (linked.items, linked.total, linked.next) == ([], None, "?next=1")
    assert all(issubclass(kind, Page) for kind in (PhoneNumbersPage, NumbersPage, RentedNumbersPage))


# Enums that may grow


def test_unknown_enum_value_equals_its_text() -> None:
    new = VerificationStatus("NOT_REQUIRED")

    assert isinstance(new, VerificationStatus)
    assert isinstance(new, OpenEnum)
    assert isinstance(new, str)
    assert new == "NOT_REQUIRED"
    assert new != "VERIFIED"
    assert new == VerificationStatus("NOT_REQUIRED")
    assert new != VerificationStatus.VERIFIED
    assert hash(new) == hash("NOT_REQUIRED")
    by_text: dict[str, int] = {new: 1}
    assert {"NOT_REQUIRED": 1}[new] == by_text["NOT_REQUIRED"] == 1
    assert (new.value, new.name) == ("NOT_REQUIRED", "NOT_REQUIRED")
    assert f"{new}" == str(new) == "NOT_REQUIRED"
    assert json.dumps(new) == '"NOT_REQUIRED"'


def test_a_new_value_does_not_become_one_of_the_known() -> None:
    VerificationStatus("NOT_REQUIRED")

    assert [member.value for member in VerificationStatus] == ["REQUIRED", "IN_PROGRESS", "VERIFIED"]
    assert "NOT_REQUIRED" not in VerificationStatus.__members__
    assert VerificationStatus("VERIFIED") is VerificationStatus.VERIFIED


@pytest.mark.parametrize("member", [VerificationStatus("NEW"), VerificationStatus(""), PhoneNumberOrder.PHONE_PRICE])
def test_members_survive_pickle_and_copies(member: OpenEnum) -> None:
    twins = [pickle.loads(pickle.dumps(member, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for twin in (*twins, copy.copy(member), copy.deepcopy(member)):
        assert type(twin) is type(member)
        assert twin == member
        assert twin.value == member.value


def test_members_show_their_class_and_their_text() -> None:
    assert repr(NumberMode("satellite")) == "<NumberMode.satellite: 'satellite'>"
    assert repr(NumberMode.XML) == "<NumberMode.XML: 'xml'>"


@pytest.mark.parametrize("value", [None, 7, True, b"VERIFIED", ["VERIFIED"]])
def test_only_text_is_a_value(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a valid VerificationStatus"):
        VerificationStatus(value)


def test_new_values_are_read_and_written() -> None:
    number = owned(verification_status="NOT_REQUIRED", activation_status="ACTIVE")

    assert isinstance(number.verification_status, VerificationStatus)
    assert isinstance(number.activation_status, Enum)
    assert number.to_dict()["verification_status"] == "NOT_REQUIRED"
    assert owned(verification_status="NOT_REQUIRED") == owned(verification_status="NOT_REQUIRED")


# Amounts as text


@attrs.define(kw_only=True, repr=False)
class Rent(Record):
    """What a number costs, at a provider that has money as text."""

    price: Decimal | None = None
    steps: list[Decimal] | None = None
    weight: Decimal | None = None

    _mapping = FieldMapping(decimal_strings=("price", "steps"))


@pytest.mark.parametrize(
    "text", ["0.10", "5", "-3.000", "0.00000001", "123456789012345678901234567890.1", "1E+999999999"]
)
def test_amount_documented_as_text_is_written_as_text(text: str) -> None:
    amount = Decimal(text)
    rent = Rent(price=amount, steps=[amount, Decimal(1)], weight=Decimal(2))

    assert rent.to_dict() == {"price": text, "steps": [text, "1"], "weight": 2}
    assert Rent().to_dict() == {}

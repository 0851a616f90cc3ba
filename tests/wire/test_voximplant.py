"""Voximplant's wire: what each call sends, byte for byte, what is read from the known answers, and what is refused."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import httpx
import pytest

from numberline import AsyncVoximplant, Voximplant, __version__
from numberline.voximplant import (
    Locale,
    PhoneNumberOrder,
    PhoneNumbersPage,
    SandboxFilter,
    VerificationStatus,
)
from tests.support import Wire, envelopes, headers, items, outcome, payload, result
from tests.wire.refusals import (
    arguments_of,
    check_that_wrong_values_are_refused,
    refused,
)

Client = Voximplant | AsyncVoximplant

CREDENTIALS = "account_id=7&api_key=a-key"
HEADERS = {
    "accept": "application/json",
    "user-agent": f"numberline/{__version__}",
    "content-type": "application/x-www-form-urlencoded",
}
IN_MOSCOW = timezone(timedelta(hours=3))


class Call(NamedTuple):
    """A call and the form that it sends, without the credentials."""

    method: str
    theirs: str
    arguments: dict[str, Any]
    form: str


SHOP: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC"}
SHOP_FORM = "country_code=US&phone_category_name=GEOGRAPHIC"

LEAST = [
    Call(
        "attach_phone_number",
        "AttachPhoneNumber",
        {**SHOP, "phone_region_id": 51, "phone_count": 2},
        f"{SHOP_FORM}&phone_region_id=51&phone_count=2",
    ),
    Call(
        "bind_phone_number_to_application",
        "BindPhoneNumberToApplication",
        {"phone_id": [1, 2], "application_id": 5},
        "application_id=5&phone_id=1%3B2",
    ),
    Call("deactivate_phone_number", "DeactivatePhoneNumber", {"phone_id": [1]}, "phone_id=1"),
    Call("get_account_info", "GetAccountInfo", {}, ""),
    Call("get_account_phone_number_countries", "GetAccountPhoneNumberCountries", {}, ""),
    Call(
        "get_actual_phone_number_region",
        "GetActualPhoneNumberRegion",
        {**SHOP, "phone_region_id": 51},
        f"{SHOP_FORM}&phone_region_id=51",
    ),
    Call(
        "get_new_phone_numbers",
        "GetNewPhoneNumbers",
        {**SHOP, "phone_region_id": 51},
        f"{SHOP_FORM}&phone_region_id=51",
    ),
    Call("get_phone_number_categories", "GetPhoneNumberCategories", {}, ""),
    Call("get_phone_number_country_states", "GetPhoneNumberCountryStates", SHOP, SHOP_FORM),
    Call("get_phone_number_regions", "GetPhoneNumberRegions", SHOP, SHOP_FORM),
    Call("get_phone_numbers", "GetPhoneNumbers", {}, ""),
    Call("set_phone_number_info", "SetPhoneNumberInfo", {"phone_id": [1]}, "phone_id=1"),
]
"""Each operation with no more than it needs."""

MOST = [
    Call(
        "attach_phone_number",
        "AttachPhoneNumber",
        {
            **SHOP,
            "country_state": "CA",
            "phone_region_id": 51,
            "phone_number": ["15550100", "15550101"],
            "regulation_address_id": 9,
        },
        f"{SHOP_FORM}&phone_region_id=51&country_state=CA&phone_number=15550100%3B15550101&regulation_address_id=9",
    ),
    Call(
        "bind_phone_number_to_application",
        "BindPhoneNumberToApplication",
        {"phone_number": ["15550100", "15550101"], "application_name": "support", "rule_name": "night", "bind": True},
        "application_name=support&bind=true&phone_number=15550100%3B15550101&rule_name=night",
    ),
    Call(
        "bind_phone_number_to_application",
        "BindPhoneNumberToApplication",
        {"phone_id": "all", "application_id": 5, "rule_id": 6, "bind": False},
        "application_id=5&bind=false&phone_id=all&rule_id=6",
    ),
    Call("deactivate_phone_number", "DeactivatePhoneNumber", {"phone_id": "all"}, "phone_id=all"),
    Call("deactivate_phone_number", "DeactivatePhoneNumber", {"phone_number": ["15550100"]}, "phone_number=15550100"),
    Call("get_account_info", "GetAccountInfo", {"return_live_balance": True}, "return_live_balance=true"),
    Call(
        "get_account_phone_number_countries",
        "GetAccountPhoneNumberCountries",
        {"application_id": (5, 6)},
        "application_id=5%3B6",
    ),
    Call(
        "get_actual_phone_number_region",
        "GetActualPhoneNumberRegion",
        {**SHOP, "phone_region_id": 51, "country_state": "CA", "locale": "RU"},
        f"{SHOP_FORM}&phone_region_id=51&country_state=CA&locale=RU",
    ),
    Call(
        "get_new_phone_numbers",
        "GetNewPhoneNumbers",
        {**SHOP, "phone_region_id": 51, "country_state": "CA", "count": 1, "offset": 0},
        f"{SHOP_FORM}&phone_region_id=51&count=1&country_state=CA&offset=0",
    ),
    Call(
        "get_phone_number_categories",
        "GetPhoneNumberCategories",
        {"country_code": ["US", "XX"], "locale": "EN", "sandbox": "true"},
        "country_code=US%3BXX&locale=EN&sandbox=true",
    ),
    Call(
        "get_phone_number_country_states",
        "GetPhoneNumberCountryStates",
        {**SHOP, "country_state": "AL"},
        f"{SHOP_FORM}&country_state=AL",
    ),
    Call(
        "get_phone_number_regions",
        "GetPhoneNumberRegions",
        {
            **SHOP,
            "country_state": "CA",
            "locale": "EN",
            "omit_empty": False,
            "phone_region_code": "555",
            "phone_region_id": 51,
            "phone_region_name": "Gotham City",
        },
        f"{SHOP_FORM}&country_state=CA&locale=EN&omit_empty=false&phone_region_code=555&phone_region_id=51"
        "&phone_region_name=Gotham+City",
    ),
    Call(
        "get_phone_numbers",
        "GetPhoneNumbers",
        {
            "application_id": 5,
            "auto_charge": True,
            "can_be_used": True,
            "canceled": False,
            "child_account_id": [8, 9],
            "children_phones_only": True,
            "count": 500,
            "country_code": ["US", "CA"],
            "deactivated": False,
            "from_phone_next_renewal": date(2031, 1, 2),
            "from_phone_purchase_date": datetime(2031, 1, 2, 3, 4, 5, 999999, tzinfo=IN_MOSCOW),
            "from_unverified_hold_until": date(2031, 2, 3),
            "is_bound_to_application": True,
            "is_bound_to_rule": False,
            "offset": 1000,
            "order_by": "phone_price",
            "phone_category_name": "GEOGRAPHIC",
            "phone_id": [1, 2, 3],
            "phone_region_name": ["Gotham City", "Metropolis"],
            "phone_template": "1555",
            "rule_id": [6, 7],
            "rule_name": ["night", "day"],
            "sandbox": "all",
            "to_phone_next_renewal": date(2031, 12, 31),
            "to_phone_purchase_date": datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC),
            "to_unverified_hold_until": date(2032, 2, 29),
            "verification_name": "RU",
            "verification_status": ["REQUIRED", VerificationStatus.IN_PROGRESS],
        },
        "application_id=5&auto_charge=true&can_be_used=true&canceled=false&child_account_id=8%3B9"
        "&children_phones_only=true&count=500&country_code=US%3BCA&deactivated=false"
        "&from_phone_next_renewal=2031-01-02&from_phone_purchase_date=2031-01-02+00%3A04%3A05"
        "&from_unverified_hold_until=2031-02-03&is_bound_to_application=true&is_bound_to_rule=false&offset=1000"
        "&order_by=phone_price&phone_category_name=GEOGRAPHIC&phone_id=1%3B2%3B3"
        "&phone_region_name=Gotham+City%3BMetropolis&phone_template=1555&rule_id=6%3B7&rule_name=night%3Bday"
        "&sandbox=all&to_phone_next_renewal=2031-12-31&to_phone_purchase_date=2031-12-31+23%3A59%3A59"
        "&to_unverified_hold_until=2032-02-29&verification_name=RU&verification_status=REQUIRED%3BIN_PROGRESS",
    ),
    Call(
        "get_phone_numbers",
        "GetPhoneNumbers",
        {"application_name": "support", "child_account_id": "all", "phone_number": ["15550100", "15550101"]},
        "application_name=support&child_account_id=all&phone_number=15550100%3B15550101",
    ),
    Call(
        "set_phone_number_info",
        "SetPhoneNumberInfo",
        {"phone_number": ["15550100"], "incoming_sms_callback_url": "https://example.com/sms?from=a&to=b"},
        "incoming_sms_callback_url=https%3A%2F%2Fexample.com%2Fsms%3Ffrom%3Da%26to%3Db&phone_number=15550100",
    ),
    Call(
        "set_phone_number_info",
        "SetPhoneNumberInfo",
        {"phone_id": "all", "incoming_sms_callback_url": ""},
        "incoming_sms_callback_url=&phone_id=all",
    ),
]
"""Each operation with everything that it takes; more than one call where arguments exclude each other."""

ARGUMENTS = {
    "attach_phone_number": {
        "country_code": "text",
        "phone_category_name": "text",
        "phone_region_id": "integer",
        "country_state": "text",
        "phone_count": "integer",
        "phone_number": "texts",
        "regulation_address_id": "integer",
    },
    "bind_phone_number_to_application": {
        "application_id": "integer",
        "application_name": "text",
        "bind": "boolean",
        "phone_id": "integers or all",
        "phone_number": "texts",
        "rule_id": "integer",
        "rule_name": "text",
    },
    "deactivate_phone_number": {"phone_id": "integers or all", "phone_number": "texts"},
    "get_account_info": {"return_live_balance": "boolean"},
    "get_account_phone_number_countries": {"application_id": "integers"},
    "get_actual_phone_number_region": {
        "country_code": "text",
        "phone_category_name": "text",
        "phone_region_id": "integer",
        "country_state": "text",
        "locale": "choice",
    },
    "get_new_phone_numbers": {
        "country_code": "text",
        "phone_category_name": "text",
        "phone_region_id": "integer",
        "count": "integer",
        "country_state": "text",
        "offset": "integer",
    },
    "get_phone_number_categories": {"country_code": "texts", "locale": "choice", "sandbox": "choice"},
    "get_phone_number_country_states": {
        "country_code": "text",
        "phone_category_name": "text",
        "country_state": "text",
    },
    "get_phone_number_regions": {
        "country_code": "text",
        "phone_category_name": "text",
        "country_state": "text",
        "locale": "choice",
        "omit_empty": "boolean",
        "phone_region_code": "text",
        "phone_region_id": "integer",
        "phone_region_name": "text",
    },
    "get_phone_numbers": {
        "application_id": "integer",
        "application_name": "text",
        "auto_charge": "boolean",
        "can_be_used": "boolean",
        "canceled": "boolean",
        "child_account_id": "integers or all",
        "children_phones_only": "boolean",
        "count": "integer",
        "country_code": "texts",
        "deactivated": "boolean",
        "from_phone_next_renewal": "day",
        "from_phone_purchase_date": "moment",
        "from_unverified_hold_until": "day",
        "is_bound_to_application": "boolean",
        "is_bound_to_rule": "boolean",
        "offset": "integer",
        "order_by": "choice",
        "phone_category_name": "text",
        "phone_id": "integers",
        "phone_number": "texts",
        "phone_region_name": "texts",
        "phone_template": "text",
        "rule_id": "integers",
        "rule_name": "texts",
        "sandbox": "choice",
        "to_phone_next_renewal": "day",
        "to_phone_purchase_date": "moment",
        "to_unverified_hold_until": "day",
        "verification_name": "text",
        "verification_status": "choices",
    },
    "set_phone_number_info": {
        "incoming_sms_callback_url": "text",
        "phone_id": "integers or all",
        "phone_number": "texts",
    },
}
"""Every argument of the document, by its kind."""

RIVALS = {
    "phone_count": {"phone_number"},
    "phone_id": {"phone_number"},
    "phone_number": {"phone_id", "phone_count"},
    "application_id": {"application_name"},
    "application_name": {"application_id"},
    "rule_id": {"rule_name"},
    "rule_name": {"rule_id"},
}
"""What has to be left out beside an argument."""

ANSWERS = {
    "attach_phone_number": payload("voximplant", "AttachPhoneNumber", "observed"),
    "bind_phone_number_to_application": payload("voximplant", "BindPhoneNumberToApplication", "observed"),
    "deactivate_phone_number": payload("voximplant", "DeactivatePhoneNumber", "documented"),
    "get_account_info": payload("voximplant", "GetAccountInfo", "inferred"),
    "get_account_phone_number_countries": payload("voximplant", "GetAccountPhoneNumberCountries", "inferred"),
    "get_actual_phone_number_region": payload("voximplant", "GetActualPhoneNumberRegion", "inferred"),
    "get_new_phone_numbers": {
        **payload("voximplant", "GetNewPhoneNumbers", "vendor-docs"),
        "total_count": 2,  # or the listing would go on
    },
    "get_phone_number_categories": payload("voximplant", "GetPhoneNumberCategories", "observed"),
    "get_phone_number_country_states": payload("voximplant", "GetPhoneNumberCountryStates", "observed"),
    "get_phone_number_regions": payload("voximplant", "GetPhoneNumberRegions", "observed"),
    "get_phone_numbers": payload("voximplant", "GetPhoneNumbers", "observed"),
    "set_phone_number_info": payload("voximplant", "SetPhoneNumberInfo", "documented"),
}


def fitting(call: Call) -> Any:
    """The response to a call; a purchase is of what was asked for."""
    response = ANSWERS[call.method]
    if call.method != "attach_phone_number":
        return response
    asked = call.arguments.get("phone_number") or ["15550100", "15550101"][: call.arguments["phone_count"]]
    (number,) = response["phone_numbers"]
    return {
        **response,
        "phone_numbers": [{**number, "phone_id": at, "phone_number": each} for at, each in enumerate(asked)],
    }


def numbered(calls: list[Call]) -> list[str]:
    return [f"{at}-{call.method}" for at, call in enumerate(calls)]


@pytest.mark.parametrize("call", [*LEAST, *MOST], ids=numbered([*LEAST, *MOST]))
def test_call_sends_arguments_and_credentials_as_a_form(call: Call, voximplant: Client, wire: Wire) -> None:
    wire.replies(fitting(call))
    outcome(getattr(voximplant, call.method)(**call.arguments))

    request = wire.only
    assert request.method == "POST"
    assert str(request.url) == f"https://api.voximplant.com/platform_api/{call.theirs}"
    assert request.url.raw_path == f"/platform_api/{call.theirs}".encode()
    assert request.content == "&".join(part for part in (call.form, CREDENTIALS) if part).encode()
    assert headers(request) == HEADERS
    assert request.headers["content-length"] == str(len(request.content))


@pytest.mark.parametrize("call", LEAST, ids=numbered(LEAST))
@pytest.mark.parametrize("kind", [Voximplant, AsyncVoximplant])
def test_service_account_signs_in_the_header_only(
    call: Call, kind: type[Client], wire: Wire, key_file: dict[str, Any]
) -> None:
    wire.replies(fitting(call))
    client: Client = wire.connect(kind, credentials=key_file)
    outcome(getattr(client, call.method)(**call.arguments))

    scheme, _, token = wire.only.headers["authorization"].partition(" ")
    assert scheme == "Bearer"
    assert token.count(".") == 2
    assert wire.only.content == call.form.encode()
    assert headers(wire.only) == {**HEADERS, "authorization": f"Bearer {token}"}


def test_the_tables_here_name_every_method_and_every_argument(voximplant: Client) -> None:
    methods = {name for name in dir(type(voximplant)) if name.startswith(("get_", "set_", "bind_", "attach_", "deact"))}
    assert set(ARGUMENTS) == methods
    assert len(methods) == 12
    assert len(ARGUMENTS["get_phone_numbers"]) == 30
    for method, arguments in ARGUMENTS.items():
        assert arguments_of(voximplant, method) == set(arguments)
        assert {name for call in MOST if call.method == method for name in call.arguments} >= set(arguments) - {
            "phone_count"  # in LEAST
        }


# What is read


def test_numbers_just_bought_are_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "AttachPhoneNumber", "observed"))
    bought = result(voximplant.attach_phone_number(**SHOP, phone_region_id=51, phone_count=1))

    assert len(bought) == 1
    assert bought[0].phone_id == 1620500
    assert bought[0].phone_number == known["phone_numbers"][0]["phone_number"]
    assert bought[0].verification_status is VerificationStatus.VERIFIED
    assert bought[0].subscription_id == 32488
    assert bought[0].unverified_hold_until is None
    assert bought[0].to_dict() == known["phone_numbers"][0]
    assert bought[0].raw == known["phone_numbers"][0]


def test_numbers_just_bought_are_read_from_the_newer_documents_sample(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "AttachPhoneNumber", "vendor-docs"))
    bought = result(voximplant.attach_phone_number(**SHOP, phone_region_id=51, phone_count=1))

    assert [number.phone_id for number in bought] == [12]
    assert [number.to_dict() for number in bought] == known["phone_numbers"]


def test_binding_releasing_and_settings_return_none(voximplant: Client, wire: Wire) -> None:
    wire.replies(*[payload("voximplant", "BindPhoneNumberToApplication", "observed")] * 3)
    answers = [
        outcome(voximplant.bind_phone_number_to_application(phone_id=[1], application_id=5)),
        outcome(voximplant.deactivate_phone_number(phone_id=[1])),
        outcome(voximplant.set_phone_number_info(phone_id=[1])),
    ]

    assert answers == [None, None, None]
    assert len(wire.sent) == 3


def test_the_accounts_countries_are_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(payload("voximplant", "GetAccountPhoneNumberCountries", "inferred"))

    assert result(voximplant.get_account_phone_number_countries()) == ["XX"]


def test_account_is_decoded_with_its_key_out_of_the_repr(voximplant: Client, wire: Wire) -> None:
    known = payload("voximplant", "GetAccountInfo", "inferred")
    wire.replies({"result": known["result"] | {"api_key": "a-secret", "callback_salt": "salt"}})
    account = result(voximplant.get_account_info())

    assert (account.balance, account.currency) == (Decimal("100.5"), "USD")
    assert account.api_key == "a-secret"
    assert "a-secret" not in repr(account)
    assert "salt" not in repr(account)


def test_one_region_is_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "GetActualPhoneNumberRegion", "inferred"))
    region = result(voximplant.get_actual_phone_number_region(**SHOP, phone_region_id=51))

    assert region.phone_region_id == 51
    assert region.phone_region_name == "Gotham City"
    assert region.phone_region_code == "1"
    assert region.phone_count == 110
    assert isinstance(region.phone_price, Decimal)
    assert region.phone_price == Decimal("0.01")
    assert region.phone_installation_price == Decimal(0)
    assert region.phone_period == "0-1-0 0:0:0"
    assert region.is_need_regulation_address is False
    assert region.is_sms_supported is False
    assert region.multiple_numbers_price == []
    assert region.country_code == "XX"
    assert region.verification_status is None
    assert region.to_dict() == known["result"]
    assert region.raw == known["result"]


def test_numbers_in_stock_are_read(voximplant: Client, wire: Wire) -> None:
    known = payload("voximplant", "GetNewPhoneNumbers", "vendor-docs")
    others = [{"phone_id": at, "phone_number": "15550100"} for at in range(1000, 1398)]
    wire.replies(known, {"result": others, "total_count": 400, "count": 398})
    pages = envelopes(voximplant.get_new_phone_numbers(**SHOP, phone_region_id=51))

    assert pages[0].total == 400
    assert pages[0].to_dict() == known
    first, second = pages[0].items
    assert first.phone_id == 10
    assert first.phone_number == known["result"][0]["phone_number"]
    assert first.phone_price == Decimal("0.45")
    assert second.phone_installation_price == Decimal("11.3")
    assert isinstance(second.phone_installation_price, Decimal)
    assert first.phone_country_code == "RU"
    assert first.phone_category_name == "GEOGRAPHIC"
    assert second.raw == known["result"][1]


def test_countries_and_their_categories_are_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "GetPhoneNumberCategories", "observed"))
    (country,) = result(voximplant.get_phone_number_categories())

    assert country.country_code == "XX"
    assert country.can_list_phone_numbers is True
    assert country.phone_prefix == "699"
    assert country.phone_categories is not None
    (category,) = country.phone_categories
    assert category.phone_category_name == "GEOGRAPHIC"
    assert category.country_has_states is False
    assert category.phone_price == Decimal("0.01")
    assert category.incoming_calls_resource_id == 13
    assert category.raw == known["result"][0]["phone_categories"][0]
    assert country.to_dict() == known["result"][0]


def test_states_are_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "GetPhoneNumberCountryStates", "observed"))
    (state,) = result(voximplant.get_phone_number_country_states(**SHOP))

    assert (state.country_state, state.country_state_name) == ("AK", "Alaska")
    assert state.can_list_phone_numbers is False
    assert state.to_dict() == known["result"][0]


def test_regions_are_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "GetPhoneNumberRegions", "vendor-docs"))
    moscow, novosibirsk = result(voximplant.get_phone_number_regions(**SHOP))

    assert moscow.phone_region_id == 1
    assert moscow.verification_status is VerificationStatus.REQUIRED
    assert moscow.required_verification == "RU"
    assert moscow.multiple_numbers_price is not None
    (several,) = moscow.multiple_numbers_price
    assert several.count == 10
    assert several.price == Decimal("0.4")
    assert several.installation_price == Decimal(10)
    assert several.raw == known["result"][0]["multiple_numbers_price"][0]
    assert novosibirsk.multiple_numbers_price == []
    assert [region.to_dict() for region in (moscow, novosibirsk)] == known["result"]


def test_the_observed_regions_are_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "GetPhoneNumberRegions", "observed"))

    assert [region.to_dict() for region in result(voximplant.get_phone_number_regions(**SHOP))] == known["result"]


def test_the_accounts_numbers_are_read(voximplant: Client, wire: Wire) -> None:
    wire.replies(known := payload("voximplant", "GetPhoneNumbers", "observed"))
    (page,) = envelopes(voximplant.get_phone_numbers())

    assert isinstance(page, PhoneNumbersPage)
    assert (page.count, page.total_count, page.total) == (1, 1, 1)
    (number,) = page.items
    assert number.phone_id == 1620500
    assert number.phone_number == known["result"][0]["phone_number"]
    assert isinstance(number.phone_price, Decimal)
    assert number.phone_price == Decimal("0.01")
    assert type(number.phone_next_renewal) is date
    assert number.phone_next_renewal == date(2022, 6, 4)
    assert number.phone_purchase_date is not None
    assert number.phone_purchase_date == datetime(2022, 5, 4, 18, 22, 7, tzinfo=UTC)
    assert number.phone_purchase_date.utcoffset() == timedelta(0)
    assert number.modified == datetime(2022, 5, 4, 18, 22, 8, tzinfo=UTC)
    assert number.auto_charge is True
    assert number.deactivated is False
    assert number.canceled is None
    assert number.category_name == "GEOGRAPHIC"
    assert number.phone_region_id == 51
    assert number.application_id is None
    assert page.to_dict() == known
    assert page.raw == known
    assert number.raw == known["result"][0]


def test_unknown_status_is_decoded_verbatim(voximplant: Client, wire: Wire) -> None:
    known = payload("voximplant", "GetPhoneNumbers", "observed")
    known["result"][0] |= {"verification_status": "NOT_REQUIRED", "phone_tags": [], "issues": []}
    wire.replies(known)
    (number,) = items(voximplant.get_phone_numbers())

    assert isinstance(number.verification_status, VerificationStatus)
    assert number.verification_status == "NOT_REQUIRED"
    assert number.raw == known["result"][0]
    assert number.to_dict() == {
        name: value for name, value in known["result"][0].items() if name not in ("phone_tags", "issues")
    }


# What is sent


TRICKY = ["a,b", "100%", "a+b", "a b", "a&b=c", "a/b?c#d", '"quoted"', "Çelik Ürün", "Поддержка", "支持", "☎️"]


@pytest.mark.parametrize("text", TRICKY)
def test_text_arrives_as_it_was(text: str, voximplant: Client, wire: Wire) -> None:
    wire.replies(ANSWERS["get_phone_numbers"])
    items(voximplant.get_phone_numbers(application_name=text, phone_region_name=[text, "last"]))

    arrived = dict(parse_qsl(wire.only.content.decode("ascii"), keep_blank_values=True, strict_parsing=True))
    assert arrived == {
        "application_name": text,
        "phone_region_name": f"{text};last",
        "account_id": "7",
        "api_key": "a-key",
    }


def test_a_semicolon_is_fine_outside_of_lists(voximplant: Client, wire: Wire) -> None:
    wire.replies(ANSWERS["get_phone_numbers"])
    items(voximplant.get_phone_numbers(application_name="a;b"))

    assert wire.only.content == f"application_name=a%3Bb&{CREDENTIALS}".encode()


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC), "2031-01-02 03:04:05"),
        (datetime(2031, 1, 2, 1, 4, 5, tzinfo=IN_MOSCOW), "2031-01-01 22:04:05"),
        (datetime(2030, 12, 31, 20, 0, 0, 1, tzinfo=timezone(timedelta(hours=-5))), "2031-01-01 01:00:00"),
        (datetime(2031, 1, 2, 3, 4, 5, 999999, tzinfo=UTC), "2031-01-02 03:04:05"),
    ],
)
def test_a_moment_is_sent_in_utc(moment: datetime, sent: str, voximplant: Client, wire: Wire) -> None:
    wire.replies(ANSWERS["get_phone_numbers"])
    items(voximplant.get_phone_numbers(to_phone_purchase_date=moment))

    assert dict(parse_qsl(wire.only.content.decode()))["to_phone_purchase_date"] == sent


def test_members_of_enums_are_sent_as_their_text(voximplant: Client, wire: Wire) -> None:
    wire.replies(ANSWERS["get_phone_numbers"], ANSWERS["get_phone_number_categories"])
    items(voximplant.get_phone_numbers(order_by=PhoneNumberOrder.PURCHASE_DATE, sandbox=SandboxFilter.FALSE))
    result(voximplant.get_phone_number_categories(locale=Locale.RU))

    assert wire.sent[0].content == f"order_by=purchase_date&sandbox=false&{CREDENTIALS}".encode()
    assert wire.sent[1].content == f"locale=RU&{CREDENTIALS}".encode()


def test_enum_member_of_unknown_text_is_sent(voximplant: Client, wire: Wire) -> None:
    wire.replies(ANSWERS["get_phone_numbers"])
    items(
        voximplant.get_phone_numbers(
            sandbox=SandboxFilter("both"), verification_status=[VerificationStatus("NOT_REQUIRED"), "VERIFIED"]
        )
    )

    assert wire.only.content == f"sandbox=both&verification_status=NOT_REQUIRED%3BVERIFIED&{CREDENTIALS}".encode()


@pytest.mark.parametrize("ids", [[1, 2], (1, 2), range(1, 3), {1: None, 2: None}.keys(), iter([1, 2])])
def test_any_kind_of_iterable_is_a_list(ids: Any, wire: Wire) -> None:
    wire.replies(ANSWERS["get_phone_numbers"])
    items(wire.connect(Voximplant, account_id=7, api_key="a-key").get_phone_numbers(phone_id=ids))

    assert wire.only.content == f"phone_id=1%3B2&{CREDENTIALS}".encode()


def test_a_base_url_with_a_prefix_goes_before_every_path(wire: Wire) -> None:
    for base_url in ("http://localhost:8600/voximplant", "http://localhost:8600/voximplant/"):
        wire.replies(ANSWERS["get_phone_numbers"])
        client = wire.connect(Voximplant, account_id=7, api_key="a-key", base_url=base_url)
        items(client.get_phone_numbers())

    assert [str(request.url) for request in wire.sent] == [
        "http://localhost:8600/voximplant/platform_api/GetPhoneNumbers"
    ] * 2
    assert wire.sent[0].headers["host"] == "localhost:8600"


def test_later_pages_keep_the_form_and_move_the_offset(voximplant: Client, wire: Wire) -> None:
    def page(*ids: int) -> dict[str, Any]:
        return {"result": [{"phone_id": at, "phone_number": f"1555010{at}"} for at in ids], "total_count": 3}

    wire.replies(page(1, 2), page(3))
    found = items(voximplant.get_phone_numbers(country_code=["US", "CA"], count=2))

    assert [number.phone_id for number in found] == [1, 2, 3]
    assert [request.content for request in wire.sent] == [
        f"count=2&country_code=US%3BCA&{CREDENTIALS}".encode(),
        f"count=2&country_code=US%3BCA&offset=2&{CREDENTIALS}".encode(),
    ]


# What is refused


@pytest.mark.parametrize(
    ("method", "name", "kind"),
    [(method, name, kind) for method, arguments in ARGUMENTS.items() for name, kind in arguments.items()],
)
def test_wrong_argument_types_send_nothing(method: str, name: str, kind: str, voximplant: Client, wire: Wire) -> None:
    least = next(call.arguments for call in LEAST if call.method == method)
    beside = {other: value for other, value in least.items() if other not in RIVALS.get(name, ())}
    if name == "rule_name" and "application_name" not in beside:
        beside["application_id"] = 5

    check_that_wrong_values_are_refused(wire, voximplant, method, beside, name, kind)


@pytest.mark.parametrize(
    ("method", "arguments", "naming"),
    [
        ("attach_phone_number", {**SHOP, "phone_region_id": 51}, "phone_count"),
        (
            "attach_phone_number",
            {**SHOP, "phone_region_id": 51, "phone_count": 1, "phone_number": ["15550100"]},
            "phone_count",
        ),
        ("attach_phone_number", {**SHOP, "phone_region_id": 51, "phone_count": 0}, "phone_count"),
        ("bind_phone_number_to_application", {"application_id": 5}, "phone_id"),
        (
            "bind_phone_number_to_application",
            {"application_id": 5, "phone_id": [1], "phone_number": ["15550100"]},
            "phone_id",
        ),
        ("bind_phone_number_to_application", {"phone_id": [1]}, "application_id"),
        ("bind_phone_number_to_application", {"phone_id": [1], "bind": False}, "application_id"),
        (
            "bind_phone_number_to_application",
            {"phone_id": [1], "application_id": 5, "application_name": "support"},
            "application_id",
        ),
        (
            "bind_phone_number_to_application",
            {"phone_id": [1], "application_id": 5, "rule_id": 6, "rule_name": "night"},
            "rule_id",
        ),
        ("bind_phone_number_to_application", {"phone_id": [1], "rule_name": "night"}, "application_id"),
        ("deactivate_phone_number", {}, "phone_id"),
        ("deactivate_phone_number", {"phone_id": [1], "phone_number": ["15550100"]}, "phone_id"),
        ("deactivate_phone_number", {"phone_id": "all", "phone_number": ["15550100"]}, "phone_id"),
        ("set_phone_number_info", {"incoming_sms_callback_url": "https://example.com"}, "phone_id"),
        ("set_phone_number_info", {"phone_id": [1], "phone_number": ["15550100"]}, "phone_id"),
        ("get_phone_numbers", {"phone_id": [1], "phone_number": ["15550100"]}, "phone_id"),
        ("get_phone_numbers", {"application_id": 5, "application_name": "support"}, "application_id"),
        ("get_phone_numbers", {"rule_name": ["night"]}, "rule_name"),
        ("get_phone_numbers", {"count": 0}, "count"),
        ("get_phone_numbers", {"count": -1}, "count"),
        ("get_phone_numbers", {"offset": -1}, "offset"),
        ("get_phone_numbers", {"phone_id": "all"}, "phone_id"),
        ("get_phone_numbers", {"verification_status": [VerificationStatus("A;B")]}, "verification_status"),
        ("get_new_phone_numbers", {**SHOP, "phone_region_id": 51, "count": 0}, "count"),
        ("get_new_phone_numbers", {**SHOP, "phone_region_id": 51, "offset": -1}, "offset"),
    ],
)
def test_conflicting_or_out_of_range_arguments_are_refused(
    method: str, arguments: dict[str, Any], naming: str, voximplant: Client, wire: Wire
) -> None:
    refused(wire, voximplant, method, arguments, naming=naming)


def test_what_is_missing_is_named_together_with_its_alternative(voximplant: Client, wire: Wire) -> None:
    neither = refused(wire, voximplant, "deactivate_phone_number", {}, naming="phone_id")
    alone = refused(wire, voximplant, "get_phone_numbers", {"rule_name": ["night"]}, naming="rule_name")

    assert "phone_number" in str(neither)
    assert "neither" in str(neither)
    assert "application_id or application_name" in str(alone)


@pytest.mark.parametrize("call", [lambda c: c.get_phone_numbers(1), lambda c: c.get_phone_numbers(no_such=1)])
def test_arguments_are_taken_by_their_names_only(call: Callable[[Any], object], voximplant: Client, wire: Wire) -> None:
    with pytest.raises(TypeError):
        call(voximplant)
    assert wire.sent == []


def test_response_with_other_whitespace_is_decoded(voximplant: Client, wire: Wire) -> None:
    known = payload("voximplant", "GetPhoneNumbers", "observed")
    wire.replies(
        httpx.Response(200, content=json.dumps(known, indent=4).encode(), headers={"content-type": "text/html"})
    )

    assert [number.to_dict() for number in items(voximplant.get_phone_numbers())] == known["result"]

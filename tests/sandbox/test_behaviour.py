"""Each question that the documents leave open can be decided in another way."""

import json
from typing import Any

import pytest

from numberline.testing import ManualClock
from numberline_sandbox import Behaviour, Sandbox
from numberline_sandbox.behaviour import CHOICES, descriptions
from tests.sandbox.support import APP, GOTHAM, MOSCOW, ask, basic, call, failure, manual_clock, told

OFFER = "78D8394AC3EG0460B4CF0E723FC31B49"


def made(clock: ManualClock | None = None, balance: int = 1000, **behaviour: Any) -> Sandbox:
    return Sandbox(clock=(clock or manual_clock()).now, balance=balance, behaviour=Behaviour(**behaviour))


def bought(sandbox: Sandbox, key: str = OFFER) -> Any:
    return ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=f'{{"numberKey":"{key}"}}'.encode())


def offers(sandbox: Sandbox, query: str) -> int:
    return int(told(ask(sandbox, f"/sms/1/numbers/available?{query}", headers=APP))["numberCount"])


def rented(sandbox: Sandbox, query: str) -> Any:
    sid = sandbox.credentials["apifonica"]["account_sid"]
    return ask(sandbox, f"/v2/accounts/{sid}/numbers?{query}", headers=basic(sandbox))


def test_ids_may_stay_the_same() -> None:
    sandbox = made(ids_change_on_purchase=False)
    assert told(bought(sandbox))["numberKey"] == OFFER
    answer = call(sandbox, "AttachPhoneNumber", **MOSCOW, phone_number="74957893798")
    assert answer["phone_numbers"][0]["phone_id"] == 10


def test_an_unverified_number_is_held_or_not_sold() -> None:
    [number] = call(made(), "AttachPhoneNumber", **MOSCOW, phone_count=1)["phone_numbers"]
    assert (number["verification_status"], number["unverified_hold_until"]) == ("REQUIRED", "2026-04-13")
    assert failure(made(sells_unverified=False), "AttachPhoneNumber", **MOSCOW, phone_count=1) == (
        "ACCOUNT_VERIFICATION_REQUIRED"
    )


def test_a_purchase_by_number_may_do_without_locators() -> None:
    sandbox = made(locators_optional=True)
    answer = call(sandbox, "AttachPhoneNumber", phone_number="74957893798", phone_region_id=0)
    assert answer["phone_numbers"][0]["phone_number"] == "74957893798"
    assert len(call(sandbox, "AttachPhoneNumber", **GOTHAM)["phone_numbers"]) == 1
    assert len(call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=2)["phone_numbers"]) == 2
    assert failure(sandbox, "AttachPhoneNumber") == "REQUIRED_IS_EMPTY"
    assert failure(sandbox, "AttachPhoneNumber", phone_number="5") == "REQUIRED_IS_EMPTY"


def test_a_purchase_may_return_no_body() -> None:
    sandbox = made(purchase_status=201)
    assert (bought(sandbox).status, bought(sandbox).status) == (201, 404)


@pytest.mark.parametrize(("name", "status"), [("NOT_FOUND", 404), ("BAD_REQUEST", 400)])
def test_a_key_that_is_not_on_offer_has_either_error(name: str, status: int) -> None:
    response = bought(made(not_on_offer=name), "nothing")
    assert (response.status, response.failure) == (status, name)


def test_no_money_has_one_of_three_errors() -> None:
    assert bought(made(no_money="BAD_REQUEST", balance=9)).status == 400
    assert bought(made(no_money="FORBIDDEN", balance=9)).status == 403
    sandbox = made(no_money="BILLING_FAILED", balance=9)
    assert told(bought(sandbox))["reservationStatus"] == "BILLING_FAILED"
    assert offers(sandbox, "country=RU") == 2


def test_a_canceled_number_may_stay_until_its_renewal_day(clock: ManualClock) -> None:
    sandbox = made(clock, canceled_numbers_stay=True)
    [number] = call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=1)["phone_numbers"]
    chosen = {"phone_id": number["phone_id"]}
    assert call(sandbox, "DeactivatePhoneNumber", **chosen) == {"result": 1}
    [record] = call(sandbox, "GetPhoneNumbers", **chosen, canceled="true")["result"]
    assert (record["canceled"], record["auto_charge"], record["modified"]) == (True, False, "2026-03-14 12:30:15")
    clock.advance(days=30)
    assert call(sandbox, "GetPhoneNumbers", **chosen)["count"] == 1
    clock.advance(days=1)
    assert call(sandbox, "GetPhoneNumbers", **chosen)["count"] == 0
    assert "phone_numbers" in call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_number=number["phone_number"])


@pytest.mark.parametrize(
    ("method", "fields", "name"),
    [
        ("GetPhoneNumbers", {"phone_id": "5"}, "INVALID_PHONE_ID"),
        ("GetPhoneNumbers", {"phone_number": "5"}, "INVALID_PHONE_NUMBER"),
        ("GetPhoneNumbers", {"application_id": "5"}, "INVALID_APPLICATION_ID"),
        ("GetPhoneNumbers", {"application_name": "none"}, "INVALID_APPLICATION_NAME"),
        ("GetPhoneNumbers", {"child_account_id": "5"}, "INVALID_CHILD_ACCOUNT_ID"),
        ("GetPhoneNumberCategories", {"country_code": "ZZ"}, "INVALID_COUNTRY_CODE"),
        ("GetAccountPhoneNumberCountries", {"application_id": "5"}, "INVALID_APPLICATION_IDS"),
    ],
)
def test_an_unknown_id_finds_nothing_or_is_refused(method: str, fields: dict[str, str], name: str) -> None:
    assert call(made(unknown_filter_ids="ignored"), method, **fields)["result"] == []
    assert failure(made(unknown_filter_ids="refused"), method, **fields) == name


@pytest.mark.parametrize("kind", ["capped", "refused"])
def test_a_page_that_is_too_large_is_capped_or_refused(kind: str) -> None:
    sandbox = made(oversized_page=kind)
    listed = call(sandbox, "GetPhoneNumbers", count=1001)
    purchased = told(ask(sandbox, "/sms/1/numbers?limit=1001", headers=APP))
    short = told(rented(sandbox, "limit=21"))
    if kind == "capped":
        assert (listed["count"], len(purchased["numbers"]), short["limit"]) == (45, 45, 20)
    else:
        assert (listed["error"]["code"], short["status_code"]) == (497, 400)
        assert "requestError" in purchased


def test_errors_may_come_in_the_newer_form() -> None:
    sandbox = made(newer_error_form=True)
    answer = told(ask(sandbox, "/sms/1/numbers?limit=0", headers=APP))
    assert (answer["errorCode"], answer["violations"][0]["property"]) == ("E400", "limit")
    assert told(ask(sandbox, "/sms/1/numbers"))["errorCode"] == "E401"


def test_unknown_parameters_may_be_refused() -> None:
    sandbox = made(unknown_parameters="refused")
    assert failure(sandbox, "GetPhoneNumbers", sms_supported="true") == "FORBIDDEN_PARAMETER"
    assert call(sandbox, "GetPhoneNumbers", cmd="GetPhoneNumbers")["count"] == 45
    assert ask(sandbox, "/sms/1/numbers?npa=212", headers=APP).status == 400
    assert rented(sandbox, "sort=1").status == 400


@pytest.mark.parametrize(
    ("given", "means"),
    [
        (("purchase_status", "201"), 201),
        (("purchase_status", 201), 201),
        (("newer_error_form", "true"), True),
        (("newer_error_form", True), True),
        (("no_money", "FORBIDDEN"), "FORBIDDEN"),
    ],
)
def test_a_switch_takes_text_or_its_value(given: tuple[str, Any], means: object) -> None:
    assert getattr(Behaviour().changed(*given), given[0]) == means


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("refunds", "true", "there is no behaviour 'refunds'; there are ids_change_on_purchase, "),
        ("purchase_status", "204", "purchase_status takes 200 or 201, not '204'"),
        ("purchase_status", True, "purchase_status takes 200 or 201, not True"),
        ("newer_error_form", 1, "newer_error_form takes true or false, not 1"),
        ("unrenewed", [], r"unrenewed takes frozen or detached, not \[\]"),
    ],
)
def test_a_wrong_switch_is_explained(name: str, value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Behaviour().changed(name, value)


def behaviour(sandbox: Sandbox, method: str, body: bytes = b"") -> Any:
    return ask(sandbox, "/sandbox/behaviour", method=method, body=body)


def test_behaviour_is_set_read_and_reset_over_http() -> None:
    sandbox = made(purchase_status=201)
    assert behaviour(sandbox, "POST", b'{"purchase_status": 200, "no_money": "FORBIDDEN"}').status == 204
    shown = told(behaviour(sandbox, "GET"))
    assert (shown["purchase_status"]["value"], shown["no_money"]["value"]) == (200, "FORBIDDEN")
    assert bought(sandbox).status == 200
    assert {name: one["meaning"] for name, one in shown.items()} == descriptions()
    assert all(descriptions()[name].endswith(".") for name in Behaviour._fields)
    assert {name: tuple(one["choices"]) for name, one in shown.items()} == CHOICES
    assert behaviour(sandbox, "DELETE").status == 204
    assert sandbox.behaviour == Behaviour(purchase_status=201)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"x": 1}', b'{"no_money": null}', b'{"purchase_status": 1e999}'])
def test_wrong_behaviour_over_http_changes_nothing(body: bytes) -> None:
    sandbox = made()
    response = behaviour(sandbox, "POST", body)
    assert response.status == 400
    assert json.loads(response.body)["error"]
    assert sandbox.behaviour == Behaviour()

"""Every mistake is answered in the provider's own form."""

from decimal import Decimal
from typing import Any

import pytest

from numberline_sandbox import Behaviour, Sandbox
from numberline_sandbox.http.messages import LARGEST_BODY
from tests.sandbox.support import APP, GOTHAM, KEY, MOSCOW, ask, basic, call, failure, told

BIND = {"phone_id": "1620500", "application_id": 10454252}
GB_MOBILE = {"country_code": "GB", "phone_category_name": "MOBILE", "phone_region_id": 1110}
TOLL_FREE = {"country_code": "US", "phone_category_name": "TOLLFREE", "phone_region_id": 1114}
OWN = "12125550143"

MISTAKES: list[tuple[str, str, dict[str, Any]]] = [
    ("REQUIRED_IS_EMPTY", "GetNewPhoneNumbers", {}),
    ("REQUIRED_IS_EMPTY", "GetPhoneNumberRegions", {"country_code": "US"}),
    ("REQUIRED_IS_EMPTY", "AttachPhoneNumber", GOTHAM),
    ("REQUIRED_IS_EMPTY", "DeactivatePhoneNumber", {}),
    ("REQUIRED_IS_EMPTY", "SetPhoneNumberInfo", {"incoming_sms_callback_url": "https://example.com"}),
    ("REQUIRED_IS_EMPTY", "BindPhoneNumberToApplication", {"phone_id": "1620500"}),
    ("REQUIRED_IS_EMPTY", "BindPhoneNumberToApplication", {"application_id": 10454252}),
    ("REQUIRED_IS_EMPTY", "GetPhoneNumbers", {"rule_name": "night"}),
    ("ONLY_ONE_OF_PARAMETERS", "AttachPhoneNumber", {**GOTHAM, "phone_count": 1, "phone_number": "699116588"}),
    ("ONLY_ONE_OF_PARAMETERS", "BindPhoneNumberToApplication", {**BIND, "phone_number": OWN}),
    ("ONLY_ONE_OF_PARAMETERS", "BindPhoneNumberToApplication", {**BIND, "application_name": "support"}),
    ("ONLY_ONE_OF_PARAMETERS", "BindPhoneNumberToApplication", {**BIND, "rule_id": 7001, "rule_name": "night"}),
    ("ONLY_ONE_OF_PARAMETERS", "GetPhoneNumbers", {"phone_id": "1", "phone_number": "1"}),
    ("INVALID_COUNTRY_CODE", "GetNewPhoneNumbers", {**GOTHAM, "country_code": "ZZ"}),
    ("INVALID_PHONE_CATEGORY_NAME", "GetNewPhoneNumbers", {**GOTHAM, "phone_category_name": "MOBILE"}),
    ("INVALID_PHONE_REGION_ID", "GetNewPhoneNumbers", {**GOTHAM, "phone_region_id": 52}),
    ("INVALID_PHONE_REGION_ID", "GetActualPhoneNumberRegion", {**GOTHAM, "phone_region_id": 1103}),
    ("INVALID_PHONE_REGION_ID", "GetNewPhoneNumbers", {**GOTHAM, "phone_region_id": "Gotham"}),
    ("INVALID_COUNTRY_STATE", "GetNewPhoneNumbers", {**GOTHAM, "country_state": "NY"}),
    ("PHONE_NUMBERS_LIST_IS_NOT_AVAILABLE", "GetNewPhoneNumbers", TOLL_FREE),
    ("BUYING_BY_PHONE_NUMBER_IS_NOT_SUPPORTED", "AttachPhoneNumber", {**TOLL_FREE, "phone_number": "18005550199"}),
    ("INSUFFICIENT_PHONES", "AttachPhoneNumber", {**TOLL_FREE, "phone_count": 2}),
    ("NO_PHONES_IN_STOCK", "AttachPhoneNumber", {**MOSCOW, "phone_region_id": 3, "phone_count": 1}),
    ("INVALID_PHONE_COUNT", "AttachPhoneNumber", {**GOTHAM, "phone_count": "many"}),
    ("INVALID_PHONE_COUNT", "AttachPhoneNumber", {**GOTHAM, "phone_count": -1}),
    ("INVALID_PHONE_NUMBER", "AttachPhoneNumber", {**GOTHAM, "phone_number": "447700900123"}),
    ("PHONE_NUMBER_UNUSABLE", "AttachPhoneNumber", {**GOTHAM, "phone_number": "699116588"}),
    ("REGULATION_ADDRESS_NOT_REQUIRED", "AttachPhoneNumber", {**GOTHAM, "phone_count": 1, "regulation_address_id": 5}),
    ("INSUFFICIENT_MONEY", "AttachPhoneNumber", {**MOSCOW, "phone_count": 2}),
    ("INVALID_PHONE_ID", "BindPhoneNumberToApplication", {**BIND, "phone_id": "1620500;5"}),
    ("INVALID_PHONE_ID", "DeactivatePhoneNumber", {"phone_id": "5"}),
    ("INVALID_PHONE_ID", "DeactivatePhoneNumber", {"phone_id": "1620500;any"}),
    ("INVALID_PHONE_ID", "DeactivatePhoneNumber", {"phone_id": "All"}),
    ("INVALID_PHONE_ID", "GetPhoneNumbers", {"phone_id": "all"}),
    ("INVALID_PHONE_NUMBER", "SetPhoneNumberInfo", {"phone_number": "12125550143;"}),
    ("INVALID_PHONE_NUMBER", "SetPhoneNumberInfo", {"phone_number": "3"}),
    ("INVALID_APPLICATION_ID", "BindPhoneNumberToApplication", {**BIND, "application_id": 3}),
    ("INVALID_APPLICATION_NAME", "BindPhoneNumberToApplication", {"phone_id": 1620500, "application_name": "no"}),
    ("INVALID_RULE_ID", "BindPhoneNumberToApplication", {**BIND, "rule_id": 7003}),
    ("INVALID_RULE_NAME", "BindPhoneNumberToApplication", {**BIND, "rule_name": "no"}),
    ("INVALID_CALLBACK_URL", "SetPhoneNumberInfo", {"phone_id": "all", "incoming_sms_callback_url": "example.com"}),
    ("INVALID_DATE_FORMAT", "GetPhoneNumbers", {"from_phone_next_renewal": "20260101"}),
    ("INVALID_DATE_FORMAT", "GetPhoneNumbers", {"to_phone_purchase_date": "2026-02-30 10:00:00"}),
    ("INVALID_DATE_FORMAT", "GetPhoneNumbers", {"to_phone_purchase_date": "\u0662026-01-01"}),
    (
        "INVALID_DATE_RANGE",
        "GetPhoneNumbers",
        {"from_phone_next_renewal": "2026-02-02", "to_phone_next_renewal": "2026-02-01"},
    ),
    ("INVALID_VERIFICATION_STATUS", "GetPhoneNumbers", {"verification_status": "VERIFIED;SOON"}),
    ("INVALID_RANGE", "GetPhoneNumbers", {"offset": -1}),
    ("INVALID_RANGE", "GetPhoneNumbers", {"count": 0}),
    ("INVALID_RANGE", "GetPhoneNumbers", {"offset": "9" * 30}),
    ("INVALID_ARGUMENTS", "GetPhoneNumbers", {"offset": "1.5"}),
    ("INVALID_ARGUMENTS", "GetPhoneNumbers", {"auto_charge": "yes"}),
    ("INVALID_ARGUMENTS", "GetPhoneNumbers", {"order_by": "price"}),
    ("INVALID_ARGUMENTS", "GetPhoneNumbers", {"sandbox": "yes"}),
    ("INVALID_ARGUMENTS", "GetPhoneNumberCategories", {"locale": "FR"}),
    ("UNKNOWN_COMMAND", "getphonenumbers", {}),
    ("UNKNOWN_COMMAND", "GetPhoneNumbers/more", {}),
]


@pytest.mark.parametrize(("name", "method", "fields"), MISTAKES)
def test_a_mistake_in_a_form_has_its_code(name: str, method: str, fields: dict[str, Any]) -> None:
    sandbox = Sandbox(balance=12)
    before = call(sandbox, "GetPhoneNumbers")
    assert failure(sandbox, method, **fields) == name
    assert call(sandbox, "GetPhoneNumbers") == before
    assert sandbox.voximplant.balances[1] == 12


def test_a_refusal_names_the_parameter_and_has_status_200(sandbox: Sandbox) -> None:
    response = ask(sandbox, "/platform_api/GetPhoneNumbers", {**KEY, "offset": "-1"})
    assert (response.status, response.failure) == (200, "INVALID_RANGE")
    assert told(response)["error"]["field_name"] == "offset"
    assert set(told(response)["error"]) == {"code", "msg", "field_name"}


def test_another_account_s_number_is_occupied(sandbox: Sandbox) -> None:
    [child] = call(sandbox, "GetPhoneNumbers", child_account_id=1001, count=1)["result"]
    where = {"country_code": child["phone_country_code"], "phone_category_name": child["category_name"]}
    buy = {**where, "phone_region_id": child["phone_region_id"], "phone_number": child["phone_number"]}
    assert failure(sandbox, "AttachPhoneNumber", **buy) == "OCCUPIED_PHONE_NUMBER"
    assert failure(sandbox, "DeactivatePhoneNumber", phone_id=child["phone_id"]) == "INVALID_PHONE_ID"


def test_a_form_says_which_method_it_wants(sandbox: Sandbox) -> None:
    assert ask(sandbox, "/platform_api", KEY).failure == "MISSING_CMD"
    assert ask(sandbox, "/platform_api/", {**KEY, "cmd": "Nothing"}).failure == "UNKNOWN_COMMAND"
    response = ask(sandbox, "/platform_api/GetPhoneNumbers", method="DELETE")
    assert (response.status, told(response)["error"]["code"]) == (405, 103)


def messages(response: Any) -> tuple[int, str]:
    return response.status, told(response)["requestError"]["serviceException"]["messageId"]


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "message"),
    [
        ("GET", "/sms/1/numbers/available?limit=0", b"", 400, "BAD_REQUEST"),
        ("GET", "/sms/1/numbers/available?limit=x", b"", 400, "BAD_REQUEST"),
        ("GET", "/sms/1/numbers/available?page=-1", b"", 400, "BAD_REQUEST"),
        ("GET", "/sms/1/numbers/available?capabilities=FAX", b"", 400, "BAD_REQUEST"),
        ("GET", "/sms/1/numbers/available?capabilities=SMS,,VOICE", b"", 400, "BAD_REQUEST"),
        ("GET", "/sms/1/numbers?page=" + "9" * 20, b"", 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b'{"number_key":"78D8394AC3EG0460B4CF0E723FC31B49"}', 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b"", 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b"{", 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b"[]", 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b"null", 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b"{}", 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b'{"numberKey":null}', 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b'{"numberKey":7}', 400, "BAD_REQUEST"),
        ("POST", "/sms/1/numbers", b'{"numberKey":""}', 404, "NOT_FOUND"),
        ("POST", "/sms/1/numbers", b'{"numberKey":"6FED0BC540BFADD9B05ED7D89AAC22FA"}', 404, "NOT_FOUND"),
        ("GET", "/sms/1/numbers/nothing", b"", 404, "NOT_FOUND"),
        ("DELETE", "/sms/1/numbers/nothing", b"", 404, "NOT_FOUND"),
        ("PUT", "/sms/1/numbers/nothing", b"{}", 405, "BAD_REQUEST"),
        ("GET", "/sms/1/numbers/nothing/more", b"", 404, "NOT_FOUND"),
        ("GET", "/sms/2/numbers", b"", 404, "NOT_FOUND"),
        ("GET", "/numbers", b"", 404, "NOT_FOUND"),
    ],
)
def test_a_mistake_in_json_has_status_and_message(
    sandbox: Sandbox, method: str, target: str, body: bytes, status: int, message: str
) -> None:
    assert messages(ask(sandbox, target, method=method, headers=APP, body=body)) == (status, message)


def test_a_wrong_parameter_is_named_in_json(sandbox: Sandbox) -> None:
    answer = told(ask(sandbox, "/sms/1/numbers?limit=0", headers=APP))
    assert list(answer["requestError"]["serviceException"]["validationErrors"]) == ["limit"]


def test_no_money_is_a_bad_request() -> None:
    sandbox = Sandbox(balance=Decimal("0.001"))
    [offer] = told(ask(sandbox, "/sms/1/numbers/available?limit=1&country=GB", headers=APP))["numbers"]
    body = f'{{"numberKey":"{offer["numberKey"]}"}}'.encode()
    assert messages(ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=body)) == (400, "BAD_REQUEST")
    assert told(ask(sandbox, "/sms/1/numbers", headers=APP))["numberCount"] == 45


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-5", "limit=ten", "voice=maybe", "type=fax", "next=57e4f04a0c9b2dfe504f27e2", "next=x"]
)
def test_a_wrong_query_has_its_status_in_the_body(sandbox: Sandbox, query: str) -> None:
    sid = sandbox.credentials["apifonica"]["account_sid"]
    response = ask(sandbox, f"/v2/accounts/{sid}/numbers?{query}", headers=basic(sandbox))
    assert response.status == told(response)["status_code"] == 400
    assert query.partition("=")[0] in told(response)["error_text"]


def test_other_paths_and_methods_are_refused_in_the_same_form(sandbox: Sandbox) -> None:
    sid = sandbox.credentials["apifonica"]["account_sid"]
    for method, path, status in (
        ("GET", "/v2/accounts/acc1/numbers", 404),
        ("GET", "/v2/accounts", 404),
        ("POST", f"/v2/accounts/{sid}/numbers", 405),
    ):
        response = ask(sandbox, path, method=method, headers=basic(sandbox))
        assert response.status == told(response)["status_code"] == status


def test_a_body_above_one_mebibyte_is_refused(sandbox: Sandbox) -> None:
    body = b"a" * (LARGEST_BODY + 1)
    for target in ("/platform_api/GetPhoneNumbers", "/sms/1/numbers", "/v2/accounts/x/numbers"):
        response = ask(sandbox, target, method="POST", headers=APP, body=body)
        assert response.status == 413
        assert {"error", "requestError", "status_code"} & set(told(response))


def test_a_path_of_nobody_s_is_not_found(sandbox: Sandbox) -> None:
    for target in ("/", "", "//", "/v3", "/favicon.ico", "?a=b", "*"):
        response = ask(sandbox, target)
        assert (response.status, response.headers["content-type"]) == (404, "text/plain")
        assert b"/platform_api" in response.body


def test_a_verification_can_be_demanded() -> None:
    sandbox = Sandbox(behaviour=Behaviour(sells_unverified=False))
    error = call(sandbox, "AttachPhoneNumber", **MOSCOW, phone_count=1)["error"]
    assert (error["code"], error["details"]) == (281, {"verification_name": "RU"})

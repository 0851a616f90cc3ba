"""What the providers' own clients and other people's code send is understood."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from numberline_sandbox import Sandbox
from tests.sandbox.support import APP, FORM, KEY, ask, basic, call, told

FIELDS = {**KEY, "count": "3"}


@pytest.mark.parametrize(
    "send",
    [
        lambda s: ask(s, "/platform_api/GetPhoneNumbers", FIELDS),
        lambda s: ask(s, "/platform_api/GetPhoneNumbers/", FIELDS),
        lambda s: ask(s, "/platform_api", {**FIELDS, "cmd": "GetPhoneNumbers"}),
        lambda s: ask(s, "/platform_api/", {**FIELDS, "cmd": "GetPhoneNumbers"}),
        lambda s: ask(s, "/platform_api/GetPhoneNumbers", {**FIELDS, "cmd": "GetPhoneNumbers"}),
        lambda s: ask(s, f"/platform_api/GetPhoneNumbers?{urlencode(FIELDS)}"),
        lambda s: ask(s, f"/platform_api/GetPhoneNumbers/?{urlencode(FIELDS)}"),
        lambda s: ask(s, f"/platform_api/GetPhoneNumbers?{urlencode(FIELDS)}", method="POST"),
        lambda s: ask(s, f"/platform_api?cmd=GetPhoneNumbers&{urlencode(FIELDS)}", method="POST"),
        lambda s: ask(s, f"/platform_api/GetPhoneNumbers?{urlencode(KEY)}", {"count": "3"}),
        lambda s: ask(s, "/platform_api/GetPhoneNumbers", method="POST", body=urlencode(FIELDS).encode()),
        lambda s: ask(
            s,
            "/platform_api/GetPhoneNumbers",
            method="POST",
            headers={"content-type": f"{FORM.upper()}; charset=UTF-8"},
            body=urlencode(FIELDS).encode(),
        ),
    ],
)
def test_a_method_and_its_fields_may_be_anywhere(sandbox: Sandbox, send: Callable[[Sandbox], Any]) -> None:
    answer = told(send(sandbox))
    assert (answer["count"], answer["total_count"]) == (3, 45)


def test_a_body_in_json_has_no_fields(sandbox: Sandbox) -> None:
    headers = {"content-type": "application/json"}
    response = ask(
        sandbox, "/platform_api/GetPhoneNumbers", method="POST", headers=headers, body=json.dumps(KEY).encode()
    )
    assert response.failure == "AUTHORIZATION_FAILED"


@pytest.mark.parametrize(
    ("name", "email"), [("sandbox", None), (None, "sandbox@numberline.invalid")], ids=["name", "email"]
)
def test_the_account_may_be_named_otherwise(sandbox: Sandbox, name: str | None, email: str | None) -> None:
    fields = {"account_name": name or "", "account_email": email or "", "api_key": KEY["api_key"]}
    assert told(ask(sandbox, "/platform_api/GetPhoneNumbers", fields))["total_count"] == 45


@pytest.mark.parametrize("spelling", ["true", "True", "1", "TRUE"])
def test_true_is_spelled_in_many_ways(sandbox: Sandbox, spelling: str) -> None:
    assert call(sandbox, "GetPhoneNumbers", is_bound_to_application=spelling)["total_count"] == 15


@pytest.mark.parametrize("spelling", ["false", "False", "0", "FALSE"])
def test_false_is_spelled_in_many_ways(sandbox: Sandbox, spelling: str) -> None:
    assert call(sandbox, "GetPhoneNumbers", is_bound_to_application=spelling)["total_count"] == 30
    call(sandbox, "BindPhoneNumberToApplication", phone_id="all", application_id=10454252)
    unbind = {"phone_id": "all", "application_id": 10454252, "bind": spelling}
    assert call(sandbox, "BindPhoneNumberToApplication", **unbind) == {"result": 1}
    assert call(sandbox, "GetPhoneNumbers", is_bound_to_application=spelling)["total_count"] == 45


def test_unused_parameters_may_be_empty_or_zero(sandbox: Sandbox) -> None:
    """As the official Go client sends them."""
    fields = {"phone_id": "1620500", "phone_number": "", "application_id": 0, "application_name": "support"}
    answer = call(sandbox, "BindPhoneNumberToApplication", **fields, rule_id="0", rule_name="", bind="true")
    assert answer == {"result": 1}
    buy = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 51, "country_state": ""}
    answer = call(sandbox, "AttachPhoneNumber", **buy, phone_count=1, phone_number="", regulation_address_id=0)
    assert len(answer["phone_numbers"]) == 1
    assert call(sandbox, "GetPhoneNumbers", country_code="", application_id="0", offset="0")["total_count"] == 46


def test_moments_are_taken_for_days_and_days_for_moments(sandbox: Sandbox) -> None:
    by_day = call(sandbox, "GetPhoneNumbers", from_phone_next_renewal="2026-03-20")
    by_moment = call(sandbox, "GetPhoneNumbers", from_phone_next_renewal="2026-03-20 17:00:00")
    assert by_day == by_moment
    by_day = call(sandbox, "GetPhoneNumbers", to_phone_purchase_date="2025-09-01")
    by_moment = call(sandbox, "GetPhoneNumbers", to_phone_purchase_date="2025-09-01 00:00:00")
    assert by_day == by_moment
    assert 0 < by_day["total_count"] < 45


def test_a_number_may_have_a_plus_sign(sandbox: Sandbox) -> None:
    for number in ("+699116588", "699116588"):
        assert call(sandbox, "GetPhoneNumbers", phone_number=number)["total_count"] == 1
    query = "/platform_api/GetPhoneNumbers?phone_number=+699116588&" + urlencode(KEY)
    assert told(ask(sandbox, query))["total_count"] == 1


def test_a_list_may_be_repeated_instead_of_joined(sandbox: Sandbox) -> None:
    other = call(sandbox, "GetPhoneNumbers", offset=1)["result"][0]["phone_id"]
    query = f"/platform_api/GetPhoneNumbers?phone_id=1620500&phone_id={other};{other}&" + urlencode(KEY)
    assert told(ask(sandbox, query))["total_count"] == 2
    path = "/sms/1/numbers/available?capabilities=SMS&capabilities=VOICE"
    assert told(ask(sandbox, path, headers=APP)) == told(
        ask(sandbox, "/sms/1/numbers/available/?capabilities=SMS,VOICE", headers=APP)
    )


def test_unknown_parameters_are_no_matter(sandbox: Sandbox) -> None:
    assert call(sandbox, "GetPhoneNumbers", sms_supported="true", lang="en")["total_count"] == 45
    assert told(ask(sandbox, "/sms/1/numbers?npa=212&extras=a&extras=b", headers=APP))["numberCount"] == 45
    body = b'{"numberKey":"78D8394AC3EG0460B4CF0E723FC31B49","applicationId":"x","entityId":null}'
    assert ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=body).status == 200


def test_both_product_paths_lead_to_the_same_account(sandbox: Sandbox) -> None:
    assert told(ask(sandbox, "/sms/1/numbers", headers=APP)) == told(ask(sandbox, "/numbers/1/numbers/", headers=APP))


def test_links_name_the_host_that_was_asked(sandbox: Sandbox) -> None:
    path = f"/v2/accounts/{sandbox.credentials['apifonica']['account_sid']}/numbers"
    headers = {**basic(sandbox), "host": "apifonica.local:8600"}
    answer = told(ask(sandbox, f"{path}?type=local&limit=5", headers=headers))
    assert answer["next"].startswith(f"http://apifonica.local:8600{path}?type=local&limit=5&next=")
    assert told(ask(sandbox, f"{path}/", headers=headers))["numbers"]


def test_numbers_in_json_stay_numbers(sandbox: Sandbox) -> None:
    response = ask(sandbox, "/sms/1/numbers/available?limit=2", headers=APP)
    assert b'"pricePerMonth":15,"setupPrice":0,"initialMonthPrice":9.193549' in response.body
    response = ask(sandbox, "/platform_api/GetPhoneNumbers", {**KEY, "count": 1})
    assert b'"phone_price":0.01,' in response.body
    assert b"null" not in response.body


def test_null_is_written_where_the_document_has_it(sandbox: Sandbox) -> None:
    path = f"/v2/accounts/{sandbox.credentials['apifonica']['account_sid']}/numbers?number=447480600503"
    answer = told(ask(sandbox, path, headers=basic(sandbox)))
    nulls = [name for name, value in answer["numbers"][0].items() if value is None]
    assert (answer["prev"], answer["next"], nulls) == (None, None, ["token", "endpoint_sid"])

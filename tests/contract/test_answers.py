"""The look at every answer finds what a spec doesn't allow."""

import json
from typing import Any

import pytest

from numberline_sandbox import Response, Sandbox
from numberline_sandbox.provider import Provider
from tests.contract.answers import Violations, violations
from tests.sandbox.support import call

NUMBER = {"phone_id": 7, "phone_number": "699116588"}
JSON = {"content-type": "application/json"}
ERROR = {"error": {"code": 101, "msg": "no"}}


def listed(**fields: Any) -> dict[str, Any]:
    return {"result": [{**NUMBER, **fields}], "count": 1, "total_count": 1}


GOOD: list[tuple[str, str, int, Any]] = [
    ("voximplant", "GetPhoneNumbers", 200, listed()),
    ("voximplant", "GetPhoneNumbers", 200, listed(verification_status="NOT_REQUIRED", unverified_hold_until="")),
    ("voximplant", "GetPhoneNumbers", 200, listed(phone_price=0.01, phone_next_renewal="2026-02-28")),
    ("voximplant", "GetPhoneNumbers", 200, ERROR),
    ("voximplant", "", 413, ERROR),
    ("infobip", "purchaseNumber", 200, {"numberKey": "K", "number": "1", "price": {"pricePerMonth": 5}}),
    ("infobip", "purchaseNumber", 404, {"requestError": {"serviceException": {"messageId": "NOT_FOUND"}}}),
    ("apifonica", "listRentedNumbers", 418, {"status_code": 418, "error_text": "no"}),
]


@pytest.mark.parametrize(("provider", "operation", "status", "said"), GOOD)
def test_response_by_the_spec_passes(provider: str, operation: str, status: int, said: Any) -> None:
    failure = "some" if status > 200 or "error" in said else ""
    assert list(violations(provider, Response(status, JSON, json.dumps(said).encode(), operation, failure))) == []


BAD: dict[str, tuple[str, str, int, Any]] = {
    "money in a text": ("voximplant", "GetPhoneNumbers", 200, listed(phone_price="0.01")),
    "a field of no spec": ("voximplant", "GetPhoneNumbers", 200, listed(mode="red")),
    "a null that is not allowed": ("voximplant", "GetPhoneNumbers", 200, listed(rule_name=None)),
    "a value of no enum": ("voximplant", "GetPhoneNumbers", 200, listed(verification_status="MAYBE")),
    "a day that does not exist": ("voximplant", "GetPhoneNumbers", 200, listed(phone_next_renewal="2026-02-30")),
    "a moment in another form": ("voximplant", "GetPhoneNumbers", 200, listed(modified="2026-02-28T10:00:00")),
    "a moment that does not exist": ("voximplant", "GetPhoneNumbers", 200, listed(modified="2026-02-28 25:00:00")),
    "a number without its id": ("voximplant", "GetPhoneNumbers", 200, {"result": [{"phone_number": "1"}]}),
    "result and error at once": ("voximplant", "GetPhoneNumbers", 200, {**listed(), **ERROR}),
    "neither result nor error": ("voximplant", "GetPhoneNumbers", 200, {}),
    "a purchase without numbers": ("voximplant", "AttachPhoneNumber", 200, {"result": 1}),
    "a status of no spec": ("voximplant", "GetPhoneNumbers", 404, ERROR),
    "an error of another form": ("infobip", "getPurchasedNumber", 404, {"error_text": "no"}),
    "a body where there is none": ("infobip", "cancelNumber", 204, {}),
    "no operation, but a result": ("voximplant", "", 200, listed()),
}


@pytest.mark.parametrize("what", BAD)
def test_response_against_the_spec_is_found(what: str) -> None:
    provider, operation, status, said = BAD[what]
    failure = "some" if status > 299 or "error" in said else ""
    assert list(violations(provider, Response(status, JSON, json.dumps(said).encode(), operation, failure)))


def test_headers_and_failures_are_looked_at_too() -> None:
    body = json.dumps(listed()).encode()
    assert list(violations("voximplant", Response(200, {"content-type": "text/html"}, body, "GetPhoneNumbers")))
    assert list(violations("voximplant", Response(200, JSON, body, "GetPhoneNumbers", "FATAL_ERROR")))


def test_every_sandbox_response_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Violations()
    monkeypatch.setattr(Provider, "respond", found.watched(lambda *_: Response(200, JSON, b"{}", "GetPhoneNumbers")))
    assert call(Sandbox(), "GetPhoneNumbers") == {}
    assert "POST /platform_api/GetPhoneNumbers: " in found[0]

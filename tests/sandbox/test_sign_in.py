"""Who is let in, and what the others are told."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from numberline.errors import AuthenticationError
from numberline_sandbox import Sandbox
from tests.sandbox.support import KEY, ask, basic, infobip, told, voximplant
from tests.support import items, result

NOW = int(datetime(2026, 3, 14, 12, 30, 15, tzinfo=UTC).timestamp())
CLAIMS = {"iss": 1, "iat": NOW - 5, "exp": NOW + 60}


@pytest.fixture(scope="module")
def server() -> Sandbox:
    moment = datetime.fromtimestamp(NOW, UTC)
    return Sandbox(clock=lambda: moment)


def signed(sandbox: Sandbox, claims: object, *, headers: dict[str, Any] | None = None, key: str | None = None) -> str:
    """A token, made below the layer that has an opinion on claims."""
    key_file = sandbox.service_account()
    named = {"kid": key_file["key_id"], **(headers or {})}
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key or key_file["private_key"], "RS256", named)


def outcome(sandbox: Sandbox, token: str, **fields: str) -> str | int:
    response = ask(sandbox, "/platform_api/GetPhoneNumbers", fields, headers={"authorization": f"Bearer {token}"})
    return response.failure or int(told(response)["total_count"])


def test_our_client_signs_in_with_the_key_file(mode: str) -> None:
    sandbox = Sandbox()
    client = voximplant(sandbox, mode, credentials=sandbox.service_account())
    assert len(items(client.get_phone_numbers())) == 45
    child = voximplant(sandbox, mode, credentials=sandbox.service_account(), acting_for=1002)
    assert {number.account_id for number in items(child.get_phone_numbers())} == {1002}
    result(
        child.attach_phone_number(
            country_code="XX", phone_category_name="GEOGRAPHIC", phone_region_id=51, phone_count=1
        )
    )
    assert len(items(child.get_phone_numbers())) == 4
    assert sandbox.voximplant.balances[1] == 1000 > sandbox.voximplant.balances[1002]


@pytest.mark.parametrize("issuer", [1, "1"])
def test_the_issuer_is_a_number_or_text(server: Sandbox, issuer: object) -> None:
    assert outcome(server, signed(server, {**CLAIMS, "iss": issuer})) == 45
    assert outcome(server, signed(server, {**CLAIMS, "iss": issuer}), account_id="1") == 45


def test_a_parent_acts_for_its_child(server: Sandbox) -> None:
    assert outcome(server, signed(server, {**CLAIMS, "iss": 1001})) == 3
    assert outcome(server, signed(server, {**CLAIMS, "iss": 1001}), child_account_id="all") == 0


@pytest.mark.parametrize(
    ("claims", "failure"),
    [
        ({**CLAIMS, "exp": NOW}, "TOKEN_EXPIRED"),
        ({**CLAIMS, "iat": NOW - 7200, "exp": NOW - 3600}, "TOKEN_EXPIRED"),
        ({**CLAIMS, "iat": NOW + 5}, "TOKEN_ISSUED_IN_FUTURE"),
        ({**CLAIMS, "iat": NOW, "exp": NOW + 3601}, "INVALID_TOKEN_TTL"),
        ({**CLAIMS, "iss": 99}, "AUTHORIZATION_FAILED"),
        ({**CLAIMS, "iss": True}, "INVALID_TOKEN_FORMAT"),
        ({**CLAIMS, "iss": "one"}, "INVALID_TOKEN_FORMAT"),
        ({**CLAIMS, "iss": "9" * 5000}, "INVALID_TOKEN_FORMAT"),
        ({**CLAIMS, "iat": None}, "INVALID_TOKEN_FORMAT"),
        ({**CLAIMS, "exp": "soon"}, "INVALID_TOKEN_FORMAT"),
        ({**CLAIMS, "exp": float("inf")}, "INVALID_TOKEN_FORMAT"),
        ({**CLAIMS, "exp": 10**400}, "INVALID_TOKEN_FORMAT"),
        ({**CLAIMS, "iat": float("nan")}, "INVALID_TOKEN_FORMAT"),
        ({}, "INVALID_TOKEN_FORMAT"),
        ([], "INVALID_TOKEN_FORMAT"),
        (None, "INVALID_TOKEN_FORMAT"),
    ],
)
def test_a_token_with_wrong_claims_is_refused(server: Sandbox, claims: object, failure: str) -> None:
    assert outcome(server, signed(server, claims)) == failure


def test_a_token_of_another_key_is_refused(server: Sandbox) -> None:
    stranger = Sandbox().service_account()["private_key"]
    assert outcome(server, signed(server, CLAIMS, key=stranger)) == "AUTHORIZATION_FAILED"
    assert outcome(server, signed(server, CLAIMS, headers={"kid": "another"})) == "INVALID_KEY_ID"
    by_secret = jwt.encode({**CLAIMS, "iss": "1"}, "k" * 32, "HS256", {"kid": server.service_account()["key_id"]})
    assert outcome(server, by_secret) == "INVALID_TOKEN_FORMAT"
    unsigned = jwt.encode({**CLAIMS, "iss": "1"}, "", "none", {"kid": server.service_account()["key_id"]})
    assert outcome(server, unsigned) == "INVALID_TOKEN_FORMAT"


@pytest.mark.parametrize(
    "token", ["", "a", "a.b.c", "e30.e30.e30", "é.é.é", "." * 100, "bnVsbA.bnVsbA.", "W10.W10.W10"]
)
def test_what_is_no_token_is_refused(server: Sandbox, token: str) -> None:
    assert outcome(server, token) in ("INVALID_TOKEN_FORMAT", "INVALID_KEY_ID")


def test_a_real_clock_is_followed() -> None:
    sandbox = Sandbox()
    now = int(time.time())
    assert outcome(sandbox, signed(sandbox, {"iss": 1, "iat": now - 1, "exp": now + 24})) == 45
    assert outcome(sandbox, signed(sandbox, {"iss": 1, "iat": now - 99, "exp": now - 1})) == "TOKEN_EXPIRED"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"account_id": "1"},
        {"api_key": KEY["api_key"]},
        {"account_id": "2", "api_key": KEY["api_key"]},
        {"account_id": "1", "api_key": "wrong"},
        {"account_id": "1", "session_id": KEY["api_key"]},
    ],
)
def test_wrong_account_or_key_is_code_100(server: Sandbox, fields: dict[str, str]) -> None:
    answer = told(ask(server, "/platform_api/GetPhoneNumbers", fields))
    assert answer["error"]["code"] == 100


def test_a_child_signs_in_with_its_own_key(server: Sandbox) -> None:
    def total(account: str, key: str) -> object:
        fields = {"account_id": account, "api_key": key}
        answer = told(ask(server, "/platform_api/GetPhoneNumbers", fields))
        return answer.get("total_count", answer.get("error", {}).get("code"))

    assert total("1001", "sandbox-api-key-1001") == total("1002", "sandbox-api-key-1002") == 3
    assert total("1001", "sandbox-api-key-1002") == total("1001", "sandbox-api-key") == 100
    assert total("1", "sandbox-api-key-1001") == 100


def test_a_wrong_method_is_said_before_a_wrong_key(server: Sandbox) -> None:
    assert ask(server, "/platform_api/Nothing", {}).failure == "UNKNOWN_COMMAND"


def test_all_four_ways_in_work(mode: str) -> None:
    sandbox = Sandbox()
    assert len(sandbox.sign_ins["infobip"]) == 4
    for way in sandbox.sign_ins["infobip"]:
        assert len(items(infobip(sandbox, mode, **way).list_purchased_numbers())) == 45
        wrong = {name: value + "x" for name, value in way.items()}
        with pytest.raises(AuthenticationError):
            items(infobip(sandbox, mode, **wrong).list_purchased_numbers())


@pytest.mark.parametrize("header", ["", "App", "app sandbox-api-key", "sandbox-api-key", "Basic x", "Bearer \xff"])
def test_a_header_that_is_not_quite_right_is_401(server: Sandbox, header: str) -> None:
    response = ask(server, "/sms/1/numbers", headers={"authorization": header})
    assert (response.status, told(response)["requestError"]["serviceException"]["messageId"]) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic YTpi", "Bearer x"])
def test_a_wrong_account_or_token_is_401(server: Sandbox, header: str) -> None:
    sid = server.credentials["apifonica"]["account_sid"]
    response = ask(server, f"/v2/accounts/{sid}/numbers", headers={"authorization": header})
    assert response.status == told(response)["status_code"] == 401
    assert told(response)["error_text"]


def test_the_basic_scheme_is_taken_in_any_case(server: Sandbox) -> None:
    sid = server.credentials["apifonica"]["account_sid"]
    header = basic(server)["authorization"].replace("Basic", "basic")
    assert ask(server, f"/v2/accounts/{sid}/numbers", headers={"authorization": header}).status == 200


def test_the_private_key_is_made_once_on_demand() -> None:
    sandbox = Sandbox()
    assert sandbox.voximplant.service_account._made_key is None
    assert sandbox.service_account() == sandbox.service_account()
    assert set(sandbox.service_account()) == {"account_id", "account_email", "key_id", "private_key"}

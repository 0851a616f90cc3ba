"""Whatever arrives, the answer has the provider's form."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, strategies as st

from numberline_sandbox import Request, Response, Sandbox
from numberline_sandbox.spec import Spec
from tests.sandbox.support import APP, FORM, GOTHAM, KEY, ask, basic, call, manual_clock, told

METHODS = sorted(Spec.load("voximplant").operations)
NAMES = sorted({name for op in Spec.load("voximplant").operations.values() for name in op.parameters})
QUERY_NAMES = sorted(
    {name for n in ("infobip", "apifonica") for op in Spec.load(n).operations.values() for name in op.parameters}
)
ODD = [
    *("", "0", "-1", "1", "true", "all", ";", ";;", "1;2", "1;;2", "a;b", "9" * 40, "-" + "9" * 40, "1e9", "0x10"),
    *("1_000", "½", "\u0663", "\x00", "\ud7ff", "\u202e", " ", "+", "%", "%zz", "null", "NaN", "Infinity", "[]", "{}"),
    *("2026-01-01", "0000-00-00", "9999-12-31", "2026-01-01 00:00:00", "SMS", "SMS,", ",", "US", "us;gb", "XX", "EN"),
    *(
        "GEOGRAPHIC",
        "51",
        "699116588",
        "http://",
        "https://x",
        "a" * 5000,
        "VERIFIED",
        "support",
        "10454252",
        "1620500",
    ),
]

values = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=12)


def fresh() -> Sandbox:
    return Sandbox(clock=manual_clock().now)


SHARED = fresh()


@given(st.sampled_from(METHODS), st.dictionaries(st.sampled_from(NAMES), values, max_size=8))
def test_any_form_is_answered(method: str, fields: dict[str, str]) -> None:
    answer = call(SHARED, method, **fields)
    assert ("result" in answer) != ("error" in answer)


@given(
    st.sampled_from(
        ["/sms/1/numbers", "/sms/1/numbers/available", "/v2/accounts/{sid}/numbers", "/sms/1/numbers/{key}"]
    ),
    st.lists(st.tuples(st.sampled_from(QUERY_NAMES), values), max_size=6),
    values,
)
def test_any_query_is_answered(path: str, pairs: list[tuple[str, str]], key: str) -> None:
    path = path.format(sid=SHARED.credentials["apifonica"]["account_sid"], key=quote(key, safe=""))
    headers = APP if path.startswith("/sms") else basic(SHARED)
    assert ask(SHARED, f"{path}?{urlencode(pairs)}", headers=headers).status in (200, 400, 404)


@given(
    st.binary(max_size=200), st.sampled_from([FORM, "multipart/form-data; boundary=b", "text/plain", "", "\xff", ";"])
)
def test_any_body_is_answered(body: bytes, kind: str) -> None:
    headers = {"content-type": kind, **APP}
    targets = ("/platform_api", "/platform_api/GetPhoneNumbers?" + urlencode(KEY), "/sms/1/numbers")
    for target in targets:
        assert ask(SHARED, target, method="POST", headers=headers, body=body).status in (200, 400, 404)


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.sampled_from(["GET", "POST", "PUT", "HEAD", "BREW", ""]))
def test_any_target_is_answered(target: str, method: str) -> None:
    for start in ("", "/", "/platform_api/", "/sms/1/", "/v2/accounts/", "/sms/1/numbers/"):
        assert 200 <= SHARED.respond(Request(method, start + target, APP)).status < 500


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("numberKey"), inner),
    max_leaves=6,
)


@given(json_values)
def test_any_json_is_answered(value: Any) -> None:
    for said in (value, {"numberKey": value}):
        response = ask(SHARED, "/sms/1/numbers", method="POST", headers=APP, body=json.dumps(said).encode())
        assert response.status in (400, 404)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"numberKey":' * 50_000, b'{"numberKey":"\\ud800"}', b"\xff\xfe", b"9" * 9999]
)
def test_json_that_breaks_readers_is_a_bad_request(body: bytes) -> None:
    assert ask(SHARED, "/sms/1/numbers", method="POST", headers=APP, body=body).status in (400, 404)


@pytest.mark.parametrize(
    "target",
    [
        "/sms/1/numbers/%00",
        "/sms/1/numbers/%FF%FE",
        "/sms/1/numbers/%",
        "/sms/1/numbers/%2F..%2F",
        "/sms/1/numbers/..",
        "//sms//1//numbers",
        "/sms/1/numbers?%FF=%FF&limit=%00",
        "/v2/accounts/%00/numbers",
        "/v2/accounts/{accountSID}/numbers",
        "/platform_api/%47etPhoneNumbers/..",
        "//[::1/sms",
        "http://127.0.0.1/sms/1/numbers",
    ],
)
def test_odd_paths_lead_nowhere(target: str) -> None:
    response = ask(SHARED, target, headers=APP)
    assert response.status in (400, 401, 404) or response.failure == "UNKNOWN_COMMAND"


def test_deep_pages_are_empty() -> None:
    assert call(SHARED, "GetPhoneNumbers", offset="9" * 18, count="9" * 18)["result"] == []
    assert call(SHARED, "GetNewPhoneNumbers", **GOTHAM, offset="9" * 18)["result"] == []
    assert told(ask(SHARED, f"/sms/1/numbers/available?page={'9' * 18}", headers=APP))["numbers"] == []


def at_once(count: int, act: Any) -> list[Any]:
    """What `count` threads get that begin at the same moment."""
    gate = threading.Barrier(count)

    def begin(at: int) -> Any:
        gate.wait()
        return act(at)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_of_many_who_want_a_number_exactly_one_gets_it() -> None:
    sandbox = fresh()
    [offer] = call(sandbox, "GetNewPhoneNumbers", **GOTHAM, count=1)["result"]
    buy = {**GOTHAM, "phone_number": offer["phone_number"]}
    answers = at_once(8, lambda _: call(sandbox, "AttachPhoneNumber", **buy))
    assert sorted("error" in answer for answer in answers) == [False] + [True] * 7

    [stocked] = told(ask(sandbox, "/sms/1/numbers/available?country=GB&limit=1", headers=APP))["numbers"]
    body = json.dumps({"numberKey": stocked["numberKey"]}).encode()
    replies: list[Response] = at_once(
        8, lambda _: ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=body)
    )
    assert sorted(response.status for response in replies) == [200] + [404] * 7


def test_numbers_and_money_add_up_when_many_buy_at_once() -> None:
    sandbox = fresh()
    before = call(sandbox, "GetNewPhoneNumbers", **GOTHAM)["total_count"]
    answers = at_once(6, lambda _: call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=2))
    bought = [number["phone_id"] for answer in answers for number in answer.get("phone_numbers", [])]
    left = call(sandbox, "GetNewPhoneNumbers", **GOTHAM)["total_count"]
    assert len(bought) == len(set(bought)) == before - left
    assert float(sandbox.voximplant.balances[1]) == pytest.approx(1000 - 0.01 * len(bought))

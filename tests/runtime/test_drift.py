"""What answers have in them that the spec does not say: noted by path, never by value, and for nothing when off."""

import json
import logging
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path
from types import CodeType
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

import numberline_generated
from numberline import Apifonica, AsyncInfobip, Infobip, Voximplant
from numberline._runtime import drift
from numberline._runtime.client import BaseClient
from numberline._runtime.drift import DriftReport
from numberline._runtime.lenient import slots
from numberline._runtime.operation import Operation
from numberline._runtime.records import OpenEnum, Record
from numberline.errors import InvalidArgument, NumberlineError
from numberline_generated.apifonica.operations import LIST_RENTED_NUMBERS, PROVIDER as APIFONICA
from numberline_generated.infobip.operations import CANCEL_NUMBER, LIST_AVAILABLE_NUMBERS, PROVIDER as INFOBIP
from numberline_generated.voximplant.operations import GET_PHONE_NUMBERS, PROVIDER as VOXIMPLANT
from numberline_sandbox import Sandbox
from tests.support import SIGN_INS, Wire, items, outcome, spec

OPERATIONS = [each for provider in (VOXIMPLANT, INFOBIP, APIFONICA) for each in provider.operations.values()]
OFFER = {"numberKey": "key", "number": "447700900123"}
OWNED = {"phone_id": 1, "phone_number": "15550100"}
RENTED = {"number_sid": "a", "number": "447700900123"}
EVERY_KIND = {
    "numbers": [
        {**OFFER, "voiceSetup": {}, "type": "NEW", "shared": "yes", "price": {"pricePerMonth": 1, "discount": 5}},
        {**OFFER, "numberKey": "other", "voiceSetup": None, "capabilities": ["SMS", "FAX", "FAX"]},
    ],
    "numberCount": 2,
}


@pytest.fixture(params=[Infobip, AsyncInfobip], ids=["sync", "async"])
def watched(request: pytest.FixtureRequest, wire: Wire) -> Infobip | AsyncInfobip:
    kind: type[Infobip | AsyncInfobip] = request.param
    return wire.connect(kind, **SIGN_INS[kind], drift=True)


def met(operation: Operation[Any], body: Any) -> set[tuple[str, str]]:
    """Kind and path of all differences in an answer."""
    found = drift.differences(operation, json.dumps(body).encode())
    assert found is not None
    return {(kind, path) for kind, path, _ in found}


# What is noted


def test_each_difference_is_noted_by_its_path_and_counted(watched: Infobip | AsyncInfobip, wire: Wire) -> None:
    wire.replies(EVERY_KIND, EVERY_KIND)
    for _ in range(2):
        assert len(items(watched.list_available_numbers())) == 2
    report = watched.drift_report()

    assert (report.provider, report.responses, report.left_out) == ("Infobip", 2, 0)
    assert {found.operation for found in report.findings} == {"list_available_numbers"}
    assert [(found.kind, found.path, found.times, found.pointer) for found in report.findings] == [
        (
            "unknown-value",
            "$.numbers[].capabilities[]",
            4,
            "specs/infobip.yaml#/components/schemas/Capability/enum",
        ),
        ("unknown-field", "$.numbers[].price.discount", 2, "specs/infobip.yaml#/components/schemas/Price"),
        ("wrong-type", "$.numbers[].shared", 2, "specs/infobip.yaml#/components/schemas/Number/properties/shared"),
        ("unknown-value", "$.numbers[].type", 2, "specs/infobip.yaml#/components/schemas/NumberType/enum"),
        ("unknown-field", "$.numbers[].voiceSetup", 4, "specs/infobip.yaml#/components/schemas/Number"),
    ]


def test_missing_field_of_an_unreadable_record_is_noted(watched: Infobip | AsyncInfobip, wire: Wire) -> None:
    wire.replies({"numbers": [OFFER, {"number": "447700900123"}, {"numberKey": None}], "numberCount": 3})
    assert len(items(watched.list_available_numbers())) == 1

    assert [(found.kind, found.path, found.times) for found in watched.drift_report().findings] == [
        ("missing-field", "$.numbers[].number", 1),
        ("missing-field", "$.numbers[].numberKey", 2),
    ]


@pytest.mark.parametrize(
    ("operation", "record", "odd"),
    [
        (GET_PHONE_NUMBERS, {"phone_next_renewal": ""}, None),
        (GET_PHONE_NUMBERS, {"phone_next_renewal": None, "modified": None}, None),
        (GET_PHONE_NUMBERS, {"phone_next_renewal": "2022-06-04"}, None),
        (GET_PHONE_NUMBERS, {"phone_next_renewal": "20220604"}, "odd-date"),
        (GET_PHONE_NUMBERS, {"phone_next_renewal": "0000-00-00"}, "odd-date"),
        (GET_PHONE_NUMBERS, {"phone_next_renewal": 20220604}, "wrong-type"),
        (GET_PHONE_NUMBERS, {"modified": "2022-05-04 08:02:07"}, None),
        (GET_PHONE_NUMBERS, {"modified": "2022-05-04T08:02:07"}, "odd-date"),
        (GET_PHONE_NUMBERS, {"modified": "2022-05-04 08:02:07.123"}, "odd-date"),
        (GET_PHONE_NUMBERS, {"modified": "9999-12-31 23:59:59-2300"}, "odd-date"),
        (GET_PHONE_NUMBERS, {"modified": 1651688527}, "wrong-type"),
        (LIST_RENTED_NUMBERS, {"created": "Thu, 31 Mar 2016 11:16:59 +0300"}, None),
        (LIST_RENTED_NUMBERS, {"created": "Fri, 1 Apr 2016 01:06:09 +0300"}, None),
        (LIST_RENTED_NUMBERS, {"created": "Fri, 01 Apr 2016 01:06:09 -0430"}, None),
        (LIST_RENTED_NUMBERS, {"created": "Fri, 1 Apr 2016 01:06:09"}, "odd-date"),
        (LIST_RENTED_NUMBERS, {"created": "Mon, 31 Mar 2016 11:16:59 +0300"}, "odd-date"),
        (LIST_RENTED_NUMBERS, {"created": "2016-03-31T11:16:59+03:00"}, "odd-date"),
    ],
)
def test_undocumented_date_format_is_noted(operation: Operation[Any], record: dict[str, Any], odd: str | None) -> None:
    body = {"result": [{**OWNED, **record}], "numbers": [{**RENTED, **record}]}
    at = "result" if operation is GET_PHONE_NUMBERS else "numbers"

    assert met(operation, {at: body[at]}) == ({(odd, f"$.{at}[].{next(iter(record))}")} if odd else set())


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ("phone_price", [0, 0.45, "0.45", 10**30], ["", "free", "NaN", True, [], {}]),
        ("application_id", [7, 7.0, -1], ["7", 7.5, True, [], {}]),
        ("canceled", [True, False], ["true", 0, 1.0, [], {}]),
        ("application_name", ["", "support"], [7, True, [], {}]),
        ("verification_status", ["VERIFIED"], [7, True, ["VERIFIED"]]),
    ],
)
def test_readable_value_of_another_type_is_noted(field: str, right: list[Any], wrong: list[Any]) -> None:
    for value in right:
        assert met(GET_PHONE_NUMBERS, {"result": [{**OWNED, field: value}]}) == set()
    for value in wrong:
        assert met(GET_PHONE_NUMBERS, {"result": [{**OWNED, field: value}]}) == {("wrong-type", f"$.result[].{field}")}


def test_non_object_or_non_list_is_noted_by_path() -> None:
    assert met(LIST_AVAILABLE_NUMBERS, []) == {("wrong-type", "$")}
    assert met(LIST_AVAILABLE_NUMBERS, {"numbers": {}}) == {("wrong-type", "$.numbers")}
    assert met(LIST_AVAILABLE_NUMBERS, {"numbers": [None, 7]}) == {("wrong-type", "$.numbers[]")}
    assert met(LIST_AVAILABLE_NUMBERS, {"numbers": [{**OFFER, "price": 5}]}) == {("wrong-type", "$.numbers[].price")}
    assert met(CANCEL_NUMBER, {"cancelled": True}) == {("wrong-type", "$")}


def examples() -> Iterator[Any]:
    for operation in OPERATIONS:
        for methods in spec(operation.provider.name.lower())["paths"].values():
            for each in methods.values():
                if each["operationId"].lower() == operation.name.replace("_", ""):
                    answers = each["responses"].get("200", {}).get("content", {}).get("application/json", {})
                    for name, example in answers.get("examples", {}).items():
                        yield pytest.param(operation, example["value"], id=f"{operation.name} {name}")


@pytest.mark.parametrize(("operation", "answer"), list(examples()))
def test_documented_responses_match_the_spec(operation: Operation[Any], answer: Any) -> None:
    assert met(operation, answer) == set()


def test_sandbox_responses_match_the_spec() -> None:
    sandbox = Sandbox(seed=7)
    for kind in (Voximplant, Infobip, Apifonica):
        name = kind.provider.name.lower()
        http = httpx.Client(transport=sandbox.transport())
        with kind(**sandbox.credentials[name], http_client=http, drift=True) as client:
            calls: list[Callable[[Any], Any]] = {
                Voximplant: [lambda each: each.get_phone_numbers(), lambda each: each.get_phone_number_categories()],
                Infobip: [lambda each: each.list_available_numbers(), lambda each: each.list_purchased_numbers()],
                Apifonica: [lambda each: each.list_rented_numbers()],
            }[kind]
            assert [bool(outcome(call(client))) for call in calls]
            report = client.drift_report()
        assert report.responses >= len(calls)
        assert report.findings == ()


# Where the spec says otherwise


def odd(kind: Any, wrong: bool) -> Any:
    """A value for a record in which everything is odd that a value can be."""
    if isinstance(kind, type) and issubclass(kind, Record):
        return [] if wrong else {"new": 1, **{slot.wire: odd_field(slot, wrong) for slot in slots(kind)}}
    return "?" if not wrong and isinstance(kind, type) and issubclass(kind, OpenEnum) else {}


def odd_field(slot: Any, wrong: bool) -> Any:
    if slot.moment:
        return "?"
    listed = getattr(slot.kind, "__origin__", None) is list
    if not listed:
        return odd(slot.kind, wrong)
    return {} if wrong else [odd(slot.kind.__args__[0], False), odd(slot.kind.__args__[0], True)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.name))
def test_every_pointer_leads_into_the_spec(operation: Operation[Any]) -> None:
    model = getattr(operation.read, "model", None)
    bodies: list[Any] = [[], {}, *([odd(model, False), {"x": odd(model, True)}] if model else [])]
    pointers: set[str] = set()
    for body in bodies:
        found = drift.differences(operation, json.dumps(body).encode())
        assert found is not None
        pointers |= {pointer for _, _, pointer in found}

    assert pointers
    for each in pointers:
        file, _, pointer = each.partition("#/")
        assert file == f"specs/{operation.provider.name.lower()}.yaml"
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
        assert reduce(lambda held, step: held[step], steps, spec(operation.provider.name.lower()))


def test_a_report_is_plain_data_and_prints_as_a_table(watched: Infobip | AsyncInfobip, wire: Wire) -> None:
    assert str(watched.drift_report()) == "Infobip: 0 responses checked, all as specified."
    wire.replies(EVERY_KIND)
    items(watched.list_available_numbers())
    report = watched.drift_report()

    assert isinstance(report, DriftReport)
    assert pickle.loads(pickle.dumps(report)) == report
    title, heading, *lines = str(report).splitlines()
    assert title == "Infobip: 5 findings in 1 response checked."
    assert heading.split() == ["what", "path", "operation", "times", "first", "last", "specified", "in"]
    assert len(lines) == len(report.findings) == 5
    for line, found in zip(lines, report.findings, strict=True):
        assert [found.kind, found.path, found.operation, str(found.times)] == line.split()[:4]
        assert line.endswith(found.pointer)


def test_findings_say_when_they_were_first_and_last_met(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = datetime(2031, 1, 2, tzinfo=UTC)
    moments = iter([begin, begin + timedelta(days=1), begin + timedelta(days=2)])
    infobip = wire.connect(Infobip, api_key="a-key", drift=True)
    monkeypatch.setattr(infobip._probe, "_now", lambda: next(moments))
    for number in ({**OFFER, "new": 1}, OFFER, {**OFFER, "new": 2}):
        wire.replies(number)
        infobip.get_purchased_number(number_key="key")

    (found,) = infobip.drift_report().findings
    assert (found.first, found.last, found.times) == (begin, begin + timedelta(days=2), 2)


# What is not looked at

HTML = {"content-type": "text/html"}


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        (Voximplant, httpx.Response(200, json={"error": {"code": 127, "msg": "no", "new": 1}, "new": 1})),
        (Voximplant, httpx.Response(200, headers=HTML, text="<html></html>")),
        (Voximplant, httpx.Response(200, text='{"result": [')),
        (Voximplant, httpx.Response(302, headers={"location": "https://example.com"}, json={"new": 1})),
        (Infobip, httpx.Response(400, json={"requestError": {"serviceException": {"messageId": "x"}}, "new": 1})),
        (Apifonica, httpx.Response(500, json={"new": 1})),
        (Apifonica, httpx.ConnectError("no")),
    ],
)
def test_errors_are_not_checked(wire: Wire, kind: type[BaseClient], reply: Any) -> None:
    client: Any = wire.connect(kind, **SIGN_INS[kind], drift=True)
    wire.replies(reply)
    call = {Voximplant: "get_phone_numbers", Infobip: "list_purchased_numbers", Apifonica: "list_rented_numbers"}[kind]
    with pytest.raises(NumberlineError):
        items(getattr(client, call)())

    assert (client.drift_report().responses, client.drift_report().findings) == (0, ())


# Never a value

CANARY = "Canary"
HIDDEN = [
    "15550100",
    "+15550100",
    "n447700900123",
    "61de164b-8e62-35d9-92d0-c6df5f0956ec",
    "jane@example.com",
    "Jane Doe",
    "Jane\nDoe",
    "Jané",
    "",
    "x" * 65,
    "\ud83d",
    "\u202egnp",
]
"""Names of fields that are more likely somebody's number, name or key."""


def canaries(kind: Any) -> Any:
    """An answer in which every value is a canary, and every name that the spec does not know holds one."""
    own: dict[str, Any] = {f"{CANARY} {name}": CANARY for name in HIDDEN}
    own["unknown"] = {CANARY: CANARY, "inner": [CANARY]}
    for slot in slots(kind):
        inner = slot.kind.__args__[0] if getattr(slot.kind, "__origin__", None) is list else slot.kind
        deeper = isinstance(inner, type) and issubclass(inner, Record)
        held = canaries(inner) if deeper else CANARY
        own[slot.wire] = [held, CANARY] if inner is not slot.kind else held
    return own


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.name))
def test_no_value_is_in_a_report_or_a_log(
    operation: Operation[Any], wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kind = {"Voximplant": Voximplant, "Infobip": Infobip, "Apifonica": Apifonica}[operation.provider.name]
    client: Any = wire.connect(kind, **SIGN_INS[kind], drift=True)
    model = getattr(operation.read, "model", None)
    body = canaries(model) if model is not None else {CANARY: CANARY}
    client._probe._check(operation, json.dumps(body).encode())
    report = client.drift_report()

    assert report.findings
    assert CANARY.encode() not in pickle.dumps(report)
    for shown in (str(report), repr(report), caplog.text):
        assert CANARY not in shown


@pytest.mark.parametrize("name", HIDDEN)
def test_a_name_that_may_be_data_is_not_shown(name: str) -> None:
    assert met(LIST_AVAILABLE_NUMBERS, {"numbers": [], name: 1}) == {("unknown-field", "$.*")}


@pytest.mark.parametrize("name", ["voiceSetup", "phone_number2", "_links", "e164", "x-new", "A" * 64, "__class__"])
def test_a_name_that_a_field_may_have_is_shown(name: str) -> None:
    assert met(LIST_AVAILABLE_NUMBERS, {"numbers": [], name: 1}) == {("unknown-field", f"$.{name}")}


def test_object_with_many_unknown_names_is_a_map() -> None:
    countries = {f"country{chr(97 + at)}": at for at in range(21)}

    assert met(LIST_AVAILABLE_NUMBERS, {"numbers": [], **countries}) == {("unknown-field", "$.*")}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["numbers", "price", "number", "numberKey", "type"]) | st.text(), inner)
    ),
    max_leaves=25,
)


@given(JSON)
def test_whatever_comes_can_be_checked(body: Any) -> None:
    for operation in (LIST_AVAILABLE_NUMBERS, CANCEL_NUMBER, GET_PHONE_NUMBERS):
        for _, path in met(operation, body):
            assert path.isascii()
            assert path.startswith("$")


# Within bounds


def test_a_hostile_response_costs_no_memory(wire: Wire) -> None:
    infobip = wire.connect(Infobip, api_key="a-key", drift=True)
    many = {f"key{chr(97 + at % 26)}{chr(97 + at // 26 % 26)}{chr(97 + at // 676)}": at for at in range(10_000)}
    one_each = [{"numberKey": str(at), "number": "447700900123", name: 1} for at, name in enumerate(many)]
    wire.replies({"numbers": one_each, **many})
    infobip.list_available_numbers().first()
    report = infobip.drift_report()

    assert len(report.findings) == drift.MOST
    assert sum(found.times for found in report.findings) + report.left_out == 2 * len(many)


def test_a_client_keeps_no_more_findings_than_that(wire: Wire) -> None:
    infobip = wire.connect(Infobip, api_key="a-key", drift=True)
    names = [f"new{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(26 * 26)]
    for name in names:
        wire.replies({**OFFER, name: 1})
        infobip.get_purchased_number(number_key="key")
    report = infobip.drift_report()

    assert len(report.findings) == drift.MOST
    assert report.left_out == len(names) - drift.MOST
    assert f"and {report.left_out} more" in str(report).splitlines()[0]


# In the way of nothing


@pytest.mark.parametrize("kind", [Infobip, AsyncInfobip], ids=["sync", "async"])
def test_a_probe_that_fails_fails_no_call(
    kind: type[Any], wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(operation: Operation[Any], body: bytes) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr(drift, "differences", broken)
    client = wire.connect(kind, **SIGN_INS[kind], drift=True)
    wire.replies(OFFER)

    assert outcome(client.purchase_number(number_key="key")).number == OFFER["number"]
    assert [record.getMessage() for record in caplog.records] == ["the drift probe failed at purchase_number: KeyError"]
    assert client.drift_report().findings == ()


def test_it_is_shared_by_threads_and_by_views() -> None:
    reply = json.dumps({**OFFER, "new": 1, "type": "NEW"}).encode()
    http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=reply)))
    seen: list[int] = []
    with Infobip(api_key="a-key", http_client=http, drift=True) as infobip:
        views = [infobip, infobip.options(timeout=5), infobip.options(on_response=lambda came: seen.append(1))]
        with ThreadPoolExecutor(8) as pool:
            calls = [pool.submit(views[at % 3].get_purchased_number, number_key="key") for at in range(300)]
        assert {call.result().number_key for call in calls} == {"key"}
        report = infobip.drift_report()
        assert views[1].drift_report() == views[2].drift_report() == report

    assert (report.responses, [found.times for found in report.findings]) == (300, [300, 300])
    assert len(seen) == 100


def test_clients_share_nothing(wire: Wire) -> None:
    one, other = (wire.connect(Infobip, api_key="a-key", drift=True) for _ in range(2))
    wire.replies({**OFFER, "new": 1})
    one.get_purchased_number(number_key="key")

    assert len(one.drift_report().findings) == 1
    assert other.drift_report().findings == ()


# Off


def test_a_client_that_does_not_look_says_so(client: BaseClient) -> None:
    with pytest.raises(RuntimeError, match=f"{type(client).__name__} was not made with drift=True"):
        client.drift_report()


@pytest.mark.parametrize("given", [None, 1, "yes"])
def test_on_or_off_is_a_bool(given: Any) -> None:
    with pytest.raises(InvalidArgument, match="drift takes True or False") as refused:
        Voximplant(account_id=1, api_key="a-key", drift=given)
    assert refused.value.parameter == "drift"


def test_it_can_be_set_for_a_client_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFOBIP_API_KEY", "a-key")
    with Infobip.from_env(drift=True) as infobip:
        assert infobip.drift_report().responses == 0


def called(call: Callable[[], object]) -> list[CodeType]:
    """The code of each function of numberline's that a call calls, in turn."""
    codes: list[CodeType] = []
    sys.setprofile(lambda frame, event, argument: codes.append(frame.f_code) if event == "call" else None)
    try:
        call()
    finally:
        sys.setprofile(None)
    own = (str(Path(drift.__file__).parent), str(Path(numberline_generated.__file__).parent))
    return [code for code in codes if code.co_filename.startswith(own)]


def test_off_costs_no_call_whether_or_not_another_client_looks(wire: Wire) -> None:
    off = wire.connect(Infobip, api_key="a-key")
    on = wire.connect(Infobip, api_key="a-key", drift=True)

    def get(client: Infobip) -> list[CodeType]:
        wire.replies(httpx.Response(200, content=json.dumps(OFFER).encode()))
        return called(lambda: client.get_purchased_number(number_key="key"))

    get(off)
    before, looked, after = get(off), get(on), get(off)

    assert before == after
    assert not [code for code in after if code.co_filename == drift.__file__]
    assert [code for code in looked if code.co_filename == drift.__file__]


def test_without_jsonschema_it_is_said_what_to_install() -> None:
    program = """
import sys
sys.modules["jsonschema"] = None
from numberline import Infobip
Infobip(api_key="a-key", drift=True)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "InvalidArgument: drift=True needs jsonschema, which numberline's extras `drift` and" in ran.stderr


def test_off_loads_nothing() -> None:
    program = """
import sys
import httpx
from numberline import Infobip
answer = b'{"numberKey": "key", "number": "447700900123", "new": 1, "type": "NEW"}'
http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=answer)))
for on in (False, True):
    with Infobip(api_key="a-key", http_client=http, drift=on) as infobip:
        infobip.get_purchased_number(number_key="key")
    print("numberline._runtime.drift" in sys.modules, "jsonschema" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["False False", "True True"]

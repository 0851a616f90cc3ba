"""Was it done? The verdicts, and that nothing is ever bought or released by asking."""

import json
import pickle
from datetime import timedelta
from typing import Any

import pytest

from numberline import AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.operation import Offset, Operation, Provider
from numberline._runtime.reconcile import Reconcile, Reconciled, inquiry
from numberline._runtime.records import Page
from numberline.errors import InvalidArgument, OutcomeUnknown
from tests.support import Wire, result
from tests.trust.clock import BEGIN, TestClock, connected, on

LOST = {"error": {"code": 1, "msg": "internal"}}
LOCATORS: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}


def owned(number: str, after: float = 1, **more: Any) -> dict[str, Any]:
    """A record of the listing, bought so many seconds after the test began."""
    when = (BEGIN + timedelta(seconds=after)).strftime("%Y-%m-%d %H:%M:%S")
    return {"phone_id": int(number), "phone_number": number, "phone_purchase_date": when, **more}


def page(*records: dict[str, Any]) -> dict[str, Any]:
    return {"result": list(records), "count": len(records), "total_count": len(records)}


def numbers(*keys: str) -> dict[str, Any]:
    return {"numbers": [{"numberKey": key, "number": f"number of {key}"} for key in keys], "numberCount": len(keys)}


@pytest.fixture(params=[Voximplant, AsyncVoximplant], ids=["sync", "async"])
def voximplant(request: pytest.FixtureRequest, wire: Wire) -> Voximplant | AsyncVoximplant:
    kind: type[Voximplant | AsyncVoximplant] = request.param
    client = connected(wire, kind, account_id=request.node.nodeid, api_key="a-key")
    on(client, TestClock())
    return client


def lose(client: Voximplant | AsyncVoximplant, wire: Wire, method: str, **arguments: Any) -> OutcomeUnknown:
    """A call whose answer is lost; the error has been in another process since."""
    wire.replies(LOST)
    with pytest.raises(OutcomeUnknown) as caught:
        result(getattr(client, method)(**arguments))
    wire.sent.clear()
    unknown: OutcomeUnknown = pickle.loads(pickle.dumps(caught.value))
    return unknown


def only_looked(wire: Wire) -> bool:
    return all(request.url.path.endswith("/GetPhoneNumbers") for request in wire.sent)


@pytest.mark.parametrize(
    ("found", "done"),
    [
        ([owned("12025550100"), owned("12025550101")], True),
        ([], False),
        ([owned("12025550100")], None),
        ([owned("12025550100", -900), owned("12025550101", -900)], False),
    ],
    ids=["all owned", "none owned", "one of two", "owned since before"],
)
def test_a_purchase_by_number(
    voximplant: Voximplant | AsyncVoximplant, wire: Wire, found: list[dict[str, Any]], done: bool | None
) -> None:
    both = ["12025550100", "12025550101"]
    unknown = lose(voximplant, wire, "attach_phone_number", phone_number=both, **LOCATORS)
    wire.replies(page(*found))

    verdict = result(voximplant.reconcile(unknown))

    assert isinstance(verdict, Reconciled)
    assert verdict.done is done
    assert only_looked(wire)
    assert b"phone_number=12025550100%3B12025550101" in wire.only.content


@pytest.mark.parametrize(
    ("found", "done", "count"),
    [
        ([owned("12025550100"), owned("12025550101")], True, 2),
        ([owned("12025550100"), owned("12025550101", phone_region_id=2)], None, 1),
        ([], False, 0),
        ([owned("12025550100", -3000)], False, 0),
        ([owned("12025550100"), owned("12025550101"), owned("12025550102")], None, 3),
        ([owned("12025550100"), owned("12025550101", -60)], None, 2),
    ],
    ids=["as many as asked", "one elsewhere", "none", "one long ago", "one more", "one just before"],
)
def test_a_purchase_by_count(
    voximplant: Voximplant | AsyncVoximplant, wire: Wire, found: list[dict[str, Any]], done: bool | None, count: int
) -> None:
    unknown = lose(voximplant, wire, "attach_phone_number", phone_count=2, **LOCATORS)
    wire.replies(page(*found))

    verdict = result(voximplant.reconcile(unknown))

    assert (verdict.done, len(verdict.records)) == (done, count)
    assert only_looked(wire)


@pytest.mark.parametrize(
    ("found", "done"),
    [
        ([], True),
        ([owned("1", canceled=True), owned("2", deactivated=True)], True),
        ([owned("1"), owned("2")], False),
        ([owned("1")], None),
    ],
    ids=["gone", "marked as gone", "both still there", "one still there"],
)
def test_a_release(
    voximplant: Voximplant | AsyncVoximplant, wire: Wire, found: list[dict[str, Any]], done: bool | None
) -> None:
    unknown = lose(voximplant, wire, "deactivate_phone_number", phone_id=[1, 2])
    wire.replies(page(*found))

    assert result(voximplant.reconcile(unknown)).done is done
    assert only_looked(wire)


def test_a_release_of_everything(voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    unknown = lose(voximplant, wire, "deactivate_phone_number", phone_id="all")
    wire.replies(page(owned("1")))

    assert result(voximplant.reconcile(unknown)).done is None
    assert b"phone_id" not in wire.only.content


@pytest.mark.parametrize(
    ("mine", "offered", "done"),
    [(["a-key", "other"], [], True), (["other"], ["a-key"], False), (["other"], ["third"], None)],
    ids=["owned", "still on offer", "neither"],
)
@pytest.mark.parametrize("kind", [Infobip, AsyncInfobip], ids=["sync", "async"])
def test_a_purchase_by_key(
    wire: Wire,
    kind: type[Infobip] | type[AsyncInfobip],
    mine: list[str],
    offered: list[str],
    done: bool | None,
) -> None:
    client = connected(wire, kind, api_key=f"{kind}{mine}{offered}")
    on(client, TestClock())
    wire.replies({"unreadable": True}, numbers(*mine), numbers(*offered))
    with pytest.raises(OutcomeUnknown) as caught:
        result(client.purchase_number(number_key="a-key"))

    verdict = result(client.reconcile(caught.value))

    assert verdict.done is done
    assert [request.method for request in wire.sent[1:]] == ["GET"] * (1 if done else 2)


def test_another_providers_error_is_refused(voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    unknown = lose(voximplant, wire, "attach_phone_number", phone_count=1, **LOCATORS)
    client = connected(wire, Infobip, api_key="a-key")

    with pytest.raises(InvalidArgument) as caught:
        client.reconcile(unknown)

    assert caught.value.parameter == "unknown"
    assert wire.sent == []


@pytest.mark.parametrize(("others", "done"), [([], True), (["2"], None)], ids=["both gone", "one gone"])
def test_a_provider_that_does_not_know_what_is_gone_is_asked_for_everything(
    voximplant: Voximplant | AsyncVoximplant, wire: Wire, others: list[str], done: bool | None
) -> None:
    unknown = lose(voximplant, wire, "deactivate_phone_number", phone_id=[1, 2])
    wire.replies({"error": {"code": 181, "msg": "no such id"}}, page(*map(owned, [*others, "3"])))

    assert result(voximplant.reconcile(unknown)).done is done
    assert b"phone_id" not in wire.sent[1].content
    assert only_looked(wire)


@pytest.mark.parametrize(("said", "done"), [("true", True), ("false", False)])
def test_a_truth_value_is_the_same_in_an_argument_and_in_a_record(said: str, done: bool) -> None:
    package = "numberline_generated.voximplant"
    plain = Provider("Plain", package=package, server="", prefix="", error_forms=(), error_codes={})
    look: Operation[Page[Any]] = Operation(
        plain,
        "look",
        method="GET",
        path="/",
        operation_class="read",
        response="PhoneNumbersPage",
        paging=Offset(offset="offset", size="count", key="phone_id"),
    )
    how = Reconcile("look", {}, how_many="count", since="phone_purchase_date", same={"charge": "auto_charge"})
    Operation(plain, "buy", method="POST", path="/", operation_class="charge", response=None)
    unknown = OutcomeUnknown(
        "lost",
        provider="Plain",
        operation="buy",
        arguments={"count": "1", "charge": said},
        account="",
        base_url="",
        sent_at=BEGIN,
    )
    questions = inquiry(plain, {"buy": how}, unknown)

    assert next(questions).operation is look
    with pytest.raises(StopIteration) as end:
        questions.send(look.read(json.dumps(page(owned("12025550100", auto_charge=True))).encode()))
    assert end.value.value.done is done

"""What is known of a lost purchase, where its own evidence is hostile, odd or late."""

import json
from typing import Any

import httpx
import pytest

from numberline import AsyncInfobip, Infobip, Voximplant
from numberline.errors import InvalidArgument, OutcomeUnknown, outcomes_unknown
from numberline.infobip import Number
from numberline.testing import BEGIN, ManualClock
from numberline_generated.voximplant.operations import ATTACH_PHONE_NUMBER
from tests.support import Wire, result

LOCATORS: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}
NUMBERS = ("12025550100", "12025550101")
EMPTY = {"result": [], "count": 0, "total_count": 0}


def lost(wire: Wire, client: Any, *, number: str = NUMBERS[0]) -> OutcomeUnknown:
    wire.replies(httpx.ReadError("lost"))
    with pytest.raises(OutcomeUnknown) as caught:
        result(client.attach_phone_number(phone_number=[number], **LOCATORS))
    return caught.value


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def voximplant(wire: Wire) -> Voximplant:
    return wire.connect(Voximplant, account_id=1, api_key="a-key", clock=ManualClock())


@pytest.mark.parametrize("kind", [Infobip, AsyncInfobip])
def test_secret_lost_after_the_purchase_keeps_the_outcome(kind: type[Any], wire: Wire) -> None:
    told: list[OutcomeUnknown] = []

    def secret() -> str:
        if wire.sent:
            raise OSError("the vault is sealed")
        return "a-key-of-the-vault"

    wire.replies(httpx.ReadError("lost"))
    client: Any = wire.connect(kind, api_key=secret, on_unknown=told.append)

    with pytest.raises(OutcomeUnknown) as caught:
        result(client.purchase_number(number_key="key"))

    assert told == [caught.value]


def test_what_reads_the_response_is_loaded_before_the_purchase(wire: Wire, voximplant: Voximplant) -> None:
    loaded: list[bool] = []

    def bought(_: httpx.Request) -> httpx.Response:
        loaded.append("read" in vars(ATTACH_PHONE_NUMBER))
        return httpx.Response(200, json={"result": 1, "phone_numbers": [{"phone_id": 1, "phone_number": NUMBERS[0]}]})

    vars(ATTACH_PHONE_NUMBER).pop("read", None)
    wire.replies(bought)
    voximplant.attach_phone_number(phone_number=[NUMBERS[0]], **LOCATORS)

    assert loaded == [True]


def test_a_purchase_within_a_purchase_leaves_both_on_one_exception(wire: Wire, voximplant: Voximplant) -> None:
    class Stop(BaseException):
        pass

    stop = Stop()

    def stopped(_: object) -> None:
        raise stop

    def nested(_: object) -> None:
        voximplant.options(on_response=stopped, reference="inner").attach_phone_number(phone_count=1, **LOCATORS)

    wire.replies(EMPTY, EMPTY)
    with pytest.raises(Stop) as caught:
        voximplant.options(on_response=nested, reference="outer").attach_phone_number(phone_count=1, **LOCATORS)

    assert {each.reference for each in outcomes_unknown(caught.value)} == {"inner", "outer"}


def test_a_date_at_the_end_of_time_breaks_no_verdict(wire: Wire, voximplant: Voximplant) -> None:
    wire.replies(httpx.Response(200, json=EMPTY, headers={"date": "Fri, 31 Dec 9999 23:59:59 GMT"}))
    voximplant.get_phone_numbers().total()
    unknown = lost(wire, voximplant)
    now = httpx.Response(200, json=EMPTY, headers={"date": BEGIN.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    wire.replies(now, now)

    assert voximplant.reconcile(unknown).verdict == "undecided"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("message", 5), ("provider", ["x"]), ("operation", ["x"]), ("account", None), ("base_url", 5)),
        *(("number", 5), ("entry", {}), ("reference", 5), ("attempts", "x"), ("elapsed", None)),
        *(("clock_offset", "x"), ("clock_offset", float("nan")), ("clock_offset", True)),
        *(("owned_before", [[1]]), ("sent_at", None), ("sent_at", "2020-01-01"), ("sent_at", 5)),
    ],
)
def test_text_that_is_no_outcome_is_refused(name: str, value: Any, wire: Wire, voximplant: Voximplant) -> None:
    held = json.loads(lost(wire, voximplant).to_json())

    with pytest.raises(InvalidArgument):
        OutcomeUnknown.from_json(json.dumps({**held, name: value}))


def test_an_amount_that_no_float_holds_travels_as_text(wire: Wire) -> None:
    client = wire.connect(Infobip, api_key="a-key")
    price = "0.123456789012345678901234567890"
    body = f'{{"numberKey": "k", "number": "12025550101", "price": {{"pricePerMonth": {price}}}}}'
    wire.replies(httpx.Response(200, text=body))
    with pytest.raises(OutcomeUnknown) as caught:
        client.purchase_number(Number(number_key="k", number=NUMBERS[0]))

    found = OutcomeUnknown.from_json(caught.value.to_json())

    assert found.result["price"] == {"pricePerMonth": price}


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("attach_phone_number", {"phone_number": ",".join(NUMBERS)}),
        ("deactivate_phone_number", {"phone_id": "5,6"}),
        ("deactivate_phone_number", {"phone_id": "ALL"}),
    ],
)
def test_what_is_never_listed_is_not_looked_for(
    operation: str, arguments: dict[str, str], wire: Wire, voximplant: Voximplant
) -> None:
    held = json.loads(lost(wire, voximplant).to_json()) | {"operation": operation, "arguments": arguments}

    with pytest.raises(InvalidArgument, match="don't say what it was about"):
        voximplant.reconcile(OutcomeUnknown.from_json(json.dumps(held)))


def test_id_in_other_case_is_not_reported_released(wire: Wire) -> None:
    clock = ManualClock()
    client = wire.connect(Infobip, api_key="a-key", clock=clock)
    wire.replies(httpx.ReadError("lost"))
    with pytest.raises(OutcomeUnknown) as caught:
        client.cancel_number(number_key="6fed0bc540bfadd9b05ed7d89aad22fa")
    clock.advance(days=1)
    own = {"numberKey": "6FED0BC540BFADD9B05ED7D89AAD22FA", "number": NUMBERS[0]}
    wire.replies({"numbers": [own], "numberCount": 1})

    found = client.reconcile(caught.value)

    assert (found.verdict, len(found.candidates)) == ("undecided", 1)


def test_more_numbers_than_were_asked_for_are_no_result(wire: Wire, voximplant: Voximplant) -> None:
    bought = [{"phone_id": each, "phone_number": NUMBERS[0]} for each in (1, 2)]
    wire.replies({"result": 1, "phone_numbers": bought})

    with pytest.raises(OutcomeUnknown):
        voximplant.attach_phone_number(phone_number=[NUMBERS[0]], **LOCATORS)


async def awaited(_: object) -> None:
    """Nobody would await it."""


@pytest.mark.parametrize("callback", ["text", 5, awaited])
def test_uncallable_callback_sends_nothing(callback: Any, wire: Wire, voximplant: Voximplant) -> None:
    with pytest.raises(InvalidArgument, match="on_response"):
        voximplant.options(on_response=callback)
    with pytest.raises(InvalidArgument, match="on_unknown"):
        wire.connect(Infobip, api_key="a-key", on_unknown=callback)


@pytest.mark.parametrize("headers", [[("X-Trace", "1")], {"x-trace": " 1"}, {"x-trace": "1 "}])
def test_headers_that_can_not_be_sent_are_refused(headers: Any, voximplant: Voximplant) -> None:
    with pytest.raises(InvalidArgument, match="header"):
        voximplant.options(headers=headers)


class Masked(str):
    """Text that shows itself otherwise, as secrets and tainted text do."""

    def __str__(self) -> str:
        return "***"


def test_text_is_sent_by_value_and_not_by_str(wire: Wire) -> None:
    wire.replies({"numberKey": "key", "number": NUMBERS[0]})
    wire.connect(Infobip, api_key="a-key").get_purchased_number(number_key=Masked("key"))

    assert wire.only.url.path.endswith("/key")


@pytest.mark.parametrize("total", [-1, 0, 1])
def test_a_total_below_what_came_is_none(total: int, wire: Wire, voximplant: Voximplant) -> None:
    rows = [{"phone_id": each, "phone_number": f"1202555010{each}"} for each in (1, 2)]
    wire.replies({"result": rows, "count": 2, "total_count": total})

    assert voximplant.get_phone_numbers().total() is None

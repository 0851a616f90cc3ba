"""The invented provider through its clients, against its embedded provider and against a wire that says anything."""

import json
import logging
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from numberline._runtime.client import AsyncClient
from numberline.errors import (
    AuthenticationError,
    InsufficientFunds,
    InvalidArgument,
    InvalidRequest,
    NotFound,
    NumberlineError,
    NumberUnavailable,
    OutcomeUnknown,
    PermissionDenied,
    RateLimited,
    ServerError,
)
from numberline.larkspur import AsyncLarkspur, Feature, Larkspur, Number, Offer, Usage
from numberline.testing import ManualClock
from numberline_generated.wire import larkspur as wire_models
from numberline_sandbox import Request, Sandbox
from numberline_sandbox.http.server import serve
from numberline_sandbox.larkspur import API_KEY, Larkspur as Embedded
from tests.support import Wire, envelopes, items, result

Client = Larkspur | AsyncLarkspur
ROOT = "/rental/v1"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(providers=[Embedded], clock=clock.now)


@pytest.fixture
def asked(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the sandbox was asked."""
    found: list[Request] = []
    answer = sandbox.respond

    def noted(request: Request) -> Any:
        found.append(request)
        return answer(request)

    monkeypatch.setattr(sandbox, "respond", noted)
    return found


@pytest.fixture(params=[Larkspur, AsyncLarkspur], ids=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> type[Client]:
    found: type[Client] = request.param
    return found


@pytest.fixture
def client(kind: type[Client], sandbox: Sandbox, asked: list[Request], clock: ManualClock) -> Client:
    """A client that is connected with the sandbox."""
    credentials = sandbox.credentials["larkspur"]
    made: Client
    if issubclass(kind, AsyncClient):
        made = kind(**credentials, http_client=httpx.AsyncClient(transport=sandbox.async_transport()), clock=clock)
    else:
        made = kind(**credentials, http_client=httpx.Client(transport=sandbox.transport()), clock=clock)
    return made


@pytest.fixture
def far(kind: type[Client], wire: Wire) -> Client:
    """A client that is connected with `wire`."""
    return wire.connect(kind, api_key="a-key")


def offer(client: Client, **wanted: Any) -> Offer:
    found = result(client.list_offers(**wanted).first())
    assert found is not None
    return found


def rented(client: Client, **more: Any) -> Number:
    wanted: dict[str, Any] = {"offer_id": offer(client).offer_id, "months": 3, **more}
    return result(client.rent_number(**wanted))


# Listings


def test_a_token_leads_from_page_to_page(client: Client, asked: list[Request]) -> None:
    found = items(client.list_offers(per_page=50))

    assert len({each.offer_id for each in found}) == len(found) == 120
    assert [request.query[:1] for request in asked] == [[("per_page", "50")]] * 3
    assert [name for request in asked for name, _ in request.query] == ["per_page", *["per_page", "after"] * 2]
    assert len(envelopes(client.list_numbers(per_page=10))) == 5
    assert result(client.list_offers().total()) is None


def test_pages_by_token_are_fetched_one_by_one_even_concurrently(client: Client, asked: list[Request]) -> None:
    one_by_one = items(client.list_offers(per_page=25))
    requests = len(asked)

    assert items(client.list_offers(per_page=25).concurrently(4)) == one_by_one
    assert len(asked) == 2 * requests == 10


def test_a_list_is_joined_by_pipes_and_stays_in_force_on_every_page(client: Client, asked: list[Request]) -> None:
    found = items(client.list_offers(features=["sms", Feature.VOICE], price_limit=Decimal("1.5"), per_page=20))

    assert found
    assert all({"sms", "voice"} <= set(each.features or ()) for each in found)
    assert len(asked) == 4
    assert len(items(client.list_offers(features=["sms"], per_page=10))) == 76  # as specs/README.md shows
    del asked[4:]
    assert all("features=sms%7Cvoice&price_limit=1.5" in request.target for request in asked)


# Documentation


def test_what_the_spec_says_of_an_argument_stands_in_the_methods_documentation(kind: type[Client]) -> None:
    listing = kind.list_offers.__doc__ or ""

    assert "per_page: How many on a page. Default: 20." in listing


# Money, dates and JSON bodies


def test_every_member_of_a_json_body_has_its_own_type(far: Client, wire: Wire) -> None:
    wire.replies(httpx.Response(201, json={"number_id": "n-1", "offer_id": "o-1", "number": "447700900100"}))
    number = result(
        far.rent_number(
            offer_id="o-1",
            months=12,
            auto_renew=False,
            price_limit=Decimal("1E+1"),
            usage=Usage("something-new"),
            labels=("a|b", ""),
            user_ids=[7, 8],
            starts_at=datetime(2026, 11, 23, 12, 30, 1, 500, tzinfo=timezone(timedelta(hours=2))),
        )
    )

    assert isinstance(number, Number)
    assert (wire.only.method, wire.only.url.path) == ("POST", f"{ROOT}/numbers")
    assert wire.only.headers["content-type"] == "application/json"
    assert json.loads(wire.only.content) == {
        "offer_id": "o-1",
        "months": 12,
        "auto_renew": False,
        "price_limit": "10",
        "usage": "something-new",
        "labels": ["a|b", ""],
        "user_ids": [7, 8],
        "starts_at": "2026-11-23T10:30:01Z",
    }


@pytest.mark.parametrize("amount", ["0.10", "12345678901234567890.000000000001", "5", "0.00000001"])
def test_money_is_text_on_the_wire_and_keeps_every_digit(far: Client, wire: Wire, amount: str) -> None:
    said = {"number_id": "n-1", "offer_id": "o-1", "number": "1", "monthly_price": amount, "monthly_limit": None}
    wire.replies(said)
    number = result(far.get_number(number_id="n-1"))

    assert number.monthly_price == Decimal(amount)
    assert str(number.to_dict()["monthly_price"]) == amount
    assert number.to_dict().keys() - said.keys() == {"forward_to", "expires", "priority", "usage", "labels"}
    assert number.raw == said


def test_an_amount_that_is_none_or_no_text_is_read_all_the_same(far: Client, wire: Wire) -> None:
    said = {"number_id": "n-1", "offer_id": "o-1", "number": "1"}
    wire.replies(*({**said, "monthly_price": odd} for odd in (2.5, "NaN", "", "dear", None, [1])))
    found = [result(far.get_number(number_id="n-1")).monthly_price for _ in range(6)]

    assert found == [Decimal("2.5"), None, None, None, None, None]


def test_a_moment_has_its_offset(far: Client, wire: Wire) -> None:
    said = {"number_id": "n-1", "offer_id": "o-1", "number": "1"}
    spelled = ["2026-03-31T11:16:59.250000+03:00", "2026-03-31T08:16:59Z", "2026-03-31T08:16:59", ""]
    wire.replies(*({**said, "rented_at": each} for each in spelled))
    found = [result(far.get_number(number_id="n-1")) for _ in spelled]

    assert found[0].rented_at == datetime(2026, 3, 31, 8, 16, 59, 250000, tzinfo=UTC)
    assert [each.to_dict().get("rented_at") for each in found] == [*spelled[:2], None, None]


def test_what_is_left_out_is_not_sent(client: Client, asked: list[Request]) -> None:
    number = rented(client, usage="alerts")
    everything: dict[str, Any] = {
        "forward_to": "447700900100",
        "monthly_limit": Decimal("20.00"),
        "expires": date(2027, 2, 1),
        "priority": 2,
        "usage": "support",
        "labels": ["a", "b"],
    }
    set_ = result(client.change_number(number_id=number.number_id, **everything))
    kept = result(client.change_number(number_id=number.number_id, auto_renew=True, labels=[]))

    assert {name: getattr(set_, name) for name in everything} == everything
    assert {name: getattr(kept, name) for name in everything} == everything | {"labels": []}
    assert kept.auto_renew is True
    assert json.loads(asked[-1].body) == {"auto_renew": True, "labels": []}


REFUSED: dict[str, Callable[[Client], Any]] = {
    "number_id": lambda client: client.change_number(number_id=""),
    "forward_to": lambda client: client.change_number(number_id="n", forward_to=5),  # type: ignore[arg-type]  # shown
    "monthly_limit": lambda client: client.change_number(number_id="n", monthly_limit=1.5),  # type: ignore[arg-type]  # shown
    "expires": lambda client: client.change_number(number_id="n", expires=datetime(2027, 2, 1, tzinfo=UTC)),
    "priority": lambda client: client.change_number(number_id="n", priority=0),
    "usage": lambda client: client.change_number(number_id="n", usage="suport"),  # type: ignore[arg-type]  # shown
    "labels": lambda client: client.change_number(number_id="n", labels=[5]),  # type: ignore[list-item]  # shown
    "months": lambda client: client.rent_number(offer_id="o", months=37),
    "price_limit": lambda client: client.rent_number(offer_id="o", months=1, price_limit=Decimal("NaN")),
    "user_ids": lambda client: client.rent_number(offer_id="o", months=1, user_ids=[]),
    "starts_at": lambda client: client.rent_number(offer_id="o", months=1, starts_at=datetime(2027, 2, 1)),
    "features": lambda client: client.list_offers(features=["sms|voice"]),  # type: ignore[list-item]  # shown
    "per_page": lambda client: client.list_offers(per_page=101),
    "after": lambda client: client.list_numbers(after=7),  # type: ignore[arg-type]  # shown
}


@pytest.mark.parametrize("parameter", REFUSED)
def test_what_can_not_be_sent_is_refused_by_name(far: Client, wire: Wire, parameter: str) -> None:
    with pytest.raises(InvalidArgument, match=parameter) as refused:
        result(REFUSED[parameter](far))

    assert refused.value.parameter == parameter
    assert wire.sent == []


# Signing in


def test_the_key_has_a_header_of_its_own(far: Client, wire: Wire) -> None:
    wire.replies({"offers": []})
    items(far.list_offers())

    assert wire.only.headers["x-api-key"] == "a-key"
    assert "authorization" not in wire.only.headers


@pytest.mark.parametrize("name", ["X-Api-Key", "authorization"])
def test_nobody_signs_in_by_a_header_of_their_own(far: Client, name: str) -> None:
    with pytest.raises(InvalidArgument, match=f"{name} comes from the client's credentials"):
        far.options(headers={name: "another-key"})


def test_a_key_may_come_from_a_function_or_the_environment(
    kind: type[Client], wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter(["first-key", "second-key", "second-key"])
    wire.replies(httpx.Response(401, json={"error": {"code": "bad_key", "message": "no"}}), {"offers": []})
    items(wire.connect(kind, api_key=lambda: next(keys)).list_offers())
    assert [request.headers["x-api-key"] for request in wire.sent] == ["first-key", "second-key"]

    with pytest.raises(InvalidArgument, match="LARKSPUR_API_KEY"):
        kind.from_env()
    monkeypatch.setenv("LARKSPUR_API_KEY", "key-of-the-environment")
    monkeypatch.setenv("LARKSPUR_BASE_URL", "https://other.example/gateway")
    assert repr(kind.from_env()) == f"<{kind.__name__} https://other.example/gateway>"


@pytest.mark.parametrize("key", ["", "two\nlines", "ключ", 7, None])
def test_a_key_that_no_header_can_hold_is_refused(kind: type[Client], wire: Wire, key: Any) -> None:
    with pytest.raises(InvalidArgument, match="api_key"):
        items(wire.connect(kind, api_key=key).list_offers())
    assert wire.sent == []


def test_the_key_stands_in_no_log_and_no_error(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("numberline.arguments").setLevel(logging.NOTSET)
    sandbox.faults.set("larkspur.get_number", "500", times=1)
    with serve(sandbox) as base_url, Larkspur(api_key=API_KEY, base_url=base_url, clock=ManualClock()) as client:
        assert len(list(client.list_offers(per_page=100))) == 120
        number = client.rent_number(offer_id=offer(client).offer_id, months=1)
        assert client.get_number(number_id=number.number_id) == number
        with pytest.raises(NumberUnavailable) as taken:
            client.rent_number(offer_id=number.offer_id, months=1)
        shown = [repr(client), repr(taken.value), str(pickle.loads(pickle.dumps(taken.value)).__dict__)]

    assert "Larkspur get_number attempt 2: 200" in caplog.text
    for text in (caplog.text, *shown):
        assert API_KEY not in text
        assert number.number not in text
        assert number.number_id not in text


# Errors


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (422, "invalid_field", InvalidRequest),
        (401, "bad_key", AuthenticationError),
        (402, "balance_low", InsufficientFunds),
        (403, "not_allowed", PermissionDenied),
        (404, "unknown_id", NotFound),
        (409, "offer_taken", NumberUnavailable),
        (429, "slow_down", RateLimited),
        (500, "our_fault", ServerError),
        (418, "something_new", InvalidRequest),
        (503, "something_new", ServerError),
    ],
)
def test_an_error_is_a_status_with_an_object(
    far: Client, wire: Wire, status: int, code: str, expected: type[NumberlineError]
) -> None:
    said = {"error": {"code": code, "message": "No.", "field": "number_id"}}
    wire.replies(httpx.Response(status, json=said))
    with pytest.raises(NumberlineError) as caught:
        result(far.get_number(number_id="n-1"))

    error = caught.value
    assert type(error) is expected
    assert (error.status, error.code, error.text, error.parameter) == (status, code, "No.", "number_id")
    assert str(error).startswith(f"Larkspur get_number: code {code}: No. (HTTP {status}).")


def test_the_embedded_provider_refuses_in_that_form(client: Client, asked: list[Request], sandbox: Sandbox) -> None:
    taken = rented(client)
    with pytest.raises(NumberUnavailable):
        result(client.rent_number(offer_id=taken.offer_id, months=1))
    with pytest.raises(InvalidRequest) as dear:
        rented(client, price_limit=Decimal("0.001"))
    with pytest.raises(NotFound):
        result(client.change_number(number_id="n-unknown"))
    with pytest.raises(InvalidRequest) as odd:
        items(client.list_offers(after="not from a page"))

    assert (dear.value.parameter, odd.value.parameter) == ("price_limit", "after")
    numbers = f"{ROOT}/numbers"
    for method, path, body, status in (
        ("PATCH", f"{numbers}/{taken.number_id}", b'{"auto_renew": null}', 422),
        ("PATCH", f"{numbers}/{taken.number_id}", b'{"monthly_limit": 20}', 422),
        ("PATCH", f"{numbers}/{taken.number_id}", b'{"priority": "1"}', 422),
        ("POST", numbers, b'{"months": 1}', 422),
        ("POST", numbers, b"[]", 400),
        ("POST", numbers, b"{", 400),
        ("PUT", numbers, b"{}", 405),
    ):
        response = sandbox.respond(Request(method, path, {"x-api-key": API_KEY}, body))
        assert response.status == status
        assert wire_models.Failure.model_validate_json(response.body).error.code == "invalid_field"


# What is sent again


def test_a_read_is_sent_again_when_the_provider_has_time(
    client: Client, asked: list[Request], sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.set("list_offers", "429=7", times=1)

    assert len(items(client.list_offers(per_page=100))) == 120
    assert clock.waits == [7.0]
    assert len(asked) == 3


def test_a_change_is_sent_again_after_any_failure(client: Client, asked: list[Request], sandbox: Sandbox) -> None:
    number = rented(client)
    for fault in ("drop-after", "500"):
        sandbox.faults.set("change_number", fault, times=1)
    asked.clear()

    assert result(client.change_number(number_id=number.number_id, forward_to="1")).forward_to == "1"
    assert len(asked) == 3


@pytest.mark.parametrize(("fault", "done"), [("drop-after", True), ("drop", False), ("500-after", True)])
def test_a_purchase_is_never_sent_twice_and_can_be_looked_up(
    client: Client, asked: list[Request], sandbox: Sandbox, clock: ManualClock, fault: str, done: bool
) -> None:
    wanted = offer(client).offer_id
    sandbox.faults.set("rent_number", fault, times=1)
    with pytest.raises(OutcomeUnknown) as caught:
        result(client.rent_number(offer_id=wanted, months=3, auto_renew=True, labels=["a"], price_limit=Decimal(9)))
    unknown: OutcomeUnknown = pickle.loads(pickle.dumps(caught.value))

    assert unknown.arguments == {
        "offer_id": wanted,
        "months": "3",
        "auto_renew": "true",
        "labels": '["a"]',
        "price_limit": "9",
    }
    found = result(client.reconcile(unknown))
    assert found.verdict == ("owned" if done else "undecided")
    assert [record.offer_id for record in found.records] == [wanted] * done
    clock.sleep(120)
    assert result(client.reconcile(unknown)).verdict == ("owned" if done else "not_owned")
    assert len(sandbox.ledger) == done
    assert sum(request.method == "POST" for request in asked) == 1


@pytest.mark.parametrize(("fault", "done"), [("drop-after", True), ("drop", False)])
def test_so_can_a_number_that_was_given_back(
    client: Client, sandbox: Sandbox, clock: ManualClock, fault: str, done: bool
) -> None:
    number = rented(client)
    sandbox.faults.set("release_number", fault, times=1)
    with pytest.raises(OutcomeUnknown) as caught:
        result(client.release_number(number_id=number.number_id))

    clock.sleep(120)
    assert result(client.reconcile(caught.value)).verdict == ("not_owned" if done else "owned")


def test_too_many_requests_did_nothing_so_a_purchase_goes_again(
    client: Client, sandbox: Sandbox, clock: ManualClock
) -> None:
    wanted = offer(client).offer_id
    sandbox.faults.set("rent_number", "429=3", times=1)

    assert result(client.rent_number(offer_id=wanted, months=1)).offer_id == wanted
    assert clock.waits == [3.0]
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("fault", ["unknown-fields", "unknown-values", "empty-dates"])
def test_what_is_new_breaks_nothing(client: Client, sandbox: Sandbox, fault: str) -> None:
    sandbox.faults.set("larkspur.*", fault)

    assert len(items(client.list_offers())) == 120
    assert rented(client).months == 3


# The models of the wire


def test_answers_fit_the_models_of_the_wire(sandbox: Sandbox) -> None:
    number = rented(Larkspur(api_key=API_KEY, http_client=httpx.Client(transport=sandbox.transport())))
    response = sandbox.respond(Request("GET", f"{ROOT}/numbers?per_page=100", {"x-api-key": API_KEY}))
    page = wire_models.NumbersPage.model_validate_json(response.body)

    assert len(page.numbers) == 46
    assert page.numbers[-1].model_dump(mode="json", exclude_none=True) == {
        name: value for name, value in number.to_dict().items() if value is not None
    }


def test_it_goes_on_from_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    bought = rented(Larkspur(api_key=API_KEY, http_client=httpx.Client(transport=sandbox.transport())))
    sandbox.save(tmp_path / "state")
    again = Sandbox.load(tmp_path / "state", providers=[Embedded])

    with Larkspur(api_key=API_KEY, http_client=httpx.Client(transport=again.transport())) as client:
        assert client.get_number(number_id=bought.number_id) == bought
        assert bought.offer_id not in [offer.offer_id for offer in client.list_offers()]
    assert list(again.ledger) == list(sandbox.ledger)

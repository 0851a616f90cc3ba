"""What is sent again, when, and what is never sent again."""

import asyncio
import pickle
import zlib
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from numberline import AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime import retry
from numberline._runtime.operation import Budget
from numberline.errors import (
    AuthenticationError,
    ConnectionFailed,
    InsufficientFunds,
    InvalidArgument,
    NumberlineError,
    NumberUnavailable,
    OutcomeUnknown,
    RateLimited,
    ServerError,
    TimedOut,
    UnreadableResponse,
    outcome_unknown,
)
from numberline.testing import BEGIN, ManualClock
from tests.support import Wire, items, result
from tests.trust.support import connected

PAGE = {"result": [], "count": 0, "total_count": 0}
BOUGHT = {"result": 1, "phone_numbers": [{"phone_id": 1, "phone_number": "12025550100"}]}
LOCATORS: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}

REFUSED_CONNECTION = httpx.ConnectError("[Errno 111] Connection refused")
LOST = httpx.ReadError("reset")
SLOW = httpx.ReadTimeout("slow")
FULL_POOL = httpx.PoolTimeout("full")


def failed(code: int, text: str = "no") -> dict[str, Any]:
    return {"error": {"code": code, "msg": text}}


def status(code: int, text: str = "<html>", **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(code, text=text, headers=headers)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=[Voximplant, AsyncVoximplant], ids=["sync", "async"])
def client(request: pytest.FixtureRequest, wire: Wire, clock: ManualClock) -> Voximplant | AsyncVoximplant:
    """Each with an account of its own, so that no budget is shared between tests."""
    kind: type[Voximplant | AsyncVoximplant] = request.param
    return connected(wire, kind, account_id=zlib.crc32(request.node.nodeid.encode()) + 1, api_key="a-key", clock=clock)


@pytest.mark.parametrize(
    "trouble",
    [
        REFUSED_CONNECTION,
        LOST,
        SLOW,
        FULL_POOL,
        status(500),
        status(503),
        status(520),
        status(429),
        failed(162),
        failed(1),
    ],
    ids=["refused", "reset", "slow", "pool", "500", "503", "520", "429", "try later", "server fault"],
)
def test_a_read_is_sent_again_after_trouble_that_may_pass(
    client: Voximplant | AsyncVoximplant, wire: Wire, clock: ManualClock, trouble: Any
) -> None:
    wire.replies(trouble, trouble, PAGE)

    assert items(client.get_phone_numbers()) == []
    assert len(wire.sent) == 3
    assert clock.waits == [0.5, 1.0]


def test_last_error_has_attempts_and_elapsed_time(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(status(503), status(503), status(503))

    with pytest.raises(ServerError, match=r"Tried 3 times in 1\.5 s") as caught:
        items(client.get_phone_numbers())

    assert (caught.value.attempts, caught.value.elapsed, caught.value.status) == (3, 1.5, 503)


@pytest.mark.parametrize("refusal", [failed(101), failed(116), failed(9999), status(404), status(200, "<html>")])
def test_a_read_that_was_refused_is_not_sent_again(
    client: Voximplant | AsyncVoximplant, wire: Wire, refusal: Any
) -> None:
    wire.replies(refusal)

    with pytest.raises(NumberlineError):
        items(client.get_phone_numbers())

    assert len(wire.sent) == 1


@pytest.mark.parametrize("trouble", [REFUSED_CONNECTION, httpx.ConnectTimeout("slow"), failed(340), failed(162)])
def test_a_purchase_that_provably_did_nothing_is_sent_again(
    client: Voximplant | AsyncVoximplant, wire: Wire, trouble: Any
) -> None:
    wire.replies(trouble, BOUGHT)

    assert result(client.attach_phone_number(phone_number=["12025550100"], **LOCATORS))[0].phone_id == 1
    assert len(wire.sent) == 2


@pytest.mark.parametrize(
    "trouble",
    [
        LOST,
        SLOW,
        FULL_POOL,
        httpx.WriteError("w"),
        httpx.RemoteProtocolError("r"),
        httpx.DecodingError("d"),
        status(500),
        status(520),
        status(403),
        status(404),
        status(429),
        status(200, ""),
        status(200, "<html>"),
        status(302, location="https://elsewhere.example"),
        failed(1),
        failed(484),
        failed(515),
        failed(9999),
        status(200, '{"result": 1'),
        status(200, '{"result": 0, "phone_numbers": []}'),
    ],
)
def test_purchase_in_doubt_is_sent_once_and_unknown(
    client: Voximplant | AsyncVoximplant, wire: Wire, trouble: Any
) -> None:
    wire.replies(trouble)

    with pytest.raises(OutcomeUnknown) as caught:
        result(client.attach_phone_number(phone_number=["12025550100", "12025550101"], **LOCATORS))

    assert len(wire.sent) == 1
    unknown = pickle.loads(pickle.dumps(caught.value))
    assert unknown.operation == "attach_phone_number"
    assert unknown.arguments["phone_number"] == "12025550100;12025550101"
    assert unknown.sent_at == BEGIN
    assert unknown.attempts == 1
    assert "2025550100" not in str(unknown)
    assert "a-key" not in repr(vars(unknown))


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (failed(127), InsufficientFunds),
        (failed(182), NumberUnavailable),
        (failed(100), AuthenticationError),
    ],
)
def test_a_purchase_that_was_readably_refused_is_that_error(
    client: Voximplant | AsyncVoximplant, wire: Wire, refusal: Any, error: type[NumberlineError]
) -> None:
    wire.replies(refusal)

    with pytest.raises(error):
        result(client.attach_phone_number(phone_count=1, **LOCATORS))

    assert len(wire.sent) == 1


def test_retries_can_be_turned_off(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(status(503))

    with pytest.raises(ServerError):
        items(client.options(retries=0).get_phone_numbers())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), (format_datetime(BEGIN + timedelta(seconds=9), usegmt=True), 9.0), ("soon", 0.5)],
)
def test_retry_after_is_kept_to(
    client: Voximplant | AsyncVoximplant, wire: Wire, clock: ManualClock, header: str, seconds: float
) -> None:
    wire.replies(status(429, **{"retry-after": header}), PAGE)

    items(client.get_phone_numbers())

    assert sum(clock.waits) == seconds


def test_a_wait_of_hours_is_the_callers_to_decide(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(status(429, **{"retry-after": "7200"}))

    with pytest.raises(RateLimited) as caught:
        items(client.get_phone_numbers())

    assert caught.value.retry_after == 7200.0


def test_clients_of_one_account_wait_together_after_a_429(wire: Wire, clock: ManualClock) -> None:
    first, second = (connected(wire, Infobip, api_key="shared-by-both", clock=clock) for _ in range(2))
    wire.replies(status(429, **{"retry-after": "30"}), {"numbers": [], "numberCount": 0})

    with pytest.raises(RateLimited):
        first.options(retries=0).list_purchased_numbers().total()
    second.list_purchased_numbers().total()

    assert clock.waits == [30.0]


def test_documented_limit_holds_after_a_429(wire: Wire, clock: ManualClock) -> None:
    client = connected(wire, Infobip, api_key="kept-to-the-figure", clock=clock)
    page = {"numbers": [], "numberCount": 0}
    wire.replies(status(429), page, page, page, page)

    for _ in range(4):
        client.list_purchased_numbers().total()

    assert sum(clock.waits) >= 2.0  # one a second, of which two at once
    assert clock.waits[-1] == pytest.approx(1.0)


def test_a_deadline_stops_waiting(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(status(503), status(503))

    with pytest.raises(TimedOut, match=r"deadline of 1\.2 s.*HTTP 503.*Tried 2 times in 0\.5 s"):
        items(client.options(deadline=1.2).get_phone_numbers())

    assert len(wire.sent) == 2


def test_a_deadline_shortens_the_attempt(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(PAGE)

    items(client.options(deadline=3).get_phone_numbers())

    assert wire.only.extensions["timeout"] == {"connect": 3.0, "read": 3.0, "write": 3.0, "pool": 3.0}


def test_deadline_before_the_purchase_is_no_unknown_outcome(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(status(429, '{"error": {"code": 340}}', **{"retry-after": "20"}))

    with pytest.raises(TimedOut):
        result(client.options(deadline=10).attach_phone_number(phone_count=1, **LOCATORS))


def test_refused_token_is_renewed_once(wire: Wire, clock: ManualClock, key_file: dict[str, Any]) -> None:
    client = connected(wire, Voximplant, credentials=key_file, clock=clock)
    wire.replies(failed(456), BOUGHT)

    client.attach_phone_number(phone_count=1, **LOCATORS)

    assert len(wire.sent) == 2
    assert clock.waits == []


def test_a_token_refused_twice_is_an_error(wire: Wire, key_file: dict[str, Any]) -> None:
    client = connected(wire, Voximplant, credentials={**key_file, "account_id": 8})
    wire.replies(failed(456), failed(456))

    with pytest.raises(AuthenticationError):
        client.attach_phone_number(phone_count=1, **LOCATORS)


def test_a_rotated_secret_is_asked_for_after_a_refusal(wire: Wire) -> None:
    secrets = iter(["old-secret", "new-secret", "new-secret"])
    client = connected(wire, Infobip, api_key=lambda: next(secrets))
    wire.replies(status(401), {"numbers": [], "numberCount": 0})

    client.list_purchased_numbers().total()

    assert [request.headers["authorization"] for request in wire.sent] == ["App old-secret", "App new-secret"]


def test_budget_holds_from_the_first_request(wire: Wire, clock: ManualClock) -> None:
    client = connected(wire, Infobip, api_key="with-a-budget", budget=Budget(2, 1.0), clock=clock)
    wire.replies(*[{"numbers": [], "numberCount": 0}] * 4)

    for _ in range(4):
        client.list_purchased_numbers().total()

    assert clock.waits == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("budget", [Budget(0, 1.0), Budget(1, 0.0), Budget(1, 1.0, 0), 5, "ab"])
def test_a_budget_that_makes_no_sense_is_refused(wire: Wire, budget: Any) -> None:
    with pytest.raises(InvalidArgument) as caught:
        connected(wire, Infobip, api_key="a-key", budget=budget)

    assert caught.value.parameter == "budget"


class Interrupt(BaseException):
    """Stands for Ctrl-C and for cancellation."""


def test_interruption_in_flight_reports_an_unknown_outcome(
    client: Voximplant | AsyncVoximplant, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    def interrupted(_: httpx.Request) -> httpx.Response:
        raise Interrupt

    told: list[OutcomeUnknown] = []
    client = connected(wire, type(client), account_id=9, api_key="a-key", on_unknown=told.append)
    for _ in range(3):
        wire.replies(interrupted)
        with pytest.raises(Interrupt) as caught:
            result(client.attach_phone_number(phone_number=["12025550100"], **LOCATORS))
        unknown = outcome_unknown(caught.value)
        assert unknown is not None
        assert unknown.arguments["phone_number"] == "12025550100"
        assert unknown.attempts == 1
        assert "outcome is unknown" in caught.value.__notes__[0]
        assert told.pop() is unknown
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 3
    assert all("***00" in record.getMessage() and "2025550100" not in record.getMessage() for record in errors)


def test_interrupted_read_reports_nothing(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    def interrupted(_: httpx.Request) -> httpx.Response:
        raise Interrupt

    wire.replies(interrupted)

    with pytest.raises(Interrupt) as caught:
        items(client.get_phone_numbers())

    assert outcome_unknown(caught.value) is None


async def test_cancelled_purchase_reports_an_unknown_outcome(clock: ManualClock) -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    client = AsyncInfobip(api_key="a-key", http_client=httpx.AsyncClient(transport=httpx.MockTransport(never)))
    task = asyncio.create_task(client.purchase_number(number_key="key"))
    await asyncio.sleep(0.01)
    task.cancel()

    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    assert outcome_unknown(caught.value) is not None


def test_backoff_grows_and_stops_growing() -> None:
    assert [retry.backoff(attempt, lambda top: top) for attempt in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]


def test_unreadable_reads_are_not_repeated(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(status(200, "<html>"))

    with pytest.raises(UnreadableResponse):
        items(client.get_phone_numbers())


def test_a_connection_that_never_came_about_says_so(client: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies(REFUSED_CONNECTION, REFUSED_CONNECTION, REFUSED_CONNECTION)

    with pytest.raises(ConnectionFailed) as caught:
        result(client.attach_phone_number(phone_count=1, **LOCATORS))

    assert caught.value.never_sent

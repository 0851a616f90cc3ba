"""Random troubles on a clock in the test's hands: how often is sent, how long is waited, what is never sent twice."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import given, strategies as st

from numberline import Infobip, Voximplant
from numberline._runtime import retry
from numberline._runtime.operation import Budget
from numberline._runtime.rate_limit import LONGEST_HOLD, RateLimiter, isolated
from numberline._runtime.retry import LONGEST_WAIT
from numberline.errors import ConnectionFailed, NumberlineError, OutcomeUnknown, RateLimited, ServerError, TimedOut
from numberline.testing import BEGIN, ManualClock
from tests.support import Wire
from tests.trust.support import connected


class Trouble(NamedTuple):
    """What happens to one request.

    Attributes:
        reply: how it is answered.
        takes: the seconds until then.
        harmless: whether it is certain that nothing was done.
        asks: the seconds that the answer asks to wait, where it does.
        token: whether the provider refused the token.
    """

    reply: Any
    takes: float
    harmless: bool
    asks: float | None = None
    token: bool = False


class UnluckyClock(ManualClock):
    """Draws what hypothesis says, as a share of what may be drawn."""

    def __init__(self, shares: list[float]) -> None:
        super().__init__()
        self.drawn: list[tuple[float, float]] = []
        self._shares = shares

    def random(self, top: float) -> float:
        share = self._shares[len(self.drawn) % len(self._shares)]
        self.drawn.append((top, share * top))
        return share * top


BUSY = {"error": {"code": 340, "msg": "busy"}}
RUBBISH = ["", " ", "soon", "-5", "NaN", "inf", "1e999", "0x10", "5 s", "\u00b2", "Mon, 99 Foo 2026", "," * 50, "-1e9"]
taking = st.floats(0, 40)


@st.composite
def troubles(draw: st.DrawFn) -> Trouble:
    takes = draw(taking)
    match draw(st.sampled_from(["never left", "lost", "status", "busy", "busy by date", "rubbish", "token", "code"])):
        case "never left":
            kind = draw(st.sampled_from([httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError]))
            return Trouble(kind("no"), takes, harmless=True)
        case "lost":
            kind = draw(
                st.sampled_from(
                    [
                        httpx.ReadError,
                        httpx.WriteError,
                        httpx.CloseError,
                        httpx.ReadTimeout,
                        httpx.WriteTimeout,
                        httpx.RemoteProtocolError,
                        httpx.LocalProtocolError,
                    ]
                )
            )
            return Trouble(kind("lost"), takes, harmless=False)
        case "status":
            code = draw(st.sampled_from([302, 400, 403, 404, 500, 502, 503, 504, 599]))
            return Trouble(httpx.Response(code, text="<html>"), takes, harmless=False)
        case "busy":
            asks = draw(st.one_of(st.integers(0, 100), st.sampled_from([3600, 10**9])))
            reply = httpx.Response(429, headers={"retry-after": str(asks)}, json=BUSY)
            return Trouble(reply, takes, harmless=True, asks=float(asks))
        case "busy by date":
            return Trouble("date", takes, harmless=True, asks=float(draw(st.integers(0, 100))))
        case "rubbish":
            header = draw(st.sampled_from(RUBBISH)).encode()
            return Trouble(httpx.Response(429, headers=[(b"retry-after", header)], json=BUSY), takes, harmless=True)
        case "token":
            return Trouble({"error": {"code": 100, "msg": "no"}}, takes, harmless=True, token=True)
        case _:
            code = draw(st.sampled_from([127, 162, 182, 340, 1]))
            return Trouble({"error": {"code": code, "msg": "no"}}, takes, harmless=code != 1)


GOOD: dict[str, Any] = {"result": 1, "phone_numbers": [{"phone_id": 1, "phone_number": "12025550100"}]}
LOCATORS: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}
CALLS = {
    "read": lambda client: client.get_phone_numbers().total(),
    "charge": lambda client: client.attach_phone_number(phone_count=1, **LOCATORS),
    "release": lambda client: client.deactivate_phone_number(phone_id=[1]),
}


@pytest.mark.parametrize("call", CALLS)
@given(
    happens=st.lists(troubles(), max_size=8),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=8),
    again=st.integers(0, 5),
    deadline=st.none() | st.floats(0.1, 200),
    rotates=st.booleans(),
)
@isolated()
def test_any_series_of_failures_keeps_to_the_limits(
    call: str, happens: list[Trouble], shares: list[float], again: int, deadline: float | None, rotates: bool
) -> None:
    clock, wire = UnluckyClock(shares), Wire()
    sent_at: list[float] = []
    secrets = iter(range(100))

    def answered(trouble: Trouble | None) -> Any:
        def reply(request: httpx.Request) -> httpx.Response:
            sent_at.append(clock.monotonic())
            if trouble is None:
                return httpx.Response(200, json=GOOD if b"phone_id" not in request.content else {"result": 1})
            clock.advance(seconds=trouble.takes)
            if trouble.reply == "date":
                moment = clock.now() + timedelta(seconds=trouble.asks or 0)
                return httpx.Response(429, headers={"retry-after": format_datetime(moment, usegmt=True)}, json=BUSY)
            if isinstance(trouble.reply, Exception):
                raise trouble.reply
            if isinstance(trouble.reply, httpx.Response):
                return trouble.reply
            return httpx.Response(200, json=trouble.reply)

        return reply

    wire.replies(*map(answered, happens), *[answered(None)] * 10)
    api_key: Any = (lambda: f"key {next(secrets)}") if rotates else "a-key"
    settings: dict[str, Any] = {} if deadline is None else {"deadline": deadline}
    client = connected(wire, Voximplant, account_id=1, api_key=api_key, retries=again, **settings, clock=clock)
    begun = clock.monotonic()
    error: NumberlineError | None = None
    try:
        CALLS[call](client)
    except NumberlineError as caught:
        error = caught

    attempts = len(sent_at)
    seen = happens[:attempts]
    renewals = 1 if rotates and any(trouble.token for trouble in seen) else 0
    assert attempts <= again + 1 + renewals
    assert len(clock.waits) <= attempts
    for number, (top, drawn) in enumerate(clock.drawn, 1):
        assert 0 <= drawn <= top <= min(8.0, 0.5 * 2 ** (number + renewals - 1))
    for trouble, at, then in zip(seen, sent_at, sent_at[1:], strict=False):
        waited = then - at - trouble.takes
        assert waited >= -1e-6
        if not trouble.token:
            asked = trouble.asks or 0.0
            assert asked <= LONGEST_WAIT
            assert asked - 1 - 1e-6 <= waited <= max(asked, 8.0) + 1e-6  # dates have no parts of seconds
    if call != "read":
        assert all(trouble.harmless for trouble in happens[: attempts - 1])
    if deadline is not None:
        assert all(at < begun + deadline for at in sent_at)
        assert sum(clock.waits) <= deadline
    if error is not None:
        assert error.attempts == attempts
        assert error.elapsed == pytest.approx(clock.monotonic() - begun)
        if isinstance(error, OutcomeUnknown):
            assert call != "read"
            assert not seen[-1].harmless
        if error.never_sent:
            assert all(isinstance(trouble.reply, Exception) and trouble.harmless for trouble in seen)


@given(header=st.text(max_size=30), now=st.floats(0, 4e9))
def test_any_retry_after_is_a_wait_or_none(header: str, now: float) -> None:
    asked = retry.retry_after({"retry-after": header}, datetime.fromtimestamp(now, UTC))

    assert asked is None or (asked >= 0 and math.isfinite(asked))


@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%a, %d %b %Y %H:%M:%S", "%a %b %d %H:%M:%S %Y"])
def test_http_dates_of_all_forms_are_utc(form: str) -> None:
    moment = BEGIN + timedelta(seconds=30)

    assert retry.retry_after({"retry-after": moment.strftime(form)}, BEGIN) == 30.0


def test_a_backoff_never_overflows() -> None:
    assert retry.backoff(10**6, lambda top: top) == 8.0


@pytest.mark.parametrize("status", [500, 503])
def test_retry_after_holds_for_server_errors(wire: Wire, status: int) -> None:
    clock = ManualClock()
    client = connected(wire, Infobip, api_key="a-key", clock=clock)
    wire.replies(httpx.Response(status, headers={"retry-after": "7"}), {"numbers": [], "numberCount": 0})

    client.list_purchased_numbers().total()

    assert clock.waits == [7.0]


def test_long_retry_after_fails_later_calls_at_once(wire: Wire) -> None:
    clock = ManualClock()
    client = connected(wire, Infobip, api_key="a-key", clock=clock)
    wire.replies(httpx.Response(429, headers={"retry-after": "1800"}), {"numbers": [], "numberCount": 0})
    with pytest.raises(RateLimited):
        client.list_purchased_numbers().total()

    clock.advance(seconds=1000)
    with pytest.raises(RateLimited, match="for 800 s more") as caught:
        client.list_purchased_numbers().total()
    assert (caught.value.never_sent, caught.value.attempts, caught.value.retry_after) == (True, 0, 800.0)
    assert clock.waits == []

    clock.advance(seconds=800)
    client.list_purchased_numbers().total()


def test_absurd_retry_after_is_capped(wire: Wire) -> None:
    clock = ManualClock()
    client = connected(wire, Infobip, api_key="a-key", clock=clock)
    wire.replies(httpx.Response(429, headers={"retry-after": "1e15"}), {"numbers": [], "numberCount": 0})
    with pytest.raises(RateLimited):
        client.list_purchased_numbers().total()

    clock.advance(seconds=LONGEST_HOLD)
    client.list_purchased_numbers().total()


def test_never_sent_counts_earlier_attempts(wire: Wire) -> None:
    client = connected(wire, Infobip, api_key="a-key", retries=1)
    wire.replies(httpx.Response(503), httpx.ConnectError("refused"))

    with pytest.raises(ConnectionFailed) as caught:
        client.list_purchased_numbers().total()

    assert not caught.value.never_sent


def test_never_sent_is_false_after_a_deadline_between_attempts(wire: Wire) -> None:
    client = connected(wire, Infobip, api_key="a-key", deadline=0.2)
    wire.replies(httpx.Response(503))

    with pytest.raises(TimedOut) as caught:
        client.list_purchased_numbers().total()

    assert not caught.value.never_sent


def test_purchase_is_repeated_only_after_the_providers_own_401(
    wire: Wire,
) -> None:
    secrets = iter(["old", "new", "newer"])
    client = connected(wire, Infobip, api_key=lambda: next(secrets))
    wire.replies(httpx.Response(401, text="<html>"))

    with pytest.raises(OutcomeUnknown):
        client.purchase_number(number_key="key")


def test_status_raised_by_an_event_hook_is_that_status(wire: Wire) -> None:
    http = httpx.Client(
        transport=wire.transport(), event_hooks={"response": [lambda response: response.raise_for_status()]}
    )
    client = Infobip(api_key="a-key", http_client=http)
    wire.replies(*[httpx.Response(503)] * 3, httpx.Response(503))

    with pytest.raises(ServerError) as caught:
        client.list_purchased_numbers().total()
    assert (caught.value.status, caught.value.attempts) == (503, 3)

    with pytest.raises(OutcomeUnknown):
        client.purchase_number(number_key="key")


# Pacing


class Asks(NamedTuple):
    """Somebody asks for a moment, after so many seconds; it is given back if they lose patience."""

    after: float
    gives_back: bool


@given(
    budget=st.builds(Budget, st.integers(1, 20), st.floats(0.5, 10), st.integers(1, 5)),
    asks=st.lists(st.builds(Asks, st.floats(0, 3), st.booleans()), min_size=1, max_size=60),
)
def test_rate_limiter_never_exceeds_its_budget(budget: Budget, asks: list[Asks]) -> None:
    pacer, now = RateLimiter(budget), 1000.0
    used: list[float] = []
    every = budget.seconds / budget.requests
    for after, gives_back in asks:
        now += after
        place = pacer.reserve(now)
        assert pacer.due_at(place) >= now - 1e-6
        if gives_back:
            pacer.release(place)
        else:
            used.append(place)

    assert used == sorted(used)
    for first, begin in enumerate(used):
        for last, end in enumerate(used[first:], first):
            assert last - first + 1 <= budget.burst + (end - begin) / every + 1e-6


@given(budget=st.builds(Budget, st.integers(1, 20), st.floats(0.5, 10), st.integers(1, 5)), crowd=st.integers(1, 50))
def test_released_reservations_cost_at_most_one_interval(budget: Budget, crowd: int) -> None:
    pacer = RateLimiter(budget)
    for place in [pacer.reserve(1000.0) for _ in range(crowd)]:
        pacer.release(place)

    assert pacer.due_at(pacer.reserve(1000.0)) == pytest.approx(1000.0)
    assert pacer.due_at(pacer.reserve(5000.3)) - 5000.3 <= budget.seconds / budget.requests


@given(waits=st.lists(st.tuples(st.floats(0, 20), st.none() | st.floats(0, 100)), max_size=6))
def test_a_429_delays_all_waiting_in_order(waits: list[tuple[float, float | None]]) -> None:
    pacer, now = RateLimiter(Budget(1, 2.0)), 1000.0
    places = [pacer.reserve(now) for _ in range(100)]
    for after, asked in waits:
        now += after
        places = [place for place in places if pacer.due_at(place) >= now]
        pacer.on_limited(now, asked, None)
        waiting = [pacer.due_at(place) for place in places]
        assert all(moment >= now + (asked or 0.0) - 1e-6 for moment in waiting)
        assert all(b - a == pytest.approx(2.0) for a, b in pairwise(waiting))
    assert pacer.due_at(pacer.reserve(now)) >= pacer.due_at(places[-1]) + 2.0 - 1e-6


def test_a_429_without_retry_after_uses_up_the_burst() -> None:
    pacer = RateLimiter()
    pacer.on_limited(1000.0, None, Budget(2, 1.0, burst=3))

    assert [pacer.reserve(1000.0) for _ in range(3)] == [1000.5, 1001.0, 1001.5]


def test_later_budget_holds_for_clients_without_one(wire: Wire) -> None:
    clock = ManualClock()
    first = connected(wire, Infobip, api_key="a-key", clock=clock)
    second = connected(wire, Infobip, api_key="a-key", budget=Budget(1, 5.0), clock=clock)
    wire.replies(*[{"numbers": [], "numberCount": 0}] * 4)

    for client in (first, second, first, second):
        client.list_purchased_numbers().total()

    assert clock.waits == [5.0, 5.0]


@pytest.mark.parametrize("other", [{"api_key": "another-key"}, {"bearer": "a-key", "base_url": "https://b.example"}])
def test_other_credentials_have_their_own_budget(wire: Wire, other: dict[str, Any]) -> None:
    clock = ManualClock()
    budget = Budget(1, 60.0)
    for settings in ({"api_key": "a-key"}, other):
        client = connected(wire, Infobip, budget=budget, **settings, clock=clock)
        wire.replies({"numbers": [], "numberCount": 0})
        client.list_purchased_numbers().total()

    assert clock.waits == []


def test_closing_while_queued_reports_nothing_sent(wire: Wire) -> None:
    class Closing(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            client.close()

    client = connected(wire, Infobip, api_key="a-key", budget=Budget(1, 5.0), clock=Closing())
    wire.replies({"numberKey": "key", "number": "447700900123"})
    client.purchase_number(number_key="key")

    with pytest.raises(RuntimeError, match="closed"):
        client.purchase_number(number_key="key")
    assert len(wire.sent) == 1

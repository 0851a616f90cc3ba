"""What the clock brings: subscriptions are charged for another month, or end."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from numberline import Voximplant
from numberline.testing import ManualClock
from numberline_sandbox import Behaviour, Entry, Sandbox
from tests.sandbox.support import APP, GOTHAM, MOMENT, MOSCOW, ask, call, manual_clock, told


def made(clock: ManualClock, **behaviour: Any) -> Sandbox:
    """One without numbers at first."""
    settings = {"balance": behaviour.pop("balance")} if "balance" in behaviour else {}
    return Sandbox(clock=clock.now, owned=0, behaviour=Behaviour(**behaviour), **settings)


def buy(sandbox: Sandbox, count: int = 1, where: dict[str, Any] = GOTHAM) -> list[int]:
    answer = call(sandbox, "AttachPhoneNumber", **where, phone_count=count)
    return [number["phone_id"] for number in answer["phone_numbers"]]


def listed(sandbox: Sandbox, phone_id: int) -> Any:
    found = call(sandbox, "GetPhoneNumbers", phone_id=phone_id)["result"]
    return found[0] if found else None


def doings(sandbox: Sandbox) -> list[tuple[str, str, int, Decimal]]:
    """What the clock did to the main account's numbers."""
    return [
        (str(entry.moment.date()), entry.operation, len(entry.numbers), entry.amount)
        for entry in sandbox.ledger
        if entry.operation.startswith("subscription_") and entry.account in (0, 1)
    ]


def test_a_number_is_charged_on_each_of_its_renewal_days(clock: ManualClock) -> None:
    sandbox = made(clock)
    [number] = buy(sandbox)
    assert sandbox.voximplant.balances[1] == Decimal("999.99")
    clock.advance(days=30)
    assert listed(sandbox, number)["phone_next_renewal"] == "2026-04-14"
    assert doings(sandbox) == []
    clock.advance(days=1)
    assert sandbox.voximplant.balances[1] == Decimal("999.98")
    record = listed(sandbox, number)
    assert (record["phone_next_renewal"], record["deactivated"]) == ("2026-05-14", False)
    clock.advance(days=365)
    assert listed(sandbox, number)["phone_next_renewal"] == "2027-05-14"
    assert sandbox.voximplant.balances[1] == Decimal("999.86")
    assert [day for day, *_ in doings(sandbox)] == [
        f"{year}-{month:02d}-14" for year, months in ((2026, range(4, 13)), (2027, range(1, 5))) for month in months
    ]


def test_an_unpaid_number_is_frozen_and_leaves_later(clock: ManualClock) -> None:
    sandbox = made(clock, balance=Decimal("0.03"))
    numbers = buy(sandbox, 2)  # which leaves enough to renew one of them
    clock.advance(days=31)
    assert [listed(sandbox, number)["deactivated"] for number in numbers] == [False, True]
    assert sandbox.voximplant.balances[1] == 0
    assert listed(sandbox, numbers[1])["modified"] == "2026-04-14 00:00:00"
    clock.advance(days=29)
    assert listed(sandbox, numbers[1])["deactivated"] is True
    clock.advance(days=1)
    assert listed(sandbox, numbers[1]) is None
    assert doings(sandbox) == [
        ("2026-04-14", "subscription_renewed", 1, Decimal("0.01")),
        ("2026-04-14", "subscription_frozen", 1, Decimal(0)),
        ("2026-05-14", "subscription_frozen", 1, Decimal(0)),
        ("2026-05-14", "subscription_detached", 1, Decimal(0)),
    ]
    classes = [entry.operation_class for entry in sandbox.ledger if entry.account == 1]
    assert classes == ["charge", "charge", "idempotent", "idempotent", "release"]


def test_it_makes_no_difference_when_anybody_looks() -> None:
    def story(steps: int) -> list[Any]:
        clock = manual_clock()
        sandbox = Sandbox(clock=clock.now, balance=30)
        for _ in range(steps):
            clock.advance(days=400 / steps)
            call(sandbox, "GetPhoneNumbers", count=1)
            ask(sandbox, "/sms/1/numbers?limit=1", headers=APP)
        assert {entry.operation for entry in sandbox.ledger} > {"subscription_renewed", "subscription_detached"}
        providers = [[entry for entry in sandbox.ledger if entry.provider == name] for name in sandbox.credentials]
        return [*providers, call(sandbox, "GetPhoneNumbers"), sandbox.voximplant.balances, sandbox.infobip.balance]

    assert story(1) == story(16) == story(400)


def test_a_number_that_isnt_renewed_may_leave_at_once(clock: ManualClock) -> None:
    sandbox = made(clock, balance=Decimal("0.01"), unrenewed="detached")
    [number] = buy(sandbox)
    clock.advance(days=31)
    assert listed(sandbox, number) is None
    assert doings(sandbox) == [("2026-04-14", "subscription_detached", 1, Decimal(0))]
    sandbox.voximplant.balances[1] += 1
    assert len(buy(sandbox)) == 1


def test_an_unverified_number_is_taken_away(clock: ManualClock) -> None:
    sandbox = made(clock)
    [number] = buy(sandbox, where=MOSCOW)
    clock.advance(days=29)
    assert listed(sandbox, number)["unverified_hold_until"] == "2026-04-13"
    clock.advance(days=1)
    assert listed(sandbox, number) is None
    assert doings(sandbox) == [("2026-04-13", "subscription_detached", 1, Decimal(0))]


def test_what_the_account_had_at_first_is_renewed_as_well(clock: ManualClock) -> None:
    sandbox = Sandbox(clock=clock.now)
    before = {n["phone_id"]: n for n in call(sandbox, "GetPhoneNumbers")["result"]}
    assert before[1620500]["phone_next_renewal"] == "2022-06-04"
    clock.advance(days=21)  # the fourth of April
    after = {n["phone_id"]: n for n in call(sandbox, "GetPhoneNumbers")["result"]}
    assert after[1620500]["phone_next_renewal"] == "2026-05-04"
    for number, record in before.items():
        is_due = "2026-03-14" < record["phone_next_renewal"] <= "2026-04-04" or number == 1620500
        if number not in after:
            assert is_due
            assert record["canceled"]
        elif is_due and record["auto_charge"] and not record["deactivated"]:
            assert after[number]["phone_next_renewal"] > "2026-04-04"
        elif is_due:
            assert after[number]["deactivated"]
        else:
            assert after[number] == record
    drawn = sum((entry.amount for entry in sandbox.ledger if entry.account == 1), Decimal(0))
    assert sandbox.voximplant.balances[1] == 1000 - drawn < 1000


def test_a_month_renews_on_the_next_one_s_last_day(clock: ManualClock) -> None:
    clock.advance(days=17)
    sandbox = made(clock)
    [number] = buy(sandbox)
    assert listed(sandbox, number)["phone_next_renewal"] == "2026-04-30"


def test_time_can_be_put_forward(clock: ManualClock, tmp_path: Path) -> None:
    sandbox = made(clock)
    [number] = buy(sandbox)
    sandbox.advance(timedelta(days=31))
    assert [day for day, *_ in doings(sandbox)] == ["2026-04-14"]
    sandbox.save(tmp_path / "state")
    loaded = Sandbox.load(tmp_path / "state", clock=clock.now)
    for one in (sandbox, loaded):
        assert ask(one, "/sandbox/clock", method="POST", body=b'{"advance": 2592000}').status == 204
        assert listed(one, number)["phone_next_renewal"] == "2026-06-14"
        assert [day for day, *_ in doings(one)] == ["2026-04-14", "2026-05-14"]


def test_a_token_outlives_time_that_is_put_forward() -> None:
    sandbox = Sandbox()
    with Voximplant(
        credentials=sandbox.service_account(), http_client=httpx.Client(transport=sandbox.transport())
    ) as client:
        before = [number.phone_number for number in client.get_phone_numbers(canceled=False)]
        sandbox.advance(timedelta(days=20))
        assert set(before) >= {number.phone_number for number in client.get_phone_numbers(canceled=False)}


def test_time_does_not_go_back() -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match="goes forward only"):
        sandbox.advance(timedelta(seconds=-1))
    assert call(sandbox, "GetPhoneNumbers")["total_count"] == 45


@pytest.mark.parametrize("by", [timedelta.max, timedelta(days=366 * 8000)])
def test_time_ends_with_the_calendar(by: timedelta) -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match="cannot advance past the year 9998"):
        sandbox.advance(by)
    assert call(sandbox, "GetPhoneNumbers")["total_count"] == 45


def test_seven_thousand_years_pass_quickly(clock: ManualClock) -> None:
    """Each month costs something, so the balance bounds the work; this runs for minutes if it does not."""
    sandbox = Sandbox(clock=clock.now)
    sandbox.advance(timedelta(days=365 * 7000))
    assert sandbox.now.year > 9000
    assert call(sandbox, "GetPhoneNumbers")["total_count"] == 0
    assert len(sandbox.ledger) < 100_000


@pytest.mark.parametrize(
    "body",
    [
        "",
        "1",
        "{}",
        "[" * 5000,
        '{"advance": "x"}',
        '{"advance": true}',
        '{"advance": -1}',
        '{"advance": 1e300}',
        '{"advance": 1e999}',
        '{"advance": %s}' % ("9" * 400),
        '{"advance": NaN}',
        '{"advance": null}',
        '{"advance": 1, "by": 2}',
    ],
)
def test_a_wrong_time_over_http_is_refused(body: str) -> None:
    response = ask(Sandbox(), "/sandbox/clock", method="POST", body=body.encode())
    assert response.status == 400
    assert told(response)["error"]


def test_the_time_can_be_read_over_http(clock: ManualClock) -> None:
    sandbox = Sandbox(clock=clock.now)
    sandbox.advance(timedelta(days=1))
    assert told(ask(sandbox, "/sandbox/clock")) == {"now": "2026-03-15T12:30:15+00:00"}


def offer(sandbox: Sandbox) -> Any:
    return told(ask(sandbox, "/sms/1/numbers/available?country=US&limit=1", headers=APP))["numbers"][0]


def test_each_calendar_month_is_charged(clock: ManualClock) -> None:
    sandbox = made(clock)
    found = offer(sandbox)
    assert found["price"]["initialMonthPrice"] == 0.870968  # of 1.5, for 18 days of 31
    ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=b'{"numberKey":"%s"}' % found["numberKey"].encode())
    assert sandbox.infobip.balance == Decimal("999.129032")
    clock.advance(days=17)
    assert sandbox.infobip.balance == Decimal("999.129032")
    clock.advance(days=1)
    assert sandbox.infobip.balance == Decimal("997.629032")
    clock.advance(days=61)
    assert sandbox.infobip.balance == Decimal("994.629032")
    assert [day for day, *_ in doings(sandbox)] == ["2026-04-01", "2026-05-01", "2026-06-01"]
    [mine] = told(ask(sandbox, "/sms/1/numbers", headers=APP))["numbers"]
    assert mine["price"]["initialMonthPrice"] == 0.870968
    assert offer(sandbox)["price"]["initialMonthPrice"] == 1.5


def test_a_month_that_cant_be_paid_ends_a_subscription(clock: ManualClock) -> None:
    sandbox = made(clock, balance=2)
    for _ in range(2):
        key = offer(sandbox)["numberKey"].encode()
        ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=b'{"numberKey":"%s"}' % key)
    assert sandbox.infobip.balance == Decimal("0.258064")
    sandbox.infobip.balance = Decimal(2)
    clock.advance(days=18)
    left = told(ask(sandbox, "/sms/1/numbers", headers=APP))["numberCount"]
    assert (left, sandbox.infobip.balance) == (1, Decimal("0.5"))
    assert [done for _, done, _, _ in doings(sandbox)] == ["subscription_renewed", "subscription_detached"]


def test_the_ledger_tells_what_everything_cost(clock: ManualClock) -> None:
    sandbox = made(clock)
    [number] = buy(sandbox)
    call(sandbox, "DeactivatePhoneNumber", phone_id=number)
    key = offer(sandbox)["numberKey"].encode()
    ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=b'{"numberKey":"%s"}' % key)
    entries: list[Entry] = list(sandbox.ledger)
    assert [entry.amount for entry in entries] == [Decimal("0.01"), Decimal(0), Decimal("0.870968")]
    shown = told(ask(sandbox, "/sandbox/ledger"))["entries"]
    assert [entry["amount"] for entry in shown] == ["0.01", "0", "0.870968"]


def test_a_clock_that_goes_back_undoes_nothing() -> None:
    moment = MOMENT
    sandbox = Sandbox(clock=lambda: moment, owned=0)
    [number] = buy(sandbox)
    moment += timedelta(days=31)
    renewed = listed(sandbox, number)
    moment -= timedelta(days=40)
    assert listed(sandbox, number) == renewed
    assert sandbox.voximplant.balances[1] == Decimal("999.98")

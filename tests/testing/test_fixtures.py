"""What the fixtures of the pytest plugin are, and what tests can say about them."""

import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest

import numberline
from numberline import Apifonica, AsyncInfobip, Infobip, Voximplant
from numberline._runtime.client import Client
from numberline.errors import InvalidArgument, RateLimited
from numberline.pytest_plugin import CLIENTS
from numberline.testing import BEGIN, ManualClock, connect
from numberline_sandbox import Behaviour, Sandbox
from numberline_sandbox.faults import Faults
from numberline_sandbox.ledger import Ledger


@pytest.mark.parametrize(("fixture", "name"), CLIENTS.items(), ids=list(CLIENTS))
def test_every_client_has_a_fixture(fixture: str, name: str, request: pytest.FixtureRequest) -> None:
    assert type(request.getfixturevalue(fixture)) is getattr(numberline, name)
    assert len(CLIENTS) == 6


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_has_a_sandbox_of_its_own(
    turn: int, infobip: Infobip, numberline_sandbox: Sandbox, numberline_ledger: Ledger, numberline_clock: ManualClock
) -> None:
    offer = infobip.list_available_numbers().first()
    assert offer
    mine = infobip.purchase_number(number_key=offer.number_key)
    (entry,) = numberline_ledger
    assert entry.numbers == (mine.number,)
    assert entry.moment == numberline_clock.now() == BEGIN
    assert infobip.list_purchased_numbers().total() == 46
    assert numberline_sandbox.infobip.balance < 1000


@pytest.mark.parametrize("turn", [1, 2])
def test_waits_take_no_time_and_move_the_sandbox_on(
    turn: int, apifonica: Apifonica, numberline_faults: Faults, numberline_clock: ManualClock
) -> None:
    """And a limit ends with its test: the second turn waits as long as the first."""
    numberline_faults.set("list_rented_numbers", "429=40", times=2)
    numberline_faults.latency = 3
    assert apifonica.list_rented_numbers().first()
    assert numberline_clock.waits == [3, 40, 3, 40, 3]
    assert numberline_clock.now() == BEGIN + timedelta(seconds=89)


async def test_the_async_clients_wait_no_longer(
    async_infobip: AsyncInfobip, numberline_faults: Faults, numberline_clock: ManualClock
) -> None:
    numberline_faults.set("infobip.*", "503", times=2)
    numberline_faults.latency = 3
    assert await async_infobip.list_available_numbers().total() == 120
    assert numberline_clock.waits == [3, 0.5, 3, 1, 3]


def test_a_long_limit_can_be_waited_for_by_hand(
    apifonica: Apifonica, numberline_faults: Faults, numberline_clock: ManualClock
) -> None:
    numberline_faults.set("list_rented_numbers", "429=3000", times=1)
    with pytest.raises(RateLimited):
        apifonica.list_rented_numbers().first()
    with pytest.raises(RateLimited, match="not sent"):
        apifonica.list_rented_numbers().first()
    numberline_clock.advance(minutes=50)
    assert apifonica.list_rented_numbers().first()
    assert numberline_clock.waits == []


def test_tokens_are_signed_by_the_test_s_clock(numberline_sandbox: Sandbox, numberline_clock: ManualClock) -> None:
    key_file = {"credentials": numberline_sandbox.service_account()}
    child = connect(Voximplant, numberline_sandbox, clock=numberline_clock, sign_in=key_file, acting_for=1001)
    assert child.get_phone_numbers().total() == 3
    numberline_clock.advance(hours=20)
    assert child.options(retries=0).get_phone_numbers().total() == 3


@pytest.mark.numberline(seed=7, owned=4, numbers=50, behaviour=Behaviour(purchase_status=201))
class TestMarked:
    @pytest.mark.numberline(numbers=12, balance="0.5", latency=2, faults="infobip.*=503:1", now="today")
    def test_the_nearest_marker_counts(
        self, infobip: Infobip, numberline_sandbox: Sandbox, numberline_clock: ManualClock
    ) -> None:
        assert abs(datetime.now(UTC) - numberline_clock.now()) < timedelta(hours=1)
        assert infobip.list_available_numbers().total() == 12
        assert infobip.list_purchased_numbers().total() == 4
        assert str(numberline_sandbox.infobip.balance) == "0.5"
        assert numberline_sandbox.infobip.behaviour.purchase_status == 201
        assert numberline_clock.waits == [2, 0.5, 2, 2]


@pytest.fixture
def developer_s_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VOXIMPLANT_CREDENTIALS", "INFOBIP_USERNAME", "INFOBIP_PASSWORD"):
        monkeypatch.setenv(name, "of the developer")


@pytest.mark.parametrize("kind", [Voximplant, Infobip, Apifonica])
def test_a_program_s_own_client_reaches_the_sandbox(
    kind: type[Client], developer_s_environment: None, numberline_server: str, numberline_sandbox: Sandbox
) -> None:
    method = numberline_sandbox.examples[kind.environment.lower()].partition("(")[0]
    with kind.from_env() as client:
        assert repr(client) == f"<{kind.__name__} {numberline_server}>"
        assert getattr(client, method)().first()


@pytest.mark.parametrize("owned", [3, 5])
def test_the_port_serves_the_current_test_s_sandbox(
    owned: int, numberline_server: str, numberline_sandbox: Sandbox
) -> None:
    with Voximplant.from_env() as client:
        client.deactivate_phone_number(phone_id="all")
        assert client.get_phone_numbers().total() == 0
    assert len(numberline_sandbox.ledger) == 1
    assert httpx.get(f"{numberline_server}/sandbox/ledger").json()["entries"][0]["moment"].startswith("2026-03-14")


def test_a_manual_clock_only_goes_forward() -> None:
    clock = ManualClock(datetime.fromisoformat("2030-01-31T10:00+02:00"))
    assert repr(clock) == "<ManualClock 2030-01-31T08:00:00+00:00>"
    for step in ({"days": -1}, {"seconds": float("nan")}):
        with pytest.raises(ValueError, match=r"forward|NaN"):
            clock.advance(**step)
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2030, 1, 1))

    def wait() -> None:
        for _ in range(1000):
            clock.sleep(1)

    threads = [threading.Thread(target=wait) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() == 4000


def test_a_client_takes_no_clock_of_another_kind() -> None:
    with pytest.raises(InvalidArgument, match=r"clock takes a numberline\.Clock, not float") as refused:
        Infobip(api_key="a-key", clock=1.5)  # type: ignore[arg-type]  # shows that it is refused
    assert refused.value.parameter == "clock"

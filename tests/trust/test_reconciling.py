"""The reconciliation table: what `reconcile` says of a lost purchase or release, in every situation that misleads."""

import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx
import pytest

from numberline import AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import BaseClient
from numberline._runtime.operation import Holding, Wanted
from numberline._runtime.reconcile import Asked, Looked, Reconciled, decide
from numberline.errors import InvalidArgument, OutcomeUnknown, UnreadableResponse
from numberline.infobip import Number
from numberline.testing import BEGIN, ManualClock
from tests.support import Wire, result

LOCATORS: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}
NUMBERS = ("12025550100", "12025550101")
NEVER = float("inf")
DAY = 86_400.0
LOOKS = (1.0, 40.0, 100.0, 121.0, 800.0, DAY)
CLIENTS: list[type[BaseClient]] = [Voximplant, AsyncVoximplant, Infobip, AsyncInfobip]


class Scenario(NamedTuple):
    """How a provider, the clocks and other buyers mislead. Seconds; moments count from the lost request.

    Attributes:
        lag: how old a listing is.
        late: when a purchase is carried out, after its connection ended.
        skew: how far this machine's clock is ahead.
        jump: how far it is put forward after the request.
        other_machine: how far the clock is ahead on the machine that looks, if it is another one.
        ahead: how far the provider's clock is ahead.
        zone: hours by which the dates of records are local.
        has_dates: whether records say when they were bought.
        spelling: how numbers are listed.
        filters: whether the listing filters by number, literally.
        strangers: when others bought other numbers.
        rival: when somebody else buys the same number, if this purchase did not.
        hidden: how many records a listing leaves out that its total counts.
        pages: how many records stand on a page.
    """

    lag: float = 0.0
    late: float = 0.0
    skew: float = 0.0
    jump: float = 0.0
    other_machine: float | None = None
    ahead: float = 0.0
    zone: float = 0.0
    has_dates: bool = True
    spelling: str = "{}"
    strangers: tuple[float, ...] = ()
    rival: float | None = None
    hidden: int = 0
    pages: int = 1000

    @property
    def settles_after(self) -> float:
        """From when on a listing without it is a denial. A clock that was put back delays that."""
        return 120.0 - min(0.0, self.jump, self.other_machine or 0.0)


SCENARIOS = {
    "plain": Scenario(),
    "the listing lags": Scenario(lag=60),
    "it is carried out late": Scenario(late=80),
    "late and lagging": Scenario(lag=50, late=60),
    "our clock is 6 min ahead": Scenario(skew=360),
    "our clock is 6 min behind": Scenario(skew=-360),
    "our clock is put forward": Scenario(jump=600, late=80),
    "our clock is put back": Scenario(jump=-600),
    "the provider's clock is ahead": Scenario(ahead=360),
    "a machine that is 6 min ahead looks": Scenario(other_machine=360, late=80),
    "a machine that is 6 min behind looks": Scenario(other_machine=-360),
    "dates are local, west": Scenario(zone=-3),
    "dates are local, far west": Scenario(zone=-12),
    "dates are local, far east": Scenario(zone=14),
    "no dates": Scenario(has_dates=False),
    "listed with a plus": Scenario(spelling="+{}"),
    "listed with blanks": Scenario(spelling="+{:.1} {}"),
    "listed with zeros": Scenario(spelling="00{}"),
    "others bought before": Scenario(strangers=(-DAY, -10)),
    "others buy at the same time": Scenario(strangers=(0.2, 0.4)),
    "others buy afterwards": Scenario(strangers=(5, 100)),
    "somebody else buys it before": Scenario(rival=-10),
    "somebody else buys it afterwards": Scenario(rival=20),
    "the account is large": Scenario(strangers=tuple(-DAY * (2 + n) for n in range(40)), pages=7),
}


class Held(NamedTuple):
    id: str
    number: str
    since: float
    until: float = NEVER
    by: str = "others"


class Market(Wire):
    """Both providers at once, on one true clock: they sell, release and list, and lose the responses they are told to.

    Attributes:
        held: what the account owns or owned.
        looks: how often it was listed.
    """

    def __init__(self, scenario: Scenario) -> None:
        super().__init__()
        self.scenario = scenario
        self.clock = ManualClock()
        self.held: list[Held] = []
        self.looks = 0
        self.effects = 0
        self.carries_out = True
        self.is_canceled_listed = False
        self._next = 5000

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    def own(self, number: str, since: float, by: str = "others") -> None:
        self._next += 1
        self.held.append(Held(str(self._next), number, since, by=by))

    def release(self, matches: Callable[[Held], bool], at: float) -> None:
        self.held = [each._replace(until=at) if matches(each) and each.until > at else each for each in self.held]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self._replies:
            return super().__call__(request)
        self.sent.append(request)
        path, method = request.url.path, request.method
        ahead = self.now + self.scenario.ahead
        date = (BEGIN + timedelta(seconds=ahead)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        body = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if path.endswith("/GetPhoneNumbers"):
            answer = self._voximplant_page(body)
        elif method == "GET":
            answer = self._infobip_page(request.url.params)
        else:
            self._change(request, body)
            self.clock.advance(seconds=30.0)
            raise httpx.ReadTimeout("lost", request=request)
        self.looks += 1
        return httpx.Response(200, json=answer, headers={"date": date})

    def _change(self, request: httpx.Request, body: dict[str, str]) -> None:
        self.effects += 1
        at = self.now + (30.0 + self.scenario.late if self.scenario.late else 0.0)
        if not self.carries_out:
            return
        if request.method == "DELETE":
            key = request.url.path.rpartition("/")[2]
            self.release(lambda each: each.id == key, at)
        elif request.url.path.endswith("/DeactivatePhoneNumber"):
            ids, numbers = (body.get(name, "").split(";") for name in ("phone_id", "phone_number"))
            digits = [number.strip("+ ") for number in numbers]
            self.release(lambda each: each.id in ids or each.number in digits or ids == ["all"], at)
        elif request.url.path.endswith("/AttachPhoneNumber"):
            for number in body.get("phone_number", "").split(";") if "phone_number" in body else ():
                self.own(number.strip("+ "), at, "us")
            for each in range(int(body.get("phone_count", 0))):
                self.own(f"1202555020{each}", at, "us")
        else:
            key = json.loads(request.content)["numberKey"]
            self.own(key.removeprefix("offer-"), at, "us")

    def listed(self) -> list[Held]:
        at = self.now - self.scenario.lag
        return [each for each in self.held if each.since <= at < each.until]

    def _spelled(self, number: str) -> str:
        form = self.scenario.spelling
        return form.format(number, number[1:]) if form.count("{") == 2 else form.format(number)

    def _date(self, since: float) -> str | None:
        if not self.scenario.has_dates:
            return None
        local = max(since, -3e9) + self.scenario.ahead + 3600 * self.scenario.zone
        return (BEGIN + timedelta(seconds=local)).strftime("%Y-%m-%d %H:%M:%S")

    def _page(self, records: list[dict[str, Any]], field: str, number: str | None, start: int) -> tuple[Any, int]:
        if number is not None:
            records = [each for each in records if each[field] in number.split(";")]
        total = len(records)
        records = records[: total - self.scenario.hidden]
        return records[start : start + self.scenario.pages], total

    def _voximplant_page(self, body: dict[str, str]) -> dict[str, Any]:
        records = [
            {
                "phone_id": int(each.id),
                "phone_number": self._spelled(each.number),
                "phone_purchase_date": self._date(each.since),
                "phone_region_id": 7,  # not the one that was asked for
            }
            for each in self.listed()
        ]
        if self.is_canceled_listed:
            gone = [each for each in self.held if each.until <= self.now]
            records += [{"phone_id": int(e.id), "phone_number": e.number, "canceled": True} for e in gone]
        page, total = self._page(records, "phone_number", body.get("phone_number"), int(body.get("offset", 0)))
        return {"result": page, "count": len(page), "total_count": total}

    def _infobip_page(self, query: httpx.QueryParams) -> dict[str, Any]:
        records = [{"numberKey": f"{each.id}", "number": self._spelled(each.number)} for each in self.listed()]
        start = int(query.get("page", 0)) * self.scenario.pages
        page, total = self._page(records, "number", query.get("number"), start)
        return {"numbers": page, "numberCount": total}


class SkewedClock(ManualClock):
    """The market's clock as a machine has it that is so far ahead."""

    def __init__(self, market: Market, skew: float) -> None:
        super().__init__()
        self._market = market
        self.skew = skew

    def monotonic(self) -> float:
        return self._market.clock.monotonic()

    def now(self) -> datetime:
        return self._market.clock.now() + timedelta(seconds=self.skew)


class Machine:
    """A client at a market, and what is done with it."""

    def __init__(self, market: Market, kind: type[BaseClient], **settings: Any) -> None:
        self.market = market
        self.clock = SkewedClock(market, market.scenario.skew)
        self._settings = {"account_id": 1, "api_key": "a-key"} if "Vox" in kind.__name__ else {"api_key": "a-key"}
        self._settings |= settings
        self.kind = kind
        self.client: Any = market.connect(kind, clock=self.clock, **self._settings)

    @property
    def is_voximplant(self) -> bool:
        return "Voximplant" in self.kind.__name__

    def look_around(self) -> None:
        """One listing, from which a client knows the provider's clock."""
        pages = self.client.get_phone_numbers() if self.is_voximplant else self.client.list_purchased_numbers()
        result(pages.total())

    def lose(self, method: str, *positional: Any, **arguments: Any) -> OutcomeUnknown:
        """A call whose response is lost; the error has been in another process since."""
        self.look_around()
        with pytest.raises(OutcomeUnknown) as caught:
            result(getattr(self.client, method)(*positional, **arguments))
        self.market.sent.clear()
        self.market.looks = 0
        unknown: OutcomeUnknown = pickle.loads(pickle.dumps(caught.value))
        return OutcomeUnknown.from_json(unknown.to_json())

    def buy_by_number(self, *numbers: str) -> OutcomeUnknown:
        if self.is_voximplant:
            return self.lose("attach_phone_number", phone_number=list(numbers), **LOCATORS)
        offer = Number(number_key=f"offer-{numbers[0]}", number=numbers[0])
        return self.lose("purchase_number", offer)

    def release(self, *numbers: str) -> OutcomeUnknown:
        if self.is_voximplant:
            return self.lose("deactivate_phone_number", phone_number=list(numbers))
        key = next(each.id for each in self.market.held if each.number == numbers[0])
        return self.lose("cancel_number", number_key=key)

    def reconcile_after(self, seconds: float, unknown: OutcomeUnknown) -> Reconciled[Any]:
        """So many seconds after the request had ended, on the machine of the scenario."""
        scenario, market = self.market.scenario, self.market
        market.clock.advance(seconds=30.0 + seconds - market.now)
        if scenario.other_machine is not None:
            self.client = market.connect(self.kind, clock=SkewedClock(market, scenario.other_machine), **self._settings)
        self.clock.skew = scenario.skew + scenario.jump
        effects, found = market.effects, result(self.client.reconcile(unknown))
        assert market.effects == effects, "looking bought or released something"
        assert isinstance(found, Reconciled)
        return found


def begin(scenario: Scenario, kind: type[BaseClient], *, carried_out: bool) -> Machine:
    market = Market(scenario)
    market.carries_out = carried_out
    for at, since in enumerate(scenario.strangers):
        market.own(f"4477009001{at:02}", since)
    return Machine(market, kind)


@pytest.mark.parametrize("carried_out", [True, False], ids=["bought", "not bought"])
@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_purchase_by_number(name: str, kind: type[BaseClient], carried_out: bool) -> None:
    scenario = SCENARIOS[name]
    machine = begin(scenario, kind, carried_out=carried_out)
    if scenario.rival is not None and (scenario.rival < 0 or not carried_out):
        machine.market.carries_out = False
        machine.market.own(NUMBERS[0], scenario.rival)

    unknown = machine.buy_by_number(NUMBERS[0])

    for after in LOOKS:
        found = machine.reconcile_after(after, unknown)
        is_listed = any(each.number == NUMBERS[0] for each in machine.market.listed())
        if is_listed:
            assert (found.verdict, len(found.records)) == ("owned", 1)
        elif after > scenario.settles_after:
            assert found.verdict == "not_owned"
        else:
            assert found.verdict in ("undecided", "not_owned")
        if found.verdict == "not_owned":
            assert not any(each.number == NUMBERS[0] and each.until > after for each in machine.market.held)
            assert found.look_again_at is None
        if found.verdict == "undecided":
            assert found.look_again_at is not None
            assert found.look_again_at > found.looked_at


@pytest.mark.parametrize("carried_out", [True, False], ids=["released", "not released"])
@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", [each for each, scenario in SCENARIOS.items() if scenario.rival is None])
def test_a_release(name: str, kind: type[BaseClient], carried_out: bool) -> None:
    scenario = SCENARIOS[name]
    machine = begin(scenario, kind, carried_out=carried_out)
    machine.market.own(NUMBERS[0], -DAY)

    unknown = machine.release(NUMBERS[0])

    for after in LOOKS:
        found = machine.reconcile_after(after, unknown)
        is_listed = any(each.number == NUMBERS[0] for each in machine.market.listed())
        if not is_listed:
            assert (found.verdict, found.records) == ("not_owned", ())
        elif after > scenario.settles_after:
            assert (found.verdict, len(found.records)) == ("owned", 1)
        else:
            assert found.verdict == "undecided" or not carried_out
        assert (found.look_again_at is not None) == (found.verdict == "undecided")


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("carried_out", [True, False], ids=["bought", "not bought"])
@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_purchase_by_count(name: str, kind: type[BaseClient], carried_out: bool, count: int) -> None:
    scenario = SCENARIOS[name]
    machine = begin(scenario, kind, carried_out=carried_out)

    unknown = machine.lose("attach_phone_number", phone_count=count, **LOCATORS)

    for after in LOOKS:
        found = machine.reconcile_after(after, unknown)
        is_new = any(each.since > -DAY / 2 for each in machine.market.listed())
        has_new = any(each.since > -DAY / 2 for each in machine.market.held)
        if after <= scenario.settles_after or has_new or (not scenario.has_dates and machine.market.held):
            assert found.verdict == "undecided"
            assert bool(found.candidates) >= is_new
        else:
            assert found.verdict == "not_owned"
        assert found.records == ()


@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
def test_clock_step_after_the_purchase_settles_nothing_early(
    kind: type[BaseClient],
) -> None:
    machine = begin(Scenario(lag=60.0), kind, carried_out=True)
    machine.look_around()
    machine.look_around = lambda: None  # type: ignore[method-assign]  # the provider is not heard again before it
    machine.clock.skew = -600.0
    unknown = machine.buy_by_number(NUMBERS[0])
    machine.clock.skew = 0.0

    found = machine.reconcile_after(10.0, unknown)

    assert found.verdict == "undecided"


@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("carried_out", [True, False], ids=["bought", "not bought"])
def test_a_partial_listing_denies_nothing(kind: type[BaseClient], carried_out: bool) -> None:
    machine = begin(Scenario(hidden=1, strangers=(-DAY,)), kind, carried_out=carried_out)

    unknown = machine.buy_by_number(NUMBERS[0])

    for after in LOOKS:
        found = machine.reconcile_after(after, unknown)
        assert found.verdict == "undecided"
        assert found.look_again_at == found.looked_at + timedelta(seconds=30)


@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
def test_a_partial_listing_says_nothing_is_released(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(hidden=1), kind, carried_out=True)
    machine.market.own(NUMBERS[0], -DAY)
    machine.market.own(NUMBERS[1], -DAY)

    found = machine.reconcile_after(DAY, machine.release(NUMBERS[0]))

    assert found.verdict == "undecided"


@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("is_listed", [True, False], ids=["marked as canceled", "gone"])
def test_what_was_released_meanwhile_is_not_owned(kind: type[BaseClient], is_listed: bool) -> None:
    machine = begin(Scenario(), kind, carried_out=True)
    unknown = machine.buy_by_number(NUMBERS[0])
    assert machine.reconcile_after(10, unknown).verdict == "owned"

    machine.market.release(lambda each: each.number == NUMBERS[0], machine.market.now)
    machine.market.is_canceled_listed = is_listed

    assert machine.reconcile_after(100, unknown).verdict == "undecided"
    assert machine.reconcile_after(200, unknown).verdict == "not_owned"


@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
def test_counted_purchase_listed_as_canceled_is_not_denied(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(), kind, carried_out=True)
    unknown = machine.lose("attach_phone_number", phone_count=1, **LOCATORS)
    machine.market.release(lambda _: True, 50)
    machine.market.is_canceled_listed = True

    found = machine.reconcile_after(DAY, unknown)

    assert (found.verdict, len(found.candidates)) == ("undecided", 1)


@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
def test_a_number_marked_as_canceled_is_released(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(), kind, carried_out=True)
    machine.market.own(NUMBERS[0], -DAY)
    machine.market.is_canceled_listed = True

    assert machine.reconcile_after(1, machine.release(NUMBERS[0])).verdict == "not_owned"


@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
def test_each_number_has_its_own_verdict(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(), kind, carried_out=False)
    machine.market.own(NUMBERS[1], 1)

    unknown = machine.buy_by_number(*NUMBERS)

    early, late = machine.reconcile_after(10, unknown), machine.reconcile_after(200, unknown)
    assert early.verdict == late.verdict == "undecided"
    assert early.verdicts == {NUMBERS[0]: "undecided", NUMBERS[1]: "owned"}
    assert late.verdicts == {NUMBERS[0]: "not_owned", NUMBERS[1]: "owned"}
    assert early.look_again_at is not None
    assert late.look_again_at is None
    assert [record.phone_number for record in late.records] == [NUMBERS[1]]


@pytest.mark.parametrize("spelling", ["+{}", "00{}", "+{:.1} (202) 555-0100", " {}"])
@pytest.mark.parametrize("carried_out", [True, False], ids=["bought", "not bought"])
def test_numbers_asked_for_in_another_spelling(spelling: str, carried_out: bool) -> None:
    machine = begin(Scenario(), Voximplant, carried_out=carried_out)
    unknown = machine.buy_by_number(NUMBERS[0])
    unknown.arguments["phone_number"] = spelling.format(NUMBERS[0])

    found = machine.reconcile_after(200, unknown)

    assert found.verdict == ("owned" if carried_out else "not_owned")


def test_a_number_without_its_country_code_is_never_denied() -> None:
    machine = begin(Scenario(), Voximplant, carried_out=True)
    unknown = machine.buy_by_number(NUMBERS[0])
    unknown.arguments["phone_number"] = "0" + NUMBERS[0][1:]

    found = machine.reconcile_after(200, unknown)

    assert found.verdict == "undecided"
    assert [record.phone_number for record in found.candidates] == [NUMBERS[0]]


@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
def test_several_lost_purchases_by_count_share_nothing(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(), kind, carried_out=True)
    lost = [machine.lose("attach_phone_number", phone_count=1, **LOCATORS)]
    machine.market.carries_out = False
    lost += [machine.lose("attach_phone_number", phone_count=1, **LOCATORS) for _ in range(2)]

    found = [machine.reconcile_after(300, each) for each in lost]

    assert {each.verdict for each in found} == {"undecided"}
    assert all(len(each.candidates) == 1 and not each.records for each in found)


@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("carried_out", [True, False], ids=["bought", "not bought"])
def test_several_lost_purchases_of_one_number_have_one_verdict(kind: type[BaseClient], carried_out: bool) -> None:
    machine = begin(Scenario(), kind, carried_out=carried_out)
    lost = [machine.buy_by_number(NUMBERS[0])]
    machine.market.carries_out = False
    lost += [machine.buy_by_number(NUMBERS[0]) for _ in range(2)]

    verdicts = {machine.reconcile_after(300, each).verdict for each in lost}

    assert verdicts == {"owned" if carried_out else "not_owned"}


@pytest.mark.parametrize("kind", CLIENTS[2:], ids=lambda kind: kind.__name__)
def test_a_changed_key_is_found_by_number_in_one_request(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(strangers=tuple(-DAY * n for n in range(2, 50))), kind, carried_out=True)

    found = machine.reconcile_after(1, machine.buy_by_number(NUMBERS[0]))

    assert found.verdict == "owned"
    assert found.records[0].number_key != f"offer-{NUMBERS[0]}"
    assert machine.market.looks == 1


@pytest.mark.parametrize("kind", CLIENTS[2:], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("status", "verdict"),
    [("PENDING", "undecided"), ("A_NEW_ONE", "undecided"), ("BILLING_FAILED", "not_owned"), ("ERROR", "not_owned")],
)
def test_a_listed_reservation_is_not_yet_owned(kind: type[BaseClient], status: str, verdict: str) -> None:
    machine = begin(Scenario(), kind, carried_out=True)
    unknown = machine.buy_by_number(NUMBERS[0])
    listed = {"numberKey": "1", "number": NUMBERS[0], "reservationStatus": status}
    machine.market.replies(*[httpx.Response(200, json={"numbers": [listed], "numberCount": 1})] * 2)

    found = machine.reconcile_after(200, unknown)

    assert found.verdict == verdict
    assert (found.look_again_at is not None) == (verdict == "undecided")


@pytest.mark.parametrize("kind", CLIENTS[2:], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("carried_out", [True, False], ids=["bought", "not bought"])
def test_a_key_alone_denies_nothing(kind: type[BaseClient], carried_out: bool) -> None:
    machine = begin(Scenario(), kind, carried_out=carried_out)

    found = machine.reconcile_after(DAY, machine.lose("purchase_number", number_key=f"offer-{NUMBERS[0]}"))

    assert (found.verdict, found.look_again_at) == ("undecided", None)
    assert "may have changed" in found.why


@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
def test_a_release_of_everything(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(), kind, carried_out=True)
    machine.market.own(NUMBERS[0], -DAY)
    unknown = machine.lose("deactivate_phone_number", phone_id="all")
    assert machine.reconcile_after(1, unknown).verdict == "not_owned"

    machine.market.own(NUMBERS[1], 60)

    found = machine.reconcile_after(DAY, unknown)
    assert found.verdict == "undecided"
    assert len(found.candidates) == 1


@pytest.mark.parametrize("kind", CLIENTS, ids=lambda kind: kind.__name__)
def test_refused_filter_by_an_unowned_number_is_handled(kind: type[BaseClient]) -> None:
    machine = begin(Scenario(), kind, carried_out=False)
    unknown = machine.buy_by_number(NUMBERS[0])
    refusal = {
        True: httpx.Response(200, json={"error": {"code": 121, "msg": "no such number"}}),
        False: httpx.Response(404, json={"requestError": {"serviceException": {"messageId": "NOT_FOUND"}}}),
    }[machine.is_voximplant]
    machine.market.replies(refusal)

    assert machine.reconcile_after(200, unknown).verdict == "not_owned"


def test_settle_after_is_a_setting() -> None:
    machine = Machine(Market(Scenario()), Voximplant, settle_after=600)
    machine.market.carries_out = False
    unknown = machine.buy_by_number(NUMBERS[0])

    early = machine.reconcile_after(599, unknown)

    assert early.verdict == "undecided"
    assert early.look_again_at == unknown.ended_at + timedelta(seconds=600)
    assert machine.reconcile_after(600, unknown).verdict == "not_owned"


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (Voximplant, {"account_id": 2}),
        (AsyncVoximplant, {"base_url": "https://sandbox.example"}),
        (Infobip, {"api_key": "another-key"}),
        (AsyncInfobip, {"base_url": "https://other.api.infobip.com"}),
    ],
)
def test_another_account_or_host_is_refused(kind: type[BaseClient], settings: dict[str, Any]) -> None:
    machine = begin(Scenario(), kind, carried_out=True)
    unknown = machine.buy_by_number(NUMBERS[0])
    other = Machine(machine.market, kind, **settings)

    with pytest.raises(InvalidArgument) as caught:
        result(other.client.reconcile(unknown))

    assert caught.value.parameter == "unknown"
    assert "a-key" not in str(caught.value)
    assert machine.market.sent == []


def test_another_provider_or_no_purchase_is_refused() -> None:
    machine = begin(Scenario(), Voximplant, carried_out=True)
    unknown = machine.buy_by_number(NUMBERS[0])
    other = begin(Scenario(), Infobip, carried_out=True)
    unknown.arguments.pop("phone_number")

    for client in (other.client, machine.client):
        with pytest.raises(InvalidArgument) as caught:
            client.reconcile(unknown)
        assert caught.value.parameter == "unknown"


def test_an_interruption_is_refused_with_the_way_to_its_outcome() -> None:
    machine = begin(Scenario(), Voximplant, carried_out=True)

    with pytest.raises(InvalidArgument, match=r"outcome_unknown\(error\) finds it"):
        machine.client.reconcile(KeyboardInterrupt())


def test_an_outcome_made_by_hand_is_looked_up() -> None:
    machine = begin(Scenario(), Voximplant, carried_out=True)
    machine.market.own(NUMBERS[0], 0)
    unknown = OutcomeUnknown(
        "a line of our own log",
        provider="Voximplant",
        operation="attach_phone_number",
        arguments={"phone_number": int(NUMBERS[0])},  # type: ignore[dict-item]
        account=machine.client._context.signer.account,
        base_url="https://api.voximplant.com",
        sent_at=BEGIN,
    )

    assert machine.reconcile_after(1, unknown).verdict == "owned"


def test_the_verdict_has_no_truth_value() -> None:
    machine = begin(Scenario(), Voximplant, carried_out=True)
    found = machine.reconcile_after(1, machine.buy_by_number(NUMBERS[0]))

    with pytest.raises(TypeError, match="compare its verdict"):
        bool(found)


def test_charge_without_reconciliation_fails_at_class_definition() -> None:
    with pytest.raises(TypeError, match="attach_phone_number"):
        type("Careless", (Voximplant,), {"_reconciliation": {}})


@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({"phone_number": ["12025550100"]}, ["12025550199"]),
        ({"phone_number": ["12025550100"]}, ["12025550100", "12025550199"]),
        ({"phone_number": ["12025550100", "12025550101"]}, ["12025550100"]),
        ({"phone_count": 3}, ["12025550100", "12025550101"]),
        ({"phone_count": 1}, ["12025550100", "12025550101"]),
    ],
)
def test_a_result_about_something_else_is_an_unknown_outcome(
    wire: Wire, kind: type[BaseClient], asked: dict[str, Any], given: list[str]
) -> None:
    bought = [{"phone_id": int(each[-3:]), "phone_number": each} for each in given]
    wire.replies({"result": 1, "phone_numbers": bought})
    client: Any = wire.connect(kind, account_id=1, api_key="a-key")

    with pytest.raises(OutcomeUnknown, match="asked for") as caught:
        result(client.attach_phone_number(**asked, **LOCATORS))

    assert [each["phone_number"] for each in caught.value.result["phone_numbers"]] == given


@pytest.mark.parametrize("spelling", ["{}", "+{}", "00{}"])
def test_a_result_in_another_spelling_is_what_was_asked_for(wire: Wire, spelling: str) -> None:
    wire.replies({"result": 1, "phone_numbers": [{"phone_id": 1, "phone_number": NUMBERS[0]}]})
    client = wire.connect(Voximplant, account_id=1, api_key="a-key")

    assert client.attach_phone_number(phone_number=[spelling.format(NUMBERS[0])], **LOCATORS)


@pytest.mark.parametrize("kind", CLIENTS[2:], ids=lambda kind: kind.__name__)
def test_a_purchase_by_offer_is_compared_by_number(wire: Wire, kind: type[BaseClient]) -> None:
    offer = Number(number_key="offer", number=NUMBERS[0])
    wire.replies({"numberKey": "new key", "number": NUMBERS[0]}, {"numberKey": "offer", "number": NUMBERS[1]})
    client: Any = wire.connect(kind, api_key="a-key")

    assert result(client.purchase_number(offer)).number_key == "new key"
    with pytest.raises(OutcomeUnknown, match="other numbers") as caught:
        result(client.purchase_number(offer))

    assert caught.value.number == NUMBERS[0]
    assert caught.value.result == {"numberKey": "offer", "number": NUMBERS[1]}


@pytest.mark.parametrize("kind", CLIENTS[2:], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("positional", "named", "parameter"),
    [((), {}, None), ((Number(number_key="a", number="1"),), {"number_key": "a"}, None), (("a",), {}, "offer")],
)
def test_exactly_one_of_offer_and_key(
    wire: Wire, kind: type[BaseClient], positional: Any, named: dict[str, str], parameter: str | None
) -> None:
    client: Any = wire.connect(kind, api_key="a-key")

    with pytest.raises(InvalidArgument) as caught:
        result(client.purchase_number(*positional, **named))

    assert caught.value.parameter in (parameter, "number_key", "offer")
    assert wire.sent == []


@pytest.mark.parametrize("kind", CLIENTS[2:], ids=lambda kind: kind.__name__)
def test_a_record_asked_for_by_key_is_that_keys(wire: Wire, kind: type[BaseClient]) -> None:
    wire.replies({"numberKey": "A%EE", "number": NUMBERS[0]}, {"numberKey": "B", "number": NUMBERS[1]})
    client: Any = wire.connect(kind, api_key="a-key")

    assert result(client.get_purchased_number(number_key="A%EE")).number == NUMBERS[0]
    with pytest.raises(UnreadableResponse, match="another numberKey"):
        result(client.get_purchased_number(number_key="A%EE"))


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        ("4402079460958", "undecided"),
        ("2079460958", "undecided"),
        ("44207946****", "undecided"),
        ("442079460959", "not_owned"),
        ("332079460958", "not_owned"),
        ("Brand24", "not_owned"),
    ],
)
def test_a_number_that_may_be_written_otherwise_is_never_denied(listed: str, verdict: str) -> None:
    sent_at = datetime(2026, 3, 14, tzinfo=UTC)
    asked = Asked(False, Wanted(("442079460958",)), sent_at, sent_at)
    looked = Looked((Holding("1", listed),), True, sent_at + timedelta(hours=1))

    assert decide(asked, looked, 120).verdict == verdict


@pytest.mark.parametrize("kind", CLIENTS[2:], ids=lambda kind: kind.__name__)
def test_an_offer_of_an_odd_number_is_looked_up_by_its_key(wire: Wire, kind: type[BaseClient]) -> None:
    wire.replies(httpx.Response(500))
    client: Any = wire.connect(kind, api_key="a-key")
    with pytest.raises(OutcomeUnknown) as caught:
        result(client.purchase_number(Number(number_key="offer", number="Brand")))
    wire.replies({"numbers": [], "numberCount": 0})

    assert result(client.reconcile(caught.value)).verdict == "undecided"


@pytest.mark.parametrize("kind", CLIENTS[:2], ids=lambda kind: kind.__name__)
def test_what_could_not_be_looked_up_is_not_bought(wire: Wire, kind: type[BaseClient]) -> None:
    client: Any = wire.connect(kind, account_id=1, api_key="a-key")
    with pytest.raises(InvalidArgument) as caught:
        result(client.attach_phone_number(phone_count=1, **LOCATORS, extra_params={"phone_id": "abc"}))

    assert caught.value.parameter == "extra_params"
    assert wire.sent == []

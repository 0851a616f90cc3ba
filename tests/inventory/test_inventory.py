"""One view over three providers: what it holds, what it concludes, and what happens when an account fails."""

import asyncio
import csv
import gc
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from typing import Any, NoReturn

import httpx
import pytest
import trio
from attr import evolve

from numberline import Apifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import BaseClient
from numberline.errors import AuthenticationError, InvalidArgument, ServerError, UnreadableResponse
from numberline.inventory import (
    AsyncInventory,
    Audit,
    Bindable,
    Comparison,
    IncompleteInventory,
    Inventory,
    Money,
    PhoneNumber,
    Purchasable,
    Releasable,
    Search,
    Searchable,
    Status,
)
from numberline.inventory.adapters import _adapter
from numberline.testing import ManualClock, connect
from numberline_sandbox import Sandbox
from tests.inventory.support import listed, until
from tests.support import FULL, Wire, result

Either = Inventory | AsyncInventory
CENTS = Decimal("0.01")


# --- numbers


def test_all_accounts_are_listed_in_their_order(inventory: Either, sandbox: Sandbox, clock: ManualClock) -> None:
    numbers = listed(inventory)

    assert [number.account for number in numbers] == ["de"] * 45 + ["support"] * 45 + ["sip"] * 45
    records = list(connect(Infobip, sandbox, clock=clock).list_purchased_numbers())
    assert [number.id for number in numbers[45:90]] == [record.number_key for record in records]


def test_a_number_says_what_its_provider_tells_and_nothing_else(inventory: Either) -> None:
    by_account = {number.account: number for number in reversed(listed(inventory))}

    vox, info, api = by_account["de"], by_account["support"], by_account["sip"]
    assert (vox.monthly, vox.purchased is not None) == (Money(CENTS, "USD"), True)
    assert vox.next_renewal is not None
    assert (vox.is_bound, vox.bound_to, vox.state, vox.country) == (False, None, "active", "XX")
    assert info.monthly is not None
    assert (info.monthly.currency, info.is_bound, info.state, info.purchased) == ("EUR", None, None, None)
    assert api.monthly == Money(Decimal("1.86"), "EUR")
    assert (api.number, api.country, api.kind) == (PhoneNumber("+447480600503"), "GB", "local")
    assert api.bound_to == "app61de164b-8e62-35d9-92d0-c6df5f0956ec"
    assert type(api.record).__name__ == "RentedNumber"


def test_a_country_narrows_the_numbers(inventory: Either, sandbox: Sandbox) -> None:
    everything = listed(inventory)
    gb = listed(inventory, country="gb")

    assert gb == [number for number in everything if number.country == "GB"]
    assert {number.provider for number in gb} == {"Voximplant", "Infobip", "Apifonica"}
    with pytest.raises(InvalidArgument, match="two letters"):
        listed(inventory, country="GB;US")


def test_only_what_is_taken_is_read_with_two_pages_ahead(wire: Wire) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("page", 0))
        numbers = [{"numberKey": f"{at}-{n}", "number": f"4477009{at:02}{n:03}"} for n in range(2)]
        return httpx.Response(200, json={"numbers": numbers, "numberCount": 100})

    wire.replies(*[page] * 50)
    inventory = Inventory({"a": wire.connect(Infobip, api_key="a-key")})
    numbers = inventory.numbers()
    next(numbers)

    until(lambda: len(wire.sent) >= 3)
    assert len(wire.sent) == 3
    numbers.close()
    assert len(wire.sent) == 3


def test_a_walk_that_is_dropped_leaves_no_thread(sandbox: Sandbox) -> None:
    before = threading.active_count()
    inventory = Inventory({"a": connect(Infobip, sandbox), "b": connect(Apifonica, sandbox)})
    assert next(inventory.numbers()).account == "a"
    gc.collect()
    until(lambda: threading.active_count() <= before)


def test_numbers_that_are_not_international_keep_their_text(wire: Wire) -> None:
    rows = [{"numberKey": "1", "number": "12345", "type": "SHORT_CODE"}, {"numberKey": "2", "number": "MYBRAND"}]
    wire.replies({"numbers": rows, "numberCount": 2})

    numbers = list(Inventory({"a": wire.connect(Infobip, api_key="a-key")}).numbers())

    assert [(each.number, each.text, each.kind) for each in numbers] == [
        (None, "12345", "short_code"),
        (None, "MYBRAND", None),
    ]
    assert numbers[0].monthly is None


def test_a_currency_that_may_not_be_read_is_not_told(wire: Wire) -> None:
    row = {"phone_id": 1, "phone_number": "447700900123", "phone_price": 1.5}
    wire.replies(
        {"error": {"code": 104, "msg": "no"}},
        {"result": [row], "count": 1, "total_count": 1},
    )

    (number,) = Inventory({"a": wire.connect(Voximplant, account_id=7, api_key="k")}).numbers()

    assert number.monthly == Money(Decimal("1.5"), None)


def test_prices_in_another_order_than_the_numbers_are_matched(wire: Wire) -> None:
    rented = [{"number_sid": sid, "number": "447700900123"} for sid in "abcd"]
    costs = [{"number_sid": sid, "monthly_price": at, "currency": "eur"} for at, sid in enumerate("dcb")]
    link = "https://api.apifonica.com/v2/accounts/AC1/balance/numbers?next=x"
    wire.replies(
        {"numbers": rented, "next": None},
        {"numbers": costs[:2], "next": link},
        {"numbers": costs[2:], "next": None},
    )

    numbers = list(Inventory({"a": wire.connect(Apifonica, account_sid="AC1", auth_token="t")}).numbers())

    assert [number.monthly for number in numbers] == [
        None,
        Money(Decimal(2), "EUR"),
        Money(Decimal(1), "EUR"),
        Money(Decimal(0), "EUR"),
    ]


# --- what fails


def broken(wire: Wire, *replies: Any) -> Infobip:
    wire.replies(*replies)
    return wire.connect(Infobip, api_key="a-key")


def test_an_account_that_fails_in_the_middle_is_named_after_all_others(sandbox: Sandbox, wire: Wire) -> None:
    rows = [{"numberKey": str(n), "number": f"44770090012{n}"} for n in range(2)]
    failing = broken(wire, {"numbers": rows, "numberCount": 4}, httpx.Response(500))
    inventory = Inventory({"a": failing, "b": connect(Apifonica, sandbox)})

    came: list[str] = []
    with pytest.raises(IncompleteInventory, match="not all numbers of a came") as caught:
        came.extend(number.account for number in inventory.numbers())
    assert came == ["a"] * 2 + ["b"] * 45
    assert caught.value.found == {"a": 2, "b": 45}
    assert isinstance(caught.value.missing["a"], ServerError)
    assert caught.value.__cause__ is caught.value.missing["a"]


def test_a_listing_that_ends_short_makes_the_account_missing(wire: Wire) -> None:
    inventory = Inventory({"a": broken(wire, {"numbers": [], "numberCount": 3}, *[{"numbers": []}] * 20)})

    with pytest.raises(IncompleteInventory):
        list(inventory.numbers())


def test_records_without_an_id_make_the_account_missing(wire: Wire) -> None:
    row = {"phone_id": 1, "phone_number": "447700900123", "phone_price": 1.5}
    wire.replies(
        {"result": {"account_id": 7, "currency": "USD"}},
        {"result": [row, {"phone_number": "447700900124"}], "count": 2, "total_count": 2},
    )
    inventory = Inventory({"a": wire.connect(Voximplant, account_id=7, api_key="k")})

    with pytest.raises(IncompleteInventory) as caught:
        list(inventory.numbers())
    assert isinstance(caught.value.missing["a"], UnreadableResponse)


@pytest.mark.parametrize("report", ["find", "audit", "compare"])
def test_a_report_without_an_account_is_raised_and_holds_the_rest(report: str, sandbox: Sandbox) -> None:
    wrong = connect(Infobip, sandbox, sign_in={"api_key": "wrong"})
    inventory = Inventory({"a": wrong, "b": connect(Voximplant, sandbox)})
    calls: dict[str, Callable[[], Any]] = {
        "find": lambda: inventory.find("GB"),
        "audit": inventory.audit,
        "compare": lambda: inventory.compare(["+447700900123"]),
    }

    with pytest.raises(IncompleteInventory) as caught:
        calls[report]()

    assert isinstance(caught.value.partial, {"find": Search, "audit": Audit, "compare": Comparison}[report])
    assert isinstance(caught.value.missing["a"], AuthenticationError)
    assert caught.value.found["b"] > 0


def test_an_interrupt_in_a_credential_function_reaches_the_caller(sandbox: Sandbox) -> None:
    def interrupted() -> NoReturn:
        raise KeyboardInterrupt

    inventory = Inventory({"a": connect(Infobip, sandbox, sign_in={"api_key": interrupted})})

    with pytest.raises(KeyboardInterrupt):
        list(inventory.numbers())


def test_an_async_walk_that_is_cancelled_leaves_no_task(sandbox: Sandbox) -> None:
    async def walk() -> int:
        inventory = AsyncInventory({"a": connect(AsyncInfobip, sandbox), "b": connect(AsyncVoximplant, sandbox)})

        async def take() -> None:
            async for _ in inventory.numbers():
                await asyncio.sleep(30)

        task = asyncio.create_task(take())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.1)  # the loop closes what was dropped
        return len(asyncio.all_tasks())

    assert asyncio.run(walk()) == 1


def test_another_event_loop_is_refused(sandbox: Sandbox) -> None:
    inventory = AsyncInventory({"a": connect(AsyncInfobip, sandbox)})

    async def walk() -> None:
        async for _ in inventory.numbers():
            pass

    with pytest.raises(InvalidArgument, match="asyncio"):
        trio.run(walk)


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ({}, "at least one"),
        ([], "at least one"),
        ({"": None}, "not empty"),
        ({"a": None}, "takes a client, not NoneType"),
        ({"a": AsyncInfobip(api_key="k")}, "not AsyncInfobip"),
    ],
)
def test_what_is_no_account_is_refused(accounts: Any, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as caught:
        Inventory(accounts)
    assert caught.value.parameter == "accounts"


# --- find


def test_the_cheapest_of_each_currency_come_first_and_what_was_read_is_told(inventory: Either) -> None:
    found = result(inventory.find("gb", capabilities=["SMS"], limit=3))

    assert [str(offer.monthly) for offer in found.offers] == ["5.00 EUR"] * 3 + ["1.20 USD"] * 3
    assert all("sms" in (offer.capabilities or ()) for offer in found.offers)
    assert found.read >= 6
    assert set(found.requests) == {"de", "support"}
    assert (found.cut_short, found.not_searchable) == ((), ("sip",))
    cheapest = found.cheapest("USD")
    assert cheapest is not None
    assert cheapest.account == "de"
    with pytest.raises(InvalidArgument, match="EUR and USD"):
        found.cheapest()


def test_a_search_keeps_to_prefix_kind_and_price(inventory: Either) -> None:
    found = result(inventory.find("US", kind="local", prefix="+1 212", max_price=Money(Decimal(3), "USD")))
    assert found.offers
    assert all(offer.number and offer.number.startswith("+1212") and offer.kind == "local" for offer in found.offers)

    # The fee that is due once counts as well: 1.50 a month and 1.50 once.
    assert result(inventory.find("US", prefix="1212", max_price=Money(Decimal("2.99"), "USD"))).offers == ()


def test_a_search_takes_no_more_requests_than_it_may_and_says_so(inventory: Either) -> None:
    found = result(inventory.find("US", max_requests=2))

    assert found.requests["de"] == 2
    assert "de" in found.cut_short


@pytest.mark.parametrize(
    "arguments",
    [
        {"country": "GBR"},
        {"country": "é1"},
        {"country": "GB", "capabilities": "sms"},
        {"country": "GB", "prefix": "44;1"},
        {"country": "GB", "limit": 0},
        {"country": "GB", "max_requests": 0},
        {"country": "GB", "max_price": Decimal(5)},
        {"country": "GB", "max_price": Money(Decimal(5))},
        {"country": "GB", "max_price": Money(Decimal("NaN"), "EUR")},
    ],
)
def test_a_search_for_what_cannot_be_is_refused(arguments: dict[str, Any], wire: Wire) -> None:
    inventory = Inventory({"a": wire.connect(Infobip, api_key="a-key")})
    country = arguments.pop("country")
    with pytest.raises(InvalidArgument):
        inventory.find(country, **arguments)
    assert wire.sent == []


def test_an_offer_without_a_price_passes_no_limit_and_comes_last(wire: Wire) -> None:
    rows: list[dict[str, Any]] = [
        {"numberKey": "1", "number": "447700900123"},
        {"numberKey": "2", "number": "447700900124", "price": {"pricePerMonth": 5, "setupPrice": 0, "currency": "EUR"}},
        {"numberKey": "3", "number": "447700900125", "price": {"pricePerMonth": 1, "currency": "EUR"}},
    ]
    inventory = Inventory({"a": wire.connect(Infobip, api_key="a-key")})
    wire.replies({"numbers": rows, "numberCount": 3}, {"numbers": rows, "numberCount": 3})

    assert [offer.id for offer in inventory.find("GB").offers] == ["3", "2", "1"]
    within = inventory.find("GB", max_price=Money(Decimal(9), "EUR"))
    assert [offer.id for offer in within.offers] == ["2"]  # of the others the whole price is not told


# --- what a client can do


def test_capabilities_agree_with_what_can_be_done() -> None:
    can: dict[type[BaseClient], list[bool]] = {
        Voximplant: [True, True, True, True],
        AsyncVoximplant: [True, True, True, True],
        Infobip: [True, True, True, False],
        Apifonica: [False, False, False, False],
    }
    for kind, expected in can.items():
        client = kind.__new__(kind)
        kinds = (Searchable, Purchasable, Releasable, Bindable)
        assert [isinstance(client, each) for each in kinds] == expected
        adapter = _adapter(kind.provider.name)
        there = (adapter.search, adapter.purchase, adapter.release, adapter.bind)
        assert [each is not None for each in there] == expected


# --- audit, compare, bind, status


def test_an_audit_names_what_somebody_should_look_at(inventory: Either, clock: ManualClock) -> None:
    audit = result(inventory.audit(within_days=7))

    by_name: dict[str, list[Any]] = {}
    for finding in audit.findings:
        by_name.setdefault(finding.name, []).append(finding.number)
    assert all(number.is_bound is False for number in by_name["unbound"])
    assert all((number.next_renewal - clock.now().date()).days <= 7 for number in by_name["renews_soon"])
    assert {number.state for number in by_name["frozen"]} == {"frozen"}
    assert {number.state for number in by_name["cancelled"]} == {"cancelled"}
    assert all("unverified" in number.problems for number in by_name["unverified"])
    assert audit.totals.numbers == 135
    assert set(audit.totals.monthly) == {"EUR", "USD"}


def test_a_number_in_two_accounts_is_a_finding(sandbox: Sandbox) -> None:
    twice = Inventory({"one": connect(Infobip, sandbox), "two": connect(Infobip, sandbox)})

    findings = [each for each in twice.audit().findings if each.name == "in_two_accounts"]

    assert len(findings) == 45
    assert {(each.number.account, each.detail) for each in findings} == {("two", "also in one")}


def test_a_price_that_is_not_told_is_a_finding(wire: Wire) -> None:
    wire.replies({"numbers": [{"numberKey": "1", "number": "447700900123"}], "numberCount": 1})

    audit = Inventory({"a": wire.connect(Infobip, api_key="k")}).audit()

    assert [each.name for each in audit.findings] == ["price_unknown"]
    assert audit.totals.without_price == 1


def test_missing_and_unexpected_numbers_are_told_apart(inventory: Either) -> None:
    owned = [number for number in listed(inventory) if number.number]
    expected = [*(f"00{number.text}" for number in owned[1:]), "+49 30 901820"]

    comparison = result(inventory.compare(expected))

    assert comparison.missing == (PhoneNumber("+4930901820"),)
    assert [each.number for each in comparison.unexpected] == [owned[0].number]
    assert comparison.matched == len({each.number for each in owned[1:]})


def test_what_is_expected_has_to_be_phone_numbers(sandbox: Sandbox) -> None:
    inventory = Inventory({"a": connect(Infobip, sandbox)})
    with pytest.raises(InvalidArgument, match="item 1 of expected"):
        inventory.compare(["+447700900123", "name"])
    with pytest.raises(InvalidArgument, match="bare string"):
        inventory.compare("+447700900123")


def test_each_number_has_an_outcome_when_many_are_bound(inventory: Either) -> None:
    numbers = listed(inventory)
    some = [numbers[0], numbers[50], *numbers[1:3]]

    bound = result(inventory.bind(some, "support"))

    assert [each.number for each in bound] == some
    assert [each.error is None for each in bound] == [True, False, True, True]
    assert "can't bind" in str(bound[1].error)
    again = {number.id: number for number in listed(inventory)}
    assert {again[number.id].bound_to for number in numbers[:3]} == {"support"}


def test_a_number_that_is_refused_does_not_keep_others_from_being_bound(inventory: Either) -> None:
    numbers = [number for number in listed(inventory) if number.account == "de"][:7]
    numbers[4] = evolve(numbers[4], id="999999")

    bound = result(inventory.bind(numbers, "support"))

    assert [each.error is None for each in bound] == [True] * 4 + [False] + [True] * 2


def test_status_asks_every_account_and_keeps_what_failed(sandbox: Sandbox) -> None:
    inventory = Inventory(
        {
            "a": connect(Voximplant, sandbox),
            "b": connect(Infobip, sandbox, sign_in={"api_key": "wrong"}),
            "c": connect(Apifonica, sandbox),
        }
    )

    status = inventory.status()

    assert status["a"] == Status(45, Money(Decimal(1000), "USD"))
    assert isinstance(status["b"], AuthenticationError)
    assert status["c"] == Status()


def test_a_closed_inventory_closes_its_clients(sandbox: Sandbox) -> None:
    with Inventory({"a": connect(Infobip, sandbox)}) as inventory:
        assert next(inventory.numbers()).account == "a"
    assert list(inventory.accounts) == ["a"]


# --- size


def many(count: int, account: int) -> Callable[[httpx.Request], httpx.Response]:
    def page(request: httpx.Request) -> httpx.Response:
        at, size = int(request.url.params.get("page", 0)), int(request.url.params["limit"])
        some = range(at * size, min(count, (at + 1) * size))
        rows = [
            {"numberKey": f"{n}", "number": f"44{account}{n:08}", "price": {"pricePerMonth": 5, "currency": "EUR"}}
            for n in some
        ]
        return httpx.Response(200, json={"numbers": rows, "numberCount": count})

    return page


def test_memory_does_not_grow_with_the_numbers() -> None:
    """Five accounts with 30,000 numbers together; a tenth by default, in which a page is as large."""
    each = 6000 if FULL else 3000
    clients = {
        f"{n}": Infobip(api_key=f"{n}", http_client=httpx.Client(transport=httpx.MockTransport(many(each, n))))
        for n in range(5)
    }
    inventory = Inventory(clients)
    next(inventory.numbers())
    tracemalloc.start()
    try:
        count = sum(1 for _ in inventory.numbers())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 5 * each
    assert peak < 60 * 2**20, f"{peak / 2**20:.1f} MiB"


def test_clients_alone_load_nothing_of_it() -> None:
    code = (
        "import sys, httpx; before = set(sys.modules)\n"  # httpx itself loads click and rich where they are installed
        "from numberline import Apifonica, Infobip, Voximplant\n"
        "print(sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numberline.voximplant" in run.stdout
    for module in ("numberline.inventory", "numberline.cli", "numberline.journal", "click", "rich", "platformdirs"):
        assert f"'{module}" not in run.stdout


def test_the_newcomers_csv_takes_five_lines(sandbox: Sandbox) -> None:
    out = StringIO()
    connected = {"vox": connect(Voximplant, sandbox), "info": connect(Infobip, sandbox)}
    with Inventory(connected) as inventory:
        csv.writer(out).writerows(number.to_row() for number in inventory.numbers())
    assert len(out.getvalue().splitlines()) == 90

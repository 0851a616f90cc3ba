"""Buying and releasing through an inventory: nothing twice, nothing that nobody knows of, whatever breaks."""

import asyncio
import json
import pickle
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest
import trio

from numberline import Apifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.errors import InvalidArgument, JournalUnavailable, NumberlineError, OutcomeUnknown
from numberline.inventory import (
    AsyncInventory,
    Bought,
    Inventory,
    Money,
    NotBought,
    NotReleased,
    Offer,
    OrphanedNumber,
)
from numberline.journal import Entry, Journal
from numberline.testing import ManualClock, connect
from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve
from tests.inventory.support import listed, until
from tests.support import FULL, result

LIMITS = {"EUR": Money(Decimal(50), "EUR"), "USD": Money(Decimal(50), "USD")}
PURCHASE = {"USD": "attach_phone_number", "EUR": "purchase_number"}

Either = Inventory | AsyncInventory


@pytest.fixture
def journal(tmp_path: Path, clock: ManualClock) -> Journal:
    return Journal(tmp_path / "journal", clock=clock)


@pytest.fixture(params=["sync", "async"])
def shop(request: pytest.FixtureRequest, sandbox: Sandbox, clock: ManualClock, journal: Journal) -> Either:
    if request.param == "sync":
        kinds = {"de": Voximplant, "support": Infobip}
        return Inventory({name: connect(kind, sandbox, clock=clock, journal=journal) for name, kind in kinds.items()})
    return AsyncInventory(
        {
            "de": connect(AsyncVoximplant, sandbox, clock=clock, journal=journal),
            "support": connect(AsyncInfobip, sandbox, clock=clock, journal=journal),
        }
    )


def cheapest(shop: Either, currency: str) -> Offer:
    offer = result(shop.find("GB")).cheapest(currency)
    assert offer is not None
    return offer


def nothing(_: Bought) -> None:
    pass


def purchases(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    """How often each number of each provider was bought, by the sandbox's own book."""
    entries = [entry for entry in sandbox.ledger if entry.operation in PURCHASE.values()]
    return Counter((entry.provider, number) for entry in entries for number in entry.numbers)


@pytest.fixture
def fast_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a thousand commits to a disk are not what is tested."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        yield Path(folder)


@pytest.mark.parametrize("currency", LIMITS)
def test_a_number_is_bought_registered_and_acknowledged(
    currency: str, shop: Either, journal: Journal, sandbox: Sandbox
) -> None:
    offer = cheapest(shop, currency)
    registered: list[tuple[Bought, int]] = []

    bought = result(
        shop.buy(
            offer,
            max_price=LIMITS[currency],
            on_bought=lambda one: registered.append((one, len(journal.unclaimed()))),
        )
    )

    assert registered == [(bought, 1)]  # not acknowledged before it was registered
    assert (journal.unclaimed(), journal.unsettled()) == ([], [])
    assert purchases(sandbox) == {(offer.provider.lower(), offer.text): 1}
    (owned,) = [number for number in listed(shop) if number.number == offer.number]
    assert (owned.id, owned.account) == (bought.id, bought.account)
    assert bought.monthly == offer.monthly


def test_a_coroutine_function_may_register(sandbox: Sandbox, clock: ManualClock, journal: Journal) -> None:
    shop = AsyncInventory({"a": connect(AsyncInfobip, sandbox, clock=clock, journal=journal)})
    registered: list[Bought] = []

    async def register(bought: Bought) -> None:
        registered.append(bought)

    asyncio.run(shop.buy(cheapest(shop, "EUR"), max_price=LIMITS["EUR"], on_bought=register))

    assert len(registered) == 1
    assert journal.unclaimed() == []


@pytest.mark.parametrize("currency", LIMITS)
def test_a_number_that_could_not_be_registered_is_handed_out_and_stays_unclaimed(
    currency: str, shop: Either, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_: Bought) -> NoReturn:
        raise OSError("the database is gone")

    with pytest.raises(OrphanedNumber, match="on_bought raised OSError") as caught:
        result(shop.buy(cheapest(shop, currency), max_price=LIMITS[currency], on_bought=failing))

    bought = caught.value.bought
    assert [entry.id for entry in journal.unclaimed()] == [bought.entry]
    assert str(bought.entry) in caplog.text
    (number,) = [each for each in listed(shop) if each.id == bought.id]
    result(shop.release(number))
    assert bought.id not in {each.id for each in listed(shop)} or number.provider == "Voximplant"


@pytest.mark.parametrize("currency", LIMITS)
def test_a_purchase_whose_response_is_lost_is_found_at_once(
    currency: str, shop: Either, journal: Journal, sandbox: Sandbox
) -> None:
    sandbox.faults.read(f"{PURCHASE[currency]}=drop-after:1")
    offer = cheapest(shop, currency)

    bought = result(shop.buy(offer, max_price=LIMITS[currency], on_bought=nothing))

    assert bought.number == offer.number
    assert bought.record is not None
    assert (journal.unclaimed(), journal.unsettled()) == ([], [])
    assert purchases(sandbox) == {(offer.provider.lower(), offer.text): 1}


@pytest.mark.parametrize("currency", LIMITS)
def test_without_time_to_wait_a_lost_purchase_is_unknown_and_on_record(
    currency: str, shop: Either, journal: Journal, sandbox: Sandbox
) -> None:
    sandbox.faults.read(f"{PURCHASE[currency]}=drop-before:1")

    with pytest.raises(OutcomeUnknown) as caught:
        result(shop.buy(cheapest(shop, currency), max_price=LIMITS[currency], on_bought=nothing))

    assert [unknown.entry for unknown in journal.unsettled()] == [caught.value.entry]


@pytest.mark.parametrize("currency", LIMITS)
def test_after_the_settling_time_a_purchase_that_was_not_made_is_not_bought(
    currency: str, shop: Either, journal: Journal, sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.read(f"{PURCHASE[currency]}=drop-before:1")

    with pytest.raises(NotBought):
        result(shop.buy(cheapest(shop, currency), max_price=LIMITS[currency], wait=300, on_bought=nothing))

    assert 100 < sum(clock.waits) <= 300
    assert (journal.unclaimed(), journal.unsettled()) == ([], [])
    assert purchases(sandbox) == {}


def test_a_look_that_fails_is_repeated_while_there_is_time(
    shop: Either, journal: Journal, sandbox: Sandbox, clock: ManualClock
) -> None:
    offer = cheapest(shop, "EUR")
    sandbox.faults.read("purchase_number=drop-after:1,list_purchased_numbers=500:6")

    bought = result(shop.buy(offer, max_price=LIMITS["EUR"], wait=120, on_bought=nothing))

    assert bought.number == offer.number
    assert journal.unsettled() == []


@pytest.mark.parametrize("currency", LIMITS)
def test_a_release_whose_response_is_lost_is_settled(
    currency: str, shop: Either, journal: Journal, sandbox: Sandbox
) -> None:
    bought = result(shop.buy(cheapest(shop, currency), max_price=LIMITS[currency], on_bought=nothing))
    (number,) = [each for each in listed(shop) if each.id == bought.id]
    release = {"USD": "deactivate_phone_number", "EUR": "cancel_number"}[currency]
    sandbox.faults.read(f"{release}=drop-after:1")
    result(shop.release(number, wait=300))
    assert (journal.unclaimed(), journal.unsettled()) == ([], [])


def test_a_release_that_was_not_made_is_told(shop: Either, sandbox: Sandbox, journal: Journal) -> None:
    sandbox.faults.read("cancel_number=drop-before:1")
    number = next(each for each in listed(shop) if each.account == "support")

    with pytest.raises(NotReleased):
        result(shop.release(number, wait=300))

    assert journal.unsettled() == []


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Money(Decimal("4.99"), "EUR"), "max_price is 4.99 EUR"),
        (Money(Decimal(50), "USD"), "max_price is 50.00 USD"),
        (Money(Decimal(50)), "with a currency"),
        (None, "takes Money"),
        (Decimal(50), "takes Money"),
    ],
)
def test_what_costs_more_or_may_cost_more_is_not_bought(limit: Any, said: str, shop: Either, sandbox: Sandbox) -> None:
    offer = cheapest(shop, "EUR")
    with pytest.raises(InvalidArgument, match=said) as caught:
        result(shop.buy(offer, max_price=limit))
    assert caught.value.parameter == "max_price"
    assert purchases(sandbox) == {}


def test_nothing_is_bought_or_released_without_a_journal(sandbox: Sandbox) -> None:
    shop = Inventory({"a": connect(Infobip, sandbox), "b": connect(Apifonica, sandbox)})
    numbers = {number.account: number for number in shop.numbers()}
    with pytest.raises(InvalidArgument, match="need a journal"):
        shop.buy(cheapest(shop, "EUR"), max_price=LIMITS["EUR"])
    with pytest.raises(InvalidArgument, match="need a journal"):
        shop.release(numbers["a"])
    with pytest.raises(InvalidArgument, match="no call that gives numbers up"):
        shop.release(numbers["b"])
    assert purchases(sandbox) == {}


def test_an_interrupt_while_it_is_registered_leaves_it_unclaimed(shop: Either, journal: Journal) -> None:
    def interrupted(_: Bought) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        result(shop.buy(cheapest(shop, "EUR"), max_price=LIMITS["EUR"], on_bought=interrupted))

    assert len(journal.unclaimed()) == 1


# --- many, under every fault


FAULTS = [
    *("", "500-before", "500-after", "503", "429=1", "rate-code", "server-code", "html", "empty", "wrong-type"),
    *("truncated-before", "truncated-after", "drop-before", "drop-after", "refused", "redirect", "unknown-fields"),
]


def test_under_all_faults_no_number_is_bought_twice_or_forgotten(fast_path: Path) -> None:
    """2,000 purchases over the two providers that sell, a tenth by default; their book against the journal."""
    count = 2000 if FULL else 200
    clock = ManualClock()
    sandbox = Sandbox(clock=clock.now, numbers=count * 10, balance=Decimal(10**6))
    journal = Journal(fast_path / "journal", clock=clock)
    vox, info = (connect(kind, sandbox, clock=clock, journal=journal) for kind in (Voximplant, Infobip))
    shop = Inventory({"vox": vox, "info": info})
    chance = random.Random(7)
    registered: list[tuple[str, str]] = []

    def register(bought: Bought) -> None:
        if chance.random() < 0.1:
            raise OSError
        registered.append((bought.provider.lower(), bought.text))

    offers = [
        offer
        for currency in LIMITS
        for offer in shop.find("GB", limit=count // 2, max_price=LIMITS[currency], max_requests=1000).offers
    ]
    assert len(offers) >= count * 0.9
    failed: Counter[str] = Counter()
    for offer in offers:
        fault = chance.choice(FAULTS)
        operation = PURCHASE["USD" if offer.account == "vox" else "EUR"]
        sandbox.faults.clear()
        if fault:
            sandbox.faults.read(f"{operation}={fault}:1")
        try:
            shop.buy(offer, max_price=LIMITS[(offer.monthly or LIMITS["EUR"]).currency or ""], on_bought=register)
        except NumberlineError as error:
            failed[type(error).__name__] += 1
    sandbox.faults.clear()
    clock.advance(minutes=10)
    for client in (vox, info):
        client.settle(journal)

    there = purchases(sandbox)
    unclaimed = {number_of(entry, offers) for entry in journal.unclaimed()}
    assert max(there.values()) == 1
    assert failed["OutcomeUnknown"] > 0
    assert failed["OrphanedNumber"] > 0
    assert journal.unsettled() == []
    assert set(there) == set(registered) | unclaimed
    assert not set(registered) & unclaimed


def number_of(entry: Entry, offers: list[Offer]) -> tuple[str, str]:
    """The number that an entry is about; by its key at the provider that buys by key."""
    by_key = {offer.id: offer.text for offer in offers if offer.account == "info"}
    return entry.provider.lower(), entry.arguments.get("phone_number") or by_key[entry.arguments["numberKey"]]


def has_bought(sandbox: Sandbox, count: int) -> bool:
    return len(sandbox.ledger) >= count


BUYER = """
import sys
from decimal import Decimal
from numberline import Infobip, Voximplant
from numberline.inventory import Inventory, Money
url, journal, vox, info, done = sys.argv[1:]
import json
import pickle
clients = {"vox": Voximplant(**json.loads(vox), base_url=url, journal=journal, retries=0),
           "info": Infobip(**json.loads(info), base_url=url, journal=journal, retries=0)}
print("ready", flush=True)
with Inventory(clients) as shop, open(done, "a") as registered:
    while True:
        for currency in ("EUR", "USD"):
            limit = Money(Decimal(50), currency)
            for offer in shop.find("GB", limit=40, max_price=limit).offers:
                def register(bought):
                    print(bought.text, file=registered, flush=True)
                shop.buy(offer, max_price=limit, on_bought=register)
"""


def test_a_killed_process_leaves_nothing_that_is_neither_registered_nor_pending(fast_path: Path) -> None:
    sandbox = Sandbox(numbers=4000, balance=Decimal(10**6))
    sandbox.faults.latency = 0.005
    journal, registered = fast_path / "journal", fast_path / "registered"
    chance = random.Random(3)
    with serve(sandbox) as url:
        vox, info = (json.dumps(sandbox.credentials[name]) for name in ("voximplant", "infobip"))
        for _ in range(20 if FULL else 2):
            process = subprocess.Popen(
                [sys.executable, "-c", BUYER, url, str(journal), vox, info, str(registered)],
                stdout=subprocess.PIPE,
                text=True,
            )
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            enough = len(sandbox.ledger) + 1 + chance.randrange(8)
            until(partial(has_bought, sandbox, enough))
            time.sleep(chance.random() / 50)  # so that it dies anywhere in a purchase, not only behind one
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
    there = purchases(sandbox)
    book = Journal(journal)
    known = set(registered.read_text().split())
    known |= {unknown.number or unknown.arguments["phone_number"] for unknown in book.unsettled()}
    for entry in book.unclaimed():
        known.add(entry.arguments.get("phone_number") or entry.result["number"])
    assert there
    assert max(there.values()) == 1
    assert {number for _, number in there} <= known


def test_a_journal_that_is_lost_after_the_purchase_hides_no_number(
    shop: Either, journal: Journal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: str) -> NoReturn:
        raise JournalUnavailable("the file is gone")

    monkeypatch.setattr(journal, "find", gone)
    registered: list[Bought] = []

    bought = result(shop.buy(cheapest(shop, "EUR"), max_price=LIMITS["EUR"], on_bought=registered.append))

    assert registered == [bought]
    assert bought.entry is None
    assert bought.id in {number.id for number in listed(shop)}
    assert "the file is gone" in caplog.text


def test_an_orphan_survives_pickling(shop: Either) -> None:
    def failing(_: Bought) -> NoReturn:
        raise OSError

    with pytest.raises(OrphanedNumber) as caught:
        result(shop.buy(cheapest(shop, "USD"), max_price=LIMITS["USD"], on_bought=failing))

    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.bought.id, again.bought.entry) == (caught.value.bought.id, caught.value.bought.entry)
    assert type(again.bought.record).__name__ == "NewPhoneNumber"


@pytest.mark.parametrize("kind", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interrupt_after_a_purchase_says_what_was_done(
    kind: type[BaseException],
    shop: Either,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    offer = cheapest(shop, "EUR")

    def interrupted(*_: object) -> NoReturn:
        raise kind

    monkeypatch.setattr(Journal, "find", interrupted)
    with pytest.raises(kind) as stopped:
        result(shop.buy(offer, max_price=LIMITS["EUR"]))

    (entry,) = journal.unclaimed()
    told = f"it is done; Journal.find({entry.reference!r})"
    assert any(told in note for note in stopped.value.__notes__)
    assert told in caplog.text


def test_an_entry_that_can_not_be_read_is_no_failure(shop: Either, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = cheapest(shop, "EUR")

    def broken(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(Journal, "find", broken)
    assert result(shop.buy(offer, max_price=LIMITS["EUR"])).entry is None


def test_an_async_inventory_buys_on_trio(sandbox: Sandbox, clock: ManualClock, journal: Journal) -> None:
    shop = AsyncInventory({"support": connect(AsyncInfobip, sandbox, clock=clock, journal=journal)})

    offer = cheapest(shop, "EUR")  # searching takes asyncio

    async def buy() -> Bought:
        return await shop.buy(offer, max_price=LIMITS["EUR"], on_bought=nothing)

    bought = trio.run(buy)
    assert bought.entry is not None
    assert len(sandbox.ledger) == 1
    assert journal.unclaimed() == []

"""Purchases whose process, task or call is ended at any moment: what the provider sold is in the journal."""

import asyncio
import gc
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trio

from numberline import AsyncVoximplant, Voximplant
from numberline._runtime.clock import Clock
from numberline.errors import NumberlineError
from numberline.journal import Entry, Journal
from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve
from tests.journal import buyer
from tests.support import FULL

KILLS = 300 if FULL else 30
CANCELLATIONS = 200 if FULL else 40
INTERRUPTIONS = 400 if FULL else 60
LOST = ("truncated", "drop", "drop-after", "500-after", "500-before")

Wish = dict[str, Any]


class Ahead(Clock):
    """A clock that is some time ahead."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> Any:
        return super().now() + self._by


class Shop(NamedTuple):
    """A provider on a port, and numbers to buy.

    Attributes:
        sandbox: the provider.
        url: where it is.
        wishes: the arguments that buy one number each.
        path: the journal's.
    """

    sandbox: Sandbox
    url: str
    wishes: list[Wish]
    path: Path

    def client(self, kind: type[Any] = Voximplant, **settings: Any) -> Any:
        return kind(**self.sandbox.credentials["voximplant"], base_url=self.url, **settings)

    def sold(self) -> Counter[str]:
        """How often each number was sold."""
        charges = [entry for entry in self.sandbox.ledger if entry.operation_class == "charge"]
        return Counter(number for entry in charges for number in entry.numbers)

    def entries(self) -> list[Entry]:
        journal = Journal(self.path)
        return [entry for number in range(len(self.wishes)) for entry in journal.find(f"order {number}")]

    def settle_later(self) -> list[Any]:
        """Settle when every settling time is over."""
        self.sandbox.advance(timedelta(hours=1))
        with self.client(clock=Ahead(timedelta(hours=1)), journal=self.path) as client:
            return list(client.settle())

    def check(self) -> Counter[str]:
        """Compare the journal with what was sold, before and after settling.

        Returns:
            how many entries ended in which state.
        """
        sold = self.sold()
        entries = self.entries()
        recorded = {entry.arguments["phone_number"] for entry in entries}
        assert set(sold) <= recorded, "a number was bought that the journal does not know"
        assert max(sold.values(), default=0) <= 1, "a number was bought twice"
        for entry in entries:
            assert entry.state != "done" or entry.arguments["phone_number"] in sold
            assert entry.state not in ("not_sent", "refused") or entry.arguments["phone_number"] not in sold
        settled = self.settle_later()
        for each in settled:
            verdict = "owned" if each.unknown.arguments["phone_number"] in sold else "not_owned"
            assert each.reconciled.verdict in (verdict, "undecided")
        undecided = [each for each in settled if each.reconciled.verdict == "undecided"]
        assert len(Journal(self.path).unsettled()) == len(undecided) == 0
        bought = {item for entry in Journal(self.path).unclaimed() for item in entry.ids}
        assert len(bought) == len(sold), "each number belongs to one entry"
        check = Journal(self.path)._submit(lambda db: db.execute("PRAGMA integrity_check").fetchall()).result()
        assert check == [("ok",)]
        return Counter(entry.state for entry in entries)


@pytest.fixture
def shop(folder: Path) -> Iterator[Shop]:
    sandbox = Sandbox(seed=1, numbers=4000 if FULL else 1200, owned=3, balance=100_000)
    with serve(sandbox) as url:
        wishes: list[Wish] = []
        with Voximplant(**sandbox.credentials["voximplant"], base_url=url) as client:
            place: Wish = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC"}
            for region in client.get_phone_number_regions(**place):
                there = {**place, "phone_region_id": region.phone_region_id}
                for offer in client.get_new_phone_numbers(**there, count=500):
                    wishes.append({**there, "phone_number": [str(offer.phone_number)]})
        yield Shop(sandbox, url, wishes, folder / "journal.db")


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_kill_9_at_any_moment_loses_no_purchase(shop: Shop, record_property: Any) -> None:
    Journal(shop.path)
    shop.sandbox.faults.latency = 0.003
    shop.sandbox.faults.at_random(1, 0.1, LOST)
    credentials = json.dumps(shop.sandbox.credentials["voximplant"])
    wishes_path = shop.path.with_name("wishes.json")
    wishes_path.write_text(json.dumps(shop.wishes))
    command = [sys.executable, buyer.__file__, shop.url, credentials, str(shop.path), str(wishes_path)]
    choose = random.Random(1)
    each = len(shop.wishes) // KILLS
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in range(3)
        ]

        def kill(process: "subprocess.Popen[str]", rounds: range) -> None:
            assert process.stdin is not None
            assert process.stdout is not None
            for number in rounds:
                process.stdin.write(f"{number * each}:{(number + 1) * each}\n")
                process.stdin.flush()
                child = int(process.stdout.readline())
                time.sleep(choose.uniform(0.0, 0.12))
                os.kill(child, signal.SIGKILL)
                assert process.stdout.readline() == "gone\n"
            process.stdin.close()

        threads = [
            threading.Thread(target=kill, args=(process, range(start, KILLS, 3)))
            for start, process in enumerate(processes)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    shop.sandbox.faults.clear()
    states = shop.check()
    assert states.total() >= KILLS
    assert states["open"] > 0
    record_property("killed", f"{KILLS} kills: {shop.sold().total()} bought, {dict(states)}")


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_a_kill_before_the_acknowledgement_is_found(shop: Shop) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            client = shop.client(journal=shop.path)
            client.options(reference="order 0").attach_phone_number(**shop.wishes[0])
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    journal = Journal(shop.path)
    (entry,) = journal.unclaimed()
    assert journal.find("order 0") == [entry]
    assert entry.result["phone_numbers"][0]["phone_number"] in shop.sold()
    journal.acknowledge(entry.id)
    assert journal.unclaimed() == []


async def _buy(client: AsyncVoximplant, number: int, wish: Wish) -> None:
    with suppress(NumberlineError):
        await client.options(reference=f"order {number}").attach_phone_number(**wish)


def _cancelled_in_asyncio(shop: Shop, journal: Journal) -> None:
    choose = random.Random(2)

    async def use() -> None:
        async with shop.client(AsyncVoximplant, journal=journal, retries=0) as client:
            for number in range(0, CANCELLATIONS, 5):
                wishes = shop.wishes[number : number + 5]
                tasks = [asyncio.create_task(_buy(client, number + at, wish)) for at, wish in enumerate(wishes)]
                await asyncio.sleep(choose.uniform(0.0, 0.04))
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(use())


def _cancelled_in_trio(shop: Shop, journal: Journal) -> None:
    choose = random.Random(3)

    async def use() -> None:
        async with shop.client(AsyncVoximplant, journal=journal, retries=0) as client:
            for number in range(0, CANCELLATIONS, 5):
                with trio.move_on_after(choose.uniform(0.0, 0.04)):
                    async with trio.open_nursery() as nursery:
                        for at, wish in enumerate(shop.wishes[number : number + 5]):
                            nursery.start_soon(_buy, client, number + at, wish)

    trio.run(use)


# trio finds that httpx has left the body's generator unfinished, and says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("cancel", [_cancelled_in_asyncio, _cancelled_in_trio], ids=["asyncio", "trio"])
def test_cancelling_at_any_moment_loses_no_purchase(shop: Shop, cancel: Any, record_property: Any) -> None:
    shop.sandbox.faults.latency = 0.003
    cancel(shop, Journal(shop.path))
    states = shop.check()
    assert states.total() > CANCELLATIONS // 2
    record_property("cancelled", f"{CANCELLATIONS} cancellations: {shop.sold().total()} bought, {dict(states)}")


class Interrupted(BaseException):
    """What the signal raises."""


# An interruption at any moment of httpx and httpcore leaves sockets to the garbage collector, which says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
def test_a_signal_at_any_moment_loses_no_purchase(shop: Shop, record_property: Any) -> None:
    shop.sandbox.faults.latency = 0.001
    choose = random.Random(4)
    log = logging.getLogger("numberline")

    class Slow(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            time.sleep(0.001)

    def interrupt(*_: object) -> None:
        raise Interrupted

    slow, level = Slow(), log.level
    before = signal.signal(signal.SIGALRM, interrupt)
    log.addHandler(slow)
    log.setLevel(logging.INFO)
    interrupted = 0
    try:
        with shop.client(journal=shop.path, retries=0) as client:
            for number, wish in enumerate(shop.wishes[:INTERRUPTIONS]):
                try:
                    signal.setitimer(signal.ITIMER_REAL, choose.uniform(0.0005, 0.02))
                    client.options(reference=f"order {number}").attach_phone_number(**wish)
                    signal.setitimer(signal.ITIMER_REAL, 0)
                except Interrupted:
                    interrupted += 1
                except NumberlineError:
                    signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        log.removeHandler(slow)
        log.setLevel(level)
    gc.collect()  # calls that were interrupted before they could say so
    states = shop.check()
    assert interrupted > INTERRUPTIONS // 10
    record_property("interrupted", f"{interrupted} interrupted: {shop.sold().total()} bought, {dict(states)}")

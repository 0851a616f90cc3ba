"""Calls with a journal, and what happens to them when it can't be written."""

import gc
import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

import numberline
from numberline import testing
from numberline.errors import (
    ConnectionFailed,
    InvalidArgument,
    JournalUnavailable,
    NumberlineError,
    OutcomeUnknown,
    RateLimited,
    TimedOut,
    outcome_unknown,
)
from numberline.journal import Journal
from tests.interruption import raising, signals
from tests.journal.support import BUY, LOST, Account
from tests.support import FULL

EVERY = 5 if FULL else 151
"""Of how many moments one is interrupted."""

# Calls


def test_a_purchase_is_on_record_with_its_result(account: Account) -> None:
    result = account.client.options(reference="order 17").attach_phone_number(
        **account.place, phone_number=account.offers[:1]
    )
    (entry,) = account.journal.find("order 17")
    assert entry.state == "done"
    assert entry.ids == (str(result[0].phone_id),)
    assert entry.result["phone_numbers"][0]["phone_number"] == account.offers[0]
    assert account.journal.unclaimed() == [entry]
    assert not any(b"order" in request.content for request in account.requests), "a reference is never sent"


def test_each_attempt_has_its_own_entry(account: Account) -> None:
    client = account.connect(retries=2)
    account.sandbox.faults.set(BUY, "rate-code", times=1)
    client.options(reference="a").attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert [entry.state for entry in account.journal.find("a")] == ["refused", "done"]


def test_a_refusal_is_on_record(account: Account) -> None:
    account.sandbox.faults.set(BUY, "rate-code", times=1)
    with pytest.raises(RateLimited):
        account.client.options(reference="a").attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert [entry.state for entry in account.journal.find("a")] == ["refused"]


def test_a_refused_connection_is_on_record_as_not_sent(account: Account) -> None:
    account.sandbox.faults.set(BUY, "refused", times=1)
    with pytest.raises(ConnectionFailed):
        account.client.options(reference="a").attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert [entry.state for entry in account.journal.find("a")] == ["not_sent"]


def test_reads_leave_no_trace(account: Account) -> None:
    list(account.client.get_phone_numbers())
    rows = account.journal._submit(lambda db: db.execute("SELECT * FROM entry").fetchall()).result()
    assert rows == []


def test_the_journal_comes_first_when_an_outcome_is_lost(account: Account) -> None:
    seen: list[list[str | None]] = []

    def on_unknown(unknown: OutcomeUnknown) -> None:
        seen.append([each.entry for each in account.journal.unsettled() if each.ended_at == unknown.ended_at])
        raise RuntimeError

    client = account.connect(on_unknown=on_unknown)
    account.sandbox.faults.set(BUY, LOST, times=1)
    with pytest.raises(OutcomeUnknown) as lost:
        client.attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert seen == [[lost.value.entry]]


def test_an_interruption_while_the_response_is_read_is_on_record(account: Account) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as interrupted:
        account.client.options(on_response=interrupt).attach_phone_number(
            **account.place, phone_number=account.offers[:1]
        )
    (unknown,) = account.journal.unsettled()
    left = outcome_unknown(interrupted.value)
    assert left is not None
    assert unknown.entry == left.entry
    assert account.settle() == ["owned"]


def test_an_interruption_while_the_log_is_written_leaves_the_result(account: Account) -> None:
    class Interrupting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise KeyboardInterrupt

    log, handler = logging.getLogger("numberline"), Interrupting(logging.INFO)
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        with pytest.raises(KeyboardInterrupt):
            account.client.attach_phone_number(**account.place, phone_number=account.offers[:1])
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)
    (entry,) = account.journal.unclaimed()
    assert entry.state == "done"
    assert entry.arguments["phone_number"] == account.offers[0]


def test_an_interrupted_record_of_a_lost_purchase_is_never_not_sent(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption between the response and the queue leaves an entry that may have been carried out."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        account.client.options(
            reference="a", on_response=lambda _: patch.setattr(Journal, "ended", interrupt)
        ).attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert [entry.state for entry in account.journal.find("a")] == ["open"]


# An interruption inside of a generator that is being closed is only told of.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_at_any_moment_of_a_purchase_loses_nothing(folder: Path) -> None:
    account = Account(folder, numbers=8000 if FULL else 1000)
    ours = f"{Path(numberline.__file__).parent}{os.sep}"
    moments = signals(raising(KeyboardInterrupt), every=EVERY, within=ours, skipping=testing.__file__)
    interrupted = 0
    for interruption, offer in zip(moments, account.offers, strict=False):
        client = account.client.options(reference=offer)
        with suppress(KeyboardInterrupt), interruption:
            client.attach_phone_number(**account.place, phone_number=[offer])
        interrupted += interruption.struck is not None
    assert 20 < interrupted < len(account.offers), "each moment takes an offer of its own"
    gc.collect()  # calls that could not say how they ended
    sold = {number for entry in account.sandbox.ledger for number in entry.numbers}
    states = {offer: entry.state for offer in account.offers for entry in account.journal.find(offer)}
    assert sold <= set(states)
    assert not [offer for offer, state in states.items() if state == "done" and offer not in sold]
    assert not [offer for offer, state in states.items() if state in ("not_sent", "refused") and offer in sold]
    assert "undecided" not in account.settle()


@pytest.mark.parametrize("reference", ["", 7, "a\nb", "\ud800"])
def test_an_odd_reference_is_refused(account: Account, reference: Any) -> None:
    with pytest.raises(InvalidArgument) as refused:
        account.client.options(reference=reference)
    assert refused.value.parameter == "reference"


@pytest.mark.parametrize("journal", [7, b"j", object()])
def test_what_is_no_journal_is_refused(account: Account, journal: Any) -> None:
    with pytest.raises(InvalidArgument) as refused:
        account.connect(journal=journal)
    assert refused.value.parameter == "journal"


def test_settling_without_a_journal_is_refused(account: Account) -> None:
    with pytest.raises(InvalidArgument):
        account.connect(journal=None).settle()


# Trouble


def _deleted(account: Account) -> None:
    os.unlink(account.journal.path)


def _open_to_others(account: Account) -> None:
    os.chmod(account.journal.path, 0o644)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
@pytest.mark.parametrize("trouble", [_deleted, _open_to_others])
def test_trouble_before_a_purchase_refuses_it(account: Account, trouble: Any) -> None:
    trouble(account)
    with pytest.raises(JournalUnavailable) as refused:
        account.client.attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert refused.value.never_sent
    assert refused.value.operation == "attach_phone_number"
    assert account.requests == []


def test_a_locked_journal_refuses_a_purchase(account: Account) -> None:
    with closing(sqlite3.connect(account.journal.path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalUnavailable, match="locked"):
            account.client.attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert account.requests == []
    assert account.journal.unsettled() == []


def test_trouble_after_a_purchase_returns_its_result(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    client = account.client.options(on_response=lambda _: _deleted(account))
    (bought,) = client.attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert bought.phone_number == account.offers[0]
    for thread in threading.enumerate():
        if thread.name == "numberline journal":
            thread.join(30)
    assert "could not be written" in caplog.text


def test_a_machine_that_slept_before_sending_sends_nothing(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    intend = Journal.intend

    def sleep(*args: Any, **kwargs: Any) -> Any:
        account.clock.advance(minutes=1)
        return intend(*args, **kwargs)

    monkeypatch.setattr(Journal, "intend", sleep)
    with pytest.raises(JournalUnavailable, match="clock has jumped"):
        account.client.options(reference="a").attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert account.requests == []
    assert [entry.state for entry in account.journal.find("a")] == ["not_sent"]


@pytest.mark.parametrize(
    ("seconds", "settings", "expected"),
    [(20, {}, JournalUnavailable), (6, {"journal": None}, TimedOut)],
    ids=["after the intent", "past the deadline"],
)
def test_a_secret_that_takes_too_long_sends_nothing(
    seconds: float, settings: dict[str, Any], expected: type[NumberlineError], account: Account
) -> None:
    key = account.sandbox.credentials["voximplant"]["api_key"]

    def slow() -> str:
        account.clock.advance(seconds=seconds)
        return str(key)

    client = account.connect(api_key=slow, **settings).options(reference="a", deadline=5 if settings else 60)
    with pytest.raises(expected) as late:
        client.attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert late.value.never_sent
    assert account.requests == []
    assert {entry.state for entry in account.journal.find("a")} <= {"not_sent"}


# What is loaded

LOADED = """
import sys, json
from numberline import Voximplant
from numberline_sandbox import Sandbox
import httpx
sandbox = Sandbox(seed=1)
before = set(sys.modules)
settings = {"journal": sys.argv[1]} if sys.argv[1:] else {}
settings["http_client"] = httpx.Client(transport=sandbox.transport())
client = Voximplant(**sandbox.credentials["voximplant"], **settings)
regions = list(client.get_phone_number_regions(country_code="XX", phone_category_name="GEOGRAPHIC"))
client.attach_phone_number(
    country_code="XX", phone_category_name="GEOGRAPHIC", phone_region_id=regions[0].phone_region_id, phone_count=1
)
files = {name: module.__file__ for name, module in sys.modules.items() if name.split(".")[0] == "numberline"}
print(json.dumps({"files": files, "sqlite3": "sqlite3" in set(sys.modules) - before}))
"""


def _loaded(*arguments: str) -> dict[str, Any]:
    ran = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    loaded: dict[str, Any] = json.loads(ran.stdout)
    return loaded


def test_only_a_charge_with_a_journal_loads_it(folder: Path) -> None:
    without, with_journal = _loaded(), _loaded(str(folder / "j"))
    assert "numberline.journal" not in without["files"]
    assert not without["sqlite3"]
    more = set(with_journal["files"]) - set(without["files"])
    assert more == {"numberline.journal", "numberline._runtime.journaled"}

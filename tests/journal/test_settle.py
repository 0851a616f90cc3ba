"""Calls with a journal, and settling what they left open: against the sandbox, in one time."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from numberline import AsyncVoximplant, Infobip, journal as journals
from numberline._runtime import settle
from numberline._runtime.journaled import JournaledCharge
from numberline._runtime.operation import Holding
from numberline._runtime.reconcile import Looked
from numberline.errors import (
    JournalUnavailable,
    NumberlineError,
    OutcomeUnknown,
)
from numberline.journal import Journal
from tests.journal.support import LOST, NOT_DONE, RELEASE, Account, intended

# Settling by number


def test_lost_purchases_by_number_are_settled(account: Account) -> None:
    account.lose(LOST, phone_number=account.offers[:1])
    account.lose(NOT_DONE, phone_number=account.offers[1:2])
    assert [each.reconciled.verdict for each in account.client.settle()] == ["owned", "undecided"]
    assert account.settle() == ["not_owned"]
    assert account.journal.unsettled() == []
    assert [entry.arguments["phone_number"] for entry in account.journal.unclaimed()] == account.offers[:1]
    assert len(account.claims()) == 1


def test_settling_looks_once_for_all_entries(account: Account) -> None:
    for number in account.offers[:5]:
        account.lose(LOST, phone_number=[number])
    account.requests.clear()
    assert account.settle() == ["owned"] * 5
    assert len(account.requests) == 1
    account.requests.clear()
    assert account.settle() == []
    assert account.requests == []


def test_one_number_is_attributed_to_one_of_three_purchases(account: Account) -> None:
    account.lose(NOT_DONE, LOST, NOT_DONE, phone_number=account.offers[:1])
    assert sorted(account.settle()) == ["owned", "undecided", "undecided"]
    assert account.settle() == ["undecided", "undecided"]
    assert len(account.claims()) == 1


async def test_the_async_client_settles_alike(account: Account) -> None:
    account.lose(LOST, NOT_DONE, phone_number=account.offers[:1])
    account.lose(NOT_DONE, phone_number=account.offers[1:2])
    account.clock.advance(minutes=10)
    client = AsyncVoximplant(
        **account.sandbox.credentials["voximplant"],
        http_client=httpx.AsyncClient(transport=account.sandbox.async_transport()),
        clock=account.clock,
    )
    settled = await client.settle(account.journal)
    assert [each.reconciled.verdict for each in settled] == ["owned", "undecided", "not_owned"]


def test_settlers_at_once_give_each_number_one_owner(account: Account) -> None:
    for number in account.offers[:5]:
        account.lose(LOST, NOT_DONE, phone_number=[number])
    account.clock.advance(minutes=10)
    clients = [account.connect(journal=Journal(account.journal.path, wait=10)) for _ in range(4)]
    threads = [threading.Thread(target=client.settle) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(account.claims()) == len(set(account.claims())) == 5
    assert len(account.journal.unsettled()) == 5


def test_entries_of_other_accounts_and_hosts_are_left_alone(account: Account) -> None:
    account.lose(LOST, phone_number=account.offers[:1])
    account.clock.advance(minutes=10)
    other = account.connect(base_url="https://other.example.com")
    assert other.settle() == []
    assert len(account.journal.unsettled()) == 1


def test_another_sign_in_of_the_same_account_gets_no_number_twice(at_once: Account) -> None:
    """The key was changed: who signs in with the new one does not settle the old entries, but may not take for its own
    what they may have bought."""
    at_once.lose(LOST, phone_count=1)
    at_once.journal._submit(lambda db: db.execute("UPDATE entry SET account = 'old key'")).result()
    unknown = at_once.journal.unsettled()[0]
    unknown.account = "old key"
    text = unknown.to_json()
    at_once.journal._submit(lambda db: db.execute("UPDATE entry SET unknown = ?", (text,))).result()
    at_once.lose(NOT_DONE, phone_count=1)
    assert at_once.settle() == ["undecided"]
    assert len(at_once.journal.unsettled()) == 2


def test_a_secret_is_not_asked_for_while_the_file_is_locked(account: Account) -> None:
    threads: set[str] = set()

    def key() -> str:
        threads.add(threading.current_thread().name)
        return str(account.sandbox.credentials["infobip"]["api_key"])

    client = Infobip(
        api_key=key,
        http_client=httpx.Client(transport=account.sandbox.transport()),
        clock=account.clock,
        journal=account.journal,
        retries=0,
    )
    offer = client.list_available_numbers().first()
    account.sandbox.faults.set("infobip.purchase_number", LOST, times=1)
    with pytest.raises(OutcomeUnknown):
        client.purchase_number(offer)
    account.clock.advance(minutes=10)
    assert [each.reconciled.verdict for each in client.settle()] == ["owned"]
    assert threads
    assert "numberline journal" not in threads


def test_failing_to_look_settles_nothing(account: Account) -> None:
    account.lose(LOST, phone_number=account.offers[:1])
    account.sandbox.faults.set("voximplant.get_phone_numbers", "500", times=1)
    with pytest.raises(NumberlineError):
        account.settle()
    assert len(account.journal.unsettled()) == 1
    assert account.settle() == ["owned"]


def test_a_release_is_settled_by_what_is_still_owned(account: Account) -> None:
    owned = [number.phone_id for number in account.client.get_phone_numbers()]
    for fault, phone_id in (("drop-after", owned[0]), ("drop-before", owned[1])):
        account.sandbox.faults.set(RELEASE, fault, times=1)
        with pytest.raises(OutcomeUnknown):
            account.client.deactivate_phone_number(phone_id=[phone_id])
    assert account.settle() == ["not_owned", "owned"]
    assert [entry.verdict for entry in account.journal.unclaimed()] == ["not_owned"]


def test_a_number_just_released_is_not_taken_for_owned(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The listing may lag behind a release that the journal knows of, for as long as a settling time."""
    account.lose(LOST, phone_number=account.offers[:1])
    (owned,) = [each for each in account.client.get_phone_numbers() if each.phone_number == account.offers[0]]
    account.clock.advance(minutes=10)
    account.client.deactivate_phone_number(phone_id=[owned.phone_id])
    stale = Holding(str(owned.phone_id), account.offers[0], record=owned)

    def look(*_: object) -> Any:
        yield from ()
        return Looked((stale,), True, account.clock.now())

    monkeypatch.setattr(settle, "look", look)
    assert [each.reconciled.verdict for each in account.client.settle()] == ["not_owned"]


# Who is still waiting


def test_an_entry_whose_process_lives_is_left_alone(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        own = journals._own(os.getpid())
        process = own._replace(pid=other.pid, started=journals._stat(other.pid)[1])
        with monkeypatch.context() as patch:
            patch.setattr(journals, "_own", lambda _: process)
            _open_entry(account)
        assert account.settle() == ["undecided"]
        other.kill()
        other.wait()
    assert account.settle() == ["not_owned"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs the start of a process")
def test_a_pid_used_again_is_not_the_same_process(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    process = journals._own(os.getpid())._replace(pid=os.getppid(), started="1")
    with monkeypatch.context() as patch:
        patch.setattr(journals, "_own", lambda _: process)
        _open_entry(account)
    assert account.settle() == ["not_owned"]


def test_a_call_under_way_in_this_process_is_left_alone(account: Account) -> None:
    found: list[str] = []

    def settle_now(_: object) -> None:
        found.extend(account.settle())

    account.client.options(on_response=settle_now).attach_phone_number(**account.place, phone_number=account.offers[:1])
    assert found == ["undecided"]
    assert [entry.state for entry in account.journal.unclaimed()] == ["done"]


def _open_entry(account: Account) -> None:
    """An entry whose process has not said how it ended."""
    now = account.clock.now()
    unknown = OutcomeUnknown(
        "no outcome is on record.",
        provider="Voximplant",
        operation="attach_phone_number",
        arguments={"phone_number": account.offers[7]},
        account=account.client._context.signer.account,
        base_url=account.client._context.base_url,
        sent_at=now,
        clock_offset=0.0,
    )
    account.journal.intend(unknown, ends_by=now, operation_class="charge")[1].result()


# Settling by count


def test_a_lost_purchase_by_count_needs_the_promise(account: Account) -> None:
    account.lose(LOST, phone_count=1)
    assert account.settle() == ["undecided"]


@pytest.mark.parametrize(("fault", "verdict"), [(LOST, "owned"), (NOT_DONE, "not_owned")])
def test_the_only_buyer_can_decide_by_count(only_buyer: Account, fault: str, verdict: str) -> None:
    only_buyer.lose(fault, phone_count=2)
    assert only_buyer.settle() == [verdict]
    assert len(only_buyer.claims()) == (2 if verdict == "owned" else 0)


@pytest.fixture
def at_once(only_buyer: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account whose purchases by count all begin before the first of them is carried out."""
    before = tuple(str(number.phone_id) for number in only_buyer.client.get_phone_numbers()), only_buyer.clock.now()

    def listed(_: object) -> Any:
        yield from ()
        return before

    monkeypatch.setattr(JournaledCharge, "_list", listed)
    return only_buyer


def test_equal_purchases_by_count_are_shared_out_if_all_were_done(at_once: Account) -> None:
    at_once.lose(LOST, LOST, LOST, phone_count=2)
    assert at_once.settle() == ["owned"] * 3
    assert len(set(at_once.claims())) == 6


def test_equal_purchases_by_count_stay_undecided_if_some_were_done(at_once: Account) -> None:
    at_once.lose(LOST, NOT_DONE, LOST, phone_count=2)
    assert at_once.settle() == ["undecided"] * 3
    assert at_once.claims() == []


def test_purchases_by_count_long_after_one_another_are_all_decided(only_buyer: Account) -> None:
    for fault in (LOST, NOT_DONE, LOST):
        only_buyer.lose(fault, phone_count=2)
        only_buyer.clock.advance(minutes=10)
    assert only_buyer.settle() == ["owned", "not_owned", "owned"]
    assert len(set(only_buyer.claims())) == 4


def test_equal_purchases_are_not_shared_out_while_one_is_under_way(at_once: Account) -> None:
    at_once.lose(LOST, phone_count=1)
    found: list[str] = []

    def settle_now(_: object) -> None:
        found.extend(at_once.settle())

    at_once.client.options(on_response=settle_now).attach_phone_number(**at_once.place, phone_count=1)
    assert found == ["undecided", "undecided"]
    assert at_once.settle() == ["owned"]
    assert len(set(at_once.claims())) == 2


def test_a_purchase_resolved_without_ids_keeps_its_numbers_in_question(at_once: Account) -> None:
    at_once.lose(LOST, phone_count=1)
    (first,) = at_once.journal.unsettled()
    at_once.journal.resolve(str(first.entry), "owned", why="seen in the console")
    at_once.lose(NOT_DONE, phone_count=1)
    assert at_once.settle() == ["undecided"]


def test_named_purchases_are_settled_before_those_by_count(only_buyer: Account) -> None:
    only_buyer.lose(LOST, phone_count=1)
    only_buyer.lose(LOST, phone_number=only_buyer.offers[5:6])
    assert only_buyer.settle() == ["owned", "owned"]
    assert len(set(only_buyer.claims())) == 2


def test_without_a_list_of_what_is_owned_nothing_is_bought(only_buyer: Account) -> None:
    only_buyer.sandbox.faults.set("voximplant.get_phone_numbers", "500", times=1)
    with pytest.raises(JournalUnavailable, match="what is owned before") as refused:
        only_buyer.client.attach_phone_number(**only_buyer.place, phone_count=1)
    assert refused.value.never_sent
    assert only_buyer.bought == 0


def test_the_promise_counts_only_after_a_settling_time(folder: Path) -> None:
    account = Account(folder)
    account.journal = Journal(account.journal.path, only_buyer=True, clock=account.clock)
    account.client = account.connect()
    account.lose(LOST, phone_count=1)
    assert account.settle() == ["undecided"], "what another buyer bought just before may have been missing in the list"
    account.lose(LOST, phone_number=account.offers[3:4])
    assert account.settle()[-1] == "owned"


@pytest.mark.parametrize("days", [0, 2])
@pytest.mark.parametrize("by", ["number", "count"])
@pytest.mark.parametrize("release", ["by id", "by number", "all", "elsewhere"])
def test_a_claim_ends_where_the_number_was_given_up(only_buyer: Account, release: str, by: str, days: int) -> None:
    """An id may come back with its number: the purchase that had it before must not get it again."""
    account = only_buyer
    before = account.clock.now()
    account.clock.advance(hours=1 + 24 * days)
    how: dict[str, Any] = {"phone_count": 1} if by == "count" else {"phone_number": account.offers[:1]}
    account.lose(LOST, **how)
    (new,) = [each for each in account.client.get_phone_numbers() if each.phone_number in account.offers]
    scope = {"base_url": account.client._context.base_url}
    earlier = intended(account.journal, sent_at=before, **scope)
    account.journal.ended(earlier, "done", ids=[str(new.phone_id)], at=before).result(30)
    items = {"by id": str(new.phone_id), "by number": new.phone_number, "all": "all"}
    if release in items:
        given_up = intended(account.journal, "release", sent_at=before, **scope)
        at = before + timedelta(minutes=10)
        account.journal.ended(given_up, "done", ids=[items[release]], at=at).result(30)

    is_told = release in items or by == "count" or days == 2
    assert account.settle() == ["owned" if is_told else "undecided"]
    assert str(new.phone_id) in account.claims()

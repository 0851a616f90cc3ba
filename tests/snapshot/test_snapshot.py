"""Snapshots are whole or not there, and the changes between two of them are exactly what was done."""

import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from numberline import Apifonica, Infobip, Voximplant
from numberline.errors import InvalidArgument
from numberline.inventory import Inventory
from numberline.snapshot import NAME, Change, UnreadableSnapshot, compare, snapshots, write
from numberline.testing import ManualClock, connect
from numberline_sandbox import Sandbox
from tests.support import FULL


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(owned=30, balance=10**6, clock=clock.now)


@pytest.fixture
def inventory(sandbox: Sandbox, clock: ManualClock) -> Iterator[Inventory]:
    kinds = {"de": Voximplant, "support": Infobip, "sip": Apifonica}
    with Inventory({name: connect(kind, sandbox, clock=clock) for name, kind in kinds.items()}) as made:
        yield made


@pytest.fixture(params=["folder", "numbers.duckdb"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def test_a_snapshot_holds_what_is_owned(inventory: Inventory, target: Path, clock: ManualClock) -> None:
    counts: list[int] = []
    taken = write(inventory, target, on_progress=counts.append)
    (found,) = snapshots(target)

    assert found == taken
    assert (taken.taken, taken.missing) == (clock.now(), {})
    assert {name: state.numbers for name, state in taken.accounts.items()} == {"de": 30, "support": 30, "sip": 30}
    assert found.table().to_pylist() == inventory.to_arrow().read_all().to_pylist()
    assert counts == sorted(counts)
    assert counts[-1] == 90


def test_changes_are_exactly_what_was_done(
    inventory: Inventory, sandbox: Sandbox, target: Path, clock: ManualClock
) -> None:
    voximplant, infobip = inventory.accounts["de"], inventory.accounts["support"]
    assert isinstance(voximplant, Voximplant)
    assert isinstance(infobip, Infobip)
    before = write(inventory, target)
    owned = {number.text: number for number in inventory.numbers() if number.account == "de"}
    stay = [each for each in owned.values() if each.next_renewal and each.state == "active"]
    rebinds = stay[-1]
    gone = next(number for number in inventory.numbers() if number.account == "support")
    voximplant.bind_phone_number_to_application(phone_id=[int(rebinds.id)], application_name="support")
    infobip.cancel_number(number_key=gone.id)
    offer = next(each for each in infobip.list_available_numbers(country="GB") if f"+{each.number}" != gone.number)
    bought = infobip.purchase_number(offer)
    priced = next(each for each in sandbox.voximplant._owned if str(each.phone_id) != rebinds.id)
    priced.phone_price *= 2
    clock.advance(seconds=1)
    after = write(inventory, target)
    found = compare(before, after, within_days=0)

    assert not found.not_comparable
    assert {(change.account, change.kind, change.number) for change in found.changes} == {
        ("de", "rebound", str(rebinds.number)),
        ("de", "repriced", f"+{priced.number.number}"),
        ("support", "released", str(gone.number)),
        ("support", "bought", f"+{bought.number}"),
    }
    assert len(found.changes) == 4


def test_a_renewal_is_told_before_and_after(inventory: Inventory, target: Path, clock: ManualClock) -> None:
    before = write(inventory, target)
    clock.advance(days=20)
    after = write(inventory, target)
    old = {row["id"]: row for row in before.table().to_pylist()}
    new = {row["id"]: row for row in after.table().to_pylist()}
    soon = after.taken.date() + timedelta(days=5)
    found = compare(before, after, within_days=5).changes

    renewed = {each for each in old if each in new and new[each]["next_renewal"] != old[each]["next_renewal"]}
    assert renewed
    assert {change.id for change in found if change.kind == "renewed"} == renewed
    assert {change.id for change in found if change.kind == "renews_soon"} == {
        each for each, row in new.items() if row["next_renewal"] and after.taken.date() <= row["next_renewal"] <= soon
    }
    assert {change.id for change in found if change.kind == "released"} == old.keys() - new.keys()
    assert {change.kind for change in found} <= {"renewed", "renews_soon", "released"}


def test_an_account_that_fails_is_missing_and_not_empty(inventory: Inventory, sandbox: Sandbox, target: Path) -> None:
    before = write(inventory, target)
    sandbox.faults.set("list_purchased_numbers", "500")
    failed = write(inventory, target)
    sandbox.faults.clear()

    assert failed.accounts["support"].numbers is None
    assert "GENERAL_ERROR" in failed.missing["support"]
    assert set(failed.table()["account"].to_pylist()) == {"de", "sip"}
    found = compare(before, failed)
    assert "it is missing in the later snapshot" in found.not_comparable["support"]
    assert not [change for change in found.changes if change.account == "support" or change.kind == "released"]


def test_an_account_that_fails_in_the_middle_leaves_no_rows(target: Path) -> None:
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if len(asked) > 2:
            return httpx.Response(403, json={"requestError": {"serviceException": {"messageId": "FORBIDDEN"}}})
        rows = [{"numberKey": f"{len(asked)}-{at}", "number": f"4477009{at:05}"} for at in range(500)]
        return httpx.Response(200, json={"numbers": rows, "numberCount": 1500})

    client = Infobip(api_key="a", http_client=httpx.Client(transport=httpx.MockTransport(respond)), retries=0)
    with Inventory({"support": client}) as inventory:
        taken = write(inventory, target)

    assert len(asked) == 3
    assert list(taken.missing) == ["support"]
    assert taken.table().num_rows == 0


def test_an_account_that_came_or_went_is_not_compared(inventory: Inventory, target: Path, clock: ManualClock) -> None:
    write(inventory, target)
    clock.advance(seconds=1)
    with Inventory({"de": inventory.accounts["de"]}) as smaller:
        write(smaller, target)
    found = compare(*snapshots(target), within_days=0)

    assert found.changes == []
    assert found.not_comparable == dict.fromkeys(("sip", "support"), "it is not in the later snapshot")


def test_a_number_under_another_id_was_bought_again(
    inventory: Inventory, sandbox: Sandbox, target: Path, clock: ManualClock
) -> None:
    before = write(inventory, target)
    (number, *_) = sandbox.infobip._owned
    number.key = "ANOTHER"
    clock.advance(seconds=1)
    found = compare(before, write(inventory, target), within_days=0)

    assert [(each.kind, each.number) for each in found.changes] == [
        ("released", f"+{number.number.number}"),
        ("bought", f"+{number.number.number}"),
    ]


def test_two_snapshots_of_one_moment_stay_apart(inventory: Inventory, target: Path) -> None:
    write(inventory, target)
    write(inventory, target)

    first, second = snapshots(target)
    assert second.taken - first.taken == timedelta(microseconds=1)


def test_snapshots_at_the_same_time_are_all_whole(inventory: Inventory, tmp_path: Path) -> None:
    threads = [threading.Thread(target=write, args=(inventory, tmp_path)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({each.taken for each in snapshots(tmp_path)}) == len(snapshots(tmp_path)) >= 1
    assert all(each.table().num_rows == 90 for each in snapshots(tmp_path))
    assert not list(tmp_path.glob(".writing-*"))


KILLED = """
import sys
from numberline import Infobip, Voximplant
from numberline.inventory import Inventory
from numberline.snapshot import write
from numberline.testing import connect
from numberline_sandbox import Sandbox

sandbox = Sandbox(owned=int(sys.argv[2]))
with Inventory({kind.__name__: connect(kind, sandbox) for kind in (Infobip, Voximplant)}) as inventory:
    print("now", flush=True)
    write(inventory, sys.argv[1])
    print("done", flush=True)
"""


@pytest.mark.parametrize("name", ["folder", "numbers.duckdb"])
def test_a_killed_process_leaves_the_old_or_the_new_one(name: str, tmp_path: Path) -> None:
    target = tmp_path / name
    moments = random.Random(1)
    taken = 0.4
    owned = 3000 if FULL else 1000
    for at in range(50 if FULL else 2):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, target, str(owned)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        begun = time.monotonic()
        if at == 0:  # the first one ends, and shows how long it takes
            process.stdout.readline()
            taken = time.monotonic() - begun
        else:
            threading.Event().wait(moments.uniform(0, taken * 1.1))
        process.kill()
        process.communicate()

        found = snapshots(target)
        assert 1 <= len(found) <= at + 1
        assert [each.table().num_rows for each in found] == [2 * owned] * len(found)
        assert all(not each.missing for each in found)


def test_what_a_killed_process_left_is_removed_after_a_day(inventory: Inventory, tmp_path: Path) -> None:
    for name, age in (("old", 90_000), ("new", 60)):
        left = tmp_path / f".writing-{name}"
        left.mkdir()
        os.utime(left, (time.time() - age, time.time() - age))
    write(inventory, tmp_path)

    assert [each.name for each in tmp_path.glob(".writing-*")] == [".writing-new"]


def test_an_interrupted_snapshot_leaves_nothing(inventory: Inventory, target: Path) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    write(inventory, target)
    with pytest.raises(KeyboardInterrupt):
        write(inventory, target, on_progress=interrupt)

    assert len(snapshots(target)) == 1
    assert not list(target.parent.rglob(".writing-*"))


ODD: dict[str, Callable[[Path], object]] = {
    "nothing there": lambda path: snapshots(path / "none"),
    "a file": lambda path: snapshots(path / "file.txt"),
    "a later version": lambda path: snapshots(path / "later"),
}


@pytest.mark.parametrize("read", ODD.values(), ids=ODD)
def test_what_holds_no_snapshots_is_refused(read: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("")
    later = tmp_path / "later" / datetime(2026, 1, 1, tzinfo=UTC).strftime(NAME)
    later.mkdir(parents=True)
    (later / "snapshot.json").write_text('{"version": 2}')

    with pytest.raises(InvalidArgument) as refused:
        read(tmp_path)
    assert refused.value.parameter == "target"


def garble(path: Path) -> None:
    path.write_bytes(b"{")


DAMAGED: dict[str, tuple[str, Callable[[Path], object]]] = {
    "no manifest": ("snapshot.json", garble),
    "half a manifest": ("snapshot.json", lambda path: path.write_text('{"version": 1}')),
    "a version in words": ("snapshot.json", lambda path: path.write_text('{"version": "one"}')),
    "a garbled table": ("0000.parquet", garble),
    "no table": ("0000.parquet", Path.unlink),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_snapshot_is_named(damage: str, inventory: Inventory, tmp_path: Path) -> None:
    name, make = DAMAGED[damage]
    home = write(inventory, tmp_path).path
    make(home / name)

    with pytest.raises(UnreadableSnapshot, match=re.escape(home.name)):
        snapshots(tmp_path)[0].table()


def test_what_is_no_duckdb_file_is_neither_read_nor_replaced(inventory: Inventory, tmp_path: Path) -> None:
    file = tmp_path / "numbers.duckdb"
    garble(file)

    with pytest.raises(UnreadableSnapshot, match=r"numbers\.duckdb"):
        snapshots(file)
    with pytest.raises(OSError, match=r"numbers\.duckdb"):
        write(inventory, file)
    assert file.read_bytes() == b"{"


def test_others_may_read_a_snapshot_as_any_new_file(inventory: Inventory, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    home = write(inventory, tmp_path).path

    assert home.stat().st_mode == (tmp_path / "folder").stat().st_mode


def test_a_file_is_no_folder(inventory: Inventory, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("mine")

    with pytest.raises(InvalidArgument, match="folder"):
        write(inventory, file)
    assert file.read_text() == "mine"


def test_a_change_is_plain_data() -> None:
    assert str(Change("a", "bought", "+44", "1", None, "1 EUR")) == (
        "Change(account='a', kind='bought', number='+44', id='1', before=None, after='1 EUR')"
    )

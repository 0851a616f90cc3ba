"""The file by itself: what is kept, who may use it, and what happens when it can't be used."""

import asyncio
import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trio

from numberline import journal as journal_module
from numberline.errors import InvalidArgument, JournalUnavailable
from numberline.journal import Journal, landed
from tests.interruption import raising, signals
from tests.journal.support import SENT, done, intended, unknown
from tests.support import FULL

EVERY = 1 if FULL else 7
"""Of how many moments one is interrupted."""

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files and processes")


def sql(journal: Journal, statement: str) -> list[Any]:
    """Read the file, after what is queued."""
    return journal._submit(lambda db: db.execute(statement).fetchall()).result(30)


# What is kept


def test_an_intent_is_unsettled_until_it_has_an_outcome(journal: Journal) -> None:
    entry_id = intended(journal, reference="order 17")
    (open_entry,) = journal.unsettled()
    assert open_entry.entry == entry_id
    assert open_entry.arguments == {"phone_number": "12025550136"}
    assert open_entry.ended_at == SENT + timedelta(seconds=35), "nobody knows better than its latest end"
    assert journal.unclaimed() == []
    journal.ended(entry_id, "done", ids=["9"], result={"phone_id": 9}).result(30)
    assert journal.unsettled() == []
    (entry,) = journal.find("order 17")
    assert (entry.id, entry.state, entry.ids, entry.result) == (entry_id, "done", ("9",), {"phone_id": 9})


def test_an_unknown_outcome_keeps_what_is_known_of_it(journal: Journal) -> None:
    entry_id = intended(journal)
    known = unknown(ended_at=SENT + timedelta(seconds=2), status=502, owned_before=("1", "2"), clock_offset=-3.5)
    journal.ended(entry_id, "unknown", unknown=known).result(30)
    (kept,) = journal.unsettled()
    assert (kept.status, kept.ended_at, kept.owned_before, kept.clock_offset) == (
        502,
        SENT + timedelta(seconds=2),
        ("1", "2"),
        -3.5,
    )


@pytest.mark.parametrize("state", ["refused", "not_sent"])
def test_what_had_no_effect_is_neither_unsettled_nor_unclaimed(journal: Journal, state: Any) -> None:
    journal.ended(intended(journal, reference="a"), state).result(30)
    assert journal.unsettled() == []
    assert journal.unclaimed() == []
    assert [entry.state for entry in journal.find("a")] == [state]


def test_a_result_is_unclaimed_until_it_is_acknowledged(journal: Journal) -> None:
    first, second = done(journal, "1"), done(journal, "2", operation_class="release")
    assert [entry.id for entry in journal.unclaimed()] == [first, second]
    journal.acknowledge(first)
    acknowledged_at = journal._submit(lambda db: journal_module._entries(db, "id = ?", first)).result()[0]
    journal.acknowledge(first)
    assert [entry.id for entry in journal.unclaimed()] == [second]
    assert journal._submit(lambda db: journal_module._entries(db, "id = ?", first)).result()[0] == acknowledged_at


def test_entries_outlive_the_journal_object(folder: Path) -> None:
    entry_id = intended(Journal(folder / "j"))
    assert [kept.entry for kept in Journal(folder / "j").unsettled()] == [entry_id]


def test_odd_results_and_paths_are_kept(folder: Path) -> None:
    journal = Journal(folder / "a b?c#d%41.db")
    circular: list[Any] = []
    circular.append(circular)
    for result in (object(), circular, {1: b"x"}, "\ud800"):
        entry_id = intended(journal, reference="odd")
        journal.ended(entry_id, "done", result=result, unknown=unknown(result=object())).result(30)
    assert [entry.state for entry in journal.find("odd")] == ["done"] * 4
    assert os.listdir(folder) == ["a b?c#d%41.db"]


# Settling by hand


def test_resolve_closes_an_undecided_entry(journal: Journal) -> None:
    bought, lost = intended(journal, reference="bought"), intended(journal, reference="lost")
    journal.resolve(bought, "owned", why="seen in the console", ids=["77"])
    journal.resolve(lost, "not_owned", why="support says so")
    assert journal.unsettled() == []
    (entry,) = journal.unclaimed()
    assert (entry.id, entry.state, entry.verdict, entry.ids) == (bought, "settled", "owned", ("77",))
    assert entry.why == "seen in the console"
    assert [entry.verdict for entry in journal.find("lost")] == ["not_owned"]


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda journal: journal.resolve("nothing", "owned", why="w"), "entry_id"),
        (lambda journal: journal.acknowledge("nothing"), "entry_id"),
        (lambda journal: journal.acknowledge(intended(journal)), "entry_id"),
        (lambda journal: journal.resolve(done(journal, "1"), "owned", why="w"), "entry_id"),
        (lambda journal: journal.resolve(intended(journal), "undecided", why="w"), "verdict"),
        (lambda journal: journal.resolve(intended(journal), "owned", why=" "), "why"),
        (lambda journal: journal.resolve(intended(journal), "owned", why="w", ids=[done(journal, "5"), "5"]), "ids"),
        (lambda journal: journal.resolve(intended(journal), "owned", why="w", ids=["\ud800"]), "ids"),
        (lambda journal: journal.resolve(intended(journal), "owned", why="w", ids="1620500"), "ids"),
        (lambda journal: journal.resolve(intended(journal), "owned", why="w", ids=5), "ids"),
        (lambda journal: journal.acknowledge(object()), "entry_id"),
        (lambda journal: journal.find(object()), "reference"),
        (lambda journal: journal.find("\ud800"), "reference"),
    ],
)
def test_what_cannot_be_settled_by_hand_is_refused(journal: Journal, call: Any, parameter: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        call(journal)
    assert refused.value.parameter == parameter


def test_resolve_refused_for_a_claim_leaves_the_entry_open(journal: Journal) -> None:
    done(journal, "5")
    entry_id = intended(journal)
    with pytest.raises(InvalidArgument):
        journal.resolve(entry_id, "owned", why="w", ids=["6", "5"])
    assert [kept.entry for kept in journal.unsettled()] == [entry_id]
    assert sql(journal, "SELECT item FROM claim") == [("5",)]


# Claims


def test_one_item_belongs_to_one_purchase(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    concluded, bought = intended(journal), intended(journal)
    journal.resolve(concluded, "owned", why="w", ids=["5"])
    journal.ended(bought, "done", ids=["5", "6", "5"]).result(30)
    assert sql(journal, "SELECT item, entry FROM claim WHERE released_at IS NULL ORDER BY item") == [
        ("5", bought),
        ("6", bought),
    ]
    _drained(journal)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert concluded in caplog.text


def test_a_claim_conflict_does_not_lose_the_outcome(journal: Journal) -> None:
    done(journal, "5")
    second = intended(journal)
    journal.ended(second, "done", ids=["5"], result={"phone_id": 5}).result(30)
    assert second in [entry.id for entry in journal.unclaimed()]


def test_a_late_outcome_beats_a_conclusion(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    entry_id = intended(journal, reference="a")
    journal.resolve(entry_id, "not_owned", why="w")
    journal.ended(entry_id, "unknown", unknown=unknown()).result(30)
    assert journal.find("a")[0].state == "settled"
    journal.ended(entry_id, "done", ids=["5"]).result(30)
    assert (journal.find("a")[0].state, journal.find("a")[0].ids) == ("done", ("5",))
    _drained(journal)
    assert "was settled as not_owned, but ended as done" in caplog.text


def test_nothing_overwrites_done(journal: Journal) -> None:
    entry_id = done(journal, "5")
    for state in ("refused", "unknown", "not_sent"):
        journal.ended(entry_id, state).result(30)
    assert [entry.state for entry in journal.unclaimed()] == ["done"]


def test_twenty_claims_at_once_give_one_owner(folder: Path, journal: Journal) -> None:
    entries = [intended(journal) for _ in range(20)]
    won: list[str] = []

    def claim(entry_id: str) -> None:
        try:
            Journal(folder / "journal.db").resolve(entry_id, "owned", why="w", ids=["5"])
            won.append(entry_id)
        except InvalidArgument:
            pass

    threads = [threading.Thread(target=claim, args=(entry_id,)) for entry_id in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(journal.unsettled()) == 19


# The file


@POSIX
def test_the_file_is_for_its_owner_only(folder: Path) -> None:
    before = os.umask(0)
    try:
        Journal(folder / "j")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "j").stat().st_mode) == 0o600


def _linked(path: Path) -> None:
    Journal(path.with_name("real"))
    path.symlink_to(path.with_name("real"))


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("absent"))


def _hard_link(path: Path) -> None:
    Journal(path.with_name("real"))
    os.link(path.with_name("real"), path)


def _open_to_others(path: Path) -> None:
    Journal(path)
    path.chmod(0o640)


def _another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")
    path.chmod(0o600)


def _newer(path: Path) -> None:
    Journal(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 2")


def _text(path: Path) -> None:
    path.write_text("not a database, and long enough to be taken for one" * 20)
    path.chmod(0o600)


@POSIX
@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (_linked, "symbolic link"),
        (_dangling, "symbolic link"),
        (_hard_link, "hard link"),
        (_open_to_others, "chmod 600"),
        (_another_program, "another program's"),
        (_newer, "newer numberline"),
        (_text, "not a database"),
        (Path.mkdir, "not a file"),
        (os.mkfifo, "not a file"),
    ],
)
def test_an_unfit_file_is_refused(folder: Path, prepare: Any, said: str) -> None:
    prepare(folder / "j")
    with pytest.raises(JournalUnavailable, match=said) as refused:
        Journal(folder / "j")
    assert refused.value.never_sent
    assert not (folder / "absent").exists()


def test_a_damaged_entry_is_told_as_such(journal: Journal) -> None:
    intended(journal, reference="lost")
    sql(journal, "UPDATE entry SET unknown = '{}'")
    for ask in (journal.unsettled, lambda: journal.find("lost")):
        with pytest.raises(JournalUnavailable, match="damaged"):
            ask()


@pytest.mark.parametrize("path", ["", b"j", 7, None, "a\0b"])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(InvalidArgument):
        Journal(path)


def test_a_missing_folder_is_refused(folder: Path) -> None:
    with pytest.raises(JournalUnavailable, match="No such file"):
        Journal(folder / "none" / "j")


def test_an_empty_file_becomes_a_journal(folder: Path) -> None:
    os.close(os.open(folder / "j", os.O_CREAT, 0o600))  # its maker was killed here
    assert Journal(folder / "j").unsettled() == []


def test_several_open_a_new_file_at_once(folder: Path) -> None:
    failed: list[Exception] = []

    def use() -> None:
        try:
            intended(Journal(folder / "j"))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(Journal(folder / "j").unsettled()) == 8


def test_the_promise_counts_from_when_it_was_first_made(folder: Path) -> None:
    Journal(folder / "j")
    first = Journal(folder / "j", only_buyer=True)
    since = sql(first, "SELECT since FROM only_buyer")
    assert len(since) == 1
    assert sql(Journal(folder / "j", only_buyer=True), "SELECT since FROM only_buyer") == since


# Trouble: the intent is refused, the outcome is logged, the file stays whole


@contextmanager
def _locked(journal: Journal) -> Iterator[None]:
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def _deleted(journal: Journal) -> Iterator[None]:
    os.rename(journal.path, journal.path + ".away")
    yield
    assert not os.path.exists(journal.path), "a deleted file is not made anew"
    os.rename(journal.path + ".away", journal.path)


@contextmanager
def _replaced(journal: Journal) -> Iterator[None]:
    os.rename(journal.path, journal.path + ".away")
    os.symlink(journal.path + ".away", journal.path)
    yield
    os.unlink(journal.path)
    os.rename(journal.path + ".away", journal.path)


@contextmanager
def _chmodded(journal: Journal) -> Iterator[None]:
    os.chmod(journal.path, 0o644)
    yield
    os.chmod(journal.path, 0o600)


@contextmanager
def _truncated(journal: Journal) -> Iterator[None]:
    whole = Path(journal.path).read_bytes()
    Path(journal.path).write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    yield
    Path(journal.path).write_bytes(whole)


@POSIX
@pytest.mark.parametrize("trouble", [_locked, _deleted, _replaced, _chmodded, _truncated])
def test_trouble_refuses_the_intent_and_logs_the_outcome(
    folder: Path, trouble: Any, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(folder / "j", wait=0.2)
    entry_id = intended(journal)
    with trouble(journal):
        _, refused = journal.intend(unknown(), ends_by=SENT, operation_class="charge")
        with pytest.raises(JournalUnavailable) as error:
            refused.result(30)
        assert error.value.never_sent
        outcome = journal.ended(entry_id, "done", ids=["1"])
        assert isinstance(outcome.exception(30), JournalUnavailable)
        _drained(journal)
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert entry_id in line.getMessage()
    assert [kept.entry for kept in journal.unsettled()] == [entry_id]
    assert sql(journal, "PRAGMA integrity_check") == [("ok",)]


@POSIX
def test_nothing_is_written_through_a_link_beside_the_file(folder: Path, journal: Journal) -> None:
    entry_id = intended(journal)
    (folder / "victim").write_text("precious")
    os.chmod(folder / "victim", 0o600)
    (folder / "journal.db-journal").symlink_to(folder / "victim")
    _, refused = journal.intend(unknown(), ends_by=SENT, operation_class="charge")
    with pytest.raises(JournalUnavailable, match="symbolic link"):
        refused.result(30)
    assert (folder / "victim").read_text() == "precious"
    (folder / "journal.db-journal").unlink()
    assert [kept.entry for kept in journal.unsettled()] == [entry_id]


@POSIX
def test_an_outcome_for_a_file_made_anew_is_logged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(folder / "j")
    entry_id = intended(journal)
    os.unlink(folder / "j")
    Journal(folder / "j")
    journal.ended(entry_id, "done", ids=["1"]).result(30)
    _drained(journal)
    assert f"{entry_id} (done) is not in the file" in caplog.text


FULL_DISK = """
import os, sys, sqlite3
from contextlib import closing
sys.path.insert(0, sys.argv[2])
from tests.journal.support import SENT, intended, unknown
from numberline.errors import JournalUnavailable
from numberline.journal import Journal
journal = Journal(os.path.join(sys.argv[1], "j"))
entry_id = intended(journal)
fill, read_only = sys.argv[3:]
if read_only == "yes":
    os.system(f"mount -o remount,ro {sys.argv[1]}") == 0 or sys.exit("remount")
elif fill == "limit":
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
else:
    with open(os.path.join(sys.argv[1], "fill"), "wb", 0) as file:
        try:
            while True: file.write(b"x" * 4096)
        except OSError: pass
_, record = journal.intend(unknown(), ends_by=SENT, operation_class="charge")
print("intent:", record.exception(30))
print("outcome:", journal.ended(entry_id, "done", ids=["1"]).exception(30))
print("open:", len(journal.unsettled()))
if read_only == "no":
    with closing(sqlite3.connect(journal.path)) as db:
        print("integrity:", *db.execute("PRAGMA integrity_check").fetchone())
"""


@pytest.fixture(params=["tmpfs full", "tmpfs read-only", "file limit"])
def troubled_disk(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[str, str]]:
    """A file system that gets full or read-only, where one can be mounted; a limit on file sizes anywhere."""
    fill, read_only = {
        "tmpfs full": ("disk", "no"),
        "tmpfs read-only": ("", "yes"),
        "file limit": ("limit", "no"),
    }[request.param]
    if fill == "limit":
        yield fill, read_only
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k,mode=0700", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("may not mount a file system")
    yield fill, read_only
    subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's mount and limits")
def test_a_full_or_read_only_disk_refuses_the_intent(folder: Path, troubled_disk: tuple[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, folder, os.getcwd(), *troubled_disk],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = dict(line.split(": ", 1) for line in ran.stdout.splitlines())
    assert "can't be used" in said["intent"], ran.stderr
    assert "can't be used" in said["outcome"]
    assert said["open"] == "1"
    assert said.get("integrity", "ok") == "ok"


# Waiting


@pytest.mark.parametrize("run", [asyncio.run, trio.run], ids=["asyncio", "trio"])
def test_landed_waits_in_every_event_loop(journal: Journal, run: Any) -> None:
    async def use() -> str:
        entry_id, record = journal.intend(unknown(), ends_by=SENT, operation_class="charge")
        await landed(record)
        await landed(record)  # done already
        return entry_id

    entry_id = run(use()) if run is asyncio.run else run(use)
    assert [kept.entry for kept in journal.unsettled()] == [entry_id]


async def test_landed_raises_what_went_wrong(folder: Path) -> None:
    journal = Journal(folder / "j")
    os.unlink(folder / "j")
    with pytest.raises(JournalUnavailable):
        await landed(journal.intend(unknown(), ends_by=SENT, operation_class="charge")[1])


def _in_asyncio(journal: Journal, loop_ends: bool) -> None:
    async def one(number: int) -> None:
        entry_id, record = journal.intend(unknown(reference=str(number)), ends_by=SENT, operation_class="charge")
        await landed(record)
        await landed(journal.ended(entry_id, "done"))

    async def use() -> None:
        tasks = [asyncio.create_task(one(number)) for number in range(100)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        if not loop_ends:
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(use())


def _in_trio(journal: Journal, loop_ends: bool) -> None:
    async def one(number: int) -> None:
        entry_id, record = journal.intend(unknown(reference=str(number)), ends_by=SENT, operation_class="charge")
        await landed(record)
        await landed(journal.ended(entry_id, "done"))

    async def use() -> None:
        with trio.move_on_after(0.01):
            async with trio.open_nursery() as nursery:
                for number in range(100):
                    nursery.start_soon(one, number)

    trio.run(use)


@pytest.mark.parametrize("loop_ends", [False, True])
@pytest.mark.parametrize("use", [_in_asyncio, _in_trio])
def test_no_cancelled_wait_loses_a_record(journal: Journal, use: Any, loop_ends: bool) -> None:
    use(journal, loop_ends)
    assert sorted(int(str(kept)) for kept in _references(journal)) == list(range(100))


def test_a_signal_handler_may_use_the_journal_at_any_moment(journal: Journal) -> None:
    used: list[int] = []

    def handler() -> None:
        intended(journal)
        used.append(len(journal.unsettled()))

    for moment in signals(handler, every=EVERY, within=journal_module.__file__):
        with moment:
            intended(journal)
            journal.unsettled()
    assert len(used) > 20


# An interruption inside of a callback of the garbage collector is only told of.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_at_any_moment_leaves_a_working_journal(journal: Journal) -> None:
    interrupted = 0
    for interruption in signals(raising(KeyboardInterrupt), every=EVERY, within=journal_module.__file__):
        with suppress(KeyboardInterrupt), interruption:
            entry_id, record = journal.intend(unknown(), ends_by=SENT, operation_class="charge")
            record.result(30)
            journal.ended(entry_id, "done").result(30)
        intended(journal)  # would wait for ever if the interruption had left the queue without a writer
        interrupted += interruption.struck is not None
    assert interrupted > 20


def test_a_writer_that_ends_leaves_the_next_one_registered(journal: Journal) -> None:
    """Or else each record would start a thread of its own, and a fork would wait for all of them."""
    following = threading.current_thread()  # any that is alive
    with journal_module._at_work:
        _, record = journal.intend(unknown(), ends_by=SENT, operation_class="charge")
        writer, journal._writer = journal._writer, following
    record.result(30)
    assert writer is not None
    writer.join()
    assert journal._writer is following


# Several processes


@POSIX
def test_a_fork_while_threads_write_hangs_nobody(journal: Journal) -> None:
    stop = threading.Event()
    children = 100 if FULL else 20

    def write() -> None:
        while not stop.is_set():
            intended(journal)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    failed = []
    for number in range(children):
        pid = _fork(lambda number=number: intended(journal, reference=f"child {number}"))
        if os.waitpid(pid, 0)[1]:
            failed.append(number)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(len(journal.find(f"child {number}")) == 1 for number in range(children))
    assert sql(journal, "PRAGMA integrity_check") == [("ok",)]


@POSIX
def test_a_child_does_not_write_what_its_parent_has_queued(journal: Journal) -> None:
    with _locked(journal):
        _, record = journal.intend(unknown(reference="parent"), ends_by=SENT, operation_class="charge")
        with pytest.raises(TimeoutError):
            record.result(0.05)
        journal.intend(unknown(reference="parent, queued"), ends_by=SENT, operation_class="charge")
        forked = threading.Timer(0, lambda: None)
        forked.start()
        child: list[int] = []
        fork = threading.Thread(target=lambda: child.append(_fork(lambda: intended(journal, reference="child"))))
        fork.start()
    fork.join()
    assert os.waitpid(child[0], 0)[1] == 0
    record.result(30)
    assert [len(journal.find(name)) for name in ("parent", "parent, queued", "child")] == [1, 1, 1]


def _fork(act: Any) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return pid


KILLED = """
import os, sys, threading
sys.path.insert(0, sys.argv[2])
from tests.journal.support import intended
from numberline.journal import Journal
journal = Journal(sys.argv[1])
print("ready", flush=True)
while True:
    print(intended(journal), flush=True)
"""


@POSIX
def test_what_has_landed_survives_kill_9(folder: Path, journal: Journal) -> None:
    landed_ids: list[str] = []
    for number in (1, 2):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, journal.path, os.getcwd()], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            for _ in range(number * 3):
                landed_ids.append(child.stdout.readline().strip())
            child.kill()
            landed_ids += [line for line in child.stdout.read().split("\n")[:-1] if line]
    assert len(landed_ids) > 4
    assert set(landed_ids) <= {str(kept.entry) for kept in journal.unsettled()}
    assert sql(journal, "PRAGMA integrity_check") == [("ok",)]


def test_the_interpreters_end_waits_for_the_queue(folder: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from tests.journal.support import SENT, unknown\n"
        "from numberline.journal import Journal\n"
        "import atexit\n"
        "journal = Journal(sys.argv[1])\n"
        "def intend(): return journal.intend(unknown(), ends_by=SENT, operation_class='charge')[1]\n"
        "atexit.register(lambda: intend().result(30))\n"
        "for _ in range(50): intend()\n"
    )
    path = folder / "j"
    subprocess.run([sys.executable, "-c", program, path, os.getcwd()], check=True, timeout=60)
    assert len(Journal(path).unsettled()) == 51


def _references(journal: Journal) -> list[Any]:
    return [row[0] for row in sql(journal, "SELECT reference FROM entry")]


def _drained(journal: Journal) -> None:
    """Wait until the journal's thread has logged what it had to say."""
    while threads := [thread for thread in threading.enumerate() if thread.name == "numberline journal"]:
        threads[0].join(30)


# Python ignores what is raised before a fork, and says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_while_a_fork_waits_hangs_nobody(journal: Journal) -> None:
    """Ctrl-C keeps the fork from waiting for the writer; the writer still ends its work."""
    at_work, may_go_on = threading.Event(), threading.Event()

    def work(_: sqlite3.Connection) -> str:
        at_work.set()
        may_go_on.wait(30)
        return "done"

    def interrupt(*_: object) -> None:
        may_go_on.set()
        raise KeyboardInterrupt

    record = journal._submit(work)
    assert at_work.wait(30)
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with suppress(KeyboardInterrupt):
            if (pid := os.fork()) == 0:
                os._exit(0)
            os.waitpid(pid, 0)
    finally:
        signal.signal(signal.SIGALRM, before)

    assert record.result(30) == "done"
    assert journal._submit(lambda _: "more").result(30) == "more"

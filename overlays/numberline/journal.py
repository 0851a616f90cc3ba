"""A journal of purchases and releases: what was asked for and what came of it, in a file that survives the process.

`Journal` is given to clients as `journal=`. The intent of every purchase and release is durable before its first byte
is sent, and its outcome before the call returns. Whatever is lost later, an outcome, a cancelled wait, a killed
process, errs to the safe side: an entry without an outcome may have been carried out.

What a journal can't know, and `client.settle()` therefore can't tell:

- `not_owned` means: the account's complete list did not have it, two minutes after the request had ended. It does not
  prove that nothing was bought or charged: a provider may still carry the purchase out later, or somebody may have
  given the number up. Buy by number: a number is sold once, so buying the same one again gets you that number or a
  refusal, never a second number. After a purchase by count, `undecided` is the usual verdict, unless a journal is
  shared by everybody who buys on the account.
- "A number is sold once" is how phone numbers work. That no provider charges again for attaching a number that the
  account owns is stated nowhere; it is inferred.
- No number of looks excludes a purchase that the provider carries out later than the settling time.
- What was bought and given up in between looks as if it had never been bought. The money may be gone.
- A listing may still show what was released: `owned` means "as listed". A role that hides numbers while the total
  agrees makes a list look complete.
- With a buyer outside the journal (the console, another tool), a purchase by count can't be told from that buyer's.
  Nor can several equal lost purchases of which only some were carried out.
- A process that is suspended exactly between the check of the clock and the first byte may send after another host has
  looked. Entries whose process still runs on this host are left alone.
- A disk that acknowledges writes which it has not made loses them with the power.

Keep the file on a local disk, and use one journal for an account, not one for each host.
"""

import json
import logging
import os
import socket
import sqlite3
import stat
import sys
import threading
import uuid
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from ._runtime import checks
from ._runtime.clock import Clock
from .errors import InvalidArgument, JournalUnavailable, OutcomeUnknown

T = TypeVar("T")

State = Literal["open", "done", "refused", "not_sent", "unknown", "settled"]

log = logging.getLogger("numberline")

_APPLICATION_ID = 0x6E6C6A72
_VERSION = 1
_SCHEMA = (
    """CREATE TABLE entry (
      id TEXT PRIMARY KEY, provider TEXT NOT NULL, base_url TEXT NOT NULL, account TEXT NOT NULL,
      operation_class TEXT NOT NULL, reference TEXT, sent_at TEXT NOT NULL, ends_by TEXT NOT NULL, writer TEXT NOT NULL,
      unknown TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open', ended_at TEXT, result TEXT, verdict TEXT, why TEXT,
      acknowledged_at TEXT)""",
    "CREATE INDEX entry_unsettled ON entry (state) WHERE state IN ('open', 'unknown')",
    "CREATE INDEX entry_unclaimed ON entry (state) WHERE acknowledged_at IS NULL AND state IN ('done', 'settled')",
    "CREATE INDEX entry_reference ON entry (reference) WHERE reference IS NOT NULL",
    """CREATE TABLE claim (
      provider TEXT NOT NULL, base_url TEXT NOT NULL, item TEXT NOT NULL, entry TEXT NOT NULL REFERENCES entry,
      released_at TEXT)""",
    "CREATE UNIQUE INDEX claim_once ON claim (provider, base_url, item) WHERE released_at IS NULL",
    "CREATE INDEX claim_entry ON claim (entry)",
    "CREATE TABLE only_buyer (since TEXT NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_VERSION}",
)
_UNSETTLED = "state IN ('open', 'unknown')"
_CARRIED_OUT = """(state = 'done' OR state = 'settled'
  AND verdict = CASE operation_class WHEN 'release' THEN 'not_owned' ELSE 'owned' END)"""
_ACTIVE = """item = ? AND released_at IS NULL
  AND (provider, base_url) = (SELECT provider, base_url FROM entry WHERE id = ?)"""
_CARRIED_OUT_VERDICT = {"charge": "owned", "release": "not_owned"}


class Entry(NamedTuple):
    """What became of one purchase or release.

    Attributes:
        id: the entry's id, for `Journal.acknowledge` and `Journal.resolve`.
        provider, operation, operation_class: what was called; the class is `charge` or `release`.
        base_url, account: where, and the fingerprint of the account that asked.
        reference: the caller's own (`client.options(reference=)`), or None.
        arguments: what was asked for, by the names of the wire, as text.
        sent_at: when the request was about to be sent, by the sender's clock.
        ended_at: when the outcome was known, or None.
        state: `open`: no outcome on record, it may have been carried out, or is under way.
            `unknown`: sent, and the call ended without an outcome.
            `done`: carried out, in the provider's words. `refused`: the provider refused it.
            `not_sent`: nothing was sent.
            `settled`: concluded by `client.settle` or by hand; see `verdict`.
        verdict: of a settled entry: `owned` or `not_owned`; else None.
        ids: the ids of what this purchase bought; for a release, of what it gave up.
        result: what the provider returned, as JSON data, or None.
        why: what the verdict rests on.
        acknowledged_at: when `Journal.acknowledge` was called, or None.
    """

    id: str
    provider: str
    operation: str
    operation_class: str
    base_url: str
    account: str
    reference: str | None
    arguments: Mapping[str, str]
    sent_at: datetime
    ended_at: datetime | None
    state: State
    verdict: Literal["owned", "not_owned"] | None
    ids: tuple[str, ...]
    result: Any
    why: str | None
    acknowledged_at: datetime | None


class _Handle(str):
    """An entry's id, which lives as long as its call."""


class _Job(NamedTuple):
    work: Callable[[sqlite3.Connection], Any]
    future: "Future[Any]"
    writes: bool
    about: str | None
    """For records that nobody may be waiting for: what the ERROR line calls them."""


class Journal:
    """A file that keeps what was asked for and what came of it. Safe to share between threads, event loops, clients and
    processes; each process may also open the same path anew.

    The file is SQLite's, with a rollback journal beside it while it is written. It holds phone numbers, so only its
    owner can read and write it. It holds no credentials.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        only_buyer: bool = False,
        wait: float = 5.0,
        clock: Clock | None = None,
    ) -> None:
        """Open the file, or create it.

        Args:
            path: a file on a local disk. Not a symbolic link.
            only_buyer: your promise that nobody buys on these accounts but through this file, the console included. It
                counts from the moment at which the file was first opened with it. Purchases by count then list what is
                owned before they are sent, and can be decided.
            wait: seconds to wait for a file that another process is writing.
            clock: time, for tests (`numberline.testing.ManualClock`).

        Raises:
            InvalidArgument: for a value of another type or out of range.
            JournalUnavailable: if the file can't be used: it is a symbolic link, open to other users, of another
                program, of a newer version, locked, or on a full or read-only disk.
        """
        self.path = _absolute(path)
        self.only_buyer = checks.check_bool("only_buyer", only_buyer)
        self.wait = checks.check_seconds("wait", wait)
        self._clock = checks.clock(clock)
        self._queue: deque[_Job] = deque()
        self._writer: threading.Thread | None = None
        _journals.add(self)
        try:
            # SQLite alone opens the file from here on: closing any other descriptor of it would drop SQLite's locks.
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            pass
        except OSError as error:
            raise self._unavailable(error) from None
        if not self._submit(self._is_ready, writes=False).result():
            self._submit(self._make_ready).result()

    def unsettled(self) -> list[OutcomeUnknown]:
        """Return the purchases and releases of which nobody knows yet whether they were carried out, the oldest first.

        This includes those that are under way at this moment. `client.settle(journal)` settles what can be settled,
        `client.reconcile(unknown)` looks at one. Reads the file: call it in a thread from async code.

        Raises:
            JournalUnavailable: if the file can't be read.
        """
        return self._submit(_unsettled, writes=False).result()

    def find(self, reference: str) -> list[Entry]:
        """Return what was asked for under the caller's own reference, settled or not, the oldest first.

        Reads the file: call it in a thread from async code.

        Raises:
            InvalidArgument: if it is no printable text.
            JournalUnavailable: if the file can't be read.
        """
        checks.check_text("reference", reference)
        return self._submit(lambda db: _entries(db, "reference = ?", reference), writes=False).result()

    def unclaimed(self) -> list[Entry]:
        """Return what was carried out and was not yet acknowledged, the oldest first: if the process died before it had
        stored a result, the result is here.

        Reads the file: call it in a thread from async code.

        Raises:
            JournalUnavailable: if the file can't be read.
        """
        where = f"acknowledged_at IS NULL AND state IN ('done', 'settled') AND {_CARRIED_OUT}"
        return self._submit(lambda db: _entries(db, where), writes=False).result()

    def acknowledge(self, entry_id: str) -> None:
        """Record that the caller has taken over the outcome. Idempotent.

        Writes the file: call it in a thread from async code.

        Raises:
            InvalidArgument: if there is no such entry, or it has no outcome yet.
            JournalUnavailable: if the file can't be written.
        """
        checks.check_text("entry_id", entry_id)
        now = _as_text(self._clock.now())

        def work(db: sqlite3.Connection) -> None:
            if _state(db, entry_id) in ("open", "unknown"):
                raise InvalidArgument(
                    f"entry {entry_id} has no outcome yet: settle or resolve it", parameter="entry_id"
                )
            db.execute("UPDATE entry SET acknowledged_at = coalesce(acknowledged_at, ?) WHERE id = ?", (now, entry_id))

        self._submit(work).result()

    def resolve(
        self, entry_id: str, verdict: Literal["owned", "not_owned"], *, why: str, ids: Iterable[str] = ()
    ) -> None:
        """Settle by hand what stays undecided, after a look at the provider's console.

        Writes the file: call it in a thread from async code.

        Args:
            entry_id: the entry's id (`OutcomeUnknown.entry`).
            verdict: what the account holds: `owned` or `not_owned`.
            why: what this rests on, for people.
            ids: the provider's ids of what the purchase bought, so that they are not attributed to another one.

        Raises:
            InvalidArgument: if there is no such entry, it has an outcome, or one of the ids is another purchase's.
            JournalUnavailable: if the file can't be written.
        """
        if verdict not in ("owned", "not_owned"):
            raise InvalidArgument("verdict takes owned or not_owned", parameter="verdict")
        for name, text in (("entry_id", entry_id), ("why", why)):
            checks.check_text(name, text)
        if isinstance(ids, str) or not isinstance(ids, Iterable):
            raise InvalidArgument("ids takes a list of ids", parameter="ids")
        claimed, now = [checks.check_text("ids", str(each)) for each in ids], self._clock.now()

        def work(db: sqlite3.Connection) -> None:
            if (state := _state(db, entry_id)) not in ("open", "unknown"):
                raise InvalidArgument(f"entry {entry_id} is {state} already", parameter="entry_id")
            try:
                _conclude(db, entry_id, verdict, why, claimed, now)
            except sqlite3.IntegrityError:
                raise InvalidArgument("one of the ids belongs to another purchase", parameter="ids") from None

        self._submit(work).result()

    def intend(self, unknown: OutcomeUnknown, *, ends_by: datetime, operation_class: str) -> "tuple[str, Future[None]]":
        """Queue the intent of a purchase or a release. Does not wait: nothing may be sent before the record has landed.

        Args:
            unknown: what would be known if the process died now. Its `entry` is set.
            ends_by: when its connection is closed at the latest.
            operation_class: `charge` or `release`.
        """
        entry_id = _Handle(uuid.uuid4().hex)
        unknown.entry = str(entry_id)
        known = (unknown.provider, unknown.base_url, unknown.account, operation_class, unknown.reference)
        times = (_as_text(unknown.sent_at), _as_text(ends_by))
        values = (unknown.entry, *known, *times, json.dumps(_own(os.getpid())), unknown.to_json())
        _in_flight[unknown.entry] = entry_id

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO entry (id, provider, base_url, account, operation_class, reference, sent_at, ends_by,"
                " writer, unknown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )

        return entry_id, self._submit(work)

    def ended(
        self,
        entry_id: str,
        state: Literal["done", "refused", "not_sent", "unknown"],
        *,
        unknown: OutcomeUnknown | None = None,
        result: object = None,
        ids: Iterable[str] = (),
        at: datetime | None = None,
    ) -> "Future[Any]":
        """Queue how a purchase or a release ended. Neither waits nor raises; a failure is logged as an ERROR.

        Args:
            entry_id: what `intend` returned.
            state: how it ended.
            unknown: what is known of it, if its outcome is unknown.
            result: what the provider returned.
            ids: the ids of what was bought or released.
            at: when; now, unless given.
        """
        ended_at = _as_text(at or self._clock.now())
        items, kept, text = tuple(dict.fromkeys(map(str, ids))), _json(result), None
        if unknown is not None:
            with suppress(Exception):  # what it holds may not be JSON; the state is recorded all the same
                text = unknown.to_json()
        record = self._submit(
            lambda db: _end(db, entry_id, state, ended_at, text, kept, items),
            about=f"the outcome {state!r} of {entry_id}",
        )
        _in_flight.pop(entry_id, None)
        return record

    def _submit(
        self, work: Callable[[sqlite3.Connection], T], *, writes: bool = True, about: str | None = None
    ) -> "Future[T]":
        """Have it done by the journal's own thread, in the order of the calls. Does not wait."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # so that cancelling the wait does not cancel the record
        self._queue.append(_Job(work, future, writes, about))
        self._wake()
        return future

    def _wake(self) -> None:
        # Without a lock: a signal handler could find it held by the very thread that it interrupts. The writer clears
        # `_writer` before it looks at the queue for the last time, and a record is queued before this looks at
        # `_writer`. Two threads may each start a writer here: they take turns, and one finds nothing to do. An
        # interruption may come between making a thread and starting it.
        if not self._queue or ((writer := self._writer) is not None and writer.is_alive()):
            return
        # Not a daemon: the interpreter's end waits for it.
        self._writer = writer = threading.Thread(target=self._write, name="numberline journal", daemon=False)
        try:
            writer.start()
        except RuntimeError:  # no more threads: the interpreter is ending
            self._write()

    def _write(self) -> None:
        """Do what is queued, in one transaction, and hand over to another thread if more has come meanwhile."""
        with _at_work:
            batch = [self._queue.popleft() for _ in range(len(self._queue))]
            outcomes = self._transact(batch) if batch else []
        for job, (value, failure) in zip(batch, outcomes, strict=True):
            if failure is None:
                job.future.set_result(value)
            else:
                job.future.set_exception(failure)
        if self._writer is threading.current_thread():  # or else each record would start one writer more
            self._writer = None
        self._wake()
        for job, (value, failure) in zip(batch, outcomes, strict=True):  # last: handlers of logs may block, or buy
            lines = value if failure is None else [f"{job.about} could not be written and stays open: {failure}"]
            for line in lines if job.about is not None else ():
                log.error("journal: %s", line)

    def _transact(self, batch: list[_Job]) -> list[tuple[Any, Exception | None]]:
        try:
            with self._connected() as db:
                db.execute("BEGIN IMMEDIATE" if any(job.writes for job in batch) else "BEGIN")
                outcomes = [_attempt(db, job) for job in batch]
                db.execute("COMMIT")
                return outcomes
        except Exception as error:
            return [(None, self._unavailable(error)) for _ in batch]

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection that never creates the file. One for each batch: nothing is carried over a fork, and a file that
        was deleted or replaced is noticed."""
        _check_file(self.path)
        with suppress(FileNotFoundError):
            _check_file(f"{self.path}-journal")  # through a link, SQLite would write into another file
        address = f"{Path(self.path).as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=self.wait, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = DELETE")  # with WAL, a write into a deleted file goes unnoticed
            db.execute("PRAGMA synchronous = EXTRA")
            db.execute("PRAGMA fullfsync = 1")
            yield db

    def _is_ready(self, db: sqlite3.Connection) -> bool:
        application, version = (
            db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if not application and not version and not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return False
        if application != _APPLICATION_ID:
            raise JournalUnavailable(f"{self.path} is another program's database")
        if version > _VERSION:
            raise JournalUnavailable(f"{self.path} was written by a newer numberline (its version is {version})")
        return not self.only_buyer or _only_buyer_since(db) is not None

    def _make_ready(self, db: sqlite3.Connection) -> None:
        if not db.execute("PRAGMA user_version").fetchone()[0]:
            for statement in _SCHEMA:
                db.execute(statement)
        if self.only_buyer and _only_buyer_since(db) is None:
            db.execute("INSERT INTO only_buyer VALUES (?)", (_as_text(self._clock.now()),))

    def _unavailable(self, error: Exception) -> JournalUnavailable:
        why = error.message if isinstance(error, JournalUnavailable) else f"{self.path} can't be used: {error}"
        return JournalUnavailable(why)

    def _forked(self) -> None:
        """Forget in a child process what is queued: it is the parent's, and so is the thread."""
        self._queue, self._writer = deque(), None

    def __repr__(self) -> str:
        return f"<Journal {self.path}>"


async def landed(record: "Future[T]") -> T:
    """Wait for a record, in asyncio or trio. Cancelling the wait does not cancel the record."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        event, soon = trio.Event(), trio.lowlevel.current_trio_token().run_sync_soon
    else:
        import asyncio

        event, soon = asyncio.Event(), asyncio.get_running_loop().call_soon_threadsafe

    def wake(_: object) -> None:
        with suppress(Exception):  # the event loop may have ended
            soon(event.set)

    record.add_done_callback(wake)
    await event.wait()
    return record.result()


class _Process(NamedTuple):
    """Who wrote an entry.

    Attributes:
        machine: the boot, or the host's name where there is no better. Equal machines share a clock.
        namespace: in which the pid means something.
        pid, started: the process, and in which tick it was started, as pids are used again.
    """

    machine: str
    namespace: str
    pid: int
    started: str


@cache
def _own(pid: int) -> _Process:
    namespace = ""
    with suppress(OSError):
        namespace = os.readlink("/proc/self/ns/pid")
    return _Process(
        _read("/proc/sys/kernel/random/boot_id").strip() or socket.gethostname(), namespace, pid, _stat(pid)[1]
    )


def _stat(pid: int) -> tuple[str, str]:
    """State and start of a process; both empty where the system does not say."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (fields[0], fields[19]) if len(fields) > 19 else ("", "")


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _absolute(path: str | os.PathLike[str]) -> str:
    given = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(given, str) or not given or "\0" in given:
        raise InvalidArgument("path takes the path of a file", parameter="path")
    return os.path.abspath(given)


def _check_file(path: str) -> None:
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode):
        raise JournalUnavailable(f"{path} is a symbolic link; give the file itself")
    if not stat.S_ISREG(found.st_mode):
        raise JournalUnavailable(f"{path} is not a file")
    if os.name == "posix" and found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise JournalUnavailable(f"{path} is open to other users (mode {mode:04o}); run chmod 600 on it")
    if found.st_nlink > 1:
        raise JournalUnavailable(f"{path} has a second name (a hard link), under which it could be damaged")


def _attempt(db: sqlite3.Connection, job: _Job) -> tuple[Any, Exception | None]:
    """Do one job of a batch, so that its failure leaves the others alone."""
    db.execute("SAVEPOINT job")
    try:
        value, failure = job.work(db), None
    except Exception as error:
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
            raise  # a full disk, a broken file: of no use to the others either
        db.execute("ROLLBACK TO job")
        value, failure = None, error.with_traceback(None)
    db.execute("RELEASE job")
    return value, failure


def _end(
    db: sqlite3.Connection,
    entry_id: str,
    state: str,
    ended_at: str,
    unknown: str | None,
    result: str | None,
    items: tuple[str, ...],
) -> list[str]:
    """Record an outcome. The provider's own word beats a conclusion, and nothing beats the provider's own word.

    Returns:
        what contradicts it, for the log.
    """
    row = db.execute("SELECT state, verdict, operation_class FROM entry WHERE id = ?", (entry_id,)).fetchone()
    if row is None:
        return [] if state == "not_sent" else [f"{entry_id} ({state}) is not in the file: was it deleted or replaced?"]
    before, verdict, operation_class = row
    if before == "done" or (before == "settled" and state == "unknown"):
        return []
    complaints = []
    if before == "settled":
        if (verdict == _CARRIED_OUT_VERDICT[operation_class]) != (state == "done"):
            complaints.append(f"{entry_id} was settled as {verdict}, but ended as {state}")
        db.execute("DELETE FROM claim WHERE entry = ?", (entry_id,))
    db.execute(
        "UPDATE entry SET state = ?, ended_at = ?, unknown = coalesce(?, unknown), result = ?, verdict = NULL,"
        " why = NULL WHERE id = ?",
        (state, ended_at, unknown, result, entry_id),
    )
    if state == "done":
        for item in items:
            complaints += _claim_again(db, entry_id, operation_class, item, ended_at)
    return complaints


def _claim_again(db: sqlite3.Connection, entry_id: str, operation_class: str, item: str, now: str) -> list[str]:
    """Record that this entry bought or released an item, whoever had claimed it before."""
    owners = db.execute(
        f"SELECT entry FROM claim WHERE {_ACTIVE} AND entry != ?", (item, entry_id, entry_id)
    ).fetchall()
    _end_claim(db, entry_id, item, now)
    released_at = now if operation_class == "release" else None
    _claim(db, entry_id, item, released_at)
    return (
        [] if released_at else [f"{item} was bought by {entry_id}, but was claimed by {owner}" for (owner,) in owners]
    )


def _end_claim(db: sqlite3.Connection, entry_id: str, item: str, now: str) -> None:
    db.execute(f"UPDATE claim SET released_at = ? WHERE {_ACTIVE}", (now, item, entry_id))


def _claim(db: sqlite3.Connection, entry_id: str, item: str, released_at: str | None = None) -> None:
    db.execute(
        "INSERT INTO claim SELECT provider, base_url, ?, id, ? FROM entry WHERE id = ?",
        (item, released_at, entry_id),
    )


def _conclude(db: sqlite3.Connection, entry_id: str, verdict: str, why: str, ids: Iterable[str], now: datetime) -> None:
    db.execute(
        "UPDATE entry SET state = 'settled', ended_at = ?, verdict = ?, why = ? WHERE id = ?",
        (_as_text(now), verdict, why, entry_id),
    )
    for item in dict.fromkeys(ids):
        _claim(db, entry_id, item)


def _state(db: sqlite3.Connection, entry_id: str) -> str:
    row = db.execute("SELECT state FROM entry WHERE id = ?", (entry_id,)).fetchone()
    if row is None:
        raise InvalidArgument(f"there is no entry {entry_id!r}", parameter="entry_id")
    return str(row[0])


def _entries(db: sqlite3.Connection, where: str, *values: str) -> list[Entry]:
    columns = "id, operation_class, state, verdict, why, ended_at, acknowledged_at, result, unknown"
    rows = db.execute(f"SELECT {columns} FROM entry WHERE {where} ORDER BY rowid", values).fetchall()
    return [_entry(db, dict(zip(columns.split(", "), row, strict=True))) for row in rows]


def _entry(db: sqlite3.Connection, row: dict[str, Any]) -> Entry:
    unknown = _from_json(row.pop("unknown"))
    known = ("provider", "operation", "base_url", "account", "reference", "arguments", "sent_at")
    items = db.execute("SELECT item FROM claim WHERE entry = ? ORDER BY rowid", (row["id"],))
    row |= {name: getattr(unknown, name) for name in known}
    row |= {name: _moment(row[name]) for name in ("ended_at", "acknowledged_at")}
    row |= {"ids": tuple(item for (item,) in items), "result": json.loads(row["result"] or "null")}
    return Entry(**row)


def _unsettled(db: sqlite3.Connection) -> list[OutcomeUnknown]:
    found = db.execute(f"SELECT state, ends_by, unknown FROM entry WHERE {_UNSETTLED} ORDER BY rowid")
    return [_read_unknown(*row) for row in found.fetchall()]


def _from_json(text: str) -> OutcomeUnknown:
    try:
        return OutcomeUnknown.from_json(text)
    except InvalidArgument:
        raise JournalUnavailable("an entry of the file is damaged") from None


def _read_unknown(state: str, ends_by: str, text: str) -> OutcomeUnknown:
    unknown = _from_json(text)
    if state == "open":
        unknown.message = "about to be sent, or sent, and no outcome is on record."
        unknown.args = (unknown.message,)
        unknown.ended_at = max(unknown.sent_at, datetime.fromisoformat(ends_by))
    return unknown


def _only_buyer_since(db: sqlite3.Connection) -> datetime | None:
    row = db.execute("SELECT min(since) FROM only_buyer").fetchone()
    return _moment(row[0])


def _as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _json(value: object) -> str | None:
    """Return a result as JSON, as far as it can be had."""

    with suppress(Exception):
        return json.dumps(value, default=lambda each: each.to_dict() if hasattr(each, "to_dict") else str(each))
    return None


_journals: "weakref.WeakSet[Journal]" = weakref.WeakSet()

_in_flight: "weakref.WeakValueDictionary[str, _Handle]" = weakref.WeakValueDictionary()
"""Entries of this process whose calls have not ended. A call that was interrupted before it could say so is forgotten
with its handle."""

_at_work = threading.RLock()
"""Held while SQLite works, and over a fork: a child would inherit SQLite's mutexes as they are."""


def _before_fork() -> None:
    _at_work.acquire()


def _after_fork_in_parent() -> None:
    with suppress(RuntimeError):  # an interruption kept it from being acquired
        _at_work.release()


def _after_fork_in_child() -> None:
    global _at_work
    _at_work = threading.RLock()
    for journal in list(_journals):
        journal._forked()
    _in_flight.clear()
    _own.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)

"""Snapshots of everything that the accounts own, and what changed between two of them. Extra `snapshot`.

    write(inventory, "snapshots")            # a folder of Parquet files, or numbers.duckdb
    before, after = snapshots("snapshots")[-2:]
    for change in compare(before, after).changes:
        print(change.account, change.kind, change.number, change.before, change.after)

A snapshot is whole or not there, whenever the process ends. An account that could not be read to its end is marked as
missing, and none of its numbers are stored. The columns are those of `Inventory.to_arrow`.

In a folder, each snapshot is a folder named by its time, with `snapshot.json` and one Parquet file for each account:
`SELECT * FROM 'snapshots/2026-03-14T12-00-00.000000Z/*.parquet'`. A DuckDB file has the tables `snapshot`, `account`
and `number`; the column `snapshot` joins them.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from attr import field, frozen

from ._runtime.writing import digits
from .errors import InvalidArgument, NumberlineError
from .inventory import IncompleteInventory, Inventory, InventoryNumber
from .inventory.arrow import SCHEMA, number_reader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VERSION = 1
NAME = "%Y-%m-%dT%H-%M-%S.%fZ"
LEFTOVER = timedelta(days=1)
"""Age at which what a killed process has left behind is removed."""

Kind = Literal["bought", "released", "repriced", "rebound", "renewed", "renews_soon"]


class UnreadableSnapshot(NumberlineError):
    """A snapshot is damaged, or is none."""

    advice = "Remove it, or take it from a backup."


@frozen
class AccountState:
    """What a snapshot says of an account.

    Attributes:
        provider: the provider's name.
        numbers: how many numbers it owned; None if it is missing.
        missing: why it could not be read, or None.
    """

    provider: str
    numbers: int | None = None
    missing: str | None = None


@frozen
class Snapshot:
    """What some accounts owned.

    Attributes:
        path: the snapshot's folder, or the DuckDB file.
        taken: when its reading began.
        accounts: by name, those that are missing too.
    """

    path: Path
    taken: datetime
    accounts: Mapping[str, AccountState]
    _read: "Callable[[Snapshot], pa.Table]" = field(eq=False, repr=False)

    @property
    def missing(self) -> dict[str, str]:
        """The accounts that could not be read, and why."""
        return {name: state.missing for name, state in self.accounts.items() if state.missing is not None}

    @classmethod
    def of_rows(
        cls, taken: datetime, accounts: Mapping[str, AccountState], rows: Sequence[Mapping[str, Any]]
    ) -> "Snapshot":
        """Return a snapshot that is nowhere stored, of rows as `table` has them, all columns or some."""
        return cls(Path(), taken, accounts, lambda _: pa.Table.from_pylist([dict(row) for row in rows]))

    def table(self) -> pa.Table:
        """Read the numbers of all accounts that are not missing. From DuckDB, words are plain text.

        Raises:
            UnreadableSnapshot: if that is not possible.
        """
        with _reading(self.path):
            return self._read(self)


@frozen
class Change:
    """One thing that became different.

    Attributes:
        account: the account's name.
        kind: `bought`, `released`, `repriced` (also in another currency), `rebound`, `renewed`, or `renews_soon`.
        number: the phone number.
        id: the provider's id of it. A number that has another id than before was released and bought again.
        before: price, binding or day of renewal before; None for `bought`.
        after: the same now; None for `released`.
    """

    account: str
    kind: Kind
    number: str
    id: str
    before: str | None
    after: str | None


@frozen
class Changes:
    """What changed between two snapshots.

    Attributes:
        changes: account by account, in the order of their names.
        not_comparable: accounts that are missing in one of the snapshots, or not in it, and why.
    """

    changes: Sequence[Change]
    not_comparable: Mapping[str, str]


def write(
    inventory: Inventory, target: "str | os.PathLike[str]", *, on_progress: Callable[[int], object] | None = None
) -> Snapshot:
    """Write what the accounts own now.

    Args:
        inventory: whose numbers.
        target: a folder, which is made if it is not there; or a file that ends in `.duckdb`, which takes the library
            duckdb.
        on_progress: called with the count of numbers that were read so far.

    Raises:
        InvalidArgument: if `target` is something else.
        OSError: if it can't be written; another process may have a DuckDB file open. Nothing of the snapshot is there
            then.
    """
    path = Path(target)
    make = _Database if path.suffix == ".duckdb" else _Folder
    if make is _Folder and path.exists() and not path.is_dir():
        raise InvalidArgument("target takes a folder, or a file that ends in .duckdb", parameter="target")
    with _writing(), make(path, inventory._now()) as store:
        accounts = {name: AccountState(client.provider.name, 0) for name, client in inventory.accounts.items()}
        failed: dict[str, Exception] = {}
        counts: Counter[str] = Counter()
        batches = _counted(_until_failure(inventory, failed), counts, on_progress or (lambda _: None))
        with closing(batches):
            for name, group in groupby(batches, key=lambda batch: batch[0].account):
                store.add(name, number_reader(group, 4096, None))
        for name, state in accounts.items():
            missing = failed.get(name)
            reason = None if missing is None else str(missing) or type(missing).__name__
            accounts[name] = AccountState(state.provider, None if missing else counts[name], reason)
        return store.finish(accounts)


@contextmanager
def _writing() -> Generator[None, None, None]:
    """Raise OSError for what DuckDB raises, too."""
    try:
        yield
    except Exception as error:
        if "duckdb" not in type(error).__module__:
            raise
        raise OSError(str(error)) from error


def _until_failure(inventory: Inventory, failed: dict[str, Exception]) -> Iterator[list[InventoryNumber]]:
    try:
        yield from filter(None, inventory._batches(None))
    except IncompleteInventory as error:
        failed.update(error.missing)


def _counted(
    batches: Iterator[list[InventoryNumber]], counts: Counter[str], on_progress: Callable[[int], object]
) -> Generator[list[InventoryNumber], None, None]:
    for batch in batches:
        counts[batch[0].account] += len(batch)
        on_progress(counts.total())
        yield batch


class _Folder:
    """Writes a folder of a snapshot under another name first."""

    def __init__(self, path: Path, taken: datetime) -> None:
        self._path = path
        self._taken = taken
        self._files: dict[str, Path] = {}

    def __enter__(self) -> Self:
        self._path.mkdir(parents=True, exist_ok=True)
        for left in self._path.glob(".writing-*"):
            with suppress(OSError):  # another process may remove it, too
                if datetime.fromtimestamp(left.stat().st_mtime, UTC) < datetime.now(UTC) - LEFTOVER:
                    shutil.rmtree(left)
        self._scratch = self._path / f".writing-{uuid4().hex}"
        self._scratch.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    def add(self, account: str, rows: pa.RecordBatchReader) -> None:
        file = self._scratch / f"{len(self._files):04}.parquet"
        self._files[account] = file
        with file.open("wb") as opened, pq.ParquetWriter(opened, rows.schema) as writer:
            for batch in rows:
                writer.write_batch(batch)
        _sync(file)

    def finish(self, accounts: Mapping[str, AccountState]) -> Snapshot:
        for name, state in accounts.items():
            if state.missing is not None and name in self._files:
                self._files.pop(name).unlink()
        while True:
            home = self._path / self._taken.strftime(NAME)
            self._write_manifest(accounts)
            try:
                self._scratch.rename(home)
                break
            except OSError:
                if not home.exists():
                    raise
                self._taken += timedelta(microseconds=1)  # another process was as quick
        _sync(self._path)
        return _of_folder(home)

    def _write_manifest(self, accounts: Mapping[str, AccountState]) -> None:
        manifest = {
            "version": VERSION,
            "taken": self._taken.isoformat(),
            "accounts": {
                name: {
                    "provider": state.provider,
                    "numbers": state.numbers,
                    "missing": state.missing,
                    "file": self._files[name].name if name in self._files else None,
                }
                for name, state in accounts.items()
            },
        }
        file = self._scratch / "snapshot.json"
        file.write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        _sync(file)
        _sync(self._scratch)


def _sync(path: Path) -> None:
    """Make a file or the entries of a folder durable."""
    if os.name == "nt" and path.is_dir():
        return  # Windows can't
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _reading(path: Path) -> Generator[None, None, None]:
    """Say which snapshot it is that can't be read."""
    try:
        yield
    except NumberlineError:
        raise
    except Exception as error:  # duckdb's and pyarrow's, and whatever somebody has done to a file
        why = str(error).rstrip(".!")
        raise UnreadableSnapshot(f"{path} can't be read ({type(error).__name__}: {why}).") from None


def _of_folder(home: Path) -> Snapshot:
    with _reading(home):
        manifest = json.loads((home / "snapshot.json").read_text(encoding="utf-8"))
        _check_version(home, manifest["version"])
        accounts = {
            name: AccountState(told["provider"], told["numbers"], told["missing"])
            for name, told in manifest["accounts"].items()
        }
        files = [home / told["file"] for told in manifest["accounts"].values() if told["file"]]
        taken = datetime.fromisoformat(manifest["taken"])

    def read(_: Snapshot) -> pa.Table:
        return pa.concat_tables([SCHEMA.empty_table(), *(pq.read_table(file, schema=SCHEMA) for file in files)])

    return Snapshot(home, taken, accounts, read)


class _Database:
    """Writes a DuckDB file, in one transaction."""

    def __init__(self, path: Path, taken: datetime) -> None:
        self._path = path
        self._taken = taken.astimezone(UTC).replace(tzinfo=None)

    def __enter__(self) -> Self:
        import duckdb

        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._db = duckdb.connect(str(self._path))
        self._db.begin()
        self._db.execute("CREATE TABLE IF NOT EXISTS snapshot (snapshot TIMESTAMP PRIMARY KEY, version INTEGER)")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS account"
            " (snapshot TIMESTAMP, account TEXT, provider TEXT, numbers BIGINT, missing TEXT)"
        )
        self._db.register("rows", SCHEMA.empty_table())
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS number AS SELECT NULL::TIMESTAMP AS snapshot, * FROM rows WITH NO DATA"
        )
        while self._db.execute("SELECT 1 FROM snapshot WHERE snapshot = ?", [self._taken]).fetchone():
            self._taken += timedelta(microseconds=1)
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()  # what was not committed is rolled back

    def add(self, account: str, rows: pa.RecordBatchReader) -> None:
        self._db.register("rows", rows)
        self._db.execute("INSERT INTO number SELECT ?, * FROM rows", [self._taken])

    def finish(self, accounts: Mapping[str, AccountState]) -> Snapshot:
        self._db.execute("INSERT INTO snapshot VALUES (?, ?)", [self._taken, VERSION])
        for name, state in accounts.items():
            if state.missing is not None:
                self._db.execute("DELETE FROM number WHERE snapshot = ? AND account = ?", [self._taken, name])
            self._db.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?, ?)",
                [self._taken, name, state.provider, state.numbers, state.missing],
            )
        self._db.commit()
        return Snapshot(self._path, self._taken.replace(tzinfo=UTC), dict(accounts), _read_database)


def _connect(path: Path) -> "DuckDBPyConnection":
    import duckdb

    return duckdb.connect(str(path), read_only=True)


def _read_database(snapshot: Snapshot) -> pa.Table:
    with _connect(snapshot.path) as db:
        taken = snapshot.taken.replace(tzinfo=None)
        rows = db.sql("SELECT * EXCLUDE snapshot FROM number WHERE snapshot = ?", params=[taken])
        return pa.table(rows.to_arrow_table())


def snapshots(target: "str | os.PathLike[str]") -> list[Snapshot]:
    """Return the snapshots in a folder or a DuckDB file, the oldest first.

    Args:
        target: what `write` was given, or the folder of one snapshot.

    Raises:
        InvalidArgument: if there is no such folder or file, or a later version of numberline has written it.
        UnreadableSnapshot: if one of them is damaged; the message names it.
    """
    path = Path(target)
    if path.suffix == ".duckdb" and path.is_file():
        found = _of_database(path)
    elif (path / "snapshot.json").is_file():
        found = [_of_folder(path)]
    elif path.is_dir():
        found = [_of_folder(each.parent) for each in sorted(path.glob("[0-9]*/snapshot.json"))]
    else:
        raise InvalidArgument(f"there are no snapshots at {path}", parameter="target")
    return found


def _of_database(path: Path) -> list[Snapshot]:
    with _reading(path), _connect(path) as db:
        _check_version(path, max((row[0] for row in db.execute("SELECT version FROM snapshot").fetchall()), default=0))
        told = db.execute(
            "SELECT snapshot, account, provider, numbers, missing FROM account ORDER BY snapshot, rowid"
        ).fetchall()
    return [
        Snapshot(
            path,
            taken.replace(tzinfo=UTC),
            {name: AccountState(provider, numbers, missing) for _, name, provider, numbers, missing in rows},
            _read_database,
        )
        for taken, rows in groupby(told, key=lambda row: row[0])
    ]


def _check_version(path: Path, version: Any) -> None:
    if version > VERSION:
        raise InvalidArgument(f"{path} was written by a later version of numberline", parameter="target")


def compare(before: Snapshot, after: Snapshot, *, within_days: int = 30) -> Changes:
    """Say what changed from one snapshot to another.

    A price or a binding that one of the snapshots does not know has not changed.

    Args:
        before: the older one.
        after: the newer one.
        within_days: how many days after `after` a renewal is soon.

    Raises:
        InvalidArgument: for a number of days below 0.
    """
    if isinstance(within_days, bool) or not isinstance(within_days, int) or within_days < 0:
        raise InvalidArgument("within_days takes a whole number from 0", parameter="within_days")
    skipped = {
        name: why
        for name in sorted({*before.accounts, *after.accounts})
        if (why := _not_comparable(name, before, after)) is not None
    }
    old, new = _by_account(before, skipped), _by_account(after, skipped)
    soon = after.taken.date() + timedelta(days=within_days)
    changes = [
        change
        for account in sorted({*old, *new})
        for change in _account_changes(old.get(account, {}), new.get(account, {}), after.taken.date(), soon)
    ]
    return Changes(changes, skipped)


def _not_comparable(name: str, before: Snapshot, after: Snapshot) -> str | None:
    for when, snapshot in (("earlier", before), ("later", after)):
        state = snapshot.accounts.get(name)
        if state is None:
            return f"it is not in the {when} snapshot"
        if state.missing is not None:
            return f"it is missing in the {when} snapshot: {state.missing}"
    return None


_Row = dict[str, Any]


def _by_account(snapshot: Snapshot, skipped: Mapping[str, str]) -> dict[str, dict[str, _Row]]:
    found: dict[str, dict[str, _Row]] = {}
    for row in snapshot.table().to_pylist():
        if row["account"] not in skipped:
            found.setdefault(row["account"], {})[row["id"]] = row
    return found


def _account_changes(old: Mapping[str, _Row], new: Mapping[str, _Row], today: date, soon: date) -> Iterator[Change]:
    for each in sorted(old.keys() - new.keys()):
        yield _change(old[each], "released", _price(old[each]), None)
    for each in sorted(new.keys() - old.keys()):
        yield _change(new[each], "bought", None, _price(new[each]))
    for each in sorted(new):
        row, was = new[each], old.get(each, new[each])
        if _costs(was) != _costs(row) and None not in (was["monthly"], row["monthly"]):
            yield _change(row, "repriced", _price(was), _price(row))
        if was["bound_to"] != row["bound_to"]:
            yield _change(row, "rebound", was["bound_to"], row["bound_to"])
        renewal, earlier = row["next_renewal"], was["next_renewal"]
        if earlier is not None and renewal is not None and renewal > earlier:
            yield _change(row, "renewed", earlier.isoformat(), renewal.isoformat())
        if renewal is not None and today <= renewal <= soon:
            yield _change(row, "renews_soon", None, renewal.isoformat())


def _costs(row: _Row) -> tuple[Any, Any]:
    return row["monthly"], row["currency"]


def _price(row: _Row) -> str | None:
    if row["monthly"] is None:
        return None
    amount = digits(row["monthly"])
    amount = amount.rstrip("0").rstrip(".") if "." in amount else amount
    return f"{amount} {row['currency'] or ''}".strip()


def _change(row: _Row, kind: Kind, before: str | None, after: str | None) -> Change:
    return Change(row["account"], kind, row["number"], row["id"], before, after)

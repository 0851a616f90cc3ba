"""A sandbox's state in a file: JSON, always the same bytes for the same state.

    {"format": "numberline sandbox", "version": 2,
     "settings": {...},      what `Sandbox` was made with: seed, numbers, owned, balance, the moment, and the behaviour
                             where it is not the usual one
     "advanced": 0.0,        by how many seconds its time was put forward
     "providers": {...},     for each its money, the numbers that are not on offer, and those that accounts own
     "ledger": [...]}        all entries, first things first

Numbers are made up again from the seed, so a release that makes up others has another version. Faults are not kept, nor
the key of a service account.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from .ledger import Entry
from .numbers import Stock

T = TypeVar("T")

FORMAT = "numberline sandbox"
VERSION = 2

State = dict[str, Any]

_ENTRIES = TypeAdapter(list[Entry])


def dump_ledger(entries: Iterable[Entry]) -> list[State]:
    """Return the ledger in JSON's types."""
    return [dict(zip(Entry._fields, told, strict=True)) for told in _ENTRIES.dump_python(list(entries), mode="json")]


def load_ledger(told: Any) -> list[Entry]:
    return _ENTRIES.validate_python(told)


def dump_rows(rows: Sequence[object], kind: type) -> list[State]:
    """Return dataclasses in JSON's types, each with the serial and the digits of its `number`."""
    left_out = {"__all__": {"number": {"region", "on_offer"}}}
    rows_of: TypeAdapter[Any] = TypeAdapter(list[kind])  # type: ignore[valid-type] # known at run time only
    told: list[State] = rows_of.dump_python(list(rows), mode="json", exclude=left_out, exclude_defaults=True)
    return told


def load_rows(told: Sequence[State], kind: type[T], stock: Stock) -> list[T]:
    """Return what `dump_rows` told, with the numbers of a stock.

    Raises:
        ValueError: if the stock has others.
    """
    rows = [{**row, "number": stock.all[row["number"]["serial"]]} for row in told]
    if any(row["number"].number != saved["number"]["number"] for row, saved in zip(rows, told, strict=True)):
        raise ValueError("the numbers are not those of its seed")
    return TypeAdapter(list[kind]).validate_python(rows)  # type: ignore[valid-type]


def write(path: "str | os.PathLike[str]", state: Mapping[str, Any]) -> None:
    """Write a file, or leave the one that is there as it was.

    Raises:
        OSError: if it can't be written.
    """
    text = json.dumps({"format": FORMAT, "version": VERSION, **state}, sort_keys=True, separators=(",", ":"))
    target = Path(path)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, os.fspath(path)) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def read(path: "str | os.PathLike[str]") -> State:
    """Return what `write` wrote.

    Raises:
        OSError: if it can't be read.
        ValueError: if it holds something else, or was written by a release whose files are of another version.
    """
    try:
        state: object = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        state = None
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError(f"{os.fspath(path)} does not hold a sandbox's state")
    if state.get("version") != VERSION:
        raise ValueError(
            f"{os.fspath(path)} is of version {state.get('version')!r}, and this release of numberline reads version "
            f"{VERSION}; load it with the release that saved it"
        )
    return state

"""A sandbox's state in a file: JSON, always the same bytes for the same state.

    {"format": "numberline sandbox", "version": 1,
     "settings": {...},      what `Sandbox` was made with: seed, numbers, owned, balance, the moment, and the behaviour
                             where it is not the usual one
     "ahead": 0.0,           by how many seconds its time was put forward
     "providers": {...},     for each what has changed since: money, the stock, the rows of owned numbers
     "ledger": [...]}        all entries, first things first

What the settings decide is not written down, so a million numbers that nobody has touched take no room. Therefore a
release that makes up other numbers has another version. Faults are not kept, nor the key of a service account.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from .behaviour import Behaviour
from .ledger import Entry
from .provider import Environment

FORMAT = "numberline sandbox"
VERSION = 1

State = dict[str, Any]


def settings(environment: Environment, opened: datetime) -> State:
    """What a sandbox was made with, and when, in JSON's types."""
    usual = Behaviour()
    return {
        "seed": environment.seed,
        "numbers": environment.numbers,
        "owned": environment.owned,
        "balance": str(environment.balance),
        "opened": opened.isoformat(),
        "behaviour": {
            name: value for name, value in environment.behaviour._asdict().items() if value != getattr(usual, name)
        },
    }


def described(entry: Entry) -> State:
    """An entry of the ledger in JSON's types."""
    return {**entry._asdict(), "moment": entry.moment.isoformat(), "amount": str(entry.amount)}


def entry(told: Mapping[str, Any]) -> Entry:
    """What `described` told."""
    fields = dict(told)
    fields["numbers"], fields["keys"] = tuple(told["numbers"]), tuple(told["keys"])
    fields["moment"], fields["amount"] = datetime.fromisoformat(told["moment"]), Decimal(told["amount"])
    return Entry(**fields)


def write(path: "str | os.PathLike[str]", state: Mapping[str, Any]) -> None:
    """Write a file, or leave the one that is there as it was.

    Raises:
        OSError: if it can't be written.
    """
    text = json.dumps({"format": FORMAT, "version": VERSION, **state}, sort_keys=True, separators=(",", ":"))
    target = Path(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
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
    """What `write` wrote.

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

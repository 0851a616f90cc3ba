"""What the command prints: rows as a table, as text between tabs, as CSV or as JSON, and what it is doing.

Whatever comes from a provider is printed as plain text: never as markup, and without control characters.
"""

import csv
import io
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple, Self

import click

Form = Literal["table", "json", "csv"]

FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""

WAIT = 1.0
"""Seconds after which the command says what it is doing."""


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: the key of the data, and the head.
        width: cells that it takes on a terminal; the last one takes what is left.
    """

    name: str
    width: int


class Printer:
    """Prints rows one by one, so that the first is seen at once.

    Args:
        form: how.
        kind: what a JSON object says that it is.
        columns: of a table and of text; CSV and JSON have all keys of the data.
    """

    def __init__(self, form: Form, kind: str, columns: Sequence[Column]) -> None:
        self._form = form
        self._kind = kind
        self._columns = columns
        self._is_terminal = sys.stdout.isatty()
        self._begun = False
        self._csv = csv.writer(sys.stdout, lineterminator="\n")
        self.on_first: Callable[[], None] = lambda: None

    def row(self, data: Mapping[str, Any], mark: str = "") -> None:
        """Print one row.

        Args:
            data: plain JSON data.
            mark: a colour for the row on a terminal.
        """
        first, self._begun = not self._begun, True
        if first:
            self.on_first()
        if self._form == "json":
            print(json.dumps({"object": self._kind, **data}))
        elif self._form == "csv":
            if first:
                self._csv.writerow(data)
            self._csv.writerow([guarded(cell(value)) for value in data.values()])
        elif self._is_terminal:
            if first:
                print(
                    style(self._line({column.name: column.name.replace("_", " ") for column in self._columns}), "bold")
                )
            print(style(self._line(data), mark))
        else:
            print("\t".join(cell(data[column.name]) for column in self._columns))
        if self._is_terminal or first:
            sys.stdout.flush()

    def try_row(self, data: Mapping[str, Any], mark: str = "") -> bool:
        """Print one row at once, and return whether it could be: what it tells of was done and can't be undone."""
        try:
            self.row(data, mark)
            sys.stdout.flush()
        except OSError as error:
            say(f"{self._kind} {' '.join(map(cell, data.values()))}, which could not be printed: {error}")
            return False
        return True

    def _line(self, data: Mapping[str, Any]) -> str:
        left = shutil.get_terminal_size().columns
        parts: list[str] = []
        for column in self._columns:
            width = min(column.width, left) if column is not self._columns[-1] else left
            if width <= 0:
                break
            parts.append(fitted(cell(data[column.name]), width))
            left -= width + 1
        return " ".join(parts).rstrip()


def cell(value: Any) -> str:
    """Return plain data as text for people and for files."""
    if isinstance(value, list):
        return " ".join(map(cell, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else clean(str(value))


def clean(text: str) -> str:
    """Return text without control characters, invisible ones and line breaks."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text)


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def fitted(text: str, width: int) -> str:
    """Return text that takes exactly as many cells of a terminal."""
    if text.isascii() and len(text) <= width:
        return text.ljust(width)
    from rich.cells import cell_len, set_cell_size

    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def style(text: str, mark: str) -> str:
    """Return text in a colour or in bold, where stdout shows it."""
    if not mark or not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return click.style(text, bold=True) if mark == "bold" else click.style(text, fg=mark)


def say(text: str) -> None:
    """Tell people something that is not data."""
    with suppress(OSError, ValueError):  # the end of the command says that this failed
        sys.stdout.flush()
    with suppress(OSError, ValueError):  # nobody is there to be told
        print(f"numberline: {clean(text)}", file=sys.stderr)


class Progress:
    """Says on a terminal what is going on, if it takes more than a second.

    Attributes:
        text: what is going on.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take it from the terminal. Idempotent."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _show(self) -> None:
        if self._ended.wait(WAIT):
            return
        from rich.console import Console
        from rich.text import Text

        console = Console(stderr=True)
        with console.status(Text(self.text)) as status:
            while not self._ended.wait(0.1):
                status.update(Text(self.text))


def open_streams() -> bool:
    """Have streams that take any text, and return whether data can be printed at all."""
    sys.stdin = sys.stdin or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    if sys.stdout is None:
        sys.stdout = io.StringIO()
        return False
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    return True


def flushed() -> bool:
    """Print what is left, and return whether it could be. A pipe that nobody reads any more, as in `numberline numbers
    | head`, is no failure."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard()
    except OSError as error:
        _discard()
        say(f"not all could be printed: {error.strerror}")
        return False
    return True


def _discard() -> None:
    """Let what is left go nowhere: the interpreter would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

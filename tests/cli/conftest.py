"""The command in this process and in a terminal, with accounts at a sandbox on loopback."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pexpect
import pytest

from numberline import cli
from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def data(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without accounts, journal and habits."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("NUMBERLINE_CONFIG", "NUMBERLINE_JOURNAL", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path / "home"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> Ran:
        code = cli.main(arguments)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with serve(sandbox) as url:
        yield url


@pytest.fixture
def config(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Path:
    """Two accounts, found without an option."""
    monkeypatch.setenv("A_KEY", sandbox.credentials["infobip"]["api_key"])
    secret = tmp_path / "key"
    secret.write_text(sandbox.credentials["voximplant"]["api_key"] + "\n")
    file = tmp_path / "accounts.toml"
    file.write_text(
        f"""
        [accounts.support]
        provider = "infobip"
        base_url = "{url}"
        api_key = {{env = "A_KEY"}}
        [accounts.de]
        provider = "voximplant"
        base_url = "{url}"
        account_id = 1
        api_key = {{file = "{secret}"}}
        """
    )
    monkeypatch.setenv("NUMBERLINE_CONFIG", str(file))
    return file


Terminal = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Starts the command in a terminal of its own."""
    started: list[pexpect.spawn[str]] = []

    def start(*arguments: str, columns: int = 100) -> "pexpect.spawn[str]":
        child = pexpect.spawn(
            sys.executable,
            ["-m", "numberline", *arguments],
            dimensions=(24, columns),
            encoding="utf-8",
            timeout=20,
            env=dict(os.environ),  # without what readline, which pytest loads, has put beside it
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def code_of(child: "pexpect.spawn[str]") -> int | None:
    """Return the exit code, once it has ended."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus

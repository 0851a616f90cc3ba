"""The command in this process and in a terminal, with accounts at a sandbox on loopback."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from numberline import cli
from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve
from tests.cli.support import Ran, Run, Terminal
from tests.support import FULL


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
    return Sandbox(numbers=6000 if FULL else 120)


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

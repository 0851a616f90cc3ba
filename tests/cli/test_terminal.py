"""The command in a real terminal: tables, progress, questions, Ctrl-C."""

import os
import re
import sys
from pathlib import Path

import pexpect
import pytest

from numberline.journal import Journal
from numberline_sandbox import Sandbox
from tests.cli.support import Terminal, code_of

COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def lines(text: str) -> list[str]:
    """What a terminal shows, without colours."""
    return [line.rstrip("\r") for line in COLOURS.sub("", text).split("\n")]


@pytest.mark.parametrize("columns", [60, 100])
def test_a_table_has_a_head_and_fits_the_terminal(columns: int, terminal: Terminal) -> None:
    child = terminal("numbers", "--sandbox", columns=columns)
    child.expect(pexpect.EOF)

    shown = lines(child.before or "")
    assert shown[0].split()[:2] == ["account", "number"]
    table = [line for line in shown if line.startswith(("apifonica", "infobip", "voximplant"))]
    assert len(table) == 135
    assert [line for line in table if len(line) > columns] == []
    assert "numberline: 135 numbers, " in "".join(shown)
    assert "\x1b[31m" in (child.before or "")  # what is frozen is red


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_none_is_wanted(
    name: str, value: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    child = terminal("find", "GB", "--sandbox")
    child.expect(pexpect.EOF)
    assert "\x1b[1m" not in (child.before or "")
    assert "\x1b[3" not in (child.before or "")


def test_what_takes_more_than_a_second_says_what_it_does(config: Path, terminal: Terminal, sandbox: Sandbox) -> None:
    sandbox.faults.read("get_account_info=latency=2.5:1")
    child = terminal("audit")
    child.expect("reading numbers")
    child.expect("renews_soon")
    assert code_of(child) == 0


def test_a_purchase_asks_with_number_carrier_price_and_currency(
    config: Path, terminal: Terminal, sandbox: Sandbox
) -> None:
    child = terminal("buy", "GB", "--max-price", "9EUR")
    child.expect(r"Buy \+44 770 090 \d+ from Infobip \(account support\) for 5.00 EUR a month and 0.00 EUR once\?")
    child.sendline("n")
    assert code_of(child) == 1
    assert len(sandbox.ledger) == 0

    child = terminal("buy", "GB", "--max-price", "9EUR")
    child.expect("once\\?")
    child.sendline("y")
    child.expect("bought")
    assert code_of(child) == 0
    assert len(sandbox.ledger) == 1


def test_a_release_asks_first(config: Path, terminal: Terminal, sandbox: Sandbox) -> None:
    child = terminal("release", "+699116588")
    child.expect(r"Give up \+699 116 588 of Voximplant \(account de\) for good\?")
    child.sendline("n")
    assert code_of(child) == 1
    assert len(sandbox.ledger) == 0


def test_a_lost_response_is_looked_up_with_progress(
    config: Path, terminal: Terminal, sandbox: Sandbox, home: Path
) -> None:
    sandbox.faults.read("purchase_number=drop-after:1,list_purchased_numbers=latency=2:1")
    child = terminal("buy", "GB", "--max-price", "9EUR", "--yes")
    child.expect("if the response is lost, what is owned is looked at for up to 150 s")
    child.expect("bought")
    assert code_of(child) == 0
    assert Journal(home / "numberline/journal.sqlite").unclaimed() == []


def test_ctrl_c_in_a_listing_ends_it(config: Path, terminal: Terminal, sandbox: Sandbox) -> None:
    sandbox.faults.read("get_phone_numbers=latency=30:1")
    child = terminal("numbers")
    child.expect("support")
    child.sendintr()
    child.expect("interrupted")
    assert code_of(child) == 130


def test_ctrl_c_in_a_purchase_leaves_it_pending(config: Path, terminal: Terminal, sandbox: Sandbox, home: Path) -> None:
    sandbox.faults.read("purchase_number=latency=30:1")
    child = terminal("buy", "GB", "--max-price", "9EUR", "--yes")
    child.expect("buying;")
    child.sendintr()
    child.expect("numberline pending --settle")
    assert code_of(child) == 3
    assert len(Journal(home / "numberline/journal.sqlite").unsettled()) == 1


def test_bash_completes_it() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    child = pexpect.spawn(
        "bash", ["--norc", "--noprofile"], encoding="utf-8", timeout=20, env={**os.environ, "PATH": path}
    )
    try:
        child.sendline('PS1="ready> "')
        child.expect_exact("ready> ")
        child.sendline('eval "$(_NUMBERLINE_COMPLETE=bash_source numberline)"; echo loaded')
        child.expect("loaded\r\n.*ready> ")
        child.send("numberline acc\t")
        child.expect("numberline accounts")
    finally:
        child.close(force=True)

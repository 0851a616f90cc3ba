"""What each subcommand prints and returns, for people, for files and for programs."""

import csv
import io
import json
import os
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator, FormatChecker

import numberline
from numberline import cli
from numberline.cli.output import cell, clean, fitted, guarded
from numberline.inventory import COLUMNS
from numberline.journal import Journal
from numberline_sandbox import Sandbox
from tests.cli.support import Ran, Run
from tests.inventory.support import until
from tests.support import FULL

SCHEMA: dict[str, Any] = json.loads((files("numberline.cli") / "output.schema.json").read_text(encoding="utf-8"))
BUY = ("buy", "GB", "--yes", "--max-price", "9EUR", "--json")


def check(ran: Ran, kind: str) -> list[dict[str, Any]]:
    """Return the data of a run with `--json`, each line of which the schema takes."""
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    for line in ran.data:
        assert [error.message for error in validator.iter_errors(line)] == []
        assert line["object"] == kind
    return ran.data


# --- every read


def test_two_snapshots_and_what_changed(config: Path, run: Run, sandbox: Sandbox, home: Path) -> None:
    first = run("snapshot", "--json")
    assert run("changes").code == 1
    run("release", sandbox.infobip._owned[0].number.number, "--yes")
    sandbox.faults.set("get_phone_numbers", "403")
    second = run("snapshot", "--json")
    changed = run("changes", "--within-days", "0", "--json")

    check(first, "snapshot")
    check(second, "snapshot")
    (released,) = check(changed, "change")
    assert (released["account"], released["change"]) == ("support", "released")
    assert (first.code, second.code, changed.code) == (0, 2, 2)
    assert "account de can't be compared: it is missing in the later snapshot" in changed.err
    folders = sorted((home / "numberline/snapshots").iterdir())
    assert run("changes", *map(str, folders), "--within-days", "0", "--json").out == changed.out


def test_a_report_of_accounts_and_of_a_snapshot(run: Run, config: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    file, target = tmp_path / "report.html", str(tmp_path / "numbers.duckdb")
    assert run("snapshot", target).code == 0
    live = run("report", str(file), "--since", target)
    assert (live.code, live.out) == (0, "")
    assert "Changes since" in file.read_text(encoding="utf-8")
    sandbox.faults.set("get_phone_numbers", "403")
    assert run("report", str(file)).code == 2
    assert "Account de could not be read" in file.read_text(encoding="utf-8")
    assert run("report", str(file), "--snapshot", target).code == 0
    assert "A snapshot does not hold what an audit looks at" in file.read_text(encoding="utf-8")
    assert run("report", str(tmp_path / "none/report.html")).code == 1


def test_a_library_that_is_missing_is_named(
    config: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    ran = run("snapshot", str(tmp_path / "a.duckdb"))

    assert ran.code == 1
    assert "duckdb is missing; install it with pip install 'numberline[snapshot]'" in ran.err


def test_numbers_between_tabs_are_nothing_but_data(run: Run) -> None:
    ran = run("numbers", "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert len(ran.rows) == 135
    assert ran.rows[0][:2] == ["apifonica", "+447480600503"]


def test_json_has_one_object_a_line_that_the_schema_takes(run: Run) -> None:
    data = check(run("numbers", "--sandbox", "--json"), "number")
    assert len(data) == 135
    assert list(data[0]) == ["object", *COLUMNS]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("find", "GB", "--capability", "sms"), "offer"),
        (("audit",), "finding"),
        (("accounts",), "account"),
        (("doctor",), "check"),
        (("bind", "support", "+699116588", "--dry-run"), "bound"),
        (("bind", "support", "+699116588"), "bound"),
        (("release", "+699116588", "--dry-run"), "released"),
        (("release", "+699116588", "--yes"), "released"),
        (("buy", "GB", "--dry-run", "--max-price", "9EUR"), "bought"),
        (("buy", "GB", "--yes", "--max-price", "9EUR"), "bought"),
    ],
)
def test_every_command_prints_what_the_schema_takes(arguments: tuple[str, ...], kind: str, run: Run) -> None:
    ran = run(*arguments, "--sandbox", "--json")
    assert ran.code == 0
    assert check(ran, kind)


def test_csv_has_a_head_and_no_cell_that_begins_a_formula(run: Run) -> None:
    ran = run("numbers", "--sandbox", "--csv")

    head, *rows = csv.reader(io.StringIO(ran.out))
    assert tuple(head) == COLUMNS
    assert len(rows) == 135
    assert not [text for row in rows for text in row if text.startswith(("=", "+", "-", "@"))]
    assert rows[0][2] == "'+447480600503"


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@SUM(A1)", " =1"])
def test_a_formula_is_quoted(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_control_characters_are_removed_and_markup_stays_text() -> None:
    assert clean("a\x1b[31mb\x07\u202ec\r\nd\u200be\x9b") == "a[31mbc  de"
    assert cell(["[red]a[/]", "b"]) == "[red]a[/] b"
    assert (fitted("abcdef", 4), fitted("ab", 4)) == ("abc…", "ab  ")
    assert fitted("日本語", 5) == "日本…"


def test_find_says_how_much_was_read_and_where_there_is_more(run: Run) -> None:
    ran = run("find", "US", "--sandbox", "--max-requests", "2")
    assert "offers read with" in ran.err
    assert "more on offer at: voximplant" in ran.err
    assert "can't be searched: apifonica" in ran.err


def test_compare_reads_lines_and_first_columns(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("number,client\n'+699116588,a\n\n# old\n00 44 30 901820;b\n")

    ran = run("compare", str(file), "--sandbox", "--account", "voximplant", "--json")

    data = check(ran, "difference")
    assert [each["number"] for each in data if each["difference"] == "missing"] == ["+4430901820"]
    assert len(data) == 45
    assert "1 missing, 44 unexpected, 1 as expected" in ran.err


def test_compare_refuses_what_is_no_number(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours"
    file.write_text("+699116588\nnobody 1\n")
    ran = run("compare", str(file), "--sandbox")
    assert (ran.code, ran.out) == (1, "")
    assert "item 1 of expected is not a phone number" in ran.err


def test_bind_names_what_is_not_owned(run: Run) -> None:
    ran = run("bind", "support", "+4930901820", "--sandbox")
    assert ran.code == 1
    assert "+4930901820 is not owned" in ran.err


# --- failing accounts


def test_an_account_that_fails_is_named_and_the_exit_code_is_2(config: Path, run: Run, sandbox: Sandbox) -> None:
    sandbox.faults.read("list_purchased_numbers=403:100")

    ran = run("numbers")

    assert ran.code == 2
    assert {row[0] for row in ran.rows} == {"de"}
    assert "account support is incomplete (0 came)" in ran.err
    assert run("accounts").code == 2
    assert run("audit").code == 2


def test_doctor_says_what_to_fix(config: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "wrong")
    ran = run("doctor", "--json")
    assert ran.code == 1
    wrong = {
        (each["account"], each["check"]): each["detail"] for each in check(ran, "check") if each["result"] == "fix"
    }
    assert list(wrong) == [("support", "sign-in")]
    assert "Check the credentials" in wrong["support", "sign-in"]


# --- accounts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[accounts.a]\nprovider = 'twilio'", "needs provider = one of"),
        ("[accounts.a]\nprovider = 'infobip'\napi_kay = 'x'", "has api_kay, which Infobip does not take"),
        ("[accounts.a]\nprovider = 'infobip'\napi_key = 'secret-key'", "api_key is a secret"),
        ("[accounts.a]\nprovider = 'infobip'\npassword = 'secret-key'\nusername = 'u'", "password is a secret"),
        ("[accounts.a]\nprovider = 'infobip'\napi_key = {env = 'NOT_SET'}", "NOT_SET is not set"),
        ("[accounts.a]\nprovider = 'infobip'\napi_key = {file = '/nowhere/x'}", "can't be read: No such file"),
        ("[accounts.a]\nprovider = 'infobip'\napi_key = {command = 'pass show'}", "a list of texts for command"),
        ("[accounts.a]\nprovider = 'infobip'\napi_key = {command = ['false']}", "ended with status 1"),
        ("[accounts.a]\nprovider = 'infobip'\napi_key = {command = ['nowhere-x']}", "can't be run: No such file"),
        ("[accounts.a]\nprovider = 'infobip'\napi_key = {env = 'A', file = 'b'}", "one of env, file and command"),
        ("[accounts.a]\nprovider = 'infobip'", "account 'a':"),
        ("[accounts", "can't be read"),
        ("x = 1", "has no accounts"),
    ],
)
def test_a_wrong_file_is_refused_without_its_secrets(text: str, said: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(text)

    ran = run("numbers", "--config", str(file))

    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "secret-key" not in ran.err


def test_a_secret_comes_from_a_command_that_no_shell_sees(url: str, run: Run, tmp_path: Path, sandbox: Sandbox) -> None:
    key = sandbox.credentials["infobip"]["api_key"]
    file = tmp_path / "accounts.toml"
    file.write_text(
        f'[accounts.a]\nprovider = "infobip"\nbase_url = "{url}"\napi_key = {{command = ["printf", "%s", "{key}"]}}\n'
        f'[accounts.b]\nprovider = "infobip"\nbase_url = "{url}"\napi_key = {{command = ["printf", "$HOME"]}}\n'
    )
    ran = run("accounts", "--config", str(file), "--json")
    assert [(each["account"], each["numbers"]) for each in ran.data] == [("a", 45), ("b", None)]


def test_without_a_file_the_environment_has_the_accounts(
    url: str, run: Run, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    monkeypatch.setenv("INFOBIP_API_KEY", sandbox.credentials["infobip"]["api_key"])
    monkeypatch.setenv("INFOBIP_BASE_URL", url)
    assert [row[0] for row in run("accounts").rows] == ["infobip"]


def test_without_accounts_it_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("INFOBIP_", "VOXIMPLANT_", "APIFONICA_"))]:
        monkeypatch.delenv(name)
    ran = run("numbers")
    assert ran.code == 1
    assert "accounts.toml" in ran.err
    assert "--sandbox" in ran.err


def test_an_unknown_account_is_refused(run: Run) -> None:
    ran = run("numbers", "--sandbox", "--account", "nobody")
    assert (ran.code, "there is no account 'nobody'" in ran.err) == (1, True)


# --- money


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("buy", "GB", "--yes"), "--yes needs --max-price"),
        (("buy", "GB", "--yes", "--max-price", "5"), "not an amount with its currency"),
        (("buy", "GB", "--max-price", "9EUR"), "start it in a terminal"),
        (("buy", "GB"), "prices are in EUR and USD"),
        (("buy", "GB", "--yes", "--max-price", "1EUR"), "nothing that fits is on offer"),
        (("release", "+699116588"), "give --yes"),
    ],
)
def test_money_is_not_spent_without_a_word_and_a_limit(
    arguments: tuple[str, ...], said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    ran = run(*arguments, "--sandbox")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


@pytest.mark.parametrize("text", ["9EUR", "9.00 eur", "EUR 9"])
def test_a_price_is_read_in_any_order(text: str, run: Run) -> None:
    assert run("buy", "GB", "--dry-run", "--max-price", text, "--sandbox").code == 0


def test_a_purchase_is_printed_and_leaves_nothing_pending(config: Path, run: Run, sandbox: Sandbox, home: Path) -> None:
    ran = run(*BUY)

    (data,) = check(ran, "bought")
    assert (ran.code, data["result"], data["account"]) == (0, "bought", "support")
    assert [entry.numbers for entry in sandbox.ledger] == [(data["number"].removeprefix("+"),)]
    assert run("pending").out == ""
    assert (home / "numberline/journal.sqlite").stat().st_mode & 0o77 == 0


def test_a_dry_run_sends_nothing_that_changes_anything(config: Path, run: Run, sandbox: Sandbox) -> None:
    run("buy", "GB", "--max-price", "9EUR", "--dry-run")
    run("release", "+699116588", "--dry-run")
    run("bind", "support", "+699116588", "--dry-run")
    assert len(sandbox.ledger) == 0


def test_a_lost_purchase_is_pending_until_it_is_settled(config: Path, run: Run, sandbox: Sandbox) -> None:
    sandbox.faults.read("purchase_number=drop-before:1")

    ran = run(*BUY)

    assert (ran.code, ran.out) == (3, "")
    assert "numberline pending --settle" in ran.err
    listed = run("pending", "--json")
    (entry,) = check(listed, "entry")
    assert (listed.code, entry["state"], entry["operation"]) == (3, "unsettled", "purchase_number")
    early = run("pending", "--settle")
    assert (early.code, "undecided" in early.err) == (3, True)
    resolved = run("pending", "--resolve", entry["entry"], "--verdict", "not_owned", "--why", "the console")
    assert (resolved.code, resolved.out) == (0, "")


def test_an_outcome_that_nobody_took_over_is_pending_until_it_is_acknowledged(
    config: Path, run: Run, sandbox: Sandbox, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    with numberline.Infobip(
        api_key=os.environ["A_KEY"], base_url=sandbox_url(config), journal=Journal(journal)
    ) as client:
        offer = client.list_available_numbers(country="GB").first()
        client.purchase_number(offer)

    (entry,) = run("pending", "--journal", str(journal), "--json").data
    assert entry["state"] == "unclaimed"
    ran = run("pending", "--journal", str(journal), "--acknowledge", entry["entry"])
    assert (ran.code, ran.out) == (0, "")


def sandbox_url(config: Path) -> str:
    return config.read_text().split('base_url = "')[1].split('"')[0]


def test_a_purchase_that_cannot_be_printed_stays_unclaimed(config: Path, home: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run([sys.executable, "-m", "numberline", *BUY], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)

    assert ran.returncode == 2
    assert "it could not be printed" in ran.stderr
    assert len(Journal(home / "numberline/journal.sqlite").unclaimed()) == 1


FAULTS = ["", "drop-before", "drop-after", "500-after", "503", "html", "truncated-after", "429=1", "refused", "empty"]


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_no_fault_makes_the_command_buy_twice_or_forget(
    currency: str, config: Path, run: Run, sandbox: Sandbox, home: Path
) -> None:
    operation = {"EUR": "purchase_number", "USD": "attach_phone_number"}[currency]
    rounds = 30 if FULL else 1
    limit = ("--max-price", f"9{currency}", "--json")
    found = run("find", "GB", *limit, "--limit", f"{rounds * len(FAULTS)}", "--max-requests", "500")
    offered = [each["number"] for each in found.data]
    printed: list[str] = []
    codes: list[int] = []
    for fault, number in zip(FAULTS * rounds, offered, strict=True):
        sandbox.faults.clear()
        if fault:
            sandbox.faults.read(f"{operation}={fault}:1")
        ran = run("buy", "GB", "--yes", "--prefix", number, *limit)
        codes.append(ran.code)
        printed += [each["number"].removeprefix("+") for each in ran.data]
    sandbox.faults.clear()

    bought = [number for entry in sandbox.ledger for number in entry.numbers]
    assert len(bought) == len(set(bought))
    assert set(bought) == set(printed)  # what was carried out is found at once, and none of these is pending
    assert {0, 3} <= set(codes) <= {0, 1, 3}
    pending = run("pending", "--json").data
    assert {each["state"] for each in pending} == {"unsettled"}
    with closing(sqlite3.connect(home / "numberline/journal.sqlite")) as db:  # a long run settles its oldest entries
        (settled,) = db.execute(
            "SELECT count(*) FROM entry WHERE state = 'settled' AND verdict = 'not_owned'"
        ).fetchone()
    assert len(pending) + settled == codes.count(3)


def test_a_command_that_is_killed_in_a_purchase_leaves_it_pending(config: Path, run: Run, sandbox: Sandbox) -> None:
    sandbox.faults.read("purchase_number=latency=30:1")
    process = subprocess.Popen([sys.executable, "-m", "numberline", *BUY], stdout=subprocess.DEVNULL)
    until(lambda: len(sandbox.ledger) == 1)
    process.kill()
    process.wait()

    (entry,) = run("pending", "--json").data
    assert entry["state"] == "unsettled"
    settled = run("pending", "--settle", "--json")
    assert settled.code == 0
    assert [(each["entry"], each["state"]) for each in settled.data] == [(entry["entry"], "unclaimed")]


# --- the command itself


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_a_pipe_that_is_closed_ends_it_quietly(form: str) -> None:
    read, write = os.pipe()
    command = [sys.executable, "-m", "numberline", "numbers", "--sandbox", form]
    with subprocess.Popen(command, stdout=write, stderr=subprocess.PIPE, text=True) as process:
        os.close(write)
        assert os.read(read, 10)
        os.close(read)
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 0


def _owned_numbers(sandbox: Sandbox) -> list[str]:
    return [each.number.number for each in sandbox.infobip._owned[:2]]


def _shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = shlex.join([sys.executable, "-m", "numberline", *arguments])
    return subprocess.run(["sh", "-c", f"{command} {line}"], capture_output=True, text=True, check=False)


has_full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")


@has_full_disk
@pytest.mark.parametrize("line", [">/dev/full", ">/dev/full 2>&1", "| true", "2>&1 | true"])
def test_all_is_released_though_nothing_can_be_printed(line: str, config: Path, sandbox: Sandbox) -> None:
    numbers = _owned_numbers(sandbox)
    ran = _shell(f"{line}; echo code $? >&2" if "|" not in line else line, "release", *numbers, "--yes")

    assert set(numbers).isdisjoint(each.number.number for each in sandbox.infobip._owned)
    assert "Traceback" not in ran.stderr
    if line == ">/dev/full":
        assert "code 2" in ran.stderr
        assert all(number in ran.stderr for number in numbers)


@has_full_disk
@pytest.mark.parametrize("arguments", [("numbers",), BUY])
@pytest.mark.parametrize("line", [">/dev/full", "<&- >/dev/full 2>/dev/full", ">&-", ">&- 2>&-", "<&- 2>&- >/dev/null"])
def test_closed_and_full_streams_end_in_a_sentence(
    line: str, arguments: tuple[str, ...], config: Path, sandbox: Sandbox
) -> None:
    ran = _shell(line, *arguments)

    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr
    is_bought = arguments == BUY and not line.startswith(">&-")
    assert len(sandbox.ledger) == is_bought
    if ">/dev/null" not in line and (is_bought or ">&-" in line):
        assert ran.returncode in (1, 2)


@has_full_disk
@pytest.mark.parametrize("line", [">/dev/full", "| true"])
def test_what_is_pending_is_told_by_the_code(line: str, config: Path, sandbox: Sandbox, run: Run) -> None:
    sandbox.faults.read("purchase_number=drop-before:1")
    assert run(*BUY).code == 3
    ran = _shell(line, "pending")

    assert "Traceback" not in ran.stderr
    assert (ran.returncode, ran.stderr) == (0, "") if "|" in line else ran.returncode == 3


def test_nothing_is_released_if_one_question_is_answered_with_no(
    config: Path, sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, answers = _owned_numbers(sandbox), iter([True, False])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda *_, **__: next(answers))
    ran = run("release", *numbers)

    assert (ran.code, ran.out) == (1, "")
    assert "nothing was done" in ran.err
    assert set(numbers) <= {each.number.number for each in sandbox.infobip._owned}


@pytest.mark.parametrize("arguments", [["nothing"], ["find"], ["numbers", "--json", "--csv"], ["find", "GB", "--x"]])
def test_wrong_usage_is_refused_with_1(arguments: list[str], run: Run) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert "Error:" in ran.err


def test_help_names_every_command_and_the_exit_codes(run: Run) -> None:
    ran = run("--help")
    assert ran.code == 0
    every = "accounts audit bind buy changes compare demo doctor find numbers pending release report sandbox snapshot"
    assert [line.split()[0] for line in ran.out.partition("Commands:")[2].splitlines() if line.startswith("  ")][
        : len(every.split())
    ] == every.split()
    assert "3 outcome unknown" in ran.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_get_a_completion(shell: str) -> None:
    script = subprocess.run(
        [sys.executable, "-c", "from numberline.cli import main; raise SystemExit(main())"],
        env={**os.environ, "_NUMBERLINE_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
    )
    assert "_NUMBERLINE_COMPLETE" in script.stdout, script.stderr


def test_a_command_is_completed() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from numberline.cli import main; raise SystemExit(main())"],
        env={
            **os.environ,
            "_NUMBERLINE_COMPLETE": "bash_complete",
            "COMP_WORDS": "numberline fi",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
    )
    assert run.stdout == "plain,find\n"


def test_without_click_it_says_which_extra_to_install() -> None:
    code = (
        "import sys; sys.modules['click'] = None; from numberline.cli import main; raise SystemExit(main(['numbers']))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 1
    assert "pip install 'numberline[cli]'" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_version_needs_nothing_but_numberline() -> None:
    code = (
        "import sys\nfrom numberline.cli import main\n"
        "try: main(['--version'])\nexcept SystemExit: pass\n"
        "print([name for name in ('click', 'rich', 'httpx', 'numberline.inventory') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == f"numberline {numberline.__version__}\n[]\n"


def test_the_demo_walks_through_every_provider(run: Run) -> None:
    ran = run("demo")
    assert ran.code == 0
    assert all(name in ran.out for name in ("Voximplant", "Infobip", "Apifonica", "released"))


def test_the_sandbox_is_a_command_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["sandbox", "--help"])
    assert "--faults" in capsys.readouterr().out

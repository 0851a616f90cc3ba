"""The command line: a sandbox in a process of its own."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from numberline import Infobip, Voximplant, __version__, cli

COMMAND = [sys.executable, "-W", "error", "-m", "numberline"]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A running sandbox, its URL, and what it printed before the first request."""
    process = subprocess.Popen(
        [*COMMAND, "sandbox", "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        lines: list[str] = []
        while not lines or not lines[-1].startswith("print(apifonica"):
            line = process.stdout.readline()
            assert line, process.communicate()
            lines.append(line)
        url = re.search(r"http://\S+", lines[0])
        assert url
        yield process, url[0], lines
    finally:
        process.kill()
        process.communicate()


def test_it_serves_until_ctrl_c_and_says_what_it_does() -> None:
    with started("--seed", "7", "--numbers", "30") as (process, url, lines):
        with Voximplant(account_id=1, api_key="sandbox-api-key", base_url=url) as client:
            assert len(list(client.get_phone_numbers())) == 45
        with Infobip(api_key="sandbox-api-key", base_url=url) as shop:
            assert shop.list_available_numbers().total() == 30
        httpx.get(f"{url}/sms/1/numbers/447860041117")
        process.send_signal(signal.SIGINT)
        printed, complained = process.communicate(timeout=10)
        assert (process.returncode, complained) == (0, "")
    assert "seed 7" in lines[0]
    log = [line for line in printed.splitlines() if line]
    assert len(log) == 3
    assert re.fullmatch(r"POST GetPhoneNumbers 200 \d+\.\d ms", log[0])
    assert re.fullmatch(r"GET listAvailableNumbers 200 \d+\.\d ms", log[1])
    assert re.fullmatch(r"GET getPurchasedNumber 401 UNAUTHORIZED \d+\.\d ms", log[2])


def test_what_it_prints_can_be_pasted() -> None:
    with started() as (_, _, lines):
        run = subprocess.run([sys.executable, "-c", "".join(lines[2:])], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert [line.partition("(")[0] for line in run.stdout.splitlines()] == ["PhoneNumber", "Number", "RentedNumber"]


def test_a_taken_port_is_said_in_one_line() -> None:
    with started() as (_, url, _):
        port = url.rpartition(":")[2]
        run = subprocess.run([*COMMAND, "sandbox", "--port", port], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert re.fullmatch(rf"numberline: can't serve on 127\.0\.0\.1 port {port}: .*\n", run.stderr)


@pytest.mark.parametrize("arguments", [["--numbers", "3"], ["--host", "nowhere.invalid"]])
def test_what_can_t_be_done_is_said_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sandbox", "--port", "0", *arguments]) == 1
    assert re.fullmatch(r"numberline: .+\n", capsys.readouterr().err)


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--port", "-1"], ["--seed", "x"], ["--color"]])
def test_wrong_arguments_are_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["sandbox", *arguments])
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"numberline {__version__}\n")


def test_without_the_extra_it_says_which_one_to_install() -> None:
    hidden = "import sys; sys.modules['pydantic'] = None; sys.meta_path.insert(0, type('Hide', (), {'find_spec': "
    hidden += "staticmethod(lambda name, path=None, target=None: None)})); from numberline.cli import main; "
    run = subprocess.run(
        [sys.executable, "-c", hidden + "raise SystemExit(main(['sandbox']))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "pip install 'numberline[sandbox]'" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_clients_do_not_load_the_sandbox() -> None:
    code = (
        "import sys, numberline.voximplant, numberline.infobip, numberline.apifonica, numberline.cli;"
        "assert not {'pydantic', 'uvicorn', 'jsonschema', 'numberline.sandbox'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

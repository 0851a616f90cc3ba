"""The command line: a sandbox in a process of its own."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from numberline import Infobip, Voximplant, __version__, cli
from numberline.errors import ConnectionFailed
from numberline_sandbox import Behaviour, Sandbox
from numberline_sandbox.faults import KINDS, WHEN
from numberline_sandbox.http.cli import _Text
from numberline_sandbox.http.server import Handled
from tests.sandbox.support import COMMAND, started


def ended(process: subprocess.Popen[str], by: signal.Signals = signal.SIGINT) -> list[str]:
    """What a sandbox still says when it is told to end, which it does without a complaint."""
    process.send_signal(by)
    printed, complained = process.communicate(timeout=10)
    assert (process.returncode, complained) == (0, "")
    return [line for line in printed.splitlines() if line]


def test_it_serves_until_ctrl_c_and_says_what_it_does() -> None:
    with started("--seed", "7", "--numbers", "30", "--owned", "5", "--faults", "list_available_numbers=drop:1") as (
        process,
        url,
        lines,
    ):
        with Voximplant(account_id=1, api_key="sandbox-api-key", base_url=url) as client:
            assert len(list(client.get_phone_numbers())) == 5
        with Infobip(api_key="sandbox-api-key", base_url=url, retries=0) as shop:
            with pytest.raises(ConnectionFailed):
                shop.list_available_numbers().total()
            assert shop.list_available_numbers().total() == 30
        httpx.get(f"{url}/sms/1/numbers/447860041117")
        httpx.get(f"{url}/platform_api?cmd=GetPhoneNumbers&api_key=a-secret")
        log = ended(process)
    assert lines[0] == f"numberline sandbox on {url}\n"
    assert [re.sub(r"^\d\d:\d\d:\d\d  | +\d+\.\d ms ", "", line) for line in log] == [
        "200 POST   /platform_api/GetPhoneNumbers",
        "--- GET    /sms/1/numbers/available  listAvailableNumbers  <drop>",
        "200 GET    /sms/1/numbers/available  listAvailableNumbers",
        "401 GET    /sms/1/numbers/447860041117  getPurchasedNumber  UNAUTHORIZED",
        "200 GET    /platform_api  GetPhoneNumbers  AUTHORIZATION_FAILED",
        "Ended after 5 requests.",
    ]


def test_sigterm_is_as_good_as_ctrl_c() -> None:
    """Also in the middle of an answer that never ends, and of one that is late."""
    request = b"GET /sms/1/numbers%s HTTP/1.1\r\nhost: localhost\r\nauthorization: App sandbox-api-key\r\n\r\n"
    faults = "list_purchased_numbers=endless,list_available_numbers=latency=30"
    with started("--json", "--faults", faults) as (process, url, _), ExitStack() as lines:
        assert process.stdout
        for path in (b"", b"/available"):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", httpx.URL(url).port or 0)))
            line.sendall(request % path)
            assert json.loads(process.stdout.readline())["status"] == 200
        assert ended(process, signal.SIGTERM) == ['{"event": "ended"}']


def test_what_it_prints_can_be_pasted(tmp_path: Path) -> None:
    kinds = ["PhoneNumber", "Number", "RentedNumber"]
    with started() as (_, url, lines):
        python, shell = in_python(lines), in_shell(lines)
        run = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True, check=False)
        assert run.stderr == ""
        assert [line.partition("(")[0] for line in run.stdout.splitlines()] == kinds
        for known in filter(shutil.which, ("sh", "bash", "zsh", "fish")):
            run = subprocess.run([known, "-c", shell], capture_output=True, text=True, check=False, cwd=tmp_path)
            assert run.stderr == ""
            assert run.stdout == f"<Voximplant {url}>\n<Infobip {url}>\n<Apifonica {url}>\n"
            assert json.loads((tmp_path / "service-account.json").read_text())["account_id"] == 1


def test_with_tls_what_it_prints_can_be_pasted_too(tmp_path: Path) -> None:
    with started("--tls") as (process, url, lines):
        assert url.startswith("https://")
        run = subprocess.run([sys.executable, "-c", in_python(lines)], capture_output=True, text=True, check=False)
        assert run.stderr == ""
        assert len(run.stdout.splitlines()) == 3
        authority = Path(re.findall(r"SSL_CERT_FILE=(\S+)", "".join(lines))[0])
        trusting = ssl.create_default_context(cafile=authority)
        named = httpx.get(url.replace("127.0.0.1", "localhost") + "/sandbox/service-account", verify=trusting)
        assert named.json()["account_id"] == 1
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(url)
        assert ended(process)[-1] == "Ended after 4 requests."
    assert not authority.parent.exists()


def in_python(lines: list[str]) -> str:
    return "".join(lines).partition("# Python")[2].partition("Shell (")[0].partition("\n")[2]


def in_shell(lines: list[str]) -> str:
    """The shell's lines, headings left out, and a program that makes its clients of them."""
    code = (
        "from numberline import *; print(Voximplant.from_env(), Infobip.from_env(), Apifonica.from_env(), sep=chr(10))"
    )
    block = "".join(lines).partition("Shell (")[2].partition("\n")[2].partition("Ready")[0]
    commands = [line for line in block.splitlines() if line and not line.startswith("Shell")]
    assert {line.split()[0] for line in commands} == {"export", "curl"}
    assert not set("\n".join(commands)) & set("'#;&|`$!")
    return "\n".join([*commands, f'exec {sys.executable} -c "{code}"'])


def test_programs_get_one_json_object_a_line() -> None:
    """They may stop reading, which is no reason not to serve, and are warned where others can reach the sandbox."""
    with started("--json", "--seed", "3", "--latency", "20", "--host", "0.0.0.0") as (process, url, lines):
        begun = json.loads(lines[0])
        assert url.startswith("http://127.0.0.1:")
        with Infobip(**begun["credentials"]["infobip"], base_url=begun["url"]) as shop:
            shop.list_available_numbers(country="GB").first()
        httpx.get(f"{url}/platform_api/GetPhoneNumbers?api_key=a-secret&x=%22")
        assert process.stdout
        log = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdout.close()
        process.stdout = None
        assert [httpx.get(f"{url}/sandbox/ledger").status_code for _ in range(3)] == [200] * 3
        process.send_signal(signal.SIGINT)
        _, warned = process.communicate(timeout=10)
        assert process.returncode == 0
    assert re.fullmatch(r"numberline: warning: 0\.0\.0\.0 is not loopback: .+\n", warned)
    assert (begun["event"], begun["pid"], begun["authority"]) == ("started", process.pid, None)
    assert [one.pop("milliseconds") > 20 for one in log] == [True, True]
    assert [datetime.fromisoformat(one.pop("time")).utcoffset() for one in log] == [timedelta()] * 2
    assert log == [
        {
            "event": "request",
            "method": "GET",
            "path": "/sms/1/numbers/available",
            "status": 200,
            "operation": "listAvailableNumbers",
            "failure": "",
            "fault": "",
        },
        {
            "event": "request",
            "method": "GET",
            "path": "/platform_api/GetPhoneNumbers",
            "status": 200,
            "operation": "GetPhoneNumbers",
            "failure": "AUTHORIZATION_FAILED",
            "fault": "",
        },
    ]


def test_it_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state"
    Sandbox(seed=5, owned=7).save(state)
    with started("--state", str(state)) as (process, url, _):
        with Voximplant(account_id=1, api_key="sandbox-api-key", base_url=url) as client:
            assert client.get_phone_numbers().total() == 7
            client.deactivate_phone_number(phone_id="all")
        assert ended(process, signal.SIGTERM)[-1] == "Ended after 2 requests."
    assert [entry.operation for entry in Sandbox.load(state).ledger] == ["deactivate_phone_number"]
    for arguments, why in (
        (["--state", str(state), "--seed", "5"], "holds a sandbox already, so --seed has no use"),
        (["--state", str(tmp_path)], "can't load the sandbox"),
        (["--state", str(tmp_path / "missing" / "state")], "can't save the sandbox"),
    ):
        assert cli.main(["sandbox", "--port", "0", *arguments]) == 1
        assert why in capsys.readouterr().err


def test_closing_the_terminal_saves_the_state(tmp_path: Path) -> None:
    state = tmp_path / "state"
    ours, theirs = pty.openpty()
    command = [*COMMAND, "sandbox", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = b""
        while b"Ready" not in shown:
            shown += os.read(ours, 1000)
        url = re.search(rb"http://[\d.:]+", shown)
        assert url
        with Voximplant(account_id=1, api_key="sandbox-api-key", base_url=url[0].decode()) as client:
            client.deactivate_phone_number(phone_id="all")
        os.close(ours)
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=10) == 0
    assert [entry.operation for entry in Sandbox.load(state).ledger] == ["deactivate_phone_number"]


@pytest.mark.parametrize("control", [True, False])
def test_a_path_can_t_speak_to_the_terminal(control: bool, capsys: pytest.CaptureFixture[str]) -> None:
    path = "/\x1b[31m" if control else "/" + "a" * 500
    _Text().handled(Handled("GET", path, 404, "", "", "", 1.25))
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("GET    /?[31m" if control else "aaa...")
    assert len(line) < 140


def test_all_faults_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sandbox", "--faults", "list"]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.splitlines()] == [*KINDS, "400", *WHEN]
    assert "drop-after" in shown


def test_all_behaviour_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sandbox", "--behaviour", "list"]) == 0
    shown = capsys.readouterr().out
    assert "purchase_status=200 (or 201)\n" in shown
    assert shown.count("=") >= len(Behaviour._fields)


def test_behaviour_is_set_on_the_command_line(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    Sandbox(behaviour=Behaviour(no_money="FORBIDDEN")).save(state)
    with started("--state", state, "--behaviour", "purchase_status=201", "--behaviour", "newer_error_form=true") as (
        *_,
        url,
        _,
    ):
        shown = httpx.get(f"{url}/sandbox/behaviour").json()
    assert {name: one["value"] for name, one in shown.items()} == Behaviour(
        no_money="FORBIDDEN", purchase_status=201, newer_error_form=True
    )._asdict()


def test_a_taken_port_is_said_in_one_line() -> None:
    with started() as (_, url, _):
        port = url.rpartition(":")[2]
        run = subprocess.run([*COMMAND, "sandbox", "--port", port], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert re.fullmatch(rf"numberline: can't serve on 127\.0\.0\.1 port {port}: .*\n", run.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--numbers", "3"],
        ["--latency", "-1"],
        ["--faults", "x=drop"],
        ["--host", "nowhere.invalid"],
        ["--behaviour", "x=1"],
        ["--behaviour", "x"],
    ],
)
def test_what_can_t_be_done_is_said_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sandbox", "--port", "0", *arguments]) == 1
    assert re.fullmatch(r"numberline: .+\n", capsys.readouterr().err)


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--port", "-1"], ["--seed", "x"], ["--color"]])
def test_wrong_arguments_are_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["sandbox", *arguments])
    assert ended.value.code == 2
    explained = capsys.readouterr().err
    assert arguments[0] in explained
    assert "usage: numberline sandbox" in explained


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
        "assert not {'pydantic', 'uvicorn', 'jsonschema', 'numberline_sandbox'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

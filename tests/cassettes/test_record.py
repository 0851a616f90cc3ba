"""scripts/record: the committed cassettes are what the sandbox says, and a real account is only ever read."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from numberline._runtime.client import Client
from numberline.errors import NumberlineError
from numberline_sandbox import Request, Response, Sandbox
from numberline_sandbox.http.server import serve
from scripts import record
from tests.cassettes.scrubbing import FORBIDDEN, credentials

CHANGING = [
    (name, operation.name)
    for name, kind in record.CLIENTS.items()
    for operation in kind.provider.operations.values()
    if operation.operation_class != "read"
]

# Of the numbers that a sandbox makes up, all that its accounts own.
NUMBERS = re.compile(r"1\d{3}55501\d{2}|4477009\d{5}|447480600503|447860041117|699[123]\d{5}|7902955\d{4}")


class Account(Sandbox):
    """Somebody's account, as far as scripts/record can tell. It keeps what was asked of it."""

    def __init__(self) -> None:
        super().__init__(seed=11, owned=12)
        self.asked: list[str] = []

    def respond(self, request: Request) -> Response:
        response = super().respond(request)
        self.asked.append(response.operation)
        return response


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account that the environment names."""
    account = Account()
    with serve(account) as url:
        for name, kind in record.CLIENTS.items():
            monkeypatch.setenv(f"{kind.environment}_BASE_URL", url)
            for argument, value in account.credentials[name].items():
                monkeypatch.setenv(f"{kind.environment}_{argument}".upper(), str(value))
        yield account


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("name", record.CLIENTS)
def test_recording_an_account_keeps_every_read_and_no_identity(
    name: str, account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = record.CLIENTS[name]
    assert record.main(["--account", name, "--to", str(tmp_path)]) == 0
    written = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert set(written) == set(record.reads(kind.provider))
    assert capsys.readouterr().out.count("  recorded\n") == len(written)
    assert len(account.asked) == len(written)
    for text in written.values():
        assert text.startswith("recorded_with: account\n")
        (interaction,) = yaml.safe_load(text)["interactions"]
        assert interaction["response"]["status"]["code"] == 200
        assert not FORBIDDEN.search(text)
        assert not NUMBERS.search(text)
        for secret in credentials(account.credentials[name]):
            assert secret not in text


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_an_account_may_be_named_by_a_key_file(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file = tmp_path / "key.json"
    key_file.write_text(json.dumps(account.service_account()), encoding="utf-8")
    for argument in ("ACCOUNT_ID", "API_KEY"):
        monkeypatch.delenv(f"VOXIMPLANT_{argument}")
    monkeypatch.setenv("VOXIMPLANT_CREDENTIALS", "key.json")
    monkeypatch.chdir(tmp_path)
    assert record.main(["--account", "voximplant", "--to", "mine", "get_phone_numbers"]) == 0
    (cassette,) = (tmp_path / "mine").iterdir()
    text = cassette.read_text(encoding="utf-8")
    assert "- Bearer SCRUBBED\n" in text
    assert "code: 200" in text
    assert not FORBIDDEN.search(text)


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_reads_can_be_named(account: Account, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert record.main(["--account", "voximplant", "--to", str(folder), "get_phone_number_regions"]) == 0
    assert [path.name for path in folder.iterdir()] == ["get_phone_number_regions.yaml"]


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_reads_not_recorded_are_named(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(record, "_places", lambda countries, has_states: iter(()))
    assert record.main(["--account", "voximplant", "--to", str(tmp_path / "all")]) == 0
    assert "not recorded: get_new_phone_numbers; " in capsys.readouterr().err

    named = ["--account", "voximplant", "--to", str(tmp_path / "one"), "get_new_phone_numbers"]
    assert record.main(named) == 1


def test_a_refusal_of_the_account_is_recorded_too(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INFOBIP_API_KEY", "another-key")
    assert record.main(["--account", "infobip", "--to", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("recorded; refused with AuthenticationError") == 2
    assert "code: 401" in (tmp_path / "list_purchased_numbers.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "operation"), CHANGING)
def test_what_changes_an_account_is_refused(
    name: str, operation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record.main(["--account", name, "--to", str(tmp_path), operation]) == 2
    assert f"{operation} is never sent to a real account: it " in capsys.readouterr().err


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("name", record.CLIENTS)
def test_what_changes_an_account_does_not_leave_whoever_sends_it(name: str, account: Account) -> None:
    kind: type[Client] = record.CLIENTS[name]
    arguments: dict[str, dict[str, Any]] = {
        "attach_phone_number": {
            "country_code": "US",
            "phone_category_name": "GEOGRAPHIC",
            "phone_region_id": 1106,
            "phone_count": 1,
        },
        "bind_phone_number_to_application": {"phone_id": "all", "application_name": "support"},
        "deactivate_phone_number": {"phone_id": "all"},
        "set_phone_number_info": {"phone_id": "all", "incoming_sms_callback_url": ""},
        "purchase_number": {"number_key": "available"},
        "cancel_number": {"number_key": "available"},
    }
    with (
        httpx.Client(event_hooks={"request": [record.reads_only(kind.provider)]}) as http,
        kind.from_env(http_client=http) as client,
    ):
        for of, operation in CHANGING:
            if of == name:
                with pytest.raises(NumberlineError, match="not a read"):
                    getattr(client, operation)(**arguments[operation])
    assert account.asked == []


def test_recording_into_the_repository_or_a_full_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record.main(["--account", "infobip", "--to", str(record.RECORDED / "mine")]) == 2
    assert "is in the repository" in capsys.readouterr().err
    (tmp_path / "a-file").touch()
    assert record.main(["--account", "infobip", "--to", str(tmp_path)]) == 2
    assert "not an empty folder" in capsys.readouterr().err


def test_an_account_that_nobody_named_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for argument in record.CLIENTS["infobip"].credentials:
        monkeypatch.delenv(f"INFOBIP_{argument}".upper(), raising=False)
    assert record.main(["--account", "infobip", "--to", str(tmp_path)]) == 2
    assert "INFOBIP_API_KEY" in capsys.readouterr().err


def test_recording_again_gives_what_is_committed() -> None:
    command = [sys.executable, "-m", "scripts.record", "--check"]
    ran = subprocess.run(command, cwd=record.ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr

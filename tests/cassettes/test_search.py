"""What must not stand in a cassette is searched for: in those that are committed, and after planting it everywhere."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import vcr  # type: ignore[import-untyped]
import yaml
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]

from scripts.record import CLIENTS
from tests.cassettes import recording
from tests.cassettes.recording import RECORDED
from tests.cassettes.scrubbing import (
    ANSWER_HEADERS,
    FORBIDDEN,
    HOST,
    PLACEHOLDER,
    REQUEST_HEADERS,
    Scrubber,
    credentials,
)

CASSETTES = sorted(RECORDED.glob("*/*.yaml"))
MARK = "p1anted"
SECRETS = {"api_key": f"{MARK}-key", "username": f"{MARK}-user", "password": f"{MARK} päss+word/"}
BASIC = base64.b64encode(f"{SECRETS['username']}:{SECRETS['password']}".encode()).decode()
PRIVATE_KEY = f"-----BEGIN PRIVATE KEY-----\n{MARK}\n-----END PRIVATE KEY-----"
JWT = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"RS256"}', b'{"iss":1}', b"x"))
SID = "acc61de164b-8e62-35d9-92d0-c6df5f0956ec"
OWN_NUMBER = "447700900123"


def name_of(cassette: Path) -> str:
    return f"{cassette.parent.name}/{cassette.stem}"


def test_each_operation_has_its_cassette() -> None:
    providers = [kind.provider for kind in CLIENTS.values()]
    operations = {f"{provider.name.lower()}/{name}" for provider in providers for name in provider.operations}
    assert {name_of(cassette) for cassette in CASSETTES} == operations
    assert len(operations) == 19


@pytest.mark.parametrize("cassette", CASSETTES, ids=name_of)
def test_committed_cassette_names_its_source_and_holds_no_secret(cassette: Path) -> None:
    written = cassette.read_text(encoding="utf-8")
    assert re.match(r"recorded_with: sandbox of numberline \d+\.\d+\.\d+\S*, seed \d+, at \S+ \S+\n", written)
    assert not FORBIDDEN.search(written)
    for ways in recording.sandbox().sign_ins.values():
        for secret in {secret for way in ways for secret in credentials(way)} - {"sandbox"}:
            assert secret not in written
    for interaction in yaml.safe_load(written)["interactions"]:
        request, answer = interaction["request"], interaction["response"]
        assert request["uri"].startswith(f"http://{HOST}/")
        assert set(request["headers"]) <= set(REQUEST_HEADERS)
        assert set(answer["headers"]) <= set(ANSWER_HEADERS)
        for value in request["headers"].get("authorization", []):
            assert value.split() in (["App", PLACEHOLDER], ["Basic", PLACEHOLDER])


def test_the_search_finds_what_it_looks_for() -> None:
    for leak in (
        "App a-key",
        f"Basic {BASIC}",
        "Bearer x",
        SID,
        JWT,
        PRIVATE_KEY,
        "api_key=a",
        "http://127.0.0.1:8600",
    ):
        assert FORBIDDEN.search(f"  body: {leak}\n"), leak


class Said(NamedTuple):
    """What the server below answers."""

    kind: str
    body: bytes


def in_json(account: bool) -> Said:
    said: dict[str, Any] = {
        "result": [
            {"account_id": 31337_001, "accountId": "31337002", "child_account_id": [31337_003], "phone_price": 1.50},
            {"token": f"{MARK}-token", "session_id": f"{MARK}-session", "api-key": {"nested": f"{MARK}-nested"}},
            {"echoed": [f"Authorization: Basic {BASIC}", "Bearer abc.def", "IBSSO 1234", "App k"], "jwt": JWT},
            {"next": f"http://127.0.0.1:1/v2/accounts/{SID}/numbers?api_key={MARK}-link&limit=1", "pem": PRIVATE_KEY},
            {"message": f"user {SECRETS['username']} of {SID} has no {SECRETS['password']}", "x": JWT},
        ]
    }
    if account:
        said["result"].append(
            {
                "phone_number": OWN_NUMBER,
                "text": f"number +{OWN_NUMBER} is not for {OWN_NUMBER}",
                "msg": f"{MARK}@example.com has no https://{MARK}.example/ and no 6FED0BC540BFADD9B05ED7D89AAC22FA",
                "phone_id": 31337_004,
                "numberKey": f"{MARK}-number-key",
                "application_name": f"{MARK}-application",
                "incoming_sms_callback_url": f"https://{MARK}.example/",
                "country_code": "GB",
                "unheard_of": [f"{MARK}-new", 31337_005],
            }
        )
    return Said("application/json", json.dumps(said).encode())


SAID = {
    "json": in_json(account=False),
    "form": Said("application/x-www-form-urlencoded", f"token={MARK}-t&a=Basic+{BASIC}&account_id=31337001".encode()),
    "text": Said("text/plain", f"api_key: {MARK}-loose, Authorization: Bearer {JWT}; {SECRETS['api_key']}".encode()),
    "broken": Said("application/json", f'{{"token": "{MARK}-broken", "account_id": 31337001'.encode()),
    "binary": Said("application/octet-stream", b"\xff" + SECRETS["api_key"].encode()),
}


@contextmanager
def serving(said: Said) -> Iterator[str]:
    """A server on loopback that gives secrets away in all parts of its answers."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(200, f"{MARK}-reason")
            self.send_header("Content-Type", said.kind)
            self.send_header("Content-Length", str(len(said.body)))
            self.send_header("Set-Cookie", f"sid={MARK}-cookie")
            self.send_header("X-Echo", self.headers.get("authorization") or MARK)
            self.send_header("Location", f"/?api_key={MARK}-location")
            self.send_header("Retry-After", SECRETS["api_key"])
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = handle_any  # noqa: N815 -- named by http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def ask(base_url: str) -> None:
    """Requests that hold secrets in all of their parts."""
    headers = {"cookie": f"sid={MARK}-cookie", "x-api-key": f"{MARK}-header", "user-agent": SECRETS["api_key"]}
    query = {"api_key": f"{MARK}-query", "account_id": "31337001", "session_id": f"{MARK}-session", "q": JWT}
    fields = {**SECRETS, **query, "note": f"is {SECRETS['password']}", "phone_number": "12125550158"}
    with httpx.Client(base_url=base_url, headers=headers) as client:
        for scheme in ("App", "Basic", "Bearer", "IBSSO", "Digest"):
            client.get("/", headers={"authorization": f"{scheme} {MARK}-{scheme}"}).read()
        client.get("/", headers={"authorization": f"{MARK}-bare"})
        client.get("/", headers={"authorization": f"Basic {BASIC}"}, params=query)
        client.get(f"/v2/accounts/{SID}/numbers", params={"next": f"Bearer {JWT}"})
        client.get(f"/v2/accounts/{MARK}-account/numbers", params={"unnamed": SECRETS["password"]})
        client.post("/platform_api/GetPhoneNumbers", data=fields)
        client.post("/sms/1/numbers", json={"fields": [fields], "credentials": {"private_key": PRIVATE_KEY}})
        client.post("/", files={name: (None, value) for name, value in fields.items()})
        client.post("/", content=b"\xff" + SECRETS["api_key"].encode())
        client.get(f"{base_url.replace('//', f'//{MARK}:{MARK}@')}/")


def record(where: Path, said: Said, scrubber: Scrubber, label: str) -> str:
    """What stands in a cassette of `ask`, with its encodings undone."""
    recorder = vcr.VCR(record_mode=vcr.mode.ALL, **recording.settings(scrubber))
    recorder.register_serializer("yaml", recording.Form(label))
    with serving(said) as base_url, recorder.use_cassette(str(where)):
        ask(base_url)
    written = where.read_text(encoding="utf-8")
    assert len(yaml.safe_load(written)["interactions"]) == 14
    return written


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("account", [False, True], ids=["sandbox", "account"])
@pytest.mark.parametrize("kind", SAID)
def test_what_is_planted_is_not_written(kind: str, account: bool, tmp_path: Path) -> None:
    said = in_json(account=account) if kind == "json" else SAID[kind]
    scrubber = Scrubber(credentials(SECRETS), account=account)
    written = record(tmp_path / "cassette.yaml", said, scrubber, recording.ACCOUNT if account else recording.SANDBOX)
    assert written.startswith("recorded_with: account\n" if account else "recorded_with: sandbox of numberline ")
    for secret in (MARK, "31337", BASIC, JWT, SID, *credentials(SECRETS), base64.b64encode(MARK.encode()).decode()[:8]):
        assert secret not in written
    assert not FORBIDDEN.search(written)
    assert ("12125550158" in written) is not account
    if kind == "json":
        assert '\\"phone_price\\":1.5' in written or '"phone_price":1.5' in written


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_numbers_of_an_account_become_numbers_that_nobody_has(tmp_path: Path) -> None:
    written = record(tmp_path / "cassette.yaml", in_json(account=True), Scrubber(account=True), recording.ACCOUNT)
    assert OWN_NUMBER not in written
    answer = json.loads(yaml.safe_load(written)["interactions"][0]["response"]["body"]["string"])["result"][-1]
    number = answer["phone_number"]
    assert re.fullmatch(r"69900\d{4}", number)
    assert answer == {
        "phone_number": number,
        "text": f"number +{number} is not for {number}",
        "msg": f"{PLACEHOLDER} has no {PLACEHOLDER} and no {PLACEHOLDER}",
        "phone_id": 0,
        "numberKey": PLACEHOLDER,
        "application_name": PLACEHOLDER,
        "incoming_sms_callback_url": PLACEHOLDER,
        "country_code": "GB",
        "unheard_of": [PLACEHOLDER, 0],
    }


def test_what_stays_keeps_its_spelling() -> None:
    body = '{"a":1.50,"b":[9.193549,1e3,-0],"text":"\\u0439 \\/ й","account_id":7,"c":null}'.encode()
    assert Scrubber().body(body, "application/json") == body.replace(b":7,", b":0,")
    assert Scrubber().body(b"a=%2f&b=x+y&a=;&c", "application/x-www-form-urlencoded") == b"a=%2f&b=x+y&a=;&c"
    assert Scrubber().uri("https://api.example/a%20b?x=1,2&y=%2C") == f"http://{HOST}/a%20b?x=1,2&y=%2C"


@pytest.mark.parametrize("cassette", CASSETTES, ids=name_of)
def test_scrubbing_twice_changes_nothing(cassette: Path) -> None:
    scrubber = Scrubber()
    for interaction in yaml.safe_load(cassette.read_text(encoding="utf-8"))["interactions"]:
        answer = interaction["response"]
        answer["body"]["string"] = answer["body"]["string"].encode()
        assert scrubber.answer(answer) == answer
        assert scrubber.uri(interaction["request"]["uri"]) == interaction["request"]["uri"]


def test_a_cassette_without_its_label_is_not_played() -> None:
    with pytest.raises(ValueError, match="does not say against what"):
        recording.Form(recording.SANDBOX).deserialize("interactions: []\n")


@pytest.mark.block_network
@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("/sms/1/numbers?capabilities=SMS%2CVOICE", ""),
        ("/sms/1/numbers?capabilities=SMS&capabilities=VOICE", ""),
        ("/sms/1/numbers?capabilities=SMS,VOICE&page=0", ""),
        ("/numbers/1/numbers?capabilities=SMS,VOICE", ""),
        ("/sms/1/numbers?capabilities=SMS,VOICE", "bind=true"),
    ],
)
def test_request_differing_by_a_letter_is_not_replayed(target: str, form: str, tmp_path: Path) -> None:
    request = {"method": "GET", "uri": f"http://{HOST}/sms/1/numbers?capabilities=SMS,VOICE", "body": "", "headers": {}}
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "{}"}}
    cassette = {"recorded_with": "nothing", "interactions": [{"request": request, "response": answer}] * 2}
    where = tmp_path / "cassette.yaml"
    where.write_text(yaml.safe_dump(cassette), encoding="utf-8")
    player = vcr.VCR(record_mode=vcr.mode.NONE, **recording.settings(Scrubber()))
    with player.use_cassette(str(where)), httpx.Client(base_url="http://127.0.0.1:1") as client:
        assert client.get("/sms/1/numbers?capabilities=SMS,VOICE").json() == {}
        with pytest.raises(CannotOverwriteExistingCassetteException):
            client.request("GET", target, content=form.encode())

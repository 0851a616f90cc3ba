"""How a sandbox is told to misbehave: from code, over its own path, and on the command line."""

import asyncio
import json
import socket
import time

import httpx
import pytest

from numberline import Infobip, cli
from numberline.errors import ConnectionFailed, OutcomeUnknown, TimedOut
from numberline_sandbox import Fault, Sandbox
from numberline_sandbox.faults import DONE_ANYWAY, KINDS, RANDOM_KINDS, STATUSES, WHEN
from numberline_sandbox.http.server import serve
from tests.sandbox.support import APP, ask, manual_clock, started, told

LIST = "/sms/1/numbers"


@pytest.fixture
def sandbox() -> Sandbox:
    """One whose answers nobody checks: they are meant to be wrong."""
    return Sandbox(numbers=20, owned=3)


def statuses(sandbox: Sandbox, count: int, target: str = LIST) -> list[int]:
    return [ask(sandbox, target, headers=APP).status for _ in range(count)]


@pytest.mark.parametrize("name", ["list_purchased_numbers", "infobip.list_purchased_numbers", "infobip.*", "*"])
def test_a_fault_comes_as_often_as_was_said(sandbox: Sandbox, name: str) -> None:
    sandbox.faults.set(name, Fault("503"), times=2)
    assert statuses(sandbox, 3) == [503, 503, 200]


def test_faults_come_one_after_the_other_and_then_for_good(sandbox: Sandbox) -> None:
    sandbox.faults.set("list_purchased_numbers", "500", times=1)
    sandbox.faults.set("list_purchased_numbers", "429")
    assert statuses(sandbox, 4) == [500, 429, 429, 429]
    sandbox.faults.clear()
    assert statuses(sandbox, 1) == [200]


def test_other_operations_are_spared(sandbox: Sandbox) -> None:
    sandbox.faults.set("purchase_number", "500")
    assert statuses(sandbox, 1) == [200]


def test_chance_is_in_the_hands_of_the_seed(sandbox: Sandbox) -> None:
    def drawn(seed: int, rate: float) -> list[int]:
        sandbox.faults.at_random(seed, rate, ["500", "502"])
        return statuses(sandbox, 60)

    first = drawn(1, 0.5)
    assert drawn(1, 0.5) == first
    assert drawn(2, 0.5) != first
    assert {200, 500, 502} == set(first)
    assert set(drawn(1, 0)) == {200}
    assert 200 not in drawn(1, 1)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("429", None),
        ("429=7", "7"),
        ("429=1.5", "1.5"),
        ("429=soon", "soon"),
        ("429=date", "date"),
        ("429=date+30", "Sat, 14 Mar 2026 12:30:45 GMT"),
        ("429=date-15", "Sat, 14 Mar 2026 12:30:00 GMT"),
    ],
)
def test_retry_after_has_every_form(header: str, said: str | None) -> None:
    sandbox = Sandbox(clock=manual_clock().now)
    sandbox.faults.set("*", header)
    response = ask(sandbox, LIST, headers=APP)
    assert (response.status, response.headers.get("retry-after")) == (429, said)
    assert told(response)["requestError"]["serviceException"]["messageId"] == "TOO_MANY_REQUESTS"


@pytest.mark.parametrize("text", [*KINDS, *RANDOM_KINDS, "429=date+7", "520-after", "drop-before"])
def test_a_fault_is_written_as_it_is_read(text: str) -> None:
    if text == "latency":
        text = "latency=0.5"
    assert str(Fault.of(text)) == text.replace("-after=", "=")
    assert Fault.of(text).is_done == (text.partition("=")[0] in DONE_ANYWAY or text.endswith("-after"))


@pytest.mark.parametrize(
    "text", ["", "nonsense", "latency", "latency=x", "200", "600", "html=5", "429=\n", "429=é", "drop-sometimes"]
)
def test_what_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Fault.of(text)


@pytest.mark.parametrize(
    "text", ["get_numbers=500", "=500", "*=500:0", "*", "random:1", "random:1:2", "random:x:0.5", "*=500,"]
)
def test_what_can_t_be_set_is_refused(sandbox: Sandbox, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        sandbox.faults.read(text)


def test_the_ledger_holds_what_was_done_and_nothing_else(sandbox: Sandbox) -> None:
    with Infobip(
        **sandbox.credentials["infobip"], http_client=httpx.Client(transport=sandbox.transport()), retries=0
    ) as client:
        wanted = list(client.list_available_numbers(limit=3))[:3]
        client.purchase_number(number_key=wanted[0].number_key)
        for fault, offer in zip(["drop-before", "drop-after"], wanted[1:], strict=True):
            sandbox.faults.set("purchase_number", fault, times=1)
            with pytest.raises(OutcomeUnknown):
                client.purchase_number(number_key=offer.number_key)
    entries = list(sandbox.ledger)
    assert [entry.keys for entry in entries] == [(wanted[0].number_key,), (wanted[2].number_key,)]
    assert [entry.numbers for entry in entries] == [(wanted[0].number,), (wanted[2].number,)]
    assert {(entry.provider, entry.operation, entry.operation_class) for entry in entries} == {
        ("infobip", "purchase_number", "charge")
    }


def test_late_responses_are_waited_for_until_the_timeout(sandbox: Sandbox) -> None:
    slept: list[float] = []
    http = httpx.Client(transport=sandbox.transport(slept.append))
    with Infobip(**sandbox.credentials["infobip"], http_client=http, retries=0, timeout=2) as client:
        sandbox.faults.latency = 0.5
        assert client.list_purchased_numbers().total() == 3
        sandbox.faults.set("*", "latency=9")
        with pytest.raises(TimedOut):
            client.list_purchased_numbers().total()
    assert slept == [0.5, 2]


def test_the_control_path_sets_and_clears_and_tells(sandbox: Sandbox) -> None:
    with serve(sandbox) as url, httpx.Client(base_url=url) as http:

        def status() -> int:
            return http.get(LIST, headers=APP).status_code

        fault = {"operation": "list_purchased_numbers", "fault": "503", "times": 1}
        assert http.post("/sandbox/faults", json=fault).status_code == 204
        assert [status(), status()] == [503, 200]
        http.post("/sandbox/faults", json={"seed": 3, "rate": 1, "kinds": ["520"]})
        assert status() == 520
        http.post("/sandbox/faults", json={"latency": 0.05})
        assert sandbox.faults.latency == 0.05
        assert http.delete("/sandbox/faults").status_code == 204
        assert (status(), sandbox.faults.latency) == (200, 0)
        assert http.get("/sandbox/faults").json() == {
            "kinds": KINDS,
            "statuses": STATUSES,
            "when": WHEN,
            "set": [],
            "random": None,
            "latency": 0,
        }
        key = http.get(LIST, headers=APP).json()["numbers"][0]["numberKey"]
        http.delete(f"{LIST}/{key}", headers=APP)
        (entry,) = http.get("/sandbox/ledger").json()["entries"]
        assert (entry["operation"], entry["operation_class"], entry["keys"]) == ("cancel_number", "release", [key])
        assert http.get("/sandbox").status_code == 404
        refused = http.put("/sandbox/ledger")
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"operation": "x", "fault": "500"}',
        b'{"operation": "*"}',
        b'{"operation": "*", "fault": "500", "times": "x"}',
        b'{"operation": "*", "fault": "500", "times": [1]}',
        b'{"seed": 1, "rate": 1, "kinds": 5}',
        b'{"seed": 1, "rate": 7}',
        b'{"rate": 1}',
        b'{"latency": null}',
        b'{"latency": "nan"}',
        b'{"operation": "*", "fault": "500", "more": 1}',
        b'{"operation": "*", "fault": "500", "times": true}',
        b'{"operation": "*", "fault": "500", "times": 1e30}',
        b'{"operation": [], "fault": "500"}',
        b'{"seed": 1, "rate": 1, "kinds": [[]]}',
        b'{"seed": 1, "rate": 1, "kinds": []}',
        b'{"seed": %s, "rate": 1}' % (b"9" * 5000),
        b'{"latency": 1e999}',
        b'{"latency": %s}' % (b"9" * 400),
        b"[" * 100_000,
        b" " * (2**20 + 1),
    ],
)
def test_a_control_request_that_makes_no_sense_is_refused(sandbox: Sandbox, body: bytes) -> None:
    response = ask(sandbox, "/sandbox/faults", method="POST", body=body)
    assert response.status == 400
    assert json.loads(response.body)["error"]
    assert statuses(sandbox, 1) == [200]


def test_a_dropped_connection_says_nothing_at_all(sandbox: Sandbox) -> None:
    sandbox.faults.set("*", "drop")
    with serve(sandbox) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(b"GET /sms/1/numbers HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert connection.recv(100) == b""


def test_a_server_without_our_protocol_can_t_drop(sandbox: Sandbox) -> None:
    sandbox.faults.set("*", "drop")

    async def send() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.asgi), base_url="http://x") as client:
            await client.get(LIST, headers=APP)

    with pytest.raises(ConnectionAbortedError):
        asyncio.run(send())


def test_the_server_stops_while_somebody_reads_endlessly(sandbox: Sandbox) -> None:
    sandbox.faults.set("*", "endless")
    with serve(sandbox) as url, httpx.Client() as client, client.stream("GET", url + LIST, headers=APP) as answer:
        chunks = answer.iter_raw()
        assert sum(len(next(chunks)) for _ in range(50)) > 0


def test_a_second_answer_on_a_connection_is_not_late(sandbox: Sandbox) -> None:
    with serve(sandbox) as url, httpx.Client() as client:
        took: list[float] = []
        for _ in range(6):
            began = time.perf_counter()
            client.get(url + LIST, headers=APP)
            took.append(time.perf_counter() - began)
    assert min(took[1:]) < 0.03


def test_the_command_line_sets_faults() -> None:
    faults = "list_purchased_numbers=drop-after:1,infobip.*=503:1"
    with started("--faults", faults, "--latency", "1") as (_, url, _):
        with Infobip(api_key="sandbox-api-key", base_url=url, retries=0) as client, pytest.raises(ConnectionFailed):
            client.list_purchased_numbers().total()
        assert [httpx.get(url + LIST, headers=APP).status_code for _ in range(2)] == [503, 200]


def test_the_command_line_refuses_a_latency_below_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sandbox", "--port", "0", "--latency", "-5"]) == 1
    assert capsys.readouterr().err == "numberline: latency has to be 0 or more\n"


@pytest.mark.parametrize("faults", ["nonsense", "*=nonsense", "nobody=500", "random:1:9"])
def test_the_command_line_says_what_is_wrong_with_faults(faults: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sandbox", "--port", "0", "--faults", faults]) == 1
    assert capsys.readouterr().err.startswith("numberline: ")

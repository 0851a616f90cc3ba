"""Web pages can send requests to ports of this machine; a sandbox on a port refuses them."""

from collections.abc import Iterator

import httpx
import pytest

from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve
from tests.sandbox.support import APP

BUY = '{"numberKey": "78D8394AC3EG0460B4CF0E723FC31B49"}'


@pytest.fixture
def served(sandbox: Sandbox) -> Iterator[tuple[Sandbox, str]]:
    with serve(sandbox) as url:
        yield sandbox, url


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:1"},
        {"host": "evil.example"},
        {"host": "evil.example:8600"},
        {"host": "127.0.0.1.evil.example"},
        {"host": ""},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_foreign_page_changes_and_reads_nothing(served: tuple[Sandbox, str], headers: dict[str, str]) -> None:
    sandbox, url = served
    sent = {**APP, "content-type": "text/plain", **headers}
    for path, body in (
        ("/sms/1/numbers", BUY),
        ("/sandbox/clock", '{"advance": 9}'),
        ("/sandbox/faults", '{"latency": 9}'),
    ):
        response = httpx.post(url + path, content=body, headers=sent)
        assert (response.status_code, response.headers["content-type"]) == (403, "text/plain")
    assert httpx.get(f"{url}/sandbox/service-account", headers=headers).status_code == 403
    assert (len(sandbox.ledger), sandbox.faults.latency) == (0, 0)


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "192.0.2.7"])
def test_this_machine_is_reached_by_any_of_its_names(served: tuple[Sandbox, str], name: str) -> None:
    _, url = served
    port = url.rpartition(":")[2]
    headers = {"host": f"{name}:{port}", "origin": f"http://{name}:{port}", "sec-fetch-site": "same-origin"}
    assert httpx.get(f"{url}/sandbox/ledger", headers=headers).status_code == 200

"""The ASGI application, and what becomes of a request on its way through each adapter."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from numberline_sandbox import Sandbox
from numberline_sandbox.http.messages import LARGEST_BODY
from numberline_sandbox.http.server import base_url, listen, serve
from tests.sandbox.support import APP, KEY, basic

Message = MutableMapping[str, Any]


async def sent_by(sandbox: Sandbox, scope: Message, *received: Message) -> list[Message]:
    """What the application sends when it is told these messages."""
    inbox, sent = list(received), list[Message]()

    async def receive() -> Message:
        return inbox.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await sandbox.asgi(scope, receive, send)
    return sent


async def test_the_application_starts_and_stops(sandbox: Sandbox) -> None:
    sent = await sent_by(sandbox, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_there_are_no_websockets(sandbox: Sandbox) -> None:
    with pytest.raises(NotImplementedError, match="websocket"):
        await sent_by(sandbox, {"type": "websocket"})


async def test_a_body_in_pieces_is_put_together(sandbox: Sandbox) -> None:
    body = urlencode({**KEY, "count": 2}).encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/platform_api/GetPhoneNumbers",
        "query_string": b"",
        "headers": [],
    }
    pieces: list[Message] = [
        {"type": "http.request", "body": body[at : at + 5], "more_body": True} for at in range(0, 99, 5)
    ]
    start, end = await sent_by(sandbox, scope, *pieces, {"type": "http.request"})
    assert start["status"] == 200
    assert (b"content-length", str(len(end["body"])).encode()) in start["headers"]
    assert b'"count":2' in end["body"]


async def test_no_more_of_a_body_is_kept_than_needed(sandbox: Sandbox) -> None:
    scope = {"type": "http", "method": "POST", "path": "/sms/1/numbers", "query_string": b"", "headers": []}
    pieces: list[Message] = [{"type": "http.request", "body": bytes(LARGEST_BODY), "more_body": True}] * 5
    start, _ = await sent_by(sandbox, scope, *pieces, {"type": "http.request", "body": b"x"})
    assert start["status"] == 413


async def test_httpx_reaches_the_application(sandbox: Sandbox) -> None:
    transport = httpx.ASGITransport(app=sandbox.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="https://sandbox.test") as client:
        answer = await client.get("/sms/1/numbers/6FED0BC540BFADD9B05ED7D89AAC22FA", headers=APP)
        assert answer.json()["number"] == "447860041117"
        path = f"/v2/accounts/{sandbox.credentials['apifonica']['account_sid']}/numbers"
        answer = await client.get(path, headers=basic(sandbox))
        assert answer.json()["next"].startswith(f"https://sandbox.test{path}?next=")


@pytest.mark.parametrize("key", ["3B9D1EACAB7FBDRN%EE03592BFCD6BE", "a/b", "%00", "é", "%FF"])
def test_a_path_arrives_as_it_was_sent(sandbox: Sandbox, key: str) -> None:
    """The same answer in process and over a socket, for odd keys."""
    path = "/sms/1/numbers/" + httpx.QueryParams({"k": key}).__str__()[2:]
    with httpx.Client(transport=sandbox.transport(), base_url="http://sandbox.test") as client:
        direct = client.get(path, headers=APP)
    with serve(sandbox) as url:
        assert httpx.get(url + path, headers=APP).json() == direct.json()


def test_a_large_upload_is_refused_over_a_socket(sandbox: Sandbox) -> None:
    with serve(sandbox) as url:
        answer = httpx.post(f"{url}/platform_api/GetPhoneNumbers", content=bytes(3 * LARGEST_BODY))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, 101)


def test_no_body_means_no_length(sandbox: Sandbox) -> None:
    with serve(sandbox) as url:
        answer = httpx.delete(f"{url}/sms/1/numbers/6FED0BC540BFADD9B05ED7D89AAC22FA", headers=APP)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


def test_the_port_is_free_again_after_serving(sandbox: Sandbox) -> None:
    with serve(sandbox) as url:
        pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_an_address_of_either_kind_becomes_a_url() -> None:
    with listen("127.0.0.1") as socket:
        assert base_url(socket) == f"http://127.0.0.1:{socket.getsockname()[1]}"
    try:
        listening = listen("::1")
    except OSError:
        pytest.skip("no IPv6 here")
    with listening as socket:
        assert base_url(socket).startswith("http://[::1]:")

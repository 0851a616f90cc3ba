"""Whatever arrives: the provider's own answer, in process, as ASGI and over a socket; never a 500 and no traceback."""

import asyncio
import logging
import socket
import tracemalloc
from collections import Counter
from collections.abc import Iterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from numberline_sandbox import Request, Response, Sandbox
from numberline_sandbox.http.server import serve
from tests.contract.requests import Requests
from tests.sandbox.support import APP, KEY, ask, manual_clock, told
from tests.support import FULL

PROVIDERS = ("voximplant", "infobip", "apifonica")
COUNT = 20_000 if FULL else 500
OVER_A_SOCKET = 2_000 if FULL else 50
TARGETS = {
    "voximplant": "/platform_api/GetPhoneNumbers",
    "infobip": "/sms/1/numbers",
    "apifonica": "/v2/accounts/a/numbers",
}
ROOTS = {"voximplant": ("platform_api",), "infobip": ("sms", "numbers"), "apifonica": ("v2",)}

Message = MutableMapping[str, Any]


def scope_of(request: Request) -> Message:
    path, _, query = request.target.partition("?")
    return {
        "type": "http",
        "method": request.method,
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "query_string": query.encode(errors="replace"),
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in request.headers.items()],
        "scheme": request.scheme,
    }


async def by_asgi(sandbox: Sandbox, request: Request) -> Response:
    """What the application answers to a request whose body comes in two pieces."""
    half = len(request.body) // 2
    inbox: list[Message] = [
        {"type": "http.request", "body": request.body[:half], "more_body": True},
        {"type": "http.request", "body": request.body[half:]},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return inbox.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await sandbox.asgi(scope_of(request), receive, send)
    start, end = sent
    return Response(start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, end["body"])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_random_requests_get_the_same_response_in_process_and_asgi(provider: str) -> None:
    """Two sandboxes of the same seed, asked the same, answer the same. That each answer is one that the spec allows is
    looked at in all tests (tests/contract/answers.py)."""
    direct, served = (Sandbox(numbers=30, owned=8, balance=20, clock=manual_clock().now) for _ in range(2))
    requests = Requests(provider, direct, seed=6)
    statuses = Counter[str]()

    async def compare() -> None:
        for at in range(COUNT):
            request = requests.next()
            response, answer = direct.respond(request), await by_asgi(served, request)
            assert response.status < 500, (at, request)
            assert (response.status, response.body) == (answer.status, answer.body), (at, request)
            if request.segments[:1] and request.segments[0] in ROOTS[provider]:
                assert response.body[:1] == b"{" or not response.body, (at, request)
            statuses[response.failure or "good"] += 1

    asyncio.run(compare())
    assert statuses["good"] > COUNT / 20, "too few of them are right to tell anything"
    assert len(statuses) >= {"voximplant": 15, "infobip": 4, "apifonica": 4}[provider], statuses


def raw(request: Request) -> bytes:
    """A request's bytes, closed after the answer."""
    target = request.target.encode("latin-1", "replace")
    head = [request.method.encode() + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
    head += [f"{name}: {value}".encode("latin-1", "replace") for name, value in request.headers.items()]
    return b"\r\n".join([*head, f"Content-Length: {len(request.body)}".encode(), b"", request.body])


def answered(url: str, sent: bytes) -> bytes:
    """All that a server says to these bytes until it closes the connection."""
    with socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 0), timeout=30) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_raw_bytes_over_a_socket_get_a_response(provider: str, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = Sandbox(numbers=30, owned=8, balance=20)
    requests = Requests(provider, sandbox, seed=7)
    with serve(sandbox) as url, caplog.at_level(logging.WARNING):
        for at in range(OVER_A_SOCKET):
            sent = raw(requests.next())
            if at % 10 == 9:  # broken off in the middle
                sent = sent[: len(sent) // 2]
            heard = answered(url, sent)
            assert heard[:12].startswith(b"HTTP/1.1 ") or (at % 10 == 9 and not heard), (at, sent)
            assert not heard.startswith(b"HTTP/1.1 5"), (at, sent)
            assert b"Traceback" not in heard
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []


LARGE = 50 * 10**6
PIECE = bytes(2**16)


def pieces() -> Iterator[bytes]:
    yield from (PIECE for _ in range(LARGE // len(PIECE)))
    yield bytes(LARGE % len(PIECE))


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("announced", [True, False], ids=["content-length", "chunked"])
def test_50_mb_are_refused_over_a_socket_and_not_kept(provider: str, announced: bool) -> None:
    headers = {**APP, **({"content-length": str(LARGE)} if announced else {})}
    with serve(Sandbox(numbers=30, owned=8)) as url:
        httpx.get(url)  # what is made once is made
        tracemalloc.start()
        try:
            answer = httpx.post(url + TARGETS[provider], content=pieces(), headers=headers, timeout=60)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert answer.status_code == 413
    assert {"error", "requestError", "status_code"} & set(answer.json())
    assert peak < LARGE / 5


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("faulty", [False, True])
def test_50_mb_are_refused_in_process_and_not_read(provider: str, faulty: bool) -> None:
    sandbox = Sandbox(numbers=30, owned=8)
    if faulty:  # then a request's operation is looked for beforehand
        sandbox.faults.at_random(1, 0.0)
    form = {**APP, "content-type": "application/x-www-form-urlencoded"}
    body = b"a=b&" * (LARGE // 4)
    tracemalloc.start()
    try:
        response = ask(sandbox, TARGETS[provider], method="POST", headers=form, body=body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert response.status == 413
    assert {"error", "requestError", "status_code"} & set(told(response))
    assert peak < LARGE / 5


def test_a_form_of_the_greatest_size_is_still_read() -> None:
    padding = "x" * (2**20 - 200)
    answer = ask(Sandbox(), "/platform_api/GetPhoneNumbers", {**KEY, "count": 1, "unknown": padding})
    assert told(answer)["count"] == 1

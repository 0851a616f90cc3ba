"""An attempt ends when its time is over, whatever is slow: from the name look-up to the last byte of the body."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from numberline import AsyncInfobip
from numberline._runtime.transport import Connection, TransportFailure, pool
from numberline.errors import TimedOut
from tests.transport.servers import Server, answering, dripping, response, trusted
from tests.transport.support import NUMBER, sent

LIMIT = 0.5
LASTS = 4.0
SLACK = 1.0
"""For machines that are busy with other tests; what is promised is 0.2 s."""

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
GZIP = HEAD + b"content-encoding: gzip\r\ncontent-length: 1000000\r\n\r\n\x1f\x8b\x08\x08" + bytes(6)
DEFLATE = HEAD + b"content-encoding: deflate\r\ncontent-length: 1000000\r\n\r\n\x78\x9c"

DRIPS: dict[str, tuple[bytes, bytes]] = {
    "silence": (b"", b""),
    "status line": (b"HTTP/1.1 200 O", b"K"),
    "headers": (HEAD + b"x-a: ", b"a"),
    "many headers": (HEAD, b"x-a: b\r\n"),
    "interim responses": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "body": (HEAD + b"content-length: 100000\r\n\r\n", b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "chunk size": (CHUNKED, b"0"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\nx: ", b"t"),
    "the name in a gzip header": (GZIP, b"n"),
    "empty deflate blocks": (DEFLATE, b"\x00\x00\x00\xff\xff"),
}


def never_shaking_hands(connection: socket.socket, server: Server) -> None:
    connection.recv(65536)
    connection.settimeout(LASTS)
    connection.recv(65536)


def shaking_hands_in_drips(connection: socket.socket, server: Server) -> None:
    connection.recv(65536)
    connection.sendall(b"\x16\x03\x03\x40\x00")
    for _ in range(40):
        connection.sendall(b"\x02")
        time.sleep(0.1)


def never_reading(connection: socket.socket, server: Server) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    time.sleep(1.5)


@contextmanager
def never_accepting() -> Iterator[int]:
    """A port to which connections are neither made nor refused."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("0.0.0.0", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        time.sleep(0.05)
        yield listener.getsockname()[1]


def slow_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if host == "slow.example":
            time.sleep(1.5)
        if host == "dead.example":
            return [entry for last in range(1, 5) for entry in real(f"127.0.0.{last}", port, *args, **more)]
        return real(host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


# anyio may lose a connection that is made in the moment in which its time is over; the garbage collector closes it.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_kind_of_slowness_ends_in_time(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_look_ups(monkeypatch)
    is_async = kind is AsyncInfobip

    def timed(row: tuple[str, str, bytes]) -> tuple[str, float, Any]:
        name, url, content = row
        begun = time.monotonic()
        _, outcome = sent(url, is_async=is_async, fresh=True, timeout=LIMIT, content=content)
        return name, time.monotonic() - begun, outcome

    with ExitStack() as opened:
        opened.enter_context(trusted(monkeypatch))
        rows = [("name look-up", "http://slow.example", b"{}")]
        for name, pieces in DRIPS.items():
            server = opened.enter_context(Server(dripping(*pieces, total=LASTS)))
            rows.append((name, server.url, b"{}"))
        for handler in (never_shaking_hands, shaking_hands_in_drips):
            server = opened.enter_context(Server(handler))
            rows.append((handler.__name__, f"https://127.0.0.1:{server.port}", b"{}"))
        server = opened.enter_context(Server(never_reading))
        rows.append(("the request is not read", server.url, bytes(20_000_000)))
        port = opened.enter_context(never_accepting())
        rows.append(("one dead address", f"http://127.0.0.1:{port}", b"{}"))
        rows.append(("four dead addresses", f"http://dead.example:{port}", b"{}"))
        with ThreadPoolExecutor(len(rows)) as threads:
            results = list(threads.map(timed, rows))

    print()
    for name, took, _ in results:
        print(f"{'async' if is_async else 'sync':6}{name:28}{took - LIMIT:+.2f} s")
    assert all(isinstance(outcome, TransportFailure) for _, _, outcome in results)
    assert [name for name, _, outcome in results if not isinstance(outcome.error, TimedOut)] == []
    assert [name for name, took, _ in results if not LIMIT - 0.05 < took < LIMIT + SLACK] == []


def test_a_proxy_that_is_slow_to_connect_ends_in_time(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(dripping(b"HTTP/1.1 200 OK\r\nx-a: ", b"a", total=LASTS)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        begun = time.monotonic()
        what, outcome = sent("https://hidden.example", is_async=kind is AsyncInfobip, timeout=LIMIT)

    assert isinstance(outcome, TransportFailure)
    assert isinstance(outcome.error, TimedOut)
    assert what.attempt.never_sent
    assert time.monotonic() - begun < LIMIT + SLACK


def test_waiting_for_one_of_too_many_connections_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MAX_CONNECTIONS", 1)
    asked, done = threading.Event(), threading.Event()

    def held(_: Any) -> bytes:
        asked.set()
        done.wait(5)
        return response({})

    with Server(answering(held)) as server, ThreadPoolExecutor(1) as thread:
        connection = Connection(server.url, None)
        first = thread.submit(sent, server.url, connection=connection)
        assert asked.wait(5)
        what, outcome = sent(server.url, connection=connection, timeout=0.1)
        done.set()
        first.result()
        connection.close().close()

    assert isinstance(outcome, TransportFailure)
    assert outcome.error.message == "no response in time (PoolTimeout)."
    assert what.attempt.never_sent


@pytest.mark.parametrize("name", ["timeout", "deadline"])
def test_both_settings_of_a_call_are_kept_to(name: str, callers: Any) -> None:
    with Server(dripping(*DRIPS["many headers"], total=LASTS)) as server:
        begun = time.monotonic()
        outcome = callers(server.url, **{name: LIMIT}).outcome(callers(server.url, **{name: LIMIT}).read)

    assert isinstance(outcome, TimedOut)
    assert time.monotonic() - begun < LIMIT + SLACK


@pytest.mark.parametrize("name", ["headers", "trailers"])
def test_a_users_async_client_ends_in_time_too(name: str) -> None:
    with Server(dripping(*DRIPS[name], total=LASTS)) as server:
        begun = time.monotonic()
        _, outcome = sent(server.url, httpx.AsyncClient(), is_async=True, timeout=LIMIT)

    assert isinstance(outcome, TransportFailure)
    assert isinstance(outcome.error, TimedOut)
    assert time.monotonic() - begun < LIMIT + SLACK


# Size


def test_unrequested_encoding_is_refused_before_inflating(callers: Any) -> None:
    with Server(answering(response(b"anything", "200 OK", "content-encoding: br"))) as server:
        outcome = callers(server.url).outcome(callers(server.url).read)

    assert outcome.message == "the response can't be read: its compression (br) was not asked for."


def test_a_compressed_response_is_read_from_the_wire(callers: Any) -> None:
    packed = gzip.compress(b'{"numberKey": "key", "number": "447700900123"}')
    with Server(answering(response(packed, "200 OK", "content-encoding: gzip"))) as server:
        caller = callers(server.url)
        assert [caller.read(), caller.read()] == [NUMBER["numberKey"]] * 2

    assert server.connections == 1


@pytest.mark.parametrize("kept", [8, 15])
def test_a_compression_that_ends_early_is_no_whole_response(kept: int, callers: Any) -> None:
    packed = gzip.compress(b"")[:kept]
    with Server(answering(response(packed, "200 OK", "content-encoding: gzip"))) as server:
        outcome = callers(server.url).outcome(callers(server.url).read)

    assert outcome.message == "the response can't be read: its compression is broken."


@pytest.mark.parametrize("more", [gzip.compress(b"{}", mtime=0), b"{}"], ids=["a member", "a text"])
def test_what_follows_a_compressed_end_is_not_dropped(more: bytes, callers: Any) -> None:
    packed = gzip.compress(b'{"numberKey": "key", "number": "447700900123"}') + more
    with Server(answering(response(packed, "200 OK", "content-encoding: gzip"))) as server:
        outcome = callers(server.url).outcome(callers(server.url).read)

    assert outcome.message == "the response can't be read: more follows its compressed end."


def test_zeros_after_a_compressed_end_are_padding(callers: Any) -> None:
    packed = gzip.compress(b'{"numberKey": "key", "number": "447700900123"}') + bytes(8)
    with Server(answering(response(packed, "200 OK", "content-encoding: gzip"))) as server:
        assert callers(server.url).read() == NUMBER["numberKey"]

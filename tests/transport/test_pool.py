"""Which connection a request goes on, and what becomes of it."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
import vcr  # type: ignore[import-untyped]

from numberline import AsyncInfobip, Infobip
from numberline._runtime.transport import Connection, TransportFailure, pool
from numberline.errors import NumberlineError
from tests.transport.servers import Request, Server, answering, chunked, response
from tests.transport.support import NUMBER, pool_of, sent

GOOD = response(NUMBER)


def test_reads_share_a_connection(callers: Any) -> None:
    with Server(answering(GOOD)) as server:
        caller = callers(server.url)
        assert [caller.read() for _ in range(5)] == ["key"] * 5

    assert server.connections == 1


@pytest.mark.parametrize("large", [chunked([b'{"numberKey": "key", "number": "1"', b" " * 100_000, b"}"])])
def test_a_connection_is_kept_after_a_chunked_body(large: bytes, callers: Any) -> None:
    with Server(answering(large)) as server:
        caller = callers(server.url)
        assert [caller.read() for _ in range(3)] == ["key"] * 3

    assert server.connections == 1


def test_purchase_has_its_own_connection_that_is_closed(callers: Any) -> None:
    with Server(answering(GOOD)) as server:
        caller = callers(server.url)
        caller.read()
        caller.buy()
        caller.read()
        caller.buy()

    assert [request.method for request in server.requests] == ["GET", "POST", "GET", "POST"]
    assert server.connections == 3


def test_stale_connection_is_not_reused(callers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.01)
    with Server(answering(GOOD)) as server:
        caller = callers(server.url)
        caller.read()
        time.sleep(0.02)
        caller.read()

    assert server.connections == 2


def test_idle_connections_are_closed_with_the_client(callers: Any) -> None:
    with Server(answering(GOOD)) as server:
        caller = callers(server.url)
        caller.read()
        used = pool_of(caller.client)
        (idle,) = used.idle
        caller.close()

        assert used.idle == []
        assert idle.stream.get_extra_info("socket").fileno() == -1 if not caller.is_async else True


def test_no_more_connections_are_open_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MAX_CONNECTIONS", 3)

    def slowly(request: Request) -> bytes:
        time.sleep(0.01)
        return GOOD

    with (
        Server(answering(slowly)) as server,
        Infobip(api_key="a-key", base_url=server.url) as client,
        ThreadPoolExecutor(12) as threads,
    ):
        list(threads.map(lambda _: client.get_purchased_number(number_key="key"), range(36)))

    assert len(server.requests) == 36
    assert server.connections == 3


def test_all_threads_that_come_first_get_the_same_connections() -> None:
    connection = Connection("https://api.example.com", None)
    with ThreadPoolExecutor(20) as threads:
        transports = list(threads.map(lambda _: connection.ours(), range(20)))

    assert len({id(transport) for transport in transports}) == 1
    assert connection.close() is transports[0]
    assert connection.close() is None
    with pytest.raises(RuntimeError, match="closed"):
        connection.ours()


def test_what_is_used_of_httpx_and_httpcore_is_there() -> None:
    """Not documented, and everything rests on it."""
    assert isinstance(httpx.HTTPTransport()._pool, httpcore.ConnectionPool)
    assert isinstance(httpx.AsyncHTTPTransport()._pool, httpcore.AsyncConnectionPool)
    origin = httpcore.Origin(b"https", b"api.example.com", 443)
    connections = [kind().create_connection(origin) for kind in (httpcore.ConnectionPool, httpcore.AsyncConnectionPool)]
    assert [connection.is_available() for connection in connections] == [False, False]
    assert hasattr(connections[0], "handle_request")
    assert hasattr(connections[1], "handle_async_request")


def test_cassettes_record_what_goes_over_connections_of_our_own(callers: Any, tmp_path: Path) -> None:
    """vcrpy, and so pytest-recording, replaces httpx's transports."""
    cassette = str(tmp_path / "cassette.yaml")
    with Server(answering(GOOD)) as server:
        recording = callers(server.url)
        with vcr.VCR().use_cassette(cassette) as tape:
            assert [recording.read(), recording.buy()] == ["key", "key"]
        assert [str(request.method) for request in tape.requests] == ["GET", "POST"]
        recording.close()

    playing = callers(server.url)
    with vcr.VCR().use_cassette(cassette, record_mode=vcr.mode.NONE):
        assert [playing.read(), playing.buy()] == ["key", "key"]
        outcome = playing.outcome(playing.buy)
    assert isinstance(outcome, NumberlineError)
    assert len(server.requests) == 2


def test_what_replaces_our_transport_gives_no_evidence(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As pytest-httpx and others do: a refused connection of theirs says nothing about the request."""

    def refused(self: Any, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async def refused_async(self: Any, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refused)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", refused_async)
    what, outcome = sent("http://127.0.0.1:9", is_async=kind is AsyncInfobip)

    assert isinstance(outcome, TransportFailure)
    assert not what.attempt.never_sent

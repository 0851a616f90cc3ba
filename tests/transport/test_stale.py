"""What was on a connection before a request was written is never its response.

A server answers a request twice, or in part, before it is asked again: in eight ways, sync and async, plain and TLS.
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from numberline import AsyncInfobip
from numberline._runtime.transport import TransportFailure, pool
from numberline.errors import NumberlineError
from tests.transport.servers import Server, chunked, read_request, response, trusted
from tests.transport.support import sent

FIRST, OTHER, MINE = ({"numberKey": key, "number": "447700900123"} for key in ("first", "other", "mine"))

LONG = b'{"numberKey": "first", "number": "1", "pad": "' + 100_000 * b"x" + b'"}'


def in_one_segment(send: Callable[[bytes], object], _: threading.Event) -> None:
    send(response(FIRST) + response(OTHER))


def chunked_in_one_segment(send: Callable[[bytes], object], _: threading.Event) -> None:
    send(chunked([b'{"numberKey": "first", "number": "1"}']) + chunked([b'{"numberKey": "other", "number": "1"}']))


def half_in_the_same_segment(send: Callable[[bytes], object], asked: threading.Event) -> None:
    """The other half, with the request's own response behind it, comes with the next request."""
    other = response(OTHER)
    send(response(FIRST) + other[:30])
    asked.wait(5)
    send(other[30:])


def a_head_without_its_end(send: Callable[[bytes], object], _: threading.Event) -> None:
    """What follows would be read as a header of it, and its status would be the response's."""
    send(response(FIRST) + b"HTTP/1.1 404 Not Found\r\nx-left-over: ")


def of_a_length_that_ends_early(send: Callable[[bytes], object], _: threading.Event) -> None:
    body = b'{"numberKey": "first", "number": "1"}'
    send(response(body + response(OTHER), length=len(body)))


def a_moment_later(send: Callable[[bytes], object], _: threading.Event) -> None:
    send(response(FIRST))
    send(response(OTHER))


def behind_a_long_one(send: Callable[[bytes], object], _: threading.Event) -> None:
    send(response(LONG) + response(OTHER))


def a_timeout_that_nobody_asked_for(send: Callable[[bytes], object], _: threading.Event) -> None:
    send(response(FIRST) + response(OTHER, "408 Request Timeout", "connection: close"))


WAYS = [
    in_one_segment,
    chunked_in_one_segment,
    half_in_the_same_segment,
    a_head_without_its_end,
    of_a_length_that_ends_early,
    a_moment_later,
    behind_a_long_one,
    a_timeout_that_nobody_asked_for,
]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_stale_response_is_never_used(way: Any, tls: bool, callers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written, asked = threading.Event(), threading.Event()

    def handle(connection: socket.socket, server: Server) -> None:
        if server.connections == 1:
            read_request(connection)
            written_at_last = threading.Timer(0.05, written.set)
            written_at_last.start()
            way(connection.sendall, asked)
            written_at_last.join()
        while read_request(connection):
            connection.sendall(response(MINE))

    with trusted(monkeypatch), Server(handle, tls=tls) as server:
        caller = callers(server.url)
        assert caller.read("first") == "first"
        assert written.wait(5) or way is half_in_the_same_segment
        asked.set()
        outcome = caller.outcome(caller.read, "mine")
        if way is chunked_in_one_segment:  # found out only when it comes without having been read
            assert isinstance(outcome, NumberlineError)
            outcome = caller.read("mine")

    assert outcome == "mine"


def test_who_speaks_before_being_asked_is_not_listened_to(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    spoke = threading.Event()

    def handle(connection: socket.socket, server: Server) -> None:
        connection.sendall(response(OTHER))
        spoke.set()
        read_request(connection)

    before_write = pool.Watched.before_write

    def once_it_spoke(self: pool.Watched, data: bytes) -> float:
        assert spoke.wait(5)
        time.sleep(0.01)
        return before_write(self, data)

    monkeypatch.setattr(pool.Watched, "before_write", once_it_spoke)
    with Server(handle) as server:
        what, outcome = sent(server.url, is_async=kind is AsyncInfobip, fresh=True)

    assert isinstance(outcome, TransportFailure)
    assert what.attempt.never_sent

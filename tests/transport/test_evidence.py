"""Whether a request was written, as its attempt has it, against what the server saw.

An exception's type says nothing: whatever a user's hook raises, it may have been raised after the response came.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from numberline._runtime.transport import Connection, RawResponse, Send, TransportFailure, send
from numberline._runtime.transport.asynchronous import send_async
from numberline.errors import ConnectionFailed, NumberlineError, RateLimited, TimedOut
from tests.support import FULL
from tests.transport import servers
from tests.transport.servers import Handler, Server, answering, read_request, response
from tests.transport.support import sent

GOOD = response({})


def silent(connection: socket.socket, server: Server) -> None:
    read_request(connection)
    connection.recv(1)


def closing(connection: socket.socket, server: Server) -> None:
    pass


def speaking_plainly(connection: socket.socket, server: Server) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def tunnelling_to_nobody(connection: socket.socket, server: Server) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    speaking_plainly(connection, server)


def closing_after(connection: socket.socket, server: Server) -> None:
    if (request := read_request(connection)) is not None:
        server.requests.append(request)


def resetting_after(connection: socket.socket, server: Server) -> None:
    closing_after(connection, server)
    servers.resetting(connection)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# Without a user's client: what the connection itself saw

OURS: dict[str, tuple[Handler | None, bool, bool]] = {
    # handler, whether the server speaks TLS, whether the request is certain not to have been written
    "refused": (None, False, True),
    "no TLS at the other end": (speaking_plainly, False, True),
    "TLS that is not trusted": (answering(GOOD), True, True),
    "closed after the request": (closing_after, False, False),
    "reset after the request": (resetting_after, False, False),
    "silent": (silent, False, False),
    "answered": (answering(GOOD), False, False),
}


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("fresh", [False, True], ids=["pooled", "fresh"])
def test_our_connections_know_what_was_written(name: str, is_async: bool, fresh: bool) -> None:
    handler, tls, never = OURS[name]
    with Server(handler or closing, tls=tls) as server:
        url = server.url.replace("http:", "https:") if "TLS" in name else server.url
        if handler is None:
            url = f"http://127.0.0.1:{unused_port()}"
        what, outcome = sent(url, is_async=is_async, fresh=fresh, timeout=0.15 if "silent" in name else 5)

    assert what.attempt.never_sent is never
    assert not (never and server.requests)
    if isinstance(outcome, TransportFailure):
        assert outcome.error.never_sent is never
        assert type(outcome.error) is (TimedOut if name == "silent" else ConnectionFailed)
    else:
        assert name == "answered"


def test_before_a_request_is_handed_over_it_was_never_sent() -> None:
    what, outcome = sent("http://127.0.0.1", httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))))
    assert not what.attempt.never_sent
    assert not isinstance(outcome, TransportFailure)
    what = what._replace(attempt=type(what.attempt)(1, fresh=True))
    assert what.attempt.never_sent


# Through a user's client: what its trace says

Make = Callable[[bool, Server], dict[str, Any]]
"""The arguments of a user's client, given whether it is an async one and the server."""


def raising(error: Callable[[Any], Exception], event: str) -> Make:
    def make(is_async: bool, server: Server) -> dict[str, Any]:
        def hook(of: Any) -> None:
            raise error(of)

        async def hook_async(of: Any) -> None:
            raise error(of)

        return {"event_hooks": {event: [hook_async if is_async else hook]}}

    return make


def refused_elsewhere(_: Any) -> Exception:
    return httpx.ConnectError("refused", request=httpx.Request("GET", "http://elsewhere.example"))


def limited_elsewhere(_: Any) -> Exception:
    request = httpx.Request("GET", "http://elsewhere.example")
    return httpx.HTTPStatusError("429", request=request, response=httpx.Response(429, request=request))


class Late(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Fails after the response came, as if nothing had been sent."""

    def __init__(self) -> None:
        self._sync, self._async = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._sync.handle_request(request).close()
        raise httpx.ConnectError("refused", request=request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await (await self._async.handle_async_request(request)).aclose()
        raise httpx.ConnectError("refused", request=request)

    def close(self) -> None:
        self._sync.close()

    async def aclose(self) -> None:
        await self._async.aclose()


class Copying(Late):
    """Sends a copy that knows nothing of us, and fails."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(httpx.Request(request.method, request.url, content=request.content))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await super().handle_async_request(httpx.Request(request.method, request.url, content=request.content))


def mocked(is_async: bool, server: Server) -> dict[str, Any]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    return {"transport": httpx.MockTransport(answer)}


def through(proxy: str) -> Make:
    def make(is_async: bool, server: Server) -> dict[str, Any]:
        return {"proxy": proxy.format(port=server.port, unused=unused_port()), "verify": False}

    return make


def transport(**settings: Any) -> Make:
    return lambda is_async, server: {
        "transport": (httpx.AsyncHTTPTransport if is_async else httpx.HTTPTransport)(**settings)
    }


def plain(is_async: bool, server: Server) -> dict[str, Any]:
    return {}


NOBODY = f"http://127.0.0.1:{unused_port()}"
HIDDEN = "https://hidden.example"

NEVER: dict[str, tuple[Handler, Make, str | None]] = {
    "refused": (closing, plain, NOBODY),
    "refused, three times": (closing, transport(retries=1), NOBODY),
    "no TLS at the other end": (speaking_plainly, plain, "https"),
    "the proxy refuses connections": (closing, through("http://127.0.0.1:{unused}"), HIDDEN),
    "the proxy closes on CONNECT": (closing_after, through("http://127.0.0.1:{port}"), HIDDEN),
    "the proxy is silent on CONNECT": (silent, through("http://127.0.0.1:{port}"), HIDDEN),
    "the proxy wants a password": (
        answering(response({}, "407 Proxy Authentication Required")),
        through("http://127.0.0.1:{port}"),
        HIDDEN,
    ),
    "no TLS behind the proxy": (
        tunnelling_to_nobody,
        through("http://127.0.0.1:{port}"),
        HIDDEN,
    ),
}

MAYBE: dict[str, tuple[Handler, Make, str | None]] = {
    "a response hook is refused a connection": (answering(GOOD), raising(refused_elsewhere, "response"), None),
    "a response hook is limited elsewhere": (answering(GOOD), raising(limited_elsewhere, "response"), None),
    "a response hook finds a full pool": (
        answering(GOOD),
        raising(lambda _: httpx.PoolTimeout("full"), "response"),
        None,
    ),
    "a response hook has an error of ours": (
        answering(GOOD),
        raising(lambda _: RateLimited("later", kind="rate-limit", never_sent=True), "response"),
        None,
    ),
    "a response hook has a bug": (answering(GOOD), raising(LookupError, "response"), None),
    "a transport fails late": (answering(GOOD), lambda *_: {"transport": Late()}, None),
    "closed after the request": (closing_after, plain, None),
    "reset after the request": (resetting_after, plain, None),
    "silent": (silent, plain, None),
    "the proxy wants a password of a plain request": (
        answering(response({}, "407 Proxy Authentication Required")),
        through("http://127.0.0.1:{port}"),
        "http://hidden.example",
    ),
    # no event, no evidence
    "a request hook is refused a connection": (closing, raising(refused_elsewhere, "request"), None),
    "a transport sends a copy": (answering(GOOD), lambda *_: {"transport": Copying()}, None),
    "a transport without connections": (closing, mocked, None),
}


@contextlib.contextmanager
def on_a_users_client(row: tuple[Handler, Make, str | None], is_async: bool) -> Iterator[tuple[Server, str, Any]]:
    handler, make, url = row
    with Server(handler) as server:
        arguments = make(is_async, server)
        to = server.url if url is None else f"https://127.0.0.1:{server.port}" if url == "https" else url
        if is_async:
            yield server, to, httpx.AsyncClient(**arguments)
        else:
            with httpx.Client(**arguments) as http:
                yield server, to, http


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("name", "never"), [*((name, True) for name in NEVER), *((name, False) for name in MAYBE)])
@pytest.mark.parametrize("fresh", [False, True] if FULL else [True], ids=["any", "fresh"] if FULL else ["fresh"])
def test_the_trace_of_a_users_client_knows_what_was_written(
    name: str, never: bool, is_async: bool, fresh: bool
) -> None:
    with on_a_users_client((NEVER if never else MAYBE)[name], is_async) as (server, url, http):
        what, outcome = sent(url, http, is_async=is_async, fresh=fresh, timeout=0.15 if "silent" in name else 5)

    assert what.attempt.never_sent is never
    assert not (never and any(request.method != "CONNECT" for request in server.requests))
    assert len([request for request in server.requests if request.method != "CONNECT"]) <= 1
    if isinstance(outcome, TransportFailure):
        assert outcome.error.never_sent is never
        assert isinstance(outcome.error, NumberlineError)
        assert not isinstance(outcome.error, RateLimited)
    else:
        assert name == "the proxy wants a password of a plain request"


def test_a_full_pool_of_a_user_is_no_evidence() -> None:
    with (
        Server(answering(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n")) as server,
        httpx.Client(limits=httpx.Limits(max_connections=1)) as http,
        http.stream("GET", server.url),
    ):
        what, outcome = sent(server.url, http, timeout=0.1)

    assert isinstance(outcome, TransportFailure)
    assert isinstance(outcome.error, TimedOut)
    assert not what.attempt.never_sent


class Insisting(Late):
    """Sends everything twice, whatever comes of it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = httpx.Response(500)
        for _ in range(2):
            with contextlib.suppress(httpx.HTTPError):
                response = self._sync.handle_request(request)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = httpx.Response(500)
        for _ in range(2):
            with contextlib.suppress(httpx.HTTPError):
                response = await self._async.handle_async_request(request)
        return response


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_transport_that_sends_again_is_stopped_before_it_does(is_async: bool) -> None:
    with Server(answering(response({}, "200 OK", "connection: close"))) as server:
        http = (httpx.AsyncClient if is_async else httpx.Client)(transport=Insisting())
        what, outcome = sent(server.url, http, is_async=is_async, fresh=True)

    assert len(server.requests) == 1
    assert what.attempt.sends == 2
    assert isinstance(outcome, TransportFailure)
    assert not outcome.error.never_sent


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_idle_connections_of_a_given_client_are_passed_over(is_async: bool) -> None:
    """Each has another request's response waiting in it."""
    twice = response({"whose": "another's"}) * 2
    with Server(answering(lambda request: twice if request.method == "GET" else response({"whose": "mine"}))) as server:
        connection, came = Connection(server.url, None), []

        async def run() -> None:
            async with httpx.AsyncClient() as http:
                await asyncio.gather(*(http.get(server.url) for _ in range(3)))
                connection.theirs = http
                came.append(await send_async(connection, what))

        what = Send.of(
            *("POST", connection.url("/")),
            headers=connection.headers,
            content=b"{}",
            timeout=5,
            fresh=True,
        )
        if is_async:
            asyncio.run(run())
        else:
            with httpx.Client() as http, ThreadPoolExecutor(3) as threads:
                list(threads.map(http.get, [server.url] * 3))
                connection.theirs = http
                came.append(send(connection, what))

    (outcome,) = came
    assert isinstance(outcome, RawResponse)
    assert outcome.body == b'{"whose": "mine"}'
    assert [request.method for request in server.requests].count("POST") == 1
    assert server.requests[-1].headers["connection"] == "close"


# What an error is made of


@pytest.mark.parametrize("is_async", [False, True])
def test_a_request_hook_that_outlasts_the_attempt_sends_nothing(is_async: bool) -> None:
    def hook(_: httpx.Request) -> None:
        time.sleep(0.1)  # the transport's clock can't be injected

    async def async_hook(request: httpx.Request) -> None:
        hook(request)

    with Server(answering(GOOD)) as server:
        client: Any = httpx.AsyncClient if is_async else httpx.Client
        http = client(event_hooks={"request": [async_hook if is_async else hook]})
        what, outcome = sent(server.url, http, is_async=is_async, fresh=True, timeout=0.05)

        assert isinstance(outcome, TransportFailure)
        assert type(outcome.error) is TimedOut
        assert outcome.error.never_sent
        assert what.attempt.never_sent
        assert server.requests == []


def test_exception_of_a_users_hook_is_one_clean_line() -> None:
    def hook(_: httpx.Response) -> None:
        raise LookupError("two\nlines\x1b[31m " + 1000 * "x")

    with Server(answering(GOOD)) as server, httpx.Client(event_hooks={"response": [hook]}) as http:
        _, outcome = sent(server.url, http)

    assert isinstance(outcome, TransportFailure)
    assert outcome.error.message.startswith("the connection failed (LookupError: two lines [31m xxx")
    assert outcome.error.message.isprintable()
    assert (outcome.error.__traceback__, outcome.error.__cause__) == (None, None)
    assert outcome.error.__context__ is None


def test_a_header_that_can_not_be_sent_is_not_quoted() -> None:
    with Server(answering(GOOD)) as server, httpx.Client(headers={"x-secret": "a-secret\n"}) as http:
        _, outcome = sent(server.url, http)

    assert isinstance(outcome, TransportFailure)
    assert outcome.error.message == "the connection failed (LocalProtocolError)."

"""Ways to reach a sandbox from Python: httpx transports, sync and async, and an ASGI application."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from functools import cached_property
from typing import Any

import httpcore
import httpx

from .messages import LARGEST_BODY, Request, Response

Respond = Callable[[Request], Response]
Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class Transport(httpx.BaseTransport):
    """Responds without a network, and reports to the extension `trace` what a connection of httpcore's would."""

    def __init__(
        self,
        respond: Respond,
        sleep: Callable[[float], object] = time.sleep,
        refuses: Callable[[Request], bool] = lambda _: False,
    ) -> None:
        self._respond = respond
        self._sleep = sleep
        self._refuses = refuses

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        received = _received(request, request.read())
        trace = _Trace(request)
        for event in trace.sending(refused=self._refuses(received)):
            trace.tell(*event)
        response = self._respond(received)
        if response.delay:
            self._sleep(min(response.delay, _patience(request)))
        given = _response(request, response)
        for event in trace.receiving(given):
            trace.tell(*event)
        return given


class AsyncTransport(httpx.AsyncBaseTransport):
    """The same for `httpx.AsyncClient`."""

    def __init__(
        self,
        respond: Respond,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        refuses: Callable[[Request], bool] = lambda _: False,
    ) -> None:
        self._respond = respond
        self._sleep = sleep
        self._refuses = refuses

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        received = _received(request, await request.aread())
        trace = _Trace(request)
        for event in trace.sending(refused=self._refuses(received)):
            await trace.tell_async(*event)
        response = self._respond(received)
        if response.delay:
            await self._sleep(min(response.delay, _patience(request)))
        given = _response(request, response)
        for event in trace.receiving(given):
            await trace.tell_async(*event)
        return given


Event = tuple[str, dict[str, Any]]


class _Trace:
    """The events of one exchange, as httpcore reports them: a callback that raises ends the exchange there."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self._callback: Callable[[str, dict[str, Any]], Any] | None = request.extensions.get("trace")

    def tell(self, name: str, info: dict[str, Any]) -> None:
        if self._callback is not None:
            self._callback(name, info)

    async def tell_async(self, name: str, info: dict[str, Any]) -> None:
        if self._callback is not None:
            await self._callback(name, info)

    def sending(self, *, refused: bool) -> Iterator[Event]:
        """Yield the events of a new connection and of the request.

        Raises:
            httpx.ConnectError: if it is refused.
        """
        url = self._request.url
        where = {"host": url.host, "port": url.port or (443 if url.scheme == "https" else 80)}
        yield "connection.connect_tcp.started", where
        if refused:
            text = "[Errno 111] Connection refused"
            yield "connection.connect_tcp.failed", {"exception": httpcore.ConnectError(text)}
            raise httpx.ConnectError(text, request=self._request)
        yield "connection.connect_tcp.complete", {"return_value": None}
        for what in ("headers", "body"):
            yield f"http11.send_request_{what}.started", {"request": self._sent}
            yield f"http11.send_request_{what}.complete", {"return_value": None}

    def receiving(self, response: httpx.Response) -> Iterator[Event]:
        yield "http11.receive_response_headers.started", {"request": self._sent}
        received = (b"HTTP/1.1", response.status_code, response.reason_phrase.encode(), response.headers.raw)
        yield "http11.receive_response_headers.complete", {"return_value": received}

    @cached_property
    def _sent(self) -> httpcore.Request:
        return httpcore.Request(self._request.method, str(self._request.url), headers=self._request.headers.raw)


def asgi(respond: Respond) -> Application:
    """An ASGI application, for the scopes http and lifespan. It opens no websockets."""

    async def application(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["type"] == "http":
            response = respond(_from_scope(scope, await _body(receive)))
            if response.delay:
                await asyncio.sleep(response.delay)
            if response.ending == "drop":
                await _abort(scope, receive)
                return
            written = [(name.encode(), value.encode()) for name, value in _headers(response).items()]
            await send({"type": "http.response.start", "status": response.status, "headers": written})
            if response.ending == "endless":
                await _send_endlessly(receive, send)
                return
            cut = response.ending == "cut"
            await send({"type": "http.response.body", "body": response.body, "more_body": cut})
            if cut:
                await asyncio.sleep(0.01)  # what was written leaves before the connection does
                await _abort(scope, receive)

    return application


ABORT = "numberline.abort"
"""The extension of an ASGI scope with which a server lets us close a connection without a word."""

_CHUNK = bytes(2**18)


def _headers(response: Response) -> dict[str, str]:
    if response.status == 204 or response.ending == "endless":
        return dict(response.headers)
    return {**response.headers, "content-length": str(_announced(response))}


def _announced(response: Response) -> int:
    return 2 * len(response.body) + 100 if response.ending == "cut" else len(response.body)


async def _abort(scope: Message, receive: Callable[[], Awaitable[Message]]) -> None:
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise ConnectionAbortedError("this fault needs numberline's own server")
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_endlessly(
    receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    gone = asyncio.ensure_future(receive())
    try:
        while not gone.done():
            await send({"type": "http.response.body", "body": _CHUNK, "more_body": True})
            await asyncio.sleep(0)  # sending to nobody doesn't wait
    finally:
        gone.cancel()


async def _body(receive: Callable[[], Awaitable[Message]]) -> bytes:
    """The body, but no more than it takes to see that it is too large."""
    body, more = bytearray(), True
    while more:
        message = await receive()  # to the end: who still sends may never see a response
        if len(body) <= LARGEST_BODY:
            body += message.get("body", b"")[: LARGEST_BODY + 1 - len(body)]
        more = message.get("more_body", False)
    return bytes(body)


def _from_scope(scope: Message, body: bytes) -> Request:
    target: bytes = scope.get("raw_path") or scope["path"].encode()
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], target.decode(errors="replace"), headers, body, scope.get("scheme", "http"))


def _received(request: httpx.Request, body: bytes) -> Request:
    target = request.url.raw_path.decode(errors="replace")
    return Request(request.method, target, dict(request.headers), body, request.url.scheme)


def _patience(request: httpx.Request) -> float:
    """Return how many seconds the client waits for a response."""
    limits: dict[str, float | None] = request.extensions.get("timeout", {})
    allowed = limits.get("read")
    return float("inf") if allowed is None else allowed


def _response(request: httpx.Request, response: Response) -> httpx.Response:
    """Return the response, or raise what httpx raises when a server on a socket does the same."""
    if response.delay > _patience(request):
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    if response.ending == "drop":
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    return httpx.Response(response.status, headers=_headers(response), stream=_Body(response))


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces smaller than a socket's, so that none inflates to more than a few MiB."""

    def __init__(self, response: Response) -> None:
        self._reply = response

    def __iter__(self) -> Iterator[bytes]:
        body = self._reply.body
        for begin in range(0, len(body), 2**12):
            yield body[begin : begin + 2**12]
        if self._reply.ending == "cut":
            told = f"(received {len(body)} bytes, expected {_announced(self._reply)})"
            raise httpx.RemoteProtocolError(f"peer closed connection without sending complete message body {told}")
        while self._reply.ending == "endless":
            yield _CHUNK

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk

"""Ways to reach a sandbox from Python: httpx transports, sync and async, and an ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from .messages import LARGEST_BODY, Request, Response

Respond = Callable[[Request], Response]
Refuses = Callable[[Request], bool]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class _Adapter:
    def __init__(self, respond: Respond, sleep: Callable[[float], object], refuses: Refuses) -> None:
        self._adapted = respond, sleep, refuses


class Transport(_Adapter, httpx.BaseTransport):
    """Responds without a network, and reports to the extension `trace` what a connection of httpcore's would."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        exchange = _Exchange(request, *self._adapted)
        for wait, *arguments in exchange.steps():
            wait(*arguments)
        return exchange.response


class AsyncTransport(_Adapter, httpx.AsyncBaseTransport):
    """The same for `httpx.AsyncClient`."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        exchange = _Exchange(request, *self._adapted)
        for wait, *arguments in exchange.steps():
            await wait(*arguments)
        return exchange.response


@dataclass
class _Exchange:
    """A request on its way to a response, with the events of httpcore: a callback that raises ends it there."""

    request: httpx.Request
    respond: Respond
    sleep: Callable[[float], object]
    refuses: Refuses
    response: httpx.Response = field(init=False)

    def steps(self) -> Iterator[tuple[Any, ...]]:
        """Yield what to call and to wait for, with its arguments. After the last step there is a response.

        Raises:
            httpx.TransportError: what httpx raises when a server on a socket does the same.
        """
        request, url = self.request, self.request.url
        target = url.raw_path.decode(errors="replace")
        received = Request(request.method, target, dict(request.headers), request.content, url.scheme)
        sent = {"request": httpcore.Request(request.method, str(url), headers=request.headers.raw)}
        where = {"host": url.host, "port": url.port or (443 if url.scheme == "https" else 80)}
        yield from self._told("connection.connect_tcp.started", where)
        if self.refuses(received):
            text = "[Errno 111] Connection refused"
            yield from self._told("connection.connect_tcp.failed", {"exception": httpcore.ConnectError(text)})
            raise httpx.ConnectError(text, request=request)
        yield from self._told("connection.connect_tcp.complete", {"return_value": None})
        for what in ("headers", "body"):
            yield from self._told(f"http11.send_request_{what}.started", sent)
            yield from self._told(f"http11.send_request_{what}.complete", {"return_value": None})
        response = self.respond(received)
        limit = request.extensions.get("timeout", {}).get("read")
        patience = float("inf") if limit is None else limit
        if response.delay:
            yield self.sleep, min(response.delay, patience)
        if response.delay > patience:
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        if response.ending == "drop":
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        given = self.response = httpx.Response(response.status, headers=_headers(response), stream=_Body(response))
        yield from self._told("http11.receive_response_headers.started", sent)
        head = (b"HTTP/1.1", given.status_code, given.reason_phrase.encode(), given.headers.raw)
        yield from self._told("http11.receive_response_headers.complete", {"return_value": head})

    def _told(self, event: str, info: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        trace = self.request.extensions.get("trace")
        if trace is not None:
            yield trace, event, info


def asgi(respond: Respond) -> Application:
    """An ASGI application, for the scopes http and lifespan.

    Faults that close a connection need a server that hands over how to: as the scope's extension `ABORT`.
    """

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["type"] != "http":
            raise NotImplementedError(f"the sandbox speaks HTTP, not {scope['type']}")
        abort = scope.get("extensions", {}).get(ABORT)
        try:
            await _send(respond(_from_scope(scope, await _body(receive))), receive, send)
        except (asyncio.CancelledError, ConnectionAbortedError):
            if abort is None:
                raise
            abort()
            while (await receive())["type"] != "http.disconnect":
                pass

    return application


async def _send(response: Response, receive: Receive, send: Send) -> None:
    """Send a response.

    Raises:
        ConnectionAbortedError: where a fault closes the connection.
    """
    if response.delay:
        await asyncio.sleep(response.delay)
    if response.ending == "drop":
        raise ConnectionAbortedError("this fault needs numberline's own server")
    written = [(name.encode(), value.encode()) for name, value in _headers(response).items()]
    await send({"type": "http.response.start", "status": response.status, "headers": written})
    if response.ending == "endless":
        gone = asyncio.ensure_future(receive())
        try:
            while not gone.done():
                await send({"type": "http.response.body", "body": _CHUNK, "more_body": True})
                await asyncio.sleep(0)  # sending to nobody doesn't wait
        finally:
            gone.cancel()
        return
    cut = response.ending == "cut"
    await send({"type": "http.response.body", "body": response.body, "more_body": cut})
    if cut:
        await asyncio.sleep(0.01)  # what was written leaves before the connection does
        raise ConnectionAbortedError("this fault needs numberline's own server")


ABORT = "numberline.abort"
"""The extension of an ASGI scope with which a server lets us close a connection without a word."""

_CHUNK = bytes(2**18)


def _headers(response: Response) -> dict[str, str]:
    if response.status == 204 or response.ending == "endless":
        return dict(response.headers)
    return {**response.headers, "content-length": str(_announced(response))}


def _announced(response: Response) -> int:
    return 2 * len(response.body) + 100 if response.ending == "cut" else len(response.body)


async def _body(receive: Receive) -> bytes:
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


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces smaller than a socket's, so that none inflates to more than a few MiB."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        body = self._response.body
        for begin in range(0, len(body), 2**12):
            yield body[begin : begin + 2**12]
        if self._response.ending == "cut":
            told = f"(received {len(body)} bytes, expected {_announced(self._response)})"
            raise httpx.RemoteProtocolError(f"peer closed connection without sending complete message body {told}")
        while self._response.ending == "endless":
            yield _CHUNK

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk

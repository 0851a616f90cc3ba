"""Ways to reach a sandbox from Python: httpx transports for both colours, and an ASGI application."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx

from .messages import LARGEST_BODY, Inquiry, Reply

Answering = Callable[[Inquiry], Reply]
Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class Transport(httpx.BaseTransport):
    """Answers without a network."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return _response(self._answer(_inquiry(request, request.read())))


class AsyncTransport(httpx.AsyncBaseTransport):
    """Answers without a network."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return _response(self._answer(_inquiry(request, await request.aread())))


def asgi(answer: Answering) -> Application:
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
            reply = answer(_from_scope(scope, await _body(receive)))
            headers = {**reply.headers, **({} if reply.status == 204 else {"content-length": str(len(reply.body))})}
            written = [(name.encode(), value.encode()) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": reply.status, "headers": written})
            await send({"type": "http.response.body", "body": reply.body})

    return application


async def _body(receive: Callable[[], Awaitable[Message]]) -> bytes:
    """The body, but no more than it takes to see that it is too large."""
    body, more = b"", True
    while more:
        message = await receive()
        body = (body + message.get("body", b""))[: LARGEST_BODY + 1]
        more = message.get("more_body", False)
    return body


def _from_scope(scope: Message, body: bytes) -> Inquiry:
    target: bytes = scope.get("raw_path") or scope["path"].encode()
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Inquiry(scope["method"], target.decode(errors="replace"), headers, body, scope.get("scheme", "http"))


def _inquiry(request: httpx.Request, body: bytes) -> Inquiry:
    target = request.url.raw_path.decode(errors="replace")
    return Inquiry(request.method, target, dict(request.headers), body, request.url.scheme)


def _response(reply: Reply) -> httpx.Response:
    return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body)

"""A sandbox on a port of this machine."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from . import Sandbox
from .adapters import ABORT, Application, Message, asgi
from .messages import Inquiry, Reply

Log = Callable[[str], object]


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket to serve on. Port 0 takes a free one.

    Raises:
        OSError: if the address is not to be had.
    """
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def base_url(listening: socket.socket) -> str:
    """What clients take as their `base_url`."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def serve(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0, log: Log | None = None) -> Iterator[str]:
    """Serve in a thread for as long as the block lasts.

    Yields:
        the base URL.
    """
    with listen(host, port) as listening:
        server = _server(sandbox, log)
        thread = threading.Thread(target=server.run, args=([listening],), name="numberline-sandbox", daemon=True)
        thread.start()
        try:
            yield base_url(listening)  # those who come early wait in the socket's queue
        finally:
            server.should_exit = True
            thread.join()


def run(sandbox: Sandbox, listening: socket.socket, log: Log | None = None) -> None:
    """Serve until the process is told to stop.

    Raises:
        KeyboardInterrupt: after the server has ended, if that was how.
    """
    _server(sandbox, log).run([listening])


def _server(sandbox: Sandbox, log: Log | None) -> uvicorn.Server:
    def answer(inquiry: Inquiry) -> Reply:
        began = time.perf_counter()
        reply = sandbox.answer(inquiry)
        if log is not None:
            took = f"{(time.perf_counter() - began) * 1000:.1f} ms"
            fault = reply.fault and f"<{reply.fault}>"
            what = (inquiry.method, reply.operation or "-", str(reply.status), reply.failure, fault, took)
            log(" ".join(part for part in what if part))
        return reply

    config = uvicorn.Config(
        asgi(answer), http=_Protocol, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


class _Protocol(H11Protocol):
    """HTTP whose application can close the connection without a word, which ASGI has no way for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does this only for sockets that were made with the protocol's number. Without it a connection's second
        # answer, whose head and body are written apart, is 40 ms late.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app = _abortable(cast("Application", self.app), transport)


def _abortable(application: Application, transport: asyncio.Transport) -> Application:
    async def run(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        extended = {**scope, "extensions": {**scope.get("extensions", {}), ABORT: transport.abort}}
        await application(extended, receive, send)

    return run

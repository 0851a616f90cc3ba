"""A sandbox on a port of this machine."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import NamedTuple, Protocol, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .adapters import ABORT, Application, Message, asgi
from .messages import Request, Response
from .tls import Certificate


class Handled(NamedTuple):
    """A request and its answer, as they may be logged: what stands in a query or a body is left out.

    Attributes:
        method: HTTP method.
        path: still percent-encoded.
        status: HTTP status, or 0 where the connection was closed without an answer.
        operation: which operation of the spec it was, or empty.
        failure: the provider's name for what went wrong, or empty.
        fault: how the sandbox was told to misbehave, or empty.
        milliseconds: how long it took, with the delay that was asked for.
    """

    method: str
    path: str
    status: int
    operation: str
    failure: str
    fault: str
    milliseconds: float


Log = Callable[[Handled], object]


class Answering(Protocol):
    """What can be served: a `Sandbox`, or whatever else answers."""

    def respond(self, request: Request) -> Response: ...


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket to serve on. Port 0 takes a free one.

    Raises:
        OSError: if the address is not to be had.
    """
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def base_url(listening: socket.socket, *, tls: bool = False) -> str:
    """What clients on this machine take as their `base_url`."""
    host, port = listening.getsockname()[:2]
    if ip_address(host).is_unspecified:
        host = "::1" if ":" in host else "127.0.0.1"
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def serve(
    sandbox: Answering,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    log: Log | None = None,
    certificate: Certificate | None = None,
) -> Iterator[str]:
    """Serve in a thread for as long as the block lasts; by https if there is a certificate (`tls.throw_away`).

    Yields:
        the base URL.
    """
    with listen(host, port) as listening:
        server = _server(sandbox, log, certificate)
        thread = threading.Thread(target=server.run, args=([listening],), name="numberline-sandbox", daemon=True)
        thread.start()
        try:
            yield base_url(listening, tls=certificate is not None)  # those who come early wait in the socket's queue
        finally:
            server.should_exit = True
            thread.join()


def run(
    sandbox: Answering, listening: socket.socket, log: Log | None = None, certificate: Certificate | None = None
) -> None:
    """Serve until the process is told to stop.

    Raises:
        KeyboardInterrupt: after the server has ended, if that was how.
    """
    _server(sandbox, log, certificate).run([listening])


def _server(sandbox: Answering, log: Log | None, certificate: Certificate | None) -> uvicorn.Server:
    def answer(request: Request) -> Response:
        began = time.perf_counter()
        response = sandbox.respond(request)
        if log is not None:
            took = (time.perf_counter() - began + response.delay) * 1000
            path = request.target.partition("?")[0]
            status = 0 if response.ending == "drop" else response.status
            log(Handled(request.method, path, status, response.operation, response.failure, response.fault, took))
        return response

    config = uvicorn.Config(
        asgi(answer),
        http=_Protocol,
        log_config=None,
        access_log=False,
        date_header=False,  # the sandbox has a clock of its own
        ws="none",
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate and certificate.server,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    """Waits for no answer that is late or endless once it is told to end."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for task in self.server_state.tasks:
            task.cancel()
        await super().shutdown(sockets)


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
        try:
            await application(extended, receive, send)
        except asyncio.CancelledError:
            transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass

    return run

"""A sandbox on a port of this machine."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from types import FrameType
from typing import Any, NamedTuple, Protocol, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .adapters import ABORT, Message, Receive, Send, asgi
from .messages import Request, Response
from .tls import Certificate


class Handled(NamedTuple):
    """A request and its response, as they may be logged, without query and body.

    Attributes:
        method: HTTP method.
        path: still percent-encoded.
        status: HTTP status, or 0 where the connection was closed without a response.
        operation: which operation of the spec it was, or empty.
        failure: the provider's name for what went wrong, or empty.
        fault: the fault that was injected, or empty.
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


class Served(Protocol):
    """What can be served: a `Sandbox`, or whatever else responds."""

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
    sandbox: Served,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    log: Log | None = None,
    certificate: Certificate | None = None,
) -> Iterator[str]:
    """Serve in a thread for as long as the block lasts; by https if there is a certificate (`tls.throw_away`). Requests
    for other hosts than this machine and `host` are refused.

    Yields:
        the base URL.
    """
    with listen(host, port) as listening:
        server = _server(sandbox, log, certificate, [host])
        thread = threading.Thread(target=server.run, args=([listening],), name="numberline-sandbox", daemon=True)
        thread.start()
        try:
            yield base_url(listening, tls=certificate is not None)  # those who come early wait in the socket's queue
        finally:
            server.end()
            thread.join()


def run(
    sandbox: Served,
    listening: socket.socket,
    log: Log | None = None,
    certificate: Certificate | None = None,
    hosts: Collection[str] = (),
) -> None:
    """Serve until the process is told to stop. Requests for other hosts than this machine and `hosts` are refused.

    Raises:
        KeyboardInterrupt: after the server has ended, if that was how.
    """
    _server(sandbox, log, certificate, hosts).run([listening])


def _server(sandbox: Served, log: Log | None, certificate: Certificate | None, hosts: Collection[str]) -> "_Server":
    def respond(request: Request) -> Response:
        began = time.perf_counter()
        foreign = _foreign(request, hosts)
        response = Response(403, _PLAIN, f"{foreign}\n".encode()) if foreign else sandbox.respond(request)
        if log is not None:
            took = (time.perf_counter() - began + response.delay) * 1000
            path = request.target.partition("?")[0]
            status = 0 if response.ending == "drop" else response.status
            log(Handled(request.method, path, status, response.operation, response.failure, response.fault, took))
        return response

    config = uvicorn.Config(
        asgi(respond),
        http=_Protocol,
        log_config=None,
        access_log=False,
        date_header=False,  # the sandbox has a clock of its own
        ws="none",
        lifespan="off",
        ssl_certfile=certificate and certificate.server,
    )
    return _Server(config)


_PLAIN = {"content-type": "text/plain"}


def _foreign(request: Request, hosts: Collection[str]) -> str:
    """Return why a request comes from a web page that has no business here, or an empty text.

    A page can reach a port of this machine by a form, an image, or a name of its own that leads here.
    """
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    name = re.sub(r":\d*$", "", host.lower())
    if name not in ("localhost", *map(str.lower, hosts)) and not re.fullmatch(r"[\d.]+|\[[\da-f:.]+\]", name):
        return f"The sandbox does not serve the host {name[:100]!r}; start it with --allow-host to change that."
    if origin is not None and origin != f"{request.scheme}://{host}":
        return f"The sandbox takes no requests from pages of {origin[:100]!r}."
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return "The sandbox takes no requests from pages of other sites."
    return ""


class _Server(uvicorn.Server):
    """Ends when it is told to. uvicorn looks ten times a second, and waits for responses that are late or endless."""

    _loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """Tell it to, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._told.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.end()

    async def main_loop(self) -> None:
        self._told = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        connections, tasks = self.server_state.connections, self.server_state.tasks
        for connection in list(connections):
            connection.shutdown()
        for task in list(tasks):
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                while connections or tasks:
                    await asyncio.sleep(0.001)


class _Protocol(H11Protocol):
    """HTTP whose application can close the connection without a word, which ASGI has no way for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does this only for sockets that were made with the protocol's number. Without it a connection's second
        # response, whose head and body are written apart, is 40 ms late.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        application = self.app

        async def abortable(scope: Message, receive: Receive, send: Send) -> None:
            await application(
                cast("Any", {**scope, "extensions": {ABORT: transport.abort}}), receive, cast("Any", send)
            )

        self.app = cast("Any", abortable)

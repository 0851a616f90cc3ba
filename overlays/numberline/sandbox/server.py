"""A sandbox on a port of this machine."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from . import Sandbox
from .adapters import asgi
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
            what = (inquiry.method, reply.operation or "-", str(reply.status), reply.failure, took)
            log(" ".join(part for part in what if part))
        return reply

    config = uvicorn.Config(asgi(answer), log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1)
    return uvicorn.Server(config)

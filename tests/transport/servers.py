"""Servers on loopback that say anything at all, byte by byte. They know nothing of numberline."""

import contextlib
import functools
import json
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, NamedTuple, Self

import trustme

Handler = Callable[[socket.socket, "Server"], object]
"""Serves one connection, in a thread of its own. It is closed afterwards."""


class Request(NamedTuple):
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


def read_request(connection: socket.socket) -> Request | None:
    """Return the next request of a connection, or None at its end."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = connection.recv(65536)
        if not piece:
            return None
        came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    line, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    return Request(line, headers, body)


def response(body: Any, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Return a response that leaves its connection open.

    Args:
        body: bytes as they are, anything else as JSON.
        status: status and reason.
        headers: whole lines.
        length: what the response says that its length is, if not the truth.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    size = len(content) if length is None else length
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {size}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


class Server:
    """Used with `with`.

    Attributes:
        url: where it listens.
        port: the same, the port alone.
        connections: how many connections came.
        requests: the requests that `answering` read, in the order in which they came.
    """

    def __init__(self, handler: Handler, *, tls: bool = False) -> None:
        self._handler = handler
        self._tls = server_context() if tls else None
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=500)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.connections = 0
        self.requests: list[Request] = []
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: Callable[..., object], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self._handler(connection, self)
        except OSError:
            pass
        finally:
            connection.close()


def answering(*answers: Any) -> Handler:
    """Return a handler that answers the requests of a connection in turn, the last answer for all that follow.

    Args:
        answers: bytes, or what makes them of a request; None says nothing until the client goes.
    """

    def handle(connection: socket.socket, server: Server) -> None:
        for at in range(10**9):
            request = read_request(connection)
            if request is None:
                return
            server.requests.append(request)
            answer = answers[min(at, len(answers) - 1)]
            written: Any = answer(request) if callable(answer) else answer
            if written is None:
                connection.recv(1)
                return
            connection.sendall(written)

    return handle


def dripping(*pieces: bytes, every: float = 0.1, total: float = 4.0) -> Handler:
    """Return a handler that sends the first piece, and then the others again and again, one at a time."""

    def handle(connection: socket.socket, server: Server) -> None:
        request = read_request(connection)
        if request is None:
            return
        server.requests.append(request)
        connection.sendall(pieces[0])
        ends = time.monotonic() + total
        while time.monotonic() < ends:
            for piece in pieces[1:]:
                connection.sendall(piece)
                time.sleep(every)

    return handle


def resetting(connection: socket.socket) -> None:
    """Close a connection with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


@functools.cache
def authority() -> trustme.CA:
    return trustme.CA()


@functools.cache
def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@contextlib.contextmanager
def trusted(monkeypatch: Any) -> Iterator[str]:
    """Let certificates of these servers be trusted by whoever goes by SSL_CERT_FILE, whose path this yields."""
    with authority().cert_pem.tempfile() as path:
        monkeypatch.setenv("SSL_CERT_FILE", path)
        yield path


def tunnelling(connection: socket.socket, server: Server) -> None:
    """Serve one CONNECT of an HTTP proxy, and pass on what comes both ways until one of them closes."""
    request = read_request(connection)
    if request is None:
        return
    server.requests.append(request)
    host, _, port = request.target.rpartition(":")
    target = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    _pass_on(connection, target)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    towards = {one: other, other: one}
    with contextlib.suppress(OSError), other:
        while ready := select.select([one, other], [], [], 10)[0]:
            for source in ready:
                data = source.recv(65536)
                while isinstance(source, ssl.SSLSocket) and source.pending():
                    data += source.recv(65536)
                if not data:
                    return
                towards[source].sendall(data)


def chunked(pieces: Iterable[bytes]) -> bytes:
    """Return a whole chunked response."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"

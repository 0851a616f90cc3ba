"""A server on loopback that answers with any bytes at all, told what came."""

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Answers = Callable[[str], bytes | None]
"""From a request as text to the bytes of its answer, or None to say nothing until the client goes."""


def reply(status: str, body: bytes | str = b"", *headers: str) -> bytes:
    """An HTTP answer that closes its connection."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(content)}", "connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + content


class Line:
    """Used with `with`. Each connection carries one request.

    Attributes:
        url: where it listens.
        answers: what it answers with; may be set anew.
        arrived: set with each request that came.
    """

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.arrived = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                came = self._read(connection)
                self.arrived.set()
                answer = self.answers(came)
                if answer is None:
                    connection.recv(1)
                else:
                    connection.sendall(answer)
            except OSError:
                return

    @staticmethod
    def _read(connection: socket.socket) -> str:
        came = b""
        while b"\r\n\r\n" not in came:
            came += connection.recv(65536)
        head, _, body = came.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        return (head + b"\r\n" + body).decode("latin-1")

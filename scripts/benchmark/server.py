"""A fast server on loopback, in a process of its own, for all providers' forms at once.

It listens for HTTP and, since some clients insist on it, for TLS, and prints both ports. A response is made once and
kept, so that serving it again costs next to nothing. `PUT /set?total=..&latency=..` says how many numbers there are,
and how many seconds every response is held back.
"""

import asyncio
import json
import socket
import ssl
import sys
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from .records import FORMS, Page, envelope

KEPT = 256 * 2**20
"""Bytes of responses that are kept."""

SEGMENT = 8192
"""Loopback's own 64 KiB make readers that are slow wait 40 ms for a delayed acknowledgement."""


class Responses:
    """Every response, by the first line and the body of its request."""

    def __init__(self) -> None:
        self.total = 1
        self.latency = 0.0
        self._made: dict[bytes, bytes] = {}
        self._size = 0

    def __call__(self, line: bytes, body: bytes) -> bytes:
        response = self._made.get(line + body)
        if response is None:
            response = self._written(line.decode(), body.decode())
            if self._size < KEPT:
                self._made[line + body] = response
                self._size += len(response)
        return response

    def _written(self, line: str, body: str) -> bytes:
        method, target, _ = line.split(" ")
        parts = urlsplit(target)
        given = {name: values[0] for name, values in parse_qs(f"{parts.query}&{body}").items()}
        if method == "PUT":
            self.total, self.latency = int(given["total"]), float(given["latency"])
            self._made.clear()
            self._size = 0
            content = b"{}"
        else:
            content = self._content(method, parts.path, given)
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        return head.encode() + content

    def _content(self, method: str, path: str, given: dict[str, str]) -> bytes:
        def page(size: str, number: str, first: int) -> Page:
            count = int(given.get(size, 20))
            return Page((int(given.get(number, first)) - first) * count, count, self.total)

        if "platform_api" in path:
            form = "voximplant"
            asked = Page(int(given.get("offset", 0)), int(given.get("count", 20)), self.total)
        elif "IncomingPhoneNumbers" in path:
            form, asked = "twilio", page("PageSize", "Page", 0)
        elif path.endswith("/phone_numbers"):
            form, asked = "telnyx", page("page[size]", "page[number]", 1)
        elif path.endswith("/account/numbers"):
            form, asked = "vonage", page("size", "index", 1)
        elif "/calls/" in path:
            form, asked = "infobip-calls", page("size", "page", 0)
        elif "/v2/accounts/" in path:
            form, asked = "apifonica", Page(int(given.get("next", 0)), int(given.get("limit", 20)), self.total)
        elif path.endswith("/numbers") and method == "GET":
            form, asked = "infobip", page("limit", "page", 0)
        else:
            bought = {**FORMS["infobip"].record}
            del bought["reservationStatus"]  # of purchases that are not complete
            return json.dumps(bought).encode()
        rest = envelope(form, asked)
        if asked.end < asked.total:
            if form == "apifonica":
                rest["next"] = f"{path}?limit={asked.size}&next={asked.end}"
            elif form == "twilio":
                rest["next_page_uri"] = f"{path}?PageSize={asked.size}&Page={rest['page'] + 1}"
        return FORMS[form].body(asked, rest)


class Exchange(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, responses: Responses) -> None:
        self._responses = responses
        self._came = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head = self._came[:end].lower()
            at = head.find(b"\r\ncontent-length:")
            length = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._came) < end + 4 + length:
                return
            line = self._came[: self._came.index(b"\r\n")]
            body = self._came[end + 4 : end + 4 + length]
            self._came = self._came[end + 4 + length :]
            response = self._responses(line, body)
            if self._responses.latency:
                asyncio.get_running_loop().call_later(self._responses.latency, self._transport.write, response)
            else:
                self._transport.write(response)


async def serve(certificate: str) -> None:
    responses = Responses()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    ports: list[int] = []
    servers: list[Any] = []
    for context in (None, tls):
        listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        if sys.platform == "linux":
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
        loop = asyncio.get_running_loop()
        servers.append(await loop.create_server(lambda: Exchange(responses), sock=listening, ssl=context))
        ports.append(listening.getsockname()[1])
    print(*ports, flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))

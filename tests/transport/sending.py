"""One request sent as calls send theirs, without the call around it."""

import asyncio
from typing import Any

import httpx

from numberline._runtime.responses import RawResponse
from numberline._runtime.transport import Connection, Send, TransportFailure, send, send_async

Outcome = RawResponse | TransportFailure


def sent(
    url: str,
    http_client: Any = None,
    *,
    is_async: bool = False,
    fresh: bool = False,
    timeout: float = 5,
    connection: Connection | None = None,
    content: bytes = b"{}",
) -> tuple[Send, Outcome]:
    """Send a request, and return it with what came of it. A client that was given is closed."""
    to = connection or Connection(url, http_client)
    what = Send.of("POST", to.url("/", "/"), headers=to.headers, content=content, timeout=timeout, fresh=fresh)
    if not is_async:
        try:
            return what, send(to, what)
        finally:
            if connection is None and (ours := to.close()) is not None:
                ours.close()
            if isinstance(http_client, httpx.Client):
                http_client.close()

    async def run() -> Outcome:
        try:
            return await send_async(to, what)
        finally:
            if connection is None and (ours := to.close()) is not None:
                await ours.aclose()
            if isinstance(http_client, httpx.AsyncClient):
                await http_client.aclose()

    return what, asyncio.run(run())

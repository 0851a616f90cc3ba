"""One request without the call around it, and clients on their own connections, sync and async, in the same words."""

import asyncio
from typing import Any

import httpx

from numberline import AsyncInfobip
from numberline._runtime.transport import Connection, RawResponse, Send, TransportFailure, send
from numberline._runtime.transport.asynchronous import send_async
from numberline.errors import NumberlineError

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
    what = Send.of("POST", to.url("/"), headers=to.headers, content=content, timeout=timeout, fresh=fresh)
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


NUMBER = {"numberKey": "key", "number": "447700900123"}


def pool_of(client: Any) -> Any:
    """Return the pool of a client that has made a call."""
    (transport,) = client._context.connection._ours.values()
    return transport._pool


class Caller:
    """One client of either kind. The calls of an async one share an event loop."""

    def __init__(self, kind: Any, url: str, **settings: Any) -> None:
        self.is_async = kind is AsyncInfobip
        self._runner = asyncio.Runner() if self.is_async else None
        self._is_closed = False
        self.client: Any = kind(api_key="a-key", base_url=url, **{"retries": 0, "timeout": 5, **settings})

    def run(self, of: Any) -> Any:
        return self._runner.run(of) if self._runner is not None else of

    def read(self, key: str = "key", **options: Any) -> str:
        """Return the key of the number that a read of this key returns."""
        client = self.client.options(**options) if options else self.client
        return str(self.run(client.get_purchased_number(number_key=key)).number_key)

    def buy(self, key: str = "key") -> str:
        """Return the key of the number that a purchase of this key returns."""
        return str(self.run(self.client.purchase_number(number_key=key)).number_key)

    def outcome(self, call: Any, *args: Any, **options: Any) -> Any:
        """Return what a call returns, or the error that it raises."""
        try:
            return call(*args, **options)
        except NumberlineError as error:
            return error

    def close(self) -> None:
        if self._runner is None:
            self.client.close()
        elif not self._is_closed:
            self._runner.run(self.client.aclose())
            self._runner.close()
        self._is_closed = True

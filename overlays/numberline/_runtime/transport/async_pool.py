"""Connections of our own, as in `pool`, with `await`."""

import ssl
import time
from collections.abc import AsyncIterator
from typing import Any, cast

import anyio
import anyio.lowlevel
import httpcore
import httpx

from . import Attempt
from .pool import MAX_CONNECTIONS, Channel, Pool, Route, Stale, Watched, look_up, turns
from .tls import READ_SIZE, AsyncTlsStream, Tls

_NETWORK = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
"""Serves asyncio and trio."""


class AsyncStream(Watched, httpcore.AsyncNetworkStream):
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = self.channel.attempt.seconds_left(httpcore.ReadTimeout)
        return self.after_read(await self.inner.read(READ_SIZE, seconds))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            await self.inner.write(buffer, self.before_write(buffer))

    async def aclose(self) -> None:
        await self.inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Any:
        channel = self.channel
        channel.inner_tls = AsyncTlsStream(channel.attempt, self.inner, Tls(ssl_context, server_hostname))
        await channel.inner_tls.handshake()
        return AsyncStream(channel, channel.inner_tls)


class AsyncChannel(Channel, httpcore.AsyncNetworkBackend):
    def __init__(self, route: Route) -> None:
        super().__init__(route)
        kinds = httpcore.AsyncConnectionPool, httpcore.AsyncHTTPProxy, httpcore.AsyncSOCKSProxy
        self.connection = route.connection(self, *kinds)

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        ends = time.monotonic() + self.seconds_to_connect()
        found, pause = look_up(host, port), 0.0005
        while found.empty():
            if time.monotonic() > ends:
                raise httpcore.ConnectTimeout("looking up the host took too long")
            await anyio.sleep(pause)
            pause = min(2 * pause, 0.02)
        for address, seconds, is_last in turns(found.get(), ends):
            try:
                self.stream = await _NETWORK.connect_tcp(address, port, seconds)
                break
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if is_last:
                    raise
        return AsyncStream(self, self.stream)

    async def aclose(self) -> None:
        if self.stream is not None:
            with anyio.CancelScope(shield=True):
                await self.stream.aclose()  # it is closed before this waits, so that no second cancel can keep it open


class AsyncPool(Pool):
    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.slots = anyio.Semaphore(MAX_CONNECTIONS)
        self._loop = anyio.lowlevel.current_token()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        attempt: Attempt = request.extensions["numberline"]
        attempt.observed = True
        route, channel = self.route(), None
        await self._take_slot(attempt)
        try:
            while True:
                channel = await self._channel(route, attempt)
                try:
                    response: httpcore.Response = await channel.connection.handle_async_request(request)
                    break
                except (Stale, httpcore.ConnectionNotAvailable):
                    if not attempt.reused:
                        raise httpcore.ConnectError("the server closed or spoke before it was asked") from None
                    await channel.aclose()
            channel.began(response)
        except BaseException:
            self.slots.release()
            if channel is not None:
                await channel.aclose()
            raise
        response.stream = AsyncBody(self, channel, response.stream)
        return response

    async def _take_slot(self, attempt: Attempt) -> None:
        try:
            self.slots.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(attempt.seconds_left(httpcore.PoolTimeout)):
                await self.slots.acquire()
                return
            raise httpcore.PoolTimeout("all connections are in use") from None

    async def _channel(self, route: Route, attempt: Attempt) -> AsyncChannel:
        attempt.reused, channel = False, None
        for idle, is_usable in self.take(attempt):
            if is_usable:
                channel = idle
                break
            await idle.aclose()
        channel = channel or AsyncChannel(route)
        channel.serve(attempt)
        return channel

    async def release(self, channel: AsyncChannel) -> None:
        try:
            for each in self.give_back(channel):
                await each.aclose()
        finally:
            self.slots.release()

    async def aclose(self) -> None:
        is_here = self._loop == anyio.lowlevel.current_token()
        for each in self.all_idle():
            if is_here:  # another loop's are its own, and may be gone with it
                await each.aclose()


class AsyncBody:
    """A response's body. Closing it gives its connection back."""

    def __init__(self, pool: AsyncPool, channel: AsyncChannel, stream: Any) -> None:
        self._pool: AsyncPool | None = pool
        self._channel, self._stream = channel, stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                await self._stream.aclose()
            finally:
                await pool.release(self._channel)


class Transport(httpx.AsyncHTTPTransport):
    """httpx's transport on a pool of ours, for the event loop that it is made in."""

    def __init__(self, base_url: str) -> None:
        self._pool: Any = AsyncPool(base_url)

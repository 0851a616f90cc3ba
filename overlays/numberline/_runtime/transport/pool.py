"""Connections of our own: httpcore's, without its pool. This is the half that waits by blocking.

httpcore's pool loses slots when calls are cancelled, waits for ever after a Ctrl-C, survives no fork and hands out
responses that were there before the request. Here a connection is either in use, and then only its call knows it, or
idle in a plain list. Each is the only network backend of its own httpcore connection, so that whatever it reads and
writes is timed by, and noted on, the attempt that it serves.
"""

import os
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.request import getproxies

import httpcore
import httpx

from . import CONNECT_TIMEOUT, Attempt

MAX_CONNECTIONS = 100
MAX_IDLE = 20
IDLE_SECONDS = 5.0
FIRST_ADDRESS_SECONDS = 1.0
"""Seconds for each address of a host but the last, which gets the time that is left."""

_WRITE_SIZE = 2**14
"""Little enough that a peer that takes it byte by byte does not stretch the time limit."""


class Stale(Exception):
    """Something was waiting on a connection before the request was written. Nothing was written."""


class Route(NamedTuple):
    """How an origin is reached."""

    origin: httpcore.Origin
    ssl_context: ssl.SSLContext | None
    proxy: httpx.Proxy | None

    @staticmethod
    def to(base_url: str) -> "Route":
        """Return the route that the environment has.

        Raises:
            Refused: if its proxy or its certificates can't be used.
        """
        url, proxy = httpx.URL(base_url), None
        port = url.port or (443 if url.scheme == "https" else 80)
        if proxies := getproxies():
            from .proxies import environment_proxy

            proxy = environment_proxy(url, port, proxies)
        context = None
        if url.scheme == "https" or (proxy is not None and proxy.url.scheme == "https"):
            from .certificates import tls_context

            context = tls_context()
        return Route(httpcore.Origin(url.raw_scheme, url.raw_host, port), context, proxy)

    def connection(self, backend: Any, direct: Any, http: Any, socks: Any) -> Any:
        """Return a connection, not yet open, made by one of httpcore's pools: for no proxy, for HTTP or for SOCKS."""
        how = {"ssl_context": self.ssl_context, "network_backend": backend}
        if self.proxy is None:
            return direct(**how).create_connection(self.origin)
        from .proxies import arguments

        kind = socks if self.proxy.url.scheme.startswith("socks") else http
        return kind(**how, **arguments(self.proxy, self.ssl_context)).create_connection(self.origin)


def look_up(host: str, port: int) -> "queue.SimpleQueue[list[str] | Exception]":
    """Return where a host's addresses will be found. A thread looks them up: the look-up itself has no time limit."""
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(each[4][0]) for each in addresses)))
        except Exception as error:
            found.put(error)

    threading.Thread(target=run, daemon=True).start()
    return found


def turns(found: list[str] | Exception, ends: float) -> Iterator[tuple[str, float, bool]]:
    """Yield each address with the seconds it may take, and whether it is the last.

    Raises:
        httpcore.ConnectError: if the host was not found.
        httpcore.ConnectTimeout: if the time is over.
    """
    if isinstance(found, Exception):
        raise httpcore.ConnectError(str(found))
    for left, address in zip(range(len(found), 0, -1), found, strict=True):
        seconds = ends - time.monotonic()
        if seconds <= 0:
            raise httpcore.ConnectTimeout("no address of the host took the connection in time")
        yield address, seconds if left == 1 else min(seconds / left, FIRST_ADDRESS_SECONDS), left == 1


class Watched:
    """What a stream looks at before it writes and after it reads."""

    def __init__(self, channel: "Channel", inner: Any) -> None:
        self.channel, self.inner = channel, inner

    def before_write(self, data: bytes) -> float:
        """Note that the request is being written, and return the seconds left.

        Raises:
            Stale: if there is something to read already.
        """
        attempt = self.channel.attempt
        if not attempt.wrote and not self.channel.is_for_proxy(data):
            if self._has_input(reused=attempt.reused):
                raise Stale
            attempt.wrote = True
            self.channel.received = 0
        return attempt.seconds_left(httpcore.WriteTimeout)

    def after_read(self, data: bytes) -> bytes:
        """Note what was read: enough to tell whether a response's end was the end of what was read."""
        channel, attempt = self.channel, self.channel.attempt
        if attempt.wrote and data:
            if not attempt.heard:
                attempt.heard = True
                channel.head = data.find(b"\r\n\r\n") + 4
            channel.received += len(data)
            channel.tail = (channel.tail + data[-4:])[-4:]
        return data

    def _has_input(self, *, reused: bool) -> bool:
        tls = getattr(self.inner, "tls", None)
        if tls is not None and tls.has_input(reused=reused):
            return True
        if isinstance(self, httpcore.AsyncNetworkStream) or tls is not None:
            # After a handshake, TLS's own tickets may be waiting.
            return (reused or tls is None) and bool(self.get_extra_info("is_readable"))
        connected: socket.socket = self.get_extra_info("socket")
        connected.settimeout(0)
        with suppress(OSError):
            try:
                connected.recv(1)
            except (BlockingIOError, ssl.SSLWantReadError):
                return False
        return True

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class Stream(Watched, httpcore.NetworkStream):
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.after_read(self.inner.read(max_bytes, self.channel.attempt.seconds_left(httpcore.ReadTimeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for begin in range(0, len(buffer), _WRITE_SIZE):
            self.inner.write(buffer[begin : begin + _WRITE_SIZE], self.before_write(buffer))

    def close(self) -> None:
        self.inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: Any = None) -> Any:
        channel = self.channel
        if self.inner.get_extra_info("ssl_object") is None:
            channel.stream = self.inner.start_tls(ssl_context, server_hostname, channel.seconds_to_connect())
            return Stream(channel, channel.stream)
        from .tls import Tls, TlsStream

        channel.inner_tls = TlsStream(channel.attempt, self.inner, Tls(ssl_context, server_hostname))
        return Stream(channel, channel.inner_tls)


class Channel:
    """A connection, and the only backend that it uses. What is here is the same sync and async."""

    connection: Any
    attempt: Attempt
    stream: Any = None
    inner_tls: Any = None
    idle_until = 0.0
    received = head = 0
    tail = b""
    length: int | None = None

    def __init__(self, route: Route) -> None:
        self.is_socks = route.proxy is not None and route.proxy.url.scheme.startswith("socks")

    def serve(self, attempt: Attempt) -> None:
        self.attempt = attempt
        if self.inner_tls is not None:
            self.inner_tls.attempt = attempt

    def seconds_to_connect(self) -> float:
        return min(self.attempt.seconds_left(httpcore.ConnectTimeout), CONNECT_TIMEOUT)

    def is_for_proxy(self, data: bytes) -> bool:
        return data.startswith(b"CONNECT ") or (self.is_socks and data[:1] in (b"\x05", b"\x01"))

    def began(self, response: httpcore.Response) -> None:
        """Look at the head of a response.

        Raises:
            httpcore.RemoteProtocolError: if nothing was read for it: it was there before the request.
        """
        if not self.attempt.heard:
            raise httpcore.RemoteProtocolError("a response was there before the request")
        headers = {name.lower(): value for name, value in response.headers}
        length = b"" if b"transfer-encoding" in headers else headers.get(b"content-length", b"")
        self.length = int(length) if length.isdigit() else None

    def may_be_kept(self) -> bool:
        """Return whether the connection is good for another request: its response ended where what was read ended.

        Where no length tells, both end in an empty line; what could be left over is then a whole head, which the next
        request would get without reading, and refuse.
        """
        ended = self.tail == b"\r\n\r\n" if self.length is None else self.received == self.head + self.length
        return ended and not self.attempt.fresh and bool(self.connection.is_available())


class SyncChannel(Channel, httpcore.NetworkBackend):
    def __init__(self, route: Route) -> None:
        super().__init__(route)
        self.connection = route.connection(self, httpcore.ConnectionPool, httpcore.HTTPProxy, httpcore.SOCKSProxy)

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:
        ends = time.monotonic() + self.seconds_to_connect()
        try:
            found = look_up(host, port).get(timeout=self.seconds_to_connect())
        except queue.Empty:
            raise httpcore.ConnectTimeout("looking up the host took too long") from None
        for address, seconds, is_last in turns(found, ends):
            try:
                self.stream = httpcore.SyncBackend().connect_tcp(address, port, seconds)
                break
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if is_last:
                    raise
        return Stream(self, self.stream)

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()


class Pool:
    """The idle connections to an origin. What is here is the same sync and async.

    `list.append` and `list.pop` are atomic: there is no lock that an interruption or a fork could leave taken.
    """

    def __init__(self, base_url: str) -> None:
        self.idle: list[Any] = []
        self._base_url = base_url
        self._route: Route | None = None
        self._is_closed = False
        self._pid = os.getpid()

    def route(self) -> Route:
        if self._route is None:
            self._route = Route.to(self._base_url)
        return self._route

    def take(self, attempt: Attempt) -> Iterator[tuple[Any, bool]]:
        """Yield idle connections, and whether each may still be used."""
        while not attempt.fresh:
            try:
                channel = self.idle.pop()
            except IndexError:
                return
            attempt.reused = time.monotonic() < channel.idle_until and bool(channel.connection.is_available())
            yield channel, attempt.reused

    def give_back(self, channel: Any) -> Iterator[Any]:
        """Keep a connection if it can be used again, and yield those that are not to be kept."""
        is_full = self._is_closed or len(self.idle) >= MAX_IDLE or self._pid != os.getpid()
        if is_full or not channel.may_be_kept():
            yield channel
        else:
            channel.idle_until = time.monotonic() + IDLE_SECONDS
            self.idle.append(channel)
        with suppress(IndexError):  # another thread may be quicker
            while self.idle[0].idle_until < time.monotonic():
                yield self.idle.pop(0)

    def all_idle(self) -> Iterator[Any]:
        """Yield all idle connections, of which there are no more afterwards."""
        self._is_closed = True
        with suppress(IndexError):
            while True:
                yield self.idle.pop()


class SyncPool(Pool):
    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.slots: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(MAX_CONNECTIONS):
            self.slots.put(None)

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        attempt: Attempt = request.extensions["numberline"]
        attempt.observed = True
        route, channel = self.route(), None
        try:
            self.slots.get(timeout=attempt.seconds_left(httpcore.PoolTimeout))
        except queue.Empty:
            raise httpcore.PoolTimeout("all connections are in use") from None
        try:
            while True:
                channel = self._channel(route, attempt)
                try:
                    response: httpcore.Response = channel.connection.handle_request(request)
                    break
                except (Stale, httpcore.ConnectionNotAvailable):
                    if not attempt.reused:
                        raise httpcore.ConnectError("the server closed or spoke before it was asked") from None
                    channel.close()
            channel.began(response)
        except BaseException:
            self.slots.put(None)
            if channel is not None:
                channel.close()
            raise
        response.stream = Body(self, channel, response.stream)
        return response

    def _channel(self, route: Route, attempt: Attempt) -> SyncChannel:
        attempt.reused, channel = False, None
        for idle, is_usable in self.take(attempt):
            if is_usable:
                channel = idle
                break
            idle.close()
        channel = channel or SyncChannel(route)
        channel.serve(attempt)
        return channel

    def release(self, channel: SyncChannel) -> None:
        try:
            for each in self.give_back(channel):
                each.close()
        finally:
            self.slots.put(None)

    def close(self) -> None:
        for each in self.all_idle():
            each.close()


class Body:
    """A response's body. Closing it gives its connection back."""

    def __init__(self, pool: SyncPool, channel: SyncChannel, stream: Any) -> None:
        self._pool: SyncPool | None = pool
        self._channel, self._stream = channel, stream

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                self._stream.close()
            finally:
                pool.release(self._channel)


class Transport(httpx.HTTPTransport):
    """httpx's transport, so that what records or replaces its requests does so with ours, on a pool of ours."""

    def __init__(self, base_url: str) -> None:
        self._pool: Any = SyncPool(base_url)

"""Connections of our own: httpcore's, without its pool.

httpcore's pool loses slots when calls are cancelled, waits for ever after a Ctrl-C, survives no fork and hands out
responses that were there before the request. Here a connection is either in use, and then only its call knows it, or
idle in a plain list. Each is the only network backend of its own httpcore connection, so that whatever it reads and
writes is timed by, and noted on, the attempt that it serves.
"""

import ipaddress
import os
import queue
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies

import anyio
import anyio.lowlevel
import httpcore
import httpx

from ..errors import InvalidArgument
from .redaction import quoted_error
from .transport import ATTEMPT, CONNECT_TIMEOUT, Attempt, Refused

MAX_CONNECTIONS = 100
MAX_IDLE = 20
IDLE_SECONDS = 5.0
FIRST_ADDRESS_SECONDS = 1.0
"""Seconds for each address of a host but the last, which gets the time that is left."""

_READ_SIZE = 2**20
"""More than an event loop reads at once, so that nothing is left where it can't be seen."""

_WRITE_SIZE = 2**14
"""Little enough that a peer that takes it byte by byte does not stretch the time limit."""


class Stale(Exception):
    """Something was waiting on a connection before the request was written. Nothing was written."""


# Where to


class Route(NamedTuple):
    """How an origin is reached."""

    origin: httpcore.Origin
    ssl_context: ssl.SSLContext | None
    proxy: httpx.Proxy | None

    @staticmethod
    def to(base_url: str) -> "Route":
        """Return the route, as the environment has it.

        Raises:
            Refused: if its proxy or its certificates can't be used.
        """
        url = httpx.URL(base_url)
        proxy = _environment_proxy(url)
        needs_tls = url.scheme == "https" or (proxy is not None and proxy.url.scheme == "https")
        port = url.port or (443 if url.scheme == "https" else 80)
        return Route(httpcore.Origin(url.raw_scheme, url.raw_host, port), _ssl_context() if needs_tls else None, proxy)

    def connection(self, backend: Any, direct: Any, http: Any, socks: Any) -> Any:
        """Return a connection, not yet open.

        Args:
            backend: what it reads from and writes to.
            direct: httpcore's pool for no proxy.
            http: the one for HTTP proxies.
            socks: the one for SOCKS proxies.
        """
        how: dict[str, Any] = {"ssl_context": self.ssl_context, "network_backend": backend}
        if self.proxy is None:
            return direct(**how).create_connection(self.origin)
        url = self.proxy.url
        how |= {
            "proxy_url": httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            "proxy_auth": self.proxy.raw_auth,
        }
        if self.is_socks:
            return socks(**how).create_connection(self.origin)
        how["proxy_ssl_context"] = self.ssl_context if url.scheme == "https" else None
        return http(**how).create_connection(self.origin)

    @property
    def is_socks(self) -> bool:
        return self.proxy is not None and self.proxy.url.scheme.startswith("socks")


def _ssl_context() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl's errors are some
        why = quoted_error(error)
    names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
    raise Refused(InvalidArgument(f"the certificates of {' or '.join(names) or 'certifi'} can't be read ({why})"))


def _environment_proxy(url: httpx.URL) -> httpx.Proxy | None:
    """Return the proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY have for an address."""
    proxies = getproxies()
    name = next((name for name in (url.scheme, "all") if proxies.get(name)), None)
    if name is None or any(_covers(entry.strip().lower(), url) for entry in proxies.get("no", "").split(",")):
        return None
    given = proxies[name]
    proxy = None
    try:
        proxy = httpx.Proxy(given if "://" in given else f"http://{given}")
        usable = bool(proxy.url.host)
    except (httpx.InvalidURL, ValueError):  # their texts may quote a password
        usable = False
    if proxy is None or not usable:
        raise Refused(
            InvalidArgument(
                f"the proxy in {name.upper()}_PROXY can't be used: it has to be http://, https://, socks5:// or "
                "socks5h:// with a host and a port"
            )
        )
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise Refused(InvalidArgument(f"the proxy in {name.upper()}_PROXY needs a package: pip install 'httpx[socks]'"))
    return proxy


def _covers(entry: str, url: httpx.URL) -> bool:
    """Return whether an entry of NO_PROXY is about an address."""
    scheme, separator, rest = entry.rpartition("://")
    if separator and scheme not in ("all", url.scheme):
        return False
    if entry == "*":
        return True
    host = url.host
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(rest.replace("[", "").replace("]", ""), strict=False)
    except ValueError:  # one of them is a name
        parts = urlsplit(f"//{rest}")
        name = (parts.hostname or "").removeprefix("*")
    try:
        if parts.port not in (None, url.port or (443 if url.scheme == "https" else 80)):
            return False
    except ValueError:
        return False
    return bool(name) and (host == name or (name != "localhost" and host.endswith(f".{name.removeprefix('.')}")))


class _Lookup:
    """A host's addresses, looked up by a thread: the look-up itself knows no limit of time."""

    def __init__(self, host: str, port: int) -> None:
        self.found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()
        try:
            ipaddress.ip_address(host)
        except ValueError:
            threading.Thread(target=self._run, args=(host, port), daemon=True).start()
        else:
            self.found.put([host])

    def _run(self, host: str, port: int) -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            self.found.put(list(dict.fromkeys(str(each[4][0]) for each in found)))
        except Exception as error:
            self.found.put(error)

    @staticmethod
    def addresses(found: list[str] | Exception) -> list[str]:
        if isinstance(found, Exception):
            raise httpcore.ConnectError(str(found))
        return found


def _turns(addresses: list[str], ends: float) -> Iterator[tuple[str, float, bool]]:
    """Yield each address with the seconds it may take, and whether it is the last."""
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        seconds = ends - time.monotonic()
        if seconds <= 0:
            raise httpcore.ConnectTimeout("no address of the host took the connection in time")
        yield address, seconds if left == 1 else min(seconds / left, FIRST_ADDRESS_SECONDS), left == 1


# Streams


class _Tls:
    """TLS in memory, for streams that do their own reading and writing."""

    def __init__(self, context: ssl.SSLContext, hostname: str | None) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self.incoming, self.outgoing, server_hostname=hostname)

    def step(self, call: Any, *args: Any) -> tuple[Any, bool]:
        """Return the call's result, and whether there is one: if not, it wants to read first."""
        try:
            return call(*args), True
        except ssl.SSLWantReadError:
            return b"", False
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            if call == self.object.read:
                return b"", True  # the end, as httpcore has it
            raise

    def feed(self, data: bytes) -> None:
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()

    def has_data(self) -> bool:
        """Return whether there is data or the end; the connection is of no use then."""
        return self.step(self.object.read, 1)[1]


class _TlsStream(httpcore.NetworkStream):
    """TLS inside a TLS proxy's. httpcore's own times each read of a handshake by itself."""

    def __init__(self, channel: "_Channel", outer: httpcore.NetworkStream, tls: _Tls) -> None:
        self._channel, self._outer, self.tls = channel, outer, tls

    def run(self, call: Any, *args: Any) -> Any:
        while True:
            result, done = self.tls.step(call, *args)
            if data := self.tls.outgoing.read():
                self._outer.write(data, self._channel.seconds_left(httpcore.WriteTimeout))
            if done:
                return result
            self.tls.feed(self._outer.read(_READ_SIZE, self._channel.seconds_left(httpcore.ReadTimeout)))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(self.run(self.tls.object.read, max_bytes))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            buffer = buffer[self.run(self.tls.object.write, buffer) :]

    def close(self) -> None:
        self._outer.close()

    def get_extra_info(self, info: str) -> Any:
        return self.tls.object if info == "ssl_object" else self._outer.get_extra_info(info)


class _AsyncTlsStream(httpcore.AsyncNetworkStream):
    """TLS with `await`. Unlike in anyio's, nothing waits in it unseen."""

    def __init__(self, channel: "_Channel", outer: httpcore.AsyncNetworkStream, tls: _Tls) -> None:
        self._channel, self._outer, self.tls = channel, outer, tls

    async def run(self, call: Any, *args: Any) -> Any:
        while True:
            result, done = self.tls.step(call, *args)
            if data := self.tls.outgoing.read():
                await self._outer.write(data, self._channel.seconds_left(httpcore.WriteTimeout))
            if done:
                return result
            self.tls.feed(await self._outer.read(_READ_SIZE, self._channel.seconds_left(httpcore.ReadTimeout)))

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(await self.run(self.tls.object.read, max_bytes))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            buffer = buffer[await self.run(self.tls.object.write, buffer) :]

    async def aclose(self) -> None:
        await self._outer.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self.tls.object if info == "ssl_object" else self._outer.get_extra_info(info)


class _Watched:
    """What a stream looks at before it writes and after it reads."""

    def __init__(self, channel: "_Channel", inner: Any) -> None:
        self._channel, self._inner = channel, inner

    def before_write(self, data: bytes) -> float:
        """Note that the request is being written, and return the seconds left.

        Raises:
            Stale: if there is something to read already.
        """
        attempt = self._channel.attempt
        if not attempt.wrote and not self._channel.is_for_proxy(data):
            if self._has_input():
                raise Stale
            attempt.wrote = True
            self._channel.received = self._channel.head = 0
        return attempt.seconds_left(httpcore.WriteTimeout)

    def after_read(self, data: bytes) -> bytes:
        """Note what was read: enough to tell whether a response's end was the end of what was read."""
        channel, attempt = self._channel, self._channel.attempt
        if attempt.wrote and data:
            if not attempt.heard:
                attempt.heard = True
                channel.head = data.find(b"\r\n\r\n") + 4
            channel.received += len(data)
            channel.tail = (channel.tail + data)[-4:] if len(data) < 4 else data[-4:]
        return data

    def _has_input(self) -> bool:
        tls: _Tls | None = getattr(self._inner, "tls", None)
        if tls is not None and not self._channel.attempt.reused:
            return tls.has_data()  # but for data, there may be tickets that follow a handshake
        if tls is not None:
            return tls.has_data() or tls.incoming.pending > 0 or bool(self.get_extra_info("is_readable"))
        if isinstance(self, httpcore.AsyncNetworkStream):
            return bool(self.get_extra_info("is_readable"))
        return _has_input(self.get_extra_info("socket"))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _has_input(connected: socket.socket) -> bool:
    """Return whether a socket, of TLS or not, has data or its end. The connection is of no use then."""
    connected.settimeout(0)
    try:
        connected.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        pass
    return True


class _Stream(_Watched, httpcore.NetworkStream):
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.after_read(self._inner.read(max_bytes, self._channel.seconds_left(httpcore.ReadTimeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for begin in range(0, len(buffer), _WRITE_SIZE):
            self._inner.write(buffer[begin : begin + _WRITE_SIZE], self.before_write(buffer))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_Stream":
        if self._inner.get_extra_info("ssl_object") is None:
            self._channel.stream = self._inner.start_tls(ssl_context, server_hostname, self._channel.to_connect())
            return _Stream(self._channel, self._channel.stream)
        with _connecting():
            inner = _TlsStream(self._channel, self._inner, _Tls(ssl_context, server_hostname))
            inner.run(inner.tls.object.do_handshake)
        return _Stream(self._channel, inner)


class _AsyncStream(_Watched, httpcore.AsyncNetworkStream):
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.after_read(await self._inner.read(_READ_SIZE, self._channel.seconds_left(httpcore.ReadTimeout)))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            await self._inner.write(buffer, self.before_write(buffer))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_AsyncStream":
        with _connecting():
            inner = _AsyncTlsStream(self._channel, self._inner, _Tls(ssl_context, server_hostname))
            await inner.run(inner.tls.object.do_handshake)
        return _AsyncStream(self._channel, inner)


@contextmanager
def _connecting() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpcore.ConnectTimeout(str(error)) from None
    except (OSError, httpcore.NetworkError) as error:
        raise httpcore.ConnectError(str(error)) from None


# Connections


class _Channel:
    """A connection, and the only backend that it uses."""

    connection: Any

    def __init__(self, is_socks: bool) -> None:
        self.attempt: Attempt
        self.stream: Any = None
        self.idle_until = 0.0
        self.received = self.head = 0
        self.tail = b""
        self.length: int | None = None
        self._is_socks = is_socks

    def seconds_left(self, timeout: type[Exception]) -> float:
        return self.attempt.seconds_left(timeout)

    def to_connect(self) -> float:
        return min(self.attempt.seconds_left(httpcore.ConnectTimeout), CONNECT_TIMEOUT)

    def is_for_proxy(self, data: bytes) -> bool:
        return data.startswith(b"CONNECT ") or (self._is_socks and data[:1] in (b"\x05", b"\x01"))

    def began(self, response: httpcore.Response) -> None:
        """Look at the head of the response.

        Raises:
            httpcore.RemoteProtocolError: if nothing was read for it: it was there before the request.
        """
        if not self.attempt.heard:
            raise httpcore.RemoteProtocolError("a response was there before the request")
        headers = {name.lower(): value for name, value in response.headers}
        length = headers.get(b"content-length", b"") if b"transfer-encoding" not in headers else b""
        self.length = int(length) if length.isdigit() else None

    def may_be_kept(self) -> bool:
        """Return whether the connection is good for another request: its response ended where what was read ended.

        Where no length tells, both end in an empty line; what could be left over is then a whole head, which the next
        request would get without reading, and refuse.
        """
        ended = self.tail == b"\r\n\r\n" if self.length is None else self.received == self.head + self.length
        return ended and not self.attempt.fresh and bool(self.connection.is_available())

    def is_usable(self) -> bool:
        return time.monotonic() < self.idle_until and bool(self.connection.is_available())


class _SyncChannel(_Channel, httpcore.NetworkBackend):
    def __init__(self, route: Route) -> None:
        super().__init__(route.is_socks)
        self.connection = route.connection(self, httpcore.ConnectionPool, httpcore.HTTPProxy, httpcore.SOCKSProxy)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        ends = time.monotonic() + self.to_connect()
        try:
            found = _Lookup(host, port).found.get(timeout=ends - time.monotonic())
        except queue.Empty:
            raise httpcore.ConnectTimeout("looking up the host took too long") from None
        for address, seconds, is_last in _turns(_Lookup.addresses(found), ends):
            try:
                self.stream = httpcore.SyncBackend().connect_tcp(address, port, seconds)
                break
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if is_last:
                    raise
        return _Stream(self, self.stream)

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()


class _AsyncChannel(_Channel, httpcore.AsyncNetworkBackend):
    def __init__(self, route: Route) -> None:
        super().__init__(route.is_socks)
        self.connection = route.connection(
            self, httpcore.AsyncConnectionPool, httpcore.AsyncHTTPProxy, httpcore.AsyncSOCKSProxy
        )

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        ends = time.monotonic() + self.to_connect()
        lookup, pause = _Lookup(host, port), 0.0005
        while lookup.found.empty():
            if time.monotonic() > ends:
                raise httpcore.ConnectTimeout("looking up the host took too long")
            await anyio.sleep(pause)
            pause = min(2 * pause, 0.02)
        for address, seconds, is_last in _turns(_Lookup.addresses(lookup.found.get()), ends):
            try:
                self.stream = await httpcore.AnyIOBackend().connect_tcp(address, port, seconds)
                break
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if is_last:
                    raise
        return _AsyncStream(self, self.stream)

    async def aclose(self) -> None:
        if self.stream is not None:
            with anyio.CancelScope(shield=True):
                await self.stream.aclose()  # it is closed before this waits, so that no second cancel can keep it open


# Pools


class _Pool:
    """The idle connections to an origin. `list.append` and `list.pop` are atomic: there is no lock that an
    interruption or a fork could leave taken."""

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

    def take(self, attempt: Attempt, superfluous: list[Any]) -> Any:
        """Return an idle connection, or None. Those that have become useless are put aside."""
        while not attempt.fresh:
            try:
                channel = self.idle.pop()
            except IndexError:
                break
            if channel.is_usable():
                return channel
            superfluous.append(channel)
        return None

    def give_back(self, channel: Any) -> list[Any]:
        """Keep a connection if it can be used again, and return those that are not to be kept."""
        superfluous: list[Any] = []
        while self.idle and self.idle[0].idle_until < time.monotonic():
            try:
                superfluous.append(self.idle.pop(0))
            except IndexError:
                break
        is_full = self._is_closed or len(self.idle) >= MAX_IDLE or self._pid != os.getpid()
        if is_full or not channel.may_be_kept():
            return [*superfluous, channel]
        channel.idle_until = time.monotonic() + IDLE_SECONDS
        self.idle.append(channel)
        return superfluous

    def all_idle(self) -> Iterator[Any]:
        """Yield each idle connection, of which there are no more afterwards."""
        self._is_closed = True
        while True:
            try:
                yield self.idle.pop()
            except IndexError:
                return


class _SyncPool(_Pool):
    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.slots: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(MAX_CONNECTIONS):
            self.slots.put(None)

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        attempt: Attempt = request.extensions[ATTEMPT]
        attempt.observed = True
        route = self.route()
        try:
            self.slots.get(timeout=attempt.seconds_left(httpcore.PoolTimeout))
        except queue.Empty:
            raise httpcore.PoolTimeout("all connections are in use") from None
        channel: Any = None
        try:
            while True:
                channel = self._channel(route, attempt)
                try:
                    response: httpcore.Response = channel.connection.handle_request(request)
                    break
                except (Stale, httpcore.ConnectionNotAvailable):
                    if not attempt.reused:
                        raise httpcore.ConnectError(
                            "the server closed the connection, or spoke, before it was asked"
                        ) from None
                    channel.close()
            channel.began(response)
        except BaseException:
            self.slots.put(None)
            if channel is not None:
                channel.close()
            raise
        response.stream = _Body(self, channel, response.stream)
        return response

    def _channel(self, route: Route, attempt: Attempt) -> _SyncChannel:
        useless: list[_SyncChannel] = []
        taken = self.take(attempt, useless)
        for each in useless:
            each.close()
        attempt.reused = taken is not None
        channel = _SyncChannel(route) if taken is None else taken
        channel.attempt = attempt
        return channel

    def release(self, channel: _SyncChannel) -> None:
        try:
            for each in self.give_back(channel):
                each.close()
        finally:
            self.slots.put(None)

    def close(self) -> None:
        for each in self.all_idle():
            each.close()


class _AsyncPool(_Pool):
    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.slots = anyio.Semaphore(MAX_CONNECTIONS)
        self._loop = anyio.lowlevel.current_token()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        attempt: Attempt = request.extensions[ATTEMPT]
        attempt.observed = True
        route = self.route()
        await self._take_slot(attempt)
        channel: Any = None
        try:
            while True:
                channel = await self._channel(route, attempt)
                try:
                    response: httpcore.Response = await channel.connection.handle_async_request(request)
                    break
                except (Stale, httpcore.ConnectionNotAvailable):
                    if not attempt.reused:
                        raise httpcore.ConnectError(
                            "the server closed the connection, or spoke, before it was asked"
                        ) from None
                    await channel.aclose()
            channel.began(response)
        except BaseException:
            self.slots.release()
            if channel is not None:
                await channel.aclose()
            raise
        response.stream = _AsyncBody(self, channel, response.stream)
        return response

    async def _take_slot(self, attempt: Attempt) -> None:
        try:
            self.slots.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(attempt.seconds_left(httpcore.PoolTimeout)):
                await self.slots.acquire()
                return
            raise httpcore.PoolTimeout("all connections are in use") from None

    async def _channel(self, route: Route, attempt: Attempt) -> _AsyncChannel:
        useless: list[_AsyncChannel] = []
        taken = self.take(attempt, useless)
        for each in useless:
            await each.aclose()
        attempt.reused = taken is not None
        channel = _AsyncChannel(route) if taken is None else taken
        channel.attempt = attempt
        return channel

    async def release(self, channel: _AsyncChannel) -> None:
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


class _Body:
    """A response's body. Closing it gives its connection back."""

    def __init__(self, pool: _SyncPool, channel: _SyncChannel, stream: Any) -> None:
        self._pool: _SyncPool | None = pool
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


class _AsyncBody:
    """The same with `await`."""

    def __init__(self, pool: _AsyncPool, channel: _AsyncChannel, stream: Any) -> None:
        self._pool: _AsyncPool | None = pool
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


class Transport(httpx.HTTPTransport):
    """httpx's transport, so that what records or replaces its requests does so with ours, on a pool of ours."""

    def __init__(self, base_url: str) -> None:
        self._pool: Any = _SyncPool(base_url)


class AsyncTransport(httpx.AsyncHTTPTransport):
    """The same with `await`, for the event loop that it is made in."""

    def __init__(self, base_url: str) -> None:
        self._pool: Any = _AsyncPool(base_url)

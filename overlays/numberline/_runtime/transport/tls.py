"""TLS over streams that do their own reading and writing. Loaded for TLS inside a TLS proxy's, and for async TLS.

httpcore's own streams can't be used: for TLS inside TLS the sync ones time each read by itself, and the async ones
may hold data that was read and that nobody can see.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from . import Attempt

READ_SIZE = 2**20
"""More than an event loop reads at once, so that nothing is left where it can't be seen."""


class Tls:
    """One end of TLS, in memory."""

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
            raise httpcore.ReadError("TLS ended too early") from None
        except ssl.SSLError as error:
            raise httpcore.ReadError(str(error)) from None

    def feed(self, data: bytes) -> None:
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()

    def has_input(self, *, reused: bool) -> bool:
        """Return whether there is data, or its end; on a connection that was used before, anything at all."""
        return self.step(self.object.read, 1)[1] or (reused and self.incoming.pending > 0)


class TlsStream(httpcore.NetworkStream):
    def __init__(self, attempt: Attempt, outer: httpcore.NetworkStream, tls: Tls) -> None:
        self.attempt, self._outer, self.tls = attempt, outer, tls
        with _connecting():
            self._run(tls.object.do_handshake)

    def _run(self, call: Any, *args: Any) -> Any:
        while True:
            result, done = self.tls.step(call, *args)
            if data := self.tls.outgoing.read():
                self._outer.write(data, self.attempt.seconds_left(httpcore.WriteTimeout))
            if done:
                return result
            self.tls.feed(self._outer.read(READ_SIZE, self.attempt.seconds_left(httpcore.ReadTimeout)))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(self._run(self.tls.object.read, max_bytes))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            buffer = buffer[self._run(self.tls.object.write, buffer) :]

    def close(self) -> None:
        self._outer.close()

    def get_extra_info(self, info: str) -> Any:
        return self.tls.object if info == "ssl_object" else self._outer.get_extra_info(info)


class AsyncTlsStream(httpcore.AsyncNetworkStream):
    def __init__(self, attempt: Attempt, outer: httpcore.AsyncNetworkStream, tls: Tls) -> None:
        self.attempt, self._outer, self.tls = attempt, outer, tls

    async def handshake(self) -> None:
        with _connecting():
            await self._run(self.tls.object.do_handshake)

    async def _run(self, call: Any, *args: Any) -> Any:
        while True:
            result, done = self.tls.step(call, *args)
            if data := self.tls.outgoing.read():
                await self._outer.write(data, self.attempt.seconds_left(httpcore.WriteTimeout))
            if done:
                return result
            self.tls.feed(await self._outer.read(READ_SIZE, self.attempt.seconds_left(httpcore.ReadTimeout)))

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(await self._run(self.tls.object.read, max_bytes))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            buffer = buffer[await self._run(self.tls.object.write, buffer) :]

    async def aclose(self) -> None:
        await self._outer.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self.tls.object if info == "ssl_object" else self._outer.get_extra_info(info)


@contextmanager
def _connecting() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpcore.ConnectTimeout(str(error)) from None
    except (OSError, httpcore.NetworkError) as error:
        raise httpcore.ConnectError(str(error)) from None

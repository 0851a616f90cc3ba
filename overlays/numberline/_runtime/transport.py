"""Send one request and wait for its whole response, within its limits; if there is none, say what is known.

The only module that knows httpx's clients. `send` and `send_async` differ in nothing but `await`.
"""

import math
import os
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import httpx

from .. import __version__
from ..errors import (
    BY_KIND,
    ConnectionFailed,
    InvalidArgument,
    NumberlineError,
    TimedOut,
    UnreadableResponse,
    kind_of_status,
)
from .redaction import SENDING, Address, quotable, quoted_error
from .responses import RawResponse

CONNECT_TIMEOUT = 5.0
LARGEST_BODY = 64 * 2**20

ATTEMPT = "numberline"
"""The extension of a request in which our transport finds the attempt."""

_ENCODINGS = ("", "identity", "gzip", "deflate")

_WRITES_NOTHING = ("connection.", "proxy.start_tls.", "socks.", "http2.send_connection_init.")
"""Events of httpcore's trace during which no byte of a request is written."""

_MAX_REUSED = 100
"""How many idle connections of a user's client are passed over for a fresh one."""

_RESENDERS = ("httpx_aiohttp", "httpx_curl_cffi", "httpx_retries", "httpx_retry", "pydantic_ai", "pyreqwest")
"""Modules whose httpx transports may send a request a second time by themselves."""


class Attempt:
    """One sending of a request: when it has to end, and how far it came.

    What it says of a user's client comes from httpcore's trace, of our own from the connection itself; never from
    the type of an exception.

    Attributes:
        ends: end of its time, on `time.monotonic`.
        fresh: whether it takes no connection that was used before.
        handed_over: whether a transport was given the request.
        observed: whether whatever the transport does is reported here.
        wrote: whether a byte of the request may have been written.
        sends: how often the trace saw the request being sent.
        heard: whether anything was read after the request was written.
        reused: whether its connection was used before.
        connected: whether a connection was made for it.
        scope: what an async client of the user's sends it in. Its time ends with the attempt's once the request is
            being written; before that, cancelling would cost httpcore's pool a connection.
    """

    __slots__ = (
        "_connecting",
        "connected",
        "ends",
        "fresh",
        "handed_over",
        "heard",
        "observed",
        "reused",
        "scope",
        "sends",
        "wrote",
    )

    def __init__(self, seconds: float, *, fresh: bool) -> None:
        self.ends = time.monotonic() + seconds
        self.fresh = fresh
        self.handed_over = self.observed = self.wrote = self.heard = self.reused = self.connected = False
        self.sends = 0
        self.scope: Any = None
        self._connecting = False

    @property
    def never_sent(self) -> bool:
        """Whether it is certain that no byte of the request was written. Without evidence it is not."""
        return not self.handed_over or (self.observed and not self.wrote)

    def seconds_left(self, timeout: type[Exception]) -> float:
        """Return the seconds left.

        Raises:
            timeout: if there are none.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise timeout("the attempt's time is over")
        return left

    def note(self, name: str, info: Mapping[str, Any]) -> None:
        """Take notice of an event of httpcore's trace.

        Raises:
            _Interrupted: instead of the first write, if the attempt must not go on. httpcore closes the connection.
        """
        self.observed = True
        if name.startswith(_WRITES_NOTHING) or ".response_closed." in name:
            if ".connect_" in name:
                self.connected = True
            return
        request = info.get("request")  # only while something begins
        if request is not None:
            self._connecting = request.method == b"CONNECT"
        if self._connecting:
            return
        if name.endswith(".send_request_headers.started"):
            self._begin_sending(request, http11=name.startswith("http11."))
        self.wrote = True

    async def note_async(self, name: str, info: Mapping[str, Any]) -> None:
        from anyio import current_time

        self.note(name, info)
        if self.wrote and self.scope.deadline == math.inf:
            self.scope.deadline = current_time() + self.ends - time.monotonic()

    def _begin_sending(self, request: Any, *, http11: bool) -> None:
        self.sends += 1
        if not self.fresh:
            return
        if self.sends > 1:
            raise _Interrupted("the http_client was about to send the request a second time")
        if http11 and not self.connected:
            self.sends, self.reused = 0, True
            raise _Interrupted("this connection was used before")
        if http11:  # HTTP/2 knows no such header
            kept = [header for header in request.headers if header[0].lower() != b"connection"]
            request.headers = [*kept, (b"Connection", b"close")]

    def may_try_another(self) -> bool:
        """Return whether an idle connection was passed over and nothing was sent; begin anew if so."""
        passed_over = self.reused and self.never_sent
        self.reused = False
        return passed_over


class _Interrupted(Exception):
    """A request that was kept from being written."""


class Send(NamedTuple):
    """A request, and the attempt to send it."""

    request: httpx.Request
    attempt: Attempt

    @staticmethod
    def of(
        method: str,
        url: httpx.URL,
        *,
        headers: Mapping[str, str],
        content: bytes,
        timeout: float,
        fresh: bool = False,
    ) -> "Send":
        """Return what is to be sent.

        Args:
            method: HTTP verb.
            url: where to, made by `Connection.url`.
            headers: names in lower case.
            content: the body.
            timeout: seconds until the last byte of the response.
            fresh: whether the request must go alone on a connection of its own, as charges and releases do.
        """
        whole = {"host": url.netloc.decode("ascii"), **headers}
        if content or method in ("POST", "PUT", "PATCH"):
            whole["content-length"] = str(len(content))
        seconds = {"connect": min(timeout, CONNECT_TIMEOUT), "read": timeout, "write": timeout, "pool": timeout}
        # Given a stream, httpx leaves the headers as they are, which is much faster than letting it complete them.
        stream = httpx.ByteStream(content)
        request = httpx.Request(method, url, headers=whole, stream=stream, extensions={"timeout": seconds})
        request.url = url  # httpx made a copy, which is no `Address`
        request.read()
        return Send(request, Attempt(timeout, fresh=fresh))

    def for_ours(self) -> httpx.Request:
        """Return the request as our transport takes it."""
        self.request.extensions[ATTEMPT] = self.attempt
        self.attempt.handed_over = True
        return self.request

    def for_theirs(self, note: Any) -> "Send":
        """Return the request as httpx's clients take it, with what reports each event to the attempt."""
        self.request.extensions["trace"] = note
        self.attempt.handed_over = True
        return self


class TransportFailure(NamedTuple):
    """Why there is no whole response."""

    error: NumberlineError


class Refused(Exception):
    """An error of ours. Errors of the same classes out of a user's hooks say nothing about this request."""

    def __init__(self, error: NumberlineError) -> None:
        self.error = error


_ORDERLY = (httpx.HTTPError, Refused)
"""Errors that leave our connections as they should be."""


def map_transport_error(error: Exception, what: Send) -> TransportFailure:
    """Return the failure in our terms, with `never_sent` by evidence. The exception is let go: it may hold the
    request, and that the credentials."""
    if isinstance(error, Refused):
        failure = error.error
    elif isinstance(error, httpx.HTTPStatusError) and _is_about(error, what.request):
        status = error.response.status_code  # an event hook of the user's raised it; the body is not here
        kind = kind_of_status(status)
        failure = BY_KIND[kind or "server"](f"an event hook stopped at HTTP {status}.", status=status, kind=kind)
    elif isinstance(error, httpx.TimeoutException):
        failure = TimedOut(f"no response in time ({type(error).__name__}).")
    elif isinstance(error, httpx.DecodingError):
        failure = UnreadableResponse(f"the response's compression is broken ({type(error).__name__}).")
    else:
        # What httpx says may quote a header.
        is_quotable = isinstance(error, httpx.ConnectError) or not isinstance(error, httpx.HTTPError)
        why = quoted_error(error) if is_quotable else type(error).__name__
        failure = ConnectionFailed(f"the connection failed ({why}).")
    failure.never_sent = what.attempt.never_sent
    return TransportFailure(failure)


def _is_about(error: httpx.HTTPStatusError, request: httpx.Request) -> bool:
    try:
        return error.request is request
    except RuntimeError:  # it was made without one
        return False


class BodyReader:
    """Reads a response's body within the limits of time and size, and inflates it.

    Raises:
        Refused: if it is compressed in a way that was not asked for, such as twice: a few hundred bytes could inflate
            to more than any memory.
    """

    def __init__(self, response: httpx.Response, attempt: Attempt) -> None:
        attempt.wrote = True
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise self._unreadable(f"its compression ({quotable(encoding)}) was not asked for", response.status_code)
        self._response = response
        self._attempt = attempt
        self._chunks: list[bytes] = []
        self._received = self._size = 0
        is_decoded = response.is_stream_consumed  # a hook of the user's read it, or it never was a stream
        self._is_raw_deflate_possible = encoding == "deflate"
        # 32 + 15: with the header of gzip or of zlib.
        self._inflater = None if is_decoded or encoding in ("", "identity") else zlib.decompressobj(47)

    def add(self, chunk: bytes) -> None:
        """Take the next piece as it came.

        Raises:
            Refused: if the body is too large or its compression is broken, or the attempt's time is over.
        """
        self._received += len(chunk)
        if self._inflater is not None and chunk:
            chunk = self._inflated(chunk)
        self._size += len(chunk)
        if max(self._size, self._received) > LARGEST_BODY:
            raise self._unreadable(f"it is larger than {LARGEST_BODY // 2**20} MiB")
        if time.monotonic() > self._attempt.ends:
            raise Refused(TimedOut("the response was still arriving when its time was over."))
        self._chunks.append(chunk)

    def whole(self) -> RawResponse:
        return RawResponse(self._response.status_code, self._response.headers, b"".join(self._chunks))

    def _inflated(self, chunk: bytes) -> bytes:
        assert self._inflater is not None
        if self._inflater.eof:
            return b""
        try:
            inflated = self._inflater.decompress(chunk, LARGEST_BODY + 1 - self._size)
        except zlib.error:
            if not self._is_raw_deflate_possible:
                raise self._unreadable("its compression is broken") from None
            self._is_raw_deflate_possible = False
            self._inflater = zlib.decompressobj(-15)
            return self._inflated(chunk)
        self._is_raw_deflate_possible = False
        return inflated

    def _unreadable(self, why: str, status: int | None = None) -> Refused:
        return Refused(UnreadableResponse(f"the response can't be read: {why}.", status=status))


class Connection:
    """Where a client and its views send their requests: an httpx client of the user's, or one of ours."""

    def __init__(self, base_url: str, http_client: httpx.Client | httpx.AsyncClient | None) -> None:
        self._base_url = base_url
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self.theirs = http_client
        self._ours: dict[tuple[int, object], Any] = {}
        self._closed = False
        self._urls: dict[str, Address] = {}
        self.headers: dict[str, str] = {
            **(http_client.headers if http_client is not None else {}),
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": f"numberline/{__version__}",
        }

    def url(self, target: str, shown: str) -> httpx.URL:
        """Return the address for a path and query. Those without a query are kept, since parsing one is slow.

        Args:
            target: path and query.
            shown: the path as it may be logged.

        Raises:
            InvalidArgument: if it can't be an address.
        """
        url = self._urls.get(target)
        if url is None:
            wrong = ""
            try:
                url = Address(self._origin + target)
            except (httpx.InvalidURL, ValueError) as error:  # idna's, too
                wrong = quotable(str(error))
            if url is None:
                raise InvalidArgument(f"base_url and the arguments make no valid address: {wrong}")
            url.shown = self._origin + shown
            if "?" not in target and len(self._urls) < 100:
                self._urls[target] = url
        return url

    def check_open(self) -> None:
        """Refuse after `close`.

        Raises:
            RuntimeError: if so, also if the httpx client that we were given was closed.
        """
        if self._closed:
            raise RuntimeError("this client is closed; make a new one")
        if self.theirs is not None and self.theirs.is_closed:
            raise RuntimeError("the http_client of this client is closed; make a new one")

    def check_sends_once(self) -> None:
        """Refuse what must not be sent twice, if the http_client that we were given may do so by itself.

        Raises:
            InvalidArgument: if so.
        """
        if self.theirs is None:
            return
        transports: list[Any] = [self.theirs]
        for each in transports:  # it grows: wrapped and mounted ones are found on the way
            if any(kind.__module__.partition(".")[0] in _RESENDERS for kind in type(each).__mro__):
                raise InvalidArgument(
                    f"this http_client may send a request twice by itself ({type(each).__name__}), which a purchase "
                    "or a release must not be; pass a plain httpx client",
                    parameter="http_client",
                )
            held = list(vars(each).values()) if hasattr(each, "__dict__") else []
            held += [one for mounts in held if isinstance(mounts, dict) for one in mounts.values()]
            transports += [
                one
                for one in held
                if isinstance(one, httpx.BaseTransport | httpx.AsyncBaseTransport)
                and not any(one is known for known in transports)
            ]

    def ours(self, loop: object = None) -> Any:
        """Return our transport for this process and event loop. A fork or another loop gets one of its own, and what
        the old one holds is dropped unclosed: it may be in use where it came from.

        Args:
            loop: the running event loop's token, None for sync clients.
        """
        self.check_open()
        key = os.getpid(), loop
        transport = self._ours.get(key)
        if transport is None:
            from . import pool  # the half of httpx that users with an http_client of their own do without

            made = pool.Transport(self._base_url) if loop is None else pool.AsyncTransport(self._base_url)
            transport = self._ours.setdefault(key, made)
            for other in list(self._ours):
                if other != key:
                    self._ours.pop(other, None)
        return transport

    def drop(self) -> Any:
        """Forget our transport, and return it to be closed, or None. Calls in flight keep their connections."""
        ours, self._ours = self._ours, {}
        return next((transport for (pid, _), transport in ours.items() if pid == os.getpid()), None)

    def close(self) -> Any:
        """Refuse further calls, and return what is to be closed, or None."""
        self._closed = True
        return self.drop()


def send(connection: Connection, what: Send) -> RawResponse | TransportFailure:
    """Send, and wait for the whole response."""
    outer = SENDING.get()
    SENDING.set(True)
    try:
        theirs = cast("httpx.Client | None", connection.theirs)
        return _whole(_through(theirs, what) if theirs else connection.ours().handle_request(what.for_ours()), what)
    except BaseException as error:
        # Wherever it struck, nothing that it may have left half done is used again.
        if not isinstance(error, _ORDERLY) and (ours := connection.drop()) is not None:
            ours.close()
        if isinstance(error, Exception):
            return map_transport_error(error, what)
        raise
    finally:
        SENDING.set(outer)


def _through(http: httpx.Client, what: Send) -> httpx.Response:
    request, attempt = what.for_theirs(what.attempt.note)
    for _ in range(_MAX_REUSED):
        try:
            return http.send(request, stream=True, auth=None, follow_redirects=False)
        except Exception:
            if not attempt.may_try_another():
                raise
    raise _no_fresh_connection()


def _whole(response: httpx.Response, what: Send) -> RawResponse:
    try:
        reader = BodyReader(response, what.attempt)
        stream = cast("httpx.SyncByteStream", response.stream)
        for chunk in (response.content,) if response.is_stream_consumed else stream:
            reader.add(chunk)
    finally:
        with suppress(Exception):
            response.close()
    return reader.whole()


async def send_async(connection: Connection, what: Send) -> RawResponse | TransportFailure:
    """Send, and wait for the whole response with `await`."""
    from anyio import CancelScope, lowlevel

    outer = SENDING.get()
    SENDING.set(True)
    try:
        theirs = cast("httpx.AsyncClient | None", connection.theirs)
        if theirs is None:
            ours = connection.ours(lowlevel.current_token())
            return await _whole_async(await ours.handle_async_request(what.for_ours()), what)
        with CancelScope() as what.attempt.scope:
            return await _whole_async(await _through_async(theirs, what), what)
        raise Refused(TimedOut("the response was still arriving when its time was over."))
    except BaseException as error:
        # A task that is cancelled or closed lets go of its own connection, and no other.
        if isinstance(error, Exception | KeyboardInterrupt | SystemExit) and not isinstance(error, _ORDERLY):
            connection.drop()
        if isinstance(error, Exception):
            return map_transport_error(error, what)
        raise
    finally:
        SENDING.set(outer)


async def _through_async(http: httpx.AsyncClient, what: Send) -> httpx.Response:
    request, attempt = what.for_theirs(what.attempt.note_async)
    for _ in range(_MAX_REUSED):
        try:
            return await http.send(request, stream=True, auth=None, follow_redirects=False)
        except Exception:
            if not attempt.may_try_another():
                raise
    raise _no_fresh_connection()


async def _whole_async(response: httpx.Response, what: Send) -> RawResponse:
    try:
        reader = BodyReader(response, what.attempt)
        if response.is_stream_consumed:
            reader.add(response.content)
        else:
            async for chunk in cast("httpx.AsyncByteStream", response.stream):
                reader.add(chunk)
    finally:
        with suppress(Exception):
            await response.aclose()
    return reader.whole()


def _no_fresh_connection() -> Refused:
    return Refused(ConnectionFailed("the http_client offers only connections that were used before."))

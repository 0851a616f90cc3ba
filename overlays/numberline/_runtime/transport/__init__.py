"""Send one request and wait for its whole response, within its limits; if there is none, say what is known.

The only package that knows httpx. `send` and `send_async` differ in nothing but `await`. What goes through an
`http_client` of the user's is in `http_client`, what goes through connections of our own in `pool` and `async_pool`.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit

import httpx

from ... import __version__
from ...errors import InvalidArgument, NumberlineError, TimedOut, UnreadableResponse
from ..httpcore_log import SENDING

if TYPE_CHECKING:
    from .inflating import Inflater

CONNECT_TIMEOUT = 5.0
LARGEST_BODY = 64 * 2**20


class Attempt:
    """One sending of a request: when it has to end, and how far it came.

    Attributes:
        ends: end of its time, on `time.monotonic`.
        fresh: whether it takes no connection that was used before.
        handed_over: whether a transport was given the request.
        observed: whether what the transport does is reported here: by our own connections, or by httpcore's trace.
        wrote: whether a byte of the request may have been written.
        sends: how often a user's client began to write it.
        heard: whether anything was read after the request was written.
        reused: whether its connection was used before.
    """

    handed_over = observed = wrote = heard = reused = False
    sends = 0

    def __init__(self, seconds: float, *, fresh: bool) -> None:
        self.ends = time.monotonic() + seconds
        self.fresh = fresh

    @property
    def never_sent(self) -> bool:
        """Whether it is certain that no byte of the request was written. Without evidence it is not, and no type of
        exception is evidence."""
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


class Send(NamedTuple):
    """A request, the attempt to send it, and its path as it may be logged."""

    request: httpx.Request
    attempt: Attempt
    shown: str

    @staticmethod
    def of(
        method: str,
        url: httpx.URL,
        *,
        headers: Mapping[str, str],
        content: bytes,
        timeout: float,
        fresh: bool = False,
        shown: str = "/",
    ) -> "Send":
        """Return what is to be sent.

        Args:
            method: HTTP verb.
            url: where to, made by `Connection.url`.
            headers: names in lower case.
            content: the body.
            timeout: seconds until the last byte of the response.
            fresh: whether the request must go alone on a connection of its own, as charges and releases do.
            shown: the path as it may be logged.
        """
        whole = {"host": url.netloc.decode("ascii"), **headers}
        if content or method in ("POST", "PUT", "PATCH"):
            whole["content-length"] = str(len(content))
        seconds = {"connect": min(timeout, CONNECT_TIMEOUT), "read": timeout, "write": timeout, "pool": timeout}
        attempt = Attempt(timeout, fresh=fresh)
        # Given a stream, httpx leaves the headers as they are, which is much faster than letting it complete them.
        stream, extensions = httpx.ByteStream(content), {"timeout": seconds, "numberline": attempt}
        request = httpx.Request(method, url, headers=whole, stream=stream, extensions=extensions)
        request.read()
        return Send(request, attempt, shown)


@dataclass(slots=True, repr=False, eq=False)
class RawResponse:
    """A whole response, decompressed.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: the bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<RawResponse {self.status}, {len(self.body)} bytes>"


class TransportFailure(NamedTuple):
    """Why there is no whole response."""

    error: NumberlineError


class Refused(Exception):
    """An error of ours. Errors of the same classes out of a user's hooks say nothing about this request."""

    def __init__(self, error: NumberlineError) -> None:
        self.error = error


ORDERLY = (httpx.HTTPError, Refused)
"""Errors that leave our connections as they should be."""


def unreadable(why: str, status: int) -> Refused:
    """Return the error for a response that can't be read."""
    return Refused(UnreadableResponse(f"the response can't be read: {why}.", status=status))


class BodyReader:
    """Reads a response's body within the limits of time and size, and inflates it.

    Raises:
        Refused: if it is compressed in a way that was not asked for.
    """

    def __init__(self, response: httpx.Response, attempt: Attempt) -> None:
        attempt.wrote = True
        self._response, self._attempt = response, attempt
        self._chunks: list[bytes] = []
        self._received = self._size = 0
        self._inflater: Inflater | None = None
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            from . import inflating

            inflater = inflating.Inflater(encoding, response.status_code)
            # Decoded already: a hook of the user's read it, or it never was a stream.
            self._inflater = None if response.is_stream_consumed else inflater

    def add(self, chunk: bytes) -> None:
        """Take the next piece as it came.

        Raises:
            Refused: if the body is too large or its compression is broken, or the attempt's time is over.
        """
        self._received += len(chunk)
        if self._inflater is not None and chunk:
            chunk = self._inflater.inflated(chunk, LARGEST_BODY + 1 - self._size)
        self._size += len(chunk)
        self._chunks.append(chunk)
        if max(self._size, self._received) > LARGEST_BODY:
            raise unreadable(f"it is larger than {LARGEST_BODY // 2**20} MiB", self._response.status_code)
        if time.monotonic() > self._attempt.ends:
            raise Refused(TimedOut("the response was still arriving when its time was over."))

    def whole(self) -> RawResponse:
        """Return the response.

        Raises:
            Refused: if its compression ended early: what came so far may look like all of it.
        """
        if self._inflater is not None and self._received:
            self._inflater.check_end()
        return RawResponse(self._response.status_code, self._response.headers, b"".join(self._chunks))


class Connection:
    """Where a client and its views send their requests: an httpx client of the user's, or connections of our own."""

    def __init__(self, base_url: str, http_client: httpx.Client | httpx.AsyncClient | None) -> None:
        parts = urlsplit(base_url)
        self.theirs = http_client
        self._base_url = base_url
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._ours: dict[tuple[int, object], Any] = {}
        self._closed = False
        self._urls: dict[str, httpx.URL] = {}
        self.headers: dict[str, str] = {
            **(http_client.headers if http_client is not None else {}),
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": f"numberline/{__version__}",
        }

    def url(self, target: str) -> httpx.URL:
        """Return the address for a path and query. Those without a query are kept, since parsing one is slow.

        Raises:
            InvalidArgument: if it can't be an address.
        """
        url, wrong = self._urls.get(target), ""
        if url is None:
            try:
                url = httpx.URL(self._origin + target)
            except (httpx.InvalidURL, ValueError) as error:  # idna's, too
                from ..redaction import cut, printable

                wrong = cut(printable(str(error)))
            if url is None:
                raise InvalidArgument(f"base_url and the arguments make no valid address: {wrong}")
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
            module = import_module(f"{__name__}.{'pool' if loop is None else 'async_pool'}")
            transport = self._ours.setdefault(key, module.Transport(self._base_url))
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
    try:
        SENDING.set(True)
        if connection.theirs is not None:
            from .http_client import send_through

            return _whole(send_through(cast("httpx.Client", connection.theirs), what), what)
        ours = connection.ours()
        what.attempt.handed_over = True
        return _whole(ours.handle_request(what.request), what)
    except BaseException as error:
        # Wherever it struck, nothing that it may have left half done is used again.
        if not isinstance(error, ORDERLY) and (dropped := connection.drop()) is not None:
            dropped.close()
        if isinstance(error, Exception):
            from .failures import map_transport_error

            return map_transport_error(error, what)
        raise
    finally:
        SENDING.set(outer)


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

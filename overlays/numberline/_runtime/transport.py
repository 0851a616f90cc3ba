"""Connections: what is sent through httpx, and what came of it. The only module that waits for a network.

`send` and `send_async` differ in nothing but `await`.
"""

import logging
import threading
import time
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import urlsplit
from urllib.request import getproxies

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
from .responses import RawResponse

H = TypeVar("H", httpx.Client, httpx.AsyncClient)

CONNECT_TIMEOUT = 5.0
LARGEST_ANSWER = 64 * 2**20


class Send(NamedTuple):
    """What to send, and how many seconds the attempt may take."""

    request: httpx.Request
    timeout: float

    @staticmethod
    def of(method: str, url: httpx.URL, *, headers: Mapping[str, str], content: bytes, timeout: float) -> "Send":
        whole = {"host": url.netloc.decode("ascii"), **headers}
        if content or method in ("POST", "PUT", "PATCH"):
            whole["content-length"] = str(len(content))
        seconds = {"connect": min(timeout, CONNECT_TIMEOUT), "read": timeout, "write": timeout, "pool": timeout}
        # Given a stream, httpx leaves the headers as they are, which is much faster than letting it complete them.
        stream = httpx.ByteStream(content)
        request = httpx.Request(method, url, headers=whole, stream=stream, extensions={"timeout": seconds})
        request.url = url  # httpx made a copy, without what `_Address` knows
        request.read()
        return Send(request, timeout)


class _Address(httpx.URL):
    """An address of ours, recognised by the filter that keeps what stands in it out of httpx's log line."""

    shown: str


class _Harmless(logging.Filter):
    """httpx logs every address and the words beside the status. In ours may stand numbers, so the operation's path
    and HTTP's own words stand in instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and any(isinstance(arg, _Address) for arg in record.args):
            *shown, status, _ = (arg.shown if isinstance(arg, _Address) else arg for arg in record.args)
            words = httpx.codes.get_reason_phrase(status) if isinstance(status, int) else ""
            record.args = (*shown, status, words)
        return True


_OURS = ContextVar("_OURS", default=False)
"""Whether what goes through httpx at the moment is a request of ours."""


class _NamesOnly(logging.Filter):
    """httpcore tells at DEBUG which headers came, which may repeat numbers or secrets, and a SOCKS proxy's password.
    Of our requests only the names of the steps are left; those of others stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _OURS.get():
            record.msg, record.args = record.getMessage().partition(" ")[0], None
        return True


logging.getLogger("httpx").addFilter(_Harmless())
for _part in ("connection", "http11", "http2", "proxy", "socks"):
    logging.getLogger(f"httpcore.{_part}").addFilter(_NamesOnly())


class TransportFailure(NamedTuple):
    """Why no whole answer came."""

    error: NumberlineError


_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def map_transport_error(error: Exception) -> TransportFailure:
    """The reason in our terms. httpx's exception is let go: it holds the request, and that the credentials.

    Raises:
        Exception: the same, if it is neither httpx's nor ours.
    """
    if isinstance(error, NumberlineError):
        return TransportFailure(error.with_traceback(None))
    if not isinstance(error, httpx.HTTPError):
        raise error
    kind = type(error).__name__
    never_sent = isinstance(error, _NEVER_LEFT)
    if isinstance(error, httpx.TimeoutException):
        return TransportFailure(TimedOut(f"no answer in time ({kind}).", never_sent=never_sent))
    if isinstance(error, httpx.HTTPStatusError):  # out of an event hook of the user's: the answer's body is not here
        status = error.response.status_code
        said = BY_KIND[kind_of_status(status) or "server"]
        return TransportFailure(
            said(f"an event hook stopped at HTTP {status}.", status=status, kind=kind_of_status(status))
        )
    if isinstance(error, httpx.DecodingError):
        return TransportFailure(UnreadableResponse(f"the answer's compression is broken ({kind})."))
    why = f": {error}" if isinstance(error, httpx.ConnectError) and str(error) else ""
    return TransportFailure(ConnectionFailed(f"the connection failed ({kind}{why}).", never_sent=never_sent))


class BodyReader:
    """An answer's body while it arrives, within its limits of time and size."""

    def __init__(self, timeout: float) -> None:
        self._ends = time.monotonic() + timeout
        self._chunks: list[bytes] = []
        self._size = 0

    def begin(self, response: httpx.Response) -> None:
        """Look at the head of the answer.

        Raises:
            UnreadableResponse: if the body is compressed more than once: a few hundred such bytes inflate to more than
                any memory, and that in one piece.
        """
        if len(response.headers.get_list("content-encoding", split_commas=True)) > 1:
            raise UnreadableResponse("the answer is compressed more than once.", status=response.status_code)

    def add(self, chunk: bytes) -> None:
        """Take the next piece.

        Raises:
            UnreadableResponse: if the body has grown too large.
            TimedOut: if the attempt's time is over.
        """
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > LARGEST_ANSWER:
            raise UnreadableResponse(f"the answer is larger than {LARGEST_ANSWER // 2**20} MiB.")
        if time.monotonic() > self._ends:
            raise TimedOut("the answer was still arriving when its time was over.")

    def answer(self, response: httpx.Response) -> RawResponse:
        return RawResponse(response.status_code, response.headers, b"".join(self._chunks))


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep none."""


class _Cookieless:
    """An httpx client without cookies. No provider asks for any, and looking for them takes a tenth of a call's
    time."""

    _none = _NoCookies()

    @property
    def cookies(self) -> httpx.Cookies:
        return self._none

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        raise AttributeError("this client has no cookies")


class _Client(_Cookieless, httpx.Client):
    pass


class _AsyncClient(_Cookieless, httpx.AsyncClient):
    pass


class Connection:
    """Where a client and its views send their requests: an httpx client of the user's, or one of ours."""

    def __init__(self, base_url: str, http_client: httpx.Client | httpx.AsyncClient | None) -> None:
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._theirs = http_client
        self._ours: Any = None
        self._closed = False
        self._lock = threading.Lock()
        self._urls: dict[str, _Address] = {}
        self.headers: dict[str, str] = {
            **(http_client.headers if http_client is not None else {"accept-encoding": "gzip, deflate"}),
            "accept": "application/json",
            "user-agent": f"numberline/{__version__}",
        }

    def url(self, target: str, shown: str) -> httpx.URL:
        """The address for a path and query. Those without a query are kept, since parsing one is slow.

        Args:
            target: path and query.
            shown: the path as it may be logged.
        """
        url = self._urls.get(target)
        if url is None:
            url = _Address(self._origin + target)
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
        if self._theirs is not None and self._theirs.is_closed:
            raise RuntimeError("the http_client of this client is closed; make a new one")

    def check_sends_once(self) -> None:
        """Refuse what must not be sent twice, if the http_client that we were given sends it again by its verb.

        Raises:
            InvalidArgument: if so.
        """
        transport = getattr(self._theirs, "_transport", None)
        if type(transport).__module__.partition(".")[0] == "httpx_aiohttp":
            raise InvalidArgument(
                "this http_client may send a request twice by itself; pass a plain httpx client",
                parameter="http_client",
            )

    def http(self, kind: type[H]) -> H:
        """What to send with. Ours is made with the first request: a TLS context is slow to make.

        Raises:
            RuntimeError: after `close`.
        """
        self.check_open()
        if self._theirs is not None:
            return cast("H", self._theirs)
        if self._ours is None:
            with self._lock:
                self.check_open()
                if self._ours is None:
                    needs_tls = self._origin.startswith("https:") or bool(getproxies())
                    self._ours = kind(verify=needs_tls)
        return cast("H", self._ours)

    def close(self) -> Any:
        """Give up the connections; answers what is left to be closed, or None."""
        with self._lock:
            self._closed = True
            ours, self._ours = self._ours, None
        return ours


def send(connection: Connection, what: Send) -> RawResponse | TransportFailure:
    """Send, and wait for the whole answer."""
    http = connection.http(_Client)
    collected = BodyReader(what.timeout)
    before = _OURS.get()
    _OURS.set(True)
    try:
        response = http.send(what.request, stream=True, auth=None, follow_redirects=False)
        try:
            collected.begin(response)
            for chunk in response.iter_bytes():
                collected.add(chunk)
        finally:
            response.close()
    except (httpx.HTTPError, NumberlineError) as error:
        return map_transport_error(error)
    finally:
        _OURS.set(before)
    return collected.answer(response)


async def send_async(connection: Connection, what: Send) -> RawResponse | TransportFailure:
    """Send, and wait for the whole answer with `await`."""
    http = connection.http(_AsyncClient)
    collected = BodyReader(what.timeout)
    before = _OURS.get()
    _OURS.set(True)
    try:
        response = await http.send(what.request, stream=True, auth=None, follow_redirects=False)
        try:
            collected.begin(response)
            async for chunk in response.aiter_bytes():
                collected.add(chunk)
        finally:
            await response.aclose()
    except (httpx.HTTPError, NumberlineError) as error:
        return map_transport_error(error)
    finally:
        _OURS.set(before)
    return collected.answer(response)

"""A request through an httpx client of the user's, and what httpcore's trace tells of it."""

import logging
import math
import time
from collections.abc import Mapping
from typing import Any

import anyio
import httpx

from ...errors import ConnectionFailed, InvalidArgument, TimedOut
from . import Refused, Send

_WRITES_NOTHING = ("connection.", "proxy.start_tls.", "socks.", "http2.send_connection_init.")
"""Events during which no byte of a request is written."""

_RESENDERS = ("httpx_aiohttp", "httpx_curl_cffi", "httpx_retries", "httpx_retry", "pydantic_ai", "pyreqwest")
"""Modules whose httpx transports may send a request a second time by themselves."""

_MAX_PASSED_OVER = 100
"""How many idle connections are passed over for a fresh one."""


class Address(httpx.URL):
    """An address of ours, recognised by the filter that keeps its query and phone numbers out of httpx's log line.

    Attributes:
        shown: what is logged instead.
    """

    shown: str


class _ShownAddresses(logging.Filter):
    """Replace, in httpx's line for each request, our addresses by what may be shown of them, and the words beside the
    status by HTTP's own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and any(isinstance(arg, Address) for arg in record.args):
            shown = [arg.shown if isinstance(arg, Address) else arg for arg in record.args]
            if len(shown) > 1 and isinstance(shown[-2], int):
                shown[-1] = httpx.codes.get_reason_phrase(shown[-2])
            record.args = tuple(shown)
        return True


logging.getLogger("httpx").addFilter(_ShownAddresses())


class _Interrupted(Exception):
    """A request that was kept from being written."""


class Trace:
    """Notes on an attempt what httpcore reports of it."""

    def __init__(self, what: Send, scope: anyio.CancelScope | None = None) -> None:
        self._attempt, self._scope = what.attempt, scope
        self._connected = self._connecting = self._passed_over = False
        what.request.extensions["trace"] = self.note if scope is None else self.note_async
        what.request.url = url = Address(what.request.url)
        url.shown = f"{url.scheme}://{url.netloc.decode('ascii')}{what.shown}"
        what.attempt.handed_over = True

    def note(self, name: str, info: Mapping[str, Any]) -> None:
        """Take notice of an event.

        Raises:
            _Interrupted: instead of the first write, if the attempt must not go on. httpcore closes the connection.
        """
        self._attempt.observed = True
        if name.startswith(_WRITES_NOTHING) or ".response_closed." in name:
            self._connected = self._connected or ".connect_" in name
            return
        request = info.get("request")  # only while something begins
        if request is not None:
            self._connecting = request.method == b"CONNECT"
        if self._connecting:
            return
        if name.endswith(".send_request_headers.started"):
            self._before_writing(request, http11=name.startswith("http11."))
        self._attempt.wrote = True  # what is unknown counts as a write

    async def note_async(self, name: str, info: Mapping[str, Any]) -> None:
        self.note(name, info)
        # From here on cancelling is safe; before, it would cost httpcore's pool a connection.
        if self._attempt.wrote and self._scope is not None and self._scope.deadline == math.inf:
            self._scope.deadline = anyio.current_time() + self._attempt.ends - time.monotonic()

    def _before_writing(self, request: Any, *, http11: bool) -> None:
        if self._attempt.fresh and http11 and not self._connected:
            self._passed_over = True
            raise _Interrupted("this connection was used before")
        if self._attempt.fresh and time.monotonic() > self._attempt.ends:
            raise Refused(TimedOut("the http_client was about to send it when its time was over."))
        self._attempt.sends += 1
        if self._attempt.fresh and self._attempt.sends > 1:
            raise _Interrupted("the http_client was about to send the request a second time")
        if self._attempt.fresh and http11:  # HTTP/2 knows no such header
            kept = [header for header in request.headers if header[0].lower() != b"connection"]
            request.headers = [*kept, (b"Connection", b"close")]

    def may_try_another(self) -> bool:
        """Return whether an idle connection was passed over and nothing was sent; begin anew if so."""
        passed_over, self._passed_over = self._passed_over, False
        return passed_over and self._attempt.never_sent


def send_through(http: httpx.Client, what: Send) -> httpx.Response:
    """Return the response's head."""
    trace = Trace(what)
    for _ in range(_MAX_PASSED_OVER):
        try:
            return http.send(what.request, stream=True, auth=None, follow_redirects=False)
        except Exception:
            if not trace.may_try_another():
                raise
    raise _nothing_fresh()


async def send_through_async(http: httpx.AsyncClient, what: Send, scope: anyio.CancelScope) -> httpx.Response:
    """Return the response's head. The scope ends with the attempt's time."""
    trace = Trace(what, scope)
    for _ in range(_MAX_PASSED_OVER):
        try:
            return await http.send(what.request, stream=True, auth=None, follow_redirects=False)
        except Exception:
            if not trace.may_try_another():
                raise
    raise _nothing_fresh()


def _nothing_fresh() -> Refused:
    return Refused(ConnectionFailed("the http_client offers only connections that were used before."))


def check_sends_once(http: httpx.Client | httpx.AsyncClient) -> None:
    """Refuse a client that may send a request twice by itself, as far as its transports show.

    Raises:
        InvalidArgument: if so.
    """
    found: list[Any] = [http]
    for each in found:  # it grows: mounted and wrapped ones are found on the way
        if any(kind.__module__.partition(".")[0] in _RESENDERS for kind in type(each).__mro__):
            raise InvalidArgument(
                f"this http_client may send a purchase or release twice by itself ({type(each).__name__}); pass a "
                "plain httpx client",
                parameter="http_client",
            )
        held = list(getattr(each, "__dict__", {}).values())
        held += [one for mounts in held if isinstance(mounts, dict) for one in mounts.values()]
        transports = [one for one in held if isinstance(one, httpx.BaseTransport | httpx.AsyncBaseTransport)]
        found += [one for one in transports if not any(one is known for known in found)]

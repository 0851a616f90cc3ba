"""What went wrong on the way, in our terms. Loaded with the first failure."""

import re
from contextlib import suppress

import httpx

from ...errors import ConnectionFailed, TimedOut, UnreadableResponse
from ..failures import BY_KIND, kind_of_status
from ..redaction import quoted_error
from . import Refused, Send, TransportFailure


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
        # What httpx says may quote a header; a proxy may repeat what it was sent, in any form.
        is_quotable = isinstance(error, httpx.ConnectError) or not isinstance(error, httpx.HTTPError)
        why = quoted_error(error) if is_quotable else type(error).__name__
        if isinstance(error, httpx.ProxyError) and (given := re.match(r"[1-5][0-9]{2}\b", str(error))):
            why = f"{why}: HTTP {given[0]}"
        failure = ConnectionFailed(f"the connection failed ({why}).")
    failure.never_sent = what.attempt.never_sent
    return TransportFailure(failure)


def _is_about(error: httpx.HTTPStatusError, request: httpx.Request) -> bool:
    with suppress(RuntimeError):  # it may have been made without one
        return error.request is request
    return False

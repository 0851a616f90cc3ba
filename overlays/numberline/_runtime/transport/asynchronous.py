"""What `transport.send` does, with `await`."""

from contextlib import suppress
from typing import cast

import httpx
from anyio import CancelScope, lowlevel

from ...errors import TimedOut
from ..httpcore_log import SENDING
from . import ORDERLY, BodyReader, Connection, RawResponse, Refused, Send, TransportFailure


async def send_async(connection: Connection, what: Send) -> RawResponse | TransportFailure:
    """Send, and wait for the whole response with `await`."""
    outer = SENDING.get()
    closed = False
    try:
        SENDING.set(True)
        if connection.theirs is not None:
            from .http_client import send_through_async

            with CancelScope() as scope:
                theirs = cast("httpx.AsyncClient", connection.theirs)
                return await _whole_async(await send_through_async(theirs, what, scope), what)
            raise Refused(TimedOut("no whole response in time."))
        ours = connection.ours(lowlevel.current_token())
        what.attempt.handed_over = True
        return await _whole_async(await ours.handle_async_request(what.request), what)
    except BaseException as error:
        closed = isinstance(error, GeneratorExit)
        # A task that is cancelled or closed lets go of its own connection, and no other.
        if isinstance(error, Exception | KeyboardInterrupt | SystemExit) and not isinstance(error, ORDERLY):
            connection.drop()
        if isinstance(error, Exception):
            from .failures import map_transport_error

            return map_transport_error(error, what)
        raise
    finally:
        if not closed:  # perhaps by the garbage collector, and then the current context is another one
            SENDING.set(outer)


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

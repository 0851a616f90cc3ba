"""What httpx and httpcore may log of our requests: no credentials, and no phone numbers."""

import logging
from contextvars import ContextVar

import httpx


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


SENDING = ContextVar("SENDING", default=False)
"""Whether the request that is on its way is one of ours."""


class _StepNames(logging.Filter):
    """Leave of the debug lines about our requests the names of the steps: the lines hold headers, and a SOCKS proxy's
    password. Those about requests of others stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if SENDING.get():
            record.msg, record.args = record.getMessage().partition(" ")[0], None
        return True


logging.getLogger("httpx").addFilter(_ShownAddresses())
for _name in (
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
    "hpack.hpack",
    "hpack.table",
):
    logging.getLogger(_name).addFilter(_StepNames())

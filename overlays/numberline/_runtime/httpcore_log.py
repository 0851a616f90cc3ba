"""What httpcore may log of our requests: no credentials."""

import logging
from contextvars import ContextVar

SENDING = ContextVar("SENDING", default=False)
"""Whether the request that is on its way is one of ours."""


class _StepNames(logging.Filter):
    """Leave of the debug lines about our requests the names of the steps: the lines hold headers, and a SOCKS proxy's
    password. Those about requests of others stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if SENDING.get():
            record.msg, record.args = record.getMessage().partition(" ")[0], None
        return True


for _name in (
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
    "hpack.hpack",
    "hpack.table",
):
    logging.getLogger(_name).addFilter(_StepNames())

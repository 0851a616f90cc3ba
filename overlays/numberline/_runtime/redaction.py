"""What is kept out of messages and logs: credentials, phone numbers, and what only looks like text."""

import logging
import re
from contextvars import ContextVar
from urllib.parse import quote, quote_plus

import httpx

_PHONE_NUMBER = re.compile(r"\+\d(?:[ ().-]{0,2}\d){6,14}|\d{8,}")
_LONGEST_QUOTE = 300


def redact(text: str, secrets: tuple[str, ...], *, numbers: bool = True) -> str:
    """Redact secrets and all but the last digits of phone numbers."""
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, "***")
    # Of a phone number that a provider repeats, the last digits are enough to tell which one it is.
    return _PHONE_NUMBER.sub(lambda found: f"***{found[0][-2:]}", text) if numbers else text


def quotable(text: str) -> str:
    """Return foreign text as it may stand in a message: one line, printable, and not long."""
    cut = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
    return "".join(char if char.isprintable() else " " for char in cut)


def quoted_error(error: BaseException) -> str:
    """Return an error's class and text as they may stand in a message. Its text may itself fail."""
    try:
        text = quotable(str(error))
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


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

"""Whether to send again, and when: decided by what an operation does, never by its HTTP verb.

A request that costs money or gives something up is sent again only when the first one provably did nothing: it never
left, or the provider says that it refused to act. In all other doubt the outcome is unknown, and that is an error of
its own.
"""

import random
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

from ..errors import ConnectionFailed, NumberlineError, ProviderError, TimedOut
from .operation import OperationClass

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0
LONGEST_WAIT = 60.0
"""Seconds that a call waits at most because a provider asks for it; above that the error is raised at once."""


def may_repeat(operation_class: OperationClass, error: NumberlineError) -> bool:
    """Whether sending once more can do no harm and may help."""
    if error.kind == "rate-limit" or error.never_sent:
        return True
    if operation_class in ("charge", "release"):
        return False
    return error.kind in ("later", "server") or isinstance(error, ConnectionFailed | TimedOut)


def is_outcome_unknown(operation_class: OperationClass, error: NumberlineError) -> bool:
    """Whether the provider may have done what was asked although there is no result."""
    if operation_class in ("read", "idempotent") or error.never_sent or error.kind == "rate-limit":
        return False
    refused = isinstance(error, ProviderError) and error.from_provider and error.kind != "server"
    return not refused


def backoff(attempt: int, random_up_to: Callable[[float], float] = lambda top: random.uniform(0, top)) -> float:
    """Seconds to wait after the given attempt (the first is 1): exponential, with full jitter."""
    return random_up_to(min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(attempt - 1, 10)))


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds to wait by a `Retry-After` header, which gives seconds or a date; None if it gives neither.

    Args:
        header: the header's value.
        now: seconds since 1970.
    """
    if header is None:
        return None
    text = header.strip()
    try:
        seconds = float(text) if text[:1].isdigit() and not text[-1:].isalpha() else None
        if seconds is None:
            moment = parsedate_to_datetime(text)
            # HTTP's dates are in UTC, also in those of its forms that don't say so.
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds) if seconds < float("inf") else None

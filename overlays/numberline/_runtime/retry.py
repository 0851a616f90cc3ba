"""Whether to send again, and when: decided by what an operation does, never by its HTTP verb.

A request that costs money or gives something up is sent again only if the first one provably did nothing: no byte of it
was written, or the provider refused it for now. Otherwise the outcome is unknown, and that is an error of its own.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime

from ..errors import ConnectionFailed, InvalidArgument, NumberlineError, TimedOut
from .clock import parse_http_date
from .operation import OperationClass

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0
LONGEST_WAIT = 60.0
"""Seconds that a call waits at most because a provider asks for it; above that the error is raised at once."""


def may_repeat(operation_class: OperationClass, error: NumberlineError) -> bool:
    """Return whether sending once more can do no harm and may help."""
    if error.never_sent:
        return not isinstance(error, InvalidArgument)  # as the environment's proxy, which stays as it is
    if operation_class in ("charge", "release"):
        return is_certain(error) and error.kind in ("rate-limit", "later")
    return error.kind in ("rate-limit", "later", "server") or isinstance(error, ConnectionFailed | TimedOut)


def is_certain(error: NumberlineError) -> bool:
    """Return whether the error proves that nothing was done.

    Only two things prove it: no byte was written, or the provider refused in its own form, with a code that means so. A
    proxy may say anything about a request that it has forwarded.
    """
    return error.never_sent or (error.from_provider and error.effect == "none")


def backoff(attempt: int, random_up_to: Callable[[float], float] = lambda top: random.uniform(0, top)) -> float:
    """Seconds to wait after the given attempt (the first is 1): exponential, with full jitter."""
    return random_up_to(min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(attempt - 1, 10)))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return seconds to wait by the header `Retry-After`, which gives seconds or a date; None if it gives neither.

    A date is compared with the response's own `Date`, since this machine's clock may be wrong, else with `now`.
    """
    text = headers.get("retry-after", "").strip()
    if text[:1].isdigit() and not text[-1:].isalpha():
        try:
            seconds = float(text)
        except ValueError:
            return None
    else:
        moment = parse_http_date(text)
        if moment is None:
            return None
        seconds = (moment - (parse_http_date(headers.get("date", "")) or now)).total_seconds()
    return max(0.0, seconds) if seconds < float("inf") else None

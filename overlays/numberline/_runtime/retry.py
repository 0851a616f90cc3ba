"""What follows a failed attempt: whether to send again and when, and what the error says in the end.

Whether to send again is decided by what an operation does, never by its HTTP verb.

A request that costs money or gives something up is sent again only if the first one provably did nothing: no byte of it
was written, or the provider refused it for now. Otherwise the outcome is unknown, and that is an error of its own.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from ..errors import (
    AuthenticationError,
    ConnectionFailed,
    InvalidArgument,
    NumberlineError,
    RateLimited,
    TimedOut,
)
from .auth import Signature
from .context import Progress, Received
from .operation import OperationClass
from .rate_limit import rate_limiter
from .redaction import cut, redact
from .skew import offset, parse_http_date
from .transport import RawResponse

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0
LONGEST_WAIT = 60.0
"""Seconds that a call waits at most because a provider asks for it; above that the error is raised at once."""

CLOCK_TOLERANCE = 60.0
"""Seconds by which this machine's clock may differ before a refused sign-in is blamed on it."""

_PLAIN_HEADERS = ("accept", "accept-encoding", "connection", "user-agent")


def repeats_after(call: Progress[Any], error: NumberlineError, outcome: Received | None) -> bool:
    """Return whether to try once more. When, is settled too."""
    call.failure = error
    call.arrived = call.arrived or not error.never_sent
    now = call.clock.monotonic()
    if isinstance(error, AuthenticationError):
        _blame_clock(error, offset(call.context.provider_clock))
    if isinstance(outcome, RawResponse) and error.kind in ("rate-limit", "later", "server"):
        error.retry_after = retry_after(outcome.headers, call.clock.now())
    if error.kind == "rate-limit":
        limiter = rate_limiter(*call.limiter_key, budget=call.context.budget)
        limiter.on_limited(now, error.retry_after, call.operation.rate_limit)
    if call.is_in_doubt(error):
        return False
    call.in_flight = None
    if error.kind in ("token", "authentication") and call.may_renew:
        call.may_renew = False
        if call.context.signer.renew(cast("Signature", call.signature)):
            return True
    asked = error.retry_after or 0.0
    if not call.retries_left or asked > LONGEST_WAIT or not may_repeat(call.operation.operation_class, error):
        return False
    call.retries_left -= 1
    call.not_before = now + max(asked, backoff(call.attempts, call.clock.random))
    return True


def allowed(call: Progress[Any], pause: float) -> float:
    """Return how long to wait before an attempt, unless nothing can come of it.

    Raises:
        RateLimited: if the provider wants to be left alone for longer than a call waits.
        TimedOut: if the call's time is over by then.
    """
    now = call.clock.monotonic()
    if (held := rate_limiter(*call.limiter_key).hold_remaining(now)) > LONGEST_WAIT:
        said = f"not sent: the provider asked to be left alone for {held:.0f} s more."
        raise finished(call, RateLimited(said, kind="rate-limit", retry_after=held, never_sent=True))
    if now + pause >= call.ends:
        raise out_of_time(call)
    return pause


def out_of_time(call: Progress[Any]) -> NumberlineError:
    """Return the error of a call whose deadline leaves no time for an attempt."""
    why = f" The last failure: {call.failure.message}" if call.failure is not None else ""
    said = f"the deadline of {call.context.options.deadline:g} s does not allow another attempt.{why}"
    return finished(call, TimedOut(said, never_sent=True))


def finished(call: Progress[Any], error: NumberlineError) -> NumberlineError:
    """Return the error with all that is known of the call, and without secrets."""
    error.provider = call.operation.provider.name
    error.operation = call.operation.name
    error.attempts = call.attempts
    error.elapsed = call.clock.monotonic() - call.began
    error.never_sent = error.never_sent and not call.arrived
    hidden = secrets(call)
    for name in ("text", "code", "parameter", "request_id"):
        if isinstance(given := getattr(error, name), str):
            shown = cut(redact(given, hidden, numbers=name != "request_id"))
            setattr(error, name, shown)
            if shown != given:
                error.message = error.message.replace(given, shown)
    # A short secret may be a part of any word of ours.
    error.message = cut(redact(error.message, tuple(secret for secret in hidden if len(secret) >= 8)), 1000)
    error.args = (error.message,)
    return error


def secrets(call: Progress[Any]) -> tuple[str, ...]:
    """Return what was sent and must not be shown: credentials, and the values of the user's own headers."""
    own: Mapping[str, str] = {**call.context.connection.headers, **call.context.options.headers}
    values = (value for name, value in own.items() if name not in _PLAIN_HEADERS and len(value) >= 8)
    return (*(call.signature.secrets if call.signature is not None else ()), *values)


def _blame_clock(error: NumberlineError, offset: float | None) -> None:
    if offset is not None and abs(offset) > CLOCK_TOLERANCE:
        way = "behind" if offset > 0 else "ahead of"
        error.message += f" This machine's clock is {abs(offset):.0f} s {way} the provider's; set it right first."


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

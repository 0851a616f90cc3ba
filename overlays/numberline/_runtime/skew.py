"""How far a provider's clock is ahead of this machine's, by the header `Date` of its last response."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .clock import ProviderClock


def offset(clock: ProviderClock) -> float | None:
    """Return seconds, whole ones, or None if the provider never said."""
    if clock.last is None:
        return None
    date, now, _ = clock.last
    moment = parse_http_date(date)
    return None if moment is None else (moment - now).total_seconds()


def offset_at(clock: ProviderClock, now: datetime, monotonic: float) -> float | None:
    """Return the same for a later moment. If this machine's clock was put back since, the provider's is that much
    further ahead. A clock that seems to have been put forward may have been suspended, which changes nothing."""
    seconds = offset(clock)
    if seconds is None or clock.last is None:
        return None
    passed = (now - clock.last[1]).total_seconds()
    return seconds + max(0.0, monotonic - clock.last[2] - passed)


def parse_http_date(text: str) -> datetime | None:
    """Return the moment of an HTTP date, or None for anything else. Such dates are in UTC in each of their forms."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

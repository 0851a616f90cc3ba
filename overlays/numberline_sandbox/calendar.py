"""Days of the month that come again. Days are ordinals, as in `date.toordinal`."""

from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=2**14)
def next_return(day: int, after: int) -> int:
    """The first return of a day of the month after another day."""
    start = date.fromordinal(day)
    if day <= after and start.day <= 28:  # so many months are never too many
        months = 12 * start.year + start.month - 1 + (after - day) // 31
        day = date(months // 12, months % 12 + 1, start.day).toordinal()
    while day <= after:
        day = a_month_after(day)
    return day


def a_month_after(ordinal: int) -> int:
    """The same day of the next month, or its last one."""
    day = date.fromordinal(ordinal)
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day)).toordinal()

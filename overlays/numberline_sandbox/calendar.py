"""Days of the month that come again."""

from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=2**14)
def next_return(day: date, after: date) -> date:
    """Return the first return of a day of the month after another day."""
    if day <= after and day.day <= 28:
        months = 12 * day.year + day.month - 1 + (after - day).days // 31  # never too many
        day = date(months // 12, months % 12 + 1, day.day)
    while day <= after < date.max:
        day = a_month_after(day)
    return day


@lru_cache(maxsize=2**14)
def a_month_after(day: date) -> date:
    """Return the same day of the next month, or its last one; at the end of the calendar the calendar's last day."""
    try:
        first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    except OverflowError:
        return date.max
    return first.replace(day=min(day.day, last.day))

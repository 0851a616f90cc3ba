"""Moments as mail has them: `Thu, 31 Mar 2016 11:16:59 +0300`."""

from datetime import UTC, datetime
from functools import lru_cache

MONTHS = {
    name: f"-{number:02d}-"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_parse = datetime.fromisoformat
# Slices that are not made anew for each text.
_DAY, _CLOCK, _OFFSET = slice(5, 16), slice(16, 25), slice(26, 31)


@lru_cache(4096)  # the records of an account share their days
def _iso_day(day: str) -> str:
    """`31 Mar 2016` -> `2016-03-31`."""
    return f"{day[7:11]}{MONTHS[day[3:6]]}{day[:2]}"


def read(text: str) -> datetime:
    """Read a moment; the offset is kept.

    Raises:
        ValueError: for anything else.
    """
    try:
        # Far faster than email.utils, which reads whatever is laid out differently.
        moment = _parse(f"{_iso_day(text[_DAY])}{text[_CLOCK]}{text[_OFFSET]}")
    except (KeyError, ValueError):
        from email.utils import parsedate_to_datetime

        try:
            moment = parsedate_to_datetime(text)
        except OverflowError as error:
            raise ValueError(str(error)) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)

"""Moments in the providers' own forms, always read as aware datetimes. `timestamp_formats` lists and writes them."""

from datetime import UTC, datetime
from functools import lru_cache

MONTHS = {
    name: f"-{number:02d}-"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
# Slices that are not made anew for each text.
_DAY, _CLOCK, _OFFSET = slice(5, 16), slice(16, 25), slice(26, 31)


@lru_cache(4096)  # the records of an account share their days
def _iso_day(day: str) -> str:
    """`31 Mar 2016` -> `2016-03-31`."""
    return f"{day[7:11]}{MONTHS[day[3:6]]}{day[:2]}"


parse = datetime.fromisoformat


def read_utc_timestamp(text: str) -> datetime:
    """`2022-05-04 18:22:07`, which is UTC.

    Raises:
        ValueError: for anything else.
    """
    return parse(text + "Z")


def read_rfc2822(text: str) -> datetime:
    """`Thu, 31 Mar 2016 11:16:59 +0300`; the offset is kept.

    Raises:
        ValueError: for anything else.
    """
    try:
        # Far faster than email.utils, which reads whatever is laid out differently.
        moment = parse(f"{_iso_day(text[_DAY])}{text[_CLOCK]}{text[_OFFSET]}")
    except (KeyError, ValueError):
        from email.utils import parsedate_to_datetime

        try:
            moment = parsedate_to_datetime(text)
        except OverflowError as error:
            raise ValueError(str(error)) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_date_time(text: str) -> datetime:
    """`2026-03-31T11:16:59.5+03:00`, as RFC 3339 has it; the offset is kept.

    Raises:
        ValueError: for anything else, a moment without an offset too.
    """
    moment = parse(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment

"""The string formats of the specs that mean a moment: how each is read and written."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from . import rfc2822, timestamps

_MONTH_NAMES = list(rfc2822.MONTHS)
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read_utc_timestamp(text: str) -> datetime:
    """`2022-05-04 18:22:07`, which is UTC.

    Raises:
        ValueError: for anything else.
    """
    return timestamps.parse(text + "Z")


def write_utc_timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat(" ")


def write_rfc2822(moment: datetime) -> str:
    # Not strftime: its names of days and months depend on the locale.
    day, month = _DAY_NAMES[moment.weekday()], _MONTH_NAMES[moment.month - 1]
    return f"{day}, {moment:%d} {month} {moment.year:04d} {moment:%H:%M:%S %z}"


def write_date_time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class Format(NamedTuple):
    read: Callable[[str], datetime]
    write: Callable[[datetime], str]


FORMATS = {
    "utc-timestamp": Format(read_utc_timestamp, write_utc_timestamp),
    "rfc2822": Format(rfc2822.read, write_rfc2822),
    "date-time": Format(timestamps.read_date_time, write_date_time),
}
"""By the name that the specs have for them."""

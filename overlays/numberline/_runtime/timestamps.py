"""Moments in the providers' own forms, always read as aware datetimes. `timestamp_formats` lists and writes them."""

from datetime import datetime

parse = datetime.fromisoformat


def read_date_time(text: str) -> datetime:
    """`2026-03-31T11:16:59.5+03:00`, as RFC 3339 has it; the offset is kept.

    Raises:
        ValueError: for anything else, a moment without an offset too.
    """
    moment = parse(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment

"""Moments in the providers' own forms."""

import locale
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given, strategies as st

from numberline._runtime.rfc2822 import read as read_rfc2822
from numberline._runtime.timestamp_formats import FORMATS, read_utc_timestamp, write_rfc2822, write_utc_timestamp
from numberline._runtime.timestamps import read_date_time

WHOLE_MINUTES = st.builds(
    lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(min_value=-23 * 60, max_value=23 * 60)
)


def test_every_form_reads_what_it_writes() -> None:
    assert set(FORMATS) == {"utc-timestamp", "rfc2822", "date-time"}
    moment = datetime(2031, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=3)))
    for form in FORMATS.values():
        assert form.read(form.write(moment)) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-05-04 18:22:07", datetime(2022, 5, 4, 18, 22, 7, tzinfo=UTC)),
        ("0001-01-01 00:00:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_without_an_offset_is_utc(text: str, moment: datetime) -> None:
    assert read_utc_timestamp(text) == moment
    assert read_utc_timestamp(text).utcoffset() == timedelta(0)
    assert write_utc_timestamp(moment) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2022-05-04",
        "0000-00-00 00:00:00",
        "2022-13-01 00:00:00",
        "2022-02-30 00:00:00",
        "2022-05-04 24:00:01",
        "2022-05-04 18:22:07+03:00",
        "2022-05-04 18:22:07Z",
        "now",
        "1651688527",
    ],
)
def test_other_text_is_no_utc_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_utc_timestamp(text)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Thu, 31 Mar 2016 11:16:59 +0300", timedelta(hours=3)),
        ("Thu, 31 Mar 2016 03:46:59 -0430", -timedelta(hours=4, minutes=30)),
        ("Thu, 31 Mar 2016 08:16:59 +0000", timedelta(0)),
        ("Thu, 31 Mar 2016 08:16:59 -0000", timedelta(0)),
        ("Thu, 31 Mar 2016 08:16:59 GMT", timedelta(0)),
        ("Thu, 31 Mar 2016 08:16:59", timedelta(0)),
        ("Thu,  31 Mar 2016 11:16:59 +0300", timedelta(hours=3)),
        ("31 Mar 2016 11:16:59 +0300", timedelta(hours=3)),
    ],
)
def test_a_moment_as_in_email_keeps_its_offset(text: str, offset: timedelta) -> None:
    moment = read_rfc2822(text)

    assert moment == datetime(2016, 3, 31, 8, 16, 59, tzinfo=UTC)
    assert moment.utcoffset() == offset


def test_a_day_of_one_digit_is_read() -> None:
    for text in ("Fri, 1 Apr 2016 11:16:59 +0300", "Fri, 01 Apr 2016 11:16:59 +0300"):
        assert read_rfc2822(text) == datetime(2016, 4, 1, 8, 16, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        "Thu,",
        "31 Mar",
        "2016-03-31 11:16:59",
        "Thu, 32 Mar 2016 11:16:59 +0300",
        "Thu, 31 Mar 2016 25:16:59 +0300",
        "Thu, 31 Mar 2016 11:16:59 +9999",
        "Thu, 31 Xyz 2016 11:16:59 +0300",
        "Thu, 31 Mar 99999999999999999999 11:16:59 +0300",
        "1 Jan 1 1:1:1 " + "9" * 30,
    ],
)
def test_other_text_is_no_moment_as_in_email(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_rfc2822(text)


def test_names_of_days_and_months_are_english_whatever_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert write_rfc2822(datetime(2031, 10, 15, tzinfo=UTC)) == "Wed, 15 Oct 2031 00:00:00 +0000"
    finally:
        locale.setlocale(locale.LC_TIME, before)
    assert write_rfc2822(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)) == "Tue, 06 May 2031 07:08:09 +0000"


@given(st.datetimes(timezones=st.just(UTC)))
def test_utc_moments_survive_to_the_second(moment: datetime) -> None:
    written = write_utc_timestamp(moment)

    assert len(written) == 19
    assert read_utc_timestamp(written) == moment.replace(microsecond=0)


@given(st.datetimes(timezones=WHOLE_MINUTES))
def test_rfc_822_moment_round_trips_to_the_second(moment: datetime) -> None:
    read = read_rfc2822(write_rfc2822(moment))

    assert read.replace(tzinfo=None) == moment.replace(microsecond=0, tzinfo=None)
    assert read.utcoffset() == moment.utcoffset()


@given(st.datetimes(timezones=WHOLE_MINUTES))
def test_rfc_822_moment_is_written_as_the_standard_library_does(moment: datetime) -> None:
    assert write_rfc2822(moment) == format_datetime(moment)


@given(
    st.one_of(st.text(), st.from_regex(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d.{0,6}", fullmatch=True))
)
@example("Thu, 31 Mar 2016 11:16:59 .1234")
@example("Thu, 31 Mar 2016 11:16:59")
def test_whatever_is_read_has_an_offset(text: str) -> None:
    for form in FORMATS.values():
        try:
            moment = form.read(text)
        except ValueError:
            continue
        assert moment.utcoffset() is not None


@pytest.mark.parametrize(
    ("text", "moment", "written"),
    [
        ("2031-01-02T03:04:05Z", datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC), "2031-01-02T03:04:05Z"),
        ("2031-01-02t03:04:05.5Z", datetime(2031, 1, 2, 3, 4, 5, 500000, tzinfo=UTC), "2031-01-02T03:04:05.500000Z"),
        ("2031-01-02 03:04:05+00:00", datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC), "2031-01-02T03:04:05Z"),
        ("2031-01-02T03:04:05-08:00", datetime(2031, 1, 2, 11, 4, 5, tzinfo=UTC), "2031-01-02T03:04:05-08:00"),
    ],
)
def test_a_date_time_keeps_its_offset(text: str, moment: datetime, written: str) -> None:
    assert read_date_time(text) == moment
    assert FORMATS["date-time"].write(read_date_time(text)) == written


@pytest.mark.parametrize("text", ["2031-01-02T03:04:05", "2031-01-02", "soon", "", "2031-13-02T03:04:05Z"])
def test_a_date_time_without_an_offset_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_date_time(text)

"""What each kind of argument becomes on the wire, and what it refuses."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any

import pytest
from hypothesis import given, strategies as st

from numberline._runtime import arguments, json_arguments
from numberline.errors import InvalidArgument, NumberlineError
from numberline.voximplant import Locale, SandboxFilter


class Index:
    """A whole number of somebody else's, such as numpy's."""

    def __index__(self) -> int:
        return 7


class Small(IntEnum):
    SEVEN = 7


class Text(str):
    """Text that prints as something else."""

    def __str__(self) -> str:
        return "something else"

    __slots__ = ()


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("write", "value", "written"),
    [
        (arguments.text, "", ""),
        (arguments.text, " a;b,c%\n ", " a;b,c%\n "),
        (arguments.text, "支持", "支持"),
        (arguments.text, SandboxFilter.TRUE, "true"),
        (arguments.text, SandboxFilter("new"), "new"),
        (arguments.integer, 0, "0"),
        (arguments.integer, -7, "-7"),
        (arguments.integer, 10**30, "1" + "0" * 30),
        (arguments.integer, Index(), "7"),
        (arguments.integer, Small.SEVEN, "7"),
        (arguments.number, 5, "5"),
        (arguments.number, Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (arguments.number, Decimal("1E+3"), "1000"),
        (arguments.number, Decimal("1E-7"), "0.0000001"),
        (arguments.number, Decimal("1.50"), "1.50"),
        (arguments.boolean, True, "true"),
        (arguments.boolean, False, "false"),
        (arguments.day, date(2031, 1, 2), "2031-01-02"),
        (arguments.day, date(1, 1, 1), "0001-01-01"),
        (arguments.utc_timestamp, datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC), "2031-01-02 03:04:05"),
        (arguments.utc_timestamp, datetime(1, 1, 2, 3, 4, 5, 999999, tzinfo=UTC), "0001-01-02 03:04:05"),
        (
            arguments.utc_timestamp,
            datetime(2031, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2030-12-31 18:30:00",
        ),
        (arguments.date_time, datetime(2031, 1, 2, 3, 4, 5, 999999, tzinfo=UTC), "2031-01-02T03:04:05Z"),
        (arguments.date_time, datetime(2031, 1, 1, tzinfo=timezone(timedelta(hours=-5))), "2031-01-01T05:00:00Z"),
        (arguments.choice("all", "true"), "all", "all"),
        (arguments.choice("all", "true"), SandboxFilter.TRUE, "true"),
        (arguments.choice("all", "true"), SandboxFilter("new"), "new"),
        (arguments.path_segment, "a/b", "a/b"),
        (arguments.path_segment, "...", "..."),
        (arguments.path_segment, " ", " "),
    ],
)
def test_a_value_is_written_so(write: Callable[[str, Any], str], value: object, written: str) -> None:
    wrote = write("name", value)

    assert wrote == written
    assert type(wrote) is str


@pytest.mark.parametrize(
    ("write", "value", "written"),
    [
        (json_arguments.integer, Index(), 7),
        (json_arguments.integer, Small.SEVEN, 7),
        (json_arguments.integer, 10**30, 10**30),
        (json_arguments.boolean, False, False),
        (json_arguments.number, 5, Decimal(5)),
        (json_arguments.number, Decimal("1.50"), Decimal("1.50")),
    ],
)
def test_a_json_body_has_other_forms_than_text(write: Callable[[str, Any], object], value: Any, written: Any) -> None:
    assert write("name", value) == written
    assert type(write("name", value)) is type(written)


def test_subclass_of_str_is_sent_as_its_text() -> None:
    assert arguments.text("name", Locale.EN) == "EN"
    assert type(arguments.text("name", Locale.EN)) is str


@pytest.mark.parametrize(
    ("write", "value"),
    [
        *[(arguments.text, value) for value in (None, 1, True, b"a", ["a"], Colour.RED, "\ud800", "a\udfffb")],
        *[(arguments.integer, value) for value in (None, True, False, 1.0, "1", Decimal(1), [1], Colour.RED)],
        *[(arguments.number, value) for value in (None, True, 1.5, "1", Decimal("NaN"), Decimal("-Infinity"))],
        *[(arguments.boolean, value) for value in (None, 0, 1, "true", "", Decimal(1))],
        *[(arguments.day, value) for value in (None, datetime(2031, 1, 2), datetime.now(UTC), "2031-01-02", 1)],
        *[(arguments.moment, value) for value in (None, datetime(2031, 1, 2), date(2031, 1, 2), "2031-01-02", 1.5)],
        *[(arguments.utc_timestamp, value) for value in (None, datetime(2031, 1, 2), date(2031, 1, 2), 1)],
        *[(arguments.date_time, value) for value in (None, datetime(2031, 1, 2), date(2031, 1, 2), "2031-01-02")],
        *[(arguments.choice("all"), value) for value in (None, "ALL", "", "al", 1, b"all", Colour.RED, "\ud800")],
        *[(arguments.path_segment, value) for value in (None, "", ".", "..", 1, b"a", "\ud800")],
    ],
)
def test_a_value_that_would_be_misread_is_refused_by_name(write: Callable[[str, Any], str], value: object) -> None:
    with pytest.raises(InvalidArgument, match=r"^the_name ") as refused:
        write("the_name", value)

    assert refused.value.parameter == "the_name"
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, NumberlineError)
    assert refused.value.attempts == 0


def test_refusal_never_repeats_a_possible_secret() -> None:
    writers: list[Callable[[str, Any], object]] = [
        arguments.integer,
        arguments.boolean,
        arguments.day,
        arguments.moment,
    ]
    for write in writers:
        with pytest.raises(InvalidArgument) as refused:
            write("name", "a-secret")
        assert "a-secret" not in str(refused.value)
        assert refused.value.__context__ is None or refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("minimum", "maximum", "words"),
    [(1, 20, "between 1 and 20"), (1, None, "at least 1"), (None, 20, "at most 20")],
)
def test_whole_numbers_stay_within_the_documented_range(minimum: int | None, maximum: int | None, words: str) -> None:
    for edge in (minimum, maximum):
        if edge is not None:
            assert arguments.integer("limit", edge, minimum, maximum) == str(edge)
    outside = ([] if minimum is None else [minimum - 1]) + ([] if maximum is None else [maximum + 1])
    for value in outside:
        with pytest.raises(InvalidArgument, match=f"^limit is {value}; it has to be {words}$"):
            arguments.integer("limit", value, minimum, maximum)


def test_a_moment_is_cut_to_whole_seconds_and_not_rounded() -> None:
    assert arguments.moment("name", datetime(2031, 1, 2, 3, 4, 5, 999999, tzinfo=UTC)) == datetime(
        2031, 1, 2, 3, 4, 5, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-1))),
    ],
)
def test_moment_outside_the_utc_calendar_is_refused_by_name(moment: datetime) -> None:
    with pytest.raises(InvalidArgument) as refused:
        arguments.moment("to_phone_purchase_date", moment)
    assert refused.value.parameter == "to_phone_purchase_date"


def test_misspelled_value_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(InvalidArgument, match="sandbox is 'ture'; it has to be one of all, true, false"):
        arguments.choice("all", "true", "false")("sandbox", "ture")


def test_exactly_one_of_a_group_is_given() -> None:
    arguments.exactly_one(phone_id=[1], phone_number=None)
    arguments.exactly_one(phone_id=None, phone_number=[])  # an empty list is given, and refused as a list later
    with pytest.raises(InvalidArgument, match="give exactly one of phone_id or phone_number; neither was") as neither:
        arguments.exactly_one(phone_id=None, phone_number=None)
    with pytest.raises(InvalidArgument, match="phone_id and phone_number were") as both:
        arguments.exactly_one(phone_id=0, phone_number="")

    with pytest.raises(InvalidArgument, match="b and c were") as two_of_three:
        arguments.exactly_one(a=None, b=1, c=2)

    assert neither.value.parameter == "phone_id"
    assert both.value.parameter == "phone_id"
    assert two_of_three.value.parameter == "b"


def test_at_most_one_of_a_group_is_given() -> None:
    arguments.at_most_one(phone_id=None, phone_number=None)
    arguments.at_most_one(phone_id=None, phone_number=["15550100"])
    with pytest.raises(InvalidArgument, match="give only one of phone_id, phone_number") as both:
        arguments.at_most_one(application=None, phone_id=[1], phone_number=["15550100"])

    assert both.value.parameter == "phone_id"


def test_an_argument_that_depends_on_another_is_refused_alone() -> None:
    arguments.needs_one_of("rule_name", None, application_id=None, application_name=None)
    arguments.needs_one_of("rule_name", "night", application_id=None, application_name="support")
    with pytest.raises(InvalidArgument, match="rule_name needs application_id or application_name") as alone:
        arguments.needs_one_of("rule_name", "night", application_id=None, application_name=None)

    assert alone.value.parameter == "rule_name"


@given(st.integers())
def test_whole_numbers_are_written_in_decimal_digits(value: int) -> None:
    assert int(arguments.integer("name", value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_amounts_keep_every_digit_and_have_no_exponent(value: Decimal) -> None:
    written = arguments.number("name", value)

    assert Decimal(written) == value
    assert "E" not in written.upper()


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.timezones()))
def test_moments_are_written_as_the_same_second(value: datetime) -> None:
    read = datetime.fromisoformat(arguments.utc_timestamp("name", value) + "+00:00")

    assert read == value.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    "written",
    [
        "447860041117",
        "+447860041117",
        "+44 7860 041117",
        "00447860041117",
        "0044 (7860) 041-117",
        "+44 (0)7860 041117",
        "+44.7860.041.117",
        "44-7860/041117",
        "\u202a+44\xa07860\u2011041117\u202c",
        " +44\t7860 041117\n",
    ],
)
def test_phone_number_in_any_spelling_is_sent_as_digits(written: str) -> None:
    assert arguments.phone_number("number", written) == "447860041117"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "+",
        "07860 041117",
        "12",
        "1" * 16,
        "not a number",
        "+44 7860 ext. 5",
        "44;45",
        "\u0664\u0664\u0667\u0668",
        "++447",
        "tel:+447",
    ],
)
def test_invalid_phone_number_is_refused_by_name_and_not_shown(written: str) -> None:
    with pytest.raises(InvalidArgument, match=r"^number is not a phone number") as refused:
        arguments.phone_number("number", written)
    assert refused.value.parameter == "number"


@pytest.mark.parametrize(("written", "sent"), [("4037 170-005", "4037170005"), ("+40", "40"), ("0411", "0411")])
def test_a_part_of_a_phone_number_may_be_looked_for(written: str, sent: str) -> None:
    assert arguments.part_of_phone_number("number", written) == sent


def test_a_truth_value_may_come_from_numpy() -> None:
    true: Any = type("bool", (), {"__module__": "numpy", "__bool__": lambda _: True})()

    assert arguments.boolean("deactivated", true) == "true"

"""From bytes to records: the fast way and the tolerant one agree, and an odd value costs no more than itself."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given, strategies as st

from numberline._runtime.decoding import Decoder
from numberline._runtime.lenient import read
from numberline._runtime.records import OpenEnum, Page, Record
from numberline.errors import UnreadableResponse
from numberline_generated.apifonica import models as apifonica
from numberline_generated.apifonica.decoding import DECODERS as APIFONICA
from numberline_generated.infobip import models as infobip
from numberline_generated.infobip.decoding import DECODERS as INFOBIP
from numberline_generated.voximplant import models as voximplant
from numberline_generated.voximplant.decoding import DECODERS as VOXIMPLANT

DECODERS: dict[str, tuple[Any, Decoder[Any]]] = {
    **{f"Voximplant {name}": (getattr(voximplant, name), reader) for name, reader in VOXIMPLANT.items()},
    **{f"Infobip {name}": (getattr(infobip, name), reader) for name, reader in INFOBIP.items()},
    **{f"Apifonica {name}": (getattr(apifonica, name), reader) for name, reader in APIFONICA.items()},
}


def encode(value: Any) -> str:
    """JSON in which an amount keeps its every digit."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {encode(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(encode, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def fast(reader: Decoder[Any], body: bytes) -> Any:
    """What the fast way reads, or an error: it doesn't fall back on the tolerant one."""
    return reader.build(reader.decode(body), (body,))


def raws(value: Any) -> Any:
    """The raw objects of a record and of all records in it."""
    if isinstance(value, list):
        return [raws(item) for item in value]
    if not isinstance(value, Record):
        return None
    return value.raw, {name: raws(getattr(value, name)) for name in fields(type(value))}


# What a field holds, and what may come for it


class Field(NamedTuple):
    wire: str
    kind: Any
    required: bool
    moment: str | None


def fields(model: Any) -> dict[str, Field]:
    """A record's fields by attribute."""
    hints = get_type_hints(model)
    found: dict[str, Field] = {}
    for field in attrs.fields(model):
        parts = [part for part in get_args(hints[field.name]) if part is not NoneType]
        optional = NoneType in get_args(hints[field.name])
        found[field.name] = Field(
            model._mapping.name(field.name),
            parts[0] if optional else hints[field.name],
            field.default is attrs.NOTHING,
            model._mapping.moments.get(field.name),
        )
    return found


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**12), max_value=10**12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=5
)
SECONDS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
MOMENTS = {
    "utc-timestamp": SECONDS.map(lambda moment: moment.isoformat(" ")),
    "rfc2822": st.builds(
        lambda moment, offset: f"{moment:%a, %d %b %Y %H:%M:%S} {offset}",
        SECONDS,
        st.sampled_from(["+0000", "+0300", "-0430", "-0000"]),
    ),
}


def documented(kind: Any, moment: str | None = None) -> st.SearchStrategy[Any]:
    """What may come for a field: as documented, or what turns into that without a loss."""
    if moment is not None:
        return MOMENTS[moment] | st.just("")
    if get_origin(kind) is list:
        return st.lists(documented(get_args(kind)[0]), max_size=3)
    if isinstance(kind, type) and issubclass(kind, Record):
        return records(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from([member.value for member in kind]) | TEXT.filter(lambda text: text != "null")
    if kind is bool:
        return st.booleans() | st.sampled_from(["true", "false", 0, 1])
    if kind is int:
        return st.integers() | st.integers(-(2**50), 2**50).map(float) | st.integers().map(str)
    if kind is Decimal:
        return AMOUNTS | AMOUNTS.map(str) | st.integers() | st.sampled_from([Decimal("1E+3"), Decimal("1.5e-7")])
    if kind is date:
        return st.dates().map(date.isoformat)
    if kind is str:
        return TEXT
    return st.sampled_from(get_args(kind))  # a constant


def records(model: Any) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects for a record, with fields that are absent, null or unknown."""
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in fields(model).values():
        if field.required:
            required[field.wire] = documented(field.kind, field.moment)
        else:
            optional[field.wire] = st.none() | documented(field.kind, field.moment)
    known = {*required, *optional}
    names = TEXT | st.sampled_from([*fields(model), "raw", "items", "total", "_origin", "_mapping", "__class__"])
    unknown = st.dictionaries(names.filter(lambda name: name not in known), ANYTHING, max_size=2)
    own = st.fixed_dictionaries(required, optional=optional)
    return st.builds(lambda more, own: {**more, **own}, unknown, own)


@pytest.mark.parametrize("name", DECODERS)
def test_the_fast_way_and_the_tolerant_one_read_the_same(name: str) -> None:
    model, reader = DECODERS[name]

    @given(records(model).map(lambda body: encode(body).encode()))
    def agree(body: bytes) -> None:
        quick = fast(reader, body)
        slow = read(model, body)
        assert type(quick) is type(slow) is model
        assert quick == slow
        assert raws(quick) == raws(slow)
        assert quick.raw == json.loads(body)
        assert reader(encode(quick.to_dict()).encode()) == quick

    agree()


@pytest.mark.parametrize("name", DECODERS)
def test_both_ways_agree_on_whatever_comes(name: str) -> None:
    model, reader = DECODERS[name]
    names = [field.wire for field in fields(model).values()]
    deeper = [field.wire for kind in nested(model) for field in fields(kind).values()]
    leaf = SCALARS | st.sampled_from(["", "7", "true", "null", "2031-01-02", "2031-01-02 03:04:05", 7.0])
    inner = st.recursive(
        leaf,
        lambda below: (
            st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(deeper or names), below, max_size=8)
        ),
        max_leaves=20,
    )

    @given(st.dictionaries(st.sampled_from(names), inner, max_size=6).map(lambda body: encode(body).encode()))
    def agree(body: bytes) -> None:
        assert attempt(reader, body) == attempt(lambda body: read(model, body), body)

    agree()


def nested(model: Any) -> list[Any]:
    """The records that a record may hold."""
    kinds = [
        get_args(field.kind)[0] if get_origin(field.kind) is list else field.kind for field in fields(model).values()
    ]
    own = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Record)]
    return own + [deeper for kind in own for deeper in nested(kind)]


def attempt(way: Callable[[bytes], Any], body: bytes) -> Any:
    """What is read, or the words of the refusal."""
    try:
        found = way(body)
    except UnreadableResponse as unreadable:
        return str(unreadable)
    return found, raws(found)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_money_keeps_every_digit_as_a_number_and_as_text(amount: Decimal) -> None:
    for literal in (str(amount), f'"{amount}"'):
        body = b'{"result": [{"phone_id": 1, "phone_number": "15550100", "phone_price": %s}]}' % literal.encode()
        pages: list[Any] = [fast(VOXIMPLANT["PhoneNumbersPage"], body), read(voximplant.PhoneNumbersPage, body)]
        for page in pages:
            price: Decimal = page.result[0].phone_price
            assert price.as_tuple() == amount.as_tuple()


def test_money_is_not_a_float_on_its_way() -> None:
    for literal in ("0.1234567890123456789", "12345678901234567890.12", "0.10"):
        body = b'{"numbers": [{"numberKey": "key", "number": "447700900123", "price": {"setupPrice": %s}}]}'
        page = INFOBIP["NumbersPage"](body % literal.encode())
        assert str(page.numbers[0].price.setup_price) == literal


# Lossless conversions


@pytest.mark.parametrize(
    ("field", "came", "reads"),
    [
        ("application_id", "7", 7),
        ("application_id", 7.0, 7),
        ("application_id", 10**30, 10**30),
        ("canceled", "true", True),
        ("canceled", "False", False),
        ("canceled", 1, True),
        ("canceled", "0", False),
        ("phone_price", "0.10", Decimal("0.10")),
        ("phone_price", 7, Decimal(7)),
        ("application_name", 7, "7"),
        ("application_name", 7.5, "7.5"),
        ("application_name", -1, "-1"),
        ("application_name", "null", "null"),
        ("application_name", "true", "true"),
        ("application_name", "7", "7"),
        ("verification_status", 7, "7"),
        ("verification_status", "verified", "verified"),
    ],
)
def test_equivalent_value_of_another_type_is_kept(field: str, came: object, reads: object) -> None:
    body = {"result": [{"phone_id": 1, "phone_number": "15550100", field: came}]}
    found = getattr(VOXIMPLANT["PhoneNumbersPage"](encode(body).encode()).result[0], field)

    assert found == reads
    assert type(found) is type(reads) or isinstance(found, OpenEnum)


@pytest.mark.parametrize(
    ("came", "reads"), [(15550100, "15550100"), (10**30, "1" + "0" * 30), ("+15550100", "+15550100")]
)
def test_numeric_phone_number_is_kept_as_digits(came: object, reads: str) -> None:
    body = {"result": [{"phone_id": "7", "phone_number": came}]}
    (number,) = VOXIMPLANT["PhoneNumbersPage"](encode(body).encode()).result

    assert (number.phone_id, number.phone_number) == (7, reads)


# Odd values

ODD: dict[Any, list[Any]] = {
    str: [[], {}, ["text"]],
    int: [True, 7.5, "seven", "", "7.5", [], {}, [7]],
    bool: ["yes", "", 2, -1, 1.5, [], {}, [True]],
    Decimal: ["", "x", "1,5", True, [], {}, [1]],
    date: ["", "today", "2031-13-01", "0000-00-00", "2031-01-02 03:04:05", 7, True, [], {}],
    datetime: ["", "now", "0000-00-00 00:00:00", "2031-01-02", 7, 7.5, True, [], {}],
    Enum: [True, [], {}, ["VERIFIED"]],
    list: ["text", 7, True, {}],
    Record: ["text", 7, True, [], [{}]],
}
"""What reads as None, by what is documented."""

GOOD: dict[Any, Any] = {str: "text", int: 7, bool: True, Decimal: Decimal("0.5"), date: "2031-01-02"}
GOOD_MOMENTS = {"utc-timestamp": "2031-01-02 03:04:05", "rfc2822": "Thu, 02 Jan 2031 03:04:05 +0300"}


def good(kind: Any, moment: str | None = None) -> Any:
    """A value as documented, of records one with all fields."""
    if moment is not None:
        return GOOD_MOMENTS[moment]
    if get_origin(kind) is list:
        return [good(get_args(kind)[0])]
    if issubclass(kind, Record):
        return {field.wire: good(field.kind, field.moment) for field in fields(kind).values()}
    return next(iter(kind)).value if issubclass(kind, Enum) else GOOD[kind]


def odd(field: Field) -> list[Any]:
    """What reads as None for a field."""
    if get_origin(field.kind) is list:
        return ODD[list]
    for kind in (Record, Enum):
        if issubclass(field.kind, kind):
            return ODD[kind]
    return ODD[field.kind]


def listings() -> list[tuple[Any, Any, Decoder[Any], str]]:
    """Each record that comes in a list: its class, and the envelope, reader and field that it comes in."""
    return [
        (voximplant.PhoneNumber, {"result": []}, VOXIMPLANT["PhoneNumbersPage"], "result"),
        (voximplant.AvailablePhoneNumber, {"result": []}, VOXIMPLANT["AvailablePhoneNumbersPage"], "result"),
        (voximplant.NewPhoneNumber, {"result": 1}, VOXIMPLANT["AttachedPhoneNumbers"], "phone_numbers"),
        (voximplant.PhoneNumberCountry, {}, VOXIMPLANT["PhoneNumberCategories"], "result"),
        (voximplant.PhoneNumberRegion, {}, VOXIMPLANT["PhoneNumberRegions"], "result"),
        (voximplant.PhoneNumberState, {}, VOXIMPLANT["PhoneNumberStates"], "result"),
        (infobip.Number, {}, INFOBIP["NumbersPage"], "numbers"),
        (apifonica.RentedNumber, {}, APIFONICA["RentedNumbersPage"], "numbers"),
    ]


@pytest.mark.parametrize(
    ("model", "envelope", "reader", "at"), listings(), ids=lambda part: getattr(part, "__name__", "")
)
def test_an_odd_value_reads_as_none_and_touches_nothing_else(
    model: Any, envelope: dict[str, Any], reader: Decoder[Any], at: str
) -> None:
    whole = good(model)
    (expected,) = getattr(reader(encode({**envelope, at: [whole]}).encode()), at)
    assert all(getattr(expected, name) is not None for name in fields(model))

    for name, field in fields(model).items():
        if field.required:
            continue
        for value in odd(field):
            came = {**whole, field.wire: value}
            body = encode({**envelope, at: [whole, came, whole]}).encode()
            before, found, after = getattr(reader(body), at)
            assert getattr(found, name) is None, f"{name} from {value!r}"
            assert found == attrs.evolve(expected, **{name: None})
            assert before == after == expected
            assert found.raw == json.loads(encode(came))


def test_text_like_nan_or_infinity_is_no_amount() -> None:
    decimal_strings = ["NaN", "nan", "Infinity", "-Infinity", "inf", "sNaN"]
    body = {"result": [{"phone_id": 1, "phone_number": "15550100", "phone_price": text} for text in decimal_strings]}
    page = VOXIMPLANT["PhoneNumbersPage"](encode(body).encode())

    assert [number.phone_price for number in page.result] == [None] * len(decimal_strings)


def test_an_odd_value_deep_inside_costs_no_more_than_itself() -> None:
    country = good(voximplant.PhoneNumberCountry)
    country["phone_categories"] = [
        good(voximplant.PhoneNumberCategory),
        good(voximplant.PhoneNumberCategory) | {"phone_price": [], "country_has_states": "perhaps"},
    ]
    (found,) = VOXIMPLANT["PhoneNumberCategories"](encode({"result": [country]}).encode()).result

    first, second = found.phone_categories
    assert second == attrs.evolve(first, phone_price=None, country_has_states=None)
    assert second.raw["country_has_states"] == "perhaps"


def test_items_that_nothing_can_be_made_of_are_dropped() -> None:
    number = good(infobip.Number) | {"capabilities": ["SMS", None, True, [], {}, 7], "keywords": [None, "STOP", False]}
    (found,) = INFOBIP["NumbersPage"](encode({"numbers": [number]}).encode()).numbers

    assert found.capabilities == ["SMS", "7"]
    assert found.keywords == ["STOP"]


def test_broken_text_costs_no_more_than_itself() -> None:
    body = b'{"result": [{"phone_id": 1, "phone_number": "15550100", "application_name": "\xff", "application_id": 7}]}'
    (found,) = VOXIMPLANT["PhoneNumbersPage"](body).result

    assert found.application_name is None
    assert found.application_id == 7
    assert found.raw["application_name"] == "\ufffd"
    assert found.raw["phone_number"] == "15550100"


def test_an_odd_envelope_costs_no_more_than_itself() -> None:
    body = {"result": [good(voximplant.PhoneNumber)], "count": "seven", "total_count": [], "error": "none"}
    page = VOXIMPLANT["PhoneNumbersPage"](encode(body).encode())

    assert (page.count, page.total_count, page.error) == (None, None, None)
    assert page.total is None
    assert len(page.items) == 1


# What identifies a record


@pytest.mark.parametrize(
    ("model", "envelope", "reader", "at"), listings(), ids=lambda part: getattr(part, "__name__", "")
)
def test_record_without_its_key_does_not_lose_the_page(
    model: Any, envelope: dict[str, Any], reader: Decoder[Any], at: str, caplog: pytest.LogCaptureFixture
) -> None:
    whole = good(model)
    for field in fields(model).values():
        if not field.required:
            continue
        without = {name: value for name, value in whole.items() if name != field.wire}
        for bad in (without, whole | {field.wire: None}, whole | {field.wire: []}, whole | {field.wire: True}):
            body = encode({**envelope, at: [whole, bad, without]}).encode()
            why = f"$.{at}[1].{field.wire} is missing or not of the documented type."
            if not issubclass(reader.model, Page):
                with pytest.raises(UnreadableResponse) as unreadable:
                    reader(body)
                assert str(unreadable.value) == why
                continue
            caplog.clear()
            page = reader(body)
            assert len(page.items) == 1
            assert page.unreadable == 2
            assert caplog.messages == [f"2 of 3 records on a page can't be read: {why}"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"result": [{"phone_id": "x", "phone_number": "b"}]}', "$.result[0].phone_id"),
        (b'{"result": [{"phone_id": 1}]}', "$.result[0].phone_number"),
        (b'{"result": [{"phone_id": 1, "phone_number": null}]}', "$.result[0].phone_number"),
        (b'{"result": [7]}', "$.result[0] is not a JSON object"),
        (b'{"result": [null]}', "$.result[0] is not a JSON object"),
        (b'{"result": 0}', "$.result is missing"),
        (b'{"result": "none"}', "$.result is missing"),
        (b'{"unknown": 0}', "$.result is missing"),
        (b'{"total_count": null}', "$.result is missing"),
        (b"{}", "$.result is missing"),
        (b"[]", "$ is not a JSON object"),
        (b"null", "$ is not a JSON object"),
        (b"", "$ is not a JSON object"),
        (b"{", "$ is not a JSON object"),
        (b'{"result": []', "$ is not a JSON object"),
        (b'{"result": []} x', "$ is not a JSON object"),
        (b"<html>", "$ is not a JSON object"),
        (b"[" * 100_000, "$ is not a JSON object"),
        (b'{"result": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "$"),
    ],
)
def test_missing_field_is_named_by_its_path(body: bytes, path: str) -> None:
    with pytest.raises(UnreadableResponse) as unreadable:
        VOXIMPLANT["PhoneNumbersPage"](body)
    assert str(unreadable.value).startswith(path)
    assert len(str(unreadable.value)) < 200


def test_wire_names_are_the_ones_in_a_path() -> None:
    with pytest.raises(UnreadableResponse, match=r"^\$\.numberKey is missing"):
        INFOBIP["Number"](b'{"number": "447700900123"}')
    with pytest.raises(UnreadableResponse, match=r"^\$\.numbers\[0\]\.number_sid is missing"):
        APIFONICA["RentedNumbersPage"](b'{"numbers": [{"number": "1"}, {"number": "1"}]}')


# What msgspec refuses as a whole


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"NaN", None),
        (b"-Infinity", None),
        (b'[NaN, {"NaN": Infinity}]', [None, {"NaN": None}]),
        (b"9" * 5000, "9" * 5000),
        (b"-1e999999", "-1e999999"),
        (b'"[NaN \\" 1e999999"', '[NaN " 1e999999'),
        (b"[" * 150 + b"]" * 150, json.loads("[" * 150 + "]" * 150)),
    ],
)
def test_malformed_unknown_field_does_not_lose_the_record(written: bytes, read: Any) -> None:
    body = b'{"result": [{"phone_id": 1, "phone_number": "15550100", "new": %s, "rule_id": 7}], "x": NaN}' % written
    (number,) = VOXIMPLANT["PhoneNumbersPage"](body).result

    assert (number.phone_id, number.rule_id) == (1, 7)
    assert number.raw["new"] == read


@pytest.mark.parametrize("depth", [199, 200, 201, 1000, 100_000])
def test_deeply_nested_unknown_field_is_harmless(depth: int) -> None:
    deep = b'{"a":[' * (depth // 2) + b"]}" * (depth // 2)
    body = b'{"result": [{"phone_id": 1, "new": %s, "phone_number": "15550100"}], "total_count": 1}' % deep
    page = VOXIMPLANT["PhoneNumbersPage"](body)

    assert page.total == 1
    assert page.items[0].phone_number == "15550100"
    assert "new" in page.items[0].raw


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_byte_order_mark_or_another_unicode_encoding_is_read(encoding: str) -> None:
    body = '{"result": [{"phone_id": 1, "phone_number": "15550100", "application_name": "\u00e9"}]}'.encode(encoding)
    (number,) = VOXIMPLANT["PhoneNumbersPage"](body).result

    assert (number.phone_id, number.application_name) == (1, "\u00e9")
    assert number.raw["phone_number"] == "15550100"


@pytest.mark.parametrize("empty", [b"null", b"{}", b'""', b"[]"])
def test_an_empty_list_is_read_however_it_is_written(empty: bytes) -> None:
    assert VOXIMPLANT["PhoneNumbersPage"](b'{"result": %s, "total_count": 0}' % empty).items == []
    assert VOXIMPLANT["PhoneNumberCountryCodes"](b'{"result": %s}' % empty).result == []


def test_missing_list_is_empty_on_an_otherwise_present_page() -> None:
    assert VOXIMPLANT["PhoneNumbersPage"](b'{"total_count": 0}').items == []
    assert APIFONICA["RentedNumbersPage"](b'{"limit": 20, "prev": null, "next": null}').items == []
    with pytest.raises(UnreadableResponse, match="result is missing"):
        VOXIMPLANT["PhoneNumberCountryCodes"](b"{}")


@pytest.mark.parametrize(("written", "read"), [(b"true", "true"), (b"false", "false"), (b"7", "7"), (b"[]", None)])
def test_a_truth_value_where_text_is_documented_is_kept(written: bytes, read: str | None) -> None:
    body = (
        b'{"result": 1, "phone_numbers": [{"phone_id": 1, "phone_number": "1", "required_verification": %s}]}' % written
    )

    assert VOXIMPLANT["AttachedPhoneNumbers"](body).phone_numbers[0].required_verification == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\ud83d", "\ufffd"),
        (r"a\udc00b", "a\ufffdb"),
        (r"\ud83d\ude00", "\U0001f600"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"\\ud83d", r"\ud83d"),
        (r"\\\ud83d", "\\\ufffd"),
        (r"\u00e9\n", "\u00e9\n"),
    ],
)
def test_half_a_surrogate_pair_costs_no_more_than_itself(written: str, read: str) -> None:
    name = f'"application_name": "{written}"'
    body = f'{{"result": [{{"phone_id": "1", "phone_number": "15550100", {name}, "rule_id": []}}]}}'
    (number,) = VOXIMPLANT["PhoneNumbersPage"](body.encode()).result

    assert (number.phone_id, number.phone_number, number.application_name) == (1, "15550100", read)
    assert number.raw["phone_id"] == "1"

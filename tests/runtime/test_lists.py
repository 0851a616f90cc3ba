"""Lists that travel as one piece of text."""

import doctest
from typing import Any

import pytest
from hypothesis import given, strategies as st

from numberline import lists
from numberline._runtime import arguments, json_arguments
from numberline.errors import InvalidArgument
from numberline.voximplant import VerificationStatus


def test_the_example_in_the_documentation_works() -> None:
    found = doctest.testmod(lists, extraglobs={"integer": arguments.integer})

    assert found.attempted == 2
    assert found.failed == 0


def test_items_are_joined_in_their_order() -> None:
    assert lists.join(["b", "a", "b"], ";") == "b;a;b"
    assert lists.join(["only"], ";") == "only"
    assert lists.join((item for item in ("a", "b")), ",") == "a,b"
    assert lists.join([VerificationStatus.VERIFIED, "x"], ";") == "VERIFIED;x"


def test_a_single_string_is_a_list_of_one() -> None:
    assert lists.join("only", ";") == "only"
    assert lists.array("only", item=arguments.text) == ["only"]


def test_empty_list_is_refused_as_an_argument() -> None:
    for refused in (
        lambda: lists.join([], ";", name="ids"),
        lambda: lists.array([], name="ids", item=arguments.text, at_least=1),
    ):
        with pytest.raises(InvalidArgument, match=r"^ids is an empty list: there is nothing to ask for$"):
            refused()


def test_items_are_written_by_the_function_given() -> None:
    assert lists.join([True, False], ";", item=arguments.boolean) == "true;false"
    assert lists.join([1, 20], ";", item=arguments.integer) == "1;20"


def test_keyword_is_taken_only_where_documented() -> None:
    assert lists.join("all", ";", keyword="all", item=arguments.integer) == "all"
    for items, keyword in (("ALL", "all"), ("all;1", "all"), ("", "all"), ("", "")):
        if items == keyword:
            continue
        with pytest.raises(InvalidArgument):
            lists.join(items, ";", keyword=keyword)
    with pytest.raises(InvalidArgument, match="or the word 'all'"):
        lists.join("any", ";", keyword="all")


@pytest.mark.parametrize(
    "items",
    [
        *("a;b", "", b"a", bytearray(b"a"), memoryview(b"a")),
        *({"a": "b"}, {}, [], (), set[str](), iter(()), 1, 1.5, True),
        *([""], ["a", ""], ["a;b"], [";"], [None], [1], [b"a"], [["a"]], ["a", None], ["half \ud83d"]),
    ],
)
def test_what_is_no_list_of_text_is_refused_by_name(items: Any) -> None:
    with pytest.raises(InvalidArgument, match="phone_number") as refused:
        lists.join(items, ";", name="phone_number")
    assert refused.value.parameter == "phone_number"


def test_an_error_tells_which_item_and_never_what_it_holds() -> None:
    with pytest.raises(InvalidArgument, match="item 1 of phone_number holds the separator ';'") as refused:
        lists.join(["15550100", "15550101;15550102"], ";", name="phone_number")
    assert "15550101" not in str(refused.value)
    with pytest.raises(InvalidArgument, match=r"^item 1 of ids takes a whole number, not str$") as refused:
        lists.join([1, "2"], ";", name="ids", item=arguments.integer)
    assert refused.value.parameter == "ids"
    with pytest.raises(InvalidArgument, match="item 0 of phone_number is empty"):
        lists.join([""], ";", name="phone_number")


def test_an_error_without_a_name_still_says_items() -> None:
    with pytest.raises(InvalidArgument) as refused:
        lists.join([], ";")
    assert refused.value.parameter == "items"


def test_array_items_keep_their_json_types() -> None:
    assert lists.array(("a", "", "a;b"), item=arguments.text) == ["a", "", "a;b"]
    assert lists.array(iter([3, 1, 2]), item=json_arguments.integer) == [3, 1, 2]
    assert lists.array([True], item=json_arguments.boolean) == [True]
    assert lists.array([], item=arguments.text) == []


@pytest.mark.parametrize("items", [b"a", {"a": "b"}, 1, None, ["a", None], [1], [["a"]], []])
def test_what_is_no_array_of_text_is_refused_by_name(items: Any) -> None:
    with pytest.raises(InvalidArgument, match="labels") as refused:
        lists.array(items, name="labels", item=arguments.text, at_least=1)
    assert refused.value.parameter == "labels"


def test_empty_text_splits_into_nothing() -> None:
    assert lists.split("", ";") == []
    assert lists.split("1;2", ";") == ["1", "2"]
    assert lists.split("1", ";") == ["1"]


@given(st.lists(st.text(st.characters(exclude_characters=";", exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_what_was_joined_splits_into_the_same_items(items: list[str]) -> None:
    assert lists.split(lists.join(items, ";"), ";") == items


@given(st.lists(st.integers(), min_size=1))
def test_whole_numbers_of_any_size_survive(items: list[int]) -> None:
    joined = lists.join(items, ";", item=arguments.integer)

    assert [int(item) for item in lists.split(joined, ";")] == items

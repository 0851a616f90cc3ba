"""The stock: made up from a seed, the same every time, and as cheap for a million numbers as for ten."""

from array import array
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberline_sandbox import Sandbox
from numberline_sandbox.stock import PLACES, Codes, Matching, Place, Stock, window
from tests.sandbox.support import APP, KEY, Clock, ask, call, told
from tests.sandbox.test_documented import GOTHAM, basic

RUSSIA = Place("RU", "Russia", "", "7902")


def everything(sandbox: Sandbox) -> list[bytes]:
    """All that a sandbox shows without being changed."""
    sid = sandbox.credentials["apifonica"]["account_sid"]
    return [
        ask(sandbox, "/platform_api/GetPhoneNumbers", KEY).body,
        ask(sandbox, "/platform_api/GetNewPhoneNumbers", {**KEY, **GOTHAM}).body,
        ask(sandbox, "/sms/1/numbers/available", headers=APP).body,
        ask(sandbox, "/sms/1/numbers", headers=APP).body,
        ask(sandbox, f"/v2/accounts/{sid}/numbers", headers=basic(sandbox)).body,
    ]


def test_the_same_seed_gives_the_same_numbers_to_the_byte() -> None:
    one, same, other = (everything(Sandbox(seed=seed, clock=Clock())) for seed in (5, 5, 6))
    assert one == same
    assert not set(one) & set(other)


def test_the_same_purchases_have_the_same_outcome() -> None:
    def story() -> list[object]:
        sandbox = Sandbox(seed=9, clock=Clock())
        bought = call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=3)
        call(sandbox, "DeactivatePhoneNumber", phone_id=bought["phone_numbers"][1]["phone_id"])
        return [bought, call(sandbox, "GetPhoneNumbers"), call(sandbox, "GetNewPhoneNumbers", **GOTHAM)]

    assert story() == story()


@pytest.mark.parametrize("size", [10, 11, 100, 1234, 20_000])
def test_no_number_comes_twice_and_each_is_found_again(size: int) -> None:
    gotham = next(place for place in PLACES if place.city == "Gotham City")
    inside = f"{gotham.prefix}16588"  # this one would also be made up sooner or later
    stock = Stock({**dict.fromkeys(PLACES, ()), gotham: ["5", inside]}, size, Random(size))
    items = [item for shelf in stock.shelves.values() for item in shelf]
    assert len(items) == len({item.number for item in items}) == len({item.serial for item in items}) == size
    for item in items:
        assert stock.find(item.number) == item == stock.at(item.serial)
        assert item in stock
    last = max(stock.shelves.values(), key=lambda shelf: shelf.serial)
    assert stock.at(last.serial + last.size) is None
    assert stock.at(-1) is None
    assert stock.find("699") is None


@given(st.lists(st.integers(0, 400), max_size=40), st.integers(0, 450), st.integers(0, 60))
def test_what_is_gone_is_skipped(gone: list[int], offset: int, count: int) -> None:
    stock = Stock(dict.fromkeys(PLACES, ()), 400, Random(1))
    shelves = list(stock.shelves.values())
    left = [item for shelf in shelves for item in shelf]
    for serial in set(gone):
        item = stock.at(serial)
        if item is not None:
            stock.take(item)
            left.remove(item)
            assert item not in stock
    assert window(shelves, offset, count) == (left[offset : offset + count], len(left))
    for digits in ("01", "69", "6991", "69912", "55501"):
        found = [item for item in left if digits in item.number]
        assert window(shelves, offset, count, digits) == (found[offset : offset + count], len(found))
    for serial in set(gone):
        item = stock.at(serial)
        if item is not None:
            stock.shelves[item.place].put_back([item.serial - stock.shelves[item.place].serial])
    assert sum(map(len, shelves)) == 400


def test_numbers_are_taken_from_all_places_until_there_are_none() -> None:
    stock = Stock(dict.fromkeys(PLACES, ()), 30, Random(1))
    shelves, serials = stock.spread(12)
    assert {stock.list[n].place for n in shelves} == set(PLACES)
    assert [stock.shelf_of(serial) for serial in serials] == list(shelves)
    assert all(item is not None and item not in stock for item in map(stock.at, serials))
    assert len(stock.spread(100)[0]) == 18
    assert stock.spread(1) == (bytearray(), array("Q"))


@given(
    st.integers(20, 3000),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=3),
    st.integers(0, 2999),
    st.integers(0, 9),
    st.integers(1, 9),
    st.sampled_from(["part", "start", "whole"]),
)
def test_a_search_finds_what_a_look_at_every_number_finds(
    size: int, taken: list[tuple[int, int]], of: int, begin: int, length: int, how: Matching
) -> None:
    stock = Stock({**dict.fromkeys(PLACES, ()), RUSSIA: ["79029555551"]}, size, Random(size))
    for at, count in taken:
        stock.spread(count)
        item = stock.at(at)
        if item is not None and item in stock:
            stock.take(item)
    like = stock.at(of % size)
    assert like is not None
    wanted = like.number[begin:][:length] or "0"
    for shelf in stock.list:
        fits = {"part": str.__contains__, "start": str.startswith, "whole": str.__eq__}[how]
        every = [index for index in range(shelf.size) if fits(shelf.at(index).number, wanted)]
        assert sorted(shelf.matching(wanted, how)) == every
        assert list(shelf.on_offer(every)) == [index for index in every if shelf.at(index) in shelf]


@given(st.integers(0, 2**32 - 1), st.text(max_size=40))
def test_a_code_is_read_by_its_own_secret_alone(serial: int, other: str) -> None:
    codes = Codes("7/offer", 32)
    code = codes.write(serial)
    assert len(code) == 32
    assert codes.read(code) == serial
    assert Codes("8/offer", 32).read(code) is None
    assert codes.read(other) is None
    assert codes.read(code[:-1] + ("0" if code[-1] != "0" else "1")) is None


def test_a_million_numbers_are_there_at_any_depth() -> None:
    sandbox = Sandbox(numbers=1_000_000)
    answer = told(ask(sandbox, "/sms/1/numbers/available?limit=1000&page=999", headers=APP))
    assert (len(answer["numbers"]), answer["numberCount"]) == (1000, 1_000_000)
    deep = call(sandbox, "GetNewPhoneNumbers", **GOTHAM, offset=300_000, count=10)
    assert deep["count"] == 10
    bought = call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_number=deep["result"][7]["phone_number"])
    assert bought["result"] == 1
    assert call(sandbox, "GetNewPhoneNumbers", **GOTHAM)["total_count"] == deep["total_count"] - 1


@pytest.mark.parametrize(("settings"), [{"numbers": 9}, {"owned": -1}])
def test_too_few_numbers_are_no_sandbox(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="has to be"):
        Sandbox(**settings)  # type: ignore[arg-type]


def test_an_account_may_begin_with_nothing() -> None:
    sandbox = Sandbox(owned=0)
    assert call(sandbox, "GetPhoneNumbers") == {"result": [], "count": 0, "total_count": 0}
    assert told(ask(sandbox, "/sms/1/numbers", headers=APP)) == {"numbers": [], "numberCount": 0}
    sid = sandbox.credentials["apifonica"]["account_sid"]
    empty = told(ask(sandbox, f"/v2/accounts/{sid}/numbers", headers=basic(sandbox)))
    assert empty == {"limit": 20, "prev": None, "next": None, "numbers": []}
    assert "phone_numbers" in call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_number="699116588")

"""The stock: made up from a seed, and the same every time."""

from random import Random

import pytest
from hypothesis import given, strategies as st

from numberline_sandbox import Sandbox
from numberline_sandbox.numbers import LARGEST_STOCK, REGIONS, OpaqueIds, Stock
from tests.sandbox.support import APP, GOTHAM, ask, basic, call, everything, manual_clock, told
from tests.support import FULL


def made(size: int) -> Stock:
    gotham = next(region for region in REGIONS if region.city == "Gotham City")
    return Stock({**dict.fromkeys(REGIONS, ()), gotham: ["5", f"{gotham.prefix}16588"]}, size, Random(size))


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, same, other = (everything(Sandbox(seed=seed, clock=manual_clock().now)) for seed in (5, 5, 6))
    assert one == same
    assert not set(one) & set(other)


def test_the_same_purchases_have_the_same_outcome() -> None:
    def story() -> list[object]:
        sandbox = Sandbox(seed=9, clock=manual_clock().now)
        bought = call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=3)
        call(sandbox, "DeactivatePhoneNumber", phone_id=bought["phone_numbers"][1]["phone_id"])
        return [bought, call(sandbox, "GetPhoneNumbers"), call(sandbox, "GetNewPhoneNumbers", **GOTHAM)]

    assert story() == story()


@pytest.mark.parametrize("size", [10, 11, 100, 1234, 20_000])
def test_no_number_comes_twice(size: int) -> None:
    stock = made(size)
    assert len(stock.all) == len({number.number for number in stock.all}) == size
    for number in stock.all:
        assert stock.find(number.number) is stock.at(number.serial) is number
    assert stock.at(size) is stock.at(-1) is stock.at(None) is stock.find("699") is None


def test_numbers_are_taken_from_all_regions() -> None:
    stock = made(30)
    taken = stock.spread(12)
    assert {number.region for number in taken} == set(REGIONS)
    assert not any(number.on_offer for number in taken)
    assert len(stock.spread(100)) == 18
    assert stock.spread(1) == []


def test_what_somebody_else_bought_can_come_back() -> None:
    stock = made(30)
    before = stock.offered(REGIONS[0])
    stock.shift(REGIONS[0], inward=True)
    assert stock.offered(REGIONS[0]) == before
    stock.shift(REGIONS[0], inward=False)
    assert stock.offered(REGIONS[0]) == before[1:]
    stock.shift(REGIONS[0], inward=True)
    assert stock.offered(REGIONS[0]) == before


@given(st.integers(0, 2**32 - 1), st.text(max_size=40))
def test_an_id_is_decoded_by_its_own_secret(serial: int, other: str) -> None:
    ids = OpaqueIds("7/offer", 32)
    text = ids.encode(serial)
    assert len(text) == 32
    assert ids.decode(text) == serial
    assert OpaqueIds("8/offer", 32).decode(text) is None
    assert ids.decode(other) is None
    assert ids.decode(text[:-1] + ("0" if text[-1] != "0" else "1")) is None


@pytest.mark.parametrize(
    "settings", [{"numbers": 9}, {"owned": -1}, {"numbers": LARGEST_STOCK + 1}, {"owned": LARGEST_STOCK + 1}]
)
def test_too_few_or_too_many_numbers_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="numbers has to be from 10 to 100000, and owned from 0 to 100000"):
        Sandbox(**settings)  # type: ignore[arg-type]


@pytest.mark.skipif(not FULL, reason="takes a second; --full runs it")
def test_there_is_room_for_the_largest_stock() -> None:
    stock = Stock(dict.fromkeys(REGIONS, ()), 2 * LARGEST_STOCK, Random(1))
    assert len(stock.all) == 2 * LARGEST_STOCK


def test_an_account_may_begin_with_nothing() -> None:
    sandbox = Sandbox(owned=0)
    assert call(sandbox, "GetPhoneNumbers") == {"result": [], "count": 0, "total_count": 0}
    assert told(ask(sandbox, "/sms/1/numbers", headers=APP)) == {"numbers": [], "numberCount": 0}
    sid = sandbox.credentials["apifonica"]["account_sid"]
    empty = told(ask(sandbox, f"/v2/accounts/{sid}/numbers", headers=basic(sandbox)))
    assert empty == {"limit": 20, "prev": None, "next": None, "numbers": []}
    assert "phone_numbers" in call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_number="699116588")

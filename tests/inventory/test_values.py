"""Phone numbers, money, and what an inventory prints of a number."""

import operator
import pickle
from decimal import Context, Decimal, Inexact, Overflow, localcontext

import pytest

from numberline.apifonica import RentedNumber
from numberline.errors import InvalidArgument
from numberline.inventory import COLUMNS, IncompleteInventory, InventoryNumber, Money, PhoneNumber, totals


@pytest.mark.parametrize(
    "text", ["447860041117", "+44 7860 041117", "0044 7860-041-117", "+44 (7860) 041.117", "+44\u00a07860\u00a0041117"]
)
def test_one_number_is_equal_however_it_is_written(text: str) -> None:
    assert PhoneNumber(text) == PhoneNumber("+447860041117")
    assert hash(PhoneNumber(text)) == hash(PhoneNumber("+447860041117"))
    assert str(PhoneNumber(text)) == "+447860041117"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "12345",
        "0207 946 0018",
        "+0447860041117",
        "4478600411171234",
        "MYBRAND",
        "+44786004111x",
        "\uff14\uff147860041117",
    ],
)
def test_a_text_that_is_no_international_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        PhoneNumber(text)
    assert text not in str(caught.value) or not text.strip("+")
    assert PhoneNumber.read(text) is None


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("+12125550136", "+1 212 555 0136"),
        ("+447860041117", "+44 786 004 1117"),
        ("+74957893798", "+7 495 789 3798"),
        ("+35316222222", "+353 162 222 22"),
        ("+699116588", "+699 116 588"),
    ],
)
def test_a_number_is_printed_with_its_country_code_and_groups(number: str, printed: str) -> None:
    assert PhoneNumber(number).international == printed
    assert PhoneNumber(printed) == number


def test_numbers_are_ordered_and_survive_pickling() -> None:
    numbers = [PhoneNumber("447860041117"), PhoneNumber("12125550136")]
    assert sorted(numbers) == numbers[::-1]
    assert type(pickle.loads(pickle.dumps(numbers[0]))) is PhoneNumber


def test_amounts_of_one_currency_are_added_and_compared() -> None:
    assert Money(Decimal("1.5"), "EUR") + Money(Decimal("2"), "EUR") == Money(Decimal("3.5"), "EUR")
    assert Money(Decimal(1), "EUR") < Money(Decimal(2), "EUR")
    assert max(Money(Decimal(1), "EUR"), Money(Decimal(2), "EUR")).amount == 2


@pytest.mark.parametrize("other", [Money(Decimal(1), "USD"), Money(Decimal(1))])
def test_amounts_of_other_or_unknown_currencies_are_never_added(other: Money) -> None:
    for one, two in ((Money(Decimal(1), "EUR"), other), (other, Money(Decimal(1), "EUR")), (Money(Decimal(1)),) * 2):
        with pytest.raises(ValueError, match="can't be added or compared"):
            operator.add(one, two)
        with pytest.raises(ValueError, match="can't be added or compared"):
            assert one < two


def test_an_amount_keeps_its_digits_when_it_is_printed() -> None:
    printed = [str(Money(Decimal(text), "EUR")) for text in ("5", "0.1", "9.193549", "1E+2")]
    assert printed == ["5.00 EUR", "0.10 EUR", "9.193549 EUR", "100.00 EUR"]
    assert str(Money(Decimal(1))) == "1.00 (currency not told)"


def number(monthly: Money | None = None) -> InventoryNumber:
    record = RentedNumber(number_sid="n", number="447860041117")
    text = record.number
    return InventoryNumber(
        account="a", provider="P", id="n", text=text, number=PhoneNumber.read(text), record=record, monthly=monthly
    )


def test_totals_are_per_currency_and_count_what_they_leave_out() -> None:
    prices = [Money(Decimal(1), "EUR"), Money(Decimal(2), "EUR"), Money(Decimal("0.5"), "USD"), Money(Decimal(7)), None]

    found = totals(map(number, prices))

    assert found.monthly == {"EUR": Money(Decimal(3), "EUR"), "USD": Money(Decimal("0.5"), "USD")}
    assert (found.numbers, found.without_price, found.without_currency) == (5, 1, 1)


def test_totals_are_exact_whatever_the_decimal_context() -> None:
    prices = [Money(Decimal("1.2345"), "EUR"), Money(Decimal("1E-40"), "EUR"), Money(Decimal("1E+999999999"), "USD")]

    with localcontext(Context(prec=2, traps=[Inexact, Overflow])):
        found = totals(map(number, [*prices, Money(Decimal(5), "USD")]))

    assert str(found.monthly["EUR"]) == "1.2345000000000000000000000000000000000001 EUR"
    assert len(str(found.monthly["USD"])) < 2000
    assert number(prices[2]).to_dict()["monthly"] == "1E+999999999"


def test_what_is_not_told_is_null_in_data_and_empty_in_a_row() -> None:
    told = number().to_dict()
    assert tuple(told) == COLUMNS
    assert {name for name, value in told.items() if value is not None} == {"account", "provider", "number", "id"}
    assert number().to_row() == ["a", "P", "+447860041117", *[""] * 9, "n"]
    assert number().state is None


def test_the_error_names_accounts_and_survives_pickling() -> None:
    error = IncompleteInventory.of({"a": 3, "b": 0}, {"a": ValueError("no"), "b": KeyError()})
    again = pickle.loads(pickle.dumps(error))
    assert str(again).startswith("not all numbers of a, b came: no, and 1 more")
    assert again.found == {"a": 3, "b": 0}
    assert list(again.missing) == ["a", "b"]

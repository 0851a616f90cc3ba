"""Rows against the simplest thing that does the same: a list."""

import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from numberline_sandbox.masks import page, places
from numberline_sandbox.rows import Rows
from numberline_sandbox.stock import PLACES, Place, Stock

RUSSIA = Place("RU", "Russia", "", "7902")
SIZE = 700

STEPS = st.lists(
    st.tuples(st.sampled_from(["fill", "add", "drop", "drop some", "in", "out", "save"]), st.integers(0, SIZE)),
    max_size=25,
)


def made(first: int) -> tuple[Stock, Rows]:
    stock = Stock({**dict.fromkeys(PLACES, ()), RUSSIA: ["79029555551", "6"]}, SIZE, Random(3))
    rows = Rows(stock, {"small": "B", "large": "q"})
    rows.fill(first)
    rows.put("large", list(range(len(rows))))
    return stock, rows


def values(rows: Rows) -> list[list[int]]:
    here = places(bytes(rows.here))
    return [[rows.id(place), *(column[place] for column in rows.columns.values())] for place in here]


@given(st.sampled_from([0, 5, 300]), STEPS)
def test_rows_are_a_list_of_numbers(first: int, steps: list[tuple[str, int]]) -> None:
    stock, rows = made(first)
    model = [rows.item(place) for place in range(len(rows))]
    for step, figure in steps:
        if step == "fill":
            begin = len(rows)
            for place in range(begin, begin + rows.fill(figure % 90)):
                rows.touched[place] = 1
                model.append(rows.item(place))
        elif step == "add":
            item = stock.at(figure)
            if item is not None and item in stock:
                model.append(item)
                rows.columns["small"][rows.add(item)] = figure % 256
        elif step.startswith("drop") and model:
            gone = [model[figure % len(model)]] if step == "drop" else model[:: figure % 5 + 1]
            rows.drop([place for place in map(rows.find, gone) if place is not None])
            model = [item for item in model if item not in gone]
        elif step == "in":
            front = rows.shift(inward=True, of=bytes(rows.here))
            if front is not None:
                model.insert(0, rows.item(front))
        elif step == "out":
            rows.shift(inward=False, of=bytes(rows.here))
            model = model[1:]
        elif step == "save":
            state: Any = json.loads(json.dumps([stock.state(), rows.state()]))
            before = values(rows)
            stock, rows = made(first)
            stock.restore(state[0])
            rows.restore(state[1])
            assert values(rows) == before

    here = bytes(rows.here)
    assert [rows.item(place) for place in places(here)] == model
    assert list(map(rows.find, model)) == list(places(here))
    assert sum(map(len, stock.list)) == SIZE - len(model)
    assert not any(item in stock for item in model)
    by_number = [rows.item(place).number for place in rows.by_number()]
    assert by_number == sorted(item.number for item in model)
    for offset in (0, len(model) // 2, len(model)):
        found, total = page(here, offset, 7)
        assert ([rows.item(place) for place in found], total) == (model[offset : offset + 7], len(model))
        found, _ = page(here, offset, 7, rows.by_number())
        assert [rows.item(place).number for place in found] == by_number[offset : offset + 7]
    for digits in ("6991", "555", "01", "6", "79029555551"):
        for how in ("part", "start", "whole"):
            fits = {"part": str.__contains__, "start": str.startswith, "whole": str.__eq__}[how]
            mask = rows.matching(digits, how)
            assert [rows.item(place) for place in places(mask) if here[place]] == [
                item for item in model if fits(item.number, digits)
            ]

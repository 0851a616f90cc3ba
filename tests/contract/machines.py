"""What the state machines share: their pace, their clients, and how an answer or a error is got out of a call."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings, strategies as st

from numberline.errors import NumberlineError
from tests.support import FULL, result

T = TypeVar("T")

PACE = settings(
    max_examples=300 if FULL else 12,
    stateful_step_count=60 if FULL else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
ASYNC_PACE = settings(PACE, max_examples=100 if FULL else 4)
"""Sync and async share all decisions, so the second one is looked at more briefly."""


def some(of: Iterable[T], data: st.DataObject, *, most: int = 3) -> list[T]:
    """One or some of these, or none if there are none."""
    known = list(of)
    places = st.lists(st.integers(0, len(known) - 1), min_size=1, max_size=most, unique=True)
    return [known[at] for at in data.draw(places)] if known else []


def refused(call: Callable[[], Any], kinds: Sequence[type[NumberlineError]]) -> None:
    """Make a call that has to be refused in one of these ways.

    Raises:
        AssertionError: if it is carried out.
    """
    with pytest.raises(NumberlineError) as caught:
        result(call())
    assert type(caught.value) in kinds, f"{caught.value!r}, not one of {kinds}"

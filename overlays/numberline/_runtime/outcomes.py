"""The state of an `errors.OutcomeUnknown`: what it has to be, how it travels as JSON, and where exceptions carry it.

Plain data in and out, so that `errors` can use it without being imported from here.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import isfinite
from typing import Any

_MOMENTS = ("sent_at", "ended_at", "owned_before_at")
_TEXTS = ("message", "provider", "operation", "account", "base_url", "number", "entry", "reference")
_NUMBERS = ("clock_offset", "attempts", "elapsed")
_MAY_BE_NONE = ("number", "entry", "reference", "owned_before_at", "clock_offset")


def find_wrong(state: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the name of a member that can't be, and what it takes; None if all are right."""
    for name in (*_TEXTS, *_MOMENTS, *_NUMBERS):
        given = state[name]
        if given is None and name in _MAY_BE_NONE:
            continue
        if name in _TEXTS and not isinstance(given, str):
            return name, f"a string, not {type(given).__name__}"
        if name in _MOMENTS and (not isinstance(given, datetime) or given.utcoffset() is None):
            return name, "a datetime with a timezone"
        if name in _NUMBERS and not _is_number(given):
            return name, "a number"
    if state["owned_before"] is not None and not all(isinstance(each, str) for each in state["owned_before"]):
        return "owned_before", "ids, which are strings"
    return None


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and isfinite(given)


def to_json(state: Mapping[str, Any]) -> str:
    """Return the state as a JSON object."""
    moments = {name: state[name] and state[name].isoformat() for name in _MOMENTS}
    # An amount that no float holds is the one thing in a result that JSON does not know.
    return json.dumps({**state, **moments}, default=str)


def from_json(text: str | bytes) -> dict[str, Any]:
    """Return the state that `to_json` wrote.

    Raises:
        ValueError, TypeError, KeyError, RecursionError: for any other text.
    """
    state = json.loads(text)
    moments = {name: state[name] and datetime.fromisoformat(state[name]) for name in _MOMENTS}
    owned = state["owned_before"]
    return {**state, **moments, "owned_before": None if owned is None else tuple(owned)}


def connected(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, the outcome that it carries, its causes and contexts, and a group's members, each once."""
    seen: set[int] = set()
    left: list[Any] = [error]
    while left:
        each = left.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        left.insert(0, each.__dict__.get("outcome_unknown"))
        left += each.exceptions if isinstance(each, BaseExceptionGroup) else ()
        left += (each.__cause__, each.__context__)

"""The tree of errors: plain data that can be logged, copied and sent to another process."""

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from numberline import errors
from numberline._runtime.failures import BY_KIND, kind_of_status
from numberline.errors import (
    AuthenticationError,
    ConnectionFailed,
    IncompleteListing,
    InsufficientFunds,
    InvalidArgument,
    InvalidRequest,
    NotFound,
    NumberlineError,
    NumberUnavailable,
    OutcomeUnknown,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
    TimedOut,
    UnreadableResponse,
    outcome_unknown,
    outcomes_unknown,
)
from tests.support import SPECS, spec

EVERY_CLASS = sorted(
    {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, NumberlineError)},
    key=lambda kind: kind.__name__,
)

EVERYTHING: dict[str, Any] = {
    "provider": "Voximplant",
    "operation": "get_phone_numbers",
    "status": 200,
    "code": 127,
    "name": "INSUFFICIENT_FUNDS",
    "text": "No money",
    "parameter": "phone_count",
    "request_id": "a-request",
    "attempts": 3,
    "kind": "funds",
    "retry_after": 2.5,
    "never_sent": True,
    "from_provider": True,
    "effect": "none",
}
UNKNOWN: dict[str, Any] = {
    "arguments": {"phone_number": "12025550100"},
    "account": "an-account",
    "base_url": "https://api.example.com",
    "sent_at": datetime(2026, 3, 14, 12, tzinfo=UTC),
}
LATER: dict[str, Any] = dict.fromkeys(
    ["clock_offset", "number", "owned_before", "owned_before_at", "result", "entry", "reference"]
)

OF_THEIR_OWN: dict[type[NumberlineError], dict[str, Any]] = {
    OutcomeUnknown: UNKNOWN,
    IncompleteListing: {"seen": 3, "told": 5},
}


def made(kind: type[NumberlineError], message: str) -> NumberlineError:
    """An error of this class with everything that it can hold."""
    return kind(message, **EVERYTHING, **OF_THEIR_OWN.get(kind, {}))


def held(kind: type[NumberlineError]) -> dict[str, Any]:
    """What `made` gives it."""
    more = {"ended_at": UNKNOWN["sent_at"], **LATER} if kind is OutcomeUnknown else {}
    return {**EVERYTHING, **OF_THEIR_OWN.get(kind, {}), **more}


def test_the_tree_is_as_promised() -> None:
    names = {kind.__name__ for kind in EVERY_CLASS}
    assert names >= {
        "AuthenticationError",
        "PermissionDenied",
        "NotFound",
        "InvalidRequest",
        "RateLimited",
        "InsufficientFunds",
        "NumberUnavailable",
        "ServerError",
        "TimedOut",
        "ConnectionFailed",
        "UnreadableResponse",
        "InvalidArgument",
    }
    assert issubclass(InvalidArgument, ValueError)
    for kind in (AuthenticationError, PermissionDenied, NotFound, InvalidRequest, RateLimited, ServerError):
        assert issubclass(kind, ProviderError)
    assert issubclass(InsufficientFunds, ProviderError)
    assert issubclass(NumberUnavailable, ProviderError)
    of_ours: list[type[NumberlineError]] = [TimedOut, ConnectionFailed, UnreadableResponse, InvalidArgument]
    assert not any(issubclass(kind, ProviderError) for kind in of_ours)


@pytest.mark.parametrize("kind", EVERY_CLASS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("copied", ["pickle", "copy", "deepcopy"])
def test_an_error_survives_being_copied(kind: type[NumberlineError], copied: str) -> None:
    error = made(kind, "no money (HTTP 200).")
    twins: list[NumberlineError] = []
    if copied == "pickle":
        twins = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    else:
        twins = [copy.copy(error) if copied == "copy" else copy.deepcopy(error)]

    for twin in twins:
        assert type(twin) is kind
        assert twin is not error
        assert str(twin) == str(error)
        assert twin.args == error.args == ("no money (HTTP 200).",)
        assert vars(twin) == vars(error) == {"message": "no money (HTTP 200).", "elapsed": 0.0, **held(kind)}


PLAIN = [kind for kind in EVERY_CLASS if kind is not OutcomeUnknown]


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_an_error_is_plain_data_that_json_can_hold(kind: type[NumberlineError]) -> None:
    error = kind("no money.", **EVERYTHING)

    assert json.loads(json.dumps(vars(error))) == vars(error)
    assert EVERYTHING.items() <= vars(error).items()


def test_an_unknown_outcome_survives_json() -> None:
    error = made(OutcomeUnknown, "lost.")
    assert isinstance(error, OutcomeUnknown)
    error.elapsed, error.owned_before, error.result = 1.5, ("1", "2"), {"phone_id": 3}

    error.add_note("a note is of this process only")
    twin = OutcomeUnknown.from_json(error.to_json())
    del error.__notes__

    assert vars(twin) == vars(error)
    assert twin.args == error.args


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", b"\xff", '{"message": "a", "sent_at": 1}', "[" * 10**5])
def test_other_text_is_no_unknown_outcome(text: str | bytes) -> None:
    with pytest.raises(InvalidArgument, match="not what OutcomeUnknown"):
        OutcomeUnknown.from_json(text)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = {**UNKNOWN, "sent_at": datetime(2026, 3, 14)}
    with pytest.raises(InvalidArgument, match="sent_at takes a datetime with a timezone"):
        OutcomeUnknown("lost.", provider="Infobip", operation="purchase_number", **naive)


def test_unknown_outcomes_are_found_wherever_they_are() -> None:
    first, second = made(OutcomeUnknown, "first."), made(OutcomeUnknown, "second.")
    cancelled = TimeoutError()
    cancelled.__cause__ = KeyboardInterrupt()
    cancelled.__cause__.outcome_unknown = first  # type: ignore[attr-defined]  # as an interrupted call leaves it
    group = BaseExceptionGroup("both", [cancelled, ExceptionGroup("inner", [second, ValueError()])])
    second.__context__ = group  # a cycle

    assert outcomes_unknown(group) == [first, second]
    assert outcome_unknown(cancelled) is first
    assert outcome_unknown(ValueError()) is None


def test_notes_go_along() -> None:
    error = NotFound("unknown.")
    error.add_note("while listing the office's numbers")

    twin: NumberlineError = pickle.loads(pickle.dumps(error))
    assert twin.__notes__ == ["while listing the office's numbers"]


def test_the_words_say_where_what_and_what_to_do() -> None:
    said = str(InsufficientFunds("code 127: No money (HTTP 200).", provider="Voximplant", operation="attach"))

    assert said == "Voximplant attach: code 127: No money (HTTP 200). Top up the account."
    assert str(NotFound("unknown.", provider="Infobip")) == "Infobip: unknown."
    assert str(NotFound("unknown.")) == "unknown."


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_advice_is_a_sentence_and_not_part_of_the_message(kind: type[NumberlineError]) -> None:
    error = kind("What happened.")

    assert error.message == "What happened."
    assert str(error) == f"What happened. {kind.advice}".strip()
    assert kind.advice == "" or (kind.advice[0].isupper() and kind.advice.endswith("."))


@pytest.mark.parametrize(
    "kind",
    [
        *(AuthenticationError, PermissionDenied, RateLimited, InsufficientFunds, NumberUnavailable, ServerError),
        *(TimedOut, ConnectionFailed),
    ],
)
def test_errors_that_somebody_can_do_something_about_say_what(kind: type[NumberlineError]) -> None:
    assert kind.advice


def test_what_is_not_known_is_none() -> None:
    error = NumberlineError("What happened.")

    known = {"message": "What happened.", "attempts": 0, "elapsed": 0.0, "never_sent": False, "from_provider": False}
    unknown = ["provider", "operation", "status", "code", "text", "parameter", "request_id", "kind", "retry_after"]
    unknown += ["name", "effect"]
    assert vars(error) == {**known, **dict.fromkeys(unknown)}


def test_every_kind_that_a_spec_may_name_has_a_class() -> None:
    schema = json.loads((SPECS / "extensions.schema.json").read_text(encoding="utf-8"))

    def kinds(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = set(node["kind"]["enum"]) if isinstance(node.get("kind"), dict) and "enum" in node["kind"] else set()
            return own.union(*(kinds(value) for value in node.values()))
        return set().union(*(kinds(item) for item in node)) if isinstance(node, list) else set()

    assert kinds(schema) == set(BY_KIND)


@pytest.mark.parametrize("provider", ["voximplant", "infobip", "apifonica"])
def test_every_kind_that_a_spec_names_has_a_class(provider: str) -> None:
    named = {entry["kind"] for entry in spec(provider)["x-errors"].get("codes", [])}

    assert named <= set(BY_KIND)
    assert all(issubclass(BY_KIND[kind], ProviderError) for kind in named)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("authentication", AuthenticationError),
        ("token", AuthenticationError),
        ("permission", PermissionDenied),
        ("not-found", NotFound),
        ("invalid", InvalidRequest),
        ("rate-limit", RateLimited),
        ("later", RateLimited),
        ("funds", InsufficientFunds),
        ("unavailable", NumberUnavailable),
        ("server", ServerError),
    ],
)
def test_a_kind_is_an_error_of_this_class(kind: str, expected: type[ProviderError]) -> None:
    assert BY_KIND[kind] is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, InvalidRequest),
        (401, AuthenticationError),
        (402, InsufficientFunds),
        (403, PermissionDenied),
        (404, NotFound),
        (409, InvalidRequest),
        (418, InvalidRequest),
        (422, InvalidRequest),
        (429, RateLimited),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (520, ServerError),
        (599, ServerError),
    ],
)
def test_a_status_alone_decides_where_there_is_no_code(status: int, expected: type[ProviderError]) -> None:
    assert BY_KIND[kind_of_status(status) or ""] is expected


def test_what_others_set_on_an_outcome_does_not_travel() -> None:
    sent_at = datetime(2026, 11, 23, tzinfo=UTC)
    unknown = OutcomeUnknown(
        "lost.", provider="A", operation="buy", arguments={}, account="a", base_url="https://a.example", sent_at=sent_at
    )
    unknown.__dict__["trace_id"] = object()
    unknown.add_note("a note")

    assert OutcomeUnknown.from_json(unknown.to_json()).sent_at == sent_at

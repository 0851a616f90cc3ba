"""Every operation meets every fault: what the call answers, how often the server was asked, what was really done, and
that nobody's secret or number shows."""

import base64
import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from numberline._runtime import transport
from numberline._runtime.rate_limit import isolated
from numberline.errors import (
    ConnectionFailed,
    NumberlineError,
    OutcomeUnknown,
    RateLimited,
    ServerError,
    TimedOut,
    UnreadableResponse,
)
from numberline.testing import ManualClock
from numberline_sandbox.faults import KINDS
from numberline_sandbox.http.server import base_url, listen as listening, serve
from tests.faults.support import OPERATIONS, Operation, Watched, answered, targets
from tests.support import FULL, spec

Raised = type[NumberlineError]


class Then(NamedTuple):
    """What comes of one fault.

    Attributes:
        raised: the error, or None for a result.
        calls: how often the server is asked.
    """

    raised: Raised | None
    calls: int


RETURNED = Then(None, 1)
AGAIN = Then(None, 2)  # sent once more, and that was well
UNKNOWN = Then(OutcomeUnknown, 1)
UNREADABLE = Then(UnreadableResponse, 1)
LIMITED = Then(RateLimited, 1)


class Row(NamedTuple):
    """A fault that one request meets, and what comes of it.

    Attributes:
        done: whether the server carries the request out all the same.
        harmless: for what may be sent again: reads, and changes that are the same the second time.
        costly: for purchases and releases.
    """

    fault: str
    done: bool
    harmless: Then
    costly: Then


TABLE = [
    Row("latency=0.05", True, RETURNED, RETURNED),
    Row("latency=40", True, AGAIN, UNKNOWN),  # longer than the client waits
    Row("429", False, AGAIN, AGAIN),
    Row("429=7", False, AGAIN, AGAIN),
    Row("429=1.5", False, AGAIN, AGAIN),
    Row("429=0", False, AGAIN, AGAIN),
    Row("429=soon", False, AGAIN, AGAIN),
    Row("429=-5", False, AGAIN, AGAIN),
    Row("429=date+7", False, AGAIN, AGAIN),
    Row("429=date-60", False, AGAIN, AGAIN),
    Row("429=7200", False, LIMITED, LIMITED),
    Row("429=date+7200", False, LIMITED, LIMITED),
    Row("rate-code", False, AGAIN, AGAIN),
    Row("later-code", False, AGAIN, AGAIN),
    Row("server-code", False, AGAIN, UNKNOWN),
    Row("server-code-after", True, AGAIN, UNKNOWN),
    *(
        Row(f"{status}{when}", when == "-after", AGAIN, UNKNOWN)
        for status in (500, 502, 503, 504, 520)
        for when in ("-before", "-after")
    ),
    Row("html-before", False, UNREADABLE, UNKNOWN),
    Row("html-after", True, UNREADABLE, UNKNOWN),
    Row("empty", True, UNREADABLE, UNKNOWN),
    Row("truncated", True, AGAIN, UNKNOWN),
    Row("wrong-type", True, RETURNED, RETURNED),
    Row("bomb", True, UNREADABLE, UNKNOWN),
    Row("nested-bomb", True, UNREADABLE, UNKNOWN),
    Row("endless", True, UNREADABLE, UNKNOWN),
    Row("redirect", False, UNREADABLE, UNKNOWN),
    Row("drop-before", False, AGAIN, UNKNOWN),
    Row("drop-after", True, AGAIN, UNKNOWN),
    Row("unknown-fields", True, RETURNED, RETURNED),
    Row("unknown-values", True, RETURNED, RETURNED),
    Row("empty-dates", True, RETURNED, RETURNED),
]

EXCEPTIONS = {
    # No body is what is documented here.
    ("cancel_number", "empty"): RETURNED,
}

ALTERED = ("unknown-fields", "unknown-values", "empty-dates")


def expected(operation: Operation, row: Row) -> tuple[Then, int]:
    """What comes of it, and how many entries the ledger has."""
    harmless = operation.operation_class in ("read", "idempotent")
    usual = row.harmless if harmless else row.costly
    then = EXCEPTIONS.get((operation.name, row.fault), usual)
    entries = int(row.done) + int(then == AGAIN)
    return then, 0 if operation.operation_class == "read" else entries


def identity(result: Any) -> Any:
    """What tells a result from another one, whatever else stands in it."""
    if isinstance(result, list):
        return [identity(item) for item in result]
    names = ("phone_id", "number_key", "number_sid", "phone_region_id", "country_code")
    return next((value for name in names if (value := getattr(result, name, None)) is not None), type(result))


def secrets(sandbox: Watched) -> list[str]:
    """What must not show: credentials in all their forms, and phone numbers."""
    infobip = sandbox.sign_ins["infobip"]
    said = [
        sandbox.credentials["voximplant"]["api_key"],
        sandbox.credentials["apifonica"]["auth_token"],
        *(str(value) for way in infobip for name, value in way.items() if name != "username"),
    ]
    said += [base64.b64encode(text.encode()).decode() for text in said]
    apifonica = sandbox.credentials["apifonica"]
    said.append(base64.b64encode(f"{apifonica['account_sid']}:{apifonica['auth_token']}".encode()).decode())
    return [*said, *targets().numbers]


def wrong(
    operation: Operation, row: Row, mode: str, logged: pytest.LogCaptureFixture, url: str | None, sandbox: Watched
) -> Iterator[str]:
    """All that is not as it should be in one cell."""
    clock = ManualClock()
    fault, settings = row.fault, {}
    if url is not None and fault == "latency=40":
        fault, settings = "latency=0.6", {"timeout": 0.3}
    client = sandbox.connect(operation.provider, mode, clock, url, **settings)
    sandbox.faults.set(f"{operation.provider}.{operation.name}", fault, times=1)
    logged.clear()
    result, error = None, None
    try:
        with isolated():
            result = answered(client, operation)
    except NumberlineError as raised:
        error = raised
    then, entries = expected(operation, row)
    if (type(error) if error else None) is not then.raised:
        yield f"comes to {error!r} instead of {then.raised}"
    if len(sandbox.replies) != then.calls:
        yield f"asks {len(sandbox.replies)} times instead of {then.calls}"
    written = [entry.operation for entry in sandbox.ledger]
    if written != [operation.name] * entries:
        yield f"leaves {written} in the ledger instead of {entries} times its name"
    if error is None and not isinstance(result, type(None)):
        good = baseline(operation)
        same = identity(result) == identity(good) if fault in ALTERED else result == good
        if not same:
            yield f"answers {result!r} instead of {good!r}"
    if error is not None:
        if error.attempts != then.calls or error.operation != operation.name or len(error.args) != 1:
            yield f"counts {error.attempts} attempts of {error.operation}"
        shown = vars(error) | {"arguments": None}  # which are documented to hold what was asked for
        texts = [str(error), repr(error), repr(error.args), repr(shown)]
        texts += [repr(error.__cause__), repr(error.__context__)]
    else:
        texts = []
    texts.append("\n".join(record.getMessage() for record in logged.records))
    for secret in secrets(sandbox):
        if any(secret in text for text in texts):
            yield f"shows {secret!r} in {[text for text in texts if secret in text]}"


_BASELINES: dict[str, Any] = {}


def baseline(operation: Operation) -> Any:
    """What the call answers when all is well."""
    if operation.name not in _BASELINES:
        client = Watched().connect(operation.provider, "sync", ManualClock())
        with isolated():
            _BASELINES[operation.name] = answered(client, operation)
    return _BASELINES[operation.name]


@pytest.fixture(autouse=True)
def small_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    if not FULL:  # inflating 64 MiB takes a while
        monkeypatch.setattr(transport, "LARGEST_BODY", 4 * 2**20)


def listen(logged: pytest.LogCaptureFixture) -> None:
    for name in ("numberline", "httpx", "httpcore", "aiohttp"):
        logged.set_level(logging.DEBUG, name)


def sampled(operations: list[Operation], row: Row, mode: str) -> list[Operation]:
    """All of the operations, or by default every second one: each meets each fault in one of the two modes."""
    return operations if FULL else operations[(TABLE.index(row) + (mode == "async")) % 2 :: 2]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.fault)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_each_operation_meets_each_fault(row: Row, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    listen(caplog)
    found = [
        f"{operation.provider}.{operation.name} {mode} {row.fault}: {what}"
        for operation in sampled(OPERATIONS, row, mode)
        for what in wrong(operation, row, mode, caplog, None, Watched())
    ]
    assert not found, "\n".join(found)


LASTING: dict[str, Raised] = {
    "latency=40": TimedOut,
    "429": RateLimited,
    "429=7": RateLimited,
    "429=date+7": RateLimited,
    "rate-code": RateLimited,
    "server-code": ServerError,
    "500": ServerError,
    "520-after": ServerError,
    "truncated": ConnectionFailed,
    "drop-before": ConnectionFailed,
    "drop-after": ConnectionFailed,
}
"""Faults that a read is sent again for, and what it comes to if every request meets them."""

REFUSED = ("429", "429=7", "429=date+7", "rate-code")
DONE = ("latency=40", "520-after", "truncated", "drop-after")


@pytest.mark.parametrize("fault", LASTING)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_lasting_fault_raises_after_the_last_attempt(fault: str, mode: str) -> None:
    for operation in OPERATIONS:
        sandbox = Watched()
        client = sandbox.connect(operation.provider, mode, ManualClock())
        sandbox.faults.set("*", fault)
        with isolated(), pytest.raises(NumberlineError) as caught:
            answered(client, operation)
        again = operation.operation_class in ("read", "idempotent") or fault in REFUSED
        raised, calls = (LASTING[fault], 3) if again else (OutcomeUnknown, 1)
        entries = calls if fault in DONE and operation.operation_class != "read" else 0
        found = (type(caught.value), caught.value.attempts, len(sandbox.replies), len(sandbox.ledger))
        assert found == (raised, calls, calls, entries), f"{operation.name} {fault}"


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_refused_connection_reports_nothing_sent(mode: str) -> None:
    with listening() as free:
        url = base_url(free)
    for operation in OPERATIONS:
        client = Watched().connect(operation.provider, mode, ManualClock(), url)
        with pytest.raises(ConnectionFailed) as caught:
            answered(client, operation)
        assert (caught.value.attempts, caught.value.never_sent) == (3, True), operation.name


class Switch(Watched):
    """One server for all cells: it answers for whichever sandbox has its turn."""

    current: Watched

    def respond(self, request: Any) -> Any:
        return self.current.respond(request)


@pytest.fixture(scope="module")
def switch() -> Iterator[tuple[Switch, str]]:
    made = Switch()
    with serve(made) as url:
        yield made, url


ON_SOCKETS = ("attach_phone_number", "list_purchased_numbers", "cancel_number", "list_rented_numbers")


CELLS = [pytest.param(row, mode, id=f"{row.fault}-{mode}") for row in TABLE for mode in ("sync", "async")]


@pytest.mark.parametrize(("row", "mode"), CELLS)
def test_faults_are_the_same_on_real_sockets(
    row: Row, mode: str, caplog: pytest.LogCaptureFixture, switch: tuple[Switch, str]
) -> None:
    listen(caplog)
    server, url = switch
    found: list[str] = []
    for operation in sampled([each for each in OPERATIONS if each.name in ON_SOCKETS], row, mode):
        server.current = Watched()
        cell = wrong(operation, row, mode, caplog, url, server.current)
        found += [f"{operation.name} {mode} {row.fault}: {what}" for what in cell]
    assert not found, "\n".join(found)


def test_the_matrix_is_complete() -> None:
    stated = {
        (operation["operationId"].lower(), operation["x-operation-class"])
        for provider in ("voximplant", "infobip", "apifonica")
        for path in spec(provider)["paths"].values()
        for operation in path.values()
    }
    assert {(operation.name.replace("_", ""), operation.operation_class) for operation in OPERATIONS} == stated
    kinds = {row.fault.partition("=")[0].removesuffix("-before").removesuffix("-after") for row in TABLE}
    # A server can't refuse a connection that it has taken.
    assert kinds >= {kind for kind in KINDS if not kind.startswith("shift")} - {"refused"}


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_doubly_compressed_body_is_not_inflated(mode: str) -> None:
    """A few hundred bytes of it may be gigabytes, in one piece that no limit stops."""
    sandbox = Watched()
    sandbox.faults.set("list_purchased_numbers", "nested-bomb")
    client = sandbox.connect("infobip", mode, ManualClock())
    (listing,) = (operation for operation in OPERATIONS if operation.name == "list_purchased_numbers")

    with pytest.raises(UnreadableResponse, match="was not asked for"):
        answered(client, listing)

"""The pytest plugin: for each test a sandbox of its own, and clients that are connected to it.

Nothing but pytest is loaded before a test asks for one of the fixtures. The sandbox needs the extra `sandbox`.

`@pytest.mark.numberline(...)` on a test, a class or a module, and `numberline_...` in pytest's configuration, configure
the sandbox; the nearest one counts.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from operator import index
from typing import TYPE_CHECKING, Any

import pytest

from . import _HOME

if TYPE_CHECKING:
    from numberline_sandbox import Request, Response, Sandbox
    from numberline_sandbox.faults import Faults
    from numberline_sandbox.ledger import Ledger

    from ._runtime.client import BaseClient
    from .testing import ManualClock

CLIENTS = {
    f"async_{home}" if name.startswith("Async") else home: name
    for name, home in _HOME.items()
    if name.removeprefix("Async").lower() == home
}
"""The client class of each fixture; `async_` stands before the async ones."""

_OPTIONS = {
    "seed": "random seed of the sandbox",
    "numbers": "how many numbers each provider offers at first",
    "owned": "how many numbers each account has at first",
    "balance": "the money of each account at first",
    "now": "the moment at which each test begins, such as 2026-03-14T12:00Z, or today",
}
"""What the configuration and the marker can say. The marker also takes `faults`, as the command line has them,
`latency` in seconds, and `behaviour`."""

_MARKER_ONLY = ("behaviour", "faults", "latency")


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, what in _OPTIONS.items():
        parser.addini(f"numberline_{name}", f"numberline's fixtures: {what}", default="")


def pytest_configure(config: pytest.Config) -> None:
    names = ", ".join([*_OPTIONS, *_MARKER_ONLY])
    config.addinivalue_line("markers", f"numberline({names}): how the test's sandbox of number providers is made")


@pytest.fixture
def numberline_clock(request: pytest.FixtureRequest) -> "ManualClock":
    """The clock of the sandbox and the clients. It stands still until `numberline_clock.advance(days=30)`. Waits of
    clients take no time, advance it, and are noted in `numberline_clock.waits`."""
    from .testing import BEGIN, ManualClock

    now = _asked(request).get("now", BEGIN)
    try:
        return ManualClock(_moment(now))
    except (AttributeError, TypeError, ValueError):
        raise _refused(f"now takes an aware moment, such as 2026-03-14T12:00Z, or today; not {now!r}") from None


@pytest.fixture
def numberline_sandbox(request: pytest.FixtureRequest, numberline_clock: "ManualClock") -> "Iterator[Sandbox]":
    """A fake of all providers, new for each test (`numberline_sandbox.Sandbox`)."""
    _look_for_the_extra()
    from numberline_sandbox import Behaviour, Sandbox

    asked = _asked(request)
    asked.pop("now", None)
    for name, kind in (("behaviour", Behaviour), ("faults", str)):
        if not isinstance(given := asked.get(name, kind()), kind):
            raise _refused(f"{name} takes a {kind.__name__}, not {given!r}")
    faults, latency = asked.pop("faults", ""), asked.pop("latency", 0)
    try:
        sandbox = Sandbox(clock=numberline_clock.now, **asked)
        if faults:
            sandbox.faults.read(faults)
        sandbox.faults.latency = latency
    except ValueError as error:
        raise _refused(error) from None
    from ._runtime import rate_limit

    with rate_limit.isolated():
        yield sandbox


@pytest.fixture
def numberline_faults(numberline_sandbox: "Sandbox") -> "Faults":
    """The faults to inject: `numberline_faults.set("purchase_number", "drop-after", times=1)`."""
    return numberline_sandbox.faults


@pytest.fixture
def numberline_ledger(numberline_sandbox: "Sandbox") -> "Ledger":
    """What was really bought, changed and released, in order."""
    return numberline_sandbox.ledger


@pytest.fixture
def numberline_connect(numberline_sandbox: "Sandbox", numberline_clock: "ManualClock") -> "Callable[..., BaseClient]":
    """A function that returns another client of the sandbox: `numberline_connect(kind, retries=0)`. It takes what
    `numberline.testing.connect` takes."""
    from .testing import connect

    def connected(kind: "type[BaseClient]", **settings: Any) -> "BaseClient":
        return connect(kind, numberline_sandbox, **{"clock": numberline_clock, **settings})

    return connected


class _Relay:
    """What the run's one server serves: the sandbox of the current test."""

    def __init__(self) -> None:
        self.sandbox: Sandbox | None = None

    def respond(self, request: "Request") -> "Response":
        from numberline_sandbox import Response

        return (
            self.sandbox.respond(request) if self.sandbox else Response(503, {}, b"No test uses numberline_server.\n")
        )


@pytest.fixture(scope="session")
def _numberline_port() -> "Iterator[tuple[str, _Relay]]":
    _look_for_the_extra()
    from numberline_sandbox.http.server import serve

    relay = _Relay()
    with serve(relay) as url:
        yield url, relay


@pytest.fixture
def numberline_server(
    numberline_sandbox: "Sandbox", _numberline_port: "tuple[str, _Relay]", monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The base URL of the sandbox on a port of this machine, for programs that make clients with `from_env()`: the
    environment names it and has credentials. Such clients use the machine's clock."""
    url, relay = _numberline_port
    for name in CLIENTS.values():
        kind = _kind(name)
        for argument in kind.credentials:
            monkeypatch.delenv(f"{kind.environment}_{argument}".upper(), raising=False)
        for argument, value in {**numberline_sandbox.credentials[kind.environment.lower()], "base_url": url}.items():
            monkeypatch.setenv(f"{kind.environment}_{argument}".upper(), str(value))
    relay.sandbox = numberline_sandbox
    yield url
    relay.sandbox = None


def _client(name: str) -> "Callable[[Callable[..., BaseClient]], BaseClient]":
    def client(numberline_connect: "Callable[..., BaseClient]") -> "BaseClient":
        return numberline_connect(_kind(name))

    client.__doc__ = f"A `numberline.{name}` that is signed in and connected to the test's sandbox."
    return client


for _fixture, _name in CLIENTS.items():
    globals()[_fixture] = pytest.fixture(name=_fixture)(_client(_name))


def _kind(name: str) -> "type[BaseClient]":
    kind: type[BaseClient] = getattr(import_module("numberline"), name)
    return kind


def _look_for_the_extra() -> None:
    try:
        import_module("numberline_sandbox")  # says what is missing, and how to install it
    except ModuleNotFoundError as error:
        raise _refused(error) from None


def _asked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what the configuration and the markers say; the nearest counts."""
    config = request.config
    asked: dict[str, Any] = {}
    for name in _OPTIONS:
        if text := str(config.getini(f"numberline_{name}")):
            asked[name] = text
    for marker in reversed(list(request.node.iter_markers("numberline"))):
        if marker.args:
            raise _refused(f"the marker takes its arguments by name, such as seed=7; got {marker.args[0]!r}")
        asked.update(marker.kwargs)
    known = [*_OPTIONS, *_MARKER_ONLY]
    for name in asked:
        if name not in known:
            raise _refused(f"the marker takes no {name}; there are {', '.join(known)}")
    return {name: _value(name, given) for name, given in asked.items()}


def _value(name: str, given: Any) -> Any:
    """Return a setting as the sandbox takes it; the configuration has text."""
    try:
        if name in ("seed", "numbers", "owned"):
            return int(given) if isinstance(given, str) else index(given)
        if name == "latency":
            return float(given)
        return Decimal(given) if name == "balance" else given
    except (ArithmeticError, TypeError, ValueError):
        raise _refused(f"{name} takes a number, not {given!r}") from None


def _moment(given: Any) -> datetime:
    if given == "today":
        return datetime.now(UTC)
    return datetime.fromisoformat(given) if isinstance(given, str) else given


def _refused(why: object) -> BaseException:
    return pytest.fail.Exception(f"numberline: {why}", pytrace=False)

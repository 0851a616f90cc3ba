"""Fixtures for all tests: the provider's end of the connection, sync and async clients, and hypothesis' pace."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import settings

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import BaseClient
from numberline._runtime.rate_limit import isolated
from numberline_sandbox.provider import Provider
from tests.contract.answers import Violations
from tests.support import FULL, SIGN_INS, Wire

# The same examples on every run, so that a failure is never a matter of luck; --full looks further.
settings.register_profile("numberline", max_examples=30, deadline=None, derandomize=True, database=None)
settings.register_profile("full", max_examples=1000, deadline=None, database=None)
settings.load_profile("full" if FULL else "numberline")


def pytest_collection_finish() -> None:
    gc.freeze()  # or each collection of garbage would look at all modules and tests again, for 0.3 s


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """httpx reads its authorities again for each client: one is enough on loopback, and certifi's 120 take 20 ms."""
    path = tmp_path_factory.mktemp("trusted") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(path)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(path))
        yield


@pytest.fixture(autouse=True)
def rate_limits() -> Iterator[None]:
    """No test waits for what another has used of a budget."""
    with isolated():
        yield


@pytest.fixture(autouse=True)
def answers_are_as_the_spec_has_them(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test is about: before faults are applied, no sandbox gives an answer that its spec doesn't allow."""
    found = Violations()
    monkeypatch.setattr(Provider, "respond", found.watched(Provider.respond))
    yield
    assert not found, found[:5]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture(params=SIGN_INS, ids=lambda kind: kind.__name__)
def client(request: pytest.FixtureRequest, wire: Wire) -> BaseClient:
    """A client of each provider, sync and async; what it sends arrives at `wire`."""
    kind: type[BaseClient] = request.param
    return wire.connect(kind, **SIGN_INS[kind])


@pytest.fixture(params=[Voximplant, AsyncVoximplant], ids=["sync", "async"])
def voximplant(request: pytest.FixtureRequest, wire: Wire) -> Voximplant | AsyncVoximplant:
    kind: type[Voximplant | AsyncVoximplant] = request.param
    return wire.connect(kind, **SIGN_INS[kind])


@pytest.fixture(params=[Infobip, AsyncInfobip], ids=["sync", "async"])
def infobip(request: pytest.FixtureRequest, wire: Wire) -> Infobip | AsyncInfobip:
    kind: type[Infobip | AsyncInfobip] = request.param
    return wire.connect(kind, **SIGN_INS[kind])


@pytest.fixture(params=[Apifonica, AsyncApifonica], ids=["sync", "async"])
def apifonica(request: pytest.FixtureRequest, wire: Wire) -> Apifonica | AsyncApifonica:
    kind: type[Apifonica | AsyncApifonica] = request.param
    return wire.connect(kind, **SIGN_INS[kind])


@pytest.fixture(scope="session")
def private_key() -> str:
    """A private key in PEM form, made for this run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.fixture
def key_file(private_key: str) -> dict[str, Any]:
    """What a service account's key file holds."""
    return {"account_id": 7, "key_id": "a-key-id", "private_key": private_key}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Here and not in specs/: the process that prints the summary does not load the folders' own conftests.
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "documented facts":
                terminalreporter.write_line(f"documentation parity: {value}")

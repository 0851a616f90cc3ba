"""Cassettes are replayed, with the network blocked; `scripts/record` has them recorded by the sync clients."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import AsyncClient, BaseClient, Client
from tests.cassettes import recording
from tests.cassettes.recording import RECORDED
from tests.cassettes.scrubbing import ORIGIN, Scrubber
from tests.support import SIGN_INS

C = TypeVar("C", bound=BaseClient)


class Other(NamedTuple):
    """The other end: where it is, how to sign in there, and what is taken out of what it says."""

    base_url: str
    sign_ins: dict[str, dict[str, Any]]
    scrubber: Scrubber


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    if Path(vcr.cassette_library_dir) == folder():
        vcr.register_serializer("yaml", recording.Form(recording.SANDBOX))


def folder() -> Path:
    """Where the cassettes are, or are to be."""
    return Path(os.environ.get("NUMBERLINE_CASSETTES") or RECORDED)


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    return str(folder())


@pytest.fixture
def other(record_mode: str) -> Iterator[Other]:
    """When recording, a sandbox of the test's own, so that the order of tests is no matter. Otherwise nobody."""
    if record_mode == "none":
        yield Other(ORIGIN, {}, Scrubber())
        return
    from numberline_sandbox.http.server import serve

    sandbox = recording.sandbox()
    with serve(sandbox) as url:
        yield Other(url, sandbox.credentials, recording.scrubber_of(sandbox))


@pytest.fixture
def vcr_config(other: Other) -> dict[str, Any]:
    return recording.settings(other.scrubber)


@pytest.fixture
def connect(other: Other, vcr: Any, record_mode: str) -> Iterator[Callable[[type[C]], C]]:
    """Makes clients. At the end the cassette has to have been played as a whole."""
    with ExitStack() as clients:

        def connected(kind: type[C]) -> C:
            name = kind.__name__.removeprefix("Async").lower()
            # Replayed with other credentials than were recorded, which has to make no difference.
            sign_in = other.sign_ins.get(name, SIGN_INS[kind])
            client = cast("Callable[..., C]", kind)(**sign_in, base_url=other.base_url, retries=0)
            if isinstance(client, AsyncClient):
                if record_mode != "none":
                    pytest.skip("cassettes are recorded by the sync clients")
                clients.callback(lambda: asyncio.run(client.aclose()))
            elif isinstance(client, Client):
                clients.callback(client.close)
            return client

        yield connected
    assert record_mode != "none" or vcr.all_played, "a part of the cassette was not asked for"


@pytest.fixture(params=[Voximplant, AsyncVoximplant], ids=["sync", "async"])
def voximplant(request: pytest.FixtureRequest, connect: Callable[[type[Any]], Any]) -> Voximplant | AsyncVoximplant:
    return cast("Voximplant | AsyncVoximplant", connect(request.param))


@pytest.fixture(params=[Infobip, AsyncInfobip], ids=["sync", "async"])
def infobip(request: pytest.FixtureRequest, connect: Callable[[type[Any]], Any]) -> Infobip | AsyncInfobip:
    return cast("Infobip | AsyncInfobip", connect(request.param))


@pytest.fixture(params=[Apifonica, AsyncApifonica], ids=["sync", "async"])
def apifonica(request: pytest.FixtureRequest, connect: Callable[[type[Any]], Any]) -> Apifonica | AsyncApifonica:
    return cast("Apifonica | AsyncApifonica", connect(request.param))

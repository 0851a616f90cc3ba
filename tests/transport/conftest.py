"""Clients on their own connections, sync and async, in the same words."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from numberline import AsyncInfobip, Infobip
from tests.transport.support import Caller

KINDS = [Infobip, AsyncInfobip]


@pytest.fixture(params=KINDS, ids=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def callers(kind: Any) -> Iterator[Any]:
    """Makes clients, and closes them in the end."""
    made: list[Caller] = []

    def make(url: str, **settings: Any) -> Caller:
        made.append(Caller(kind, url, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()

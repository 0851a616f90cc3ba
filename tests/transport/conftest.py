"""Clients on their own connections, sync and async, in the same words."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest

from numberline import AsyncInfobip, Infobip
from numberline.errors import NumberlineError

NUMBER = {"numberKey": "key", "number": "447700900123"}

KINDS = [Infobip, AsyncInfobip]


def pool_of(client: Any) -> Any:
    """Return the pool of a client that has made a call."""
    (transport,) = client._context.connection._ours.values()
    return transport._pool


class Caller:
    """One client of either kind. The calls of an async one share an event loop."""

    def __init__(self, kind: Any, url: str, **settings: Any) -> None:
        self.is_async = kind is AsyncInfobip
        self._runner = asyncio.Runner() if self.is_async else None
        self._is_closed = False
        self.client: Any = kind(api_key="a-key", base_url=url, **{"retries": 0, "timeout": 5, **settings})

    def run(self, of: Any) -> Any:
        return self._runner.run(of) if self._runner is not None else of

    def read(self, key: str = "key", **options: Any) -> str:
        """Return the key of the number that a read of this key returns."""
        client = self.client.options(**options) if options else self.client
        return str(self.run(client.get_purchased_number(number_key=key)).number_key)

    def buy(self, key: str = "key") -> str:
        """Return the key of the number that a purchase of this key returns."""
        return str(self.run(self.client.purchase_number(number_key=key)).number_key)

    def outcome(self, call: Any, *args: Any, **options: Any) -> Any:
        """Return what a call returns, or the error that it raises."""
        try:
            return call(*args, **options)
        except NumberlineError as error:
            return error

    def close(self) -> None:
        if self._runner is None:
            self.client.close()
        elif not self._is_closed:
            self._runner.run(self.client.aclose())
            self._runner.close()
        self._is_closed = True


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

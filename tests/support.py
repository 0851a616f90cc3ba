"""What the tests share: the provider's end of the connection, and one way to write a test for sync and async clients.

A test takes a client sync or async and puts what a call answers through `result`, `items` or `envelopes`.
"""

import asyncio
import copy
import os
from collections.abc import Callable, Coroutine, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import httpcore
import httpx
import opentelemetry
import pytest
import yaml

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import AsyncClient, BaseClient
from numberline._runtime.records import Page
from numberline.pagination import AsyncPages, Pages

T = TypeVar("T")
C = TypeVar("C", bound=BaseClient)

FULL = bool(os.environ.get("NUMBERLINE_FULL"))
"""Whether large counts run as stated, as `scripts/test --full` has them."""

SPECS = Path(__file__).resolve().parents[1] / "specs"

SIGN_INS: dict[type[BaseClient], dict[str, Any]] = {
    Voximplant: {"account_id": 7, "api_key": "a-key"},
    AsyncVoximplant: {"account_id": 7, "api_key": "a-key"},
    Infobip: {"api_key": "a-key"},
    AsyncInfobip: {"api_key": "a-key"},
    Apifonica: {"account_sid": "AC1", "auth_token": "a-token"},
    AsyncApifonica: {"account_sid": "AC1", "auth_token": "a-token"},
}

Reply = httpx.Response | Exception | dict[str, Any] | list[Any] | Callable[[httpx.Request], httpx.Response]
"""How the provider responds: with this, by raising this, with status 200 and this JSON, or with what this returns."""


class Wire:
    """The provider's end of the connection. It keeps what was sent, and returns its replies in order.

    Attributes:
        sent: the requests.
    """

    def __init__(self) -> None:
        self.sent: list[httpx.Request] = []
        self._replies: list[Reply] = []

    def replies(self, *replies: Reply) -> None:
        """Set the replies to the next requests."""
        self._replies.extend(replies)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if not self._replies:
            pytest.fail(f"one request more than expected: {request.method} {request.url}")
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return reply
        if callable(reply):
            return reply(request)
        return httpx.Response(200, json=reply)

    @property
    def only(self) -> httpx.Request:
        """The one request that was sent."""
        assert len(self.sent) == 1
        return self.sent[0]

    def transport(self) -> "WireTransport":
        """Leads here, sync and async."""
        return WireTransport(self)

    def connect(self, kind: type[C], **settings: Any) -> C:
        """A client of numberline's whose requests arrive here. It sends nothing twice unless told to."""
        settings.setdefault("retries", 0)
        http: httpx.Client | httpx.AsyncClient
        if issubclass(kind, AsyncClient):
            http = httpx.AsyncClient(transport=self.transport())
        else:
            http = httpx.Client(transport=self.transport())
        return cast("Callable[..., C]", kind)(http_client=http, **settings)


class WireTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Leads to a `Wire`, and reports to the extension `trace` what a connection of httpcore's would."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._reply(request)
        for event in self._events(request, response):
            request.extensions["trace"](*event)
        return self._given(response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = self._reply(request)
        for event in self._events(request, response):
            await request.extensions["trace"](*event)
        return self._given(response)

    def _reply(self, request: httpx.Request) -> httpx.Response | Exception:
        try:
            return self._wire(request)
        except Exception as error:
            return error

    @staticmethod
    def _events(request: httpx.Request, response: httpx.Response | Exception) -> Iterator[tuple[str, dict[str, Any]]]:
        if "trace" not in request.extensions or isinstance(response, httpx.PoolTimeout):
            return
        yield "connection.connect_tcp.started", {}
        if not isinstance(response, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            sent = httpcore.Request(request.method, str(request.url), headers=request.headers.raw)
            yield "http11.send_request_headers.started", {"request": sent}

    @staticmethod
    def _given(response: httpx.Response | Exception) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response


LOCKS_OF_OTHERS = tuple(opentelemetry.__path__)
"""Where no signal may arrive: OpenTelemetry's locks would stay taken, and later calls wait for them."""


def result(of: T | Coroutine[Any, Any, T]) -> T:
    """Return what a call returns; await it if need be."""
    return asyncio.run(of) if isinstance(of, Coroutine) else of


def items(of: Pages[T] | AsyncPages[T]) -> list[T]:
    """Return all records of a listing."""
    if isinstance(of, Pages):
        return list(of)

    async def collected() -> list[T]:
        return [item async for item in of]

    return asyncio.run(collected())


def envelopes(of: Pages[T] | AsyncPages[T]) -> list[Page[T]]:
    """Return all pages of a listing."""
    if isinstance(of, Pages):
        return list(of.pages())

    async def collected() -> list[Page[T]]:
        return [page async for page in of.pages()]

    return asyncio.run(collected())


def outcome(of: Any) -> Any:
    """Return what a call returns, a listing as a list. For calls out of a table."""
    return items(of) if isinstance(of, Pages | AsyncPages) else result(of)


def headers(request: httpx.Request) -> dict[str, str]:
    """A request's headers, but for those that httpx sees to."""
    of_httpx = ("host", "accept-encoding", "connection", "content-length")
    return {name: value for name, value in request.headers.items() if name not in of_httpx}


@cache
def spec(provider: str) -> dict[str, Any]:
    """A provider's spec. Not to be changed."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (SPECS / f"{provider}.yaml").read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.load(text, Loader=loader))


def payload(provider: str, operation_id: str, name: str) -> Any:
    """The example of that name in the operation's successful response."""
    for path in spec(provider)["paths"].values():
        for operation in path.values():
            if operation["operationId"] == operation_id:
                content = operation["responses"]["200"]["content"]["application/json"]
                return copy.deepcopy(content["examples"][name]["value"])
    raise LookupError(operation_id)

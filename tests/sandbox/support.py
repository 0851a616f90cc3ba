"""Ways to ask a sandbox: raw requests, and numberline's own clients of either colour."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import httpx

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline_sandbox import Request, Response, Sandbox
from numberline_sandbox.spec import Spec

C = TypeVar("C")

FORM = "application/x-www-form-urlencoded"
KEY = {"account_id": "1", "api_key": "sandbox-api-key"}
APP = {"authorization": "App sandbox-api-key"}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 14, 12, 30, 15, 999_999, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def ask(
    sandbox: Sandbox,
    target: str,
    fields: Mapping[str, object] | None = None,
    *,
    method: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Response:
    """A raw request; with `fields` it is a form."""
    sent = dict(headers or {})
    if fields is not None:
        sent["content-type"] = FORM
        body = urlencode(fields).encode()
    return sandbox.respond(Request(method or ("POST" if fields is not None else "GET"), target, sent, body))


def told(response: Response) -> Any:
    """What an answer's JSON says."""
    return json.loads(response.body)


def call(sandbox: Sandbox, method: str, /, **fields: object) -> Any:
    """A raw call in the form style, signed in, and what it is told."""
    return told(ask(sandbox, f"/platform_api/{method}", {**KEY, **fields}))


def failure(sandbox: Sandbox, method: str, /, **fields: object) -> str:
    """The name of the code that such a call is refused with."""
    answer = call(sandbox, method, **fields)
    assert set(answer) == {"error"}
    names = {code: name for name, code in Spec.load("voximplant").codes.items()}
    return names[answer["error"]["code"]]


def connect(kind: Callable[..., C], sandbox: Sandbox, **settings: Any) -> C:
    """A client of numberline's that is signed in and leads to the sandbox."""
    name = kind.__name__.removeprefix("Async").lower()
    http = (
        httpx.AsyncClient(transport=sandbox.async_transport())
        if kind.__name__.startswith("Async")
        else httpx.Client(transport=sandbox.transport())
    )
    return kind(http_client=http, **(settings or sandbox.credentials[name]))


def voximplant(sandbox: Sandbox, colour: str = "sync", **settings: Any) -> Voximplant | AsyncVoximplant:
    kind = cast("Any", Voximplant if colour == "sync" else AsyncVoximplant)
    return cast("Voximplant | AsyncVoximplant", connect(kind, sandbox, **settings))


def infobip(sandbox: Sandbox, colour: str = "sync", **settings: Any) -> Infobip | AsyncInfobip:
    kind = cast("Any", Infobip if colour == "sync" else AsyncInfobip)
    return cast("Infobip | AsyncInfobip", connect(kind, sandbox, **settings))


def apifonica(sandbox: Sandbox, colour: str = "sync", **settings: Any) -> Apifonica | AsyncApifonica:
    kind = cast("Any", Apifonica if colour == "sync" else AsyncApifonica)
    return cast("Apifonica | AsyncApifonica", connect(kind, sandbox, **settings))

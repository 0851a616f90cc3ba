"""Ways to ask a sandbox: raw requests, and numberline's own clients sync or async."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import httpx

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.testing import ManualClock
from numberline_sandbox import Request, Response, Sandbox
from numberline_sandbox.spec import Spec

C = TypeVar("C")

FORM = "application/x-www-form-urlencoded"
KEY = {"account_id": "1", "api_key": "sandbox-api-key"}
APP = {"authorization": "App sandbox-api-key"}


MOSCOW = {"country_code": "RU", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}
GOTHAM = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 51}
MOMENT = datetime(2026, 3, 14, 12, 30, 15, 999_999, tzinfo=UTC)


def manual_clock() -> ManualClock:
    """A clock that stands at the tests' moment."""
    return ManualClock(MOMENT)


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


def basic(sandbox: Sandbox) -> dict[str, str]:
    """The header that signs in to Apifonica."""
    sign_in = sandbox.credentials["apifonica"]
    pair = f"{sign_in['account_sid']}:{sign_in['auth_token']}"
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def everything(sandbox: Sandbox) -> list[bytes]:
    """All that a sandbox shows without being changed."""
    sid = sandbox.credentials["apifonica"]["account_sid"]
    return [
        ask(sandbox, "/platform_api/GetPhoneNumbers", KEY).body,
        ask(sandbox, "/platform_api/GetNewPhoneNumbers", {**KEY, **GOTHAM}).body,
        ask(sandbox, "/sms/1/numbers/available", headers=APP).body,
        ask(sandbox, "/sms/1/numbers", headers=APP).body,
        ask(sandbox, f"/v2/accounts/{sid}/numbers", headers=basic(sandbox)).body,
    ]


def connect(kind: Callable[..., C], sandbox: Sandbox, **settings: Any) -> C:
    """A client of numberline's that is signed in and leads to the sandbox."""
    name = kind.__name__.removeprefix("Async").lower()
    http = (
        httpx.AsyncClient(transport=sandbox.async_transport())
        if kind.__name__.startswith("Async")
        else httpx.Client(transport=sandbox.transport())
    )
    return kind(http_client=http, **(settings or sandbox.credentials[name]))


def voximplant(sandbox: Sandbox, mode: str = "sync", **settings: Any) -> Voximplant | AsyncVoximplant:
    kind = cast("Any", Voximplant if mode == "sync" else AsyncVoximplant)
    return cast("Voximplant | AsyncVoximplant", connect(kind, sandbox, **settings))


def infobip(sandbox: Sandbox, mode: str = "sync", **settings: Any) -> Infobip | AsyncInfobip:
    kind = cast("Any", Infobip if mode == "sync" else AsyncInfobip)
    return cast("Infobip | AsyncInfobip", connect(kind, sandbox, **settings))


def apifonica(sandbox: Sandbox, mode: str = "sync", **settings: Any) -> Apifonica | AsyncApifonica:
    kind = cast("Any", Apifonica if mode == "sync" else AsyncApifonica)
    return cast("Apifonica | AsyncApifonica", connect(kind, sandbox, **settings))


COMMAND = [sys.executable, "-W", "error", "-m", "numberline"]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A running `numberline sandbox`, its URL, and what it printed before the first request."""
    process = subprocess.Popen(
        [*COMMAND, "sandbox", "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        lines: list[str] = []
        while not lines or not lines[-1].startswith(("Ready", "{")):
            line = process.stdout.readline()
            assert line, process.communicate()
            lines.append(line)
        url = re.search(r"https?://[^\s\"]+", lines[0])
        assert url
        yield process, url[0], lines
    finally:
        process.kill()
        process.communicate()

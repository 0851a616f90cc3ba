"""Ways to ask a sandbox: raw requests, and numberline's own clients of either colour."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import httpx
from jsonschema import Draft202012Validator

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.sandbox import Inquiry, Reply, Sandbox
from numberline.sandbox.spec import Spec
from tests.support import spec

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


class CheckedSandbox(Sandbox):
    """Looks at each of its answers: form, content type, and the schema that the spec has for it."""

    def answer(self, inquiry: Inquiry) -> Reply:
        reply = super().answer(inquiry)
        assert reply.status < 500
        if reply.headers.get("content-type") == "text/plain":
            return reply
        if reply.status in (201, 204):
            assert reply.body == b""
            return reply
        assert reply.headers == {"content-type": "application/json"}
        said = json.loads(reply.body)
        schemas = [check for check in _schemas(reply.operation, reply.status) if check.is_valid(said)]
        assert schemas or not reply.operation, f"{reply.operation} answers {said}"
        assert bool(reply.failure) == (reply.status >= 400 or "error" in said)
        return reply


@cache
def _schemas(operation_id: str, status: int) -> list[Draft202012Validator]:
    for name in ("voximplant", "infobip", "apifonica"):
        document = spec(name)
        for path in document["paths"].values():
            for operation in path.values():
                if operation["operationId"] == operation_id:
                    answers = operation["responses"]
                    described = answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("400", {})
                    if "$ref" in described:
                        described = document["components"]["responses"][described["$ref"].rpartition("/")[2]]
                    if not described:
                        described = answers["200"]
                    schema = described["content"]["application/json"]["schema"]
                    # A failure with status 200 has no result, which the schema of the good answer requires.
                    failure = {"properties": {"error": {"$ref": "#/components/schemas/Failure"}}, "required": ["error"]}
                    found = [schema, failure] if name == "voximplant" else [schema]
                    strict = [{**one, "components": _closed(document["components"])} for one in found]
                    return [Draft202012Validator(one) for one in strict]
    return []


def _closed(components: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas, with fields that they don't name forbidden."""
    schemas = {
        name: {**schema, "additionalProperties": False} if "properties" in schema else schema
        for name, schema in components["schemas"].items()
    }
    return {"schemas": schemas}


def ask(
    sandbox: Sandbox,
    target: str,
    fields: Mapping[str, object] | None = None,
    *,
    method: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Reply:
    """A raw request; with `fields` it is a form."""
    sent = dict(headers or {})
    if fields is not None:
        sent["content-type"] = FORM
        body = urlencode(fields).encode()
    return sandbox.answer(Inquiry(method or ("POST" if fields is not None else "GET"), target, sent, body))


def told(reply: Reply) -> Any:
    """What an answer's JSON says."""
    return json.loads(reply.body)


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

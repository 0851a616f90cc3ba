"""Every answer that a sandbox gives while tests run, held against the spec before any fault is applied to it."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import jsonschema_rs

from numberline_sandbox.http.messages import Request, Response
from numberline_sandbox.provider import Provider
from tests.support import spec

Schema = dict[str, Any]


class Violations(list[str]):
    """What a spec doesn't allow about the answers that were looked at."""

    def watched(self, answer: Callable[[Provider, Request], Response]) -> Callable[[Provider, Request], Response]:
        """`Provider.respond`, with a look at what it says. It raises nothing: a server would make a 500 of that."""

        def answered(provider: Provider, request: Request) -> Response:
            response = answer(provider, request)
            self.extend(f"{request.method} {request.target}: {text}" for text in violations(provider.name, response))
            return response

        return answered


def violations(provider: str, response: Response) -> Iterator[str]:
    """What a provider's spec doesn't allow about an answer.

    It has to have a status that the operation documents, or the form of the provider's errors if the request was for no
    operation; then the documented content type, and a body as the schema has it, without fields that it doesn't name.
    """
    if response.operation:
        described = _described(provider, response.operation, response.status)
        if described is None:
            yield f"{response.operation} has no status {response.status}"
            return
    else:
        described = _failing(provider)
        if not response.failure:
            yield "no operation, and no error"
    schema = described.get("application/json")
    if schema is None:
        if response.body or "content-type" in response.headers:
            yield f"a body where {response.operation} documents none"
        return
    if response.headers.get("content-type") != "application/json":
        yield f"content type {response.headers.get('content-type')}"
    said = json.loads(response.body)
    for error in _validator(provider, schema).iter_errors(said):
        yield f"{'/'.join(map(str, error.instance_path))}: {error.message}"
    if bool(response.failure) != (response.status > 299 or "error" in said):
        yield f"status {response.status} and failure {response.failure!r} don't agree"


def _operations(provider: str) -> dict[str, Schema]:
    return {
        operation["operationId"]: operation for path in spec(provider)["paths"].values() for operation in path.values()
    }


@cache
def _described(provider: str, operation_id: str, status: int) -> dict[str, str] | None:
    """The schema of each documented content type, as JSON, or None for a status that isn't documented."""
    responses = _operations(provider)[operation_id]["responses"]
    described = responses.get(str(status)) or responses.get(f"{status // 100}XX")
    if described is None:
        return None
    if "$ref" in described:
        described = spec(provider)["components"]["responses"][described["$ref"].rpartition("/")[2]]
    return {kind: json.dumps(media["schema"]) for kind, media in described.get("content", {}).items()}


@cache
def _failing(provider: str) -> dict[str, str]:
    """The same for an answer to what is no operation: that of any operation's failure."""
    operation = next(iter(_operations(provider)))
    return next(found for status in (400, 200) if (found := _described(provider, operation, status)) is not None)


@cache
def _validator(provider: str, schema: str) -> jsonschema_rs.Draft202012Validator:
    schemas: dict[str, Schema] = {
        name: {**held, "additionalProperties": False} if "properties" in held else held
        for name, held in spec(provider)["components"]["schemas"].items()
    }
    return jsonschema_rs.Draft202012Validator(
        {**json.loads(schema), "components": {"schemas": schemas}},
        validate_formats=True,
        formats={
            "date": _read(date.fromisoformat),
            "utc-timestamp": _read(lambda text: datetime.strptime(text, "%Y-%m-%d %H:%M:%S")),
            "rfc2822": _read(parsedate_to_datetime),
        },
    )


def _read(reader: Callable[[str], object]) -> Callable[[str], bool]:
    """Whether a text is of a format. Whether an empty one is allowed for no date, the pattern beside it says."""

    def readable(text: str) -> bool:
        try:
            reader(text or "")
        except ValueError:
            return text == ""
        return True

    return readable


def failure_kind(provider: str, body: bytes) -> str | None:
    """What the codes of a provider's spec call a failure, or None if an answer is none or has no code."""
    said: Any = json.loads(body) if body else None
    errors = spec(provider)["x-errors"]
    kinds = {code["code"]: code["kind"] for code in errors.get("codes", [])}
    for form in errors["forms"]:
        found = said
        for step in form["code"].strip("/").split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        if found is not None:
            return str(kinds[found])
    return None

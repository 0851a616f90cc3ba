"""How each fault is carried out: a response made worse, or another one in its place."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from functools import cache, reduce
from typing import Any

from ..http.messages import Request, Response
from ..provider import Provider
from ..spec import JSON, Spec
from . import Fault

_PAGE = b"<!DOCTYPE html><html><head><title>Oops</title></head><body><h1>Something went wrong</h1></body></html>"
_JSON = {"content-type": "application/json"}
_HTML = {"content-type": "text/html; charset=utf-8"}
_DATES = ("date", "date-time", "utc-timestamp", "rfc2822")
_CODES = {"rate-code": ("rate-limit", 429), "later-code": ("later", 429), "server-code": ("server", 500)}
_BOMBS = {"bomb": 1, "nested-bomb": 2}  # how often they are compressed
ELSEWHERE = "https://elsewhere.invalid/"


def inject(provider: Provider, request: Request, fault: Fault) -> Response:
    """Return the response to a request that meets a fault."""
    operation = provider.operation(request)
    if fault.kind.startswith("shift") and operation is not None:
        provider.shift(operation.id, inward=fault.kind == "shift-in")
    if fault.is_done:
        response = provider.respond(request)
    else:
        response = Response(500, operation=operation.id if operation else "")
    return _apply(provider, response, fault)._replace(fault=str(fault))


def _apply(provider: Provider, response: Response, fault: Fault) -> Response:
    kind = fault.kind
    if kind in _CODES:
        return response._replace(status=200, headers=_JSON, body=_failure(provider.spec, *_CODES[kind]))
    if kind.isdecimal():
        return _with_status(provider, response, int(kind), fault.detail)
    if kind in _ALTERED:
        return _altered(provider.spec, response, _ALTERED[kind])
    if kind in _BOMBS:
        encodings = ", ".join(["gzip"] * _BOMBS[kind])
        headers = {**_JSON, "content-encoding": encodings}
        return response._replace(status=200, headers=headers, body=bomb(_BOMBS[kind]))
    return response._replace(**_replacements(response, fault).get(kind, {}))


def _replacements(response: Response, fault: Fault) -> dict[str, dict[str, Any]]:
    """Return what each kind that needs no spec changes about a response."""
    with_body = 200 if response.status == 204 else response.status
    return {
        "latency": {"delay": float(fault.detail or 0)},
        "drop": {"ending": "drop"},
        "refused": {"ending": "drop"},
        "truncated": {"status": with_body, "body": response.body[: len(response.body) // 2], "ending": "cut"},
        "endless": {"status": 200, "ending": "endless"},
        "empty": {"status": 200, "body": b""},
        "html": {"status": 200, "headers": _HTML, "body": _PAGE},
        "wrong-type": {"headers": {**response.headers, **_HTML}} if response.body else {},
        "redirect": {"status": 302, "headers": {"location": ELSEWHERE}, "body": b""},
    }


def _with_status(provider: Provider, response: Response, status: int, detail: str) -> Response:
    own = {429: "rate-limit", 500: "server"}.get(status)
    headers, body = (_JSON, _failure(provider.spec, own, status)) if own else (_HTML, _PAGE)
    if seconds := re.fullmatch(r"date([+-][0-9]{1,8})", detail):
        moment = provider.environment.clients_now() + timedelta(seconds=int(seconds[1]))
        detail = format_datetime(moment, usegmt=True)
    return response._replace(
        status=status, headers={**headers, "retry-after": detail} if detail else headers, body=body
    )


def _failure(spec: Spec, kind: str, status: int) -> bytes:
    """Return a failure in the provider's own form."""
    form = spec.error_form
    told = {form.get("code"): spec.code_of(kind), form["text"]: f"made up: {kind}", form.get("status"): status}
    said: JSON = {}
    for pointer, value in told.items():
        if pointer is not None and value is not None:
            *outer, last = pointer.strip("/").split("/")
            reduce(lambda inner, key: inner.setdefault(key, {}), outer, said)[last] = value
    return spec.write(said)


@cache
def bomb(times: int = 1) -> bytes:
    """Return zeros, compressed so many times, a little more of them than a client takes."""
    return gzip.compress(bomb(times - 1) if times > 1 else bytes(65 * 2**20), mtime=0)


Altering = Callable[[JSON, Any], Any]
"""What becomes of a value with this schema."""

_NEW_FIELD = {"made_up_by_the_sandbox": {"new": [1, None]}}
_ALTERED: dict[str, Altering] = {
    "unknown-fields": lambda _, value: {**value, **_NEW_FIELD} if isinstance(value, dict) else value,
    "unknown-values": lambda schema, value: (
        "MADE_UP_BY_THE_SANDBOX" if "enum" in schema and isinstance(value, str) else value
    ),
    "empty-dates": lambda schema, value: "" if schema.get("format") in _DATES else value,
}


def _altered(spec: Spec, response: Response, alter: Altering) -> Response:
    schema = spec.response_schema(response.operation) if response.operation and response.status == 200 else None
    if schema is None or not response.body:
        return response
    body = json.loads(response.body, parse_float=Decimal)
    return response._replace(body=spec.write(_walked(spec, schema, body, alter)))


def _walked(spec: Spec, schema: JSON, value: Any, alter: Altering) -> Any:
    """Return a value with all that is in it altered."""
    schema = spec.resolved(schema)
    known, *_ = schema.get("anyOf", [{}])  # the others are single values beside an enum
    schema = {**schema, **spec.resolved(known)}
    if isinstance(value, dict):
        properties: JSON = schema.get("properties", {})
        value = {name: _walked(spec, properties.get(name, {}), item, alter) for name, item in value.items()}
    elif isinstance(value, list):
        value = [_walked(spec, schema.get("items", {}), item, alter) for item in value]
    return alter(schema, value)

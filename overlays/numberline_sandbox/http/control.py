"""The sandbox's own path, for tests in other languages and processes. JSON both ways; nobody signs in.

POST   /sandbox/faults      {"operation": "attach_phone_number", "fault": "drop-after", "times": 1}
                            {"seed": 7, "rate": 0.2, "kinds": ["429=1", "drop"]}      kinds may be left out
                            {"latency": 0.05}                                          for every response, in seconds
GET    /sandbox/faults      which kinds there are, and which faults are set
DELETE /sandbox/faults      clear all faults
POST   /sandbox/behaviour   {"purchase_status": 201}                                   any of the switches
GET    /sandbox/behaviour   all switches as they are, what they take and what they mean
DELETE /sandbox/behaviour   as at the beginning
POST   /sandbox/clock       {"advance": 86400}                                         let so many seconds pass
GET    /sandbox/clock       the moment by the sandbox's clock
GET    /sandbox/ledger      what was really done, first things first
GET    /sandbox/service-account   a key file, for clients that sign in with tokens
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from ..behaviour import CHOICES, Behaviour, descriptions
from ..faults import KINDS, RANDOM_KINDS, STATUSES, WHEN, Faults
from ..ledger import Entry
from .messages import LARGEST_BODY, Request, Response

ROOT = "sandbox"

M = TypeVar("M", bound=BaseModel)


class Controlled(Protocol):
    """What is controlled: a sandbox."""

    faults: Faults
    behaviour: Behaviour

    @property
    def ledger(self) -> Iterable[Entry]: ...
    @property
    def now(self) -> datetime: ...
    def reset_behaviour(self) -> None: ...
    def advance(self, by: timedelta) -> None: ...
    def service_account(self) -> dict[str, Any]: ...


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Fault(_Body):
    operation: str
    fault: str
    times: Annotated[int, Field(ge=1, le=10**9)] | None = None


class _Random(_Body):
    seed: int
    rate: Annotated[float, Field(ge=0, le=1)]
    kinds: list[str] = list(RANDOM_KINDS)


class _Latency(_Body):
    latency: Annotated[float, Field(ge=0, le=10**6)]


class _Clock(_Body):
    advance: Annotated[float, Field(ge=0, le=10**12)]


_METHODS = {
    "faults": ("GET", "POST", "DELETE"),
    "behaviour": ("GET", "POST", "DELETE"),
    "clock": ("GET", "POST"),
    "ledger": ("GET",),
    "service-account": ("GET",),
}


def control(controlled: Controlled, request: Request) -> Response:
    """Return the response to a request below `/sandbox`. One that makes no sense gets 400, and changes nothing."""
    path = "/".join(request.segments[1:])
    allowed = ", ".join(_METHODS.get(path, ()))
    if not allowed:
        there = ", ".join(f"/{ROOT}/{known}" for known in _METHODS)
        return _json(404, {"error": f"there is nothing at /{ROOT}/{path}; there are {there}"})
    if request.method not in _METHODS[path]:
        return _json(405, {"error": f"/{ROOT}/{path} takes {allowed}, not {request.method}"}, allow=allowed)
    try:
        if request.method == "GET":
            return _json(200, _shown(controlled, path))
        if request.method == "DELETE":
            controlled.faults.clear() if path == "faults" else controlled.reset_behaviour()
        else:
            _change(controlled, path, _members(request))
    except ValueError as error:
        return _json(400, {"error": f"{error}"})
    return Response(204)


def _shown(controlled: Controlled, path: str) -> object:
    match path:
        case "faults":
            return {"kinds": KINDS, "statuses": STATUSES, "when": WHEN, **controlled.faults.described()}
        case "behaviour":
            meanings = descriptions()
            return {
                name: {"value": value, "choices": CHOICES[name], "meaning": meanings[name]}
                for name, value in controlled.behaviour._asdict().items()
            }
        case "clock":
            return {"now": controlled.now.isoformat()}
        case "ledger":
            return {"entries": [entry._asdict() for entry in controlled.ledger]}
        case _:
            return controlled.service_account()


def _change(controlled: Controlled, path: str, members: dict[str, Any]) -> None:
    match path, members:
        case "faults", {"latency": _}:
            controlled.faults.latency = _checked(_Latency, members).latency
        case "faults", {"seed": _} | {"rate": _}:
            chance = _checked(_Random, members)
            controlled.faults.at_random(chance.seed, chance.rate, chance.kinds)
        case "faults", {"operation": _} | {"fault": _}:
            rule = _checked(_Fault, members)
            controlled.faults.set(rule.operation, rule.fault, rule.times)
        case "behaviour", _:
            changed = controlled.behaviour
            for name, value in members.items():
                changed = changed.changed(name, value)
            controlled.behaviour = changed
        case "clock", _:
            controlled.advance(timedelta(seconds=_checked(_Clock, members).advance))
        case _:
            raise ValueError("give operation and fault, or seed and rate, or latency")


def _members(request: Request) -> dict[str, Any]:
    """Return the members of a JSON body.

    Raises:
        ValueError: if it is none.
    """
    if len(request.body) > LARGEST_BODY:
        raise ValueError(f"the body is larger than {LARGEST_BODY} bytes")
    try:
        members: object = from_json(request.body, allow_inf_nan=False)
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from None
    if not isinstance(members, dict) or not members:
        raise ValueError("the body is not a JSON object with members")
    return members


def _checked(model: type[M], members: Mapping[str, Any]) -> M:
    try:
        return model.model_validate(members)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    name = ".".join(map(str, first["loc"]))
    given = "" if first["type"] == "missing" else f", not {repr(first['input'])[:100]}"
    raise ValueError(f"{name}: {first['msg'].lower()}{given}")


def _json(status: int, what: object, **headers: str) -> Response:
    return Response(status, {"content-type": "application/json", **headers}, json.dumps(what, default=str).encode())

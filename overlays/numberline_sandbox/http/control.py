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
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import from_json

from ..behaviour import CHOICES, Behaviour, descriptions
from ..faults import KINDS, RANDOM_KINDS, STATUSES, WHEN, Faults
from ..ledger import Ledger
from .messages import LARGEST_BODY, Request, Response

ROOT = "sandbox"


class Controlled(Protocol):
    """What is controlled: a sandbox."""

    faults: Faults
    ledger: Ledger

    @property
    def behaviour(self) -> Behaviour: ...
    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None: ...
    @property
    def now(self) -> datetime: ...
    def reset_behaviour(self) -> None: ...
    def advance(self, by: timedelta) -> None: ...
    def service_account(self) -> dict[str, Any]: ...


class _Body(BaseModel, extra="forbid", strict=True):
    """A body that changes something."""

    def apply(self, to: Controlled) -> None:
        raise NotImplementedError


class _Fault(_Body):
    operation: str
    fault: str
    times: Annotated[int, Field(ge=1, le=10**9)] | None = None

    def apply(self, to: Controlled) -> None:
        to.faults.set(self.operation, self.fault, self.times)


class _Random(_Body):
    seed: int
    rate: Annotated[float, Field(ge=0, le=1)]
    kinds: list[str] = list(RANDOM_KINDS)

    def apply(self, to: Controlled) -> None:
        to.faults.at_random(self.seed, self.rate, self.kinds)


class _Latency(_Body):
    latency: Annotated[float, Field(ge=0, le=10**6)]

    def apply(self, to: Controlled) -> None:
        to.faults.latency = self.latency


class _Behaviour(_Body, extra="allow"):
    def apply(self, to: Controlled) -> None:
        to.behaviour = reduce(lambda behaviour, one: behaviour.changed(*one), self, to.behaviour)


class _Clock(_Body):
    advance: Annotated[float, Field(ge=0, le=10**12)]

    def apply(self, to: Controlled) -> None:
        to.advance(timedelta(seconds=self.advance))


_SHOWN: dict[str, Callable[[Controlled], object]] = {
    "faults": lambda it: {"kinds": KINDS, "statuses": STATUSES, "when": WHEN, **it.faults.described()},
    "behaviour": lambda it: {
        name: {"value": value, "choices": CHOICES[name], "meaning": meaning}
        for (name, value), meaning in zip(it.behaviour._asdict().items(), descriptions().values(), strict=True)
    },
    "clock": lambda it: {"now": it.now.isoformat()},
    "ledger": lambda it: {"entries": [entry._asdict() for entry in it.ledger]},
    "service-account": lambda it: it.service_account(),
}
_CHANGED: dict[str, tuple[type[_Body], ...]] = {
    "faults": (_Fault, _Random, _Latency),
    "behaviour": (_Behaviour,),
    "clock": (_Clock,),
}
_CLEARED: dict[str, Callable[[Controlled], None]] = {
    "faults": lambda it: it.faults.clear(),
    "behaviour": lambda it: it.reset_behaviour(),
}
_METHODS: dict[str, Mapping[str, object]] = {"GET": _SHOWN, "POST": _CHANGED, "DELETE": _CLEARED}


def control(controlled: Controlled, request: Request) -> Response:
    """Return the response to a request below `/sandbox`. One that makes no sense gets 400, and changes nothing."""
    path = "/".join(request.segments[1:])
    if path not in _SHOWN:
        there = ", ".join(f"/{ROOT}/{known}" for known in _SHOWN)
        return _json(404, {"error": f"there is nothing at /{ROOT}/{path}; there are {there}"})
    if path not in _METHODS.get(request.method, ()):
        allowed = ", ".join(method for method, paths in _METHODS.items() if path in paths)
        return _json(405, {"error": f"/{ROOT}/{path} takes {allowed}, not {request.method}"}, allow=allowed)
    try:
        if request.method == "GET":
            return _json(200, _SHOWN[path](controlled))
        if request.method == "DELETE":
            _CLEARED[path](controlled)
        else:
            _read(request, _CHANGED[path]).apply(controlled)
    except ValueError as error:
        return _json(400, {"error": f"{error}"})
    return Response(204)


def _read(request: Request, kinds: Sequence[type[_Body]]) -> _Body:
    """Return the body as the kind that its members are of.

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
    kind = next((kind for kind in kinds if kind.model_fields.keys() & members.keys()), kinds[-1])
    try:
        return kind.model_validate(members)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    name = ".".join(map(str, first["loc"]))
    given = "" if first["type"] == "missing" else f", not {repr(first['input'])[:100]}"
    raise ValueError(f"{name}: {first['msg'].lower()}{given}")


def _json(status: int, what: object, **headers: str) -> Response:
    return Response(status, {"content-type": "application/json", **headers}, json.dumps(what, default=str).encode())

"""The sandbox's own path, for tests in other languages and processes. JSON both ways; nobody signs in.

POST   /sandbox/faults   {"operation": "attach_phone_number", "fault": "drop-after", "times": 1}
                         {"seed": 7, "rate": 0.2, "kinds": ["429=1", "drop"]}      kinds may be left out
                         {"latency": 0.05}                                          for every answer, in seconds
DELETE /sandbox/faults   behave from now on
GET    /sandbox/faults   which kinds there are, and what they do
GET    /sandbox/ledger   what was really done, first things first
POST   /sandbox/clock    {"advance": 86400}                                         let so many seconds go by
GET    /sandbox/service-account   a key file, for clients that sign in with tokens
"""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from ..faults import KINDS, RANDOM_KINDS
from .messages import LARGEST_BODY, Request, Response

if TYPE_CHECKING:
    from ..sandbox import Sandbox

ROOT = "sandbox"


def control(sandbox: "Sandbox", request: Request) -> Response:
    """The answer to a request below `/sandbox`. One that makes no sense is answered with 400, and changes nothing."""
    match request.method, request.segments[1:]:
        case "POST", ["faults"]:
            try:
                _set(sandbox, request.body)
            except (ValueError, TypeError, KeyError) as error:
                return _said(400, {"error": f"{error}"})
            return Response(204)
        case "DELETE", ["faults"]:
            sandbox.faults.clear()
            return Response(204)
        case "GET", ["faults"]:
            return _said(200, {"kinds": KINDS})
        case "POST", ["clock"]:
            try:
                _advance(sandbox, request.body)
            except (ValueError, TypeError, KeyError, OverflowError) as error:
                return _said(400, {"error": f"{error}"})
            return Response(204)
        case "GET", ["ledger"]:
            return _said(200, {"entries": [entry._asdict() for entry in sandbox.ledger]})
        case "GET", ["service-account"]:
            return _said(200, sandbox.service_account())
        case _:
            there = "/sandbox/faults, /sandbox/ledger, /sandbox/clock and /sandbox/service-account"
            return _said(404, {"error": f"there are {there}"})


def _set(sandbox: "Sandbox", body: bytes) -> None:
    asked = json.loads(body[:LARGEST_BODY])
    if not isinstance(asked, dict):
        raise ValueError("the body is not a JSON object")
    asked = cast("dict[str, Any]", asked)
    names = frozenset(asked)
    if names == {"latency"}:
        sandbox.faults.latency = float(asked["latency"])
    elif {"seed", "rate"} <= names <= {"seed", "rate", "kinds"}:
        sandbox.faults.at_random(int(asked["seed"]), float(asked["rate"]), asked.get("kinds", RANDOM_KINDS))
    elif {"operation", "fault"} <= names <= {"operation", "fault", "times"}:
        times = asked.get("times")
        sandbox.faults.set(str(asked["operation"]), str(asked["fault"]), None if times is None else int(times))
    else:
        raise ValueError("either operation and fault, or seed and rate, or latency")


def _advance(sandbox: "Sandbox", body: bytes) -> None:
    asked = json.loads(body[:LARGEST_BODY])
    if not isinstance(asked, dict) or set(cast("dict[str, Any]", asked)) != {"advance"}:
        raise ValueError("the body is not an object with advance")
    sandbox.advance(timedelta(seconds=float(cast("dict[str, Any]", asked)["advance"])))


def _said(status: int, what: object) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(what, default=str).encode())

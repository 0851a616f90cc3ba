"""Schemathesis makes requests from each spec, right ones and wrong ones, and looks at the answers.

It sees the ASGI application. What it is told beyond the specs stands in `requests_only` and `ACCEPTED_OTHERWISE`.
"""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, Literal, cast
from urllib.parse import parse_qsl

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, seed, settings, strategies as st
from schemathesis import APIOperation, Case, GenerationMode, HookContext, Response
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from numberline_sandbox import Behaviour, Sandbox
from tests.contract.answers import failure_kind
from tests.sandbox.support import APP, KEY, basic
from tests.support import FULL, spec

Operation = APIOperation[Any, Any, Any, Any]

SEED = 6
EXAMPLES = {
    GenerationMode.POSITIVE: 300 if FULL else 6,
    GenerationMode.NEGATIVE: 300 if FULL else 5,
}

OF_EVERY_ANSWER: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""They fit an error with HTTP status 200, because the specs say that an answer is either a result or an error.

Left out:
    ignored_auth: it takes a status 200 for success. Requests without credentials are a part of this test instead.
    unsupported_method: it wants a 405 with Allow for other methods of a path. Voximplant takes each method by GET, too,
        and no document speaks of either; test_any_request.py sends all methods.
    missing_required_header: no operation has a header that is required.
    use_after_free, ensure_resource_availability: they follow REST's rules for POST and DELETE of a path. Here a bought
        number has another path than the one that was posted to; the state machines follow numbers through their lives.
    object_level_authorization: it needs two users; child accounts have tests of their own.
    allow_header_conformance: no spec documents the header.
    max_response_time: no test of ours is timed.
"""

OF_WHAT_IS_ACCEPTED: list[CheckFunction] = [positive_data_acceptance, negative_data_rejection]
"""They go by the status, so an error is given the status that its kind has elsewhere (`STATUSES`)."""

STATUSES = {"authentication": 401, "permission": 403, "not-found": 404, "unavailable": 409, "funds": 403}

ACCEPTED_OTHERWISE = {
    "next is not from a link": "the cursor is an opaque text, which nobody can make up",
    "not an http or https URL": "an empty text clears the address, so the spec has no format for it",
    "no region here needs a regulation address": "it depends on the region",
    "ends before it begins": "no schema compares two values",
    "is out of range": "the spec has no greatest number, the sandbox takes up to 18 digits",
}
"""Refusals of requests that the specs allow, by their texts, and why."""

OPAQUE = ("getPurchasedNumber", "cancelNumber")
"""Their only parameter is any text at all, so nothing about a request can be wrong."""


def requests_only(document: dict[str, Any]) -> dict[str, Any]:
    """A spec with two rules more about requests, both of which the sandbox has for good reasons: what is empty or 0
    counts as left out (an official client sends it for unused parameters), and unknown parameters are refused."""
    document = copy.deepcopy(document)
    for path in document["paths"].values():
        for operation in path.values():
            schemas = [given["schema"] for given in operation.get("parameters", [])]
            for media in operation.get("requestBody", {}).get("content", {}).values():
                media["schema"]["additionalProperties"] = False
                schemas += media["schema"]["properties"].values()
            for schema in schemas:
                for form in schema.get("anyOf", [schema]):
                    _say_something(form.get("items", form))
    return document


def _say_something(schema: dict[str, Any]) -> None:
    if schema.get("type") == "string":
        schema.setdefault("minLength", 1)
    if schema.get("type") == "integer":
        schema["minimum"] = max(1, schema.get("minimum", 1))


def join_lists(context: HookContext, body: Any) -> Any:
    """The hook: lists of a form travel as the spec's x-delimiter has it, where Schemathesis would repeat the field."""
    bodies: Any = context.operation.body if context.operation else ()
    if not isinstance(body, dict):
        return body
    properties: dict[str, Any] = next(iter(bodies)).definition["schema"]["properties"]
    joined = dict(cast("dict[str, Any]", body))
    for name, value in joined.items():
        forms = properties.get(name, {})
        separator = next((form["x-delimiter"] for form in forms.get("anyOf", [forms]) if "x-delimiter" in form), None)
        if separator and isinstance(value, list):
            items = cast("list[object]", value)
            joined[name] = separator.join(item if isinstance(item, str) else json.dumps(item) for item in items)
    return joined


def operations() -> Iterator[tuple[str, Operation]]:
    for name in ("voximplant", "infobip", "apifonica"):
        schema = schemathesis.openapi.from_dict(requests_only(spec(name)))
        schema.config.generation.with_security_parameters = False  # signing in is this test's
        schema.hook("map_body")(join_lists)
        for operation in schema.get_all_operations():
            yield name, cast("Operation", operation.ok())  # type: ignore[union-attr]  # specs are checked elsewhere


schemathesis.openapi.format(
    "utc-timestamp", st.datetimes().map(lambda moment: f"{moment.replace(microsecond=0).isoformat(' '):0>19}")
)


CASES = [
    pytest.param(name, operation, mode, id=f"{operation.definition.raw['operationId']}-{mode.value}")
    for name, operation in operations()
    for mode in EXAMPLES
    if mode.is_positive or operation.definition.raw["operationId"] not in OPAQUE
]


@pytest.mark.parametrize(("name", "operation", "mode"), CASES)
def test_generated_requests_get_responses_by_the_spec(name: str, operation: Operation, mode: GenerationMode) -> None:
    # A wrong request is refused: some specs state no greatest size of a page, and no id is impossible.
    strict: Literal["ignored", "refused"] = "refused" if mode.is_negative else "ignored"
    oversized: Literal["capped", "refused"] = "refused" if mode.is_negative else "capped"
    sandbox = Sandbox(
        behaviour=Behaviour(unknown_parameters="refused", unknown_filter_ids=strict, oversized_page=oversized)
    )
    headers, parameters = credentials(sandbox, name)
    account = sandbox.credentials[name].get("account_sid")
    # Left to itself it also draws from the texts in all modules that are loaded, which differ from run to run.
    fixed = {"accountSID": account} if account else None
    cases = operation.as_strategy(mode, feedback=NO_FEEDBACK, path_parameters=fixed)
    operation.schema.app = sandbox.asgi

    with asgi.get_client(cast("Any", sandbox.asgi)) as client:

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES[mode], suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
        )
        @given(cases, st.integers(0, 4))
        def answered(case: Case[Any], luck: int) -> None:
            signed = luck > 0
            sent = {"headers": headers, "params": parameters} if signed else {}
            response = case.call(session=client, **cast("Any", sent))
            case.validate_response(response, checks=OF_EVERY_ANSWER)
            kind = failure_kind(name, response.content)
            assert (kind == "authentication" or response.status_code == 401) is not signed
            if not signed:
                return
            if kind is not None and response.status_code == 200:
                response.status_code = STATUSES.get(kind, 400)
            if not any(text.encode() in response.content for text in ACCEPTED_OTHERWISE):
                assume(mode.is_positive or says_something(case, response))
                case.validate_response(response, checks=OF_WHAT_IS_ACCEPTED)

        answered()


def credentials(sandbox: Sandbox, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and parameters that sign a request in."""
    return {"voximplant": ({}, KEY), "infobip": (APP, {}), "apifonica": (basic(sandbox), {})}[name]


def says_something(case: Case[Any], response: Response) -> bool:
    """Whether all of a request is sent, without a value or an item that counts as left out: what is wrong about it may
    be in one that is not."""
    body: Any = response.request.body or b""
    text = f"{response.request.url}&{body if isinstance(body, str) else bytes(body).decode(errors='replace')}&"
    generated: Any = case.body
    is_form = isinstance(generated, dict) and isinstance(body, str)
    names = {name for name, _ in parse_qsl(body, keep_blank_values=True)} if is_form else set[str]()
    is_whole = not is_form or names.issuperset(generated)
    return is_whole and re.search(r"(=|%3B)0?(%3B|&)", text) is None

"""What is wrong with a spec: our own rules for what generation relies on and what `specs/README.md` asks for."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from . import linters, schemas
from .documents import Document, Pointer
from .schemas import Found, is_schema, types

FORM = "application/x-www-form-urlencoded"


def problems(document: Document, extensions: Path) -> Found:
    """What is wrong with one spec, by openapi-spec-validator and by our rules."""
    definitions: dict[str, Any] = json.loads(extensions.read_text(encoding="utf-8"))["$defs"]
    # Each takes for granted what those before it look for.
    for name, found in {
        "openapi": linters.openapi_form(document),
        "references": _dangling(document),
        "schemas": schemas.forms(document),
        "document": _parts(document),
        "extensions": _extensions(document, definitions),
    }.items():
        wrong = list(_ruled(name, found))
        yield from wrong
        if wrong:
            return
    yield from linters.openapi_rules(document)
    for name, rule in RULES.items():
        yield from _ruled(name, rule(document))


def _ruled(name: str, found: Found) -> Found:
    for error in found:
        error.rule = name
        yield error


def _dangling(document: Document) -> Found:
    for pointer, mapping in document.walk():
        reference, seen = mapping.get("$ref"), set[str]()
        while isinstance(reference, str) and reference not in seen:
            seen.add(reference)
            try:
                target = document.at(tuple(reference.removeprefix("#/").split("/")))
            except (KeyError, TypeError):
                yield document.error((*pointer, "$ref"), f"{reference} leads nowhere")
                break
            if target is mapping:
                yield document.error((*pointer, "$ref"), f"{reference} leads to itself")
            reference = target.get("$ref") if isinstance(target, dict) else None


def _parts(document: Document) -> Found:
    """What OpenAPI does without and we don't."""
    for way in (("servers",), ("paths",), ("components", "schemas"), ("components", "securitySchemes")):
        held: Any = document.data
        for step in way:
            held = held.get(step, {})
        if not held:
            yield document.error(way, f"a spec has {' and in them '.join(way)}")


def _extensions(document: Document, definitions: dict[str, Any]) -> Found:
    places: dict[str, list[str]] = definitions["places"]["const"]
    for pointer, mapping in document.walk():
        if any(str(step).startswith("x-") for step in pointer):
            continue
        here = _kind(pointer)
        for name, value in mapping.items():
            if not str(name).startswith("x-"):
                continue
            if name not in definitions:
                yield document.error((*pointer, name), f"unknown extension {name}; specs/README.md lists them")
            elif name not in places.get(here, []) and name not in places["any"]:
                yield document.error((*pointer, name), f"{name} has no meaning on this {here}")
            else:
                rule = {"$ref": f"#/$defs/{name}", "$defs": definitions}
                for error in Draft202012Validator(rule).iter_errors(value):
                    yield document.error(
                        (*pointer, name, *error.absolute_path), f"{name}: {linters.shortened(error.message)}"
                    )


def _operations(document: Document) -> Found:
    for path, item in document.data["paths"].items():
        if "parameters" in item:
            yield document.error(("paths", path, "parameters"), "parameters stand in each operation that takes them")
    for pointer, _, _, operation in document.operations():
        yield from _operation(document, pointer, operation)


def _operation(document: Document, pointer: Pointer, operation: dict[str, Any]) -> Found:
    name = operation.get("operationId", "an operation")
    for key in ("operationId", "summary", "x-operation-class"):
        if key not in operation:
            yield document.error(pointer, f"{name} has no {key}")
    if not re.fullmatch(r"[^\n]*[^.\s]", operation.get("summary", name)):
        yield document.error((*pointer, "summary"), f"the summary of {name} is one line without a full stop")
    if not any(str(status).startswith("2") for status in operation.get("responses", {})):
        yield document.error((*pointer, "responses"), f"{name} has no answer with a status 2XX")
    known_fields: dict[str, Any] = _answer(document, operation).get("properties", {})
    known = set(known_fields)
    result = operation.get("x-result", "none")
    if result != "none" and result not in known:
        yield document.error((*pointer, "x-result"), f"the answer of {name} has no field {result}")
    paging: dict[str, Any] = operation.get("x-pagination", {})
    if paging.get("items") in known and paging["key"] not in _item(document, operation).get("properties", {}):
        yield document.error((*pointer, "x-pagination", "key"), f"the items of {name} have no field {paging['key']}")
    for role in ("items", "total", "next"):
        if role in paging and paging[role] not in known:
            yield document.error((*pointer, "x-pagination", role), f"the answer of {name} has no field {paging[role]}")
    parameters = _parameters(document, operation)
    for role in ("offset", "page", "size", "cursor"):
        if role in paging and paging[role] not in parameters:
            yield document.error((*pointer, "x-pagination", role), f"{name} has no parameter {paging[role]}")
    if paging.get("style") == "page" and "default" not in _schema_of(document, operation, paging["size"]):
        yield document.error(
            (*pointer, "x-pagination", "size"), f"{paging['size']} has no default, and goes with each page number"
        )


def _lists(document: Document) -> Found:
    """Lists of a request of which nobody knows how they are written."""
    for pointer, _, _, operation in document.operations():
        for at, given in enumerate(operation.get("parameters", [])):
            parameter, here = document.resolve(given), (*pointer, "parameters", at)
            for listed in _arrays(document, parameter.get("schema", {})):
                name = parameter["name"]
                if not {"style", "explode"} <= set(parameter):
                    yield document.error(here, f"array {name} needs style and explode")
                yield from _elements(document, here, name, listed)
        form = document.resolve(operation.get("requestBody", {})).get("content", {}).get(FORM, {}).get("schema", {})
        for name, given in document.resolve(form).get("properties", {}).items():
            here = (*pointer, "requestBody", "content", FORM, "schema", "properties", name)
            for listed in _arrays(document, given):
                if "x-delimiter" not in listed:
                    yield document.error(here, f"array {name} needs an x-delimiter")
                yield from _elements(document, here, name, listed)


def _elements(document: Document, pointer: Pointer, name: str, listed: dict[str, Any]) -> Found:
    item = document.resolve(listed.get("items", {}))
    if listed.get("minItems") != 1:
        yield document.error(pointer, f"array {name} needs minItems: 1, as an empty one has no form on the wire")
    text = "x-delimiter" in listed and item.get("type") == "string" and "enum" not in item
    if text and re.search(item.get("pattern", ""), f"a{listed['x-delimiter']}b"):
        yield document.error(pointer, f"the items of {name} need a pattern that keeps the delimiter out")


def _arrays(document: Document, given: dict[str, Any]) -> list[dict[str, Any]]:
    schema = document.resolve(given)
    alternatives = [document.resolve(each) for key in ("anyOf", "oneOf") for each in schema.get(key, [])]
    return [each for each in (schema, *alternatives) if "array" in types(each)]


def _descriptions(document: Document) -> Found:
    for pointer, mapping in document.walk():
        if len(pointer) > 1 and pointer[-2] in ("parameters", "properties"):
            whole = document.resolve(mapping)
            if not whole.get("description"):
                name = whole.get("name", pointer[-1]) if pointer[-2] == "parameters" else pointer[-1]
                yield document.error(pointer, f"{name} has no description")


def _outcomes(document: Document) -> Found:
    """Fields of a result that are to say whether a charge or a release was carried out, and can't."""
    asked = {
        id(field)
        for _, _, _, operation in document.operations()
        if operation.get("x-operation-class") in ("charge", "release")
        for field in _answer(document, operation).get("properties", {}).values()
    }
    for pointer, mapping in document.walk():
        if "x-outcome" not in mapping:
            continue
        if id(mapping) not in asked:
            yield document.error(
                (*pointer, "x-outcome"), "x-outcome stands on a field of the result of a charge or release"
            )
        known = document.resolve(mapping).get("enum")
        for value in mapping["x-outcome"]["values"]:
            if known is not None and value not in known:
                yield document.error((*pointer, "x-outcome", "values", value), f"the field has no value {value}")


def _codes(document: Document) -> Found:
    seen: set[Any] = set()
    for at, each in enumerate(document.data.get("x-errors", {}).get("codes", [])):
        if each["code"] in seen:
            yield document.error(("x-errors", "codes", at), f"the code {each['code']} stands here twice")
        seen.add(each["code"])


RULES: dict[str, Callable[[Document], Found]] = {
    "operations": _operations,
    "lists": _lists,
    "descriptions": _descriptions,
    "outcomes": _outcomes,
    "codes": _codes,
    **schemas.RULES,
}
"""Our rules by the names that complaints carry. `problems` has those that come before."""


def _success(document: Document, operation: dict[str, Any]) -> dict[str, Any]:
    for status, response in operation.get("responses", {}).items():
        if str(status).startswith("2"):
            return dict(document.resolve(response))
    return {}


def _answer(document: Document, operation: dict[str, Any]) -> dict[str, Any]:
    return _first_schema(document, _success(document, operation).get("content", {}))


def _item(document: Document, listing: dict[str, Any]) -> dict[str, Any]:
    """The schema of what a paged operation lists."""
    field = _answer(document, listing).get("properties", {}).get(listing["x-pagination"].get("items"), {})
    return dict(document.resolve(document.resolve(field).get("items", {})))


def _parameters(document: Document, operation: dict[str, Any]) -> set[str]:
    """The names of all parameters, those in the body included."""
    named = {document.resolve(each)["name"] for each in operation.get("parameters", [])}
    return named | set(_body(document, operation).get("properties", {}))


def _schema_of(document: Document, operation: dict[str, Any], query: str) -> dict[str, Any]:
    """The schema of a query parameter, or nothing."""
    given = map(document.resolve, operation.get("parameters", []))
    return next((document.resolve(each.get("schema", {})) for each in given if each["name"] == query), {})


def _body(document: Document, operation: dict[str, Any]) -> dict[str, Any]:
    content = document.resolve(operation.get("requestBody", {})).get("content", {})
    return _first_schema(document, content)


def _first_schema(document: Document, content: dict[str, Any]) -> dict[str, Any]:
    for media_type in content.values():
        return dict(document.resolve(media_type.get("schema", {})))
    return {}


def _kind(pointer: Pointer) -> str:
    """Which kind of OpenAPI object stands at a pointer, as far as extensions care."""
    if not pointer:
        return "document"
    if len(pointer) == 3 and pointer[0] == "paths":
        return "operation"
    if len(pointer) > 1 and pointer[-2] == "parameters":
        return "parameter"
    return "schema" if is_schema(pointer) else "object"

"""Is a spec sound? What openapi-spec-validator finds, and the rules of our own that generation relies on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from .documents import Document, Pointer, SpecError

_SCHEMA_HOLDERS = ("schema", "items", "additionalProperties", "not")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")


def problems(document: Document, extensions: Path) -> Iterator[SpecError]:
    """Everything that has to be mended before code can be generated."""
    dangling = list(_dangling(document))
    yield from dangling
    if dangling:  # everything else follows references
        return
    for error in OpenAPIV31SpecValidator(document.data).iter_errors():
        yield document.error(tuple(error.absolute_path), error.message)
    yield from _examples(document)
    yield from _extensions(document, json.loads(extensions.read_text(encoding="utf-8")))
    for pointer, _, _, operation in document.operations():
        yield from _operation(document, pointer, operation)
    for pointer, mapping in document.walk():
        if "enum" in mapping and _is_schema(pointer) and not _is_component(pointer):
            yield document.error(pointer, "an enum stands alone under components/schemas, where it has a name")


def _dangling(document: Document) -> Iterator[SpecError]:
    for pointer, mapping in document.walk():
        reference = mapping.get("$ref")
        if isinstance(reference, str):
            try:
                document.at(tuple(reference.removeprefix("#/").split("/")))
            except (KeyError, TypeError):
                yield document.error((*pointer, "$ref"), f"{reference} leads nowhere")


def _examples(document: Document) -> Iterator[SpecError]:
    """Examples of bodies and parameters that their own schemas refuse."""
    for pointer, mapping in document.walk():
        schema: dict[str, Any] = {**mapping.get("schema", {}), "components": document.data.get("components", {})}
        shown = (
            {("examples", name, "value"): held.get("value") for name, held in mapping.get("examples", {}).items()}
            if (len(pointer) > 1 and pointer[-2] == "content")
            else {("example",): mapping["example"]}
            if "example" in mapping and "in" in mapping
            else {}
        )
        for way, value in shown.items():
            for error in Draft202012Validator(schema).iter_errors(value):
                yield document.error(
                    (*pointer, *way, *error.absolute_path), f"the example is not valid: {error.message}"
                )


def _extensions(document: Document, schema: dict[str, Any]) -> Iterator[SpecError]:
    definitions: dict[str, Any] = schema["$defs"]
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
                    yield document.error((*pointer, name, *error.absolute_path), f"{name}: {error.message}")


def _operation(document: Document, pointer: Pointer, operation: dict[str, Any]) -> Iterator[SpecError]:
    name = operation.get("operationId", "an operation")
    for key in ("operationId", "summary", "x-operation-class"):
        if key not in operation:
            yield document.error(pointer, f"{name} has no {key}")
    for at, given in enumerate(operation.get("parameters", [])):
        parameter = document.resolve(given)
        schema = document.resolve(parameter.get("schema", {}))
        if schema.get("type") == "array" and not {"style", "explode"} <= set(parameter):
            yield document.error((*pointer, "parameters", at), f"array {parameter['name']} needs style and explode")
    if operation.get("x-operation-class") in ("charge", "release") and "x-reconcile" not in operation:
        yield document.error(
            pointer, f"{name} has no x-reconcile: after a lost answer nobody could find out what it did"
        )
    known_fields: dict[str, Any] = _answer(document, operation).get("properties", {})
    known = set(known_fields)
    result = operation.get("x-result", "none")
    if result != "none" and result not in known:
        yield document.error((*pointer, "x-result"), f"the answer of {name} has no field {result}")
    paging: dict[str, Any] = operation.get("x-pagination", {})
    item = document.resolve(known_fields.get(paging.get("items", ""), {})).get("items", {})
    if paging and paging["key"] not in document.resolve(item).get("properties", {}):
        yield document.error((*pointer, "x-pagination", "key"), f"the items of {name} have no field {paging['key']}")
    for role in ("items", "total", "next"):
        if role in paging and paging[role] not in known:
            yield document.error((*pointer, "x-pagination", role), f"the answer of {name} has no field {paging[role]}")
    parameters = {document.resolve(each)["name"] for each in operation.get("parameters", [])}
    parameters |= set(_body(document, operation).get("properties", {}))
    for role in ("offset", "page", "size", "cursor"):
        if role in paging and paging[role] not in parameters:
            yield document.error((*pointer, "x-pagination", role), f"{name} has no parameter {paging[role]}")


def _answer(document: Document, operation: dict[str, Any]) -> dict[str, Any]:
    for status, response in operation.get("responses", {}).items():
        if str(status).startswith("2"):
            content = document.resolve(response).get("content", {})
            return _first_schema(document, content)
    return {}


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
    return "schema" if _is_schema(pointer) else "object"


def _is_schema(pointer: Pointer) -> bool:
    if len(pointer) < 2:
        return False
    return (
        pointer[-1] in _SCHEMA_HOLDERS
        or pointer[-2] in ("properties", "schemas", "dependentSchemas", "$defs")
        or pointer[-2] in _SCHEMA_LISTS
    )


def _is_component(pointer: Pointer) -> bool:
    return len(pointer) == 3 and pointer[:2] == ("components", "schemas")

"""A spec in the words that openapi-python-client understands.

It drops what it can't express (extensions, formats, `null`, alternatives); `facts.py` reads all of that from the
spec itself. What is lowered here is only what would make it fail, guess or invent a class.

Hook, openapi-python-client 0.29.1: it is handed this instead of the spec. Why: groups in a body make the whole body
`Any`, an enum or list beside null or a keyword becomes a union of invented classes, a const a class of its own, and it
warns of answers that are not read. Each step can go when the parser takes what it replaces.
"""

import copy
from typing import Any, cast

from .documents import Document


def lowered(document: Document) -> dict[str, Any]:
    """The document, with simple types only and nothing that no call or answer reaches."""
    data = copy.deepcopy(document.data)
    for item in data["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                _keep_successes(document, cast("dict[str, Any]", operation))
    data.pop("security", None)
    data["components"] = {"schemas": data.get("components", {}).get("schemas", {})}
    for schema in data["components"]["schemas"].values():
        _keep_success(schema)
    _simplify(data)
    _drop_unreached(data)
    return data


def _keep_successes(document: Document, operation: dict[str, Any]) -> None:
    """Leave failures out, and put what is referred to in the place of all references but those to schemas."""
    responses: dict[Any, Any] = operation["responses"]
    operation["responses"] = {code: given for code, given in responses.items() if str(code).startswith("2")}
    for holder, key in [
        *((operation["responses"], code) for code in operation["responses"]),
        *((operation["parameters"], at) for at in range(len(operation.get("parameters", [])))),
        *((operation, key) for key in ("requestBody",) if key in operation),
    ]:
        holder[key] = copy.deepcopy(document.resolve(holder[key]))  # what is resolved is a part of the document


def _keep_success(schema: dict[str, Any]) -> None:
    """Of an answer that holds one of two things, take the first: readers look for errors before anything else."""
    for rule in schema.get("allOf", []):
        good, *_ = rule.get("oneOf", [{}])
        schema["required"] = [*schema.get("required", []), *good.get("required", [])]


def _simplify(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _simplify(item)
    elif isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        _simplify_schema(mapping)
        for held in mapping.values():
            _simplify(held)


def _simplify_schema(schema: dict[str, Any]) -> None:
    kinds = schema.get("type")
    if isinstance(kinds, list):
        real = [kind for kind in cast("list[str]", kinds) if kind != "null"]
        if len(real) == 1:
            schema["type"] = real[0]
    alternatives: list[dict[str, Any]] = schema.get("anyOf", [])
    chosen = [each for each in alternatives if each.get("type") != "null" and "const" not in each]
    if alternatives and len(chosen) == 1:
        del schema["anyOf"]
        schema.update(chosen[0])
    if "properties" in schema:
        schema.pop("allOf", None)  # groups of alternatives
    if "const" in schema and "type" in schema:
        del schema["const"]
    if schema.get("type") == "number" and schema.get("format") == "decimal":
        schema["type"] = "string"
    for key in ("default", "examples", "example", "pattern"):
        if isinstance(schema.get("type"), str):
            schema.pop(key, None)


def _drop_unreached(data: dict[str, Any]) -> None:
    schemas: dict[str, Any] = data["components"]["schemas"]
    reached: set[str] = set()
    waiting = _references(data["paths"])
    while waiting:
        name = waiting.pop()
        if name not in reached and name in schemas:
            reached.add(name)
            waiting |= _references(schemas[name])
    data["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in reached}


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        found = {str(mapping["$ref"]).rpartition("/")[2]} if isinstance(mapping.get("$ref"), str) else set[str]()
        return found.union(*(_references(held) for held in mapping.values()))
    if isinstance(value, list):
        return set[str]().union(*(_references(item) for item in value))
    return set()

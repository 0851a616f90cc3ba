"""The rules of our own for a spec: what generation relies on, and what `specs/README.md` asks for."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from . import linters
from .documents import Document, Pointer, SpecError
from .facts import MOMENTS

Found = Iterator[SpecError]

_SCHEMA_HOLDERS = ("schema", "items", "additionalProperties", "not")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")

PATTERNED = {"date", "decimal", *MOMENTS}
"""Formats of text that only a pattern lets anybody check."""


def problems(document: Document, extensions: Path) -> Found:
    """What is wrong with one spec, by openapi-spec-validator and by our rules."""
    definitions: dict[str, Any] = json.loads(extensions.read_text(encoding="utf-8"))["$defs"]
    # Each takes for granted what those before it look for.
    for name, found in {
        "openapi": linters.openapi_form(document),
        "references": _dangling(document),
        "schemas": _schemas(document),
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
        reference = mapping.get("$ref")
        if isinstance(reference, str):
            try:
                document.at(tuple(reference.removeprefix("#/").split("/")))
            except (KeyError, TypeError):
                yield document.error((*pointer, "$ref"), f"{reference} leads nowhere")


def _schemas(document: Document) -> Found:
    """Schemas that are none, by JSON Schema's own schema, or that say nothing."""
    for pointer, schema in _outermost(document):
        for error in _META.iter_errors(schema):
            yield document.error((*pointer, *error.absolute_path), linters.shortened(error.message))
    for pointer, mapping in document.walk():
        inside = {(*pointer, key): held for key, held in mapping.items()}
        inside |= {(*pointer, key, at): held for key in _SCHEMA_LISTS for at, held in enumerate(mapping.get(key, []))}
        for place, held in inside.items():
            if isinstance(held, bool) and _is_schema(place) and place[-1] != "additionalProperties":
                yield document.error(place, f"{place[-1]} would be typed Any; say what it is")


def _parts(document: Document) -> Found:
    """What OpenAPI does without and we don't."""
    for way in (("servers",), ("paths",), ("components", "schemas"), ("components", "securitySchemes")):
        held: Any = document.data
        for step in way:
            held = held.get(step, {})
        if not held:
            yield document.error(way, f"a spec has {' and in them '.join(way)}")


def _examples(document: Document) -> Found:
    """Examples and defaults that their own schemas refuse."""
    for pointer, mapping in document.walk():
        shown: dict[Pointer, Any] = {}
        schema: dict[str, Any] = mapping.get("schema", {})
        is_body = len(pointer) > 1 and pointer[-2] == "content"
        if is_body:
            shown |= {
                ("examples", name, "value"): held.get("value") for name, held in mapping.get("examples", {}).items()
            }
        if "example" in mapping and ("in" in mapping or is_body):
            shown["example",] = mapping["example"]
        if _is_schema(pointer):
            schema = mapping
            shown |= {("examples", at): value for at, value in enumerate(mapping.get("examples", []))}
            shown |= {("default",): mapping["default"]} if "default" in mapping else {}
        whole = {**schema, "components": document.data.get("components", {})}
        for way, value in shown.items():
            kind = "default" if way == ("default",) else "example"
            for error in Draft202012Validator(whole).iter_errors(value):
                what = "; or ".join(each.message for each in error.context or [error])
                place = (*pointer, *way, *error.absolute_path)
                yield document.error(place, f"the {kind} is not valid: {linters.shortened(what)}")


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
                    yield document.error((*pointer, name, *error.absolute_path), f"{name}: {error.message}")


def _operations(document: Document) -> Found:
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
    if paging.get("items") in known and paging["key"] not in _item(document, operation).get("properties", {}):
        yield document.error((*pointer, "x-pagination", "key"), f"the items of {name} have no field {paging['key']}")
    for role in ("items", "total", "next"):
        if role in paging and paging[role] not in known:
            yield document.error((*pointer, "x-pagination", role), f"the answer of {name} has no field {paging[role]}")
    parameters = _parameters(document, operation)
    for role in ("offset", "page", "size", "cursor"):
        if role in paging and paging[role] not in parameters:
            yield document.error((*pointer, "x-pagination", role), f"{name} has no parameter {paging[role]}")


def _reconciling(document: Document) -> Found:
    """Names in x-reconcile that nothing is called by."""
    operations = {each.get("operationId"): each for _, _, _, each in document.operations()}
    for pointer, _, _, operation in document.operations():
        said: dict[str, Any] = operation.get("x-reconcile", {})
        for role in ("look", "offer"):
            if role in said and "x-pagination" not in operations.get(said[role], {}):
                yield document.error((*pointer, "x-reconcile", role), f"there is no listing {said[role]}")
        listing = operations.get(said.get("look", ""), {})
        if "x-pagination" not in listing:
            continue
        owned = set(_item(document, listing).get("properties", {}))
        fields = [(role, *pair) for role in ("match", "same") for pair in said.get(role, {}).items()]
        fields += [("since", said["since"], said["since"])] if "since" in said else []
        fields += [("gone", at, field) for at, field in enumerate(said.get("gone", []))]
        for role, key, field in fields:
            if field not in owned:
                place = (*pointer, "x-reconcile", role, key)
                yield document.error(place, f"the records of {said['look']} have no field {field}")
        own, theirs = _parameters(document, operation), _parameters(document, listing)
        for role in ("match", "same"):
            for name in said.get(role, {}):
                if name not in own:
                    yield document.error((*pointer, "x-reconcile", role, name), f"there is no parameter {name}")
        if "count" in said and said["count"] not in own:
            yield document.error((*pointer, "x-reconcile", "count"), f"there is no parameter {said['count']}")
        for name, value in said.get("where", {}).items():
            here = (*pointer, "x-reconcile", "where", name)
            if name not in theirs:
                yield document.error(here, f"{said['look']} has no parameter {name}")
            if value.startswith("$") and value[1:] not in own:
                yield document.error(here, f"there is no parameter {value[1:]}")


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
        form = ("requestBody", "content", "application/x-www-form-urlencoded", "schema")
        for name, given in _body(document, operation).get("properties", {}).items():
            here = (*pointer, *form, "properties", name)
            for listed in _arrays(document, given):
                if document.has(here) and "x-delimiter" not in listed:
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
    return [each for each in (schema, *alternatives) if "array" in _types(each)]


def _formats(document: Document) -> Found:
    for pointer, schema in document.walk():
        if not _is_schema(pointer):
            continue
        form, types = schema.get("format"), _types(schema)
        if form is not None and form not in (*PATTERNED, "password"):
            yield document.error((*pointer, "format"), f"unknown format {form}; specs/README.md lists them")
        elif form in PATTERNED and "string" in types and "pattern" not in schema:
            yield document.error(pointer, f"{pointer[-1]} needs a pattern: nothing else checks the format {form}")
        if "number" in types and form != "decimal":
            yield document.error(pointer, f"{pointer[-1]} needs the format decimal: a float does not hold an amount")


def _undefined(document: Document) -> Found:
    """Names that are required but no property; those of a group stand in the schema around it."""
    for pointer, schema in _outermost(document):
        yield from _undefined_in(document, pointer, schema, frozenset())


def _undefined_in(document: Document, pointer: Pointer, schema: Any, around: frozenset[str]) -> Found:
    if not isinstance(schema, dict):
        return
    known = around | _names(document, schema)
    for at, name in enumerate(schema.get("required", [])):
        if name not in known:
            yield document.error((*pointer, "required", at), f"{name} is required but no property")
    dependent: dict[str, Any] = schema.get("dependentSchemas", {})
    for name in dependent:
        if name not in known:
            yield document.error((*pointer, "dependentSchemas", name), f"{name} is no property")
    inner: dict[Pointer, Any] = {
        (key, at): each for key in _SCHEMA_LISTS for at, each in enumerate(schema.get(key, []))
    }
    inner |= {("dependentSchemas", name): each for name, each in dependent.items()}
    inner |= {("not",): schema["not"]} if "not" in schema else {}
    for way, each in inner.items():
        yield from _undefined_in(document, (*pointer, *way), each, known)
    apart: dict[Pointer, Any] = {("properties", name): each for name, each in schema.get("properties", {}).items()}
    apart |= {(key,): schema[key] for key in ("items", "additionalProperties") if key in schema}
    for way, each in apart.items():
        yield from _undefined_in(document, (*pointer, *way), each, frozenset())


def _names(document: Document, schema: dict[str, Any]) -> frozenset[str]:
    """The properties of a schema, with those of the schemas that it is made of."""
    whole = document.resolve(schema)
    parts = (_names(document, each) for key in _SCHEMA_LISTS for each in whole.get(key, []))
    return frozenset(whole.get("properties", {})).union(*parts)


def _untyped(document: Document) -> Found:
    """What Python could only call `Any`."""
    for pointer, schema in document.walk():
        if not _is_schema(pointer) or not ({"allOf", "not", "dependentSchemas"}.isdisjoint(pointer)):
            continue
        whole, name = document.resolve(schema), pointer[-1]
        if {"type", "const", "enum", *_SCHEMA_LISTS}.isdisjoint(whole):
            yield document.error(pointer, f"{name} would be typed Any; say what it is")
        if "array" in _types(whole) and "items" not in whole:
            yield document.error(pointer, f"the items of {name} would be typed Any; say what they are")
        if "object" in _types(whole) and {"properties", "additionalProperties"}.isdisjoint(whole):
            yield document.error(pointer, f"the members of {name} would be typed Any; say what they are")


def _descriptions(document: Document) -> Found:
    for pointer, mapping in document.walk():
        if len(pointer) > 1 and pointer[-2] in ("parameters", "properties"):
            whole = document.resolve(mapping)
            if not whole.get("description"):
                name = whole.get("name", pointer[-1]) if pointer[-2] == "parameters" else pointer[-1]
                yield document.error(pointer, f"{name} has no description")


def _enums(document: Document) -> Found:
    for pointer, mapping in document.walk():
        if "enum" in mapping and _is_schema(pointer) and not _is_component(pointer):
            yield document.error(pointer, "an enum stands alone under components/schemas, where it has a name")


def _codes(document: Document) -> Found:
    seen: set[Any] = set()
    for at, each in enumerate(document.data.get("x-errors", {}).get("codes", [])):
        if each["code"] in seen:
            yield document.error(("x-errors", "codes", at), f"the code {each['code']} stands here twice")
        seen.add(each["code"])


RULES: dict[str, Callable[[Document], Found]] = {
    "examples": _examples,
    "operations": _operations,
    "reconciling": _reconciling,
    "lists": _lists,
    "formats": _formats,
    "required": _undefined,
    "types": _untyped,
    "descriptions": _descriptions,
    "enums": _enums,
    "codes": _codes,
}
"""Our rules by the names that complaints carry. `problems` has those that come before."""

_META = Draft202012Validator(Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _answer(document: Document, operation: dict[str, Any]) -> dict[str, Any]:
    for status, response in operation.get("responses", {}).items():
        if str(status).startswith("2"):
            content = document.resolve(response).get("content", {})
            return _first_schema(document, content)
    return {}


def _item(document: Document, listing: dict[str, Any]) -> dict[str, Any]:
    """The schema of what a paged operation lists."""
    field = _answer(document, listing).get("properties", {}).get(listing["x-pagination"]["items"], {})
    return dict(document.resolve(document.resolve(field).get("items", {})))


def _parameters(document: Document, operation: dict[str, Any]) -> set[str]:
    """The names of all parameters, those in the body included."""
    named = {document.resolve(each)["name"] for each in operation.get("parameters", [])}
    return named | set(_body(document, operation).get("properties", {}))


def _body(document: Document, operation: dict[str, Any]) -> dict[str, Any]:
    content = document.resolve(operation.get("requestBody", {})).get("content", {})
    return _first_schema(document, content)


def _first_schema(document: Document, content: dict[str, Any]) -> dict[str, Any]:
    for media_type in content.values():
        return dict(document.resolve(media_type.get("schema", {})))
    return {}


def _types(schema: dict[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _outermost(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Each schema that is not part of another one."""
    for pointer, mapping in document.walk():
        if _is_schema(pointer) and not any(_is_schema(pointer[:end]) for end in range(2, len(pointer))):
            yield pointer, mapping


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

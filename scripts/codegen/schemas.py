"""The rules of our own for schemas, wherever they stand in a spec."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from openapi_python_client.parser.properties import EnumProperty
from openapi_python_client.parser.properties.schemas import Class
from openapi_python_client.strings import ClassName, PythonIdentifier

from .documents import Document, Pointer, SpecError
from .linters import shortened
from .wiretypes import KINDS, MOMENTS, kinds as types

Found = Iterator[SpecError]

PATTERNED = {"date", "decimal", *MOMENTS}
"""Formats of text that only a pattern lets anybody check."""

_HOLDERS = ("schema", "items", "additionalProperties", "not")
_LISTS = ("allOf", "anyOf", "oneOf")
_META = Draft202012Validator(Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def forms(document: Document) -> Found:
    """Schemas that are none, by JSON Schema's own schema, or that say nothing."""
    for pointer, schema in _outermost(document):
        for way, what in _flaws(json.dumps(schema, default=str)):
            yield document.error(document.exact((*pointer, *way)), what)
    for pointer, mapping in document.walk():
        inside = {(*pointer, key): held for key, held in mapping.items()}
        inside |= {(*pointer, key, at): held for key in _LISTS for at, held in enumerate(mapping.get(key, []))}
        for place, held in inside.items():
            if isinstance(held, bool) and is_schema(place) and place[-1] != "additionalProperties":
                yield document.error(place, f"{place[-1]} would be typed Any; say what it is")


@lru_cache(10_000)  # many are written alike, and nothing else takes as long
def _flaws(schema: str) -> list[tuple[Pointer, str]]:
    """What JSON Schema's own schema has against a schema, given as JSON: where in it, and what."""
    return [(tuple(error.absolute_path), shortened(error.message)) for error in _META.iter_errors(json.loads(schema))]


def _examples(document: Document) -> Found:
    """Examples and defaults that their own schemas refuse."""
    for place, schema, value in _shown(document):
        whole = {**schema, "components": document.data["components"]}
        for error in Draft202012Validator(whole).iter_errors(value):
            kind = "default" if place[-1] == "default" else "example"
            what = "; or ".join(each.message for each in error.context or [error])
            yield document.error((*place, *error.absolute_path), f"the {kind} is not valid: {shortened(what)}")


def _shown(document: Document) -> Iterator[tuple[Pointer, dict[str, Any], Any]]:
    """Each example and default: its place, its schema and itself."""
    for pointer, mapping in document.walk():
        if is_schema(pointer):
            for at, value in enumerate(mapping.get("examples", [])):
                yield (*pointer, "examples", at), mapping, value
            if "default" in mapping:
                yield (*pointer, "default"), mapping, mapping["default"]
        elif "in" in mapping or pointer[-2:-1] == ("content",):
            schema: dict[str, Any] = mapping.get("schema", {})
            for name, given in mapping.get("examples", {}).items():
                example = document.resolve(given)
                if "value" in example:
                    yield (*pointer, "examples", name, "value"), schema, example["value"]
            if "example" in mapping:
                yield (*pointer, "example"), schema, mapping["example"]


def _formats(document: Document) -> Found:
    for pointer, schema in document.walk():
        if not is_schema(pointer):
            continue
        form, kinds = schema.get("format"), types(schema)
        if form is not None and form not in (known for _, known in KINDS):
            yield document.error((*pointer, "format"), f"unknown format {form}; specs/README.md lists them")
        elif form in PATTERNED and "string" in kinds and "pattern" not in schema:
            yield document.error(pointer, f"{pointer[-1]} needs a pattern: nothing else checks the format {form}")
        if "number" in kinds and form != "decimal":
            yield document.error(pointer, f"{pointer[-1]} needs the format decimal: a float does not hold an amount")


def _undefined(document: Document) -> Found:
    """Names that are required but no property; those of a group stand in the schema around it."""
    for pointer, schema in document.walk():
        if not is_schema(pointer):
            continue
        around = [document.at(pointer[:end]) for end in range(_begin(pointer), len(pointer) + 1)]
        known = frozenset[str]().union(*(_names(document, each) for each in around if isinstance(each, dict)))
        for key in ("required", "dependentSchemas"):
            for at, name in enumerate(schema.get(key, [])):
                if name not in known:
                    where = (*pointer, key, at if key == "required" else name)
                    yield document.error(
                        where, f"{name} is {'required but no' if key == 'required' else 'no'} property"
                    )


def _begin(pointer: Pointer) -> int:
    """How much of a pointer leads to the schema that a group at it belongs to."""
    end = len(pointer)
    while end > 2 and (pointer[end - 2] in (*_LISTS, "dependentSchemas") or pointer[end - 1] == "not"):
        end -= 1 if pointer[end - 1] == "not" else 2
    return end


def _names(document: Document, schema: dict[str, Any]) -> frozenset[str]:
    """The properties of a schema, with those of the schemas that it is made of."""
    whole = document.resolve(schema)
    parts = (_names(document, each) for key in _LISTS for each in whole.get(key, []))
    return frozenset(whole.get("properties", {})).union(*parts)


def _untyped(document: Document) -> Found:
    """What Python could only call `Any`."""
    for pointer, schema in document.walk():
        if not is_schema(pointer) or not ({"allOf", "not", "dependentSchemas"}.isdisjoint(pointer)):
            continue
        whole, name = document.resolve(schema), pointer[-1]
        if {"type", "const", "enum", *_LISTS}.isdisjoint(whole):
            yield document.error(pointer, f"{name} would be typed Any; say what it is")
        if "array" in types(whole) and "items" not in whole:
            yield document.error(pointer, f"the items of {name} would be typed Any; say what they are")


def _enums(document: Document) -> Found:
    for pointer, mapping in document.walk():
        wanted = {"string": str, "integer": int}.get(str(mapping.get("type")))
        for at, value in enumerate(mapping["enum"] if wanted and "enum" in mapping and is_schema(pointer) else []):
            if type(value) is not wanted:
                what = f"{value!r} is not of type {mapping['type']}; quote what YAML takes for something else"
                yield document.error((*pointer, "enum", at), what)
        if "enum" in mapping and is_schema(pointer) and not _one_to_one(mapping["enum"]):
            yield document.error((*pointer, "enum"), f"two values of {pointer[-1]} would have one name in Python")


def _one_to_one(values: list[Any]) -> bool:
    """Whether each value has a name of its own in Python. openapi-python-client raises for some that do not."""
    try:
        names = EnumProperty.values_from_list(values, Class(ClassName("Any", ""), PythonIdentifier("any", "")), [])
    except (ValueError, TypeError):
        return False
    return len(names) == len(values)


RULES: dict[str, Callable[[Document], Found]] = {
    "examples": _examples,
    "formats": _formats,
    "required": _undefined,
    "types": _untyped,
    "enums": _enums,
}
"""By the names that complaints carry."""


def _outermost(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Each schema that is not part of another one."""
    for pointer, mapping in document.walk():
        if is_schema(pointer) and not any(is_schema(pointer[:end]) for end in range(2, len(pointer))):
            yield pointer, mapping


def is_schema(pointer: Pointer) -> bool:
    """Whether a schema stands at a pointer, or would if anything did."""
    if len(pointer) < 2:
        return False
    return (
        pointer[-1] in _HOLDERS
        or pointer[-2] in ("properties", "schemas", "dependentSchemas", "$defs")
        or pointer[-2] in _LISTS
    )

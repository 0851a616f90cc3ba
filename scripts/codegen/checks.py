"""What is wrong with a spec: our own rules for what generation relies on and what `specs/README.md` asks for."""

import json
import keyword
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from . import clients, keywords, linters, schemas
from .documents import FORM, Document, Pointer, SpecError, required_fields, steps
from .schemas import Found, is_schema
from .text import python_name, snake, strip_underscore
from .wiretypes import kinds as types


def problems(document: Document, extensions: Path) -> list[SpecError]:
    """Return what is wrong with one spec, by openapi-spec-validator, by our rules and by the generator."""
    definitions: dict[str, Any] = json.loads(extensions.read_text(encoding="utf-8"))["$defs"]
    found = list(document.flaws)
    unread: list[SpecError] = []
    rules = {"extensions": lambda spec: _extensions(spec, definitions), **RULES}
    for name, rule in rules.items():
        try:
            for error in rule(document):
                error.rule = error.rule or name
                found.append(error)
        except Exception as error:  # a rule takes for granted what others look for
            said = error.what if isinstance(error, SpecError) else f"{type(error).__name__}: {error}"
            place = error.place if isinstance(error, SpecError) else document.place(())
            unread.append(SpecError(place, f"this can't be read: {said}", name))
    return found or unread[:1]


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
    rules = {name: Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions}) for name in definitions}
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
                for error in rules[name].iter_errors(value):
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
        yield document.error((*pointer, "responses"), f"{name} has no response with a status 2XX")
    result = operation.get("x-result", "none")
    if result != "none" and document.field(document.success(operation), result) is None:
        yield document.error((*pointer, "x-result"), f"the response of {name} has no field {result}")
    if "x-pagination" in operation:
        for role, what in _paging(document, name, operation, operation["x-pagination"]):
            yield document.error((*pointer, "x-pagination", role), what)


def _paging(
    document: Document, name: str, operation: dict[str, Any], paging: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """What is wrong with `x-pagination`, by the role that it is wrong about."""
    response = document.success(operation)
    for role in ("items", "total", "next"):
        if role in paging and document.field(response, paging[role]) is None:
            yield role, f"the response of {name} has no field {paging[role]}"
    items = document.field(response, paging["items"])
    if items is not None and document.field(items.get("items", {}), paging["key"]) is None:
        yield "key", f"the items of {name} have no field {paging['key']}"
    around = response
    for step in steps(paging["items"]) if items is not None else ():
        if step not in required_fields(around):
            yield "items", f"{step} is not required, so a response without it would look like the end; require it"
        around = document.field(around, step) or {}
    parameters = document.parameters(operation)
    for role in ("offset", "page", "size", "cursor"):
        if role in paging and paging[role] not in parameters:
            yield role, f"{name} has no parameter {paging[role]}"
        elif role in paging and parameters[paging[role]][0] == "json":
            yield role, f"{paging[role]} is in a JSON body; only a listing by query or form can go on from page to page"
    size = parameters.get(paging["size"], ("", {}))[1]
    if paging["style"] == "page" and "default" not in size:
        yield "size", f"{paging['size']} has no default, and goes with each page number"


def _names(document: Document) -> Found:
    """Names that can't be those of Python modules and methods."""
    if (
        not re.fullmatch(r"[a-z][a-z0-9_]*", document.name)
        or keyword.iskeyword(document.name)
        or document.name == "wire"
    ):
        what = f"{document.name} can't be the name of a module; use lower case letters, digits and underscores"
        yield document.error((), what)
    from numberline._runtime.client import AsyncClient, Client

    methods: dict[str, str] = {}
    for pointer, _, _, operation in document.operations():
        name = strip_underscore(snake(str(operation.get("operationId", "?"))))
        if hasattr(Client, name) or hasattr(AsyncClient, name):
            what = f"{name} is a method that every client has; call the operation something else"
            yield document.error((*pointer, "operationId"), what)
        if name in methods:
            what = f"{operation['operationId']} and {methods[name]} are one name in Python, {name}"
            yield document.error((*pointer, "operationId"), what)
        methods[name] = str(operation.get("operationId"))


def _fields(document: Document) -> Found:
    """Fields and members of bodies that would have one name in Python."""
    for pointer, schema in document.walk():
        if not is_schema(pointer) or not isinstance(schema.get("properties"), dict):
            continue
        names = {wire: python_name(wire, given) for wire, given in schema["properties"].items()}
        for wire, name in names.items():
            if list(names.values()).count(name) > 1:
                what = f"two fields would be called {name}; name one of them with x-name"
                yield document.error((*pointer, "properties", wire), what)


def _error_forms(document: Document) -> Found:
    """Pointers of `x-errors` that lead nowhere, through an array, or to another type than the codes have."""
    said: dict[str, Any] = document.data.get("x-errors", {})
    responses = list(_error_schemas(document))
    for at, form in enumerate(said.get("forms", [])):
        for role in ("code", "text", "parameter", "status"):
            if role not in form:
                continue
            here = ("x-errors", "forms", at, role)
            ends = [_end(document, schema, steps(form[role])) for schema in responses]
            if "array" in ends:
                yield document.error(
                    here, f"{form[role]} leads through an array; say which item, such as /errors/0/code"
                )
            elif responses and "x-provenance" not in form and not any(isinstance(end, dict) for end in ends):
                yield document.error(here, f"{form[role]} leads nowhere: no response has it")
            kinds = {kind for end in ends if isinstance(end, dict) for kind in types(end)}
            for index, code in enumerate(said.get("codes", []) if role == "code" and len(said["forms"]) == 1 else []):
                kind = "integer" if isinstance(code["code"], int) else "string"
                if kinds and kind not in kinds:
                    where = ("x-errors", "codes", index, "code")
                    yield document.error(where, f"{code['code']!r} is {kind}, and {form[role]} is {' or '.join(kinds)}")


def _error_schemas(document: Document) -> Iterator[dict[str, Any]]:
    for _, _, _, operation in document.operations():
        for response in operation.get("responses", {}).values():
            for media_type in document.resolve(response).get("content", {}).values():
                yield media_type.get("schema", {})


def _end(document: Document, schema: dict[str, Any], way: tuple[str, ...]) -> dict[str, Any] | str | None:
    """The schema that a pointer leads to, `array` where it leads through one, or None where it leads nowhere."""
    for step in way:
        schema = document.resolve(schema)
        if "array" in types(schema) and not step.isdecimal():
            return "array"
        choices = [
            schema,
            *(document.resolve(each) for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key, [])),
        ]
        found = [each["properties"][step] for each in choices if step in each.get("properties", {})]
        found += [schema["items"]] if step.isdecimal() and "items" in schema else []
        if not found:
            return None
        schema = found[0]
    return dict(document.resolve(schema))


def _shadowed(document: Document) -> Found:
    """Fields of a result that `x-errors` would take for an error."""
    forms: list[dict[str, Any]] = document.data.get("x-errors", {}).get("forms", [])
    for pointer, _, _, operation in document.operations():
        for form in forms:
            way = steps(form["code"])
            if (
                len(way) == 1
                and "success" not in form
                and document.field(document.success(operation), way[0]) is not None
            ):
                what = f"every response has {way[0]}, which x-errors takes for an error; say which values mean success"
                yield document.error((*pointer, "responses"), what)


def _lists(document: Document) -> Found:
    """Lists of a request of which nobody knows how they are written."""
    for pointer, _, _, operation in document.operations():
        for at, given in enumerate(operation.get("parameters", [])):
            parameter, here = document.resolve(given), (*pointer, "parameters", at)
            for listed in _arrays(document, parameter.get("schema", {})):
                name = parameter["name"]
                if not {"style", "explode"} <= set(parameter):
                    yield document.error(here, f"array {name} needs style and explode")
                elif parameter["explode"] and parameter["style"] != "form":
                    yield document.error((*here, "style"), f"{name} is repeated by style: form, explode: true alone")
                yield from _elements(document, here, name, listed)
        content = document.resolve(operation.get("requestBody", {})).get("content", {}).get(FORM, {})
        encoded = content.get("encoding", {})
        for name, given in document.resolve(content.get("schema", {})).get("properties", {}).items():
            here = (*pointer, "requestBody", "content", FORM, "schema", "properties", name)
            for listed in _arrays(document, given):
                if "x-delimiter" not in listed and not {"style", "explode"} <= set(encoded.get(name, {})):
                    what = f"array {name} needs an x-delimiter, or an encoding with style and explode"
                    yield document.error(here, what)
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
        for field in document.success(operation).get("properties", {}).values()
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


RULES: dict[str, Callable[[Document], Iterable[SpecError]]] = {
    "openapi": linters.openapi_form,
    "references": _dangling,
    "schemas": schemas.forms,
    "document": _parts,
    "keywords": keywords.refused,
    linters.SOMEWHERE: linters.openapi_rules,
    "names": _names,
    "fields": _fields,
    "operations": _operations,
    "lists": _lists,
    "descriptions": _descriptions,
    "outcomes": _outcomes,
    "codes": _codes,
    "errors": _error_forms,
    "results": _shadowed,
    **schemas.RULES,
    "generator": clients.complaints,
}
"""Our rules by the names that complaints carry."""


def _kind(pointer: Pointer) -> str:
    """Which kind of OpenAPI object stands at a pointer, as far as extensions care."""
    if not pointer:
        return "document"
    if len(pointer) == 3 and pointer[0] == "paths":
        return "operation"
    if len(pointer) > 1 and pointer[-2] == "parameters":
        return "parameter"
    return "schema" if is_schema(pointer) else "object"

"""What a spec states about each operation, in the words of `documented.yaml`, and where it comes from."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from scripts.codegen.documents import SEPARATORS, Document, Pointer

Schema = dict[str, Any]

KINDS = {("number", "decimal"): "decimal", ("string", "date"): "date", ("string", "utc-timestamp"): "timestamp"}
KINDS |= {("string", "rfc2822"): "rfc2822", ("string", "date-time"): "date-time", ("string", "decimal"): "decimal text"}
"""Types that are more than their `type`; every other format is a hint to the reader."""


SOURCES = ("documented", "vendor-docs", "observed", "inferred")
"""Where a fact can come from; the first is the provider's document, and the others are marks in a spec."""

PLAIN = {each: each for each in ("default", "minimum", "maximum", "pattern", "examples")}
PLAIN |= {"const": "value", "x-delimiter": "separator"}
"""Keywords of a schema that are aspects as they stand, and the table's names for them."""


class Part(NamedTuple):
    """A parameter, or a field of an answer.

    Attributes:
        place: file and line.
        said: each aspect that the spec states, by the name that the table has for it.
        mark: its provenance, its own or that of the record that it belongs to, even where only one aspect is marked;
            None for documented.
        note: what its mark says beside the source.
        values_mark: the provenance of its allowed values, where those are a component of their own.
        values_places: file and line of each allowed value.
    """

    place: str
    said: dict[str, Any]
    mark: str | None
    note: str
    values_mark: str | None
    values_places: list[str]


class Stated(NamedTuple):
    """One operation of a spec.

    Attributes:
        mark: its own provenance, which is of one of its aspects; None for documented.
        note: what its mark says beside the source.
        parameters: by name.
        answer: the fields of a successful answer, with those of the records in it, by their dotted paths.
    """

    id: str
    place: str
    method: str
    path: str
    status: int
    mark: str | None
    note: str
    parameters: dict[str, Part]
    answer: dict[str, Part]
    exactly_one: set[frozenset[str]]
    at_most_one: set[frozenset[str]]
    needs: dict[str, frozenset[str]]
    request: list[Any]
    response: list[Any]

    def sources(self) -> Counter[str]:
        """How many of its parameters and fields come from where."""
        return Counter(part.mark or SOURCES[0] for part in (*self.parameters.values(), *self.answer.values()))


def operations(document: Document) -> list[Stated]:
    return [_stated(document, *each) for each in document.operations()]


def server(document: Document) -> str:
    """The address that paths are added to, with the variables' defaults in it."""
    first: Schema = document.data["servers"][0]
    defaults = {name: variable["default"] for name, variable in first.get("variables", {}).items()}
    return str(first["url"]).format_map(defaults)


def _stated(document: Document, pointer: Pointer, path: str, method: str, spec: Schema) -> Stated:
    prefix = "/".join(server(document).split("/")[3:])
    status = next(code for code in spec["responses"] if str(code).startswith("2"))
    answered = (*pointer, "responses", status)
    body, body_examples = _content(document, (*pointer, "requestBody"))
    answer, answer_examples = _content(document, answered)
    rules: list[Schema] = document.at(body).get("allOf", []) if body else []
    return Stated(
        id=spec["operationId"],
        place=document.place(pointer),
        method=method.upper(),
        path=f"/{prefix}{path}" if prefix else path,
        status=int(status),
        mark=spec.get("x-provenance", {}).get("source"),
        note=spec.get("x-provenance", {}).get("note", ""),
        parameters=dict(_parameters(document, pointer, spec, body)),
        answer=dict(_fields(document, answer)) if answer else {},
        exactly_one={frozenset(each["required"][0] for each in rule["oneOf"]) for rule in rules if "oneOf" in rule},
        at_most_one={frozenset(rule["not"]["required"]) for rule in rules if "not" in rule},
        needs={
            name: frozenset(each["required"][0] for each in needed["anyOf"])
            for rule in rules
            for name, needed in rule.get("dependentSchemas", {}).items()
        },
        request=body_examples,
        response=answer_examples,
    )


def _content(document: Document, pointer: Pointer) -> tuple[Pointer | None, list[Any]]:
    """Where the schema of a body stands, and the body's documented examples."""
    try:
        pointer, message = _followed(document, pointer)
        content: Schema = message.get("content", {})
    except KeyError:
        return None, []
    for media_type, held in content.items():
        examples: dict[str, Schema] = held.get("examples", {})
        shown = [example["value"] for name, example in examples.items() if name == "documented"]
        return _followed(document, (*pointer, "content", media_type, "schema"))[0], shown
    return None, []


def _parameters(document: Document, pointer: Pointer, spec: Schema, body: Pointer | None) -> Iterator[tuple[str, Part]]:
    for at in range(len(spec.get("parameters", []))):
        here, given = _followed(document, (*pointer, "parameters", at))
        part = part_at(document, (*here, "schema"), given)
        said = {"in": given["in"], "optional": not given.get("required", False)}
        said |= {"examples": [given["example"]]} if "example" in given else {}
        joined = given.get("style") in SEPARATORS and given.get("explode") is False
        if joined and "separator" not in part.said:
            said["separator"] = SEPARATORS[given["style"]]
        said["description"] = f"{given.get('description', '')} {part.said['description']}"
        yield given["name"], part._replace(place=document.place(here), said={**part.said, **said})
    if body:
        schema: Schema = document.at(body)
        for name in schema.get("properties", {}):
            part = part_at(document, (*body, "properties", name), schema)
            said = {"in": "body", "optional": name not in schema.get("required", [])}
            yield name, part._replace(said={**part.said, **said})


def _fields(document: Document, holder: Pointer, prefix: str = "") -> Iterator[tuple[str, Part]]:
    """Each field of a record and of the records in it, by its path."""
    schema: Schema = document.at(holder)
    for name in schema.get("properties", {}):
        here = (*holder, "properties", name)
        yield f"{prefix}{name}", part_at(document, here, schema)
        inner, found = _followed(document, here)
        if found.get("type") == "array":
            inner, found = _followed(document, (*inner, "items"))
        if "properties" in found:
            yield from _fields(document, inner, f"{prefix}{name}.")


def part_at(document: Document, pointer: Pointer, holder: Schema) -> Part:
    """What stands at a pointer; `holder` is the parameter object or the record around it."""
    given: Schema = document.at(pointer)
    _, schema = _followed(document, pointer)
    alternatives: list[Schema] = [document.resolve(each) for each in schema.get("anyOf", [])]
    schema = {**schema, **next((each for each in alternatives if each.get("type") == "array"), {})}
    items: Schema = document.resolve(schema["items"]) if "items" in schema else {}
    owner: Schema = given.get("items", given)
    valued: Schema = document.resolve({"$ref": owner["$ref"]}) if "$ref" in owner else {}
    values, _ = _followed(document, (*pointer, "items") if "items" in given else pointer)
    said: dict[str, Any] = {"type": f"list of {_kind(items)}" if items else _kind(schema)}
    said["description"] = f"{given.get('description', '')} {valued.get('description', '')}"
    said |= {ours: schema[theirs] for theirs, ours in PLAIN.items() if theirs in schema}
    for each in (schema, items):
        if "enum" in each:
            said["values"] = each["enum"]
    for each in alternatives:
        if "const" in each:
            said["word"] = each["const"]
    if "null" in _types(schema):
        said["nullable"] = True
    marks: dict[str, str] = next((each["x-provenance"] for each in (given, holder) if "x-provenance" in each), {})
    return Part(
        place=document.place(pointer),
        said=said,
        mark=marks.get("source"),
        note=marks.get("note", ""),
        values_mark=valued.get("x-provenance", {}).get("source"),
        values_places=[document.place((*values, "enum", at)) for at, _ in enumerate(said.get("values", []))],
    )


def _followed(document: Document, pointer: Pointer) -> tuple[Pointer, Schema]:
    """Where the `$ref` at a pointer leads to, and what it says, with its siblings on top."""
    schema: Schema = document.at(pointer)
    target = pointer
    while "$ref" in (here := document.at(target)):
        target = tuple(here["$ref"].removeprefix("#/").split("/"))
    return target, document.resolve(schema)


def _types(schema: Schema) -> list[str]:
    kinds = schema.get("type", "object")
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _kind(schema: Schema) -> str:
    kinds = [kind for kind in _types(schema) if kind != "null"]
    return " or ".join(KINDS.get((kind, schema.get("format", "")), kind) for kind in kinds)

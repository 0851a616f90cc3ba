"""Types on the wire and what each is in Python."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from .documents import Document, Pointer
from .ir import Type

MOMENTS = {
    "utc-timestamp": 'timestamps.parse({} + "Z")',
    "rfc2822": "rfc2822.read({})",
    "date-time": "timestamps.read_date_time({})",
}
"""String formats that mean a moment, and how the text of each is read, as `timestamp_formats.FORMATS` reads it. A short
way is written out, since calling a function of ours would take as long again."""

KINDS: dict[tuple[str, str | None], str] = {
    **{("string", form): "text" for form in (None, "password", "uuid", "uri", "email")},
    **{("string", form): form for form in MOMENTS},
    **{("string", form): form for form in ("phone-number", "phone-digits")},
    ("string", "date"): "day",
    ("string", "decimal"): "decimal-text",
    ("number", "decimal"): "decimal",
    **{("integer", form): "integer" for form in (None, "int32", "int64")},
    ("boolean", None): "boolean",
}
"""The scalar types that can be read and sent, by type and format."""


class Scalar(NamedTuple):
    """A type in Python, the function of `arguments` that gives the text of an argument (None where it can be read but
    not sent), and whether a JSON body holds something else: then `json_arguments` has a function of that name."""

    hint: str
    text: str | None = None
    json: bool = False


SCALARS = {
    "text": Scalar("str", "text"),
    "phone-number": Scalar("str", "phone_number"),
    "phone-digits": Scalar("str", "part_of_phone_number"),
    "day": Scalar("date", "day"),
    "utc-timestamp": Scalar("datetime", "utc_timestamp"),
    "date-time": Scalar("datetime", "date_time"),
    "rfc2822": Scalar("datetime"),
    "decimal-text": Scalar("Decimal", "number"),
    "decimal": Scalar("Decimal", "number", json=True),
    "integer": Scalar("int", "integer", json=True),
    "boolean": Scalar("bool", "boolean", json=True),
}

LIMITS = {
    "text": {"minLength": "min_length", "maxLength": "max_length"},
    "integer": {"minimum": "minimum", "maximum": "maximum"},
    "decimal": {"minimum": "minimum", "maximum": "maximum"},
    "list": {"minItems": "at_least", "maxItems": "at_most"},
}
LIMITS["decimal-text"] = LIMITS["decimal"]
"""Limits that the client checks, by kind, and the arguments that its functions have for them."""


def kinds(schema: Mapping[str, Any]) -> list[str]:
    """Return the types that a schema names."""
    said = schema.get("type", [])
    return [said] if isinstance(said, str) else list(said)


def nullable(schema: Mapping[str, Any]) -> bool:
    return "null" in kinds(schema) or {"type": "null"} in schema.get("anyOf", [])


def limits(kind: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limits that the client checks. A whole number above 0 is one from 1."""
    found = {ours: schema[theirs] for theirs, ours in LIMITS.get(kind, {}).items() if theirs in schema}
    if kind == "integer":
        found |= {"minimum": schema["exclusiveMinimum"] + 1} if "exclusiveMinimum" in schema else {}
        found |= {"maximum": schema["exclusiveMaximum"] - 1} if "exclusiveMaximum" in schema else {}
    return {name: int(bound) if bound == int(bound) else bound for name, bound in found.items()}


class Types:
    """Reads the types of one document. `classes` are the names of its enums and records."""

    def __init__(self, document: Document, classes: Mapping[str, str]) -> None:
        self.document = document
        self._classes = classes

    def read(self, pointer: Pointer, given: Mapping[str, Any]) -> tuple[Type, dict[str, Any]]:
        """Return the type at a pointer, without null, and the schema that it was read from.

        Raises:
            SpecError: if nothing can be generated for it.
        """
        schema = self.document.resolve(given)
        choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
        words = [each["const"] for each in choices if "const" in each]
        real = [each for each in choices if "const" not in each]
        if choices:
            if len(real) != 1:
                raise self.document.error((*pointer, "anyOf"), "anyOf is for one type beside null or words, no more")
            found, inner = self.read(pointer, real[0])
            return found._replace(words=tuple(words)), {**inner, **{k: v for k, v in schema.items() if k != "anyOf"}}
        return self._plain(pointer, given, schema), schema

    def _plain(self, pointer: Pointer, given: Mapping[str, Any], schema: dict[str, Any]) -> Type:
        named = self._named(given)
        said = [kind for kind in kinds(schema) if kind != "null"]
        if "const" in schema:
            return Type("const", values=(schema["const"],))
        if "enum" in schema:
            if named is None:
                raise self.document.error(pointer, "an enum stands alone under components/schemas, where it has a name")
            return Type("enum", model=named, values=tuple(schema["enum"]))
        if len(said) != 1:
            what = f"one of the types {', '.join(said)}" if said else "of any type"
            raise self.document.error(pointer, f"{_last(pointer)} can't be {what}; say which one it is")
        if said == ["object"]:
            if named is None or "properties" not in schema:
                raise self.document.error(pointer, OBJECT.format(_last(pointer)))
            return Type("record", model=named)
        if said == ["array"]:
            return self._list(pointer, schema)
        form = said[0], schema.get("format")
        if form not in KINDS:
            what = f"{_last(pointer)} can't be of type {form[0]} with format {form[1]}; specs/README.md lists the types"
            raise self.document.error(pointer, _HINTS.get(form, what))
        return Type(KINDS[form], limits=limits(KINDS[form], schema))

    def _list(self, pointer: Pointer, schema: dict[str, Any]) -> Type:
        item, _ = self.read((*pointer, "items"), schema.get("items", {}))
        if item.kind == "list":
            raise self.document.error((*pointer, "items"), "lists in lists can't be generated; leave the field out")
        return Type("list", item=item, separator=schema.get("x-delimiter"), limits=limits("list", schema))

    def _named(self, given: Mapping[str, Any]) -> str | None:
        """Return the class of the component that a reference, or a chain of them, ends in."""
        name = None
        while "$ref" in given:
            name = str(given["$ref"]).rpartition("/")[2]
            given = self.document.at(tuple(str(given["$ref"]).removeprefix("#/").split("/")))
        return self._classes.get(name or "")


def _last(pointer: Pointer) -> str | int:
    return pointer[-1] if pointer else "this"


OBJECT = "{} is an object in place or a map; describe it under components/schemas with its properties and refer to it"
_HINTS: dict[tuple[str, Any], str] = {
    ("number", None): "a number needs the format decimal: a float does not hold an amount",
    ("integer", "unix-timestamp"): "a moment as a number can't be generated; make it an integer and say so in words",
    ("string", "binary"): "binary content can't be generated",
    ("string", "byte"): "binary content can't be generated; leave out the format to get the text",
}

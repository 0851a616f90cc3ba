"""What a spec says, place by place, in two of its states; and what has another name now."""

import json
from typing import Any, NamedTuple

from scripts import stated
from scripts.codegen.documents import Document, Pointer
from scripts.codegen.text import snake, strip_underscore

from .changes import EXISTENCE, LIMITS, REQUIRED, TYPE, WORDS, Place

BOUNDS = {
    "": ("minimum", "maximum"),
    " above and below": ("exclusiveMinimum", "exclusiveMaximum"),
    " characters": ("minLength", "maxLength"),
    " items": ("minItems", "maxItems"),
}
"""Limits, by what they count."""

PROSE = ("description", "summary", "examples", "x-provenance", "tags")


class Fact(NamedTuple):
    """What a spec says of one place.

    Attributes:
        kind: provider, method, argument, class, field, value, response or code.
        said: each aspect, in a form that can be compared.
        intro: the first sentence about it.
        at: file and line.
    """

    kind: str
    said: dict[str, Any]
    intro: str
    at: str


Facts = dict[Place, Fact]


def facts(document: Document) -> Facts:
    """Everything that a spec says, by place."""
    found: Facts = {Place(document.name): _provider(document)}
    for operation, (_, path, _, spec) in zip(stated.operations(document), document.operations(), strict=True):
        method = Place(document.name, snake(operation.id))
        found[method] = _method(document, path, operation, spec)
        arguments = _argument_specs(document, spec)
        for wire, part in operation.parameters.items():
            found[method._replace(member=attribute(wire))] = _argument(part, arguments[wire])
    sent = _sent(document)
    for name, schema in document.data.get("components", {}).get("schemas", {}).items():
        found |= _class(document, name, schema, name in sent)
    for name, response in document.data.get("components", {}).get("responses", {}).items():
        said = {"alternatives": _contents(document, response), WORDS: [response.get(key) for key in PROSE]}
        here = document.place(("components", "responses", name))
        found[Place(document.name, "responses", name)] = Fact("response", said, _intro(response), here)
    for at, code in enumerate(document.data.get("x-errors", {}).get("codes", [])):
        here = document.place(("x-errors", "codes", at))
        said = {"kind": code["kind"], WORDS: [code.get("name"), code.get("x-provenance")]}
        found[Place(document.name, "errors", str(code["code"]))] = Fact("code", said, "", here)
    return found


def _sent(document: Document) -> set[str]:
    """The components that requests hold."""
    found: set[str] = set()

    def add(value: Any) -> None:
        if isinstance(value, dict) and "$ref" in value:
            name = str(value["$ref"]).rpartition("/")[2]
            if name not in found:
                found.add(name)
                add(document.resolve(value))
        elif isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                add(each)

    for _, _, _, operation in document.operations():
        add(operation.get("requestBody", {}))
    return found


def attribute(wire: str) -> str:
    """The Python name of a parameter or field."""
    return strip_underscore(snake(wire))


def _provider(document: Document) -> Fact:
    info = document.data["info"]
    said = {
        "server": stated.server(document),
        "security": document.data.get("security"),
        "forms": [_without_prose(form) for form in document.data.get("x-errors", {}).get("forms", [])],
        WORDS: [{**info, "version": None}, document.data.get("externalDocs"), document.data.get("tags")],
    }
    return Fact("provider", said, _intro(info), document.place(()))


def _method(document: Document, path: str, operation: stated.Stated, spec: dict[str, Any]) -> Fact:
    said = {
        "http": f"{operation.method} {path}",
        "class": spec.get("x-operation-class"),
        TYPE: spec.get("x-result"),
        "paging": spec.get("x-pagination") or {},
        "rate limit": _without_prose(spec.get("x-rate-limit")),
        "rules": {
            *(f"exactly one of {_listed(names)}" for names in operation.exactly_one),
            *(f"at most one of {_listed(names)}" for names in operation.at_most_one),
            *(f"`{attribute(name)}` with one of {_listed(others)}" for name, others in operation.needs.items()),
        },
        "responses": _responses(document, spec),
        "deprecated": spec.get("deprecated", False),
        WORDS: [spec.get(key) for key in PROSE],
    }
    return Fact("method", said, str(spec.get("summary", "")), operation.place)


def _responses(document: Document, spec: dict[str, Any]) -> dict[str, list[str]]:
    """The alternatives that each response may be, by its status."""
    found: dict[str, list[str]] = {}
    for status, response in spec["responses"].items():
        shared = "$ref" in response  # which is a place of its own
        found[str(status)] = [_form(response)] if shared else _contents(document, response)
    return found


def _contents(document: Document, response: dict[str, Any]) -> list[str]:
    schemas = [held.get("schema", {}) for held in response.get("content", {}).values()]
    return [form for schema in schemas for form in _alternatives(document.resolve(schema)) or [_form(schema)]]


def _argument_specs(document: Document, spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each parameter says beside its schema, by its name on the wire."""
    given = {each["name"]: each for each in map(document.resolve, spec.get("parameters", []))}
    for held in document.resolve(spec.get("requestBody", {})).get("content", {}).values():
        given |= document.resolve(held["schema"]).get("properties", {})
    return given


def _argument(part: stated.Part, given: dict[str, Any]) -> Fact:
    said = {
        **_part(part, given.get("schema", given)),
        "where": part.said["in"],
        REQUIRED: given.get("x-setting") or not part.said["optional"],
        "separator": part.said.get("separator"),
        "default": part.said.get("default"),
        "deprecated": given.get("deprecated", False),
    }
    said[WORDS] = [said[WORDS], given.get("example"), given.get("x-provenance")]
    return Fact("argument", said, _intro(part.said), part.place)


def _class(document: Document, name: str, schema: dict[str, Any], is_sent: bool) -> Facts:
    pointer = ("components", "schemas", name)
    owner = Place(document.name, name)
    said = {"alternatives": _alternatives(schema), WORDS: [schema.get(key) for key in PROSE]}
    found = {owner: Fact("class", said, _intro(schema), document.place(pointer))}
    for value in schema.get("enum", []):
        found[owner._replace(member=str(value))] = Fact("value", {}, "", document.place((*pointer, "enum")))
    for wire, field in schema.get("properties", {}).items():
        part = stated.part_at(document, (*pointer, "properties", wire), schema)
        said = {
            **_part(part, field),
            REQUIRED: wire in schema.get("required", []),
            "alternatives": _alternatives(field),
            "deprecated": field.get("deprecated", False),
        }
        said[WORDS] = [said[WORDS], field.get("x-provenance")]
        kind = "member" if is_sent else "field"
        found[owner._replace(member=attribute(wire))] = Fact(kind, said, _intro(part.said), part.place)
    return found


def _part(part: stated.Part, schema: dict[str, Any]) -> dict[str, Any]:
    """What is compared of arguments and fields alike. The values of enums have places of their own."""
    said = part.said
    schema = {**next((each for each in schema.get("anyOf", []) if each.get("type") == "array"), {}), **schema}
    return {
        TYPE: _kind(said, schema),
        LIMITS: {unit: [schema.get(each) for each in bounds] for unit, bounds in BOUNDS.items()},
        "pattern": said.get("pattern"),
        WORDS: [said["description"].split(), said.get("examples")],
    }


def _kind(said: dict[str, Any], schema: dict[str, Any]) -> str:
    record = str({**schema, **schema.get("items", {})}.get("$ref", "")).rpartition("/")[2]
    bare = said["type"] == "object" and "type" not in schema and not record
    kind = " or ".join(_alternatives(schema)) if bare else said["type"]
    words = [kind, record, f"in the form {schema['format']}" if "format" in schema else ""]
    words += [
        f"always {said['value']}" if "value" in said else "",
        f"or {said['word']}" if "word" in said and not bare else "",
    ]
    words += ["or null"] if "nullable" in said else []
    return " ".join(filter(None, words))


def _alternatives(schema: dict[str, Any]) -> list[str]:
    return sorted(_form(each) for key in ("oneOf", "anyOf") for each in schema.get(key, []))


def _form(schema: dict[str, Any]) -> str:
    """A schema in a word or two, or as it is."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return str(schema["const"])
    return str(schema.get("type") or json.dumps(_without_prose(schema), sort_keys=True))


def _without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_prose(held) for key, held in value.items() if key not in PROSE}
    return value


def _intro(spec: dict[str, Any]) -> str:
    first, _, _ = " ".join(str(spec.get("description", "")).split()).partition(". ")
    return first.removesuffix(".")


def _listed(names: frozenset[str]) -> str:
    return " and ".join(f"`{attribute(name)}`" for name in sorted(names))


class Renames:
    """What has another name now, and is otherwise as it was, description included."""

    def __init__(self, old: Facts, new: Facts) -> None:
        self._owners: dict[Place, Place] = {}
        self._members: dict[Place, Place] = {}
        gone, come = _one_sided(old, new)
        for place in gone:
            if not place.member and place.owner:
                self._pair(self._owners, place, [each for each in come if _is_renamed(place, each, old, new)])
        moved = self.applied(old)
        gone, come = _one_sided(moved, new)
        for place in gone:
            if moved[place].kind in ("argument", "field"):
                like = [each for each in come if each[:2] == place[:2] and new[each].said == moved[place].said]
                self._pair(self._members, place, like)

    @staticmethod
    def _pair(pairs: dict[Place, Place], place: Place, candidates: list[Place]) -> None:
        if len(candidates) == 1 and candidates[0] not in pairs.values():
            pairs[place] = candidates[0]

    def __call__(self, place: Place) -> Place:
        """The new place of an old one."""
        owner = self._owners.get(place._replace(member=""), place)._replace(member=place.member)
        return self._members.get(owner, owner)

    def applied(self, old: Facts) -> Facts:
        """Facts of old, by their new places and with the new names of classes in types."""
        return {self(place): self._retyped(place, fact) for place, fact in old.items()}

    def _retyped(self, place: Place, fact: Fact) -> Fact:
        if not place.member or TYPE not in fact.said:
            return fact
        names, words = self.classes(place.provider), str(fact.said[TYPE]).split()
        return fact._replace(said={**fact.said, TYPE: " ".join(names.get(word, word) for word in words)})

    def old(self, place: Place) -> Place | None:
        """The old place of one that has another name now."""
        for pairs in (self._members, self._owners):
            for before, after in pairs.items():
                if after == place:
                    return before
        return None

    def follow(self, place: Place) -> tuple[Place, bool]:
        """The new place of an old or new one, and whether it is itself one of those with another name."""
        moved = self(place)
        return moved, self.old(moved) is not None

    def classes(self, provider: str) -> dict[str, str]:
        """The new names of a provider's classes and methods, by their old ones."""
        return {before.owner: after.owner for before, after in self._owners.items() if before.provider == provider}


def _one_sided(old: Facts, new: Facts) -> tuple[list[Place], list[Place]]:
    return [each for each in old if each not in new], [each for each in new if each not in old]


def _is_renamed(before: Place, after: Place, old: Facts, new: Facts) -> bool:
    if after.member or old[before].kind != new[after].kind:
        return False
    if old[before].kind == "method":
        return bool(old[before].said["http"] == new[after].said["http"])
    return _whole(before, old) == _whole(after, new)


def _whole(owner: Place, known: Facts) -> dict[str, Any]:
    return {place.member: fact.said for place, fact in known.items() if place[:2] == owner[:2]}


class Pair:
    """Two states of one spec.

    Attributes:
        old: the one document.
        new: the other.
        renames: what has another name in the new one.
        before: what the old one says, by the new names; nothing where both are the same.
        after: what the new one says.
        title: the provider's class in Python.
    """

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        before, self.after = ({}, {}) if old is new else (facts(old), facts(new))
        self.renames = Renames(before, self.after)
        self.before = self.renames.applied(before)
        self.title = str(new.data["info"]["title"])

    def is_untouched(self, pointer: Pointer) -> bool:
        """Whether a pointer leads into a class that is the same in both; a change told of it is not one of its own."""
        if pointer[:2] != ("components", "schemas") or len(pointer) < 3:
            return False
        old, new = (each.data["components"]["schemas"].get(pointer[2]) for each in (self.old, self.new))
        return bool(old == new)

    def is_same(self, place: Place, aspect: str) -> bool:
        """Whether both say the same of an aspect of a member, or of a method's existence and path."""
        before, after = self.before.get(place), self.after.get(place)
        if before is None or after is None or not (place.member or aspect in (EXISTENCE, "http")):
            return False
        return aspect == EXISTENCE or (aspect in after.said and before.said.get(aspect) == after.said[aspect])

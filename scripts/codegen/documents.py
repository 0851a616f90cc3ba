"""Specs as they stand in their files: parsed, with the line of everything in them."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import yaml

Pointer = tuple[str | int, ...]

SEPARATORS = {"form": ",", "pipeDelimited": "|", "spaceDelimited": " "}
"""What joins a list in a query, by OpenAPI's style for it, where `explode` is false."""

JSON = "application/json"

FORM = "application/x-www-form-urlencoded"

TYPES_OF_BODIES = {FORM: "form", JSON: "json"}

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, where PyYAML was built with it."""

CONSTRUCTOR = yaml.constructor.SafeConstructor()


class SpecError(Exception):
    """Something in a spec that has to be mended.

    Attributes:
        place: file and line.
        what: what is wrong.
        rule: who says so; a name in `checks.RULES`, or a linter and its rule.
    """

    def __init__(self, place: str, what: str, rule: str | None = None) -> None:
        super().__init__(place, what, rule)
        self.place = place
        self.what = what
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" [{self.rule}]" if self.rule else "")


class Document:
    """One spec.

    Attributes:
        path: its file.
        name: the file's name without its ending; also the name of the generated package.
        data: what the YAML says, as JSON has it.
        flaws: what is wrong with the YAML itself.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self.flaws: list[SpecError] = []
        self._lines: dict[Pointer, int] = {}
        self._nodes: set[int] = set()
        try:
            root = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
        except yaml.YAMLError as error:
            mark, what = None, str(error)
            if isinstance(error, yaml.MarkedYAMLError):
                mark, what = error.problem_mark, error.problem or what
            raise self._flaw(mark.line + 1 if mark else 1, f"not YAML: {what}") from None
        except UnicodeDecodeError as error:
            raise self._flaw(path.read_bytes()[: error.start].count(b"\n") + 1, "not UTF-8") from None
        if not isinstance(root, yaml.MappingNode):
            raise self._flaw(1, "not a YAML mapping")
        self.data: dict[str, Any] = self._read(root, ())
        said = str(self.data.get("openapi", self.data.get("swagger", "nothing")))
        if not said.startswith("3.1"):
            what = "this is Swagger 2.0" if "swagger" in self.data else f"openapi says {said}"
            raise self.error(
                ("openapi",), f"{what}; a spec is OpenAPI 3.1, to which a converter brings a 2.0 or 3.0 document"
            )

    def _flaw(self, line: int, what: str) -> SpecError:
        return SpecError(f"specs/{self.path.name}:{line}", what)

    def _read(self, node: yaml.Node, pointer: Pointer) -> Any:
        """Return what a node holds, as JSON has it; note its line, and what JSON does not have."""
        line = node.start_mark.line + 1
        self._lines.setdefault(pointer, line)
        if id(node) in self._nodes:
            raise self._flaw(line, "an anchor is used again; write the text out, or refer to a component with $ref")
        self._nodes.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(value, (*pointer, at)) for at, value in enumerate(node.value)]
        try:
            value = CONSTRUCTOR.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            raise self._flaw(line, f"not YAML: {error}") from None
        if not isinstance(value, str | int | float | None) or value in (float("inf"), float("-inf")) or value != value:
            self.flaws.append(self._flaw(line, f"YAML takes {node.value} for a {type(value).__name__}; quote it"))
            return str(node.value)
        return value

    def _mapping(self, node: yaml.MappingNode, pointer: Pointer) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = str(key.value)
            if not key.tag.endswith(":str"):
                self.flaws.append(self._flaw(line, f"the key {name} is not text; write '{name}'"))
            if name in found:
                self.flaws.append(self._flaw(line, f"{name!r} stands here twice"))
                continue
            self._lines[(*pointer, name)] = line
            found[name] = self._read(value, (*pointer, name))
        return found

    def place(self, pointer: Pointer) -> str:
        """File and line of what the pointer leads to, or of the nearest thing around it."""
        while pointer and pointer not in self._lines:
            pointer = pointer[:-1]
        return f"specs/{self.path.name}:{self._lines.get(pointer, 1)}"

    def error(self, pointer: Pointer, what: str, rule: str | None = None) -> SpecError:
        return SpecError(self.place(pointer), what, rule)

    def has(self, pointer: Pointer) -> bool:
        """Whether the pointer leads to something that stands in the file."""
        return bool(pointer) and pointer in self._lines

    def exact(self, steps: Iterable[str | int]) -> Pointer:
        """The pointer with these steps, where text and numbers may have been taken for each other."""
        found: Pointer = ()
        for step in steps:
            ways: tuple[str | int, ...] = (step, str(step), int(step) if str(step).isdecimal() else step)
            found = next(((*found, way) for way in ways if (*found, way) in self._lines), (*found, step))
        return found

    def at(self, pointer: Pointer) -> Any:
        found: Any = self.data
        for key in pointer:
            found = found[key]
        return found

    def resolve(self, value: Any) -> Any:
        """What a `$ref` leads to, with the siblings of the `$ref` on top; anything else as it is."""
        seen: set[str] = set()
        while isinstance(value, dict) and "$ref" in value:
            mapping = cast("dict[str, Any]", value)
            if str(mapping["$ref"]) in seen:
                raise self.error((), f"{mapping['$ref']} leads to itself")
            seen.add(str(mapping["$ref"]))
            siblings = {key: held for key, held in mapping.items() if key != "$ref"}
            target = self._referred(mapping["$ref"])
            value = {**(target if isinstance(target, dict) else {}), **siblings}
        return value

    def _referred(self, reference: Any) -> Any:
        """What a reference leads to, or None: a rule of its own complains of those that lead nowhere."""
        pointer: Pointer = tuple(str(reference).removeprefix("#/").split("/"))
        return self.at(pointer) if pointer in self._lines else None

    def parameters(self, operation: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return the place and schema of each parameter and of each member of the body."""
        given = [self.resolve(each) for each in operation.get("parameters", [])]
        found = {each["name"]: (str(each["in"]), self.resolve(each.get("schema", {}))) for each in given}
        for media_type, held in self.resolve(operation.get("requestBody", {})).get("content", {}).items():
            for name, schema in self.resolve(held.get("schema", {})).get("properties", {}).items():
                found[name] = str(TYPES_OF_BODIES.get(media_type, media_type)), self.resolve(schema)
        return found

    def success(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of an operation's successful response, or nothing."""
        for status, response in operation.get("responses", {}).items():
            for media_type in self.resolve(response).get("content", {}).values():
                if str(status).startswith("2"):
                    return dict(self.resolve(media_type.get("schema", {})))
        return {}

    def field(self, schema: dict[str, Any], way: str) -> dict[str, Any] | None:
        """Return the schema of a field of a record by its name or by a pointer, or None where there is none."""
        for step in steps(way):
            schema = self.resolve(schema).get("properties", {}).get(step)
            if schema is None:
                return None
        return dict(self.resolve(schema))

    def target(self, pointer: Pointer) -> Pointer:
        """Return where the `$ref` at a pointer, or a chain of them, leads to."""
        seen: set[Pointer] = set()
        while pointer not in seen and isinstance(here := self.at(pointer), dict) and "$ref" in here:
            seen.add(pointer)
            if self._referred(here["$ref"]) is None:
                break
            pointer = tuple(str(here["$ref"]).removeprefix("#/").split("/"))
        return pointer

    def operations(self) -> Iterator[tuple[Pointer, str, str, dict[str, Any]]]:
        """Each operation: its pointer, path, method and content."""
        for path, item in self.data["paths"].items():
            for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace"):
                if method in item:
                    yield ("paths", path, method), path, method, item[method]

    def walk(self) -> list[tuple[Pointer, dict[str, Any]]]:
        """Each mapping in the document, outermost first. Examples are data, not spec, and are passed over."""
        return self._mappings

    @cached_property
    def _mappings(self) -> list[tuple[Pointer, dict[str, Any]]]:
        return list(self._walk())

    def _walk(self) -> Iterator[tuple[Pointer, dict[str, Any]]]:
        stack: list[tuple[Pointer, Any]] = [((), self.data)]
        while stack:
            pointer, value = stack.pop()
            if isinstance(value, dict):
                mapping = cast("dict[str, Any]", value)
                yield pointer, mapping
                is_names = bool(pointer) and pointer[-1] in ("properties", "schemas", "parameters")
                stack.extend(
                    ((*pointer, key), held)
                    for key, held in mapping.items()
                    if is_names or key not in ("example", "examples")
                )
            elif isinstance(value, list):
                stack.extend(((*pointer, at), held) for at, held in enumerate(value))


def required_fields(schema: dict[str, Any]) -> set[str]:
    """Return what a record always has. Of one that holds one of two things, the first: errors are looked for."""
    first = (rule["oneOf"][0].get("required", []) for rule in schema.get("allOf", []) if "oneOf" in rule)
    return set(schema.get("required", [])).union(*first)


def steps(way: str) -> tuple[str, ...]:
    """Return the steps of a JSON pointer, or of a plain name, which is one step."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in str(way).strip("/").split("/"))


def load(folder: Path) -> list[Document]:
    """Return all specs, in the order of their names.

    Raises:
        SpecError: for the first file that is no spec.
    """
    found, errors = read(folder)
    for error in errors:
        raise error
    return found


def read(folder: Path) -> tuple[list[Document], list[SpecError]]:
    """Return the specs, in the order of their names, and what is wrong with files that are none."""
    found: list[Document] = []
    errors: list[SpecError] = []
    for path in sorted(folder.iterdir()):
        if path.name in ("differences.yaml", "extensions.schema.json", "README.md"):
            continue
        if path.suffix in (".yml", ".json"):
            errors.append(SpecError(f"specs/{path.name}:1", "a spec is a file of YAML whose name ends in .yaml"))
        elif path.suffix == ".yaml":
            try:
                found.append(Document(path))
            except SpecError as error:
                errors.append(error)
    return found, errors

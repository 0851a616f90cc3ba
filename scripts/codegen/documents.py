"""Specs as they stand in their files: parsed, with the line of everything in them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import yaml

Pointer = tuple[str | int, ...]

SEPARATORS = {"form": ",", "pipeDelimited": "|", "spaceDelimited": " "}
"""What joins a list in a query, by OpenAPI's style for it, where `explode` is false."""


LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, where PyYAML was built with it."""


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
        data: what the YAML says.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self._lines: dict[Pointer, int] = {}
        try:
            text = path.read_text(encoding="utf-8")
            root = yaml.compose(text, Loader=LOADER)
            self.data: dict[str, Any] = yaml.load(text, Loader=LOADER)
        except yaml.YAMLError as error:
            mark, what = None, str(error)
            if isinstance(error, yaml.MarkedYAMLError):
                mark, what = error.problem_mark, error.problem or what
            raise SpecError(f"specs/{path.name}:{mark.line + 1 if mark else 1}", f"not YAML: {what}") from None
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            raise SpecError(f"specs/{path.name}:{line}", "not UTF-8") from None
        if root is None or not isinstance(self.data, dict):
            raise SpecError(f"specs/{path.name}:1", "not a YAML mapping")
        self._index(root, ())

    def _index(self, node: yaml.Node, pointer: Pointer) -> None:
        self._lines[pointer] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    raise SpecError(f"specs/{self.path.name}:{key.start_mark.line + 1}", f"{name!r} stands here twice")
                seen.add(name)
                self._index(value, (*pointer, name))
                self._lines[(*pointer, name)] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for at, value in enumerate(node.value):
                self._index(value, (*pointer, at))

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
        while isinstance(value, dict) and "$ref" in value:
            mapping = cast("dict[str, Any]", value)
            siblings = {key: held for key, held in mapping.items() if key != "$ref"}
            target = self.at(tuple(str(mapping["$ref"]).removeprefix("#/").split("/")))
            value = {**target, **siblings}
        return value

    def operations(self) -> Iterator[tuple[Pointer, str, str, dict[str, Any]]]:
        """Each operation: its pointer, path, method and content."""
        for path, item in self.data["paths"].items():
            for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace"):
                if method in item:
                    yield ("paths", path, method), path, method, item[method]

    def walk(self) -> Iterator[tuple[Pointer, dict[str, Any]]]:
        """Each mapping in the document, outermost first. Examples are data, not spec, and are passed over."""
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


def load(folder: Path) -> list[Document]:
    """All specs, in the order of their names."""
    return [Document(path) for path in sorted(folder.glob("*.yaml")) if path.name != "differences.yaml"]

"""Who may import whom, and where a provider may be named: read from the import statements and names of the source."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "generated/numberline_generated"
PROVIDERS = sorted(path.parent.name for path in GENERATED.glob("*/operations.py"))

NAMING = {
    "numberline": "which clients there are; type checkers need their names written out",
    "numberline_sandbox.sandbox": "which providers it serves unless told otherwise",
    "scripts.benchmark": "measures these clients",
    "numberline.cli.demo": "a program that uses the clients",
    "scripts.record": "records conversations of these clients",
    "scripts.size": "measures what these clients load",
}
"""Modules and packages outside of the providers' own that name a provider, and why."""


@cache
def sources() -> dict[str, Path]:
    """The file of each module, by its name."""
    found: dict[str, Path] = {}
    for root in (ROOT / "overlays", ROOT / "generated", ROOT):
        for package in ("numberline", "numberline_sandbox", "numberline_generated", "scripts"):
            for path in (root / package).rglob("*.py"):
                parts = path.relative_to(root).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


def imports(module: str, *, below: ast.AST | None = None) -> Iterator[str]:
    """The modules that a module imports: at its top, inside functions and for type checkers alike."""
    for node in ast.walk(below or tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if sources()[module].name == "__init__.py" else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in sources() else base


def ours(module: str) -> set[str]:
    return {found for found in imports(module) if found in sources() and found != module}


def modules(*packages: str) -> list[str]:
    return [name for name in sources() if name.startswith(tuple(f"{package}." for package in packages))]


def is_providers_own(module: str) -> bool:
    return any(part in PROVIDERS for part in module.split("."))


@pytest.mark.parametrize("module", modules("numberline_generated"))
def test_generated_code_imports_the_runtime_and_two_public_modules(module: str) -> None:
    allowed = {"numberline.lists", "numberline.pagination"}
    outside = {found for found in ours(module) if not found.startswith(("numberline_generated", "numberline._runtime"))}

    assert outside <= allowed


@pytest.mark.parametrize("module", modules("numberline._runtime"))
def test_the_runtime_imports_no_provider_and_no_sandbox(module: str) -> None:
    found = ours(module)

    assert not [each for each in found if is_providers_own(each)]
    assert not [each for each in found if each.startswith(("numberline_sandbox", "numberline_generated"))]


UNTIED_YET = ("numberline._runtime.transport",)


def test_nothing_imports_in_a_circle() -> None:
    graph = {name: ours(name) for name in sources() if not name.startswith(UNTIED_YET)}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        pytest.fail(" -> ".join(reversed(cycle.args[1])))


def test_the_sandbox_imports_next_to_nothing_of_the_clients() -> None:
    found = {each for module in modules("numberline_sandbox") for each in ours(module)}

    assert {each for each in found if each.split(".")[0] == "numberline"} <= {
        "numberline",  # its version
        "numberline._runtime.timestamp_formats",
        "numberline._runtime.timestamps",
    }


def names(module: str) -> Iterator[str]:
    """The identifiers of a module, and the texts in it that could be one."""
    for node in ast.walk(tree(module)):
        for field in ("id", "attr", "name", "arg", "module", "asname"):
            found = getattr(node, field, None)
            if isinstance(found, str):
                yield found
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def test_a_provider_is_named_in_its_own_modules_only() -> None:
    naming = {
        module
        for module in ["numberline", *modules("numberline", "numberline_sandbox", "scripts")]
        if not is_providers_own(module)
        and any(provider in found.lower() for found in names(module) for provider in PROVIDERS)
    }

    assert {".".join(name.split(".")[:2]) if name.startswith("scripts") else name for name in naming} == set(NAMING)


TESTS = sorted((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT / "tests")))
def test_no_test_module_or_conftest_is_imported(path: Path) -> None:
    found = [
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        for name in (getattr(node, "module", None) or "", alias.name)
        for part in name.split(".")
        if part == "conftest" or part.startswith("test_")
    ]

    assert not found, "what tests share belongs into a support module"

"""The clients' half of generated/: openapi-python-client parses a spec and names things; our templates print.

Hook into openapi-python-client: a subclass of its `Project` renders three modules instead of its package of many.
Why: its output has no lists with separators, no paging, no Decimal, sends every default, and fails on an unknown enum
value. No private function is patched. It can go when templates can be added to and left out by configuration.
"""

import copy
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import openapi_python_client as opc
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from . import ir, text, wiretypes
from .documents import Document, SpecError
from .reading import Reader, read_hint

TEMPLATES = Path(__file__).parent / "templates"
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
TOOLS = ("openapi-python-client", "datamodel-code-generator", "ruff")


class _Clients(opc.Project):
    """Renders the modules of one provider."""

    def __init__(self, api: ir.Api, parsed: GeneratorData, config: Config) -> None:
        super().__init__(openapi=parsed, config=config, custom_template_path=TEMPLATES)
        self.api = api
        self.env.globals.update(
            api=api,
            moments=wiretypes.MOMENTS,
            quoted=text.quoted,
            read_hint=read_hint,
            scalars=wiretypes.SCALARS,
            snake=text.snake,
            wrap_docstring=text.wrap_docstring,
        )

    def render(self) -> None:
        for module in ("__init__.py", "models.py", "decoding.py", "operations.py"):
            text = self.env.get_template(f"{module}.jinja").render()
            (self.package_dir / module).write_text(text, encoding="utf-8")


def pinned(tool: str) -> str:
    """Return the version of a generator that pyproject.toml asks for."""
    groups: dict[str, list[str]] = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["dependency-groups"]
    return dict(each.split("==") for each in groups["codegen"])[tool]


def check_versions() -> None:
    """Raise SpecError if a generator is missing or not the pinned one."""
    for tool in TOOLS:
        try:
            found = version(tool)
        except PackageNotFoundError:
            found = "not installed"
        if found != pinned(tool):
            raise SpecError("pyproject.toml:1", f"{tool} has to be {pinned(tool)} and is {found}; run scripts/setup")


def generate(document: Document, target: Path) -> None:
    """Write the client package of one spec.

    Raises:
        SpecError: for the first thing that can't be generated; `lint` finds all of them.
    """
    config, parsed = _parsed(document, target)
    reader = Reader(document, parsed)
    api = reader.read()
    for error in reader.errors:
        raise error
    target.mkdir(parents=True)
    _Clients(api, parsed, config).render()


def read(document: Document) -> ir.Api:
    """Return what the package of one spec would be made from, without what can't be generated."""
    return Reader(document, _parsed(document)[1]).read()


def complaints(document: Document) -> Iterator[SpecError]:
    """Yield everything in one spec that can't be generated.

    Raises:
        SpecError: for what openapi-python-client warns of; it names no place, and most of it is known by then.
    """
    _, parsed = _parsed(document)
    reader = Reader(document, parsed)
    reader.read()
    yield from reader.errors
    warnings = [each for group in parsed.endpoint_collections_by_tag.values() for each in group.parse_errors]
    yield from (_warned(document, each) for each in warnings if "will not be generated" in each.header)
    for warning in (*warnings, *parsed.errors):
        raise _warned(document, warning)


def _parsed(document: Document, target: Path | None = None) -> tuple[Config, GeneratorData]:
    config = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, document.path, "utf-8", overwrite=True, output_path=target
    )
    parsed = GeneratorData.from_dict(_successes(document), config=config)
    if isinstance(parsed, GeneratorError):
        raise SpecError(document.place(()), f"{parsed.header} {parsed.detail}")
    return config, parsed


def _successes(document: Document) -> dict[str, Any]:
    """Return the spec without the responses that are failures, which are read by `x-errors` in whatever form."""
    data = copy.deepcopy(document.data)
    for item in data["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"] = {
                    status: response for status, response in operation["responses"].items() if str(status)[0] == "2"
                }
    return data


def _warned(document: Document, warning: GeneratorError) -> SpecError:
    """Return a warning as an error, at the component or operation that it speaks of; it gives names, not places."""
    said = f"{warning.header} {warning.detail or ''}"
    place = document.place(())
    for pointer, path, method, operation in document.operations():
        if operation.get("operationId", "?") in said or f"{method.upper()} {path}" in said:
            place = document.place(pointer)
    for name in document.data.get("components", {}).get("schemas", {}):
        if name in said:
            place = document.place(("components", "schemas", name))
    return SpecError(place, f"openapi-python-client: {' '.join(said.split())}")

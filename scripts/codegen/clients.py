"""The clients' half of generated/: openapi-python-client, run in process with templates of ours.

Hook, openapi-python-client 0.29.1: a subclass of its `Project` renders three modules instead of its package of many.
Why: its output has no lists with separators, no paging, no Decimal, sends every default, and fails on an unknown enum
value. No private function is patched. It can go when templates can be added to and left out by configuration.
`upstream.py` knows what the hooks lean on.
"""

from importlib.metadata import version
from pathlib import Path

import openapi_python_client as opc
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from .documents import Document, SpecError
from .facts import MOMENTS, Facts, repr_, snake, wrapped
from .lowering import lowered

TEMPLATES = Path(__file__).parent / "templates"
PINNED = "0.29.1"


class _Clients(opc.Project):
    """Renders `models`, `decoding` and `operations` of one provider."""

    def __init__(self, document: Document, parsed: GeneratorData, config: Config) -> None:
        super().__init__(openapi=parsed, config=config, custom_template_path=TEMPLATES)
        self.facts = Facts(document, parsed)
        self.env.globals.update(
            facts=self.facts,
            models=self.facts.models,
            names=sorted([*(each.name for each in self.facts.models), *(each.name for each in self.facts.enums)]),
            readers=MOMENTS,
            repr_=repr_,
            snake=snake,
            wrapped=wrapped,
        )

    def _create_package(self) -> None:
        (self.package_dir / "__init__.py").write_text(
            f'"""{self.facts.name}, generated from specs/{self.facts.package}.yaml. Do not edit."""\n', encoding="utf-8"
        )

    def _build_models(self) -> None:
        self._render("models.py")
        self._render("decoding.py")

    def _build_api(self) -> None:
        self._render("operations.py")

    def _render(self, module: str) -> None:
        text = self.env.get_template(f"{module}.jinja").render()
        (self.package_dir / module).write_text(text, encoding="utf-8")


def generate(document: Document, target: Path) -> None:
    """Write the client package of one spec.

    Raises:
        SpecError: for anything that openapi-python-client warns of or leaves out.
        RuntimeError: if its version is not the pinned one.
    """
    if version("openapi-python-client") != PINNED:
        raise RuntimeError(f"openapi-python-client has to be {PINNED}; run scripts/setup")
    config, parsed = _parsed(document, target)
    target.mkdir(parents=True)
    project = _Clients(document, parsed, config)
    project._create_package()
    project._build_models()
    project._build_api()
    for warning in project._get_errors():
        raise SpecError(_where(document, warning), f"openapi-python-client: {warning.header} {warning.detail or ''}")


def facts(document: Document) -> Facts:
    """What the package of one spec would be made from.

    Raises:
        SpecError: if the spec can't be read.
    """
    return Facts(document, _parsed(document)[1])


def _parsed(document: Document, target: Path | None = None) -> tuple[Config, GeneratorData]:
    config = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, document.path, "utf-8", overwrite=True, output_path=target
    )
    parsed = GeneratorData.from_dict(lowered(document), config=config)
    if isinstance(parsed, GeneratorError):
        raise SpecError(document.place(()), f"{parsed.header} {parsed.detail}")
    return config, parsed


def _where(document: Document, warning: GeneratorError) -> str:
    """The line of the component or operation that a warning speaks of; it gives names, not places."""
    said = f"{warning.header} {warning.detail}"
    for name in document.data.get("components", {}).get("schemas", {}):
        if name in said:
            return document.place(("components", "schemas", name))
    for pointer, path, method, operation in document.operations():
        if operation.get("operationId", "?") in said or f"{method.upper()} {path}" in said:
            return document.place(pointer)
    return document.place(())

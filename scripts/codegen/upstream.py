"""Which code of the generators our hooks lean on, and whether it is still the code that they were written for.

    .venv/bin/python -m scripts.codegen.upstream            what has changed, and which hook to look at
    .venv/bin/python -m scripts.codegen.upstream --accept   writes upstream.json, once the hooks have been looked at

A hook says in its docstring or first comment which version it was written for, why it exists and when it can go.
"""

import argparse
import ast
import hashlib
import importlib
import inspect
import io
import json
import sys
import textwrap
import tokenize
from importlib.metadata import version
from pathlib import Path
from typing import Any

_NAMED = ast.ClassDef | ast.FunctionDef

HERE = Path(__file__).parent
RECORD = HERE / "upstream.json"

CLIENTS = "openapi-python-client"
WIRE = "datamodel-code-generator"

_OPC = "openapi_python_client"
_PROPERTIES = f"{_OPC}.parser.properties"
_ENVIRONMENT = f"{_OPC}:Project.__init__"

HOOKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "scripts/codegen/clients.py": (
        CLIENTS,
        (
            f"{_OPC}.config:Config",
            f"{_OPC}.config:ConfigFile",
            f"{_OPC}.config:MetaType",
            f"{_OPC}.parser.errors:GeneratorError",
            f"{_OPC}.parser.openapi:GeneratorData",
            _ENVIRONMENT,
            f"{_OPC}:Project.build",
            f"{_OPC}:Project._create_package",
            f"{_OPC}:Project._build_models",
            f"{_OPC}:Project._build_api",
            f"{_OPC}:Project._get_errors",
        ),
    ),
    "scripts/codegen/reading.py": (
        CLIENTS,
        (
            f"{_OPC}.strings",
            f"{_OPC}.schema.openapi_schema_pydantic.schema:Schema",
            f"{_OPC}.parser.openapi:EndpointCollection",
            f"{_OPC}.parser.openapi:Endpoint",
            f"{_OPC}.parser.openapi:GeneratorData",
            f"{_OPC}.parser.bodies:Body",
            f"{_PROPERTIES}.enum_property:EnumProperty",
            f"{_PROPERTIES}.model_property:ModelProperty",
            f"{_PROPERTIES}.schemas:Class",
        ),
    ),
    "scripts/codegen/text.py": (CLIENTS, (f"{_OPC}.strings",)),
    **{
        f"scripts/codegen/templates/{name}.jinja": (CLIENTS, (_ENVIRONMENT,))
        for name in ("__init__.py", "decoding.py", "models.py", "operations.py", "types")
    },
    "scripts/codegen/wire.py": (
        WIRE,
        (
            "preset practical-py311-20261027",
            "option --input-file-type",
            "option --use-operation-id-as-name",
            "option --disable-timestamp",
            "option --strict-refs",
            "option --ignore-pyproject",
            "option --openapi-scopes",
            "option --type-mappings",
        ),
    ),
}
"""Each hook: the generator that it belongs to, and what it leans on there."""


def changes() -> list[str]:
    """What is not as it was when the hooks were last looked at, and which of them that concerns."""
    recorded: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    found: list[str] = []
    for hook, (package, leaned_on) in HOOKS.items():
        since = f"{package} {recorded['versions'].get(package)}"
        for name in leaned_on:
            now = fingerprint(name)
            if now is None or now != recorded["code"].get(name):
                what = "is not there" if now is None else "is not what it was"
                found.append(f"{name} {what}, unlike in {since}: look at {hook}, then at {__name__}")
    return found


def record() -> dict[str, Any]:
    """What upstream.json holds: the versions of the generators, and the fingerprint of all that is leaned on.

    Raises:
        LookupError: if something is not there any more.
    """
    found = {name: fingerprint(name) for _, leaned_on in HOOKS.values() for name in leaned_on}
    if gone := [name for name, now in found.items() if now is None]:
        raise LookupError(f"not there: {', '.join(gone)}")
    return {"versions": {package: version(package) for package in (CLIENTS, WIRE)}, "code": dict(sorted(found.items()))}


def fingerprint(name: str) -> str | None:
    """A hash of a module, class or function without comments and docstrings, of a preset, or of an option."""
    kind, _, which = name.partition(" ")
    told = {"preset": _preset, "option": _option}[kind](which) if which else _code(name)
    return hashlib.sha256(told.encode()).hexdigest() if told else None


def _code(name: str) -> str | None:
    module, _, path = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for step in path.split(".") if path else ():
            found = getattr(found, step)
        source = inspect.getsource(found if inspect.ismodule(found) else sys.modules[found.__module__])
    except (ImportError, AttributeError):
        return None
    return _bare(source if inspect.ismodule(found) else _part(source, found.__qualname__))


def _part(source: str, qualified_name: str) -> str:
    """The code of a class or function; `inspect` finds it by other means in every version of Python."""
    node: ast.AST = ast.parse(source)
    for name in qualified_name.replace(".<locals>", "").split("."):
        node = next(each for each in ast.walk(node) if isinstance(each, _NAMED) and each.name == name)
    assert isinstance(node, _NAMED)
    begin = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return textwrap.dedent("\n".join(source.splitlines()[begin - 1 : node.end_lineno]))


def _bare(source: str) -> str:
    """Source code without comments, docstrings and blank lines, which any Python reads alike."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            said = node.body[0]
            for row in range(said.lineno, (said.end_lineno or said.lineno) + 1):
                lines[row - 1] = ""
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _preset(name: str) -> str | None:
    from datamodel_code_generator import preset

    infos = {info.name.value: preset.preset_info_as_dict(info) for info in preset.get_preset_infos()}
    return json.dumps(infos[name]["copyable_config"]) if name in infos else None


def _option(name: str) -> str | None:
    from datamodel_code_generator.arguments import arg_parser

    for action in arg_parser._actions:
        if name in action.option_strings:
            return repr((action.option_strings, action.dest, action.nargs, action.default))
    return None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog=__name__, description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--accept", action="store_true", help="take the generators' code as it is now for the known one"
    )
    if parser.parse_args(arguments).accept:
        RECORD.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
        return 0
    found = changes()
    print("\n".join(found) or "nothing that a hook leans on has changed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

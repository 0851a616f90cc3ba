"""specs/ -> generated/: the only way in which anything gets there.

    scripts/regenerate            check the specs, generate, format, write the lock, swap
    scripts/regenerate --check    the same into a temporary folder, then compare and write nothing

The result depends on nothing but the specs, the templates and the pinned tools: the same bytes on every machine.
"""

import argparse
import filecmp
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

try:
    from . import clients, documents, lint, linters, wire
    from .documents import Document, SpecError, SpecErrors
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed, and nothing can be generated without it; run scripts/setup")
except ImportError as changed:
    what = changed.msg.partition(" (")[0]
    sys.exit(f"this version of {changed.name} is not the one that reading.py and text.py are written for: {what}")

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "numberline_generated"
DECIDING = ("clients", "documents", "ir", "reading", "regenerate", "text", "wire", "wiretypes")
"""Modules that decide what is generated; the others only check the specs."""

TOOLS = ("openapi-python-client", "datamodel-code-generator", "ruff")

README = """# generated

Everything here is made from `specs/` by `scripts/regenerate`. Do not edit it: change a spec, a template or a setting
and run the command again. `scripts/regenerate --check` says whether this folder is what the specs say.

- `numberline_generated/<provider>/`: records (`models.py`), how bytes become records (`decoding.py`), and requests and
  methods (`operations.py`). openapi-python-client parses the spec, resolves its references and names classes, methods
  and arguments; `scripts/codegen/reading.py` turns that into plain data, and the templates in
  `scripts/codegen/templates/` print all of the source text. None of its own templates is used.
- `numberline_generated/wire/`: pydantic models of the wire by datamodel-code-generator, with its own templates, and
  each spec as JSON. The sandbox builds its responses from them; the drift report and the tests read the JSON.
- `lock.json`: hashes of what went in, and the versions of the tools.
"""

TOP = '''"""Generated from specs/ by scripts/regenerate. Do not edit.

PYTEST_DONT_REWRITE, as in numberline itself.
"""
'''


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/regenerate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with generated/ and write nothing")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder, for trying on a copy")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    try:
        clients.check_versions()
        loaded, found = documents.load(root / "specs"), list[SpecError]()
    except SpecError as error:
        return _complain([error])
    except SpecErrors as errors:
        loaded, found = errors.readable, errors.errors
    if not linters.redocly_is_there():
        print("Redocly is not installed (scripts/setup tried), so the specs are checked without it", file=sys.stderr)
    found += lint.complaints(loaded, root)
    if found:
        return _complain(found)
    with tempfile.TemporaryDirectory(prefix="numberline-") as scratch:
        fresh = Path(scratch) / "generated"
        try:
            generate(loaded, fresh, root)
        except SpecError as error:
            return _complain([error])
        if options.check:
            return _compare(fresh, root / "generated")
        if failures := list(_unusable(fresh, loaded)):
            return _complain(failures)
        _swap(fresh, root / "generated")
    print(f"generated/ is made from {len(loaded)} specs")
    return 0


def _unusable(fresh: Path, loaded: list[Document]) -> Iterator[SpecError]:
    """What can't be imported of what was made, as complaints about its specs."""
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    settings["PYTHONPATH"] = os.pathsep.join(map(str, (fresh, ROOT / "overlays", ROOT)))
    command = [sys.executable, "-m", "scripts.codegen.importing", *(document.name for document in loaded)]
    run = subprocess.run(command, env=settings, capture_output=True, encoding="utf-8", check=False)
    for line in run.stdout.splitlines():
        name, _, why = line.partition(" ")
        yield SpecError(f"specs/{name}.yaml:1", f"what was made can't be imported: {why}; generated/ is as it was")
    if run.returncode:
        yield SpecError("scripts/codegen/importing.py:1", f"did not finish: {' '.join(run.stderr.split())}")


def generate(loaded: list[Document], target: Path, root: Path) -> None:
    """Write everything that generated/ holds into `target`.

    Raises:
        SpecError: for what a generator refuses.
    """
    package = target / PACKAGE
    wires = package / "wire"
    wires.mkdir(parents=True)
    (target / "README.md").write_text(README, encoding="utf-8")
    (package / "__init__.py").write_text(TOP)
    (package / "py.typed").write_text("")
    (wires / "__init__.py").write_text('"""The wire as the specs describe it, for the other end. Do not edit."""\n')
    with ThreadPoolExecutor() as pool:
        shapes = [pool.submit(wire.generate, document, wires) for document in loaded]
        for document in loaded:
            clients.generate(document, package / document.name)
        for shape in shapes:
            shape.result()
    _format(package)
    lock = {
        "inputs": {str(path.relative_to(root).as_posix()): _digest(path) for path in _inputs(root)},
        "tools": {tool: version(tool) for tool in TOOLS},
    }
    (package / "lock.json").write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")


def _inputs(root: Path) -> Iterator[Path]:
    """What the result depends on, beside the tools."""
    yield from (document.path for document in documents.load(root / "specs"))
    yield root / "specs/extensions.schema.json"
    yield from sorted((root / "scripts/codegen/templates").glob("*.jinja"))
    yield from (root / f"scripts/codegen/{name}.py" for name in DECIDING)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _format(package: Path) -> None:
    # Isolated, or the settings of whatever project lies around the folder would decide the bytes.
    isolated = ["--isolated", "--no-cache", "--quiet", "--target-version=py311", "--line-length=120"]
    rules = ["--fix-only", "--select=E4,E7,E9,F,I", "--config=lint.isort.known-first-party=['numberline']"]
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", ".", *isolated, *rules], cwd=package, check=True)
    subprocess.run([*ruff, "format", ".", *isolated], cwd=package, check=True)


def _compare(fresh: Path, committed: Path) -> int:
    differing = sorted(_differences(fresh, committed))
    for name in differing:
        print(f"generated/{name} is not what the specs say; run scripts/regenerate", file=sys.stderr)
    for what in _outdated(*(folder / PACKAGE / "lock.json" for folder in (fresh, committed))):
        print(what, file=sys.stderr)
    return 1 if differing else 0


def _outdated(fresh: Path, committed: Path) -> Iterator[str]:
    """What the lock names that is not as it was when generated/ was made."""
    try:
        now, then = (json.loads(lock.read_text(encoding="utf-8")) for lock in (fresh, committed))
        for name in sorted({**now["inputs"], **then["inputs"]}):
            if now["inputs"].get(name) != then["inputs"].get(name):
                yield f"{name} is not the one that generated/ was made from"
        for name in sorted({**now["tools"], **then["tools"]}):
            if now["tools"].get(name) != then["tools"].get(name):
                yield f"{name} is {now['tools'].get(name)}; generated/ was made with {then['tools'].get(name)}"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield "lock.json can't be read, so what generated/ was made from is not known"


def _differences(fresh: Path, committed: Path) -> Iterator[str]:
    names = {path.relative_to(folder) for folder in (fresh, committed) for path in folder.rglob("*")}
    for name in names:
        if "__pycache__" in name.parts or (fresh / name).is_dir() or (committed / name).is_dir():
            continue
        both = (fresh / name).is_file() and (committed / name).is_file()
        if not both or not filecmp.cmp(fresh / name, committed / name, shallow=False):
            yield name.as_posix()


def _swap(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`, so that a failure leaves one of them whole."""
    arriving = target.with_name(".generated-new")
    leaving = target.with_name(".generated-old")
    for leftover in (arriving, leaving):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(fresh, arriving)
    if target.exists():
        target.rename(leaving)
    arriving.rename(target)
    shutil.rmtree(leaving, ignore_errors=True)


def _complain(errors: list[SpecError]) -> int:
    for error in errors:
        print(error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

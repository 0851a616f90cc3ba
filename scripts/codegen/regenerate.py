"""specs/ -> generated/: the only way in which anything gets there.

    scripts/regenerate            check the specs, generate, format, write the lock, swap
    scripts/regenerate --check    the same into a temporary folder, then compare and write nothing

The result depends on nothing but the specs, the templates and the pinned tools: the same bytes on every machine.
"""

import argparse
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
    from .documents import Document, SpecError
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed, and nothing can be generated without it; run scripts/setup")
except ImportError as changed:
    what = changed.msg.partition(" (")[0]
    sys.exit(f"this version of {changed.name} is not the one that reading.py and text.py are written for: {what}")

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "numberline_generated"
DECIDING = ("clients", "documents", "ir", "reading", "regenerate", "text", "wire", "wiretypes")
"""Modules that decide what is generated; the others only check the specs."""

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
        loaded, found = documents.read(root / "specs")
    except SpecError as error:
        return _complain([error])
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
    shutil.copyfile(clients.TEMPLATES / "README.md", target / "README.md")
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
        "tools": {tool: version(tool) for tool in clients.TOOLS},
    }
    (package / "lock.json").write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")


def _inputs(root: Path) -> Iterator[Path]:
    """What the result depends on, beside the tools."""
    yield from (document.path for document in documents.load(root / "specs"))
    yield root / "specs/extensions.schema.json"
    yield from sorted((root / "scripts/codegen/templates").iterdir())
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
        for kind in ("inputs", "tools"):
            for name in sorted({**now[kind], **then[kind]}):
                if now[kind].get(name) != then[kind].get(name):
                    versions = f" is {now[kind].get(name)}; generated/ was made with {then[kind].get(name)}"
                    yield f"{name}{versions if kind == 'tools' else ' is not the one that generated/ was made from'}"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield "lock.json can't be read, so what generated/ was made from is not known"


def _differences(fresh: Path, committed: Path) -> Iterator[str]:
    now, then = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (fresh, committed)
    )
    for name in now.keys() | then.keys():
        if now.get(name) != then.get(name) and "__pycache__" not in name.parts:
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

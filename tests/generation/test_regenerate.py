"""`scripts/regenerate` makes the same bytes everywhere, tells what is stale, and never leaves half a result."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from scripts.codegen import clients, documents
from scripts.codegen.regenerate import DECIDING, main
from tests.support import FULL

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "generated/numberline_generated/lock.json"


def regenerate(
    *arguments: str | Path, python: str = sys.executable, cwd: Path = ROOT, seed: int = 0
) -> subprocess.CompletedProcess[str]:
    settings = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [python, "-m", "scripts.codegen.regenerate", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=os.environ | settings, capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in a folder but what Python compiled."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "__pycache__" not in path.parts}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what regenerate reads and writes."""
    for folder in ("specs", "generated", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def keep_only(project: Path, spec: str, *, relock: bool = False) -> None:
    """Leave one spec, for tests that don't need the others: a run takes as long as there are specs."""
    lock = project / "generated/numberline_generated/lock.json"
    held = json.loads(lock.read_text(encoding="utf-8"))
    for path in (document.path for document in documents.load(project / "specs")):
        if path.stem != spec:
            path.unlink()
            shutil.rmtree(project / "generated/numberline_generated" / path.stem)
            for wire in (project / "generated/numberline_generated/wire").glob(f"{path.stem}.*"):
                wire.unlink()
            del held["inputs"][f"specs/{path.name}"]
    if relock:
        lock.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_generated_is_what_the_specs_say_and_a_check_writes_nothing(tmp_path: Path) -> None:
    before = times(ROOT / "generated")

    run = regenerate("--check", cwd=tmp_path, seed=4321)

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert times(ROOT / "generated") == before
    assert not list(ROOT.glob(".generated-*"))


def test_the_bytes_are_the_same_with_another_hash_seed_and_from_another_folder(project: Path) -> None:
    if not FULL:
        keep_only(project, "apifonica", relock=True)
    committed = contents(project / "generated")
    shutil.rmtree(project / "generated")

    run = regenerate("--root", project, cwd=project.parent, seed=4321)

    assert run.returncode == 0, run.stderr
    assert contents(project / "generated") == committed
    assert {path.name for path in project.iterdir()} == {"specs", "generated", "scripts"}


def test_a_check_names_what_was_edited_added_or_deleted_in_generated(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_only(project, "apifonica", relock=True)
    package = project / "generated/numberline_generated"
    edit(package / "apifonica/models.py", "class ", "class  ")
    (package / "apifonica/extra.py").write_text("")
    (package / "wire/apifonica.json").unlink()
    before = contents(project)

    assert main(["--check", "--root", str(project)]) == 1

    named = [line.partition(" is not what the specs say")[0] for line in capsys.readouterr().err.splitlines()]
    assert named == [
        "generated/numberline_generated/apifonica/extra.py",
        "generated/numberline_generated/apifonica/models.py",
        "generated/numberline_generated/wire/apifonica.json",
    ]
    assert contents(project) == before


def test_a_check_names_what_other_specs_scripts_and_tools_change(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_only(project, "apifonica")
    edit(project / "specs/apifonica.yaml", "Label of the number, a free text.", "What the owner calls the number.")
    lock = project / "generated/numberline_generated/lock.json"
    held = json.loads(lock.read_text(encoding="utf-8"))
    held["inputs"]["scripts/codegen/wire.py"] = "0" * 64
    held["tools"]["ruff"] = "0.0.1"
    lock.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")

    assert main(["--check", "--root", str(project)]) == 1

    assert capsys.readouterr().err.splitlines() == [
        *(
            f"generated/numberline_generated/{name} is not what the specs say; run scripts/regenerate"
            for name in ("apifonica/models.py", "lock.json", "wire/apifonica.json", "wire/apifonica.py")
        ),
        "scripts/codegen/wire.py is not the one that generated/ was made from",
        "specs/apifonica.yaml is not the one that generated/ was made from",
        "specs/infobip.yaml is not the one that generated/ was made from",
        "specs/voximplant.yaml is not the one that generated/ was made from",
        f"ruff is {version('ruff')}; generated/ was made with 0.0.1",
    ]


def test_a_run_that_fails_leaves_generated_as_it_was(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep_only(project, "infobip")
    # A field of this name passes the checks and stops the generator halfway.
    edit(project / "specs/infobip.yaml", "        shared:\n", "        raw:\n")
    before = contents(project)

    assert main(["--root", str(project)]) == 1

    assert capsys.readouterr().err.startswith("specs/infobip.yaml:")
    assert contents(project) == before


def test_what_can_not_be_imported_does_not_replace_what_was_there(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_only(project, "apifonica")
    before = contents(project)
    made = clients.generate

    def generate(document: documents.Document, target: Path) -> None:
        made(document, target)
        edit(target / "decoding.py", "_RentedNumber(Struct", "_RentedNumbers(Struct")

    monkeypatch.setattr(clients, "generate", generate)

    assert main(["--root", str(project)]) == 1
    assert "specs/apifonica.yaml:1: what was made can't be imported: NameError" in capsys.readouterr().err
    assert contents(project) == before


@pytest.mark.parametrize("tool", ["openapi-python-client", "datamodel-code-generator"])
def test_without_a_generator_one_sentence_says_so(tool: str, project: Path, tmp_path: Path) -> None:
    missing = f"""
import importlib.metadata, sys
found = importlib.metadata.version
def version(name):
    if name == {tool!r}:
        raise importlib.metadata.PackageNotFoundError(name)
    return found(name)
importlib.metadata.version = version
sys.modules[{tool.replace("-", "_")!r}] = None
"""
    (tmp_path / "missing").mkdir()
    (tmp_path / "missing/sitecustomize.py").write_text(missing)
    settings = {"PYTHONPATH": os.pathsep.join((str(tmp_path / "missing"), str(ROOT))), "PYTHONDONTWRITEBYTECODE": "1"}
    before = contents(project / "generated")
    command = [sys.executable, "-m", "scripts.codegen.regenerate", "--root", str(project)]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)

    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert re.search(f"{tool.replace('-', '.')}.* not installed.*run scripts/setup", run.stderr), run.stderr
    assert contents(project / "generated") == before


def test_a_running_sandbox_imports_what_the_wire_generator_makes() -> None:
    code = "import sys; from numberline_sandbox import Sandbox; Sandbox(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert {f"numberline_generated.wire.{name}" for name in ("apifonica", "infobip", "voximplant")} <= set(
        run.stdout.split()
    )


def test_the_lock_holds_the_hashes_of_what_went_in_and_the_versions_of_the_tools() -> None:
    lock: dict[str, Any] = json.loads(LOCK.read_text(encoding="utf-8"))
    codegen = ROOT / "scripts/codegen"
    inputs = [
        *(document.path for document in documents.load(ROOT / "specs")),
        ROOT / "specs/extensions.schema.json",
        *(codegen / f"{name}.py" for name in DECIDING),
        *(codegen / "templates").iterdir(),
    ]
    hashes = {path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in inputs}
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["codegen"]

    assert lock["inputs"] == hashes
    assert [f"{tool}=={found}" for tool, found in lock["tools"].items()] == pinned
    assert lock["tools"] == {tool: version(tool) for tool in lock["tools"]}


def test_another_interpreter_makes_the_same_bytes() -> None:
    python = another_interpreter()
    if python is None:
        pytest.skip("no other Python on the path has the pinned generators installed")

    run = regenerate("--check", python=python)

    assert (run.returncode, run.stderr) == (0, "")


def another_interpreter() -> str | None:
    """A Python beside the one that runs the tests, with the same generators."""
    tools: dict[str, str] = json.loads(LOCK.read_text(encoding="utf-8"))["tools"]
    question = f"import sys; from importlib.metadata import version; print(sys.prefix, *map(version, {list(tools)}))"
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        for folder in os.get_exec_path():
            path = shutil.which(name, path=folder)
            if path is None:
                continue
            asked = subprocess.run([path, "-c", question], capture_output=True, text=True, check=False)
            prefix, *versions = asked.stdout.split() or [sys.prefix]
            if versions == list(tools.values()) and Path(prefix).resolve() != Path(sys.prefix).resolve():
                return path
    return None

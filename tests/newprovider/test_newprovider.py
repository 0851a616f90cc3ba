"""A provider of a style that none of the real ones has, added as specs/README.md says: by three files and one command.

The copy of the project in which that is done also has an operation more in a real provider's spec.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import operations
from scripts.codegen import documents

ROOT = Path(__file__).resolve().parents[2]
FILES = Path(__file__).with_name("files")

NEW = (
    "specs/larkspur.yaml",
    "overlays/numberline/larkspur.py",
    "overlays/numberline_sandbox/larkspur.py",
)

OPERATION = """\
    put:
      operationId: annotateNumber
      summary: Say what a number is for
      tags: [PhoneNumbers]
      x-operation-class: idempotent
      x-provenance: {source: inferred, note: Made up.}
      parameters:
        - name: numberKey
          in: path
          required: true
          description: Key of the number.
          schema: {type: string}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                note:
                  type: string
                  description: Free text.
                query:
                  type: string
                  description: Where the number was found.
                rank:
                  type: integer
                  minimum: 1
                  description: Order among the account's numbers.
      responses:
        '200':
          description: The number as it is now.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Number'}
"""


def run(tree: Path, *arguments: str | Path) -> str:
    """What a Python module prints that runs in the copy and sees nothing of the project itself."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    settings |= {"PYTHONPATH": os.pathsep.join(str(tree / part) for part in ("", "overlays", "generated"))}
    settings |= {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(command, cwd=tree, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def with_more(tree: Path) -> Path:
    """A copy of the project with the new files, and one operation more in a real spec, before anything is run."""
    for folder in ("specs", "overlays", "scripts", "generated"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", tree / "pyproject.toml")
    shutil.copytree(ROOT / "tests", tree / "tests", ignore=shutil.ignore_patterns("__pycache__", FILES.parent.name))
    shutil.copytree(FILES, tree, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    spec = tree / "specs/infobip.yaml"
    before, path, after = spec.read_text(encoding="utf-8").partition("  /numbers/{numberKey}:\n")
    spec.write_text(before + path + OPERATION + after, encoding="utf-8")
    return tree


def generated(root: Path) -> dict[str, bytes]:
    package = root / "generated/numberline_generated"
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in files}


def test_it_takes_three_files_and_the_clients_module_is_short() -> None:
    new = {path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()}

    assert {name for name in new if not name.startswith("tests/") and "__pycache__" not in name} == set(NEW)
    assert not [name for name in NEW if (ROOT / name).exists()]
    assert len((FILES / NEW[1]).read_text(encoding="utf-8").splitlines()) <= 80


def test_it_stands_in_the_table_of_operations() -> None:
    table = operations.table([documents.Document(FILES / NEW[0])])

    assert table.splitlines()[2:] == [
        "| Larkspur | `list_offers` | read | token | `Pages[Offer]` | 12 | 0 | 0 | 0 |",
        "| Larkspur | `list_numbers` | read | token | `Pages[Number]` | 19 | 0 | 0 | 0 |",
        "| Larkspur | `rent_number` | charge |  | `Number` | 22 | 0 | 0 | 0 |",
        "| Larkspur | `get_number` | read |  | `Number` | 15 | 0 | 0 | 0 |",
        "| Larkspur | `release_number` | release |  | `None` | 1 | 0 | 0 | 0 |",
        "| Larkspur | `change_number` | idempotent |  | `Number` | 22 | 0 | 0 | 0 |",
    ]


def test_one_run_of_the_command_makes_typed_methods_that_work(tmp_path: Path) -> None:
    tree = with_more(tmp_path)  # one test, since the copy and the run take seconds
    assert run(tree, "scripts.codegen.regenerate", "--root", tree) == "generated/ is made from 4 specs\n"

    committed, made = generated(ROOT), generated(tree)
    added = {f"larkspur/{name}.py" for name in ("__init__", "models", "decoding", "operations")}
    changed = {"infobip/operations.py", "wire/infobip.py", "wire/infobip.json", "lock.json"}
    assert made.keys() - committed.keys() == added | {"wire/larkspur.py", "wire/larkspur.json"}
    assert {name for name in committed if made[name] != committed[name]} == changed

    printed = run(tree, "pytest", "tests/larkspur", "tests/edited", "-q", "-p", "no:cacheprovider")
    assert re.search(r"\b1\d\d passed in ", printed), printed

    # These tests hold calls that have to be refused; a mark on one that is not refused would be an error.
    printed = run(tree, "mypy", "--no-incremental", *NEW[1:], "tests/larkspur", "tests/edited")
    assert printed.startswith("Success: no issues found")

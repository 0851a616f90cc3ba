"""Specs of four invented carriers, each of another style, generated in a copy of the project and called."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CARRIERS = Path(__file__).with_name("carriers")


def test_carriers_of_four_styles_work_from_a_spec_and_a_short_module(tmp_path: Path) -> None:
    for folder in ("overlays", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    shutil.copytree(CARRIERS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "specs/extensions.schema.json", tmp_path / "specs")
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    settings |= {"PYTHONPATH": os.pathsep.join(str(tmp_path / part) for part in ("", "overlays", "generated"))}
    settings |= {"PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("scripts.codegen.regenerate", "--root", str(tmp_path)) == "generated/ is made from 4 specs\n"
    printed = run("pytest", "tests/test_carriers.py", "-q", "-p", "no:cacheprovider", "-p", "no:numberline")
    assert re.search(r"\b48 passed in ", printed), printed
    assert all(len(path.read_text().splitlines()) <= 60 for path in (CARRIERS / "overlays/numberline").glob("*.py"))

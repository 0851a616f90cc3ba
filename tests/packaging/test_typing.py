"""Type checkers on a user's code, against the installed wheel."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.support import Installed

USER = Path(__file__).with_name("user.py")


@pytest.fixture
def users_file(tmp_path: Path) -> Path:
    """The user's code in a folder of its own, without this project's settings."""
    file = tmp_path / "user.py"
    file.write_text(USER.read_text(encoding="utf-8"), encoding="utf-8")
    return file


def test_mypy_strict_finds_only_what_is_wrong(installed: Installed, users_file: Path) -> None:
    wrong = users_file.with_name("wrong.py")
    wrong.write_text(users_file.read_text().replace("Decimal | None)", "float | None)", 1))
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={os.devnull}", "--no-error-summary"]
    run = subprocess.run(
        [*command, "--python-executable", str(installed.python), users_file.name, wrong.name],
        cwd=users_file.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1, run.stderr
    assert "float" in run.stdout
    assert {line.partition(":")[0] for line in run.stdout.splitlines()} == {wrong.name}


def test_pyright_passes_on_a_users_code(installed: Installed, users_file: Path) -> None:
    (users_file.parent / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "strict", "enableTypeIgnoreComments": True, "include": ["user.py"]})
    )
    run = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", installed.python],
        cwd=users_file.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout
    assert "0 errors" in run.stdout

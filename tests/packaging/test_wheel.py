"""What is in the wheel, and that it works without the source tree."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from .conftest import Installed

ROOT = Path(__file__).resolve().parents[2]


def test_packages_are_in_the_wheel_and_typed(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())

    assert {"numberline/py.typed", "numberline_generated/py.typed", "numberline_sandbox/py.typed"} <= names
    assert "numberline_generated/voximplant/models.py" in names
    assert "numberline_generated/wire/voximplant.json" in names


def test_nothing_but_packages_and_metadata_is_in_the_wheel(installed: Installed) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(installed.wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "numberline",
        "numberline_generated",
        "numberline_sandbox",
    }


def test_the_wheel_is_what_is_imported(installed: Installed, tmp_path: Path) -> None:
    code = "import numberline, numberline_generated; print(numberline.__file__, numberline_generated.__file__)"
    run = subprocess.run([installed.python, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)

    assert str(ROOT) not in run.stdout
    assert str(installed.python.parents[1]) in run.stdout


def test_the_examples_of_the_readme_run_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    for name in ("examples.py", "README.md"):
        source = ROOT / "README.md" if name == "README.md" else Path(__file__).with_name(name)
        (tmp_path / name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    run = subprocess.run(
        [installed.python, "examples.py", "README.md"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    examples = (ROOT / "README.md").read_text(encoding="utf-8").count("\n```python\n")
    assert examples > 3
    assert run.stdout.splitlines()[-1] == f"{examples} examples ran"


def test_the_tests_of_the_readme_run_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """With the plugin as the wheel brings it, in two processes at a time."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    files = re.findall(r"^```python (test_\w+\.py)\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    for name, content in files:
        (tmp_path / name).write_text(content, encoding="utf-8")
    command = [str(installed.python), "-m", "pytest", "-q", "-n2", "-W", "error", "--strict-markers"]
    setting = ["-o", "asyncio_default_fixture_loop_scope=function"]
    run = subprocess.run([*command, *setting], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert len(files) == 1
    assert re.match(r"6 passed in ", run.stdout.splitlines()[-1]), run.stdout


def test_pytest_starts_in_a_program_that_has_loaded_numberline(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(infobip): assert infobip.list_available_numbers().first()\n")
    code = (
        "import pytest, numberline.voximplant; raise SystemExit(pytest.main(['-q', '-W', 'error', '-p', 'no:asyncio']))"
    )
    run = subprocess.run([installed.python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.stdout.splitlines()[-1].startswith("1 passed"), run.stdout + run.stderr


def test_importing_a_client_loads_nothing_that_it_does_not_need() -> None:
    code = (
        # httpx itself loads click and rich where they are installed, and rich loads attr.
        "import sys, httpx; before = set(sys.modules); from numberline import Voximplant; "
        "print(sorted(name for name in set(sys.modules) - before if name.startswith('numberline') "
        "or name.split('.')[0] in ('pydantic', 'attrs', 'attr', 'msgspec', 'jsonschema', 'uvicorn', 'jwt', 'aiohttp')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert "numberline.voximplant" in loaded
    ours = ("sandbox", "cli", "infobip", "apifonica", "models", "decoding", "records", "wire", "tracing", "ahead")
    for absent in (*ours, "pydantic", "attrs", "attr", "msgspec", "jsonschema", "jwt", "uvicorn", "aiohttp"):
        assert f".{absent}'" not in loaded
        assert f"'{absent}'" not in loaded

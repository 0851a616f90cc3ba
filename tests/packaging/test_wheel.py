"""What is in the wheel, and that it works without the source tree."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.packaging.support import ROOT, Installed

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "scripts/documentation/pages").rglob("*.md"))]
# Plugins of this environment that take longer to load than everything else together.
WITHOUT_OTHERS = ["-p", "no:schemathesis", "-p", "no:hypothesispytest"]


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


def test_every_documented_example_runs_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    script = Path(__file__).with_name("examples.py")
    command = [str(installed.python), str(script), *map(str, DOCUMENTS)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    examples = sum(path.read_text(encoding="utf-8").count("\n```python\n") for path in DOCUMENTS)
    assert examples > 3
    assert run.stdout.splitlines()[-1] == f"{examples} examples ran"


def test_the_documented_tests_run_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """With the plugin as the wheel brings it, in two processes at a time."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for name, content in re.findall(r"^```python (test_\w+\.py)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            assert not (tmp_path / name).exists(), f"two documents have a {name}"
            (tmp_path / name).write_text(content, encoding="utf-8")
    command = [str(installed.python), "-m", "pytest", "-q", "-n2", "-W", "error", "--strict-markers"]
    setting = ["-o", "asyncio_default_fixture_loop_scope=function", *WITHOUT_OTHERS]
    run = subprocess.run([*command, *setting], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (tmp_path / "test_numbers.py").exists()
    assert re.match(r"7 passed in ", run.stdout.splitlines()[-1]), run.stdout


def test_pytest_starts_in_a_program_that_has_loaded_numberline(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(infobip): assert infobip.list_available_numbers().first()\n")
    code = (
        "import pytest, numberline.voximplant; raise SystemExit(pytest.main(["
        f"'-q', '-W', 'error', '-p', 'no:asyncio', *{WITHOUT_OTHERS}]))"
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

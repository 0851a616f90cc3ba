"""The pytest plugin in projects that are not this one, each with a run of pytest of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path


def run(folder: Path, tests: str, *plugins: str) -> list[str]:
    """What pytest prints about a file of tests."""
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "--strict-markers", "--strict-config"]
    # Without the other plugins of this environment, which load a lot by themselves.
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": ",".join(["numberline.pytest_plugin", *plugins])}
    told = subprocess.run(command, cwd=folder, env={**os.environ, **alone}, capture_output=True, text=True, check=False)
    assert "Traceback" not in told.stdout + told.stderr
    return told.stdout.splitlines()


def test_nothing_is_loaded_before_a_fixture_is_used(tmp_path: Path) -> None:
    tests = """
import sys
def test_it(request):
    assert request.config.pluginmanager.hasplugin("numberline.pytest_plugin")
    ours = {name for name in sys.modules if name.startswith("numberline")}
    assert ours == {"numberline", "numberline.pytest_plugin"}
    assert not {"httpx", "pydantic", "attrs", "msgspec", "jwt", "uvicorn", "jsonschema"} & set(sys.modules)
"""
    assert run(tmp_path, tests)[-1].startswith("1 passed")


def test_the_configuration_says_how_sandboxes_are_made(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nnumberline_seed = 7\nnumberline_numbers = 30\nnumberline_owned = 9\nnumberline_balance = 0.5\n"
        "numberline_now = 2030-01-31T10:00+02:00\n"
    )
    tests = """
import pytest
pytestmark = pytest.mark.numberline(owned=2)
def test_it(infobip, numberline_sandbox, numberline_clock):
    assert infobip.list_available_numbers().total() == 30
    assert infobip.list_purchased_numbers().total() == 2
    assert str(numberline_sandbox.infobip.balance) == "0.5"
    assert str(numberline_clock.now()) == "2030-01-31 08:00:00+00:00"
@pytest.mark.anyio
async def test_that(async_infobip, numberline_faults, numberline_clock):
    numberline_faults.set("infobip.*", "503", times=2)
    assert await async_infobip.list_available_numbers().total() == 30
    assert numberline_clock.waits == [0.5, 1]
"""
    printed = run(tmp_path, tests, "anyio.pytest_plugin")  # which runs the second one under asyncio and under trio
    assert printed[-1].startswith("3 passed"), printed


REFUSED = {
    "sed=3": "the marker takes no sed; there are seed, numbers, .+",
    "7": "the marker takes its arguments by name, such as seed=7; got 7",
    "numbers='x'": "numbers takes a number, not 'x'",
    "owned=1.5": r"owned takes a number, not 1\.5",
    "balance='much'": "balance takes a number, not 'much'",
    "numbers=3": "numbers has to be from 10 to 100000, .+",
    "balance=None": "balance takes a number, not None",
    "latency='slow'": "latency takes a number, not 'slow'",
    "faults=7": "faults takes a str, not 7",
    "behaviour={'newer_error_form': True}": "behaviour takes a Behaviour, not {'newer_error_form': True}",
    "latency=-1": "latency has to be 0 or more",
    "faults='*=boom'": r"there is no fault 'boom' \(did you mean 'bomb'\?\); .+",
    "now='soon'": "now takes an aware moment, .+ not 'soon'",
    "now='2026-01-01T00:00'": "now takes an aware moment, .+ not '2026-01-01T00:00'",
    "now=7": "now takes an aware moment, .+ not 7",
}


def test_a_wrong_marker_is_explained_in_a_line(tmp_path: Path) -> None:
    tests = "import pytest\n"
    for number, marked in enumerate(REFUSED):
        tests += f"@pytest.mark.numberline({marked})\ndef test_{number}(infobip): pass\n"
    printed = run(tmp_path, tests)
    lines = [line for line in printed if line.startswith("numberline: ")]
    assert printed[-1].startswith(f"{len(REFUSED)} errors")
    assert len(lines) == len(REFUSED)
    for line, expected in zip(lines, REFUSED.values(), strict=True):
        assert re.fullmatch(f"numberline: {expected}", line)


def test_without_the_extra_it_says_which_one_to_install(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import importlib.util, sys\n"
        "importlib.util.find_spec = lambda name, package=None: None\n"
        "sys.modules['pydantic'] = None\n"
    )
    printed = run(tmp_path, "def test_it(voximplant): pass\ndef test_that(numberline_server): pass\n")
    lines = [line for line in printed if line.startswith("numberline: the sandbox needs ")]
    assert len(lines) == 2
    assert lines[0].endswith("install it with: pip install 'numberline[sandbox]'")
    assert printed[-1].startswith("2 errors")

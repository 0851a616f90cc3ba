"""The pytest plugin, in runs of pytest of its own."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import numberline

# Loaded before the runs of pytest in this process, each of which would load a copy of its own.
for loaded in ("numberline.sandbox.server", "numberline.testing"):
    import_module(loaded)

pytest_plugins = ["pytester"]

OTHERS = ("asyncio", "hypothesispytest", "recording", "schemathesis", "typeguard", "xdist")


def run(pytester: pytest.Pytester, test: str, *arguments: str) -> pytest.RunResult:
    """A file of tests, run without the other plugins of this environment."""
    pytester.makepyfile(test)
    without = [word for name in OTHERS for word in ("-p", f"no:{name}")]
    return pytester.runpytest_inprocess("-q", "-W", "error", "--strict-markers", *without, *arguments)


def in_a_process(folder: Path, test: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", *arguments, "test_it.py"]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_nothing_is_loaded_before_a_fixture_is_used(tmp_path: Path) -> None:
    test = (
        "import sys\n"
        "def test_it(request):\n"
        "    assert request.config.pluginmanager.hasplugin('numberline.pytest_plugin')\n"
        "    ours = {name for name in sys.modules if name.startswith('numberline')}\n"
        "    assert ours == {'numberline', 'numberline.pytest_plugin'}\n"
        "    assert not {'httpx', 'pydantic', 'attrs', 'msgspec', 'jwt', 'uvicorn', 'jsonschema'} & set(sys.modules)\n"
    )
    # Other plugins of this environment load a lot by themselves.
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "numberline.pytest_plugin"}
    told = in_a_process(tmp_path, test, **alone)
    assert told.stdout.splitlines()[-1].startswith("1 passed"), told.stdout


def test_every_client_has_a_fixture(pytester: pytest.Pytester) -> None:
    names = {name.lower() if name[:5] != "Async" else f"async_{name[5:].lower()}": name for name in numberline.__all__}
    assert len(names) == len(numberline.__all__)
    test = "import numberline\n"
    for fixture, name in names.items():
        test += f"def test_{fixture}({fixture}):\n    assert type({fixture}) is numberline.{name}\n"
    run(pytester, test).assert_outcomes(passed=len(names))


def test_a_test_has_a_sandbox_of_its_own(pytester: pytest.Pytester) -> None:
    test = """
        import pytest
        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(turn, infobip, numberline_sandbox, numberline_ledger, numberline_clock):
            offer = infobip.list_available_numbers().first()
            mine = infobip.purchase_number(number_key=offer.number_key)
            (entry,) = numberline_ledger
            assert entry.numbers == (mine.number,)
            assert entry.moment == numberline_clock.today()
            assert infobip.list_purchased_numbers().total() == 46
            assert numberline_sandbox.infobip.balance < 1000
    """
    run(pytester, test).assert_outcomes(passed=2)


def test_waits_take_no_time_and_move_the_sandbox_on(pytester: pytest.Pytester) -> None:
    test = """
        from datetime import timedelta
        from numberline.testing import BEGIN
        def test_it(apifonica, numberline_faults, numberline_clock, numberline_sandbox):
            numberline_faults.set("list_rented_numbers", "429=40", times=2)
            numberline_faults.latency = 3
            assert apifonica.list_rented_numbers().first()
            assert numberline_clock.waits == [3, 40, 3, 40, 3]
            assert numberline_clock.today() == BEGIN + timedelta(seconds=89)
            assert numberline_clock.advance(days=1, hours=2) == BEGIN + timedelta(hours=26, seconds=89)
    """
    run(pytester, test).assert_outcomes(passed=1)


def test_a_limit_ends_with_its_test(pytester: pytest.Pytester) -> None:
    test = """
        import pytest
        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(turn, apifonica, numberline_faults, numberline_clock):
            numberline_faults.set("*", "429=50", times=1)
            apifonica.list_rented_numbers().first()
            assert numberline_clock.waits == [50]
    """
    run(pytester, test).assert_outcomes(passed=2)


def test_tokens_are_signed_by_the_test_s_clock(pytester: pytest.Pytester) -> None:
    test = """
        from numberline import Voximplant
        def test_it(numberline_connect, numberline_sandbox, numberline_clock):
            key_file = numberline_sandbox.service_account()
            client = numberline_connect(Voximplant, sign_in={"credentials": key_file}, acting_for=1001, retries=0)
            assert client.get_phone_numbers().total() == 3
            numberline_clock.advance(days=400)
            assert client.get_phone_numbers().total() == 3
    """
    run(pytester, test).assert_outcomes(passed=1)


def test_markers_and_the_configuration_say_how_the_sandbox_is_made(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nnumberline_seed = 7\nnumberline_numbers = 30\nnumberline_now = 2030-01-31T10:00+02:00\n"
    )
    test = """
        import pytest
        pytestmark = pytest.mark.numberline(owned=2)
        def test_file(infobip, numberline_clock):
            assert infobip.list_available_numbers().total() == 30
            assert infobip.list_purchased_numbers().total() == 2
            assert str(numberline_clock.today()) == "2030-01-31 08:00:00+00:00"
        @pytest.mark.numberline(owned=4)
        class TestMarked:
            @pytest.mark.numberline(numbers=12, balance="0.5", latency=2, faults="infobip.*=503:1", now="today")
            def test_nearest(self, infobip, numberline_sandbox, numberline_clock):
                assert infobip.list_available_numbers().total() == 12
                assert infobip.list_purchased_numbers().total() == 4
                assert str(numberline_sandbox.infobip.balance) == "0.5"
                assert len(numberline_clock.waits) == 4
                assert numberline_clock.today().year < 2030
    """
    run(pytester, test).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("sed=3", "numberline: the marker takes no sed; there are seed, *"),
        ("7", "numberline: the marker takes its arguments by name, such as seed=7; got 7"),
        ("numbers='x'", "numberline: numbers takes a number, not 'x'"),
        ("owned=1.5", "numberline: owned takes a number, not 1.5"),
        ("balance='much'", "numberline: balance takes a number, not 'much'"),
        ("numbers=3", "numberline: numbers has to be 10 at least, *"),
        ("latency=-1", "numberline: latency has to be 0 or more"),
        ("faults='*=boom'", "numberline: there is no fault 'boom'; *"),
        ("now='soon'", "numberline: now takes an aware moment, * not 'soon'"),
        ("now='2026-01-01T00:00'", "numberline: now takes an aware moment, * not '2026-01-01T00:00'"),
        ("now=7", "numberline: now takes an aware moment, * not 7"),
    ],
)
def test_what_a_marker_can_t_say_is_explained(pytester: pytest.Pytester, marked: str, told: str) -> None:
    test = f"""
        import pytest
        @pytest.mark.numberline({marked})
        def test_it(infobip):
            pass
    """
    outcome = run(pytester, test)
    outcome.assert_outcomes(errors=1)
    outcome.stdout.fnmatch_lines([told])
    outcome.stdout.no_fnmatch_line("*Traceback*")


def test_without_the_extra_it_says_which_one_to_install(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import importlib.util, sys\n"
        "importlib.util.find_spec = lambda name, package=None: None\n"
        "sys.modules['pydantic'] = None\n"
    )
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "numberline.pytest_plugin"}
    told = in_a_process(tmp_path, "def test_it(voximplant): pass\n", **alone)
    assert "pip install 'numberline[sandbox]'" in told.stdout
    assert "1 error" in told.stdout


def test_a_program_that_makes_its_own_client_is_led_to_the_sandbox(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VOXIMPLANT_CREDENTIALS", "INFOBIP_USERNAME", "INFOBIP_PASSWORD"):
        monkeypatch.setenv(name, "of the developer")
    test = """
        import pytest, numberline
        @pytest.mark.parametrize("name", ["Voximplant", "Infobip", "Apifonica"])
        def test_it(name, numberline_server, numberline_sandbox):
            method = numberline_sandbox.examples[name.lower()].partition("(")[0]
            with getattr(numberline, name).from_env() as client:
                assert repr(client) == f"<{name} {numberline_server}>"
                assert len(list(getattr(client, method)())) >= 45
    """
    run(pytester, test).assert_outcomes(passed=3)
    assert os.environ["VOXIMPLANT_CREDENTIALS"] == "of the developer"
    assert "VOXIMPLANT_BASE_URL" not in os.environ

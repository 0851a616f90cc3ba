"""An upgrade of a generator says which of our hooks to look at."""

import ast
import inspect
import json
import re
from importlib.metadata import version
from pathlib import Path

import openapi_python_client
import pytest
from openapi_python_client import strings

from scripts.codegen import clients, upstream

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_that_a_hook_leans_on_has_changed() -> None:
    assert upstream.changes() == []


def test_the_record_is_of_the_versions_that_are_pinned_and_of_nothing_else() -> None:
    recorded = json.loads(upstream.RECORD.read_text(encoding="utf-8"))

    assert recorded == upstream.record()
    assert recorded["versions"] == {tool: clients.pinned(tool) for tool in (upstream.CLIENTS, upstream.WIRE)}
    assert len(set(recorded["code"].values())) == len(recorded["code"]) > 25


def test_every_hook_and_template_says_version_reason_and_end() -> None:
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scripts/codegen/templates").iterdir()}
    assert templates <= set(upstream.HOOKS)
    for hook, (package, _) in upstream.HOOKS.items():
        text = " ".join((ROOT / hook).read_text(encoding="utf-8").partition("import ")[0].split())
        assert f"Hook, {package} {version(package)}: " in text, hook
        assert re.search(r" Why: .+ can go (when|with) ", text), hook


def test_what_a_hook_imports_of_a_generator_is_leaned_on() -> None:
    seen = 0
    for path in (ROOT / "scripts").rglob("*.py"):
        hook = path.relative_to(ROOT).as_posix()
        known = {name.rpartition(".")[2].rpartition(":")[2] for name in upstream.HOOKS.get(hook, ("", ()))[1]}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("openapi_python_client"):
                assert {each.name for each in node.names} <= known, hook
                seen += 1

    assert seen > 5


def _build_api(self: openapi_python_client.Project) -> None:
    self.errors.clear()


def test_a_function_that_changed_is_found_with_the_hook_that_leans_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi_python_client.Project, "_build_api", _build_api)

    assert upstream.changes() == [
        "openapi_python_client:Project._build_api is not what it was, unlike in openapi-python-client 0.29.1: "
        "look at scripts/codegen/clients.py, then at scripts.codegen.upstream"
    ]


def test_a_class_that_is_gone_is_found_and_can_not_be_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("openapi_python_client.parser.bodies.Body")

    assert [each.partition(",")[0] for each in upstream.changes()] == [
        "openapi_python_client.parser.bodies:Body is not there"
    ]
    with pytest.raises(LookupError, match="Body"):
        upstream.record()


def test_a_preset_and_an_option_that_changed_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datamodel_code_generator.preset._PRESET_INFOS", ())
    monkeypatch.setattr("datamodel_code_generator.arguments.arg_parser._actions", [])

    found = upstream.changes()

    assert len(found) == 8
    assert all("scripts/codegen/wire.py" in each for each in found)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("    leading_underscore", "    # Seen by whoever reads it.\n        leading_underscore", True),
        ('"""A snake_case string which', '"""Some text which', True),
        ("\n\n\n", "\n\n", True),
        ('startswith("_")', 'startswith("__")', False),
        ('{"self", ', '{"self", "cls", ', False),
        ('r"\\. _-"', 'r"\\. _"', False),
    ],
)
def test_only_what_is_executed_counts(monkeypatch: pytest.MonkeyPatch, old: str, new: str, same: bool) -> None:
    source = Path(strings.__file__).read_text(encoding="utf-8")
    assert old in source
    monkeypatch.setattr(inspect, "getsource", lambda _: source.replace(old, new, 1))

    now = upstream.fingerprint("openapi_python_client.strings")

    recorded = json.loads(upstream.RECORD.read_text(encoding="utf-8"))["code"]["openapi_python_client.strings"]
    assert (now == recorded) is same


def test_the_command_prints_what_changed_and_accepts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "upstream.json"
    record.write_text(upstream.RECORD.read_text(encoding="utf-8").replace('": "', '": "0', 1), encoding="utf-8")
    monkeypatch.setattr(upstream, "RECORD", record)
    monkeypatch.setattr(openapi_python_client.Project, "_build_api", _build_api)

    assert upstream.main([]) == 1
    assert "look at scripts/codegen/clients.py" in capsys.readouterr().out
    assert upstream.main(["--accept"]) == 0
    assert upstream.main([]) == 0

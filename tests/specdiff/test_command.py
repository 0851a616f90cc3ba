"""scripts/spec-diff as people run it: between commits, against the working tree, and as a gate."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.codegen import linters
from scripts.codegen.documents import Document
from scripts.specdiff import __main__ as command, redocly
from scripts.specdiff.changes import Severity
from scripts.specdiff.revisions import RevisionError
from scripts.specdiff.versions import raised
from tests.specdiff.support import ROOT, Project

ENUM = ("enum: [SMS, VOICE]", "enum: [SMS, VOICE, MMS]")
FILTER = ("        - name: country\n", "        - name: countryCode\n")
SPEC = (ROOT / "specs/infobip.yaml").read_text(encoding="utf-8")
ENUM_AT = f"specs/infobip.yaml:{SPEC[: SPEC.index(ENUM[0])].count(chr(10)) + 1}"
PACKAGE = "overlays/numberline/__init__.py"


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@numberline.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path, tag: str | None = None) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=A state")
    if tag:
        git(root, "tag", tag)


def set_version(root: Path, file: str, version: str) -> None:
    path = root / file
    pattern = r'__version__ = ".*"' if file == PACKAGE else r"(?m)^  version: .*"
    line = f'__version__ = "{version}"' if file == PACKAGE else f"  version: {version}"
    text, count = re.subn(pattern, line, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def repository(project: Project) -> Project:
    """A copy of the project with numberline's own code, in a git repository of its own without a release."""
    (project.root / "overlays").unlink()
    shutil.copytree(ROOT / "overlays", project.root / "overlays", ignore=shutil.ignore_patterns("__pycache__"))
    git(project.root, "init", "--quiet")
    commit(project.root)
    return project


@pytest.fixture
def silent_redocly(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what does not depend on what it says: it takes longer than everything else together."""

    def changes(old: Document, new: Document) -> list[dict[str, Any]]:
        return []

    monkeypatch.setattr(redocly, "changes", changes)


def run(project: Project, *arguments: str) -> int:
    return command.main(["--root", str(project.root), *arguments])


def test_without_a_release_the_working_tree_is_compared_with_head(
    repository: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.edit("infobip", ENUM)

    assert run(repository) == 0

    told = capsys.readouterr().out
    assert told.startswith("From HEAD to the working tree (there is no release yet)\n")
    assert f"minor  minor   `infobip.Capability.MMS`.\n               {ENUM_AT}\n" in told
    assert "  specs/infobip.yaml: minor changes, still 1.0.0: has to be 1.1.0 at least\n" in told
    assert "  specs/apifonica.yaml: no changes, still 1.0.0: enough\n" in told
    assert told.endswith("For CHANGELOG.md\n\n### Added\n\n- `infobip.Capability.MMS`.\n")


@pytest.mark.usefixtures("silent_redocly")
def test_the_last_release_is_compared_when_there_is_one(
    repository: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository.root, "tag", "v0.1.0")
    git(repository.root, "tag", "nightly")
    repository.edit("infobip", ENUM)
    commit(repository.root)

    assert run(repository) == 0
    assert capsys.readouterr().out.startswith("From v0.1.0 to the working tree\n")
    assert run(repository, "HEAD") == 0
    assert "Nothing that users or the wire would notice has changed." in capsys.readouterr().out


@pytest.mark.usefixtures("silent_redocly")
def test_two_revisions_are_compared_whatever_the_working_tree_holds(
    repository: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.edit("infobip", ENUM)
    commit(repository.root)
    shutil.rmtree(repository.root / "specs")

    for revisions in (["HEAD~1", "HEAD"], ["HEAD~1.."]):
        assert run(repository, "--json", *revisions) == 0
        told = json.loads(capsys.readouterr().out)
        assert [each["place"] for each in told["changes"]] == ["infobip.Capability.MMS"]
    assert told["changelog"] == "### Added\n\n- `infobip.Capability.MMS`.\n"
    assert told["versions"][0] == {"file": PACKAGE, "old": "0.1.0", "new": "0.1.0", "needed": "0.1.1", "enough": False}

    assert run(repository, "--json", "HEAD", "HEAD~1") == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert (change["group"], change["at"]) == ("Removed", f"HEAD:{ENUM_AT}")


def test_the_gate_names_the_file_and_the_version_that_it_needs(
    repository: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository.root, "tag", "v0.1.0")
    repository.edit("infobip", FILTER)
    commit(repository.root)

    assert run(repository, "--gate") == 1

    asked = "major changes since v0.1.0"
    assert capsys.readouterr().err.splitlines() == [
        f"{PACKAGE}: the version is 0.1.0; {asked} (0.1.0) ask for 0.2.0 at least",
        f"specs/infobip.yaml: the version is 1.0.0; {asked} (1.0.0) ask for 2.0.0 at least",
    ]


@pytest.mark.usefixtures("silent_redocly")
def test_the_gate_opens_when_all_versions_are_raised_enough(
    repository: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository.root, "tag", "v0.1.0")
    repository.edit("infobip", FILTER)
    for package, spec, status in (("0.2.0", "1.9.0", 1), ("0.2.0", "2.0.0", 0)):
        set_version(repository.root, PACKAGE, package)
        set_version(repository.root, "specs/infobip.yaml", spec)
        repository.relock()
        assert run(repository, "--gate") == status
    assert capsys.readouterr().err.splitlines()[-1].startswith("specs/infobip.yaml: the version is 1.9.0;")


def test_the_gate_is_open_where_nothing_has_changed(repository: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(repository, "--gate") == 0
    assert capsys.readouterr() == ("", "")


def test_a_gate_without_redocly_says_so_and_does_not_open(
    repository: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linters, "redocly_is_there", lambda: False)
    repository.edit("infobip", ENUM)

    assert run(repository, "--gate") == 2
    assert "Redocly is not installed" in capsys.readouterr().err
    assert run(repository) == 0
    told = capsys.readouterr().out
    assert "Redocly is not installed" in told
    assert "minor  minor   `infobip.Capability.MMS`." in told


def test_a_redocly_that_fails_is_quoted(
    repository: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def node(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, stdout="", stderr="no such rule")

    monkeypatch.setattr(redocly, "node", node)
    repository.edit("infobip", ENUM)

    assert run(repository) == 2
    assert capsys.readouterr().err == "scripts/spec-diff: Redocly could not compare infobip.yaml: no such rule\n"


def test_code_that_is_older_than_its_spec_is_not_compared(
    repository: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repository.root / "specs/infobip.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(*ENUM), encoding="utf-8")

    assert run(repository) == 2
    assert "generated/ is not made from specs/infobip.yaml as it is; run scripts/regenerate" in capsys.readouterr().err


@pytest.mark.parametrize("revision", ["nowhere", "--all", "HEAD~99", "a b", "v1..nowhere"])
def test_a_revision_that_is_none_is_named(
    repository: Project, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(repository, "--", revision) == 2
    told = capsys.readouterr().err
    assert told.startswith("scripts/spec-diff: ")
    assert revision.partition("..")[0] in told


@pytest.mark.usefixtures("silent_redocly")
def test_a_version_that_is_none_is_named(repository: Project, capsys: pytest.CaptureFixture[str]) -> None:
    set_version(repository.root, "specs/infobip.yaml", "latest")
    repository.relock()

    assert run(repository) == 2
    assert "specs/infobip.yaml: 'latest' is not a version" in capsys.readouterr().err


def test_below_one_the_middle_number_stands_for_what_breaks() -> None:
    none, patch, minor, major = Severity
    assert [raised("0.4.2", each) for each in (none, patch, minor, major)] == ["0.4.2", "0.4.3", "0.4.3", "0.5.0"]
    assert [raised("1.4.2", each) for each in (none, patch, minor, major)] == ["1.4.2", "1.4.3", "1.5.0", "2.0.0"]
    with pytest.raises(RevisionError, match="'one' is not a version"):
        raised("one", patch)


def test_help_names_the_gate(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command.main(["--help"])

    assert "scripts/spec-diff --gate [REV]" in capsys.readouterr().out

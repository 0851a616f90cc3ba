"""What is public is on record, and the workflows are safe."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.releasing import api
from scripts.releasing.__main__ import Check
from tests.packaging.support import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_the_public_surface_is_the_committed_one() -> None:
    assert api.FILE.read_text(encoding="utf-8") == api.described(ROOT), "scripts/release --api writes it"


def test_every_action_is_pinned_by_its_hash() -> None:
    used = [line for path in WORKFLOWS for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]

    assert len(used) > 5
    for line in used:
        assert re.search(r"@[0-9a-f]{40} # v[0-9.]+$", line), line


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--persona=pedantic", *map(str, WORKFLOWS)]
    ran = subprocess.run(command, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_placeholder_is_not_published(capsys: pytest.CaptureFixture[str]) -> None:
    for is_release in (False, True):
        check = Check(is_release)
        check.urls()
        check.version()
        assert bool(check.problems) is is_release
    assert "project.urls in pyproject.toml has a placeholder: Source" in capsys.readouterr().out

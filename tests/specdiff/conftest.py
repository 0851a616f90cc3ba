"""The project as it is, and a copy to edit."""

from pathlib import Path

import pytest

from scripts.specdiff.revisions import Revision
from tests.specdiff.support import ROOT, Project


@pytest.fixture(scope="session")
def present() -> Revision:
    return Revision("HEAD", ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)

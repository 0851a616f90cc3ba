"""The project as it is, and a copy to edit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest

from scripts.specdiff.revisions import Revision
from tests.specdiff.support import ROOT, Project


@pytest.fixture(scope="session")
def present() -> Revision:
    return Revision("HEAD", ROOT)


@pytest.fixture(scope="session")
def templates() -> Iterator[None]:
    """Compile the generator's templates once: it does so for each spec, which takes longer than all that it prints."""
    compiled: dict[Any, Any] = {}
    compile_ = jinja2.Environment.compile

    def compile_once(environment: jinja2.Environment, *source: Any) -> Any:
        if source not in compiled:
            compiled[source] = compile_(environment, *source)
        return compiled[source]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", compile_once)
        yield


@pytest.fixture
def project(tmp_path: Path, templates: None) -> Project:
    return Project(tmp_path)

"""The specs and the table of documented facts, and a line about them at the end of a run."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.codegen import documents
from scripts.codegen.documents import Document

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def specs() -> list[Document]:
    """The three specs. Tests change copies of them only."""
    return documents.load(ROOT / "specs")


@pytest.fixture(scope="session")
def documented() -> dict[str, Any]:
    """What the three given documents state."""
    table: dict[str, Any] = yaml.safe_load((ROOT / "tests/specs/documented.yaml").read_text(encoding="utf-8"))
    return table

"""What the tests of the journal share."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from numberline.journal import Journal
from tests.journal.support import Account


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one. A killed process loses nothing there either, and no disk is waited for."""
    root = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    path = Path(tempfile.mkdtemp(prefix="numberline-", dir=root))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def journal(folder: Path) -> Journal:
    return Journal(folder / "journal.db")


@pytest.fixture
def account(folder: Path) -> Account:
    return Account(folder)


@pytest.fixture
def only_buyer(folder: Path) -> Account:
    return Account(folder, only_buyer=True)

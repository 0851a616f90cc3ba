"""The built wheel, as the tests of it are given it."""

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Installed(NamedTuple):
    """Where the wheel went."""

    wheel: Path
    python: Path

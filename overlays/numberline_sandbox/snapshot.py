"""A sandbox's state in a file: JSON, always the same bytes for the same state.

Numbers are made up again from the seed. Faults are not kept, nor the key of a service account.
"""

import os
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ValidationError

from .ledger import Entry


class Snapshot(BaseModel, extra="forbid"):
    """What a file holds.

    Attributes:
        seed, numbers, owned, balance, behaviour: what `Sandbox` was made with.
        opened: when it was made.
        advanced: by how much its time was put forward.
        providers: for each what has changed since it was made.
    """

    seed: int
    numbers: int
    owned: int
    balance: Decimal
    opened: datetime
    behaviour: dict[str, bool | int | str]
    advanced: timedelta
    providers: dict[str, dict[str, Any]]
    ledger: list[Entry]

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a file, or leave the one that is there as it was.

        Raises:
            OSError: if it can't be written.
        """
        target = Path(path)
        written = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            written.write_text(f"{self.model_dump_json()}\n", encoding="utf-8", newline="\n")
            written.replace(target)
        finally:
            written.unlink(missing_ok=True)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Return what `write` wrote.

        Raises:
            OSError: if it can't be read.
            ValueError: if it holds something else.
        """
        try:
            return cls.model_validate_json(Path(path).read_bytes())
        except ValidationError:
            raise ValueError(f"{os.fspath(path)} does not hold a sandbox's state") from None

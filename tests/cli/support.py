"""What running the command gives a test."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pexpect


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def data(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]

Terminal = Callable[..., "pexpect.spawn[str]"]


def code_of(child: "pexpect.spawn[str]") -> int | None:
    """Return the exit code, once it has ended."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus

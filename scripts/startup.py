"""How long the command takes to start, beside `python -c "import httpx"`: CPU seconds, the least of several runs."""

import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

RUNS = 7
BASE = ("import httpx", [sys.executable, "-c", "import httpx"])
NUMBERLINE = str(Path(sys.executable).parent / "numberline")
COMMANDS = {
    "numberline --version": ([NUMBERLINE, "--version"], 1.5),
    "numberline numbers --sandbox": ([NUMBERLINE, "numbers", "--sandbox"], 4.0),
}
"""The commands, and how many times the base they may take."""


def seconds(command: Sequence[str]) -> float:
    """Return the CPU seconds of a run, its least disturbed one."""
    least = float("inf")
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return least


def main() -> int:
    name, command = BASE
    base = seconds(command)
    print(f"{name:<30} {base * 1000:6.0f} ms")
    is_within = True
    for name, (command, most) in COMMANDS.items():
        took = seconds(command)
        is_within = is_within and took <= most * base
        print(f"{name:<30} {took * 1000:6.0f} ms  {took / base:.2f} x, at most {most} x")
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main())

"""What a run shows: tables, whether each goal is met, and the block of README.md that comes from it."""

import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from .groups import PROVIDERS, Row, Table
from .measuring import ROOT

LIBRARIES = (
    "numberline",
    "attrs",
    "httpx",
    "httpcore",
    "h11",
    "msgspec",
    "orjson",
    "pydantic",
    "httpx-aiohttp",
    "aiohttp",
    "voximplant-apiclient",
    "infobip-api-python-client",
    "telnyx",
    "twilio",
    "vonage",
)

MARKS = "<!-- scripts/bench --readme -->", "<!-- end -->"

Tables = Mapping[str, list[Table]]


class Goal(NamedTuple):
    """What a run has to show."""

    text: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sense = "at least" if self.at_least else "at most"
        return f"{'met    ' if self.met else 'NOT MET'}  {self.text}: {self.value:.3g} ({sense} {self.limit:g})"


def setting() -> dict[str, Any]:
    """The machine, what else it is doing, and the versions."""
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": f"{os.cpu_count()} x {_processor()}, {platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    try:
        said = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        said = None
    return said[1] if said else platform.processor() or platform.machine()


def goals(tables: Tables) -> list[Goal]:
    """The goals of the groups that ran."""
    rows = {f"{group}/{each.title}": each.rows for group, found in tables.items() for each in found}

    def figure(group: str, title: str, row: str, column: str) -> float:
        found = next(rows[name] for name in rows if name.startswith(f"{group}/{title}"))
        value = found[row][column]
        assert value is not None
        return value

    found: list[Goal] = []
    if "import" in tables:
        found.append(
            Goal("import of Voximplant, x httpx", figure("import", "", "numberline: Voximplant", "x httpx"), 1.3)
        )
    if "start" in tables:
        for provider in PROVIDERS:
            value = figure("start", "", f"numberline: {provider}", "x httpx + orjson")
            found.append(Goal(f"process start to first record, {provider}, x httpx + orjson", value, 1.1))
    if "call" in tables:
        for provider in PROVIDERS:
            for colour in ("", ", async"):
                title = f"One warm call, {provider}{colour} ("
                value = figure("call", title, f"numberline{colour}: {provider}", "x CPU")
                found.append(Goal(f"warm call, {provider}{colour}, CPU, x httpx + orjson", value, 0.95))
        ours, *_ = calls = [
            figure("call", "One warm call, voximplant (", name, "CPU us")
            for name in ("numberline, service account", "voximplant-apiclient")
        ]
        found.append(Goal("warm call, times faster than the official Voximplant client", calls[1] / ours, 100, True))
        typed = _least(rows, "call", lambda name: "orjson" not in name and "numberline" not in name)
        found.append(
            Goal(
                "warm call, x the fastest typed peer",
                figure("call", "One warm call, voximplant (", "numberline: voximplant", "CPU us") / typed,
                1,
            )
        )
    if "decode" in tables:
        for size in (100, 1000):
            for provider, limit in zip(PROVIDERS, (1.5, 2, 2), strict=True):
                value = figure("decode", f"Decoding, {provider}", "numberline", f"x at {size}")
                found.append(Goal(f"decoding {size} records, {provider}, x orjson", value, limit))
            slow = figure("decode", "Decoding, voximplant", "pydantic v2", f"x at {size}")
            value = slow / figure("decode", "Decoding, voximplant", "numberline", f"x at {size}")
            found.append(Goal(f"decoding {size} records, voximplant, times faster than pydantic v2", value, 2, True))
    if "listing" in tables:
        of = "numberline: voximplant"
        found.append(Goal("listing, x httpx + orjson", figure("listing", "", of, "x httpx + orjson"), 1))
        found.append(Goal("listing, peak memory in MiB", figure("listing", "", of, "peak MiB"), 40))
    if "ahead" in tables:
        for kind in ("numberline", "numberline, async"):
            value = figure("ahead", "", f"{kind}, 8 in flight", "x one in flight")
            found.append(Goal(f"{kind}, eight pages in flight, x one", value, 0.15))
    if "growth" in tables:
        found.append(Goal("growth of time, exponent", figure("growth", "", "exponent of the fit", "s"), 1.05))
        peaks = [row["peak MiB"] or 0 for name, row in tables["growth"][0].rows.items() if "numbers" in name][1:]
        found.append(Goal("growth of memory from 10,000 numbers on, MiB", max(peaks) - peaks[0], 2))
    return found


def _least(rows: Mapping[str, Mapping[str, Row]], group: str, wanted: Any) -> float:
    found = [
        row["CPU us"] or 0
        for name, table in rows.items()
        if name.startswith(f"{group}/") and "async" not in name
        for row_name, row in table.items()
        if wanted(row_name)
    ]
    return min(found)


def table(of: Table) -> str:
    """A table as text that is also Markdown."""
    columns = list(next(iter(of.rows.values())))
    lines = [
        ["", *columns],
        *([name, *(_figure(row.get(column)) for column in columns)] for name, row in of.rows.items()),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    text = [
        "| "
        + " | ".join(
            each.ljust(width) if not at else each.rjust(width)
            for at, (each, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in (lines[0], rule, *lines[1:])
    ]
    return "\n".join([of.title, "", *text])


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def shown(setting: Mapping[str, Any], goals: list[Goal]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in setting["versions"].items())
    return "\n".join([*map(str, goals), "", _place(setting), versions])


def _place(setting: Mapping[str, Any]) -> str:
    return f"{setting['python']} on {setting['machine']}, load {setting['load']}, {setting['when']}"


def as_json(setting: Mapping[str, Any], tables: Tables, goals: list[Goal]) -> dict[str, Any]:
    return {
        **setting,
        "groups": {group: {each.title: each.rows for each in found} for group, found in tables.items()},
        "goals": [{**each._asdict(), "met": each.met} for each in goals],
    }


def renew_readme(setting: Mapping[str, Any], tables: Tables, goals: list[Goal]) -> None:
    """Write the goals, with what was measured, between the marks in README.md."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    assert end, "README.md has lost its marks"
    lines = ["| | measured | goal |", "| --- | --: | --: |"]
    for each in goals:
        limit = f"{'≥' if each.at_least else '≤'} {each.limit:g}"
        lines.append(f"| {each.text} | {each.value:.3g} | {limit}{'' if each.met else ', not met'} |")
    block = "\n".join([*lines, "", _place(setting) + "."])
    path.write_text(f"{before}{MARKS[0]}\n{block}\n{MARKS[1]}{after}", encoding="utf-8")

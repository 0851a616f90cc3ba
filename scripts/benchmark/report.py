"""What a run shows: tables, whether each goal is met, and the block of README.md that comes from it."""

import os
import platform
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from .groups import PEERS, PROVIDERS, Table
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


class Figures:
    """The figures of the groups that ran."""

    def __init__(self, tables: Tables) -> None:
        self.rows = {each.key: each.rows for found in tables.values() for each in found}

    def __call__(self, key: str, row: str, column: str) -> float:
        value = self.rows[key][row][column]
        assert value is not None
        return value


def _import(figure: Figures) -> Iterator[Goal]:
    yield Goal("import of Voximplant, x httpx", figure("import", "numberline: Voximplant", "x httpx"), 1.3)


def _start(figure: Figures) -> Iterator[Goal]:
    for of in PROVIDERS:
        value = figure("start", f"numberline: {of}", "x httpx + orjson")
        yield Goal(f"process start to first record, {of}, x httpx + orjson", value, 1.1)


def _call(figure: Figures) -> Iterator[Goal]:
    for of in PROVIDERS:
        for mode in ("", ", async"):
            value = figure(f"call {of}{mode}", f"numberline{mode}: {of}", "x CPU")
            yield Goal(f"warm call, {of}{mode}, CPU, x httpx + orjson", value, 0.95)
    ours = figure("call voximplant", "numberline: voximplant", "CPU us")
    theirs = [figure("call voximplant", name, "CPU us") for name in PEERS]
    stock = [figure(f"call {of}", f"stock generator: {of}", "CPU us") for of in PROVIDERS]
    yield Goal("warm call, CPU, x the fastest typed peer", ours / min(*theirs, *stock), 1)
    signed = figure("call voximplant", "numberline, service account", "CPU us")
    value = figure("call voximplant", "voximplant-apiclient", "CPU us") / signed
    yield Goal("warm call, CPU, times faster than voximplant-apiclient", value, 100, True)


def _decode(figure: Figures) -> Iterator[Goal]:
    for size in (100, 1000):
        for of, limit in zip(PROVIDERS, (1.5, 2, 2), strict=True):
            value = figure(f"decode {of}", "numberline", f"x at {size}")
            yield Goal(f"decoding {size} records, {of}, x orjson", value, limit)
        page = f"us a page of {size}"
        value = figure("decode voximplant", "pydantic v2", page) / figure("decode voximplant", "numberline", page)
        yield Goal(f"decoding {size} records, voximplant, times faster than pydantic v2", value, 2, True)


def _listing(figure: Figures) -> Iterator[Goal]:
    of = "numberline: voximplant"
    yield Goal("listing, x httpx + orjson", figure("listing", of, "x httpx + orjson"), 1)
    yield Goal("listing, peak memory, MiB", figure("listing", of, "peak MiB"), 40)


def _tables(figure: Figures) -> Iterator[Goal]:
    small, large = (key for key in figure.rows if key.startswith("tables"))
    yield Goal("listing to Arrow, x from_pylist", figure(large, "numberline.tables", "x from_pylist"), 1)
    grown = [figure(key, "numberline.tables", "MiB while listing") for key in (small, large)]
    yield Goal("memory of ten times as many rows, MiB more", grown[1] - grown[0], 5)


def _ahead(figure: Figures) -> Iterator[Goal]:
    for of in ("numberline", "numberline, async"):
        value = figure("ahead", f"{of}, 8 in flight", "x one in flight")
        yield Goal(f"{of}, eight pages in flight, x one", value, 0.15)


def _growth(figure: Figures) -> Iterator[Goal]:
    yield Goal("growth of time, exponent", figure("growth", "exponent of the fit", "s"), 1.05)
    peaks = [figure("growth", name, "peak MiB") for name in figure.rows["growth"] if name.endswith("000 numbers")]
    yield Goal("growth of memory from 10,000 numbers on, MiB", max(peaks[1:]) - peaks[1], 2)


GOALS = {
    "import": _import,
    "start": _start,
    "call": _call,
    "decode": _decode,
    "listing": _listing,
    "tables": _tables,
    "ahead": _ahead,
    "growth": _growth,
}
"""By the group whose figures they are about."""


def goals(tables: Tables) -> list[Goal]:
    """The goals of the groups that ran."""
    figure = Figures(tables)
    return [goal for group, of in GOALS.items() if group in tables for goal in of(figure)]


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


# How each is called in the tables of imports, of first records and calls, and of listings.
_OVERVIEW = {
    "numberline": ("numberline: Voximplant", *["numberline: voximplant"] * 3),
    "httpx + orjson, to dictionaries": ("httpx", *["httpx + orjson: voximplant"] * 3),
    "stock generator, of the same specs": ("stock generator: Voximplant", *["stock generator: voximplant"] * 3),
    **{name: (name,) * 4 for name in PEERS},
}


def overview(tables: Tables) -> list[str]:
    """What each client costs, as lines of Markdown."""
    columns = [
        ("import, ms", tables["import"][0], "ms"),
        ("to the first record, ms", tables["start"][0], "ms"),
        ("warm call, CPU µs", tables["call"][0], "CPU us"),
        ("100,000 numbers, s", tables["listing"][0], "s"),
        ("peak, MiB", tables["listing"][0], "peak MiB"),
    ]
    lines = [
        f"| | {' | '.join(title for title, _, _ in columns)} |",
        f"| --- |{' --: |' * len(columns)}",
    ]
    for shown, (imported, *others) in _OVERVIEW.items():
        names = [imported, *others, others[-1]]
        figures = [_figure(each.rows[name][column]) for name, (_, each, column) in zip(names, columns, strict=True)]
        lines.append(f"| {shown} | {' | '.join(figures)} |")
    return lines


def renew_readme(setting: Mapping[str, Any], tables: Tables) -> None:
    """Write the overview between the marks in README.md."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    assert end, "README.md has lost its marks"
    block = "\n".join([*overview(tables), "", _place(setting) + "."])
    path.write_text(f"{before}{MARKS[0]}\n{block}\n{MARKS[1]}{after}", encoding="utf-8")

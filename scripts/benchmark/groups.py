"""What is measured, group by group."""

import asyncio
import math
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from .contenders import CONTENDERS, Contender
from .measuring import Cost, Server, Walked, in_turns, median_walk, python, repeated, started, walked

PROVIDERS = ("voximplant", "infobip", "apifonica")

PEERS = ("voximplant-apiclient", "infobip-api-python-client", "telnyx", "twilio", "vonage")

Row = dict[str, float | None]


class Table(NamedTuple):
    """Figures by name of who is measured and name of the column; those called `x ...` are ratios.

    Attributes:
        key: the group, and what of it.
    """

    key: str
    title: str
    rows: dict[str, Row]


class Bench(NamedTuple):
    """A run.

    Attributes:
        server: the other end of the line.
        quick: whether fewer rounds have to do.
    """

    server: Server
    quick: bool

    def rounds(self, full: int, quick: int) -> int:
        return quick if self.quick else full


def importing(bench: Bench) -> list[Table]:
    """Fresh processes; without the interpreter's own start."""
    statements = {
        "bare": "pass",
        "httpx": "import httpx",
        "orjson": "import orjson",
        "msgspec": "import msgspec",
        "pydantic": "from pydantic import BaseModel",
        "numberline: Voximplant": "from numberline import Voximplant",
        "numberline: AsyncVoximplant": "from numberline import AsyncVoximplant",
        "numberline: Infobip": "from numberline import Infobip",
        "numberline: Apifonica": "from numberline import Apifonica",
        "numberline: a Voximplant record": "from numberline.voximplant import PhoneNumber",
        "stock generator: Voximplant": "from stock_voximplant.api.phone_numbers import get_phone_numbers",
        "voximplant-apiclient": "from voximplant.apiclient import VoximplantAPI",
        "twilio": "from twilio.rest import Client",
        "vonage": "from vonage import Auth, Vonage",
        "telnyx": "from telnyx import Telnyx",
        "infobip-api-python-client": "from infobip_api_client import CallsApi",
    }
    costs = in_turns({name: python("-c", code) for name, code in statements.items()}, bench.rounds(21, 5))
    bare = costs.pop("bare")
    httpx = costs["httpx"].wall - bare.wall
    rows: dict[str, Row] = {
        name: {
            "ms": (cost.wall - bare.wall) * 1e3,
            "CPU ms": (cost.cpu - bare.cpu) * 1e3,
            "x httpx": (cost.wall - bare.wall) / httpx,
        }
        for name, cost in costs.items()
    }
    return [Table("import", "Import", rows)]


def starting(bench: Bench) -> list[Table]:
    """Fresh processes, up to the first record; with the interpreter's own start taken off."""
    bench.server.holds(1)
    reference = "httpx + orjson: voximplant"
    names = [
        reference,
        "numberline: voximplant",
        "stock generator: voximplant",
        "httpx + orjson: infobip",
        "numberline: infobip",
        "httpx + orjson: apifonica",
        "numberline: apifonica",
        "httpx + orjson, async: voximplant",
        "numberline, async: voximplant",
        "numberline, service account",
    ]
    cases = {name: started(name, bench.server.urls) for name in (*names, *PEERS)}
    for each in cases.values():
        each()
    ours = {name: cases[name] for name in names}
    costs = in_turns({"bare": python("-c", "pass"), **ours}, bench.rounds(41, 3))
    costs |= in_turns({name: cases[name] for name in PEERS}, bench.rounds(7, 3))  # much slower, and far from any goal
    bare = costs.pop("bare")
    rows: dict[str, Row] = {}
    for name, cost in costs.items():
        own = costs[f"httpx + orjson: {name.rpartition(': ')[2]}" if name.endswith(PROVIDERS) else reference]
        rows[name] = {
            "ms": (cost.wall - bare.wall) * 1e3,
            "CPU ms": (cost.cpu - bare.cpu) * 1e3,
            "x httpx + orjson": (cost.wall - bare.wall) / (own.wall - bare.wall),
        }
    return [Table("start", "From the start of the process to the first record", rows)]


def calling(bench: Bench) -> list[Table]:
    """One number a call, over a connection that is kept, for those who keep theirs."""
    bench.server.holds(1)
    groups = {
        f"{provider}{mode}": (
            f"httpx + orjson{mode}: {provider}",
            f"numberline{mode}: {provider}",
            f"stock generator{mode}: {provider}",
            *((f"httpx-aiohttp + orjson{mode}: {provider}",) * bool(mode)),
        )
        for provider in PROVIDERS
        for mode in ("", ", async")
    }
    extra = ("numberline, service account", *PEERS)
    chosen = [name for group in groups.values() for name in group] + list(extra)
    contenders: dict[str, Contender] = {name: CONTENDERS[name](*bench.server.urls) for name in chosen}
    times = 50
    for each in contenders.values():
        each.calls(3)
    costs = in_turns(
        {name: repeated(each.calls, max(2, times // each.slow)) for name, each in contenders.items()},
        bench.rounds(61, 9),
    )
    for each in contenders.values():
        each.close()
    tables: list[Table] = []
    for group, names in groups.items():
        reference = costs[names[0]]
        more = {"voximplant": ("numberline, service account", *PEERS)}.get(group, ())
        rows = {name: _call(costs[name], reference) for name in (*names, *more)}
        verb = "POST" if group.startswith("voximplant") else "GET"
        tables.append(Table(f"call {group}", f"One warm call, {group} ({verb})", rows))
    return tables


def _call(cost: Cost, reference: Cost) -> Row:
    return {
        "CPU us": cost.cpu * 1e6,
        "wall us": cost.wall * 1e6,
        "x CPU": cost.cpu / reference.cpu,
        "x wall": cost.wall / reference.wall,
    }


def decoding(bench: Bench) -> list[Table]:
    """CPU time without a connection; every field of every record is set."""
    from . import decoding as reading

    tables: list[Table] = []
    for provider in PROVIDERS:
        reading.check(provider)
        readers = reading.readers(provider)
        rows: dict[str, Row] = {name: {} for name in readers}
        for size in (20, 100, 1000):
            body = reading.body(provider, size)
            times = max(1, bench.rounds(4000, 1000) // size)
            cases: dict[str, Callable[[], Cost]] = {
                name: repeated(partial(_read, reader, body), times) for name, reader in readers.items()
            }
            costs = in_turns(cases, bench.rounds(41, 7))
            for name, cost in costs.items():
                rows[name][f"us a page of {size}"] = cost.cpu * 1e6
                rows[name][f"x at {size}"] = cost.cpu / costs["orjson, dictionaries"].cpu
        tables.append(Table(f"decode {provider}", f"Decoding, {provider}", rows))
    return tables


def _read(reader: Callable[[bytes], object], body: bytes, times: int) -> None:
    for _ in range(times):
        reader(body)


def listing(bench: Bench) -> list[Table]:
    """Each walk in a process of its own. Of slow clients a part is walked, and what it took multiplied."""
    total = 10_000 if bench.quick else 100_000
    bench.server.holds(total)
    reference = "httpx + orjson: voximplant"
    names = [
        reference,
        "numberline: voximplant",
        "numberline, service account",
        "numberline, 8 in flight",
        "httpx + json",
        "stock generator: voximplant",
        "httpx + orjson, async: voximplant",
        "numberline, async: voximplant",
        "numberline, async, 8 in flight",
        "httpx-aiohttp + orjson, async: voximplant",
        *PEERS,
    ]
    parts = {"voximplant-apiclient": 25, "telnyx": 5, "infobip-api-python-client": 5}
    walks: dict[str, list[Walked]] = {name: [] for name in names}
    for _ in range(bench.rounds(5, 1)):
        for name in names:
            walks[name].append(walked(name, bench.server.urls, 100, total // parts.get(name, 1)))
    medians = {name: median_walk(each) for name, each in walks.items()}
    rows: dict[str, Row] = {
        name: {
            "s": walk.wall * parts.get(name, 1),
            "CPU s": walk.cpu * parts.get(name, 1),
            "x httpx + orjson": walk.wall * parts.get(name, 1) / medians[reference].wall,
            "x CPU": walk.cpu * parts.get(name, 1) / medians[reference].cpu,
            "peak MiB": walk.memory,
            "MiB while listing": walk.memory - walk.memory_before,
        }
        for name, walk in medians.items()
    }
    return [Table("listing", f"Listing {total:,} numbers, 100 a page", rows)]


def tabling(bench: Bench) -> list[Table]:
    """Listings as Arrow, each in a process of its own; memory is what the listing took beyond pyarrow's import."""
    sizes = (1000, 10_000) if bench.quick else (10_000, 100_000)
    reference = "httpx + orjson + from_pylist"
    tables: list[Table] = []
    for total in sizes:
        bench.server.holds(total)
        walks: dict[str, list[Walked]] = {reference: [], "numberline.tables": []}
        for _ in range(bench.rounds(5, 3)):
            for name, taken in walks.items():
                taken.append(walked(name, bench.server.urls, 100, total))
        medians = {name: median_walk(taken) for name, taken in walks.items()}
        rows: dict[str, Row] = {
            name: {
                "s": walk.wall,
                "x from_pylist": walk.wall / medians[reference].wall,
                "x CPU": walk.cpu / medians[reference].cpu,
                "MiB while listing": walk.memory - walk.memory_before,
            }
            for name, walk in medians.items()
        }
        tables.append(Table(f"tables {total}", f"Listing {total:,} numbers to Arrow, 100 a page", rows))
    return tables


def ahead(bench: Bench) -> list[Table]:
    """Pages of 20, each held back for 20 ms by the server."""
    total = 5000
    bench.server.holds(total, latency=0.02)
    kinds = {"numberline": ": voximplant", "numberline, async": ": voximplant"}
    names = {f"{kind}, {n} in flight": f"{kind}, {n} in flight" for kind in kinds for n in (2, 8)}
    names |= {f"{kind}, 1 in flight": f"{kind}{provider}" for kind, provider in kinds.items()}
    names["httpx + orjson"] = "httpx + orjson: voximplant"
    walks = {
        shown: median_walk([walked(name, bench.server.urls, 20, total) for _ in range(bench.rounds(3, 1))])
        for shown, name in sorted(names.items())
    }
    rows: dict[str, Row] = {
        name: {
            "s": walk.wall,
            "x one in flight": walk.wall / walks[f"{name.rpartition(', ')[0]}, 1 in flight"].wall
            if name != "httpx + orjson"
            else None,
            "CPU s": walk.cpu,
            "peak MiB": walk.memory,
        }
        for name, walk in walks.items()
    }
    return [Table("ahead", f"Listing {total:,} numbers, 20 a page, 20 ms an answer", rows)]


def growing(bench: Bench) -> list[Table]:
    """How time and memory grow with the number of numbers."""
    sizes = (1000, 10_000, 100_000) if bench.quick else (1000, 10_000, 100_000, 1_000_000)
    rows: dict[str, Row] = {}
    for total in sizes:
        bench.server.holds(total)
        rounds = 1 if total > 100_000 else bench.rounds(5, 3)
        walk = median_walk([walked("numberline: voximplant", bench.server.urls, 100, total) for _ in range(rounds)])
        rows[f"{total:,} numbers"] = {
            "s": walk.wall,
            "us a number": walk.wall / total * 1e6,
            "CPU us a number": walk.cpu / total * 1e6,
            "peak MiB": walk.memory,
        }
    exponent = _slope([math.log(each) for each in sizes], [math.log(row["s"] or 0) for row in rows.values()])
    rows["exponent of the fit"] = {"s": exponent}
    return [Table("growth", "Listing more and more numbers, 100 a page", rows)]


def journaling(bench: Bench) -> list[Table]:
    """Purchases, each over a connection of its own; the journal is where temporary files are."""
    from numberline import AsyncInfobip, Infobip

    async def at_once(client: AsyncInfobip) -> None:
        await asyncio.gather(*(client.purchase_number(number_key="a") for _ in range(100)))

    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        settings: dict[str, Any] = {"api_key": "a-key", "base_url": bench.server.urls[0]}
        cases: dict[str, Callable[[], Cost]] = {}
        for name, journal in {"no journal": None, "a journal": f"{folder}/journal.db"}.items():
            one, many = Infobip(**settings, journal=journal), AsyncInfobip(**settings, journal=journal)
            cases[name] = repeated(partial(_buy, one), 5)
            cases[f"{name}, 100 at once"] = repeated(partial(_buy_at_once, runner, at_once, many), 1)
        costs = in_turns(cases, bench.rounds(41, 7))
    rows: dict[str, Row] = {}
    for name, cost in costs.items():
        reference = costs[name.replace("a journal", "no journal")]
        rows[name] = {
            "ms": cost.wall * 1e3,
            "CPU ms": cost.cpu * 1e3,
            "x no journal": cost.wall / reference.wall,
            "more ms": (cost.wall - reference.wall) * 1e3,
        }
    return [Table("journal", "One purchase, and a hundred at once", rows)]


def _buy(client: Any, times: int) -> None:
    for _ in range(times):
        client.purchase_number(number_key="a")


def _buy_at_once(runner: asyncio.Runner, at_once: Callable[[Any], Any], client: Any, times: int) -> None:
    for _ in range(times):
        runner.run(at_once(client))


def _slope(xs: list[float], ys: list[float]) -> float:
    """Of the straight line that fits best."""
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


GROUPS: dict[str, Callable[[Bench], list[Table]]] = {
    "import": importing,
    "start": starting,
    "call": calling,
    "decode": decoding,
    "listing": listing,
    "tables": tabling,
    "ahead": ahead,
    "growth": growing,
    "journal": journaling,
}


def timed(group: str, bench: Bench) -> tuple[list[Table], float]:
    begun = time.monotonic()
    return GROUPS[group](bench), time.monotonic() - begun

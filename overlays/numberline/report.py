"""A page about everything that the accounts own: numbers, costs, renewals, findings and changes. Extra `report`.

    write(inventory, "report.html")                                 # reads the accounts
    write(snapshots("snapshots")[-1], "report.html", since=older)   # reads snapshots (extra `snapshot`)

The page is one file. It asks no other host for anything, has no script, and shows what providers wrote as plain text.
Amounts of different currencies are never added.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import jinja2
import markupsafe
import pygal
from pygal.style import Style

from .errors import InvalidArgument
from .inventory import IncompleteInventory, Inventory, InventoryNumber
from .inventory.reports import Auditor, Finding
from .inventory.values import exact_sum, two_decimals

# pygal's import hook is of a kind that Python 3.11 warns about with every import that follows; it is for plugins only.
sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]

if TYPE_CHECKING:
    from .snapshot import Changes, Snapshot

DAYS = 60
"""How many days of renewals the page shows."""

ROWS = 200
"""Rows of a table; the page says how many more there are."""

BARS = 12
"""Bars of a chart; all others together are one more."""

LONGEST = 80
"""Characters that the page shows of a text."""

UNKNOWN = "not told"

LARGEST = 1e15
"""The longest bar. What is more is drawn as that; its figure is exact."""


class Cost(NamedTuple):
    """What the numbers of a group cost a month.

    Attributes:
        name: the carrier or the country.
        numbers: how many there are.
        monthly: the sum by currency.
        without_price: of how many no price, or no currency, is told.
    """

    name: str
    numbers: int
    monthly: Mapping[str, Decimal]
    without_price: int


class _Owned(NamedTuple):
    """What a page is made of.

    Attributes:
        taken: when it was read.
        rows: the numbers, under the names of `inventory.COLUMNS`.
        missing: accounts that could not be read, and why.
        findings: what an audit names; None if a snapshot can't tell.
        snapshot: the same as a snapshot, to compare.
    """

    taken: datetime
    accounts: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    missing: Mapping[str, str]
    findings: Sequence[Finding] | None


def write(
    source: "Inventory | Snapshot", file: "str | os.PathLike[str]", *, since: "Snapshot | None" = None
) -> Mapping[str, str]:
    """Write the page, whole or not at all.

    Args:
        source: the accounts, which are read now, or a snapshot of them.
        file: where to; a file that is there is replaced.
        since: an older snapshot, whose difference is shown.

    Returns:
        the accounts that could not be read, and why. The page names them, too.

    Raises:
        InvalidArgument: if `source` is neither.
        OSError: if the file can't be written.
    """
    owned = _read(source)
    page = _render(owned, _changes(source, owned, since), since)
    path = Path(file)
    scratch = path.with_name(f".{path.name}-{uuid4().hex}.tmp")  # not tempfile's, which nobody else may read
    try:
        scratch.write_text(page, encoding="utf-8")
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    return owned.missing


def _read(source: "Inventory | Snapshot") -> _Owned:
    if not isinstance(source, Inventory):
        if not hasattr(source, "table"):
            raise InvalidArgument("source takes an inventory or a snapshot", parameter="source")
        return _Owned(source.taken, list(source.accounts), source.table().to_pylist(), source.missing, None)
    taken = source._now()
    auditor = Auditor(taken.date(), 0)
    rows: list[Mapping[str, Any]] = []
    missing: dict[str, str] = {}
    try:
        for number in source.numbers():
            auditor.take(number)
            rows.append(_row(number))
    except IncompleteInventory as error:
        missing = {name: str(why) or type(why).__name__ for name, why in error.missing.items()}
        rows = [row for row in rows if row["account"] not in missing]
    findings = [
        each for each in auditor.result().findings if each.name != "renews_soon" and each.number.account not in missing
    ]
    return _Owned(taken, list(source.accounts), rows, missing, findings)


def _row(number: InventoryNumber) -> dict[str, Any]:
    exact = {"next_renewal": number.next_renewal, "monthly": number.monthly and number.monthly.amount}
    return number.to_dict() | exact


def _changes(source: "Inventory | Snapshot", owned: _Owned, since: "Snapshot | None") -> "Changes | None":
    if since is None:
        return None
    from .snapshot import AccountState, Snapshot, compare

    if isinstance(source, Snapshot):
        return compare(since, source, within_days=0)
    providers = {name: client.provider.name for name, client in source.accounts.items()}
    accounts = {name: AccountState(providers[name], None, owned.missing.get(name)) for name in owned.accounts}
    return compare(since, Snapshot.of_rows(owned.taken, accounts, owned.rows), within_days=0)


def _render(owned: _Owned, changes: "Changes | None", since: "Snapshot | None") -> str:
    today = owned.taken.date()
    renewals = sorted(
        (row for row in owned.rows if row["next_renewal"] and 0 <= (row["next_renewal"] - today).days <= DAYS),
        key=lambda row: (row["next_renewal"], row["account"], row["number"]),
    )
    carriers = _costs(owned.rows, "provider")
    countries = _costs(owned.rows, "country")
    (total,) = _costs(owned.rows, None) or [Cost("", 0, {}, 0)]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters |= {"plain": _plain, "figure": _figure}
    template = environment.from_string(files("numberline").joinpath("report.html").read_text(encoding="utf-8"))
    return template.render(
        owned=owned,
        total=total,
        tables={"carrier": carriers, "country": countries},
        charts=[
            *(
                _bars(f"Monthly cost by country, {currency}", _amounts(countries, currency))
                for currency in total.monthly
            ),
            _bars("Numbers by carrier", [(cost.name, cost.numbers) for cost in carriers]),
            _bars(f"Renewals of the next {DAYS} days, by week", _weeks(renewals, today)),
        ],
        days=DAYS,
        renewals=renewals[:ROWS],
        more_renewals=max(0, len(renewals) - ROWS),
        renewal_totals=_costs(renewals, None),
        found=Counter(each.name for each in owned.findings or ()),
        findings=(owned.findings or ())[:ROWS],
        more_findings=max(0, len(owned.findings or ()) - ROWS),
        changes=changes,
        shown_changes=changes.changes[:ROWS] if changes else (),
        more_changes=max(0, len(changes.changes) - ROWS) if changes else 0,
        since=since,
    )


def _costs(rows: Iterable[Mapping[str, Any]], by: str | None) -> list[Cost]:
    """Return what each group costs, the largest one first; with None, all rows are one group."""
    numbers: Counter[str] = Counter()
    unpriced: Counter[str] = Counter()
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        name = "" if by is None else row[by] or UNKNOWN
        numbers[name] += 1
        group = sums.setdefault(name, {})
        if row["monthly"] is None or not row["currency"]:
            unpriced[name] += 1
        else:
            before = group.get(row["currency"])
            group[row["currency"]] = row["monthly"] if before is None else exact_sum([before, row["monthly"]])
    ranked = sorted(numbers, key=lambda name: (-numbers[name], name))
    return [Cost(name, numbers[name], dict(sorted(sums[name].items())), unpriced[name]) for name in ranked]


def _amounts(costs: Iterable[Cost], currency: str) -> list[tuple[str, Decimal]]:
    found = [(cost.name, cost.monthly[currency]) for cost in costs if currency in cost.monthly]
    return sorted(found, key=lambda pair: pair[1], reverse=True)


def _weeks(renewals: Iterable[Mapping[str, Any]], today: date) -> list[tuple[str, int]]:
    weeks = Counter((row["next_renewal"] - today).days // 7 for row in renewals)
    return [(f"from {today + timedelta(days=7 * week)}", weeks[week]) for week in range(DAYS // 7 + 1)]


def _bars(title: str, values: Sequence[tuple[str, Decimal]] | Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return a chart as SVG without a script; its colours are variables of the page's style."""
    shown: list[tuple[str, Decimal | int]] = [*values[:BARS]]
    if others := [Decimal(value) for _, value in values[BARS:]]:
        total = exact_sum(others)
        shown.append(("all others", int(total) if isinstance(values[0][1], int) else total))
    labels = [f"{_plain(name)[:20]}: {_figure(value)}" for name, value in shown]
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--ink)",
        foreground_strong="var(--ink)",
        foreground_subtle="var(--line)",
        colors=("var(--bar)",),
        opacity="1",
        opacity_hover="1",
        font_family="inherit",
        label_font_size=14,
        major_label_font_size=14,
        no_data_font_size=20,
    )
    chart = pygal.HorizontalBar(
        style=style,
        js=[],
        show_legend=False,
        show_x_labels=False,
        show_x_guides=False,
        width=420,
        height=40 + 26 * max(1, len(shown)),
        spacing=4,
        margin=8,
        disable_xml_declaration=True,
        no_data_text="none",
    )
    chart.add_xml_filter(_without_scripts)
    chart.x_labels = list(reversed(labels))
    chart.add("", [max(-LARGEST, min(float(value), LARGEST)) for _, value in reversed(shown)])
    return {"title": title, "svg": markupsafe.Markup(chart.render(is_unicode=True)), "values": shown}


def _figure(value: Decimal | int) -> str:
    """Return an amount with two decimals, or more where it has more; a count as it is."""
    if isinstance(value, int):
        return f"{value:,}"
    if abs(value.adjusted()) > LONGEST:
        return f"{value:.15E}"
    whole, _, decimals = f"{value:,f}".partition(".")
    return two_decimals(f"{whole}.{decimals.rstrip('0')}")


def _without_scripts(root: Any) -> Any:
    for parent in list(root.iter()):
        for child in [
            each for each in parent if not isinstance(each.tag, str) or each.tag.endswith(("script", "desc"))
        ]:
            parent.remove(child)
    root.set("aria-hidden", "true")  # the same figures follow in a table
    return root


def _plain(value: object) -> str:
    """Return text of a bounded length, without control characters and those that turn the direction of text."""
    text = "" if value is None else str(value)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}..."
    return "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text)

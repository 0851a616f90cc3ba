"""scripts/bench                    all groups, as tables
scripts/bench call decode        only these
scripts/bench --quick            fewer rounds and numbers, for a first look
scripts/bench --json             the same as JSON
scripts/bench --readme           also renews the figures in README.md
"""

import argparse
import importlib.util
import json
import sys

from . import report
from .groups import GROUPS, Bench, Table, timed
from .measuring import served


def main() -> None:
    parser = argparse.ArgumentParser(
        "scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("group", nargs="*", help=f"what to measure, all unless given: {', '.join(GROUPS)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and numbers")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--readme", action="store_true", help="renew the figures in README.md; takes all groups")
    chosen = parser.parse_args()
    groups: list[str] = chosen.group or list(GROUPS)
    if unknown := set(groups) - set(GROUPS):
        parser.error(f"there is no group {min(unknown)!r}")
    if chosen.readme and (chosen.quick or set(groups) != set(GROUPS)):
        parser.error("--readme takes a whole run")
    for module in ("click", "rich"):  # httpx imports them when it finds them
        assert importlib.util.find_spec(module) is None, f"{module} is installed in .bench"
    setting = report.setting()
    tables: dict[str, list[Table]] = {}
    with served() as server:
        for group in groups:
            tables[group], seconds = timed(group, Bench(server, chosen.quick))
            print(f"{group}: {seconds:.0f} s", file=sys.stderr)
            if not chosen.json:
                print("\n\n".join(report.table(each) for each in tables[group]), end="\n\n", flush=True)
    goals = report.goals(tables)
    if chosen.json:
        print(json.dumps(report.as_json(setting, tables, goals), indent=2))
    else:
        print(report.shown(setting, goals))
    if chosen.readme:
        report.renew_readme(setting, tables)


if __name__ == "__main__":
    main()

"""What a change of the specs means: on the wire, for users of Python, and for the versions.

    scripts/spec-diff                  the last release against the working tree (HEAD while there is no release)
    scripts/spec-diff REV              that revision against the working tree
    scripts/spec-diff REV REV2         two revisions; REV..REV2 is the same
    scripts/spec-diff --gate [REV]     status 1 if a version is not raised enough

Status 2 is for what can't be compared.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.codegen.documents import SpecError

from . import report
from .comparison import Comparison, compare
from .revisions import Revision, RevisionError, last_release, unpacked

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/spec-diff", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", nargs="?", metavar="REV", help="a tag, branch or commit, or REV..REV2")
    parser.add_argument("new", nargs="?", metavar="REV2", help="what to compare it with instead of the working tree")
    parser.add_argument("--gate", action="store_true", help="print only what is not raised enough")
    parser.add_argument("--json", action="store_true", help="print the report for programs")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder, for trying on a copy")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="numberline-") as scratch:
            old, new, heading = _revisions(options, Path(scratch))
            comparison = compare(old, new)
    except (RevisionError, SpecError, RuntimeError) as error:
        print(f"scripts/spec-diff: {error}", file=sys.stderr)
        return 2
    if options.gate:
        return _gate(comparison, old.name)
    sys.stdout.write(report.as_json(comparison) if options.json else report.terminal(comparison, heading))
    return 0


def _revisions(options: argparse.Namespace, scratch: Path) -> tuple[Revision, Revision, str]:
    root: Path = options.root.resolve()
    first, dots, second = (options.old or "").partition("..")
    second = options.new or (second.lstrip(".") or "HEAD" if dots else "")
    note = ""
    if not first:
        release = last_release(root)
        first = release or "HEAD"
        note = "" if release else " (there is no release yet)"
    old = unpacked(root, first, scratch / "old")
    new = unpacked(root, second, scratch / "new") if second else Revision("the working tree", root)
    for stale in [] if second else new.stale():
        raise RevisionError(f"generated/ is not made from {stale} as it is; run scripts/regenerate")
    return old, new, f"From {old.name} to {new.name}{note}"


def _gate(comparison: Comparison, since: str) -> int:
    if not comparison.has_redocly:
        print("scripts/spec-diff: Redocly is not installed; run scripts/setup where npm's registry is", file=sys.stderr)
        return 2
    for demand in comparison.unmet:
        severity = demand.severity.name.lower()
        print(
            f"{demand.file}: the version is {demand.new}; {severity} changes since {since} ({demand.old})"
            f" ask for {demand.needed} at least",
            file=sys.stderr,
        )
    return 1 if comparison.unmet else 0


if __name__ == "__main__":
    sys.exit(main())

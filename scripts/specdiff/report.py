"""What people read of a comparison, and what programs do."""

import json
import textwrap
from collections.abc import Iterator

from .changes import Change, Group, Severity
from .comparison import Comparison


def terminal(comparison: Comparison, heading: str) -> str:
    """The whole report."""
    return "\n".join(_lines(comparison, heading)) + "\n"


def _lines(comparison: Comparison, heading: str) -> Iterator[str]:
    yield heading
    if not comparison.has_redocly:
        yield "Redocly is not installed (scripts/setup does it), so breaking changes of the wire may be missing below."
    yield ""
    told = [each for each in comparison.changes if each.group is not None or each.severity > Severity.PATCH]
    quiet = len(comparison.changes) - len(told)
    if not comparison.changes:
        yield "Nothing that users or the wire would notice has changed."
        return
    if told:
        yield f"{'wire':<6} {'Python':<6}"
    for each in told:
        yield f"{_word(each.wire):<6} {_word(each.python):<6}  {each.text}"
        yield f"{'':<15}{each.at}"
    if quiet:
        yield f"Words only (descriptions, examples, provenance): {quiet} place{'s' if quiet > 1 else ''}."
    yield from ("", "Versions")
    for demand in comparison.demands:
        verdict = "enough" if demand.is_met else f"has to be {demand.needed} at least"
        asked = f"{_word(demand.severity)} changes" if demand.severity else "no changes"
        was = f"{demand.old} -> {demand.new}" if demand.old != demand.new else f"still {demand.new}"
        yield f"  {demand.file}: {asked}, {was}: {verdict}"
    entry = changelog(comparison.changes)
    if entry:
        yield from ("", "For CHANGELOG.md", "", entry.rstrip())


def _word(severity: Severity) -> str:
    return "-" if severity is Severity.NONE else severity.name.lower()


def changelog(changes: list[Change]) -> str:
    """The draft of an entry."""
    parts: list[str] = []
    for group in Group:
        lines = [_entry(each) for each in changes if each.group is group and each.python]
        if lines:
            parts.append("\n".join([f"### {group}", "", *lines]))
    return "\n\n".join(parts) + "\n" if parts else ""


def _entry(change: Change) -> str:
    breaking = change.python is Severity.MAJOR and change.group is not Group.REMOVED
    text = f"- Breaking: {change.text}" if breaking else f"- {change.text}"
    return textwrap.fill(text, 120, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def as_json(comparison: Comparison) -> str:
    """Changes, versions and the draft, for programs."""
    changes = [
        {
            "place": ".".join(filter(None, each.place)),
            "aspect": each.aspect,
            "wire": _word(each.wire),
            "python": _word(each.python),
            "group": each.group,
            "text": each.text,
            "at": each.at,
        }
        for each in comparison.changes
    ]
    versions = [
        {"file": each.file, "old": each.old, "new": each.new, "needed": each.needed, "enough": each.is_met}
        for each in comparison.demands
    ]
    said = {"changes": changes, "versions": versions, "changelog": changelog(comparison.changes)}
    return json.dumps({**said, "redocly": comparison.has_redocly}, indent=1) + "\n"

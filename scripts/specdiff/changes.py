"""What a change is: where, what is said of it, and how much of a version it takes."""

from collections.abc import Iterable, Iterator
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How far a version has to be raised. scripts/documentation/pages/versions.md says which change takes which."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


class Group(StrEnum):
    """A heading of the changelog; its order is that of an entry."""

    ADDED = "Added"
    CHANGED = "Changed"
    DEPRECATED = "Deprecated"
    REMOVED = "Removed"
    FIXED = "Fixed"


class Place(NamedTuple):
    """What a change is about, by the names that users type.

    Attributes:
        provider: name of the spec; empty for what is written by hand.
        owner: a method, a class, `errors` for the provider's codes, a module of numberline's; empty for the provider.
        member: an argument, a field, a value of an enum, a code; empty for the owner itself.
    """

    provider: str
    owner: str = ""
    member: str = ""


EXISTENCE = "existence"
"""The aspect under which something is added or removed. It says all about that place and what is in it."""

NAME = "name"
WORDS = "words"
"""The aspect of descriptions, examples and provenance, which no reader of a changelog looks for."""

TYPE = "type"
REQUIRED = "required"
LIMITS = "limits"

_BESIDE_TYPE = (NAME, WORDS, REQUIRED, LIMITS, "default", "pattern", "separator", "where", "deprecated")
"""What is told on its own where a type has changed too; everything else is part of the type."""


class Finding(NamedTuple):
    """What one comparison says of one aspect of a place.

    Attributes:
        place: its place, by the new names.
        aspect: what has changed about it; findings on one aspect of one place are one change.
        text: the words of a changelog, or nothing if another comparison knows better ones.
        wire: what it takes of the spec's version.
        python: what it takes of the package's version; None leaves that to others, in the end to `wire`.
        group: where it stands in a changelog; None for words.
        at: file and line.
    """

    place: Place
    aspect: str
    text: str = ""
    wire: Severity = Severity.NONE
    python: Severity | None = None
    group: Group | None = Group.CHANGED
    at: str = ""


class Change(NamedTuple):
    """One change, as all comparisons together see it."""

    place: Place
    aspect: str
    text: str
    wire: Severity
    python: Severity
    group: Group | None
    at: str

    @property
    def severity(self) -> Severity:
        return max(self.wire, self.python)


def merged(comparisons: Iterable[Iterable[Finding]]) -> list[Change]:
    """Each change once, the gravest first. Words come from the first comparison that has some."""
    found: dict[tuple[Place, str], list[Finding]] = {}
    for comparison in comparisons:
        for finding in comparison:
            found.setdefault((finding.place, finding.aspect), []).append(finding)
    for place, aspect in list(found):
        if (place, TYPE) in found and aspect not in (TYPE, EXISTENCE, *_BESIDE_TYPE) and place.member:
            found[place, TYPE] += found.pop((place, aspect))
    whole = {place for place, aspect in found if aspect == EXISTENCE}
    changes = [_change(each) for (place, aspect), each in found.items() if not _covered(place, aspect, whole)]
    return sorted(changes, key=lambda each: (-each.severity, -each.python, each.place, each.aspect))


def _covered(place: Place, aspect: str, whole: set[Place]) -> bool:
    return (aspect != EXISTENCE and place in whole) or any(around in whole for around in _around(place))


def _around(place: Place) -> Iterator[Place]:
    if place.member:
        yield place._replace(member="")
    owner = place.owner
    while "." in owner:
        owner = owner.rpartition(".")[0]
        yield Place(place.provider, owner)
    if place.owner:
        yield Place(place.provider)


def _change(findings: list[Finding]) -> Change:
    first = next((each for each in findings if each.text), findings[0])
    wire = max(each.wire for each in findings)
    said = [each.python for each in findings if each.python is not None]
    python = max(said, default=wire)
    group = first.group
    if group is Group.CHANGED and python is Severity.PATCH:
        group = Group.FIXED
    at = max((each.at for each in findings), key=lambda each: (each.startswith("specs/"), bool(each)))
    text = first.text or f"`{'.'.join(filter(None, first.place))}`: {first.aspect}."
    return Change(first.place, first.aspect, text, wire, python, group, at)

"""Everything that differs between two revisions, each change once."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from scripts.codegen import linters

from . import redocly, surface, versions, wire
from .changes import EXISTENCE, TYPE, Change, Finding, Group, Place, Severity, merged
from .revisions import Revision
from .specs import Pair
from .surface import Surface
from .versions import Demand

Asked = Future[list[dict[str, Any]]]
"""What Redocly is going to say."""


class Comparison(NamedTuple):
    """What has changed from one revision to another.

    Attributes:
        changes: each once, the gravest first.
        demands: what the versions of the package and of each spec in both revisions have to be.
        has_redocly: whether Redocly was asked; without it the wire is only half seen.
    """

    changes: list[Change]
    demands: list[Demand]
    has_redocly: bool

    @property
    def unmet(self) -> list[Demand]:
        return [each for each in self.demands if not each.is_met]


def compare(old: Revision, new: Revision) -> Comparison:
    """Compare specs, generated code and what is written by hand.

    Raises:
        RevisionError: if a version is none.
    """
    both = [name for name in old.paths if name in new.paths]
    differing = [name for name in both if not new.share(name, old)]
    with ThreadPoolExecutor() as pool:
        asked = {name: pool.submit(redocly.changes, old.spec(name), new.spec(name)) for name in differing}
        found = [list(_clients(old, new)), list(_by_hand(old.surface, new.surface))]
        for name in both:
            if name in asked or not new.surface.is_same(old.surface, name):
                found += _provider(old, new, name, asked.get(name))
    changes = [
        each._replace(at=f"{old.name}:{each.at}") if each.group is Group.REMOVED else each for each in merged(found)
    ]
    python = max((each.python for each in changes), default=Severity.NONE)
    demands = [versions.of_package(old, new, python)]
    for name in both:
        rated = max((each.wire for each in changes if each.place.provider == name), default=Severity.NONE)
        demands.append(versions.of_spec(old, new, name, rated))
    return Comparison(changes, demands, linters.redocly_is_there())


def _by_hand(old: Surface, new: Surface) -> Iterator[Finding]:
    if not new.is_same(old):
        yield from surface.findings(old.by_hand, new.by_hand, None, "")
        yield from surface.breakages(old, new, "", None)


def _provider(old: Revision, new: Revision, name: str, asked: Asked | None) -> Iterator[list[Finding]]:
    """What each comparison says of a provider that both revisions have; the best words come first."""
    pair = Pair(old.spec(name), new.spec(name))
    pythons = old.surface.generated(name), new.surface.generated(name)
    classes = {place.owner for facts in pythons for place in facts}
    seen = list(surface.findings(*pythons, pair.renames, pair.title))
    yield [each for each in seen if each.aspect == TYPE]
    yield list(wire.findings(pair, classes))
    yield seen
    if asked:
        yield list(redocly.findings(_reported(asked), pair, classes))
    if name in old.surface.providers and name in new.surface.providers:
        yield list(surface.breakages(old.surface, new.surface, name, pair.renames))


def _reported(asked: Asked) -> list[dict[str, Any]]:
    try:
        return asked.result()
    except redocly.Missing:
        return []


def _clients(old: Revision, new: Revision) -> Iterator[Finding]:
    """Whole providers that have come or gone."""
    for name in [*old.paths, *(each for each in new.paths if each not in old.paths)]:
        is_new = name not in old.paths
        if is_new or name not in new.paths:
            document = (new if is_new else old).spec(name)
            title, at = document.data["info"]["title"], f"specs/{document.path.name}:1"
            rated = Severity.MINOR if is_new else Severity.MAJOR
            group = Group.ADDED if is_new else Group.REMOVED
            text = f"`{title}` and `Async{title}`, clients of another provider." if is_new else f"`{title}`."
            yield Finding(Place(name), EXISTENCE, text, rated, rated, group, at)

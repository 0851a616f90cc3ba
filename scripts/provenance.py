"""Where each operation, parameter and field of the specs comes from. scripts/provenance is the command.

A mark stands for the whole of what it marks, even where its note names one aspect; without a mark, the provider's page
says it. Counts are of parameters and fields, as in the table that scripts/operations prints.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.codegen import documents
from scripts.codegen.documents import Document, SpecError
from scripts.codegen.text import snake

from . import stated
from .stated import SOURCES

ROOT = Path(__file__).resolve().parents[1]


class Fact(NamedTuple):
    """An operation, or one of its parameters or fields.

    Attributes:
        provider: name of the spec.
        operation: name of the method.
        kind: operation, parameter or field.
        name: its name on the wire; a field's with the fields around it, a whole operation's is empty.
        note: what the mark says beside the source.
        place: file and line.
    """

    provider: str
    operation: str
    kind: str
    name: str
    source: str
    note: str
    place: str


def facts(document: Document) -> Iterator[Fact]:
    """Each operation of a spec, followed by its parameters and by the fields of its answer."""
    for each in stated.operations(document):
        method = snake(each.id)
        yield Fact(document.name, method, "operation", "", each.mark or SOURCES[0], each.note, each.place)
        for kind, parts in (("parameter", each.parameters), ("field", each.answer)):
            for name, part in parts.items():
                yield Fact(document.name, method, kind, name, part.mark or SOURCES[0], part.note, part.place)


def counted(chosen: list[Fact]) -> dict[str, int]:
    """How many parameters and fields come from where."""
    counts = Counter(each.source for each in chosen if each.kind != "operation")
    return {source: counts[source] for source in SOURCES}


def text(chosen: list[Fact], pages: dict[str, str], *, only_counts: bool) -> str:
    """The report for people: providers, their operations, and what belongs to them."""
    return "\n".join(_lines(chosen, pages, only_counts=only_counts)) + "\n"


def _lines(chosen: list[Fact], pages: dict[str, str], *, only_counts: bool) -> Iterator[str]:
    for provider in dict.fromkeys(each.provider for each in chosen):
        of_provider = [each for each in chosen if each.provider == provider]
        yield f"{provider}: {_counts(of_provider)}"
        yield f"  the documents: {pages[provider]}"
        for operation in dict.fromkeys(each.operation for each in of_provider):
            of_operation = [each for each in of_provider if each.operation == operation]
            yield f"  {operation}: {_counts(of_operation)}"
            yield from (_line(each) for each in of_operation if not only_counts)
        yield ""
    yield f"total: {_counts(chosen)}"


def _line(fact: Fact) -> str:
    name = fact.name or "the operation"
    note = f"  {' '.join(fact.note.split())}" if fact.note else ""
    return f"    {fact.kind:<9} {name:<40} {fact.source:<11} {fact.place}{note}"


def _counts(chosen: list[Fact]) -> str:
    counts = counted(chosen)
    return ", ".join(f"{count} {source}" for source, count in counts.items()) + f"; {sum(counts.values())} in all"


def as_json(chosen: list[Fact]) -> str:
    """Facts and counts for programs."""
    return json.dumps({"facts": [each._asdict() for each in chosen], "counts": counted(chosen)}, indent=1) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/provenance", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--provider", action="append", metavar="NAME", help="only this spec; may be given again")
    parser.add_argument("--operation", action="append", metavar="METHOD", help="only this method; may be given again")
    parser.add_argument("--source", action="append", choices=SOURCES, help="only this source; may be given again")
    parser.add_argument("--counts", action="store_true", help="counts alone")
    parser.add_argument("--json", action="store_true", help="print the report for programs")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder, for trying on a copy")
    options = parser.parse_args(arguments)
    try:
        specs = documents.load(options.root / "specs")
    except SpecError as error:
        print(error, file=sys.stderr)
        return 2
    known = [each for document in specs for each in facts(document)]
    for option, names in (("provider", options.provider), ("operation", options.operation)):
        there = dict.fromkeys(str(getattr(each, option)) for each in known)
        for name in names or []:
            if name not in there:
                parser.error(f"there is no {option} {name!r}; known are {', '.join(there)}")
    chosen = [
        each
        for each in known
        if each.provider in (options.provider or [each.provider])
        and each.operation in (options.operation or [each.operation])
        and each.source in (options.source or [each.source])
    ]
    if options.json:
        sys.stdout.write(as_json(chosen))
    else:
        pages = {document.name: str(document.data.get("externalDocs", {}).get("url", "")) for document in specs}
        sys.stdout.write(text(chosen, pages, only_counts=options.counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())

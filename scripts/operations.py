"""The operations of all specs as a Markdown table. scripts/operations is the command; scripts/documentation has it.

A parameter or field counts under its mark, its own or that of the record that it belongs to, even where only one aspect
of it is marked; without a mark it is documented. Fields are those of a successful answer, with the records in it.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.codegen import documents
from scripts.codegen.clients import read
from scripts.codegen.documents import Document

from . import stated
from .stated import SOURCES

ROOT = Path(__file__).resolve().parents[1]
HEAD = ("provider", "method", "class", "pages by", "result", *SOURCES)


def table(specs: list[Document]) -> str:
    """A row for each operation, in the order of the specs."""
    rows = [row for document in specs for row in _rows(document)]
    rules = [*("---" for _ in HEAD[: -len(SOURCES)]), *("--:" for _ in SOURCES)]
    return "".join(f"| {' | '.join(row)} |\n" for row in [HEAD, rules, *rows])


def _rows(document: Document) -> Iterator[list[str]]:
    found = zip(read(document).operations, stated.operations(document), document.operations(), strict=True)
    for operation, said, (_, _, _, spec) in found:
        counts = said.sources()
        result = f"Pages[{operation.item}]" if operation.paging else operation.result_hint
        style = spec.get("x-pagination", {}).get("style", "")
        yield [
            document.data["info"]["title"],
            f"`{operation.name}`",
            operation.operation_class,
            style,
            f"`{result}`",
            *(str(counts[source]) for source in SOURCES),
        ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/operations", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", type=Path, metavar="FILE", help="say whether FILE has the table; print nothing else")
    options = parser.parse_args(arguments)
    made = table(documents.load(ROOT / "specs"))
    if options.check is None:
        sys.stdout.write(made)
    elif made not in options.check.read_text(encoding="utf-8"):
        print(f"{options.check} does not have the table that scripts/operations prints", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

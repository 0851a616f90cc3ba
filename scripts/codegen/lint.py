"""Are the specs sound? All that openapi-spec-validator, Redocly, our rules and the documents have against them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from scripts.parity import Parity, explained

from . import checks, linters
from .documents import LOADER, Document, SpecError

FACTS = "tests/specs/documented.yaml"
KNOWN = "specs/differences.yaml"

Redocly = Callable[[list[Document]], list[list[SpecError]]]

SAME: tuple[tuple[str | None, ...], ...] = (
    ("references", "redocly no-unresolved-refs"),
    ("lists", "redocly array-parameter-serialization"),
    ("descriptions", "redocly parameter-description"),
    ("operations", "redocly operation-2xx-response"),
    ("redocly struct", "keywords", "openapi", "schemas"),
    ("redocly operation-operationId-unique", "names"),
    ("redocly no-enum-type-mismatch", "redocly no-duplicated-enum-values", "enums"),
    *((rule, "generator") for rule in ("keywords", "schemas", "references", "types", "enums", "formats", "openapi")),
)
"""Rules that say the same about the same line, the one that says it best in front."""


def complaints(loaded: list[Document], root: Path, redocly: Redocly = linters.redocly) -> list[SpecError]:
    """Everything that has to be mended before code can be generated, in the order of the files and lines."""
    extensions = root / "specs/extensions.schema.json"
    with ThreadPoolExecutor(1) as pool:
        outside = pool.submit(redocly, loaded) if linters.redocly_is_there() else None
        found = [error for document in loaded for error in checks.problems(document, extensions)]
        found += [error for said in outside.result() for error in said] if outside else []
    if not found:  # facts are read out of sound specs only
        found = list(_undocumented(loaded, root))
    return sorted(_told_once(found), key=_order)


def _undocumented(loaded: list[Document], root: Path) -> Iterator[SpecError]:
    """What a spec states without a mark though the document does not, where the documents' facts are at hand."""
    if not (root / FACTS).is_file():
        return
    table: dict[str, Any] = yaml.load((root / FACTS).read_text(encoding="utf-8"), LOADER)
    entries: list[dict[str, Any]] = yaml.load((root / KNOWN).read_text(encoding="utf-8"), LOADER)
    known = [document for document in loaded if document.name in table]
    parity = Parity({document.name: table[document.name] for document in known}, known)
    told: set[tuple[str, str]] = set()
    for each in explained(parity, entries).unexplained:
        *_, name = each.fact.rpartition(".")
        if each.spec is None or (each.place, name) in told:  # one field may be in the answers of several operations
            continue
        told.add((each.place, name))
        fact = each.fact.partition(".")[2]
        if each.document is None:
            what = f"{fact} is not stated in the document and has no x-provenance"
        else:
            what = (
                f"{fact} is {each.document!r} in the document; specs/differences.yaml has no reason for {each.spec!r}"
            )
        yield SpecError(each.place, what, "provenance")


def _told_once(found: list[SpecError]) -> Iterator[SpecError]:
    said = {(error.place, error.rule) for error in found}
    of_files = {error.place.partition(":")[0] for error in found if error.rule != linters.SOMEWHERE}
    for error in {str(each): each for each in found}.values():
        better = {rule for rules in SAME if error.rule in rules for rule in rules[: rules.index(error.rule)]}
        if any((error.place, rule) in said for rule in better):
            continue
        if error.rule == linters.SOMEWHERE and error.place.partition(":")[0] in of_files:
            continue  # somebody else has found it, and knows where
        yield error


def _order(error: SpecError) -> tuple[str, int, str]:
    file, _, line = error.place.rpartition(":")
    return file, int(line), error.what

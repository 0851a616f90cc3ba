"""scripts/provenance tells where each fact comes from, with the counts of the table of operations."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scripts import operations, provenance, stated
from scripts.codegen.documents import Document


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert provenance.main(["--json", *arguments]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_every_operation_parameter_and_field_has_a_line(
    specs: list[Document], capsys: pytest.CaptureFixture[str]
) -> None:
    there = [
        (spec.name, kind, name)
        for spec in specs
        for each in stated.operations(spec)
        for kind, names in (("operation", [""]), ("parameter", each.parameters), ("field", each.answer))
        for name in names
    ]

    facts = told(capsys)["facts"]

    assert [(each["provider"], each["kind"], each["name"]) for each in facts] == there
    assert {each["source"] for each in facts} == set(stated.SOURCES)
    assert all(bool(each["note"]) is (each["source"] != "documented") for each in facts)


def test_counts_match_the_table_of_operations(specs: list[Document], capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        [cell.strip(" `") for cell in row.strip("|").split("|")] for row in operations.table(specs).splitlines()[2:]
    ]

    report = told(capsys)

    for row in rows:
        of_row = Counter(
            each["source"]
            for each in report["facts"]
            if (each["provider"], each["operation"]) == (row[0].lower(), row[1]) and each["kind"] != "operation"
        )
        assert [str(of_row[source]) for source in stated.SOURCES] == row[5:]
    columns = zip(*(map(int, row[5:]) for row in rows), strict=True)
    assert list(report["counts"].values()) == [sum(column) for column in columns]


def test_a_line_has_source_place_and_note(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert provenance.main(["--provider", "apifonica", "--source", "vendor-docs"]) == 0

    lines = capsys.readouterr().out.splitlines()
    counts = "0 documented, 2 vendor-docs, 0 observed, 0 inferred; 2 in all"
    assert lines[0] == "apifonica: 0 documented, 17 vendor-docs, 0 observed, 0 inferred; 17 in all"
    assert lines[2] == f"  list_rented_numbers: {counts}"
    assert lines[-1] == lines[0].replace("apifonica", "total")
    (name,) = (line for line in lines if "numbers.name " in line)
    kind, field, source, place, note = name.split(maxsplit=4)
    assert (kind, field, source) == ("field", "numbers.name", "vendor-docs")
    assert note == "A later edition of the page has it; whether it always comes is open."
    path, line = place.split(":")
    assert (root / path).read_text(encoding="utf-8").splitlines()[int(line) - 1] == "        name:"


def test_counts_alone_leave_the_lines_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert provenance.main(["--counts", "--operation", "purchase_number", "--operation", "cancel_number"]) == 0

    assert capsys.readouterr().out.splitlines()[2:] == [
        "  purchase_number: 12 documented, 11 vendor-docs, 0 observed, 0 inferred; 23 in all",
        "  cancel_number: 1 documented, 0 vendor-docs, 0 observed, 0 inferred; 1 in all",
        "",
        "total: 13 documented, 11 vendor-docs, 0 observed, 0 inferred; 24 in all",
    ]


@pytest.mark.parametrize("option", ["provider", "operation", "source"])
def test_a_name_that_is_not_there_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        provenance.main([f"--{option}", "nothing"])
    error = capsys.readouterr().err
    assert "'nothing'" in error
    assert {"provider": "infobip", "operation": "cancel_number", "source": "observed"}[option] in error


def test_the_command_is_there(root: Path) -> None:
    assert os.access(root / "scripts/provenance", os.X_OK)

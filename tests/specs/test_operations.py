"""scripts/operations prints one sane row for each operation."""

import os
from pathlib import Path

import pytest

import numberline
from scripts import operations, stated
from scripts.codegen.documents import Document


@pytest.fixture(scope="module")
def table(specs: list[Document]) -> str:
    return operations.table(specs)


@pytest.fixture(scope="module")
def rows(table: str) -> list[list[str]]:
    """The cells of each row below the head."""
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_every_method_of_the_clients_has_a_row(rows: list[list[str]]) -> None:
    assert len(rows) == 19
    for provider, method, *_ in rows:
        assert callable(getattr(getattr(numberline, provider), method))


def test_a_row_tells_class_paging_and_result(rows: list[list[str]]) -> None:
    told = {row[1]: row[2:5] for row in rows}

    assert told["get_phone_numbers"] == ["read", "offset", "Pages[PhoneNumber]"]
    assert told["list_rented_numbers"] == ["read", "cursor", "Pages[RentedNumber]"]
    assert told["attach_phone_number"] == ["charge", "", "list[NewPhoneNumber]"]
    assert told["cancel_number"] == ["release", "", "None"]


def test_every_parameter_and_field_is_counted_once(rows: list[list[str]], specs: list[Document]) -> None:
    counted = [sum(map(int, row[5:])) for row in rows]
    there = [each for spec in specs for each in stated.operations(spec)]

    assert counted == [len(each.parameters) + len(each.answer) for each in there]
    # What inventories need to know and no document has.
    assert {row[1] for row in rows if int(row[5]) == 0} == {"list_number_costs", "get_account_info"}


def test_a_check_tells_whether_a_file_has_the_table(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Operations\n\n{table}\nMore.\n", encoding="utf-8")
    assert operations.main(["--check", str(readme)]) == 0

    readme.write_text(table.replace("| charge |", "| read |"), encoding="utf-8")
    assert operations.main(["--check", str(readme)]) == 1
    assert str(readme) in capsys.readouterr().err


def test_without_arguments_it_prints_the_table(table: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert operations.main([]) == 0
    assert capsys.readouterr().out == table
    assert os.access(root / "scripts/operations", os.X_OK)


def test_the_documentation_has_the_table(root: Path) -> None:
    assert operations.main(["--check", str(root / "scripts/documentation/pages/operations.md")]) == 0

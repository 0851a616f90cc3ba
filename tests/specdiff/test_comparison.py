"""What a comparison sees beyond single edits: many at once, whole providers, and numberline's own code."""

import shutil
from pathlib import Path

from scripts.specdiff import report
from scripts.specdiff.changes import EXISTENCE, TYPE, Finding, Group, Place, Severity, merged
from scripts.specdiff.comparison import Comparison, compare
from scripts.specdiff.revisions import Revision
from tests.specdiff.support import ROOT, Project

MANY = [
    ("    - {code: FORBIDDEN, kind: permission}\n", ""),
    ("    - {code: BAD_REQUEST,", "    - {code: NO_FUNDS, kind: funds}\n    - {code: BAD_REQUEST,"),
    ("    - {code: /errorCode, text: /description}", "    - {code: /errorCode, text: /details}"),
    ("        burst: 2\n", "        burst: 4\n"),
    ("      x-rate-limit:\n        requests: 10\n", "      x-rate-limit:\n        requests: 5\n"),
    (
        "          schema:\n            type: integer\n            minimum: 0\n",
        "          schema:\n            type: integer\n",
    ),
    (
        "        - name: number\n          in: query\n",
        "        - name: number\n          in: query\n          deprecated: true\n",
    ),
    ("      required: [numberKey, number]", "      required: [numberKey]"),
    ("total: numberCount, ", ""),
]


def entry(comparison: Comparison) -> list[str]:
    """The headings and entries of a changelog, unwrapped."""
    return [line for line in report.changelog(comparison.changes).replace("\n  ", " ").splitlines() if line]


def test_many_edits_at_once_are_each_told_once(present: Revision, project: Project) -> None:
    assert entry(compare(present, project.edit("infobip", *MANY))) == [
        "### Added",
        "- Infobip's error code NO_FUNDS counts as funds.",
        "### Changed",
        "- Breaking: `infobip.Number.number` may be missing.",
        "- Breaking: `Infobip.list_available_numbers()` does not know the `total()` any more.",
        "- Infobip's errors are recognised in another form.",
        "- `page` of `Infobip.list_available_numbers()` may be any number, not 0 or more.",
        "### Deprecated",
        "- `number` of `Infobip.list_available_numbers()` is deprecated.",
        "### Removed",
        "- Infobip's error code FORBIDDEN has no meaning of its own any more.",
        "### Fixed",
        "- `Infobip.get_purchased_number()` keeps to 5 in 1 s, where it kept to 10 in 1 s.",
        "- `Infobip.list_available_numbers()` keeps to 1 in 1 s with 4 at once,"
        " where it kept to 1 in 1 s with 2 at once.",
    ]


def test_neighbours_are_not_taken_for_each_other(present: Revision, project: Project) -> None:
    """Redocly pairs parameters by their position when one of several is gone."""
    country = (
        "        - name: country\n          in: query\n"
        "          description: Country code of the number, two letters by ISO 3166-1 in all examples.\n"
        "          example: RO\n          schema: {type: string}\n"
    )
    number = "        - name: number\n          in: query\n"

    edited = project.edit("infobip", (country, ""), (number, number + "          required: true\n"))

    assert entry(compare(present, edited)) == [
        "### Changed",
        "- Breaking: `Infobip.list_available_numbers()` needs `number`.",
        "### Removed",
        "- `Infobip.list_available_numbers()` no longer takes `country`.",
    ]
    assert entry(compare(edited, present)) == [
        "### Added",
        "- `Infobip.list_available_numbers()` takes `country`: Country code of the number, two letters by ISO 3166-1"
        " in all examples.",
        "### Changed",
        "- `Infobip.list_available_numbers()` can do without `number`.",
    ]


def test_what_only_the_wire_has_raises_the_spec_alone(present: Revision, project: Project) -> None:
    failure = "{$ref: '#/components/schemas/Failure'}"
    either = f"{{oneOf: [{failure}, {{$ref: '#/components/schemas/RequestError'}}]}}"

    comparison = compare(present, project.edit("infobip", (f"schema: {failure}", f"schema: {either}")))

    (change,) = comparison.changes
    assert (change.text, change.wire, change.python) == (
        "Infobip's response BadRequest may be RequestError.",
        Severity.MAJOR,
        Severity.NONE,
    )
    assert entry(comparison) == []
    assert [(demand.file, demand.needed) for demand in comparison.unmet] == [("specs/infobip.yaml", "2.0.0")]


def test_another_enum_breaks_what_takes_it(present: Revision, project: Project) -> None:
    taken = "          example: mobile\n          schema: {$ref: '#/components/schemas/NumberType'}"

    comparison = compare(present, project.edit("apifonica", (taken, taken.replace("Type", "Mode"))))

    change = comparison.changes[0]
    assert change.text == "`type` of `Apifonica.list_rented_numbers()` takes `NumberMode` instead of `NumberType`."
    assert (change.wire, change.python) == (Severity.MAJOR, Severity.MAJOR)
    assert [each.group for each in comparison.changes[1:]] == [None]


def test_long_entries_are_wrapped_like_the_rest_of_the_changelog(present: Revision, project: Project) -> None:
    (change,) = compare(
        present, project.edit("infobip", ("x-operation-class: release", "x-operation-class: read"))
    ).changes

    lines = report.changelog([change]).splitlines()[2:]

    assert len(lines) == 2
    assert all(len(line) <= 120 for line in lines)
    assert lines[1].startswith("  ")


def test_a_provider_that_comes_or_goes_is_one_change(present: Revision, project: Project) -> None:
    name = "apifonica"
    shutil.rmtree(project.root / "generated/numberline_generated" / name)
    (project.root / f"specs/{name}.yaml").unlink()
    without = Revision("without", project.root)

    assert entry(compare(present, without)) == ["### Removed", "- `Apifonica`."]
    added = compare(without, present)
    assert entry(added) == ["### Added", "- `Apifonica` and `AsyncApifonica`, clients of another provider."]
    assert [demand.file for demand in added.unmet] == ["overlays/numberline/__init__.py"]


def replace(path: Path, *replacements: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_generated_code_that_changes_with_no_spec_counts_too(present: Revision, project: Project) -> None:
    package = project.root / "generated/numberline_generated/infobip"
    replace(
        package / "operations.py", ("page: int | None", "page: int | str | None"), ("number_key: str,", "key: str,")
    )
    replace(
        package / "models.py", ("shared: bool", "shared: Literal['yes', 'no']"), ("class Price(Record)", "class Price")
    )

    comparison = compare(present, Revision("the copy", project.root))

    assert entry(comparison) == [
        "### Changed",
        "- Breaking: `infobip.Number.shared` is `Literal['no'] | Literal['yes']` instead of `bool`.",
        "- Breaking: `infobip.Price` is a kind of `object` instead of `Record`.",
        *(
            f"- Breaking: `key` of `Infobip.{method}()` has to be given."
            for method in ("cancel_number", "get_purchased_number", "purchase_number")
        ),
        "- `page` of `Infobip.list_available_numbers()` takes `int | str` instead of `int`.",
        "- `page` of `Infobip.list_purchased_numbers()` takes `int | str` instead of `int`.",
        "### Removed",
        *(
            f"- `number_key` of `Infobip.{method}()`."
            for method in ("cancel_number", "get_purchased_number", "purchase_number")
        ),
    ]
    assert all(change.wire is Severity.NONE for change in comparison.changes)
    assert [demand.needed for demand in comparison.demands] == ["0.2.0", "1.0.0", "1.0.0", "1.0.0"]


def test_what_is_written_by_hand_counts_where_it_is_public(present: Revision, project: Project) -> None:
    (project.root / "overlays").unlink()
    package = project.root / "overlays/numberline"
    shutil.copytree(ROOT / "overlays/numberline", package, ignore=shutil.ignore_patterns("__pycache__"))
    replace(package / "infobip.py", ("bearer: Secret | None = None", "bearer_token: Secret | None = None"))
    replace(package / "_runtime/operation.py", ("    burst: int", "    burst: float"))
    replace(package / "errors.py", ("class NotFound(", "class Missing("))
    replace(package / "_runtime/config.py", ("    timeout: float", "    pause: float\n    timeout: float"))
    replace(package / "_runtime/timestamps.py", ("def read_date_time(", "def read_moment("))  # not for users

    comparison = compare(present, Revision("the copy", project.root))

    assert entry(comparison) == [
        "### Added",
        "- `pause` of `numberline._runtime.config.Settings`.",
        "- `numberline.errors.Missing`: What was asked for does not exist for this account.",
        "- `bearer_token` of `numberline.infobip.AsyncInfobip()`.",
        "- `bearer_token` of `numberline.infobip.Infobip()`.",
        "### Changed",
        "- Breaking: `numberline._runtime.operation.Budget.burst` is `float` instead of `int`.",
        "### Removed",
        "- `numberline.errors.NotFound`.",
        "- `bearer` of `numberline.infobip.AsyncInfobip()`.",
        "- `bearer` of `numberline.infobip.Infobip()`.",
    ]


def test_findings_of_one_aspect_are_one_change_and_a_new_thing_covers_what_is_in_it() -> None:
    method, argument = Place("acme", "buy"), Place("acme", "buy", "size")
    said = Finding(argument, TYPE, "`size` takes `int`.", python=Severity.MAJOR, at="generated/acme.py:3")
    seen = Finding(argument, TYPE, wire=Severity.PATCH, at="specs/acme.yaml:9")
    part = Finding(argument, "minItems", "1", wire=Severity.MAJOR)

    (change,) = merged([[seen], [said], [part]])
    assert (change.text, change.wire, change.python) == (said.text, Severity.MAJOR, Severity.MAJOR)
    assert change.at == "specs/acme.yaml:9"

    new = Finding(method, EXISTENCE, "`Acme.buy()`.", Severity.MINOR, group=Group.ADDED)
    (change,) = merged([[seen], [said], [part], [new]])
    assert (change.place, change.severity, change.group) == (method, Severity.MINOR, Group.ADDED)

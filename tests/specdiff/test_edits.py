"""Prepared edits of the real specs: what each means on the wire and for users, which versions follow, and what a
changelog says."""

from typing import NamedTuple

import pytest

from scripts.specdiff import report
from scripts.specdiff.changes import Group, Severity
from scripts.specdiff.comparison import compare
from scripts.specdiff.revisions import Revision
from tests.specdiff.support import ROOT, Project

PATCH, MINOR, MAJOR = Severity.PATCH, Severity.MINOR, Severity.MAJOR

COUNTRY = """        - name: country
          in: query
          description: Country code of the number, two letters by ISO 3166-1 in all examples.
"""
COUNTRY_REST = "          example: RO\n          schema: {type: string}\n"
STATE = """        - name: state
          in: query
          description: State that the number belongs to.
          schema: {type: string}
"""
PORT = """    post:
      operationId: portNumber
      summary: Bring a number along
      tags: [PhoneNumbers]
      x-operation-class: idempotent
      parameters:
        - {name: numberKey, in: path, required: true, description: Key of the number., schema: {type: string}}
      responses:
        '204': {description: Done.}
"""
KEYWORD_OR_LIST = """                  anyOf:
                    - {type: array, x-delimiter: ";", minItems: 1, items: {type: integer}}
                    - {type: string, const: all}
"""
LIST = """                  type: array
                  x-delimiter: ";"
                  minItems: 1
                  items: {type: integer}
"""
LISTED = "          example: [SMS, VOICE]\n          schema:\n            type: array\n"


def operation(provider: str, operation_id: str) -> str:
    """The lines of an operation that another one of the same path follows."""
    lines = (ROOT / f"specs/{provider}.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if line.endswith(f"operationId: {operation_id}\n"))
    end = next(end for end in range(at, len(lines)) if lines[end].startswith("    ") and lines[end][4] != " ")
    return "".join(lines[at - 1 : end])


class Edit(NamedTuple):
    """An edit of one spec, and what has to be said of it.

    Attributes:
        replaced: pieces of text, and what stands there afterwards.
        wire: the verdict on the wire, which the spec's version follows.
        python: the verdict on what users have, which the package's version follows.
        entry: the line of the changelog.
    """

    provider: str
    replaced: list[tuple[str, str]]
    wire: Severity
    python: Severity
    group: Group | None
    entry: str


EDITS = {
    "parameter added": Edit(
        "infobip",
        [(COUNTRY, STATE + COUNTRY)],
        MINOR,
        MINOR,
        Group.ADDED,
        "`Infobip.list_available_numbers()` takes `state`: State that the number belongs to.",
    ),
    "required parameter added": Edit(
        "infobip",
        [(COUNTRY, STATE.replace("in: query", "in: query\n          required: true") + COUNTRY)],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `Infobip.list_available_numbers()` needs `state`: State that the number belongs to.",
    ),
    "parameter removed": Edit(
        "infobip",
        [(COUNTRY + COUNTRY_REST, "")],
        MAJOR,
        MAJOR,
        Group.REMOVED,
        "`Infobip.list_available_numbers()` no longer takes `country`.",
    ),
    "parameter made required": Edit(
        "infobip",
        [(COUNTRY, COUNTRY.replace("in: query", "in: query\n          required: true"))],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `Infobip.list_available_numbers()` needs `country`.",
    ),
    "parameter renamed": Edit(
        "infobip",
        [(COUNTRY, COUNTRY.replace("name: country", "name: countryCode"))],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `Infobip.list_available_numbers()` takes `country_code` where it took `country`.",
    ),
    "enum value added": Edit(
        "infobip",
        [("enum: [SMS, VOICE]", "enum: [SMS, VOICE, MMS]")],
        MINOR,
        MINOR,
        Group.ADDED,
        "`infobip.Capability.MMS`.",
    ),
    "enum value removed": Edit(
        "apifonica",
        [("enum: [local, mobile, toll_free, sip]", "enum: [local, mobile, sip]")],
        MAJOR,
        MAJOR,
        Group.REMOVED,
        "`apifonica.NumberType.TOLL_FREE`.",
    ),
    "type narrowed": Edit(
        "voximplant",
        [(KEYWORD_OR_LIST, LIST)],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `phone_id` of `Voximplant.bind_phone_number_to_application()` takes `Sequence[int]` instead of"
        " `Literal['all'] | Sequence[int]`.",
    ),
    "type of a field changed": Edit(
        "infobip",
        [("        shared:\n          type: boolean", "        shared:\n          type: string")],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `infobip.Number.shared` is `str` instead of `bool`.",
    ),
    "field renamed": Edit(
        "infobip",
        [("        shared:\n", "        dedicated:\n")],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `infobip.Number.shared` is called `infobip.Number.dedicated`.",
    ),
    "field made required": Edit(
        "infobip",
        [("required: [numberKey, number]", "required: [numberKey, number, country]")],
        PATCH,
        MAJOR,
        Group.CHANGED,
        "Breaking: `infobip.Number.country` is always there.",
    ),
    "field made nullable": Edit(
        "infobip",
        [("        country:\n          type: string", "        country:\n          type: [string, 'null']")],
        MAJOR,
        PATCH,
        Group.FIXED,
        "`infobip.Number.country` is string or null on the wire, not string.",
    ),
    "operation added": Edit(
        "infobip",
        [("  /numbers/{numberKey}:\n", "  /numbers/{numberKey}:\n" + PORT)],
        MINOR,
        MINOR,
        Group.ADDED,
        "`Infobip.port_number()`: Bring a number along.",
    ),
    "operation removed": Edit(
        "infobip",
        [(operation("infobip", "getPurchasedNumber"), "")],
        MAJOR,
        MAJOR,
        Group.REMOVED,
        "`Infobip.get_purchased_number()`.",
    ),
    "operation renamed": Edit(
        "infobip",
        [("operationId: getPurchasedNumber", "operationId: lookUpNumber")],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `Infobip.get_purchased_number()` is called `Infobip.look_up_number()`.",
    ),
    "record renamed": Edit(
        "infobip",
        [("    Price:\n", "    Cost:\n"), ("schemas/Price'", "schemas/Cost'")],
        PATCH,
        MAJOR,
        Group.CHANGED,
        "Breaking: `infobip.Price` is called `infobip.Cost`.",
    ),
    "default changed": Edit(
        "infobip",
        [("default: 50", "default: 20")],
        MINOR,
        MINOR,
        Group.CHANGED,
        "`limit` of `Infobip.list_available_numbers()` left out: the provider takes 20, not 50.",
    ),
    "limit tightened": Edit(
        "infobip",
        [("            minimum: 1\n", "            minimum: 5\n")],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `limit` of `Infobip.list_available_numbers()` may be 5 or more, not 1 or more.",
    ),
    "more than so many items refused": Edit(
        "infobip",
        [("            minItems: 1\n", "            minItems: 1\n            maxItems: 2\n")],
        MAJOR,
        MAJOR,
        Group.CHANGED,
        "Breaking: `capabilities` of `Infobip.list_available_numbers()` may have 1 to 2 items, not 1 items or more.",
    ),
    "operation deprecated": Edit(
        "infobip",
        [("operationId: purchaseNumber\n", "operationId: purchaseNumber\n      deprecated: true\n")],
        MINOR,
        MINOR,
        Group.DEPRECATED,
        "`Infobip.purchase_number()` is deprecated.",
    ),
    "paging changed": Edit(
        "infobip",
        [("{style: page, page: page, first: 0, size: limit", "{style: page, page: limit, first: 1, size: page")],
        PATCH,
        PATCH,
        Group.FIXED,
        "`Infobip.list_available_numbers()` goes from page to page by other means (page limit, first 1, size page).",
    ),
    "list separator changed": Edit(
        "infobip",
        [(LISTED, LISTED + "            x-delimiter: ;\n")],
        MAJOR,
        PATCH,
        Group.FIXED,
        "`capabilities` of `Infobip.list_available_numbers()` is joined by `;`, not `,`.",
    ),
    "page key changed": Edit(
        "infobip",
        [("total: numberCount, key: numberKey", "total: numberCount, key: number")],
        PATCH,
        PATCH,
        Group.FIXED,
        "`Infobip.list_available_numbers()` tells records apart by `number`, not by `number_key`.",
    ),
    "operation class changed": Edit(
        "infobip",
        [("x-operation-class: release", "x-operation-class: idempotent")],
        PATCH,
        MAJOR,
        Group.CHANGED,
        "Breaking: `Infobip.cancel_number()` is in the class idempotent: when its response is lost it is sent again"
        " instead of raising `OutcomeUnknown`.",
    ),
    "kind of an error code changed": Edit(
        "infobip",
        [("code: NOT_FOUND, kind: not-found", "code: NOT_FOUND, kind: unavailable")],
        PATCH,
        MAJOR,
        Group.CHANGED,
        "Breaking: Infobip's error code NOT_FOUND counts as unavailable, not as not-found, and raises that error.",
    ),
    "description only": Edit(
        "infobip",
        [("Whether the number is shared with others rather than dedicated to one owner.", "Whether others use it.")],
        PATCH,
        PATCH,
        None,
        "",
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_has_its_verdict_bump_and_group(edit: Edit, present: Revision, project: Project) -> None:
    comparison = compare(present, project.edit(edit.provider, *edit.replaced))

    (change,) = comparison.changes
    assert (change.wire, change.python, change.group) == (edit.wire, edit.python, edit.group)
    needed = {demand.file: demand.needed for demand in comparison.unmet}
    assert needed == {
        "overlays/numberline/__init__.py": "0.2.0" if edit.python is MAJOR else "0.1.1",
        f"specs/{edit.provider}.yaml": {PATCH: "1.0.1", MINOR: "1.1.0", MAJOR: "2.0.0"}[edit.wire],
    }
    entry = f"### {edit.group}\n\n- {edit.entry}\n" if edit.group else ""
    assert report.changelog(comparison.changes).replace("\n  ", " ") == entry

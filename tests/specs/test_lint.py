"""A defect in a spec is reported with its file and line, whoever finds it."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from scripts.codegen import lint, linters, regenerate
from scripts.codegen.documents import Document, SpecError


class Defect(NamedTuple):
    """One change that breaks a real spec.

    Attributes:
        old, new: the change, made where `old` stands first.
        rule: whose complaint it is, and by which rule.
        says: words of the complaint.
        culprit: a text that begins in the line to be named: in `new`, whose first line it is by default, or else the
            nearest one above the change, or else below it.
    """

    spec: str
    old: str
    new: str
    rule: str
    says: str
    culprit: str = ""


FIELD = "        call_method:\n"
TEXT_FIELD = FIELD + "          type: string\n"
FROM_DAY = "                from_phone_next_renewal:\n                  type: string\n                  format: date\n"
MEMBER = """\
                numberKey:
                  type: string
                  description: Key of the number to buy, as listAvailableNumbers gave it.
"""
TWICE = """\
  /numbers/{id}:
    get:
      operationId: lookUp
      tags: [PhoneNumbers]
      summary: Look up a number
      x-operation-class: read
      parameters:
        - {name: id, in: path, required: true, description: Its key., schema: {type: string}}
      responses: {'204': {description: It is there.}, '404': {$ref: '#/components/responses/NotFound'}}
"""

# --- what OpenAPI and JSON Schema ask for

FORMAL = {
    "a reference leads nowhere": Defect(
        "apifonica", "schemas/NumberMode'", "schemas/NumberMood'", "references", "NumberMood leads nowhere"
    ),
    "a schema is a mere yes": Defect(
        "apifonica",
        f"{TEXT_FIELD}          description: HTTP method for the address in call_controller, such as GET.\n",
        "        call_method: true\n",
        "schemas",
        "call_method would be typed Any",
    ),
    "an operationId stands twice": Defect(
        "infobip",
        "operationId: getPurchasedNumber",
        "operationId: purchaseNumber",
        "redocly operation-operationId-unique",
        "unique",
    ),
    "a path names a parameter that is not there": Defect(
        "infobip",
        "  /numbers/{numberKey}:\n",
        "  /numbers/{key}:\n",
        "redocly path-parameters-defined",
        "`numberKey` is not used in the path",
        "- name: numberKey",
    ),
    "a key of an operation is misspelt": Defect(
        "apifonica", "      parameters:\n", "      parametres:\n", "redocly struct", "`parametres` is not expected"
    ),
    "a type is none": Defect(
        "apifonica",
        TEXT_FIELD,
        f"{FIELD}          type: text\n",
        "redocly struct",
        "`type` can be one of",
        "type: text",
    ),
    "an answer has no description": Defect(
        "infobip",
        "        '204':\n          description: The number was given back. There is no body.\n",
        "        '204': {}\n",
        "redocly struct",
        "`description` must be present",
    ),
    "a status is no number": Defect("apifonica", "        4XX:\n", "        4xx:\n", "openapi", "'4xx' was unexpected"),
    "a status is out of range": Defect("apifonica", "'200':", "'2000':", "redocly struct", "`2000` is not expected"),
    "a bound is of an older OpenAPI": Defect(
        "apifonica",
        "            maximum: 20\n",
        "            maximum: 20\n            exclusiveMaximum: true\n",
        "redocly struct",
        "Expected type `number` but got `boolean`",
        "exclusiveMaximum",
    ),
    "null is said as in an older OpenAPI": Defect(
        "apifonica",
        TEXT_FIELD,
        f"{TEXT_FIELD}          nullable: true\n",
        "redocly struct",
        "`nullable` is not expected",
        "nullable",
    ),
    "a keyword of a parameter is misspelt": Defect(
        "apifonica",
        "            minimum: 1\n",
        "            minimun: 1\n",
        "redocly struct",
        "`minimun` is not expected",
    ),
    "a keyword of a field is misspelt": Defect(
        "voximplant",
        "          pattern: '^(\\d{4}-\\d{2}-\\d{2})?$'\n",
        "          pattern: '^(\\d{4}-\\d{2}-\\d{2})?$'\n          reqired: [phone_id]\n",
        "redocly struct",
        "`reqired` is not expected",
        "reqired",
    ),
    "a default is of another type": Defect(
        "apifonica", "default: 20", "default: twenty", "examples", "the default is not valid: 'twenty'"
    ),
    "a default is out of range": Defect(
        "voximplant", "default: 20\n", "default: 0\n", "examples", "0 is less than the minimum of 1"
    ),
    "a path parameter is not required": Defect(
        "infobip",
        "in: path\n          required: true\n",
        "in: path\n          required: false\n",
        "openapi",
        "required: true was expected",
        "required: false",
    ),
    "a style is not for its place": Defect(
        "apifonica",
        "          in: path\n",
        "          in: path\n          style: deepObject\n",
        "keywords",
        "deepObject can't be generated",
        "style",
    ),
    "a way to sign in is not there": Defect(
        "apifonica", "- basic: []", "- digest: []", "redocly security-defined", "no `digest` security scheme"
    ),
    "a tag is not there": Defect(
        "apifonica",
        "tags: [PhoneNumbers]",
        "tags: [Numbers]",
        "redocly operation-tag-defined",
        "defined in global tags",
    ),
    "a value of an enum stands twice": Defect(
        "apifonica",
        "enum: [local, mobile, toll_free, sip]",
        "enum: [local, mobile, toll_free, local]",
        "redocly no-duplicated-enum-values",
        "'local'",
    ),
    "YAML takes a value of an enum for something else": Defect(
        "voximplant",
        "enum: ['all', 'true', 'false']",
        "enum: [all, true, false]",
        "redocly no-enum-type-mismatch",
        'expected "string" but received "boolean"',
    ),
    "a schema is of no use": Defect(
        "apifonica",
        "    Failure:\n",
        "    Spare:\n      type: string\n      description: Of no use.\n    Failure:\n",
        "redocly no-unused-components",
        '"Spare" is never used',
    ),
    "a parameter stands twice": Defect(
        "apifonica",
        "- name: messaging\n",
        "- name: voice\n",
        "redocly operation-parameters-unique",
        "Repeats of `in:query` + `name:voice`",
    ),
    "two paths can't be told apart": Defect(
        "infobip",
        "  /numbers/{numberKey}:\n",
        f"{TWICE}  /numbers/{{numberKey}}:\n",
        "redocly no-ambiguous-paths",
        "`/numbers/{id}` and `/numbers/{numberKey}`",
        "/numbers/{numberKey}:",
    ),
    "a setting of the address is not there": Defect(
        "infobip", "{host}/{product}/1", "{host}/{path}/1", "redocly no-undefined-server-variable", "`path` variable"
    ),
    "text has items": Defect(
        "apifonica",
        TEXT_FIELD,
        f"{TEXT_FIELD}          items: {{type: string}}\n",
        "redocly no-schema-type-mismatch",
        "'string' type should not contain 'items'",
        "items:",
    ),
    "a pattern is no expression": Defect(
        "voximplant", "pattern: '^[^;]+$'", "pattern: '^[^;+$'", "schemas", "'^[^;+$' is not a 'regex'"
    ),
}

# --- examples

EXAMPLES = {
    "an example of an answer is of another type": Defect(
        "apifonica",
        "                    limit: 20\n",
        "                    limit: all\n",
        "examples",
        "'all' is not of type",
    ),
    "an example deep in an answer is of another type": Defect(
        "infobip", "setupPrice: 0,", "setupPrice: free,", "examples", "'free' is not of type 'number'"
    ),
    "an example of a request leaves out what a group wants": Defect(
        "voximplant",
        "phone_region_id: 51, phone_count: 1}",
        "phone_region_id: 51}",
        "examples",
        "'phone_count' is a required property",
    ),
    "an example of a parameter is of another type": Defect(
        "apifonica",
        "          example: true\n",
        "          example: 'yes'\n",
        "examples",
        "'yes' is not of type 'boolean'",
    ),
    "an example of a schema is of another type": Defect(
        "voximplant", "examples: [AL, CA]", "examples: [AL, 1]", "examples", "1 is not of type 'string'"
    ),
}

# --- our own rules

OURS = {
    "a parameter stands where no operation sees it": Defect(
        "infobip",
        "  /numbers/available:\n",
        "  /numbers/available:\n"
        "    parameters: [{name: a, in: query, description: An a., schema: {type: string}, example: a}]\n",
        "operations",
        "parameters stand in each operation",
        "    parameters: [{name: a,",
    ),
    "an operation has no class": Defect(
        "apifonica",
        "      x-operation-class: read\n",
        "",
        "operations",
        "listRentedNumbers has no x-operation-class",
        "    get:\n",
    ),
    "a class is none": Defect(
        "apifonica", "class: read", "class: write", "extensions", "'write' is not one of ['read', 'idempotent'"
    ),
    "an operation has no summary": Defect(
        "apifonica",
        "      summary: List the numbers that the account rents\n",
        "",
        "operations",
        "listRentedNumbers has no summary",
        "    get:\n",
    ),
    "a summary is a sentence": Defect(
        "apifonica", "that the account rents\n", "that the account rents.\n", "operations", "without a full stop"
    ),
    "an operation has no name": Defect(
        "apifonica", "      operationId: listRentedNumbers\n", "", "operations", "has no operationId", "    get:\n"
    ),
    "an operation has no good answer": Defect(
        "infobip",
        "        '204':\n",
        "        '304':\n",
        "operations",
        "cancelNumber has no response with a status 2XX",
        "responses:",
    ),
    "a result is no field": Defect(
        "infobip",
        "class: charge\n",
        "class: charge\n      x-result: receipt\n",
        "operations",
        "no field receipt",
        "x-result",
    ),
    "paging names no parameter": Defect(
        "apifonica", "cursor: next,", "cursor: at,", "operations", "listRentedNumbers has no parameter at"
    ),
    "paging names no field": Defect(
        "apifonica",
        "items: numbers,",
        "items: items,",
        "operations",
        "the response of listRentedNumbers has no field items",
    ),
    "the key of a record is no field": Defect(
        "apifonica", "key: number_sid}", "key: sid}", "operations", "the items of listRentedNumbers have no field sid"
    ),
    "a list in a query has no style": Defect(
        "infobip",
        "          style: form\n          explode: false\n",
        "",
        "lists",
        "array capabilities needs style and explode",
        "        - name: capabilities",
    ),
    "a list in a query leaves repeating open": Defect(
        "infobip", "          explode: false\n", "", "lists", "needs style and explode", "        - name: capabilities"
    ),
    "a list in a form has no separator": Defect(
        "voximplant",
        '                phone_region_name:\n                  type: array\n                  x-delimiter: ";"\n',
        "                phone_region_name:\n                  type: array\n",
        "lists",
        "array phone_region_name needs an x-delimiter",
    ),
    "an item may hold the separator": Defect(
        "voximplant",
        "items: {type: string, pattern: '^[^;]+$'}",
        "items: {type: string}",
        "lists",
        "a pattern that keeps the delimiter out",
        "country_code:\n",
    ),
    "a list may be empty": Defect(
        "infobip",
        "            type: array\n            minItems: 1\n",
        "            type: array\n",
        "lists",
        "array capabilities needs minItems: 1",
        "        - name: capabilities",
    ),
    "a day has no pattern": Defect(
        "voximplant",
        f"{FROM_DAY}                  pattern: '^\\d{{4}}-\\d{{2}}-\\d{{2}}$'\n",
        FROM_DAY,
        "formats",
        "from_phone_next_renewal needs a pattern",
    ),
    "a moment has no pattern": Defect(
        "apifonica",
        "          pattern: '^[A-Z][a-z]{2}, \\d{1,2} [A-Z][a-z]+ \\d{4} \\d{2}:\\d{2}:\\d{2} [+-]\\d{4}$'\n",
        "",
        "formats",
        "created needs a pattern: nothing else checks the format rfc2822",
        "        created:\n",
    ),
    "a format is misspelt": Defect(
        "voximplant", "format: utc-timestamp", "format: utc-timestmp", "formats", "unknown format utc-timestmp"
    ),
    "an amount is a float": Defect(
        "infobip",
        "        pricePerMonth:\n          type: number\n          format: decimal\n",
        "        pricePerMonth:\n          type: number\n",
        "formats",
        "pricePerMonth needs the format decimal",
    ),
    "a required field is misspelt": Defect(
        "apifonica",
        "required: [number_sid, number]",
        "required: [number_sid, nummer]",
        "required",
        "nummer is required but no property",
    ),
    "one of a group is misspelt": Defect(
        "voximplant",
        "- oneOf: [{required: [phone_id]}, {required: [phone_number]}]",
        "- oneOf: [{required: [phone_ids]}, {required: [phone_number]}]",
        "required",
        "phone_ids is required but no property",
    ),
    "what excludes another is misspelt": Defect(
        "voximplant",
        "- not: {required: [rule_id, rule_name]}",
        "- not: {required: [rule_id, rule]}",
        "required",
        "rule is required but no property",
    ),
    "what another one needs is misspelt": Defect(
        "voximplant",
        "rule_name: {anyOf: [{required: [application_id]}",
        "rule_name: {anyOf: [{required: [aplication_id]}",
        "required",
        "aplication_id is required but no property",
    ),
    "what needs another one is misspelt": Defect(
        "voximplant", "rule_name: {anyOf: [", "rule_nam: {anyOf: [", "required", "rule_nam is no property"
    ),
    "a field could be anything": Defect("apifonica", TEXT_FIELD, FIELD, "types", "call_method would be typed Any"),
    "an item could be anything": Defect(
        "infobip",
        "          description: Keywords that are in use on the number.\n          items: {type: string}\n",
        "          description: Keywords that are in use on the number.\n",
        "types",
        "the items of keywords would be typed Any",
        "        keywords:\n",
    ),
    "an object could hold anything": Defect(
        "infobip",
        "          $ref: '#/components/schemas/Price'\n",
        "          type: object\n",
        "keywords",
        "price is an object in place",
        "        price:\n",
    ),
    "a field has no description": Defect(
        "apifonica",
        "          description: HTTP method for the address in call_controller, such as GET.\n",
        "",
        "descriptions",
        "call_method has no description",
        FIELD,
    ),
    "a parameter has no description": Defect(
        "apifonica",
        "          description: Kind of number.\n          example: mobile\n",
        "          example: mobile\n",
        "descriptions",
        "type has no description",
        "        - name: type\n",
    ),
    "an enum has no name": Defect(
        "apifonica",
        TEXT_FIELD,
        f"{TEXT_FIELD}          enum: [GET]\n",
        "generator",
        "an enum stands alone under components/schemas",
    ),
    "an extension is unknown": Defect(
        "apifonica",
        "      x-operation-class: read\n",
        "      x-operation-class: read\n      x-speed: 3\n",
        "extensions",
        "unknown extension x-speed",
        "x-speed",
    ),
    "an extension is misplaced": Defect(
        "apifonica", FIELD, f"{FIELD}          x-result: none\n", "extensions", "no meaning on this schema", "x-result"
    ),
    "a code of an error stands twice": Defect(
        "voximplant", "{code: 2, name", "{code: 1, name", "codes", "the code 1 stands here twice"
    ),
}

# --- facts that no document states

UNDOCUMENTED = {
    "a parameter is not documented": Defect(
        "voximplant",
        "                deactivated:\n",
        "                sms_supported:\n                  type: boolean\n"
        "                  description: Only numbers that can do SMS.\n                deactivated:\n",
        "provenance",
        "GetPhoneNumbers.parameters.sms_supported is not stated in the document and has no x-provenance",
    ),
    "a field is not documented": Defect(
        "apifonica",
        FIELD,
        f"        colour:\n          type: string\n          description: Its colour.\n{FIELD}",
        "provenance",
        "numbers.colour is not stated",
    ),
    "a value is not documented": Defect(
        "voximplant", "enum: [EN, RU]", "enum: [EN, RU, DE]", "provenance", "locale.values.DE is not stated"
    ),
    "a bound is not documented": Defect(
        "voximplant",
        "                  x-provenance: {source: inferred, note: The minimum.}\n",
        "",
        "provenance",
        "AttachPhoneNumber.parameters.phone_count.minimum is not stated",
        "phone_count:\n",
    ),
    "a mark was lost": Defect(
        "infobip",
        "          description: Name of the country.\n"
        "          x-provenance: {source: vendor-docs, note: Successor path.}\n",
        "          description: Name of the country.\n",
        "provenance",
        "countryName is not stated in the document",
        "        countryName:\n",
    ),
    "a default is not the documented one": Defect(
        "voximplant", "default: 100\n", "default: 50\n", "provenance", "count.default is 100 in the document", "count:"
    ),
}

DEFECTS = FORMAL | EXAMPLES | OURS | UNDOCUMENTED

UNREADABLE = {
    "a reference leads to itself": Defect(
        "apifonica",
        "    NumberMode:\n      type: string\n",
        "    NumberMode:\n      $ref: '#/components/schemas/NumberMode'\n",
        "references",
        "leads to itself",
        "$ref",
    ),
    "a key stands twice": Defect(
        "apifonica",
        "  version: 1.0.0\n",
        "  version: 1.0.0\n  version: 1.0.1\n",
        "",
        "'version' stands here twice",
        "version: 1.0.1",
    ),
    "it is not YAML": Defect("apifonica", "  version: 1.0.0\n", "  version: 1.0: 0\n", "", "not YAML"),
    "it is not UTF-8": Defect("infobip", "Search, buy,", "Search, \udce9buy,", "", "not UTF-8"),
}
"""What keeps a spec, or references in it, from being read at all."""

UNGENERATED = {
    "a field is called as a member of every record": Defect(
        "apifonica", FIELD, "        raw:\n", "", "a field can't be called raw"
    ),
    "null has no form in a query": Defect(
        "infobip",
        "          example: RO\n          schema: {type: string}",
        "          example: RO\n          schema: {type: [string, 'null']}",
        "",
        "country can't be null",
        "          schema: {type: [string, 'null']}",
    ),
    "a body is neither a form nor JSON": Defect(
        "infobip",
        "          application/json:\n            schema:\n              type: object",
        "          text/csv:\n            schema:\n              type: object",
        "",
        "text/csv can't be generated",
    ),
    "a member of a JSON body is of no type that can be sent": Defect(
        "infobip",
        MEMBER,
        MEMBER.replace("type: string", "type: string\n                  format: byte"),
        "",
        "unknown format byte",
        "format: byte",
    ),
    "two arguments have one name": Defect(
        "infobip",
        "      x-operation-class: charge\n",
        "      x-operation-class: charge\n      parameters:\n"
        "        - {name: numberKey, in: query, description: The key once more., schema: {type: string}}\n",
        "",
        "two arguments called number_key",
        "    post:\n",
    ),
    "a group of parameters is of no known form": Defect(
        "voximplant",
        "                - not: {required: [phone_id, phone_number]}\n",
        "                - anyOf: [{required: [phone_id]}, {required: [phone_number]}]\n",
        "",
        "anyOf has no meaning on a rule",
    ),
}
"""What is sound, but no code can be made of it."""


class Seeded(NamedTuple):
    """A spec with a defect, and the line in which it is."""

    text: str
    line: int


def seeded(root: Path, defect: Defect) -> Seeded:
    text = (root / f"specs/{defect.spec}.yaml").read_text(encoding="utf-8")
    begin = text.index(defect.old)
    broken = text.replace(defect.old, defect.new, 1)
    if defect.culprit in defect.new:
        at = begin + defect.new.index(defect.culprit)
    elif defect.culprit in text[:begin]:
        at = text.rindex(defect.culprit, 0, begin)
    else:
        at = broken.index(defect.culprit, begin)
    return Seeded(broken, broken[:at].count("\n") + 1)


def project(folder: Path, root: Path, defect: Defect) -> Path:
    """A folder with the one spec that has the defect."""
    (folder / "specs").mkdir(parents=True)
    shutil.copy(root / "specs/extensions.schema.json", folder / "specs")
    path = folder / f"specs/{defect.spec}.yaml"
    path.write_text(seeded(root, defect).text, encoding="utf-8", errors="surrogateescape")
    return path


def saying(said: list[SpecError]) -> lint.Redocly:
    """A Redocly that says this about the one spec that it reads."""
    return lambda _: [said]


@pytest.fixture(scope="session")
def redocly(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[SpecError]]:
    """What Redocly, started once, says about each defect."""
    folder = tmp_path_factory.mktemp("defects")
    broken = [Document(project(folder / str(at), root, defect)) for at, defect in enumerate(DEFECTS.values())]
    return dict(zip(DEFECTS, linters.redocly(broken), strict=True))


@pytest.mark.parametrize("name", DEFECTS)
def test_defect_is_reported_with_its_file_and_line(
    root: Path, tmp_path: Path, redocly: dict[str, list[SpecError]], name: str
) -> None:
    defect = DEFECTS[name]
    complaints = lint.complaints([Document(project(tmp_path, root, defect))], root, redocly=saying(redocly[name]))

    place = f"specs/{defect.spec}.yaml:{seeded(root, defect).line}"
    assert (place, defect.rule) in {(each.place, each.rule) for each in complaints}, list(map(str, complaints))
    told = [str(each) for each in complaints if each.place == place]
    assert len(told) == 1, "one complaint about one line"
    assert defect.says in told[0]
    assert told[0].endswith(f" [{defect.rule}]")


def test_redocly_is_there() -> None:
    assert linters.redocly_is_there(), "run scripts/setup where npm's registry can be reached"


def test_redocly_reads_the_real_specs_and_has_nothing_against_them(specs: list[Document]) -> None:
    assert linters.redocly(specs) == [[], [], []]


def test_a_linter_that_does_not_finish_is_a_complaint(
    specs: list[Document], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "redocly.yaml"
    config.write_text("extends: [all]\nrules: {operation-sumary: error}\n", encoding="utf-8")
    monkeypatch.setattr(linters, "CONFIG", config)

    (complaint,) = lint.complaints(specs, root)

    assert complaint.place == "scripts/codegen/redocly.yaml:1"
    assert "Redocly did not finish" in complaint.what
    assert "operation-sumary" in complaint.what


def test_without_redocly_code_is_generated_with_a_notice(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(linters, "REDOCLY", tmp_path / "cli.js")
    path = project(tmp_path, root, Defect("apifonica", "20 at most.", "20 at the most.", "", ""))
    shutil.copytree(
        root / "scripts/codegen", tmp_path / "scripts/codegen", ignore=shutil.ignore_patterns("__pycache__")
    )

    assert regenerate.main(["--root", str(tmp_path)]) == 0
    assert "Redocly is not installed" in capsys.readouterr().err
    assert "20 at the most." in (tmp_path / "generated/numberline_generated/apifonica/operations.py").read_text()

    path.write_text(path.read_text(encoding="utf-8").replace("name: accountSID", "name: account"), encoding="utf-8")
    assert regenerate.main(["--root", str(tmp_path)]) == 1
    assert "Incorrect path templating for /v2/accounts/{accountSID}/numbers" in capsys.readouterr().err


def test_finding_without_a_line_yields_to_one_with_it(root: Path, tmp_path: Path) -> None:
    defect = FORMAL["a path names a parameter that is not there"]
    document = Document(project(tmp_path, root, defect))

    alone = lint.complaints([document], root, redocly=saying([]))
    together = lint.complaints([document], root)

    assert not [each for each in alone if each.place == "specs/infobip.yaml:1"]
    assert "redocly path-parameters-defined" in {each.rule for each in together}


def test_complaints_are_sorted_by_line_and_unique(root: Path, tmp_path: Path) -> None:
    path = project(tmp_path, root, OURS["a field has no description"])
    text = path.read_text(encoding="utf-8").replace("      summary: List the numbers that the account rents\n", "")
    path.write_text(text.replace("            minimum: 1\n", "            minimun: 1\n", 1), encoding="utf-8")

    complaints = lint.complaints([Document(path)], root)

    lines = [int(each.place.rpartition(":")[2]) for each in complaints]
    assert lines == sorted(set(lines))
    assert [each.rule for each in complaints] == ["operations", "redocly struct", "descriptions"]


def test_what_no_table_has_the_facts_of_is_not_compared(root: Path, tmp_path: Path) -> None:
    path = project(tmp_path, root, UNDOCUMENTED["a field is not documented"])

    assert lint.complaints([Document(path)], root)
    assert lint.complaints([Document(path.rename(path.with_name("newcomer.yaml")))], root) == []
    assert lint.complaints([Document(path.with_name("newcomer.yaml"))], tmp_path) == []


@pytest.mark.parametrize("name", UNGENERATED)
def test_ungenerable_spec_is_reported_with_its_file_and_line(root: Path, tmp_path: Path, name: str) -> None:
    defect = UNGENERATED[name]
    document = Document(project(tmp_path, root, defect))

    complaints = lint.complaints([document], root, redocly=saying([]))

    told = [each for each in complaints if each.place == f"specs/{defect.spec}.yaml:{seeded(root, defect).line}"]
    assert [each.what for each in told if defect.says in each.what], list(map(str, complaints))


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_spec_is_reported_with_its_file_and_line(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    defect = UNREADABLE[name]
    project(tmp_path, root, defect)

    refused = regenerate.main(["--check", "--root", str(tmp_path)])

    assert refused == 1
    said = capsys.readouterr().err
    assert f"specs/{defect.spec}.yaml:{seeded(root, defect).line}: " in said
    assert defect.says in said

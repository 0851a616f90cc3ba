"""The specs are sound."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from numberline._runtime.failures import BY_KIND
from scripts.codegen import lint
from scripts.codegen.documents import Document, Pointer

Schema = dict[str, Any]

CLASSES = {
    "charge": {"AttachPhoneNumber", "purchaseNumber"},
    "release": {"DeactivatePhoneNumber", "cancelNumber"},
    "idempotent": {"BindPhoneNumberToApplication", "SetPhoneNumberInfo"},
}
"""Every other operation only reads."""


@pytest.fixture(scope="session")
def definitions(root: Path) -> Schema:
    """What extensions.schema.json says of each extension, by its name."""
    found: Schema = json.loads((root / "specs/extensions.schema.json").read_text(encoding="utf-8"))["$defs"]
    return found


@pytest.fixture(scope="session")
def readme(root: Path) -> str:
    return (root / "specs/README.md").read_text(encoding="utf-8")


def test_there_is_nothing_to_mend(specs: list[Document], root: Path) -> None:
    assert [each.name for each in specs] == ["apifonica", "infobip", "voximplant"]
    assert [str(each) for each in lint.complaints(specs, root)] == []


# --- examples


def media_types(spec: Document) -> Iterator[tuple[Pointer, Schema]]:
    """Each body of a request or an answer."""
    for pointer, mapping in spec.walk():
        if len(pointer) > 1 and pointer[-2] == "content":
            yield pointer, mapping


def examples(spec: Document) -> Iterator[tuple[Pointer, Any, Any]]:
    """Each example: its place, the schema that it belongs to, and itself."""
    for pointer, media_type in media_types(spec):
        for name, example in media_type.get("examples", {}).items():
            yield (*pointer, "examples", name), media_type["schema"], example["value"]
    for pointer, mapping in spec.walk():
        if "in" in mapping and "example" in mapping:
            yield (*pointer, "example"), mapping["schema"], mapping["example"]
        if "type" in mapping:
            for at, value in enumerate(mapping.get("examples", [])):
                yield (*pointer, "examples", at), mapping, value


def test_every_example_is_valid(specs: list[Document]) -> None:
    seen = 0
    for spec in specs:
        for pointer, schema, value in examples(spec):
            rule = {**schema, "components": spec.data["components"]}
            errors = Draft202012Validator(rule, format_checker=FormatChecker()).iter_errors(value)
            assert [f"{spec.place(pointer)}: {error.json_path} {error.message}" for error in errors] == []
            seen += 1

    assert seen > 35


def test_an_example_is_documented_or_named_after_its_source(specs: list[Document]) -> None:
    for spec in specs:
        for pointer, media_type in media_types(spec):
            for name, example in media_type.get("examples", {}).items():
                source = example.get("x-provenance", {"source": "documented"})["source"]
                assert name == source, spec.place((*pointer, "examples", name))


# --- operations, parameters and fields


def test_every_operation_is_in_the_right_class(specs: list[Document]) -> None:
    given = {each["operationId"]: each["x-operation-class"] for spec in specs for _, _, _, each in spec.operations()}
    expected = {name: kind for kind, names in CLASSES.items() for name in names}

    assert len(given) == 19
    assert given == {name: expected.get(name, "read") for name in given}


def test_every_operation_has_one_line_without_a_full_stop(specs: list[Document]) -> None:
    for spec in specs:
        for pointer, _, _, operation in spec.operations():
            assert re.fullmatch(r"[A-Z][^\n]*[^.\n]", operation["summary"]), spec.place(pointer)


def test_every_parameter_and_field_is_described(specs: list[Document]) -> None:
    for spec in specs:
        for pointer, mapping in spec.walk():
            if len(pointer) > 1 and pointer[-2] in ("parameters", "properties"):
                assert spec.resolve(mapping).get("description"), spec.place(pointer)


def test_every_list_of_a_request_has_a_separator_and_an_item_at_least(specs: list[Document]) -> None:
    seen = 0
    for spec in specs:
        for pointer, listed in request_lists(spec):
            place = spec.place(pointer)
            items = spec.resolve(listed["items"])
            assert listed.get("minItems") == 1, place
            if "x-delimiter" in listed and items["type"] == "string" and "enum" not in items:
                assert re.fullmatch(items["pattern"], "a,b c"), place
                assert not re.fullmatch(items["pattern"], f"a{listed['x-delimiter']}b"), place
            seen += 1

    assert seen == 18


def request_lists(spec: Document) -> Iterator[tuple[Pointer, Schema]]:
    """Each array in a request, once it is clear what separates its items."""
    for pointer, mapping in spec.walk():
        if "requestBody" in pointer and mapping.get("type") == "array":
            assert mapping.get("x-delimiter") == ";", spec.place(pointer)
            yield pointer, mapping
        if "in" in mapping and mapping.get("schema", {}).get("type") == "array":
            assert (mapping.get("style"), mapping.get("explode")) == ("form", False), spec.place(pointer)
            yield pointer, mapping["schema"]


def test_only_what_identifies_a_record_or_makes_an_answer_is_required_in_it(specs: list[Document]) -> None:
    identifying = {"phone_id", "phone_number", "numberKey", "number", "number_sid", "account_id"}
    for spec in specs:
        for name, schema in spec.data["components"]["schemas"].items():
            allowed = identifying | {"result", "phone_numbers", "numbers"}
            assert set(schema.get("required", [])) <= allowed, spec.place(("components", "schemas", name))


def test_money_is_decimal_and_dates_have_a_pattern(specs: list[Document]) -> None:
    for spec in specs:
        for pointer, mapping in spec.walk():
            if mapping.get("type") == "number":
                assert mapping.get("format") == "decimal", spec.place(pointer)
            if mapping.get("format") in ("date", "utc-timestamp", "rfc2822"):
                assert "pattern" in mapping, spec.place(pointer)


# --- extensions


def test_every_extension_is_explained(specs: list[Document], definitions: Schema, readme: str) -> None:
    known = {name for name in definitions if name.startswith("x-")}
    used = {key for spec in specs for _, mapping in spec.walk() for key in mapping if str(key).startswith("x-")}

    assert used | {"x-name"} == known  # no provider of ours needs it
    assert set(re.findall(r"^\*\*`(x-[\w-]+)`\*\*", readme, re.MULTILINE)) == known


def test_paging_names_a_field_that_every_item_has(specs: list[Document]) -> None:
    for spec in specs:
        for pointer, _, _, operation in spec.operations():
            if "x-pagination" in operation:
                paging = operation["x-pagination"]
                content = operation["responses"]["200"]["content"]["application/json"]
                page = spec.resolve(content["schema"])
                item = spec.resolve(page["properties"][paging["items"]]["items"])
                assert paging["key"] in item["required"], spec.place((*pointer, "x-pagination"))


def test_what_no_document_speaks_of_is_marked(specs: list[Document]) -> None:
    """Failures and rate limits: none of the three documents has a word about them."""
    for spec in specs:
        assert "x-provenance" in spec.data["x-errors"], spec.name
        for pointer, _, _, operation in spec.operations():
            rate = operation.get("x-rate-limit", {"x-provenance": None})
            assert "x-provenance" in rate, spec.place(pointer)
            for status, response in operation["responses"].items():
                answered = spec.resolve(response)
                assert str(status).startswith("2") or "x-provenance" in answered, spec.place((*pointer, "responses"))


def test_a_note_is_more_than_its_source(specs: list[Document]) -> None:
    for spec in specs:
        for pointer, mapping in spec.walk():
            mark = mapping.get("x-provenance")
            assert mark is None or mark["note"].rstrip().endswith("."), spec.place(pointer)


def test_every_kind_of_error_has_a_class(specs: list[Document], definitions: Schema, readme: str) -> None:
    allowed = definitions["x-errors"]["properties"]["codes"]["items"]["properties"]["kind"]["enum"]
    explained = readme.partition("| `kind` | Meaning |")[2].partition("**`x-provenance`**")[0]

    assert set(allowed) == set(BY_KIND)
    assert re.findall(r"^\| `([\w-]+)` \|", explained, re.MULTILINE) == allowed
    for spec in specs:
        codes = spec.data["x-errors"].get("codes", [])
        assert {each["kind"] for each in codes} <= set(BY_KIND)
        assert len({each["code"] for each in codes}) == len(codes), spec.name

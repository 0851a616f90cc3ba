"""The specs say what the three documents say; anything else carries a mark or is a known difference."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.codegen.documents import Document
from scripts.parity import Outcome, Parity, explained

Data = dict[str, Any]


@pytest.fixture(scope="session")
def entries() -> list[Data]:
    text = (Path(__file__).parents[2] / "specs/differences.yaml").read_text(encoding="utf-8")
    found: list[Data] = yaml.safe_load(text)
    return found


def outcome(documented: Data, specs: list[Document], entries: list[Data]) -> Outcome:
    return explained(Parity(documented, specs), entries)


def changed(specs: list[Document], name: str, change: Callable[[Data], object]) -> list[Document]:
    """The specs with a change in a copy of one of them."""
    copies = copy.deepcopy(specs)
    change(next(each for each in copies if each.name == name).data)
    return copies


def test_the_specs_state_what_the_documents_state(
    documented: Data, specs: list[Document], entries: list[Data], record_property: Callable[[str, object], None]
) -> None:
    parity = Parity(documented, specs)
    known = sum(len(entry["facts"]) for entry in entries if "spec" in entry)
    record_property("documented facts", f"{len(parity.stated)} facts compared, {known} of them known to differ")

    assert not [str(each) for each in explained(parity, entries).unexplained]
    assert len(parity.stated) > 600


def test_every_known_difference_still_applies(documented: Data, specs: list[Document], entries: list[Data]) -> None:
    assert outcome(documented, specs, entries).stale == []


def test_known_differences_say_what_why_and_where_from(entries: list[Data]) -> None:
    for entry in entries:
        assert set(entry) in ({"facts", "document", side, "reason", "source"} for side in ("spec", "newer"))
        assert all(entry[key] for key in ("facts", "reason", "source"))


@pytest.mark.parametrize(
    ("provider", "operations", "parameters", "fields"),
    [("apifonica", 1, 8, 23), ("infobip", 5, 11, 48), ("voximplant", 11, 75, 13)],
)
def test_the_table_has_every_operation_parameter_and_field(
    documented: Data, provider: str, operations: int, parameters: int, fields: int
) -> None:
    listed: list[Data] = list(documented[provider]["operations"].values())

    assert len(listed) == operations
    assert sum(len(each["parameters"]) for each in listed) == parameters
    assert sum(len(each["answer"]) for each in listed) == fields


def test_only_the_cursor_of_apifonica_is_a_parameter_that_no_document_lists(
    documented: Data, specs: list[Document]
) -> None:
    marked = Parity(documented, specs).marked
    parameters = {fact for fact in marked if ".parameters." in fact and fact.count(".") == 3}

    assert parameters == {"apifonica.Get List of Rented Numbers.parameters.next"}


# --- each kind of departure is found


def form(data: Data, method: str) -> Data:
    body: Data = data["paths"][f"/platform_api/{method}"]["post"]["requestBody"]
    schema: Data = body["content"]["application/x-www-form-urlencoded"]["schema"]
    return schema


def component(data: Data, name: str) -> Data:
    schema: Data = data["components"]["schemas"][name]
    return schema


def listing(data: Data) -> Data:
    """Infobip's search and Apifonica's list."""
    operation: Data = next(iter(data["paths"].values()))["get"]
    return operation


def parameter(data: Data, name: str) -> Data:
    found: Data = next(each for each in listing(data)["parameters"] if each["name"] == name)
    return found


def loosen(data: Data) -> None:
    form(data, "DeactivatePhoneNumber")["allOf"] = [{"not": {"required": ["phone_id", "phone_number"]}}]


def another_price(data: Data) -> None:
    example = listing(data)["responses"]["200"]["content"]["application/json"]["examples"]["documented"]
    example["value"]["numbers"][0]["price"]["pricePerMonth"] = 16


def another_operation(data: Data) -> None:
    data["paths"]["/platform_api/GetMore"] = data["paths"]["/platform_api/GetActualPhoneNumberRegion"]
    data["paths"]["/platform_api/GetMore"]["post"]["operationId"] = "GetMore"


BOTH = {"required": ["rule_id", "rule_name"]}

DEPARTURES: dict[str, tuple[str, Callable[[Data], object], str]] = {
    "a parameter is missing": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["properties"].pop("sandbox"),
        "voximplant.GetPhoneNumbers.parameters.sandbox",
    ),
    "a parameter is of another type": (
        "voximplant",
        lambda data: form(data, "AttachPhoneNumber")["properties"]["phone_region_id"].update(type="string"),
        "voximplant.AttachPhoneNumber.parameters.phone_region_id.type",
    ),
    "a parameter is required": (
        "voximplant",
        lambda data: form(data, "AttachPhoneNumber")["required"].append("country_state"),
        "voximplant.AttachPhoneNumber.parameters.country_state.optional",
    ),
    "a parameter is no longer required": (
        "voximplant",
        lambda data: form(data, "AttachPhoneNumber")["required"].remove("country_code"),
        "voximplant.AttachPhoneNumber.parameters.country_code.optional",
    ),
    "a parameter goes elsewhere": (
        "apifonica",
        lambda data: parameter(data, "voice").update({"in": "header"}),
        "apifonica.Get List of Rented Numbers.parameters.voice.in",
    ),
    "a default is another": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["properties"]["count"].update(default=20),
        "voximplant.GetPhoneNumbers.parameters.count.default",
    ),
    "a default of false is missing": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["properties"]["children_phones_only"].pop("default"),
        "voximplant.GetPhoneNumbers.parameters.children_phones_only.default",
    ),
    "a default is made up": (
        "infobip",
        lambda data: parameter(data, "country")["schema"].update(default="GB"),
        "infobip.List available numbers.parameters.country.default",
    ),
    "a bound is missing": (
        "apifonica",
        lambda data: parameter(data, "limit")["schema"].pop("maximum"),
        "apifonica.Get List of Rented Numbers.parameters.limit.maximum",
    ),
    "an allowed value is missing": (
        "voximplant",
        lambda data: component(data, "Locale")["enum"].remove("RU"),
        "voximplant.GetPhoneNumberRegions.parameters.locale.values.RU",
    ),
    "an allowed value is made up": (
        "voximplant",
        lambda data: component(data, "Locale")["enum"].append("DE"),
        "voximplant.GetPhoneNumberRegions.parameters.locale.values.DE",
    ),
    "a separator is missing": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["properties"]["rule_name"].pop("x-delimiter"),
        "voximplant.GetPhoneNumbers.parameters.rule_name.separator",
    ),
    "a comma list is sent as repeated parameters": (
        "infobip",
        lambda data: parameter(data, "capabilities").update(explode=True),
        "infobip.List available numbers.parameters.capabilities.separator",
    ),
    "the word for all is missing": (
        "voximplant",
        lambda data: form(data, "SetPhoneNumberInfo")["properties"]["phone_id"]["anyOf"].pop(),
        "voximplant.SetPhoneNumberInfo.parameters.phone_id.word",
    ),
    "alternatives are not said": (
        "voximplant",
        lambda data: form(data, "DeactivatePhoneNumber").pop("allOf"),
        "voximplant.DeactivatePhoneNumber.parameters.phone_number.instead_of",
    ),
    "one of two became none or one of two": (
        "voximplant",
        loosen,
        "voximplant.DeactivatePhoneNumber.parameters.phone_number.instead_of",
    ),
    "a parameter needs no other one": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["allOf"].pop(),
        "voximplant.GetPhoneNumbers.parameters.rule_name.needs",
    ),
    "alternatives are made up": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["allOf"].append({"not": BOTH}),
        "voximplant.GetPhoneNumbers.groups",
    ),
    "a date is written in another way": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["properties"]["to_phone_next_renewal"].update(pattern=r"^\d{8}$"),
        "voximplant.GetPhoneNumbers.parameters.to_phone_next_renewal.form",
    ),
    "an order goes the other way": (
        "voximplant",
        lambda data: component(data, "PhoneNumberOrder").update(description="Descending: purchase_date."),
        "voximplant.GetPhoneNumbers.parameters.order_by.directions.ascent",
    ),
    "a description leaves out where the values come from": (
        "voximplant",
        lambda data: form(data, "AttachPhoneNumber")["properties"]["phone_region_id"].update(description="Region."),
        "voximplant.AttachPhoneNumber.parameters.phone_region_id.mentions.GetPhoneNumberRegions",
    ),
    "a parameter is made up": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["properties"].update(extra={"type": "string"}),
        "voximplant.GetPhoneNumbers.parameters.extra",
    ),
    "a field is missing": (
        "infobip",
        lambda data: component(data, "NumbersPage")["properties"].pop("numberCount"),
        "infobip.List purchased numbers.answer.numberCount",
    ),
    "a field within a field is of another type": (
        "infobip",
        lambda data: component(data, "Price")["properties"]["setupPrice"].pop("format"),
        "infobip.Purchase number.answer.price.setupPrice.type",
    ),
    "a field can't be null": (
        "apifonica",
        lambda data: component(data, "RentedNumber")["properties"]["token"].update(type="string"),
        "apifonica.Get List of Rented Numbers.answer.numbers.token.nullable",
    ),
    "a field is made up": (
        "apifonica",
        lambda data: component(data, "RentedNumber")["properties"].update(extra={"type": "string"}),
        "apifonica.Get List of Rented Numbers.answer.numbers.extra",
    ),
    "an operation is missing": (
        "infobip",
        lambda data: data["paths"]["/numbers/{numberKey}"].pop("delete"),
        "infobip.Cancel number",
    ),
    "an operation is made up": ("voximplant", another_operation, "voximplant.GetMore"),
    "an operation is elsewhere": (
        "apifonica",
        lambda data: data["servers"][0].update(url="https://api.apifonica.com/v3"),
        "apifonica.Get List of Rented Numbers",
    ),
    "the host is another": (
        "infobip",
        lambda data: data["servers"][0]["variables"]["host"].update(default="api2.infobip.com"),
        "infobip.server",
    ),
    "a way to sign in is missing": (
        "infobip",
        lambda data: data["components"]["securitySchemes"].pop("basic"),
        "infobip.authentication",
    ),
    "an example is another": ("infobip", another_price, "infobip.List available numbers.response"),
    "an error status is the first one": (
        "infobip",
        lambda data: data["paths"]["/numbers/{numberKey}"]["delete"].update(responses={"200": {"description": ""}}),
        "infobip.Cancel number.status",
    ),
}


@pytest.mark.parametrize("departure", DEPARTURES)
def test_a_departure_from_the_documents_is_found(
    documented: Data, specs: list[Document], entries: list[Data], departure: str
) -> None:
    name, change, fact = DEPARTURES[departure]

    left = outcome(documented, changed(specs, name, change), entries).unexplained

    assert fact in {each.fact for each in left}
    assert all(each.place.startswith("specs") for each in left)


def test_a_marked_parameter_is_no_departure(documented: Data, specs: list[Document], entries: list[Data]) -> None:
    extra = {"type": "string", "x-provenance": {"source": "observed", "note": "Seen."}}
    copies = changed(specs, "voximplant", lambda data: form(data, "GetPhoneNumbers")["properties"].update(extra=extra))

    assert outcome(documented, copies, entries) == Outcome([], [])


def test_a_spec_that_is_not_there_is_found(documented: Data, specs: list[Document], entries: list[Data]) -> None:
    left = outcome(documented, specs[1:], entries).unexplained

    assert [each.fact for each in left] == [specs[0].name]


STALE: dict[str, tuple[str, Callable[[Data], object], str]] = {
    "a spec no longer departs from the document": (
        "infobip",
        lambda data: parameter(data, "limit").update({"in": "path"}),
        "infobip.List available numbers.parameters.limit.in",
    ),
    "a spec departs in another way": (
        "infobip",
        lambda data: parameter(data, "limit").update({"in": "header"}),
        "infobip.List available numbers.parameters.limit.in",
    ),
    "a spec took a newer value over": (
        "infobip",
        lambda data: parameter(data, "limit")["schema"].update(default=10),
        "infobip.List available numbers.parameters.limit.default",
    ),
    "a spec took a newer parameter over": (
        "voximplant",
        lambda data: form(data, "GetPhoneNumbers")["properties"].update(
            sms_supported={"type": "boolean", "x-provenance": {"source": "vendor-docs", "note": "SDKs."}}
        ),
        "voximplant.GetPhoneNumbers.parameters.sms_supported",
    ),
}


@pytest.mark.parametrize("reason", STALE)
def test_a_known_difference_that_no_longer_applies_is_found(
    documented: Data, specs: list[Document], entries: list[Data], reason: str
) -> None:
    name, change, fact = STALE[reason]

    assert outcome(documented, changed(specs, name, change), entries).stale == [fact]

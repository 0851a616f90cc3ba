"""What generated code is written against: requests, operations, and names that are loaded when they are first used."""

import subprocess
import sys
from decimal import Decimal
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, strategies as st

import numberline
import numberline.apifonica
import numberline.infobip
import numberline.voximplant
from numberline._runtime.operation import Operation, Request
from numberline._runtime.plain import as_json
from numberline.errors import InvalidArgument
from numberline_generated.apifonica import operations as apifonica
from numberline_generated.infobip import operations as infobip
from numberline_generated.voximplant import operations as voximplant
from tests.support import spec

MODULES = {"voximplant": voximplant, "infobip": infobip, "apifonica": apifonica}


def operations(module: ModuleType) -> list[Operation[Any]]:
    return [value for value in vars(module).values() if isinstance(value, Operation)]


# Requests


def test_request_returns_a_parameter_of_query_or_form() -> None:
    query = infobip.build_list_available_numbers(limit=3, capabilities=["SMS", "VOICE"])
    form = voximplant.build_get_phone_numbers(offset=5)

    assert query.parameter("limit") == "3"
    assert query.parameter("page") is None
    assert form.parameter("offset") == "5"
    assert form.parameter("count") is None


def test_replacing_a_parameter_copies_the_request() -> None:
    query = apifonica.build_list_rented_numbers(account_sid="AC1", limit=3, voice=True)
    form = voximplant.build_get_phone_numbers(count=5)
    other_query = query.replace({"limit": "4", "next": "a"})
    other_form = form.replace({"offset": "5"})

    assert query.query == {"limit": "3", "voice": "true"}
    assert other_query.query == {"limit": "4", "voice": "true", "next": "a"}
    assert other_query.path == query.path == {"accountSID": "AC1"}
    assert form.body == {"count": "5"}
    assert other_form.body == {"count": "5", "offset": "5"}
    assert other_form.query == {}
    assert other_form.operation is form.operation


def test_repr_of_a_request_has_names_without_values() -> None:
    shown = [
        repr(voximplant.build_get_phone_numbers(phone_number=["15550100"], count=5)),
        repr(infobip.build_purchase_number(number_key="a-key")),
        repr(apifonica.build_list_rented_numbers(account_sid="AC1", number="15550100")),
    ]

    assert shown == [
        "<Request get_phone_numbers(count, phone_number)>",
        "<Request purchase_number(numberKey)>",
        "<Request list_rented_numbers(accountSID, number)>",
    ]


def test_a_target_is_the_prefix_the_path_and_the_query() -> None:
    request = infobip.build_list_available_numbers(capabilities=["SMS", "VOICE"], country="a,b c")

    assert request.target() == "/numbers/available?capabilities=SMS,VOICE&country=a,b%20c"
    assert request.target("/gateway/sms/1") == "/gateway/sms/1/numbers/available?capabilities=SMS,VOICE&country=a,b%20c"
    assert infobip.build_list_available_numbers().target() == "/numbers/available"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(TEXT.filter(lambda text: text not in (".", "..")))
def test_a_path_segment_survives_whatever_it_holds(key: str) -> None:
    target = infobip.build_get_purchased_number(number_key=key).target("/sms/1")

    assert target.isascii()
    assert target.count("/") == 4
    assert unquote(urlsplit(target).path.rpartition("/")[2]) == key


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_query_survives_whatever_it_holds(text: str) -> None:
    target = apifonica.build_list_rented_numbers(account_sid="AC1", country_name=text, number="123").target()

    assert target.isascii()
    assert parse_qsl(urlsplit(target).query, keep_blank_values=True) == [("number", "123"), ("country_name", text)]


def test_extra_parameters_are_sent_verbatim() -> None:
    extra = {"new_filter": "a b"}

    assert voximplant.build_get_phone_numbers(count=1, extra_params=extra).body == {"count": "1", "new_filter": "a b"}
    assert infobip.build_list_purchased_numbers(extra_params=extra).query == {"new_filter": "a b"}
    assert infobip.build_purchase_number(number_key="k", extra_params=extra).body == {"numberKey": "k", **extra}
    assert infobip.build_cancel_number(number_key="k", extra_params=extra).target() == "/numbers/k?new_filter=a%20b"


@pytest.mark.parametrize(
    "given", [{"count": "5"}, {"phone_id": "all"}, {"new": 1}, {1: "new"}, ["new"], "new", {"n": "\ud800"}]
)
def test_specified_parameter_is_refused_as_an_extra_one(given: Any) -> None:
    with pytest.raises(InvalidArgument) as refused:
        voximplant.build_get_phone_numbers(extra_params=given)
    assert refused.value.parameter == "extra_params"


def test_a_request_without_arguments_has_nothing_in_it() -> None:
    request: Request[Any] = voximplant.build_get_phone_numbers()

    assert (request.path, request.query, request.body) == ({}, {}, {})


def test_request_returns_a_json_parameter_as_its_json_text() -> None:
    values: dict[str, Any] = {
        "a": "text",
        "b": 5,
        "c": True,
        "d": None,
        "e": ["x", 'y"'],
        "f": Decimal("0.10"),
        "g": [],
    }
    request: Request[Any] = Request(infobip.PURCHASE_NUMBER, body=values)

    assert request.arguments() == {
        "a": "text",
        "b": "5",
        "c": "true",
        "d": "null",
        "e": '["x","y\\""]',
        "f": "0.10",
        "g": "[]",
    }
    assert as_json(values) == b'{"a":"text","b":5,"c":true,"d":null,"e":["x","y\\""],"f":0.10,"g":[]}'


# Operations


@pytest.mark.parametrize("provider", MODULES)
def test_operations_are_those_of_the_spec(provider: str) -> None:
    document = spec(provider)
    written = {
        (verb.upper(), path): operation
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb != "parameters"
    }
    made = {(operation.method, operation.path): operation for operation in operations(MODULES[provider])}

    assert set(made) == set(written)
    for place, operation in made.items():
        assert operation.operation_class == written[place]["x-operation-class"]
        assert (operation.paging is not None) == ("x-pagination" in written[place])
        assert operation.provider is MODULES[provider].PROVIDER


def test_every_operation_is_known_and_what_repeating_them_does() -> None:
    classes = {
        operation.name: operation.operation_class for module in MODULES.values() for operation in operations(module)
    }

    assert len(classes) == 19
    assert {name for name, kind in classes.items() if kind != "read"} == {
        "attach_phone_number",
        "bind_phone_number_to_application",
        "deactivate_phone_number",
        "set_phone_number_info",
        "purchase_number",
        "cancel_number",
    }
    assert {name for name, kind in classes.items() if kind == "charge"} == {"attach_phone_number", "purchase_number"}
    assert {name for name, kind in classes.items() if kind == "release"} == {"deactivate_phone_number", "cancel_number"}


def test_an_operation_shows_its_provider_and_its_name() -> None:
    assert repr(infobip.CANCEL_NUMBER) == "<Operation Infobip cancel_number>"


# Names that are loaded when they are first used


@pytest.mark.parametrize("module", [numberline.voximplant, numberline.infobip, numberline.apifonica])
def test_a_providers_module_has_its_models(module: ModuleType) -> None:
    generated = import_module(f"numberline_generated.{module.__name__.rpartition('.')[2]}.models")
    for name in generated.__all__:
        assert getattr(module, name) is getattr(generated, name)
        assert name in dir(module)
    with pytest.raises(AttributeError, match="no attribute 'NoSuchRecord'"):
        _ = module.NoSuchRecord
    with pytest.raises(AttributeError, match="no attribute '__wrapped__'"):
        _ = module.__wrapped__


def test_the_package_shows_what_is_public_and_nothing_else() -> None:
    assert dir(numberline) == sorted([*numberline.__all__, "__version__"])
    assert {"Voximplant", "AsyncInfobip", "Pages", "Record", "Reconciled", "Settings"} <= set(numberline.__all__)
    for name in numberline.__all__:
        assert getattr(numberline, name).__name__ == name
    with pytest.raises(AttributeError, match="module 'numberline' has no attribute 'NoSuchClient'"):
        _ = numberline.NoSuchClient  # type: ignore[attr-defined]  # shows that there is none


@pytest.mark.parametrize(
    "first",
    [
        "numberline_generated.infobip.operations",
        "numberline_generated.apifonica.decoding",
        "numberline_generated.voximplant.models",
        "numberline._runtime.records",
        "numberline.lists",
        "numberline._runtime.walk",
        "numberline._runtime.client",
        "numberline._runtime.operation",
        "numberline._runtime.lenient",
        "numberline._runtime.responses",
    ],
)
def test_any_module_may_be_imported_first(first: str) -> None:
    code = (
        f"import {first}; from numberline import Voximplant, AsyncInfobip; from numberline.apifonica import NumberMode"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_lists_and_paging_bring_no_http_client_along() -> None:
    code = "import numberline.lists, numberline.pagination, sys; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert "'numberline._runtime.walk'" in loaded
    assert "'httpx'" not in loaded
    assert "'numberline._runtime.client'" not in loaded

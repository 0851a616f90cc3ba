"""Voximplant's own Python client from PyPI, as it is but for its endpoint, against the sandbox on https."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from voximplant.apiclient import VoximplantAPI, VoximplantAPIConfig, VoximplantException

from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import Handled, serve
from numberline_sandbox.http.tls import throw_away


class Line(NamedTuple):
    """A sandbox on https, and how to reach it with a key file.

    Attributes:
        handled: the requests that arrived.
    """

    sandbox: Sandbox
    endpoint: str
    key_file: Path
    handled: list[Handled]


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    sandbox = Sandbox()
    key_file = tmp_path / "credentials.json"
    key_file.write_text(json.dumps(sandbox.service_account()), encoding="utf-8")
    handled: list[Handled] = []
    with throw_away() as certificate, serve(sandbox, certificate=certificate, log=handled.append) as url:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.authority))
        yield Line(sandbox, url.removeprefix("https://"), key_file, handled)


@pytest.fixture
def client(line: Line) -> Any:
    return VoximplantAPI(str(line.key_file), endpoint=line.endpoint)


def test_it_lists(client: Any, line: Line) -> None:
    answer = client.get_phone_numbers(count=10, order_by="phone_price")
    assert (answer["count"], answer["total_count"], len(answer["result"])) == (10, 45, 10)
    assert isinstance(answer["result"][0]["phone_next_renewal"], date)
    assert isinstance(answer["result"][0]["phone_purchase_date"], datetime)
    assert client.get_phone_numbers(is_bound_to_application=True)["total_count"] == 15
    assert client.get_phone_numbers(is_bound_to_application=False)["total_count"] == 30
    assert client.get_phone_numbers(child_account_id="all", children_phones_only=True)["total_count"] == 6
    some = [number["phone_id"] for number in answer["result"][:2]]
    assert client.get_phone_numbers(phone_id=some)["total_count"] == 2
    assert client.get_phone_numbers(from_phone_purchase_date=datetime(2000, 1, 1))["total_count"] == 45
    assert {one.path for one in line.handled} == {"/platform_api"}
    assert {one.operation for one in line.handled} == {"GetPhoneNumbers"}


def test_it_searches_buys_binds_and_deactivates(client: Any, line: Line) -> None:
    country = next(one for one in client.get_phone_number_categories(country_code="XX")["result"])
    place = {"country_code": country["country_code"], "phone_category_name": "GEOGRAPHIC"}
    region = next(one for one in client.get_phone_number_regions(**place)["result"] if one["phone_count"])
    place["phone_region_id"] = region["phone_region_id"]
    assert client.get_actual_phone_number_region(**place)["result"]["phone_region_name"] == region["phone_region_name"]
    offer = client.get_new_phone_numbers(**place, count=1)["result"][0]
    before = line.sandbox.voximplant.balances[1]

    (bought,) = client.attach_phone_number(**place, phone_number=[offer["phone_number"]])["phone_numbers"]

    assert bought["phone_number"] == offer["phone_number"]
    assert line.sandbox.voximplant.balances[1] < before
    assert client.bind_phone_number_to_application(phone_id=bought["phone_id"], application_name="support")["result"]
    (mine,) = client.get_phone_numbers(phone_number=bought["phone_number"])["result"]
    assert mine["application_name"] == "support"
    assert client.bind_phone_number_to_application(
        phone_id=[bought["phone_id"]], application_name="support", bind=False
    )["result"]
    assert client.set_phone_number_info(phone_id=bought["phone_id"], incoming_sms_callback_url="https://x.example/")
    (mine,) = client.get_phone_numbers(phone_id=bought["phone_id"])["result"]
    assert "application_name" not in mine
    assert mine["incoming_sms_callback_url"] == "https://x.example/"
    assert client.deactivate_phone_number(phone_id=bought["phone_id"])["result"] == 1
    assert client.get_phone_numbers(phone_id=bought["phone_id"])["total_count"] == 0
    assert [entry.operation for entry in line.sandbox.ledger] == [
        "attach_phone_number",
        "bind_phone_number_to_application",
        "bind_phone_number_to_application",
        "set_phone_number_info",
        "deactivate_phone_number",
    ]
    assert client.attach_phone_number(**place, phone_count=2)["result"] == 1


def test_it_is_refused_in_the_form_that_it_knows(client: Any, line: Line) -> None:
    with pytest.raises(VoximplantException) as refused:
        client.deactivate_phone_number(phone_id=1)
    assert refused.value.code == line.sandbox.voximplant.spec.codes["INVALID_PHONE_ID"]
    stranger = VoximplantAPI(
        config=VoximplantAPIConfig(credentials_file_path=str(line.key_file), endpoint=line.endpoint, account_id=99)
    )
    with pytest.raises(VoximplantException) as refused:
        stranger.get_phone_numbers()
    assert refused.value.code == line.sandbox.voximplant.spec.codes["AUTHORIZATION_FAILED"]


def test_it_acts_for_a_child_account(line: Line) -> None:
    config = VoximplantAPIConfig(credentials_file_path=str(line.key_file), endpoint=line.endpoint, account_id=1001)
    assert VoximplantAPI(config=config).get_phone_numbers()["total_count"] == 3

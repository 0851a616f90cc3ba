"""The documents' own examples come out of a sandbox, and first of all."""

import re
from datetime import UTC, datetime
from typing import Any

from numberline.testing import ManualClock
from numberline_sandbox import Sandbox
from numberline_sandbox.spec import Spec
from tests.sandbox.support import APP, GOTHAM, KEY, MOSCOW, ask, basic, call, told
from tests.support import payload

GIVEN_UP = "699116588"


def without_stock(regions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Regions but for their stock, which is the sandbox's own."""
    return [{name: value for name, value in region.items() if name != "phone_count"} for region in regions]


def test_every_operation_of_every_spec_is_there(sandbox: Sandbox) -> None:
    for provider in (sandbox.voximplant, sandbox.infobip, sandbox.apifonica):
        assert all(callable(getattr(provider, one.name)) for one in provider.spec.operations.values())
    assert sum(len(Spec.load(name).operations) for name in sandbox.credentials) == 19


def test_the_account_lists_the_observed_number_first(sandbox: Sandbox) -> None:
    answer = call(sandbox, "GetPhoneNumbers", count=1)
    assert answer["result"] == payload("voximplant", "GetPhoneNumbers", "observed")["result"]
    alone = Sandbox(owned=1)
    assert call(alone, "GetPhoneNumbers") == payload("voximplant", "GetPhoneNumbers", "observed")


def test_the_stock_lists_the_documented_offers_first(sandbox: Sandbox) -> None:
    example = payload("voximplant", "GetNewPhoneNumbers", "vendor-docs")
    assert call(sandbox, "GetNewPhoneNumbers", **MOSCOW)["result"] == example["result"]


def test_the_documented_regions_are_there(sandbox: Sandbox) -> None:
    operation = "GetPhoneNumberRegions"
    example = payload("voximplant", operation, "vendor-docs")["result"]
    answer = call(sandbox, operation, country_code="RU", phone_category_name="GEOGRAPHIC", omit_empty="false")
    assert without_stock(answer["result"]) == without_stock(example)
    observed = payload("voximplant", operation, "observed")
    answer = call(sandbox, operation, country_code="XX", phone_category_name="GEOGRAPHIC")
    assert without_stock(answer["result"])[:1] == without_stock(observed["result"])
    assert answer["count"] == observed["count"]
    [region] = without_stock([call(sandbox, "GetActualPhoneNumberRegion", **GOTHAM)["result"]])
    assert region == without_stock([payload("voximplant", "GetActualPhoneNumberRegion", "inferred")["result"]])[0]


def test_the_observed_country_and_state_come_as_they_were_seen(sandbox: Sandbox) -> None:
    answer = call(sandbox, "GetPhoneNumberCategories", sandbox="true")
    assert answer == payload("voximplant", "GetPhoneNumberCategories", "observed")
    answer = call(sandbox, "GetPhoneNumberCountryStates", country_code="US", phone_category_name="GEOGRAPHIC")
    assert answer["result"][:1] == payload("voximplant", "GetPhoneNumberCountryStates", "observed")["result"]


def test_the_observed_purchase_and_binding_happen_once_more(sandbox: Sandbox) -> None:
    assert call(sandbox, "DeactivatePhoneNumber", phone_number=GIVEN_UP) == {"result": 1}
    answer = call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_number=GIVEN_UP)
    assert answer == payload("voximplant", "AttachPhoneNumber", "observed")
    bind = call(sandbox, "BindPhoneNumberToApplication", phone_number=GIVEN_UP, application_id=10454252)
    assert bind == payload("voximplant", "BindPhoneNumberToApplication", "observed")


def test_the_documented_number_can_be_bought(sandbox: Sandbox) -> None:
    region = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1103}
    answer = call(sandbox, "AttachPhoneNumber", **region, phone_number="15552850126")
    example = payload("voximplant", "AttachPhoneNumber", "vendor-docs")
    assert answer["result"] == example["result"]
    assert answer["phone_numbers"][0].items() >= example["phone_numbers"][0].items()


def test_offers_and_bought_numbers_begin_as_documented(sandbox: Sandbox) -> None:
    available = payload("infobip", "listAvailableNumbers", "documented")
    asked = "/sms/1/numbers/available?limit=3&page=0&capabilities=SMS&country=RU"
    assert told(ask(sandbox, asked, headers=APP)) == available
    purchased = payload("infobip", "listPurchasedNumbers", "documented")
    asked = "/sms/1/numbers?limit=3&page=0&number=447860041117"
    assert told(ask(sandbox, asked, headers=APP)) == purchased
    first = told(ask(sandbox, "/sms/1/numbers?limit=1", headers=APP))
    assert first["numbers"] == purchased["numbers"]
    one = told(ask(sandbox, "/sms/1/numbers/6FED0BC540BFADD9B05ED7D89AAC22FA", headers=APP))
    assert one == payload("infobip", "getPurchasedNumber", "documented")


def test_the_documented_purchase_happens_once_the_number_is_back(sandbox: Sandbox) -> None:
    buy = b'{"numberKey":"58B3840032C7774BAC840EEEA2C23A44"}'
    assert ask(sandbox, "/sms/1/numbers/", method="POST", headers=APP, body=buy).status == 404
    path = "/sms/1/numbers/6FED0BC540BFADD9B05ED7D89AAC22FA"
    assert ask(sandbox, path, method="DELETE", headers=APP).status == 204
    bought = told(ask(sandbox, "/sms/1/numbers/", method="POST", headers=APP, body=buy))
    assert bought == payload("infobip", "purchaseNumber", "documented")
    assert bought == told(ask(sandbox, path, headers=APP))


def test_the_documented_search_finds_a_number(sandbox: Sandbox) -> None:
    query = "limit=3&page=0&capabilities=SMS,VOICE&country=RO&number=4037170005"
    [offer] = told(ask(sandbox, f"/sms/1/numbers/available?{query}", headers=APP))["numbers"]
    assert (offer["number"], offer["capabilities"]) == ("40371700051", ["SMS", "VOICE"])


def test_every_documented_kind_of_number_occurs(sandbox: Sandbox) -> None:
    path = f"/v2/accounts/{sandbox.credentials['apifonica']['account_sid']}/numbers"
    for kind in ("local", "mobile", "toll_free", "sip"):
        rented = told(ask(sandbox, f"{path}?type={kind}", headers=basic(sandbox)))["numbers"]
        assert {number["type"] for number in rented} == {kind}
    offers = told(ask(sandbox, "/sms/1/numbers/available?limit=120", headers=APP))["numbers"]
    assert {offer["shared"] for offer in offers} == {True, False}


def test_a_key_with_a_percent_sign_survives_the_path(sandbox: Sandbox) -> None:
    key = b'{"numberKey":"3B9D1EACAB7FBDRN%EE03592BFCD6BE"}'
    bought = told(ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=key))
    assert bought["number"] == "79029555525"
    assert told(ask(sandbox, f"/sms/1/numbers/{bought['numberKey']}", headers=APP)) == bought


def test_the_first_month_costs_what_the_document_says() -> None:
    """Its figures are those of 18 days out of 31, rounded up."""
    for day, price in ((13, 3.064517), (14, 2.903226)):
        clock = ManualClock(datetime(2026, 3, day, tzinfo=UTC))
        answer = told(ask(Sandbox(clock=clock.now), "/sms/1/numbers/available?country=GB", headers=APP))
        assert answer["numbers"][0]["price"]["initialMonthPrice"] == price


def test_the_rented_numbers_begin_with_the_documented_one(sandbox: Sandbox) -> None:
    sign_in = sandbox.credentials["apifonica"]
    path = f"/v2/accounts/{sign_in['account_sid']}/numbers"
    answer = told(ask(sandbox, path, headers={**basic(sandbox), "host": "api.apifonica.com"}))
    example = payload("apifonica", "listRentedNumbers", "documented")
    first = {**answer["numbers"][0], "number_sid": "{numberSID}", "account_sid": "{accountSID}"}
    assert first == example["numbers"][0]
    assert (answer["limit"], answer["prev"]) == (example["limit"], example["prev"])
    assert re.fullmatch(rf"http://api\.apifonica\.com{path}\?next=[0-9a-f]{{24}}", answer["next"])
    assert re.fullmatch(r"num[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["numbers"][1]["number_sid"])


def test_all_other_numbers_are_fictional() -> None:
    sandbox = Sandbox(seed=11, numbers=5000, owned=300)
    numbers = {number["phone_number"] for number in call(sandbox, "GetPhoneNumbers", count=1000)["result"]}
    for page in range(5):
        listed = told(ask(sandbox, f"/sms/1/numbers/available?limit=1000&page={page}", headers=APP))
        numbers |= {number["number"] for number in listed["numbers"]}
    documented = {"79029555551", "79029555525", "447860041117", "15552850126", "74957893798", "78332606030"}
    documented.add("40371700051")
    fictional = re.compile(r"1[2-9]\d\d55501\d\d|447700900\d\d\d|699\d+")
    assert len(numbers) > 5000
    assert not [n for n in numbers - documented if not fictional.fullmatch(n)]


def test_the_account_s_key_is_documented() -> None:
    assert Sandbox().credentials["voximplant"] == {"account_id": 1, "api_key": KEY["api_key"]}

"""Pages, filters and orders."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from numberline import Apifonica, Infobip, Voximplant
from numberline.apifonica import RentedNumbersPage
from numberline.voximplant import PhoneNumber
from numberline_sandbox import Sandbox
from tests.sandbox.support import APP, apifonica, ask, call, connect, infobip, told, voximplant as client_of
from tests.support import envelopes, items


def test_small_pages_come_to_the_same_as_a_large_one(sandbox: Sandbox, mode: str) -> None:
    owned = client_of(sandbox, mode)
    assert [len(page.items) for page in envelopes(owned.get_phone_numbers(count=20))] == [20, 20, 5]
    assert items(owned.get_phone_numbers(count=7)) == items(owned.get_phone_numbers())
    region = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 51}
    stock = items(owned.get_new_phone_numbers(**region, count=4))  # type: ignore[arg-type]
    assert stock == items(owned.get_new_phone_numbers(**region))  # type: ignore[arg-type]
    shop = infobip(sandbox, mode)
    assert [len(page.items) for page in envelopes(shop.list_available_numbers(limit=50))] == [50, 50, 20]
    assert items(shop.list_available_numbers(limit=7)) == items(shop.list_available_numbers(limit=1000))
    assert items(shop.list_purchased_numbers(limit=7)) == items(shop.list_purchased_numbers())
    rented = apifonica(sandbox, mode)
    assert [len(page.items) for page in envelopes(rented.list_rented_numbers())] == [20, 20, 5]
    assert items(rented.list_rented_numbers(limit=7)) == items(rented.list_rented_numbers())


def test_a_page_past_the_end_has_the_total(sandbox: Sandbox) -> None:
    answer = call(sandbox, "GetPhoneNumbers", offset=45)
    assert answer == {"result": [], "count": 0, "total_count": 45}
    answer = told(ask(sandbox, "/sms/1/numbers?page=1", headers=APP))
    assert answer == {"numbers": [], "numberCount": 45}


def test_as_many_numbers_are_offered_as_were_asked_for() -> None:
    for numbers in (10, 61, 500, 3000):
        sandbox = Sandbox(numbers=numbers)
        assert connect(Infobip, sandbox).list_available_numbers().total() == numbers
        client = connect(Voximplant, sandbox)
        counted = 0
        for country in client.get_phone_number_categories():
            for category in country.phone_categories or ():
                regions = client.get_phone_number_regions(
                    country_code=country.country_code or "", phone_category_name=category.phone_category_name or ""
                )
                counted += sum(region.phone_count or 0 for region in regions)
        assert counted == numbers


def test_links_lead_forth_and_back(sandbox: Sandbox) -> None:
    client = connect(Apifonica, sandbox)

    def pages(**arguments: Any) -> list[RentedNumbersPage]:
        return [page for page in client.list_rented_numbers(**arguments).pages() if isinstance(page, RentedNumbersPage)]

    first, last = pages(limit=20, messaging=True)
    assert first.prev is None
    assert last.next is None
    for link in (first.next or "", last.prev or ""):
        assert "messaging=true" in link
        assert "limit=20" in link
    three = pages()
    back = pages(next=(three[2].prev or "").rpartition("=")[2])
    assert [page.numbers for page in back] == [page.numbers for page in three[1:]]
    assert (three[1].prev or "").endswith("/numbers")


FILTERS: list[tuple[dict[str, Any], Callable[[PhoneNumber], bool]]] = [
    ({"phone_id": [1620500, 2000017]}, lambda n: n.phone_id in (1620500, 2000017)),
    ({"phone_number": ["699116588"]}, lambda n: n.phone_number == "699116588"),
    ({"phone_template": "1212"}, lambda n: n.phone_number.startswith("1212")),
    ({"country_code": ["US", "gb"]}, lambda n: n.phone_country_code in ("US", "GB")),
    ({"phone_category_name": "MOBILE"}, lambda n: n.category_name == "MOBILE"),
    ({"phone_region_name": ["New York", "Toronto"]}, lambda n: n.phone_region_name in ("New York", "Toronto")),
    ({"application_id": 10454253}, lambda n: n.application_id == 10454253),
    ({"application_name": "support"}, lambda n: n.application_name == "support"),
    (
        {"application_name": "support.sandbox.n1.voximplant.com", "rule_name": ["office hours"]},
        lambda n: n.rule_name == "office hours",
    ),
    ({"rule_id": [7001, 7003]}, lambda n: n.rule_id in (7001, 7003)),
    ({"is_bound_to_application": True}, lambda n: n.application_id is not None),
    ({"is_bound_to_application": False}, lambda n: n.application_id is None),
    ({"is_bound_to_rule": True}, lambda n: n.rule_id is not None),
    ({"canceled": True}, lambda n: n.canceled is True),
    ({"canceled": False}, lambda n: not n.canceled),
    ({"deactivated": True}, lambda n: n.deactivated is True),
    ({"auto_charge": False}, lambda n: n.auto_charge is False),
    ({"can_be_used": False}, lambda n: n.can_be_used is False),
    ({"sandbox": "true"}, lambda n: n.phone_country_code == "XX"),
    ({"sandbox": "false"}, lambda n: n.phone_country_code != "XX"),
    ({"verification_name": "RU"}, lambda n: n.required_verification == "RU"),
    ({"verification_status": ["IN_PROGRESS"]}, lambda n: n.verification_status == "IN_PROGRESS"),
    (
        {"from_phone_next_renewal": date(2026, 3, 20), "to_phone_next_renewal": date(2026, 4, 2)},
        lambda n: n.phone_next_renewal is not None and date(2026, 3, 20) <= n.phone_next_renewal <= date(2026, 4, 2),
    ),
    (
        {"to_phone_purchase_date": datetime(2025, 9, 1, tzinfo=UTC)},
        lambda n: n.phone_purchase_date is not None and n.phone_purchase_date <= datetime(2025, 9, 1, tzinfo=UTC),
    ),
    ({"from_unverified_hold_until": date(2026, 4, 13)}, lambda n: n.unverified_hold_until is not None),
    (
        {"country_code": ["US"], "auto_charge": True, "is_bound_to_application": True},
        lambda n: n.phone_country_code == "US" and bool(n.auto_charge) and n.application_id is not None,
    ),
]


@pytest.mark.parametrize(("arguments", "wanted"), FILTERS)
def test_a_filter_keeps_what_it_should(
    sandbox: Sandbox, arguments: dict[str, Any], wanted: Callable[[PhoneNumber], bool]
) -> None:
    client = connect(Voximplant, sandbox)
    everything = list(client.get_phone_numbers())
    kept = [number for number in everything if wanted(number)]
    assert list(client.get_phone_numbers(**arguments)) == kept
    assert 0 < len(kept) < len(everything)


def test_numbers_of_child_accounts_are_listed_when_asked_for(sandbox: Sandbox) -> None:
    client = connect(Voximplant, sandbox)
    assert len(list(client.get_phone_numbers(child_account_id=[1001]))) == 3
    assert {n.account_id for n in client.get_phone_numbers(children_phones_only=True)} == {1001, 1002}
    assert {n.account_id for n in client.get_phone_numbers(child_account_id="all")} == {1001, 1002}
    assert list(client.get_phone_numbers(child_account_id=[7])) == []


def test_each_order_has_its_own_direction(sandbox: Sandbox) -> None:
    def ordered(by: Any, attribute: str) -> list[Any]:
        return [getattr(n, attribute) for n in connect(Voximplant, sandbox).get_phone_numbers(order_by=by)]

    for by, attribute in (
        ("phone_number", "phone_number"),
        ("phone_price", "phone_price"),
        ("phone_country_code", "phone_country_code"),
        ("phone_next_renewal", "phone_next_renewal"),
    ):
        assert ordered(by, attribute) == sorted(ordered(by, attribute))
    purchases = ordered("purchase_date", "phone_purchase_date")
    assert purchases == sorted(purchases, reverse=True)
    frozen = ordered("deactivated", "deactivated")
    assert frozen == sorted(frozen, reverse=True)
    assert True in frozen
    for by in ("unverified_hold_until", "verification_status", "verification_name"):
        attribute = by.replace("verification_name", "required_verification")
        held = ordered(by, attribute)
        assert held[0] is not None
        assert held[-1] is None or by == "verification_status"


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ({"country_code": "US"}, 6),
        ({"country_code": "US", "omit_empty": "False"}, 7),
        ({"country_code": "US", "country_state": "ny"}, 2),
        ({"country_code": "US", "phone_region_code": "212"}, 1),
        ({"country_code": "US", "phone_region_id": 1104}, 1),
        ({"country_code": "US", "phone_region_name": "Austin"}, 1),
        ({"country_code": "US", "phone_region_name": "Aus"}, 0),
        ({"country_code": "US", "country_state": "AK"}, 0),
        ({"country_code": "RU"}, 1),
        ({"country_code": "RU", "omit_empty": "false"}, 2),
        ({"country_code": "RU", "omit_empty": "0"}, 2),
    ],
)
def test_regions_are_searched(sandbox: Sandbox, arguments: dict[str, Any], count: int) -> None:
    answer = call(sandbox, "GetPhoneNumberRegions", phone_category_name="GEOGRAPHIC", **arguments)
    assert answer["count"] == len(answer["result"]) == count


def test_states_belong_to_some_countries_only(sandbox: Sandbox) -> None:
    def states(**where: str) -> list[str]:
        answer = call(sandbox, "GetPhoneNumberCountryStates", phone_category_name="GEOGRAPHIC", **where)
        return [state["country_state"] for state in answer["result"]]

    assert states(country_code="US") == ["AK", "NY", "CA", "IL", "TX"]
    assert states(country_code="US", country_state="CA") == ["CA"]
    assert states(country_code="CA") == ["ON"]
    assert states(country_code="XX") == []
    assert states(country_code="US", country_state="AK") == ["AK"]


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ("country=US", lambda n: n["country"] == "US"),
        ("country=us", lambda n: n["country"] == "US"),
        ("capabilities=VOICE", lambda n: "VOICE" in n["capabilities"]),
        ("capabilities=SMS,VOICE", lambda n: n["capabilities"] == ["SMS", "VOICE"]),
        ("capabilities=SMS&capabilities=VOICE", lambda n: n["capabilities"] == ["SMS", "VOICE"]),
        ("number=5550", lambda n: "5550" in n["number"]),
        ("number=%2B4477", lambda n: "4477" in n["number"]),
        ("number=+4477", lambda n: "4477" in n["number"]),
        ("country=&number=&capabilities=", lambda n: True),
    ],
)
def test_offers_are_searched(sandbox: Sandbox, query: str, keeps: Callable[[Any], bool]) -> None:
    path = "/numbers/1/numbers/available?limit=200"
    everything = told(ask(sandbox, path, headers=APP))["numbers"]
    answer = told(ask(sandbox, f"{path}&{query}", headers=APP))
    assert answer["numbers"] == [number for number in everything if keeps(number)]
    assert answer["numberCount"] == len(answer["numbers"]) > 0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"number": "447480600503"}, lambda n: n.number == "447480600503"),
        ({"number": "+447480600503"}, lambda n: n.number == "447480600503"),
        ({"country_code": "us"}, lambda n: n.country_code == "US"),
        ({"country_code": "international"}, lambda n: n.country_code == "international"),
        ({"country_name": "united kingdom"}, lambda n: n.country_name == "United Kingdom"),
        ({"type": "sip"}, lambda n: n.type == "sip" and n.token is not None),
        ({"type": "mobile", "messaging": True}, lambda n: n.type == "mobile" and n.messaging is True),
        ({"voice": False}, lambda n: n.voice is False),
    ],
)
def test_rented_numbers_are_searched(
    sandbox: Sandbox, arguments: dict[str, Any], wanted: Callable[[Any], bool]
) -> None:
    client = connect(Apifonica, sandbox)
    everything = list(client.list_rented_numbers())
    kept = [number for number in everything if wanted(number)]
    assert list(client.list_rented_numbers(**arguments, limit=3)) == kept
    assert 0 < len(kept) < len(everything)


def test_the_first_number_of_an_empty_account_is_found() -> None:
    sandbox = Sandbox(owned=0)
    sandbox.apifonica.shift("listRentedNumbers", inward=True)
    client = apifonica(sandbox)
    (shown,) = items(client.list_rented_numbers())

    assert items(client.list_rented_numbers(number=shown.number)) == [shown]

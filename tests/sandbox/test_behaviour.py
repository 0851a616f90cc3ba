"""Each question that the documents leave open can be answered in another way."""

from typing import Any

import pytest

from numberline_sandbox import Behaviour, Sandbox
from tests.sandbox.support import APP, Clock, ask, call, failure, told
from tests.sandbox.test_documented import GOTHAM, MOSCOW, basic

OFFER = "78D8394AC3EG0460B4CF0E723FC31B49"


def made(clock: Clock | None = None, **other: Any) -> Sandbox:
    settings: dict[str, Any] = {"clock": clock or Clock()}
    if "balance" in other:
        settings["balance"] = other.pop("balance")
    return Sandbox(behaviour=Behaviour(**other), **settings)


def bought(sandbox: Sandbox, key: str = OFFER) -> Any:
    return ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=f'{{"numberKey":"{key}"}}'.encode())


def offers(sandbox: Sandbox, query: str) -> int:
    return int(told(ask(sandbox, f"/sms/1/numbers/available?{query}", headers=APP))["numberCount"])


def rented(sandbox: Sandbox, query: str, *, account: str = "") -> Any:
    sid = account or sandbox.credentials["apifonica"]["account_sid"]
    return ask(sandbox, f"/v2/accounts/{sid}/numbers?{query}", headers=basic(sandbox))


def test_every_setting_is_described_and_has_a_test() -> None:
    import inspect
    import pathlib

    here = pathlib.Path(__file__)
    tests = "".join(path.read_text(encoding="utf-8") for path in (here, here.with_name("test_renewals.py")))
    source = inspect.getsource(Behaviour)
    for name in Behaviour._fields:
        assert f"{name}=" in tests
        assert source.partition(f"    {name}: ")[2].splitlines()[1].startswith('    """')


def test_ids_may_stay_the_same() -> None:
    sandbox = made(ids_change_on_purchase=False)
    assert told(bought(sandbox))["numberKey"] == OFFER
    answer = call(sandbox, "AttachPhoneNumber", **MOSCOW, phone_number="74957893798")
    assert answer["phone_numbers"][0]["phone_id"] == 10


def test_an_unverified_number_is_held_or_not_sold() -> None:
    [number] = call(made(), "AttachPhoneNumber", **MOSCOW, phone_count=1)["phone_numbers"]
    assert (number["verification_status"], number["unverified_hold_until"]) == ("REQUIRED", "2026-04-13")
    assert failure(made(sells_unverified=False), "AttachPhoneNumber", **MOSCOW, phone_count=1) == (
        "ACCOUNT_VERIFICATION_REQUIRED"
    )


def test_a_purchase_by_number_may_do_without_locators() -> None:
    sandbox = made(locators_optional=True)
    answer = call(sandbox, "AttachPhoneNumber", phone_number="74957893798", phone_region_id=0)
    assert answer["phone_numbers"][0]["phone_number"] == "74957893798"
    assert len(call(sandbox, "AttachPhoneNumber", **GOTHAM)["phone_numbers"]) == 1
    assert len(call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=2)["phone_numbers"]) == 2
    assert failure(sandbox, "AttachPhoneNumber") == "REQUIRED_IS_EMPTY"
    assert failure(sandbox, "AttachPhoneNumber", phone_number="5") == "REQUIRED_IS_EMPTY"


def test_a_purchase_may_be_answered_without_a_body() -> None:
    sandbox = made(purchase_status=201)
    assert (bought(sandbox).status, bought(sandbox).status) == (201, 404)


@pytest.mark.parametrize(("name", "status"), [("NOT_FOUND", 404), ("BAD_REQUEST", 400)])
def test_a_key_that_is_not_on_offer_has_one_of_two_answers(name: str, status: int) -> None:
    response = bought(made(not_on_offer=name), "nothing")
    assert (response.status, response.failure) == (status, name)


def test_no_money_has_one_of_three_answers() -> None:
    assert bought(made(no_money="BAD_REQUEST", balance=9)).status == 400
    assert bought(made(no_money="FORBIDDEN", balance=9)).status == 403
    sandbox = made(no_money="BILLING_FAILED", balance=9)
    assert told(bought(sandbox))["reservationStatus"] == "BILLING_FAILED"
    assert offers(sandbox, "country=RU") == 2


def test_money_may_come_back() -> None:
    sandbox = made(refunds=True)
    call(sandbox, "DeactivatePhoneNumber", phone_id=1620500)
    assert str(sandbox.voximplant.balances[1]) == "1000.01"
    ask(sandbox, "/sms/1/numbers/6FED0BC540BFADD9B05ED7D89AAC22FA", method="DELETE", headers=APP)
    assert sandbox.infobip.balance == 1005


def test_a_canceled_number_may_stay_until_its_renewal_day(clock: Clock) -> None:
    sandbox = made(clock, canceled_numbers_stay=True)
    [number] = call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=1)["phone_numbers"]
    chosen = {"phone_id": number["phone_id"]}
    assert call(sandbox, "DeactivatePhoneNumber", **chosen) == {"result": 1}
    [record] = call(sandbox, "GetPhoneNumbers", **chosen, canceled="true")["result"]
    assert (record["canceled"], record["auto_charge"], record["modified"]) == (True, False, "2026-03-14 12:30:15")
    clock.forward(days=30)
    assert call(sandbox, "GetPhoneNumbers", **chosen)["count"] == 1
    clock.forward(days=1)
    assert call(sandbox, "GetPhoneNumbers", **chosen)["count"] == 0
    assert "phone_numbers" in call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_number=number["phone_number"])


def test_a_list_may_be_changed_in_part() -> None:
    for partial in (False, True):
        sandbox = made(partial_lists=partial)
        answer = call(sandbox, "DeactivatePhoneNumber", phone_id="5;1620500")
        assert ("error" in answer) is not partial
        assert call(sandbox, "GetPhoneNumbers")["total_count"] == (44 if partial else 45)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"phone_id": "5"}, "INVALID_PHONE_ID"),
        ({"phone_number": "5"}, "INVALID_PHONE_NUMBER"),
        ({"application_id": "5"}, "INVALID_APPLICATION_ID"),
        ({"application_name": "none"}, "INVALID_APPLICATION_NAME"),
        ({"child_account_id": "5"}, "INVALID_CHILD_ACCOUNT_ID"),
    ],
)
def test_a_filter_by_what_does_not_exist_finds_nothing_or_is_refused(fields: dict[str, str], name: str) -> None:
    assert call(made(unknown_filter_ids="ignored"), "GetPhoneNumbers", **fields)["result"] == []
    assert failure(made(unknown_filter_ids="refused"), "GetPhoneNumbers", **fields) == name
    assert failure(made(unknown_filter_ids="refused"), "GetPhoneNumberCategories", country_code="ZZ") == (
        "INVALID_COUNTRY_CODE"
    )


def test_applications_and_rules_may_come_into_being() -> None:
    sandbox = made(makes_applications=True)
    bind = {"phone_id": 1620500, "application_name": "mine", "rule_name": "all calls"}
    assert call(sandbox, "BindPhoneNumberToApplication", **bind) == {"result": 1}
    [record] = call(sandbox, "GetPhoneNumbers", application_name="mine")["result"]
    assert (record["rule_name"], record["phone_id"]) == ("all calls", 1620500)
    assert call(sandbox, "BindPhoneNumberToApplication", phone_id=1620500, application_id=5, rule_id=6)["result"] == 1
    [record] = call(sandbox, "GetPhoneNumbers", rule_id=6)["result"]
    assert (record["application_id"], record["application_name"]) == (5, "application5")
    assert call(sandbox, "GetPhoneNumbers", application_name="other")["result"] == []


def test_empty_text_clears_a_callback_or_is_nothing() -> None:
    for clears in (True, False):
        sandbox = made(empty_text_clears=clears)
        for url in ("https://example.com/sms", ""):
            assert call(sandbox, "SetPhoneNumberInfo", phone_id=1620500, incoming_sms_callback_url=url)["result"] == 1
        [record] = call(sandbox, "GetPhoneNumbers", phone_id=1620500)["result"]
        assert ("incoming_sms_callback_url" in record) is not clears


def test_one_side_is_listed_unless_another_is_asked_for() -> None:
    for side, country in (
        ("true", ["XX"]),
        ("false", ["RU", "US", "CA", "GB"]),
        ("all", ["RU", "US", "CA", "GB", "XX"]),
    ):
        sandbox = made(sandbox_side=side)
        answer = call(sandbox, "GetPhoneNumberCategories")
        assert [found["country_code"] for found in answer["result"]] == country
        assert call(sandbox, "GetPhoneNumbers", sandbox="all")["total_count"] == 45
        assert (call(sandbox, "GetPhoneNumbers", phone_id=1620500)["count"] == 1) is ("XX" in country)


def test_the_ends_of_a_range_may_lie_outside() -> None:
    day = {"from_phone_next_renewal": "2022-06-04", "to_phone_next_renewal": "2022-06-04"}
    assert call(made(ends_included=True), "GetPhoneNumbers", **day)["total_count"] == 1
    assert call(made(ends_included=False), "GetPhoneNumbers", **day)["total_count"] == 0
    day["from_phone_next_renewal"] = "2022-06-03"
    day["to_phone_next_renewal"] = "2022-06-05"
    assert call(made(ends_included=False), "GetPhoneNumbers", **day)["total_count"] == 1


def test_part_of_a_name_may_be_enough() -> None:
    for in_part in (False, True):
        sandbox = made(names_in_part=in_part)
        where = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_name": "New"}
        assert call(sandbox, "GetPhoneNumberRegions", **where)["count"] == int(in_part)
        assert bool(call(sandbox, "GetPhoneNumbers", phone_region_name="New;Bos")["count"]) is in_part
        assert bool(told(rented(sandbox, "country_name=kingdom"))["numbers"]) is in_part


@pytest.mark.parametrize(("kind", "found"), [("part", [2, 2, 2]), ("start", [0, 2, 1]), ("whole", [0, 0, 1])])
def test_a_search_matches_more_or_less_of_a_number(kind: str, found: list[int]) -> None:
    sandbox = made(number_filter=kind)
    counts = [offers(sandbox, f"country=RU&number={number}") for number in ("95555", "7902", "79029555551")]
    assert [min(count, 2) for count in counts] == [found[0], found[1], 1]


def test_any_or_all_capabilities_are_needed() -> None:
    both = "capabilities=SMS,VOICE"
    assert offers(made(capabilities_filter="any"), both) == 120
    assert offers(made(capabilities_filter="all"), both) == offers(made(), "country=US") < 120


def test_a_plus_sign_may_be_a_mistake() -> None:
    assert call(made(plus_sign=False), "GetPhoneNumbers", phone_number="+699116588")["result"] == []
    assert told(rented(made(plus_sign=False), "number=%2B447480600503"))["numbers"] == []


@pytest.mark.parametrize("kind", ["capped", "refused"])
def test_a_page_that_is_too_large_is_capped_or_refused(kind: str) -> None:
    sandbox = made(largest_page=30, oversized_page=kind)
    listed = call(sandbox, "GetPhoneNumbers", count=31)
    bought_ones = told(ask(sandbox, "/sms/1/numbers?limit=31", headers=APP))
    short = told(rented(sandbox, "limit=21"))
    if kind == "capped":
        assert (listed["count"], len(bought_ones["numbers"]), short["limit"]) == (30, 30, 20)
    else:
        assert (listed["error"]["code"], short["status_code"]) == (497, 400)
        assert "requestError" in bought_ones


def test_links_may_drop_the_filters() -> None:
    assert "messaging" in told(rented(made(links_keep_filters=True), "messaging=true"))["next"]
    assert "messaging" not in told(rented(made(links_keep_filters=False), "messaging=true"))["next"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_foreign_account_has_one_of_two_statuses(status: int) -> None:
    assert rented(made(foreign_account=status), "", account="acc1").status == status


def test_errors_may_come_in_the_newer_form() -> None:
    sandbox = made(newer_error_form=True)
    answer = told(ask(sandbox, "/sms/1/numbers?limit=0", headers=APP))
    assert (answer["errorCode"], answer["violations"][0]["property"]) == ("E400", "limit")
    assert told(ask(sandbox, "/sms/1/numbers"))["errorCode"] == "E401"


def test_unknown_parameters_may_be_refused() -> None:
    sandbox = made(unknown_parameters="refused")
    assert failure(sandbox, "GetPhoneNumbers", sms_supported="true") == "FORBIDDEN_PARAMETER"
    assert call(sandbox, "GetPhoneNumbers", cmd="GetPhoneNumbers")["count"] == 45
    assert ask(sandbox, "/sms/1/numbers?npa=212", headers=APP).status == 400
    assert rented(sandbox, "sort=1").status == 400


def test_an_empty_flag_may_mean_false() -> None:
    unbind = {"phone_id": 1620500, "application_name": "support", "bind": ""}
    for is_false in (True, False):
        sandbox = made(empty_is_false=is_false)
        call(sandbox, "BindPhoneNumberToApplication", **{**unbind, "bind": "1"})
        assert call(sandbox, "BindPhoneNumberToApplication", **unbind) == {"result": 1}
        [record] = call(sandbox, "GetPhoneNumbers", phone_id=1620500)["result"]
        assert ("application_id" in record) is not is_false


def test_any_binding_may_be_undone() -> None:
    other = {"phone_id": 1620500, "application_name": "sales", "bind": "false"}
    for anything in (True, False):
        sandbox = made(unbinds_anything=anything)
        call(sandbox, "BindPhoneNumberToApplication", phone_id=1620500, application_name="support")
        assert call(sandbox, "BindPhoneNumberToApplication", **other) == {"result": 1}
        [record] = call(sandbox, "GetPhoneNumbers", phone_id=1620500)["result"]
        assert ("application_id" in record) is not anything


def test_the_case_of_countries_may_matter() -> None:
    for matters in (True, False):
        sandbox = made(case_matters=matters)
        assert (offers(sandbox, "country=gb") == 0) is matters
        for query in ("country_code=gb", "country_name=united+kingdom"):
            assert (told(rented(sandbox, query))["numbers"] == []) is matters
        assert told(rented(sandbox, "country_code=GB&country_name=United+Kingdom"))["numbers"]


@pytest.mark.parametrize(("how", "found"), [("whole", (0, 0, 1)), ("start", (1, 0, 1)), ("part", (1, 1, 1))])
def test_a_rented_number_is_searched_by_more_or_less_of_it(how: str, found: tuple[int, ...]) -> None:
    sandbox = made(own_number_filter=how)
    queries = ("number=4474", "number=748060050", "number=%2B447480600503")
    assert tuple(len(told(rented(sandbox, query))["numbers"]) for query in queries) == found


def test_children_may_stand_beside_ones_own() -> None:
    child = {"child_account_id": "1001"}
    for beside, own in ((True, 45), (False, 0)):
        sandbox = made(children_beside_own=beside)
        assert call(sandbox, "GetPhoneNumbers", **child)["total_count"] == own + 3
        assert call(sandbox, "GetPhoneNumbers", **child, children_phones_only="true")["total_count"] == 3

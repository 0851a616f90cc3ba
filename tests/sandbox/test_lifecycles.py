"""What our own clients do with a sandbox, from the search to giving a number back."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from numberline import Apifonica, AsyncInfobip, Infobip, Voximplant
from numberline.errors import InsufficientFunds, NotFound, NumberUnavailable
from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import Handled, serve
from tests.sandbox.support import apifonica, connect, infobip, voximplant
from tests.support import items, result


def test_a_number_is_found_bought_bound_and_released(sandbox: Sandbox, mode: str) -> None:
    client = voximplant(sandbox, mode)
    country = next(c for c in result(client.get_phone_number_categories()) if c.country_code == "GB")
    assert country.phone_categories
    category = country.phone_categories[0].phone_category_name or ""
    [region] = result(client.get_phone_number_regions(country_code="GB", phone_category_name=category))
    assert region.phone_region_id
    assert region.phone_count
    where = ("GB", category, region.phone_region_id)
    search = client.get_new_phone_numbers(
        country_code=where[0], phone_category_name=where[1], phone_region_id=where[2], count=3
    )
    offer = items(search)[4]

    [bought] = result(
        client.attach_phone_number(
            country_code=where[0],
            phone_category_name=where[1],
            phone_region_id=where[2],
            phone_number=[offer.phone_number],
        )
    )
    assert bought.phone_number == offer.phone_number
    assert sandbox.voximplant.balances[1] == Decimal(1000) - (offer.phone_price or 0)
    assert offer.phone_number not in [n.phone_number for n in items(search)]
    now = result(
        client.get_actual_phone_number_region(country_code="gb", phone_category_name=category, phone_region_id=where[2])
    )
    assert now.phone_count == region.phone_count - 1
    [owned] = items(client.get_phone_numbers(phone_id=[bought.phone_id]))
    assert owned.phone_next_renewal == date(2026, 4, 14)
    assert owned.application_id is None

    chosen = [bought.phone_id]
    result(
        client.bind_phone_number_to_application(phone_id=chosen, application_name="support", rule_name="office hours")
    )
    [bound] = items(client.get_phone_numbers(phone_id=chosen, is_bound_to_rule=True))
    assert (bound.application_name, bound.rule_name) == ("support", "office hours")
    assert "GB" in result(client.get_account_phone_number_countries(application_id=[bound.application_id or 0]))
    result(client.set_phone_number_info(phone_id=chosen, incoming_sms_callback_url="https://example.com/sms"))
    [called] = items(client.get_phone_numbers(phone_number=[bought.phone_number]))
    assert called.incoming_sms_callback_url == "https://example.com/sms"
    result(client.bind_phone_number_to_application(phone_id=chosen, application_name="support", bind=False))
    [unbound] = items(client.get_phone_numbers(phone_id=chosen))
    assert (unbound.application_id, unbound.rule_id, unbound.application_name) == (None, None, None)

    result(client.deactivate_phone_number(phone_id=chosen))
    assert items(client.get_phone_numbers(phone_id=chosen)) == []
    assert offer.phone_number in [n.phone_number for n in items(search)]


def test_numbers_are_bought_by_count_and_released_together(sandbox: Sandbox, mode: str) -> None:
    client = voximplant(sandbox, mode)
    bought = result(
        client.attach_phone_number(
            country_code="XX", phone_category_name="GEOGRAPHIC", phone_region_id=51, phone_count=3
        )
    )
    assert len({number.phone_id for number in bought}) == 3
    assert len(items(client.get_phone_numbers())) == 48
    result(client.set_phone_number_info(phone_id="all", incoming_sms_callback_url="https://example.com/all"))
    assert {n.incoming_sms_callback_url for n in items(client.get_phone_numbers())} == {"https://example.com/all"}
    result(client.deactivate_phone_number(phone_id="all"))
    assert items(client.get_phone_numbers()) == []
    assert len(items(client.get_phone_numbers(child_account_id="all"))) == 6


def test_a_number_is_searched_bought_looked_up_and_canceled(sandbox: Sandbox, mode: str) -> None:
    client = infobip(sandbox, mode)
    search = client.list_available_numbers(country="US", capabilities=["SMS", "VOICE"], limit=10)
    offer = items(search)[7]
    assert offer.price

    mine = result(client.purchase_number(number_key=offer.number_key))
    assert mine.number == offer.number
    assert mine.price
    assert (mine.price.initial_month_price, mine.price.price_per_month) == (None, offer.price.price_per_month)
    assert sandbox.infobip.balance == 1000 - (offer.price.initial_month_price or 0) - (offer.price.setup_price or 0)
    assert mine.number_key != offer.number_key
    assert result(client.get_purchased_number(number_key=mine.number_key)) == mine
    [listed] = items(client.list_purchased_numbers(number=mine.number))
    assert listed.price
    assert listed.price.initial_month_price == offer.price.initial_month_price
    assert offer.number not in [n.number for n in items(search)]
    with pytest.raises(NotFound):
        result(client.purchase_number(number_key=offer.number_key))

    result(client.cancel_number(number_key=mine.number_key))
    for gone in (client.cancel_number, client.get_purchased_number):
        with pytest.raises(NotFound):
            result(gone(number_key=mine.number_key))
    assert items(search)[7].number == offer.number
    assert len(items(client.list_purchased_numbers())) == 45


def test_every_rented_number_is_listed_once(sandbox: Sandbox, mode: str) -> None:
    rented = items(apifonica(sandbox, mode).list_rented_numbers())
    assert len({number.number_sid for number in rented}) == len({number.number for number in rented}) == 45


def test_an_empty_purse_buys_nothing(mode: str) -> None:
    sandbox = Sandbox(balance=Decimal("4.50"))
    client = voximplant(sandbox, mode)
    region = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1103}
    with pytest.raises(InsufficientFunds):
        result(client.attach_phone_number(**region, phone_count=2))  # type: ignore[arg-type]
    assert len(items(client.get_phone_numbers())) == 45
    result(client.attach_phone_number(**region, phone_count=1))  # type: ignore[arg-type]
    assert sandbox.voximplant.balances[1] == Decimal("1.50")


def test_a_taken_number_cant_be_bought_again(sandbox: Sandbox, mode: str) -> None:
    client = voximplant(sandbox, mode)
    first = items(client.get_phone_numbers())[0]
    with pytest.raises(NumberUnavailable) as caught:
        result(
            client.attach_phone_number(
                country_code="XX",
                phone_category_name="GEOGRAPHIC",
                phone_region_id=51,
                phone_number=[first.phone_number],
            )
        )
    assert (caught.value.code, caught.value.parameter) == (395, "phone_number")


def test_all_three_are_served_on_one_real_port() -> None:
    sandbox = Sandbox(seed=3)
    handled: list[Handled] = []
    with serve(sandbox, log=handled.append) as url:
        with Voximplant(**sandbox.credentials["voximplant"], base_url=url) as client:
            assert len(list(client.get_phone_numbers(count=20))) == 45
        with Infobip(**sandbox.credentials["infobip"], base_url=url) as shop:
            offer = shop.list_available_numbers(country="GB").first()
            assert offer
            shop.purchase_number(number_key=offer.number_key)
        with Apifonica(**sandbox.credentials["apifonica"], base_url=url) as rented:
            pages = list(rented.list_rented_numbers(messaging=True, limit=10).pages())
            assert pages[0].raw["next"].startswith(f"{url}/v2/accounts/")
            assert sum(len(page.items) for page in pages) == len(list(rented.list_rented_numbers(messaging=True)))
        assert httpx.post(f"{url}/platform_api/Nothing").json()["error"]["code"] == 103
    assert [(one.method, one.operation, one.status) for one in handled[:5]] == [
        ("POST", "GetPhoneNumbers", 200),
        ("POST", "GetPhoneNumbers", 200),
        ("POST", "GetPhoneNumbers", 200),
        ("GET", "listAvailableNumbers", 200),
        ("POST", "purchaseNumber", 200),
    ]
    assert handled[-1][:5] == ("POST", "/platform_api/Nothing", 200, "", "UNKNOWN_COMMAND")
    everything = str(handled)
    assert "sandbox-api-key" not in everything
    assert offer.number_key not in everything


async def test_the_async_client_takes_the_same_port() -> None:
    sandbox = Sandbox()
    with serve(sandbox) as url:
        async with AsyncInfobip(**sandbox.credentials["infobip"], base_url=url, product="numbers") as client:
            assert len([number async for number in client.list_purchased_numbers(limit=10)]) == 45


def test_several_sandboxes_know_nothing_of_each_other(mode: str) -> None:
    one, other = Sandbox(), Sandbox()
    connect(Infobip, one).cancel_number(number_key="6FED0BC540BFADD9B05ED7D89AAC22FA")
    assert len(items(infobip(one, mode).list_purchased_numbers())) == 44
    assert len(items(infobip(other, mode).list_purchased_numbers())) == 45

"""What each operation is told, as it once went over a wire: recorded by the sync clients, replayed sync and async.

See recorded/README.md. The numbers are the sandbox's, which nobody can have.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.apifonica import NumberMode
from numberline.errors import NotFound
from numberline.infobip import Capability
from numberline.voximplant import VerificationStatus
from tests.support import envelopes, items, result

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

SAN_FRANCISCO = 1106
MOSCOW_TIME = timezone(timedelta(hours=3))


@pytest.mark.default_cassette("voximplant/get_phone_numbers")
def test_rented_numbers_come_page_by_page_with_what_they_cost(voximplant: Voximplant | AsyncVoximplant) -> None:
    first, last = envelopes(voximplant.get_phone_numbers(sandbox="all", count=8))
    assert [(page.raw["count"], page.total) for page in (first, last)] == [(8, 12), (4, 12)]
    number = first.items[1]
    assert (number.phone_id, number.phone_number, number.phone_region_name) == (2000005, "12125550118", "New York")
    assert number.phone_price == Decimal("1.5")
    assert number.phone_next_renewal == date(2026, 3, 24)
    assert number.phone_purchase_date == datetime(2026, 2, 24, 12, 23, 15, tzinfo=UTC)
    assert (number.application_name, number.rule_id) == ("sales", 7003)
    assert first.items[2].application_name is None
    unverified = first.items[-1]
    assert unverified.verification_status is VerificationStatus.IN_PROGRESS
    assert unverified.unverified_hold_until == date(2026, 4, 13)
    assert last.items[-1].phone_country_code == "XX"


@pytest.mark.default_cassette("voximplant/get_account_info")
def test_an_account_has_a_balance_and_a_currency(voximplant: Voximplant | AsyncVoximplant) -> None:
    account = result(voximplant.get_account_info())
    assert (account.balance, account.currency) == (Decimal(1000), "USD")


@pytest.mark.default_cassette("voximplant/get_account_phone_number_countries")
def test_countries_of_rented_numbers_are_their_codes(voximplant: Voximplant | AsyncVoximplant) -> None:
    assert result(voximplant.get_account_phone_number_countries()) == ["CA", "GB", "US", "XX"]


@pytest.mark.default_cassette("voximplant/get_phone_number_categories")
def test_categories_stand_within_their_countries(voximplant: Voximplant | AsyncVoximplant) -> None:
    america, britain = result(voximplant.get_phone_number_categories(country_code=["US", "GB"], locale="EN"))
    assert (america.country_code, america.phone_prefix, britain.phone_prefix) == ("US", "1", "44")
    geographic, free = america.phone_categories or []
    assert (geographic.phone_category_name, geographic.country_has_states) == ("GEOGRAPHIC", True)
    assert (free.phone_category_name, free.country_has_states) == ("TOLLFREE", False)
    assert (free.phone_price, free.phone_installation_price) == (Decimal(3), Decimal(5))
    assert free.can_list_phone_numbers is False


@pytest.mark.default_cassette("voximplant/get_phone_number_country_states")
def test_states_say_whether_their_numbers_can_be_listed(voximplant: Voximplant | AsyncVoximplant) -> None:
    states = result(voximplant.get_phone_number_country_states(country_code="US", phone_category_name="GEOGRAPHIC"))
    listable = {state.country_state: state.can_list_phone_numbers for state in states}
    assert listable == {"AK": False, "NY": True, "CA": True, "IL": True, "TX": True}
    assert states[1].country_state_name == "New York"


@pytest.mark.default_cassette("voximplant/get_phone_number_regions")
def test_regions_of_a_state_have_prices_and_stock(voximplant: Voximplant | AsyncVoximplant) -> None:
    regions = result(
        voximplant.get_phone_number_regions(
            country_code="US", phone_category_name="GEOGRAPHIC", country_state="CA", omit_empty=True
        )
    )
    region = next(region for region in regions if region.phone_region_id == SAN_FRANCISCO)
    assert (region.phone_region_name, region.phone_region_code, region.phone_count) == ("San Francisco", "415", 3)
    assert (region.account_price, region.account_currency) == (Decimal("1.5"), "USD")
    assert region.is_need_regulation_address is False


@pytest.mark.default_cassette("voximplant/get_actual_phone_number_region")
def test_current_region_is_decoded(voximplant: Voximplant | AsyncVoximplant) -> None:
    region = result(
        voximplant.get_actual_phone_number_region(
            country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=SAN_FRANCISCO, locale="EN"
        )
    )
    assert (region.phone_region_id, region.phone_count) == (SAN_FRANCISCO, 3)
    assert region.phone_price == Decimal("1.5")
    assert region.multiple_numbers_price == []


@pytest.mark.default_cassette("voximplant/get_new_phone_numbers")
def test_numbers_in_stock_come_page_by_page(voximplant: Voximplant | AsyncVoximplant) -> None:
    pages = envelopes(
        voximplant.get_new_phone_numbers(
            country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=SAN_FRANCISCO, count=2
        )
    )
    assert [(len(page.items), page.total) for page in pages] == [(2, 3), (1, 3)]
    numbers = [number for page in pages for number in page.items]
    assert len({number.phone_number for number in numbers}) == 3
    assert {number.phone_number[:9] for number in numbers} == {"141555501"}
    one = numbers[0]
    assert (one.phone_price, one.phone_installation_price) == (Decimal("1.5"), Decimal("1.5"))
    assert one.phone_period == "0-1-0 0:0:0"


@pytest.mark.default_cassette("voximplant/attach_phone_number")
def test_a_purchase_answers_with_the_new_numbers(voximplant: Voximplant | AsyncVoximplant) -> None:
    bought = result(
        voximplant.attach_phone_number(
            country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=SAN_FRANCISCO, phone_count=1
        )
    )
    (owned,) = items(voximplant.get_phone_numbers(phone_id=[bought[0].phone_id]))
    assert [number.phone_number for number in bought] == [owned.phone_number]
    assert bought[0].verification_status is VerificationStatus.VERIFIED
    assert owned.phone_purchase_date == datetime(2026, 3, 14, 12, 30, 15, tzinfo=UTC)


@pytest.mark.default_cassette("voximplant/bind_phone_number_to_application")
def test_binding_says_nothing_and_shows_in_the_list(voximplant: Voximplant | AsyncVoximplant) -> None:
    bound = voximplant.bind_phone_number_to_application(phone_id=[1620500], application_name="support")
    assert result(bound) is None
    (number,) = items(voximplant.get_phone_numbers(phone_id=[1620500]))
    assert (number.application_name, number.application_id) == ("support", 10454252)


@pytest.mark.default_cassette("voximplant/set_phone_number_info")
def test_an_address_for_messages_is_taken_and_shown(voximplant: Voximplant | AsyncVoximplant) -> None:
    address = "https://example.com/sms?from=number line&lang=й"
    result(voximplant.set_phone_number_info(phone_number=["12125550118"], incoming_sms_callback_url=address))
    (number,) = items(voximplant.get_phone_numbers(phone_number=["12125550118"]))
    assert number.incoming_sms_callback_url == address


@pytest.mark.default_cassette("voximplant/deactivate_phone_number")
def test_a_number_given_back_is_gone_from_the_list(voximplant: Voximplant | AsyncVoximplant) -> None:
    result(voximplant.deactivate_phone_number(phone_id=[2000005]))
    assert items(voximplant.get_phone_numbers(phone_id=[2000005])) == []


@pytest.mark.default_cassette("infobip/list_available_numbers")
def test_available_numbers_have_their_price_and_what_they_can_do(infobip: Infobip | AsyncInfobip) -> None:
    pages = envelopes(infobip.list_available_numbers(limit=2, country="GB", capabilities=["SMS"]))
    numbers = [number for page in pages for number in page.items]
    assert {page.total for page in pages} == {len(numbers)}
    assert len(pages) == -(-len(numbers) // 2)
    assert numbers[0].number.startswith("447700900")
    assert numbers[0].capabilities == [Capability.SMS]
    price = numbers[0].price
    assert price is not None
    assert (price.price_per_month, price.setup_price) == (Decimal(5), Decimal(0))
    assert (price.initial_month_price, price.currency) == (Decimal("2.903226"), "EUR")


@pytest.mark.default_cassette("infobip/list_purchased_numbers")
def test_purchased_numbers_come_page_by_page(infobip: Infobip | AsyncInfobip) -> None:
    pages = envelopes(infobip.list_purchased_numbers(limit=5))
    assert [len(page.items) for page in pages] == [5, 5, 2]
    assert {page.total for page in pages} == {12}
    assert pages[0].items[0].number_key == "6FED0BC540BFADD9B05ED7D89AAC22FA"
    assert pages[-1].items[-1].country == "XX"
    assert pages[-1].items[-1].shared is False


@pytest.mark.default_cassette("infobip/purchase_number")
def test_purchase_returns_the_number(infobip: Infobip | AsyncInfobip) -> None:
    offer = items(infobip.list_available_numbers(number="4477009"))[0]
    mine = result(infobip.purchase_number(number_key=offer.number_key))
    assert (mine.number, mine.country) == (offer.number, "GB")
    assert mine.price is not None
    assert (mine.price.price_per_month, mine.price.currency) == (Decimal(5), "EUR")


@pytest.mark.default_cassette("infobip/get_purchased_number")
def test_one_purchased_number_is_found_by_its_key(infobip: Infobip | AsyncInfobip) -> None:
    number = result(infobip.get_purchased_number(number_key="6FED0BC540BFADD9B05ED7D89AAC22FA"))
    assert (number.number, number.country, number.capabilities) == ("447860041117", "GB", [Capability.SMS])


@pytest.mark.default_cassette("infobip/cancel_number")
def test_a_cancelled_number_is_not_found_any_more(infobip: Infobip | AsyncInfobip) -> None:
    key = "6FED0BC540BFADD9B05ED7D89AAC22FA"
    result(infobip.cancel_number(number_key=key))
    with pytest.raises(NotFound) as refused:
        result(infobip.get_purchased_number(number_key=key))
    assert refused.value.status == 404


@pytest.mark.default_cassette("apifonica/list_number_costs")
def test_costs_come_link_by_link(apifonica: Apifonica | AsyncApifonica) -> None:
    pages = envelopes(apifonica.list_number_costs(limit=5))
    assert [len(page.items) for page in pages] == [5, 5, 2]
    first = pages[0].items[0]
    assert (first.number, first.monthly_price, first.currency) == ("447480600503", Decimal("1.86"), "eur")


@pytest.mark.default_cassette("apifonica/list_rented_numbers")
def test_rented_numbers_come_link_by_link(apifonica: Apifonica | AsyncApifonica) -> None:
    pages = envelopes(apifonica.list_rented_numbers(limit=5))
    assert [len(page.items) for page in pages] == [5, 5, 2]
    assert [page.raw["next"] is None for page in pages] == [False, False, True]
    first = pages[0].items[0]
    assert (first.number, first.country_code, first.voice, first.messaging) == ("447480600503", "GB", False, True)
    assert first.created == datetime(2016, 3, 31, 11, 16, 59, tzinfo=MOSCOW_TIME)
    assert first.endpoint_sid is None
    phone = next(number for page in pages for number in page.items if number.mode is NumberMode.SIP_PHONE)
    assert phone.token is not None

"""A user's code, as the type checkers see it. Not run."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, assert_type

import numberline.voximplant
from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.drift import DriftReport
from numberline.apifonica import RentedNumber
from numberline.errors import OutcomeUnknown
from numberline.infobip import Capability, Number, Price
from numberline.inventory import Bindable, Inventory, InventoryNumber, Money, Offer, Purchasable, Releasable, Searchable
from numberline.pagination import AsyncPages, Pages
from numberline.voximplant import PhoneNumber, SandboxFilter


def voximplant(client: Voximplant) -> None:
    pages = client.get_phone_numbers(phone_id=[1, 2], sandbox="all", country_code=("US", "CA"), child_account_id="all")
    assert_type(pages, Pages[PhoneNumber])
    assert_type(pages.first(), PhoneNumber | None)
    assert_type(pages.total(), int | None)
    for page in pages.pages():
        assert_type(page.items, list[PhoneNumber])
    for number in pages:
        assert_type(number.phone_id, int)
        assert_type(number.phone_number, str)
        assert_type(number.phone_price, Decimal | None)
        assert_type(number.phone_next_renewal, date | None)
        assert_type(number.phone_purchase_date, datetime | None)
    client.get_phone_numbers(sandbox=SandboxFilter.TRUE)
    nothing: None = client.bind_phone_number_to_application(phone_id="all", application_id=1)  # type: ignore[func-returns-value]  # that it returns None is what is shown
    assert nothing is None
    assert_type(client.options(timeout=5), Voximplant)
    assert_type(client.drift_report(), DriftReport)


def reconciling(client: Voximplant, unknown: OutcomeUnknown) -> None:
    found = client.reconcile(unknown)
    assert_type(found.verdict, Literal["owned", "not_owned", "undecided"])
    assert_type(found.records, tuple[PhoneNumber, ...])
    assert_type(found.look_again_at, datetime | None)


def infobip(client: Infobip) -> None:
    pages = client.list_available_numbers(capabilities=["SMS", Capability.VOICE])
    assert_type(pages, Pages[Number])
    mine = client.purchase_number(number_key="key")
    assert_type(mine, Number)
    assert_type(client.purchase_number(mine), Number)
    assert_type(mine.price, Price | None)
    if mine.price is not None:
        assert_type(mine.price.price_per_month, Decimal | None)


def apifonica(client: Apifonica) -> None:
    assert_type(client.list_rented_numbers(type="mobile", limit=20), Pages[RentedNumber])


async def asynchronous(vox: AsyncVoximplant, info: AsyncInfobip, api: AsyncApifonica) -> None:
    pages = vox.get_phone_numbers()
    assert_type(pages, AsyncPages[PhoneNumber])
    assert_type(await pages.first(), PhoneNumber | None)
    async for number in api.list_rented_numbers():
        assert_type(number, RentedNumber)
    assert_type(await info.purchase_number(number_key="key"), Number)
    assert_type((await info.reconcile(OutcomeUnknown.from_json("{}"))).records, tuple[Number, ...])
    assert_type(info.list_available_numbers(), AsyncPages[Number])


def refused(client: Voximplant) -> None:
    client.get_phone_numbers(sandbox="none")  # type: ignore[arg-type]  # shows that it is refused
    client.get_phone_numbers(phone_id=["1"])  # type: ignore[list-item]  # shows that it is refused
    client.get_phone_numbers(phone_id="any")  # type: ignore[arg-type]  # shows that it is refused
    client.get_phone_numbers(5)  # type: ignore[call-arg]  # shows that it is refused
    print(numberline.voximplant.NoSuchRecord)  # type: ignore[attr-defined]  # shows that it is refused


def shop(client: Searchable) -> None: ...


def capabilities(vox: Voximplant, info: AsyncInfobip, api: Apifonica) -> None:
    shop(vox)
    shop(info)
    buys: list[Purchasable] = [vox, info]
    releases: list[Releasable] = [vox, info]
    binds: Bindable = vox
    assert len(buys) == len(releases)
    assert binds is vox
    shop(api)  # type: ignore[arg-type]  # Apifonica can't be searched
    binds = info  # type: ignore[assignment]  # Infobip can't bind


def inventory(vox: Voximplant, info: Infobip, api: Apifonica) -> None:
    everything = Inventory({"de": vox, "support": info, "sip": api})
    for number in everything.numbers():
        assert_type(number, InventoryNumber)
        assert_type(number.monthly, Money | None)
    assert_type(everything.find("GB").cheapest(), Offer | None)
    Inventory({"a": AsyncInfobip(api_key="k")})  # type: ignore[dict-item]  # an async client

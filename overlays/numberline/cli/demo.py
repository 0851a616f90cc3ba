"""The main job, from end to end: what is rented, what can be had, buying, binding, releasing.

Everything goes through the public clients and a real socket, to the sandbox that is started here on a free port.
"""

import asyncio
from collections.abc import Iterable
from decimal import Decimal

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.errors import NotFound
from numberline.infobip import Number
from numberline.voximplant import PhoneNumber
from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve


def headline(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def table(rows: Iterable[tuple[str, ...]], shown: int = 4) -> None:
    """The first rows in columns, and how many more there are."""
    every = list(rows)
    widths = [max(map(len, column)) for column in zip(*every[:shown], strict=True)]
    for row in every[:shown]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if len(every) > shown:
        print(f"  ... and {len(every) - shown} more")


def money(amount: Decimal | None, currency: str | None = None) -> str:
    return "-" if amount is None else f"{amount:.2f} {currency or ''}".rstrip()


def owned(number: PhoneNumber) -> tuple[str, ...]:
    bound = f"bound to {number.application_name}" if number.application_name else "not bound"
    renewal = f"renews {number.phone_next_renewal}" if number.phone_next_renewal else ""
    return number.phone_number, number.phone_country_code or "", money(number.phone_price), renewal, bound


def offered(number: Number) -> tuple[str, ...]:
    price = number.price
    services = ", ".join(number.capabilities or ())
    monthly = money(price.price_per_month, price.currency) if price else ""
    return number.number, number.country or "", services, f"{monthly} a month"


def voximplant(client: Voximplant) -> None:
    headline("Voximplant: rented numbers")
    pages = client.get_phone_numbers(sandbox="all", count=20)
    table(owned(number) for number in pages)
    countries = ", ".join(client.get_account_phone_number_countries())
    print(f"  {pages.total()} numbers on {len(list(pages.pages()))} pages, in {countries}")

    headline("Voximplant: search, buy, bind, configure, release")
    states = client.get_phone_number_country_states(country_code="US", phone_category_name="GEOGRAPHIC")
    regions = client.get_phone_number_regions(country_code="US", phone_category_name="GEOGRAPHIC")
    region = max(regions, key=lambda region: region.phone_count or 0)
    region_id = region.phone_region_id or 0
    print(f"  {len(states)} states, {len(regions)} regions with stock; most in {region.phone_region_name}:")
    stock = client.get_new_phone_numbers(
        country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=region_id, count=5
    )
    table((number.phone_number, f"{money(number.phone_price)} a month") for number in stock)
    wanted = [number.phone_number for number, _ in zip(stock, range(2), strict=False)]
    bought = client.attach_phone_number(
        country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=region_id, phone_number=wanted
    )
    print(f"  bought {', '.join(number.phone_number for number in bought)}")
    ids = [number.phone_id for number in bought]
    client.bind_phone_number_to_application(phone_id=ids, application_name="support")
    client.set_phone_number_info(phone_id=ids, incoming_sms_callback_url="https://example.com/sms")
    table(owned(number) for number in client.get_phone_numbers(phone_id=ids))
    client.bind_phone_number_to_application(phone_id=ids, application_name="support", bind=False)
    client.deactivate_phone_number(phone_id=ids)
    print(f"  released; {client.get_phone_numbers(phone_id=ids).total()} of them are left")


def infobip(client: Infobip) -> None:
    headline("Infobip: rented numbers")
    pages = client.list_purchased_numbers(limit=20)
    table(offered(number) for number in pages)
    print(f"  {pages.total()} numbers on {len(list(pages.pages()))} pages")

    headline("Infobip: search, buy, look up, release")
    search = client.list_available_numbers(country="GB", capabilities=["SMS"])
    table(offered(number) for number in search)
    offer = search.first()
    assert offer is not None, "the sandbox has British numbers in stock"
    mine = client.purchase_number(number_key=offer.number_key)
    again = client.get_purchased_number(number_key=mine.number_key)
    print(f"  bought {again.number} for {money(again.price.price_per_month if again.price else None)} a month")
    client.cancel_number(number_key=mine.number_key)
    try:
        client.get_purchased_number(number_key=mine.number_key)
    except NotFound as error:
        print(f"  released; looking it up now says: {error}")


def apifonica(client: Apifonica) -> None:
    headline("Apifonica: rented numbers")
    pages = client.list_rented_numbers(limit=20)
    table(
        (number.number, number.country_name or "", number.type or "", f"since {number.created:%d %b %Y}")
        for number in pages
        if number.created is not None
    )
    print(f"  {len(list(pages))} numbers on {len(list(pages.pages()))} pages")
    mobiles = list(client.list_rented_numbers(type="mobile", messaging=True))
    print(f"  {len(mobiles)} of them are mobile numbers for messages")


async def everywhere(vox: AsyncVoximplant, info: AsyncInfobip, api: AsyncApifonica) -> None:
    headline("All three at once, async")

    async def count_voximplant() -> int:
        return len([number async for number in vox.get_phone_numbers(sandbox="all", count=10)])

    async def count_infobip() -> int:
        return len([number async for number in info.list_purchased_numbers(limit=10)])

    async def count_apifonica() -> int:
        return len([number async for number in api.list_rented_numbers(limit=10)])

    async with vox, info, api:
        counts = await asyncio.gather(count_voximplant(), count_infobip(), count_apifonica())
    print("  Voximplant {}, Infobip {}, Apifonica {} numbers".format(*counts))


def main() -> None:
    sandbox = Sandbox()
    vox, info, api = (sandbox.credentials[name] for name in ("voximplant", "infobip", "apifonica"))
    with serve(sandbox) as url:
        print(
            f"The sandbox of all three providers runs on {url}. No account, no money, no network beyond this machine."
        )
        with Voximplant(**vox, base_url=url) as voximplant_client:
            voximplant(voximplant_client)
        with Infobip(**info, base_url=url) as infobip_client:
            infobip(infobip_client)
        with Apifonica(**api, base_url=url) as apifonica_client:
            apifonica(apifonica_client)
        asyncio.run(
            everywhere(
                AsyncVoximplant(**vox, base_url=url),
                AsyncInfobip(**info, base_url=url),
                AsyncApifonica(**api, base_url=url),
            )
        )


if __name__ == "__main__":
    main()

"""The facts that a reviewer looked for, and for ten of which looked in vain, are in `help()`."""

import pydoc

import pytest

import numberline.apifonica
import numberline.infobip
import numberline.voximplant
from numberline import Apifonica, Infobip, Voximplant

FACTS = {
    "word all": (Voximplant.bind_phone_number_to_application, "the word all for every number"),
    "sort directions": (Voximplant.get_phone_numbers, "purchase dates descending, frozen numbers first"),
    "rule by name": (Voximplant.get_phone_numbers, "by their names. Needs application_id or application_name."),
    "default page size": (Voximplant.get_new_phone_numbers, "Default: 20."),
    "sandbox values": (Voximplant.get_phone_numbers, "Literal['all', 'true', 'false']"),
    "callback fallback": (Voximplant.set_phone_number_info, "the account's general callback URL is called"),
    "fee is reserved": (Voximplant.attach_phone_number, "The fee of the coming month and the taxes on it are reserved"),
    "states by example": (Voximplant.get_phone_number_country_states, "For example `AL`, `CA`."),
    "frozen": (numberline.voximplant.PhoneNumber, "deactivated: Whether the subscription is frozen"),
    "mode": (numberline.apifonica.RentedNumber, "mode: What the number is connected to."),
    "largest page": (Apifonica.list_rented_numbers, "limit: Numbers on a page, 20 at most."),
    "SIP token": (numberline.apifonica.RentedNumber, "token: Secret for signing in, for numbers of the type sip"),
    "rental date": (numberline.apifonica.RentedNumber, "created: When the number was rented"),
    "capabilities": (Infobip.list_available_numbers, "must offer, comma-separated on the wire"),
    "cancelled is free": (Infobip.cancel_number, "Anybody can buy it afterwards"),
    "total": (numberline.infobip.NumbersPage, "number_count: How many numbers there are on all pages"),
    "one-off fee": (numberline.infobip.Price, "setup_price: Fee that is due once."),
    "page with limit": (Infobip.list_available_numbers, "Always sent together with limit"),
    "deprecated purchase": (Infobip.purchase_number, "deprecated on its newer path since 2024-01-20"),
    "records of a module": (numberline.infobip, "class Number("),
}


@pytest.mark.parametrize(("where", "fact"), FACTS.values(), ids=FACTS)
def test_help_states_the_fact(where: object, fact: str) -> None:
    assert fact in " ".join(pydoc.plain(pydoc.render_doc(where)).replace("|", " ").split())


def test_dir_of_a_client_shows_nothing_private() -> None:
    with Infobip(api_key="a-key") as client:
        shown = dir(client)

    assert {"list_purchased_numbers", "options", "reconcile"} <= set(shown)
    assert not [name for name in shown if name.startswith("_")]
    assert not [name for name in dir(numberline) if name.startswith("_") and name != "__version__"]

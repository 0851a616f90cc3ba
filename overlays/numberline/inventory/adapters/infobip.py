"""Infobip's numbers."""

from typing import Any

from numberline_generated.infobip import operations

from ..._runtime.operation import Request
from ...infobip import Capability, Number, Price
from ..values import InventoryNumber, Money, Offer, PhoneNumber
from . import Account, Adapter, Asking, Listing, Status, Steps, Wanted, read_all

_PAGE = 500  # the greatest one is not documented; a client in the field allows 1000
_FILTERS = {"sms": Capability.SMS, "voice": Capability.VOICE}
"""The capabilities that the search can be narrowed to; others are looked for in what it finds."""


def _numbers(account: Account, _: str | None) -> Steps[InventoryNumber]:
    listing: Listing[Number] = Listing(account, operations.build_list_purchased_numbers(limit=_PAGE))
    yield from read_all(listing, lambda record: InventoryNumber(**_item(account, record), **_use(record)))


def _use(record: Number) -> dict[str, Any]:
    # An application is only told by newer responses, so its absence says nothing.
    return {"bound_to": record.application_id, "is_bound": True if record.application_id else None}


def _status(_: Account) -> Asking[Status]:
    page = yield operations.build_list_purchased_numbers(limit=1)
    return Status(page.total)


def _search(account: Account, wanted: Wanted) -> Steps[Offer]:
    narrowed = [each for name, each in _FILTERS.items() if name in wanted.capabilities]
    request = operations.build_list_available_numbers(
        limit=_PAGE, country=wanted.country, capabilities=narrowed or None, number=wanted.prefix or None
    )
    listing: Listing[Number] = Listing(account, request)
    yield from read_all(listing, lambda record: _offer(account, record))


def _offer(account: Account, record: Number) -> Offer:
    price = record.price or Price()
    return Offer(**_item(account, record), setup=Money.read(price.setup_price, price.currency), where={})


def _item(account: Account, record: Number) -> dict[str, Any]:
    price = record.price or Price()
    return {
        "account": account.name,
        "provider": account.provider,
        "id": record.number_key,
        "text": record.number,
        "number": PhoneNumber.read(record.number),
        "country": record.country and record.country.upper(),
        "kind": record.type and record.type.value.lower(),
        "capabilities": _words(record.capabilities),
        "monthly": Money.read(price.price_per_month, price.currency),
        "record": record,
    }


def _words(capabilities: list[Capability] | None) -> frozenset[str] | None:
    return None if capabilities is None else frozenset(each.value.lower() for each in capabilities)


def _purchase(offer: Offer) -> Request[Any]:
    return operations.build_purchase_number(number_key=offer.id).about(offer.text)


def _bought(result: Number) -> tuple[str, Number]:
    return result.number_key, result


def _release(number_id: str) -> Request[Any]:
    return operations.build_cancel_number(number_key=number_id)


ADAPTER = Adapter(_numbers, _status, _search, _purchase, _bought, _release)

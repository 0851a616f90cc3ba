"""Voximplant's numbers. Its prices are in the account's currency, which another call tells."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from numberline_generated.voximplant import operations

from ... import voximplant
from ..._runtime.operation import Request
from ...errors import InvalidRequest, NotFound, PermissionDenied
from ..values import InventoryNumber, Money, Offer, PhoneNumber, Problem
from . import Account, Adapter, Asking, Listing, Status, Steps, Wanted, read_all

_PAGE = 500  # the greatest one is not documented; programs in the field rely on 1000
_STOCK_PAGE = 100
_KINDS = {"GEOGRAPHIC": "local", "TOLLFREE": "toll_free"}


def _numbers(account: Account, country: str | None) -> Steps[InventoryNumber]:
    currency = (yield from _money(account))[1]
    request = operations.build_get_phone_numbers(
        count=_PAGE, sandbox="all", country_code=[country] if country is not None else None
    )
    listing: Listing[voximplant.PhoneNumber] = Listing(account, request)
    yield from read_all(listing, lambda record: _number(account, record, currency))


def _number(account: Account, record: voximplant.PhoneNumber, currency: str | None) -> InventoryNumber:
    return InventoryNumber(
        account=account.name,
        provider=account.provider,
        id=str(record.phone_id),
        text=record.phone_number,
        number=PhoneNumber.read(record.phone_number),
        country=record.phone_country_code and record.phone_country_code.upper(),
        kind=_kind(record.category_name),
        capabilities=_capabilities(record.is_sms_supported),
        monthly=Money.read(record.phone_price, currency),
        purchased=record.phone_purchase_date,
        next_renewal=record.phone_next_renewal,
        is_bound=record.application_id is not None or record.application_name is not None,
        bound_to=record.application_name or (str(record.application_id) if record.application_id else None),
        problems=_problems(record),
        record=record,
    )


def _problems(record: voximplant.PhoneNumber) -> frozenset[Problem] | None:
    verification = record.verification_status and record.verification_status.value
    found: dict[Problem, bool] = {
        "cancelled": record.canceled is True,
        "frozen": record.deactivated is True,
        "unverified": verification in ("REQUIRED", "IN_PROGRESS") or record.unverified_hold_until is not None,
    }
    if not any(found.values()) and record.deactivated is None:
        return None
    return frozenset(problem for problem, there in found.items() if there)


def _money(account: Account) -> Asking[tuple[Money | None, str | None]]:
    """Return the account's balance and its currency, as far as this sign-in may know them."""
    try:
        info = (yield operations.build_get_account_info()).result
    except (PermissionDenied, NotFound, InvalidRequest):
        return None, None
    return Money.read(info.balance, info.currency), info.currency


def _status(account: Account) -> Asking[Status]:
    page = yield operations.build_get_phone_numbers(count=1, sandbox="all")
    balance, _ = yield from _money(account)
    return Status(page.total, balance)


def _search(account: Account, wanted: Wanted) -> Steps[Offer]:
    found = yield operations.build_get_phone_number_categories(country_code=[wanted.country])
    places = [
        {"country_code": country.country_code, "phone_category_name": category.phone_category_name}
        for country in found.result
        for category in country.phone_categories or ()
        if wanted.kind in (None, _kind(category.phone_category_name))
        and country.country_code
        and category.phone_category_name
        and category.can_list_phone_numbers is not False
        and country.can_list_phone_numbers is not False
    ]
    prefix = next((country.phone_prefix for country in found.result if country.phone_prefix), None)
    # That stock is priced in the account's currency is inferred: a purchase is charged in it.
    currency = (yield from _money(account))[1] if places else None
    for place in places:
        regions = yield operations.build_get_phone_number_regions(**place)
        for region in sorted(filter(lambda each: _may_fit(each, wanted, prefix), regions.result), key=_price):
            yield from _region(account, region, {**place, "phone_region_id": region.phone_region_id}, currency)


def _region(
    account: Account, region: voximplant.PhoneNumberRegion, where: dict[str, Any], currency: str | None
) -> Steps[Offer]:
    listing: Listing[voximplant.AvailablePhoneNumber] = Listing(
        account, operations.build_get_new_phone_numbers(**where, count=_STOCK_PAGE)
    )
    yield from read_all(listing, lambda record: _offer(account, record, region, where, currency))


def _may_fit(region: voximplant.PhoneNumberRegion, wanted: Wanted, prefix: str | None) -> bool:
    if region.phone_region_id is None or region.phone_count == 0:
        return False
    if "sms" in wanted.capabilities and region.is_sms_supported is False:
        return False
    begin = f"{prefix}{region.phone_region_code}" if prefix and region.phone_region_code else ""
    return begin.startswith(wanted.prefix) or wanted.prefix.startswith(begin)


def _price(region: voximplant.PhoneNumberRegion) -> Decimal:
    price = region.account_price if region.account_price is not None else region.phone_price
    return Decimal("Infinity") if price is None else price


def _offer(
    account: Account,
    record: voximplant.AvailablePhoneNumber,
    region: voximplant.PhoneNumberRegion,
    where: dict[str, Any],
    currency: str | None,
) -> Offer:
    return Offer(
        account=account.name,
        provider=account.provider,
        id=str(record.phone_id),
        text=record.phone_number,
        number=PhoneNumber.read(record.phone_number),
        country=(record.phone_country_code or where["country_code"]).upper(),
        kind=_kind(record.phone_category_name or where["phone_category_name"]),
        capabilities=_capabilities(region.is_sms_supported),
        monthly=Money.read(record.phone_price, currency),
        setup=Money.read(record.phone_installation_price, currency),
        where=where,
        record=record,
    )


def _purchase(offer: Offer) -> Request[Any]:
    return operations.build_attach_phone_number(**offer.where, phone_number=[offer.text])


def _bought(result: Any) -> tuple[str, voximplant.NewPhoneNumber]:
    (number,) = result.phone_numbers
    return str(number.phone_id), number


def _release(number_id: str) -> Request[Any]:
    return operations.build_deactivate_phone_number(phone_id=[int(number_id)])


def _bind(ids: Sequence[str], application: str | int) -> Request[Any]:
    numbers = [int(each) for each in ids]
    if isinstance(application, int):
        return operations.build_bind_phone_number_to_application(phone_id=numbers, application_id=application)
    return operations.build_bind_phone_number_to_application(phone_id=numbers, application_name=application)


def _kind(category: str | None) -> str | None:
    return category and _KINDS.get(category, category.lower())


def _capabilities(is_sms_supported: bool | None) -> frozenset[str]:
    # Every number takes calls: the documents have a flag for SMS only.
    return frozenset({"voice", "sms"} if is_sms_supported else {"voice"})


ADAPTER = Adapter(_numbers, _status, _search, _purchase, _bought, _release, _bind)

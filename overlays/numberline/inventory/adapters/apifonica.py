"""Apifonica's numbers. What they cost is a listing of its own, read beside the first as far as it is needed."""

from numberline_generated.apifonica import operations

from ...apifonica import NumberCost, RentedNumber
from ...errors import NotFound, PermissionDenied
from ..values import InventoryNumber, Money, PhoneNumber
from . import Account, Adapter, Asking, Listing, Status, Steps

_NONE = ("", "default_call_app_sid", "default_msg_app_sid")
"""What stands for no application and no address."""


def _numbers(account: Account, country: str | None) -> Steps[InventoryNumber]:
    sid = account.client._setting("account_sid", None)
    request = operations.build_list_rented_numbers(account_sid=sid, country_code=country)
    rented: Listing[RentedNumber] = Listing(account, request)
    costs = _Costs(account, sid)
    while (records := (yield from rented.read())) is not None:
        yield from costs.read_until({record.number_sid for record in records})
        yield [_number(account, record, costs.take(record.number_sid)) for record in records]


class _Costs:
    """Prices by number, read until those that are wanted are there. If both listings have one order, as few pages are
    held as can be."""

    def __init__(self, account: Account, sid: str) -> None:
        self._listing: Listing[NumberCost] = Listing(account, operations.build_list_number_costs(account_sid=sid))
        self._known: dict[str, Money | None] = {}
        self._ended = False

    def read_until(self, wanted: set[str]) -> Asking[None]:
        while not self._ended and wanted - self._known.keys():
            try:
                costs = yield from self._listing.read()
            except (NotFound, PermissionDenied):  # these credentials are told no prices
                costs = None
            self._ended = costs is None
            self._known |= {cost.number_sid: Money.read(cost.monthly_price, cost.currency) for cost in costs or ()}

    def take(self, sid: str) -> Money | None:
        return self._known.pop(sid, None)


def _number(account: Account, record: RentedNumber, monthly: Money | None) -> InventoryNumber:
    fields = ("call_app_sid", "msg_app_sid", "endpoint_sid", "call_controller", "msg_controller")
    told = [value for value in (getattr(record, name) for name in fields) if value is not None]
    used = [value for value in told if value not in _NONE]
    country = record.country_code
    able = {"voice": record.voice, "sms": record.messaging}
    return InventoryNumber(
        account=account.name,
        provider=account.provider,
        id=record.number_sid,
        text=record.number,
        number=PhoneNumber.read(record.number),
        country=country.upper() if country and len(country) == 2 else country,
        kind=record.type and record.type.value,
        capabilities=None if set(able.values()) == {None} else frozenset(name for name, can in able.items() if can),
        monthly=monthly,
        purchased=record.created,
        is_bound=bool(used) if told else None,
        bound_to=used[0] if used else None,
        record=record,
    )


def _status(account: Account) -> Asking[Status]:
    sid = account.client._setting("account_sid", None)
    yield operations.build_list_rented_numbers(account_sid=sid, limit=1)
    return Status()


ADAPTER = Adapter(_numbers, _status)

"""The numbers that Voximplant's accounts own: what is known of each, and how lists of them are filtered and sorted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from numberline._runtime.timestamp_formats import write_utc_timestamp
from numberline_generated.wire import voximplant as wire

from ..numbers import SavedNumber
from ..provider import ApiError, digits
from .catalogue import CATEGORIES, SANDBOX_COUNTRY

VERIFICATION = "RU"  # the only one that is known


class Application(NamedTuple):
    """An application, which numbers can be bound to, with its rules by id."""

    id: int
    name: str
    rules: dict[int, str]

    @property
    def full_name(self) -> str:
        return f"{self.name}.sandbox.n1.voximplant.com"


APPLICATIONS = (
    # The first id is that of the documented request; the rest is made up.
    Application(10454252, "support", {7001: "office hours", 7002: "night"}),
    Application(10454253, "sales", {7003: "default"}),
)


def find_application(number: int | None, name: str | None = None) -> Application | None:
    """Return the application with an id or a name."""
    return next((one for one in APPLICATIONS if one.id == number or name in (one.name, one.full_name)), None)


@dataclass(slots=True, eq=False)
class OwnedNumber:
    """A number of an account. What the wire shows is called as there.

    Attributes:
        unverified: whether it waits for a verification.
        is_documented: whether it is shown as the observed example shows it.
    """

    number: SavedNumber
    phone_id: int
    account_id: int
    phone_price: Decimal
    phone_next_renewal: date
    phone_purchase_date: datetime
    modified: datetime
    deactivated: bool = False
    canceled: bool = False
    auto_charge: bool = True
    unverified: bool = False
    verification_status: wire.VerificationStatus | Literal["NOT_REQUIRED"] | None = wire.VerificationStatus.verified
    unverified_hold_until: date | None = None
    application_id: int | None = None
    rule_id: int | None = None
    incoming_sms_callback_url: str = ""
    is_documented: bool = False

    @property
    def application(self) -> Application | None:
        return find_application(self.application_id)

    @property
    def rule_name(self) -> str | None:
        return self.application.rules[self.rule_id] if self.application and self.rule_id is not None else None


Test = Callable[[OwnedNumber], bool]


def filters(asked: wire.GetPhoneNumbersRequest) -> Iterator[Test]:
    """Yield a test for each filter of a request.

    Raises:
        ApiError: for a range that ends before it begins.
    """
    for name, looked_at in FILTERS.items():
        value = getattr(asked, name)
        if value is not None:
            items = [getattr(item, "root", item) for item in (value if isinstance(value, list) else [value])]
            values = set(map(_WRITTEN[name], items) if name in _WRITTEN else items)
            yield lambda own, looked_at=looked_at, values=values: looked_at(own) in values  # type: ignore[misc]
    if asked.phone_template:
        beginning = digits(asked.phone_template)
        yield lambda own: own.number.number.startswith(beginning)
    if asked.sandbox is not None:
        yield lambda own: is_on_side(own.number.region.country, asked.sandbox)
    if asked.application_id is not None or asked.application_name is not None:
        application = find_application(asked.application_id, asked.application_name)
        yield lambda own: application is not None and own.application_id == application.id
    yield from _by_time(asked)


_ATTRIBUTES = ("deactivated", "canceled", "auto_charge", "phone_id", "verification_status", "rule_id", "rule_name")
FILTERS: dict[str, Callable[[OwnedNumber], object]] = {
    **{name: attrgetter(name) for name in _ATTRIBUTES},
    "can_be_used": lambda own: not own.unverified,
    "phone_number": lambda own: own.number.number,
    "verification_name": lambda own: VERIFICATION if own.unverified else None,
    "country_code": lambda own: own.number.region.country,
    "phone_category_name": lambda own: CATEGORIES[own.number.region.kind],
    "phone_region_name": lambda own: own.number.region.city,
    "is_bound_to_application": lambda own: own.application_id is not None,
    "is_bound_to_rule": lambda own: own.rule_id is not None,
}
"""What each filter by equality looks at."""

_WRITTEN: dict[str, Callable[[Any], object]] = {
    "phone_number": digits,
    "country_code": str.upper,
    "phone_category_name": str.upper,
}
"""How what is asked for is written there, if not as it came."""


def _by_time(asked: wire.GetPhoneNumbersRequest) -> Iterator[Test]:
    """Yield a test for each range of days or moments; what has none is in no range."""
    for name in ("phone_next_renewal", "phone_purchase_date", "unverified_hold_until"):
        begin, end = getattr(asked, f"from_{name}"), getattr(asked, f"to_{name}")
        if begin and end and begin > end:
            raise ApiError("INVALID_DATE_RANGE", f"the range of {name} ends before it begins")
        if begin or end:
            yield lambda own, name=name, begin=begin, end=end: (  # type: ignore[misc]
                (value := shown(getattr(own, name))) is not None
                and (begin is None or begin <= value)
                and (end is None or value <= end)
            )


def shown(value: Any) -> Any:
    """Return a value as the wire has it: days and moments as text, and empty text as nothing."""
    if isinstance(value, datetime):
        return write_utc_timestamp(value)
    return str(value) if isinstance(value, date) else None if value == "" else value


def is_on_side(country: str | None, side: wire.SandboxFilter | None) -> bool:
    """Return whether a country is on the side, sandbox or real, that is asked for."""
    return side in (None, wire.SandboxFilter.all) or (side == "true") == (country == SANDBOX_COUNTRY)


def matching(owned: Iterable[OwnedNumber], asked: wire.GetPhoneNumbersRequest) -> list[OwnedNumber]:
    """Return the numbers that a request asks for, in its order."""
    tests = list(filters(asked))
    found = [own for own in owned if all(test(own) for test in tests)]
    return sorted(found, key=ORDERS[asked.order_by]) if asked.order_by else found


ORDERS: dict[wire.PhoneNumberOrder, Callable[[OwnedNumber], Any]] = {
    wire.PhoneNumberOrder.phone_number: lambda own: own.number.number,
    wire.PhoneNumberOrder.phone_price: lambda own: own.phone_price,
    wire.PhoneNumberOrder.phone_country_code: lambda own: own.number.region.country,
    wire.PhoneNumberOrder.deactivated: lambda own: not own.deactivated,
    wire.PhoneNumberOrder.purchase_date: lambda own: -own.phone_purchase_date.timestamp(),
    wire.PhoneNumberOrder.phone_next_renewal: lambda own: own.phone_next_renewal,
    wire.PhoneNumberOrder.verification_status: lambda own: own.verification_status or "~",
    wire.PhoneNumberOrder.unverified_hold_until: lambda own: own.unverified_hold_until or date.max,
    wire.PhoneNumberOrder.verification_name: lambda own: not own.unverified,
}
"""For each order something to sort by. What has no value comes last."""

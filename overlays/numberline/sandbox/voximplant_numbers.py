"""The numbers of Voximplant's accounts, and the applications that they can be bound to."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol

from numberline.moments import write_utc_timestamp
from numberline_generated.wire import voximplant as wire

from .provider import Refusal, World
from .stock import Item
from .voximplant_catalogue import CATEGORIES, SANDBOX_COUNTRY, Catalogue

_HELD = timedelta(days=30)  # how long an unverified number is kept
_VERIFICATION = "RU"  # the only one that is known

_SPANS = ("phone_next_renewal", "phone_purchase_date", "unverified_hold_until")
_SORTED_BY = {"purchase_date": "phone_purchase_date", "verification_name": "required_verification"}


class Application(NamedTuple):
    id: int
    name: str
    full_name: str
    rules: dict[int, str]


class Owned(NamedTuple):
    """A number of an account, and its record, which changes."""

    item: Item
    account: int
    record: wire.PhoneNumber


class Selection(Protocol):
    """The part of a request that says which numbers to change."""

    phone_id: wire.PhoneId | Literal["all"] | None
    phone_number: list[wire.PhoneNumberItem] | None


class Numbers:
    """All accounts' numbers, taken out of the stock.

    Args:
        digits: a number as a caller writes it, made comparable.
    """

    def __init__(self, world: World, catalogue: Catalogue, digits: Callable[[str], str]) -> None:
        self._world = world
        self._behaviour = world.behaviour
        self._catalogue = catalogue
        self._digits = digits
        self._owned: dict[int, Owned] = {}
        self.applications: list[Application] = []
        # The first id is that of the documented request; the rest is made up.
        self._make_application(10454252, "support").rules.update({7001: "office hours", 7002: "night"})
        self._make_application(10454253, "sales").rules.update({7003: "default"})

    def start(self, account: int, count: int, documented: wire.PhoneNumber | None = None) -> None:
        """Give an account numbers that it bought before the sandbox began."""
        item = self._catalogue.stock.find(documented.phone_number) if documented and count else None
        if documented and item:
            self._catalogue.stock.take(item)
            self._owned[documented.phone_id] = Owned(item, account, documented.model_copy())
            count -= 1
        for at, made_up in enumerate(self._catalogue.stock.spread(count), 1):
            self._vary(at, self._own(made_up, account, self._long_ago(at)))

    def of(self, accounts: Collection[int]) -> list[wire.PhoneNumber]:
        """The numbers of some accounts, in the order in which they came."""
        self._end_subscriptions()
        return [owned.record for owned in self._owned.values() if owned.account in accounts]

    def owner(self, item: Item) -> int | None:
        return next((owned.account for owned in self._owned.values() if owned.item == item), None)

    def buy(self, item: Item, account: int) -> wire.NewPhoneNumber:
        """Take a number out of the stock."""
        self._catalogue.stock.take(item)
        record = self._own(item, account, self._world.now())
        needed = self._catalogue.region(item.place).required_verification
        status = wire.VerificationStatus.verified
        if needed:
            status = wire.VerificationStatus.required
            self._hold(record, needed, status)
        return wire.NewPhoneNumber(
            phone_id=record.phone_id,
            phone_number=record.phone_number,
            required_verification=record.required_verification,
            verification_status=status,
            unverified_hold_until=record.unverified_hold_until,
            subscription_id=record.subscription_id,
        )

    def give_up(self, record: wire.PhoneNumber) -> None:
        """End a subscription, now or on the renewal day."""
        if self._behaviour.canceled_numbers_stay:
            record.canceled, record.auto_charge = True, False
        else:
            self._catalogue.stock.put_back(self._owned.pop(record.phone_id).item)

    def shift(self, account: int, *, inward: bool) -> None:
        """Give an account a number that comes first in its list, or take its first one away."""
        if inward:
            for item in self._catalogue.stock.spread(1):
                record = self._own(item, account, self._world.now())
                self._owned = {record.phone_id: self._owned.pop(record.phone_id), **self._owned}
        else:
            first = next((owned.record.phone_id for owned in self._owned.values() if owned.account == account), None)
            if first is not None:
                self._catalogue.stock.put_back(self._owned.pop(first).item)

    def selected(self, account: int, asked: Selection) -> list[wire.PhoneNumber]:
        """The account's numbers that a change is about.

        Raises:
            Refusal: if one of them isn't the account's, and the sandbox isn't to skip it.
        """
        own = self.of([account])
        if asked.phone_id == "all":
            return own
        name = "phone_id" if asked.phone_number is None else "phone_number"
        known: dict[object, wire.PhoneNumber] = {getattr(record, name): record for record in own}
        ids: Sequence[object] = asked.phone_id.root if asked.phone_id else ()
        wanted = dict.fromkeys(self.numbers(asked.phone_number) or ids)
        if not self._behaviour.partial_lists and any(key not in known for key in wanted):
            raise Refusal(f"INVALID_{name.upper()}", "the account has no such number", parameter=name)
        return [known[key] for key in wanted if key in known]

    def numbers(self, items: Iterable[wire.PhoneNumberItem] | None) -> list[str]:
        return [self._digits(item.root) for item in items or ()]

    def bind(self, record: wire.PhoneNumber, application: Application | None, rule: int | None = None) -> None:
        """Bind a number to an application and a rule of it, or to nothing."""
        record.application_id = application.id if application else None
        record.application_name = application.name if application else None
        record.extended_application_name = application.full_name if application else None
        record.rule_id = rule
        record.rule_name = application.rules[rule] if application and rule is not None else None

    def touch(self, records: Iterable[wire.PhoneNumber]) -> wire.Done:
        """Note that numbers have changed."""
        for record in records:
            record.modified = write_utc_timestamp(self._world.now())
        return wire.Done(result=1)

    def application(self, number: int | None, name: str | None) -> Application:
        """The application that is named.

        Raises:
            Refusal: if it doesn't exist, and the sandbox isn't to make it.
        """
        for application in self._named(number, name):
            return application
        if self._behaviour.makes_applications:
            return self._make_application(number or 10455000 + len(self.applications), name or f"application{number}")
        parameter = "application_name" if number is None else "application_id"
        raise Refusal(f"INVALID_{parameter.upper()}", "no such application", parameter=parameter)

    def rule(self, application: Application, number: int | None, name: str | None) -> int | None:
        """The id of an application's rule, or None if none is named.

        Raises:
            Refusal: if it doesn't exist, and the sandbox isn't to make it.
        """
        if number is None and name is None:
            return None
        for rule, called in application.rules.items():
            if number == rule or name == called:
                return rule
        if self._behaviour.makes_applications:
            made = number or 8000 + sum(len(application.rules) for application in self.applications)
            application.rules[made] = name or f"rule{number}"
            return made
        parameter = "rule_name" if number is None else "rule_id"
        raise Refusal(f"INVALID_{parameter.upper()}", "no such rule", parameter=parameter)

    def wanted(self, asked: wire.GetPhoneNumbersRequest) -> Callable[[wire.PhoneNumber], bool]:
        """Whether a number is what a list is asked for, by all filters together.

        Raises:
            Refusal: for a range that ends before it begins.
        """
        among: dict[str, Iterable[object] | None] = {
            "phone_id": asked.phone_id,
            "phone_number": self.numbers(asked.phone_number),
            "phone_country_code": [code.root.upper() for code in asked.country_code or ()],
            "category_name": asked.phone_category_name and [asked.phone_category_name.upper()],
            "rule_id": asked.rule_id,
            "rule_name": [name.root for name in asked.rule_name or ()],
            "required_verification": asked.verification_name and [asked.verification_name],
            "verification_status": asked.verification_status,
        }
        sets: list[tuple[str, set[object]]] = [(name, set(values)) for name, values in among.items() if values]
        flags = [(name, getattr(asked, name)) for name in ("auto_charge", "can_be_used", "canceled", "deactivated")]
        bound = [("application_id", asked.is_bound_to_application), ("rule_id", asked.is_bound_to_rule)]
        spans = [(name, getattr(asked, f"from_{name}"), getattr(asked, f"to_{name}")) for name in _SPANS]
        for _, begin, end in spans:
            if begin and end and begin > end:
                raise Refusal("INVALID_DATE_RANGE", "the range ends before it begins")
        regions = [name.root for name in asked.phone_region_name or ()]
        template = self._digits(asked.phone_template or "")
        side = asked.sandbox
        if asked.application_id is not None or asked.application_name is not None:
            named = self._named(asked.application_id, asked.application_name)
            sets.append(("application_id", {application.id for application in named}))

        def matches(record: wire.PhoneNumber) -> bool:
            def held(name: str) -> Any:
                return getattr(record, name)

            return (
                all(held(name) in values for name, values in sets)
                and all(bool(held(name)) == flag for name, flag in flags if flag is not None)
                and all((held(name) is not None) == flag for name, flag in bound if flag is not None)
                and all(self._between(held(name), begin, end) for name, begin, end in spans if begin or end)
                and (not regions or any(self.is_called(record.phone_region_name or "", name) for name in regions))
                and record.phone_number.startswith(template)
                and self.on_side(record.phone_country_code, side)
            )

        return matches

    def is_called(self, name: str, wanted: str) -> bool:
        return wanted in name if self._behaviour.names_in_part else wanted == name

    def on_side(self, country: str | None, asked: wire.SandboxFilter | None) -> bool:
        """Whether a country is on the side, sandbox or real, that is asked for."""
        side = self._behaviour.sandbox_side if asked is None else asked.value
        return side == "all" or (side == "true") == (country == SANDBOX_COUNTRY)

    def _between(self, text: str | None, begin: str | None, end: str | None) -> bool:
        """Days and moments of the wire sort by time as they are."""
        if not text:
            return False
        lies_inside = (begin is None or begin < text) and (end is None or text < end)
        return lies_inside or (self._behaviour.ends_included and text in (begin, end))

    def _named(self, number: int | None, name: str | None) -> list[Application]:
        names = [(application, (application.name, application.full_name)) for application in self.applications]
        return [application for application, called in names if application.id == number or name in called]

    def _make_application(self, number: int, name: str) -> Application:
        made = Application(number, name, f"{name}.sandbox.n1.voximplant.com", {})
        self.applications.append(made)
        return made

    def _own(self, item: Item, account: int, moment: datetime) -> wire.PhoneNumber:
        offer, region = self._catalogue.offer(item), self._catalogue.region(item.place)
        documented = {record.phone_number: record.phone_id for record in (self._catalogue.sale, self._catalogue.owned)}
        changed_id = documented.get(item.number, 2_000_000 + item.serial)
        record = wire.PhoneNumber(
            phone_id=changed_id if self._behaviour.ids_change_on_purchase else offer.phone_id,
            phone_number=item.number,
            phone_price=offer.phone_price,
            phone_country_code=item.place.country,
            phone_next_renewal=str(_a_month_after(moment.date())),
            phone_purchase_date=write_utc_timestamp(moment),
            deactivated=False,
            canceled=False,
            auto_charge=True,
            category_name=CATEGORIES[item.place.kind],
            phone_region_id=region.phone_region_id,
            phone_region_name=item.place.city,
            verification_status=wire.VerificationStatus.verified,
            can_be_used=True,
            is_sms_supported=bool(region.is_sms_supported),
            is_sms_enabled=bool(region.is_sms_supported),
            emergency_calls_to_be_enabled=False,
            emergency_calls_enabled=False,
            subscription_id=30_000 + item.serial,
            modified=write_utc_timestamp(moment),
            account_id=account,
        )
        if item.number == self._catalogue.owned.phone_number:
            record.subscription_id = self._catalogue.owned.subscription_id
        self._owned[record.phone_id] = Owned(item, account, record)
        return record

    def _hold(self, record: wire.PhoneNumber, verification: str, status: wire.VerificationStatus) -> None:
        record.required_verification = verification
        record.verification_status = status
        record.unverified_hold_until = str((self._world.now() + _HELD).date())
        record.can_be_used = False

    def _long_ago(self, at: int) -> datetime:
        return self._world.now() - timedelta(days=17 * at % 700 + 1, minutes=7 * at)

    def _vary(self, at: int, record: wire.PhoneNumber) -> None:
        """Give the n-th number something of everything that lists can be filtered by."""
        renewal = date.fromisoformat(record.phone_next_renewal or "")
        while renewal <= self._world.now().date():
            renewal = _a_month_after(renewal)
        record.phone_next_renewal = str(renewal)
        record.deactivated = at % 11 == 5
        record.canceled = at % 13 == 6
        record.auto_charge = at % 7 != 3
        record.incoming_sms_callback_url = "https://app.example/sms" if at % 9 == 2 else None
        if at % 3 == 1:
            application = self.applications[at % 2]
            self.bind(record, application, next(iter(application.rules)) if at % 9 == 1 else None)
        if at % 10 == 7:
            self._hold(record, _VERIFICATION, wire.VerificationStatus.in_progress)

    def _end_subscriptions(self) -> None:
        """Take away the numbers that were given up and whose last month is over."""
        if self._behaviour.canceled_numbers_stay:
            today = str(self._world.now().date())
            for owned in list(self._owned.values()):
                if owned.record.canceled and (owned.record.phone_next_renewal or "") <= today:
                    self._catalogue.stock.put_back(self._owned.pop(owned.record.phone_id).item)


def ordered(records: list[wire.PhoneNumber], order: wire.PhoneNumberOrder | None) -> list[wire.PhoneNumber]:
    """Sorted in the one direction that each order has. What has no value comes last."""
    if order is None:
        return records
    if order == wire.PhoneNumberOrder.deactivated:
        return sorted(records, key=lambda record: not record.deactivated)
    attribute = _SORTED_BY.get(order, order)
    known = [record for record in records if getattr(record, attribute) is not None]
    known.sort(key=lambda record: getattr(record, attribute), reverse=order == wire.PhoneNumberOrder.purchase_date)
    return known + [record for record in records if getattr(record, attribute) is None]


def _a_month_after(day: date) -> date:
    """The same day of the next month, or its last one."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))

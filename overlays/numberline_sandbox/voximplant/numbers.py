"""The numbers of Voximplant's accounts."""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeVar

from numberline._runtime.timestamps import read_utc_timestamp, write_utc_timestamp
from numberline_generated.wire import voximplant as wire

from ..calendar import a_month_after, next_return
from ..masks import among, both, chosen, every, repeated
from ..provider import ApiError, Environment
from ..rows import Rows
from ..stock import Item
from .applications import Application, Applications
from .catalogue import CATEGORIES, STOCK_IDS, Catalogue

T = TypeVar("T")

BOUGHT_IDS = 2_000_000  # where those of made-up numbers begin
VERIFICATION = "RU"  # the only one that is known
STATUSES: list[wire.VerificationStatus | Literal["NOT_REQUIRED"]] = sorted([*wire.VerificationStatus, "NOT_REQUIRED"])
_NO_STATUS = 255  # after all others, in orders too
_HELD = timedelta(days=30)  # how long an unverified number is kept

# In the column `flags`.
DEACTIVATED, CANCELED, AUTO_CHARGE, USABLE, UNVERIFIED = 1, 2, 4, 8, 16


class Selection(Protocol):
    """The part of a request that says which numbers to change."""

    phone_id: wire.PhoneId | Literal["all"] | None
    phone_number: list[wire.PhoneNumberItem] | None


class Numbers:
    """All accounts' numbers, taken out of the stock. A number is meant by its place in the rows.

    Args:
        digits: a number as a caller writes it, made comparable.

    Attributes:
        version: rises with every change.
    """

    def __init__(self, environment: Environment, catalogue: Catalogue, digits: Callable[[str], str]) -> None:
        self._world = environment
        self._behaviour = environment.behaviour
        self._catalogue = catalogue
        self.digits = digits
        self.rows = Rows(
            catalogue.stock,
            {
                "account": "B",  # as in `_accounts`
                "price": "B",  # as in `prices`
                "flags": "B",
                "status": "B",
                "bound": "I",  # as in `Applications`
                "callback": "I",  # as in `_callbacks`
                "renewal": "i",  # days
                "hold": "i",  # days, or 0
                "purchased": "q",  # seconds
                "modified": "q",  # seconds
            },
        )
        self._accounts: list[int] = []
        self.prices: list[Decimal] = []
        self._callbacks: list[str] = [""]
        self._documented: dict[int, wire.PhoneNumber] = {}  # by the row's id
        self._documented_ids = {n.phone_number: n.phone_id for n in (catalogue.sale, catalogue.owned)}
        self._shelf_prices = [region.phone_price or Decimal(0) for region in catalogue.regions.values()]
        self.applications = Applications(environment.behaviour)
        self.version = 0

    def start(self, account: int, count: int, documented: wire.PhoneNumber | None = None) -> None:
        """Give an account numbers that it bought before the sandbox began."""
        item = self._catalogue.stock.find(documented.phone_number) if documented and count else None
        if documented and item:
            self._documented[self._own_documented(item, account, documented)] = documented
            count -= 1
        count, put = self.rows.fill(count), self.rows.put
        now = int(self._world.now().timestamp())
        in_progress = STATUSES.index(wire.VerificationStatus.in_progress)
        verified = STATUSES.index(wire.VerificationStatus.verified)
        hold = (self._world.now() + _HELD).toordinal()

        def bound(at: int) -> int:
            application = self.applications.all[at % 2]
            rule = next(iter(application.rules)) if at % 9 == 1 else None
            return self.applications.binding(application, rule) if at % 3 == 1 else 0

        # The n-th number has something of everything that lists can be filtered by.
        callback = self._interned(self._callbacks, "https://app.example/sms")
        flags = [
            every(11, 5, count, DEACTIVATED),
            every(13, 6, count, CANCELED),
            every(7, 3, count, AUTO_CHARGE),
            every(10, 7, count, USABLE | UNVERIFIED),
        ]
        taken = (int.from_bytes(mask, "little") for mask in flags)
        usual = int.from_bytes(bytes([AUTO_CHARGE | USABLE]) * count, "little")
        put("account", bytes([self._interned(self._accounts, account)]) * count)
        prices = [self._interned(self.prices, price) for price in self._shelf_prices]
        put("price", self.rows.shelves[len(self.rows) - count :].translate(bytes((prices * 256)[:256])))
        put("flags", _xor(usual, *taken).to_bytes(count, "little"))
        put("status", every(10, 7, count).translate(bytes([verified, in_progress, *range(2, 256)])))
        put("hold", repeated([hold if n % 10 == 7 else 0 for n in range(1, 11)], count))
        put("bound", repeated([bound(n) for n in range(1, 19)], count))
        put("callback", repeated([callback if n % 9 == 2 else 0 for n in range(1, 10)], count))
        bought = array("q", (now - 86400 - 86400 * (17 * n % 700) - 420 * n for n in range(1, count + 1)))
        put("purchased", bought)
        put("modified", bought)
        put("renewal", [next_return(moment // 86400 + _EPOCH, now // 86400 + _EPOCH) for moment in bought])

    def find(self, number: str) -> int | None:
        """The place of a number, or None if nobody owns it."""
        return self.rows.find(self._catalogue.stock.find(number))

    def account(self, place: int) -> int:
        return self._accounts[self.rows.columns["account"][place]]

    def mask(self, accounts: Collection[int]) -> bytes:
        """Mask of the numbers of some accounts."""
        wanted = {n for n, account in enumerate(self._accounts) if account in accounts}
        return both(bytes(self.rows.here), among(bytes(self.rows.columns["account"]), wanted))

    def buy(self, item: Item, account: int) -> wire.NewPhoneNumber:
        """Take a number out of the stock."""
        place = self.rows.add(item)
        self._own(place, account)
        record = self.record(place)
        status = wire.VerificationStatus.verified
        if record.required_verification:
            status = wire.VerificationStatus.required
        return wire.NewPhoneNumber(
            phone_id=record.phone_id,
            phone_number=record.phone_number,
            required_verification=record.required_verification,
            verification_status=status,
            unverified_hold_until=record.unverified_hold_until,
            subscription_id=record.subscription_id,
        )

    def give_up(self, places: Sequence[int]) -> None:
        """End subscriptions, now or on the renewal day."""
        if self._behaviour.canceled_numbers_stay:
            flags = self.rows.columns["flags"]
            for place in places:
                flags[place] = flags[place] & ~AUTO_CHARGE | CANCELED
            self.touch(places)
        else:
            self.drop(places)

    def drop(self, places: Sequence[int]) -> None:
        """Put numbers back into the stock."""
        self.rows.drop(places)
        self.version += 1

    def shift(self, account: int, *, inward: bool) -> None:
        """Give an account a number that comes first in its list, or take its first one away."""
        place = self.rows.shift(inward=inward, of=self.mask([account]))
        self.version += 1
        if inward and place is not None:
            self._own(place, account)

    def selected(self, account: int, asked: Selection) -> Sequence[int]:
        """The account's numbers that a change is about.

        Raises:
            ApiError: if one of them isn't the account's, and the sandbox isn't to skip it.
        """
        own = self.mask([account])
        if asked.phone_id == "all":
            return [place for place, is_own in enumerate(own) if is_own]
        name = "phone_id" if asked.phone_number is None else "phone_number"
        ids = asked.phone_id.root if asked.phone_id else ()
        places = [
            *map(self.by_id, dict.fromkeys(ids)),
            *map(self.find, dict.fromkeys(self.numbers(asked.phone_number))),
        ]
        known = [place for place in places if place is not None and own[place]]
        if not self._behaviour.partial_lists and len(known) < len(places):
            raise ApiError(f"INVALID_{name.upper()}", "the account has no such number", parameter=name)
        return known

    def numbers(self, items: Iterable[wire.PhoneNumberItem] | None) -> list[str]:
        return [self.digits(item.root) for item in items or ()]

    def bind(self, place: int, application: Application | None, rule: int | None = None) -> None:
        """Bind a number to an application and a rule of it, or to nothing."""
        self.rows.columns["bound"][place] = self.applications.binding(application, rule)

    def binding(self, place: int) -> tuple[Application | None, int | None]:
        """The application and the id of the rule that a number is bound to."""
        return self.applications.bound(self.rows.columns["bound"][place])

    def call_back(self, places: Iterable[int], url: str) -> None:
        """Have another address called, or with an empty one none."""
        for place in places:
            self.rows.columns["callback"][place] = self._interned(self._callbacks, url)

    def touch(self, places: Iterable[int], day: int | None = None) -> wire.Done:
        """Note that numbers have changed, now or at the beginning of a day."""
        moment = int(self._world.now().timestamp()) if day is None else 86400 * (day - _EPOCH)
        for place in places:
            self.rows.columns["modified"][place] = moment
            self.rows.touched[place] = 1
        self.version += 1
        return wire.Done(result=1)

    def price(self, place: int) -> Decimal:
        """What a number costs a month."""
        return self.prices[self.rows.columns["price"][place]]

    def record(self, place: int) -> wire.PhoneNumber:
        """A number as it is listed."""
        columns = self.rows.columns
        flags, status, hold = columns["flags"][place], columns["status"][place], columns["hold"][place]
        application, rule = self.binding(place)
        now: dict[str, Any] = {
            "phone_price": self.price(place),
            "phone_next_renewal": str(date.fromordinal(columns["renewal"][place])),
            "deactivated": bool(flags & DEACTIVATED),
            "canceled": bool(flags & CANCELED),
            "auto_charge": bool(flags & AUTO_CHARGE),
            "application_id": application.id if application else None,
            "application_name": application.name if application else None,
            "extended_application_name": application.full_name if application else None,
            "rule_id": rule,
            "rule_name": application.rules[rule] if application and rule is not None else None,
            "required_verification": VERIFICATION if flags & UNVERIFIED else None,
            "verification_status": None if status == _NO_STATUS else STATUSES[status],
            "unverified_hold_until": str(date.fromordinal(hold)) if hold else None,
            "can_be_used": bool(flags & USABLE),
            "incoming_sms_callback_url": self._callbacks[columns["callback"][place]] or None,
            "modified": _moment(columns["modified"][place]),
        }
        documented = self._documented.get(self.rows.id(place))
        if documented:  # with the fields that it hasn't still left out
            return documented.model_copy(
                update={
                    name: value for name, value in now.items() if (getattr(documented, name) or None) != (value or None)
                }
            )
        item = self.rows.item(place)
        region = self._catalogue.regions[item.place]
        is_observed = item.number == self._catalogue.owned.phone_number
        return wire.PhoneNumber(
            phone_id=self._id_of(item),
            phone_number=item.number,
            phone_country_code=item.place.country,
            phone_purchase_date=_moment(columns["purchased"][place]),
            category_name=CATEGORIES[item.place.kind],
            phone_region_id=region.phone_region_id,
            phone_region_name=item.place.city,
            is_sms_supported=bool(region.is_sms_supported),
            is_sms_enabled=bool(region.is_sms_supported),
            emergency_calls_to_be_enabled=False,
            emergency_calls_enabled=False,
            subscription_id=self._catalogue.owned.subscription_id if is_observed else 30_000 + item.serial,
            account_id=self.account(place),
            **now,
        )

    def id(self, place: int) -> int:
        documented = self._documented.get(self.rows.id(place))
        return documented.phone_id if documented else self._id_of(self.rows.item(place))

    def countries(self, mask: bytes) -> set[str]:
        """The countries of some numbers."""
        shelves = bytes(self.rows.shelves)
        return {
            shelf.place.country
            for n, shelf in enumerate(self.rows.stock.list)
            if both(mask, among(shelves, {n})).find(1) >= 0
        }

    def of_applications(self, ids: Collection[int]) -> bytes:
        """Mask of the numbers that are bound to some applications."""
        bindings = self.applications.bindings(lambda application, rule: application.id in ids)
        return chosen(self.rows.columns["bound"], bindings)

    def state(self) -> dict[str, Any]:
        """Everything that may have changed since the beginning, in JSON's types."""
        return {
            "applications": self.applications.state(),
            "accounts": self._accounts,
            "prices": [str(price) for price in self.prices],
            "callbacks": self._callbacks,
            "rows": self.rows.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back what `state` told."""
        self.applications.restore(state["applications"])
        self._accounts = list(state["accounts"])
        self.prices = [Decimal(price) for price in state["prices"]]
        self._callbacks = list(state["callbacks"])
        self.rows.restore(state["rows"])
        self.version += 1

    def _own_documented(self, item: Item, account: int, record: wire.PhoneNumber) -> int:
        place = self.rows.add(item)
        values = {
            "account": self._interned(self._accounts, account),
            "price": self._interned(self.prices, record.phone_price or Decimal(0)),
            "flags": AUTO_CHARGE | USABLE,
            "status": STATUSES.index(record.verification_status) if record.verification_status else _NO_STATUS,
            "renewal": day_of(record.phone_next_renewal or ""),
            "purchased": seconds_of(record.phone_purchase_date or ""),
            "modified": seconds_of(record.modified or ""),
        }
        for name, value in values.items():
            self.rows.columns[name][place] = value
        self.rows.touched[place] = 0
        return self.rows.id(place)

    def _own(self, place: int, account: int) -> None:
        """Fill in what is known of a number that an account has just got."""
        item, now = self.rows.item(place), self._world.now()
        needed = self._catalogue.regions[item.place].required_verification
        status = wire.VerificationStatus.required if needed else wire.VerificationStatus.verified
        values = {
            "account": self._interned(self._accounts, account),
            "price": self._interned(self.prices, self._catalogue.offer(item).phone_price or Decimal(0)),
            "flags": AUTO_CHARGE | (UNVERIFIED if needed else USABLE),
            "status": STATUSES.index(status),
            "renewal": a_month_after(now.toordinal()),
            "hold": (now + _HELD).toordinal() if needed else 0,
            "purchased": int(now.timestamp()),
        }
        for name, value in values.items():
            self.rows.columns[name][place] = value
        self.touch([place])

    def _id_of(self, item: Item) -> int:
        if not self._behaviour.ids_change_on_purchase:
            return self._catalogue.offer(item).phone_id
        return self._documented_ids.get(item.number, BOUGHT_IDS + item.serial)

    def by_id(self, phone_id: int) -> int | None:
        """The place of the number with an id, or None if nobody owns it."""
        stock = self._catalogue.stock
        rows = [self.rows.place(row) for row, record in self._documented.items() if record.phone_id == phone_id]
        known = [*self._documented_ids.items(), *self._catalogue.offer_ids.items()]
        items = [stock.find(number) for number, known_id in known if known_id == phone_id]
        items += [stock.at(phone_id - base) for base in (BOUGHT_IDS, STOCK_IDS)]
        for place in (*rows, *map(self.rows.find, items)):
            if place is not None and self.rows.here[place] and self.id(place) == phone_id:
                return place
        return None

    def _interned(self, values: list[T], value: T) -> int:
        """The place of a value in a list, which it is put into if it isn't there."""
        try:
            return values.index(value)
        except ValueError:
            values.append(value)
            return len(values) - 1


_EPOCH = date(1970, 1, 1).toordinal()


def _xor(*masks: int) -> int:
    joined = 0
    for mask in masks:
        joined ^= mask
    return joined


def day_of(text: str) -> int:
    """A day of the wire."""
    return date.fromisoformat(text).toordinal()


def seconds_of(text: str) -> int:
    """A moment of the wire."""
    return int(read_utc_timestamp(text).timestamp())


def _moment(seconds: int) -> str:
    return write_utc_timestamp(datetime.fromtimestamp(seconds, UTC))

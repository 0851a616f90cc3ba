"""Voximplant's regions, an account's numbers, their bindings and its balance, against a model of plain tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from numberline import AsyncVoximplant, Voximplant
from numberline.errors import InsufficientFunds, InvalidRequest, NotFound, NumberlineError, NumberUnavailable
from numberline.voximplant import PhoneNumber
from numberline_sandbox import Sandbox
from tests.contract.machines import ASYNC_PACE, PACE, refused, some
from tests.sandbox.support import manual_clock, voximplant
from tests.support import envelopes, items, result

APPLICATIONS = {10454252: "support", 10454253: "sales"}
RULES = {10454252: {7001: "office hours", 7002: "night"}, 10454253: {7003: "default"}}
UNKNOWN = 5


@dataclass
class Owned:
    """What the model knows of a number of the account."""

    phone_id: int
    number: str
    country: str | None
    category: str | None
    region: int | None
    price: Decimal
    application: int | None
    rule: int | None
    callback: str | None

    @classmethod
    def of(cls, record: PhoneNumber) -> "Owned":
        application, rule = record.application_id, record.rule_id
        assert record.application_name == (None if application is None else APPLICATIONS[application])
        assert record.rule_name == (None if rule is None else RULES[application or 0][rule])
        return cls(
            record.phone_id,
            record.phone_number,
            record.phone_country_code,
            record.category_name,
            record.phone_region_id,
            record.phone_price or Decimal(0),
            application,
            rule,
            record.incoming_sms_callback_url,
        )


@dataclass
class Region:
    """What the model knows of a region: where it is, and what each number in stock costs at first, None as long as
    the number has not been listed there."""

    locators: dict[str, Any]
    is_listed: bool
    stock: dict[str, Decimal | None] = field(default_factory=dict)


FITS: dict[str, Callable[[Owned, Any], bool]] = {
    "application_id": lambda own, value: own.application == value,
    "application_name": lambda own, value: APPLICATIONS.get(own.application or 0) == value,
    "country_code": lambda own, value: own.country in [code.upper() for code in value],
    "phone_category_name": lambda own, value: own.category == value,
    "rule_id": lambda own, value: own.rule in value,
    "is_bound_to_application": lambda own, value: (own.application is not None) is value,
    "is_bound_to_rule": lambda own, value: (own.rule is not None) is value,
    "phone_template": lambda own, value: own.number.startswith(value.removeprefix("+")),
    "sandbox": lambda own, value: value == "all" or (value == "true") is (own.country == "XX"),
}
"""What each filter means."""

VALUES: dict[str, list[Any]] = {
    "application_id": [*APPLICATIONS, UNKNOWN],
    "application_name": [*APPLICATIONS.values(), "none"],
    "country_code": [["XX"], ["US", "CA"], ["us", "ZZ"], ["ZZ"]],
    "phone_category_name": ["GEOGRAPHIC", "MOBILE"],
    "rule_id": [[7001], [7002, 7003]],
    "is_bound_to_application": [True, False],
    "is_bound_to_rule": [True, False],
    "phone_template": ["1", "699", "5", "+1"],
    "sandbox": ["all", "true", "false"],
}
FILTERS = [(name, value) for name, values in VALUES.items() for value in values]
ORDERS = {"phone_number": "number", "phone_price": "price", "phone_country_code": "country"}
"""Each order with what it sorts by."""


class Machine(RuleBasedStateMachine):
    """Searches, buys, binds, unbinds and gives up. `regions` and `owned` are what there is by now."""

    mode = "sync"

    @initialize(seed=st.integers(0, 3), balance=st.sampled_from(["0", "3", "30", "1000"]))
    def begin(self, seed: int, balance: str) -> None:
        self.sandbox = Sandbox(seed=seed, numbers=26, owned=6, balance=Decimal(balance), clock=manual_clock().now)
        self.client: Voximplant | AsyncVoximplant = voximplant(self.sandbox, self.mode)
        self.balance = Decimal(balance)
        self.regions: dict[int, Region] = {}
        for country in result(self.client.get_phone_number_categories()):
            for category in country.phone_categories or []:
                where: dict[str, Any] = {
                    "country_code": country.country_code or "",
                    "phone_category_name": category.phone_category_name or "",
                }
                for region in result(self.client.get_phone_number_regions(**where, omit_empty=False)):
                    number = region.phone_region_id or 0
                    locators = {**where, "phone_region_id": number}
                    self.regions[number] = Region(locators, bool(category.can_list_phone_numbers))
                    assert self.listed(number) == region.phone_count or not category.can_list_phone_numbers
        self.regions = {number: region for number, region in self.regions.items() if region.is_listed}
        self.owned = [Owned.of(record) for record in items(self.client.get_phone_numbers())]
        assert len(self.owned) == 6
        self.done = 0

    def listed(self, region: int) -> int:
        """Learn a region's stock."""
        held = self.regions[region]
        if held.is_listed:
            offers = items(self.client.get_new_phone_numbers(**held.locators))
            held.stock = {
                offer.phone_number: (offer.phone_price or Decimal(0)) + (offer.phone_installation_price or Decimal(0))
                for offer in offers
            }
        return len(held.stock)

    @rule(data=st.data(), count=st.sampled_from([None, 1, 2, 3, 20]))
    def search(self, data: st.DataObject, count: int | None) -> None:
        region = self.regions[data.draw(st.sampled_from(sorted(self.regions)))]
        pages = envelopes(self.client.get_new_phone_numbers(**region.locators, count=count))
        found = [offer.phone_number for page in pages for offer in page.items]
        assert sorted(found) == sorted(region.stock)
        assert {page.total for page in pages} == {len(found)}
        assert all(len(page.items) == (count or 20) for page in pages[:-1])
        for page in pages:
            for offer in page.items:
                due = (offer.phone_price or Decimal(0)) + (offer.phone_installation_price or Decimal(0))
                assert region.stock[offer.phone_number] in (None, due)
                region.stock[offer.phone_number] = due

    @rule(data=st.data(), omit_empty=st.sampled_from([None, True, False]))
    def count_stock(self, data: st.DataObject, omit_empty: bool | None) -> None:
        where = self.regions[data.draw(st.sampled_from(sorted(self.regions)))].locators
        alike = {name: where[name] for name in ("country_code", "phone_category_name")}
        found = result(self.client.get_phone_number_regions(**alike, omit_empty=omit_empty))
        assert {region.phone_region_id: region.phone_count for region in found} == {
            number: len(region.stock)
            for number, region in self.regions.items()
            if alike.items() <= region.locators.items() and (region.stock or omit_empty is False)
        }
        one = result(self.client.get_actual_phone_number_region(**where))
        assert one.phone_count == len(self.regions[where["phone_region_id"]].stock)

    @rule(data=st.data(), extra=st.sampled_from(["", "", "unknown", "owned", "elsewhere"]))
    def buy_by_number(self, data: st.DataObject, extra: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.regions)))
        region = self.regions[number]
        self.listed(number)
        wanted = some(region.stock, data)
        reasons: list[type[NumberlineError]] = []
        other: list[str] = []
        if extra == "unknown":
            other, reasons = ["4321"], [NotFound]
        elif extra == "owned":
            other, reasons = [each.number for each in self.owned if each.region == number][:1], [NumberUnavailable]
        elif extra == "elsewhere":
            stocks = [held.stock for at, held in self.regions.items() if at != number and held.stock]
            other, reasons = [next(iter(stocks[0]))] if stocks else [], [NotFound]
        chosen = data.draw(st.permutations([*wanted, *other]))
        if chosen:
            due = sum((region.stock[each] or Decimal(0) for each in wanted), Decimal(0))
            self.buy(region, due, reasons if other else [], phone_number=chosen)

    @rule(data=st.data(), count=st.sampled_from([1, 1, 2, 3, 50]))
    def buy_by_count(self, data: st.DataObject, count: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.regions)))
        region = self.regions[number]
        self.listed(number)
        # The first ones are as good as any others, as a region has one price; or the documented ones, that differ.
        dues = sorted(due or Decimal(0) for due in region.stock.values())
        if len(set(dues)) <= 1:
            reasons: list[type[NumberlineError]] = [NumberUnavailable] if count > len(dues) else []
            self.buy(region, sum(dues[:count], Decimal(0)), reasons, phone_count=count)

    def buy(self, region: Region, due: Decimal, reasons: list[type[NumberlineError]], **wanted: Any) -> None:
        """Buy, and see whether money, goods and ids are right; or be refused, and see whether nothing has changed."""

        def call() -> Any:
            return self.client.attach_phone_number(**region.locators, **wanted)

        if reasons or due > self.balance:
            refused(call, reasons or [InsufficientFunds])
            return
        bought = result(call())
        numbers = [record.phone_number for record in bought]
        assert numbers == wanted.get("phone_number", numbers)
        assert len(set(numbers)) == len(numbers) == wanted.get("phone_count", len(numbers))
        assert set(numbers) <= set(region.stock)
        assert {record.phone_id for record in bought}.isdisjoint(each.phone_id for each in self.owned)
        for record in bought:
            del region.stock[record.phone_number]
            (listed,) = items(self.client.get_phone_numbers(phone_id=[record.phone_id]))
            own = Owned.of(listed)
            where = (own.country, own.category, own.region)
            assert where == tuple(region.locators.values())
            assert (own.number, own.application, own.rule, own.callback) == (record.phone_number, None, None, None)
            self.owned.append(own)
        self.balance -= due
        self.done += 1

    def selected(self, data: st.DataObject) -> tuple[list[Owned], dict[str, Any], list[type[NumberlineError]]]:
        """Some numbers, the arguments that say so, and how that is refused if it is."""
        way = data.draw(st.sampled_from(["id", "id", "number", "number", "all", "unknown id", "unknown number"]))
        if way == "all" and data.draw(st.integers(0, 3)) == 0:
            return list(self.owned), {"phone_id": "all"}, []
        chosen = some(self.owned, data) if self.owned else []
        ids, numbers = [each.phone_id for each in chosen], [each.number for each in chosen]
        if way == "unknown number" or (way == "number" and not chosen):
            return [], {"phone_number": [*numbers, "4321"]}, [NotFound]
        if way == "unknown id" or not chosen:
            return [], {"phone_id": [UNKNOWN, *ids]}, [NotFound]
        if way == "number":
            plus = data.draw(st.sampled_from(["", "+"]))
            return chosen, {"phone_number": [plus + number for number in numbers]}, []
        return chosen, {"phone_id": ids}, []

    def change(self, call: Callable[[], Any], reasons: Sequence[type[NumberlineError]]) -> bool:
        """Make a change, and tell whether it was carried out."""
        if reasons:
            refused(call, reasons)
            return False
        assert result(call()) is None
        self.done += 1
        return True

    @rule(
        data=st.data(),
        application=st.sampled_from([*APPLICATIONS, UNKNOWN]),
        rule_id=st.sampled_from([None, None, 7001, 7002, 7003, UNKNOWN]),
        named=st.booleans(),
        bind=st.sampled_from([None, True, True, False]),
    )
    def bind(self, data: st.DataObject, application: int, rule_id: int | None, named: bool, bind: bool | None) -> None:
        chosen, which, reasons = self.selected(data)
        rules = {rule: name for known in RULES.values() for rule, name in known.items()}
        where: dict[str, Any] = {"application_id": application, "rule_id": rule_id}
        if named:
            where = {"application_name": APPLICATIONS.get(application, "none")}
            where["rule_name"] = None if rule_id is None else rules.get(rule_id, "none")
        if application not in APPLICATIONS or (rule_id is not None and rule_id not in RULES[application]):
            reasons = [NotFound]

        def call() -> Any:
            return self.client.bind_phone_number_to_application(**which, **where, bind=bind)

        if not self.change(call, reasons):
            return
        for own in chosen:
            if bind is not False:
                own.application, own.rule = application, rule_id
            elif own.application == application and rule_id in (None, own.rule):  # of another one it stays bound
                own.application = own.rule = None

    @precondition(lambda self: any(own.application for own in self.owned))
    @rule(data=st.data())
    def unbind(self, data: st.DataObject) -> None:
        own = data.draw(st.sampled_from([own for own in self.owned if own.application]))
        rule_id = data.draw(st.sampled_from([None, *RULES[own.application or 0]]))

        def call() -> Any:
            return self.client.bind_phone_number_to_application(
                phone_id=[own.phone_id], application_id=own.application, rule_id=rule_id, bind=False
            )

        self.change(call, [])
        if rule_id in (None, own.rule):
            own.application = own.rule = None

    @rule(data=st.data(), url=st.sampled_from(["https://a.example/1", "http://b.example", "", "ftp://c.example", "x"]))
    def set_info(self, data: st.DataObject, url: str) -> None:
        chosen, which, reasons = self.selected(data)
        if url and not url.startswith("http"):
            reasons = [InvalidRequest]

        def call() -> Any:
            return self.client.set_phone_number_info(**which, incoming_sms_callback_url=url)

        if self.change(call, reasons):
            for own in chosen:
                own.callback = url or None

    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        chosen, which, reasons = self.selected(data)
        if self.change(lambda: self.client.deactivate_phone_number(**which), reasons):
            for own in chosen:
                self.owned.remove(own)
                self.regions[own.region or 0].stock[own.number] = None

    @rule(
        filters=st.lists(
            st.sampled_from(FILTERS), max_size=2, unique_by=lambda each: each[0].replace("_name", "_id")
        ).map(dict),
        count=st.sampled_from([None, 1, 2, 7]),
        order=st.sampled_from([None, None, *ORDERS]),
    )
    def list_owned(self, filters: dict[str, Any], count: int | None, order: Any) -> None:
        pages = envelopes(self.client.get_phone_numbers(**filters, count=count, order_by=order))
        found = [Owned.of(record) for page in pages for record in page.items]
        expected = [own for own in self.owned if all(FITS[name](own, value) for name, value in filters.items())]
        if order is not None:
            values = [getattr(own, ORDERS[order]) for own in found]
            assert values == sorted(values)
            found.sort(key=lambda own: own.phone_id)
            expected.sort(key=lambda own: own.phone_id)
        assert found == expected
        assert {page.total for page in pages} == {len(expected)}
        assert all(len(page.items) == (count or 100) for page in pages[:-1])

    @rule(application=st.sampled_from([None, *APPLICATIONS, UNKNOWN]))
    def list_countries(self, application: int | None) -> None:
        asked = None if application is None else [application]
        found = result(self.client.get_account_phone_number_countries(application_id=asked))
        wanted = [own.country for own in self.owned if application in (None, own.application)]
        assert sorted(found) == sorted({str(country) for country in wanted})

    @precondition(lambda self: self.owned)
    @rule(data=st.data())
    def find_some(self, data: st.DataObject) -> None:
        chosen = some(self.owned, data)
        by_id = items(self.client.get_phone_numbers(phone_id=[*(own.phone_id for own in chosen), UNKNOWN]))
        by_number = items(self.client.get_phone_numbers(phone_number=[own.number for own in chosen]))
        expected = [own for own in self.owned if own in chosen]
        assert [Owned.of(record) for record in by_id] == [Owned.of(record) for record in by_number] == expected

    @invariant()
    def the_books_are_right(self) -> None:
        if hasattr(self, "sandbox"):
            assert self.sandbox.voximplant.balances[1] == self.balance
            assert len(list(self.sandbox.ledger)) == self.done


class AsyncMachine(Machine):
    mode = "async"


TestVoximplant = Machine.TestCase
TestAsyncVoximplant = AsyncMachine.TestCase
TestVoximplant.settings, TestAsyncVoximplant.settings = PACE, ASYNC_PACE

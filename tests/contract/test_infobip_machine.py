"""Infobip's numbers on offer, bought numbers and balance, against a model that is two tables and a sum."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from numberline import AsyncInfobip, Infobip
from numberline.errors import InvalidRequest, NotFound
from numberline.infobip import Number
from numberline_sandbox import Sandbox
from tests.contract.machines import ASYNC_PACE, PACE, refused, some
from tests.sandbox.support import infobip, manual_clock
from tests.support import envelopes, items, result


@dataclass(frozen=True)
class Known:
    """What the model knows of a number. Its key as an offer is unknown until it has been listed as one."""

    number: str
    country: str | None
    capabilities: frozenset[str]
    monthly: Decimal
    setup: Decimal
    first_month: Decimal
    key: str | None

    @classmethod
    def of(cls, record: Number) -> "Known":
        price = record.price
        assert price is not None
        return cls(
            record.number,
            record.country,
            frozenset(map(str, record.capabilities or [])),
            price.price_per_month or Decimal(0),
            price.setup_price or Decimal(0),
            price.initial_month_price or Decimal(0),
            record.number_key,
        )

    @property
    def due(self) -> Decimal:
        return self.setup + self.first_month


class Machine(RuleBasedStateMachine):
    """Buys, cancels and lists. `offers` and `owned` are what there is by now."""

    mode = "sync"

    @initialize(seed=st.integers(0, 3), balance=st.sampled_from([0, 6, 30, 1000]), last_penny=st.booleans())
    def begin(self, seed: int, balance: int, last_penny: bool) -> None:
        self.open(seed, Decimal(balance))
        if last_penny:
            wanted = list(self.offers)[balance % 14]
            self.open(seed, self.offers[wanted].due)
            self.buy_this(wanted)

    def open(self, seed: int, balance: Decimal) -> None:
        self.sandbox = Sandbox(seed=seed, numbers=14, owned=3, balance=balance, clock=manual_clock().now)
        self.client: Infobip | AsyncInfobip = infobip(self.sandbox, self.mode)
        self.balance = balance
        listed = [Known.of(record) for record in items(self.client.list_available_numbers())]
        self.offers = {known.number: known for known in listed}
        self.places = {known.number: at for at, known in enumerate(listed)}
        self.owned = {known.number: known for known in map(Known.of, items(self.client.list_purchased_numbers()))}
        assert (len(self.offers), len(self.owned)) == (14, 3)
        self.keys_of_the_past: set[str] = set()
        self.done = 0

    @rule(
        country=st.sampled_from([None, "GB", "US", "CA", "RU", "XX", "ZZ", "gb"]),
        capabilities=st.sampled_from([None, ["SMS"], ["VOICE"], ["SMS", "VOICE"], ["VOICE", "SMS"]]),
        number=st.sampled_from([None, None, "1", "55", "7902", "699", "00"]),
        limit=st.sampled_from([None, 1, 2, 5, 14, 100]),
    )
    def search(self, country: str | None, capabilities: Any, number: str | None, limit: int | None) -> None:
        listing = self.client.list_available_numbers(
            country=country, capabilities=capabilities, number=number, limit=limit
        )
        pages = envelopes(listing)
        found = [Known.of(record) for page in pages for record in page.items]
        expected = {
            known.number: known
            for known in self.offers.values()
            if (country is None or known.country == country.upper())
            and set(capabilities or ()) <= known.capabilities
            and (number or "") in known.number
        }
        assert {known.number: replace(known, key=None) for known in found} == {
            number: replace(known, key=None) for number, known in expected.items()
        }
        assert len(found) == len(expected) == listing_total(pages)
        assert all(len(page.items) <= (limit or 50) for page in pages)
        assert all(len(page.items) == (limit or 50) for page in pages[:-1])
        places = [self.places[known.number] for known in found if known.number in self.places]
        assert places == sorted(places)
        for known in found:
            assert self.offers[known.number].key in (None, known.key)
            self.offers[known.number] = known

    @rule(data=st.data(), limit=st.sampled_from([None, 1, 2, 3, 4]))
    def list_purchased(self, data: st.DataObject, limit: int | None) -> None:
        number = data.draw(st.sampled_from([None, None, "12025550199", *self.owned]))
        pages = envelopes(self.client.list_purchased_numbers(number=number, limit=limit))
        expected = [known for known in self.owned.values() if (number or "") in known.number]
        assert [Known.of(record) for page in pages for record in page.items] == expected
        assert listing_total(pages) == len(expected)

    @precondition(lambda self: self.offers)
    @rule(data=st.data())
    def buy(self, data: st.DataObject) -> None:
        self.buy_this(data.draw(st.sampled_from(list(self.offers))))

    def buy_this(self, number: str) -> None:
        if self.offers[number].key is None:
            self.search(None, None, number, None)
        wanted = self.offers[number]
        key = wanted.key or ""
        if wanted.due > self.balance:
            refused(lambda: self.client.purchase_number(number_key=key), [InvalidRequest])
            return
        bought: Number = result(self.client.purchase_number(number_key=key))
        self.balance -= wanted.due
        self.done += 1
        mine = Known.of(bought)
        assert replace(mine, key=key) == replace(wanted, first_month=Decimal(0))
        assert mine.key not in {known.key for known in self.owned.values()}
        self.owned[mine.number] = replace(wanted, key=mine.key)
        del self.offers[wanted.number]
        self.keys_of_the_past.add(key)

    @rule(data=st.data())
    def buy_what_is_not_on_offer(self, data: st.DataObject) -> None:
        on_offer = {known.key for known in self.offers.values()} | {None}
        returned = any(known.key is None for known in self.offers.values())
        keys = set() if returned else self.keys_of_the_past - on_offer
        keys |= {known.key or "" for known in self.owned.values()}
        key = data.draw(st.sampled_from(["x", "%", "a/b", "é", "0" * 32, *sorted(keys)]))
        refused(lambda: self.client.purchase_number(number_key=key), [NotFound])

    @rule(data=st.data())
    def look_up_and_cancel(self, data: st.DataObject) -> None:
        for known in some(self.owned.values(), data, most=2):
            key = known.key or ""
            assert Known.of(result(self.client.get_purchased_number(number_key=key))) == replace(
                known, first_month=Decimal(0)
            )
            if data.draw(st.booleans()):
                assert result(self.client.cancel_number(number_key=key)) is None
                self.done += 1
                self.keys_of_the_past.add(key)
                del self.owned[known.number]
                self.offers[known.number] = replace(known, key=None)

    @rule(data=st.data())
    def look_up_and_cancel_what_is_not_owned(self, data: st.DataObject) -> None:
        gone = self.keys_of_the_past - {known.key for known in self.owned.values()}
        offered = {known.key or "" for known in self.offers.values()}
        key = data.draw(st.sampled_from(["x", "%", "a/b", "é", *sorted(gone | offered - {""})]))
        refused(lambda: self.client.get_purchased_number(number_key=key), [NotFound])
        refused(lambda: self.client.cancel_number(number_key=key), [NotFound])

    @invariant()
    def the_books_are_right(self) -> None:
        if hasattr(self, "sandbox"):
            assert self.sandbox.infobip.balance == self.balance
            assert len(list(self.sandbox.ledger)) == self.done


class AsyncMachine(Machine):
    mode = "async"


def listing_total(pages: list[Any]) -> int:
    """The total, which all pages agree on."""
    (total,) = {page.total for page in pages}
    return int(total)


TestInfobip = Machine.TestCase
TestAsyncInfobip = AsyncMachine.TestCase
TestInfobip.settings, TestAsyncInfobip.settings = PACE, ASYNC_PACE

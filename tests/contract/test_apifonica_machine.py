"""Apifonica's list of rented numbers while numbers come and go, against a model that is one list."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from numberline import Apifonica, AsyncApifonica
from numberline.apifonica import RentedNumber
from numberline.errors import AuthenticationError, InvalidRequest, NotFound
from numberline.pagination import Pages
from numberline_sandbox import Sandbox
from tests.contract.machines import ASYNC_PACE, PACE, refused
from tests.sandbox.support import apifonica, connect, manual_clock
from tests.support import envelopes, items, result

FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "country_code": st.sampled_from(["GB", "US", "us", "international", "ZZ"]),
        "country_name": st.sampled_from(["United Kingdom", "canada", "International", "Nowhere"]),
        "type": st.sampled_from(["local", "mobile", "toll_free", "sip"]),
        "voice": st.booleans(),
        "messaging": st.booleans(),
    },
)
FIELDS = {"country_code": str.casefold, "country_name": str.casefold}
"""What is compared without regard to case."""


def fits(record: RentedNumber, filters: dict[str, Any]) -> bool:
    for name, wanted in filters.items():
        held, plain = getattr(record, name), FIELDS.get(name, lambda value: value)
        if plain(held) != plain(wanted):
            return False
    return True


class Walk(NamedTuple):
    """A listing that somebody goes through page by page: the cursor of the next page, and the number it stands for."""

    filters: dict[str, Any]
    limit: int
    cursor: str | None = None
    follows: str | None = None


async def first_of(pages: AsyncIterator[Any]) -> Any:
    return await anext(pages)


class Machine(RuleBasedStateMachine):
    """Lists, in one go and page by page. `rented` is what there is by now."""

    mode = "sync"

    @initialize(seed=st.integers(0, 3), owned=st.sampled_from([0, 1, 7, 30, 45]))
    def begin(self, seed: int, owned: int) -> None:
        self.sandbox = Sandbox(seed=seed, owned=owned, clock=manual_clock().now)
        self.client: Apifonica | AsyncApifonica = apifonica(self.sandbox, self.mode)
        self.rented: list[RentedNumber] = items(self.client.list_rented_numbers())
        assert len({record.number_sid for record in self.rented}) == owned
        self.seen = {record.number_sid for record in self.rented}
        self.walk: Walk | None = None

    @rule(filters=FILTERS, limit=st.sampled_from([None, 1, 3, 19, 20]))
    def list_all(self, filters: dict[str, Any], limit: int | None) -> None:
        pages: list[Any] = [*envelopes(self.client.list_rented_numbers(**filters, limit=limit))]
        expected = [record for record in self.rented if fits(record, filters)]
        assert [record for page in pages for record in page.items] == expected
        assert all(len(page.items) == page.limit == (limit or 20) for page in pages[:-1])
        assert pages[0].prev is None
        assert pages[-1].next is None
        account = self.sandbox.credentials["apifonica"]["account_sid"]
        assert all(f"/v2/accounts/{account}/numbers?" in (page.next or "") for page in pages[:-1])
        assert result(self.client.list_rented_numbers(**filters, limit=limit).first()) == next(iter(expected), None)

    @rule(data=st.data(), plus=st.sampled_from(["", "+"]))
    def list_by_number(self, data: st.DataObject, plus: str) -> None:
        numbers = [record.number for record in self.rented]
        number = data.draw(st.sampled_from([*numbers, "4321"]))
        found = items(self.client.list_rented_numbers(number=plus + number))
        assert found == [record for record in self.rented if record.number == number]

    @rule(filters=FILTERS, limit=st.sampled_from([1, 2, 5]))
    def begin_to_walk(self, filters: dict[str, Any], limit: int) -> None:
        self.walk = Walk(filters, limit)
        self.go_on()

    @precondition(lambda self: self.walk)
    @rule()
    def go_on(self) -> None:
        """A page begins at the number that followed the last page at the time. If it has gone since, so have all before
        it, and the page begins with the first that there is."""
        assert self.walk is not None
        filters, limit, cursor, follows = self.walk
        listing = self.client.list_rented_numbers(**filters, limit=limit, next=cursor)
        page: Any = next(iter(listing.pages())) if isinstance(listing, Pages) else result(first_of(listing.pages()))
        matching = [record for record in self.rented if fits(record, filters)]
        start = next((at for at, record in enumerate(matching) if record.number_sid == follows), 0)
        assert page.items == matching[start : start + limit]
        left = matching[start + limit :]
        assert bool(page.next) is bool(left)
        cursors = parse_qs(urlsplit(page.next or "").query).get("next", [])
        self.walk = Walk(filters, limit, cursors[0], left[0].number_sid) if left else None

    @precondition(lambda self: self.rented)
    @rule()
    def one_goes(self) -> None:
        self.sandbox.faults.set("list_rented_numbers", "shift-out", times=1)
        del self.rented[0]
        assert items(self.client.list_rented_numbers()) == self.rented

    @rule()
    def one_comes(self) -> None:
        self.sandbox.faults.set("list_rented_numbers", "shift-in", times=1)
        *others, new = items(self.client.list_rented_numbers())
        assert others == self.rented
        assert new.number_sid not in self.seen
        self.seen.add(new.number_sid)
        self.rented.append(new)

    @rule(cursor=st.sampled_from(["x", "0" * 24, "57e4f04a0c9b2dfe504f27e2", "é"]))
    def use_a_cursor_of_no_link(self, cursor: str) -> None:
        refused(lambda: result(self.client.list_rented_numbers(next=cursor).first()), [InvalidRequest])

    @rule()
    def ask_for_another_account(self) -> None:
        listing = self.client.list_rented_numbers(account_sid="acc1")
        refused(lambda: result(listing.first()), [NotFound])
        account = self.sandbox.credentials["apifonica"]["account_sid"]
        kind: Any = type(self.client)
        stranger: Apifonica | AsyncApifonica = connect(kind, self.sandbox, account_sid=account, auth_token="x")
        refused(lambda: result(stranger.list_rented_numbers().first()), [AuthenticationError])


class AsyncMachine(Machine):
    mode = "async"


TestApifonica = Machine.TestCase
TestAsyncApifonica = AsyncMachine.TestCase
TestApifonica.settings, TestAsyncApifonica.settings = PACE, ASYNC_PACE

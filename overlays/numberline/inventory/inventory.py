"""One view of all numbers of any clients: `Inventory` and `AsyncInventory`.

What is decided stands in the other modules; the two classes differ in the waiting only.
"""

from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from contextlib import AsyncExitStack, ExitStack, aclosing, closing
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from .._runtime.asynchronous import drive_async
from .._runtime.call import drive
from .._runtime.client import AsyncClient, BaseClient, Client
from .._runtime.operation import Request
from ..errors import InvalidArgument
from .adapters import Account, Status, Steps
from .bind import Bound, binding
from .feed import Job, Reading, call, call_async, feed, feed_async
from .purchase import Bought, buying, do, do_async, releasing
from .reports import Audit, Auditor, Comparer, Comparison, Report, Search, Seeker, country_code, wanted
from .values import InventoryNumber, Money, Offer

if TYPE_CHECKING:
    from collections import Counter

    import pyarrow

C = TypeVar("C", bound=BaseClient)
R = TypeVar("R")


class _Base(Generic[C]):
    _kind: ClassVar[type[BaseClient]]

    def __init__(self, accounts: Mapping[str, C]) -> None:
        """Take any clients, several of one provider too.

        Args:
            accounts: the clients, each under the name that its account has in the inventory.

        Raises:
            InvalidArgument: for no clients, an empty name, something else than a client of this kind, or a client of a
                provider that inventories have no adapter for.
        """
        if not isinstance(accounts, Mapping) or not accounts:
            raise InvalidArgument("accounts takes clients by name, at least one", parameter="accounts")
        for name, client in accounts.items():
            if not isinstance(name, str) or not name.strip():
                raise InvalidArgument("an account's name is a text that is not empty", parameter="accounts")
            if isinstance(client, BaseClient) and not isinstance(client, self._kind):
                other = f"{type(self).__name__} takes {self._kind.__name__}s, not {type(client).__name__}"
                raise InvalidArgument(f"account {name!r}: {other}", parameter="accounts")
        self._accounts = {name: Account(name, client) for name, client in accounts.items()}
        self.accounts: Mapping[str, C] = MappingProxyType(dict(accounts))

    def _number_jobs(self, country: str | None = None) -> list[Job[InventoryNumber]]:
        return [Job(account, account.adapter.numbers(account, country)) for account in self._accounts.values()]

    def _status_jobs(self) -> list[Job[tuple[str, Status]]]:
        return [Job(account, _emit_status(account)) for account in self._accounts.values()]

    def _now(self) -> datetime:
        return next(iter(self._accounts.values())).client._context.clock.now()

    def _auditor(self, within_days: int) -> Auditor:
        return Auditor(self._now().date(), within_days)

    def _search_jobs(self, seeker: Seeker) -> list[Job[Offer]]:
        return [
            Job(account, _limited(account, account.adapter.search(account, seeker.wanted), seeker))
            for account in self._accounts.values()
            if account.adapter.search is not None
        ]

    def _not_searchable(self) -> list[str]:
        return [account.name for account in self._accounts.values() if account.adapter.search is None]

    def _named(self, reading: Reading, statuses: Mapping[str, Status]) -> dict[str, Status | Exception]:
        return {name: reading.missing.get(name) or statuses[name] for name in self._accounts}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(self._accounts)}>"


def _emit_status(account: Account) -> Steps[tuple[str, Status]]:
    status = yield from account.adapter.status(account)
    yield [(account.name, status)]


def _limited(account: Account, steps: Steps[Offer], seeker: Seeker) -> Steps[Offer]:
    """Yield the same, until the account has taken as many requests as it may."""
    outcome: Any = None
    failure: Exception | None = None
    while True:
        try:
            step = steps.send(outcome) if failure is None else steps.throw(failure)
        except StopIteration:
            return
        if isinstance(step, Request) and not seeker.may_ask(account):
            steps.close()
            return
        outcome = failure = None
        try:
            outcome = yield step
        except Exception as error:
            failure = error


class Inventory(_Base[Client]):
    """All numbers of some accounts, whoever their providers are. Waits by blocking.

    Safe to share between threads, as clients are. It sends nothing by itself, and keeps nothing.
    """

    _kind = Client

    def numbers(self, *, country: str | None = None) -> Generator[InventoryNumber, None, None]:
        """Yield every number that the accounts own, in the order of the accounts.

        All accounts are read at once, each at most two pages ahead of what was taken of it, so memory does not grow.
        An account's currency or prices are asked for where the provider tells them elsewhere.

        Args:
            country: two letters, for the numbers of this country only. Providers that have such a filter are asked for
                no others.

        Raises:
            InvalidArgument: if `country` is not two letters. Nothing was sent.
            IncompleteInventory: at the end, if an account could not be read to its end. All others are complete.
        """
        with closing(self._batches(country and country_code(country))) as batches:
            for batch in batches:
                yield from batch

    def to_arrow(
        self, *, country: str | None = None, batch_size: int = 4096, nulled: "Counter[str] | None" = None
    ) -> "pyarrow.RecordBatchReader":
        """Return `numbers` as Arrow record batches, with the columns of `COLUMNS`. Takes the extra `arrow`.

        Amounts are decimals, timestamps are UTC, words such as the account's name are dictionaries. What `numbers`
        raises at the end is raised by the reader; `numberline.tables` says more.

        Args:
            country: as for `numbers`.
            batch_size: rows of a batch; the last one has what is left.
            nulled: takes how many values of each column are null because they did not fit it.

        Raises:
            InvalidArgument: if `batch_size` is no whole number from 1.
        """
        from .arrow import number_reader

        return number_reader(self._batches(country and country_code(country)), batch_size, nulled)

    def _batches(self, country: str | None) -> Generator[list[InventoryNumber], None, None]:
        reading = Reading(self._accounts.values())
        with closing(feed(self._number_jobs(country), reading)) as batches:
            for batch in batches:
                yield [number for number in batch if country in (None, number.country)]
        reading.finish()

    def find(
        self,
        country: str,
        *,
        capabilities: Iterable[str] = (),
        kind: str | None = None,
        prefix: str = "",
        max_price: Money | None = None,
        limit: int = 10,
        max_requests: int = 50,
    ) -> Search:
        """Find the cheapest numbers on offer, as far as the offers are read.

        Amounts of different currencies are not compared: each currency has its own cheapest ones.

        Args:
            country: two letters.
            capabilities: what the number has to be able to do: `sms`, `voice`, or a provider's word.
            kind: `local`, `mobile`, `toll_free`, or a provider's word (`virtual_long_number`). Any if left out.
            prefix: digits that the number begins with, country code included.
            max_price: the most that the first month may cost, set-up fee included. Offers in another currency, or
                without a price, are left out.
            limit: how many offers to return for each currency.
            max_requests: how many requests each account may take. Offers are read by region from the cheapest on, or
                in the provider's order.

        Raises:
            InvalidArgument: for a value that can't be looked for. Nothing was sent.
            IncompleteInventory: if an account could not be searched; `partial` has what the others offer.
        """
        seeker = Seeker(wanted(country, capabilities, kind, prefix), max_price, limit, max_requests)
        reading = Reading(self._accounts.values())
        with closing(feed(self._search_jobs(seeker), reading)) as batches:
            for batch in batches:
                for offer in batch:
                    seeker.take(offer)
        found = seeker.result(self._not_searchable())
        reading.finish(found)
        return found

    def audit(self, *, within_days: int = 30) -> Audit:
        """Look through all numbers for what somebody should look at; see `Finding`.

        Args:
            within_days: how soon a renewal is soon.

        Raises:
            InvalidArgument: for a number of days below 0.
            IncompleteInventory: if an account could not be read; `partial` has what the others hold.
        """
        return self._report(self._auditor(within_days))

    def compare(self, expected: Iterable[str]) -> Comparison:
        """Compare what the accounts own with what somebody expects them to.

        Args:
            expected: phone numbers, country code included.

        Raises:
            InvalidArgument: if one of them is not a phone number. Nothing was sent.
            IncompleteInventory: if an account could not be read; in `partial`, `missing` then holds numbers that may
                well be in that account.
        """
        return self._report(Comparer(expected))

    def _report(self, report: Report[R]) -> R:
        reading = Reading(self._accounts.values())
        with closing(feed(self._number_jobs(), reading)) as batches:
            for batch in batches:
                for number in batch:
                    report.take(number)
        found = report.result()
        reading.finish(found)
        return found

    def status(self) -> dict[str, Status | Exception]:
        """Sign in to every account, and return what each says of itself, or why it does not."""
        reading = Reading(self._accounts.values())
        with closing(feed(self._status_jobs(), reading)) as batches:
            statuses = dict(each for batch in batches for each in batch)
        return self._named(reading, statuses)

    def bind(self, numbers: Iterable[InventoryNumber], application: str | int) -> list[Bound]:
        """Bind numbers to an application, and return what became of each, in the order of the numbers.

        They go out in batches; a batch that is refused is halved until it is known which numbers are to blame.

        Args:
            numbers: of accounts in this inventory.
            application: its name or its id, the same in all the accounts.

        Raises:
            InvalidArgument: for something else than a name or an id. Nothing was sent.
        """
        return drive(binding(self._accounts, numbers, application), lambda step: call(*step))

    def buy(
        self, offer: Offer, *, max_price: Money, wait: float = 0, on_bought: Callable[[Bought], object] | None = None
    ) -> Bought:
        """Buy an offer that `find` returned, by its number, and hand it to whoever registers it.

        The purchase is in the client's journal before it is sent, and is sent once. If its response is lost, what the
        account owns is looked at. Its entry is acknowledged when `on_bought` has returned; without `on_bought` it stays
        in `Journal.unclaimed()` for you to acknowledge.

        Args:
            offer: what to buy. Its price is the one that was read by `find`.
            max_price: the most that the first month may cost, set-up fee included, in the offer's currency.
            wait: seconds to keep looking after a lost response. A number that is not owned yet may appear until the
                client's `settle_after` is over.
            on_bought: called with the number; stores it in your database, say.

        Raises:
            InvalidArgument: if it costs more, or its price is not told, or the client has no journal. Nothing was sent.
            OrphanedNumber: if it was bought and `on_bought` raised.
            OutcomeUnknown: if it is not known whether it was bought. The entry is in `Journal.unsettled()`.
            NotBought: if the response was lost and the account does not own it when the time is over.
            NumberlineError: if it was refused.
        """
        return drive(buying(self._accounts, offer, max_price, wait, on_bought), do)

    def release(self, number: InventoryNumber, *, wait: float = 0) -> None:
        """Give a number up. It is sent once, and on record in the client's journal.

        Args:
            number: what to give up.
            wait: seconds to keep looking after a lost response.

        Raises:
            InvalidArgument: if the provider's documents have no release, or the client has no journal. Nothing was
                sent.
            OutcomeUnknown: if it is not known whether it was given up. The entry is in `Journal.unsettled()`.
            NotReleased: if the response was lost and the account still owns it.
            NumberlineError: if it was refused.
        """
        drive(releasing(self._accounts, number, wait), do)

    def close(self) -> None:
        """Close all clients. Idempotent."""
        with ExitStack() as stack:
            for client in self.accounts.values():
                stack.callback(client.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncInventory(_Base[AsyncClient]):
    """All numbers of some accounts, whoever their providers are. Waits with `await`, on asyncio."""

    _kind = AsyncClient

    async def numbers(self, *, country: str | None = None) -> AsyncGenerator[InventoryNumber, None]:
        """Yield as `Inventory.numbers`."""
        country = country and country_code(country)
        reading = Reading(self._accounts.values())
        async with aclosing(feed_async(self._number_jobs(country), reading)) as batches:
            async for batch in batches:
                for number in batch:
                    if country in (None, number.country):
                        yield number
        reading.finish()

    async def find(
        self,
        country: str,
        *,
        capabilities: Iterable[str] = (),
        kind: str | None = None,
        prefix: str = "",
        max_price: Money | None = None,
        limit: int = 10,
        max_requests: int = 50,
    ) -> Search:
        """Find as `Inventory.find`."""
        seeker = Seeker(wanted(country, capabilities, kind, prefix), max_price, limit, max_requests)
        reading = Reading(self._accounts.values())
        async with aclosing(feed_async(self._search_jobs(seeker), reading)) as batches:
            async for batch in batches:
                for offer in batch:
                    seeker.take(offer)
        found = seeker.result(self._not_searchable())
        reading.finish(found)
        return found

    async def audit(self, *, within_days: int = 30) -> Audit:
        """Look through all numbers as `Inventory.audit`."""
        return await self._report(self._auditor(within_days))

    async def compare(self, expected: Iterable[str]) -> Comparison:
        """Compare as `Inventory.compare`."""
        return await self._report(Comparer(expected))

    async def _report(self, report: Report[R]) -> R:
        reading = Reading(self._accounts.values())
        async with aclosing(feed_async(self._number_jobs(), reading)) as batches:
            async for batch in batches:
                for number in batch:
                    report.take(number)
        found = report.result()
        reading.finish(found)
        return found

    async def status(self) -> dict[str, Status | Exception]:
        """Sign in as `Inventory.status`."""
        reading = Reading(self._accounts.values())
        async with aclosing(feed_async(self._status_jobs(), reading)) as batches:
            statuses = dict([each async for batch in batches for each in batch])
        return self._named(reading, statuses)

    async def bind(self, numbers: Iterable[InventoryNumber], application: str | int) -> list[Bound]:
        """Bind as `Inventory.bind`."""
        return await drive_async(binding(self._accounts, numbers, application), lambda step: call_async(*step))

    async def buy(
        self, offer: Offer, *, max_price: Money, wait: float = 0, on_bought: Callable[[Bought], object] | None = None
    ) -> Bought:
        """Buy as `Inventory.buy`. `on_bought` may be a coroutine function."""
        return await drive_async(buying(self._accounts, offer, max_price, wait, on_bought), do_async)

    async def release(self, number: InventoryNumber, *, wait: float = 0) -> None:
        """Give up as `Inventory.release`."""
        await drive_async(releasing(self._accounts, number, wait), do_async)

    async def aclose(self) -> None:
        """Close all clients. Idempotent."""
        async with AsyncExitStack() as stack:
            for client in self.accounts.values():
                stack.push_async_callback(client.aclose)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

"""Buying an offer and releasing a number, with the journal: at most one request, its outcome looked up if it is lost,
and nothing bought that nobody knows of. Nothing here waits.

A `Step` is what the two kinds of inventory do differently: call a client, sleep, read the journal, call back.
"""

import logging
import uuid
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Self, TypeVar

from attr import frozen

from .._runtime.client import AsyncClient, BaseClient
from .._runtime.operation import Request
from ..errors import InvalidArgument, NumberlineError, OutcomeUnknown
from ..journal import Entry, Journal
from .adapters import Account
from .reports import check_max_price, is_within
from .values import InventoryNumber, Money, Offer, PhoneNumber

T = TypeVar("T")

LOOK_AGAIN = 30.0
"""Seconds after which to look again if looking failed."""

log = logging.getLogger("numberline")


class Step(NamedTuple):
    """Something to be done, which may return an awaitable.

    Attributes:
        run: does it.
        is_blocking: whether it reads or writes a file.
    """

    run: Callable[[], Any]
    is_blocking: bool = False


Steps = Generator[Step, Any, T]


@frozen(kw_only=True)
class Bought:
    """A number that was bought.

    Attributes:
        account: the account's name in the inventory.
        provider: the provider's name.
        id: the provider's id of the number as it is owned now.
        text: the number as the provider writes it.
        number: the number, or None if it is not an international one.
        monthly: price of a month, as the offer had it.
        setup: the one-off fee, as the offer had it.
        entry: the journal's entry, or None if the journal could not be read any more.
        record: what the provider said of it: the result of the purchase, or what the account lists.
    """

    account: str
    provider: str
    id: str
    text: str
    number: PhoneNumber | None
    monthly: Money | None
    setup: Money | None
    entry: str | None
    record: Any


class OrphanedNumber(NumberlineError):
    """A number was bought, and what was to register it failed. The number is the account's and is paid for.

    Register it now, or release it: `bought` has all that is needed. Its entry stays in `Journal.unclaimed()` until
    `Journal.acknowledge(bought.entry)` is called.

    Attributes:
        bought: the number.
    """

    advice = "Register the number and acknowledge its journal entry, or release it."

    bought: Bought

    @classmethod
    def of(cls, bought: Bought, why: Exception) -> Self:
        """Return the error for a number that could not be registered."""
        name = type(why).__name__
        error = cls(f"account {bought.account} bought a number (entry {bought.entry}), but on_bought raised {name}.")
        error.provider, error.bought = bought.provider, bought
        return error


class NotBought(NumberlineError):
    """The response to a purchase was lost, and the account does not own the number after the time in which it had to
    appear. See `Reconciled` for what that can't exclude."""

    advice = "Buying the same number again ends in this number or in a refusal."


class NotReleased(NumberlineError):
    """The response to a release was lost, and the account still owns the number after the time in which it had to
    vanish."""

    advice = "Release it again."


def buying(
    accounts: Mapping[str, Account],
    offer: Offer,
    max_price: Money,
    wait: float,
    on_bought: Callable[[Bought], Any] | None,
) -> Steps[Bought]:
    """Yield what to do to buy an offer, and return the number."""
    account = _account(accounts, offer, Offer, "offer")
    if account.adapter.purchase is None:
        raise InvalidArgument(f"{account.provider} can't be bought from", parameter="offer")
    if not isinstance(max_price, Money):
        raise InvalidArgument("max_price takes Money", parameter="max_price")
    check_max_price(max_price)
    if not is_within(offer, max_price):
        price = offer.first_month or "not told"
        raise InvalidArgument(
            f"the first month with the set-up fee is {price}; max_price is {max_price}", parameter="max_price"
        )
    if on_bought is not None and not callable(on_bought):
        raise InvalidArgument("on_bought takes a function", parameter="on_bought")
    entry, result, records = yield from _carry_out(account, account.adapter.purchase(offer), wait, "owned")
    if result is not None and account.adapter.bought is not None:
        number_id, record = account.adapter.bought(result)
    else:
        number_id, record = (entry.ids[0] if entry and entry.ids else offer.id), next(iter(records), None)
    bought = Bought(
        account=account.name,
        provider=account.provider,
        id=number_id,
        text=offer.text,
        number=offer.number,
        monthly=offer.monthly,
        setup=offer.setup,
        entry=entry.id if entry else None,
        record=record,
    )
    if on_bought is not None:
        with _interruption_told(
            f"a number was bought, and perhaps nobody has registered it: journal entry {bought.entry}"
        ):
            try:
                yield Step(lambda: on_bought(bought))
            except Exception as error:
                log.error("a number was bought, and nobody has registered it: journal entry %s", bought.entry)
                raise OrphanedNumber.of(bought, error) from error
            yield from _acknowledge(account, entry)
    return bought


def releasing(accounts: Mapping[str, Account], number: InventoryNumber, wait: float) -> Steps[None]:
    """Yield what to do to give a number up."""
    account = _account(accounts, number, InventoryNumber, "number")
    if account.adapter.release is None:
        raise InvalidArgument(f"{account.provider} has no call that gives numbers up", parameter="number")
    entry, _, _ = yield from _carry_out(account, account.adapter.release(number.id), wait, "not_owned")
    yield from _acknowledge(account, entry)


def _account(accounts: Mapping[str, Account], item: Any, kind: type[Any], parameter: str) -> Account:
    if not isinstance(item, kind):
        raise InvalidArgument(f"{parameter} takes an {kind.__name__}, not {type(item).__name__}", parameter=parameter)
    if item.account not in accounts:
        raise InvalidArgument(f"account {item.account!r} is not in this inventory", parameter=parameter)
    return accounts[item.account]


def _journal(client: BaseClient) -> Journal:
    journal = client._context.journal
    if journal is None:
        raise InvalidArgument(
            f"buying and releasing need a journal: make the {type(client).__name__} with journal=", parameter="journal"
        )
    return journal


def _carry_out(
    account: Account, request: Request[Any], wait: float, expected: str
) -> Steps[tuple[Entry | None, Any, tuple[Any, ...]]]:
    """Send a purchase or a release once. Return its entry, and the result or, if that was lost, what was found."""
    journal = _journal(account.client)
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 <= wait < float("inf"):
        raise InvalidArgument("wait takes a number of seconds from 0", parameter="wait")
    reference = f"inventory {uuid.uuid4().hex}"
    client: Any = account.client.options(reference=reference)
    find = Step(lambda: journal.find(reference)[-1], is_blocking=True)
    try:
        result = yield Step(partial(client._call, request))
    except OutcomeUnknown as unknown:
        entry, records = yield from _look(account, journal, unknown, find, wait, expected)
        return entry, None, records
    with _interruption_told(f"account {account.name}: it is done; Journal.find({reference!r}) has what came of it"):
        try:
            return (yield find), result, ()
        except Exception as error:  # it is done, whatever became of the file since
            log.error("account %s: the entry of what was just done can't be read: %s", account.name, error)
            return None, result, ()


@contextmanager
def _interruption_told(what: str) -> Iterator[None]:
    """Say what was done, if an interruption keeps the caller from being told otherwise."""
    try:
        yield
    except Exception:
        raise
    except BaseException as interruption:
        with suppress(Exception):
            interruption.add_note(what)
        log.error("%s", what)
        raise


def _look(
    account: Account, journal: Journal, unknown: OutcomeUnknown, find: Step, wait: float, expected: str
) -> Steps[tuple[Entry, tuple[Any, ...]]]:
    """Look until it is known what came of it, or the time is over."""
    client: Any = account.client
    clock = client._context.clock
    sleep = clock.sleep_async if isinstance(client, AsyncClient) else clock.sleep
    ends = clock.monotonic() + wait
    while True:
        again: datetime | None = None
        records: tuple[Any, ...] = ()
        delay = LOOK_AGAIN
        try:
            for settled in (yield Step(partial(client.settle, journal))):
                if settled.unknown.entry == unknown.entry:
                    again, records = settled.reconciled.look_again_at, settled.reconciled.records
            entry: Entry = yield find
            if entry.state == "settled":
                return _settled(account, entry, expected, unknown), records
            delay = max(1.0, (again - clock.now()).total_seconds()) if again else float("inf")
        except (NotBought, NotReleased):
            raise
        except NumberlineError as error:
            log.warning("looking what came of journal entry %s failed: %s", unknown.entry, error)
        if clock.monotonic() + delay > ends:
            raise unknown
        yield Step(partial(sleep, delay))


def _settled(account: Account, entry: Entry, expected: str, unknown: OutcomeUnknown) -> Entry:
    if entry.verdict == expected:
        return entry
    kind = NotBought if expected == "owned" else NotReleased
    raise kind(f"journal entry {entry.id}: {entry.why}.", provider=account.provider) from unknown


def _acknowledge(account: Account, entry: Entry | None) -> Steps[None]:
    if entry is None:
        return
    journal = _journal(account.client)
    try:
        yield Step(lambda: journal.acknowledge(entry.id), is_blocking=True)
    except NumberlineError as error:  # the work is done; what is left is an entry that says so
        log.error("journal entry %s is done and could not be acknowledged: %s", entry.id, error)


def do(step: Step) -> Any:
    """Do a step."""
    return step.run()


async def do_async(step: Step) -> Any:
    """Do a step, with `await`."""
    if step.is_blocking:
        import anyio.to_thread

        return await anyio.to_thread.run_sync(step.run)
    outcome = step.run()
    return await outcome if isinstance(outcome, Awaitable) else outcome

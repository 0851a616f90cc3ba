"""Purchases that are interrupted: Ctrl-C and signal handlers at every moment, cancellation at every await."""

import asyncio
import gc
import logging
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

import pytest

from numberline.errors import outcomes_unknown
from tests.adversary.site import (
    GOOD,
    OWN_WAYS,
    WAYS,
    Cell,
    Site,
    Told,
    Way,
    buy,
    cut,
    run_asyncio,
    run_trio,
)
from tests.interruption import Signal, raising, signals
from tests.support import FULL, LOCKS_OF_OTHERS

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

PARTS = 4
EVERY = 52 if FULL else 1499
"""Of how many moments one is interrupted in each part. A purchase has more than 15,000, by version of Python."""

Answers = dict[str, Any]
ANSWERS: Answers = {"bought": GOOD, "lost": cut(GOOD, 30, "reset")}


LOCKS = (logging.__file__, threading.__file__, *LOCKS_OF_OTHERS)


class Alarm(BaseException):
    """What a program's own signal handler may raise."""


@pytest.fixture(autouse=True, scope="module")
def left_over() -> Iterator[None]:
    """Let the garbage collector close what an interruption leaves open, and say so, here and in no later test."""
    yield
    gc.collect()


def known(told: Told, site: Site, cell: Cell, at: object, may_miss: int = 0) -> None:
    """Whoever was interrupted after a purchase was sent finds what is known of it in all three places."""
    site.settle()
    arrived = len(cell.purchases)
    assert arrived <= 1, f"{arrived} purchases, interrupted at {at}"
    if told.error is None:
        assert arrived == 1, f"a result without a purchase, interrupted at {at}"
        return
    found = outcomes_unknown(told.error)
    assert len(found) == 1 or not arrived, f"lost without a trace, interrupted at {at}: {told.error!r}"
    for unknown in found if arrived else ():
        # The one that was under way when it struck may be missing.
        missing = (told.noticed != [unknown]) + (told.logged != [unknown])
        assert missing <= may_miss, f"not everywhere, interrupted at {at}: {told}"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("error", [KeyboardInterrupt, Alarm, TimeoutError], ids=lambda error: error.__name__)
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_interruption_at_every_moment(answer: str, error: type[BaseException], part: int, site: Site) -> None:
    """Sampled, but with --full. One interruption strikes; where a second one may, something has to be lost."""
    way = OWN_WAYS[0]
    assert buy(way, site.cell()).error is None  # everything is imported by then
    struck = 0
    for signal in signals(raising(error), every=EVERY, first=1 + part * EVERY // PARTS, skipping=LOCKS):
        cell = site.cell(ANSWERS[answer])

        def around(client: Any, call: Callable[[Any], Any], signal: Signal = signal) -> Any:
            with signal:
                return call(client)

        told = copy_context().run(buy, way, cell, around=around, retries=0)
        known(told, site, cell, signal.struck, may_miss=1)
        struck += signal.struck is not None
    assert struck >= 15_000 // EVERY


# Cancellation


class Stepping:
    """Awaits something, and does something else when it waits for the n-th time."""

    def __init__(self, of: Any, at: int, do: Callable[[], object]) -> None:
        self.waits = 0
        self._of = of
        self._at = at
        self._do = do

    def __await__(self) -> Any:
        inner = self._of.__await__()
        send: Callable[[Any], Any] = inner.send
        given: Any = None
        while True:
            try:
                waited_for = send(given)
            except StopIteration as end:
                return end.value
            self.waits += 1
            if self.waits == self._at:
                self._do()
            try:
                given = yield waited_for
                send = inner.send
            except BaseException as error:
                given, send = error, inner.throw


class Cancelling:
    """Cancels a purchase in one of the ways that there are, when it waits for the n-th time."""

    def __init__(self, how: str, at: int) -> None:
        self.at = at
        self.waits = 0
        self._how = how

    async def around(self, client: Any, call: Callable[[Any], Any]) -> Any:
        return await getattr(self, f"_{self._how}")(client, call)

    async def _stepping(self, of: Any, do: Callable[[], object]) -> Any:
        stepping = Stepping(of, self.at, do)
        try:
            return await stepping
        finally:
            self.waits = stepping.waits

    async def _cancel(self, client: Any, call: Callable[[Any], Any]) -> Any:
        task = asyncio.current_task()
        assert task is not None
        return await self._stepping(call(client), task.cancel)

    async def _cancel_twice(self, client: Any, call: Callable[[Any], Any]) -> Any:
        task = asyncio.current_task()
        assert task is not None

        def twice() -> None:
            task.cancel()
            asyncio.get_running_loop().call_soon(task.cancel)

        return await self._stepping(call(client), twice)

    async def _timeout(self, client: Any, call: Callable[[Any], Any]) -> Any:
        async with asyncio.timeout(None) as limit:
            return await self._stepping(call(client), lambda: limit.reschedule(0))

    async def _wait_for(self, client: Any, call: Callable[[Any], Any]) -> Any:
        expired: Any = asyncio.get_running_loop().create_future()

        async def stepping() -> Any:
            return await self._stepping(call(client), lambda: expired.set_result(None))

        purchase = asyncio.ensure_future(stepping())
        await asyncio.wait([purchase, expired], return_when=asyncio.FIRST_COMPLETED)
        purchase.cancel()
        return await purchase

    async def _task_group(self, client: Any, call: Callable[[Any], Any]) -> Any:
        """Another task of the group fails; the group does not show what it cancelled."""
        failed = asyncio.Event()

        async def fail() -> None:
            await failed.wait()
            raise LookupError("another task")

        async def stepping() -> Any:
            try:
                return await self._stepping(call(client), failed.set)
            finally:
                failed.set()

        tasks: list[asyncio.Task[Any]] = []
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                tasks.append(group.create_task(stepping()))
        except BaseExceptionGroup:
            if tasks[0].cancelled():
                raise
        return tasks[0].result()

    async def _closed(self, client: Any, call: Callable[[Any], Any]) -> Any:
        """The coroutine is closed, as an event loop that ends does."""
        coroutine = call(client)
        try:
            waiting = coroutine.__await__()
            for _ in range(self.at):
                future = waiting.send(None)
                self.waits += 1
                if future is not None:
                    future._asyncio_future_blocking = False
                    await asyncio.wait([future])
                else:
                    await asyncio.sleep(0)
        except StopIteration as end:
            self.waits -= 1
            return end.value
        coroutine.close()
        raise GeneratorExit

    async def _trio(self, client: Any, call: Callable[[Any], Any]) -> Any:
        import trio

        with trio.CancelScope() as scope:
            return await self._stepping(call(client), scope.cancel)
        raise trio.TooSlowError

    async def _trio_nursery(self, client: Any, call: Callable[[Any], Any]) -> Any:
        import trio

        results: list[Any] = []

        async def stepping() -> None:
            results.append(await self._stepping(call(client), nursery.cancel_scope.cancel))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(stepping)
        if not results:
            raise trio.TooSlowError
        return results[0]


SHOWN = ("cancel", "cancel_twice", "timeout", "wait_for")
"""Those that show an exception which has the purchase's data on it."""

HOWS = [*SHOWN, "task_group", "closed", "trio", "trio_nursery"]


@pytest.mark.parametrize("way", [way for way in WAYS if way.is_async], ids=str)
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("at", range(1, 13) if FULL else (2, 3, 4, 5, 7))
def test_a_cancellation_at_every_await(at: int, answer: str, how: str, way: Way, site: Site) -> None:
    cell = site.cell(ANSWERS[answer])
    cancelling = Cancelling(how, at)
    run = run_trio if how.startswith("trio") else run_asyncio
    told = buy(way, cell, around=cancelling.around, retries=0, run=run)
    site.settle()
    if how in SHOWN:
        known(told, site, cell, f"wait {at}")
        return
    arrived = len(cell.purchases)
    assert arrived <= 1
    if told.error is None:
        assert arrived == 1
    elif arrived:
        assert len(told.noticed) == 1, f"{told.error!r} at wait {at}"
        assert told.logged == told.noticed


@pytest.mark.parametrize("way", [way for way in WAYS if way.is_async], ids=str)
def test_a_purchase_waits_no_more_often_than_it_is_cancelled(way: Way, site: Site) -> None:
    cancelling = Cancelling("cancel", 10**6)
    assert buy(way, site.cell(), around=cancelling.around).error is None
    assert 3 <= cancelling.waits <= 12


@pytest.mark.parametrize("way", [way for way in WAYS if way.is_async], ids=str)
def test_of_many_cancelled_purchases_each_is_told(way: Way, site: Site) -> None:
    """Not only the first."""
    cell = site.cell(lambda connection: connection.recv(1))
    errors: list[BaseException] = []

    async def around(client: Any, call: Callable[[Any], Any]) -> None:
        tasks = [asyncio.create_task(call(client)) for _ in range(10)]
        while len(cell.purchases) < 10:
            await asyncio.sleep(0.005)
        for task in tasks:
            task.cancel()
        for task in tasks:  # gather() would make exceptions of its own
            try:
                await task
            except asyncio.CancelledError as error:
                errors.append(error)

    told = buy(way, cell, around=around)
    found = [unknown for error in errors for unknown in outcomes_unknown(error)]
    assert len({id(unknown) for unknown in found}) == len(errors) == 10
    assert sorted(map(id, told.noticed)) == sorted(map(id, told.logged)) == sorted(map(id, found))

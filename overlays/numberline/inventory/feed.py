"""Several accounts read at once, each a little ahead of whoever takes what it found, in the order of the accounts."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Generator, Iterable
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Any, Generic, NamedTuple, TypeVar

from .._runtime.asynchronous import drive_async
from .._runtime.call import drive
from .._runtime.client import AsyncClient, Client
from .._runtime.clock import STOPPED
from .._runtime.operation import Request
from ..errors import InvalidArgument
from .adapters import Account, Steps
from .values import IncompleteInventory

T = TypeVar("T")

AHEAD = 2
"""How many pages of each account are read ahead."""


class Reading:
    """What came from each account, and which of them failed."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.found = {account.name: 0 for account in accounts}
        self.missing: dict[str, Exception] = {}

    def finish(self, partial: Any = None) -> None:
        """Raise if an account failed.

        Raises:
            IncompleteInventory: with what came, and with the partial result.
        """
        if self.missing:
            error = IncompleteInventory.of(self.found, self.missing, partial)
            raise error from next(iter(self.missing.values()))

    def take(self, account: Account, item: "list[T] | _End") -> list[T] | None:
        """Count a batch, or note how an account ended."""
        if not isinstance(item, _End):
            self.found[account.name] += len(item)
            return item
        if isinstance(item.error, Exception):
            self.missing[account.name] = item.error
        elif item.error is not None:
            raise item.error
        return None


class _End(NamedTuple):
    error: BaseException | None


class _Stopped(BaseException):
    """Nobody takes any more."""


class Job(NamedTuple, Generic[T]):
    """What to read from an account."""

    account: Account
    steps: Steps[T]


class _Thread(Generic[T]):
    """One account's steps, done by a thread of their own.

    Args:
        job: what to do.
        stopped: set once nobody takes any more.
    """

    def __init__(self, job: Job[T], stopped: Event) -> None:
        self._job = job
        self._stopped = stopped
        self._ready: SimpleQueue[list[T] | _End] = SimpleQueue()
        self._room = Semaphore(AHEAD - 1)  # one more is in the thread's hands while it waits for room

    def start(self, context: contextvars.Context) -> None:
        Thread(target=context.run, args=(self._run,), name="numberline", daemon=True).start()

    def take(self) -> list[T] | _End:
        item = self._ready.get()
        self._room.release()
        return item

    def stop(self) -> None:
        self._room.release()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            drive(self._job.steps, self._do)
        except BaseException as failure:  # handed to whoever takes
            error = failure
        self._ready.put(_End(error))

    def _do(self, step: Request[Any] | list[T]) -> Any:
        if isinstance(step, Request):
            return call(self._job.account, step)
        self._room.acquire()
        if self._stopped.is_set():
            raise _Stopped
        self._ready.put(step)
        return None


def call(account: Account, request: Request[Any]) -> Any:
    """Send a request with an account's sync client."""
    assert isinstance(account.client, Client)
    return account.client._call(request)


async def call_async(account: Account, request: Request[Any]) -> Any:
    """Send a request with an account's async client."""
    assert isinstance(account.client, AsyncClient)
    return await account.client._call(request)


def feed(jobs: Iterable[Job[T]], reading: Reading) -> Generator[list[T], None, None]:
    """Yield what the jobs find, batch by batch. Stopping early waits for nothing, and nothing more is sent."""
    stopped = Event()
    context = contextvars.copy_context()
    context.run(STOPPED.set, stopped)
    threads = [(job.account, _Thread(job, stopped)) for job in jobs]
    try:
        for _, thread in threads:
            thread.start(context.copy())
        for account, thread in threads:
            while (batch := reading.take(account, thread.take())) is not None:
                yield batch
                del batch
    finally:
        stopped.set()
        for _, thread in threads:
            thread.stop()


async def feed_async(jobs: Iterable[Job[T]], reading: Reading) -> AsyncGenerator[list[T], None]:
    """Yield as `feed`. Stopping early cancels what is in flight.

    Raises:
        InvalidArgument: on another event loop than asyncio's.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise InvalidArgument("an AsyncInventory takes asyncio, not another event loop", parameter="accounts") from None
    tasks: list[asyncio.Task[None]] = []
    queues: list[tuple[Account, asyncio.Queue[list[T] | _End]]] = []
    try:
        for job in jobs:
            queue: asyncio.Queue[list[T] | _End] = asyncio.Queue(AHEAD - 1)
            queues.append((job.account, queue))
            tasks.append(asyncio.create_task(_run_async(job, queue)))
        for account, queue in queues:
            while (batch := reading.take(account, await queue.get())) is not None:
                yield batch
                del batch
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_async(job: Job[T], queue: "asyncio.Queue[list[T] | _End]") -> None:
    async def do(step: Request[Any] | list[T]) -> Any:
        return await (call_async(job.account, step) if isinstance(step, Request) else queue.put(step))

    error: Exception | None = None
    try:
        await drive_async(job.steps, do)
    except Exception as failure:  # handed to whoever takes
        error = failure
    await queue.put(_End(error))

"""One client for many threads or tasks: no error, no budget exceeded, no token signed twice, nobody forgotten."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import httpx
import jwt
import pytest

from numberline import AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.operation import Budget
from numberline._runtime.rate_limit import RateLimiter
from numberline._runtime.service_account import ServiceAccount
from numberline.testing import ManualClock
from tests.support import FULL

CALLS = 10_000 if FULL else 1_000
THREADS = 50
TASKS = 500
PAGE = {"result": [], "count": 0, "total_count": 3, "numbers": [], "numberCount": 3}


class Counting:
    """Answers every request, and keeps the tokens that came."""

    def __init__(self, clock: Callable[[], float] = lambda: 0.0) -> None:
        self.tokens: list[str] = []
        self.times: list[float] = []
        self._clock = clock
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.tokens.append(request.headers.get("authorization", ""))
            self.times.append(self._clock())
        return httpx.Response(200, json=PAGE)

    async def later(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return self(request)


class SharedClock(ManualClock):
    """Time for many threads: whoever sleeps moves it on, never back."""

    def __init__(self) -> None:
        super().__init__()
        self._moving = threading.Lock()

    def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        threading.Event().wait(0)  # lets others fall asleep at the same moment
        with self._moving:
            self.advance(seconds=max(0.0, until - self.monotonic()))


def in_threads(work: Callable[[int], object], times: int = CALLS) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(times)))


def test_threads_share_a_client_and_a_token(key_file: dict[str, Any]) -> None:
    server = Counting()
    with httpx.Client(transport=httpx.MockTransport(server)) as http:
        client = Voximplant(credentials=key_file, http_client=http)

        # Half of them through views of their own, made meanwhile.
        def work(turn: int) -> int | None:
            return (client.options(timeout=turn + 1) if turn % 2 else client).get_phone_numbers().total()

        totals = in_threads(work)

    assert totals == [3] * CALLS
    assert len(server.tokens) == CALLS
    assert len(set(server.tokens)) == 1


async def test_tasks_share_a_client_and_a_token(key_file: dict[str, Any]) -> None:
    server = Counting()
    async with httpx.AsyncClient(transport=httpx.MockTransport(server.later)) as http:
        client = AsyncVoximplant(credentials=key_file, http_client=http)

        async def work(turns: int) -> None:
            for _ in range(turns):
                assert await client.get_phone_numbers().total() == 3

        await asyncio.gather(*(work(CALLS // TASKS) for _ in range(TASKS)))

    assert len(server.tokens) == CALLS
    assert len(set(server.tokens)) == 1


def test_concurrent_callers_sign_one_token_a_lifetime(
    key_file: dict[str, Any],
) -> None:
    time = [1_000_000.0]
    signer = ServiceAccount(key_file, clock=lambda: time[0])
    tokens: list[set[str]] = []
    for _ in range(3):
        tokens.append(set(in_threads(lambda _: signer.sign().headers["authorization"], 500)))
        time[0] += ServiceAccount.LIFETIME

    assert [len(these) for these in tokens] == [1, 1, 1]
    assert len(set.union(*tokens)) == 3
    ends = [
        jwt.decode(token.split()[1], options={"verify_signature": False})["exp"] for these in tokens for token in these
    ]
    assert ends == sorted(set(ends))


def test_token_refused_to_many_is_renewed_once(key_file: dict[str, Any]) -> None:
    time = [1_000_000.0]
    signer = ServiceAccount(key_file, clock=lambda: time[0])
    refused = signer.sign()
    time[0] += 1

    def renewed(_: int) -> str:
        assert signer.renew(refused)
        return signer.sign().headers["authorization"]

    assert len({*in_threads(renewed, 500)} - {refused.headers["authorization"]}) == 1


@pytest.mark.parametrize("budget", [Budget(10, 1.0), Budget(100, 7.0, burst=5)])
def test_no_two_threads_get_the_same_moment(budget: Budget) -> None:
    pacer = RateLimiter(budget)
    places = sorted(in_threads(lambda _: pacer.reserve(1000.0)))
    every = budget.seconds / budget.requests

    assert places[: budget.burst] == pytest.approx([1000.0] * budget.burst)
    assert all(b - a == pytest.approx(every) for a, b in pairwise(places[budget.burst - 1 :]))


def test_threads_share_a_budget() -> None:
    clock = SharedClock()
    server = Counting(clock.monotonic)
    with httpx.Client(transport=httpx.MockTransport(server)) as http:
        # Two clients that sign in alike have one budget.
        clients = [Infobip(api_key="a-key", http_client=http, budget=Budget(10, 1.0), clock=clock) for _ in range(2)]
        in_threads(lambda turn: clients[turn % 2].list_purchased_numbers().total(), 200)

    assert len(server.times) == 200
    assert all(time >= turn * 0.1 - 1e-6 for turn, time in enumerate(sorted(server.times)))


async def test_tasks_share_a_budget_in_order() -> None:
    clock = LoopClock()
    order: list[str] = []
    times: list[float] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        order.append(request.url.params["number"])
        times.append(clock.monotonic())
        return httpx.Response(200, json={"numbers": [], "numberCount": 0})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncInfobip(api_key="a-key", http_client=http, budget=Budget(10, 1.0, burst=3), clock=clock)
        calls = [
            asyncio.create_task(client.list_purchased_numbers(number=f"{1000 + turn}").total()) for turn in range(TASKS)
        ]
        await clock.run_until(calls)

    assert order == [f"{1000 + turn}" for turn in range(TASKS)]
    for first, begin in enumerate(times):
        assert sum(begin <= time < begin + 1.0 - 1e-6 for time in times[first:]) <= 10 + 3 - 1


async def test_cancelled_tasks_return_their_budget() -> None:
    clock = LoopClock()
    times: list[float] = []

    async def answer(_: httpx.Request) -> httpx.Response:
        times.append(clock.monotonic())
        return httpx.Response(200, json={"numbers": [], "numberCount": 0})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncInfobip(api_key="a-key", http_client=http, budget=Budget(1, 1.0), clock=clock)
        calls = [asyncio.create_task(client.list_purchased_numbers().total()) for _ in range(100)]
        await asyncio.sleep(0.01)
        for call in calls[1:]:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await clock.run_until([asyncio.create_task(client.list_purchased_numbers().total())])

    assert times == pytest.approx([0.0, 1.0])


class LoopClock(ManualClock):
    """Time for many tasks: it moves on to the next wake-up once nobody has anything else to do."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []

    async def sleep_async(self, seconds: float) -> None:
        event = asyncio.Event()
        sleeper = (self.monotonic() + seconds, len(self._sleepers), event)
        self._sleepers.append(sleeper)
        try:
            await event.wait()
        finally:
            self._sleepers.remove(sleeper)

    async def run_until(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Move on until all are done."""
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            waiting = [sleeper for sleeper in self._sleepers if not sleeper[2].is_set()]
            if waiting:
                moment, _, event = min(waiting, key=lambda sleeper: sleeper[:2])
                self.advance(seconds=max(0.0, moment - self.monotonic()))
                event.set()
        await asyncio.gather(*tasks)

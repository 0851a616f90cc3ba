"""Calls that are cancelled or interrupted leave a client that can be used."""

import asyncio
import gc
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import trio

from numberline import AsyncInfobip, Infobip
from numberline._runtime import transport
from numberline._runtime.httpcore_log import SENDING
from tests.interruption import raising, signals
from tests.support import FULL, LOCKS_OF_OTHERS
from tests.transport.servers import Request, Server, answering, response
from tests.transport.support import NUMBER, pool_of

GOOD = response(NUMBER)
STORMS = 30 if FULL else 4
EVERY = 7 if FULL else 101


def slowly(request: Request) -> bytes:
    time.sleep(0.02)
    return GOOD


def by_task(client: AsyncInfobip, number: int) -> None:
    async def storm() -> None:
        calls = [client.get_purchased_number(number_key="key") for _ in range(130)]
        tasks = [asyncio.ensure_future(call) for call in calls]
        await asyncio.sleep(0.005 * (number % 7))
        for task in tasks:
            task.cancel()
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    _run(storm)


def by_timeout(client: AsyncInfobip, number: int) -> None:
    async def storm() -> None:
        async def one() -> None:
            async with asyncio.timeout(0.005 * (number % 7)):
                await client.get_purchased_number(number_key="key")

        await asyncio.gather(*(one() for _ in range(130)), return_exceptions=True)

    _run(storm)


_runner: list[asyncio.Runner] = []


def _run(of: Callable[[], Any]) -> Any:
    return _runner[-1].run(of())


@pytest.mark.parametrize("cancelled", [by_task, by_timeout], ids=lambda how: how.__name__)
def test_a_storm_of_cancelled_calls_uses_up_nothing(cancelled: Any) -> None:
    with Server(answering(slowly)) as server, asyncio.Runner() as runner:
        _runner.append(runner)
        client = AsyncInfobip(api_key="a-key", base_url=server.url, retries=0, timeout=5)
        for number in range(STORMS):
            cancelled(client, number)
            assert runner.run(client.get_purchased_number(number_key="key")).number_key == "key"
        assert pool_of(client).slots.value == 100
        runner.run(client.aclose())
        _runner.clear()


def test_a_storm_of_cancelled_calls_uses_up_nothing_on_trio() -> None:
    with Server(answering(slowly)) as server:

        async def main() -> None:
            async with AsyncInfobip(api_key="a-key", base_url=server.url, retries=0, timeout=5) as client:
                for number in range(STORMS):
                    with trio.move_on_after(0.005 * (number % 7)):
                        async with trio.open_nursery() as nursery:
                            for _ in range(130):
                                nursery.start_soon(lambda: client.get_purchased_number(number_key="key"))
                    assert (await client.get_purchased_number(number_key="key")).number_key == "key"

        trio.run(main)


def test_burst_beyond_the_pool_leaves_it_whole() -> None:
    with Server(answering(slowly)) as server, asyncio.Runner() as runner:
        client = AsyncInfobip(api_key="a-key", base_url=server.url, retries=0, timeout=0.03)

        async def burst() -> None:
            calls = [client.get_purchased_number(number_key="key") for _ in range(300)]
            await asyncio.gather(*calls, return_exceptions=True)

        runner.run(burst())
        again = client.options(timeout=5).get_purchased_number(number_key="key")
        assert runner.run(again).number_key == "key"
        assert pool_of(client).slots.value == 100
        runner.run(client.aclose())


# Ctrl-C


@pytest.mark.parametrize(("within", "every"), [("", EVERY), (transport.__file__, 1)], ids=["all", "send"])
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_after_ctrl_c_at_any_moment_the_next_call_works(within: str, every: int) -> None:
    with (
        Server(answering(GOOD)) as server,
        Infobip(api_key="a-key", base_url=server.url, retries=0, timeout=5) as client,
    ):
        client.get_purchased_number(number_key="key")
        struck = 0
        moments = signals(raising(KeyboardInterrupt), every=every, within=within, skipping=LOCKS_OF_OTHERS)
        for signal in moments:
            with suppress(KeyboardInterrupt), signal:
                client.get_purchased_number(number_key="key")
            assert not SENDING.get(), signal.struck
            assert client.get_purchased_number(number_key="key").number_key == "key", signal.struck
            struck += signal.struck is not None
        assert pool_of(client).slots.qsize() == 100
        gc.collect()  # connections that were not at anyone's yet
    assert struck > 100

"""A pool belongs to the process and the event loop that made it."""

import asyncio
import gc
import os
import signal
import threading
import time
import warnings
from collections import Counter
from multiprocessing import get_context
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from numberline import AsyncInfobip, Infobip
from numberline._runtime.locks import Lock
from tests.support import FULL
from tests.transport.servers import Request, Server, answering, response, trusted
from tests.transport.support import NUMBER, Caller, pool_of

CALLS = 60 if FULL else 15


def echoing(request: Request) -> bytes:
    """The number with the key that was asked for, a little later."""
    time.sleep(0.002)
    return response(NUMBER | {"numberKey": urlsplit(request.target).path.rpartition("/")[2]})


def _serve(tls: bool, url: Any, end: Any) -> None:
    with Server(answering(echoing), tls=tls) as server:
        url.send(server.url)
        end.recv()


def _ask(caller: Caller, who: str) -> Counter[str]:
    results: Counter[str] = Counter()
    for at in range(CALLS):
        key = f"{who}-{at}"
        outcome = caller.outcome(caller.read, key)
        results["right" if outcome == key else f"{outcome!r}"] += 1
    return results


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_children_of_a_fork_get_their_own_responses(tls: bool, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = get_context("fork")  # the server, so that forking the client forks none of its sockets
    (told, tells), (ended, ends) = apart.Pipe(duplex=False), apart.Pipe(duplex=False)
    with trusted(monkeypatch):
        process = apart.Process(target=_serve, args=(tls, tells, ended), daemon=True)
        process.start()
        caller = Caller(kind, told.recv())
        assert caller.read("warm") == "warm"
        before = list(pool_of(caller.client).idle)
        read_end, write_end = os.pipe()
        children = []
        for who in range(3):
            if (child := os.fork()) == 0:
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", ResourceWarning)
                        child_of = caller if not caller.is_async else _on_another_loop(caller)
                        os.write(write_end, f"{dict(_ask(child_of, f'child{who}'))}\n".encode())
                finally:
                    os._exit(0)
            children.append(child)
        mine = _ask(caller, "parent")
        for child in children:
            os.waitpid(child, 0)
        os.close(write_end)
        with os.fdopen(read_end) as lines:
            theirs = lines.read().splitlines()
        after = list(pool_of(caller.client).idle)
        caller.close()
        ends.send(None)
        process.join(10)

    assert theirs == [str({"right": CALLS})] * 3
    assert mine == {"right": CALLS}
    assert before == after, "the parent goes on with the connection that it had"


def _on_another_loop(caller: Caller) -> Caller:
    caller._runner = asyncio.Runner()
    return caller


def test_one_async_client_serves_one_event_loop_after_another() -> None:
    with Server(answering(echoing)) as server:
        client = AsyncInfobip(api_key="a-key", base_url=server.url, retries=0)

        async def twice(key: str) -> list[str]:
            return [(await client.get_purchased_number(number_key=key)).number_key for _ in range(2)]

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the first loop's connection went with it
            assert [asyncio.run(twice(key)) for key in ("a", "b", "c")] == [["a", "a"], ["b", "b"], ["c", "c"]]
            asyncio.run(client.aclose())
            gc.collect()

    assert server.connections == 3


def test_closing_in_another_event_loop_touches_nothing_of_the_first() -> None:
    with Server(answering(echoing)) as server, asyncio.Runner() as first:
        client = AsyncInfobip(api_key="a-key", base_url=server.url, retries=0)
        first.run(client.get_purchased_number(number_key="a"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            asyncio.run(client.aclose())
            gc.collect()

    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(client.get_purchased_number(number_key="a"))


def test_a_sync_client_may_be_used_inside_an_event_loop() -> None:
    with Server(answering(echoing)) as server, Infobip(api_key="a-key", base_url=server.url) as client:

        async def main() -> str:
            return client.get_purchased_number(number_key="a").number_key

        assert asyncio.run(main()) == "a"
        assert client.get_purchased_number(number_key="b").number_key == "b"

    assert server.connections == 1


def test_a_lock_that_a_thread_holds_is_free_in_a_child() -> None:
    lock, is_held, may_go_on = Lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            is_held.set()
            may_go_on.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert is_held.wait(30)
    if (child := os.fork()) == 0:
        signal.alarm(10)
        with lock, lock:
            os._exit(0)
    may_go_on.set()
    holder.join()

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_child_goes_on_with_a_listing_whose_pages_were_in_flight() -> None:
    parent, may_go_on = os.getpid(), threading.Event()

    def reply(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "0"))
        if page and os.getpid() == parent:
            may_go_on.wait(30)
        number = {"numberKey": f"{page}", "number": f"44770090012{page}"}
        return httpx.Response(200, json={"numbers": [number], "numberCount": 4})

    client = Infobip(api_key="a-key", http_client=httpx.Client(transport=httpx.MockTransport(reply)))
    walk = iter(client.list_purchased_numbers(limit=1).concurrently(3))
    keys = [next(walk).number_key]
    if (child := os.fork()) == 0:
        signal.alarm(10)
        os._exit([each.number_key for each in walk] != ["1", "2", "3"])
    may_go_on.set()
    keys += [each.number_key for each in walk]

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert keys == ["0", "1", "2", "3"]

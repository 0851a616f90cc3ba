"""Purchases at servers that do their worst: what the buyer was told, held against what the server saw."""

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import httpx

from numberline import AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.clock import Clock
from numberline.errors import NumberlineError, OutcomeUnknown, outcomes_unknown
from tests.transport import servers
from tests.transport.servers import Request, Server, response

KEY = "key"
NUMBER = {"numberKey": KEY, "number": "447700900123"}
BOUGHT = {"result": 1, "phone_numbers": [{"phone_id": 7, "phone_number": "12025550100"}]}
GOOD = response(NUMBER)

Answer = bytes | Callable[[socket.socket], object]
"""What a purchase is answered with: these bytes, or whatever this does to the connection, which is closed then."""


class Way(NamedTuple):
    """A client of either kind, on its own connections or on an httpx client of the user's."""

    is_async: bool
    is_users: bool

    def __str__(self) -> str:
        return ("async" if self.is_async else "sync") + ("-client" if self.is_users else "")


WAYS = [Way(is_async, is_users) for is_users in (False, True) for is_async in (False, True)]
OWN_WAYS = WAYS[:2]
USERS_WAYS = WAYS[2:]


class Cell:
    """One situation at a site, reached by an address of its own.

    Attributes:
        url: its address.
        purchases: the purchases that arrived whole.
    """

    def __init__(self, url: str, answers: tuple[Answer, ...]) -> None:
        self.url = url
        self.purchases: list[Request] = []
        self._answers = answers

    def answer(self, request: Request) -> Answer:
        if request.method == "GET":
            return GOOD
        self.purchases.append(request)
        return self._answers[min(len(self.purchases), len(self._answers)) - 1]


class Site(Server):
    """A server that all situations of a module share."""

    def __init__(self, *, tls: bool = False) -> None:
        super().__init__(self._speak, tls=tls)
        self._cells: dict[str, Cell] = {}
        self._served = 0
        self._accepted: set[Any] = set()
        self._changed = threading.Condition()

    def cell(self, *answers: Answer) -> Cell:
        """Return a new situation, in which each purchase gets the next answer, and those after it the last one."""
        name = f"cell{len(self._cells)}"
        cell = self._cells[name] = Cell(f"{self.url}/{name}", answers or (GOOD,))
        return cell

    def _speak(self, connection: socket.socket, _: Server) -> None:
        while (request := servers.read_request(connection)) is not None:
            name = request.target.split("/")[1]
            answer = self._cells[name].answer(request) if name in self._cells else response({})
            if not isinstance(answer, bytes):
                answer(connection)
                return
            connection.sendall(answer)

    def _serve(self, connection: socket.socket) -> None:
        peer = None
        try:
            with self._changed, contextlib.suppress(OSError):
                peer = connection.getpeername()
                self._accepted.add(peer)
                self._changed.notify_all()
            super()._serve(connection)
        finally:
            with self._changed:
                self._accepted.discard(peer)  # the system gives out a port again
                self._served += 1
                self._changed.notify_all()

    def settle(self) -> None:
        """Wait until everything that clients have sent was looked at, and end their connections."""
        # Connections are accepted in the order in which they are made: this one after all others.
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            name = last.getsockname()
            with self._changed:
                assert self._changed.wait_for(lambda: name in self._accepted, timeout=10)
        for connection in self._open:
            with contextlib.suppress(OSError):  # what has arrived can be read all the same
                connection.shutdown(socket.SHUT_RD)
        self._open.clear()
        with self._changed:
            assert self._changed.wait_for(lambda: self._served >= self.connections, timeout=10)


# Ways to break off


def cut(answer: bytes, at: int, how: str) -> Callable[[socket.socket], object]:
    """Return what sends so many bytes of an answer and then ends the connection by `reset`, `fin` or `half-close`."""

    def end(connection: socket.socket) -> None:
        connection.sendall(answer[:at])
        if how == "reset":
            servers.resetting(connection)
        elif how == "half-close":
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)

    return end


def silent(connection: socket.socket) -> None:
    """Say nothing until the client goes."""
    connection.recv(1)


# Buyers


class Hurried(Clock):
    """Lets no time pass where others wait."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def random(self, top: float) -> float:
        return top

    def sleep(self, seconds: float) -> None:
        self._skipped += seconds

    async def sleep_async(self, seconds: float) -> None:
        self._skipped += seconds


class Told(NamedTuple):
    """All that a buyer learned.

    Attributes:
        result: what the call returned, or None.
        error: what it raised, or None.
        noticed: what `on_unknown` was called with.
        logged: what the log had of unknown outcomes.
    """

    result: Any
    error: BaseException | None
    noticed: list[OutcomeUnknown]
    logged: list[OutcomeUnknown]

    @property
    def verdict(self) -> str:
        if self.error is None:
            return "result"
        if outcomes_unknown(self.error):
            return "unknown"
        if not isinstance(self.error, NumberlineError):
            return type(self.error).__name__
        return "never sent" if self.error.never_sent else "refused"


class Log(logging.Handler):
    """Keeps what the log says of unknown outcomes."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.unknown: list[OutcomeUnknown] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.unknown.append(record.__dict__["outcome_unknown"])


@cache
def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    servers.authority().configure_trust(context)
    return context


def purchase(client: Any) -> Any:
    return client.purchase_number(number_key=KEY)


def attach(client: Any) -> Any:
    return client.attach_phone_number(
        country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=1, phone_number=["12025550100"]
    )


def http_client(way: Way, **settings: Any) -> Any:
    kind = httpx.AsyncClient if way.is_async else httpx.Client
    return kind(**{"verify": trusting(), "trust_env": False, **settings})


def connect(way: Way, cell: Cell, call: Callable[[Any], Any] = purchase, **settings: Any) -> Any:
    """Return a client that goes to a cell."""
    kind: Any
    if call is attach:
        kind, sign_in = (AsyncVoximplant if way.is_async else Voximplant), {"account_id": 7, "api_key": "a-key"}
    else:
        kind, sign_in = (AsyncInfobip if way.is_async else Infobip), {"api_key": "a-key"}
    return kind(**{**sign_in, "base_url": cell.url, "clock": Hurried(), "timeout": 5, **settings})


Around = Callable[[Any, Callable[[Any], Any]], Any]
"""Makes the call with a client: returns what it returns, awaitable for an async one."""


def plainly(client: Any, call: Callable[[Any], Any]) -> Any:
    return call(client)


def run_asyncio(main: Callable[[], Any]) -> Any:
    return asyncio.run(main())


def run_trio(main: Callable[[], Any]) -> Any:
    import trio

    return trio.run(main)


def buy(
    way: Way,
    cell: Cell,
    call: Callable[[Any], Any] = purchase,
    *,
    http: dict[str, Any] | None = None,
    around: Around = plainly,
    run: Callable[[Callable[[], Any]], Any] = run_asyncio,
    **settings: Any,
) -> Told:
    """Buy, and return what came of it. All connections are closed then.

    Args:
        way: with what.
        cell: where.
        call: makes the purchase.
        http: arguments of the user's httpx client.
        around: what surrounds the call.
        run: runs the coroutine of an async client.
        settings: of the client.
    """
    noticed: list[OutcomeUnknown] = []
    settings = {"on_unknown": noticed.append, **settings}
    log = Log()
    logger = logging.getLogger("numberline")
    logger.addHandler(log)
    theirs: Any = http_client(way, **(http or {})) if way.is_users else None
    client = connect(way, cell, call, **settings, **({"http_client": theirs} if way.is_users else {}))
    result, failure = None, None

    async def bought() -> None:
        nonlocal result, failure
        try:
            result = await around(client, call)
        except BaseException as error:
            failure = error
        finally:
            await client.aclose()
            if theirs is not None:
                await theirs.aclose()

    try:
        if way.is_async:
            run(bought)
        else:
            result = around(client, call)
    except BaseException as error:
        failure = error
    finally:
        logger.removeHandler(log)
        if not way.is_async:
            client.close()
            if theirs is not None:
                theirs.close()
    return Told(result, failure, noticed, log.unknown)


def check(told: Told, site: Site, cell: Cell, *, expected: str, purchases: int | None = None) -> None:
    """Hold what a buyer was told against what the server saw.

    Args:
        told: what the buyer learned.
        site: the server.
        cell: the situation.
        expected: the verdict: `result`, `refused`, `never sent`, `unknown`, or alternatives with `|` between them.
        purchases: how many have arrived; at most one if not given.
    """
    site.settle()
    arrived = len(cell.purchases)
    where = f"{told.verdict} ({told.error!r}) after {arrived} purchases"
    assert told.verdict in expected.split("|"), where
    if purchases is None:
        assert arrived <= 1, where
    else:
        assert arrived == purchases, where
    if told.verdict == "never sent":
        assert arrived == 0, where
    if told.verdict == "result":
        assert arrived == 1 or purchases is not None, where
    if arrived and purchases is None:
        assert told.verdict in ("result", "unknown") or "refused" in expected, where
    if told.verdict == "unknown":
        assert told.error is not None
        (unknown,) = outcomes_unknown(told.error)
        assert told.noticed == [unknown], where
        assert told.logged == [unknown], where
    else:
        assert told.noticed == told.logged == [], where

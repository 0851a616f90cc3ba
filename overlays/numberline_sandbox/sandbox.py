"""Voximplant, Infobip and Apifonica in one process: stateful, seeded, and with no account anywhere.

    sandbox = Sandbox(seed=7)
    with Voximplant(**sandbox.credentials["voximplant"], http_client=httpx.Client(transport=sandbox.transport())) as v:
        ...

It works without faults unless told otherwise (`Sandbox.faults`), and its ledger holds what it really did.

`numberline sandbox` on the command line, or `numberline_sandbox.http.server.serve`, puts it on a port.
"""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any, Self, cast

from .apifonica import Apifonica
from .behaviour import Behaviour
from .faults import Fault, Faults
from .faults.inject import inject
from .http.adapters import Application, AsyncTransport, Transport, asgi
from .http.control import ROOT, control
from .http.messages import Request, Response
from .infobip import Infobip
from .ledger import Ledger
from .numbers import LARGEST_STOCK
from .provider import Credentials, Environment, Provider
from .snapshot import Snapshot
from .voximplant.provider import Voximplant


class Sandbox:
    """All three providers with everything that they remember. Safe to share between threads.

    Args:
        seed: decides about everything that is made up.
        numbers: how many numbers each provider offers at first, from 10 to 100,000.
        owned: how many numbers each account has at first, at most 100,000.
        balance: the money of each account at first.
        clock: returns the moment, as an aware datetime. The lifetime of tokens is measured by it, too. See `advance`.
        behaviour: what to do where the documents leave something open.
        providers: more embedded providers to serve beside these.

    Attributes:
        credentials: for each provider the keyword arguments that sign our client in.
        sign_ins: the same for each way to sign in, in a list.
        faults: which faults to inject, and when. On the wire it is `/sandbox/faults` (see `control`).
        ledger: what was really done. On the wire it is `/sandbox/ledger`.

    Raises:
        ValueError: if `numbers` or `owned` is too small or too large, or two providers want the same paths.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        numbers: int = 120,
        owned: int = 45,
        balance: Decimal | int = 1000,
        clock: Callable[[], datetime] | None = None,
        behaviour: Behaviour | None = None,
        providers: Sequence[type[Provider]] = (),
    ) -> None:
        if not (10 <= numbers <= LARGEST_STOCK and 0 <= owned <= LARGEST_STOCK):
            raise ValueError(f"numbers has to be from 10 to {LARGEST_STOCK}, and owned from 0 to {LARGEST_STOCK}")
        self._environment = Environment(seed, numbers, owned, Decimal(balance), clock or _now, behaviour or Behaviour())
        self._given_behaviour = self.behaviour
        self._opened = self._environment.now()
        self.ledger: Ledger = self._environment.ledger
        self.voximplant = Voximplant(self._environment)
        self.infobip = Infobip(self._environment)
        self.apifonica = Apifonica(self._environment)
        self._providers: list[Provider] = [self.voximplant, self.infobip, self.apifonica]
        self._providers += [provider(self._environment) for provider in providers]
        self._by_root: dict[str, Provider] = {}
        for provider in self._providers:
            for root in provider.spec.roots:
                if self._by_root.setdefault(root, provider) is not provider:
                    raise ValueError(f"{provider.name} wants /{root}, which is {self._by_root[root].name}'s")
        operations = {p.name: [operation.name for operation in p.spec.operations.values()] for p in self._providers}
        self.faults = Faults(operations)
        self._lock = threading.Lock()

    @property
    def behaviour(self) -> Behaviour:
        """What is done where the documents leave something open. On the wire it is `/sandbox/behaviour`."""
        return self._environment.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        with self._lock:
            self._environment.behaviour = behaviour

    def reset_behaviour(self) -> None:
        """Go back to the behaviour that the sandbox was made with."""
        self.behaviour = self._given_behaviour

    @property
    def now(self) -> datetime:
        """The moment by the sandbox's clock."""
        return self._environment.now()

    def advance(self, by: timedelta) -> None:
        """Let time pass: subscriptions are renewed and charged, or end. The tokens of clients, whose clocks know
        nothing of it, stay valid.

        Raises:
            ValueError: if `by` leads into the past, or past the year 9998.
        """
        if by < timedelta(0):
            raise ValueError("a sandbox's time goes forward only")
        with self._lock:
            if by >= _END - self.now:
                raise ValueError("cannot advance past the year 9998")
            self._environment.advanced += by
            for provider in self._providers:
                provider.process_renewals()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything but the faults into a file, for `load`. A file that is there is replaced as a whole.

        Raises:
            OSError: if it can't be written.
        """
        made = self._environment
        with self._lock:
            saved = Snapshot(
                **{name: getattr(made, name) for name in _SETTINGS},
                opened=self._opened,
                behaviour=made.behaviour._asdict(),
                advanced=made.advanced,
                providers={provider.name: provider.state() for provider in self._providers},
                ledger=self.ledger,
            )
            saved.write(path)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        clock: Callable[[], datetime] | None = None,
        behaviour: Behaviour | None = None,
        providers: Sequence[type[Provider]] = (),
    ) -> Self:
        """Return a sandbox that goes on where the saved one was.

        Args:
            path: what `save` wrote.
            clock: as for a new one. What has come due since the sandbox was saved, such as renewals, is done.
            behaviour: in place of the saved one's.
            providers: the same as the saved one's.

        Raises:
            OSError: if the file can't be read.
            ValueError: if it holds something else, or what a release saved that makes up other numbers.
        """
        saved = Snapshot.read(path)
        try:
            made: dict[str, Any] = {name: getattr(saved, name) for name in _SETTINGS}
            made["behaviour"] = behaviour or Behaviour(**cast("dict[str, Any]", saved.behaviour))
            sandbox = cls(clock=lambda: saved.opened, providers=providers, **made)
            for provider in sandbox._providers:
                provider.restore(saved.providers[provider.name])
        except (LookupError, TypeError, ValueError) as error:
            raise ValueError(f"{os.fspath(path)} is damaged: {error!r}") from error
        sandbox._environment.advanced = saved.advanced
        sandbox.ledger.extend(saved.ledger)
        sandbox._environment.clock = clock or _now
        return sandbox

    @property
    def credentials(self) -> dict[str, Credentials]:
        return {provider.name: dict(provider.sign_ins[0]) for provider in self._providers}

    @property
    def sign_ins(self) -> dict[str, list[Credentials]]:
        return {provider.name: [dict(way) for way in provider.sign_ins] for provider in self._providers}

    @property
    def examples(self) -> dict[str, str]:
        """For each provider a call of our client that lists something."""
        return {provider.name: provider.example for provider in self._providers}

    def service_account(self) -> dict[str, Any]:
        """Return a key file of Voximplant's account, for its client's `credentials`. The key is made with the first
        use."""
        return self.voximplant.service_account.key_file()

    def respond(self, request: Request) -> Response:
        """Return the response to a request. Nothing is read, written or waited for."""
        root = next(iter(request.segments), "")
        if root == ROOT:
            return control(self, request)
        provider = self._by_root.get(root)
        if provider is None:
            paths = ", ".join(f"/{root}" for root in self._by_root)
            return Response(404, {"content-type": "text/plain"}, f"The sandbox serves paths below {paths}.\n".encode())
        with self._lock:
            fault = self._draw(request)
            response = inject(provider, request, fault) if fault else provider.respond(request)
        dated = {**response.headers, "date": format_datetime(self.now, usegmt=True)}
        return response._replace(headers=dated, delay=response.delay + self.faults.latency)

    def _draw(self, request: Request, *, refused_only: bool = False) -> Fault | None:
        """Take the fault that a request meets (see `Faults.draw`)."""
        provider = self._by_root.get(next(iter(request.segments), "")) if self.faults else None
        operation = provider and provider.operation(request)
        if provider is None or operation is None:
            return None
        return self.faults.draw(provider.name, operation.name, refused_only=refused_only)

    def _refuses(self, request: Request) -> bool:
        """Return whether the connection for a request is refused, by the next fault of its operation."""
        return self._draw(request, refused_only=True) is not None

    def transport(self, sleep: Callable[[float], object] = time.sleep) -> Transport:
        """Return a transport for an `httpx.Client`. It waits for late responses with `sleep`."""
        return Transport(self.respond, sleep, self._refuses)

    def async_transport(self, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> AsyncTransport:
        """Return a transport for an `httpx.AsyncClient`. It waits for late responses with `sleep`."""
        return AsyncTransport(self.respond, sleep, self._refuses)

    @property
    def asgi(self) -> Application:
        """For any ASGI server."""
        return asgi(self.respond)


_END = datetime(9999, 1, 1, tzinfo=UTC)
_SETTINGS = ("seed", "numbers", "owned", "balance")


def _now() -> datetime:
    return datetime.now(UTC)

"""Voximplant, Infobip and Apifonica in one process: stateful, seeded, and with no account anywhere.

    sandbox = Sandbox(seed=7)
    with Voximplant(**sandbox.credentials["voximplant"], http_client=httpx.Client(transport=sandbox.transport())) as v:
        ...

`numberline sandbox` on the command line, or `numberline.sandbox.server.serve`, puts it on a port.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

_missing = [name for name in ("jsonschema", "pydantic", "uvicorn") if find_spec(name) is None]
if _missing:
    raise ModuleNotFoundError(
        f"the sandbox needs {' and '.join(_missing)}; install it with: pip install 'numberline[sandbox]'",
        name=_missing[0],
    )

# ruff: noqa: E402 -- these need what was looked for
from .adapters import Application, AsyncTransport, Transport, asgi
from .apifonica import Apifonica
from .behaviour import Behaviour
from .infobip import Infobip
from .messages import Inquiry, Reply
from .provider import Credentials, Provider, World
from .voximplant import Voximplant

__all__ = ["Behaviour", "Inquiry", "Reply", "Sandbox"]


class Sandbox:
    """All three providers with everything that they remember. Safe to share between threads.

    Args:
        seed: decides about everything that is made up.
        numbers: how many numbers each provider offers at first, 10 at least.
        owned: how many numbers each account has at first.
        balance: the money of each account at first.
        clock: gives the moment, as an aware datetime. The lifetime of tokens is measured by it, too.
        behaviour: what to do where the documents leave something open.

    Attributes:
        credentials: for each provider the keyword arguments that sign our client in.
        sign_ins: the same for each way to sign in, in a list.

    Raises:
        ValueError: if `numbers` or `owned` is too small.
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
    ) -> None:
        if numbers < 10 or owned < 0:
            raise ValueError("numbers has to be 10 at least, and owned 0")
        world = World(seed, numbers, owned, Decimal(balance), clock or _now, behaviour or Behaviour())
        self.voximplant = Voximplant(world)
        self.infobip = Infobip(world)
        self.apifonica = Apifonica(world)
        self._providers: list[Provider] = [self.voximplant, self.infobip, self.apifonica]
        self._by_root = {root: provider for provider in self._providers for root in provider.spec.roots}
        self._lock = threading.Lock()

    @property
    def credentials(self) -> dict[str, Credentials]:
        return {provider.name: dict(provider.sign_ins[0]) for provider in self._providers}

    @property
    def sign_ins(self) -> dict[str, list[Credentials]]:
        return {provider.name: [dict(way) for way in provider.sign_ins] for provider in self._providers}

    def service_account(self) -> dict[str, Any]:
        """A key file of Voximplant's account, for its client's `credentials`. The key is made with the first use."""
        return self.voximplant.service_account.key_file()

    def answer(self, inquiry: Inquiry) -> Reply:
        """The answer to a request. Nothing is read, written or waited for."""
        segments = inquiry.segments
        provider = self._by_root.get(segments[0] if segments else "")
        if provider is None:
            paths = ", ".join(f"/{root}" for root in self._by_root)
            return Reply(404, {"content-type": "text/plain"}, f"The sandbox answers below {paths}.\n".encode())
        with self._lock:
            return provider.answer(inquiry)

    def transport(self) -> Transport:
        """For an `httpx.Client`."""
        return Transport(self.answer)

    def async_transport(self) -> AsyncTransport:
        """For an `httpx.AsyncClient`."""
        return AsyncTransport(self.answer)

    @property
    def asgi(self) -> Application:
        """For any ASGI server."""
        return asgi(self.answer)


def _now() -> datetime:
    return datetime.now(UTC)

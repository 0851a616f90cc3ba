"""The clients: settings, and the two ways to wait. `call.Call` decides about a call; `drive` does what it says."""

import copy
import sys
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from os import PathLike
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, Unpack, cast
from urllib.parse import urlsplit

import httpx

from ..errors import InvalidArgument, OutcomeUnknown
from ..pagination import Pages
from . import checks, config, responses
from .auth import Signer, discreet
from .call import Call, Step, Wait, drive
from .clock import Clock, ProviderClock
from .config import Options, Settings
from .context import Context
from .operation import Operation, Provider, Reconciliation, Request
from .transport import Connection, RawResponse, Send, send

if TYPE_CHECKING:
    from ..journal import Journal
    from .asynchronous import AsyncPages
    from .drift import DriftReport, Probe
    from .reconcile import Reconciled
    from .records import Page
    from .settle import Settled
    from .tracing import CallSpan

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")


def _whole(response: T) -> T:
    return response


def _opened(given: "Journal | str | PathLike[str] | None", clock: Clock) -> "Journal | None":
    if given is None:
        return None
    from .journaled import opened

    return opened(given, clock)


class BaseClient:
    """What the sync and the async client of a provider share: everything but the waiting."""

    provider: ClassVar[Provider]
    environment: ClassVar[str]
    """What this provider's environment variables begin with."""
    credentials: ClassVar[tuple[str, ...]]
    """The arguments that `from_env` looks for."""
    settings_from_env: ClassVar[tuple[str, ...]] = ()
    """The provider's own arguments that `from_env` looks for as well."""
    needed: ClassVar[tuple[str, ...]] = ()
    """Those of them without which there is no way to sign in."""
    _signers: ClassVar[tuple[type[Signer], ...]] = ()
    """The ways to sign in. Each has to be able to sign every operation."""
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = MappingProxyType({})
    """How to find out whether a charge or a release was carried out, by method. Each has to be in it."""
    _http_kind: ClassVar[type[httpx.Client] | type[httpx.AsyncClient]]

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if "__init__" in vars(cls):
            cls.__init__ = discreet(cls.__init__)  # type: ignore[method-assign]  # it is given secrets
        provider = getattr(cls, "provider", None)
        if provider is not None and not cls._signers:
            raise TypeError(f"{cls.__name__} has no _signers: name the classes of auth that its __init__ signs with")
        for operation in provider.operations.values() if provider is not None else ():
            for signer in cls._signers:
                if signer.location == "form" and operation.body != "form":
                    raise TypeError(
                        f"{signer.__name__} of {cls.__name__} can't sign {operation.name}: it puts credentials into a "
                        "form, and the operation has none"
                    )
            if operation.operation_class in ("charge", "release") and operation.name not in cls._reconciliation:
                raise TypeError(
                    f"{cls.__name__} has no _reconciliation for {operation.name}: after a lost response nobody could "
                    f"find out what became of that {operation.operation_class}"
                )

    def __init__(
        self,
        signer: Signer,
        path_settings: Mapping[str, str] | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        given = cast("dict[str, Any]", settings)
        if unknown := given.keys() - Settings.__annotations__.keys():
            raise TypeError(f"{type(self).__name__}() got an unexpected argument {min(unknown)!r}")
        if not isinstance(signer, self._signers):
            raise TypeError(f"{type(signer).__name__} is not among the signers of {type(self).__name__}")
        self._path_settings = path_settings or {}
        self._base_url = config.base_url(settings.get("base_url", self.provider.server))
        http_client = settings.get("http_client")
        if http_client is not None and not isinstance(http_client, self._http_kind):
            wanted = f"{self._http_kind.__module__}.{self._http_kind.__name__}"
            raise InvalidArgument(
                f"http_client takes an {wanted}, not {type(http_client).__name__}", parameter="http_client"
            )
        clock = checks.clock(settings.get("clock"))
        if (budget := settings.get("budget")) is not None:
            from .rate_limit import checked_budget

            budget = checked_budget(budget)
        self._probe: Probe | None = None
        if checks.check_bool("drift", settings.get("drift", False)):
            from . import drift

            self._probe = drift.Probe(self.provider, clock.now)
        self._context = Context(
            signer=signer,
            connection=Connection(self._base_url, http_client),
            provider_clock=ProviderClock(),
            options=Options(**{name: value for name, value in given.items() if name in Options.__annotations__}),
            clock=clock,
            budget=budget,
            base_url=self._base_url,
            prefix=urlsplit(self._base_url).path + self.provider.prefix.format_map(self._path_settings),
            read=self._probe.watching(responses.read) if self._probe is not None else responses.read,
            journal=_opened(settings.get("journal"), clock),
            reconciliation=self._reconciliation,
        )
        self._owner = True

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """A client whose credentials are taken from environment variables.

        They are named after the arguments: the provider's name, an underscore and the argument, in capitals.
        `_BASE_URL` is looked at too, and so are the variables of what else a client's own `from_env` takes.

        Raises:
            InvalidArgument: if none or not enough of them are set.
        """
        from .environment import from_environment

        names = cls.credentials, (*cls.settings_from_env, "base_url"), cls.needed
        return from_environment(cast("Callable[..., Self]", cls), cls.environment, *names, settings)

    def options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        on_response: Callable[[RawResponse], object] | None = None,
        reference: str | None = None,
    ) -> Self:
        """The same client on the same connections, with other settings for the calls made through it. Closing it
        closes nothing.

        Args:
            timeout: seconds that one attempt may take.
            deadline: seconds that a call may take with all its attempts and waits.
            retries: how often a request is sent again at most.
            headers: sent beside our own. `Authorization`, or what else the client signs in with, is not for them.
            on_response: called with each raw response (status, headers, bytes) before it is read.
            reference: the caller's own name for what the calls are about, such as `order 17`. It is never sent.
                `OutcomeUnknown` and the journal keep it, see `Journal.find`.
        """
        before = self._context.options
        given: dict[str, Any] = {"timeout": timeout, "deadline": deadline, "retries": retries}
        given |= {"reference": reference, "on_response": on_response}
        if headers:
            from .headers import own_headers

            try:
                given["headers"] = {**before.headers, **own_headers(headers, self._context.signer.header)}
            except InvalidArgument as error:
                headers = None  # it may hold a secret, and this frame is part of the traceback
                raise error.with_traceback(None) from None
        view = copy.copy(self)
        view._owner = False
        options = replace(before, **{name: value for name, value in given.items() if value is not None})
        view._context = self._context._replace(options=options)
        return view

    def drift_report(self) -> "DriftReport":
        """Return what responses held that the spec does not say, by path and never by value: for this client with all
        its views from `options`, since it was made. `print` it for a table.

        Raises:
            RuntimeError: unless the client was made with `drift=True`.
        """
        if self._probe is None:
            raise RuntimeError(f"{type(self).__name__} was not made with drift=True")
        return self._probe.report()

    def _begin(self, request: Request[T]) -> Call[T]:
        if request.operation.operation_class in ("charge", "release"):
            if self._context.journal is not None:
                from .journaled import JournaledCharge

                return JournaledCharge(self._context, request, self._context.journal)
            from .charge import Charge  # not loaded by programs that only read

            return Charge(self._context, request)
        return Call(self._context, request)

    def _journal(self, given: "Journal | str | PathLike[str] | None") -> "Journal":
        journal = _opened(given, self._context.clock) or self._context.journal
        if journal is None:
            raise InvalidArgument("give a journal here, or journal= to the client", parameter="journal")
        return journal

    def _span(self, operation: Operation[Any]) -> "CallSpan | None":
        # Only for programs that have loaded OpenTelemetry themselves: looking for it costs more than a call.
        if "opentelemetry.trace" not in sys.modules:
            return None
        from .tracing import CallSpan

        return CallSpan(operation, self._base_url, self._context.prefix + operation.path)

    def _setting(self, name: str, given: str | None) -> str:
        """A path parameter that the caller may leave to the client."""
        return self._path_settings[name] if given is None else given

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not name.startswith("_")]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, '_base_url', 'not made')}>"


class Client(BaseClient):
    """Waits by blocking. Safe to share between threads."""

    _http_kind = httpx.Client

    def _call(self, request: Request[T]) -> T:
        return self._call_for(request, _whole)

    def _call_for(self, request: Request[T], pick: Callable[[T], R]) -> R:
        call, span = self._begin(request), self._span(request.operation)
        try:
            with span or nullcontext():
                return pick(drive(call.steps(), span.watching(self._do) if span else self._do))
        except BaseException as error:
            call.interrupted(error)
            if span:
                span.leave(error)
            raise

    def _do(self, step: Step) -> Any:
        if isinstance(step, Send):
            return send(self._context.connection, step)
        if isinstance(step, Wait):
            return self._context.clock.sleep(step.seconds)
        return self._call(step) if isinstance(step, Request) else step.record.result()

    def _pages(self, request: "Request[Page[T]]") -> Pages[T]:
        return Pages(request, self._call, base_url=self._base_url)

    def reconcile(self, unknown: OutcomeUnknown) -> "Reconciled[Any]":
        """Find out what became of a purchase or a release of unknown outcome, by looking at what the account owns.

        Nothing is bought or released. The verdict that denies the request, `not_owned` after a purchase and `owned`
        after a release, needs a complete list that was asked for at least `settle_after` after the request had ended.
        Before that the verdict is `undecided`, with `look_again_at`. `Reconciled` says what no verdict can see.

        After `not_owned`, buy the same number again, never another one: a number can be rented once, so that ends in
        this number or in a refusal. After a purchase by count, `undecided` is the usual verdict.

        Args:
            unknown: the error, from this process or another one.

        Raises:
            InvalidArgument: if it is of another account, host or provider.
            NumberlineError: if looking fails.
        """
        from .reconcile import reconciling

        return drive(reconciling(self.provider, self._context, unknown), self._call)

    def settle(self, journal: "Journal | str | PathLike[str] | None" = None) -> "list[Settled[Any]]":
        """Look at what the account owns, once, and settle what a journal has open for this account and host.

        Nothing is bought or released. What stays `undecided` stays open, with `look_again_at`; `Journal.resolve` closes
        it by hand. An entry whose process still waits for the response is left alone. No number is attributed to two
        purchases: of several lost purchases of one number the first gets it, and the others stay `undecided`. Equal
        purchases by count share out what is new where all of them were carried out, never where only some were.

        Args:
            journal: the journal, or its path; the client's own unless given.

        Returns:
            what was found of each entry that was open, the oldest first.

        Raises:
            InvalidArgument: if there is no journal.
            JournalUnavailable: if the file can't be read or written.
            NumberlineError: if looking fails. Nothing is settled then.
        """
        from .settle import settling

        return drive(settling(self.provider, self._context, self._journal(journal)), self._do)

    def close(self) -> None:
        """Close the connections. Idempotent. A closed client can't be used again."""
        http = self._context.connection.close() if self._owner else None
        if http is not None:
            http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(BaseClient):
    """Waits with `await`. Safe to share between the tasks of one event loop."""

    _http_kind = httpx.AsyncClient

    async def _call(self, request: Request[T]) -> T:
        return await self._call_for(request, _whole)

    async def _call_for(self, request: Request[T], pick: Callable[[T], R]) -> R:
        call, span = self._begin(request), self._span(request.operation)
        try:
            with span or nullcontext():
                return pick(await self._drive(call.steps(), span.watching(self._do) if span else self._do))
        except BaseException as error:
            call.interrupted(error)
            if span:
                span.leave(error)
            raise

    def _drive(self, steps: Generator[S, R, T], do: Callable[[S], Awaitable[R]]) -> Awaitable[T]:
        from .asynchronous import drive_async  # not loaded by programs that wait by blocking

        return drive_async(steps, do)

    async def _do(self, step: Step) -> Any:
        if isinstance(step, Send):
            from .transport.asynchronous import send_async

            return await send_async(self._context.connection, step)
        if isinstance(step, Wait):
            return await self._context.clock.sleep_async(step.seconds)
        if isinstance(step, Request):
            return await self._call(step)
        from ..journal import landed

        return await landed(step.record)

    def _pages(self, request: "Request[Page[T]]") -> "AsyncPages[T]":
        from .asynchronous import AsyncPages

        return AsyncPages(request, self._call, base_url=self._base_url)

    async def reconcile(self, unknown: OutcomeUnknown) -> "Reconciled[Any]":
        """Find out what became of a purchase or a release of unknown outcome, by looking at what the account owns.

        Nothing is bought or released. The verdict that denies the request, `not_owned` after a purchase and `owned`
        after a release, needs a complete list that was asked for at least `settle_after` after the request had ended.
        Before that the verdict is `undecided`, with `look_again_at`. `Reconciled` says what no verdict can see.

        After `not_owned`, buy the same number again, never another one: a number can be rented once, so that ends in
        this number or in a refusal. After a purchase by count, `undecided` is the usual verdict.

        Args:
            unknown: the error, from this process or another one.

        Raises:
            InvalidArgument: if it is of another account, host or provider.
            NumberlineError: if looking fails.
        """
        from .reconcile import reconciling

        return await self._drive(reconciling(self.provider, self._context, unknown), self._call)

    async def settle(self, journal: "Journal | str | PathLike[str] | None" = None) -> "list[Settled[Any]]":
        """Look at what the account owns, once, and settle what a journal has open for this account and host.

        Nothing is bought or released. What stays `undecided` stays open, with `look_again_at`; `Journal.resolve` closes
        it by hand. An entry whose process still waits for the response is left alone. No number is attributed to two
        purchases: of several lost purchases of one number the first gets it, and the others stay `undecided`. Equal
        purchases by count share out what is new where all of them were carried out, never where only some were.

        Args:
            journal: the journal, or its path; the client's own unless given.

        Returns:
            what was found of each entry that was open, the oldest first.

        Raises:
            InvalidArgument: if there is no journal.
            JournalUnavailable: if the file can't be read or written.
            NumberlineError: if looking fails. Nothing is settled then.
        """
        from .settle import settling

        return await self._drive(settling(self.provider, self._context, self._journal(journal)), self._do)

    async def aclose(self) -> None:
        """Close the connections. Idempotent. A closed client can't be used again."""
        http = self._context.connection.close() if self._owner else None
        if http is not None:
            await http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

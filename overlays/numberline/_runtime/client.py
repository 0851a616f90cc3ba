"""The clients: everything that is decided about a call, once, and the two ways to wait for an answer.

`BaseClient.conversation` is the whole of a call as a plain generator: it yields what to send or how long to wait, and
is told what came. It never waits. `Client` and `AsyncClient` drive it, and differ in nothing but `await`.
"""

import copy
import logging
import os
import sys
import warnings
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypeVar, Unpack, cast
from urllib.parse import urlencode, urlsplit

import httpx

from ..errors import (
    InvalidArgument,
    NotFound,
    NumberlineError,
    OutcomeUnknown,
    OutcomeUnknownWarning,
    RateLimited,
    TimedOut,
)
from ..pagination import AsyncPages, Pages
from . import config, rate_limit, responses, retry
from .auth import Signature, Signer
from .config import Options, Settings
from .operation import Operation, Provider, Request
from .rate_limit import RateLimiter
from .redaction import redact
from .responses import RawResponse
from .transport import Connection, Send, TransportFailure, send, send_async

if TYPE_CHECKING:
    from .drift import DriftReport, Probe, Read
    from .reconcile import Reconcile, Reconciled
    from .records import Page

T = TypeVar("T")

_PLAIN_HEADERS = ("accept", "accept-encoding", "connection", "user-agent")

_SENT_AGAIN = ("DELETE", "PUT")
"""Verbs whose requests an HTTP library may take the liberty to send again."""

log = logging.getLogger("numberline")
log.addHandler(logging.NullHandler())

argument_log = logging.getLogger("numberline.arguments")
"""Logs what calls ask for, phone numbers and all. Silent unless a program sets the level of this very logger to
DEBUG, however talkative its other loggers are."""

SAME_MOMENT = 1e-6
"""Seconds that are not worth waiting for: what is left of a wait once it was rounded."""


class Wait(NamedTuple):
    """How many seconds to let pass."""

    seconds: float


class BaseClient:
    """What the sync and the async client of a provider share: all but the waiting."""

    provider: ClassVar[Provider]
    environment: ClassVar[str]
    """What this provider's environment variables begin with."""
    credentials: ClassVar[tuple[str, ...]]
    """The arguments that `from_env` looks for."""
    needed: ClassVar[tuple[str, ...]] = ()
    """Those of them without which there is no way to sign in."""
    _reconciliation: ClassVar["Mapping[str, Reconcile]"] = MappingProxyType({})
    """How to find out whether a charge or a release was carried out, by method."""
    _http_kind: ClassVar[type[httpx.Client] | type[httpx.AsyncClient]]

    def __init__(
        self,
        signer: Signer,
        path_settings: Mapping[str, str] | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        unknown = set(settings) - set(Settings.__annotations__)
        if unknown:
            raise TypeError(f"{type(self).__name__}() got an unexpected argument {min(unknown)!r}")
        self._signer = signer
        self._path_settings = path_settings or {}
        self._base_url = config.base_url(settings.get("base_url", self.provider.server))
        self._prefix = urlsplit(self._base_url).path + self.provider.prefix.format_map(self._path_settings)
        self._options = config.override(Options(), settings)
        self._budget = rate_limit.checked_budget(settings.get("budget"))
        http_client = settings.get("http_client")
        if http_client is not None and not isinstance(http_client, self._http_kind):
            wanted = f"{self._http_kind.__module__}.{self._http_kind.__name__}"
            raise InvalidArgument(
                f"http_client takes an {wanted}, not {type(http_client).__name__}", parameter="http_client"
            )
        self._connection = Connection(self._base_url, http_client)
        self._clock = config.clock(settings.get("clock"))
        self._owner = True
        self._read: Read = _read
        self._probe: Probe | None = None
        if config.check_bool("drift", settings.get("drift", False)):
            from . import drift

            self._probe = drift.Probe(self.provider, self._clock.now)
            self._read = self._probe.watching(_read)

    @classmethod
    def from_env(cls, **settings: Unpack[Settings]) -> Self:
        """A client whose credentials are taken from environment variables.

        They are named after the arguments: the provider's name, an underscore and the argument, in capitals.
        `_BASE_URL` is looked at too.

        Raises:
            InvalidArgument: if none or not enough of them are set.
        """
        found: dict[str, Any] = {}
        for name in (*cls.credentials, "base_url"):
            value = os.environ.get(cls._variable(name))
            if value:
                found[name] = value
        if not any(name in found for name in cls.credentials):
            names = ", ".join(cls._variable(name) for name in cls.credentials)
            raise InvalidArgument(f"none of the environment variables {names} is set")
        for name in cls.needed:
            if name not in found:
                raise InvalidArgument(f"the environment variable {cls._variable(name)} is not set", parameter=name)
        return cast("Callable[..., Self]", cls)(**{**found, **settings})

    @classmethod
    def _variable(cls, name: str) -> str:
        return f"{cls.environment}_{name}".upper()

    def options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        on_response: Callable[[RawResponse], object] | None = None,
    ) -> Self:
        """The same client on the same connections, with other settings for the calls made through it. Closing it
        closes nothing.

        Args:
            timeout: seconds that one attempt may take.
            deadline: seconds that a call may take with all its attempts and waits.
            retries: how often a request is sent again at most.
            headers: sent beside our own. `Authorization`, or what else the client signs in with, is not for them.
            on_response: called with each raw answer (status, headers, bytes) before it is read.
        """
        given = {"timeout": timeout, "deadline": deadline, "retries": retries}
        view = copy.copy(self)
        view._owner = False
        view._options = config.override(
            self._options, {name: value for name, value in given.items() if value is not None}
        )._replace(
            headers={**self._options.headers, **config.headers(headers or {}, self._signer.header)},
            on_response=on_response or self._options.on_response,
        )
        return view

    def drift_report(self) -> "DriftReport":
        """What answers had in them that the spec does not say, by path and never by value: for this client with all
        its views from `options`, since it was made. `print` it for a table.

        Raises:
            RuntimeError: unless the client was made with `drift=True`.
        """
        if self._probe is None:
            raise RuntimeError(f"{type(self).__name__} was not made with drift=True")
        return self._probe.report()

    def conversation(self, request: Request[T]) -> Generator[Send | Wait, RawResponse | TransportFailure | None, T]:
        """A call, decision by decision.

        Yields:
            what to send, and then it wants to be sent what came of it; or how long to wait.

        Returns:
            the call's result.

        Raises:
            NumberlineError: if there is none.
            RuntimeError: if the client is closed.
        """
        operation, clock = request.operation, self._clock
        begun = clock.monotonic()
        ends = begun + self._options.deadline if self._options.deadline is not None else float("inf")
        attempts = 0
        retries_left = self._options.retries
        may_renew = True
        has_arrived = False
        limiter = self._limiter(operation)
        error: NumberlineError | None = None
        earliest = begun
        signature: Signature | None = None

        def finished(error: NumberlineError) -> NumberlineError:
            error.provider = self.provider.name
            error.operation = operation.name
            error.attempts = attempts
            error.elapsed = clock.monotonic() - begun
            secrets = self._secrets(signature)
            error.never_sent = error.never_sent and not has_arrived
            error.message = redact(error.message, secrets)
            for name in ("text", "code", "parameter", "request_id"):
                if isinstance(said := getattr(error, name), str):
                    setattr(error, name, redact(said, secrets, numbers=name != "request_id"))
            error.args = (error.message,)
            return error

        self._connection.check_open()
        if operation.operation_class in ("charge", "release") and operation.method in _SENT_AGAIN:
            self._connection.check_sends_once()
        if argument_log.level:  # its own, not an inherited one
            argument_log.debug("%s %s: %s", self.provider.name, operation.name, request.arguments())
        while True:
            if (pause := earliest - clock.monotonic()) > 0:
                if earliest >= ends:
                    raise finished(_out_of_time(self._options.deadline, error))
                yield Wait(pause)
            place = limiter.reserve(clock.monotonic())
            try:
                while (pause := (at := limiter.due_at(place)) - clock.monotonic()) > SAME_MOMENT:
                    if (held := limiter.hold_remaining(clock.monotonic())) > retry.LONGEST_WAIT:
                        raise finished(_held_back(held))
                    if at >= ends:
                        raise finished(_out_of_time(self._options.deadline, error))
                    yield Wait(pause)
                timeout = min(self._options.timeout, ends - clock.monotonic())
                if timeout <= 0:
                    raise finished(_out_of_time(self._options.deadline, error))
                signature = self._signer.sign()
                what = self._written(request, signature, timeout)
                self._connection.check_open()  # also after the waits, so that it can't be taken for an interruption
            except BaseException:
                limiter.release(place)
                raise
            attempts += 1
            when, sent = clock.now(), clock.monotonic()
            try:
                came = yield what
                assert came is not None, "a driver answers what it was given to send"
                if isinstance(came, RawResponse) and self._options.on_response is not None:
                    self._options.on_response(came)
                result, failure = self._read(operation, came)
            except BaseException as interruption:
                if operation.operation_class in ("charge", "release"):
                    why = f"{type(interruption).__name__} was raised before its answer was read."
                    _warn(cast("OutcomeUnknown", finished(_unknown(request, when, why))), interruption)
                raise
            self._note(operation, came, sent, attempts, failure)
            if failure is None:
                return cast("T", result)
            error = failure
            has_arrived = has_arrived or not error.never_sent
            now = clock.monotonic()
            if isinstance(came, RawResponse) and error.kind in ("rate-limit", "later", "server"):
                error.retry_after = retry.retry_after(came.headers.get("retry-after"), clock.now().timestamp())
            if error.kind == "rate-limit":
                limiter.on_limited(now, error.retry_after, operation.rate_limit)
            in_doubt = retry.is_outcome_unknown(operation.operation_class, error)
            if error.kind in ("token", "authentication") and may_renew and not in_doubt:
                may_renew = False
                if self._signer.renew(signature):
                    continue
            asked = error.retry_after or 0.0
            if retries_left and asked <= retry.LONGEST_WAIT and retry.may_repeat(operation.operation_class, error):
                retries_left -= 1
                earliest = now + max(asked, retry.backoff(attempts, clock.random))
                continue
            if in_doubt:
                raise finished(_unknown(request, when, error.message, error))
            raise finished(error)

    def _written(self, request: Request[Any], signature: Signature, timeout: float) -> Send:
        operation = request.operation
        headers = {**self._connection.headers, **self._options.headers, **signature.headers}
        content = b""
        if operation.body == "form":
            content = urlencode({**request.body, **signature.fields}).encode()
            headers["content-type"] = "application/x-www-form-urlencoded"
        elif operation.body == "json":
            content = responses.written(request.body)
            headers["content-type"] = "application/json"
        url = self._connection.url(request.target(self._prefix), self._prefix + operation.path)
        fresh = operation.operation_class in ("charge", "release")
        return Send.of(operation.method, url, headers=headers, content=content, timeout=timeout, fresh=fresh)

    def _secrets(self, signature: Signature | None) -> tuple[str, ...]:
        """What was sent and is not to be shown: credentials, and what the user's own headers say."""
        own = {**self._connection.headers, **self._options.headers}
        told = (value for name, value in own.items() if name not in _PLAIN_HEADERS and len(value) >= 8)
        return (*(signature.secrets if signature is not None else ()), *told)

    def _limiter(self, operation: Operation[Any]) -> RateLimiter:
        return rate_limit.rate_limiter(self._base_url, self._signer.account, operation.name, budget=self._budget)

    def _note(
        self,
        operation: Operation[Any],
        came: RawResponse | TransportFailure,
        sent: float,
        attempt: int,
        error: NumberlineError | None = None,
    ) -> None:
        """One line for each attempt, in which nothing of what was sent or said can stand."""
        if log.isEnabledFor(logging.INFO):
            status = came.status if isinstance(came, RawResponse) else "no answer"
            outcome = f" {type(error).__name__}" if error is not None else ""
            taken = (self._clock.monotonic() - sent) * 1000
            log.info(
                "%s %s attempt %d: %s%s in %.0f ms", self.provider.name, operation.name, attempt, status, outcome, taken
            )

    def _span(self, operation: Operation[Any]) -> AbstractContextManager[Any]:
        # Only for programs that have loaded OpenTelemetry themselves: looking for it costs more than a call.
        if "opentelemetry.trace" not in sys.modules:
            return nullcontext()
        from .tracing import span

        return span(self.provider.name, operation.name, operation.method, self._prefix + operation.path)

    def _setting(self, name: str, given: str | None) -> str:
        """A path parameter that the caller may leave to the client."""
        return self._path_settings[name] if given is None else given

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"


class Client(BaseClient):
    """Waits by blocking. Safe to share between threads."""

    _http_kind = httpx.Client

    def _call(self, request: Request[T]) -> T:
        with self._span(request.operation) as span:
            talk = self.conversation(request)
            came: RawResponse | TransportFailure | None = None
            try:
                while True:
                    step = talk.send(came)
                    if span is not None:
                        span.note(step)
                    try:
                        came = self._do(step)
                    except BaseException as interruption:
                        talk.throw(interruption)
                        raise
            except StopIteration as end:
                return cast("T", end.value)

    def _do(self, step: Send | Wait) -> RawResponse | TransportFailure | None:
        if isinstance(step, Send):
            return send(self._connection, step)
        self._clock.sleep(step.seconds)
        return None

    def _pages(self, request: "Request[Page[T]]") -> Pages[T]:
        return Pages(request, self._call, base_url=self._base_url)

    def reconcile(self, unknown: OutcomeUnknown) -> "Reconciled":
        """Find out whether a purchase or a release of unknown outcome was carried out, by looking at what is owned.
        Nothing is bought or released.

        Args:
            unknown: the error, from this process or another one.

        Raises:
            InvalidArgument: if it is another provider's.
            NumberlineError: if looking fails.
        """
        from .reconcile import inquiry

        questions = inquiry(self.provider, self._reconciliation, unknown)
        try:
            request = next(questions)
            while True:
                try:
                    page = self._call(request)
                except NotFound as error:
                    request = questions.throw(error)
                else:
                    request = questions.send(page)
        except StopIteration as end:
            return cast("Reconciled", end.value)

    def close(self) -> None:
        """Close the connections. Harmless the second time. A closed client can't be used again."""
        http = self._connection.close() if self._owner else None
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
        with self._span(request.operation) as span:
            talk = self.conversation(request)
            came: RawResponse | TransportFailure | None = None
            try:
                while True:
                    step = talk.send(came)
                    if span is not None:
                        span.note(step)
                    try:
                        came = await self._do(step)
                    except BaseException as interruption:
                        talk.throw(interruption)
                        raise
            except StopIteration as end:
                return cast("T", end.value)

    async def _do(self, step: Send | Wait) -> RawResponse | TransportFailure | None:
        if isinstance(step, Send):
            return await send_async(self._connection, step)
        await self._clock.sleep_async(step.seconds)
        return None

    def _pages(self, request: "Request[Page[T]]") -> AsyncPages[T]:
        return AsyncPages(request, self._call, base_url=self._base_url)

    async def reconcile(self, unknown: OutcomeUnknown) -> "Reconciled":
        """Find out whether a purchase or a release of unknown outcome was carried out, by looking at what is owned.
        Nothing is bought or released.

        Args:
            unknown: the error, from this process or another one.

        Raises:
            InvalidArgument: if it is another provider's.
            NumberlineError: if looking fails.
        """
        from .reconcile import inquiry

        questions = inquiry(self.provider, self._reconciliation, unknown)
        try:
            request = next(questions)
            while True:
                try:
                    page = await self._call(request)
                except NotFound as error:
                    request = questions.throw(error)
                else:
                    request = questions.send(page)
        except StopIteration as end:
            return cast("Reconciled", end.value)

    async def aclose(self) -> None:
        """Close the connections. Harmless the second time. A closed client can't be used again."""
        http = self._connection.close() if self._owner else None
        if http is not None:
            await http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _read(operation: Operation[T], came: RawResponse | TransportFailure) -> tuple[T | None, NumberlineError | None]:
    if isinstance(came, TransportFailure):
        return None, came.error
    try:
        return responses.read(operation, came), None
    except NumberlineError as failure:
        return None, failure.with_traceback(None)


def _unknown(request: Request[Any], when: datetime, why: str, error: NumberlineError | None = None) -> OutcomeUnknown:
    unknown = OutcomeUnknown(f"sent, and the outcome is unknown: {why}")
    for name in ("status", "code", "text", "request_id", "kind") if error is not None else ():
        setattr(unknown, name, getattr(error, name))
    unknown.arguments = request.arguments()
    unknown.when = when
    return unknown


def _warn(unknown: OutcomeUnknown, interruption: BaseException) -> None:
    try:
        warnings.warn(OutcomeUnknownWarning(unknown), stacklevel=4)
    except OutcomeUnknownWarning as warning:  # where warnings are errors, the interruption still goes first
        interruption.add_note(str(warning))


def _out_of_time(deadline: float | None, last: NumberlineError | None) -> TimedOut:
    why = f" The last failure: {last.message}" if last is not None else ""
    return TimedOut(f"the deadline of {deadline:g} s does not allow another attempt.{why}", never_sent=True)


def _held_back(seconds: float) -> RateLimited:
    return RateLimited(
        f"not sent: the provider asked to be left alone for {seconds:.0f} s more.",
        kind="rate-limit",
        retry_after=seconds,
        never_sent=True,
    )

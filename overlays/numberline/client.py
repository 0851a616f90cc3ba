"""The clients: everything that is decided about a call, once, and the two ways to wait for an answer.

`Caller.conversation` is the whole of a call as a plain generator: it yields what to send and is told what came. It
never waits. `Client` and `AsyncClient` drive it, and differ in nothing but `await`.
"""

import copy
import os
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar, NamedTuple, Self, TypedDict, TypeVar, Unpack, cast
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies

import httpx

from . import __version__, answers
from .auth import Signature, Signer
from .errors import ConnectionFailed, InvalidArgument, NumberlineError, TimedOut, UnreadableResponse
from .paging import AsyncPages, Pages
from .records import Page
from .runtime import Provider, Request

T = TypeVar("T")
H = TypeVar("H", httpx.Client, httpx.AsyncClient)

CONNECT_TIMEOUT = 5.0
LARGEST_ANSWER = 64 * 2**20
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Settings(TypedDict, total=False):
    """What every client takes beside its credentials.

    Attributes:
        base_url: scheme, host, port and an optional prefix, instead of the documented host.
        timeout: seconds that one attempt may take, 30 unless given; connecting gets 5 of them at most.
        http_client: an `httpx.Client` (`httpx.AsyncClient` for the async clients) of your own, for proxies,
            certificates or another transport. It is yours to close.
    """

    base_url: str
    timeout: float
    http_client: httpx.Client | httpx.AsyncClient


class Options(NamedTuple):
    """What a call may have of its own (`Caller.options`)."""

    timeout: float
    headers: Mapping[str, str]
    on_response: "Callable[[answers.Answer], object] | None"


class Caller:
    """What the sync and the async client of a provider share: all but the waiting."""

    provider: ClassVar[Provider]
    environment: ClassVar[str]
    """What this provider's environment variables begin with."""
    credentials: ClassVar[tuple[str, ...]]
    """The arguments that `from_env` looks for."""
    needed: ClassVar[tuple[str, ...]] = ()
    """Those of them without which there is no way to sign in."""
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
        self._base_url = _base_url(settings.get("base_url") or self.provider.server)
        self._prefix = urlsplit(self._base_url).path + self.provider.prefix.format_map(self._path_settings)
        self._options = Options(_seconds("timeout", settings.get("timeout", 30.0)), {}, None)
        http_client = settings.get("http_client")
        if http_client is not None and not isinstance(http_client, self._http_kind):
            wanted = f"{self._http_kind.__module__}.{self._http_kind.__name__}"
            raise InvalidArgument(
                f"http_client takes an {wanted}, not {type(http_client).__name__}", parameter="http_client"
            )
        self._connection = Connection(self._base_url, http_client)
        self._owner = True

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
        headers: Mapping[str, str] | None = None,
        on_response: "Callable[[answers.Answer], object] | None" = None,
    ) -> Self:
        """The same client on the same connections, with other settings for the calls made through it. Closing it
        closes nothing.

        Args:
            timeout: seconds that one attempt may take.
            headers: sent beside our own. `Authorization` is not for them.
            on_response: called with each raw answer (status, headers, bytes) before it is read.
        """
        view = copy.copy(self)
        view._owner = False
        view._options = Options(
            self._options.timeout if timeout is None else _seconds("timeout", timeout),
            {**self._options.headers, **_headers(headers or {})},
            on_response or self._options.on_response,
        )
        return view

    def conversation(self, request: Request[T]) -> Generator["Send", "answers.Answer | Broken", T]:
        """A call, decision by decision.

        Yields:
            what to send next; it wants to be sent what came of it.

        Returns:
            the call's result.

        Raises:
            NumberlineError: if there is none.
        """
        operation = request.operation
        attempts = 0
        secrets: tuple[str, ...] = ()
        try:
            signature = self._signer.sign()
            secrets = signature.secrets
            send = self._written(request, signature)
            attempts = 1
            came = yield send
            if isinstance(came, Broken):
                raise came.error
            if self._options.on_response is not None:
                self._options.on_response(came)
            return answers.read(operation, came)
        except NumberlineError as error:
            error.provider = self.provider.name
            error.operation = operation.name
            error.attempts = attempts
            if error.text:
                error.text = _blotted(error.text, secrets)
                error.message = _blotted(error.message, secrets)
                error.args = (error.message,)
            raise

    def _written(self, request: Request[Any], signature: Signature) -> "Send":
        operation = request.operation
        headers = {**self._connection.headers, **self._options.headers, **signature.headers}
        content = b""
        if operation.body == "form":
            content = urlencode({**request.body, **signature.fields}).encode()
            headers["content-type"] = "application/x-www-form-urlencoded"
        elif operation.body == "json":
            content = answers.written(request.body)
            headers["content-type"] = "application/json"
        timeout = self._options.timeout
        url = self._connection.url(request.target(self._prefix))
        return Send(
            httpx.Request(
                operation.method,
                url,
                headers=headers,
                content=content,
                extensions={"timeout": httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)).as_dict()},
            ),
            timeout,
        )

    def _setting(self, name: str, given: str | None) -> str:
        """A path parameter that the caller may leave to the client."""
        return self._path_settings[name] if given is None else given

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"


class Send(NamedTuple):
    """What to send, and how many seconds the attempt may take."""

    request: httpx.Request
    timeout: float


class Broken(NamedTuple):
    """Why no whole answer came."""

    error: NumberlineError


def broken(error: httpx.HTTPError | NumberlineError) -> Broken:
    """The reason in our terms. httpx's exception is let go: it holds the request, and that the credentials."""
    if isinstance(error, NumberlineError):
        return Broken(error.with_traceback(None))
    kind = type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return Broken(TimedOut(f"no answer in time ({kind})."))
    if isinstance(error, httpx.DecodingError):
        return Broken(UnreadableResponse(f"the answer's compression is broken ({kind})."))
    why = f": {error}" if isinstance(error, httpx.ConnectError) and str(error) else ""
    return Broken(ConnectionFailed(f"the connection failed ({kind}{why})."))


class Collector:
    """An answer's body while it arrives, within its limits of time and size."""

    def __init__(self, timeout: float) -> None:
        self._ends = time.monotonic() + timeout
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Take the next piece.

        Raises:
            UnreadableResponse: if the body has grown too large.
            TimedOut: if the attempt's time is over.
        """
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > LARGEST_ANSWER:
            raise UnreadableResponse(f"the answer is larger than {LARGEST_ANSWER // 2**20} MiB.")
        if time.monotonic() > self._ends:
            raise TimedOut("the answer was still arriving when its time was over.")

    def answer(self, response: httpx.Response) -> answers.Answer:
        return answers.Answer(response.status_code, response.headers, b"".join(self._chunks))


class Connection:
    """Where a client and its views send their requests: an httpx client of the user's, or one of ours."""

    def __init__(self, base_url: str, http_client: httpx.Client | httpx.AsyncClient | None) -> None:
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._theirs = http_client
        self._ours: Any = None
        self._closed = False
        self._lock = threading.Lock()
        self._urls: dict[str, httpx.URL] = {}
        self.headers: dict[str, str] = {
            **(http_client.headers if http_client is not None else {"accept-encoding": "gzip, deflate"}),
            "accept": "application/json",
            "user-agent": f"numberline/{__version__}",
        }

    def url(self, target: str) -> httpx.URL:
        """The address for a path and query. Those without a query are kept, since parsing one is slow."""
        url = self._urls.get(target)
        if url is None:
            url = httpx.URL(self._origin + target)
            if "?" not in target and len(self._urls) < 100:
                self._urls[target] = url
        return url

    def http(self, kind: type[H]) -> H:
        """What to send with. Ours is made with the first request: a TLS context is slow to make.

        Raises:
            RuntimeError: after `close`.
        """
        if self._closed:
            raise RuntimeError("this client is closed; make a new one")
        if self._theirs is not None:
            return cast("H", self._theirs)
        if self._ours is None:
            with self._lock:
                if self._ours is None:
                    needs_tls = self._origin.startswith("https:") or bool(getproxies())
                    self._ours = kind(verify=needs_tls)
        return cast("H", self._ours)

    def close(self) -> Any:
        """Give up the connections; answers what is left to be closed, or None."""
        self._closed = True
        ours, self._ours = self._ours, None
        return ours


class Client(Caller):
    """Waits by blocking. Safe to share between threads."""

    _http_kind = httpx.Client

    def _call(self, request: Request[T]) -> T:
        talk = self.conversation(request)
        send = next(talk)
        try:
            while True:
                send = talk.send(self._do(send))
        except StopIteration as end:
            return cast("T", end.value)

    def _pages(self, request: Request[Page[T]]) -> Pages[T]:
        return Pages(request, self._call, base_url=self._base_url)

    def _do(self, send: "Send") -> "answers.Answer | Broken":
        http = self._connection.http(httpx.Client)
        collected = Collector(send.timeout)
        try:
            response = http.send(send.request, stream=True, auth=None, follow_redirects=False)
            try:
                for chunk in response.iter_bytes():
                    collected.add(chunk)
            finally:
                response.close()
        except (httpx.HTTPError, NumberlineError) as error:
            return broken(error)
        return collected.answer(response)

    def close(self) -> None:
        """Close the connections. Harmless the second time. A closed client can't be used again."""
        http = self._connection.close() if self._owner else None
        if http is not None:
            http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(Caller):
    """Waits with `await`. Safe to share between the tasks of one event loop."""

    _http_kind = httpx.AsyncClient

    async def _call(self, request: Request[T]) -> T:
        talk = self.conversation(request)
        send = next(talk)
        try:
            while True:
                send = talk.send(await self._do(send))
        except StopIteration as end:
            return cast("T", end.value)

    def _pages(self, request: Request[Page[T]]) -> AsyncPages[T]:
        return AsyncPages(request, self._call, base_url=self._base_url)

    async def _do(self, send: "Send") -> "answers.Answer | Broken":
        http = self._connection.http(httpx.AsyncClient)
        collected = Collector(send.timeout)
        try:
            response = await http.send(send.request, stream=True, auth=None, follow_redirects=False)
            try:
                async for chunk in response.aiter_bytes():
                    collected.add(chunk)
            finally:
                await response.aclose()
        except (httpx.HTTPError, NumberlineError) as error:
            return broken(error)
        return collected.answer(response)

    async def aclose(self) -> None:
        """Close the connections. Harmless the second time. A closed client can't be used again."""
        http = self._connection.close() if self._owner else None
        if http is not None:
            await http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _base_url(given: str) -> str:
    wrong = "base_url has to be scheme, host, port and an optional prefix, such as https://api.example.com"
    if not isinstance(given, str):
        raise InvalidArgument(f"{wrong}; got {type(given).__name__}", parameter="base_url")
    try:
        parts = urlsplit(given)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        complete = False
        parts = urlsplit("")
    if not complete or parts.query or parts.fragment or "@" in parts.netloc:
        raise InvalidArgument(wrong, parameter="base_url")
    return given.rstrip("/")


def _seconds(name: str, given: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < float("inf"):
        raise InvalidArgument(f"{name} takes a number of seconds above 0", parameter=name)
    return float(given)


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise InvalidArgument("headers takes names and values that are strings", parameter="headers")
        if not _HEADER_NAME.fullmatch(name) or not (value.isascii() and value.isprintable()):
            raise InvalidArgument(f"header {name!r} holds characters that can't be sent", parameter="headers")
        if name.lower() == "authorization":
            raise InvalidArgument("Authorization comes from the client's credentials", parameter="headers")
        headers[name.lower()] = value
    return headers


def _blotted(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text

"""What a client decides about a call: time, size, headers, whose connections to use, what a broken line becomes."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant, __version__
from numberline._runtime.call import Call
from numberline._runtime.client import BaseClient
from numberline._runtime.config import Options, Settings
from numberline._runtime.transport import Connection, RawResponse, Send, TransportFailure
from numberline._runtime.transport.failures import map_transport_error
from numberline.errors import (
    ConnectionFailed,
    InvalidArgument,
    NotFound,
    NumberlineError,
    TimedOut,
    UnreadableResponse,
)
from numberline_generated.infobip.operations import build_get_purchased_number
from tests.support import Wire, headers, items, outcome, result

Both = Infobip | AsyncInfobip

NUMBER = {"numberKey": "key", "number": "447700900123"}


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in these pieces, over and over if endless, and then breaks if there is something to raise."""

    def __init__(self, *pieces: bytes, endless: bool = False, breaks: Exception | None = None) -> None:
        self._pieces = pieces
        self._endless = endless
        self._breaks = breaks
        self.given = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            for piece in self._pieces:
                self.given += 1
                yield piece
            if not self._endless:
                break
        if self._breaks is not None:
            raise self._breaks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def ask(client: Both) -> Any:
    return result(client.get_purchased_number(number_key="key"))


def failure(client: Both) -> NumberlineError:
    """The error of a call, with nothing of httpx hanging on it."""
    with pytest.raises(NumberlineError) as failed:
        ask(client)
    error = failed.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert (error.provider, error.operation, error.attempts) == ("Infobip", "get_purchased_number", 1)
    return error


def timeouts(request: httpx.Request) -> dict[str, float]:
    times: dict[str, float] = request.extensions["timeout"]
    return times


# Time


@pytest.mark.parametrize(
    ("settings", "options", "connect", "rest"),
    [
        ({}, {}, 5, 30),
        ({"timeout": 2}, {}, 2, 2),
        ({"timeout": 0.5}, {}, 0.5, 0.5),
        ({"timeout": 600}, {}, 5, 600),
        ({"timeout": 2}, {"timeout": 60}, 5, 60),
        ({"timeout": 60}, {"timeout": 3}, 3, 3),
    ],
)
@pytest.mark.parametrize("kind", [Infobip, AsyncInfobip])
def test_request_has_its_timeout_and_connecting_at_most_five_seconds(
    settings: dict[str, Any], options: dict[str, Any], connect: float, rest: float, kind: type[Both], wire: Wire
) -> None:
    wire.replies(NUMBER)
    client: Both = wire.connect(kind, api_key="a-key", **settings)
    ask(client.options(**options) if options else client)

    assert timeouts(wire.only) == {"connect": connect, "read": rest, "write": rest, "pool": rest}


def test_timeout_of_a_given_http_client_is_ignored(wire: Wire) -> None:
    wire.replies(NUMBER)
    with httpx.Client(transport=wire.transport(), timeout=None) as http:
        ask(Infobip(api_key="a-key", http_client=http))

    assert timeouts(wire.only) == {"connect": 5, "read": 30, "write": 30, "pool": 30}


@pytest.mark.parametrize("timeout", [0, -1, float("inf"), float("nan"), True, "5", None, (5, 30)])
def test_a_time_that_is_none_is_refused(timeout: Any) -> None:
    with pytest.raises(InvalidArgument) as refused:
        Infobip(api_key="a-key", timeout=timeout)
    assert refused.value.parameter == "timeout"
    if timeout is not None:
        with pytest.raises(InvalidArgument) as refused:
            Infobip(api_key="a-key").options(timeout=timeout)
        assert refused.value.parameter == "timeout"


def test_endless_body_is_cut_at_the_timeout(infobip: Both, wire: Wire) -> None:
    stream = Stream(b" ", endless=True)
    wire.replies(httpx.Response(200, stream=stream))
    error = failure(infobip.options(timeout=0.03))

    assert type(error) is TimedOut
    assert "still arriving" in str(error)
    assert stream.closed


# Size


def small(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """Let the largest answer be so small that a test can reach it."""
    monkeypatch.setattr("numberline._runtime.transport.LARGEST_BODY", limit)


def test_a_body_may_be_as_large_as_the_limit(infobip: Both, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"numberKey": "key", "number": "447700900123"}'.ljust(1000)
    small(monkeypatch, 1000)
    wire.replies(httpx.Response(200, content=body), httpx.Response(200, content=body + b" "))

    assert ask(infobip).number_key == "key"
    wire.sent.clear()
    error = failure(infobip)
    assert type(error) is UnreadableResponse
    assert "larger than" in str(error)


def test_endless_body_is_cut_at_the_size_limit(infobip: Both, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 100_000)
    stream = Stream(b"x" * 1000, endless=True)
    wire.replies(httpx.Response(200, stream=stream))

    assert type(failure(infobip)) is UnreadableResponse
    assert stream.given <= 102
    assert stream.closed


def test_the_size_that_counts_is_the_one_after_decompression(
    infobip: Both, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, 3 * 2**20)
    bomb = gzip.compress(b" " * 4 * 2**20)
    assert len(bomb) < 2**20
    wire.replies(httpx.Response(200, stream=Stream(bomb), headers={"content-encoding": "gzip"}))
    error = failure(infobip)

    assert type(error) is UnreadableResponse
    assert error.message == "the response can't be read: it is larger than 3 MiB."


def test_the_limit_holds_for_errors_too(infobip: Both, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 1000)
    wire.replies(httpx.Response(500, content=b"x" * 1001))

    assert type(failure(infobip)) is UnreadableResponse


def test_the_limit_is_64_mib() -> None:
    from numberline._runtime import transport

    assert transport.LARGEST_BODY == 64 * 1024 * 1024


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_response_is_decoded(encoding: str, infobip: Both, wire: Wire) -> None:
    body = b'{"numberKey": "key", "number": "447700900123"}'
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    wire.replies(httpx.Response(200, stream=Stream(packed[:10], packed[10:]), headers={"content-encoding": encoding}))

    assert ask(infobip).raw == NUMBER


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_broken_compression_is_an_unreadable_response(encoding: str, infobip: Both, wire: Wire) -> None:
    stream = Stream(b"this is not compressed")
    wire.replies(httpx.Response(200, stream=stream, headers={"content-encoding": encoding}))
    error = failure(infobip)

    assert type(error) is UnreadableResponse
    assert "compression" in str(error)
    assert stream.closed


# Headers


def steps(client: Infobip | AsyncInfobip) -> Any:
    """The steps of a read, one by one, with nobody to wait."""
    return Call(client._context, build_get_purchased_number(number_key="key")).steps()


def test_our_own_connections_ask_for_this_and_nothing_else() -> None:
    for client in (Infobip(api_key="a-key"), AsyncInfobip(api_key="a-key")):
        send = next(steps(client))
        assert isinstance(send, Send)
        assert dict(send.request.headers) == {
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "authorization": "App a-key",
            "host": "api.infobip.com",
            "user-agent": f"numberline/{__version__}",
        }
        assert send.request.extensions["timeout"]["read"] == 30


def test_headers_of_a_view_are_sent_by_that_view_only(infobip: Both, wire: Wire) -> None:
    wire.replies(*[NUMBER] * 3)
    traced = infobip.options(headers={"X-Trace": "1"})
    ask(traced)
    ask(traced.options(headers={"x-more": "2"}, timeout=3))
    ask(infobip)

    own = {
        "accept": "application/json",
        "authorization": "App a-key",
        "user-agent": f"numberline/{__version__}",
    }
    assert headers(wire.sent[0]) == own | {"x-trace": "1"}
    assert headers(wire.sent[1]) == own | {"x-trace": "1", "x-more": "2"}
    assert headers(wire.sent[2]) == own


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_who_asks_is_not_for_a_view_to_say(name: str, infobip: Both) -> None:
    with pytest.raises(InvalidArgument, match="credentials") as refused:
        infobip.options(headers={name: "App another-key"})
    assert refused.value.parameter == "headers"
    assert "another-key" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {"x-trace": "a\r\nx-other: b"},
        {"x-trace": "a\nb"},
        {"x-trace": "ключ"},
        {"x-trace": 1},
        {"x-trace": None},
        {"x-trace": b"1"},
        {1: "a"},
        {"": "a"},
        {"x trace": "a"},
        {"x-trace:": "a"},
        {"x-trace\r\nx-other": "a"},
        {"ключ": "a"},
    ],
)
def test_a_header_that_can_not_be_sent_is_refused(given: Any, infobip: Both) -> None:
    with pytest.raises(InvalidArgument) as refused:
        infobip.options(headers=given)
    assert refused.value.parameter == "headers"


def test_headers_of_a_given_http_client_rank_below_ours(wire: Wire) -> None:
    wire.replies(NUMBER)
    own = {"x-gateway": "1", "user-agent": "mine", "accept": "text/html", "authorization": "Basic bm90OnVz"}
    with httpx.Client(transport=wire.transport(), headers=own) as http:
        ask(Infobip(api_key="a-key", http_client=http))

    assert headers(wire.only) == {
        "x-gateway": "1",
        "user-agent": f"numberline/{__version__}",
        "accept": "application/json",
        "authorization": "App a-key",
    }


def test_given_http_client_adds_only_headers_to_a_request(wire: Wire) -> None:
    wire.replies({"result": ["XX"]})
    with httpx.Client(
        transport=wire.transport(),
        auth=("not", "us"),
        params={"not": "ours"},
        cookies={"not": "ours"},
        base_url="https://elsewhere.example/",
        follow_redirects=True,
    ) as http:
        Voximplant(account_id=7, api_key="a-key", http_client=http).get_account_phone_number_countries()

    assert str(wire.only.url) == "https://api.voximplant.com/platform_api/GetAccountPhoneNumberCountries"
    assert "authorization" not in wire.only.headers
    assert "cookie" not in wire.only.headers
    assert wire.only.content == b"account_id=7&api_key=a-key"


def test_given_http_client_follows_no_redirect_of_ours(wire: Wire) -> None:
    wire.replies(httpx.Response(302, headers={"location": "https://elsewhere.example/"}))
    with httpx.Client(transport=wire.transport(), follow_redirects=True) as http:
        error = failure(Infobip(api_key="a-key", http_client=http))

    assert type(error) is UnreadableResponse
    assert len(wire.sent) == 1


def test_cookies_are_not_kept(infobip: Both, wire: Wire) -> None:
    wire.replies(httpx.Response(200, json=NUMBER, headers={"set-cookie": "session=1; Path=/"}), NUMBER)
    ask(infobip)
    ask(infobip)

    assert "cookie" not in wire.sent[1].headers


# Seeing the raw answer


def test_raw_response_is_seen_before_it_is_decoded(infobip: Both, wire: Wire) -> None:
    seen: list[RawResponse] = []
    wire.replies(
        httpx.Response(201, json=NUMBER, headers={"X-Request-Id": "a"}),
        httpx.Response(404, content=b"<html>", headers={"X-Request-Id": "b"}),
        httpx.Response(200, content=b"{"),
    )
    watched = infobip.options(on_response=seen.append)
    ask(watched)
    for kind in (NotFound, UnreadableResponse):
        with pytest.raises(kind):
            ask(watched)

    assert [answer.status for answer in seen] == [201, 404, 200]
    assert [answer.body for answer in seen[1:]] == [b"<html>", b"{"]
    assert seen[0].headers["x-request-id"] == "a"
    assert {**seen[1].headers}["x-request-id"] == "b"


def test_every_page_is_seen_and_nothing_of_other_views(infobip: Both, wire: Wire) -> None:
    seen: list[int] = []
    pages = [{"numbers": [{**NUMBER, "numberKey": key}], "numberCount": 2} for key in ("first", "second")]
    wire.replies(*pages, NUMBER)
    items(infobip.options(on_response=lambda answer: seen.append(answer.status)).list_purchased_numbers())
    ask(infobip)

    assert seen == [200, 200]


def test_a_view_keeps_what_the_view_before_it_had(infobip: Both, wire: Wire) -> None:
    seen: list[int] = []
    wire.replies(NUMBER)
    ask(infobip.options(on_response=lambda answer: seen.append(answer.status), timeout=7).options(headers={"x-a": "1"}))

    assert seen == [200]
    assert timeouts(wire.only)["read"] == 7


def test_what_goes_wrong_while_looking_is_not_hidden(infobip: Both, wire: Wire) -> None:
    def look(_: RawResponse) -> None:
        raise LookupError("nothing to see")

    wire.replies(NUMBER)
    with pytest.raises(LookupError, match="nothing to see"):
        ask(infobip.options(on_response=look))


def test_a_broken_line_has_nothing_to_be_seen(infobip: Both, wire: Wire) -> None:
    seen: list[RawResponse] = []
    wire.replies(httpx.ReadError("gone"))
    failure(infobip.options(on_response=seen.append))

    assert seen == []


# A broken line

BREAKS: dict[type[httpx.HTTPError], type[NumberlineError]] = {
    httpx.ConnectTimeout: TimedOut,
    httpx.ReadTimeout: TimedOut,
    httpx.WriteTimeout: TimedOut,
    httpx.PoolTimeout: TimedOut,
    httpx.ConnectError: ConnectionFailed,
    httpx.ReadError: ConnectionFailed,
    httpx.WriteError: ConnectionFailed,
    httpx.CloseError: ConnectionFailed,
    httpx.ProxyError: ConnectionFailed,
    httpx.UnsupportedProtocol: ConnectionFailed,
    httpx.LocalProtocolError: ConnectionFailed,
    httpx.RemoteProtocolError: ConnectionFailed,
}


@pytest.mark.parametrize(("breaks", "kind"), BREAKS.items(), ids=lambda kind: kind.__name__)
def test_a_line_that_breaks_becomes_an_error_of_ours(
    breaks: type[httpx.HTTPError], kind: type[NumberlineError], infobip: Both, wire: Wire
) -> None:
    wire.replies(breaks("a-secret in httpx's words"))
    error = failure(infobip)

    assert type(error) is kind
    assert breaks.__name__ in str(error)
    assert error.status is None
    if breaks not in (httpx.ConnectError, httpx.ProxyError):
        assert "a-secret" not in str(error)


@pytest.mark.parametrize(("breaks", "kind"), [(httpx.ReadError, ConnectionFailed), (httpx.ReadTimeout, TimedOut)])
def test_connection_lost_within_a_body_is_a_failure_too(
    breaks: type[httpx.HTTPError], kind: type[NumberlineError], infobip: Both, wire: Wire
) -> None:
    stream = Stream(b'{"numberKey": "key", ', breaks=breaks("gone"))
    wire.replies(httpx.Response(200, stream=stream))
    error = failure(infobip)

    assert type(error) is kind
    assert stream.closed


def test_connection_failure_names_its_reason(infobip: Both, wire: Wire) -> None:
    wire.replies(httpx.ConnectError("[Errno 111] Connection refused"))

    assert str(failure(infobip)) == (
        "Infobip get_purchased_number: the connection failed (ConnectError: [Errno 111] Connection refused). "
        "Check the network, the proxy and base_url."
    )


def test_connection_failure_without_a_reason_says_no_more(infobip: Both, wire: Wire) -> None:
    wire.replies(httpx.ConnectError(""))

    assert failure(infobip).message == "the connection failed (ConnectError)."


def test_every_way_in_which_httpx_can_break_is_known() -> None:
    def leaves(kind: type[httpx.HTTPError]) -> set[type[httpx.HTTPError]]:
        below = kind.__subclasses__()
        return set().union(*(leaves(each) for each in below)) if below else {kind}

    transport = leaves(httpx.TransportError)
    assert transport == set(BREAKS)
    send = Send.of("GET", httpx.URL("https://api.example.com/"), headers={}, content=b"", timeout=1)
    assert type(map_transport_error(httpx.DecodingError("a-secret"), send).error) is UnreadableResponse


def test_complete_response_returns_its_connection(infobip: Both, wire: Wire) -> None:
    streams = [Stream(b'{"numberKey": "key", ', b'"number": "447700900123"}'), Stream(b"oops")]
    wire.replies(httpx.Response(200, stream=streams[0]), httpx.Response(500, stream=streams[1]))
    ask(infobip)
    with pytest.raises(NumberlineError):
        ask(infobip)

    assert [stream.closed for stream in streams] == [True, True]


async def test_a_task_that_is_cancelled_gives_its_connection_back() -> None:
    started = asyncio.Event()

    class Stalled(Stream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            started.set()
            yield b"{"
            await asyncio.Event().wait()

    stream = Stalled()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=stream))
    async with httpx.AsyncClient(transport=transport) as http:
        infobip = AsyncInfobip(api_key="a-key", http_client=http)
        task = asyncio.create_task(infobip.get_purchased_number(number_key="key"))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert stream.closed


def test_a_call_decides_about_a_broken_connection_without_waiting() -> None:
    call = steps(Infobip(api_key="a-key", retries=0))
    send = next(call)
    assert isinstance(send, Send)
    assert send.request.method == "GET"

    with pytest.raises(ConnectionFailed) as failed:
        call.send(TransportFailure(ConnectionFailed("gone.")))
    assert str(failed.value).startswith("Infobip get_purchased_number: gone.")
    assert failed.value.attempts == 1


def test_the_steps_of_a_call_end_with_its_result() -> None:
    call = steps(Infobip(api_key="a-key"))
    next(call)

    with pytest.raises(StopIteration) as end:
        call.send(RawResponse(200, {}, b'{"numberKey": "key", "number": "447700900123"}'))
    assert end.value.value.number == "447700900123"


# Whose connections


def test_views_go_through_the_same_connections_and_close_nothing(infobip: Both, wire: Wire) -> None:
    wire.replies(*[NUMBER] * 2)
    view = infobip.options(timeout=3)
    if isinstance(view, Infobip):
        view.close()
    else:
        asyncio.run(view.aclose())
    ask(view)
    ask(infobip)

    assert len(wire.sent) == 2


def test_a_closed_client_says_so_and_so_do_its_views(infobip: Both, wire: Wire) -> None:
    view = infobip.options(timeout=3)
    for _ in range(2):
        if isinstance(infobip, Infobip):
            infobip.close()
        else:
            asyncio.run(infobip.aclose())

    for client in (infobip, view):
        with pytest.raises(RuntimeError, match="this client is closed"):
            ask(client)
    assert wire.sent == []


def test_a_client_of_your_own_is_yours_to_close(wire: Wire) -> None:
    wire.replies(NUMBER)
    with httpx.Client(transport=wire.transport()) as http:
        with Infobip(api_key="a-key", http_client=http) as infobip:
            ask(infobip)
        assert not http.is_closed
        with pytest.raises(RuntimeError, match="closed"):
            ask(infobip)


async def test_an_async_client_of_your_own_is_yours_to_close(wire: Wire) -> None:
    wire.replies(NUMBER)
    async with httpx.AsyncClient(transport=wire.transport()) as http:
        async with AsyncInfobip(api_key="a-key", http_client=http) as infobip:
            await infobip.get_purchased_number(number_key="key")
        assert not http.is_closed
        with pytest.raises(RuntimeError, match="closed"):
            await infobip.get_purchased_number(number_key="key")


def test_a_client_is_closed_even_if_its_block_fails() -> None:
    infobip = Infobip(api_key="a-key")
    with pytest.raises(LookupError), infobip:
        raise LookupError

    with pytest.raises(RuntimeError, match="closed"):
        ask(infobip)


def test_closing_before_the_first_request_closes_nothing() -> None:
    with Infobip(api_key="a-key") as infobip:
        pass
    infobip.close()

    assert Connection("https://api.example.com", None).close() is None


@pytest.mark.parametrize(
    ("kind", "http"),
    [
        (Infobip, httpx.AsyncClient()),
        (AsyncInfobip, httpx.Client()),
        (Infobip, httpx),
        (Infobip, "https://proxy.example.com"),
    ],
)
def test_sync_client_refuses_an_async_http_client_and_vice_versa(kind: type[Both], http: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"httpx\.(Async)?Client") as refused:
        kind(api_key="a-key", http_client=http)
    assert refused.value.parameter == "http_client"


def test_threads_share_a_client(wire: Wire) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=NUMBER | {"numberKey": request.url.path.rpartition("/")[2]})

    wire.replies(*[reply] * 200)
    infobip = wire.connect(Infobip, api_key="a-key")
    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(lambda at: infobip.get_purchased_number(number_key=f"key{at}"), range(200)))

    assert [number.number_key for number in found] == [f"key{at}" for at in range(200)]


async def test_tasks_share_a_client(wire: Wire) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=NUMBER | {"numberKey": request.url.path.rpartition("/")[2]})

    wire.replies(*[reply] * 50)
    infobip = wire.connect(AsyncInfobip, api_key="a-key")
    found = await asyncio.gather(*(infobip.get_purchased_number(number_key=f"key{at}") for at in range(50)))

    assert [number.number_key for number in found] == [f"key{at}" for at in range(50)]


# Settings


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "https:// /sms",
        "api.infobip.com",
        "//api.infobip.com",
        "/sms",
        "https://",
        "https:///sms",
        "ftp://api.infobip.com",
        "file:/etc/hosts",
        "https://api.infobip.com?query=1",
        "https://api.infobip.com/#fragment",
        "https://user:a-secret@api.infobip.com",
        "https://user@api.infobip.com",
        "https://api.infobip.com:port",
        "https://api.infobip.com:99999",
        "https://[::1",
        " ",
        7,
        b"https://api.infobip.com",
        httpx.URL("https://api.infobip.com"),
    ],
)
def test_invalid_base_url_is_refused_and_not_repeated(base_url: Any) -> None:
    with pytest.raises(
        InvalidArgument, match="base_url has to be scheme, host, port and an optional prefix"
    ) as refused:
        Infobip(api_key="a-key", base_url=base_url)
    assert refused.value.parameter == "base_url"
    assert "a-secret" not in str(refused.value)


def test_a_client_shows_its_kind_and_its_address() -> None:
    shown = [
        repr(Voximplant(account_id=7, api_key="a-key")),
        repr(AsyncVoximplant(account_id=7, api_key="a-key", base_url="http://localhost:8600/v/")),
        repr(Infobip(api_key="a-key").options(timeout=3)),
        repr(AsyncApifonica(account_sid="AC1", auth_token="a-token")),
        repr(Apifonica(account_sid="AC1", auth_token="a-token", base_url="https://example.com")),
    ]

    assert shown == [
        "<Voximplant https://api.voximplant.com>",
        "<AsyncVoximplant http://localhost:8600/v>",
        "<Infobip https://api.infobip.com>",
        "<AsyncApifonica https://api.apifonica.com>",
        "<Apifonica https://example.com>",
    ]


def test_a_setting_that_there_is_not_is_named(client: BaseClient) -> None:
    connect: Any = type(client)
    sign_ins: dict[str, dict[str, Any]] = {
        "Voximplant": {"account_id": 7, "api_key": "a-key"},
        "Infobip": {"api_key": "a-key"},
        "Apifonica": {"account_sid": "AC1", "auth_token": "a-token"},
    }
    with pytest.raises(TypeError, match="'time_out'"):
        connect(**sign_ins[client.provider.name], time_out=5)
    assert "timeout" in Settings.__annotations__
    assert "timeout" in Options.__annotations__


def test_nothing_is_sent_by_making_a_client_or_a_view(client: BaseClient, wire: Wire) -> None:
    client.options(timeout=3, headers={"x-trace": "1"}, on_response=print)

    assert wire.sent == []


def test_path_prefix_and_query_of_the_base_url_are_kept(wire: Wire) -> None:
    wire.replies({"numbers": []})
    client = wire.connect(Infobip, api_key="a-key", base_url="https://gateway.example.com:8443/a b/")
    outcome(client.list_purchased_numbers(limit=1))

    assert wire.only.url.raw_path == b"/a%20b/sms/1/numbers?limit=1"
    assert wire.only.headers["host"] == "gateway.example.com:8443"


def test_extra_params_do_not_name_what_signs_in(wire: Wire) -> None:
    client = wire.connect(Voximplant, account_id=1, api_key="a-key")
    with pytest.raises(InvalidArgument, match="extra_params can't name account_id") as refused:
        client.deactivate_phone_number(phone_id=[1], extra_params={"account_id": "2"})

    assert refused.value.parameter == "extra_params"
    assert wire.sent == []

"""What a user's client must not be, and what is logged of requests."""

import logging
from typing import Any

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from numberline._runtime.redaction import cut, printable, quoted_error
from numberline._runtime.transport import Connection, TransportFailure
from numberline._runtime.transport.http_client import Address, check_sends_once
from numberline.errors import ConnectionFailed, InvalidArgument
from tests.transport.support import sent


class Wrapping(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped


class Derived(AiohttpTransport):
    """A user's own kind of it."""


class Looped(httpx.BaseTransport):
    def __init__(self) -> None:
        self.me = self


async def fault(**settings: Any) -> str | None:
    """What is said against an async client made with these settings."""
    async with httpx.AsyncClient(**settings) as http:
        try:
            check_sends_once(http)
        except InvalidArgument as error:
            return f"{error.parameter}: {error.message}"
    return None


@pytest.mark.parametrize(
    "make",
    [
        lambda: {"transport": AiohttpTransport()},
        lambda: {"transport": Derived()},
        lambda: {"transport": Wrapping(AiohttpTransport())},
        lambda: {"transport": Wrapping(Wrapping(AiohttpTransport()))},
        lambda: {"mounts": {"https://api.example.com": AiohttpTransport()}},
        lambda: {"mounts": {"all://": Wrapping(AiohttpTransport())}},
    ],
    ids=["itself", "derived", "wrapped", "wrapped twice", "mounted", "mounted and wrapped"],
)
async def test_a_client_that_may_send_again_is_refused(make: Any) -> None:
    found = await fault(**make())

    assert found is not None
    assert found.startswith("http_client: this http_client may send a purchase or release twice by itself (")


async def test_a_client_that_only_connects_again_is_not_refused() -> None:
    assert await fault() is None
    assert await fault(transport=httpx.AsyncHTTPTransport(retries=3)) is None
    assert await fault(transport=Wrapping(httpx.AsyncHTTPTransport(retries=3))) is None


def test_looking_for_transports_comes_to_an_end() -> None:
    with httpx.Client(transport=Looped()) as http:
        check_sends_once(http)


@pytest.mark.parametrize("target", ["/" + 70_000 * "x", "/a\nb", "/\x00"])
def test_impossible_address_is_an_invalid_argument(target: str) -> None:
    with pytest.raises(InvalidArgument, match="no valid address") as refused:
        Connection("https://api.example.com", None).url(target)
    assert refused.value.__context__ is None


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("has_client", [False, True], ids=["ours", "theirs"])
def test_a_host_that_can_not_be_is_never_sent_to(has_client: bool, is_async: bool) -> None:
    http = (httpx.AsyncClient() if is_async else httpx.Client()) if has_client else None
    what, outcome = sent("http://a..b", http, is_async=is_async, fresh=True)

    assert isinstance(outcome, TransportFailure)
    assert type(outcome.error) is ConnectionFailed
    assert what.attempt.never_sent


def test_httpx_logs_of_our_addresses_what_may_be_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    url = Address("https://api.example.com/numbers/447700900123?key=a-secret")
    url.shown = "https://api.example.com/numbers/{number}"
    logger = logging.getLogger("httpx")
    logger.info('HTTP Request: %s %s "%s %d %s"', "GET", url, "HTTP/1.1", 200, "a-secret")
    logger.info("asked %s", url)
    logger.info("asked %s and %s", url, "more")
    logger.info("asked %s", httpx.URL("https://elsewhere.example/?a=b"))

    assert [record.getMessage() for record in caplog.records] == [
        'HTTP Request: GET https://api.example.com/numbers/{number} "HTTP/1.1 200 OK"',
        "asked https://api.example.com/numbers/{number}",
        "asked https://api.example.com/numbers/{number} and more",
        "asked https://elsewhere.example/?a=b",
    ]


class Speechless(Exception):
    def __str__(self) -> str:
        raise LookupError


def test_foreign_text_is_quoted_in_one_line_of_bounded_length() -> None:
    assert printable("a\r\nb\x1b[31m\u202ec") == "a  b [31m c"
    assert cut(printable("x" * 10**6)) == 500 * "x" + "..."
    assert quoted_error(LookupError("gone")) == "LookupError: gone"
    assert quoted_error(Speechless()) == "Speechless"

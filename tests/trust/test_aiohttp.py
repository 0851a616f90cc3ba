"""An async client on aiohttp: nothing is sent twice, no cookies are kept, errors are ours. More in tests/faults."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import httpx_aiohttp
import pytest

from numberline import AsyncInfobip
from numberline.aiohttp import http_client
from numberline.errors import ConnectionFailed, InvalidArgument, NumberlineError, OutcomeUnknown
from tests.trust.line import Line, reply

SECRET = "a-secret-that-must-not-show"
NUMBER = '{"numberKey": "a", "number": "1"}'

Make = Callable[[], httpx.AsyncClient]

BOTH = pytest.mark.parametrize("make", [http_client, httpx_aiohttp.HttpxAiohttpClient], ids=["ours", "theirs"])


def asked(line: Line, make: Make, call: Callable[[AsyncInfobip], Any], times: int = 1) -> list[Any]:
    """What calls come to, one after the other."""

    async def run() -> list[Any]:
        found: list[Any] = []
        async with make() as http:
            there = line.url.replace("127.0.0.1", "localhost")  # aiohttp keeps no cookies of addresses
            infobip = AsyncInfobip(api_key=SECRET, base_url=there, retries=0, http_client=http)
            for _ in range(times):
                try:
                    found.append(await call(infobip))
                except NumberlineError as error:
                    found.append(error)
        return found

    return asyncio.run(run())


def buy(infobip: AsyncInfobip) -> Any:
    return infobip.purchase_number(number_key="a")


def release(infobip: AsyncInfobip) -> Any:
    return infobip.cancel_number(number_key="a")


def look(infobip: AsyncInfobip) -> Any:
    return infobip.get_purchased_number(number_key="a")


class Log:
    """Keeps what came, and answers the same each time."""

    def __init__(self, answer: bytes) -> None:
        self.came: list[str] = []
        self._answer = answer

    def __call__(self, request: str) -> bytes:
        self.came.append(request)
        return self._answer


@BOTH
def test_a_purchase_whose_line_drops_is_sent_once_and_its_outcome_unknown(make: Make) -> None:
    """httpx-aiohttp alone says that the connection was never made."""
    log = Log(b"")
    with Line(log) as line:
        (error,) = asked(line, make, buy)

    assert type(error) is OutcomeUnknown
    assert len(log.came) == 1


def test_a_release_whose_line_drops_is_sent_once() -> None:
    """aiohttp alone sends a DELETE again."""
    log = Log(b"")
    with Line(log) as line:
        (error,) = asked(line, http_client, release)

    assert type(error) is OutcomeUnknown
    assert len(log.came) == 1


@pytest.mark.parametrize(
    "make",
    [httpx_aiohttp.HttpxAiohttpClient, lambda: httpx.AsyncClient(transport=httpx_aiohttp.AiohttpTransport())],
    ids=["client", "transport"],
)
def test_a_release_is_refused_where_it_might_be_sent_twice(make: Make) -> None:
    log = Log(reply("200 OK"))
    with Line(log) as line:
        (error,) = asked(line, make, release)

    assert type(error) is InvalidArgument
    assert error.parameter == "http_client"
    assert log.came == []


@BOTH
@pytest.mark.parametrize("answer", [b"HTTP/1.1 two hundred\r\n\r\n", b"\x16\x03\x01", b"", reply("200 OK", "{}")[:-1]])
def test_what_is_no_answer_is_an_error_of_ours_without_a_secret(make: Make, answer: bytes) -> None:
    with Line(Log(answer)) as line:
        (error,) = asked(line, make, look)

    assert type(error) is ConnectionFailed
    assert not error.not_sent
    for shown in (error, vars(error), error.__cause__, error.__context__):
        assert SECRET not in repr(shown)


@BOTH
def test_where_nobody_listens_nothing_was_sent(make: Make) -> None:
    with Line(Log(b"")) as line:
        pass
    (error,) = asked(line, make, buy)

    assert type(error) is ConnectionFailed
    assert error.not_sent


def test_cookies_are_not_kept() -> None:
    log = Log(reply("200 OK", NUMBER, "set-cookie: session=1; Path=/"))
    with Line(log) as line:
        first, second = asked(line, http_client, look, times=2)

    assert first == second
    assert not any("cookie" in request.lower() for request in log.came)

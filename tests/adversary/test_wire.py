"""Servers that break off at every byte, lie, answer twice or out of turn: a purchase arrives once, and nobody is told
more than is known."""

import json
import socket
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.adversary.site import (
    BOUGHT,
    GOOD,
    NUMBER,
    OWN_WAYS,
    WAYS,
    Answer,
    Site,
    Way,
    attach,
    buy,
    check,
    cut,
    silent,
)
from tests.support import FULL
from tests.transport import servers
from tests.transport.servers import Server, chunked, response

ENDS = ["reset", "fin", "half-close"]


def sampled(length: int, phase: int) -> range:
    """Every offset with --full, else every 20th; which, differs by phase."""
    return range(length) if FULL else range(phase % 20, length, 20)


@pytest.mark.parametrize(
    ("way", "how", "at"),
    [
        pytest.param(way, how, at, id=f"{way}-{how}-{at}")
        for turn, way in enumerate(WAYS)
        for phase, how in enumerate(ENDS)
        for at in sampled(len(GOOD), 5 * turn + 3 * phase)
    ],
)
def test_a_response_that_breaks_off(way: Way, how: str, at: int, site: Site) -> None:
    cell = site.cell(cut(GOOD, at, how))
    check(buy(way, cell), site, cell, expected="unknown", purchases=1)


@pytest.mark.parametrize(
    ("way", "at"),
    [
        pytest.param(way, at, id=f"{way}-{at}")
        for turn, way in enumerate(WAYS)
        for at in sampled(len(chunked([json.dumps(NUMBER).encode()])), 5 * turn)
    ],
)
def test_a_chunked_response_that_breaks_off(way: Way, at: int, site: Site) -> None:
    cell = site.cell(cut(chunked([json.dumps(NUMBER).encode()]), at, "reset"))
    check(buy(way, cell), site, cell, expected="unknown", purchases=1)


@pytest.mark.parametrize(
    ("way", "at"),
    [pytest.param(way, at, id=f"{way}-{at}") for n, way in enumerate(WAYS) for at in sampled(len(GOOD), 40 + 3 * n)],
)
def test_a_response_that_breaks_off_within_tls(way: Way, at: int, tls_site: Site) -> None:
    cell = tls_site.cell(cut(GOOD, at, "reset"))
    check(buy(way, cell), tls_site, cell, expected="unknown", purchases=1)


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("at", [0, 1, 17, 80, 240])
def test_a_server_that_goes_while_it_is_asked(at: int, way: Way) -> None:
    """It reads so many bytes of the request and resets the connection."""

    read: list[bytes] = []

    def going(connection: socket.socket, server: Server) -> None:
        if at:
            read.append(connection.recv(at))
        servers.resetting(connection)

    with Site() as site:
        site._handler = going
        told = buy(way, site.cell())
    assert told.verdict in ("never sent", "unknown")
    assert not (read and told.verdict == "never sent")
    assert len(read) <= 1


# Lies


REFUSED = json.dumps({"requestError": {"serviceException": {"messageId": "BAD_REQUEST", "text": "no"}}}).encode()
LIMITED = json.dumps({"requestError": {"serviceException": {"messageId": "TOO_MANY_REQUESTS", "text": "no"}}}).encode()
UNLISTED = json.dumps({"requestError": {"serviceException": {"messageId": "WHATEVER", "text": "no"}}}).encode()
FAILED = json.dumps({"requestError": {"serviceException": {"messageId": "GENERAL_ERROR", "text": "no"}}}).encode()
BOTH = json.dumps({**NUMBER, **json.loads(REFUSED)}).encode()
RAW = json.dumps(NUMBER).encode()
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
SIZE = len(RAW)
HTML = b"<html>try again</html>"
DEFLATED = zlib.compress(RAW)

LIES: dict[str, tuple[Answer, str, int]] = {
    # the response, what the buyer may be told, how many purchases may arrive
    "the truth": (GOOD, "result", 1),
    "the truth in chunks": (chunked([RAW[:7], RAW[7:]]), "result", 1),
    "the truth until the end of the connection": (cut(HEAD + b"\r\n" + RAW, 10**6, "fin"), "result", 1),
    "the truth after early hints": (b"HTTP/1.1 103 Early Hints\r\n\r\n" + GOOD, "result", 1),
    "the truth, deflated": (response(DEFLATED, "200 OK", "content-encoding: deflate"), "result", 1),
    "the truth, twice": (GOOD * 2, "result", 1),
    "a length that is too short": (response(NUMBER, length=SIZE - 5), "unknown", 1),
    "a length that is too long": (cut(response(NUMBER, length=SIZE + 5), 10**6, "fin"), "unknown", 1),
    "a length of nothing": (response(NUMBER, length=0), "unknown", 1),
    "a negative length": (response(NUMBER, length=-1), "unknown", 1),
    "two lengths": (HEAD + b"content-length: %d\r\ncontent-length: 1\r\n\r\n" % SIZE + RAW, "unknown", 1),
    "a length in words": (HEAD + b"content-length: many\r\n\r\n" + RAW, "unknown", 1),
    "a length in hex": (HEAD + b"content-length: 0x%x\r\n\r\n" % SIZE + RAW, "unknown", 1),
    "a huge length": (cut(HEAD + b"content-length: 99999999999\r\n\r\n" + RAW, 10**6, "fin"), "unknown", 1),
    "chunks and a length": (
        HEAD + b"transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n%x\r\n" % SIZE + RAW + b"\r\n0\r\n\r\n",
        "result|unknown",
        1,
    ),
    "a chunk that is too short": (
        cut(HEAD + b"transfer-encoding: chunked\r\n\r\n%x\r\n" % (SIZE - 3) + RAW + b"\r\n0\r\n\r\n", 10**6, "fin"),
        "unknown",
        1,
    ),
    "a chunk that is too long": (
        cut(HEAD + b"transfer-encoding: chunked\r\n\r\n%x\r\n" % (SIZE + 3) + RAW + b"\r\n0\r\n\r\n", 10**6, "fin"),
        "unknown",
        1,
    ),
    "no last chunk": (
        cut(HEAD + b"transfer-encoding: chunked\r\n\r\n%x\r\n" % SIZE + RAW + b"\r\n", 10**6, "fin"),
        "unknown",
        1,
    ),
    "an unknown transfer encoding": (HEAD + b"transfer-encoding: rot13\r\n\r\n" + RAW, "unknown", 1),
    "broken deflate": (
        response(DEFLATED[:9] + b"!" + DEFLATED[10:], "200 OK", "content-encoding: deflate"),
        "unknown",
        1,
    ),
    "an encoding that was not asked for": (response(RAW, "200 OK", "content-encoding: br"), "unknown", 1),
    "no HTTP": (cut(b"220 mail.example ESMTP\r\n", 10**6, "fin"), "unknown", 1),
    "HTTP/0.9": (cut(RAW, 10**6, "fin"), "unknown", 1),
    "HTTP/2's settings": (cut(b"\0\0\0\4\0\0\0\0\0", 10**6, "fin"), "unknown", 1),
    "a status of 99": (b"HTTP/1.1 099 OK\r\n\r\n", "unknown", 1),
    "switching protocols": (
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
        "unknown",
        1,
    ),
    "only early hints": (cut(b"HTTP/1.1 103 Early Hints\r\n\r\n", 10**6, "fin"), "unknown", 1),
    "continue, and then nothing": (cut(b"HTTP/1.1 100 Continue\r\n\r\n", 10**6, "fin"), "unknown", 1),
    "a header without end": (cut(HEAD + b"x: " + b"x" * 200_000, 10**6, "fin"), "unknown", 1),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", "unknown", 1),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "unknown", 1),
    "a redirect": (response(b"", "307 Temporary Redirect", "location: /elsewhere"), "unknown", 1),
    "a page": (response(HTML, "200 OK"), "unknown", 1),
    "nothing": (response(b""), "unknown", 1),
    "null": (response(b"null"), "unknown", 1),
    "a list": (response(b"[]"), "unknown", 1),
    "an object without anything": (response({}), "unknown", 1),
    "half of the JSON": (response(RAW[:-4]), "unknown", 1),
    "no text": (response(b"\xff" + RAW), "unknown", 1),
    "very deep JSON": (response(b"[" * 5000), "unknown", 1),
    "a result and an error": (response(BOTH), "unknown", 1),
    "a result with the status of an error": (response(NUMBER, "400 Bad Request"), "unknown", 1),
    "an error with the status of a result": (response(REFUSED), "refused", 1),
    "a refusal in the provider's form": (response(REFUSED, "400 Bad Request"), "refused", 1),
    "an unlisted code in the provider's form": (response(UNLISTED, "400 Bad Request"), "unknown", 1),
    "a failure in the provider's form": (response(FAILED, "500 Oops"), "unknown", 1),
    "a refusal with a server's status": (response(REFUSED, "502 Bad Gateway"), "unknown", 1),
    "limited in the provider's form": (response(LIMITED, "429 Too Many Requests"), "refused", 3),
    "limited by a proxy that had forwarded": (response(HTML, "429 Too Many Requests"), "unknown", 1),
    "limited by a proxy, in JSON": (response({"message": "slow down"}, "429 Too Many Requests"), "unknown", 1),
    "limited by a proxy, without a body": (response(b"", "429 Too Many Requests", "retry-after: 1"), "unknown", 1),
    "busy, says a proxy that had forwarded": (response(HTML, "503 Busy", "retry-after: 1"), "unknown", 1),
    "a gateway's timeout": (response(HTML, "504 Gateway Timeout"), "unknown", 1),
    "a request timeout": (response(b"", "408 Request Timeout"), "unknown", 1),
    "too early": (response(b"", "425 Too Early"), "unknown", 1),
    "not signed in, says a proxy": (response(HTML, "401 Unauthorized"), "unknown", 1),
    "a proxy wants a password": (response(HTML, "407 Proxy Authentication Required"), "unknown", 1),
    "not found, says a proxy": (response(HTML, "404 Not Found"), "unknown", 1),
    "no answer in time": (silent, "unknown", 1),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("lie", LIES)
def test_a_response_that_lies(lie: str, way: Way, site: Site) -> None:
    answer, expected, purchases = LIES[lie]
    cell = site.cell(answer)
    told = buy(way, cell, timeout=0.1 if answer is silent else 5)
    check(told, site, cell, expected=expected, purchases=purchases)
    if told.verdict == "result":
        assert told.result.number == NUMBER["number"]


def coded(code: Any, **more: Any) -> bytes:
    return json.dumps({"error": {"code": code, "msg": "no"}, **more}).encode()


VOXIMPLANT_LIES: dict[str, tuple[bytes, str, int]] = {
    "the truth": (response(BOUGHT), "result", 1),
    "no money": (response(coded(127)), "refused", 1),
    "no money, as text": (response(coded("127")), "refused", 1),
    "taken": (response(coded(335)), "refused", 1),
    "limited": (response(coded(340)), "refused", 3),
    "try later": (response(coded(162)), "refused", 3),
    "a repeated request": (response(coded(484)), "unknown", 1),
    "the same operation": (response(coded(515)), "unknown", 1),
    "an unlisted code": (response(coded(99999)), "unknown", 1),
    "a code that is no code": (response(coded([127])), "unknown", 1),
    "a server's code": (response(coded(2)), "unknown", 1),
    "an error and what was bought": (response(coded(127, **BOUGHT)), "unknown", 1),
    "an error and only what was bought": (
        response(coded(127, phone_numbers=BOUGHT["phone_numbers"])),
        "unknown",
        1,
    ),
    "a refusal's status and what was bought": (response(coded(127, **BOUGHT), "400 Bad Request"), "unknown", 1),
    "an error and an empty result": (response(coded(127, result=0, phone_numbers=[])), "refused", 1),
    "a limit and what was bought": (response(coded(340, **BOUGHT)), "unknown", 1),
    "no money with a server's status": (response(coded(127), "503 Busy"), "unknown", 1),
    "limited, with a server's status": (response(coded(340), "503 Busy"), "unknown", 1),
    "a failure": (response({"result": 0}), "unknown", 1),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("lie", VOXIMPLANT_LIES)
def test_a_purchase_by_number_that_is_lied_to(lie: str, way: Way, site: Site) -> None:
    answer, expected, purchases = VOXIMPLANT_LIES[lie]
    cell = site.cell(answer)
    told = buy(way, cell, attach)
    check(told, site, cell, expected=expected, purchases=purchases)
    if "what was bought" in lie:
        (unknown,) = told.noticed
        assert unknown.result["phone_numbers"][0]["phone_number"] == "12025550100"


# Out of turn

EARLY = response({"result": 1, "phone_numbers": [{"phone_id": 8, "phone_number": "12025550999"}]})


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("extra", [EARLY, EARLY[:60], EARLY * 3], ids=["whole", "half", "three"])
def test_what_follows_a_read_is_not_a_purchases_response(
    extra: bytes, way: Way, tls: bool, site: Site, tls_site: Site
) -> None:
    """A warm client: its last read was answered more than once."""
    at = tls_site if tls else site
    cell = at.cell()
    answer = cell.answer
    cell.answer = lambda request: GOOD + extra if request.method == "GET" else answer(request)  # type: ignore[method-assign]  # the cell's own
    told = buy(way, cell, around=warm)
    check(told, at, cell, expected="result", purchases=1)
    assert told.result.number == NUMBER["number"]


def warm(client: Any, call: Callable[[Any], Any]) -> Any:
    """Read once before the call."""
    read = client.get_purchased_number(number_key="key")
    if not hasattr(read, "__await__"):
        return call(client)

    async def then() -> Any:
        await read
        return await call(client)

    return then()


RETRY_AFTER = [
    "-1",
    "1e309",
    "nan",
    "inf",
    "1" * 400,
    "soon",
    "",
    "0x10",
    "1,2",
    "Thu, 99 Foo 2026",
    "\x7f",
    "1;2",
    "१२",
]


@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize("header", RETRY_AFTER, ids=range(len(RETRY_AFTER)))
def test_nonsense_in_retry_after(header: str, way: Way, site: Site) -> None:
    line = f"retry-after: {header}".encode().decode("latin-1")
    cell = site.cell(response(LIMITED, "429 Too Many Requests", line), GOOD)
    told = buy(way, cell)
    site.settle()
    assert told.verdict in ("result", "unknown", "refused")
    assert len(cell.purchases) == (2 if told.verdict == "result" else 1)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize(
    "piece", [EARLY, EARLY[:40], EARLY[:1], b"HTTP/1.1 408 Timeout\r\n\r\n"], ids=["whole", "half", "byte", "408"]
)
def test_who_speaks_before_being_asked_is_not_believed(
    piece: bytes, way: Way, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a connection of the purchase's own. It may be that the first bytes arrive after the request."""

    def early(connection: socket.socket, server: Server) -> None:
        connection.sendall(piece)
        server.requests += filter(None, [servers.read_request(connection)])

    with servers.trusted(monkeypatch), Site(tls=tls) as site:
        site._handler = early
        told = buy(way, site.cell(), attach)
        site_requests = len(site.requests)
    if told.verdict == "result":
        pytest.fail(f"another's response was believed: {told.result!r}")
    assert told.verdict in ("never sent", "unknown")
    assert site_requests <= 1
    assert told.verdict == "unknown" or site_requests == 0


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(
    ("call", "other"),
    [
        (attach, {"result": 1, "phone_numbers": [{"phone_id": 7, "phone_number": "12025550999"}]}),
        (attach, {"result": 1, "phone_numbers": []}),
        (attach, {"result": 1, "phone_numbers": [{"phone_number": "12025550100"}, {"phone_number": "12025550999"}]}),
    ],
    ids=["another number", "no number", "two numbers"],
)
def test_another_requests_response_is_no_result(call: Any, other: Any, way: Way, site: Site) -> None:
    cell = site.cell(response(other))
    check(buy(way, cell, call), site, cell, expected="unknown", purchases=1)

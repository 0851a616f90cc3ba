"""The proxies and certificates of the environment, as httpx takes them."""

import base64
import ssl
from typing import Any

import httpx
import pytest

from numberline import AsyncInfobip
from numberline._runtime.transport import Refused, TransportFailure
from numberline._runtime.transport.pool import Route
from numberline._runtime.transport.proxies import environment_proxy
from numberline.errors import InvalidArgument
from tests.transport.servers import Server, answering, response, trusted, tunnelling
from tests.transport.support import NUMBER, sent

GOOD = response(NUMBER)


@pytest.mark.parametrize("proxy_tls", [False, True], ids=["http proxy", "https proxy"])
def test_tls_goes_through_a_proxy(proxy_tls: bool, callers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind an https proxy it is TLS inside TLS."""
    with (
        trusted(monkeypatch),
        Server(answering(GOOD), tls=True) as server,
        Server(tunnelling, tls=proxy_tls) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("://", "://user:a%20word@"))
        caller = callers(server.url)
        assert [caller.read(), caller.buy(), caller.read(), caller.read()] == ["key"] * 4
        caller.close()

    assert [request.method for request in server.requests] == ["GET", "POST", "GET", "GET"]
    assert (server.connections, proxy.connections) == (2, 2)
    signed = {request.headers["proxy-authorization"] for request in proxy.requests}
    assert signed == {f"Basic {base64.b64encode(b'user:a word').decode()}"}
    assert "authorization" not in proxy.requests[0].headers


def test_a_large_body_comes_through_tls_inside_tls(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    large = bytes(range(256)) * 4000
    with (
        trusted(monkeypatch),
        Server(answering(lambda request: response(request.body)), tls=True) as server,
        Server(tunnelling, tls=True) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        _, outcome = sent(server.url, is_async=kind is AsyncInfobip, content=large)

    assert not isinstance(outcome, TransportFailure)
    assert outcome.body == large


def test_plain_requests_are_sent_to_a_proxy_whole(callers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(answering(GOOD)) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        caller = callers("http://hidden.example")
        assert [caller.read(), caller.read()] == ["key"] * 2

    assert proxy.connections == 1
    assert proxy.requests[0].target.startswith("http://hidden.example/")


NO_PROXY = [
    ("hidden.example", "https://hidden.example", True),
    ("hidden.example", "https://api.hidden.example", True),
    (".hidden.example", "https://api.hidden.example", True),
    (".hidden.example", "https://hidden.example", False),
    ("hidden.example", "https://wellhidden.example", False),
    ("Hidden.Example", "https://hidden.example", True),
    ("other.example, hidden.example", "https://hidden.example", True),
    ("*", "https://hidden.example", True),
    ("hidden.example:443", "https://hidden.example", True),
    ("hidden.example:8443", "https://hidden.example", False),
    ("https://hidden.example", "https://hidden.example", True),
    ("http://hidden.example", "https://hidden.example", False),
    ("localhost", "https://localhost:8600", True),
    ("localhost", "https://api.localhost", False),
    ("127.0.0.1", "https://127.0.0.1:8600", True),
    ("10.0.0.0/8", "https://10.1.2.3", True),
    ("10.0.0.0/8", "https://11.1.2.3", False),
    ("::1", "https://[::1]:8600", True),
    ("[::1]", "https://[::1]:8600", True),
    ("[::1]:8600", "https://[::1]:8600", True),
    ("fd00:1234::/64", "https://[fd00:1234::7]", True),
    ("fd00:1234::/64", "https://[fd00:1235::7]", False),
    ("localhost,10.0.0.0/8,fd00:1234::/64", "https://hidden.example", False),
    ("::::/bad, , hidden:port", "https://hidden.example", False),
    ("", "https://hidden.example", False),
]


@pytest.mark.parametrize(("entries", "url", "is_direct"), NO_PROXY)
def test_no_proxy_is_kept_to(entries: str, url: str, is_direct: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", entries)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")

    assert (Route.to(url).proxy is None) is is_direct


def mounted(url: str) -> bool:
    """Whether httpx itself goes to the address directly."""
    with httpx.Client(verify=False) as http:
        return http._transport_for_url(httpx.URL(url)) is http._transport


@pytest.mark.parametrize(
    ("entries", "url"),
    # Networks it can't read, and it knows no port that is the scheme's own.
    [(entries, url) for entries, url, _ in NO_PROXY if not set("/[") & set(entries) and ":443" not in entries],
)
def test_no_proxy_means_what_it_means_to_httpx(entries: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", entries)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    try:
        expected = mounted(url)
    except httpx.InvalidURL:
        pytest.skip("httpx refuses it")

    assert (Route.to(url).proxy is None) is expected


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({"HTTPS_PROXY": "http://one:1", "ALL_PROXY": "http://all:2"}, "https://hidden.example", "http://one:1"),
        ({"HTTP_PROXY": "http://one:1", "ALL_PROXY": "http://all:2"}, "https://hidden.example", "http://all:2"),
        ({"HTTP_PROXY": "http://one:1"}, "https://hidden.example", None),
        ({"HTTP_PROXY": "one:1"}, "http://hidden.example", "http://one:1"),
    ],
)
def test_proxy_of_the_scheme_precedes_all_proxy(
    variables: dict[str, str], url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = Route.to(url).proxy

    assert (str(found.url) if found is not None else None) == proxy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks4://user:a-word@proxy.example:9"),
        ("HTTPS_PROXY", "http://user:a-word@proxy.example:port"),
        ("HTTPS_PROXY", "http://user:a-word"),
        ("ALL_PROXY", "http://"),
        ("SSL_CERT_FILE", "/nonexistent/a-word.pem"),
        ("SSL_CERT_FILE", __file__),
        ("SSL_CERT_DIR", "/nonexistent"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(
    name: str, value: str, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(name, value)
    what, outcome = sent("https://127.0.0.1:1", is_async=kind is AsyncInfobip, fresh=True)

    assert isinstance(outcome, TransportFailure)
    assert what.attempt.never_sent
    assert outcome.error.never_sent
    if name == "SSL_CERT_DIR":  # read only when a certificate is looked for
        return
    assert isinstance(outcome.error, InvalidArgument)
    assert name in outcome.error.message
    assert "a-word@" not in outcome.error.message


def test_what_is_wrong_in_the_environment_is_not_tried_again(callers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks4://proxy.example:9")
    outcome = callers("https://127.0.0.1:1", retries=2).outcome(callers("https://127.0.0.1:1", retries=2).read)

    assert isinstance(outcome, InvalidArgument)
    assert outcome.attempts == 1


def test_a_socks_proxy_needs_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numberline._runtime.transport.proxies.find_spec", lambda _: None)
    with pytest.raises(Refused) as refused:
        environment_proxy(httpx.URL("https://hidden.example"), 443, {"all": "socks5://127.0.0.1:9"})
    assert refused.value.error.message == ("the SOCKS proxy in ALL_PROXY needs a package: pip install 'httpx[socks]'")


@pytest.mark.parametrize(
    ("url", "proxy", "verifies"),
    [
        ("https://api.example.com", None, True),
        ("http://localhost:8600", "https://proxy.example.com:3128", True),
        ("http://localhost:8600", "http://proxy.example.com:3128", False),
        ("http://localhost:8600", None, False),  # there is no certificate, and making a TLS context takes time
    ],
)
def test_certificates_are_checked_wherever_there_is_one(
    url: str, proxy: str | None, verifies: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if proxy is not None:
        monkeypatch.setenv("http_proxy", proxy)
    context = Route.to(url).ssl_context

    assert (context is not None) is verifies
    if context is not None:
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname

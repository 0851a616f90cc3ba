"""No secret shows anywhere, and no phone number but in records and in what an `OutcomeUnknown` was asked for.

Everything that is secret or a number is planted with a mark, the other end repeats all that it is told wherever it can,
and everything that a program might print, log or send on is searched.
"""

import asyncio
import gzip
import json
import logging
import pickle
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import AsyncClient, BaseClient
from numberline._runtime.rate_limit import isolated
from numberline.errors import InvalidArgument, NumberlineError, OutcomeUnknown, outcome_unknown
from numberline.pagination import AsyncPages, Pages
from tests.support import FULL, items, result
from tests.trust.line import Line, reply
from tests.trust.spans import Spans

NUMBER = "12025550199"
SECRET = "LeakedSecret/+=7"
THEIRS = "LeakedHeader-of-theirs"
PROXY = "LeakedProxyPassword"

LOCATORS: dict[str, Any] = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}


class SignIn(NamedTuple):
    """A way to sign in, for sync and async clients."""

    kinds: tuple[type[BaseClient], type[BaseClient]]
    arguments: dict[str, Any]


VOXIMPLANT = (Voximplant, AsyncVoximplant)
INFOBIP = (Infobip, AsyncInfobip)
APIFONICA = (Apifonica, AsyncApifonica)
SIGN_INS = {
    "account": SignIn(VOXIMPLANT, {"account_id": 7, "api_key": SECRET}),
    "account, called": SignIn(VOXIMPLANT, {"account_id": 7, "api_key": lambda: SECRET}),
    "service account": SignIn(VOXIMPLANT, {"credentials": {}}),
    "key": SignIn(INFOBIP, {"api_key": SECRET}),
    "key, called": SignIn(INFOBIP, {"api_key": lambda: SECRET}),
    "password": SignIn(INFOBIP, {"username": "user", "password": SECRET}),
    "password, called": SignIn(INFOBIP, {"username": "user", "password": lambda: SECRET}),
    "token": SignIn(INFOBIP, {"token": SECRET}),
    "token, called": SignIn(INFOBIP, {"token": lambda: SECRET}),
    "bearer": SignIn(INFOBIP, {"bearer": SECRET}),
    "bearer, called": SignIn(INFOBIP, {"bearer": lambda: SECRET}),
    "sid": SignIn(APIFONICA, {"account_sid": "AC1", "auth_token": SECRET}),
    "sid, called": SignIn(APIFONICA, {"account_sid": "AC1", "auth_token": lambda: SECRET}),
}


def refused(echo: str) -> str:
    """A provider's error, in all of their forms at once."""
    return json.dumps(
        {
            "error": {"code": echo, "msg": echo},
            "requestError": {"serviceException": {"messageId": echo, "text": echo}},
            "error_code": echo,
            "error_text": echo,
        }
    )


GOOD = json.dumps(
    {
        "result": [{"phone_id": 1, "phone_number": NUMBER}],
        "phone_numbers": [{"phone_id": 1, "phone_number": NUMBER}],
        "numberKey": NUMBER,
        "number": NUMBER,
        "numbers": [{"numberKey": "key", "number": NUMBER, "number_sid": "1"}],
    }
)


def _echo(came: str) -> str:
    return " ".join(came.split())


TROUBLES: dict[str, Callable[[str], bytes | None]] = {
    "good": lambda _: reply("200 OK", GOOD),
    "refused": lambda came: reply(f"400 {_echo(came)}", refused(_echo(came)), "content-type: application/json"),
    "refused in a good answer": lambda came: reply("200 OK", refused(_echo(came))),
    "signed out": lambda came: reply(f"401 {_echo(came)}", refused(_echo(came))),
    "too much": lambda came: reply(f"429 {_echo(came)}", refused(_echo(came)), f"retry-after: {_echo(came)}"),
    "server error": lambda came: reply(f"500 {_echo(came)}", f"<html>{came}"),
    "headers": lambda came: reply("500 no", came, f"x-echo: {_echo(came)}", f"content-type: {_echo(came)}"),
    "request id": lambda came: reply("500 no", came, f"x-request-id: {_echo(came).replace(NUMBER, '')}"),
    "redirect": lambda came: reply(
        "302 Found", "", f"location: https://{NUMBER}:{SECRET}@{NUMBER}.example/{_echo(came)}?a={_echo(came)}"
    ),
    "redirect to nowhere": lambda came: reply("302 Found", "", f"location: http://[{_echo(came)}"),
    "unreadable": lambda came: reply("200 OK", f"{{{came}"),
    "not text": lambda came: reply("200 OK", b'{"result": "\xff' + came.encode() + b'"}'),
    "odd": lambda came: reply("200 OK", json.dumps({_echo(came): _echo(came), "result": _echo(came)})),
    "odd record": lambda came: reply("200 OK", json.dumps({"result": [{NUMBER: NUMBER}], "numbers": [{SECRET: 1}]})),
    "empty": lambda _: reply("200 OK"),
    "broken compression": lambda came: reply("200 OK", gzip.compress(came.encode())[:-20], "content-encoding: gzip"),
    "no compression": lambda came: reply("200 OK", came, "content-encoding: gzip"),
    "not HTTP": lambda came: f"{_echo(came)}\r\n\r\n".encode(),
    "odd header": lambda came: f"HTTP/1.1 200 OK\r\n{_echo(came)} {_echo(came)}\r\n\r\n".encode(),
    "cut off": lambda came: f"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n{_echo(came)}".encode(),
    "silent": lambda _: None,
    "hung up": lambda _: b"",
    "next page": lambda came: reply(
        "200 OK",
        json.dumps({"numbers": [], "next": f"https://{NUMBER}:{SECRET}@elsewhere.example/{_echo(came)}?next=a"}),
    ),
    "no page": lambda came: reply("200 OK", json.dumps({"numbers": [], "next": f"/{_echo(came)}?after={NUMBER}"})),
}


def calls(client: Any) -> Iterator[Callable[[], Any]]:
    """Calls of each class, with numbers in their arguments; some are refused before anything is sent."""
    kind: object = client
    match kind:
        case Voximplant() | AsyncVoximplant():
            yield lambda: client.get_phone_numbers(phone_number=[NUMBER], verification_name=NUMBER)
            yield lambda: client.attach_phone_number(phone_number=[NUMBER], **LOCATORS)
            yield lambda: client.deactivate_phone_number(phone_number=[NUMBER])
            yield lambda: client.bind_phone_number_to_application(phone_number=[NUMBER], application_name=NUMBER)
            yield lambda: client.deactivate_phone_number(phone_number=[f"{NUMBER};{NUMBER}"])
            yield lambda: client.get_phone_numbers(phone_number=NUMBER, phone_id=NUMBER, order_by=int(NUMBER))
            yield lambda: client.set_phone_number_info(phone_number=f"{NUMBER}\ud800")
            yield lambda: client.get_phone_numbers(count=NUMBER, is_bound_to_rule=NUMBER)
        case Infobip() | AsyncInfobip():
            yield lambda: client.list_purchased_numbers(number=NUMBER)
            yield lambda: client.get_purchased_number(number_key=NUMBER)
            yield lambda: client.purchase_number(number_key=NUMBER)
            yield lambda: client.cancel_number(number_key=NUMBER)
            yield lambda: client.list_available_numbers(number=int(NUMBER), capabilities=NUMBER)
        case _:
            yield lambda: client.list_rented_numbers(number=NUMBER)
            yield lambda: client.list_rented_numbers(limit=NUMBER, number=int(NUMBER))


class Shown:
    """Everything that a program might print, with where it was found."""

    def __init__(self, forbidden: list[str]) -> None:
        self.seen = 0
        self._forbidden = re.compile("|".join(re.escape(mark) for mark in forbidden))

    def look(self, where: str, *things: object) -> None:
        for thing in things:
            self.seen += 1
            text = thing.decode("latin-1") if isinstance(thing, bytes) else str(thing)
            found = self._forbidden.search(text)
            assert found is None, f"{where}: {found[0]!r} in {text!r}"

    def error(self, error: BaseException | None, depth: int = 0) -> None:
        """All of an exception, and of those behind it."""
        if error is None or depth > 9:
            return
        name = type(error).__name__
        if isinstance(error, OutcomeUnknown):  # the one place where numbers may stand
            error.arguments = {}
        self.error(getattr(error, "outcome_unknown", None), depth + 1)
        self.look(name, str(error), repr(error), repr(error.args), getattr(error, "__notes__", ()), vars(error))
        self.look(name, *traceback.format_exception(error))
        if isinstance(error, NumberlineError):
            self.look(f"{name}, pickled", pickle.dumps(error), repr(vars(pickle.loads(pickle.dumps(error)))))
        self.error(error.__cause__, depth + 1)
        self.error(error.__context__, depth + 1)

    def log(self, records: list[logging.LogRecord]) -> None:
        for record in records:
            if record.name == "asyncio":
                continue
            self.look(f"log of {record.name}", record.getMessage(), repr(record.args), repr(record.msg), vars(record))
            if record.exc_info is not None:
                self.error(record.exc_info[1])


def _http(kind: type[BaseClient], line: Line, how: str) -> dict[str, Any]:
    """An httpx client of the user's: with headers of its own, or a proxy that asks for a password."""
    if how == "ours":
        return {"base_url": line.url}
    theirs: Any = httpx.AsyncClient if issubclass(kind, AsyncClient) else httpx.Client
    if how == "headers":
        return {"base_url": line.url, "http_client": theirs(headers={"x-theirs": THEIRS, "cookie": THEIRS})}
    proxy = line.url.replace("http://", f"http://user:{PROXY}@")
    return {"base_url": "http://provider.example", "http_client": theirs(proxy=proxy)}


def _marks(client: BaseClient, key: str) -> list[str]:
    signed = client._context.signer.sign()
    pem = key.splitlines()
    secrets = [part for secret in signed.secrets for part in (secret, secret.replace("/", "%2F").replace("+", "%2B"))]
    return [*secrets, "LeakedSecret", "LeakedHeader", PROXY, NUMBER, NUMBER[1:], pem[1], pem[-2]]


def _answered(call: Callable[[], Any], shown: Shown) -> None:
    """Make a call, sync or async, and look at what comes."""
    answer = call()
    if isinstance(answer, Pages | AsyncPages):
        shown.look("pages", repr(answer))
        items(answer)
    else:
        result(answer)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("how", ["ours", "headers", "proxy"])
def test_nothing_secret_shows_whatever_comes(
    trouble: str, how: str, private_key: str, caplog: pytest.LogCaptureFixture, spans: Spans
) -> None:
    caplog.set_level(logging.DEBUG)
    looked = 0
    # Each way to sign in where we send by ourselves, by default a few at a time; one for each provider where somebody
    # else's client does.
    names = ["account, called", "password", "sid"]
    if how == "ours" and trouble != "silent":
        ways, first = list(SIGN_INS), list(TROUBLES).index(trouble) % 6
        names = ways if FULL else [*ways[first::6], "account, called", "sid", "password"]
    with Line(TROUBLES[trouble]) as line:
        for turn, name in enumerate(names):
            sign_in = SIGN_INS[name]
            arguments = dict(sign_in.arguments)
            if "credentials" in arguments:
                arguments["credentials"] = {"account_id": 7, "key_id": "a-key-id", "private_key": private_key}
            kind = sign_in.kinds[turn % 2]
            timeout = 0.05 if trouble == "silent" else 10
            client: Any = kind(retries=0, timeout=timeout, **arguments, **_http(kind, line, how))
            shown = Shown(_marks(client, private_key))
            view = client.options(headers={"x-a-view": THEIRS})
            shown.look(
                "clients", repr(client), repr(view), repr(client._context.signer), repr(client._context.signer.sign())
            )
            for call in calls(view):
                caplog.clear()
                spans.clear()
                # Isolated, so that no refusal makes the next call wait.
                with isolated(), warnings.catch_warnings(record=True) as warned:
                    try:
                        _answered(call, shown)
                    except NumberlineError as error:
                        shown.error(error)
                for warning in warned:
                    shown.look("warnings", str(warning.message), repr(warning))
                shown.log(caplog.records)
                shown.look("spans", *spans.everything())
            looked += shown.seen
            if isinstance(client, AsyncClient):
                asyncio.run(client.aclose())
            else:
                client.close()
    assert looked > 100


@pytest.mark.parametrize("name", SIGN_INS)
def test_nothing_secret_shows_if_no_connection_comes_about(
    name: str, private_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in = SIGN_INS[name]
    arguments = dict(sign_in.arguments)
    if "credentials" in arguments:
        arguments["credentials"] = {"account_id": 7, "key_id": "a-key-id", "private_key": private_key}
    for kind in sign_in.kinds:
        client: Any = kind(base_url="http://127.0.0.1:1", retries=0, **arguments)
        shown = Shown(_marks(client, private_key))
        for call in calls(client):
            with pytest.raises(NumberlineError) as caught:
                _answered(call, shown)
            shown.error(caught.value)
        shown.log(caplog.records)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Infobip(api_key=f"{SECRET}\nx"),
        lambda: Infobip(api_key=SECRET, token=SECRET),
        lambda: Infobip(username=f"user:{SECRET}", password=SECRET),
        lambda: Infobip(api_key=SECRET, base_url=f"https://user:{SECRET}@example.com"),
        lambda: Infobip(api_key=SECRET, http_client=SECRET),  # type: ignore[arg-type]
        lambda: Voximplant(credentials=SECRET),
        lambda: (
            Voximplant(credentials={"account_id": 7, "key_id": "k", "private_key": SECRET}).get_phone_numbers().first()
        ),
        lambda: Voximplant(credentials={"account_id": 7, "key_id": "k", "private_key": f"{SECRET}\n"}, api_key=SECRET),
        lambda: Apifonica(account_sid="AC1", auth_token=f"{SECRET}\x00"),
        lambda: Infobip(api_key=lambda: f"{SECRET}\nx").list_purchased_numbers().first(),
        lambda: Infobip(api_key="k").options(headers={"x-a": f"{SECRET}\n"}),
        lambda: Infobip(api_key="k").options(headers={"authorization": SECRET}),
    ],
)
def test_a_refused_secret_is_not_repeated(wrong: Callable[[], object]) -> None:
    with pytest.raises(InvalidArgument) as caught:
        wrong()

    Shown(["LeakedSecret"]).error(caught.value)


@pytest.mark.parametrize("kind", [Infobip, AsyncInfobip], ids=["sync", "async"])
def test_what_an_interrupted_purchase_leaves_shows_nothing(kind: type[Infobip] | type[AsyncInfobip]) -> None:
    def interrupted(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    transport = httpx.MockTransport(interrupted)
    http = httpx.AsyncClient(transport=transport) if kind is AsyncInfobip else httpx.Client(transport=transport)
    client: Any = kind(api_key=SECRET, http_client=http)
    with pytest.raises(KeyboardInterrupt) as caught:
        result(client.purchase_number(number_key=NUMBER))

    unknown = outcome_unknown(caught.value)
    assert unknown is not None
    assert unknown.arguments == {"numberKey": NUMBER}
    shown = Shown([SECRET, NUMBER])
    shown.error(caught.value)
    shown.look("args", caught.value.args, repr(unknown))


def test_repeated_phone_number_keeps_its_last_digits() -> None:
    with Line(
        lambda _: reply("400 no", refused("+1 (202) 555-0199 is taken, so is 12025550123; see 2026-11-23."))
    ) as line:
        client = Infobip(api_key="a-key", base_url=line.url, retries=0)
        with client, pytest.raises(NumberlineError) as caught:
            client.get_purchased_number(number_key="key")

    assert caught.value.text == "***99 is taken, so is ***23; see 2026-11-23."


def test_arguments_are_logged_only_by_their_own_logger(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("numberline.arguments")
    with Line(lambda _: reply("200 OK", GOOD)) as line, Infobip(api_key=SECRET, base_url=line.url) as client:
        client.get_purchased_number(number_key=NUMBER)
        assert [record for record in caplog.records if record.name == logger.name] == []
        with caplog.at_level(logging.DEBUG, logger.name):
            client.get_purchased_number(number_key=NUMBER)
    told = [record.getMessage() for record in caplog.records if record.name == logger.name]

    assert told == [f"Infobip get_purchased_number: {{'numberKey': '{NUMBER}'}}"]
    assert not any(SECRET in record.getMessage() for record in caplog.records)


def test_each_attempt_logs_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "numberline")
    with (
        Line(lambda _: reply("400 no", refused(NUMBER))) as line,
        Infobip(api_key=SECRET, base_url=line.url) as client,
        pytest.raises(NumberlineError),
    ):
        client.get_purchased_number(number_key=NUMBER)
    lines = [record.getMessage() for record in caplog.records if record.name == "numberline"]

    assert len(lines) == 1
    assert re.fullmatch(r"Infobip get_purchased_number attempt 1: 400 \w+ in \d+ ms", lines[0])


def test_httpcores_own_users_still_see_all_of_its_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Line(lambda _: reply("200 OK", "", "x-told: something")) as line:
        with Infobip(api_key="a-key", base_url=line.url, retries=0) as client, pytest.raises(NumberlineError):
            client.list_purchased_numbers().first()
        of_ours = "\n".join(record.getMessage() for record in caplog.records)
        caplog.clear()
        httpx.get(line.url)
        of_others = "\n".join(record.getMessage() for record in caplog.records)

    assert "receive_response_headers.complete" in of_ours
    assert "something" not in of_ours
    assert "something" in of_others


def test_abandoned_call_logs_nothing_on_the_event_loop() -> None:
    shown = Shown([SECRET, NUMBER])
    told: list[dict[str, Any]] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        client = AsyncInfobip(api_key=SECRET, base_url="http://127.0.0.1:1", retries=0)
        task = asyncio.create_task(client.get_purchased_number(number_key=NUMBER))
        await asyncio.wait([task])
        del task
        await client.aclose()

    asyncio.run(main())
    assert len(told) == 1
    shown.look("event loop", told[0]["message"], repr(told[0]["exception"]), str(told[0]["exception"]))

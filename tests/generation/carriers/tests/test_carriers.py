"""Four invented carriers through their clients, sync and async, over a transport in memory."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from numberline import errors


class Carrier:
    """What an account owns, in the form of one carrier.

    Attributes:
        numbers: phone number by id.
        loses: whether responses of purchases and releases get lost.
        refuses: what is returned instead of a purchase.
        changes: how many purchases and releases were sent.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.numbers = {f"n{at}": f"4477009001{at:02}" for at in range(5)}
        self.loses = False
        self.refuses: Callable[[], httpx.Response] | None = None
        self.changes = 0
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        handled = getattr(self, f"_{self.name}")(request)
        if isinstance(handled, dict):
            return httpx.Response(200, json=handled)
        self.changes += 1
        reply = (self.refuses or handled)()
        if self.loses:
            raise httpx.ReadError("lost", request=request)
        return reply

    async def reply(self, request: httpx.Request) -> httpx.Response:
        return self(request)

    def _buy(self, *numbers: str) -> list[str]:
        ids = [f"n{len(self.numbers) + at}" for at, _ in enumerate(numbers)]
        self.numbers |= dict(zip(ids, numbers, strict=True))
        return ids

    def _quillwave(self, request: httpx.Request) -> Any:
        def shown(sid: str) -> dict[str, Any]:
            return {"sid": sid, "phone_number": self.numbers[sid], "date_created": format_datetime(datetime.now(UTC))}

        if request.method == "DELETE":
            return lambda: self.numbers.pop(request.url.path.split("/")[-1][:-5]) and httpx.Response(204)
        if request.method == "POST":
            said = parse_qs(request.content.decode())
            return lambda: httpx.Response(201, json=shown(self._buy(said["PhoneNumber"][0])[0]))
        at, size = int(request.url.params.get("Page", 0)), 2
        rows = [shown(each) for each in self.numbers][at * size :][:size]
        more = (at + 1) * size < len(self.numbers)
        link = f"{request.url.path}?Page={at + 1}" if more else None
        return {"incoming_phone_numbers": rows, "next_page_uri": link}

    def _juniper(self, request: httpx.Request) -> Any:
        def shown(key: str) -> dict[str, Any]:
            return {"id": key, "phone_number": self.numbers[key], "purchased_at": datetime.now(UTC).isoformat()}

        if request.method == "DELETE":
            key = request.url.path.split("/")[-1]
            return lambda: httpx.Response(200, json={"id": key, "phone_number": self.numbers.pop(key)})
        if request.method == "POST":
            wanted = [each["phone_number"] for each in json.loads(request.content)["phone_numbers"]]
            return lambda: httpx.Response(
                200, json={"data": {"id": "o", "phone_numbers": [shown(each) for each in self._buy(*wanted)]}}
            )
        at, size = int(request.url.params.get("page[number]", 1)), int(request.url.params.get("page[size]", 20))
        rows = [shown(each) for each in self.numbers][(at - 1) * size :][:size]
        return {"data": rows, "meta": {"total_results": len(self.numbers)}}

    def _thistle(self, request: httpx.Request) -> Any:
        def shown(name: str) -> dict[str, Any]:
            return {"name": name, "number": self.numbers[name], "createTime": datetime.now(UTC).isoformat()}

        assert request.url.params["key"] == "a-secret"
        if request.method == "DELETE":
            return lambda: self.numbers.pop(request.url.path.split("/")[-1]) and httpx.Response(204)
        if request.method == "POST":
            wanted = json.loads(request.content)["number"]
            return lambda: httpx.Response(200, json={**shown(self._buy(wanted)[0]), "state": "RESERVED"})
        at, size = int(request.url.params.get("pageToken", "t0")[1:]), int(request.url.params.get("pageSize", 2))
        more = {"nextPageToken": f"t{at + size}"} if at + size < len(self.numbers) else {}
        rows = [shown(each) for each in self.numbers][at:][:size]
        return {"result": {"numbers": rows}, "totalSize": len(self.numbers), **more}

    def _marlow(self, request: httpx.Request) -> Any:
        said = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        assert (said.pop("api_key"), said.pop("api_secret")) == ("AC1", "a-secret")
        if request.url.path.endswith("/numbers"):
            at, size = int(said.get("index", 1)), int(said.get("size", 10))
            since = datetime.now(UTC).isoformat()
            rows = [{"msisdn": each, "bought": since} for each in self.numbers.values()][(at - 1) * size :][:size]
            return {"count": len(self.numbers), "numbers": rows}

        def done() -> httpx.Response:
            if request.url.path.endswith("/buy"):
                self._buy(said["msisdn"])
            else:
                self.numbers = {key: each for key, each in self.numbers.items() if each != said["msisdn"]}
            return httpx.Response(200, json={"error-code": "200", "error-code-label": "success"})

        return done


class Client:
    """A sync or an async client of a carrier, called alike."""

    def __init__(self, carrier: Carrier, is_async: bool) -> None:
        module = import_module(f"numberline.{carrier.name}")
        self.models = import_module(f"numberline_generated.{carrier.name}.models")
        self._is_async = is_async
        name = f"{'Async' if is_async else ''}{carrier.name.title()}"
        http = (
            httpx.AsyncClient(transport=httpx.MockTransport(carrier.reply))
            if is_async
            else httpx.Client(transport=httpx.MockTransport(carrier))
        )
        self._client = getattr(module, name)(account="AC1", secret="a-secret", http_client=http, retries=0)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **arguments: Any) -> Any:
            found = getattr(self._client, name)(*args, **arguments)
            if not self._is_async:
                return list(found) if hasattr(found, "pages") else found

            async def wait() -> Any:
                return [each async for each in found] if hasattr(found, "pages") else await found

            return asyncio.run(wait())

        return call


NUMBER = "447700900199"
BUY: dict[str, Callable[[Client], Any]] = {
    "quillwave": lambda client: client.buy_number(phone_number=NUMBER, status_callback=["https://a", "https://b"]),
    "juniper": lambda client: client.create_order(
        phone_numbers=[
            client.models.OrderedNumber(
                phone_number=NUMBER, bundle=client.models.Bundle(features=[client.models.Feature.SMS], priority=2)
            )
        ],
        billing=client.models.Billing(limit=Decimal("1.5")),
    ),
    "thistle": lambda client: client.reserve_number(number=NUMBER),
    "marlow": lambda client: client.buy(country="GB", msisdn=NUMBER),
}
RELEASE: dict[str, Callable[[Client], Any]] = {
    "quillwave": lambda client: client.release_number(sid="n1"),
    "juniper": lambda client: client.delete_number(id="n1"),
    "thistle": lambda client: client.release_number(name="n1"),
    "marlow": lambda client: client.cancel(country="GB", msisdn="447700900101"),
}
SENT = {
    "quillwave": "PhoneNumber=447700900199&StatusCallback=https%3A%2F%2Fa&StatusCallback=https%3A%2F%2Fb",
    "juniper": {
        "phone_numbers": [{"phone_number": NUMBER, "bundle": {"features": ["sms"], "priority": 2}}],
        "billing": {"limit": 1.5},
    },
    "thistle": {"number": NUMBER},
    "marlow": "country=GB&msisdn=447700900199&api_key=AC1&api_secret=a-secret",
}
REFUSED: dict[str, Callable[[], httpx.Response]] = {
    "quillwave": lambda: httpx.Response(400, json={"code": 21422, "message": "Taken", "status": 400}),
    "juniper": lambda: httpx.Response(422, json={"errors": [{"code": "10015", "detail": "Bad"}]}),
    "thistle": lambda: httpx.Response(200, json={"name": "n9", "number": NUMBER, "state": "DECLINED"}),
    "marlow": lambda: httpx.Response(200, json={"error-code": "420", "error-code-label": "method failed"}),
}
ERRORS = {
    "quillwave": (errors.NumberUnavailable, "TAKEN"),
    "juniper": (errors.InvalidRequest, "BAD_NUMBER"),
    "thistle": (errors.InsufficientFunds, None),
    "marlow": (errors.NumberUnavailable, "NUMBER_TAKEN"),
}


@pytest.fixture(params=list(BUY))
def carrier(request: pytest.FixtureRequest) -> Carrier:
    return Carrier(request.param)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def client(request: pytest.FixtureRequest, carrier: Carrier) -> Client:
    return Client(carrier, request.param)


def test_a_listing_goes_through_all_pages(carrier: Carrier, client: Client) -> None:
    size = {"quillwave": "page_size", "juniper": "page_size", "thistle": "page_size", "marlow": "size"}[carrier.name]

    assert len(client.list_numbers(**{size: 2})) == 5
    assert len(carrier.sent) == 3


def test_a_purchase_is_sent_as_the_spec_says(carrier: Carrier, client: Client) -> None:
    BUY[carrier.name](client)

    (request,) = carrier.sent
    expected = SENT[carrier.name]
    assert (json.loads(request.content) if isinstance(expected, dict) else request.content.decode()) == expected
    assert NUMBER in carrier.numbers.values()


def test_a_refused_purchase_never_reads_as_done(carrier: Carrier, client: Client) -> None:
    carrier.refuses = REFUSED[carrier.name]
    with pytest.raises(errors.ProviderError) as refused:
        BUY[carrier.name](client)

    assert (type(refused.value), refused.value.name) == ERRORS[carrier.name]


@pytest.mark.parametrize("call", [BUY, RELEASE], ids=["purchase", "release"])
def test_what_is_lost_is_reconciled(carrier: Carrier, client: Client, call: Any) -> None:
    carrier.loses = True
    with pytest.raises(errors.OutcomeUnknown) as unknown:
        call[carrier.name](client)
    carrier.loses = False
    verdict = client.reconcile(unknown.value).verdict

    assert verdict == ("owned" if call is BUY else "not_owned")
    assert carrier.changes == 1


def test_a_secret_shows_in_no_error(carrier: Carrier, client: Client) -> None:
    carrier.refuses = lambda: httpx.Response(500, text="a-secret and a-secret")
    with pytest.raises(errors.NumberlineError) as failed:
        BUY[carrier.name](client)

    assert "a-secret" not in f"{failed.value!r} {vars(failed.value)}"

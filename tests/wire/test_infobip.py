"""Infobip's wire: what each call sends, byte for byte, what is read from the documented answers, what is refused."""

import base64
import json
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

import httpx
import pytest

from numberline import AsyncInfobip, Infobip, __version__
from numberline.errors import InvalidArgument
from numberline.infobip import Capability, Number, NumbersPage, NumberType, ReservationStatus
from tests.support import Wire, envelopes, headers, items, outcome, payload, result
from tests.wire.refusals import arguments_of, check_that_wrong_values_are_refused, refused

Client = Infobip | AsyncInfobip

HEADERS = {"accept": "application/json", "user-agent": f"numberline/{__version__}", "authorization": "App a-key"}

KEY = "6FED0BC540BFADD9B05ED7D89AAC22FA"


class Call(NamedTuple):
    """A call and what it sends."""

    method: str
    arguments: dict[str, Any]
    verb: str
    target: str
    body: bytes = b""


CALLS = [
    Call("list_available_numbers", {}, "GET", "/sms/1/numbers/available"),
    Call(
        "list_available_numbers",
        {"limit": 3, "page": 0, "capabilities": ["SMS", "VOICE"], "country": "RO", "number": "4037170005"},
        "GET",
        "/sms/1/numbers/available?limit=3&page=0&capabilities=SMS,VOICE&country=RO&number=4037170005",
    ),
    Call("list_purchased_numbers", {}, "GET", "/sms/1/numbers"),
    Call(
        "list_purchased_numbers",
        {"limit": 1, "page": 2, "number": "447700900123"},
        "GET",
        "/sms/1/numbers?limit=1&page=2&number=447700900123",
    ),
    Call(
        "purchase_number",
        {"number_key": "58B3840032C7774BAC840EEEA2C23A44"},
        "POST",
        "/sms/1/numbers",
        b'{"numberKey":"58B3840032C7774BAC840EEEA2C23A44"}',
    ),
    Call("get_purchased_number", {"number_key": KEY}, "GET", f"/sms/1/numbers/{KEY}"),
    Call("cancel_number", {"number_key": KEY}, "DELETE", f"/sms/1/numbers/{KEY}"),
]

ARGUMENTS = {
    "list_available_numbers": {
        "limit": "integer",
        "page": "integer",
        "capabilities": "choices",
        "country": "text",
        "number": "text",
    },
    "list_purchased_numbers": {"limit": "integer", "page": "integer", "number": "text"},
    "purchase_number": {"number_key": "text"},
    "get_purchased_number": {"number_key": "path segment"},
    "cancel_number": {"number_key": "path segment"},
}
"""Every argument of the document, by its kind."""


def answer(method: str) -> httpx.Response:
    if method == "cancel_number":
        return httpx.Response(204)
    words = method.split("_")
    operation_id = words[0] + "".join(word.title() for word in words[1:])
    known = payload("infobip", operation_id, "documented")
    return httpx.Response(200, json=known)


@pytest.mark.parametrize("call", CALLS, ids=[f"{at}-{call.method}" for at, call in enumerate(CALLS)])
def test_a_call_sends_this_and_nothing_else(call: Call, infobip: Client, wire: Wire) -> None:
    wire.replies(answer(call.method))
    outcome(getattr(infobip, call.method)(**call.arguments))

    request = wire.only
    assert request.method == call.verb
    assert (request.url.scheme, request.url.netloc) == ("https", b"api.infobip.com")
    assert request.url.raw_path == call.target.encode()
    assert request.content == call.body
    assert headers(request) == (HEADERS | {"content-type": "application/json"} if call.body else HEADERS)
    assert request.headers.get("content-length") == (str(len(call.body)) if call.body else None)


def test_the_tables_here_name_every_method_and_every_argument(infobip: Client) -> None:
    methods = {name for name in dir(type(infobip)) if name.endswith(("_number", "_numbers"))}
    assert set(ARGUMENTS) == methods
    assert len(methods) == 5
    for method, arguments in ARGUMENTS.items():
        assert arguments_of(infobip, method) - {"offer"} == set(arguments)
        assert {name for call in CALLS if call.method == method for name in call.arguments} == set(arguments)


# How it signs in, and where it goes


@pytest.mark.parametrize(
    ("credentials", "authorization"),
    [
        ({"api_key": "a-key"}, "App a-key"),
        ({"token": "a-token"}, "IBSSO a-token"),
        ({"bearer": "a-bearer"}, "Bearer a-bearer"),
        ({"username": "ann", "password": "a:b"}, "Basic " + base64.b64encode(b"ann:a:b").decode()),
        ({"username": "ann", "password": "süß"}, "Basic " + base64.b64encode("ann:süß".encode()).decode()),
    ],
)
@pytest.mark.parametrize("kind", [Infobip, AsyncInfobip])
def test_each_way_to_sign_in_has_its_own_header(
    credentials: dict[str, Any], authorization: str, kind: type[Client], wire: Wire
) -> None:
    wire.replies(answer("get_purchased_number"))
    client: Client = wire.connect(kind, **credentials)
    result(client.get_purchased_number(number_key=KEY))

    assert wire.only.headers["authorization"] == authorization
    assert set(headers(wire.only)) == {"accept", "user-agent", "authorization"}


@pytest.mark.parametrize("call", CALLS, ids=[f"{at}-{call.method}" for at, call in enumerate(CALLS)])
def test_the_newer_path_differs_in_its_first_part_only(call: Call, wire: Wire) -> None:
    wire.replies(answer(call.method))
    client = wire.connect(Infobip, api_key="a-key", product="numbers")
    outcome(getattr(client, call.method)(**call.arguments))

    assert wire.only.url.raw_path == call.target.replace("/sms/1/", "/numbers/1/", 1).encode()


def test_the_documented_path_can_be_asked_for_by_name(wire: Wire) -> None:
    wire.replies(answer("get_purchased_number"))
    wire.connect(Infobip, api_key="a-key", product="sms").get_purchased_number(number_key=KEY)

    assert wire.only.url.path == f"/sms/1/numbers/{KEY}"


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://abc123.api.infobip.com", "https://abc123.api.infobip.com/sms/1/numbers"),
        ("https://abc123.api.infobip.com/", "https://abc123.api.infobip.com/sms/1/numbers"),
        ("http://localhost:8600/infobip", "http://localhost:8600/infobip/sms/1/numbers"),
        ("http://localhost:8600/infobip/", "http://localhost:8600/infobip/sms/1/numbers"),
        ("http://[::1]:8600", "http://[::1]:8600/sms/1/numbers"),
    ],
)
def test_a_base_url_may_have_a_port_and_a_prefix(base_url: str, url: str, wire: Wire) -> None:
    wire.replies(answer("list_purchased_numbers"))
    list(wire.connect(Infobip, api_key="a-key", base_url=base_url).list_purchased_numbers())

    assert str(wire.only.url) == url


# What is read


def test_numbers_on_offer_are_read(infobip: Client, wire: Wire) -> None:
    wire.replies(known := payload("infobip", "listAvailableNumbers", "documented"))
    (page,) = envelopes(infobip.list_available_numbers())

    assert isinstance(page, NumbersPage)
    assert page.number_count == page.total == 2
    first, second = page.items
    assert type(first) is Number
    assert first.number_key == "78D8394AC3EG0460B4CF0E723FC31B49"
    assert second.number_key == "3B9D1EACAB7FBDRN%EE03592BFCD6BE"
    assert first.number == known["numbers"][0]["number"]
    assert first.country == "RU"
    assert first.type is NumberType.VIRTUAL_LONG_NUMBER
    assert first.capabilities == [Capability.SMS]
    assert [type(capability) for capability in first.capabilities or []] == [Capability]
    assert first.shared is False
    assert first.price is not None
    assert isinstance(first.price.price_per_month, Decimal)
    assert first.price.price_per_month == 15
    assert first.price.setup_price == 0
    assert str(first.price.initial_month_price) == "9.193549"
    assert first.price.currency == "EUR"
    assert first.edit_permissions is None
    assert page.to_dict() == known
    assert page.raw == known
    assert second.raw == known["numbers"][1]
    assert second.price is not None
    assert second.price.raw == known["numbers"][1]["price"]


def test_the_accounts_numbers_are_read(infobip: Client, wire: Wire) -> None:
    wire.replies(known := payload("infobip", "listPurchasedNumbers", "documented"))
    (page,) = envelopes(infobip.list_purchased_numbers())

    (number,) = page.items
    assert number.number_key == KEY
    assert number.price is not None
    assert number.price.initial_month_price == Decimal("2.903226")
    assert page.total == 1
    assert page.to_dict() == known


@pytest.mark.parametrize("method", ["purchase_number", "get_purchased_number"])
def test_one_number_is_read(method: str, infobip: Client, wire: Wire) -> None:
    operation_id = "purchaseNumber" if method == "purchase_number" else "getPurchasedNumber"
    wire.replies(known := payload("infobip", operation_id, "documented"))
    number = outcome(getattr(infobip, method)(number_key=KEY))

    assert type(number) is Number
    assert number.number_key == KEY
    assert number.country == "GB"
    assert number.price is not None
    assert number.price.price_per_month == Decimal(5)
    assert number.price.initial_month_price is None
    assert number.to_dict() == known
    assert number.raw == known


def test_fields_of_the_newer_path_are_read(infobip: Client, wire: Wire) -> None:
    known = payload("infobip", "getPurchasedNumber", "documented") | {
        "countryName": "United Kingdom",
        "network": "A network",
        "keywords": ["STOP", "HELP"],
        "note": "",
        "reservationStatus": "PENDING",
        "additionalSetupRequired": True,
        "editPermissions": {"canEditNumber": False, "canEditConfiguration": True},
        "applicationId": "app",
        "entityId": "entity",
        "capabilities": ["SMS", "MMS", "WHATSAPP_VOICE"],
    }
    wire.replies(known)
    number = result(infobip.get_purchased_number(number_key=KEY))

    assert number.country_name == "United Kingdom"
    assert number.keywords == ["STOP", "HELP"]
    assert number.note == ""
    assert number.reservation_status is ReservationStatus.PENDING
    assert number.additional_setup_required is True
    assert number.edit_permissions is not None
    assert number.edit_permissions.can_edit_number is False
    assert number.edit_permissions.can_edit_configuration is True
    assert number.edit_permissions.raw == known["editPermissions"]
    assert (number.application_id, number.entity_id) == ("app", "entity")
    assert number.capabilities == ["SMS", "MMS", "WHATSAPP_VOICE"]
    assert {type(capability) for capability in number.capabilities or []} == {Capability}
    assert number.to_dict() == known


def test_cancelling_a_number_returns_none(infobip: Client, wire: Wire) -> None:
    wire.replies(httpx.Response(204))
    answered: list[Any] = [outcome(infobip.cancel_number(number_key=KEY))]

    assert answered == [None]
    assert wire.only.method == "DELETE"


# What is sent


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("3B9D1EACAB7FBDRN%EE03592BFCD6BE", "3B9D1EACAB7FBDRN%25EE03592BFCD6BE"),
        ("a/b", "a%2Fb"),
        ("../numbers", "..%2Fnumbers"),
        ("%2F", "%252F"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b+c;d,e", "a%20b%2Bc%3Bd%2Ce"),
        ("ключ", "%D0%BA%D0%BB%D1%8E%D1%87"),
        ("{numberKey}", "%7BnumberKey%7D"),
        ("...", "..."),
        ("~-_.", "~-_."),
    ],
)
def test_key_is_one_path_segment(key: str, sent: str, infobip: Client, wire: Wire) -> None:
    number = {**payload("infobip", "getPurchasedNumber", "documented"), "numberKey": key}
    wire.replies(number, answer("cancel_number"))
    result(infobip.get_purchased_number(number_key=key))
    outcome(infobip.cancel_number(number_key=key))

    assert [request.url.raw_path for request in wire.sent] == [f"/sms/1/numbers/{sent}".encode()] * 2
    assert unquote(wire.sent[0].url.raw_path.decode().removeprefix("/sms/1/numbers/")) == key


@pytest.mark.parametrize("key", ["3B9D1EACAB7FBDRN%EE03592BFCD6BE", 'a"b\\c', "ключ", "☎️"])
def test_a_key_to_buy_by_arrives_as_it_was(key: str, infobip: Client, wire: Wire) -> None:
    wire.replies(answer("purchase_number"))
    result(infobip.purchase_number(number_key=key))

    assert json.loads(wire.only.content) == {"numberKey": key}
    assert wire.only.headers["content-type"] == "application/json"


@pytest.mark.parametrize("text", ["a,b", "100%", "a+b", "a b", "a&b=c", "a/b?c#d", "a;b", "Çelik", "支持", ""])
def test_a_filter_arrives_as_it_was(text: str, infobip: Client, wire: Wire) -> None:
    wire.replies(answer("list_available_numbers"))
    items(infobip.list_available_numbers(country=text, number="44 78"))

    query = parse_qs(wire.only.url.query.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert query == {"country": [text], "number": ["4478"]}


def test_a_list_has_commas_between_its_items_as_they_are(infobip: Client, wire: Wire) -> None:
    wire.replies(answer("list_available_numbers"), answer("list_available_numbers"))
    items(infobip.list_available_numbers(capabilities=[Capability.SMS, "VOICE", Capability("MMS")]))
    items(infobip.list_available_numbers(capabilities=("VOICE",)))

    assert wire.sent[0].url.raw_path == b"/sms/1/numbers/available?capabilities=SMS,VOICE,MMS"
    assert wire.sent[1].url.raw_path == b"/sms/1/numbers/available?capabilities=VOICE"


def test_later_pages_keep_the_filters_and_count_up(infobip: Client, wire: Wire) -> None:
    def page(*keys: str) -> dict[str, Any]:
        return {"numbers": [{"numberKey": key, "number": "447700900123"} for key in keys], "numberCount": 3}

    wire.replies(page("a", "b"), page("c"))
    found = items(infobip.list_available_numbers(country="GB", capabilities=["SMS", "VOICE"], limit=2))

    assert [number.number_key for number in found] == ["a", "b", "c"]
    assert [request.url.query for request in wire.sent] == [
        b"limit=2&capabilities=SMS,VOICE&country=GB",
        b"limit=2&capabilities=SMS,VOICE&country=GB&page=1",
    ]


# What is refused


@pytest.mark.parametrize(
    ("method", "name", "kind"),
    [(method, name, kind) for method, arguments in ARGUMENTS.items() for name, kind in arguments.items()],
)
def test_wrong_argument_types_send_nothing(method: str, name: str, kind: str, infobip: Client, wire: Wire) -> None:
    check_that_wrong_values_are_refused(wire, infobip, method, {}, name, kind)


@pytest.mark.parametrize(
    ("method", "arguments", "naming"),
    [
        ("list_available_numbers", {"limit": 0}, "limit"),
        ("list_available_numbers", {"limit": -1}, "limit"),
        ("list_available_numbers", {"page": -1}, "page"),
        ("list_purchased_numbers", {"limit": 0}, "limit"),
        ("list_purchased_numbers", {"page": -1}, "page"),
        ("list_available_numbers", {"capabilities": [Capability("SMS,VOICE")]}, "capabilities"),
        ("list_available_numbers", {"capabilities": ["MMS"]}, "capabilities"),
    ],
)
def test_arguments_out_of_range_are_refused(
    method: str, arguments: dict[str, Any], naming: str, infobip: Client, wire: Wire
) -> None:
    refused(wire, infobip, method, arguments, naming=naming)


@pytest.mark.parametrize("method", ["purchase_number", "get_purchased_number", "cancel_number"])
def test_a_key_is_needed_and_taken_by_its_name_only(method: str, infobip: Client, wire: Wire) -> None:
    with pytest.raises((TypeError, InvalidArgument)):
        outcome(getattr(infobip, method)())
    with pytest.raises((TypeError, InvalidArgument)):
        outcome(getattr(infobip, method)(KEY))
    assert wire.sent == []

"""Apifonica's wire: what its call sends, byte for byte, what is read from the documented answer, what is refused."""

import base64
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from numberline import Apifonica, AsyncApifonica, __version__
from numberline.apifonica import NumberMode, NumberType, RentedNumber, RentedNumbersPage
from tests.support import Wire, envelopes, headers, items, outcome, payload
from tests.wire.refusals import arguments_of, check_that_wrong_values_are_refused, refused

Client = Apifonica | AsyncApifonica

HEADERS = {
    "accept": "application/json",
    "user-agent": f"numberline/{__version__}",
    "authorization": "Basic " + base64.b64encode(b"AC1:a-token").decode(),
}

ARGUMENTS = {
    "account_sid": "path segment",
    "limit": "integer",
    "next": "text",
    "number": "text",
    "country_code": "text",
    "country_name": "text",
    "type": "choice",
    "voice": "boolean",
    "messaging": "boolean",
}
"""Every argument of the document, by its kind."""

EMPTY: dict[str, Any] = {"limit": 20, "prev": None, "next": None, "numbers": []}


def page(*sids: str, link: str | None = None) -> dict[str, Any]:
    return EMPTY | {"next": link, "numbers": [{"number_sid": sid, "number": "447700900123"} for sid in sids]}


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ({}, "/v2/accounts/AC1/numbers"),
        ({"account_sid": "AC2"}, "/v2/accounts/AC2/numbers"),
        ({"limit": 1}, "/v2/accounts/AC1/numbers?limit=1"),
        ({"limit": 20}, "/v2/accounts/AC1/numbers?limit=20"),
        ({"voice": False, "messaging": True}, "/v2/accounts/AC1/numbers?voice=false&messaging=true"),
        ({"number": "+44 7700 900123"}, "/v2/accounts/AC1/numbers?number=447700900123"),
        (
            {
                "account_sid": "AC2",
                "limit": 5,
                "next": "57e4f04a0c9b2dfe504f27e2",
                "number": "447700900123",
                "country_code": "GB",
                "country_name": "United Kingdom",
                "type": "mobile",
                "voice": True,
                "messaging": False,
            },
            "/v2/accounts/AC2/numbers?limit=5&next=57e4f04a0c9b2dfe504f27e2&number=447700900123&country_code=GB"
            "&country_name=United%20Kingdom&type=mobile&voice=true&messaging=false",
        ),
    ],
)
def test_the_call_sends_this_and_nothing_else(
    arguments: dict[str, Any], target: str, apifonica: Client, wire: Wire
) -> None:
    wire.replies(EMPTY)
    assert items(apifonica.list_rented_numbers(**arguments)) == []

    request = wire.only
    assert request.method == "GET"
    assert (request.url.scheme, request.url.netloc) == ("https", b"api.apifonica.com")
    assert request.url.raw_path == target.encode()
    assert request.content == b""
    assert "content-length" not in request.headers
    assert headers(request) == HEADERS


def test_the_table_here_names_every_argument(apifonica: Client) -> None:
    assert [name for name in dir(type(apifonica)) if name.endswith("_numbers")] == ["list_rented_numbers"]
    assert arguments_of(apifonica, "list_rented_numbers") == set(ARGUMENTS)


def test_costs_are_asked_for_page_by_page_and_read(apifonica: Client, wire: Wire) -> None:
    known = payload("apifonica", "listNumberCosts", "vendor-docs")
    link = "https://api.apifonica.com/v2/accounts/AC1/balance/numbers?next=b"
    wire.replies(known | {"next": link}, EMPTY)
    (cost,) = items(apifonica.list_number_costs())

    assert (cost.number_sid, cost.monthly_price, cost.setup_price) == ("{numberSID}", Decimal("1.86"), Decimal("1.86"))
    assert (cost.currency, cost.billing_day, cost.type) == ("eur", 31, NumberType.LOCAL)
    assert [request.url.raw_path for request in wire.sent] == [
        b"/v2/accounts/AC1/balance/numbers",
        b"/v2/accounts/AC1/balance/numbers?next=b",
    ]


def test_client_signs_in_as_itself_for_any_listed_account(apifonica: Client, wire: Wire) -> None:
    wire.replies(EMPTY)
    items(apifonica.list_rented_numbers(account_sid="AC2"))

    assert base64.b64decode(wire.only.headers["authorization"].removeprefix("Basic ")) == b"AC1:a-token"


@pytest.mark.parametrize(
    ("account_sid", "segment"), [("AC/1", "AC%2F1"), ("AC%1", "AC%251"), ("{accountSID}", "%7BaccountSID%7D")]
)
def test_account_is_one_path_segment(account_sid: str, segment: str, wire: Wire) -> None:
    wire.replies(EMPTY, EMPTY)
    client = wire.connect(Apifonica, account_sid=account_sid, auth_token="a-token")
    list(client.list_rented_numbers())
    list(wire.connect(Apifonica, account_sid="AC1", auth_token="t").list_rented_numbers(account_sid=account_sid))

    assert [request.url.raw_path for request in wire.sent] == [f"/v2/accounts/{segment}/numbers".encode()] * 2


def test_a_base_url_with_a_prefix_goes_before_the_path(wire: Wire) -> None:
    wire.replies(page("a", link="http://localhost:8600/apifonica/v2/accounts/AC1/numbers?next=b"), EMPTY)
    client = wire.connect(
        Apifonica, account_sid="AC1", auth_token="a-token", base_url="http://localhost:8600/apifonica/"
    )
    list(client.list_rented_numbers())

    assert [str(request.url) for request in wire.sent] == [
        "http://localhost:8600/apifonica/v2/accounts/AC1/numbers",
        "http://localhost:8600/apifonica/v2/accounts/AC1/numbers?next=b",
    ]


# What is read


def test_documented_response_is_decoded(apifonica: Client, wire: Wire) -> None:
    known = payload("apifonica", "listRentedNumbers", "documented")
    wire.replies(known, EMPTY)
    first, last = envelopes(apifonica.list_rented_numbers())

    assert isinstance(first, RentedNumbersPage)
    assert first.limit == 20
    assert first.prev is None
    assert first.next == known["next"]
    assert first.total is None
    (number,) = first.items
    assert type(number) is RentedNumber
    assert number.number_sid == "{numberSID}"
    assert number.account_sid == "{accountSID}"
    assert number.number == known["numbers"][0]["number"]
    assert number.token is None
    assert number.country_code == "GB"
    assert number.country_name == "United Kingdom"
    assert number.type is NumberType.LOCAL
    assert number.call_controller == ""
    assert number.call_method == "GET"
    assert number.msg_controller == "http://172.16.102.175:8082/messages/events"
    assert number.msg_app_sid == "app61de164b-8e62-35d9-92d0-c6df5f0956ec"
    assert number.call_app_sid == "default_call_app_sid"
    assert number.endpoint_sid is None
    three_hours = timezone(timedelta(hours=3))
    assert number.created is not None
    assert number.created == datetime(2016, 3, 31, 11, 16, 59, tzinfo=three_hours)
    assert number.created.utcoffset() == timedelta(hours=3)
    assert number.updated == datetime(2016, 3, 31, 11, 17, 21, tzinfo=three_hours)
    assert number.voice is False
    assert number.messaging is True
    assert number.mode is NumberMode.XML
    assert number.name is None
    assert first.to_dict() == known
    assert first.raw == known
    assert number.raw == known["numbers"][0]
    assert last.items == []
    assert last.to_dict() == EMPTY


def test_unknown_token_and_values_are_decoded(apifonica: Client, wire: Wire) -> None:
    known = payload("apifonica", "listRentedNumbers", "documented")["numbers"][0] | {
        "token": "a-secret",
        "endpoint_sid": "endpoint",
        "type": "satellite",
        "mode": "sip_phone",
        "name": "Front desk",
    }
    wire.replies(EMPTY | {"numbers": [known]})
    (number,) = items(apifonica.list_rented_numbers())

    assert (number.token, number.endpoint_sid, number.name) == ("a-secret", "endpoint", "Front desk")
    assert number.type == "satellite"
    assert number.mode is NumberMode.SIP_PHONE
    assert number.to_dict() == known


# How it goes on


def test_the_link_is_followed_with_the_filters_kept(apifonica: Client, wire: Wire) -> None:
    link = "https://api.apifonica.com/v2/accounts/{accountSID}/numbers?next=57e4f04a0c9b2dfe504f27e2"
    wire.replies(page("a", "b", link=link), page("c"))
    found = items(apifonica.list_rented_numbers(type="mobile", country_name="United Kingdom", limit=2))

    assert [number.number_sid for number in found] == ["a", "b", "c"]
    assert [request.url.raw_path for request in wire.sent] == [
        b"/v2/accounts/AC1/numbers?limit=2&country_name=United%20Kingdom&type=mobile",
        b"/v2/accounts/AC1/numbers?limit=2&country_name=United%20Kingdom&type=mobile&next=57e4f04a0c9b2dfe504f27e2",
    ]
    assert headers(wire.sent[1]) == HEADERS


def test_filters_in_a_link_override_ours(apifonica: Client, wire: Wire) -> None:
    link = "https://api.apifonica.com/v2/accounts/AC1/numbers?type=mobile&limit=10&next=b"
    wire.replies(page("a", link=link), page("b"))
    items(apifonica.list_rented_numbers(type="mobile", limit=20))

    query = wire.sent[1].url.query.decode()
    assert parse_qs(query, strict_parsing=True) == {"type": ["mobile"], "limit": ["10"], "next": ["b"]}
    assert query.count("type=") == 1


def test_another_accounts_listing_goes_on_in_that_account(apifonica: Client, wire: Wire) -> None:
    wire.replies(page("a", link="https://api.apifonica.com/v2/accounts/AC2/numbers?next=b"), page("b"))
    items(apifonica.list_rented_numbers(account_sid="AC2"))

    assert wire.sent[1].url.raw_path == b"/v2/accounts/AC2/numbers?next=b"


@pytest.mark.parametrize("cursor", ["a%2Bb%3D", "a%26b", "100%25", "%D1%91"])
def test_the_text_of_a_link_arrives_as_it_was(cursor: str, apifonica: Client, wire: Wire) -> None:
    wire.replies(page("a", link=f"https://api.apifonica.com/v2/accounts/AC1/numbers?next={cursor}"), page("b"))
    items(apifonica.list_rented_numbers())

    assert wire.sent[1].url.query == f"next={cursor}".encode()


@pytest.mark.parametrize("text", ["a,b", "100%", "+44", "a b", "a&b=c", "a/b?c#d", "a;b", "Côte d'Ivoire", "支持", ""])
def test_a_filter_arrives_as_it_was(text: str, apifonica: Client, wire: Wire) -> None:
    wire.replies(EMPTY)
    items(apifonica.list_rented_numbers(country_name=text))

    query = parse_qs(wire.only.url.query.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert query == {"country_name": [text]}


def test_members_of_enums_are_sent_as_their_text(apifonica: Client, wire: Wire) -> None:
    wire.replies(EMPTY, EMPTY)
    items(apifonica.list_rented_numbers(type=NumberType.TOLL_FREE))
    items(apifonica.list_rented_numbers(type=NumberType("satellite")))

    assert [request.url.query for request in wire.sent] == [b"type=toll_free", b"type=satellite"]


# What is refused


@pytest.mark.parametrize(("name", "kind"), ARGUMENTS.items())
def test_wrong_argument_types_send_nothing(name: str, kind: str, apifonica: Client, wire: Wire) -> None:
    check_that_wrong_values_are_refused(wire, apifonica, "list_rented_numbers", {}, name, kind)


@pytest.mark.parametrize("limit", [0, 21, -1, 10**30])
def test_a_page_size_that_is_not_documented_is_refused(limit: int, apifonica: Client, wire: Wire) -> None:
    error = refused(wire, apifonica, "list_rented_numbers", {"limit": limit}, naming="limit")

    assert "between 1 and 20" in str(error)


@pytest.mark.parametrize("account_sid", [".", ".."])
def test_a_clients_own_account_is_checked_when_it_is_used(account_sid: str, wire: Wire) -> None:
    client = wire.connect(Apifonica, account_sid=account_sid, auth_token="a-token")

    refused(wire, client, "list_rented_numbers", {}, naming="account_sid")


def test_arguments_are_taken_by_their_names_only(apifonica: Client, wire: Wire) -> None:
    call: Any = apifonica.list_rented_numbers
    with pytest.raises(TypeError):
        outcome(call("AC1"))
    assert wire.sent == []


def test_response_content_type_is_ignored(apifonica: Client, wire: Wire) -> None:
    wire.replies(httpx.Response(200, content=b'{"numbers": []}', headers={"content-type": "text/plain"}))

    assert items(apifonica.list_rented_numbers()) == []

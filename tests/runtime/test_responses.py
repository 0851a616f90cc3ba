"""What an answer means: a result, or which error."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import BaseClient
from numberline._runtime.failures import BY_KIND
from numberline._runtime.plain import as_json
from numberline._runtime.responses import read
from numberline._runtime.transport import RawResponse
from numberline.errors import (
    AuthenticationError,
    InsufficientFunds,
    InvalidRequest,
    NotFound,
    NumberlineError,
    NumberUnavailable,
    OutcomeUnknown,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
    UnreadableResponse,
)
from numberline_generated.infobip.operations import CANCEL_NUMBER, GET_PURCHASED_NUMBER
from numberline_generated.voximplant.operations import GET_PHONE_NUMBERS
from tests.support import Wire, items, outcome, result, spec

Call = Callable[[Any], object]

LISTINGS: dict[str, Call] = {
    "Voximplant": lambda client: client.get_phone_numbers(),
    "Infobip": lambda client: client.list_purchased_numbers(),
    "Apifonica": lambda client: client.list_rented_numbers(),
}

HTML = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


def failure(client: BaseClient, wire: Wire, reply: httpx.Response, call: Call | None = None) -> NumberlineError:
    """The error that a call, a listing unless given, makes of a reply."""
    wire.replies(reply)
    with pytest.raises(NumberlineError) as failed:
        outcome((call or LISTINGS[client.provider.name])(client))
    assert failed.value.provider == client.provider.name
    assert failed.value.operation is not None
    assert failed.value.attempts == len(wire.sent) == 1
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
    return failed.value


# Voximplant's errors come with HTTP status 200


def test_known_error_code_decides_the_meaning_of_http_200(voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    said = {"error": {"code": 127, "msg": "Insufficient funds."}}
    error = failure(
        voximplant,
        wire,
        httpx.Response(200, json=said, headers={"x-request-id": "a-request"}),
        lambda client: client.attach_phone_number(
            country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=1, phone_count=1
        ),
    )

    assert type(error) is InsufficientFunds
    assert vars(error) == {
        "message": "code 127: Insufficient funds. (HTTP 200).",
        "provider": "Voximplant",
        "operation": "attach_phone_number",
        "status": 200,
        "code": 127,
        "name": "INSUFFICIENT_MONEY",
        "text": "Insufficient funds.",
        "parameter": None,
        "request_id": "a-request",
        "attempts": 1,
        "elapsed": error.elapsed,
        "kind": "funds",
        "retry_after": None,
        "never_sent": False,
        "effect": "none",
        "from_provider": True,
    }
    assert str(error) == (
        "Voximplant attach_phone_number: code 127: Insufficient funds. (HTTP 200). Top up the account."
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (100, AuthenticationError),
        (456, AuthenticationError),
        (281, PermissionDenied),
        (181, NotFound),
        (243, InvalidRequest),
        (340, RateLimited),
        (416, RateLimited),
        (331, NumberUnavailable),
        (368, ServerError),
        (484, InvalidRequest),
    ],
)
def test_codes_are_of_these_kinds(
    code: int, kind: type[ProviderError], voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    error = failure(voximplant, wire, httpx.Response(200, json={"error": {"code": code, "msg": "words"}}))

    assert type(error) is kind
    assert error.code == code


def test_every_code_of_the_spec_is_known() -> None:
    for entry in spec("voximplant")["x-errors"]["codes"]:
        answer = RawResponse(200, {}, as_json({"error": {"code": entry["code"], "msg": entry["name"]}}))
        assert type(read(GET_PHONE_NUMBERS, answer)[1]) is BY_KIND[entry["kind"]]
    for entry in spec("infobip")["x-errors"]["codes"]:
        _, error = read(GET_PURCHASED_NUMBER, RawResponse(400, {}, as_json({"errorCode": entry["code"]})))
        assert type(error) is BY_KIND[entry["kind"]]


def test_unknown_error_code_is_a_plain_provider_error(voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    error = failure(voximplant, wire, httpx.Response(200, json={"error": {"code": 99999, "msg": "Something new"}}))

    assert type(error) is ProviderError
    assert (error.code, error.text, error.status) == (99999, "Something new", 200)


def test_the_field_at_fault_is_named(voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    said = {"error": {"code": 111, "msg": "Bad date", "field_name": "from_phone_next_renewal"}}
    error = failure(voximplant, wire, httpx.Response(200, json=said))

    assert type(error) is InvalidRequest
    assert error.parameter == "from_phone_next_renewal"


@pytest.mark.parametrize(
    "body",
    [
        {"result": [], "error": {"code": 181, "msg": "No such number"}},
        {"result": [{"phone_id": 1, "phone_number": "15550100"}], "error": {"code": 181, "msg": "No such number"}},
        {"result": [], "count": "seven", "error": {"code": 181, "msg": "No such number"}},
    ],
)
def test_an_error_beside_a_result_is_an_error(
    body: dict[str, Any], voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    error = failure(voximplant, wire, httpx.Response(200, json=body))

    assert type(error) is NotFound


@pytest.mark.parametrize(
    "body", [{"error": {"code": 181}}, {"error": "Forbidden"}, {"errors": ["x"]}, {"success": False}]
)
def test_release_met_by_a_foreign_error_is_unknown(body: Any, infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    wire.replies(httpx.Response(200, json=body))

    with pytest.raises(OutcomeUnknown):
        result(infobip.cancel_number(number_key="key"))


@pytest.mark.parametrize("error", [None, [], "none"])
def test_empty_error_field_is_no_error(error: Any, voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies({"result": ["XX"], "error": error})

    assert result(voximplant.get_account_phone_number_countries()) == ["XX"]


@pytest.mark.parametrize(
    "body",
    [
        {"result": [], "error": {}},
        {"result": [], "error": {"details": {}}},
    ],
)
def test_an_error_that_says_nothing_is_not_taken_for_success(
    body: dict[str, Any], voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    error = failure(voximplant, wire, httpx.Response(200, json=body))

    assert type(error) is UnreadableResponse
    assert "$.error is not empty" in str(error)


@pytest.mark.parametrize("error", [{"error": "backend down"}, {"error": [{"code": 181}]}, {"errors": ["backend down"]}])
def test_error_of_unknown_form_is_not_an_empty_listing(
    error: dict[str, Any], voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    wire.replies({"result": [], "count": 0, "total_count": 0, **error})

    with pytest.raises(UnreadableResponse, match="the code or status of a failure"):
        items(voximplant.get_phone_numbers())


@pytest.mark.parametrize("body", [{"result": 0}, {"result": False}, {"result": None}, {}, {"result": "done"}])
def test_only_a_one_means_that_it_was_done(
    body: dict[str, Any], voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    error = failure(
        voximplant, wire, httpx.Response(200, json=body), lambda client: client.deactivate_phone_number(phone_id=[1])
    )

    assert type(error) is OutcomeUnknown
    assert "$.result" in str(error)


# Infobip's two forms


@pytest.mark.parametrize("is_newer", [False, True])
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "BAD_REQUEST", InvalidRequest),
        (401, "UNAUTHORIZED", AuthenticationError),
        (403, "FORBIDDEN", PermissionDenied),
        (404, "NOT_FOUND", NotFound),
        (429, "TOO_MANY_REQUESTS", RateLimited),
        (500, "GENERAL_ERROR", ServerError),
    ],
)
def test_both_forms_of_infobips_errors_are_read(
    status: int, code: str, kind: type[ProviderError], is_newer: bool, infobip: Infobip | AsyncInfobip, wire: Wire
) -> None:
    older = {"requestError": {"serviceException": {"messageId": code, "text": "What went wrong"}}}
    newer = {"errorCode": f"E{status}", "description": "What went wrong", "action": "", "violations": []}
    found = failure(infobip, wire, httpx.Response(status, json=newer if is_newer else older))

    assert type(found) is kind
    assert (found.code, found.text, found.status) == (f"E{status}" if is_newer else code, "What went wrong", status)


def test_a_code_says_more_than_the_status(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    body = {"requestError": {"serviceException": {"messageId": "NOT_FOUND", "text": "No such number"}}}

    assert type(failure(infobip, wire, httpx.Response(400, json=body))) is NotFound


@pytest.mark.parametrize(
    ("status", "kind"), [(400, InvalidRequest), (402, InsufficientFunds), (404, NotFound), (500, ServerError)]
)
def test_the_status_decides_where_the_code_is_not_known(
    status: int, kind: type[ProviderError], infobip: Infobip | AsyncInfobip, wire: Wire
) -> None:
    body = {"requestError": {"serviceException": {"messageId": "SOMETHING_NEW", "text": "No money"}}}
    error = failure(infobip, wire, httpx.Response(status, json=body))

    assert type(error) is kind
    assert error.code == "SOMETHING_NEW"


def test_an_error_in_an_http_200_is_an_error(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    body = {"requestError": {"serviceException": {"messageId": "UNAUTHORIZED", "text": "Invalid login"}}}
    error = failure(infobip, wire, httpx.Response(200, json=body))

    assert type(error) is AuthenticationError
    assert error.status == 200


def test_error_to_a_cancellation_raises_with_every_status(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    body = {"requestError": {"serviceException": {"messageId": "NOT_FOUND", "text": "No such number"}}}
    for status in (200, 404):
        wire.sent.clear()
        reply = httpx.Response(status, json=body)
        assert type(failure(infobip, wire, reply, lambda client: client.cancel_number(number_key="key"))) is NotFound


def test_empty_body_of_any_good_status_confirms_a_cancellation(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    wire.replies(httpx.Response(204), httpx.Response(200), httpx.Response(202))
    answered = [outcome(infobip.cancel_number(number_key="key")) for _ in range(3)]

    assert answered == [None, None, None]


def test_a_page_of_something_else_is_no_cancellation(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    reply = httpx.Response(200, content=HTML, headers={"content-type": "text/html; charset=utf-8"})
    error = failure(infobip, wire, reply, lambda client: client.cancel_number(number_key="key"))

    assert type(error) is OutcomeUnknown
    assert error.status == 200
    assert "text/html" in str(error)


# Apifonica's errors may be anywhere


def test_the_error_in_a_refusal_is_read(apifonica: Apifonica | AsyncApifonica, wire: Wire) -> None:
    body = {"status_code": 404, "error_code": "40401", "error_text": "Account not found"}
    error = failure(apifonica, wire, httpx.Response(404, json=body))

    assert type(error) is NotFound
    assert (error.code, error.text, error.status) == ("40401", "Account not found", 404)


@pytest.mark.parametrize("code", [401, "401", None])
def test_the_type_of_a_code_is_kept(code: int | str | None, apifonica: Apifonica | AsyncApifonica, wire: Wire) -> None:
    body = {"status_code": 401, "error_code": code, "error_text": "Unauthorized"}
    error = failure(apifonica, wire, httpx.Response(401, json=body))

    assert type(error) is AuthenticationError
    assert error.code == code
    assert type(error.code) is type(code)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"status_code": 401, "error_text": "Unauthorized"}, AuthenticationError),
        ({"status_code": 404}, NotFound),
        ({"status_code": 503, "error_code": 7, "error_text": "Later"}, ServerError),
        ({"status_code": 302}, ProviderError),
        ({"error_text": "Something is wrong"}, ProviderError),
        ({"status_code": 200, "error_text": "Something is wrong"}, ProviderError),
        ({"error_code": 7}, ProviderError),
    ],
)
def test_status_in_the_body_decides_on_http_200(
    body: dict[str, Any], kind: type[ProviderError], apifonica: Apifonica | AsyncApifonica, wire: Wire
) -> None:
    error = failure(apifonica, wire, httpx.Response(200, json=body))

    assert type(error) is kind
    assert error.status == 200
    assert error.text == body.get("error_text")


@pytest.mark.parametrize(("status", "kind"), [(400, InvalidRequest), (401, AuthenticationError)])
def test_the_http_status_comes_before_the_one_in_the_body(
    status: int, kind: type[ProviderError], apifonica: Apifonica | AsyncApifonica, wire: Wire
) -> None:
    body = {"status_code": 500, "error_text": "Not accepted"}

    assert type(failure(apifonica, wire, httpx.Response(status, json=body))) is kind


def test_an_error_without_words_says_that_there_are_none(apifonica: Apifonica | AsyncApifonica, wire: Wire) -> None:
    error = failure(apifonica, wire, httpx.Response(404, json={"status_code": 404}))

    assert error.message == "no reason given (HTTP 404)."


@pytest.mark.parametrize("numbers", [[], [{"number_sid": "a", "number": "447700900123"}]])
@pytest.mark.parametrize(("status", "kind"), [(503, ServerError), (300, ProviderError)])
def test_failed_listing_with_http_200_raises(
    status: int, kind: type[ProviderError], numbers: list[Any], apifonica: Apifonica | AsyncApifonica, wire: Wire
) -> None:
    body = {"numbers": numbers, "next": None, "status_code": status, "error_text": "Later"}
    error = failure(apifonica, wire, httpx.Response(200, json=body))

    assert type(error) is kind
    assert error.text == "Later"


@pytest.mark.parametrize("body", [{"status_code": "503"}, {"error_code": 7}, {"error_code": ""}])
def test_textual_status_or_code_beside_a_result_raises(
    body: dict[str, Any], apifonica: Apifonica | AsyncApifonica, wire: Wire
) -> None:
    error = failure(apifonica, wire, httpx.Response(200, json={"numbers": [], **body}))

    assert isinstance(error, ProviderError)


def test_a_code_is_known_as_a_number_and_as_text(voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    error = failure(voximplant, wire, httpx.Response(200, json={"error": {"code": "127", "msg": "No."}}))

    assert (type(error), error.code, error.name) == (InsufficientFunds, "127", "INSUFFICIENT_MONEY")


def test_nested_status_is_not_the_listings_own(apifonica: Apifonica | AsyncApifonica, wire: Wire) -> None:
    wire.replies({"numbers": [{"number_sid": "a", "number": "447700900123", "status_code": 503}]})

    assert len(items(apifonica.list_rented_numbers())) == 1


@pytest.mark.parametrize("status", [200, 299, 0, None, "200", "later", [503]])
def test_other_status_in_a_listing_is_no_error(status: Any, apifonica: Apifonica | AsyncApifonica, wire: Wire) -> None:
    wire.replies({"status_code": status, "numbers": [], "next": None})

    assert items(apifonica.list_rented_numbers()) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [({"code": 127.0}, 127), ({"code": "127"}, "127"), ({"code": 127, "msg": None}, 127)],
)
@pytest.mark.parametrize("form", [lambda one: {"error": one}, lambda one: {"errors": [one, {"code": 1}]}])
def test_error_in_a_list_with_a_textual_code_is_found(
    form: Callable[[Any], Any], said: Any, code: int | str, voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    for body in (form(said), {"result": [], "total_count": 0, **form(said)}):
        wire.sent.clear()
        error = failure(voximplant, wire, httpx.Response(200, json=body))
        assert (type(error), error.code) == (InsufficientFunds, code)


@pytest.mark.parametrize("errors", [[], {}, None, [7], "none", [{}]])
def test_a_list_without_an_error_is_no_error(errors: Any, voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    wire.replies({"result": ["XX"], "errors": errors})

    assert result(voximplant.get_account_phone_number_countries()) == ["XX"]


@pytest.mark.parametrize("status", [500, "500", 500.0])
def test_status_of_any_type_beside_an_empty_list_raises(
    status: Any, apifonica: Apifonica | AsyncApifonica, wire: Wire
) -> None:
    body = {"status_code": status, "numbers": []}

    assert type(failure(apifonica, wire, httpx.Response(200, json=body))) is ServerError


@pytest.mark.parametrize(
    ("body", "call", "bought"),
    [
        (
            {"result": 1, "phone_numbers": [{"phone_id": 7, "phone_number": "1"}], "error": {"code": 127, "msg": "no"}},
            lambda client: client.attach_phone_number(
                country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=1, phone_count=3
            ),
            [{"phone_id": 7, "phone_number": "1"}],
        ),
        (
            {"result": 1, "phone_numbers": [{"phone_id": 7, "phone_number": "1"}], "errors": [{"code": 127}]},
            lambda client: client.attach_phone_number(
                country_code="US", phone_category_name="GEOGRAPHIC", phone_region_id=1, phone_count=3
            ),
            [{"phone_id": 7, "phone_number": "1"}],
        ),
    ],
)
def test_purchase_with_result_and_error_is_unknown_with_its_result(
    body: Any, call: Call, bought: Any, voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    error = failure(voximplant, wire, httpx.Response(200, json=body), call)

    assert isinstance(error, OutcomeUnknown)
    assert error.code == 127
    assert error.result["phone_numbers"] == bought


def test_a_purchase_with_a_number_and_an_error_is_unknown(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    refused = {"requestError": {"serviceException": {"messageId": "BAD_REQUEST", "text": "no"}}}
    reply = httpx.Response(200, json={"numberKey": "key", "number": "447700900123", **refused})
    error = failure(infobip, wire, reply, lambda client: client.purchase_number(number_key="key"))

    assert isinstance(error, OutcomeUnknown)
    assert error.result["numberKey"] == "key"


@pytest.mark.parametrize("body", [b" ", b"{}", b'{"cancelled": true}', b'"OK"', b"null"])
@pytest.mark.parametrize("status", [200, 202, 204])
def test_json_or_nothing_of_any_good_status_is_a_cancellation(
    status: int, body: bytes, infobip: Infobip | AsyncInfobip, wire: Wire
) -> None:
    wire.replies(httpx.Response(status, content=body))

    assert outcome(infobip.cancel_number(number_key="key")) is None


def test_words_of_a_provider_are_cut_and_cleaned(voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    said = "no\x1b[2J\x1b]0;x\x07\r\n2026 CRITICAL \u202e\u2028 paid \u00e9" + "+1" * 1_000_000
    body = {"error": {"code": "x\n" * 1000, "msg": said, "field_name": "a\nb"}}
    error = failure(voximplant, wire, httpx.Response(200, json=body, headers={"x-request-id": "r" * 9000}))

    for shown in (str(error), error.text, error.code, error.parameter, error.request_id):
        assert isinstance(shown, str)
        assert shown.isprintable()
        assert len(shown) < 1200
    assert "paid \u00e9" in str(error)


# Whatever stands in between


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b"", InvalidRequest),
        (401, b"", AuthenticationError),
        (403, HTML, PermissionDenied),
        (404, HTML, NotFound),
        (404, b"{}", NotFound),
        (404, b"[]", NotFound),
        (404, b'"text"', NotFound),
        (404, b"null", NotFound),
        (408, b"", RateLimited),
        (425, HTML, RateLimited),
        (413, HTML, InvalidRequest),
        (429, HTML, RateLimited),
        (500, b"", ServerError),
        (502, HTML, ServerError),
        (503, b"{", ServerError),
        (504, b'{"error', ServerError),
        (520, HTML, ServerError),
        (599, b"\xff\xfe\x00", ServerError),
        (500, b'{"error": "\xff"}', ServerError),
        (500, b"[" * 100_000, ServerError),
    ],
)
def test_foreign_error_is_classified_by_status(
    status: int, body: bytes, kind: type[ProviderError], client: BaseClient, wire: Wire
) -> None:
    reply = httpx.Response(status, content=body, headers={"content-type": "text/html", "x-request-id": "a-request"})
    error = failure(client, wire, reply)

    assert type(error) is kind
    assert (error.status, error.code, error.text) == (status, None, None)
    assert error.request_id == "a-request"
    assert f"HTTP {status} with " in str(error)
    assert "nginx" not in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        HTML,
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"{}",
        b'{"result": [',
        b'{"numbers": [{"number_sid": "a"',
        b'{"result": [7], "numbers": [7]}',
        b'{"result": [null], "numbers": [null]}',
        b'{"result": [], "numbers": []} and more',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a": ' * 100_000,
    ],
)
def test_a_good_status_with_something_else_is_unreadable(body: bytes, client: BaseClient, wire: Wire) -> None:
    reply = httpx.Response(200, content=body, headers={"content-type": "text/html", "x-request-id": "a-request"})
    error = failure(client, wire, reply)

    assert type(error) is UnreadableResponse
    assert error.status == 200
    assert error.request_id == "a-request"
    assert ("an empty body" if not body else f"{len(body)} bytes (text/html)") in str(error)
    assert "nginx" not in str(error)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_a_redirect_is_never_followed(status: int, client: BaseClient, wire: Wire) -> None:
    location = "https://user:a-secret@elsewhere.example/path?token=a-secret"
    error = failure(client, wire, httpx.Response(status, headers={"location": location}))

    assert type(error) is UnreadableResponse
    assert error.status == status
    assert len(wire.sent) == 1
    assert "redirect to https://elsewhere.example;" in str(error)
    assert "base_url" in str(error)
    assert "a-secret" not in str(error)


def test_a_redirect_of_a_purchase_is_never_followed(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    reply = httpx.Response(307, headers={"location": "https://api.infobip.com/sms/1/numbers"})
    error = failure(infobip, wire, reply, lambda client: client.purchase_number(number_key="key"))

    assert type(error) is OutcomeUnknown


def test_a_redirect_to_nowhere_is_unreadable_all_the_same(client: BaseClient, wire: Wire) -> None:
    for status, location in ((302, None), (302, "/login"), (302, "http://[bad"), (302, "")):
        wire.sent.clear()
        error = failure(
            client, wire, httpx.Response(status, headers={} if location is None else {"location": location})
        )
        assert type(error) is UnreadableResponse
        assert "redirect" in str(error)


def test_what_is_unreadable_never_shows_in_the_words(infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    body = {"numbers": [{"number": "447700900123", "note": "a-secret"}], "numberCount": 1}
    error = failure(infobip, wire, httpx.Response(200, json=body))

    assert "$.numbers[0].numberKey" in str(error)
    assert "a-secret" not in str(error)
    assert "447700900123" not in str(error)


def test_a_body_of_no_stated_type_is_described_so(client: BaseClient, wire: Wire) -> None:
    error = failure(client, wire, httpx.Response(500, stream=httpx.ByteStream(b"oops")))

    assert "HTTP 500 with 4 bytes (no content type) instead of the provider's own error." in str(error)


# The pieces by themselves


def test_a_result_is_read_from_any_good_status() -> None:
    body = as_json({"numberKey": "key", "number": "447700900123"})
    for status in (200, 201, 202, 299):
        number, error = read(GET_PURCHASED_NUMBER, RawResponse(status, {}, body))
        assert number is not None
        assert (number.number_key, error) == ("key", None)
    assert [read(CANCEL_NUMBER, RawResponse(status, {}, b"")) for status in (200, 204)] == [(None, None)] * 2


def test_repr_of_a_response_has_its_size_and_no_content() -> None:
    assert repr(RawResponse(200, {}, b"a-secret")) == "<RawResponse 200, 8 bytes>"


def test_a_json_body_is_compact() -> None:
    assert as_json({"numberKey": "ключ/%"}) == '{"numberKey":"ключ/%"}'.encode()


# A refusal is certain only if every error in the response is one

FUNDS, FAILED = {"code": 127, "msg": "Insufficient funds."}, {"code": 2, "msg": "Internal error."}
BOUGHT = [{"phone_id": 1, "phone_number": "12025550136"}]


def attach(client: BaseClient, wire: Wire, body: bytes) -> NumberlineError:
    """What a purchase makes of a body."""
    reply = httpx.Response(200, content=body, headers={"content-type": "application/json"})
    place = {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 1}
    return failure(client, wire, reply, lambda each: each.attach_phone_number(**place, phone_number="12025550136"))


@pytest.mark.parametrize(
    "body",
    [
        as_json({"error": FUNDS, "errors": [FAILED]}),
        as_json({"error": FUNDS, "errors": {"code": 2}}),
        as_json({"error": FUNDS, "errors": ["internal error"]}),
        as_json({"errors": [FUNDS, FAILED]}),
        as_json({"errors": [FUNDS, {"code": 99999}]}),
        as_json({"error": FUNDS | {"phone_numbers": BOUGHT}}),
        as_json({"errors": [FUNDS | {"phone_numbers": BOUGHT}]}),
        as_json({"errors": [FUNDS, FUNDS | {"phone_numbers": BOUGHT}]}),
        b'{"error": {"code": 2, "msg": "Internal error."}, "error": {"code": 127, "msg": "Insufficient funds."}}',
    ],
)
def test_a_refusal_beside_anything_else_is_unknown(
    body: bytes, voximplant: Voximplant | AsyncVoximplant, wire: Wire
) -> None:
    assert type(attach(voximplant, wire, body)) is OutcomeUnknown


@pytest.mark.parametrize(
    "body",
    [{"error": FUNDS}, {"errors": [FUNDS]}, {"errors": [FUNDS, FUNDS]}, {"error": FUNDS, "errors": []}],
)
def test_a_refusal_alone_is_certain(body: object, voximplant: Voximplant | AsyncVoximplant, wire: Wire) -> None:
    assert type(attach(voximplant, wire, as_json(body))) is InsufficientFunds


@pytest.mark.parametrize("status", [5, True, [], ["RESERVED"], {}])
def test_a_reservation_of_another_type_is_unknown(status: object, infobip: Infobip | AsyncInfobip, wire: Wire) -> None:
    body = as_json({"numberKey": "key", "number": "447700900001", "reservationStatus": status})
    reply = httpx.Response(200, content=body, headers={"content-type": "application/json"})
    error = failure(infobip, wire, reply, lambda client: client.purchase_number(number_key="key"))

    assert type(error) is OutcomeUnknown


@pytest.mark.parametrize(
    ("body", "is_done"),
    [
        ({"errorCode": "E1"}, False),
        ({"errors": [], "fault": None}, True),
        ({"status": "FAILED"}, False),
        ({"status": "CANCELLED"}, True),
        ({"status": 404}, False),
        ({"success": False}, False),
        ({"ok": "no"}, False),
        ({"result": {"success": False}}, False),
        ({"success": True, "default": "x"}, True),
        ("failed", False),
        ([{"fault": "x"}], False),
        ({"message": "the number can't be found: not found"}, False),
    ],
)
def test_an_undocumented_body_may_deny_a_release(
    body: object, is_done: bool, infobip: Infobip | AsyncInfobip, wire: Wire
) -> None:
    wire.replies(httpx.Response(200, json=body))
    if is_done:
        assert outcome(infobip.cancel_number(number_key="key")) is None
        return
    with pytest.raises(OutcomeUnknown):
        outcome(infobip.cancel_number(number_key="key"))


def test_an_unknown_outcome_repeats_no_credential(wire: Wire) -> None:
    key = "a-key/that+is=secret"
    client = wire.connect(Voximplant, account_id=7, api_key=key)
    body = as_json({"error": FAILED, "result": 1, "phone_numbers": [{"phone_id": 1, "phone_number": key, key: key}]})
    unknown = attach(client, wire, body)

    assert isinstance(unknown, OutcomeUnknown)
    assert unknown.result is not None
    assert key not in f"{unknown.result} {unknown.to_json()} {unknown}"


@pytest.mark.parametrize("place", ["text", "code", "redirect"])
def test_a_secret_is_found_where_a_text_is_cut(place: str, wire: Wire) -> None:
    key = "A-long-Key-that-is-secret"
    client = wire.connect(Voximplant, account_id=7, api_key=key)
    long = f"{'x' * 490} {key} and more"
    replies = {
        "text": httpx.Response(200, json={"error": {"code": 1, "msg": long}}),
        "code": httpx.Response(200, json={"error": {"code": long, "msg": "no"}}),
        "redirect": httpx.Response(302, headers={"location": f"https://{key}.example/"}),
    }
    error = failure(client, wire, replies[place])

    assert "a-lo" not in f"{error} {error.text} {error.code}".lower()
    assert len(str(error)) < 1200

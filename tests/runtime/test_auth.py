"""Signing in: what a request carries, when a token is made anew, and that no secret gets out."""

import base64
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.auth import Basic, FormFields, Header, QueryFields, Signer
from numberline._runtime.client import BaseClient
from numberline._runtime.service_account import ServiceAccount
from numberline.errors import AuthenticationError, InvalidArgument, NumberlineError, ProviderError
from tests.support import Wire, items

NOON = 1924992000.0
"""A moment to set the clock to."""


class Clock:
    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Counting(ServiceAccount):
    """Counts how often it signs."""

    signed = 0

    def _signed(self, now: float) -> str:
        self.signed += 1
        return super()._signed(now)


def token(signer: Signer) -> str:
    return signer.sign().headers["authorization"].removeprefix("Bearer ")


def public(private_key: str) -> rsa.RSAPublicKey:
    private = serialization.load_pem_private_key(private_key.encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return private.public_key()


def read(token: str, private_key: str) -> dict[str, Any]:
    """The claims of a token, once its signature is verified with the public key. Its times are not looked at."""
    return jwt.decode(
        token, public(private_key), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
    )


# Service accounts


def test_a_token_says_who_asks_and_for_how_long(key_file: dict[str, Any], private_key: str) -> None:
    made = token(ServiceAccount(key_file, clock=Clock()))

    assert jwt.get_unverified_header(made) == {"alg": "RS256", "typ": "JWT", "kid": "a-key-id"}
    claims = read(made, private_key)
    assert claims == {"iss": "7", "iat": int(NOON) - 10, "exp": int(NOON) + 3590}
    assert claims["exp"] - claims["iat"] == 3600  # the longest that the provider accepts


def test_a_token_is_valid_on_the_real_clock(key_file: dict[str, Any], private_key: str) -> None:
    made = token(ServiceAccount(key_file))

    assert jwt.decode(made, public(private_key), algorithms=["RS256"])["iss"] == "7"


def test_parent_account_acts_for_a_child_as_issuer(key_file: dict[str, Any], private_key: str) -> None:
    claims = read(token(ServiceAccount(key_file, acting_for=8, clock=Clock())), private_key)

    assert claims["iss"] == "8"


def test_a_client_acts_for_a_child(wire: Wire, key_file: dict[str, Any], private_key: str) -> None:
    wire.replies({"result": ["XX"]})
    wire.connect(Voximplant, credentials=key_file, acting_for=8).get_account_phone_number_countries()

    assert read(wire.only.headers["authorization"].removeprefix("Bearer "), private_key)["iss"] == "8"


def test_token_is_signed_again_a_minute_before_it_expires(key_file: dict[str, Any]) -> None:
    clock = Clock()
    signer = Counting(key_file, clock=clock)
    first = token(signer)
    clock.now = NOON + 3529.9
    assert token(signer) == first
    assert signer.signed == 1

    clock.now = NOON + 3530
    second = token(signer)
    assert second != first
    assert signer.signed == 2
    clock.now += 3529.9
    assert token(signer) == second


def test_fifty_threads_ask_and_one_signs(key_file: dict[str, Any]) -> None:
    clock = Clock()
    signer = Counting(key_file, clock=clock)
    together = threading.Barrier(50)

    def ask(_: int) -> str:
        together.wait(timeout=30)
        return token(signer)

    with ThreadPoolExecutor(50) as threads:
        assert len(set(threads.map(ask, range(50)))) == 1
        assert signer.signed == 1
        clock.now += 3600
        assert len(set(threads.map(ask, range(50)))) == 1
    assert signer.signed == 2


def test_a_key_file_is_read_from_its_path(key_file: dict[str, Any], private_key: str, tmp_path: Path) -> None:
    file = tmp_path / "service-account.json"
    file.write_text(json.dumps({**key_file, "account_email": "ann@example.com"}), encoding="utf-8")

    for path in (file, str(file)):
        assert read(token(ServiceAccount(path)), private_key)["iss"] == "7"


def test_an_account_id_may_be_text_in_the_key_file(key_file: dict[str, Any], private_key: str) -> None:
    assert read(token(ServiceAccount(key_file | {"account_id": "7"})), private_key)["iss"] == "7"


@pytest.mark.parametrize("missing", ["account_id", "key_id", "private_key"])
def test_incomplete_key_file_is_refused_by_the_missing_name(missing: str, key_file: dict[str, Any]) -> None:
    lacking = {name: value for name, value in key_file.items() if name != missing}
    for bad in (lacking, key_file | {missing: ""}, key_file | {missing: None}):
        with pytest.raises(InvalidArgument, match=f"credentials has no {missing}") as refused:
            Voximplant(credentials=bad)
        assert refused.value.parameter == "credentials"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "can't be read"),
        (b"", "is not JSON"),
        (b"-----BEGIN PRIVATE KEY-----", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b'"text"', "is not a JSON object"),
        (b"{}", "has no account_id"),
    ],
)
def test_a_file_that_is_no_key_file_is_refused(content: bytes | None, why: str, tmp_path: Path) -> None:
    file = tmp_path / "service-account.json"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(InvalidArgument, match=why) as refused:
        ServiceAccount(file)
    assert refused.value.parameter == "credentials"


@pytest.mark.parametrize("credentials", [7, b"{}", ["account_id"]])
def test_credentials_are_a_path_or_what_the_file_holds(credentials: Any) -> None:
    with pytest.raises(InvalidArgument, match="a path, JSON text or a mapping") as refused:
        Voximplant(credentials=credentials)
    assert refused.value.parameter == "credentials"


def other_keys() -> dict[str, str]:
    """Keys that can't sign as the provider wants it."""
    pem = serialization.Encoding.PEM
    curve = ec.generate_private_key(ec.SECP256R1())
    key = rsa.generate_private_key(65537, 2048).public_key()
    return {
        "no key": "a-secret",
        "half a key": "-----BEGIN PRIVATE KEY-----\na-secret\n-----END PRIVATE KEY-----\n",
        "another kind": curve.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        "a public key": key.public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
    }


def test_unusable_key_is_refused_and_not_repeated(key_file: dict[str, Any], wire: Wire) -> None:
    for what, key in other_keys().items():
        client = wire.connect(Voximplant, credentials=key_file | {"private_key": key})
        with pytest.raises(InvalidArgument, match="private_key of credentials") as refused:
            client.get_account_phone_number_countries()
        assert refused.value.parameter == "credentials", what
        assert refused.value.attempts == 0
        assert refused.value.__cause__ is None
        assert refused.value.__context__ is None
        assert "a-secret" not in str(refused.value)
    assert wire.sent == []


# The other ways


def test_basic_joins_user_and_password_in_utf_8() -> None:
    signature = Basic(("username", "ann"), ("password", "pä:ss")).sign()

    assert signature.headers == {"authorization": "Basic " + base64.b64encode("ann:pä:ss".encode()).decode()}
    assert signature.fields == {}


def test_user_name_with_a_colon_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"^username can't hold a colon$") as refused:
        Infobip(username="a:nn", password="a-secret")
    assert refused.value.parameter == "username"


def test_form_fields_leave_the_headers_alone() -> None:
    signature = FormFields({"account_id": "7"}, ("api_key", "a-secret")).sign()

    assert signature.headers == {}
    assert signature.fields == {"account_id": "7", "api_key": "a-secret"}


def keys_in_turn(*keys: str) -> Callable[[], str]:
    left = list(keys)
    return lambda: left.pop(0)


def test_secret_function_is_called_for_every_request(wire: Wire) -> None:
    wire.replies(*[{"numbers": []}] * 2)
    infobip = wire.connect(Infobip, api_key=keys_in_turn("first", "second"))
    items(infobip.list_purchased_numbers())
    items(infobip.list_purchased_numbers())

    assert [request.headers["authorization"] for request in wire.sent] == ["App first", "App second"]


def test_every_kind_of_secret_may_be_a_function(wire: Wire) -> None:
    wire.replies(*[{"numbers": []}] * 4, {"result": []})
    for infobip in (
        wire.connect(Infobip, token=lambda: "a-token"),
        wire.connect(Infobip, bearer=lambda: "a-bearer"),
        wire.connect(Infobip, username="ann", password=lambda: "a-password"),
    ):
        infobip.list_purchased_numbers().first()
    wire.connect(Apifonica, account_sid="AC1", auth_token=lambda: "a-token").list_rented_numbers().first()
    wire.connect(Voximplant, account_id=7, api_key=lambda: "a-key").get_account_phone_number_countries()

    encoded = [base64.b64encode(pair).decode() for pair in (b"ann:a-password", b"AC1:a-token")]
    assert [request.headers.get("authorization") for request in wire.sent] == [
        "IBSSO a-token",
        "Bearer a-bearer",
        f"Basic {encoded[0]}",
        f"Basic {encoded[1]}",
        None,
    ]
    assert wire.sent[-1].content == b"account_id=7&api_key=a-key"


@pytest.mark.parametrize("secret", ["", "a\nb", "a\r\nx-header: b", "a\x00b", "half \ud83d", 7, b"a-key"])
@pytest.mark.parametrize(
    ("connect", "parameter"),
    [
        (lambda secret: Infobip(api_key=secret), "api_key"),
        (lambda secret: Infobip(token=secret), "token"),
        (lambda secret: AsyncInfobip(bearer=secret), "bearer"),
        (lambda secret: Infobip(username="ann", password=secret), "password"),
        (lambda secret: Apifonica(account_sid="AC1", auth_token=secret), "auth_token"),
        (lambda secret: Voximplant(account_id=7, api_key=secret), "api_key"),
    ],
)
def test_unsendable_secret_is_refused_by_the_constructor(
    connect: Callable[[Any], object], parameter: str, secret: Any
) -> None:
    what = "a string" if not isinstance(secret, str) else "can't be sent" if secret else "is empty"
    with pytest.raises(InvalidArgument, match=f"^{parameter} .*{what}") as refused:
        connect(secret)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("secret", ["", "a\nb", None, 7])
def test_secret_function_with_a_bad_result_sends_nothing(secret: Any, wire: Wire) -> None:
    calls: list[tuple[str, Callable[[], object]]] = [
        ("api_key", wire.connect(Infobip, api_key=lambda: secret).list_purchased_numbers().first),
        ("password", wire.connect(Infobip, username="ann", password=lambda: secret).list_purchased_numbers().first),
        ("api_key", wire.connect(Voximplant, account_id=7, api_key=lambda: secret).get_phone_numbers().first),
    ]
    for parameter, call in calls:
        with pytest.raises(InvalidArgument, match=parameter) as refused:
            call()
        assert refused.value.parameter == parameter
        assert refused.value.attempts == 0
    assert wire.sent == []


def test_secret_that_no_header_can_carry_sends_nothing(wire: Wire) -> None:
    with pytest.raises(InvalidArgument, match="api_key holds characters that can't be sent") as refused:
        wire.connect(Infobip, api_key="schlüssel").get_purchased_number(number_key="key")

    assert refused.value.parameter == "api_key"
    assert wire.sent == []


def test_user_names_and_ids_can_not_be_empty() -> None:
    makers: dict[str, Callable[[], object]] = {
        "username": lambda: Infobip(username="", password="a-secret"),
        "account_sid": lambda: Apifonica(account_sid="", auth_token="a-token"),
        "account_id": lambda: Voximplant(account_id="", api_key="a-key"),
    }
    for parameter, make in makers.items():
        with pytest.raises(InvalidArgument) as refused:
            make()
        assert refused.value.parameter == parameter


# One way


@pytest.mark.parametrize(
    ("make", "parameter", "words"),
    [
        (lambda: Voximplant(), "credentials", "none was given"),
        (lambda: Voximplant(account_id=7), "api_key", "needed beside account_id"),
        (lambda: AsyncVoximplant(api_key="a-key"), "account_id", "needed beside api_key"),
        (lambda: Voximplant(credentials={}, account_id=7, api_key="a-key"), "credentials", "more than one was given"),
        (lambda: Voximplant(credentials={}, api_key="a-key"), "credentials", "more than one was given"),
        (lambda: Voximplant(account_id=7, api_key="a-key", acting_for=8), "acting_for", "service account"),
        (lambda: Infobip(), "api_key", "none was given"),
        (lambda: Infobip(username="ann"), "password", "needed beside username"),
        (lambda: AsyncInfobip(password="a-secret"), "username", "needed beside password"),
        (lambda: Infobip(api_key="a-key", token="a-token"), "api_key", "more than one was given"),
        (lambda: Infobip(token="a-token", bearer="a-bearer"), "token", "more than one was given"),
        (lambda: Infobip(bearer="a-bearer", username="ann"), "username", "more than one was given"),
        (lambda: Infobip(api_key="a-key", product="voice"), "product", "sms, numbers"),  # type: ignore[arg-type]  # shows that it is refused
    ],
)
def test_one_way_to_sign_in_is_given_whole(make: Callable[[], object], parameter: str, words: str) -> None:
    with pytest.raises(InvalidArgument, match=words) as refused:
        make()
    assert refused.value.parameter == parameter
    assert "a-secret" not in str(refused.value)


def test_an_argument_that_there_is_not_is_a_type_error() -> None:
    make: Any = Infobip
    with pytest.raises(TypeError, match="'apikey'"):
        make(api_key="a-key", apikey="a-key")


# The environment

ENVIRONMENT = [
    "PRODUCT",
    "ACTING_FOR",
    "CREDENTIALS",
    "ACCOUNT_ID",
    "API_KEY",
    "USERNAME",
    "PASSWORD",
    "BASE_URL",
    "ACCOUNT_SID",
    "AUTH_TOKEN",
]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in ("VOXIMPLANT", "INFOBIP", "APIFONICA"):
        for name in ENVIRONMENT:
            monkeypatch.delenv(f"{provider}_{name}", raising=False)


def asked(kind: type[Voximplant | Infobip | Apifonica], wire: Wire) -> httpx.Request:
    """The first request of a client that is signed in by the environment."""
    wire.replies({"result": [], "numbers": []})
    client = kind.from_env(http_client=httpx.Client(transport=wire.transport()))
    if isinstance(client, Voximplant):
        client.get_phone_numbers().first()
    elif isinstance(client, Infobip):
        client.list_purchased_numbers().first()
    else:
        client.list_rented_numbers().first()
    return wire.only


def test_voximplant_finds_a_key_file_in_the_environment(
    key_file: dict[str, Any], private_key: str, tmp_path: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "service-account.json"
    file.write_text(json.dumps(key_file), encoding="utf-8")
    monkeypatch.setenv("VOXIMPLANT_CREDENTIALS", str(file))

    authorization = asked(Voximplant, wire).headers["authorization"]
    assert read(authorization.removeprefix("Bearer "), private_key)["iss"] == "7"


def test_voximplant_finds_an_account_and_its_key_in_the_environment(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOXIMPLANT_ACCOUNT_ID", "7")
    monkeypatch.setenv("VOXIMPLANT_API_KEY", "a-key")

    assert asked(Voximplant, wire).content == b"account_id=7&api_key=a-key"


def test_infobip_finds_a_key_and_a_host_in_the_environment(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFOBIP_API_KEY", "a-key")
    monkeypatch.setenv("INFOBIP_BASE_URL", "https://abc123.api.infobip.com")

    request = asked(Infobip, wire)
    assert request.headers["authorization"] == "App a-key"
    assert request.url.host == "abc123.api.infobip.com"


def test_infobip_finds_a_user_and_a_password_in_the_environment(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFOBIP_USERNAME", "ann")
    monkeypatch.setenv("INFOBIP_PASSWORD", "a-secret")

    authorization = asked(Infobip, wire).headers["authorization"]
    assert base64.b64decode(authorization.removeprefix("Basic ")) == b"ann:a-secret"


def test_apifonica_finds_an_account_and_its_token_in_the_environment(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APIFONICA_ACCOUNT_SID", "AC1")
    monkeypatch.setenv("APIFONICA_AUTH_TOKEN", "a-token")
    monkeypatch.setenv("APIFONICA_BASE_URL", "http://localhost:8600")

    request = asked(Apifonica, wire)
    assert str(request.url) == "http://localhost:8600/v2/accounts/AC1/numbers"
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"AC1:a-token"


def test_settings_stand_above_the_environment(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFOBIP_API_KEY", "a-key")
    monkeypatch.setenv("INFOBIP_BASE_URL", "https://abc123.api.infobip.com")

    assert repr(Infobip.from_env(base_url="http://localhost:8600")) == "<Infobip http://localhost:8600>"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Voximplant, ["VOXIMPLANT_CREDENTIALS", "VOXIMPLANT_ACCOUNT_ID", "VOXIMPLANT_API_KEY"]),
        (AsyncInfobip, ["INFOBIP_API_KEY", "INFOBIP_USERNAME", "INFOBIP_PASSWORD"]),
        (AsyncApifonica, ["APIFONICA_ACCOUNT_SID", "APIFONICA_AUTH_TOKEN"]),
    ],
)
def test_missing_credentials_name_the_variables_to_set(
    kind: type[Voximplant | AsyncInfobip | AsyncApifonica], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(names[-1], "")
    with pytest.raises(InvalidArgument) as refused:
        kind.from_env()
    for name in names:
        assert f"{name} " in str(refused.value) or f"{name}," in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "variables", "parameter"),
    [
        (Voximplant, {"VOXIMPLANT_ACCOUNT_ID": "7"}, "api_key"),
        (Voximplant, {"VOXIMPLANT_API_KEY": "a-key"}, "account_id"),
        (Voximplant, {"VOXIMPLANT_CREDENTIALS": "x.json", "VOXIMPLANT_ACCOUNT_ID": "7"}, "credentials"),
        (Voximplant, {"VOXIMPLANT_CREDENTIALS": "no-such-file.json"}, "credentials"),
        (Infobip, {"INFOBIP_USERNAME": "ann"}, "password"),
        (Infobip, {"INFOBIP_API_KEY": "a-key", "INFOBIP_PASSWORD": "a-secret"}, "api_key"),
        (Infobip, {"INFOBIP_API_KEY": "a-key", "INFOBIP_BASE_URL": "api.infobip.com"}, "base_url"),
        (Apifonica, {"APIFONICA_ACCOUNT_SID": "AC1"}, "auth_token"),
        (Apifonica, {"APIFONICA_AUTH_TOKEN": "a-token"}, "account_sid"),
    ],
)
def test_half_an_environment_is_refused_by_what_is_wrong(
    kind: type[Voximplant | Infobip | Apifonica],
    variables: dict[str, str],
    parameter: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidArgument) as refused:
        kind.from_env()
    assert refused.value.parameter == parameter


# A header of its own


def test_a_secret_may_have_a_header_of_its_own() -> None:
    signature = Header("", "api_key", "a-secret", header="x-api-key").sign()

    assert signature.headers == {"x-api-key": "a-secret"}
    assert signature.secrets == ("a-secret",)
    assert repr(signature) == "<Signature with x-api-key>"


# Secrets stay inside


def test_no_secret_shows_in_a_representation(key_file: dict[str, Any], private_key: str) -> None:
    signers: list[Signer] = [
        Header("App", "api_key", "a-secret"),
        Basic(("username", "ann"), ("password", "a-secret")),
        FormFields({"account_id": "7"}, ("api_key", "a-secret")),
        ServiceAccount(key_file),
    ]
    clients = [
        Infobip(api_key="a-secret"),
        AsyncApifonica(account_sid="AC1", auth_token="a-secret"),
        Voximplant(account_id=7, api_key="a-secret"),
        AsyncVoximplant(credentials=key_file),
    ]
    made = [signer.sign() for signer in signers]
    for thing in (*signers, *clients, *made, *(client.options(headers={"x-trace": "1"}) for client in clients)):
        shown = f"{thing} {thing!r}"
        assert "a-secret" not in shown
        assert base64.b64encode(b"ann:a-secret").decode() not in shown
        assert private_key.splitlines()[1] not in shown
        assert token(signers[-1]) not in shown


def test_a_request_to_be_sent_shows_no_secret(wire: Wire) -> None:
    wire.replies({"result": []})
    wire.connect(Voximplant, account_id=7, api_key="a-secret").get_account_phone_number_countries()

    assert "a-secret" not in f"{wire.only} {wire.only!r} {wire.only.url}"


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        ({"api_key": "a-secret"}, ["a-secret"]),
        ({"bearer": "a-secret"}, ["a-secret"]),
        ({"username": "ann", "password": "a-secret"}, ["a-secret", base64.b64encode(b"ann:a-secret").decode()]),
    ],
)
def test_a_secret_in_the_providers_words_is_blotted_out(
    credentials: dict[str, Any], secrets: list[str], wire: Wire
) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        said = f"not accepted: {request.headers['authorization']} or {secrets[0]}"
        return httpx.Response(401, json={"requestError": {"serviceException": {"messageId": "X", "text": said}}})

    wire.replies(echo)
    with pytest.raises(AuthenticationError) as refused:
        wire.connect(Infobip, **credentials).get_purchased_number(number_key="key")

    error = refused.value
    assert error.text is not None
    assert error.text.startswith("not accepted: ")
    assert "***" in error.text
    for secret in secrets:
        assert secret not in f"{error} {error!r} {error.text} {error.args} {error.message}"


def test_rotated_secret_is_still_redacted(wire: Wire) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"errorCode": "E401", "description": request.headers["authorization"]})

    wire.replies(echo, echo)
    infobip = wire.connect(Infobip, api_key=keys_in_turn("first-key", "second-key", "third-key"))
    with pytest.raises(AuthenticationError) as refused:
        infobip.get_purchased_number(number_key="key")

    assert refused.value.text == "App ***"
    assert "-key" not in str(refused.value)


def test_a_token_in_the_providers_words_is_blotted_out(wire: Wire, key_file: dict[str, Any]) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"error": {"code": 447, "msg": request.headers["authorization"]}})

    wire.replies(echo, echo)
    with pytest.raises(ProviderError) as refused:
        wire.connect(Voximplant, credentials=key_file).get_account_phone_number_countries()

    assert refused.value.text == "Bearer ***"
    for sent in wire.sent:
        assert sent.headers["authorization"].removeprefix("Bearer ") not in str(refused.value)


def test_a_function_that_fails_is_not_hidden(wire: Wire) -> None:
    def vault() -> str:
        raise OSError("the vault is sealed")

    with pytest.raises(OSError, match="the vault is sealed") as failed:
        wire.connect(Infobip, api_key=vault).get_purchased_number(number_key="key")
    assert not isinstance(failed.value, NumberlineError)
    assert wire.sent == []


def test_an_account_that_is_a_truth_value_is_refused() -> None:
    with pytest.raises(InvalidArgument) as refused:
        Voximplant(account_id=True, api_key="a-key")

    assert refused.value.parameter == "account_id"


def test_credentials_in_the_query_are_sent_and_never_shown(wire: Wire) -> None:
    signer = QueryFields({"account_id": "7"}, ("api_key", "a-secret"))

    def sign_in(client: Infobip, **settings: Any) -> None:
        BaseClient.__init__(client, signer, {"product": "sms"}, **settings)

    wire.replies({"numbers": []}, httpx.Response(401, json={"text": "no a-secret here"}))
    client: Infobip = wire.connect(type("Client", (Infobip,), {"_signers": (QueryFields,), "__init__": sign_in}))
    assert list(client.list_purchased_numbers(number="123")) == []
    assert wire.only.url.query == b"number=123&account_id=7&api_key=a-secret"
    with pytest.raises(AuthenticationError) as refused:
        client.get_purchased_number(number_key="k")
    assert "a-secret" not in f"{refused.value!r} {vars(refused.value)} {signer.sign()!r}"


def test_signer_unfit_for_an_operation_is_refused_with_the_class() -> None:
    with pytest.raises(TypeError, match="FormFields of Careless can't sign list_available_numbers"):
        type("Careless", (Infobip,), {"_signers": (FormFields,)})
    with pytest.raises(TypeError, match="Careless has no _signers"):
        type("Careless", (Infobip,), {"_signers": ()})


def test_a_client_signs_with_its_own_signers_only() -> None:
    class Client(Infobip):
        def __init__(self) -> None:
            BaseClient.__init__(self, FormFields({}, ("key", "a-secret")), {"product": "sms"})

    with pytest.raises(TypeError, match="FormFields is not among the signers of Client"):
        Client()


# As platforms hand it over


@pytest.mark.parametrize(
    "shape",
    [
        lambda key: json.dumps(key),
        lambda key: f"\ufeff{json.dumps(key)}\n",
        lambda key: json.dumps(key | {"private_key": key["private_key"].replace("\n", "\\n")}),
        lambda key: json.dumps(key | {"private_key": key["private_key"].replace("\n", "\r\n")}),
        lambda key: json.dumps(key, indent=2),
        lambda key: key | {"private_key": f"  {key['private_key']}\n\n"},
    ],
    ids=["text", "text with a mark", "escaped breaks", "windows breaks", "indented", "blanks"],
)
def test_a_key_is_taken_as_platforms_hand_it_over(
    shape: Callable[[Any], Any], key_file: dict[str, Any], private_key: str, monkeypatch: pytest.MonkeyPatch, wire: Wire
) -> None:
    given = shape(key_file)
    assert read(token(ServiceAccount(given)), private_key)["iss"] == "7"
    if isinstance(given, str):
        monkeypatch.setenv("VOXIMPLANT_CREDENTIALS", given)
        assert read(asked(Voximplant, wire).headers["authorization"].removeprefix("Bearer "), private_key)["iss"] == "7"


def test_a_key_file_may_begin_with_a_byte_order_mark(
    key_file: dict[str, Any], private_key: str, tmp_path: Path
) -> None:
    file = tmp_path / "key.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(key_file).encode())

    assert read(token(ServiceAccount(f"{file}\n")), private_key)["iss"] == "7"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "key.json"
    os.mkfifo(pipe)
    with pytest.raises(InvalidArgument, match="can't be read"):
        ServiceAccount(pipe)


def test_json_text_without_end_is_refused() -> None:
    for text in ('{"a":' * 100_000, '{"account_id": 7', "{}"):
        with pytest.raises(InvalidArgument, match="credentials") as refused:
            ServiceAccount(text)
        assert refused.value.parameter == "credentials"


@pytest.mark.parametrize("odd", [1.5, "abc", [1], True, "x;y", 0, -1, "", "१"])
def test_accounts_are_whole_numbers(odd: Any, key_file: dict[str, Any]) -> None:
    makers: dict[str, Callable[[], object]] = {
        "account_id": lambda: Voximplant(account_id=odd, api_key="a-key"),
        "acting_for": lambda: Voximplant(credentials=key_file, acting_for=odd),
    }
    for parameter, make in makers.items():
        with pytest.raises(InvalidArgument) as refused:
            make()
        assert refused.value.parameter == parameter


def test_blanks_around_keys_and_addresses_are_cut_off(wire: Wire) -> None:
    wire.replies({"numbers": []})
    items(wire.connect(Infobip, api_key=" a-key\n", base_url=" https://api.example.com/\n").list_purchased_numbers())

    assert wire.only.headers["authorization"] == "App a-key"
    assert wire.only.url.host == "api.example.com"


def test_the_environment_has_a_product_and_a_child(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, key_file: dict[str, Any], private_key: str
) -> None:
    monkeypatch.setenv("INFOBIP_API_KEY", "a-key")
    monkeypatch.setenv("INFOBIP_PRODUCT", "numbers")
    assert asked(Infobip, wire).url.path.startswith("/numbers/")
    wire.sent.clear()
    monkeypatch.setenv("VOXIMPLANT_CREDENTIALS", json.dumps(key_file))
    monkeypatch.setenv("VOXIMPLANT_ACTING_FOR", "8")
    assert read(asked(Voximplant, wire).headers["authorization"].removeprefix("Bearer "), private_key)["iss"] == "8"


def test_a_refusal_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFOBIP_API_KEY", "a-key")
    monkeypatch.setenv("INFOBIP_BASE_URL", "api.infobip.com")
    with pytest.raises(InvalidArgument, match="INFOBIP_BASE_URL"):
        Infobip.from_env()


def test_short_secret_is_not_redacted_from_our_own_words(wire: Wire) -> None:
    wire.replies(httpx.Response(400, json={"errorCode": "BAD_REQUEST", "description": "HTTP is not HTTPS"}))
    with pytest.raises(NumberlineError) as refused:
        wire.connect(Infobip, api_key="HTTP").get_purchased_number(number_key="key")

    assert refused.value.message == "code BAD_REQUEST: *** is not ***S (HTTP 400)."

"""No frame of ours holds a secret when an error leaves it: whoever reports errors with their variables shows none."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import numberline
from numberline import Apifonica, AsyncInfobip, Infobip, Voximplant
from numberline.errors import InvalidArgument
from tests.adversary.site import GOOD, OWN_WAYS, Site, Way, attach, buy, cut, silent
from tests.transport.servers import response

SECRET = "PlantedSecret"
OVERLAYS = str(Path(numberline.__file__).parents[1])
GENERATED = str(Path(numberline.__file__).parents[2] / "generated")


def shown(value: Any) -> Iterator[str]:
    """A value as Sentry and its like serialize it: containers taken apart, objects by their repr."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from (repr(key), repr(held))
    elif isinstance(value, list | tuple | set):
        yield from map(repr, value)
    yield repr(value)


def leaks(error: BaseException | None, depth: int = 0) -> list[str]:
    """Where in the frames of ours the secret stands, for an error and those behind it."""
    found: list[str] = []
    if error is None or depth > 5:
        return found
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        if code.co_filename.startswith((OVERLAYS, GENERATED)):
            for name, value in at.tb_frame.f_locals.items():
                if any(SECRET in text for text in shown(value)):
                    found.append(f"{code.co_name}.{name}")
        at = at.tb_next
    found += [f"{type(error).__name__}: {text}" for text in (repr(error), str(vars(error))) if SECRET in text]
    return found + leaks(error.__cause__, depth + 1) + leaks(error.__context__, depth + 1)


PEM = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"

REFUSED: dict[str, Callable[[], object]] = {
    "a key in two lines": lambda: Infobip(api_key=f"{SECRET}\nx"),
    "a key that is no text": lambda: Infobip(api_key=SECRET.encode()),  # type: ignore[arg-type]  # shows that it is refused
    "two ways": lambda: Infobip(api_key=SECRET, token=SECRET),
    "half a way": lambda: Voximplant(api_key=SECRET),
    "an unknown argument": lambda: Infobip(api_key=SECRET, apikey=SECRET),  # type: ignore[call-arg]  # the same
    "a user with a colon": lambda: Infobip(username="a:b", password=SECRET),
    "a bad address": lambda: Infobip(api_key=SECRET, base_url="nowhere"),
    "a password in the address": lambda: Infobip(api_key="a-key", base_url=f"https://a:{SECRET}@example.com"),
    "a bad timeout": lambda: Apifonica(account_sid="AC1", auth_token=SECRET, timeout=-1),
    "a bad product": lambda: Infobip(api_key=SECRET, product="voice"),  # type: ignore[arg-type]  # the same
    "a bad account": lambda: Voximplant(account_id="x;y", api_key=SECRET),
    "a key file that lacks something": lambda: Voximplant(credentials={"private_key": PEM}),
    "text that is no JSON": lambda: Voximplant(credentials=f'{{"private_key": "{SECRET}"'),
    "a header in two lines": lambda: Infobip(api_key="a-key").options(headers={"x-a": f"{SECRET}\nx"}),
    "a header that signs in": lambda: Infobip(api_key="a-key").options(headers={"authorization": SECRET}),
    "a key that can't sign": lambda: Voximplant(
        credentials={"account_id": 7, "key_id": "k", "private_key": PEM}
    ).get_account_phone_number_countries(),
    "a function that gives two lines": lambda: Infobip(api_key=lambda: f"{SECRET}\nx").get_purchased_number(
        number_key="key"
    ),
    "a key that no header takes": lambda: Infobip(api_key=f"{SECRET}é").get_purchased_number(number_key="key"),
    "an address that is too long": lambda: Infobip(api_key=SECRET).get_purchased_number(number_key="k" * 70_000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_stands_in_no_frame(name: str) -> None:
    with pytest.raises((InvalidArgument, TypeError)) as caught:
        REFUSED[name]()
    assert leaks(caught.value) == []


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"INFOBIP_API_KEY": SECRET, "INFOBIP_TOKEN": "a", "INFOBIP_BASE_URL": "nowhere"}, Infobip),
        ({"INFOBIP_API_KEY": f"{SECRET}\nx"}, AsyncInfobip),
        ({"VOXIMPLANT_CREDENTIALS": f'{{"private_key": "{SECRET}"}}'}, Voximplant),
        ({"VOXIMPLANT_API_KEY": SECRET}, Voximplant),
    ],
)
def test_what_the_environment_holds_stands_in_no_frame(
    variables: dict[str, str], kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidArgument) as caught:
        kind.from_env()
    assert leaks(caught.value) == []


ENDINGS: dict[str, Any] = {
    "reset": cut(GOOD, 40, "reset"),
    "unreadable": response(b"{"),
    "refused": response({"error": {"code": 127, "msg": SECRET}}),
    "echoed": response({"requestError": {"serviceException": {"messageId": SECRET, "text": SECRET}}}, "401 No"),
    "silent": silent,
}


@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize("call", [None, attach], ids=["header", "form"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_failed_purchase_leaves_no_secret_in_a_frame(ending: str, call: Any, way: Way, site: Site) -> None:
    timeout = 0.1 if ending == "silent" else 5
    told = buy(way, site.cell(ENDINGS[ending]), *([call] if call else []), api_key=SECRET, timeout=timeout)
    assert told.error is not None
    assert leaks(told.error) == []


@pytest.mark.parametrize("way", OWN_WAYS, ids=str)
@pytest.mark.parametrize("call", [None, attach], ids=["header", "form"])
def test_an_interrupted_purchase_leaves_no_secret_in_a_frame(call: Any, way: Way, site: Site) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    told = buy(
        way,
        site.cell(),
        *([call] if call else []),
        api_key=SECRET,
        around=lambda client, call: call(client.options(on_response=stop)),
    )
    assert isinstance(told.error, KeyboardInterrupt)
    assert leaks(told.error) == []


def test_a_function_that_gives_a_secret_fails_with_its_own_frames(site: Site) -> None:
    def ask_the_vault() -> str:
        raise LookupError("sealed")

    client = Infobip(api_key=ask_the_vault, base_url=site.url)
    with pytest.raises(LookupError) as failed:
        client.purchase_number(number_key="key")

    assert [each.name for each in failed.traceback][-1] == "ask_the_vault"

"""A sandbox's state in a file: what is saved goes on where it was."""

import json
import re
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from numberline.testing import ManualClock
from numberline_sandbox import Behaviour, Sandbox
from tests.sandbox.support import APP, GOTHAM, ask, basic, call, everything, manual_clock, told


def live(sandbox: Sandbox) -> None:
    """Do something of everything."""
    bought = [n["phone_id"] for n in call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=3)["phone_numbers"]]
    chosen = f"{bought[0]};1620500"
    bind = {"phone_id": chosen, "application_name": "support", "rule_name": "night"}
    assert call(sandbox, "BindPhoneNumberToApplication", **bind) == {"result": 1}
    call(sandbox, "SetPhoneNumberInfo", phone_id=chosen, incoming_sms_callback_url="https://example.com/ü")
    call(sandbox, "DeactivatePhoneNumber", phone_id=f"{bought[1]};2000017")
    for key in (
        "78D8394AC3EG0460B4CF0E723FC31B49",
        told(ask(sandbox, "/sms/1/numbers/available?country=US", headers=APP))["numbers"][0]["numberKey"],
    ):
        ask(sandbox, "/sms/1/numbers", method="POST", headers=APP, body=json.dumps({"numberKey": key}).encode())
    ask(sandbox, "/sms/1/numbers/6FED0BC540BFADD9B05ED7D89AAC22FA", method="DELETE", headers=APP)
    for provider, operation in (
        (sandbox.voximplant, "GetPhoneNumbers"),
        (sandbox.voximplant, "GetNewPhoneNumbers"),
        (sandbox.infobip, "listPurchasedNumbers"),
        (sandbox.infobip, "listAvailableNumbers"),
        (sandbox.apifonica, "listRentedNumbers"),
    ):
        for inward in (False, True, True):
            provider.shift(operation, inward=inward)


def seen(sandbox: Sandbox) -> list[Any]:
    """All that can be seen of it."""
    sid = sandbox.credentials["apifonica"]["account_sid"]
    path = f"/v2/accounts/{sid}/numbers"
    second = told(ask(sandbox, path, headers=basic(sandbox)))["next"].partition("/v2")[2]
    return [
        *everything(sandbox),
        call(sandbox, "GetPhoneNumbers", order_by="phone_number"),
        call(sandbox, "GetPhoneNumbers", child_account_id="all"),
        call(sandbox, "GetPhoneNumbers", application_name="support"),
        ask(sandbox, f"/v2{second}", headers=basic(sandbox)).body,
        list(sandbox.ledger),
        sandbox.voximplant.balances,
        sandbox.infobip.balance,
    ]


@pytest.mark.parametrize("settings", [{}, {"numbers": 3000, "owned": 900, "seed": 5}], ids=["small", "large"])
def test_a_loaded_sandbox_is_the_one_that_was_saved(
    tmp_path: Path, clock: ManualClock, settings: dict[str, Any]
) -> None:
    sandbox = Sandbox(clock=clock.now, **settings)
    live(sandbox)
    clock.advance(days=40)
    before = seen(sandbox)
    sandbox.save(tmp_path / "state.json")
    other = Sandbox.load(tmp_path / "state.json", clock=clock.now)
    assert seen(other) == before
    for each in (sandbox, other):
        live_again = call(each, "DeactivatePhoneNumber", phone_id="all")
        assert live_again == {"result": 1}
        call(each, "AttachPhoneNumber", **GOTHAM, phone_count=2)
    clock.advance(days=40)
    assert seen(other) == seen(sandbox) != before


def test_the_same_state_is_the_same_file(tmp_path: Path, clock: ManualClock) -> None:
    files = [tmp_path / name for name in ("one", "two", "again")]
    for file in files[:2]:
        sandbox = Sandbox(clock=clock.now, behaviour=Behaviour(purchase_status=201, newer_error_form=True))
        live(sandbox)
        sandbox.save(file)
    Sandbox.load(files[0], clock=clock.now).save(files[2])
    one, two, again = (file.read_bytes() for file in files)
    assert one == two == again
    assert json.loads(one)["behaviour"] == Behaviour(purchase_status=201, newer_error_form=True)._asdict()


def test_what_happened_meanwhile_is_made_up_for(tmp_path: Path, clock: ManualClock) -> None:
    sandbox = Sandbox(clock=clock.now)
    sandbox.save(tmp_path / "state")
    clock.advance(days=100)
    assert seen(Sandbox.load(tmp_path / "state", clock=clock.now)) == seen(sandbox)


def test_faults_are_not_kept_and_behaviour_can_be_another(tmp_path: Path, clock: ManualClock) -> None:
    sandbox = Sandbox(clock=clock.now)
    sandbox.faults.set("get_phone_numbers", "500")
    sandbox.save(tmp_path / "state")
    loaded = Sandbox.load(tmp_path / "state", clock=clock.now, behaviour=Behaviour(newer_error_form=True))
    assert "errorCode" in told(ask(loaded, "/sms/1/numbers"))


def changed(text: str, **fields: object) -> str:
    return json.dumps({**json.loads(text), **fields})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: changed(text, format="another"), "does not hold a sandbox's state"),
        (lambda text: text[:-9], "does not hold a sandbox's state"),
        (lambda text: "[" * 100_000, "does not hold a sandbox's state"),
        (lambda text: "[]", "does not hold a sandbox's state"),
        (lambda text: "", "does not hold a sandbox's state"),
        (lambda text: changed(text, seed=None), "does not hold a sandbox's state"),
        (lambda text: changed(text, providers=None), "does not hold a sandbox's state"),
        (lambda text: changed(text, ledger=[{}]), "does not hold a sandbox's state"),
        (lambda text: changed(text, providers={}), "damaged"),
        (lambda text: changed(text, behaviour={"unknown": 1}), "damaged"),
        (lambda text: text.replace('"seed":0', '"seed":1'), "damaged"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, change: Callable[[str], str], says: str) -> None:
    file = tmp_path / "state"
    Sandbox().save(file)
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ValueError, match=says) as caught:
        Sandbox.load(file)
    assert str(file) in str(caught.value)


def test_what_cant_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Sandbox.load(tmp_path / "state")
    with pytest.raises(FileNotFoundError):
        Sandbox().save(tmp_path / "none" / "state")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        Sandbox().save(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_it_can_be_saved_while_it_is_used(tmp_path: Path) -> None:
    sandbox = Sandbox()

    def use() -> None:
        for _ in range(20):
            call(sandbox, "AttachPhoneNumber", **GOTHAM, phone_count=1)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        sandbox.save(tmp_path / "state")
        loaded = Sandbox.load(tmp_path / "state")
        bought = [number for entry in loaded.ledger for number in entry.numbers]
        assert call(loaded, "GetPhoneNumbers")["total_count"] == 45 + len(bought)
    for thread in threads:
        thread.join()


def test_a_seed_gives_the_same_numbers_in_every_release() -> None:
    """If this fails, files that were saved before can't be loaded any more: say so in the changelog."""
    clock = manual_clock()
    sandboxes = [Sandbox(clock=clock.now), Sandbox(clock=clock.now, seed=3, numbers=5000, owned=900)]
    shown = b"".join(body for sandbox in sandboxes for body in everything(sandbox))
    numbers = re.findall(rb'"(?:phone_)?number":"([0-9]+)"', shown)
    assert (len(numbers), sha256(b",".join(numbers)).hexdigest()[:16]) == (411, "b42906fb8dc8f16c")

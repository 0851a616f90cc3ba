"""What a page costs does not grow with the number of numbers: counted in numbers looked at, not in seconds."""

import os
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest

from numberline_sandbox import Sandbox
from numberline_sandbox.stock import Item, Shelf
from tests.sandbox.support import APP, KEY, Clock, ask, told
from tests.sandbox.test_documented import basic

SMALL = 1_000
LARGE = 1_000_000 if os.environ.get("NUMBERLINE_FULL") else 60_000
PAGE = 20


@cache
def filled(size: int) -> Sandbox:
    """Only read here, so all tests can share it."""
    return Sandbox(numbers=size, owned=size, clock=Clock())


def listed(**fields: object) -> str:
    return f"/platform_api/GetPhoneNumbers?{urlencode({**KEY, 'count': PAGE, **fields})}"


QUERIES = [
    lambda size: listed(offset=size - PAGE),
    lambda size: listed(offset=size // 2, order_by="phone_number"),
    lambda size: listed(offset=size // 20, order_by="purchase_date", auto_charge="true", country_code="XX"),
    lambda size: listed(phone_id="1620500"),
    lambda size: listed(phone_number="699116588"),
    lambda size: listed(phone_template="6991", offset=size // 20),
    lambda size: listed(phone_template="69912", is_bound_to_rule="true"),
    lambda size: f"/sms/1/numbers/available?limit={PAGE}&page={size // PAGE - 1}",
    lambda size: f"/sms/1/numbers/available?limit={PAGE}&number=6991",
    lambda size: f"/sms/1/numbers/available?limit={PAGE}&number=69912",
    lambda size: f"/sms/1/numbers?limit={PAGE}&page={size // PAGE - 1}",
    lambda size: f"/sms/1/numbers?limit={PAGE}&number=69912",
    lambda size: f"/sms/1/numbers?limit={PAGE}&number=1",
    lambda size: f"/v2/accounts/{{sid}}/numbers?type=sip&next={filled(size).apifonica.cursor(size // 2)}",
    lambda size: "/v2/accounts/{sid}/numbers?number=447480600503",
]


def looked_at(sandbox: Sandbox, target: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How many numbers were made to answer, and how many are in the answer."""
    count = 0
    real = Shelf.at

    def counting(self: Shelf, index: int) -> Item:
        nonlocal count
        count += 1
        return real(self, index)

    monkeypatch.setattr(Shelf, "at", counting)
    headers = basic(sandbox) if target.startswith("/v2") else APP if target.startswith("/sms") else {}
    sid = sandbox.credentials["apifonica"]["account_sid"]
    answer = told(ask(sandbox, target.replace("{sid}", sid), headers=headers))
    monkeypatch.undo()
    return count, len(answer.get("numbers", answer.get("result", [])))


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_of_many_costs_what_one_of_few_does(query: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (SMALL, LARGE):
        made, shown = looked_at(filled(size), query(size), monkeypatch)
        assert 0 < shown <= PAGE
        assert made <= 4 * shown + 20


def test_nothing_is_made_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: object, **named: object) -> None:
        raise AssertionError("a record is made")

    usual = len(Sandbox().ledger)
    for record in ("wire.PhoneNumber", "wire.AvailablePhoneNumber"):
        monkeypatch.setattr(f"numberline_sandbox.voximplant.numbers.{record}", none)
    monkeypatch.setattr("numberline_sandbox.infobip.wire.Number", none)
    monkeypatch.setattr("numberline_sandbox.apifonica.wire.RentedNumber", none)
    assert len(Sandbox(numbers=5000, owned=5000).ledger) == usual == 0


@pytest.mark.parametrize("query", QUERIES[:3])
def test_pages_of_many_fit_together(query: Any) -> None:
    """The same as the pages around a deep one, read all at once."""
    sandbox = filled(LARGE)
    target = query(LARGE)
    before, _, after = target.partition(f"count={PAGE}")
    wide = told(ask(sandbox, f"{before}count=1000{after}"))
    narrow = told(ask(sandbox, target))
    assert narrow["result"] == wide["result"][:PAGE]
    assert narrow["total_count"] == wide["total_count"]

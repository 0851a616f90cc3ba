"""The report: right sums, hostile text as plain text, one file without requests, and nothing left out in silence."""

import os
import re
from collections.abc import Iterator
from decimal import Context, Decimal, Inexact, Overflow, localcontext
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from numberline import Apifonica, Infobip, Voximplant
from numberline._runtime.plain import as_json
from numberline.errors import InvalidArgument
from numberline.inventory import Inventory
from numberline.report import ROWS, write
from numberline.snapshot import write as write_snapshot
from numberline.testing import ManualClock, connect
from numberline_sandbox import Sandbox


class Page(HTMLParser):
    """A page's text, its elements and their attributes."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.source = file.read_text(encoding="utf-8")
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def inventory(clock: ManualClock) -> Iterator[Inventory]:
    sandbox = Sandbox(owned=60, clock=clock.now)
    kinds = {"de": Voximplant, "support": Infobip, "sip": Apifonica}
    with Inventory({name: connect(kind, sandbox, clock=clock) for name, kind in kinds.items()}) as made:
        yield made


def hostile(text: str, count: int = 1, **more: Any) -> Inventory:
    """An inventory whose provider writes this wherever it can."""
    rows = [
        {"numberKey": f"{text}{at}", "number": text, "country": text, "applicationId": text}
        | {"type": text, "price": {"pricePerMonth": 1.5, "currency": text}}
        | more
        for at in range(count)
    ]

    def respond(request: httpx.Request) -> httpx.Response:
        at, size = int(request.url.params.get("page", 0)), int(request.url.params["limit"])
        return httpx.Response(200, content=as_json({"numbers": rows[at * size :][:size], "numberCount": count}))

    client = Infobip(api_key="a", http_client=httpx.Client(transport=httpx.MockTransport(respond)), retries=0)
    return Inventory({"support": client})


def test_sums_are_those_of_the_numbers_by_currency(inventory: Inventory, tmp_path: Path) -> None:
    assert write(inventory, tmp_path / "report.html") == {}
    page = Page(tmp_path / "report.html")
    sums: dict[str, Decimal] = {}
    for number in inventory.numbers():
        if number.monthly is not None and number.monthly.currency is not None:
            before = sums.get(number.monthly.currency, Decimal())
            sums[number.monthly.currency] = before + number.monthly.amount

    assert set(sums) == {"EUR", "USD"}
    for currency, amount in sums.items():
        assert f"{amount:,.2f} {currency} a month" in page.text
    assert "180 numbers" in page.text
    for section in ("By carrier", "By country", "Renewals of the next 60 days", "Findings"):
        assert section in page.text


def test_the_page_asks_for_nothing(inventory: Inventory, tmp_path: Path) -> None:
    write(inventory, tmp_path / "report.html")
    page = Page(tmp_path / "report.html")

    assert not {"script", "link", "img", "iframe", "object", "a"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name in ("src", "href", "xlink:href") or name.startswith("on")]
    assert "default-src 'none'" in page.source
    assert not re.search(r"url\(|@import", page.source)


HOSTILE = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{ 7 * 7 }}",
    "]]><!--",
    "\u202egnihton\u200b\x00\x1b[31m",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_a_provider_wrote_is_plain_text(text: str, tmp_path: Path) -> None:
    write(hostile("plain"), tmp_path / "plain.html")
    write(hostile(text), tmp_path / "report.html")
    plain, page = Page(tmp_path / "plain.html"), Page(tmp_path / "report.html")

    assert page.tags == plain.tags
    assert [name for name, _ in page.attributes] == [name for name, _ in plain.attributes]
    assert "49" not in page.words
    assert not re.search("[\u202e\u200b\x00\x1b]", page.source)
    assert len(page.source) < len(plain.source) + 3000


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        ("0.004", "0.004 EUR"),
        ("5", "5.00 EUR"),
        ("1234567.5", "1,234,567.50 EUR"),
        ("1E+999999999", "1.000000000000000E+999999999 EUR"),
        ("1E-999999999", "1.000000000000000E-999999999 EUR"),
        ("-1E+999999999", "-1.000000000000000E+999999999 EUR"),
        ("9" * 5000, "E+5000 EUR"),
    ],
)
def test_amounts_are_shown_without_rounding(price: str, shown: str, tmp_path: Path) -> None:
    with localcontext(Context(prec=2, traps=[Inexact, Overflow])):
        priced = {"pricePerMonth": Decimal(price), "currency": "EUR"}
        write(hostile("447700900123", price=priced), tmp_path / "report.html")

    assert shown in Page(tmp_path / "report.html").text


def test_others_may_read_a_page_as_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write(hostile("a"), tmp_path / "report.html")

    assert (tmp_path / "report.html").stat().st_mode == (tmp_path / "file").stat().st_mode


def test_long_tables_say_what_they_leave_out(tmp_path: Path) -> None:
    write(hostile("447700900123", ROWS + 1300, applicationId=None, price=None), tmp_path / "report.html")
    page = Page(tmp_path / "report.html")

    assert "1,500 numbers" in page.text
    assert "1,500 without a known price or currency" in page.text
    assert "1,300 more are not shown." in page.text
    assert len(page.source) < 200_000


def test_no_numbers_make_a_page_too(tmp_path: Path) -> None:
    write(hostile("a", 0), tmp_path / "report.html")

    assert "0 numbers" in Page(tmp_path / "report.html").text


def test_an_account_that_fails_is_named_first(inventory: Inventory, tmp_path: Path) -> None:
    broken = Infobip(api_key="wrong", http_client=httpx.Client(transport=Sandbox().transport()), retries=0)
    with Inventory({**inventory.accounts, "broken": broken}) as larger:
        missing = write(larger, tmp_path / "report.html")

    assert list(missing) == ["broken"]
    text = Page(tmp_path / "report.html").text
    assert text.index("Account broken could not be read") < text.index("180 numbers")


def test_changes_are_those_since_a_snapshot(inventory: Inventory, clock: ManualClock, tmp_path: Path) -> None:
    before = write_snapshot(inventory, tmp_path / "snapshots")
    support = inventory.accounts["support"]
    assert isinstance(support, Infobip)
    gone = next(number for number in inventory.numbers() if number.account == "support")
    support.cancel_number(number_key=gone.id)
    clock.advance(seconds=1)
    for source in (inventory, write_snapshot(inventory, tmp_path / "snapshots")):
        write(source, tmp_path / "report.html", since=before)
        text = Page(tmp_path / "report.html").text
        assert f"released {gone.number} support" in text.partition("Changes since")[2]


def test_a_file_is_replaced_whole_or_not_at_all(
    inventory: Inventory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.html"
    file.write_text("before")

    def full(*_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="no space"):
            write(inventory, file)
    assert file.read_text() == "before"
    assert os.listdir(tmp_path) == ["report.html"]


def test_something_else_is_refused(tmp_path: Path) -> None:
    given: Any = []
    with pytest.raises(InvalidArgument, match="an inventory or a snapshot"):
        write(given, tmp_path / "report.html")
    assert os.listdir(tmp_path) == []

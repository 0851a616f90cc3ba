"""Listings as Arrow: the same content as the records, odd values counted, every promise of paging kept."""

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import httpx
import pyarrow as pa
import pytest

from numberline import Apifonica, AsyncInfobip, Infobip, Voximplant, tables
from numberline.errors import IncompleteListing, InvalidArgument, InvalidRequest, NumberlineError, ProviderError
from numberline.inventory import COLUMNS, IncompleteInventory, Inventory
from numberline.pagination import Pages
from numberline.testing import connect
from numberline_sandbox import Sandbox
from tests.support import SIGN_INS, Wire

WHERE = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 51}

LISTINGS: dict[str, tuple[type[Any], Callable[[Any], Pages[Any]]]] = {
    "voximplant numbers": (Voximplant, lambda client: client.get_phone_numbers(count=30)),
    "voximplant stock": (Voximplant, lambda client: client.get_new_phone_numbers(**WHERE)),
    "infobip numbers": (Infobip, lambda client: client.list_purchased_numbers(limit=30)),
    "infobip stock": (Infobip, lambda client: client.list_available_numbers()),
    "apifonica numbers": (Apifonica, lambda client: client.list_rented_numbers()),
    "apifonica costs": (Apifonica, lambda client: client.list_number_costs()),
}


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(owned=130)


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize(("kind", "listing"), LISTINGS.values(), ids=LISTINGS)
def test_rows_equal_the_records_field_by_field(
    kind: type[Any], listing: Callable[[Any], Pages[Any]], in_flight: int, sandbox: Sandbox
) -> None:
    nulled: Counter[str] = Counter()
    with connect(kind, sandbox) as client:
        records = list(listing(client))
        reader = tables.read(listing(client).concurrently(in_flight), batch_size=50, nulled=nulled)
        batches = list(reader)

    assert records
    assert [row for batch in batches for row in batch.to_pylist()] == [attrs.asdict(record) for record in records]
    assert [batch.num_rows for batch in batches[:-1]] == [50] * (len(batches) - 1)
    assert reader.schema == tables.schema(type(records[0]))
    assert not nulled


def test_the_schema_follows_the_spec() -> None:
    from numberline.infobip import Number
    from numberline.voximplant import PhoneNumber

    number, owned = tables.schema(Number), tables.schema(PhoneNumber)

    assert number.field("type").type == number.field("capabilities").type.value_type == tables.WORD
    assert number.field("price").type.field("price_per_month").type == pa.decimal128(38, 12)
    assert owned.field("phone_purchase_date").type == pa.timestamp("us", tz="UTC")
    assert owned.field("phone_next_renewal").type == pa.date32()
    assert [owned.field(name).type for name in ("phone_id", "deactivated")] == [pa.int64(), pa.bool_()]


ODD: dict[str, tuple[dict[str, Any], Any]] = {
    "a date that is none": ({"phone_next_renewal": "2026-02-30"}, None),
    "a moment that is none": ({"phone_purchase_date": "yesterday"}, None),
    "more places than fit": ({"phone_price": 1e-13}, None),
    "more digits than fit": ({"phone_price": 10**30}, None),
    "a whole number beyond 64 bits": ({"application_id": 2**70}, None),
    "text for a number": ({"phone_region_id": "north"}, None),
    "an amount that is none": ({"phone_price": "NaN"}, None),
    "an object for text": ({"rule_name": {"a": 1}}, None),
}


@pytest.mark.parametrize(("given", "expected"), ODD.values(), ids=ODD)
@pytest.mark.parametrize("among", [1, 3])
def test_an_odd_value_is_null_counted_and_told(
    given: dict[str, Any], expected: Any, among: int, caplog: pytest.LogCaptureFixture
) -> None:
    ((name, _),) = given.items()
    rows = [{"phone_id": at, "phone_number": f"1202555010{at}"} for at in range(among)]
    rows[0] |= given
    wire = Wire()
    wire.replies({"result": rows, "count": among, "total_count": among})
    nulled: Counter[str] = Counter()
    with wire.connect(Voximplant, **SIGN_INS[Voximplant]) as client, caplog.at_level(logging.WARNING):
        table = tables.read(client.get_phone_numbers(), nulled=nulled).read_all()

    assert table.column(name).to_pylist() == [expected] + [None] * (among - 1)
    assert table.column("phone_id").to_pylist() == list(range(among))
    assert nulled == {name: 1}
    assert f"values that did not fit their columns are null ({name}: 1)" in caplog.text


def test_what_merely_is_absent_or_new_is_not_counted() -> None:
    wire = Wire()
    number: dict[str, Any] = {
        "numberKey": "a",
        "number": "4420",
        "price": None,
        "note": "",
        "type": "QUANTUM",
        "newField": {"a": []},
    }
    more = {
        "numberKey": "b",
        "number": "4421",
        "capabilities": ["SMS", "TELEPATHY"],
        "price": {"pricePerMonth": "1.50"},
    }
    wire.replies({"numbers": [number, more], "numberCount": 2})
    nulled: Counter[str] = Counter()
    with wire.connect(Infobip, **SIGN_INS[Infobip]) as client:
        first, second = tables.read(client.list_purchased_numbers(), nulled=nulled).read_all().to_pylist()

    assert (first["type"], first["price"], first["capabilities"]) == ("QUANTUM", None, None)
    assert second["capabilities"] == ["SMS", "TELEPATHY"]
    assert second["price"]["price_per_month"] == Decimal("1.5")
    assert not nulled


def test_a_page_read_field_by_field_gives_the_same_rows() -> None:
    good = {"phone_id": 1, "phone_number": "1", "phone_price": 1.5, "phone_purchase_date": "2026-01-02 03:04:05"}
    odd = {"phone_id": 2, "phone_number": 2, "phone_price": "2.5", "phone_next_renewal": "", "modified": "2026-01-02"}
    wire = Wire()
    wire.replies({"result": [good], "count": 1, "total_count": 2}, {"result": [odd], "count": 1, "total_count": 2})
    nulled: Counter[str] = Counter()
    with wire.connect(Voximplant, **SIGN_INS[Voximplant]) as client:
        table = tables.read(client.get_phone_numbers(count=1), nulled=nulled).read_all()

    assert table.column("phone_purchase_date").to_pylist() == [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None]
    assert table.column("phone_price").to_pylist() == [Decimal("1.5"), Decimal("2.5")]
    assert table.column("phone_number").to_pylist() == ["1", "2"]
    assert nulled == {"modified": 1}


def test_other_offsets_become_utc() -> None:
    wire = Wire()
    number = {"number_sid": "a", "number": "44", "created": "Thu, 31 Mar 2016 01:16:59 +0300"}
    wire.replies({"numbers": [number], "limit": 20, "prev": None, "next": None})
    with wire.connect(Apifonica, **SIGN_INS[Apifonica]) as client:
        (row,) = tables.read(client.list_rented_numbers()).read_all().to_pylist()

    assert row["created"] == datetime(2016, 3, 30, 22, 16, 59, tzinfo=UTC)


def test_a_listing_that_ends_short_raises_after_all_rows() -> None:
    wire = Wire()
    page = {"result": [{"phone_id": 1, "phone_number": "1"}], "count": 1, "total_count": 3}
    wire.replies(page, *[{"result": [], "count": 0, "total_count": 3}] * 13)
    with wire.connect(Voximplant, **SIGN_INS[Voximplant]) as client:
        reader = tables.read(client.get_phone_numbers(), batch_size=1)
        assert reader.read_next_batch().num_rows == 1
        with pytest.raises(IncompleteListing) as short:
            reader.read_all()

    assert (short.value.seen, short.value.told) == (1, 3)


REFUSALS: dict[str, tuple[type[Any], Any, type[NumberlineError]]] = {
    "an error in place of a page": (Voximplant, {"error": {"code": 127, "msg": "no money"}}, ProviderError),
    "an error beside an empty page": (
        Voximplant,
        {"result": [], "count": 0, "error": {"code": 102, "msg": "no"}},
        ProviderError,
    ),
    "HTTP 400": (Infobip, httpx.Response(400, json={"errorCode": "BAD_REQUEST", "description": "no"}), InvalidRequest),
}


@pytest.mark.parametrize(("kind", "reply", "error"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_the_error_that_iterating_raises(
    kind: type[Any], reply: Any, error: type[NumberlineError]
) -> None:
    raised = []
    for read in (list, lambda pages: tables.read(pages).read_all()):
        wire = Wire()
        wire.replies(reply)
        with wire.connect(kind, **SIGN_INS[kind]) as client:
            pages = client.get_phone_numbers() if isinstance(client, Voximplant) else client.list_purchased_numbers()
            with pytest.raises(error) as caught:
                read(pages)
        raised.append((type(caught.value), str(caught.value)))

    assert raised[0] == raised[1]


def test_stopping_early_sends_nothing_more(sandbox: Sandbox) -> None:
    asked: list[int] = []
    with connect(Voximplant, sandbox) as client:
        counting = client.options(on_response=lambda response: asked.append(response.status))
        reader = tables.read(counting.get_phone_numbers(count=10), batch_size=10)
        assert asked == []
        assert reader.read_next_batch().num_rows == 10
        reader.close()
        del reader

    assert asked == [200]


@pytest.mark.parametrize("given", [0, True, 1.5, "10"])
def test_a_batch_size_has_to_be_a_whole_number(given: Any, sandbox: Sandbox) -> None:
    with connect(Infobip, sandbox) as client, pytest.raises(InvalidArgument) as refused:
        tables.read(client.list_purchased_numbers(), batch_size=given)

    assert refused.value.parameter == "batch_size"


def test_only_listings_of_sync_clients_are_taken() -> None:
    client = AsyncInfobip(**SIGN_INS[AsyncInfobip])
    odd: list[Any] = [client.list_purchased_numbers(), [], None]
    for given in odd:
        with pytest.raises(InvalidArgument, match="sync client") as refused:
            tables.read(given)
        assert refused.value.parameter == "pages"


def test_pages_of_another_sender_are_read() -> None:
    from numberline_generated.infobip.operations import build_list_purchased_numbers

    body = json.dumps(
        {"numbers": [{"numberKey": "a", "number": "44", "price": {"pricePerMonth": 2}}], "numberCount": 1}
    )
    table = tables.read(Pages(build_list_purchased_numbers(), lambda request: request.operation.read(body.encode())))

    assert table.read_all().column("number_key").to_pylist() == ["a"]


def test_two_threads_may_read_two_readers(sandbox: Sandbox) -> None:
    found: list[int] = []
    with connect(Voximplant, sandbox) as client:
        readers = [tables.read(client.get_phone_numbers(count=20)) for _ in range(4)]
        threads = [
            threading.Thread(target=lambda each=each: found.append(each.read_all().num_rows)) for each in readers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert found == [130] * 4


# --- the inventory


@pytest.fixture
def inventory(sandbox: Sandbox) -> Iterator[Inventory]:
    with Inventory({kind.__name__: connect(kind, sandbox) for kind in (Voximplant, Infobip, Apifonica)}) as made:
        yield made


def test_an_inventorys_rows_equal_its_numbers(inventory: Inventory) -> None:
    numbers = list(inventory.numbers())
    reader = inventory.to_arrow(batch_size=100)
    rows = reader.read_all().to_pylist()

    assert tuple(reader.schema.names) == COLUMNS
    assert len(rows) == len(numbers) == 390
    for number, row in zip(numbers, rows, strict=True):
        plain = number.to_dict()
        exact = {
            "monthly": number.monthly and number.monthly.amount,
            "purchased": number.purchased,
            "next_renewal": number.next_renewal,
        }
        assert row == plain | exact
    assert isinstance(rows[0]["next_renewal"], date)


def test_an_account_that_fails_is_raised_after_all_others(sandbox: Sandbox) -> None:
    failing = Infobip(api_key="wrong", http_client=httpx.Client(transport=sandbox.transport()), retries=0)
    with Inventory({"broken": failing, "whole": connect(Voximplant, sandbox)}) as inventory:
        reader = inventory.to_arrow(batch_size=130)
        assert reader.read_next_batch().column("account").to_pylist() == ["whole"] * 130
        with pytest.raises(IncompleteInventory) as missing:
            reader.read_next_batch()

    assert list(missing.value.missing) == ["broken"]


def test_importing_a_client_loads_no_pyarrow() -> None:
    import subprocess
    import sys

    code = "import sys, numberline.inventory; from numberline import Voximplant; print('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"

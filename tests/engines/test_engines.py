"""The engines of the page on tables read what records hold, and Spark what the plain way reads."""

import json
import logging
import os
import re
import signal
import threading
import time
import urllib.request
from collections import defaultdict
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from numberline.cli.config import open_inventory
from numberline.inventory import Inventory, InventoryNumber
from numberline.spark import PLAIN, NumberlineDataSource
from tests.engines.support import ACCOUNTS, OWNED

PAGE = Path(__file__).resolve().parents[2] / "scripts/documentation/pages/tables.md"


@pytest.fixture(scope="module")
def names(postgres: dict[str, str], config: Path) -> dict[str, Any]:
    """What the examples of the page leave behind."""
    os.environ.update(postgres)
    found: dict[str, Any] = {}
    for block in re.findall(
        r"^```python(?: engines)?\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        exec(compile(block, str(PAGE), "exec"), found)
    return found


@pytest.fixture(scope="module")
def numbers(names: dict[str, Any]) -> list[InventoryNumber]:
    inventory: Inventory = names["inventory"]
    return list(inventory.numbers())


def costs(numbers: list[InventoryNumber], *keys: str) -> dict[tuple[Any, ...], Decimal]:
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for number in numbers:
        if number.monthly is not None:
            sums[tuple(number.to_dict()[key] for key in keys)] += number.monthly.amount
    return dict(sums)


def test_duckdb(names: dict[str, Any], numbers: list[InventoryNumber]) -> None:
    rows = names["by_country"]

    assert {(country, currency): monthly for country, currency, _, monthly in rows if monthly is not None} == costs(
        numbers, "country", "currency"
    )
    assert sum(row[2] for row in rows) == len(numbers)


def test_polars(names: dict[str, Any], numbers: list[InventoryNumber]) -> None:
    frame, soonest = names["frame"], names["soonest"]

    assert frame["id"].to_list() == [number.id for number in numbers]
    assert frame["monthly"].to_list() == [number.monthly and number.monthly.amount for number in numbers]
    assert frame["purchased"].to_list() == [number.purchased for number in numbers]
    assert [sorted(each or []) for each in frame["capabilities"].to_list()] == [
        sorted(number.capabilities or []) for number in numbers
    ]
    told = sorted(number.next_renewal for number in numbers if number.next_renewal is not None)
    assert soonest["next_renewal"].to_list() == told[:5]


def test_pandas(names: dict[str, Any], numbers: list[InventoryNumber]) -> None:
    assert names["per_account"].to_dict() == costs(numbers, "account", "currency")


def test_postgresql(names: dict[str, Any], numbers: list[InventoryNumber]) -> None:
    with psycopg.connect() as database:
        rows = database.execute("SELECT account, id, number, monthly, next_renewal FROM numbers").fetchall()

    assert set(rows) == {
        (each.account, each.id, str(each.number), each.monthly and each.monthly.amount, each.next_renewal)
        for each in numbers
    }


def rows_of(table: pa.Table) -> pa.Table:
    return table.cast(PLAIN).sort_by([("account", "ascending"), ("id", "ascending")])


@pytest.fixture(scope="module")
def plain(config: Path) -> pa.Table:
    """All numbers of all accounts, without an engine."""
    with ExitStack() as stack:
        inventory = open_inventory(str(config), [], is_sandbox=False, stack=stack)
        begun = time.monotonic()
        table = inventory.to_arrow().read_all()
    print(f"plain: {table.num_rows:,} rows in {time.monotonic() - begun:.1f} s")
    return rows_of(table)


@pytest.fixture(scope="module")
def spark(names: dict[str, Any]) -> SparkSession:
    """A session in which a task may fail thrice."""
    names["spark"].stop()
    made = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", True).getOrCreate()
    made.conf.set("spark.sql.python.filterPushdown.enabled", True)
    made.dataSource.register(NumberlineDataSource)
    return made


def test_spark_writes_the_same_as_the_plain_way(plain: pa.Table, spark: SparkSession, tmp_path: Path) -> None:
    begun = time.monotonic()
    frame = spark.read.format("numberline").load()
    assert frame.rdd.getNumPartitions() == ACCOUNTS
    frame.write.parquet(str(tmp_path / "out"))
    print(f"spark: {time.monotonic() - begun:.1f} s")
    table = rows_of(pq.read_table(tmp_path / "out"))

    assert table.num_rows == ACCOUNTS * OWNED
    assert len(set(zip(table["account"].to_pylist(), table["id"].to_pylist(), strict=True))) == table.num_rows
    assert table.equals(plain)


def shown(spark: SparkSession, what: str) -> str:
    """Return what Spark's web interface says."""
    context = spark.sparkContext
    url = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/{what}"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as response:
        return str(response.read().decode())


def workers() -> list[int]:
    """Return Python processes that run tasks; their parent is one of the same name."""
    found: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"pyspark.daemon" in (folder / "cmdline").read_bytes():
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return [child for child, parent in found.items() if parent in found]


def test_a_task_killed_in_mid_read_is_repeated_exactly(plain: pa.Table, spark: SparkSession, tmp_path: Path) -> None:
    killed: list[int] = []
    done = threading.Event()

    def kill() -> None:
        while not done.wait(2) and len(killed) < 3:
            if spark.sparkContext.statusTracker().getActiveStageIds():
                for worker in workers():
                    os.kill(worker, signal.SIGKILL)
                    killed.append(worker)

    killer = threading.Thread(target=kill)
    killer.start()
    spark.read.format("numberline").load().write.parquet(str(tmp_path / "out"))
    done.set()
    killer.join()

    assert killed
    assert sum(stage["numFailedTasks"] for stage in json.loads(shown(spark, "stages"))) >= 1
    assert rows_of(pq.read_table(tmp_path / "out")).equals(plain)


def test_a_country_is_asked_of_the_provider(plain: pa.Table, spark: SparkSession) -> None:
    frame = spark.read.format("numberline").option("accounts", "a00, a02").load().where("country = 'GB'")
    expected = [row["id"] for row in plain.to_pylist() if row["account"] in ("a00", "a02") and row["country"] == "GB"]

    assert sorted(row.id for row in frame.collect()) == sorted(expected)


def test_no_secret_is_in_plans_logs_or_errors(
    spark: SparkSession, config: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = [path.read_text() for path in config.parent.glob("secret-*")]
    frame = spark.read.format("numberline").option("config", str(config)).option("accounts", "a01").load()
    frame.explain(True)
    frame.count()
    plan = frame._jdf.queryExecution().toString()
    with pytest.raises(Exception, match="there is no account") as unknown:
        spark.read.format("numberline").option("accounts", "nobody").load().count()
    with pytest.raises(Exception, match="no option api_key") as refused:
        spark.read.format("numberline").option("api_key", "a-very-secret-key").load().count()
    pages = [shown(spark, what) for what in ("stages", "jobs", "environment", "sql?details=true&length=1000")]
    said = "".join([plan, caplog.text, *capfd.readouterr(), str(unknown.value), *pages])

    assert "numberline" in pages[-1]
    assert len(set(secrets)) >= 1
    assert not [secret for secret in secrets if secret in said]
    assert "a-very-secret-key" not in str(refused.value)

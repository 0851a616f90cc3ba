"""A data source for Spark, which reads the accounts of the command's configuration. Extra `spark`.

    spark.dataSource.register(NumberlineDataSource)
    spark.conf.set("spark.sql.python.filterPushdown.enabled", True)  # a country then goes to the provider
    spark.read.format("numberline").option("accounts", "support, de").load()

One partition an account, with the columns of `Inventory.to_arrow`. It reads only. The options are `config`, the file
with the accounts, and `accounts`, all unless given. The file is read where the tasks run; credentials are never
options. Name the executors' Python in `PYSPARK_PYTHON`. A task that fails is for Spark to repeat. An account that
can't be read to its end fails the job, so no result is short.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import pyarrow as pa
from pyspark.sql.datasource import DataSource, DataSourceReader, EqualTo, Filter, InputPartition
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from .cli.config import account_names, open_inventory
from .errors import InvalidArgument
from .inventory.arrow import SCHEMA
from .tables import WORD

OPTIONS = ("config", "accounts")


def _plain(column: pa.DataType) -> pa.DataType:
    if pa.types.is_list(column):
        return pa.list_(_plain(column.value_type))
    return pa.string() if column == WORD else column


PLAIN = pa.schema([(field.name, _plain(field.type)) for field in SCHEMA])
"""Without dictionaries, which Spark does not take."""


class NumberlineDataSource(DataSource):
    """The format `numberline`.

    Raises:
        InvalidArgument: for another option than `config` and `accounts`, as a query is made.
    """

    @classmethod
    def name(cls) -> str:
        return "numberline"

    def schema(self) -> StructType:
        return from_arrow_schema(PLAIN)

    def reader(self, schema: StructType) -> DataSourceReader:
        for option in self.options:
            if option not in OPTIONS:
                raise InvalidArgument(f"there is no option {option}; there are {', '.join(OPTIONS)}", parameter=option)
        names = [name.strip() for name in self.options.get("accounts", "").split(",") if name.strip()]
        return _Reader(self.options.get("config"), names)


class _Reader(DataSourceReader):
    def __init__(self, config: str | None, names: list[str]) -> None:
        self._config = config
        self._names = names
        self._country: str | None = None

    def pushFilters(self, filters: list[Filter]) -> Iterable[Filter]:  # noqa: N802 -- Spark's name
        for each in filters:
            if isinstance(each, EqualTo) and each.attribute == ("country",) and len(each.value) == 2:
                self._country = each.value
            yield each  # Spark filters once more

    def partitions(self) -> list[InputPartition]:
        return [InputPartition(name) for name in self._names or account_names(self._config)]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        with ExitStack() as stack:
            inventory = open_inventory(self._config, [partition.value], is_sandbox=False, stack=stack)
            for batch in inventory.to_arrow(country=self._country):
                yield batch.cast(PLAIN)

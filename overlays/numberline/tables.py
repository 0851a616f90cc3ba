"""Listings as Arrow record batches, for DuckDB, Polars, pandas, Parquet and whatever else reads Arrow. Extra `arrow`.

    reader = tables.read(voximplant.get_phone_numbers(country_code=["US"]))
    duckdb.sql("SELECT phone_region_name, sum(phone_price) FROM reader GROUP BY ALL")

Columns are a record's fields in their order. Their types follow from the spec: amounts are decimals, timestamps are UTC
with microseconds, enums are dictionaries of text, and a record or a list inside a record is a struct or a list.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial, reduce
from itertools import accumulate, chain, count
from operator import attrgetter, getitem
from typing import Any, cast, get_args, get_origin

import pyarrow as pa

from ._runtime.arguments import integer
from ._runtime.decoding import UNDECODABLE, Decoder
from ._runtime.lenient import Slot, slots
from ._runtime.number_enum import OpenNumberEnum
from ._runtime.operation import Request, follow
from ._runtime.plain import decoded
from ._runtime.records import OpenEnum, Page, Record
from ._runtime.timestamp_formats import FORMATS
from .errors import InvalidArgument
from .pagination import Pages

__all__ = ["AMOUNT", "TIMESTAMP", "WORD", "read", "schema"]

log = logging.getLogger("numberline")

AMOUNT = pa.decimal128(38, 12)
"""26 digits before the point and 12 after it. An amount that does not fit is null and counted, never rounded."""

BATCH = 4096
"""Rows of a batch. More are hardly faster, and take more memory."""

TIMESTAMP = pa.timestamp("us", tz="UTC")
WORD = pa.dictionary(pa.int32(), pa.string())

SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    Decimal: AMOUNT,
    date: pa.date32(),
    datetime: TIMESTAMP,
}

UNFIT = (pa.ArrowException, OverflowError, ValueError)
"""What Arrow raises for a value that a column can't hold; broken text is a ValueError, too."""


def read(pages: Pages[Any], *, batch_size: int = BATCH, nulled: "Counter[str] | None" = None) -> pa.RecordBatchReader:
    """Return a listing as a reader that fetches page after page as it is read, each row once.

    A value that does not fit its column, such as a date that no calendar has, is null: it is counted in `nulled`, and a
    WARNING at the end says how many there were in which columns. An unknown value of an enum is no such value.

    What goes wrong on the way is raised where the reader is read: in Python the `NumberlineError` that iterating over
    `pages` raises; other engines wrap it in an error of their own. `IncompleteListing` comes after all rows. Stopping
    early sends nothing more.

    Args:
        pages: a listing of a sync client, also one that is fetched `.concurrently()`.
        batch_size: rows of a batch; the last one has what is left.
        nulled: takes how many values of each column (`price.setup_price`, say) are null because they did not fit.

    Raises:
        InvalidArgument: if `pages` is not such a listing, or `batch_size` no whole number from 1.
    """
    if not isinstance(pages, Pages):
        raise InvalidArgument("pages takes a listing of a sync client", parameter="pages")
    integer("batch_size", batch_size, minimum=1)
    request = pages._request
    decoder = request.operation.read
    assert isinstance(decoder, Decoder)
    operation = copy(request.operation)
    operation.read = partial(_wire_page, decoder)
    columnar = Request(operation, path=request.path, query=request.query, body=request.body)
    listing: Pages[Any] = Pages(columnar, pages._send, base_url=pages._base_url, in_flight=pages._in_flight)
    return Columns(slots(_item_model(decoder.model)), nulled).reader(listing._walk(), batch_size)


def schema(record: type[Record]) -> pa.Schema:
    """Return the schema that `read` gives listings of such records."""
    return Columns(slots(record), None).schema


class _WirePage:
    """A page whose items are still the structs that were decoded, which have the attributes of the records."""

    unreadable = 0

    def __init__(self, decoder: Decoder[Any], body: bytes) -> None:
        self._decoder = decoder
        self._body = body
        self._wire = wire = decoder.decode(body)
        self.items = follow(wire, decoder.model._items)
        self.total = follow(wire, decoder.model._total) if decoder.model._total else None

    def to_dict(self) -> dict[str, Any]:
        """Return what the record would; asked for where a response holds an error."""
        return cast("dict[str, Any]", self._decoder(self._body).to_dict())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)


def _wire_page(decoder: Decoder[Any], body: bytes) -> Any:
    try:
        return _WirePage(decoder, body)
    except UNDECODABLE:
        return decoder(body)


def _item_model(page: type[Page[Any]]) -> type[Record]:
    kind: Any = page
    for name in page._items.split("."):
        kind = next(slot.kind for slot in slots(kind) if slot.name == name)
    item: type[Record] = get_args(kind)[0]
    return item


class Columns:
    """Turns rows, structs or records alike, into batches.

    Args:
        fields: of the rows.
        nulled: counts the values that did not fit.
    """

    def __init__(self, fields: Sequence[Slot], nulled: "Counter[str] | None") -> None:
        self._fields = fields
        self.schema = pa.schema([(field.name, _arrow_type(field.kind)) for field in self._fields])
        self._nulled: Counter[str] = Counter() if nulled is None else nulled

    def reader(self, pages: Iterable[tuple[Any, Sequence[Any]]], batch_size: int) -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(self.schema, self._batches(self._checked(pages), batch_size))

    def _checked(self, pages: Iterable[tuple[Any, Sequence[Any]]]) -> Iterator[Sequence[Any]]:
        for page, rows in pages:
            if isinstance(page, Page):  # read field by field, where an odd value is None already
                decode = cache(decoded)
                for row in rows:
                    self._count_lost(row, _raw(row._origin, decode), "")
            yield rows

    def _count_lost(self, record: Record, raw: dict[str, Any], path: str) -> None:
        for field in slots(type(record)):
            value, sent = getattr(record, field.name), raw.get(field.wire)
            name = f"{path}{field.name}"
            if isinstance(value, Record) and isinstance(sent, dict):
                self._count_lost(value, sent, f"{name}.")
            elif value is None and sent not in (None, ""):
                self._nulled[name] += 1
            elif isinstance(value, list) and isinstance(sent, list):
                self._nulled[name] += len(sent) - len(value)

    def _batches(self, pages: Iterable[Sequence[Any]], batch_size: int) -> Iterator[pa.RecordBatch]:
        before = self._nulled.copy()
        try:
            for rows in _chunks(pages, batch_size):
                yield pa.RecordBatch.from_arrays(self._arrays(self._fields, rows, ""), schema=self.schema)
        finally:
            if found := self._nulled - before:
                said = ", ".join(f"{name}: {count}" for name, count in sorted(found.items()))
                log.warning("values that did not fit their columns are null (%s)", said)

    def _arrays(self, fields: Sequence[Slot], rows: Sequence[Any], path: str) -> "list[pa.Array[Any]]":
        get = attrgetter(*(field.name for field in fields), "__class__")  # the class: two names make a tuple
        columns = zip(*map(get, rows), strict=True) if rows else [()] * len(fields)
        return [
            self._moments(FORMATS[field.moment].read, values, f"{path}{field.name}")
            if field.moment
            else self._array(field.kind, values, f"{path}{field.name}")
            for field, values in zip(fields, columns, strict=False)
        ]

    def _array(self, kind: Any, values: Sequence[Any], path: str) -> "pa.Array[Any]":
        column = _arrow_type(kind)
        if pa.types.is_struct(column):
            there = [value for value in values if value is not None]
            records = pa.StructArray.from_arrays(self._arrays(slots(kind), there, f"{path}."), fields=list(column))
            return records if len(there) == len(values) else records.take(_positions(values))
        if pa.types.is_list(column):
            missing = pa.array([value is None for value in values], pa.bool_())
            offsets = pa.array(accumulate((len(value or ()) for value in values), initial=0), pa.int32())
            items = list(chain.from_iterable(value or () for value in values))
            return pa.ListArray.from_arrays(offsets, self._array(get_args(kind)[0], items, path), mask=missing)
        plain = pa.string() if column == WORD else column
        try:
            array = pa.array(values, plain)
        except UNFIT:
            array = pa.array([self._fitting(value, plain, path) for value in values], plain)
        return array.dictionary_encode() if column == WORD else array

    def _moments(self, parse: Callable[[str], datetime], values: Sequence[Any], path: str) -> "pa.Array[Any]":
        """Return moments, which structs have as the provider's text and records as datetimes."""
        try:
            return pa.array([parse(value) if value else None for value in values], TIMESTAMP)
        except (TypeError, *UNFIT):
            read = (self._moment(parse, value, path) for value in values)
            return pa.array([self._fitting(value, TIMESTAMP, path) for value in read], TIMESTAMP)

    def _moment(self, parse: Callable[[str], datetime], value: Any, path: str) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return parse(value) if value else None
        except ValueError:
            self._nulled[path] += 1
            return None

    def _fitting(self, value: Any, column: pa.DataType, path: str) -> Any:
        try:
            pa.scalar(value, column)
        except UNFIT:
            self._nulled[path] += 1
            return None
        return value


def _arrow_type(kind: Any) -> pa.DataType:
    if get_origin(kind) is list:
        return pa.list_(_arrow_type(get_args(kind)[0]))
    if issubclass(kind, Record):
        return pa.struct([(field.name, _arrow_type(field.kind)) for field in slots(kind)])
    if issubclass(kind, OpenEnum):
        return WORD
    return pa.int64() if issubclass(kind, OpenNumberEnum) else SCALARS[kind]


def _raw(origin: tuple[Any, ...], decode: Callable[[bytes], Any]) -> Any:
    around, *way = origin
    return reduce(getitem, way, decode(around) if isinstance(around, bytes) else _raw(around, decode))


def _positions(values: Sequence[Any]) -> "pa.Array[Any]":
    counter = count()
    return pa.array([None if value is None else next(counter) for value in values], pa.int64())


def _chunks(pages: Iterable[Sequence[Any]], size: int) -> Iterator[list[Any]]:
    rows: list[Any] = []
    for page in pages:
        rows += page
        while len(rows) >= size:
            yield rows[:size]
            del rows[:size]
    if rows:
        yield rows

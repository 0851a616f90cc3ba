"""The numbers of an inventory as Arrow record batches."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Self, get_type_hints

import pyarrow as pa

from .._runtime.arguments import integer
from .._runtime.lenient import Slot
from .._runtime.records import OpenEnum
from ..tables import Columns
from .values import InventoryNumber

Word = OpenEnum
"""Text of which there are few, so that a dictionary holds it."""


class Row(NamedTuple):
    """A number, under the names of `COLUMNS`."""

    account: Word
    provider: Word
    number: str
    country: Word
    kind: Word
    capabilities: list[Word]
    monthly: Decimal
    currency: Word
    purchased: datetime
    next_renewal: date
    state: Word
    bound_to: str
    id: str

    @classmethod
    def of(cls, number: InventoryNumber) -> Self:
        monthly, capabilities = number.monthly, number.capabilities
        told: dict[str, Any] = {
            "number": number.number or number.text,
            "capabilities": None if capabilities is None else sorted(capabilities),
            "monthly": monthly and monthly.amount,
            "currency": monthly and monthly.currency,
        }
        return cls(*(told[name] if name in told else getattr(number, name) for name in cls._fields))


FIELDS = [Slot(name, name, False, kind, kind, None) for name, kind in get_type_hints(Row).items()]
SCHEMA = Columns(FIELDS, None).schema


def number_reader(
    numbers: Iterable[Sequence[InventoryNumber]], batch_size: int, nulled: Counter[str] | None
) -> pa.RecordBatchReader:
    """Return what `Inventory.to_arrow` does."""
    integer("batch_size", batch_size, minimum=1)
    pages = ((None, [Row.of(number) for number in batch]) for batch in numbers)
    return Columns(FIELDS, nulled).reader(pages, batch_size)

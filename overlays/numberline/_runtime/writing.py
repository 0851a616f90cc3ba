"""Records as a provider would write them, and as people see them. Loaded with the first that is."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from .timestamp_formats import FORMATS


def written(record: Any) -> dict[str, Any]:
    """Return what `Record.to_dict` does."""
    wire = record._mapping
    written: dict[str, Any] = {}
    for field in record.__attrs_attrs__:
        value = getattr(record, field.name)
        if value is not None:
            form = wire.moments.get(field.name)
            value = FORMATS[form].write(value) if form else _to_wire(value, field.name in wire.decimal_strings)
        elif field.name not in wire.nullable:
            continue
        written[wire.name(field.name)] = value
    return written


def shown(record: Any) -> str:
    """Return a record's repr: without what is absent, which may be most of it, and without what is secret."""
    fields = ((field.name, getattr(record, field.name)) for field in record.__attrs_attrs__ if field.repr)
    said = ", ".join(f"{name}={value!r}" for name, value in fields if value is not None)
    return f"{type(record).__name__}({said})"


def digits(value: Decimal) -> str:
    """Return an amount in plain digits; in exponent form only where those would be more than a few hundred."""
    return format(value, "f") if -300 < value.adjusted() < 300 else str(value)


def _to_wire(value: Any, amounts_as_text: bool) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, list):
        return [_to_wire(item, amounts_as_text) for item in value]
    if isinstance(value, Decimal):
        return _amount_to_wire(value, amounts_as_text)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _amount_to_wire(value: Decimal, as_text: bool) -> str | int | float | Decimal:
    if as_text:
        return digits(value)
    if value.is_finite() and value.adjusted() < 300 and value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else value

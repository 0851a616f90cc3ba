"""Decoding alone: the same bytes, read by each of those that can be had without a connection."""

import json
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import NoneType
from typing import Any, get_args, get_type_hints

import attrs
import orjson
import pydantic

from numberline._runtime.decoding import Decoder
from numberline._runtime.records import Record

from .records import FORMS, Page, envelope

ITEMS = {"voximplant": "PhoneNumber", "infobip": "Number", "apifonica": "RentedNumber"}
PAGES = {"voximplant": "PhoneNumbersPage", "infobip": "NumbersPage", "apifonica": "RentedNumbersPage"}


def body(provider: str, size: int) -> bytes:
    page = Page(0, size, size)
    return FORMS[provider].body(page, envelope(provider, page))


def check(provider: str) -> None:
    """Refuse records that leave a field of the model out: the less is set, the faster the reading.

    Raises:
        AssertionError: if one does.
    """
    model = getattr(import_module(f"numberline.{provider}"), ITEMS[provider])
    absent = {model._mapping.name(field.name) for field in attrs.fields(model)} - set(FORMS[provider].record)
    assert not absent, f"records of {provider} have no {', '.join(sorted(absent))}"


def readers(provider: str) -> dict[str, Callable[[bytes], object]]:
    """What reads a page of one provider's numbers, by name."""
    reader: Decoder[Any] = import_module(f"numberline_generated.{provider}.decoding").DECODERS[PAGES[provider]]
    stock: Any = getattr(import_module(f"stock_{provider}.models"), PAGES[provider])
    model = pydantic.create_model(
        "Page",
        **{FORMS[provider].items: (list[_pydantic(_record(provider))], ...)},  # type: ignore[misc,call-overload]
    )
    return {
        "orjson, dictionaries": orjson.loads,
        "numberline": reader,
        "json, dictionaries": json.loads,
        "pydantic v2": model.model_validate_json,
        "stock generator": partial(_stock, stock),
    }


def _stock(model: Any, body: bytes) -> object:
    return model.from_dict(json.loads(body))


def _record(provider: str) -> type[Record]:
    found: type[Record] = getattr(import_module(f"numberline.{provider}"), ITEMS[provider])
    return found


def _pydantic(record: type[Record]) -> type[pydantic.BaseModel]:
    """A pydantic model with the fields of a record. Moments that pydantic can't read stay text."""
    wire = record._mapping
    fields: dict[str, Any] = {}
    for name, hint in get_type_hints(record).items():
        if name in ("_mapping", "_origin"):
            continue
        kinds = [kind for kind in get_args(hint) if kind is not NoneType] or [hint]
        kind = kinds[0]
        if wire.moments.get(name, "").startswith("rfc"):
            kind = str
        elif isinstance(kind, type) and issubclass(kind, Record):
            kind = _pydantic(kind)
        fields[name] = (kind | None, pydantic.Field(None, alias=wire.name(name)))
    return pydantic.create_model(record.__name__, **fields)

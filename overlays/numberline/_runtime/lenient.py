"""Reading a response that is not quite as documented, field by field, so that an odd value costs no more than itself.

Each value goes through the same decoder as in `decoding.Decoder`, so both read the same. What that refuses is kept if
its text stands in the response and text is what the field holds; else it reads as None.
"""

import logging
import types
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
import msgspec

from ..errors import UnreadableResponse
from .mending import mend
from .records import Page, Record
from .timestamp_formats import FORMATS

R = TypeVar("R", bound=Record)

log = logging.getLogger("numberline")

Path = tuple[str | int, ...]
Read = Callable[[msgspec.Raw, tuple[Any, ...], Path], Any]

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)
_REFUSED = (msgspec.MsgspecError, ValueError, RecursionError)  # what a decoder raises; ValueError for broken UTF-8


class Slot(NamedTuple):
    """What is documented of one field.

    Attributes:
        name: the attribute.
        wire: what it is called on the wire.
        required: whether a record can't be read without it.
        hint: its type, with None if it is not required.
        kind: its type without None.
        moment: form of a moment (a key of `timestamp_formats.FORMATS`), or None.
    """

    name: str
    wire: str
    required: bool
    hint: Any
    kind: Any
    moment: str | None


def read(model: type[R], body: bytes) -> R:
    """Read a response as a `model`.

    Raises:
        UnreadableResponse: if `body` is not a JSON object or lacks what identifies a record.
    """
    try:
        msgspec.json.decode(body)
    except _REFUSED:
        whole = mend(body)
    else:
        whole = body
    return cast("R", _record(model, msgspec.Raw(whole), (body,), ()))


def _record(model: Any, raw: msgspec.Raw, origin: tuple[Any, ...], path: Path) -> Record:
    try:
        found = _OBJECT.decode(raw)
    except _REFUSED:
        raise UnreadableResponse(f"{_spell(path)} is not a JSON object.") from None
    values: dict[str, Any] = {}
    for slot, reader in _readers(model):
        piece = found.get(slot.wire)
        here = (*path, slot.wire)
        value = None if piece is None else reader(piece, (origin, slot.wire), here)
        if value is None and slot.required:
            if not _is_empty_list(model, slot, found):
                raise UnreadableResponse(f"{_spell(here)} is missing or not of the documented type.")
            value = []
        values[slot.name] = value
    record: Record = model(**values)
    record._origin = origin
    if isinstance(record, Page) and record.items:
        record._unreadable = len(_ARRAY.decode(found[model._mapping.name(model._items)])) - len(record.items)
    return record


def _items_name(model: Any) -> str | None:
    """Return what the list of a page's records is called on the wire."""
    return model._mapping.name(model._items) if issubclass(model, Page) else None


def _is_empty_list(model: Any, slot: Slot, found: dict[str, msgspec.Raw]) -> bool:
    """Return whether a list is written in a way that some providers have for one without items."""
    if get_origin(slot.kind) is not list:
        return False
    if slot.wire in found:
        return _literal(found[slot.wire]) in ("null", "{}", '""')
    # Left out: where anything else of a page is said, it is one.
    said = {name for name, piece in found.items() if _literal(piece) != "null"}
    return slot.wire == _items_name(model) and any(each.wire in said for each, _ in _readers(model))


def slots(model: Any) -> list[Slot]:
    """What the spec says of each field of a record, taken from its class."""
    hints = get_type_hints(model)
    wire = model._mapping
    return [
        Slot(
            name=field.name,
            wire=wire.name(field.name),
            required=field.default is attrs.NOTHING,
            hint=hints[field.name],
            kind=_without_none(hints[field.name]),
            moment=wire.moments.get(field.name),
        )
        for field in model.__attrs_attrs__
    ]


@cache
def _readers(model: Any) -> Sequence[tuple[Slot, Read]]:
    listed = _items_name(model)
    return [
        (
            slot,
            _moment(slot.moment)
            if slot.moment
            else _items(_reader(get_args(slot.kind)[0]))
            if slot.wire == listed
            else _reader(slot.hint),
        )
        for slot in slots(model)
    ]


def _reader(hint: Any) -> Read:
    kind = _without_none(hint)
    if isinstance(kind, type) and issubclass(kind, Record):
        return _nested(cast("Any", kind), _optional(hint))
    if get_origin(kind) is list:
        return _list(_reader(get_args(kind)[0]))
    return _scalar(hint, kind)


def _nested(model: Any, optional: bool) -> Read:
    def read(raw: msgspec.Raw, origin: tuple[Any, ...], path: Path) -> Record | None:
        if optional and not _literal(raw).startswith("{"):
            return None
        return _record(model, raw, origin, path)

    return read


def _items(item: Read) -> Read:
    """For the records of a page: one that can't be read costs no more than itself, unless none can be."""

    def read(raw: msgspec.Raw, origin: tuple[Any, ...], path: Path) -> list[Any] | None:
        try:
            pieces = _ARRAY.decode(raw)
        except _REFUSED:
            return None
        values: list[Any] = []
        failure: UnreadableResponse | None = None
        for at, piece in enumerate(pieces):
            try:
                values.append(item(piece, (*origin, at), (*path, at)))
            except UnreadableResponse as error:
                failure = failure or error
        if failure is not None and not values:
            raise failure
        if failure is not None:
            log.warning("%d of %d records on a page can't be read: %s", len(pieces) - len(values), len(pieces), failure)
        return values

    return read


def _list(item: Read) -> Read:
    def read(raw: msgspec.Raw, origin: tuple[Any, ...], path: Path) -> list[Any] | None:
        try:
            pieces = _ARRAY.decode(raw)
        except _REFUSED:
            return None
        values = (item(piece, (*origin, at), (*path, at)) for at, piece in enumerate(pieces))
        return [value for value in values if value is not None]

    return read


def _scalar(hint: Any, kind: Any) -> Read:
    decode = msgspec.json.Decoder(hint, strict=False).decode

    def read(raw: msgspec.Raw, origin: tuple[Any, ...], path: Path) -> Any:
        try:
            value = decode(raw)
            return None if isinstance(value, Decimal) and not value.is_finite() else value
        except _REFUSED:
            # Where text is documented: a number's digits are the text that was sent, and a truth value is better than
            # nothing where it can't be taken for an id.
            literal = _literal(raw)
            if kind is str and _optional(hint) and literal in ("true", "false"):
                return literal
            is_text = isinstance(kind, type) and issubclass(kind, str)
            return kind(literal) if is_text and literal[:1] in "-0123456789" else None

    return read


def _moment(form: str) -> Read:
    parse = FORMATS[form].read

    def read(raw: msgspec.Raw, origin: tuple[Any, ...], path: Path) -> datetime | None:
        try:
            text = _TEXT.decode(raw)
            return parse(text) if text else None
        except _REFUSED:
            return None

    return read


def _without_none(hint: Any) -> Any:
    return next(part for part in get_args(hint) if part is not types.NoneType) if _optional(hint) else hint


def _optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and types.NoneType in get_args(hint)


def _literal(raw: msgspec.Raw) -> str:
    return bytes(raw).decode(errors="replace").strip()


def _spell(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)

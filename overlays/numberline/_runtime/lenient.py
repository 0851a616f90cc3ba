"""Reading an answer that is not quite as documented, field by field, so that an odd value costs no more than itself.

Each value goes through the same decoder as in `decoding.Decoder`, so both read the same. What that refuses is kept if
its text stands in the answer and text is what the field holds; else it reads as None.
"""

import re
import types
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
import msgspec

from ..errors import UnreadableResponse
from . import timestamps
from .records import Record

R = TypeVar("R", bound=Record)

Path = tuple[str | int, ...]
Read = Callable[[msgspec.Raw, tuple[Any, ...], Path], Any]

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)
_REFUSED = (msgspec.MsgspecError, ValueError, RecursionError)  # what a decoder raises; ValueError for broken UTF-8

# Every escape in turn, so that a backslash that is itself escaped begins none. msgspec refuses an answer as a whole if
# half a surrogate pair stands alone in it; the character for what can't be read takes its place.
_HEX = rb"[0-9a-fA-F]"
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB]%(hex)s{2}\\u[dD][c-fC-F]%(hex)s{2}|(?P<half>u[dD][89a-fA-F]%(hex)s{2})|.)" % {b"hex": _HEX},
    re.DOTALL,
)


class Slot(NamedTuple):
    """What is documented of one field.

    Attributes:
        name: the attribute.
        wire: what it is called on the wire.
        required: whether a record can't be read without it.
        hint: its type, with None if it is not required.
        kind: its type without None.
        moment: form of a moment (a key of `timestamps.FORMS`), or None.
    """

    name: str
    wire: str
    required: bool
    hint: Any
    kind: Any
    moment: str | None


def read(model: type[R], body: bytes) -> R:
    """Read an answer as a `model`.

    Raises:
        UnreadableResponse: if `body` is not a JSON object or lacks what identifies a record.
    """
    whole = _ESCAPE.sub(_mended, body) if b"\\u" in body else body
    return cast("R", _record(model, msgspec.Raw(whole), (body,), ()))


def _mended(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape["half"] else escape[0]


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
            raise UnreadableResponse(f"{_spell(here)} is missing or not of the documented type.")
        values[slot.name] = value
    record: Record = model(**values)
    record._origin = origin
    return record


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
    return [(slot, _moment(slot.moment) if slot.moment else _reader(slot.hint)) for slot in slots(model)]


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
            # A number where text is documented: its digits are the text that was sent.
            literal = _literal(raw)
            is_text = isinstance(kind, type) and issubclass(kind, str)
            return kind(literal) if is_text and literal[:1] in "-0123456789" else None

    return read


def _moment(form: str) -> Read:
    parse = timestamps.FORMS[form].read

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

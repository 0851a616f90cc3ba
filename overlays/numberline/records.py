"""What comes back: the base of all generated records, and how bytes become records.

A page is decoded in one pass by msgspec, straight into the attrs classes. What msgspec can't do in that pass
(moments in the providers' own forms) is finished in one generated loop. An answer that is not quite as documented
is read again by the tolerant reader, field by field, which loses nothing that can be kept.
"""

import types
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache, reduce
from operator import getitem
from typing import Any, ClassVar, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
import msgspec

from . import moments
from .errors import UnreadableResponse

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound="Record")

Path = tuple[str | int, ...]


class OpenEnum(StrEnum):
    """A set of known values that may grow: an unknown one reads as a member that equals its text."""

    @classmethod
    def _missing_(cls, value: object) -> "OpenEnum | None":
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


class Wire:
    """How a record's fields differ from their attributes on the wire, where they do.

    Attributes:
        names: attribute -> name on the wire.
        nullable: attributes that are written as null when None; all others are left out.
        moments: attribute -> form of a moment (a key of `moments.FORMS`).
    """

    __slots__ = ("moments", "names", "nullable")

    def __init__(
        self,
        *,
        names: dict[str, str] | None = None,
        nullable: frozenset[str] = frozenset(),
        moments: dict[str, str] | None = None,
    ) -> None:
        self.names = names or {}
        self.nullable = nullable
        self.moments = moments or {}

    def name(self, attribute: str) -> str:
        """What an attribute is called on the wire."""
        return self.names.get(attribute, attribute)


class Record:
    """Base of everything that is read from an answer."""

    __slots__ = ("_origin",)

    _origin: tuple[Any, ...]  # the answer's bytes, then the path inside it; not part of equality, repr or pickle
    _wire: ClassVar[Wire] = Wire()

    @property
    def raw(self) -> dict[str, Any]:
        """The JSON object as the provider sent it, with fields that the spec does not know. Decoded on each use.

        Keeps the whole answer in memory, about a kilobyte a record. Copies and unpickled records don't have it.

        Raises:
            AttributeError: for a record that does not come straight from an answer.
        """
        try:
            body, *path = self._origin
        except AttributeError:
            raise AttributeError(f"this {type(self).__name__} does not come straight from an answer") from None
        return cast("dict[str, Any]", reduce(getitem, path, msgspec.json.decode(body)))

    def to_dict(self) -> dict[str, Any]:
        """The record as the provider would write it: names, dates and moments in the wire's forms.

        A None is left out, or written as null where the spec says that the provider does so. An amount is an int
        or a float where that holds its every digit, else it stays a Decimal.
        """
        wire = self._wire
        written: dict[str, Any] = {}
        for field in _fields(type(self)):
            value = getattr(self, field.name)
            if value is not None:
                form = wire.moments.get(field.name)
                value = moments.FORMS[form].write(value) if form else _to_wire(value)
            elif field.name not in wire.nullable:
                continue
            written[wire.name(field.name)] = value
        return written


class Page(Record, Generic[T_co]):
    """One page of a listing: the provider's envelope, and the same three things for every provider."""

    __slots__ = ()

    _items: ClassVar[str]
    _total: ClassVar[str | None] = None

    @property
    def items(self) -> list[T_co]:
        """The records on this page."""
        return cast("list[T_co]", getattr(self, self._items))

    @property
    def total(self) -> int | None:
        """How many records match on all pages, where the provider says so."""
        return cast("int | None", getattr(self, self._total)) if self._total else None


def _fields(model: Any) -> Sequence[Any]:
    # Untyped on purpose: what attrs says of a class depends on the checker's knowledge of the class.
    return cast("Sequence[Any]", model.__attrs_attrs__)


def _to_wire(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, list):
        return [_to_wire(item) for item in value]
    if isinstance(value, Decimal):
        if value.is_finite() and value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def on_the_wire(model: Any) -> Any:
    """A subclass of `model` that msgspec decodes into: the same memory under the wire's names and types.

    msgspec ignores attrs' aliases. Here each wire name is bound to the descriptor of the attribute's slot, so that a
    decoded object becomes a `model` by a change of its class, without a copy. Moments are text until then.
    """
    wire: Wire = model._wire
    hints = get_type_hints(model)
    twin: Any = type(model)(f"{model.__name__}OnTheWire", (model,), {"__slots__": (), "__module__": model.__module__})
    fields: list[Any] = []
    annotations: dict[str, Any] = {}
    for field in _fields(model):
        name = wire.name(field.name)
        if name != field.name:
            setattr(twin, name, model.__dict__[field.name])
        fields.append(field.evolve(name=name))
        annotations[name] = str | None if field.name in wire.moments else _twinned(hints[field.name])
    twin.__attrs_attrs__ = tuple(fields)  # where msgspec looks for an attrs class's fields
    twin.__annotations__ = annotations
    return twin


def _twinned(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Record):
        return on_the_wire(cast("Any", hint))
    if get_origin(hint) is list:
        return list[_twinned(get_args(hint)[0])]  # type: ignore[misc]  # a type made at run time
    if get_origin(hint) in (Union, types.UnionType):
        return Union[tuple(_twinned(part) for part in get_args(hint))]  # noqa: UP007 -- made of parts at run time
    return hint


class Reader(Generic[R]):
    """Turns the bytes of an answer into a record.

    Args:
        model: the class of the outermost record.
        finish: generated; gives a decoded answer's objects their classes and their moments.
    """

    def __init__(self, model: type[R], finish: Callable[[Any, bytes], None]) -> None:
        self._model = model
        self._finish = finish
        self._decode: Callable[[bytes], R] = msgspec.json.Decoder(on_the_wire(cast("Any", model)), strict=False).decode

    def __call__(self, body: bytes) -> R:
        """Read `body`.

        Raises:
            UnreadableResponse: if it is not JSON, not an object, or lacks what identifies a record.
        """
        try:
            record = self._decode(body)
            self._finish(record, body)
        except (msgspec.MsgspecError, ValueError):
            return read_tolerantly(self._model, body)
        return record


def read_tolerantly(model: type[R], body: bytes) -> R:
    """Read field by field, so that one odd value costs no more than itself.

    Each value goes through the same decoder as in the fast way. What that refuses is kept if text for it stands in
    the answer and text is what the field holds; else it reads as None.

    Raises:
        UnreadableResponse: if `body` is not a JSON object or lacks what identifies a record.
    """
    return _record(model, msgspec.Raw(body), body, ())


_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_ANYTHING = msgspec.json.Decoder()


@cache
def _decoder(hint: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(hint, strict=False)


def _record(model: type[R], raw: msgspec.Raw, body: bytes, path: Path) -> R:
    try:
        found = _OBJECT.decode(raw)
    except msgspec.MsgspecError:
        raise UnreadableResponse(f"{_spell(path)} is not a JSON object.") from None
    wire = model._wire
    hints = get_type_hints(model)
    values: dict[str, Any] = {}
    for field in _fields(model):
        name = wire.name(field.name)
        here = (*path, name)
        piece = found.get(name)
        value = None
        if piece is not None:
            form = wire.moments.get(field.name)
            value = _moment(form, piece) if form else _value(hints[field.name], piece, body, here)
        if value is None and field.default is attrs.NOTHING:
            raise UnreadableResponse(f"{_spell(here)} is missing or not of the documented type.")
        values[field.name] = value
    record = model(**values)
    record._origin = (body, *path)
    return record


def _value(hint: Any, raw: msgspec.Raw, body: bytes, path: Path) -> Any:
    kind = next((part for part in get_args(hint) if part is not types.NoneType), hint) if _optional(hint) else hint
    if isinstance(kind, type) and issubclass(kind, Record):
        return None if _literal(raw) == "null" and _optional(hint) else _nested(kind, hint, raw, body, path)
    if get_origin(kind) is list:
        try:
            pieces = _ARRAY.decode(raw)
        except msgspec.MsgspecError:
            return None
        read = (_value(get_args(kind)[0], piece, body, (*path, at)) for at, piece in enumerate(pieces))
        return [item for item in read if item is not None]
    try:
        return _decoder(hint).decode(raw)
    except msgspec.MsgspecError:
        return _from_number(kind, raw)


def _nested(kind: type[Record], hint: Any, raw: msgspec.Raw, body: bytes, path: Path) -> Record | None:
    if _optional(hint) and not _literal(raw).startswith("{"):
        return None
    return _record(kind, raw, body, path)


def _from_number(kind: Any, raw: msgspec.Raw) -> Any:
    """A JSON number where text is documented: its literal is the text that was sent."""
    literal = _literal(raw)
    if isinstance(kind, type) and issubclass(kind, str) and literal[:1] in "-0123456789":
        return kind(literal)
    return None


def _moment(form: str, raw: msgspec.Raw) -> datetime | None:
    try:
        text = _decoder(str).decode(raw)
        return moments.FORMS[form].read(text) if text else None
    except (msgspec.MsgspecError, ValueError):
        return None


def _optional(hint: Any) -> bool:
    return types.NoneType in get_args(hint)


def _literal(raw: msgspec.Raw) -> str:
    return bytes(raw).decode(errors="replace").strip()


def _spell(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)

"""Records: the base of everything that is read from a response."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from .operation import follow

T_co = TypeVar("T_co", covariant=True)


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

    def __reduce_ex__(self, _: object) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.value,)  # by value: before 3.11.4 it was by name, which is not known of all


@dataclass(kw_only=True, slots=True)
class FieldMapping:
    """How a record's fields differ from their attributes on the wire, where they do.

    Attributes:
        names: attribute -> name on the wire.
        nullable: attributes that are written as null when None; all others are left out.
        moments: attribute -> form of a moment (a key of `timestamp_formats.FORMATS`).
        decimal_strings: attributes whose amounts are written as text.
    """

    names: dict[str, str] = field(default_factory=dict)
    nullable: tuple[str, ...] = ()
    moments: dict[str, str] = field(default_factory=dict)
    decimal_strings: tuple[str, ...] = ()

    def name(self, attribute: str) -> str:
        """What an attribute is called on the wire."""
        return self.names.get(attribute, attribute)


class Record:
    """Base of everything that is read from a response."""

    __slots__ = ("_origin",)

    # The response's bytes alone, or the origin of the record around this one and the way from there. Not part of
    # equality, repr or pickle.
    _origin: tuple[Any, ...]
    _mapping: ClassVar[FieldMapping] = FieldMapping()

    @property
    def raw(self) -> dict[str, Any]:
        """The JSON object as the provider sent it, with fields that the spec does not know. Decoded on each use.

        Keeps the whole response in memory, about a kilobyte a record. Copies and unpickled records don't have it.

        Raises:
            AttributeError: for a record that does not come straight from a response.
        """
        from .plain import raw

        return raw(self)

    @classmethod
    def wire_names(cls) -> list[str]:
        """The names of the fields as the provider writes them."""
        return [cls._mapping.name(field.name) for field in _fields(cls)]

    def to_dict(self) -> dict[str, Any]:
        """The record as the provider would write it: names, dates and moments in the wire's forms.

        A None is left out, or written as null where the spec says that the provider does so. An amount is text where
        the provider has it so, else an int or a float where that holds its every digit, else it stays a Decimal.
        """
        from .writing import written

        return written(self)

    def __eq__(self, other: object) -> bool:
        # Not attrs', whose code for each class takes a seventh of the time in which a provider's models are loaded.
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in _fields(type(self)))

    def __repr__(self) -> str:
        from .writing import shown

        return shown(self)


class Page(Record, Generic[T_co]):
    """One page of a listing: the provider's envelope, and the same three things for every provider.

    Attributes:
        unreadable: how many records were left out of `items` because they lack what identifies them.
    """

    __slots__ = ("_unreadable",)

    _unreadable: int

    # Attributes, dotted where they are in records that the page holds.
    _items: ClassVar[str]
    _total: ClassVar[str | None] = None

    @property
    def items(self) -> list[T_co]:
        """The records on this page."""
        return cast("list[T_co]", follow(self, self._items))

    @property
    def unreadable(self) -> int:
        return getattr(self, "_unreadable", 0)

    @property
    def total(self) -> int | None:
        """How many records match on all pages, where the provider says so."""
        return cast("int | None", follow(self, self._total)) if self._total else None


def _fields(model: Any) -> Sequence[Any]:
    # Untyped on purpose: what attrs says of a class depends on the checker's knowledge of the class.
    return cast("Sequence[Any]", model.__attrs_attrs__)

"""What the templates print, as plain data: no source code, nothing of the parser's."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Type(NamedTuple):
    """The type of an argument or of a field.

    Attributes:
        kind: a value of `wiretypes.KINDS`, or `enum`, `record`, `list` or `const`.
        model: the class of an enum or record.
        item: the type of a list's items.
        values: the values of an enum, or the one of a const.
        limits: checked by the client; the names are those of the functions in `arguments` and `lists`.
        separator: what joins a list into one text; without one its items are sent one by one.
        words: texts that may stand in its place.
    """

    kind: str
    model: str | None = None
    item: "Type | None" = None
    values: tuple[Any, ...] = ()
    limits: Mapping[str, Any] = {}
    separator: str | None = None
    words: tuple[str, ...] = ()

    @property
    def record(self) -> str | None:
        """The record class that this is or holds."""
        inner = self.item or self
        return inner.model if inner.kind == "record" else None


class Argument(NamedTuple):
    """An argument of a method, or a member of an object in a JSON body."""

    name: str
    wire: str
    location: str  # path, query, form or json
    type: Type
    required: bool
    setting: str | None
    deprecated: bool
    doc: str


class Field(NamedTuple):
    """A field of a record."""

    name: str
    wire: str
    type: Type
    required: bool
    nullable: bool
    secret: bool
    doc: str


class Listing(NamedTuple):
    """Where a page holds its items, as dotted attributes."""

    item: str
    items: str
    total: str | None


class Record(NamedTuple):
    """A record class; `members` is how it is written where it is part of a JSON body."""

    name: str
    fields: list[Field]
    doc: str
    listing: Listing | None
    is_read: bool
    members: list[Argument] | None
    mapping: Mapping[str, Any]  # what the runtime's `FieldMapping` says of it


class Enum(NamedTuple):
    """An enum class."""

    name: str
    is_text: bool
    members: list[tuple[str, Any]]
    doc: str


class Group(NamedTuple):
    """Arguments that depend on each other: `exactly_one`, `at_most_one`, or `needs`: the first needs another."""

    rule: str
    names: tuple[str, ...]


class Operation(NamedTuple):
    """An operation."""

    name: str
    method: str
    path: str
    operation_class: str
    body: str | None
    arguments: list[Argument]
    groups: list[Group]
    response: str | None
    error_field: str | None
    error_keys: tuple[str, ...]
    outcome: tuple[str, Mapping[str, str]] | None
    paging: Mapping[str, Any] | None  # style, and the arguments of its class in the runtime
    rate_limit: tuple[int, float, int] | None
    item: str | None
    result: str | None  # the attribute that a call returns; `none` for nothing, None for the whole response
    result_hint: str
    empty_status: str | None  # documented success without the body that the result is read from
    deprecated: bool
    link: str
    summary: str
    description: str


class Api(NamedTuple):
    """Everything that the templates of one provider ask for."""

    name: str
    package: str
    server: str
    prefix: str
    link: str
    description: str
    error_forms: list[Mapping[str, tuple[str, ...]]]
    error_codes: Mapping[int | str, tuple[str, str | None, str]]  # kind, name, effect
    enums: list[Enum]
    records: list[Record]  # each after those that it holds
    operations: list[Operation]
    exported: list[str]  # the classes that users receive or pass

"""What the generated code is written against: providers, operations and requests, all plain data.

Nothing here sends anything. A generated builder turns arguments into a `Request`; a client signs, encodes and sends it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import Any, Generic, Literal, NamedTuple, TypeVar, cast
from urllib.parse import quote, urlencode

from ..errors import InvalidArgument

T_co = TypeVar("T_co", covariant=True)

OperationClass = Literal["read", "idempotent", "charge", "release"]
"""What sending a request once more would do: nothing (`read`), the same again (`idempotent`), cost money
(`charge`), or give something up (`release`)."""


Effect = Literal["none", "unknown"]
"""Whether a request that was refused certainly changed nothing (`none`), or may have been carried out (`unknown`)."""


class Budget(NamedTuple):
    """How many requests may be sent: `requests` every `seconds`, of which `burst` may go at once."""

    requests: int
    seconds: float
    burst: int = 1


class Offset(NamedTuple):
    """Pages are asked for by the number of records to skip.

    Attributes:
        offset: the parameter that says how many.
        size: the parameter that says how many records go on a page.
        key: the attribute that identifies a record; so for all styles.
    """

    offset: str
    size: str
    key: str


class Numbered(NamedTuple):
    """Pages are counted.

    Attributes:
        page: the parameter that says which page.
        first: the number of the first page.
        size: the parameter that says how many records go on a page. It travels with every page number.
        default_size: the documented size of a page.
    """

    page: str
    first: int
    size: str
    default_size: int
    key: str


class Cursor(NamedTuple):
    """Each page leads to the next.

    Attributes:
        cursor: the parameter that leads on.
        link: the attribute of a page that holds a link with that parameter.
        is_token: whether the attribute holds the parameter's value instead.
    """

    cursor: str
    link: str
    key: str
    is_token: bool = False


Style = Offset | Numbered | Cursor
"""How one page leads to the next."""


class ErrorCode(NamedTuple):
    """What one of a provider's error codes means.

    Attributes:
        kind: a key of `failures.BY_KIND`.
        name: the provider's name for a code that is a number, or None.
        effect: whether a request refused with it may have been carried out.
    """

    kind: str
    name: str | None = None
    effect: Effect = "none"


class Outcome(NamedTuple):
    """A field of a successful response that says whether a purchase or a release was carried out.

    Attributes:
        field: the attribute of the record.
        values: value of the field -> `done`, `unknown`, or the kind of error that it means. A value that is not here
            means `unknown`; a response without the field means `done`.
    """

    field: str
    values: Mapping[str, str]

    def meaning(self, record: Any) -> str:
        """Return what a record's field means."""
        value = getattr(record, self.field)
        return "done" if value is None else self.values.get(value, "unknown")


class ErrorForm(NamedTuple):
    """Where a response keeps its error: paths of keys, the field that repeats the HTTP status, and the values of the
    code that mean success, as text."""

    code: tuple[str, ...]
    text: tuple[str, ...]
    parameter: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    success: tuple[str, ...] = ()


@dataclass(eq=False)
class Provider:
    """What a spec says of its provider as a whole.

    Attributes:
        name: as people write it.
        package: the generated package, whose `decoding` module is loaded with the first response.
        server: the documented scheme and host.
        prefix: what stands before every path; may name settings in braces.
        error_forms: the shapes in which a response can say that it is an error.
        error_codes: the provider's codes and what each of them means.
    """

    name: str
    _: KW_ONLY
    package: str
    server: str
    prefix: str
    error_forms: tuple[ErrorForm, ...]
    error_codes: Mapping[int | str, ErrorCode]
    operations: "dict[str, Operation[Any]]" = field(default_factory=dict, init=False, repr=False)


@dataclass(eq=False, repr=False)
class Operation(Generic[T_co]):
    """One operation of a spec, without the arguments of a call.

    Attributes:
        name: the method's name.
        method: HTTP method.
        path: the path, with `{parameter}` where a call fills one in.
        operation_class: see `OperationClass`.
        parameters: what the spec's parameters are called on the wire.
        body: how a body is written, or None where there is none.
        paging: how one page leads to the next, or None.
        rate_limit: the documented figure, kept to once the provider has said that it was too much.
        error_field: the attribute of the result that is only there when the provider refused, or None.
        error_keys: other members of a response that may say that the provider refused.
        error_marks: the same as bytes that a body is searched for.
        response: the name of what decodes a response, or None where no body is documented.
        outcome: the field of the result that says whether it was carried out, or None.
    """

    provider: Provider
    name: str
    _: KW_ONLY
    method: str
    path: str
    operation_class: OperationClass
    response: str | None
    error_field: str | None = None
    error_keys: tuple[str, ...] = ()
    outcome: Outcome | None = None
    parameters: tuple[str, ...] = ()
    body: Literal["form", "json"] | None = None
    paging: Style | None = None
    rate_limit: Budget | None = None

    def __post_init__(self) -> None:
        # The error field as well: read as a record, it is None where it is text or a list.
        keys = (*self.error_keys, self.error_field) if self.error_field is not None else self.error_keys
        self.error_marks = tuple(f'"{key}"'.encode() for key in keys)
        self.provider.operations[self.name] = self

    @cached_property
    def read(self) -> Callable[[bytes], T_co]:
        """Turns the bytes of a good response into the operation's result. Loads the provider's models when first used.

        Raises:
            UnreadableResponse: if they are not what the spec documents.
        """
        if self.response is None:
            return cast("Callable[[bytes], T_co]", _nothing)
        readers = import_module(f"{self.provider.package}.decoding").DECODERS
        return cast("Callable[[bytes], T_co]", readers[self.response])

    def __repr__(self) -> str:
        return f"<Operation {self.provider.name} {self.name}>"


def _nothing(body: bytes) -> None:
    """The result where none is documented; `responses` looks at what came instead."""


class Wanted(NamedTuple):
    """What a charge or a release is about.

    Attributes:
        numbers: phone numbers, as they were written.
        ids: ids of records, where no number is known.
        how_many: for a purchase that names none.
        is_everything: whether it is about all that the account owns.
        ids_change: whether what is bought may have another id than the one that was asked for.
    """

    numbers: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    how_many: int = 0
    is_everything: bool = False
    ids_change: bool = False


class Holding(NamedTuple):
    """What a record says of a number that the account owns.

    Attributes:
        id: the record's id.
        number: the phone number.
        since: when it was bought, where the provider says so.
        is_gone: whether it was given up, or its purchase failed, and it is still listed.
        is_pending: whether its purchase is not complete.
        record: the record itself.
    """

    id: str
    number: str
    since: datetime | None = None
    is_gone: bool = False
    is_pending: bool = False
    record: Any = None


class Reconciliation(NamedTuple):
    """How to find out whether a charge or a release was carried out, in plain functions of the provider's module.

    Attributes:
        wanted: reads what a call was about from its arguments, by the wire's names, and from the number that its caller
            knew. May raise ValueError or KeyError where they don't say.
        owned: makes the request that lists what the account owns, or of that only the given numbers.
        holding: reads a record of that listing.
        bought: reads the result of a purchase; None for a release.
    """

    wanted: Callable[[Mapping[str, str], str | None], Wanted]
    owned: Callable[[Sequence[str]], "Request[Any]"]
    holding: Callable[[Any], Holding]
    bought: Callable[[Any], Sequence[Holding]] | None = None


class Request(Generic[T_co]):
    """One request before it is signed and encoded. Immutable; `replace` makes the request for another page.

    Attributes:
        operation: what is asked for.
        path: values for the path's parameters, as text.
        query: query parameters as text, or a list of texts for one that is repeated.
        body: form fields as text, or the members of a JSON object.
        number: the phone number that it is about, where its arguments name it by a key only.

    `extra_params` are parameters that the spec does not have, for the body if the operation has one, else the query.
    """

    __slots__ = ("body", "number", "operation", "path", "query")

    def __init__(
        self,
        operation: Operation[T_co],
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        number: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        self.operation = operation
        self.path = path or {}
        self.query = query or {}
        self.body = body or {}
        self.number = number
        if extra_params:
            from .extra_params import checked

            extra = checked(extra_params, operation.parameters)
            if operation.body is None:
                self.query = {**self.query, **extra}
            else:
                self.body = {**self.body, **extra}

    def parameter(self, name: str) -> str | None:
        """What the request says for a query or form parameter, or None."""
        return cast("str | None", self.query.get(name, self.body.get(name)))

    def replace(self, parameters: Mapping[str, str]) -> "Request[T_co]":
        """The same request with some of its query or form parameters changed or added."""
        if self.operation.body == "form":
            return Request(self.operation, path=self.path, query=self.query, body={**self.body, **parameters})
        return Request(self.operation, path=self.path, query={**self.query, **parameters}, body=self.body)

    def about(self, number: str) -> "Request[T_co]":
        """Return the same request, known to be about a phone number."""
        return Request(self.operation, path=self.path, query=self.query, body=self.body, number=number)

    def mismatch(self, result: Any) -> str | None:
        """Return why a result is not the record that was asked for by its key, or None."""
        names: Mapping[str, str] = result._mapping.names if self.path and hasattr(result, "_mapping") else {}
        for name, value in self.path.items():
            attribute = next((ours for ours, wire in names.items() if wire == name), name)
            key = getattr(result, attribute, None)
            if isinstance(key, str | int) and str(key).casefold() != value.casefold():
                return f"it is about another {name} than was asked for."
        return None

    def arguments(self) -> dict[str, str]:
        """All that was asked for, by the wire's names; what is not text, in the form that JSON has for it."""
        from .plain import as_json

        given = {**self.path, **self.query, **self.body}
        return {name: held if isinstance(held, str) else as_json(held).decode() for name, held in given.items()}

    def encode(self, fields: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
        """Return the body, and the header that says what it is.

        Args:
            fields: what signing in adds to a form.

        Raises:
            InvalidArgument: if `extra_params` names one of them.
        """
        if self.operation.body == "form":
            if taken := sorted(fields.keys() & self.body.keys()):
                raise InvalidArgument(f"extra_params can't name {taken[0]}: it signs in", parameter="extra_params")
            form = urlencode({**self.body, **fields}, doseq=True).encode()
            return form, {"content-type": "application/x-www-form-urlencoded"}
        if self.operation.body == "json":
            from .plain import as_json

            return as_json(self.body), {"content-type": "application/json"}
        return b"", {}

    def target(self, prefix: str = "", added: Mapping[str, str] = MappingProxyType({})) -> str:
        """Path and query, percent-encoded. A comma stays as it is: it separates the items of lists.

        Args:
            prefix: what stands before the path.
            added: what signing in adds to the query.
        """
        query = {**self.query, **added}
        path = prefix + self.operation.path
        for name, value in self.path.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return f"{path}?{urlencode(query, doseq=True, safe=',', quote_via=quote)}" if query else path

    def __repr__(self) -> str:
        # Values stay out: they may be people's numbers.
        names = ", ".join([*self.path, *self.query, *self.body])
        return f"<Request {self.operation.name}({names})>"


def follow(record: Any, way: str) -> Any:
    """Return what dotted attributes lead to, or None where one of them is."""
    for name in way.split("."):
        record = getattr(record, name) if record is not None else None
    return record


def lazy_models(provider: Provider, module: dict[str, Any]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` for a provider's module: its models are loaded when one is first asked for."""

    def models() -> Any:
        return import_module(f"{provider.package}.models")

    def find(name: str) -> Any:
        if name == "__all__":  # for pydoc, which lists nothing else that another module defines
            own = [key for key, value in module.items() if getattr(value, "__module__", None) == module["__name__"]]
            return [*(key for key in own if not key.startswith("_")), *models().__all__]
        if name.startswith("__") or name not in models().__all__:
            raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")
        module[name] = value = getattr(models(), name)
        return value

    def names() -> list[str]:
        return sorted({*module, *models().__all__})

    return find, names

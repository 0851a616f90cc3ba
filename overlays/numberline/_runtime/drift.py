"""What responses have in them that the spec does not say: loaded by clients that were made with `drift=True`.

Each successful response is checked once more, against the shipped spec. What is noted is where something stands, never
what: a path, and the pointer into the spec that it differs from.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, cast

from ..errors import InvalidArgument, NumberlineError, UnreadableResponse
from .locks import Lock
from .operation import Operation, Provider
from .plain import decoded
from .timestamp_formats import FORMATS
from .transport import RawResponse, TransportFailure

try:
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend
except ImportError:
    raise InvalidArgument(
        "drift=True needs jsonschema, which numberline's extras `drift` and `sandbox` install", parameter="drift"
    ) from None

Kind = Literal["unknown-field", "unknown-value", "missing-field", "odd-date", "wrong-type"]
"""A field that the spec does not know; a value that is none of an enum's; a field that is absent without which a record
can't be read; a day or moment that is not written as documented; a value of another JSON type, or an amount that is no
number. Null and an empty day or moment are nothing odd: they read as absent."""

MOST = 500
"""How many findings a client keeps."""
MANY_NAMES = 20
"""An object with more unknown fields than this is taken for a map, whose keys are data."""

# A name that may be shown: what programmers call a field. Anything else may be somebody's number, name or key. Unknown
# fields are not descended into.
_NAME = re.compile(r"(?!(?:.*[0-9]){5})[A-Za-z_][A-Za-z0-9_-]{0,63}", re.ASCII)

log = logging.getLogger("numberline")


class Finding(NamedTuple):
    """One way in which responses differ from the spec.

    Attributes:
        kind: see `Kind`.
        path: where in the response's JSON, with `[]` for each item of a list and `*` for a name that may be data.
        operation: the method whose responses have it.
        pointer: what it differs from: a file of `specs/` and a JSON pointer into it.
        times: how often it was met.
        first: when it was first met, in UTC.
        last: when it was last met, in UTC.
    """

    kind: Kind
    path: str
    operation: str
    pointer: str
    times: int
    first: datetime
    last: datetime


class DriftReport(NamedTuple):
    """What was met so far. `str()` of it is a table.

    Attributes:
        provider: as people write it.
        responses: how many responses were checked.
        findings: by operation and path.
        left_out: how many more differences were met when there were too many findings to keep.
    """

    provider: str
    responses: int
    findings: tuple[Finding, ...]
    left_out: int

    def __str__(self) -> str:
        checked = f"{self.responses} response{'s' * (self.responses != 1)} checked"
        if not self.findings:
            return f"{self.provider}: {checked}, all as specified."
        rows = [("what", "path", "operation", "times", "first", "last", "specified in")]
        for found in self.findings:
            first, last = (f"{moment:%Y-%m-%d %H:%M}" for moment in (found.first, found.last))
            rows.append((found.kind, found.path, found.operation, str(found.times), first, last, found.pointer))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        more = f", and {self.left_out} more that are not kept" if self.left_out else ""
        findings = f"{len(self.findings)} finding{'s' * (len(self.findings) != 1)}"
        return "\n".join([f"{self.provider}: {findings} in {checked}{more}.", *lines])


Read = Callable[[Operation[Any], RawResponse | TransportFailure], tuple[Any, NumberlineError | None]]
"""How a client turns what came into a result or an error."""


class Probe:
    """Collects what the responses of a client have in them. Safe to share between threads.

    Args:
        provider: whose responses they are.
        now: gives the moment, in UTC.
    """

    def __init__(self, provider: Provider, now: Callable[[], datetime]) -> None:
        self._provider = provider
        self._now = now
        self._lock = Lock()
        self._responses = 0
        self._left_out = 0
        self._found: dict[tuple[str, ...], Finding] = {}

    def watching(self, read: Read) -> Read:
        """Return `read` with a check of each response that is no error of the provider's."""

        def watched(
            operation: Operation[Any], came: RawResponse | TransportFailure
        ) -> tuple[Any, NumberlineError | None]:
            result, failure = read(operation, came)
            is_good = failure is None or isinstance(failure, UnreadableResponse)
            if is_good and isinstance(came, RawResponse) and 200 <= came.status < 300:
                try:
                    self._check(operation, came.body)
                except Exception as error:  # a call never fails for what only watches it
                    log.warning("the drift probe failed at %s: %s", operation.name, type(error).__name__)
            return result, failure

        return watched

    def report(self) -> DriftReport:
        """Return what was met so far."""
        with self._lock:
            findings = sorted(self._found.values(), key=lambda found: (found.operation, found.path, found.kind))
            return DriftReport(self._provider.name, self._responses, tuple(findings), self._left_out)

    def _check(self, operation: Operation[Any], body: bytes) -> None:
        met = differences(operation, body)
        if met is None:
            return
        with self._lock:
            self._responses += 1
            now = self._now()
            for kind, path, pointer in met:
                key = (operation.name, kind, path, pointer)
                known = self._found.get(key)
                if known is not None:
                    self._found[key] = known._replace(times=known.times + 1, last=now)
                elif len(self._found) < MOST:
                    self._found[key] = Finding(kind, path, operation.name, pointer, 1, now, now)
                else:
                    self._left_out += 1


def differences(operation: Operation[Any], body: bytes) -> Iterable[tuple[Kind, str, str]] | None:
    """Return kind, path and pointer of each difference between a response and the spec; None for what is no JSON."""
    name = operation.provider.package.rpartition(".")[2]
    schema, pointers = _schema(name, operation.path, operation.method.lower())
    try:
        found = decoded(body) if body else None
    except (ValueError, RecursionError):
        return None
    if schema is None:
        step = operation.path.replace("~", "~0").replace("/", "~1")
        pointer = f"specs/{name}.yaml#/paths/{step}/{operation.method.lower()}/responses"
        return [("wrong-type", "$", pointer)] if body else []
    return [
        (cast("Kind", error.message), _spell(error), f"specs/{name}.yaml#{pointers[id(error.schema)]}")
        for error in schema.iter_errors(found)
    ]


def _spell(error: ValidationError) -> str:
    return "$" + "".join("[]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)


@cache
def _schema(name: str, path: str, method: str) -> tuple[Any, dict[int, str]]:
    """Return the validator for an operation's result, if it has one, and where in the spec each of its parts stands."""
    spec, pointers = _spec(name)
    responses: dict[str, Any] = spec["paths"][path][method]["responses"]
    success = next(held for status, held in responses.items() if status.startswith("2"))
    if "content" not in success:
        return None, pointers
    schema = success["content"]["application/json"]["schema"]
    return _Validator({**schema, "components": spec["components"]}), pointers


@cache
def _spec(name: str) -> tuple[dict[str, Any], dict[int, str]]:
    spec = json.loads(files("numberline_generated.wire").joinpath(f"{name}.json").read_text(encoding="utf-8"))
    pointers: dict[int, str] = {}

    def index(part: Any, pointer: str) -> None:
        pointers[id(part)] = pointer
        steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for step, inner in steps:
            index(inner, f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}")

    index(spec["components"], "/components")
    return spec, pointers


def _properties(validator: Any, properties: dict[str, Any], instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    unknown = [name for name in instance if name not in properties]
    for name in unknown:
        shown = name if len(unknown) <= MANY_NAMES and _NAME.fullmatch(name) else "*"
        yield ValidationError("unknown-field", path=[shown], schema=schema)
    # A group says what a result has to have, and then what a refusal has.
    groups = [group["oneOf"][0].get("required", ()) for group in schema.get("allOf", ()) if "oneOf" in group]
    required = {*schema.get("required", ()), *(name for names in groups for name in names)}
    for name, inner in properties.items():
        if instance.get(name) is not None:
            yield from validator.descend(instance[name], inner, path=name)
        elif name in required:
            yield ValidationError("missing-field", path=[name], schema=inner)


def _alternatives(validator: Any, forms: list[dict[str, Any]], instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    found = [list(validator.descend(instance, form)) for form in forms]
    if all(found):
        yield from min(found, key=lambda errors: errors[0].message == "wrong-type")


def _type(validator: Any, types: str | list[str], instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    if schema.get("format") == "decimal" and isinstance(instance, str):
        is_right = _is_amount(instance)  # one provider writes money as numbers, another as text
    else:
        is_right = any(validator.is_type(instance, each) for each in ([types] if isinstance(types, str) else types))
    if not is_right:
        yield ValidationError("wrong-type", schema=schema)


def _known(validator: Any, values: Any, instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    known: Any = values if isinstance(values, list) else [values]
    if instance not in known and type(instance) in {type(value) for value in known}:
        yield ValidationError("unknown-value", schema=known if known is values else schema)


def _format(validator: Any, form: str, instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    forms: dict[str, tuple[Any, Any]] = {**FORMATS, "date": (date.fromisoformat, date.isoformat)}
    if form not in forms or not isinstance(instance, str) or not instance:
        return
    read, write = forms[form]
    try:
        is_odd = write(read(instance)).replace(" 0", " ") != instance.replace(" 0", " ")
    except (ValueError, OverflowError):
        is_odd = True
    if is_odd:
        yield ValidationError("odd-date", schema=schema)


def _is_amount(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _nothing(validator: Any, value: Any, instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    return iter(())


_Validator: Any = cast("Any", extend)(
    Draft202012Validator,
    {
        "properties": _properties,
        "anyOf": _alternatives,
        "type": _type,
        "enum": _known,
        "const": _known,
        "format": _format,
        # What is required is checked with the properties, where null is as good as absent.
        **dict.fromkeys(
            ("required", "allOf", "pattern", "minimum", "maximum", "minItems", "minLength", "maxLength"), _nothing
        ),
    },
)

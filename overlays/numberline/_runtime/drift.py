"""What answers have in them that the spec does not say: loaded by clients that were made with `drift=True`.

Each good answer is read once more, beside the records' classes. What is noted is where something stands, never what:
a path, and the place in the spec that it differs from.
"""

import logging
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from threading import Lock
from typing import Any, Literal, NamedTuple, cast, get_args, get_origin

from ..errors import NumberlineError, UnreadableResponse
from . import timestamps
from .decoding import Decoder
from .lenient import slots
from .operation import Operation, Provider
from .records import Record, decoded
from .responses import RawResponse
from .transport import TransportFailure

Kind = Literal["unknown-field", "unknown-value", "missing-field", "odd-date", "wrong-type"]
"""A field that the spec does not know; a value that is none of an enum's; a field that is absent without which a record
can't be read; a day or moment that is not written as documented; a value of another JSON type, or an amount that is no
number. Null and an empty day or moment are nothing odd: they read as absent."""

MOST = 500
"""How many findings a client keeps."""
MANY_NAMES = 20
"""An object with more unknown fields than this is taken for a map, whose keys are data."""

# A name that may be shown: what programmers call a field. Anything else may be somebody's number, name or key. What
# stands inside an unknown field is never looked at, so this is about the names beside documented ones only.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", re.ASCII)
_DIGITS = re.compile(r"[0-9]")
_MANY_DIGITS = 5

log = logging.getLogger("numberline")


class Finding(NamedTuple):
    """One way in which answers differ from the spec.

    Attributes:
        kind: see `Kind`.
        path: where in the answer's JSON, with `[]` for each item of a list and `*` for a name that may be data.
        operation: the method whose answers have it.
        place: what it differs from: a file of `specs/` and a JSON pointer into it.
        times: how often it was met.
        first: when it was first met, in UTC.
        last: when it was last met, in UTC.
    """

    kind: Kind
    path: str
    operation: str
    place: str
    times: int
    first: datetime
    last: datetime


class DriftReport(NamedTuple):
    """What was met so far. `str()` of it is a table.

    Attributes:
        provider: as people write it.
        answers: how many answers were looked at.
        findings: by operation and path.
        left_out: how many more differences were met when there were too many findings to keep.
    """

    provider: str
    answers: int
    findings: tuple[Finding, ...]
    left_out: int

    def __str__(self) -> str:
        looked_at = f"{self.answers} answer{'s' * (self.answers != 1)} looked at"
        if not self.findings:
            return f"{self.provider}: {looked_at}, all as specified."
        rows = [("what", "path", "operation", "times", "first", "last", "specified in")]
        for found in self.findings:
            first, last = (f"{moment:%Y-%m-%d %H:%M}" for moment in (found.first, found.last))
            rows.append((found.kind, found.path, found.operation, str(found.times), first, last, found.place))
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        more = f", and {self.left_out} more that are not kept" if self.left_out else ""
        findings = f"{len(self.findings)} finding{'s' * (len(self.findings) != 1)}"
        return "\n".join([f"{self.provider}: {findings} in {looked_at}{more}.", *lines])


class _Key(NamedTuple):
    """What makes two differences the same finding."""

    kind: Kind
    path: str
    place: str


class Differences:
    """How one answer differs from what the spec says.

    Attributes:
        times: how often each was met.
        left_out: how many more were met when there were too many to keep.
    """

    def __init__(self) -> None:
        self.times: dict[_Key, int] = {}
        self.left_out = 0

    def add(self, kind: Kind, path: str, place: str) -> None:
        key = _Key(kind, path, place)
        if key in self.times or len(self.times) < MOST:
            self.times[key] = self.times.get(key, 0) + 1
        else:
            self.left_out += 1


Read = Callable[[Operation[Any], RawResponse | TransportFailure], tuple[Any, NumberlineError | None]]
"""How a client turns what came into a result or an error."""

Look = Callable[[Any, Differences], None]
"""Notes what is odd about a value."""


class Probe:
    """Collects what the answers of a client have in them. Safe to share between threads.

    Args:
        provider: whose answers they are.
        today: gives the moment, in UTC.
    """

    def __init__(self, provider: Provider, today: Callable[[], datetime]) -> None:
        self._provider = provider
        self._today = today
        self._lock = Lock()
        self._answers = 0
        self._left_out = 0
        self._found: dict[tuple[str, _Key], Finding] = {}

    def watching(self, read: Read) -> Read:
        """`read`, and a look at each answer that is no error of the provider's."""

        def watched(
            operation: Operation[Any], came: RawResponse | TransportFailure
        ) -> tuple[Any, NumberlineError | None]:
            result, failure = read(operation, came)
            is_good = failure is None or isinstance(failure, UnreadableResponse)
            if is_good and isinstance(came, RawResponse) and 200 <= came.status < 300:
                try:
                    self._look(operation, came.body)
                except Exception as error:  # a call never fails for what only watches it
                    log.warning("the drift probe failed at %s: %s", operation.name, type(error).__name__)
            return result, failure

        return watched

    def report(self) -> DriftReport:
        """What was met so far."""
        with self._lock:
            findings = sorted(self._found.values(), key=lambda found: (found.operation, found.path, found.kind))
            return DriftReport(self._provider.name, self._answers, tuple(findings), self._left_out)

    def _look(self, operation: Operation[Any], body: bytes) -> None:
        met = differences(operation, body)
        if met is None:
            return
        with self._lock:
            self._answers += 1
            self._left_out += met.left_out
            now = self._today()
            for key, times in met.times.items():
                at = (operation.name, key)
                known = self._found.get(at)
                if known is not None:
                    self._found[at] = known._replace(times=known.times + times, last=now)
                elif len(self._found) < MOST:
                    self._found[at] = Finding(key.kind, key.path, operation.name, key.place, times, now, now)
                else:
                    self._left_out += times


def differences(operation: Operation[Any], body: bytes) -> Differences | None:
    """How an answer differs from what the spec says of the operation's; None for what is no JSON at all."""
    file = f"specs/{operation.provider.package.rpartition('.')[2]}.yaml#"
    met = Differences()
    reader = operation.read
    if not isinstance(reader, Decoder):
        if body:
            met.add("wrong-type", "$", f"{file}/paths/{_step(operation.path)}/{operation.method.lower()}/responses")
        return met
    try:
        answer = decoded(body)
    except (ValueError, RecursionError):
        return None
    _looker(cast("Any", reader.model), file)(answer, met)
    return met


@cache
def _looker(model: Any, file: str) -> Look:
    return _record(model, "$", f"{file}/components/schemas", _schema(f"{file}/components/schemas", model))


def _step(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _schema(schemas: str, kind: Any) -> str:
    return f"{schemas}/{kind.__name__}"


def _record(model: Any, path: str, schemas: str, place: str) -> Look:
    """`place` is what a value differs from that is no object."""
    own = _schema(schemas, model)
    lookers: dict[str, Look] = {}
    required: dict[str, tuple[str, str]] = {}
    for slot in slots(model):
        here, there = f"{path}.{slot.wire}", f"{own}/properties/{_step(slot.wire)}"
        extra_values: tuple[str, ...] = model._mapping.extra_values.get(slot.name, ())
        lookers[slot.wire] = (
            _moment(slot.moment, here, there) if slot.moment else _value(slot.kind, here, schemas, there, extra_values)
        )
        if slot.required:
            required[slot.wire] = (here, there)

    def look(value: Any, met: Differences) -> None:
        if not isinstance(value, dict):
            met.add("wrong-type", path, place)
            return
        unknown = [name for name in value if name not in lookers]
        for name in unknown:
            shown = name if len(unknown) <= MANY_NAMES and _is_shown(name) else "*"
            met.add("unknown-field", f"{path}.{shown}", own)
        for name, looker in lookers.items():
            held = value.get(name)
            if held is not None:
                looker(held, met)
            elif name in required:
                met.add("missing-field", *required[name])

    return look


def _value(kind: Any, path: str, schemas: str, place: str, extra_values: tuple[str, ...] = ()) -> Look:
    if get_origin(kind) is list:
        return _list(_value(get_args(kind)[0], f"{path}[]", schemas, place), path, place)
    if get_origin(kind) is Literal:
        return _one_of(set(get_args(kind)), path, place, place)
    if issubclass(kind, Record):
        return _record(kind, path, schemas, place)
    if issubclass(kind, Enum):
        known = {*(member.value for member in kind), *extra_values}
        return _one_of(known, path, place, f"{_schema(schemas, kind)}/enum")
    if kind is date:
        return _written(lambda text: date.fromisoformat(text).isoformat(), path, place)
    return _scalar(kind, path, place)


def _list(item: Look, path: str, place: str) -> Look:
    def look(value: Any, met: Differences) -> None:
        if isinstance(value, list):
            for each in value:
                item(each, met)
        else:
            met.add("wrong-type", path, place)

    return look


def _one_of(known: set[Any], path: str, place: str, values: str) -> Look:
    kinds = {type(value) for value in known}

    def look(value: Any, met: Differences) -> None:
        if type(value) not in kinds:
            met.add("wrong-type", path, place)
        elif value not in known:
            met.add("unknown-value", path, values)

    return look


def _scalar(kind: Any, path: str, place: str) -> Look:
    is_right = {str: _is_text, bool: _is_bool, int: _is_whole, Decimal: _is_amount}[kind]

    def look(value: Any, met: Differences) -> None:
        if not is_right(value):
            met.add("wrong-type", path, place)

    return look


def _moment(form: str, path: str, place: str) -> Look:
    read, write = timestamps.FORMS[form]
    return _written(lambda text: write(read(text)), path, place)


def _written(again: Callable[[str], str], path: str, place: str) -> Look:
    """For text that has to be what `again` makes of it, but for zeros before a day or an hour."""

    def look(value: Any, met: Differences) -> None:
        if not isinstance(value, str):
            met.add("wrong-type", path, place)
        elif value:
            try:
                is_odd = again(value).replace(" 0", " ") != value.replace(" 0", " ")
            except (ValueError, OverflowError):
                is_odd = True
            if is_odd:
                met.add("odd-date", path, place)

    return look


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return type(value) is int or (isinstance(value, float) and value.is_integer())


def _is_amount(value: Any) -> bool:
    """Money comes as a number from one provider and as text from another; both keep its digits."""
    if isinstance(value, str):
        try:
            return Decimal(value).is_finite()
        except InvalidOperation:
            return False
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_shown(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and len(_DIGITS.findall(name)) < _MANY_DIGITS

"""How a sandbox misbehaves: which faults there are, and which request meets which one. Carried out by `spoiling`.

sandbox.faults.set("attach_phone_number", Fault("drop-after"), times=1)
sandbox.faults.read("get_phone_numbers=429=date+3:2,*=520:1")
sandbox.faults.at_random(seed=7, rate=0.2)
"""

import re
import threading
from collections.abc import Collection, Mapping
from random import Random
from typing import NamedTuple

KINDS: dict[str, str] = {
    "latency": "the answer comes so many seconds late: latency=0.5",
    "429": "too many requests; what follows is Retry-After: 429=7, 429=1.5, 429=soon, and as a date in so many "
    "seconds 429=date+7 or 429=date-60",
    "rate-code": "HTTP 200 with the provider's code for too many requests",
    "later-code": "HTTP 200 with its code for trying again later; where it has none, the one for too many requests",
    "server-code": "HTTP 200 with its code for a failure on its side",
    "html": "HTTP 200 with a page for people",
    "empty": "HTTP 200 without a body",
    "truncated": "the body ends in the middle, and so does the connection",
    "wrong-type": "the right body, said to be text/html",
    "bomb": "65 KiB that inflate to more than 64 MiB",
    "nested-bomb": "a few hundred bytes that inflate twice, to the same",
    "endless": "a body that doesn't end",
    "redirect": "HTTP 302 to elsewhere",
    "refused": "there is no connection; on a port, where there is one already, it is closed as by drop-before",
    "drop": "the connection is closed without an answer",
    "unknown-fields": "each object has a field that the spec doesn't know",
    "unknown-values": "each enum has a value that the spec doesn't know",
    "empty-dates": "each day and moment is an empty text",
    "shift-out": "before a page is made, the listing's first record goes to somebody else",
    "shift-in": "before a page is made, the listing gets one record more",
}
"""All kinds of faults, beside HTTP statuses from 400 to 599 by their figures. A status of 500 comes in the provider's
own form, one above it as a page for people."""

DONE_ANYWAY = frozenset(
    {
        "latency",
        "empty",
        "truncated",
        "wrong-type",
        "bomb",
        "nested-bomb",
        "endless",
        "unknown-fields",
        "unknown-values",
        "empty-dates",
        "shift-in",
        "shift-out",
    }
)
"""Kinds where the request is carried out unless said otherwise. With the others it isn't."""

RANDOM_KINDS = (
    *("429", "429=1", "429=date+2", "rate-code", "later-code", "server-code", "server-code-after"),
    *("500", "500-after", "503", "503-after", "520", "520-after", "html", "html-after", "empty", "truncated"),
    *("redirect", "drop", "drop-after", "unknown-fields", "unknown-values", "empty-dates"),
)
"""What `Faults.at_random` draws from unless told otherwise: all that is quick and doesn't move records."""


class Fault(NamedTuple):
    """One way to misbehave.

    Attributes:
        kind: a key of `KINDS`, or an HTTP status from 400 to 599.
        detail: seconds for `latency`, the header for `429`; empty for the others.
        done: whether the request is carried out all the same; None for what is usual with the kind.
    """

    kind: str
    detail: str = ""
    done: bool | None = None

    @classmethod
    def of(cls, text: str) -> "Fault":
        """Read a fault as it is written: a kind, with `=detail`, and with `-before` or `-after` for whether the request
        is carried out.

        Raises:
            ValueError: if it is none.
        """
        kind, _, detail = text.partition("=")
        bare = kind.removesuffix("-before").removesuffix("-after")
        if bare not in KINDS and not re.fullmatch("[45][0-9]{2}", bare):
            raise ValueError(f"there is no fault {text!r}; there are: {', '.join(KINDS)} and statuses from 400 to 599")
        if bare == "latency" and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", detail):
            raise ValueError("latency takes seconds, such as latency=0.5")
        if kind == "refused-after":
            raise ValueError("a request whose connection is refused is never carried out")
        if detail and bare not in ("latency", "429"):
            raise ValueError(f"{bare} takes no detail")
        if not (detail.isascii() and (detail.isprintable() or not detail)):
            raise ValueError("the detail holds characters that no header can have")
        return cls(bare, detail, None if bare == kind else kind.endswith("-after"))

    @property
    def is_done(self) -> bool:
        return self.kind in DONE_ANYWAY if self.done is None else self.done

    def __str__(self) -> str:
        when = "" if self.done is None else "-after" if self.done else "-before"
        return f"{self.kind}{when}" + (f"={self.detail}" if self.detail else "")


class _Rule:
    """A fault for so many requests, or for all of them if None."""

    def __init__(self, fault: Fault, times: int | None) -> None:
        self.fault = fault
        self.left = times


class Faults:
    """Which requests meet which faults. Safe to share between threads.

    Args:
        operations: for each provider the names of its methods.
    """

    def __init__(self, operations: Mapping[str, Collection[str]]) -> None:
        self._latency = 0.0
        self._names = {f"{provider}.{name}" for provider, names in operations.items() for name in names}
        self._rules: dict[str, list[_Rule]] = {}
        self._random: tuple[int, float, tuple[Fault, ...]] | None = None
        self._drawn: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def latency(self) -> float:
        """Seconds by which every answer is late, beside all faults."""
        return self._latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        if not 0 <= seconds < float("inf"):
            raise ValueError("latency has to be 0 or more")
        self._latency = float(seconds)

    def set(self, operation: str, fault: Fault | str, times: int | None = None) -> None:
        """Make an operation fail. Several faults for one operation come one after the other.

        Args:
            operation: `provider.method`, the method's name alone, `provider.*`, or `*` for all.
            fault: which one, or as it is written (`Fault.of`).
            times: how many requests meet it; all of them unless given.

        Raises:
            ValueError: if there is no such operation or fault.
        """
        checked = Fault.of(str(fault))
        if times is not None and times < 1:
            raise ValueError("times has to be 1 at least")
        found = [name for name in self._names if operation in _names_of(name)]
        if not found:
            raise ValueError(f"there is no operation {operation!r}")
        # One rule for all of them: `times` counts the requests of all operations that are meant.
        rule = _Rule(checked, times)
        with self._lock:
            for name in found:
                self._rules.setdefault(name, []).append(rule)

    def at_random(self, seed: int, rate: float, kinds: Collection[str] = RANDOM_KINDS) -> None:
        """Make requests fail by chance. What the n-th request of an operation meets depends on the seed alone.

        Args:
            seed: decides.
            rate: how many of all requests meet a fault, from 0 to 1.
            kinds: which faults, as they are written (`Fault.of`).

        Raises:
            ValueError: if the rate or a kind is none.
        """
        chosen = tuple(Fault.of(kind) for kind in kinds)
        if not 0 <= rate <= 1 or not chosen:
            raise ValueError("rate has to be from 0 to 1, and there has to be a kind")
        with self._lock:
            self._random = seed, rate, chosen
            self._drawn.clear()

    def read(self, text: str) -> None:
        """Set faults as the command line has them: `operation=fault:times` with commas between, or `random:SEED:RATE`.

        Raises:
            ValueError: if the text is not like that.
        """
        for part in text.split(","):
            if chance := re.fullmatch(r"random:(\d+):(\d*\.?\d+)", part):
                self.at_random(int(chance[1]), float(chance[2]))
                continue
            operation, _, rest = part.partition("=")
            fault, _, times = rest.rpartition(":") if re.search(r":\d+$", rest) else (rest, "", "")
            self.set(operation.strip(), Fault.of(fault), int(times) if times else None)

    def clear(self) -> None:
        """Behave from now on."""
        with self._lock:
            self._rules.clear()
            self._random = None
            self._latency = 0.0

    def __bool__(self) -> bool:
        """Whether any request may meet a fault. Finding out which operation it is for takes time."""
        return bool(self._rules) or self._random is not None

    def draw(self, provider: str, operation: str) -> Fault | None:
        """Take the fault that the next request of an operation meets."""
        name = f"{provider}.{operation}"
        with self._lock:
            return self._take(name, *self._next(name))

    def refuses(self, provider: str, operation: str) -> bool:
        """Take the next fault of an operation if it is `refused`, and return whether it was."""
        name = f"{provider}.{operation}"
        with self._lock:
            fault, rule = self._next(name)
            is_refused = fault is not None and fault.kind == "refused"
            if is_refused:
                self._take(name, fault, rule)
            return is_refused

    def _next(self, name: str) -> tuple[Fault | None, _Rule | None]:
        """Return the fault that the next request meets, and the rule that it is from."""
        for rule in self._rules.get(name, ()):
            if rule.left is None or rule.left:
                return rule.fault, rule
        if self._random is None or name not in self._names:
            return None, None
        seed, rate, kinds = self._random
        chance = Random(f"{seed}/{name}/{self._drawn.get(name, 0) + 1}")
        return chance.choice(kinds) if chance.random() < rate else None, None

    def _take(self, name: str, fault: Fault | None, rule: _Rule | None) -> Fault | None:
        if rule is None:
            self._drawn[name] = self._drawn.get(name, 0) + 1
        elif rule.left is not None:
            rule.left -= 1
        return fault


def _names_of(operation: str) -> tuple[str, ...]:
    """What an operation can be called by."""
    provider, _, method = operation.partition(".")
    return operation, method, f"{provider}.*", "*"

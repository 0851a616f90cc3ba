"""Which faults there are, and which request meets which one. Carried out by `inject`.

sandbox.faults.set("attach_phone_number", Fault("drop-after"), times=1)
sandbox.faults.read("get_phone_numbers=429=date+3:2,*=520:1")
sandbox.faults.at_random(seed=7, rate=0.2)
"""

import re
import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from random import Random
from typing import Any, NamedTuple

KINDS: dict[str, str] = {
    "latency": "the response comes so many seconds late: latency=0.5",
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
    "drop": "the connection is closed without a response",
    "unknown-fields": "each object has a field that the spec doesn't know",
    "unknown-values": "each enum has a value that the spec doesn't know",
    "empty-dates": "each day and moment is an empty text",
    "shift-out": "before a page is made, the listing's first record goes to somebody else",
    "shift-in": "before a page is made, the listing gets one record more",
}
"""All kinds of faults beside `STATUSES`."""

STATUSES = (
    "any HTTP status from 400 to 599; 500 comes in the provider's own form, others above 429 as a page for people"
)
WHEN = {
    "...-before": "the request is not carried out, as in drop-before and truncated-before",
    "...-after": "the request is carried out, and then the fault comes, as in drop-after and 500-after",
}
"""What may follow a kind or a status."""

_INSTEAD = {"429", "rate-code", "later-code", "server-code", "html", "redirect", "drop", "refused"}
DONE_ANYWAY = frozenset(KINDS) - _INSTEAD
"""Kinds where the request is carried out unless said otherwise. With the others it isn't."""

RANDOM_KINDS = (
    *("429", "429=1", "429=date+2", "rate-code", "later-code", "server-code", "server-code-after"),
    *("500", "500-after", "503", "503-after", "520", "520-after", "html", "html-after", "empty", "truncated"),
    *("redirect", "drop", "drop-after", "unknown-fields", "unknown-values", "empty-dates"),
)
"""What `Faults.at_random` draws from unless told otherwise: all that is quick and doesn't move records."""


class Fault(NamedTuple):
    """One fault.

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
            ValueError: if the text is not a fault.
        """
        kind, _, detail = text.partition("=")
        bare = kind.removesuffix("-before").removesuffix("-after")
        if bare not in KINDS and not re.fullmatch("[45][0-9]{2}", bare):
            hint = _hint(bare, KINDS)
            raise ValueError(f"there is no fault {text!r}{hint}; there are {', '.join(KINDS)} and statuses 400 to 599")
        if bare == "latency" and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", detail):
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


@dataclass(eq=False)
class _Rule:
    """A fault for so many requests, or for all of them if None."""

    operation: str
    fault: Fault
    left: int | None


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
        self._drawn: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def latency(self) -> float:
        """Seconds by which every response is late, beside all faults."""
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
            names = sorted(name.partition(".")[2] for name in self._names)
            raise ValueError(
                f"there is no operation {operation!r}{_hint(operation, names)}; there are {', '.join(names)}"
            )
        # One rule for all of them: `times` counts the requests of all operations that are meant.
        rule = _Rule(operation, checked, times)
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
            ValueError: if the rate is out of range or a kind is not a fault.
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
            if chance := re.fullmatch(r"random:(\d{1,18}):(\d*\.?\d+)", part):
                self.at_random(int(chance[1]), float(chance[2]))
                continue
            operation, _, rest = part.partition("=")
            if not (operation.strip() and rest):
                raise ValueError(f"{part!r} is neither operation=fault, operation=fault:times nor random:SEED:RATE")
            fault, _, times = rest.rpartition(":") if re.search(r":\d{1,9}$", rest) else (rest, "", "")
            self.set(operation.strip(), Fault.of(fault), int(times) if times else None)

    def described(self) -> dict[str, Any]:
        """Return what is set, in JSON's types. Rules that are used up are left out."""
        with self._lock:
            rules = {id(rule): rule for rules in self._rules.values() for rule in rules if rule.left != 0}
            left = [
                {"operation": rule.operation, "fault": str(rule.fault), "times": rule.left} for rule in rules.values()
            ]
            seed, rate, kinds = self._random or (None, None, ())
        chance = {"seed": seed, "rate": rate, "kinds": list(map(str, kinds))} if kinds else None
        return {"set": left, "random": chance, "latency": self._latency}

    def clear(self) -> None:
        """Clear all faults."""
        with self._lock:
            self._rules.clear()
            self._random = None
            self._latency = 0.0

    def __bool__(self) -> bool:
        """Whether any request may meet a fault. Finding out which operation it is for takes time."""
        return bool(self._rules) or self._random is not None

    def draw(self, provider: str, operation: str, *, refused_only: bool = False) -> Fault | None:
        """Take the fault that the next request of an operation meets; with `refused_only` if it is `refused`."""
        name = f"{provider}.{operation}"
        with self._lock:
            rule = next((rule for rule in self._rules.get(name, ()) if rule.left != 0), None)
            fault = rule.fault if rule else self._by_chance(name)
            if refused_only and (fault is None or fault.kind != "refused"):
                return None
            if rule is None:
                self._drawn[name] += 1
            elif rule.left is not None:
                rule.left -= 1
            return fault

    def _by_chance(self, name: str) -> Fault | None:
        if self._random is None:
            return None
        seed, rate, kinds = self._random
        chance = Random(f"{seed}/{name}/{self._drawn[name] + 1}")
        return chance.choice(kinds) if chance.random() < rate else None


def _hint(wanted: str, known: Collection[str]) -> str:
    """Return a guess at what was meant."""
    close = get_close_matches(wanted, known, 1, 0.5) or [name for name in known if wanted and wanted in name][:1]
    return f" (did you mean {close[0]!r}?)" if close else ""


def _names_of(operation: str) -> tuple[str, ...]:
    """Return what an operation can be called by."""
    provider, _, method = operation.partition(".")
    return operation, method, f"{provider}.*", "*"

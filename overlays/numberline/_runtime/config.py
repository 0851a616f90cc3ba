"""What callers can set, for a client or for some of its calls, and what is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from os import PathLike
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlsplit

import httpx

from ..errors import InvalidArgument, OutcomeUnknown
from .checks import check_seconds, check_text
from .clock import Clock
from .operation import Budget
from .transport import RawResponse

if TYPE_CHECKING:
    from ..journal import Journal


class Settings(TypedDict, total=False):
    """What every client takes beside its credentials.

    Attributes:
        base_url: scheme, host, port and an optional prefix, instead of the documented host.
        timeout: seconds that one attempt may take, 30 unless given; connecting gets 5 of them at most.
        deadline: seconds that a call may take with all its attempts and waits; no limit unless given.
        retries: how often a request is sent again at most, 2 unless given, and only where that can do no harm.
        budget: how many requests may be sent for each operation of this account, shared by all clients of the process
            that sign in alike. Without one there is no limit before the provider says that it was too much.
        http_client: an `httpx.Client` (`httpx.AsyncClient` for the async clients) of your own, for proxies,
            certificates or another transport. It is yours to close.
        drift: whether to note what responses hold that the spec does not say, for `drift_report()`.
        settle_after: seconds after the end of a lost purchase or release from which on its absence from a complete list
            means something to `reconcile`; 120 unless given. This is assumed: no provider says how long a request may
            be carried out late, or a list may lag. Nothing excludes that it is longer.
        on_unknown: called with the `OutcomeUnknown` of every purchase and release whose outcome this client does not
            learn, also while a task is being cancelled. It must not wait. What it raises is noted on the exception.
        journal: a `numberline.journal.Journal`, or the path of one, in which every purchase and release is on record
            before it is sent. A path that does not exist yet becomes a new file.
        clock: time and chance, for tests (`numberline.testing.ManualClock`).
    """

    base_url: str
    timeout: float
    deadline: float | None
    retries: int
    budget: Budget | None
    http_client: httpx.Client | httpx.AsyncClient
    drift: bool
    settle_after: float
    on_unknown: Callable[[OutcomeUnknown], object] | None
    journal: "Journal | str | PathLike[str] | None"
    clock: Clock


@dataclass(frozen=True, kw_only=True, repr=False)
class Options:
    """What a call may have of its own (`BaseClient.options`).

    Raises:
        InvalidArgument: for values out of range or of another type.
    """

    timeout: float = 30.0
    deadline: float | None = None
    retries: int = 2
    settle_after: float = 120.0
    headers: Mapping[str, str] = field(default_factory=dict)
    on_response: Callable[[RawResponse], object] | None = None
    on_unknown: Callable[[OutcomeUnknown], object] | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        check_seconds("timeout", self.timeout)
        check_seconds("settle_after", self.settle_after)
        if self.deadline is not None:
            check_seconds("deadline", self.deadline)
        if isinstance(self.retries, bool) or not isinstance(self.retries, int) or self.retries < 0:
            raise InvalidArgument("retries takes a whole number from 0", parameter="retries")
        for name in ("on_unknown", "on_response"):
            callback = getattr(self, name)
            # Nobody would await it, and nothing would say so.
            if callback is not None and (not callable(callback) or iscoroutinefunction(callback)):
                raise InvalidArgument(f"{name} takes a function, and no async one", parameter=name)
        if self.reference is not None:
            check_text("reference", self.reference)


def base_url(given: str) -> str:
    """An address without a slash at its end.

    Raises:
        InvalidArgument: unless it is scheme, host, port and an optional prefix.
    """
    wrong = "base_url has to be scheme, host, port and an optional prefix, such as https://api.example.com"
    if not isinstance(given, str):
        raise InvalidArgument(f"{wrong}; got {type(given).__name__}", parameter="base_url")
    given = given.strip()
    try:
        parts = urlsplit(given)
        complete = parts.scheme in ("http", "https") and bool((parts.hostname or "").strip()) and (parts.port or 1) > 0
        complete = complete and not (parts.query or parts.fragment or "@" in parts.netloc)
    except ValueError:
        complete = False
    if not complete:
        raise InvalidArgument(wrong, parameter="base_url")
    return given.rstrip("/")

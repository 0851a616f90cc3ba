"""What callers can set, for a client or for some of its calls, and what is refused."""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict
from urllib.parse import urlsplit

import httpx

from ..errors import InvalidArgument, OutcomeUnknown
from .checks import check_seconds, check_text
from .clock import Clock
from .limits import Budget
from .raw import RawResponse

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


class Options(NamedTuple):
    """What a call may have of its own (`BaseClient.options`)."""

    timeout: float = 30.0
    deadline: float | None = None
    retries: int = 2
    settle_after: float = 120.0
    headers: Mapping[str, str] = {}
    on_response: Callable[[RawResponse], object] | None = None
    on_unknown: Callable[[OutcomeUnknown], object] | None = None
    reference: str | None = None


def override(base: Options, given: Mapping[str, Any]) -> Options:
    """`base` with what is given of `timeout`, `deadline` and `retries`.

    Raises:
        InvalidArgument: for values out of range or of another type.
    """
    chosen = base
    if "timeout" in given:
        chosen = chosen._replace(timeout=check_seconds("timeout", given["timeout"]))
    if given.get("deadline") is not None:
        chosen = chosen._replace(deadline=check_seconds("deadline", given["deadline"]))
    if "settle_after" in given:
        chosen = chosen._replace(settle_after=check_seconds("settle_after", given["settle_after"]))
    if "retries" in given:
        wanted = given["retries"]
        if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 0:
            raise InvalidArgument("retries takes a whole number from 0", parameter="retries")
        chosen = chosen._replace(retries=wanted)
    for name in ("on_unknown", "on_response"):
        if (callback := given.get(name)) is not None:
            # Nobody would await it, and nothing would say so.
            if not callable(callback) or iscoroutinefunction(callback):
                raise InvalidArgument(f"{name} takes a function, and no async one", parameter=name)
            chosen = chosen._replace(**{name: callback})
    if given.get("reference") is not None:
        chosen = chosen._replace(reference=check_text("reference", given["reference"]))
    return chosen


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
    except ValueError:
        complete = False
        parts = urlsplit("")
    if not complete or parts.query or parts.fragment or "@" in parts.netloc:
        raise InvalidArgument(wrong, parameter="base_url")
    return given.rstrip("/")

"""What a call knows: its client, how far it has come, and who has to wait before sending."""

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from ..errors import NumberlineError
from .auth import Signature, Signer
from .clock import Clock, ProviderClock
from .config import Options
from .operation import Budget, Operation, Reconciliation, Request
from .transport import Attempt, Connection, RawResponse, TransportFailure

if TYPE_CHECKING:
    from ..journal import Journal

T = TypeVar("T")

Received = RawResponse | TransportFailure
Read = Callable[[Operation[Any], Received], tuple[Any, NumberlineError | None]]


class Unlimited:
    """Lets everybody send at once."""

    def reserve(self, now: float) -> float:
        """Take the next free moment: use it or `release`. Returns a slot in the queue, for `due_at`."""
        return now

    def due_at(self, slot: float) -> float:
        """Return when the turn of a slot comes. A refusal of others moves it."""
        return slot

    def release(self, slot: float) -> None:
        """Give back a slot that will not be used: it is the next one's to ask, unless its moment passes."""


LIMITERS: dict[tuple[Hashable, ...], Unlimited] = {}
"""By a provider's address, an account and an operation; only where there is a budget, or once it was too much."""

UNLIMITED = Unlimited()


class Context(NamedTuple):
    """What a call takes from its client."""

    signer: Signer
    connection: Connection
    provider_clock: ProviderClock
    options: Options
    clock: Clock
    budget: Budget | None
    base_url: str
    prefix: str
    read: Read
    journal: "Journal | None"
    reconciliation: Mapping[str, Reconciliation]

    def __repr__(self) -> str:
        return f"<Context of {self.base_url}>"


class Progress(Generic[T]):
    """One call, with all its attempts so far."""

    has_effect: ClassVar[bool] = False
    attempts = 0
    may_renew = True
    arrived = False  # whether any request may have reached the provider
    signature: Signature | None = None
    sent_at: datetime | None = None
    failure: NumberlineError | None = None  # of the last attempt
    in_flight: Attempt | None = None  # from before the first byte until the outcome is certain
    result: Any = None

    def __init__(self, context: Context, request: Request[T]) -> None:
        self.context = context
        self.request = request
        self.operation = request.operation
        self.clock = context.clock
        self.began = self.not_before = context.clock.monotonic()
        self.ends = self.began + (context.options.deadline or float("inf"))
        self.retries_left = context.options.retries
        self.limiter_key = context.base_url, context.signer.limit_key, request.operation.name

    def is_in_doubt(self, error: NumberlineError) -> bool:
        """Return whether the provider may have done what was asked although there is no result."""
        return False

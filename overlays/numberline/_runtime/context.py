"""What a call knows of its client, and of how far it has come."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from ..errors import NumberlineError
from .auth import Signature, Signer
from .clock import Clock, ProviderClock
from .config import Options
from .limits import Budget
from .operation import Operation, Reconciliation, Request
from .raw import RawResponse
from .transport import Attempt, Connection, TransportFailure

if TYPE_CHECKING:
    from ..journal import Journal

T = TypeVar("T")

Received = RawResponse | TransportFailure
Read = Callable[[Operation[Any], Received], tuple[Any, NumberlineError | None]]


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

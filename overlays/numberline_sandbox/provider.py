"""What the embedded providers share: the way from a request to its handler, and from the result to bytes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, TypeAdapter

from .behaviour import Behaviour
from .http.messages import LARGEST_BODY, Pairs, Request, Response
from .ledger import Entry, Ledger
from .numbers import Stock
from .spec import BadRequest, Operation, Spec

LARGEST_PAGE = 1000
"""Greatest page size where the document states none."""

Credentials = dict[str, Any]
"""Keyword arguments of a client that sign it in."""


@dataclass(slots=True)
class Environment:
    """What a sandbox is made with (see `Sandbox`), and how far its time was put forward."""

    seed: int
    numbers: int
    owned: int
    balance: Decimal
    clock: Callable[[], datetime]
    behaviour: Behaviour
    ledger: Ledger = field(default_factory=Ledger)
    advanced: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the moment in UTC and whole seconds, as the providers' forms have it."""
        return self.clients_now() + self.advanced

    def clients_now(self) -> datetime:
        """Return the same by the clocks of clients, which nobody puts forward."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def chance(self, purpose: str) -> Random:
        """Return a source of chance for one purpose, which other purposes don't change."""
        return Random(f"{self.seed}/{purpose}")


@dataclass(eq=False)
class ApiError(Exception):
    """A request that is understood and refused.

    Attributes:
        failure: the provider's name for it.
        text: for people.
        status: HTTP status.
        parameter: the one to blame, or None.
        detail: more about it, or None.
    """

    failure: str
    text: str
    status: int = 200
    parameter: str | None = None
    detail: str | None = None


class Call(NamedTuple):
    """A request whose operation is known.

    Attributes:
        path: the path's parameters.
        pairs: the parameters of query and form.
        account: who asks.
    """

    request: Request
    operation: Operation
    path: Mapping[str, str]
    pairs: Pairs
    account: int = 0


class Provider(ABC):
    """One provider, embedded. Not safe between threads; the sandbox sees to that.

    It has a method for each operation, called as our clients' method is. It takes a `Call`, and returns a model, a
    response of its own, or None for no body.

    Attributes:
        sign_ins: keyword arguments for our clients, one set for each way to sign in; the best known one first.
    """

    name: ClassVar[str]
    """Of the spec, and of the wire models."""
    example: ClassVar[str]
    """A call of our client that lists something, for people to try."""
    sign_ins: ClassVar[list[Credentials]]
    saved: ClassVar[dict[str, Any]] = {}
    """The attributes that belong to its state, beside the stock, and their types."""
    common: ClassVar[Collection[str]] = ()
    """The parameters that any operation takes."""
    _stock: Stock

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.spec = Spec.load(self.name)

    @property
    def behaviour(self) -> Behaviour:
        return self.environment.behaviour

    @abstractmethod
    def authenticate(self, call: Call) -> Call:
        """Return the call with its account.

        Raises:
            ApiError: if the credentials are wrong.
        """

    @abstractmethod
    def api_error(self, bad_request: BadRequest) -> ApiError:
        """Return the provider's error for a request that the spec doesn't allow."""

    @abstractmethod
    def error_body(self, error: ApiError) -> BaseModel:
        """Return the body of an error's response."""

    @abstractmethod
    def shift(self, operation_id: str, *, inward: bool) -> None:
        """Change a listing as if somebody else did: one record more (`inward`), or its first one less. Do nothing for
        an operation that lists nothing, or whose listing can't be changed like that."""

    def state(self) -> dict[str, Any]:
        """Return everything that may have changed since the beginning, in JSON's types."""
        state: dict[str, Any] = {"not_on_offer": self._stock.state()}
        for name, kind in self.saved.items():
            state[name] = TypeAdapter(kind).dump_python(getattr(self, name), mode="json", exclude_defaults=True)
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back a `state`, in a provider that was made in the same environment and is still new.

        Raises:
            ValueError: if it is not one of such a provider.
        """
        self._stock.restore(state["not_on_offer"])
        for name, kind in self.saved.items():
            setattr(self, name, TypeAdapter(kind).validate_python(state[name], context=self._stock))

    @abstractmethod
    def process_renewals(self) -> None:
        """Renew the subscriptions whose day has come and draw the money for them, or end them."""

    def operation(self, request: Request) -> Operation | None:
        """Return the operation that a request is for, whether or not it is allowed."""
        try:
            return self.find(request).operation if len(request.body) <= LARGEST_BODY else None
        except (BadRequest, ApiError):
            return None

    def record(
        self, call: Call, numbers: Iterable[str], keys: Iterable[object] = (), amount: Decimal = Decimal(0)
    ) -> None:
        """Write into the ledger that a call was carried out."""
        what = (self.name, call.operation.name, call.operation.operation_class, tuple(numbers), tuple(map(str, keys)))
        self.environment.ledger.append(Entry(*what, call.account, self.environment.now(), amount))

    def record_event(
        self, what: str, account: int, day: date, numbers: Iterable[str], keys: Iterable[object], amount: Decimal
    ) -> None:
        """Write into the ledger what the clock has done on a day."""
        operation_class = "charge" if amount else "release" if what.endswith("detached") else "idempotent"
        done = (self.name, what, operation_class, tuple(numbers), tuple(map(str, keys)))
        self.environment.ledger.append(Entry(*done, account, datetime.combine(day, time(), UTC), amount))

    def respond(self, request: Request) -> Response:
        """Return the response to any request at all. Never raise an exception."""
        operation = ""
        try:
            if len(request.body) > LARGEST_BODY:
                raise BadRequest("too large", f"the body is larger than {LARGEST_BODY} bytes")
            call = self.find(request)
            operation = call.operation.id
            call = self.authenticate(call)
            self._check_names(call)
            self.process_renewals()
            result = getattr(self, call.operation.name)(call)
        except (BadRequest, ApiError) as raised:
            error = self.api_error(raised) if isinstance(raised, BadRequest) else raised
            return Response(error.status, _JSON, self.spec.write(self.error_body(error)), operation, error.failure)
        if isinstance(result, Response):
            return result._replace(operation=operation)
        if result is None:
            return Response(204, {}, b"", operation)
        return Response(call.operation.status, _JSON, self.spec.write(result), operation)

    def find(self, request: Request) -> Call:
        """Return the operation, by path and method.

        Raises:
            BadRequest: if there is none.
        """
        found = list(self.spec.paths(request.segments))
        for operation, path in found:
            if operation.method == request.method:
                return Call(request, operation, path, request.query)
        if found:
            raise BadRequest("no method", "the path doesn't take this method")
        raise BadRequest("no path", "there is nothing at this path")

    def _check_names(self, call: Call) -> None:
        for name, _ in call.pairs if self.behaviour.unknown_parameters == "refused" else ():
            if name not in call.operation.parameters and name not in self.common:
                raise BadRequest("unknown", f"there is no parameter {name}", name)

    def page_size(self, name: str, wanted: int) -> int:
        """Return the size of a page where the spec states no greatest one.

        Raises:
            BadRequest: if it is too large and the sandbox is to refuse that.
        """
        if wanted > LARGEST_PAGE and self.behaviour.oversized_page == "refused":
            raise BadRequest("range", f"{name} is greater than {LARGEST_PAGE}", name)
        return min(wanted, LARGEST_PAGE)


def digits(number: str) -> str:
    """Return a number without the plus sign, which an unescaped query turns into a blank."""
    return number.strip().removeprefix("+")


_JSON = {"content-type": "application/json"}

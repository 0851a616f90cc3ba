"""What the embedded providers share: the way from a request to a function for it, and from its result to bytes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel

from .behaviour import Behaviour
from .http.messages import LARGEST_BODY, Pairs, Request, Response
from .ledger import Entry, Ledger
from .spec import BadRequest, Operation, Spec

M = TypeVar("M", bound=BaseModel)
Credentials = dict[str, Any]
"""Keyword arguments of a client that sign it in."""


class Lead:
    """How far the sandbox's time was put forward."""

    def __init__(self) -> None:
        self.by = timedelta(0)


class Environment(NamedTuple):
    """What a sandbox is made with (see `Sandbox`), and how far its time was put forward."""

    seed: int
    numbers: int
    owned: int
    balance: Decimal
    clock: Callable[[], datetime]
    behaviour: Behaviour
    ledger: Ledger
    lead: Lead

    def now(self) -> datetime:
        """The moment, in UTC and whole seconds, which is what the providers' forms hold."""
        return self.outside() + self.lead.by

    def outside(self) -> datetime:
        """The same by the clocks of clients, which nobody puts forward."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def chance(self, purpose: str) -> Random:
        """Chance for one purpose, which other purposes don't change."""
        return Random(f"{self.seed}/{purpose}")


class ApiError(Exception):
    """A request that is understood and refused.

    Attributes:
        failure: the provider's name for it.
        text: for people.
        status: HTTP status.
        parameter: the one to blame, or None.
        detail: more about it, or None.
    """

    def __init__(
        self,
        failure: str,
        text: str,
        *,
        status: int = 200,
        parameter: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(text)
        self.failure = failure
        self.text = text
        self.status = status
        self.parameter = parameter
        self.detail = detail


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

    Attributes:
        sign_ins: keyword arguments for our clients, one set for each way to sign in; the best known one first.
    """

    name: ClassVar[str]
    """Of the spec, and of the wire models."""
    example: ClassVar[str]
    """A call of our client that lists something, for people to try."""
    sign_ins: ClassVar[list[Credentials]]

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.behaviour = environment.behaviour
        self.spec = Spec.load(self.name)

    @property
    @abstractmethod
    def handlers(self) -> Mapping[str, Callable[[Call], BaseModel | Response | None]]:
        """The function for each operation. It answers with a model, a response of its own, or None for no body."""

    @abstractmethod
    def sign_in(self, call: Call) -> Call:
        """The call with its account.

        Raises:
            ApiError: if the credentials are no good.
        """

    @abstractmethod
    def api_error(self, bad_request: BadRequest) -> ApiError:
        """A error for a request that the spec doesn't allow."""

    @abstractmethod
    def error_body(self, error: ApiError) -> BaseModel:
        """The body that says so."""

    @abstractmethod
    def shift(self, operation_id: str, *, inward: bool) -> None:
        """Change a listing as if somebody else did: one record more (`inward`), or its first one less. Does nothing
        for what is no listing, or can't be changed like that."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Everything that may have changed since the beginning, in JSON's types."""

    @abstractmethod
    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back what `state` told, in a provider that was made in the same environment and is still new."""

    @abstractmethod
    def process_renewals(self) -> None:
        """Do what the clock has brought: renew subscriptions and draw the money for them, or end them."""

    def operation(self, request: Request) -> Operation | None:
        """The operation that a request is for, whether or not it is allowed."""
        try:
            return self.find(request).operation if len(request.body) <= LARGEST_BODY else None
        except (BadRequest, ApiError):
            return None

    def note(
        self, call: Call, numbers: Iterable[str], keys: Iterable[object] = (), amount: Decimal = Decimal(0)
    ) -> None:
        """Write into the ledger that a call was carried out."""
        entry = Entry(
            provider=self.name,
            operation=call.operation.name,
            operation_class=call.operation.operation_class,
            numbers=tuple(numbers),
            keys=tuple(str(key) for key in keys),
            account=call.account,
            moment=self.environment.now(),
            amount=amount,
        )
        self.environment.ledger.add(entry)

    def note_event(
        self, what: str, account: int, day: date, numbers: Iterable[str], keys: Iterable[object], amount: Decimal
    ) -> None:
        """Write into the ledger what the clock has done on a day. One that costs nothing gives numbers up or keeps
        them."""
        entry = Entry(
            provider=self.name,
            operation=what,
            operation_class="charge" if amount else "release" if what.endswith("detached") else "idempotent",
            numbers=tuple(numbers),
            keys=tuple(str(key) for key in keys),
            account=account,
            moment=datetime.combine(day, time(), UTC),
            amount=amount,
        )
        self.environment.ledger.add(entry)

    def respond(self, request: Request) -> Response:
        """The answer to any request at all. It is never an exception."""
        operation = ""
        try:
            if len(request.body) > LARGEST_BODY:
                raise BadRequest("too large", f"the body is larger than {LARGEST_BODY} bytes")
            call = self.find(request)
            operation = call.operation.id
            call = self.sign_in(call)
            self._check_names(call)
            self.process_renewals()
            result = self.handlers[operation](call)
        except (BadRequest, ApiError) as error:
            error = self.api_error(error) if isinstance(error, BadRequest) else error
            return Response(error.status, _JSON, self.spec.write(self.error_body(error)), operation, error.failure)
        if isinstance(result, Response):
            return result._replace(operation=operation)
        if result is None:
            return Response(204, {}, b"", operation)
        return self.response(call, result)._replace(operation=operation)

    def response(self, call: Call, body: BaseModel, headers: Mapping[str, str] | None = None) -> Response:
        """A good answer in JSON, with the status that the spec has for it."""
        return Response(call.operation.status, {**_JSON, **(headers or {})}, self.spec.write(body))

    def find(self, request: Request) -> Call:
        """The operation, by path and method.

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

    def common(self) -> set[str]:
        """Parameters that any operation takes."""
        return set()

    def _check_names(self, call: Call) -> None:
        if self.behaviour.unknown_parameters == "refused":
            for name, _ in call.pairs:
                if name not in call.operation.parameters and name not in self.common():
                    raise BadRequest("unknown", f"there is no parameter {name}", name)

    def page_size(self, name: str, wanted: int) -> int:
        """The size of a page where the spec states no greatest one.

        Raises:
            BadRequest: if it is too large and the sandbox is to refuse that.
        """
        largest = self.behaviour.largest_page
        if wanted > largest and self.behaviour.oversized_page == "refused":
            raise BadRequest("range", f"{name} is greater than {largest}", name)
        return min(wanted, largest)

    def folded(self, text: str) -> str:
        """A name or code, made comparable."""
        return text if self.behaviour.case_matters else text.casefold()

    def digits(self, number: str) -> str:
        """A number without the plus sign, which an unescaped query turns into a blank."""
        return number.strip().removeprefix("+") if self.behaviour.plus_sign else number


_JSON = {"content-type": "application/json"}

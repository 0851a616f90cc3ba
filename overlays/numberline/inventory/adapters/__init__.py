"""How each provider's records and calls become an inventory's. One module a provider; nothing else here knows one.

An adapter's generators yield a request, and are sent its result, or a list of what they found. They never wait, so
sync and async inventories share them.
"""

from collections.abc import Callable, Generator, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ..._runtime.client import BaseClient
from ..._runtime.operation import Request
from ..._runtime.records import Page
from ..._runtime.walk import Walk
from ...errors import InvalidArgument, UnreadableResponse
from ..values import Money, Offer

if TYPE_CHECKING:
    from ..values import InventoryNumber

R = TypeVar("R")
T = TypeVar("T")

Asking = Generator[Request[Any], Any, T]
"""Yields requests only, and returns something."""

Steps = Generator[Request[Any] | list[T], Any, None]
"""Yields requests, and what was found."""


class Wanted(NamedTuple):
    """What kind of number is looked for.

    Attributes:
        country: two capital letters.
        capabilities: what it has to be able to do, in lower case.
        kind: see `Item.kind`; any if None.
        prefix: the digits that it begins with, country code included.
    """

    country: str
    capabilities: frozenset[str]
    kind: str | None
    prefix: str

    def fits(self, offer: Offer) -> bool:
        """Return whether an offer is certainly one of those that are looked for."""
        return (
            self.capabilities <= (offer.capabilities or frozenset())
            and self.kind in (None, offer.kind)
            and offer.number is not None
            and offer.number.startswith(f"+{self.prefix}")
        )


class Status(NamedTuple):
    """What an account says of itself.

    Attributes:
        numbers: how many numbers it owns, or None if the provider does not tell without listing them.
        balance: its money, or None.
    """

    numbers: int | None = None
    balance: Money | None = None


class Adapter(NamedTuple):
    """What can be done with a provider's accounts. None stands for what the provider's documents do not have.

    Attributes:
        numbers: lists what an account owns; of one country only where the provider has such a filter.
        status: signs in, and asks what the account says of itself.
        search: lists what is on offer.
        purchase: the request that buys an offer.
        bought: the id and the record of the number in the result of that request.
        release: the request that gives up the number with this id.
        bind: the request that binds the numbers with these ids to an application, by its name or its id.
    """

    numbers: "Callable[[Account, str | None], Steps[InventoryNumber]]"
    status: "Callable[[Account], Asking[Status]]"
    search: "Callable[[Account, Wanted], Steps[Offer]] | None" = None
    purchase: Callable[[Offer], Request[Any]] | None = None
    bought: Callable[[Any], tuple[str, Any]] | None = None
    release: Callable[[str], Request[Any]] | None = None
    bind: Callable[[Sequence[str], str | int], Request[Any]] | None = None


class Account:
    """A client with its name in an inventory.

    Raises:
        InvalidArgument: if it is not a client, or one of a provider without an adapter.
    """

    def __init__(self, name: str, client: BaseClient) -> None:
        if not isinstance(client, BaseClient):
            raise InvalidArgument(f"account {name!r} takes a client, not {type(client).__name__}", parameter="accounts")
        self.name = name
        self.client = client
        self.provider = client.provider.name
        self.base_url = client._base_url
        self.adapter = _adapter(self.provider)

    def __repr__(self) -> str:
        return f"<Account {self.name} of {self.provider}>"


@cache
def _adapter(provider: str) -> Adapter:
    name = f"{__name__}.{provider.lower()}"
    try:
        adapter: Adapter = import_module(name).ADAPTER
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise InvalidArgument(f"numberline.inventory has no adapter for {provider}", parameter="accounts") from None
    return adapter


class Listing(Generic[R]):
    """A listing that is read page by page.

    Args:
        account: whose client sends the requests.
        request: the first one.
    """

    def __init__(self, account: Account, request: Request[Page[R]]) -> None:
        self._walk = Walk(request, account.base_url)
        self._request: Request[Page[R]] | None = self._walk.request
        self._page: Page[R] | None = None
        self._left_out = 0

    def read(self) -> Asking[list[R] | None]:
        """Return the next page's records, or None at the end.

        Raises:
            IncompleteListing: at the end, if the provider told of more.
            UnreadableResponse: at the end, if records were left out because they lack their id.
        """
        while self._request is not None:
            if self._page is not None:
                self._request = self._walk.following(self._request, self._page)
                self._page = None
                continue
            page = self._page = yield self._request
            new: list[R] | None = self._walk.take(self._request, page)
            if new is not None:
                self._left_out += page.unreadable
                return new
        if self._left_out:
            raise UnreadableResponse(f"records without an id were left out: {self._left_out}.")
        return None


def read_all(listing: Listing[R], convert: Callable[[R], T]) -> Steps[T]:
    """Yield what a listing has, page by page."""
    while (records := (yield from listing.read())) is not None:
        yield [convert(record) for record in records]

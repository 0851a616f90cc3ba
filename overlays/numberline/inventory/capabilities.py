"""What a client can do, as types. A checker refuses a client whose provider's documents have no such operation::

    def shop(client: Searchable) -> None: ...

    shop(Infobip.from_env())
    shop(Apifonica.from_env())      # error: Apifonica can't be searched

They work with `isinstance` as well. An inventory that holds clients of all kinds asks only those that can.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, runtime_checkable


@runtime_checkable
class _ListsStock(Protocol):
    @property
    def get_new_phone_numbers(self) -> Callable[..., Any]: ...


@runtime_checkable
class _ListsAvailable(Protocol):
    @property
    def list_available_numbers(self) -> Callable[..., Any]: ...


@runtime_checkable
class _Attaches(Protocol):
    @property
    def attach_phone_number(self) -> Callable[..., Any]: ...


@runtime_checkable
class _Purchases(Protocol):
    @property
    def purchase_number(self) -> Callable[..., Any]: ...


@runtime_checkable
class _Deactivates(Protocol):
    @property
    def deactivate_phone_number(self) -> Callable[..., Any]: ...


@runtime_checkable
class _Cancels(Protocol):
    @property
    def cancel_number(self) -> Callable[..., Any]: ...


@runtime_checkable
class Bindable(Protocol):
    """A client whose numbers can be bound to applications."""

    @property
    def bind_phone_number_to_application(self) -> Callable[..., Any]: ...


Searchable: TypeAlias = _ListsStock | _ListsAvailable
"""A client that lists what is on offer."""

Purchasable: TypeAlias = _Attaches | _Purchases
"""A client that buys numbers."""

Releasable: TypeAlias = _Deactivates | _Cancels
"""A client that gives numbers up."""

"""Thistle: `Thistle`, `AsyncThistle`, and the records and enums of its responses."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from numberline_generated.thistle import operations

from ._runtime.auth import QueryFields, Secret
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import Holding, Reconciliation, Wanted, lazy_models

if TYPE_CHECKING:
    from numberline_generated.thistle.models import *  # noqa: F403 -- the module's __all__ says which names
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


def _holding(record: Any) -> Holding:
    return Holding(record.name, record.number, record.create_time)


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "THISTLE"
    _signers = (QueryFields,)
    credentials = ("account", "secret")
    needed = credentials
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = {
        "reserve_number": Reconciliation(
            lambda said, _: Wanted((said["number"],)),
            lambda _: operations.build_list_numbers(page_size=100),
            _holding,
            lambda number: [_holding(number)],
        ),
        "release_number": Reconciliation(
            lambda said, _: Wanted(ids=(said["name"],)),
            lambda _: operations.build_list_numbers(page_size=100),
            _holding,
        ),
    }

    def __init__(self, *, account: str, secret: Secret, **settings: Unpack[Settings]) -> None:
        """Sign in with an account and its secret."""
        super().__init__(QueryFields({"account": account}, ("key", secret)), **settings)


class Thistle(_SignIn, operations.Operations, Client):
    """Thistle's numbers, sync."""


class AsyncThistle(_SignIn, operations.AsyncOperations, AsyncClient):
    """Thistle's numbers, async."""

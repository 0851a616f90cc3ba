"""Larkspur: `Larkspur`, `AsyncLarkspur`, and the records and enums of its answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Unpack

from numberline_generated.larkspur import operations

from ._runtime.auth import Header, Secret
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import lazy_models
from ._runtime.reconcile import Reconcile

if TYPE_CHECKING:
    from numberline_generated.larkspur.models import *  # noqa: F403 -- the module's __all__ says which names
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "LARKSPUR"
    credentials = ("api_key",)
    _reconciliation: ClassVar[Mapping[str, Reconcile]] = {
        "rent_number": Reconcile(look="list_numbers", match={"offer_id": "offer_id"}, since="rented_at"),
        "release_number": Reconcile(look="list_numbers", match={"number_id": "number_id"}),
    }

    def __init__(self, *, api_key: Secret, **settings: Unpack[Settings]) -> None:
        """Sign in with an API key.

        Args:
            api_key: the key, or a function that gives it.
            settings: see `Settings`.
        """
        super().__init__(Header("", "api_key", api_key, header="x-api-key"), **settings)


class Larkspur(_SignIn, operations.Operations, Client):
    """Larkspur's numbers, waiting by blocking."""


class AsyncLarkspur(_SignIn, operations.AsyncOperations, AsyncClient):
    """Larkspur's numbers, waiting with `await`."""

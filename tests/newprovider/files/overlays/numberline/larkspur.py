"""Larkspur: `Larkspur`, `AsyncLarkspur`, and the records and enums of its answers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Unpack

from numberline_generated.larkspur import operations

from ._runtime.auth import Header, Secret
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import Holding, Reconciliation, Request, Wanted, lazy_models

if TYPE_CHECKING:
    from numberline_generated.larkspur import models
    from numberline_generated.larkspur.models import *  # noqa: F403 -- the module's __all__ says which names

    from ._runtime.reconcile import Reconciled
    from .errors import OutcomeUnknown
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


def _rented(arguments: Mapping[str, str], _: str | None) -> Wanted:
    return Wanted(ids=(arguments["offer_id"],))


def _released(arguments: Mapping[str, str], _: str | None) -> Wanted:
    return Wanted(ids=(arguments["number_id"],))


def _owned(_: Sequence[str]) -> "Request[models.NumbersPage]":
    return operations.build_list_numbers(per_page=100)


def _offer(record: "models.Number") -> Holding:
    return Holding(record.offer_id or "", record.number, record.rented_at)


def _number(record: "models.Number") -> Holding:
    return Holding(record.number_id, record.number, record.rented_at)


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "LARKSPUR"
    _signers = (Header,)
    credentials = ("api_key",)
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = {
        "rent_number": Reconciliation(_rented, _owned, _offer, lambda number: [_offer(number)]),
        "release_number": Reconciliation(_released, _owned, _number),
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

    if TYPE_CHECKING:

        def reconcile(self, unknown: OutcomeUnknown) -> Reconciled[models.Number]: ...


class AsyncLarkspur(_SignIn, operations.AsyncOperations, AsyncClient):
    """Larkspur's numbers, waiting with `await`."""

    if TYPE_CHECKING:

        async def reconcile(self, unknown: OutcomeUnknown) -> Reconciled[models.Number]: ...

"""Marlow: `Marlow`, `AsyncMarlow`, and the records and enums of its responses."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from numberline_generated.marlow import operations

from ._runtime.auth import FormFields, Secret
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import Holding, Reconciliation, Wanted, lazy_models

if TYPE_CHECKING:
    from numberline_generated.marlow.models import *  # noqa: F403 -- the module's __all__ says which names
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


def _holding(record: Any) -> Holding:
    return Holding(record.msisdn, record.msisdn, record.bought)


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "MARLOW"
    _signers = (FormFields,)
    credentials = ("account", "secret")
    needed = credentials
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = {
        "buy": Reconciliation(
            lambda said, _: Wanted((said["msisdn"],)), lambda _: operations.build_list_numbers(size=100), _holding
        ),
        "cancel": Reconciliation(
            lambda said, _: Wanted((said["msisdn"],)), lambda _: operations.build_list_numbers(size=100), _holding
        ),
    }

    def __init__(self, *, account: str, secret: Secret, **settings: Unpack[Settings]) -> None:
        """Sign in with an account and its secret."""
        super().__init__(FormFields({"api_key": account}, ("api_secret", secret)), **settings)


class Marlow(_SignIn, operations.Operations, Client):
    """Marlow's numbers, sync."""


class AsyncMarlow(_SignIn, operations.AsyncOperations, AsyncClient):
    """Marlow's numbers, async."""

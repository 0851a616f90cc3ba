"""Juniper: `Juniper`, `AsyncJuniper`, and the records and enums of its responses."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from numberline_generated.juniper import operations

from ._runtime.auth import Header, Secret
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import Holding, Reconciliation, Wanted, lazy_models

if TYPE_CHECKING:
    from numberline_generated.juniper.models import *  # noqa: F403 -- the module's __all__ says which names
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


def _holding(record: Any) -> Holding:
    return Holding(record.id, record.phone_number, record.purchased_at)


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "JUNIPER"
    _signers = (Header,)
    credentials = ("account", "secret")
    needed = credentials
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = {
        "create_order": Reconciliation(
            lambda said, _: Wanted(tuple(each["phone_number"] for each in json.loads(said["phone_numbers"]))),
            lambda _: operations.build_list_numbers(page_size=250),
            _holding,
            lambda envelope: [_holding(each) for each in envelope.data.phone_numbers or ()],
        ),
        "delete_number": Reconciliation(
            lambda said, _: Wanted(ids=(said["id"],)), lambda _: operations.build_list_numbers(page_size=250), _holding
        ),
    }

    def __init__(self, *, account: str, secret: Secret, **settings: Unpack[Settings]) -> None:
        """Sign in with an account and its secret."""
        super().__init__(Header("Bearer", "secret", secret), **settings)


class Juniper(_SignIn, operations.Operations, Client):
    """Juniper's numbers, sync."""


class AsyncJuniper(_SignIn, operations.AsyncOperations, AsyncClient):
    """Juniper's numbers, async."""

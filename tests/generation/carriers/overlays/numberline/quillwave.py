"""Quillwave: `Quillwave`, `AsyncQuillwave`, and the records and enums of its responses."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from numberline_generated.quillwave import operations

from ._runtime.auth import Basic, Secret
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import Holding, Reconciliation, Wanted, lazy_models

if TYPE_CHECKING:
    from numberline_generated.quillwave.models import *  # noqa: F403 -- the module's __all__ says which names
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


def _holding(record: Any) -> Holding:
    return Holding(record.sid, record.phone_number, record.date_created)


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "QUILLWAVE"
    _signers = (Basic,)
    credentials = ("account", "secret")
    needed = credentials
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = {
        "buy_number": Reconciliation(
            lambda said, _: Wanted((said["PhoneNumber"],)),
            lambda _: operations.build_list_numbers(account_sid="AC1", page_size=1000),
            _holding,
            lambda number: [_holding(number)],
        ),
        "release_number": Reconciliation(
            lambda said, _: Wanted(ids=(said["Sid"],)),
            lambda _: operations.build_list_numbers(account_sid="AC1", page_size=1000),
            _holding,
        ),
    }

    def __init__(self, *, account: str, secret: Secret, **settings: Unpack[Settings]) -> None:
        """Sign in with an account and its secret."""
        super().__init__(Basic(("account", account), ("secret", secret)), {"account_sid": account}, **settings)


class Quillwave(_SignIn, operations.Operations, Client):
    """Quillwave's numbers, sync."""


class AsyncQuillwave(_SignIn, operations.AsyncOperations, AsyncClient):
    """Quillwave's numbers, async."""

"""Apifonica: `Apifonica`, `AsyncApifonica`, and the records and enums of its responses."""

from typing import TYPE_CHECKING, Self, Unpack

from numberline_generated.apifonica import operations

from ._runtime.auth import Basic, Secret
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import lazy_models

if TYPE_CHECKING:
    from numberline_generated.apifonica.models import *  # noqa: F403 -- the module's __all__ says which names
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "APIFONICA"
    _signers = (Basic,)
    credentials = ("account_sid", "auth_token")
    needed = credentials

    def __init__(self, *, account_sid: str, auth_token: Secret, **settings: Unpack[Settings]) -> None:
        """Sign in with an account's id and token.

        Args:
            account_sid: the account's id; also the account whose numbers are listed.
            auth_token: its token, or a function that gives it.
            settings: see `Settings`.

        Raises:
            InvalidArgument: if one of them is empty.
        """
        signer = Basic(("account_sid", account_sid), ("auth_token", auth_token))
        super().__init__(signer, {"account_sid": account_sid.strip()}, **settings)

    if TYPE_CHECKING:

        @classmethod
        def from_env(cls, **settings: Unpack[Settings]) -> Self: ...  # type: ignore[override]  # narrower


class Apifonica(_SignIn, operations.Operations, Client):
    """Apifonica's numbers, waiting by blocking."""


class AsyncApifonica(_SignIn, operations.AsyncOperations, AsyncClient):
    """Apifonica's numbers, waiting with `await`."""

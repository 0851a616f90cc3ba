"""Infobip: `Infobip`, `AsyncInfobip`, and the records and enums of its answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, Unpack

from numberline_generated.infobip import operations

from ._runtime.arguments import choice
from ._runtime.auth import Basic, Header, Secret, Signer, choose_credentials
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import lazy_models
from ._runtime.reconcile import Reconcile

if TYPE_CHECKING:
    from numberline_generated.infobip.models import *  # noqa: F403 -- the module's __all__ says which names
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "INFOBIP"
    credentials = ("api_key", "username", "password")
    # In the document the key of the answer differs from the one sent, so a missing key alone proves nothing.
    _reconciliation: ClassVar[Mapping[str, Reconcile]] = {
        "purchase_number": Reconcile(
            look="list_purchased_numbers", match={"numberKey": "number_key"}, offer="list_available_numbers"
        ),
        "cancel_number": Reconcile(look="list_purchased_numbers", match={"numberKey": "number_key"}),
    }

    def __init__(
        self,
        *,
        api_key: Secret | None = None,
        username: str | None = None,
        password: Secret | None = None,
        token: Secret | None = None,
        bearer: Secret | None = None,
        product: Literal["sms", "numbers"] = "sms",
        **settings: Unpack[Settings],
    ) -> None:
        """Sign in with one of four ways; a secret may be a function that gives it.

        Args:
            api_key: an API key.
            username: user name, with `password`.
            password: password, with `username`.
            token: a session token.
            bearer: an OAuth 2 access token.
            product: first part of the path: `sms` as documented, `numbers` for today's API.
            settings: see `Settings`. `base_url` is best set to the account's own host.

        Raises:
            InvalidArgument: if none or more than one way is given, or one with a part missing.
        """
        way = choose_credentials(
            api_key={"api_key": api_key},
            password={"username": username, "password": password},
            token={"token": token},
            bearer={"bearer": bearer},
        )
        signer: Signer
        if way == "password":
            signer = Basic(("username", username or ""), ("password", password or ""))
        else:
            schemes = {"api_key": ("App", api_key), "token": ("IBSSO", token), "bearer": ("Bearer", bearer)}
            scheme, secret = schemes[way]
            signer = Header(scheme, way, secret or "")
        super().__init__(signer, {"product": choice("sms", "numbers")("product", product)}, **settings)


class Infobip(_SignIn, operations.Operations, Client):
    """Infobip's numbers, waiting by blocking."""


class AsyncInfobip(_SignIn, operations.AsyncOperations, AsyncClient):
    """Infobip's numbers, waiting with `await`."""

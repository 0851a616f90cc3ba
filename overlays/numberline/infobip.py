"""Infobip: `Infobip`, `AsyncInfobip`, and the records and enums of its responses."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, Self, Unpack

from numberline_generated.infobip import operations

from ._runtime.arguments import choice, exactly_one, phone_digits
from ._runtime.auth import Basic, Header, Secret, Signer, choose_credentials
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import Holding, Reconciliation, Request, Wanted, lazy_models
from .errors import InvalidArgument

if TYPE_CHECKING:
    from numberline_generated.infobip import models
    from numberline_generated.infobip.models import *  # noqa: F403 -- the module's __all__ says which names

    from ._runtime.reconcile import Reconciled
    from .errors import OutcomeUnknown
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


def _purchase(
    offer: "models.Number | None", number_key: str | None, extra_params: Mapping[str, str] | None
) -> "Request[models.Number]":
    exactly_one(offer=offer, number_key=number_key)
    if offer is None:
        return operations.build_purchase_number(number_key=number_key or "", extra_params=extra_params)
    key, number = (getattr(offer, name, None) for name in ("number_key", "number"))
    if not isinstance(key, str) or not isinstance(number, str):
        raise InvalidArgument("offer takes a record of list_available_numbers", parameter="offer")
    request = operations.build_purchase_number(number_key=key, extra_params=extra_params)
    return request.about(number) if phone_digits(number).isdecimal() else request  # nothing is ever listed otherwise


def _wanted(arguments: Mapping[str, str], number: str | None) -> Wanted:
    # In the document a number has another key once it is bought, so a key alone is no evidence of anything.
    return Wanted(ids=(arguments["numberKey"],), ids_change=True) if number is None else Wanted((number,))


def _owned(numbers: Sequence[str]) -> "Request[models.NumbersPage]":
    # The greatest page is not documented; a client in the field allows 1000. The filter takes one number.
    return operations.build_list_purchased_numbers(limit=1000, number=numbers[0] if numbers else None)


def _holding(record: "models.Number") -> Holding:
    outcome = operations.PURCHASE_NUMBER.outcome
    meaning = outcome.meaning(record) if outcome is not None else "done"
    is_gone = meaning not in ("done", "unknown")
    return Holding(record.number_key, record.number, is_gone=is_gone, is_pending=meaning == "unknown")


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "INFOBIP"
    _signers = (Basic, Header)
    credentials = ("api_key", "username", "password")
    settings_from_env = ("product",)
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = {
        "purchase_number": Reconciliation(_wanted, _owned, _holding, lambda number: [_holding(number)]),
        "cancel_number": Reconciliation(lambda arguments, _: Wanted(ids=(arguments["numberKey"],)), _owned, _holding),
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

    if TYPE_CHECKING:

        @classmethod
        def from_env(cls, *, product: Literal["sms", "numbers"] = "sms", **settings: Unpack[Settings]) -> Self: ...  # type: ignore[override]  # narrower


class Infobip(_SignIn, operations.Operations, Client):
    """Infobip's numbers, waiting by blocking."""

    def purchase_number(
        self,
        offer: "models.Number | None" = None,
        *,
        number_key: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> "models.Number":
        """Buy a number.

        Pass the offer where there is one. Its key may change with the purchase, its number does not: by the number, the
        response is compared with what was asked for, and `reconcile` finds it after a lost response. With the key
        alone, a changed key can't be told from another number.

        Infobip has marked this operation as deprecated on its newer path since 2024-01-20, without a date for its end.

        Args:
            offer: a record of `list_available_numbers`.
            number_key: the key of such a record, instead of `offer`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            The number as it is owned. Continue with its `number_key`.

        Raises:
            InvalidArgument: unless exactly one is given; raised before anything is sent.
            OutcomeUnknown: if it was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if there is no result; `numberline.errors` lists the kinds.
        """
        return self._call(_purchase(offer, number_key, extra_params))

    if TYPE_CHECKING:

        def reconcile(self, unknown: OutcomeUnknown) -> Reconciled[models.Number]: ...


class AsyncInfobip(_SignIn, operations.AsyncOperations, AsyncClient):
    """Infobip's numbers, waiting with `await`."""

    async def purchase_number(
        self,
        offer: "models.Number | None" = None,
        *,
        number_key: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> "models.Number":
        """Buy a number.

        Pass the offer where there is one. Its key may change with the purchase, its number does not: by the number, the
        response is compared with what was asked for, and `reconcile` finds it after a lost response. With the key
        alone, a changed key can't be told from another number.

        Infobip has marked this operation as deprecated on its newer path since 2024-01-20, without a date for its end.

        Args:
            offer: a record of `list_available_numbers`.
            number_key: the key of such a record, instead of `offer`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            The number as it is owned. Continue with its `number_key`.

        Raises:
            InvalidArgument: unless exactly one is given; raised before anything is sent.
            OutcomeUnknown: if it was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if there is no result; `numberline.errors` lists the kinds.
        """
        return await self._call(_purchase(offer, number_key, extra_params))

    if TYPE_CHECKING:

        async def reconcile(self, unknown: OutcomeUnknown) -> Reconciled[models.Number]: ...

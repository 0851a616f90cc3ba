"""Voximplant: `Voximplant`, `AsyncVoximplant`, and the records and enums of its responses."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Self, Unpack

from numberline_generated.voximplant import operations

from ._runtime.auth import FormFields, Secret, Signer, check_account, choose_credentials
from ._runtime.checks import clock as clock_of
from ._runtime.client import AsyncClient, BaseClient, Client
from ._runtime.config import Settings
from ._runtime.operation import Holding, Reconciliation, Request, Wanted, lazy_models
from .errors import InvalidArgument

if TYPE_CHECKING:
    from numberline_generated.voximplant import models
    from numberline_generated.voximplant.models import *  # noqa: F403 -- the module's __all__ says which names

    from ._runtime.reconcile import Reconciled
    from .errors import OutcomeUnknown
else:
    __getattr__, __dir__ = lazy_models(operations.PROVIDER, globals())


def _wanted(arguments: Mapping[str, str], _: str | None) -> Wanted:
    ids, numbers = (tuple(filter(None, arguments.get(name, "").split(";"))) for name in ("phone_id", "phone_number"))
    if ids == ("all",):
        return Wanted(is_everything=True)
    return Wanted(numbers, tuple(str(int(each)) for each in ids), int(arguments.get("phone_count", 0)))


def _owned(numbers: Sequence[str]) -> "Request[models.PhoneNumbersPage]":
    # The greatest page is not documented; programs in the field rely on 1000.
    return operations.build_get_phone_numbers(count=1000, phone_number=numbers or None, sandbox="all")


def _holding(record: "models.PhoneNumber") -> Holding:
    is_gone = record.canceled is True or record.deactivated is True
    return Holding(str(record.phone_id), record.phone_number, record.phone_purchase_date, is_gone)


def _bought(result: "models.AttachedPhoneNumbers") -> list[Holding]:
    return [Holding(str(each.phone_id), each.phone_number) for each in result.phone_numbers]


class _SignIn(BaseClient):
    provider = operations.PROVIDER
    environment = "VOXIMPLANT"
    _signers = (FormFields, Signer)  # a `ServiceAccount`, which is not loaded before there is one
    credentials = ("credentials", "account_id", "api_key")
    settings_from_env = ("acting_for",)
    _reconciliation: ClassVar[Mapping[str, Reconciliation]] = {
        "attach_phone_number": Reconciliation(_wanted, _owned, _holding, _bought),
        "deactivate_phone_number": Reconciliation(_wanted, _owned, _holding),
    }

    def __init__(
        self,
        *,
        credentials: str | PathLike[str] | Mapping[str, Any] | None = None,
        account_id: int | str | None = None,
        api_key: Secret | None = None,
        acting_for: int | str | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        """Sign in with a service account, or with an account's id and API key.

        Args:
            credentials: path of the service account's key file, its JSON text, or what it holds.
            account_id: the account's id.
            api_key: the account's API key, or a function that gives it.
            acting_for: id of a child account in whose name to act; needs a service account.
            settings: see `Settings`.

        Raises:
            InvalidArgument: if none or both ways are given, or one with a part missing.
        """
        way = choose_credentials(
            service_account={"credentials": credentials}, account={"account_id": account_id, "api_key": api_key}
        )
        signer: Signer
        if way == "service_account" and credentials is not None:
            from ._runtime.service_account import ServiceAccount

            clock = clock_of(settings.get("clock"))
            signer = ServiceAccount(credentials, acting_for=acting_for, clock=lambda: clock.now().timestamp())
        elif acting_for is not None:
            raise InvalidArgument("acting_for needs credentials= of a service account", parameter="acting_for")
        else:
            account = check_account("account_id", account_id)
            signer = FormFields({"account_id": account}, ("api_key", api_key or ""))
        super().__init__(signer, **settings)

    if TYPE_CHECKING:

        @classmethod
        def from_env(cls, *, acting_for: int | str | None = None, **settings: Unpack[Settings]) -> Self: ...  # type: ignore[override]  # narrower


class Voximplant(_SignIn, operations.Operations, Client):
    """Voximplant's phone numbers, waiting by blocking."""

    if TYPE_CHECKING:

        def reconcile(self, unknown: OutcomeUnknown) -> Reconciled[models.PhoneNumber]: ...


class AsyncVoximplant(_SignIn, operations.AsyncOperations, AsyncClient):
    """Voximplant's phone numbers, waiting with `await`."""

    if TYPE_CHECKING:

        async def reconcile(self, unknown: OutcomeUnknown) -> Reconciled[models.PhoneNumber]: ...

"""Typed clients for renting phone numbers from Voximplant, Infobip and Apifonica.

`__all__` lists what is public, beside the modules `errors`, `journal`, `lists` and `testing`, and the records and
enums of the modules `voximplant`, `infobip` and `apifonica`. Every name is loaded when it is first used, so that
importing one provider does not pay for the others.

PYTEST_DONT_REWRITE: else pytest complains where it is started in a program that has loaded numberline before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __all__: list[str]

    from ._runtime.asynchronous import AsyncPages as AsyncPages
    from ._runtime.clock import Clock as Clock
    from ._runtime.config import Settings as Settings
    from ._runtime.drift import DriftReport as DriftReport
    from ._runtime.operation import Budget as Budget
    from ._runtime.reconcile import Reconciled as Reconciled
    from ._runtime.records import OpenEnum as OpenEnum, Page as Page, Record as Record
    from ._runtime.settle import Settled as Settled
    from ._runtime.transport import RawResponse as RawResponse
    from .apifonica import Apifonica as Apifonica, AsyncApifonica as AsyncApifonica
    from .infobip import AsyncInfobip as AsyncInfobip, Infobip as Infobip
    from .pagination import Pages as Pages
    from .voximplant import AsyncVoximplant as AsyncVoximplant, Voximplant as Voximplant

__version__ = "0.1.0"

_NAMES = {
    "_runtime.asynchronous": "AsyncPages",
    "_runtime.clock": "Clock",
    "_runtime.config": "Settings",
    "_runtime.drift": "DriftReport",
    "_runtime.operation": "Budget",
    "_runtime.reconcile": "Reconciled",
    "_runtime.records": "OpenEnum Page Record",
    "_runtime.settle": "Settled",
    "_runtime.transport": "RawResponse",
    "apifonica": "Apifonica AsyncApifonica",
    "infobip": "AsyncInfobip Infobip",
    "pagination": "Pages",
    "voximplant": "AsyncVoximplant Voximplant",
}

_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}

if not TYPE_CHECKING:  # a checker that saw this would take any name for a public one
    __all__ = list(_HOME)

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return [*__all__, "__version__"]

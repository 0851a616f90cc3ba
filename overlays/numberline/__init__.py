"""Typed clients for renting phone numbers from Voximplant, Infobip and Apifonica.

Every public name is loaded when it is first used, so that importing one provider does not pay for the others.

PYTEST_DONT_REWRITE: else pytest complains where it is started in a program that has loaded numberline before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .apifonica import Apifonica as Apifonica
    from .apifonica import AsyncApifonica as AsyncApifonica
    from .infobip import AsyncInfobip as AsyncInfobip
    from .infobip import Infobip as Infobip
    from .voximplant import AsyncVoximplant as AsyncVoximplant
    from .voximplant import Voximplant as Voximplant

__version__ = "0.1.0"

_CLIENTS = ["Apifonica", "AsyncApifonica", "AsyncInfobip", "AsyncVoximplant", "Infobip", "Voximplant"]
_HOME = {name: name.removeprefix("Async").lower() for name in _CLIENTS}

__all__ = ["Apifonica", "AsyncApifonica", "AsyncInfobip", "AsyncVoximplant", "Infobip", "Voximplant"]

if not TYPE_CHECKING:  # a checker that saw this would take any name for a public one

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted([*globals(), *_HOME])

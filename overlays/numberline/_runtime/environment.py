"""Clients whose credentials come from environment variables."""

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..errors import InvalidArgument

T = TypeVar("T")


def from_environment(
    make: Callable[..., T],
    prefix: str,
    credentials: Sequence[str],
    others: Sequence[str],
    needed: Sequence[str],
    settings: dict[str, Any],
) -> T:
    """Return what `make` returns for the arguments that are found, and for the settings.

    Raises:
        InvalidArgument: if no credentials or not those that are needed are found. It names the variable at fault.
    """

    def variable(name: str) -> str:
        return f"{prefix}_{name}".upper()

    found: dict[str, Any] = {}
    for name in (*credentials, *others):
        value = os.environ.get(variable(name), "").strip()
        if value:
            found[name] = value
    if not any(name in found for name in credentials):
        names = ", ".join(variable(name) for name in credentials)
        raise InvalidArgument(f"none of the environment variables {names} is set")
    for name in needed:
        if name not in found:
            raise InvalidArgument(f"the environment variable {variable(name)} is not set", parameter=name)
    try:
        return make(**{**found, **settings})
    except InvalidArgument as error:
        failure = error.with_traceback(None)
        if error.parameter in found and error.parameter not in settings:
            failure.message += f" (from the environment variable {variable(str(error.parameter))})"
            failure.args = (failure.message,)
    found.clear()
    settings.clear()
    raise failure

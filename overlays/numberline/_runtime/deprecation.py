"""Warnings for what a provider has marked as deprecated."""

import functools
import warnings
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def deprecated(operation: bool, names: Sequence[str]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a method that is deprecated, or some of whose arguments are: warn once a call, at the caller's line."""

    def decorate(method: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(method)
        def warn_first(*args: P.args, **kwargs: P.kwargs) -> T:
            old = [name for name in names if kwargs.get(name) is not None]
            if operation or old:
                what = method.__name__ if operation else " and ".join(old)
                verb = "is" if operation or len(old) == 1 else "are"
                warnings.warn(f"{what} {verb} deprecated by the provider", DeprecationWarning, stacklevel=2)
            return method(*args, **kwargs)

        return warn_first

    return decorate

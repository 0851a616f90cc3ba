"""Checks of what callers give, which errors name by its parameter."""

from ..errors import InvalidArgument
from .clock import Clock

MAX_SECONDS = 7 * 24 * 3600
"""What sockets of every platform can wait for, and nobody does."""


def check_bool(name: str, given: bool) -> bool:
    """A setting that is on or off.

    Raises:
        InvalidArgument: for anything but a bool.
    """
    if not isinstance(given, bool):
        raise InvalidArgument(f"{name} takes True or False, not {type(given).__name__}", parameter=name)
    return given


def check_seconds(name: str, given: float) -> float:
    """Return a number of seconds.

    Raises:
        InvalidArgument: unless it is a number above 0, up to `MAX_SECONDS`.
    """
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= MAX_SECONDS:
        raise InvalidArgument(f"{name} takes a number of seconds above 0, a week at most", parameter=name)
    return float(given)


def check_text(name: str, given: str) -> str:
    """Return a text of the caller's own.

    Raises:
        InvalidArgument: unless it is printable and not empty.
    """
    if not isinstance(given, str) or not given.strip() or not given.isprintable():
        raise InvalidArgument(f"{name} takes a printable text that is not empty", parameter=name)
    return given


def clock(given: Clock | None) -> Clock:
    """The clock to live by: the machine's unless another one is given.

    Raises:
        InvalidArgument: if it is no `Clock`.
    """
    if given is None:
        return _CLOCK
    if not isinstance(given, Clock):
        raise InvalidArgument(f"clock takes a numberline.Clock, not {type(given).__name__}", parameter="clock")
    return given


_CLOCK = Clock()

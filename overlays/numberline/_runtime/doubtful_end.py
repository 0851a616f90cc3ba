"""What is said at the end of a listing of which nobody knows whether all of it came."""

import logging
from typing import Any

from ..errors import IncompleteListing
from .operation import Operation

log = logging.getLogger("numberline")


def report(operation: Operation[Any], seen: int, told: int | None, *, has_changed: bool, is_refuted: bool) -> None:
    """Log what makes the end doubtful.

    Args:
        operation: what lists.
        seen: how many records came.
        told: how many there had to be, if fewer came.
        has_changed: whether the total changed on the way.
        is_refuted: whether more came than a total said.

    Raises:
        IncompleteListing: if fewer records came than any total said.
    """
    if is_refuted:
        log.warning("%s: the totals were smaller than what came, so the end is a guess", operation.name)
    if has_changed:
        log.warning("%s: the total changed on the way; records that came or went may be missing", operation.name)
    if told is not None:
        raise IncompleteListing(
            f"{seen} records came of {told} that the provider told of.",
            provider=operation.provider.name,
            operation=operation.name,
            seen=seen,
            told=told,
        )

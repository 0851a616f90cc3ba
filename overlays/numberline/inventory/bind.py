"""Binding many numbers to one application: in batches, with an outcome for each number. Nothing here waits."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .._runtime import arguments
from .._runtime.operation import Request
from ..errors import InvalidArgument, InvalidRequest, NotFound, NumberlineError
from .adapters import Account
from .values import InventoryNumber

BATCH = 100
"""How many numbers go into one request. The greatest count is not documented."""


class Bound(NamedTuple):
    """What became of one number.

    Attributes:
        number: the number.
        error: why it was not bound, or None if it was.
    """

    number: InventoryNumber
    error: NumberlineError | None


Asked = Generator[tuple[Account, Request[Any]], Any, list[Bound]]


def binding(accounts: Mapping[str, Account], numbers: Iterable[InventoryNumber], application: str | int) -> Asked:
    """Yield requests with the account that each is for, and return what became of each number, in the given order."""
    every = list(numbers)
    if isinstance(application, str):
        arguments.text("application", application)
    else:
        arguments.integer("application", application)
    outcomes: dict[int, NumberlineError | None] = {}
    for name in dict.fromkeys(number.account for number in every):
        places = [at for at, number in enumerate(every) if number.account == name]
        account = accounts.get(name)
        if account is None or account.adapter.bind is None:
            what = "is not in this inventory" if account is None else f"is of {account.provider}, which can't bind"
            outcomes |= dict.fromkeys(places, InvalidArgument(f"account {name!r} {what}", parameter="numbers"))
            continue
        for start in range(0, len(places), BATCH):
            yield from _batch(account, every, places[start : start + BATCH], application, outcomes)
    return [Bound(number, outcomes[at]) for at, number in enumerate(every)]


def _batch(
    account: Account,
    every: Sequence[InventoryNumber],
    places: Sequence[int],
    application: str | int,
    outcomes: dict[int, NumberlineError | None],
) -> Generator[tuple[Account, Request[Any]], Any, None]:
    assert account.adapter.bind is not None
    try:
        yield account, account.adapter.bind([every[at].id for at in places], application)
    except (InvalidRequest, NotFound) as error:
        if len(places) == 1:
            outcomes[places[0]] = error
            return
        # Which number it is about is not told, and whether the others were bound neither. Binding again is harmless.
        half = len(places) // 2
        yield from _batch(account, every, places[:half], application, outcomes)
        yield from _batch(account, every, places[half:], application, outcomes)
    except NumberlineError as error:
        outcomes.update(dict.fromkeys(places, error))
    else:
        outcomes.update(dict.fromkeys(places))

"""Lists that travel as one piece of text, such as `1;2;3` or the word `all`, or as an array in a JSON body.

Usable on its own::

    >>> join([1, 2], ";", item=integer, name="phone_id")
    '1;2'
    >>> split("1;2", ";")
    ['1', '2']
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ._runtime.arguments import text
from .errors import InvalidArgument

T = TypeVar("T")

_NO_LIST = (str, bytes, bytearray, memoryview, Mapping)
"""What could be walked through, and is given by mistake."""


def join(
    items: Iterable[object] | str,
    separator: str,
    *,
    name: str = "items",
    item: Callable[[str, Any], str] = text,
    keyword: str | None = None,
    at_most: int | None = None,
) -> str:
    """Join `items` for the wire.

    Args:
        items: what to send; the bare `keyword` stands for itself.
        separator: what stands between two items. There is no escape for it, so no item may hold it.
        name: the parameter's name, for errors.
        item: turns one item into text; `arguments` has one function for each type.
        keyword: a word the provider takes instead of a list, such as `all`.
        at_most: how many items there may be.

    Raises:
        InvalidArgument: for a bare string that is not the keyword, no items, a mapping, or an item that is empty,
            of the wrong type or holds the separator.
    """
    if isinstance(items, str) and items == keyword:
        return str(items)
    if isinstance(items, _NO_LIST) or not isinstance(items, Iterable):
        raise _no_list(name, items, keyword)
    pieces: list[str] = []
    for value in items:
        piece = item(name, value)
        if not piece or separator in piece:
            what = "is empty" if not piece else f"holds the separator {separator!r}"
            raise InvalidArgument(f"item {len(pieces)} of {name} {what}, so it can't be sent in a list", parameter=name)
        pieces.append(piece)
    if not pieces:
        raise InvalidArgument(f"{name} is an empty list; leave it out instead", parameter=name)
    _check_count(name, pieces, 1, at_most)
    return separator.join(pieces)


def array(
    items: Iterable[object],
    *,
    name: str = "items",
    item: Callable[[str, Any], T],
    at_least: int = 0,
    at_most: int | None = None,
) -> list[T]:
    """Check `items` for a JSON body, or for a parameter that is repeated.

    Args:
        items: what to send.
        name: the parameter's name, for errors.
        item: checks one item; `arguments` has one function for each type.
        at_least: how many there have to be.
        at_most: how many there may be.

    Raises:
        InvalidArgument: for a bare string, a mapping, too few items, or one of the wrong type.
    """
    if isinstance(items, _NO_LIST) or not isinstance(items, Iterable):
        raise _no_list(name, items)
    checked = [item(name, value) for value in items]
    _check_count(name, checked, at_least, at_most)
    return checked


def _check_count(name: str, items: list[Any], at_least: int, at_most: int | None) -> None:
    if len(items) < at_least:
        raise InvalidArgument(f"{name} takes {at_least} items at least, not {len(items)}", parameter=name)
    if at_most is not None and len(items) > at_most:
        raise InvalidArgument(f"{name} takes {at_most} items at most, not {len(items)}", parameter=name)


def _no_list(name: str, given: object, keyword: str | None = None) -> InvalidArgument:
    what = "a bare string" if isinstance(given, str) else type(given).__name__
    or_keyword = f" or the word {keyword!r}" if keyword is not None else ""
    return InvalidArgument(f"{name} takes a list{or_keyword}, not {what}", parameter=name)


def split(text: str, separator: str) -> list[str]:
    """The items of a joined list, as text. Empty text is no items."""
    return text.split(separator) if text else []

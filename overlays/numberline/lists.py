"""Lists that travel as one piece of text, such as `1;2;3` or the word `all`, or as an array in a JSON body.

Usable on its own::

    >>> join([1, 2], ";", item=integer, name="phone_id")
    '1;2'
    >>> split("1;2", ";")
    ['1', '2']
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ._runtime.arguments import check_range, text
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
        items: what to send. A single string is a list of one, but for the bare `keyword`, which stands for itself.
        separator: what stands between two items. There is no escape for it, so no item may hold it.
        name: the parameter's name, for errors.
        item: turns one item into text; `arguments` has one function for each type.
        keyword: a word the provider takes instead of a list, such as `all`.
        at_most: how many items there may be.

    Raises:
        InvalidArgument: for no items, a mapping, an item that is empty, of the wrong type or holds the separator, or,
            where there is a keyword, another single string.
    """
    if isinstance(items, str) and items == keyword:
        return str(items)
    pieces = _checked(items, name, item, keyword)
    for at, piece in enumerate(pieces):
        if not piece or separator in piece:
            what = "is empty" if not piece else f"holds the separator {separator!r}"
            raise InvalidArgument(f"item {at} of {name} {what}, so it can't be sent in a list", parameter=name)
    if not pieces:
        raise InvalidArgument(f"{name} is an empty list: there is nothing to ask for", parameter=name)
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
        items: what to send. A single string is a list of one.
        name: the parameter's name, for errors.
        item: checks one item; `arguments` has one function for each type.
        at_least: how many there have to be.
        at_most: how many there may be.

    Raises:
        InvalidArgument: for a mapping, too few items, or one of the wrong type.
    """
    checked = _checked(items, name, item)
    if not checked and at_least:
        raise InvalidArgument(f"{name} is an empty list: there is nothing to ask for", parameter=name)
    _check_count(name, checked, at_least, at_most)
    return checked


def _check_count(name: str, items: list[Any], at_least: int, at_most: int | None) -> None:
    check_range(name, len(items), at_least, at_most, f"{name} has {len(items)} items; it has to have")


def _checked(items: Iterable[object], name: str, item: Callable[[str, Any], T], keyword: str | None = None) -> list[T]:
    if isinstance(items, str) and keyword is None:
        items = [items]
    if isinstance(items, _NO_LIST) or not isinstance(items, Iterable):
        what = "another string" if isinstance(items, str) else type(items).__name__
        or_keyword = f" or the word {keyword!r}" if keyword is not None else ""
        raise InvalidArgument(f"{name} takes a list{or_keyword}, not {what}", parameter=name)
    checked: list[T] = []
    for value in items:
        try:
            checked.append(item(f"item {len(checked)} of {name}", value))
        except InvalidArgument as error:
            error.parameter = name
            raise
    return checked


def split(text: str, separator: str) -> list[str]:
    """The items of a joined list, as text. Empty text is no items."""
    return text.split(separator) if text else []

"""Listings whose pages link to the next one."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, parse_qsl, urlsplit

from ..errors import UnreadableResponse
from .operation import Cursor, Request, follow

if TYPE_CHECKING:
    from .records import Page

T = TypeVar("T")


class Links:
    """Pages that hold a link or a token for the next one.

    Of a link only the query is used, on top of the request's own: nothing is sent to where it points, and filters stay
    in force whether or not the provider repeats them in its links.
    """

    skipped = 0

    def __init__(self, style: Cursor, base_url: str | None, known: int) -> None:
        self._style = style
        self._base_url = base_url
        self._known = known  # how many links are recognized when they come again
        self._seen: OrderedDict[int, None] = OrderedDict()
        self.largest = 0
        self.at_least = 0

    def first(self, request: Request[Page[T]]) -> Request[Page[T]]:
        return request

    def note(self, request: Request[Page[T]], page: Page[T], rows: int) -> None:
        self.largest = max(self.largest, rows)
        self.at_least = rows

    def following(
        self, request: Request[Page[T]], page: Page[T], total: int | None, missing: bool
    ) -> Request[Page[T]] | None:
        link: str | None = follow(page, self._style.link)
        if not link:
            return None
        parameters = self._parameters(link)
        self._seen[hash(request.parameter(self._style.cursor))] = None
        if hash(parameters[self._style.cursor]) in self._seen:
            raise UnreadableResponse("the link to the next page leads to one that came before.")
        if len(self._seen) > self._known:
            self._seen.popitem(last=False)
        return request.replace(parameters)

    def back(self, request: Request[Page[T]], vanished: int) -> Request[Page[T]] | None:
        return None  # a cursor stays where it is when records vanish

    def _parameters(self, link: str) -> dict[str, str]:
        if self._style.is_token:
            return {self._style.cursor: link}
        _refuse_foreign(link, self._base_url)
        parameters = dict(parse_qsl(urlsplit(link).query))
        if not parameters.get(self._style.cursor):
            raise UnreadableResponse(f"the link to the next page has no parameter {self._style.cursor!r}.")
        return parameters


def _refuse_foreign(link: str, base_url: str | None) -> None:
    # The page that holds a link to elsewhere is not to be trusted, although nothing would be sent there.
    here = urlsplit(base_url or "")
    try:
        there = urlsplit(link)
        foreign = _host_of(there) != _host_of(here)
    except ValueError:
        there, foreign = None, True
    if there is None:  # raised out here, since the other error quotes the link
        raise UnreadableResponse("the link to the next page is not a URL.")
    if base_url and there.netloc and foreign:
        host = f"{there.scheme}://{there.hostname}" + (f":{there.port}" if there.port else "")
        raise UnreadableResponse(f"the link to the next page points to {host}, not to {here.scheme}://{here.netloc}.")


def _host_of(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or {"http": 80, "https": 443}.get(url.scheme)

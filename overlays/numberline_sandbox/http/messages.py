"""Requests and responses as plain data, and how a request's parameters are found in it."""

from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, unquote

LARGEST_BODY = 2**20

Pairs = list[tuple[str, str]]
"""Parameters as they came, in order, repeated ones included."""


class Request(NamedTuple):
    """A request as it came over the wire.

    Attributes:
        method: HTTP method.
        target: path and query, still percent-encoded.
        headers: names in lower case.
        body: the bytes.
        scheme: `http` or `https`, for links in responses.
    """

    method: str
    target: str
    headers: Mapping[str, str] = {}
    body: bytes = b""
    scheme: str = "http"

    @property
    def segments(self) -> list[str]:
        """The path's parts, decoded once. Slashes at the end make no difference."""
        path = self.target.partition("?")[0].strip("/")
        return [unquote(segment, errors="replace") for segment in path.split("/")] if path else []

    @property
    def query(self) -> Pairs:
        return _urlencoded(self.target.partition("?")[2])

    @property
    def form(self) -> Pairs:
        """The fields of a form. A body of another declared type has none."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_form = kind in ("", "application/x-www-form-urlencoded")
        return _urlencoded(self.body.decode(errors="replace")) if is_form else []


class Response(NamedTuple):
    """A response. `operation`, `failure` and `fault` are for logs and not sent.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: the bytes.
        operation: the spec's id of the operation, or empty.
        failure: the provider's name for what went wrong, or empty.
        fault: the fault that was injected, or empty.
        ending: what to do instead of sending the body: close the connection without a response (`drop`), close it
            after a body that is shorter than announced (`cut`), or send without an end (`endless`).
        delay: seconds to wait before anything is sent.
    """

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""
    operation: str = ""
    failure: str = ""
    fault: str = ""
    ending: Literal["", "drop", "cut", "endless"] = ""
    delay: float = 0.0


def _urlencoded(text: str) -> Pairs:
    return parse_qsl(text, keep_blank_values=True, errors="replace")

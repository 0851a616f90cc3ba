"""Responses before they are read."""

from collections.abc import Mapping


class RawResponse:
    """A whole response, decompressed.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: the bytes.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        return f"<RawResponse {self.status}, {len(self.body)} bytes>"

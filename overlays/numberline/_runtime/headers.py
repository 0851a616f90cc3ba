"""Headers of the callers' own."""

import re
from collections.abc import Mapping

from ..errors import InvalidArgument

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FRAMING = (
    *("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade", "expect"),
    *("content-type", "content-encoding", "accept-encoding", "proxy-authorization", "proxy-connection"),
)


def own_headers(given: Mapping[str, str], signed: str) -> dict[str, str]:
    """Return headers of the caller's own, with their names in lower case.

    Args:
        given: as the caller has them.
        signed: the header in which the client signs in.

    Raises:
        InvalidArgument: for those that can't be sent or say how a request is sent, `Authorization`, and `signed`.
    """
    checked: dict[str, str] = {}
    if not isinstance(given, Mapping):
        raise InvalidArgument(f"headers takes a mapping, not {type(given).__name__}", parameter="headers")
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise InvalidArgument("headers takes names and values that are strings", parameter="headers")
        if not _HEADER_NAME.fullmatch(name) or not (value.isascii() and value.isprintable() and value == value.strip()):
            raise InvalidArgument(f"header {name!r} holds characters that can't be sent", parameter="headers")
        if name.lower() in _FRAMING:
            raise InvalidArgument(f"{name} is not for headers=: it says how a request is sent", parameter="headers")
        if name.lower() in ("authorization", signed):
            raise InvalidArgument(f"{name} comes from the client's credentials", parameter="headers")
        checked[name.lower()] = value
    return checked

"""Compressed responses. Loaded with the first of them."""

import zlib

from ..redaction import printable
from . import Refused, unreadable

_WINDOW_BITS = {"gzip": 31, "deflate": 15}
"""Encodings of a body, and how zlib knows them."""


class Inflater:
    """Inflates a response's body.

    Raises:
        Refused: if it is compressed in a way that was not asked for, such as twice: a few hundred bytes could inflate
            to more than any memory.
    """

    def __init__(self, encoding: str, status: int) -> None:
        self._status = status
        if encoding not in _WINDOW_BITS:
            raise unreadable(f"its compression ({printable(encoding)}) was not asked for", status)
        self._inflater = zlib.decompressobj(_WINDOW_BITS[encoding])
        # "deflate" may also mean without zlib's header.
        self._may_be_bare = encoding == "deflate"

    def inflated(self, chunk: bytes, at_most: int) -> bytes:
        """Return what the next piece holds.

        Raises:
            Refused: if it is broken, or more follows its end.
        """
        may_be_bare, self._may_be_bare = self._may_be_bare, False
        inflated, surplus = b"", chunk
        if not self._inflater.eof:
            try:
                inflated = self._inflater.decompress(chunk, at_most)
            except zlib.error:
                if not may_be_bare:
                    raise self._broken() from None
                self._inflater = zlib.decompressobj(-15)
                return self.inflated(chunk, at_most)
            surplus = self._inflater.unused_data
        if surplus.strip(b"\0"):  # zeros are padding
            raise unreadable("more follows its compressed end", self._status)
        return inflated

    def check_end(self) -> None:
        """Refuse what ended early: what came so far may look like all of it.

        Raises:
            Refused: if so.
        """
        if not self._inflater.eof:
            raise self._broken()

    def _broken(self) -> Refused:
        return unreadable("its compression is broken", self._status)

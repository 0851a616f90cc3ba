"""JSON that msgspec refuses as a whole, made readable. Loaded with the first such response."""

import json
import re
from math import isfinite

_MAX_DEPTH = 200
_MAX_DIGITS = 4000  # Python and msgspec refuse to make an int of more

_HEX = rb"[0-9a-fA-F]"
# Every escape in turn, so that a backslash that is itself escaped begins none.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB]%(hex)s{2}\\u[dD][c-fC-F]%(hex)s{2}|(?P<half>u[dD][89a-fA-F]%(hex)s{2})|.)" % {b"hex": _HEX},
    re.DOTALL,
)
_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.)*"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<number>-?(?:\d[\d.eE+-]*|Infinity|NaN))', re.DOTALL
)


def mend(body: bytes) -> bytes:
    """Return `body` in UTF-8, with null for what is nested too deep and for NaN, with numbers that are too large as
    text, and without halves of surrogate pairs. What is no JSON stays so."""
    encoding = json.detect_encoding(body)
    if encoding != "utf-8":
        body = body.decode(encoding, errors="replace").encode()
    pieces: list[bytes] = []
    depth = done = 0
    for token in _TOKEN.finditer(body):
        if token["close"]:
            depth -= 1
            if depth == _MAX_DEPTH:
                done = token.end()
        elif token["open"]:
            depth += 1
            if depth == _MAX_DEPTH + 1:
                pieces += body[done : token.start()], b"null"
        elif depth <= _MAX_DEPTH and (mended := _mended(token)) != token[0]:
            pieces += body[done : token.start()], mended
            done = token.end()
    return b"".join(pieces) + (body[done:] if depth <= _MAX_DEPTH else b"")


def _mended(token: re.Match[bytes]) -> bytes:
    number = token["number"]
    if number is None:
        return _ESCAPE.sub(_whole, token[0]) if b"\\u" in token[0] else token[0]
    if number[-1:] in b"Ny":
        return b"null"
    try:
        fits = len(number) <= _MAX_DIGITS and isfinite(float(number))
    except ValueError:  # no number either
        return number
    return number if fits else b'"%s"' % number


def _whole(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape["half"] else escape[0]

"""What is kept out of messages and logs: credentials, and all but the end of phone numbers."""

import re
from typing import Any
from urllib.parse import quote, quote_plus

_PHONE_NUMBER = re.compile(r"\+\d(?:[ ().-]{0,2}\d){6,14}|\d{8,}")
_MOST = 500
"""How many letters of somebody else's text are shown."""

_MOST_READ = 100_000
"""How many are looked at: far more than are shown, since a secret is only found whole."""


def redact(text: str, secrets: tuple[str, ...], *, numbers: bool = True) -> str:
    """Redact secrets and all but the last digits of phone numbers."""
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
            text = re.sub(re.escape(form), "***", text, flags=re.IGNORECASE)  # a host is in lower case
    # Of a phone number that a provider repeats, the last digits are enough to tell which one it is.
    return _PHONE_NUMBER.sub(lambda found: f"***{found[0][-2:]}", text) if numbers else text


def without(value: Any, secrets: tuple[str, ...]) -> Any:
    """Return JSON data without secrets, keys included."""
    if isinstance(value, dict):
        return {without(key, secrets): without(each, secrets) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without(each, secrets) for each in value]
    return redact(value, secrets, numbers=False) if isinstance(value, str) else value


def printable(text: str) -> str:
    """Return somebody else's text without what acts on a terminal, a log or the direction of writing."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:_MOST_READ])


def cut(text: str, most: int = _MOST) -> str:
    """Return text that is not too long. Redact it first: a part of a secret is not found any more."""
    return text if len(text) <= most else f"{text[:most]}..."


def quoted_error(error: BaseException) -> str:
    """Return an error's class and text as they may stand in a message. Its text may itself fail."""
    try:
        text = printable(str(error))
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

"""What is kept out of messages and logs: credentials, and all but the end of phone numbers."""

import re
from urllib.parse import quote, quote_plus

_PHONE_NUMBER = re.compile(r"\+\d(?:[ ().-]{0,2}\d){6,14}|\d{8,}")
_LONGEST_QUOTE = 300


def redact(text: str, secrets: tuple[str, ...], *, numbers: bool = True) -> str:
    """Redact secrets and all but the last digits of phone numbers."""
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, "***")
    # Of a phone number that a provider repeats, the last digits are enough to tell which one it is.
    return _PHONE_NUMBER.sub(lambda found: f"***{found[0][-2:]}", text) if numbers else text


def quotable(text: str) -> str:
    """Return foreign text as it may stand in a message: one line, printable, and not long."""
    cut = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
    return "".join(char if char.isprintable() else " " for char in cut)


def quoted_error(error: BaseException) -> str:
    """Return an error's class and text as they may stand in a message. Its text may itself fail."""
    try:
        text = quotable(str(error))
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

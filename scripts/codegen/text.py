"""Names and prose in the form that Python has for them.

Hook into openapi-python-client: its functions make names. Why: openapi-python-client's own parser names classes by
them, and both have to agree. It can go when its parser gives the names of operations and fields as they are used here.
"""

import keyword
import textwrap
from functools import cache
from typing import Any

from openapi_python_client import strings


@cache  # the same few names are asked for again and again
def snake(name: str) -> str:
    """Return openapi-python-client's own form of a name."""
    return str(strings.PythonIdentifier(name, "field_"))


def strip_underscore(name: str) -> str:
    """Return a Python name without the underscore that openapi-python-client adds to names of builtins.

    As attributes and keyword arguments, `type` and `next` are what everybody looks for.
    """
    bare = name.removesuffix("_")
    return name if keyword.iskeyword(bare) or bare == "self" else bare


def python_name(wire: str, *holders: dict[str, Any]) -> str:
    """Return the Python name of a parameter or field: its `x-name`, or its name on the wire in snake_case."""
    return next((str(each["x-name"]) for each in holders if "x-name" in each), strip_underscore(snake(wire)))


def quoted(text: str) -> str:
    """Return a string literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def as_text(value: Any) -> str:
    """Return a value as JSON writes it, text without quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def wrap_docstring(text: str, indent: int, first: int | None = None) -> str:
    """Return prose broken for a docstring: `first` columns are taken on the first line, `indent` on the others."""
    lines = textwrap.wrap(
        text.replace("\\", "\\\\").replace('"""', "'''"),
        width=116,
        initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).lstrip()

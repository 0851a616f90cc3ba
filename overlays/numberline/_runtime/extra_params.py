"""Parameters that the spec does not have."""

from collections.abc import Collection, Mapping

from ..errors import InvalidArgument
from .arguments import text, wrong_type


def checked(given: Mapping[str, str], documented: Collection[str]) -> dict[str, str]:
    """Return what the caller gave as `extra_params`.

    Raises:
        InvalidArgument: if it names a documented parameter, or holds anything but text.
    """
    if not isinstance(given, Mapping):
        raise wrong_type("extra_params", "a mapping of strings", given)
    extra: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise InvalidArgument("extra_params takes names and values that are strings", parameter="extra_params")
        if name in documented:
            raise InvalidArgument(f"extra_params has {name!r}, which has an argument", parameter="extra_params")
        extra[text("extra_params", name)] = text("extra_params", value)
    return extra

"""Whether a response plainly is what was asked for. Everything else is for `failures` to judge."""

from typing import Any

from ..errors import NumberlineError, UnreadableResponse
from .context import Received
from .operation import Operation
from .transport import RawResponse, TransportFailure


def read(operation: Operation[Any], outcome: Received) -> tuple[Any, NumberlineError | None]:
    """Return the operation's result, or why there is none, or both if a response holds a result beside an error; where
    the result is not whole, what is there of it as JSON data."""
    if isinstance(outcome, TransportFailure):
        return None, outcome.error
    try:
        return _read(operation, outcome)
    except Exception as failure:  # a bug of ours must not hide that the request was sent
        return None, UnreadableResponse(
            f"HTTP {outcome.status} with a body that can't be read ({type(failure).__name__}).", status=outcome.status
        )


def _read(operation: Operation[Any], response: RawResponse) -> tuple[Any, NumberlineError | None]:
    result = doubt = None
    if 200 <= response.status < 300:
        try:
            result = operation.read(response.body)
        except UnreadableResponse as unreadable:
            doubt = unreadable.message
        else:
            if _is_plain(operation, result, response):
                return result, None
    from .failures import judge  # not loaded as long as nothing goes wrong

    return judge(operation, response, result, doubt)


def _is_plain(operation: Operation[Any], result: Any, response: RawResponse) -> bool:
    """Return whether nothing in a response can say anything else than its result does."""
    if operation.outcome is not None or (operation.response is None and response.body):
        return False
    if operation.error_field is not None and getattr(result, operation.error_field) is not None:
        return False
    return not any(key in response.body for key in operation.error_marks)

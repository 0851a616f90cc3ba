"""What a provider's answer means: a result, or which error.

Errors come in HTTP statuses, in the body of an HTTP 200, as HTML from something in between, or not at all. The spec
says where a provider puts its code and its text (`x-errors`); everything else is decided here, for all providers.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from ..errors import BY_KIND, NumberlineError, ProviderError, UnreadableResponse, kind_of_status
from .operation import ErrorForm, Operation, Provider

T = TypeVar("T")


class RawResponse:
    """A whole answer, decompressed.

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


def read(operation: Operation[T], answer: RawResponse) -> T:
    """The operation's result.

    Raises:
        ProviderError: if the answer says that there is none; the subclass says why.
        UnreadableResponse: if it says nothing that the spec documents.
    """
    if not 200 <= answer.status < 300:
        raise _refusal(operation.provider, answer)
    try:
        result = operation.read(answer.body)
    except UnreadableResponse as unreadable:
        path = unreadable.message
    else:
        if operation.error_field is not None and getattr(result, operation.error_field) is not None:
            path = f"$.{operation.error_field} is not empty."
        elif _has_failed(operation, answer):
            path = "it has the code or status of a failure in it."
        else:
            _check_outcome(operation, result, answer)
            return result
    raise _failure(operation.provider, answer) or _unreadable(answer, path)


def _check_outcome(operation: Operation[Any], result: Any, response: RawResponse) -> None:
    """Raise what a field of the result says that went wrong (`Outcome`)."""
    if operation.outcome is None or (value := getattr(result, operation.outcome.field)) is None:
        return
    meaning = operation.outcome.values.get(value, "unknown")
    if meaning != "done":
        known = meaning != "unknown"
        raise BY_KIND[meaning if known else "server"](
            f"{operation.outcome.field} is {str(value)[:40]!r} (HTTP {response.status}).",
            status=response.status,
            request_id=response.headers.get("x-request-id"),
            kind=meaning if known else None,
            from_provider=True,
            effect="none" if known else "unknown",
        )


def _refusal(provider: Provider, answer: RawResponse) -> NumberlineError:
    if answer.status < 400:
        try:
            there = urlsplit(answer.headers.get("location", ""))
        except ValueError:
            there = urlsplit("")
        where = f" to {there.scheme}://{there.hostname}" if there.hostname else ""
        return _unreadable(answer, f"a redirect{where}; redirects are never followed, so check base_url.")
    kind = kind_of_status(answer.status)
    return _failure(provider, answer) or BY_KIND[kind or "server"](
        f"HTTP {answer.status} with {_described(answer)} instead of the provider's own error.",
        status=answer.status,
        kind=kind,
        request_id=answer.headers.get("x-request-id"),
    )


def _failure(provider: Provider, answer: RawResponse) -> ProviderError | None:
    """The error that the answer's body names in one of the provider's forms."""
    import msgspec

    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    for form in provider.error_forms:
        code, text, mirrored = _code(body, form), _at(body, form.text), _mirrored(body, form)
        if (code is None and text is None and mirrored is None) or _as_text(code) in form.success:
            continue
        status = answer.status if answer.status >= 400 else mirrored or answer.status
        known = provider.error_code(code)
        kind = known.kind if known is not None else None
        if kind is None or status == 429 or status >= 500:
            kind = kind_of_status(status)
        error = BY_KIND[kind] if kind else ProviderError
        parameter = _at(body, form.parameter)
        said = ": ".join(str(part) for part in (f"code {code}" if code is not None else None, text) if part)
        return error(
            f"{said or 'no reason given'} (HTTP {answer.status}).",
            status=answer.status,
            code=code,
            name=known.name if known is not None else None,
            text=text if isinstance(text, str) else None,
            parameter=parameter if isinstance(parameter, str) else None,
            request_id=answer.headers.get("x-request-id"),
            kind=kind,
            from_provider=True,
            effect=known.effect if known is not None and status < 500 else "unknown",
        )
    return None


def _has_failed(operation: Operation[Any], answer: RawResponse) -> bool:
    """Return whether a response that can be read as a result says that it is a failure."""
    if not any(key in answer.body for key in operation.error_keys):
        return False  # without decoding the response once more
    import msgspec

    body = msgspec.json.decode(answer.body)
    return any(_names_failure(body, form) for form in operation.provider.error_forms)


def _names_failure(body: Any, form: ErrorForm) -> bool:
    if _mirrored(body, form) is not None:
        return True
    if not form.success:
        root = _at(body, form.code[:1])
        return root is not None if len(form.code) == 1 else isinstance(root, dict)
    value = _at(body, form.code)
    return value is not None and _as_text(value) not in form.success


def _code(body: Any, form: ErrorForm) -> int | str | None:
    code = _at(body, form.code)
    return code if isinstance(code, int | str) and not isinstance(code, bool) else None


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mirrored(body: Any, form: ErrorForm) -> int | None:
    """Return the HTTP status of a failure that the body repeats, or has instead."""
    mirrored = _at(body, form.status)
    if isinstance(mirrored, str) and re.fullmatch(r"[1-9][0-9]{2}", mirrored):
        mirrored = int(mirrored)
    return mirrored if isinstance(mirrored, int) and mirrored > 299 else None


def _at(body: Any, path: tuple[str, ...]) -> Any:
    if not path:
        return None
    for key in path:
        if not isinstance(body, dict):
            return None
        body = cast("dict[str, Any]", body).get(key)
    return body


def _unreadable(answer: RawResponse, why: str) -> UnreadableResponse:
    return UnreadableResponse(
        f"HTTP {answer.status} with {_described(answer)} that can't be read: {why}",
        status=answer.status,
        request_id=answer.headers.get("x-request-id"),
    )


def _described(answer: RawResponse) -> str:
    if not answer.body:
        return "an empty body"
    kind = answer.headers.get("content-type", "").partition(";")[0].strip() or "no content type"
    return f"{len(answer.body)} bytes ({kind})"

"""What a response means that is not plainly a result: which error, or a result all the same.

Errors come in HTTP statuses, in the body of an HTTP 200, as HTML from something in between, or not at all. The spec
says where a provider puts its code and its text (`x-errors`); everything else is decided here, for all providers.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ..errors import (
    AuthenticationError,
    InsufficientFunds,
    InvalidRequest,
    NotFound,
    NumberlineError,
    NumberUnavailable,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
    UnreadableResponse,
)
from .operation import ErrorCode, ErrorForm, Operation, Provider
from .plain import decoded
from .redaction import printable
from .transport import RawResponse

BY_KIND: dict[str, type[ProviderError]] = {
    "authentication": AuthenticationError,
    "token": AuthenticationError,
    "permission": PermissionDenied,
    "not-found": NotFound,
    "invalid": InvalidRequest,
    "rate-limit": RateLimited,
    "later": RateLimited,
    "funds": InsufficientFunds,
    "unavailable": NumberUnavailable,
    "server": ServerError,
}
"""The error class of each `kind` that a spec gives to a provider's code (specs/README.md, `x-errors`)."""


def kind_of_status(status: int) -> str | None:
    """What an HTTP status means by itself, in the words of the specs' kinds."""
    known = {
        401: "authentication",
        402: "funds",
        403: "permission",
        404: "not-found",
        408: "later",
        425: "later",
        429: "rate-limit",
    }
    return known.get(status, "server" if status >= 500 else "invalid" if status >= 400 else None)


_NOTHING = ("", "none", "null", "false", "no", "ok", "0")
"""Texts that stand where an error would, and say that there is none."""

_DENYING = re.compile(
    r"\berr|error|exception|(?<!de)fault|fail|reject|refus|den(y|ied)|invalid|unable|unsuccess"
    r"|not[ _-]?(found|allowed|possible|permitted|cancel|released|done)",
    re.IGNORECASE,
)
"""Words that name an error, or say that something was not done, where no document says what a body holds."""

_TELLING = re.compile(
    "success|succeed|status|state|result|ok$|done|accept|cancel|releas|delet|message|description|text|reason|detail",
    re.IGNORECASE,
)
"""Names of members that may say whether something was done. Both lists are our choice: where no body is documented, a
word too many makes an outcome unknown, and a word too few would make a refusal a success."""


def judge(
    operation: Operation[Any], response: RawResponse, result: Any, doubt: str | None
) -> tuple[Any, NumberlineError | None]:
    """Return what `responses.read` does.

    Args:
        operation: what was asked for.
        response: what came.
        result: what it was read as, if it could be.
        doubt: why it could not be read.
    """
    if not 200 <= response.status < 300:
        return _beside(_refusal(operation.provider, response), operation, None, response)
    if doubt is None:
        if operation.response is None and not _is_json_or_blank(response):
            doubt = "no body is documented, and this is no JSON."
        elif operation.response is None and _denies(response):
            doubt = "no body is documented, and this one speaks of an error."
        elif operation.error_field is not None and getattr(result, operation.error_field) is not None:
            doubt = f"$.{operation.error_field} is not empty."
        elif _has_failed(operation, response):
            doubt = "it has the code or status of a failure in it."
        else:
            return result, _check_outcome(operation, result, response)
    error = _failure(operation.provider, response) or _unreadable(response, doubt)
    return _beside(error, operation, result, response)


def _beside(
    error: NumberlineError, operation: Operation[Any], result: Any, response: RawResponse
) -> tuple[Any, NumberlineError]:
    """Return the error, and what the response holds of a result beside it: the record, or what is there as data."""
    paths = (
        path for form in operation.provider.error_forms for path in (form.code, form.text, form.parameter, form.status)
    )
    forms = {path[0] for path in paths if path}
    if result is not None and not set(result.to_dict()) - forms:
        result = None  # an envelope that holds nothing but the error
    elif result is None and error.from_provider and operation.operation_class in ("charge", "release"):
        model = getattr(operation.read, "model", None)
        names = [name for name in model.wire_names() if name not in forms] if model is not None else []
        for part in _parts(decoded(response.body), operation.provider):
            result = result or {name: part[name] for name in names if part.get(name)} or None
    if result is not None:
        error.effect = "unknown"  # whichever of the two is right
    return result, error


def _parts(body: Any, provider: Provider) -> Iterator[dict[str, Any]]:
    """Yield the objects that may hold a result: the body, and what its errors are in."""
    forms = [each for form in provider.error_forms for each in _forms(body, form)]
    paths = {form.code[:end]: None for form in forms for end in range(len(form.code))}
    yield from (part for path in paths if isinstance(part := _at(body, path) if path else body, dict))


def _check_outcome(operation: Operation[Any], result: Any, response: RawResponse) -> NumberlineError | None:
    """Return what a field of the result says that went wrong (`Outcome`)."""
    if operation.outcome is None:
        return None
    value = getattr(result, operation.outcome.field)
    if value is None:  # also where the record could not take what is there
        value = decoded(response.body).get(type(result)._mapping.name(operation.outcome.field))
    if value is None:
        return None
    meaning = operation.outcome.values.get(value, "unknown") if isinstance(value, str) else "unknown"
    if meaning == "done":
        return None
    known = meaning != "unknown"
    return BY_KIND[meaning if known else "server"](
        f"{operation.outcome.field} is {str(value)!r} (HTTP {response.status}).",
        status=response.status,
        request_id=_request_id(response),
        kind=meaning if known else None,
        from_provider=True,
        effect="none" if known else "unknown",
    )


def _refusal(provider: Provider, response: RawResponse) -> NumberlineError:
    if response.status < 400:
        try:
            there = urlsplit(response.headers.get("location", ""))
        except ValueError:
            there = urlsplit("")
        where = printable(f" to {there.scheme}://{there.hostname}") if there.hostname else ""
        return _unreadable(response, f"a redirect{where}; redirects are never followed, so check base_url.")
    kind = kind_of_status(response.status)
    return _failure(provider, response) or BY_KIND[kind or "server"](
        f"HTTP {response.status} with {_described(response)} instead of the provider's own error.",
        status=response.status,
        kind=kind,
        request_id=_request_id(response),
    )


def _failure(provider: Provider, response: RawResponse) -> ProviderError | None:
    """Return the error that the body names in one of the provider's forms."""
    try:
        body = decoded(response.body)
    except ValueError:
        return None
    for form in provider.error_forms:
        code, text, mirrored = _code(body, form), _words(body, form.text), _mirrored(body, form)
        if (code is None and text is None and mirrored is None) or _as_text(code) in form.success:
            continue
        status = response.status if response.status >= 400 else mirrored or response.status
        known = _error_code(provider, code)
        kind = known.kind if known is not None else None
        if kind is None or status == 429 or status >= 500:
            kind = kind_of_status(status)
        error = BY_KIND[kind] if kind else ProviderError
        said = ": ".join(str(part) for part in (f"code {code}" if code is not None else None, text) if part)
        return error(
            f"{said or 'no reason given'} (HTTP {response.status}).",
            status=response.status,
            code=code,
            name=known.name if known is not None else None,
            text=text,
            parameter=_words(body, form.parameter),
            request_id=_request_id(response),
            kind=kind,
            from_provider=True,
            effect="none" if known is not None and status < 500 and _refuses(body, response, provider) else "unknown",
        )
    return None


def _refuses(body: Any, response: RawResponse, provider: Provider) -> bool:
    """Return whether every error of a body has a code which means that nothing was done."""
    for form in provider.error_forms:
        key = re.escape(form.code[0].encode())
        if _at(body, form.code[:1]) is not None and len(re.findall(rb'"%b"\s*:' % key, response.body)) > 1:
            return False  # of members of one name only the last is read
        for each in _forms(body, form):
            known = _error_code(provider, _code(body, each))
            if _names_failure(body, each) and (known is None or known.effect != "none"):
                return False
    return True


def _forms(body: Any, form: ErrorForm) -> list[ErrorForm]:
    """Return a form that names the first item of a list for each item that is there."""
    at = next((at for at, key in enumerate(form.code) if key.isdecimal()), None)
    found = _at(body, form.code[:at]) if at else None
    if at is None or not isinstance(found, list):
        return [form]
    return [form._replace(code=(*form.code[:at], str(item), *form.code[at + 1 :])) for item in range(len(found))]


def _error_code(provider: Provider, code: int | str | None) -> ErrorCode | None:
    """Return what a code means, also if it came as text instead of a number or the other way round."""
    if code is None:
        return None
    if code in provider.error_codes:
        return provider.error_codes[code]
    if isinstance(code, int):
        return provider.error_codes.get(str(code))
    return provider.error_codes.get(int(code)) if re.fullmatch(r"[0-9]{1,9}", code) else None


def _has_failed(operation: Operation[Any], response: RawResponse) -> bool:
    """Return whether a response that can be read as a result says that it is a failure."""
    if not any(key in response.body for key in operation.error_marks):
        return False  # without decoding the response once more
    body = decoded(response.body)
    return any(_names_failure(body, form) for form in operation.provider.error_forms)


def _names_failure(body: Any, form: ErrorForm) -> bool:
    if _mirrored(body, form) is not None:
        return True
    if not form.success:
        root = _at(body, form.code[:1])
        return root is not None if len(form.code) == 1 else _is_something(root)
    value = _at(body, form.code)
    return value is not None and _as_text(value) not in form.success


def _code(body: Any, form: ErrorForm) -> int | str | None:
    code = _whole(_at(body, form.code))
    if isinstance(code, str):
        return printable(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _words(body: Any, path: tuple[str, ...]) -> str | None:
    text = _at(body, path)
    return printable(text) if isinstance(text, str) else None


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mirrored(body: Any, form: ErrorForm) -> int | None:
    """Return the HTTP status of a failure that the body repeats, or has instead."""
    mirrored = _whole(_at(body, form.status))
    if isinstance(mirrored, str) and re.fullmatch(r"[1-9][0-9]{2}", mirrored):
        mirrored = int(mirrored)
    return mirrored if isinstance(mirrored, int) and mirrored > 299 else None


def _at(body: Any, path: tuple[str, ...]) -> Any:
    if not path:
        return None
    for key in path:
        if isinstance(body, list) and key.isdecimal():
            body = body[int(key)] if int(key) < len(body) else None
        else:
            body = body.get(key) if isinstance(body, dict) else None
    return body


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_json_or_blank(response: RawResponse) -> bool:
    if not response.body.strip():
        return True
    try:
        decoded(response.body)
    except ValueError:
        return False
    return True


def _denies(response: RawResponse) -> bool:
    """Return whether a body that is not documented at all says that nothing was done, in words that are common."""
    return bool(response.body.strip()) and _speaks_against(decoded(response.body))


def _speaks_against(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_member_denies(name, each) for name, each in value.items())
    if isinstance(value, list):
        return any(map(_speaks_against, value))
    return bool(_DENYING.search(value)) if isinstance(value, str) else value is False


def _member_denies(name: str, value: Any) -> bool:
    if _DENYING.search(name):
        return _is_something(value)
    if isinstance(value, dict | list):
        return _speaks_against(value)
    if not _TELLING.search(name):
        return False
    if isinstance(value, str):
        return _speaks_against(value) or value.strip().lower() in ("false", "no", "0")
    return isinstance(value, int) and (value == 0 or value >= 400)


def _is_something(value: Any) -> bool:
    """Return whether what stands where an error would says that there is one: an object, a list or a text of it."""
    if isinstance(value, list):
        return any(_is_something(each) for each in value if isinstance(each, str | dict))
    return value.strip().lower() not in _NOTHING if isinstance(value, str) else bool(value)


def _request_id(response: RawResponse) -> str | None:
    given = response.headers.get("x-request-id")
    return printable(given) if given is not None else None


def _unreadable(response: RawResponse, why: str) -> UnreadableResponse:
    return UnreadableResponse(
        f"HTTP {response.status} with {_described(response)} that can't be read: {why}",
        status=response.status,
        request_id=_request_id(response),
    )


def _described(response: RawResponse) -> str:
    if not response.body:
        return "an empty body"
    kind = printable(response.headers.get("content-type", "")).partition(";")[0].strip() or "no content type"
    return f"{len(response.body)} bytes ({kind})"

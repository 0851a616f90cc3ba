"""A provider's spec at work: which request is which operation, what its parameters have to be, how JSON is written.

Everything is read from `numberline_generated.wire`. Nothing about any provider is said here.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, reduce
from importlib.resources import files
from operator import getitem
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from .http.messages import Pairs

M = TypeVar("M", bound=BaseModel)
JSON = dict[str, Any]

_OfValues = Literal["missing", "together", "type", "range", "value", "date", "unknown"]
Why = _OfValues | Literal["unreadable", "too large", "no path", "no method"]


@dataclass(eq=False)
class BadRequest(Exception):
    """A request that the spec doesn't allow. Each provider reports it in its own form.

    Attributes:
        why: `missing` and `together` are about required parameters and alternatives, `type`, `range`, `value` and
            `date` about one value, `unknown` about a name; the others are about the request as a whole.
        text: what is wrong, for people.
        parameter: the one to blame, or None.
    """

    why: Why
    text: str
    parameter: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        return {"too large": 413, "no path": 404, "no method": 405}.get(self.why, 400)


class Parameter:
    """A parameter of a query or a form.

    Attributes:
        type: JSON type of its value, or of one of its items.
        format: of a text, if the spec gives one.
        separator: what joins its items on the wire, or None if it is no list.
        keyword: the word that may stand in place of a list, or None.
        default: whether there is a default.
        maximum: greatest number, or None.
    """

    def __init__(self, name: str, schema: JSON, style: str | None) -> None:
        forms: list[JSON] = schema.get("anyOf", [schema])
        listed = next((form for form in forms if form.get("type") == "array"), None)
        scalar = listed["items"] if listed else schema
        separator = {"pipeDelimited": "|", "spaceDelimited": " "}.get(style or "", ",")
        self.name = name
        self.type: str = scalar.get("type", "string")
        self.format: str | None = scalar.get("format")
        self.separator: str | None = listed.get("x-delimiter", separator) if listed else None
        self.keyword: str | None = next((form["const"] for form in forms if "const" in form), None)
        self.default = "default" in schema
        self.maximum: int | None = schema.get("maximum")

    def value(self, texts: Sequence[str]) -> object:
        """Return the value in the schema's types. A list may come joined or repeated; of anything else the last counts.

        Raises:
            BadRequest: if it has the wrong type.
        """
        if self.separator is None:
            return self._scalar(texts[-1])
        if list(texts) == [self.keyword]:
            return self.keyword
        return [self._scalar(item) for text in texts for item in text.split(self.separator)]

    def _scalar(self, text: str) -> object:
        if self.type == "integer":
            if not re.fullmatch(r"[+-]?[0-9]+", text):
                raise BadRequest("type", f"{self.name} is not a whole number", self.name)
            if len(text) > 18:
                raise BadRequest("range", f"{self.name} is out of range", self.name)
            return int(text)
        if self.type == "boolean":
            if text.lower() not in ("true", "1", "false", "0", ""):
                raise BadRequest("type", f"{self.name} is neither true nor false", self.name)
            return text.lower() in ("true", "1")
        # Official clients send moments for days, and the other way round.
        if self.format == "date":
            return str(self._moment(text).date())
        if self.format == "utc-timestamp":
            return str(self._moment(text))
        return text

    def _moment(self, text: str) -> datetime:
        try:
            if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}( [0-9]{2}(:[0-9]{2}){2})?", text):
                raise ValueError
            return datetime.fromisoformat(text)
        except ValueError:
            raise BadRequest("date", f"{self.name} is not a day or moment in the documented form", self.name) from None


class Operation:
    """One operation of a spec.

    Attributes:
        id: its operationId.
        name: our clients' method for it.
        operation_class: `read`, `idempotent`, `charge` or `release`.
        status: of a success.
        method: HTTP method.
        path: its path's segments, parameters in braces.
        described: the same in the spec.
        parameters: those of the query or the body, by name.
    """

    def __init__(self, spec: "Spec", method: str, path: str, described: JSON) -> None:
        self.id: str = described["operationId"]
        self.name = method_name(self.id)
        self.operation_class: str = described["x-operation-class"]
        self.status = int(_success(described)[0])
        self.method = method.upper()
        self.described = described
        self.path = path.strip("/").split("/")
        media: list[JSON] = list(spec.resolved(described.get("requestBody", {})).get("content", {}).values())
        body = spec.resolved(media[0]["schema"]) if media else {}
        self._groups: list[JSON] = body.get("allOf", [])
        given = [spec.resolved(entry) for entry in described.get("parameters", [])]
        query = [entry for entry in given if entry["in"] == "query"]
        schemas: dict[str, JSON] = {**body.get("properties", {}), **{entry["name"]: entry["schema"] for entry in query}}
        styles = {entry["name"]: entry.get("style") for entry in query}
        self.parameters = {
            name: Parameter(name, spec.resolved(schema), styles.get(name)) for name, schema in schemas.items()
        }
        self._nullable = {name for name, schema in schemas.items() if _is_nullable(schema)}

    def fits(self, path: Sequence[str]) -> dict[str, str] | None:
        """Return the path's parameters, or None for another path."""
        if len(path) != len(self.path):
            return None
        pairs = list(zip(self.path, path, strict=True))
        if any(not mine.startswith("{") and mine != theirs for mine, theirs in pairs):
            return None
        return {mine[1:-1]: theirs for mine, theirs in pairs if mine.startswith("{")}

    def read(
        self,
        pairs: Pairs,
        model: type[M],
        *,
        clearable: Collection[str] = (),
        zero_is_absent: bool = False,
        capped: bool = False,
    ) -> M:
        """Return the checked parameters of a query or form. What is empty counts as left out.

        Args:
            pairs: the parameters as they came.
            model: the operation's request in the wire models.
            clearable: parameters for which an empty value means something.
            zero_is_absent: whether a whole number of 0 counts as left out, unless there is a default for it.
            capped: whether a number above the maximum is lowered to it rather than refused.

        Raises:
            BadRequest: if something is missing, wrong or too much.
        """
        values: JSON = {}
        for name, parameter in self.parameters.items():
            texts = [text for given, text in pairs if given == name and (text or name in clearable)]
            unused = zero_is_absent and texts == ["0"] and parameter.type == "integer" and not parameter.default
            if texts and not unused:
                value = values[name] = parameter.value(texts)
                if capped and parameter.maximum is not None and isinstance(value, int):
                    values[name] = min(value, parameter.maximum)
        return self.check(values, model)

    def read_json(self, body: bytes, model: type[M]) -> M:
        """Return the checked members of a JSON body. The model's `model_fields_set` tells which were there.

        Raises:
            BadRequest: if something is missing, wrong or too much.
        """
        try:
            members: Any = from_json(body, allow_inf_nan=False)
        except ValueError:
            raise BadRequest("unreadable", "the body is not JSON") from None
        if not isinstance(members, dict):
            raise BadRequest("unreadable", "the body is not a JSON object")
        for name, value in members.items():
            if value is None and name in self.parameters and name not in self._nullable:
                raise BadRequest("type", f"{name} can't be null", name)
        return self.check(members, model, strict=True)

    def check(self, values: JSON, model: type[M], *, strict: bool = False) -> M:
        """Return the model of values that have the schema's types already; with `strict` those of JSON.

        Raises:
            BadRequest: if something is missing, wrong or too much.
        """
        for rule in self._groups:
            if not _holds(rule, values):
                names = list(dict.fromkeys(_names(rule)))
                given = [name for name in names if name in values]
                if len(given) > 1:
                    raise BadRequest("together", f"only one of {', '.join(given)} can be given", given[0])
                raise BadRequest("missing", f"one of {', '.join(names)} is required", names[0])
        # By its Python name, which models take as well, a member of a JSON object is not what the spec names.
        known = {name: value for name, value in values.items() if name in self.parameters}
        try:
            return model.model_validate_json(to_json(known), strict=True) if strict else model.model_validate(known)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        parameter = str(first["loc"][0]) if first["loc"] else None
        why = _REASONS.get(first["type"], "type")
        text = "is required" if why == "missing" else f"is not valid: {first['msg']}"
        raise BadRequest(why, f"{parameter or 'the body'} {text}", parameter)


_REASONS: dict[str, Why] = {
    "missing": "missing",
    "greater_than_equal": "range",
    "less_than_equal": "range",
    "enum": "value",
    "literal_error": "value",
    "string_pattern_mismatch": "value",
}
"""The reasons by pydantic's types of errors."""


class Spec:
    """A provider's spec and its wire models.

    Attributes:
        title: the provider's name.
        operations: by operationId.
        prefixes: what may stand before every path, as segments.
        codes: the provider's error codes, by the name that the spec gives them.
        error_form: JSON pointers to what the first form of its errors holds.
    """

    def __init__(self, document: JSON) -> None:
        self._document = document
        self._encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=self._members)
        self._fields = cache(self._listed_fields)
        self.title: str = document["info"]["title"]
        self.components: JSON = document["components"]
        self.operations: dict[str, Operation] = {}
        for path, item in document["paths"].items():
            for method, described in item.items():
                operation = Operation(self, method, path, described)
                self.operations[operation.id] = operation
        self.prefixes = _prefixes(document["servers"][0])
        codes: list[JSON] = document["x-errors"].get("codes", [])
        self.codes: dict[str, int] = {code["name"]: code["code"] for code in codes if "name" in code}
        self._first_codes: dict[str, int | str] = {code["kind"]: code["code"] for code in reversed(codes)}
        self.error_form: dict[str, str] = document["x-errors"]["forms"][0]

    @classmethod
    @cache
    def load(cls, name: str) -> "Spec":
        """Return the spec called `name`."""
        text = files("numberline_generated.wire").joinpath(f"{name}.json").read_text(encoding="utf-8")
        return cls(json.loads(text, parse_float=Decimal))

    @property
    def roots(self) -> set[str]:
        """What the first segment of a path may be."""
        firsts = {operation.path[0] for operation in self.operations.values()}
        return {prefix[0] for prefix in self.prefixes if prefix} or firsts

    def paths(self, segments: Sequence[str]) -> Iterator[tuple[Operation, dict[str, str]]]:
        """Yield the operations at a path, whatever their method, with the path's parameters."""
        for prefix in self.prefixes:
            if list(segments[: len(prefix)]) == prefix:
                for operation in self.operations.values():
                    found = operation.fits(segments[len(prefix) :])
                    if found is not None:
                        yield operation, found

    def example(self, operation_id: str, name: str, *, request: bool = False) -> JSON:
        """Return an example of an operation's success, or of its request."""
        described = self.operations[operation_id].described
        message = self.resolved(described["requestBody"] if request else _success(described)[1])
        example: JSON = message["content"]["application/json"]["examples"][name]["value"]
        return example

    def records(self, operation_id: str, name: str, model: type[M]) -> list[M]:
        """Return the records of the list in an example of an operation's success."""
        listed = next(value for value in self.example(operation_id, name).values() if isinstance(value, list))
        return list(map(model.model_validate, listed))

    def code_of(self, kind: str) -> int | str | None:
        """Return the first of the provider's codes of a kind. Where there is none for `later`, the one for
        `rate-limit`."""
        return self._first_codes.get(kind) or (self.code_of("rate-limit") if kind == "later" else None)

    def response_schema(self, operation_id: str) -> JSON | None:
        """Return the schema of an operation's success, or None if it has no body."""
        media: JSON = self.resolved(_success(self.operations[operation_id].described)[1]).get("content", {})
        schema: JSON | None = media.get("application/json", {}).get("schema")
        return schema

    def write(self, value: object) -> bytes:
        """Return a body in JSON. A None is left out, or written as null where the spec allows that."""
        return self._encoder.encode(value)

    def resolved(self, schema: JSON) -> JSON:
        """Return a schema, or anything else of the document, with what its reference points to."""
        reference: str = schema.get("$ref", "")
        return {**reduce(getitem, reference.split("/")[1:], self._document), **schema} if reference else schema

    def _members(self, model: BaseModel) -> dict[str, object]:
        """Return what a model holds, by the names on the wire, for msgspec to write."""
        held = ((wire, getattr(model, name), nullable) for name, wire, nullable in self._fields(type(model)))
        return {wire: value for wire, value, nullable in held if value is not None or nullable}

    def _listed_fields(self, model: type[BaseModel]) -> list[tuple[str, str, bool]]:
        """Return a model's attributes, each with its name on the wire and whether it may be null there."""
        properties: JSON = self.components["schemas"][model.__name__]["properties"]
        named = [(name, field.alias or name) for name, field in model.model_fields.items()]
        return [(name, wire, _is_nullable(properties[wire])) for name, wire in named]


def method_name(operation_id: str) -> str:
    """Return what our clients call an operation: the words of its id, as the generator tells them apart."""
    has_capitals = any(map(str.isupper, operation_id))
    words = " ".join(re.split("([A-Z]?[a-z]+)", operation_id)) if has_capitals else operation_id
    return "_".join(re.findall("[^. _-]+", words)).lower()


def _success(described: JSON) -> tuple[str, JSON]:
    """Return the first success of an operation, after its status."""
    responses: JSON = described["responses"]
    return next((status, response) for status, response in responses.items() if status.startswith("2"))


def _is_nullable(schema: JSON) -> bool:
    return "null" in schema.get("type", "") or {"type": "null"} in schema.get("anyOf", [])


def _prefixes(server: JSON) -> list[list[str]]:
    """Return a server's paths, one for each value of the variables in it, as segments."""
    paths = [urlsplit(server["url"]).path]
    for name, variable in server.get("variables", {}).items():
        values = variable.get("enum", [variable["default"]])
        paths = [path.replace(f"{{{name}}}", value) for path in paths for value in values]
    return [[segment for segment in path.split("/") if segment] for path in dict.fromkeys(paths)]


def _holds(rule: JSON, values: Collection[str]) -> bool:
    """Return whether a rule about which parameters go together holds for those that are given."""
    return all(_RULES[keyword](told, values) for keyword, told in rule.items())


_RULES: dict[str, Callable[[Any, Collection[str]], bool]] = {
    "required": lambda names, values: all(name in values for name in names),
    "allOf": lambda rules, values: all(_holds(rule, values) for rule in rules),
    "anyOf": lambda rules, values: any(_holds(rule, values) for rule in rules),
    "oneOf": lambda rules, values: sum(_holds(rule, values) for rule in rules) == 1,
    "not": lambda rule, values: not _holds(rule, values),
    "dependentSchemas": lambda rules, values: all(
        _holds(rule, values) for name, rule in rules.items() if name in values
    ),
}


def _names(rule: Any) -> Iterator[str]:
    """Yield the parameters that a rule requires in some way."""
    if isinstance(rule, dict):
        yield from rule.get("required", ())
        rule = list(rule.values())
    for part in rule if isinstance(rule, list) else ():
        yield from _names(part)

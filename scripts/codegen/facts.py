"""What the templates print: each operation, parameter and record of a spec, with its Python name and type.

Names, classes and what belongs to what come from openapi-python-client; formats, groups, separators, paging and words
come from the spec. The two meet here, by operationId and by wire name.

Hook, openapi-python-client 0.29.1: its parsed endpoints and properties are read through the attributes that its own
templates use. Why: the parser drops formats, styles, groups, descriptions of references and extensions, so what it
would render can't have them. It can go when the parser keeps them.
"""

import keyword
import re
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

from openapi_python_client import strings
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import AnyProperty, EnumProperty, ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol

from .documents import SEPARATORS, Document, Pointer

MOMENTS = {
    "utc-timestamp": 'timestamps.parse({} + "Z")',
    "rfc2822": "timestamps.read_rfc2822({})",
    "date-time": "timestamps.read_date_time({})",
}
"""String formats that mean a moment, and how the text of each is read, as `timestamps.FORMS` reads it. A short
way is written out, since calling a function of ours would take as long again."""

RESERVED = {"raw", "to_dict", "items", "total"}
"""What a record has of its own; no field may be called so."""


TAKEN = {"path", "query", "body", "arguments", "lists"}
"""What a generated builder has of its own; an argument of that name gets an underscore."""

SENT: dict[tuple[str, str | None], tuple[str, str]] = {
    ("string", None): ("str", "arguments.text"),
    ("string", "password"): ("str", "arguments.text"),
    ("string", "date"): ("date", "arguments.day"),
    ("string", "utc-timestamp"): ("datetime", "arguments.utc_timestamp"),
    ("string", "date-time"): ("datetime", "arguments.date_time"),
    ("string", "decimal"): ("Decimal", "arguments.number"),
    ("number", "decimal"): ("Decimal", "arguments.number"),
    ("integer", None): ("int", "arguments.integer"),
    ("boolean", None): ("bool", "arguments.boolean"),
}
"""By type and format: the type of an argument, and the function that checks it and gives its text."""

SENT_AS_JSON = {
    ("number", "decimal"): ("Decimal", "arguments.json_number"),
    ("integer", None): ("int", "arguments.json_integer"),
    ("boolean", None): ("bool", "arguments.json_boolean"),
}
"""Those that a JSON body has other than as text."""


def snake(name: str) -> str:
    """openapi-python-client's own form of a name."""
    return str(strings.PythonIdentifier(name, "field_"))


def plain(name: str) -> str:
    """A Python name without the underscore that openapi-python-client adds to names of builtins.

    As attributes and keyword arguments, `type` and `next` are what everybody looks for.
    """
    bare = name.removesuffix("_")
    return name if keyword.iskeyword(bare) or bare == "self" else bare


class Argument(NamedTuple):
    """One argument of a method."""

    name: str
    wire: str
    where: str  # path, query, form or json
    hint: str
    sent: str  # the expression that checks it and gives its text, or what a JSON body holds
    required: bool
    setting: str | None
    doc: str


class Field(NamedTuple):
    """One field of a record."""

    name: str
    wire: str
    hint: str
    wire_hint: str  # the same while it is decoded: moments are text, whole amounts ints, records structs
    required: bool
    nullable: bool
    moment: str | None
    is_text_amount: bool
    secret: bool
    model: str | None
    is_list: bool
    doc: str

    @property
    def is_amount(self) -> bool:
        return self.hint in ("Decimal", "Decimal | None")


class Model(NamedTuple):
    """One record class."""

    name: str
    base: str
    fields: list[Field]
    doc: str
    items: str | None
    total: str | None

    @property
    def renamed(self) -> dict[str, str]:
        return {field.name: field.wire for field in self.fields if field.name != field.wire}

    @property
    def nullable(self) -> list[str]:
        return [field.name for field in self.fields if field.nullable]

    @property
    def decimal_strings(self) -> list[str]:
        return [field.name for field in self.fields if field.is_text_amount]

    @property
    def moments(self) -> dict[str, str]:
        return {field.name: field.moment for field in self.fields if field.moment}


class Enum(NamedTuple):
    """One enum class."""

    name: str
    members: list[tuple[str, str]]
    doc: str


class Operation(NamedTuple):
    """One operation."""

    name: str
    constant: str
    method: str
    path: str
    operation_class: str
    body: str | None
    arguments: list[Argument]
    groups: list[str]  # calls of `arguments` that refuse arguments which do not go together
    answer: str | None
    error_field: str | None
    error_keys: tuple[str, ...]
    outcome: tuple[str, dict[str, str]] | None
    paging: str | None
    rate_limit: str | None
    item: str | None
    result: str | None  # the attribute that a call hands out; None for the whole answer
    result_hint: str
    summary: str
    description: str


class Facts:
    """Everything that the templates of one provider ask for."""

    def __init__(self, document: Document, parsed: GeneratorData) -> None:
        self.document = document
        self.name = str(document.data["info"]["title"])
        self.package = document.name
        self._endpoints: dict[str, Endpoint] = {
            str(endpoint.name): endpoint
            for collection in parsed.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        }
        self._models: dict[str, ModelProperty] = {str(model.class_info.name): model for model in parsed.models}
        self._enums: dict[str, EnumProperty] = {
            str(enum.class_info.name): enum for enum in parsed.enums if isinstance(enum, EnumProperty)
        }
        self.operations = [self._operation(*each) for each in document.operations()]
        pages = {each.answer: each for each in self.operations if each.paging}
        components = document.data["components"]["schemas"]
        models = [
            self._model(name, model, pages.get(name))
            for name, model in sorted(self._models.items())
            if name in components  # the others are bodies, which are arguments
        ]
        # A page names its items' class in its base, so it has to come after it.
        self.models = sorted(models, key=lambda each: each.items is not None)
        self.enums = [
            Enum(
                name,
                [(key, str(value).strip('"')) for key, value in enum.values.items()],
                self._words(self._component(name)),
            )
            for name, enum in sorted(self._enums.items())
        ]

    @property
    def server(self) -> str:
        """Scheme and host, with the documented host in it."""
        url = self._server_url()
        return re.sub(r"^(https?://[^/]+).*", r"\1", url)

    @property
    def prefix(self) -> str:
        """What stands before each path, with settings in braces."""
        return re.sub(r"^https?://[^/]+", "", self._server_url()).rstrip("/")

    @property
    def error_forms(self) -> list[dict[str, tuple[str, ...]]]:
        forms: list[dict[str, Any]] = self.document.data.get("x-errors", {}).get("forms", [])
        return [
            {
                role: tuple(map(_as_text, said)) if role == "success" else tuple(said.strip("/").split("/"))
                for role, said in form.items()
                if not role.startswith("x-")
            }
            for form in forms
        ]

    @property
    def error_codes(self) -> dict[int | str, tuple[str, str | None, str]]:
        """Kind, name and effect of each code."""
        codes: list[dict[str, Any]] = self.document.data.get("x-errors", {}).get("codes", [])
        return {
            each["code"]: (
                each["kind"],
                each.get("name"),
                each.get("effect", "unknown" if each["kind"] == "server" else "none"),
            )
            for each in codes
        }

    @property
    def source(self) -> str:
        return str(self.document.data.get("externalDocs", {}).get("url", ""))

    def answers(self) -> list[Model]:
        """The outermost records, each once."""
        wanted = {each.answer for each in self.operations}
        return [model for model in self.models if model.name in wanted]

    def reading_order(self) -> list[Model]:
        """All records, each after those that it holds."""
        ordered: list[Model] = []

        def add(model: Model) -> None:
            for field in model.fields:
                if field.model is not None:
                    add(next(each for each in self.models if each.name == field.model))
            if model not in ordered:
                ordered.append(model)

        for model in self.models:
            add(model)
        return ordered

    def _server_url(self) -> str:
        server: dict[str, Any] = self.document.data["servers"][0]
        host: dict[str, Any] = server.get("variables", {}).get("host", {})
        return str(server["url"]).replace("{host}", str(host.get("default", "")))

    def _component(self, name: str) -> dict[str, Any]:
        return dict(self.document.data["components"]["schemas"].get(name, {}))

    def _operation(self, pointer: Pointer, path: str, method: str, spec: dict[str, Any]) -> Operation:
        name = snake(spec["operationId"])
        body_kind, body_schema = self._body((*pointer, "requestBody", "content"), spec)
        if name not in self._endpoints:
            raise self.document.error(pointer, f"openapi-python-client left {spec['operationId']} out")
        endpoint = self._endpoints[name]
        arguments = sorted(
            self._arguments(pointer, endpoint, spec, body_kind, body_schema), key=lambda each: not each.required
        )
        for at, argument in enumerate(arguments):
            if argument.name in (each.name for each in arguments[:at]):
                raise self.document.error(pointer, f"{name} would have two arguments called {argument.name}")
        answer = self._answer(endpoint)
        paging: dict[str, Any] | None = spec.get("x-pagination")
        result = spec.get("x-result")
        fields = _properties(self._models[answer]) if answer else []
        held = {str(field.name.get_untrusted_value()): field for field in fields}
        item = self._item(held[paging["items"]]) if paging else None
        roots = {form["code"][0] for form in self.error_forms if len(form["code"]) > 1 and "success" not in form}
        keys = {form[role][0] for form in self.error_forms for role in ("code", "status") if role in form}
        result_hint = (
            "None"
            if result == "none" or answer is None
            else self._result_hint(held[result], answer)
            if result
            else answer
        )
        return Operation(
            name=name,
            constant=name.upper(),
            method=method.upper(),
            path=path,
            operation_class=spec["x-operation-class"],
            body=body_kind,
            arguments=arguments,
            groups=list(self._groups((*pointer, "requestBody", "content"), spec, body_schema, arguments)),
            answer=answer,
            error_field=next((plain(snake(wire)) for wire in held if wire in roots), None),
            error_keys=tuple(sorted(keys - (roots & held.keys()))),
            outcome=self._outcome(answer) if answer and spec["x-operation-class"] in ("charge", "release") else None,
            paging=_paging(paging, self._default_size(spec, paging)) if paging else None,
            rate_limit=_rate_limit(spec["x-rate-limit"]) if "x-rate-limit" in spec else None,
            item=item,
            result=plain(snake(result)) if result and result != "none" else result,
            result_hint=result_hint,
            summary=spec["summary"],
            description=self._prose(spec.get("description", "")),
        )

    def _outcome(self, answer: str) -> tuple[str, dict[str, str]] | None:
        for wire, schema in self._component(answer).get("properties", {}).items():
            if "x-outcome" in schema:
                return plain(snake(wire)), schema["x-outcome"]["values"]
        return None

    def _default_size(self, spec: dict[str, Any], paging: dict[str, Any]) -> int:
        given = map(self.document.resolve, spec.get("parameters", []))
        schemas = {each["name"]: self.document.resolve(each.get("schema", {})) for each in given}
        return int(schemas.get(paging["size"], {}).get("default", 0))

    def _body(self, pointer: Pointer, spec: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
        content: dict[str, Any] = self.document.resolve(spec.get("requestBody", {})).get("content", {})
        for media_type, held in content.items():
            kind = {"application/x-www-form-urlencoded": "form", "application/json": "json"}.get(media_type)
            if kind is None:
                raise self.document.error((*pointer, media_type), "a body is a form or JSON; nothing else is generated")
            return kind, self.document.resolve(held["schema"])
        return None, {}

    def _arguments(
        self, pointer: Pointer, endpoint: Endpoint, spec: dict[str, Any], body_kind: str | None, body: dict[str, Any]
    ) -> Iterator[Argument]:
        for at, given in enumerate(spec.get("parameters", [])):
            parameter = self.document.resolve(given)
            here = (*pointer, "parameters", at)
            properties: list[PropertyProtocol] = [
                *(endpoint.path_parameters if parameter["in"] == "path" else endpoint.query_parameters)
            ]
            yield self._argument(
                here,
                self._named(here, properties, parameter["name"]),
                parameter["in"],
                {"description": parameter.get("description", ""), **parameter["schema"]},
                required=parameter.get("required", False),
                setting=parameter.get("x-setting"),
                separator=SEPARATORS.get(parameter.get("style")) if parameter.get("explode") is False else None,
            )
        properties = _properties(endpoint.bodies[0].prop) if body_kind else []
        here = (*pointer, "requestBody")
        for wire, schema in body.get("properties", {}).items():
            yield self._argument(
                (*here, "content", *spec["requestBody"]["content"], "schema", "properties", wire),
                self._named(here, properties, wire),
                body_kind or "",
                schema,
                required=wire in body.get("required", []),
            )

    def _named(self, pointer: Pointer, properties: list[PropertyProtocol], wire: str) -> PropertyProtocol:
        for prop in properties:
            if prop.name.get_untrusted_value() == wire:
                return prop
        raise self.document.error(pointer, f"openapi-python-client left the parameter {wire} out")

    def _argument(
        self,
        pointer: Pointer,
        prop: PropertyProtocol,
        where: str,
        schema: dict[str, Any],
        *,
        required: bool,
        setting: str | None = None,
        separator: str | None = None,
    ) -> Argument:
        name = plain(str(prop.python_name))
        if name in TAKEN:
            name += "_"
        is_json = where == "json"
        schema = self.document.resolve(schema)
        alternatives = [self.document.resolve(each) for each in schema.get("anyOf", [])]
        word = next((each["const"] for each in alternatives if "const" in each), None)
        is_nullable = _nullable(schema)
        schema = {**schema, **next((each for each in alternatives if _real(each)), {})}
        if isinstance(prop, ListProperty):
            item = self.document.resolve(schema["items"])
            hint, check = self._sent(pointer, prop.inner_property, item, is_json=is_json)
            hint = f"Sequence[{hint}]" + (f' | Literal["{word}"]' if word else "")
            separator = schema.get("x-delimiter") or separator
            if is_json:
                least = f", at_least={schema['minItems']}" if "minItems" in schema else ""
                sent = f'lists.array({name}, name="{name}", item={check}{least})'
            elif separator is None:
                raise self.document.error(pointer, f"{name} is a list with no x-delimiter and no style that joins it")
            else:
                extra = f', keyword="{word}"' if word else ""
                sent = f'lists.join({name}, "{separator}", name="{name}", item={check}{extra})'
        else:
            hint, check = self._sent(pointer, prop, schema, is_json=is_json, is_path=where == "path")
            limits = [f"{key}={schema[key]}" for key in ("minimum", "maximum") if key in schema]
            sent = f"{check}({', '.join([repr_(name), name, *limits])})"
        doc = self._prose(schema.get("description", ""))
        if "default" in schema:
            doc += f" The provider takes {schema['default']} when it is left out."
        if is_nullable:
            raise self.document.error(pointer, f"{name} can't be null: no argument is sent as null, so leave null out")
        return Argument(
            name=name,
            wire=str(prop.name.get_untrusted_value()),
            where=where,
            hint=hint,
            sent=sent,
            required=required,
            setting=setting,
            doc=doc,
        )

    def _sent(
        self, pointer: Pointer, prop: PropertyProtocol, schema: dict[str, Any], *, is_json: bool, is_path: bool = False
    ) -> tuple[str, str]:
        """The type of an argument, and the function of `arguments` that checks it and gives what is sent."""
        if isinstance(prop, EnumProperty):
            values = [str(value) for value in schema["enum"]]
            literal = ", ".join(repr_(value) for value in values)
            return f"{prop.class_info.name} | Literal[{literal}]", f"arguments.choice({literal})"
        form = _kind(schema), schema.get("format")
        if is_path and form == ("string", None):
            return "str", "arguments.path_segment"
        known = {**SENT, **SENT_AS_JSON} if is_json else SENT
        if form not in known:
            raise self.document.error(pointer, f"no argument can be of type {form[0]} with format {form[1]}")
        return known[form]

    def _groups(
        self, pointer: Pointer, spec: dict[str, Any], body: dict[str, Any], arguments: list[Argument]
    ) -> Iterator[str]:
        names = {each.wire: each.name for each in arguments}

        def given(wires: list[str]) -> str:
            return ", ".join(f"{names[wire]}={names[wire]}" for wire in wires)

        for at, rule in enumerate(body.get("allOf", [])):
            known = False
            if "oneOf" in rule:
                known = True
                yield f"arguments.exactly_one({given([each['required'][0] for each in rule['oneOf']])})"
            if "not" in rule:
                known = True
                yield f"arguments.at_most_one({given(rule['not']['required'])})"
            for wire, needed in rule.get("dependentSchemas", {}).items():
                known = True
                others = given([each["required"][0] for each in needed["anyOf"]])
                yield f"arguments.needs_one_of({repr_(names[wire])}, {names[wire]}, {others})"
            if not known:
                here = (*pointer, *spec["requestBody"]["content"], "schema", "allOf", at)
                raise self.document.error(here, "a rule about parameters of no known form; specs/README.md has them")

    def _answer(self, endpoint: Endpoint) -> str | None:
        for response in endpoint.responses:
            if isinstance(response.prop, ModelProperty):
                return str(response.prop.class_info.name)
        return None

    def _item(self, prop: PropertyProtocol) -> str:
        assert isinstance(prop, ListProperty)
        return str(prop.inner_property.get_type_string(no_optional=True).as_unembedded_code())

    def _result_hint(self, prop: PropertyProtocol, answer: str) -> str:
        schema = self._component(answer)["properties"][prop.name.get_untrusted_value()]
        hint, _, _ = self._read((), prop, self.document.resolve(schema))
        return hint if prop.required else f"{hint} | None"

    def _model(self, name: str, model: ModelProperty, page: Operation | None) -> Model:
        spec = self._component(name)
        pointer = ("components", "schemas", name)
        fields: list[Field] = []
        for prop in _properties(model):
            wire = str(prop.name.get_untrusted_value())
            here = (*pointer, "properties", wire)
            given = spec["properties"][wire]
            schema = self.document.resolve(given)
            alternatives: list[dict[str, Any]] = schema.get("anyOf", [])
            for each in alternatives:
                if each.get("type") != "null" and "const" not in each:
                    schema = {**self.document.resolve(each), **schema}
            python_name = plain(str(prop.python_name))
            if python_name in RESERVED or keyword.iskeyword(python_name):
                raise self.document.error(here, f"a field can't be called {python_name}: records have that already")
            hint, model_name, is_list = self._read(here, prop, schema)
            form = schema.get("format")
            amount = self.document.resolve(schema["items"]) if is_list else schema
            fields.append(
                Field(
                    name=python_name,
                    wire=wire,
                    hint=hint if prop.required else f"{hint} | None",
                    wire_hint=_on_the_wire(hint, model_name, form) + ("" if prop.required else " | None"),
                    required=prop.required,
                    nullable=_nullable(given),
                    moment=form if form in MOMENTS else None,
                    is_text_amount=(_kind(amount), amount.get("format")) == ("string", "decimal"),
                    secret=form == "password",
                    model=model_name,
                    is_list=is_list,
                    doc=self._prose(schema.get("description", "")),
                )
            )
        paging = self._paging_of(name) if page else {}
        return Model(
            name=name,
            base=f"Page[{page.item}]" if page else "Record",
            fields=fields,
            doc=self._words(spec),
            items=plain(snake(paging["items"])) if paging else None,
            total=plain(snake(paging["total"])) if paging.get("total") else None,
        )

    def _paging_of(self, answer: str) -> dict[str, Any]:
        for each, (_, _, _, spec) in zip(self.operations, self.document.operations(), strict=True):
            if each.answer == answer and "x-pagination" in spec:
                return dict(spec["x-pagination"])
        return {}

    def _read(self, pointer: Pointer, prop: PropertyProtocol, schema: dict[str, Any]) -> tuple[str, str | None, bool]:
        """The type of a field without None, the record class in it, and whether it is a list."""
        if isinstance(prop, AnyProperty):
            raise self.document.error(pointer, "this would be typed Any; say what it is")
        if isinstance(prop, ListProperty):
            hint, model, _ = self._read(pointer, prop.inner_property, self.document.resolve(schema["items"]))
            return f"list[{hint}]", model, True
        if isinstance(prop, ModelProperty):
            return str(prop.class_info.name), str(prop.class_info.name), False
        if isinstance(prop, EnumProperty):
            return str(prop.class_info.name), None, False
        if "const" in schema:
            return f"Literal[{schema['const']!r}]", None, False
        form = schema.get("format")
        if form == "decimal":
            return "Decimal", None, False
        if form in MOMENTS:
            return "datetime", None, False
        hint = prop.get_type_string(no_optional=True).as_unembedded_code()
        known = {"str": "str", "int": "int", "bool": "bool", "datetime.date": "date"}
        if hint not in known:
            raise self.document.error(pointer, f"no field can be of type {schema.get('type')} with format {form}")
        return known[hint], None, False

    def _words(self, spec: dict[str, Any]) -> str:
        return self._prose(spec.get("description", ""))

    def _prose(self, text: str) -> str:
        """One line, in which operations have the names of their methods."""
        for _, _, _, spec in self.document.operations():
            text = re.sub(rf"\b{spec['operationId']}\b", snake(spec["operationId"]), str(text))
        return " ".join(text.split())


def _properties(model: PropertyProtocol) -> list[PropertyProtocol]:
    """The fields of a record or body, required ones first."""
    assert isinstance(model, ModelProperty), "a body or an answer is an object"
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def _nullable(given: dict[str, Any]) -> bool:
    kinds = given.get("type")
    return (isinstance(kinds, list) and "null" in kinds) or {"type": "null"} in given.get("anyOf", [])


def _real(alternative: dict[str, Any]) -> bool:
    """Whether an alternative is more than null or a word."""
    return alternative.get("type") != "null" and "const" not in alternative


def _kind(schema: dict[str, Any]) -> str:
    """The type of a schema, null apart."""
    kinds = schema.get("type", "")
    return next((str(kind) for kind in kinds if kind != "null"), "") if isinstance(kinds, list) else str(kinds)


def _on_the_wire(hint: str, model: str | None, form: str | None) -> str:
    if form in MOMENTS:
        return "str"
    if hint == "Decimal":
        return "int | Decimal"
    return hint.replace(model, f"_{model}") if model is not None else hint


def _paging(spec: dict[str, Any], default_size: int) -> str:
    key = repr_(plain(snake(spec["key"])))
    size = repr_(spec["size"])
    if spec["style"] == "offset":
        return f"Offset(offset={repr_(spec['offset'])}, size={size}, key={key})"
    if spec["style"] == "page":
        page = f"page={repr_(spec['page'])}, first={spec['first']}"
        return f"Numbered({page}, size={size}, default_size={default_size}, key={key})"
    link = repr_(plain(snake(spec["next"])))
    style = "Token" if spec["style"] == "token" else "Cursor"
    return f"{style}(cursor={repr_(spec['cursor'])}, link={link}, key={key})"


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rate_limit(spec: dict[str, Any]) -> str:
    return f"Budget({spec['requests']}, {spec['seconds']}, {spec.get('burst', 1)})"


def repr_(text: str) -> str:
    """A string literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def wrapped(text: str, indent: int, first: int | None = None) -> str:
    """Prose broken for a docstring: `first` columns are taken on the first line, `indent` on the others."""
    lines = textwrap.wrap(
        text.replace("\\", "\\\\").replace('"""', "'''"),
        width=116,
        initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).lstrip()

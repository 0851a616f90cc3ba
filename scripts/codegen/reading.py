"""From a spec to the intermediate representation.

openapi-python-client parses the spec and names everything; schemas with their formats, groups and extensions are read
from its `ModelProperty.data`. It keeps nothing of an operation or parameter but names, so those are read from the spec.

Hook into openapi-python-client: its parsed endpoints and properties are read through the attributes that its own
templates use. Why: its own templates render neither Decimal, nor groups, nor lists by style. It can go with them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from openapi_python_client import strings
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import EnumProperty, ModelProperty

from . import ir
from .documents import JSON, SEPARATORS, TYPES_OF_BODIES, Document, Pointer, SpecError, required_fields, steps
from .text import as_text, python_name, snake, strip_underscore
from .wiretypes import MOMENTS, SCALARS, Types, nullable

T = TypeVar("T")

OF_RECORDS = {"raw", "to_dict"}
OF_PAGES = OF_RECORDS | {"items", "total", "unreadable"}
"""What records and pages have of their own; no field may be called so."""

OF_BUILDERS = {"path", "query", "body", "arguments", "json_arguments", "lists", "partial"}
"""What generated functions have of their own; an argument of that name gets an underscore."""


class Reader:
    """Reads one spec. Whatever can't be generated is in `errors`, and left out of the result."""

    def __init__(self, document: Document, parsed: GeneratorData) -> None:
        self.document = document
        self.errors: list[SpecError] = []
        self._components: dict[str, Any] = document.data["components"]["schemas"]
        self._endpoints: dict[str, Endpoint] = {
            str(endpoint.name): endpoint
            for collection in parsed.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        }
        self._listings: dict[str, ir.Listing] = {}  # by the record of the response
        self._models = {str(model.class_info.name): model for model in parsed.models}
        self._enums = {str(enum.class_info.name): enum for enum in parsed.enums if isinstance(enum, EnumProperty)}
        self._schemas = {name: _data(model) for name, model in self._models.items()}
        known = {**self._models, **self._enums}
        classes = {name: str(strings.ClassName(name, "field_")) for name in self._components}
        self._classes = {name: class_name for name, class_name in classes.items() if class_name in known}
        self._types = Types(document, self._classes)
        ids = [re.escape(str(spec["operationId"])) for *_, spec in document.operations() if "operationId" in spec]
        self._operation_ids = re.compile(rf"\b(?:{'|'.join(ids) or '(?!)'})\b")

    def read(self) -> ir.Api:
        data = self.document.data
        operations = self._each(self._operation, self.document.operations())
        read = self._reached({each.response for each in operations if each.response})
        sent = self._reached({a.type.record for each in operations for a in each.arguments if a.type.record})
        records = self._each(lambda name: self._record(name, read, sent), [*{**read, **sent}])
        url = self._server_url()
        return ir.Api(
            name=str(data["info"]["title"]),
            package=self.document.name,
            server=re.sub(r"^(https?://[^/]+).*", r"\1", url),
            prefix=re.sub(r"^https?://[^/]+", "", url).rstrip("/"),
            link=str(data.get("externalDocs", {}).get("url", "")),
            description=self._prose(data["info"].get("description", "")),
            error_forms=list(self._error_forms()),
            error_codes=self._error_codes(),
            enums=self._each(self._enum, sorted(self._reached_enums(records, operations))),
            records=records,
            operations=operations,
            exported=sorted(self._exported(operations, sent)),
        )

    def _each(self, read: Callable[[Any], T], given: Any) -> list[T]:
        """Read each, and note the errors of those that can't be read."""
        found: list[T] = []
        for each in given:
            try:
                found.append(read(each))
            except SpecError as error:
                self.errors.append(error)
        return found

    # --- the document

    def _server_url(self) -> str:
        server: dict[str, Any] = self.document.data["servers"][0]
        host: dict[str, Any] = server.get("variables", {}).get("host", {})
        return str(server["url"]).replace("{host}", str(host.get("default", "")))

    def _error_forms(self) -> Iterator[Mapping[str, tuple[str, ...]]]:
        for form in self.document.data.get("x-errors", {}).get("forms", []):
            yield {
                role: tuple(map(as_text, said)) if role == "success" else steps(said)
                for role, said in form.items()
                if not role.startswith("x-")
            }

    def _error_codes(self) -> dict[int | str, tuple[str, str | None, str]]:
        return {
            each["code"]: (
                each["kind"],
                each.get("name"),
                each.get("effect", "unknown" if each["kind"] == "server" else "none"),
            )
            for each in self.document.data.get("x-errors", {}).get("codes", [])
        }

    # --- operations

    def _operation(self, found: tuple[Pointer, str, str, dict[str, Any]]) -> ir.Operation:
        pointer, path, method, spec = found
        name = strip_underscore(snake(spec["operationId"]))
        endpoint = self._endpoints.get(snake(spec["operationId"]))
        if endpoint is None:
            raise self.document.error(pointer, f"openapi-python-client left {spec['operationId']} out")
        body_kind, body_at, body = self._body(pointer, spec, endpoint)
        arguments = sorted(
            [*self._parameters(pointer, spec), *self._members(body_at, body, body_kind or "", nested=False)],
            key=lambda each: not each.required,
        )
        for at, argument in enumerate(arguments):
            if argument.name in (each.name for each in arguments[:at]):
                what = f"{name} would have two arguments called {argument.name}; name one of them with x-name"
                raise self.document.error(pointer, what)
        response, empty_status = self._response(pointer, spec)
        fields: dict[str, Any] = self._schemas[response].get("properties", {}) if response else {}
        result, result_hint = self._result(pointer, spec, response)
        paging: dict[str, Any] | None = spec.get("x-pagination")
        forms = list(self._error_forms())
        roots = {form["code"][0] for form in forms if len(form["code"]) > 1 and "success" not in form}
        keys = {form[role][0] for form in forms for role in ("code", "status") if role in form}
        limit: dict[str, Any] = spec.get("x-rate-limit", {})
        if paging and response:
            total = self._attribute(response, paging["total"]) if "total" in paging else None
            items = self._attribute(response, paging["items"])
            self._listings[response] = ir.Listing(self._item(paging, response), items, total)
        return ir.Operation(
            name=name,
            method=method.upper(),
            path=path,
            operation_class=spec["x-operation-class"],
            body=body_kind,
            arguments=arguments,
            groups=list(self._groups(body_at, body, {each.wire: each.name for each in arguments})),
            response=response,
            error_field=next((python_name(wire, fields[wire]) for wire in fields if wire in roots), None),
            error_keys=tuple(sorted(keys - (roots & fields.keys()))),
            outcome=next(
                (
                    (python_name(wire, each), each["x-outcome"]["values"])
                    for wire, each in fields.items()
                    if "x-outcome" in each and spec["x-operation-class"] in ("charge", "release")
                ),
                None,
            ),
            paging=self._paging(paging, response, self._default_size(spec)) if paging and response else None,
            rate_limit=(limit["requests"], limit["seconds"], limit.get("burst", 1)) if limit else None,
            item=self._item(paging, response) if paging and response else None,
            result=result,
            result_hint=result_hint,
            empty_status=empty_status,
            deprecated=spec.get("deprecated", False),
            link=str(spec.get("externalDocs", self.document.data.get("externalDocs", {})).get("url", "")),
            summary=spec["summary"],
            description=self._prose(spec.get("description", "")),
        )

    def _body(
        self, pointer: Pointer, spec: dict[str, Any], endpoint: Endpoint
    ) -> tuple[str | None, Pointer, dict[str, Any]]:
        if "requestBody" not in spec:
            return None, (), {}
        here = self.document.target((*pointer, "requestBody"))
        media_type, held = next(iter(self.document.at(here)["content"].items()))
        at = self.document.target((*here, "content", media_type, "schema"))
        prop = endpoint.bodies[0].prop if endpoint.bodies else None
        if not isinstance(prop, ModelProperty):
            raise self.document.error(at, "a body is one object with its properties; nothing else can be generated")
        schema = _data(prop)
        for wire, said in held.get("encoding", {}).items():
            if said.get("explode") is False and said.get("style") in SEPARATORS:
                schema["properties"][wire]["x-delimiter"] = SEPARATORS[said["style"]]
        return TYPES_OF_BODIES[media_type], at, schema

    def _parameters(self, pointer: Pointer, spec: dict[str, Any]) -> list[ir.Argument]:
        def read(at: int) -> ir.Argument:
            here = self.document.target((*pointer, "parameters", at))
            parameter: dict[str, Any] = self.document.at(here)
            joined = SEPARATORS.get(parameter.get("style", "")) if parameter.get("explode") is False else None
            return self._argument(
                (*here, "schema"),
                parameter["name"],
                parameter["in"],
                {**parameter["schema"], "deprecated": parameter.get("deprecated", False)},
                {key: parameter[key] for key in ("x-name", "description", "example", "examples") if key in parameter},
                required=parameter.get("required", False),
                setting=parameter.get("x-setting"),
                separator=joined,
            )

        return self._each(read, range(len(spec.get("parameters", []))))

    def _members(self, pointer: Pointer, schema: dict[str, Any], location: str, *, nested: bool) -> list[ir.Argument]:
        """The members of a body, or of an object in one."""

        def read(wire: str) -> ir.Argument:
            given = schema["properties"][wire]
            required = wire in schema.get("required", [])
            return self._argument(
                (*pointer, "properties", wire), wire, location, given, {}, required=required, nested=nested
            )

        return self._each(read, schema.get("properties", {}))

    def _argument(
        self,
        pointer: Pointer,
        wire: str,
        location: str,
        given: dict[str, Any],
        own: dict[str, Any],
        *,
        required: bool,
        setting: str | None = None,
        separator: str | None = None,
        nested: bool = False,
    ) -> ir.Argument:
        kind, schema = self._types.read(pointer, given)
        schema = {**schema, **own}
        name = python_name(wire, own, given)
        self._check_sent(pointer, name, location, kind, schema)
        if kind.kind == "list" and location != "json":
            kind = kind._replace(separator=kind.separator or separator)
        said = [self._prose(schema.get("description", ""))]
        if "default" in schema:
            said.append(f"Default: {as_text(schema['default'])}.")
        shown = [schema["example"]] if "example" in schema else schema.get("examples", [])
        if isinstance(shown, list) and shown:
            said.append(f"For example {', '.join(f'`{_shown(each)}`' for each in shown)}.")
        if schema.get("deprecated"):
            said.append("Deprecated.")
        return ir.Argument(
            name=f"{name}_" if name in OF_BUILDERS and not nested else name,
            wire=wire,
            location=location,
            type=kind,
            required=required,
            setting=setting,
            deprecated=schema.get("deprecated", False),
            doc=" ".join(filter(None, said)),
        )

    def _check_sent(self, pointer: Pointer, name: str, location: str, kind: ir.Type, schema: dict[str, Any]) -> None:
        """Refuse what can be read but not sent."""
        inner = kind.item or kind
        if nullable(schema):
            what = f"{name} can't be null: no argument is sent as null, so leave null out"
        elif inner.kind == "record" and location != "json":
            what = f"{name} holds an object, which only a JSON body can"
        elif kind.words and kind.kind != "list":
            what = f"{name} can be a word beside its type only if it is a list; give the word to an enum"
        elif inner.kind == "const" or (inner.kind in SCALARS and SCALARS[inner.kind].text is None):
            what = f"{name} is {inner.kind}, which can be read but not sent"
        elif location == "path" and kind.kind == "list":
            what = f"{name} is a list in a path, which can't be generated"
        else:
            return
        raise self.document.error(pointer, what)

    def _groups(self, pointer: Pointer, body: dict[str, Any], names: dict[str, str]) -> Iterator[ir.Group]:
        def of(rule: str, *wires: str) -> ir.Group:
            return ir.Group(rule, tuple(names[wire] for wire in wires))

        for wire, needed in body.get("dependentRequired", {}).items():
            yield from (of("needs", wire, each) for each in needed)
        for at, said in enumerate(body.get("allOf", [])):
            if "oneOf" in said:
                yield of("exactly_one", *(each["required"][0] for each in said["oneOf"]))
            elif "not" in said:
                yield of("at_most_one", *said["not"]["required"])
            elif "dependentSchemas" in said:
                for wire, needed in said["dependentSchemas"].items():
                    if "anyOf" in needed:
                        yield of("needs", wire, *(each["required"][0] for each in needed["anyOf"]))
                    else:
                        yield from (of("needs", wire, each) for each in needed["required"])
            else:
                here = (*pointer, "allOf", at)
                raise self.document.error(here, "a rule about parameters of no known form; specs/README.md has them")

    def _response(self, pointer: Pointer, spec: dict[str, Any]) -> tuple[str | None, str | None]:
        """Return the record of a successful response, and the status of a success without one."""
        found: dict[str, str] = {}
        empty: list[str] = []
        for status in spec["responses"]:
            if not str(status).startswith("2"):
                continue
            here = self.document.target((*pointer, "responses", status))
            content: dict[str, Any] = self.document.at(here).get("content", {})
            empty += [] if content else [status]
            for media_type, held in content.items():
                at = (*here, "content", media_type)
                if media_type != JSON:
                    raise self.document.error(at, f"a response in {media_type} can't be read; only {JSON} can")
                kind, _ = self._types.read((*at, "schema"), held["schema"])
                if kind.kind != "record" or kind.model is None:
                    what = "a response is an object of its own under components/schemas; nothing else can be read"
                    raise self.document.error((*at, "schema"), what)
                found[status] = kind.model
        if len(set(found.values())) > 1:
            where = (*pointer, "responses", [*found][1])
            raise self.document.error(where, "two successes with different bodies can't be generated; leave one out")
        if found and empty and spec["x-operation-class"] not in ("charge", "release"):
            where = (*pointer, "responses", empty[0])
            raise self.document.error(where, "success with a body or without one can't be generated; leave one out")
        return next(iter(found.values()), None), empty[0] if found and empty else None

    def _result(self, pointer: Pointer, spec: dict[str, Any], response: str | None) -> tuple[str | None, str]:
        wire = spec.get("x-result")
        if response is None or wire == "none":
            return "none" if wire or response is None else None, "None"
        if wire is None:
            return None, response
        schema = self._schemas[response]["properties"][wire]
        kind, _ = self._types.read((*pointer, "x-result"), schema)
        hint = read_hint(kind)
        is_required = wire in required_fields(self._schemas[response])
        return python_name(wire, schema), hint if is_required else f"{hint} | None"

    # --- listings

    def _paging(self, spec: dict[str, Any], response: str, default_size: int) -> dict[str, Any]:
        roles = {"offset": ["offset", "size"], "page": ["page", "first", "size"]}.get(spec["style"], ["cursor"])
        said = {"style": spec["style"], **{role: spec[role] for role in roles}}
        if spec["style"] == "page":
            said["default_size"] = default_size
        if "next" in spec:
            said["link"] = self._attribute(response, spec["next"])
        return {**said, "key": self._attribute(self._item(spec, response), spec["key"])}

    def _default_size(self, spec: dict[str, Any]) -> int:
        _, schema = self.document.parameters(spec)[spec["x-pagination"]["size"]]
        return int(schema.get("default", 0))

    def _item(self, paging: dict[str, Any], response: str) -> str:
        return self._types.read((), self._field(response, paging["items"]))[0].record or "Any"

    def _field(self, record: str, way: str) -> dict[str, Any]:
        """The schema of a field, by its name or by a pointer into the record."""
        *around, name = steps(way)
        for step in around:
            record = self._types.read((), self._schemas[record]["properties"][step])[0].record or ""
        return dict(self._schemas[record]["properties"][name])

    def _attribute(self, record: str, way: str) -> str:
        names = steps(way)
        fields = [self._field(record, "/".join(names[: at + 1])) for at in range(len(names))]
        return ".".join(map(python_name, names, fields))

    # --- records and enums

    def _pointer(self, class_name: str) -> Pointer:
        return "components", "schemas", next(name for name, each in self._classes.items() if each == class_name)

    def _reached(self, names: set[str]) -> dict[str, None]:
        """The records that others hold, and they themselves, each after those that it holds."""
        ordered: dict[str, None] = {}

        def add(name: str, around: tuple[str, ...]) -> None:
            if name in around:
                raise self.document.error(self._pointer(name), f"{name} contains itself, which can't be generated")
            here = (*self._pointer(name), "properties")
            fields = self._schemas[name].get("properties", {}).items()
            for kind, _ in self._each(lambda field: self._types.read((*here, field[0]), field[1]), fields):
                if kind.record is not None and kind.record not in ordered:
                    add(kind.record, (*around, name))
            ordered[name] = None

        self._each(lambda name: add(name, ()), sorted(names))
        return ordered

    def _record(self, name: str, read: Mapping[str, None], sent: Mapping[str, None]) -> ir.Record:
        schema, pointer = self._schemas[name], self._pointer(name)
        listing = self._listings.get(name)
        taken, needed = OF_PAGES if listing else OF_RECORDS, required_fields(schema)
        fields = self._each(
            lambda item: self._field_of((*pointer, "properties", item[0]), item[0], item[1], needed, taken),
            schema["properties"].items(),
        )
        fields.sort(key=lambda field: not field.required)
        mapping: dict[str, Any] = {
            "names": {each.name: each.wire for each in fields if each.name != each.wire},
            "nullable": tuple(each.name for each in fields if each.nullable),
            "moments": {each.name: each.type.kind for each in fields if each.type.kind in MOMENTS},
            "decimal_strings": tuple(x.name for x in fields if (x.type.item or x.type).kind == "decimal-text"),
        }
        return ir.Record(
            name=name,
            fields=fields,
            doc=self._prose(schema.get("description", "")),
            listing=listing,
            is_read=name in read,
            members=self._members(pointer, schema, "json", nested=True) if name in sent else None,
            mapping={name: held for name, held in mapping.items() if held},
        )

    def _field_of(
        self, pointer: Pointer, wire: str, given: dict[str, Any], needed: set[str], taken: set[str]
    ) -> ir.Field:
        name = python_name(wire, given)
        if name in taken:
            what = f"a field can't be called {name}: every record has that already; name it with x-name"
            raise self.document.error(pointer, what)
        kind, schema = self._types.read(pointer, given)
        inner = kind.item or kind
        if kind.item and inner.kind in MOMENTS:
            raise self.document.error(pointer, f"{name} is a list of moments, which can't be read; make it text")
        said = self._prose(schema.get("description", "")) + (" Deprecated." if schema.get("deprecated") else "")
        return ir.Field(
            name=name,
            wire=wire,
            type=kind,
            required=wire in needed and not nullable(self.document.resolve(given)),
            nullable=nullable(self.document.resolve(given)),
            secret=schema.get("format") == "password",
            doc=said,
        )

    def _enum(self, name: str) -> ir.Enum:
        enum, pointer = self._enums[name], self._pointer(name)
        schema = self.document.at(pointer)
        members = list(zip(enum.values, schema["enum"], strict=True))
        return ir.Enum(name, isinstance(members[0][1], str), members, self._prose(schema.get("description", "")))

    def _reached_enums(self, records: list[ir.Record], operations: list[ir.Operation]) -> set[str]:
        used = [field.type for record in records for field in record.fields]
        used += [argument.type for each in operations for argument in each.arguments]
        inner = [each.item or each for each in used]
        return {each.model for each in inner if each.kind == "enum" and each.model is not None}

    def _exported(self, operations: list[ir.Operation], sent: Mapping[str, None]) -> Iterator[str]:
        """What users receive or pass: not the envelopes that calls unwrap."""
        received = {each.response for each in operations if each.response and each.result is None}
        for each in operations:
            received |= {name for name in self._classes.values() if re.search(rf"\b{name}\b", each.result_hint)}
        received = {name for name in received if name in self._models}
        yield from {*self._reached(received), *sent}

    def _prose(self, text: str) -> str:
        """One line, in which operations have the names of their methods."""
        named = self._operation_ids.sub(lambda found: strip_underscore(snake(found[0])), str(text))
        return " ".join(named.split())


def read_hint(kind: ir.Type) -> str:
    """Return the annotation of a field."""
    if kind.kind == "list" and kind.item is not None:
        return f"list[{read_hint(kind.item)}]"
    if kind.kind == "const":
        return f"Literal[{kind.values[0]!r}]"
    return kind.model or SCALARS[kind.kind].hint


def _data(model: ModelProperty) -> dict[str, Any]:
    """Return the schema that a class was made from, as openapi-python-client keeps it."""
    return dict(model.data.model_dump(by_alias=True, exclude_unset=True, mode="json"))


def _shown(value: Any) -> str:
    return ", ".join(map(as_text, value)) if isinstance(value, list) else as_text(value)

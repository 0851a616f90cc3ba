"""Which keywords of OpenAPI mean something here, for each kind of object. Any other is refused, with a hint.

What an object says is used by the generator, or it is words for readers, tests and the sandbox. A keyword that is
neither would be silence: accepted, and not done.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .documents import FORM, JSON, Document, Pointer
from .wiretypes import OBJECT, kinds


class Kind(NamedTuple):
    """A kind of object.

    Attributes:
        used: keywords that decide what is generated.
        words: keywords that only say something.
        parts: keyword -> kind of the object there. `[` is a list of them, `{` a mapping by name, of which `*` stands
            for kinds by name.
    """

    used: str
    words: str = ""
    parts: Mapping[str, str] = MappingProxyType({})


_SCALAR = "type format enum anyOf $ref default deprecated x-delimiter x-name"
_LIMITS = "minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems"
_SHOWN = "title description example examples pattern $comment externalDocs"

KINDS = {
    "document": Kind(
        "openapi info servers paths components security externalDocs",
        "tags",
        {"info": "info", "servers": "[server", "paths": "{path", "components": "components"},
    ),
    "info": Kind("title version description", "summary contact license termsOfService"),
    "server": Kind("url variables", "description", {"variables": "{server variable"}),
    "server variable": Kind("default", "description enum"),
    "components": Kind(
        "schemas parameters responses requestBodies securitySchemes examples headers",
        "",
        {"securitySchemes": "{security scheme"},
    ),
    "security scheme": Kind("type scheme in name", "description bearerFormat flows openIdConnectUrl"),
    "path": Kind(
        "get put post delete patch",
        "summary description parameters",
        dict.fromkeys(("get", "put", "post", "delete", "patch"), "operation"),
    ),
    "operation": Kind(
        "operationId summary description parameters requestBody responses deprecated externalDocs",
        "tags",
        {"parameters": "[parameter", "requestBody": "request body", "responses": "{response"},
    ),
    "parameter": Kind(
        "name in required schema style explode description deprecated example examples x-name",
        "",
        {"schema": "argument"},
    ),
    "request body": Kind("content required", "description", {"content": "{request content"}),
    "request content": Kind("schema encoding", "example examples", {"schema": "body", "encoding": "{encoding"}),
    "encoding": Kind("style explode"),
    "response": Kind("content", "description headers links", {"content": "{response content", "headers": "{header"}),
    "header": Kind("", "description required schema style explode example examples deprecated"),
    "response content": Kind("schema", "example examples", {"schema": "record"}),
    "body": Kind(
        "type properties required allOf dependentRequired $ref",
        "title description additionalProperties $comment example examples",
        {"properties": "{argument", "allOf": "[rule"},
    ),
    "rule": Kind("oneOf not dependentSchemas", "description"),
    "argument": Kind(f"{_SCALAR} items {_LIMITS}", _SHOWN, {"items": "argument", "anyOf": "[argument"}),
    "word": Kind("const type", _SHOWN),
    "object in a body": Kind(
        "type properties required", f"{_SHOWN} additionalProperties deprecated x-name", {"properties": "{argument"}
    ),
    "record": Kind(
        "type properties required allOf $ref deprecated x-name",
        f"{_SHOWN} additionalProperties readOnly",
        {"properties": "{field"},
    ),
    "field": Kind(
        f"{_SCALAR} items const",
        f"{_LIMITS} {_SHOWN} readOnly multipleOf uniqueItems",
        {"items": "field", "anyOf": "[field"},
    ),
}

_MAP = "a map can't be generated; list the properties, the rest stays in record.raw"
_TYPES = "alternatives of types can't be generated; describe one object with everything that may be there"
_WORDS = "say it in the description"

HINTS: dict[str, str] = {
    "servers": "one server holds for all operations; give it to the document",
    "security": "all operations sign in alike; the document says how",
    **dict.fromkeys(("callbacks", "webhooks"), "calls from the provider can't be generated"),
    **dict.fromkeys(("head", "options", "trace"), "only get, put, post, patch and delete are generated"),
    "content": "a parameter has a schema",
    "allowReserved": "values are always percent-encoded",
    "allowEmptyValue": "an empty value is sent as it is",
    "contentType": "a part of a form is text",
    "nullable": "that is OpenAPI 3.0; write type: [string, 'null']",
    **dict.fromkeys(("oneOf", "anyOf", "discriminator"), _TYPES),
    "allOf": "allOf does not inherit here; write the properties out",
    "not": "only a group in a body's allOf may say what must not be together",
    **dict.fromkeys(("if", "then", "else", "contains"), _WORDS),
    "readOnly": "a request says what can be sent; leave the field out of it",
    "writeOnly": "a response says what arrives; leave the field out of it",
    **dict.fromkeys(("additionalProperties", "patternProperties", "propertyNames"), _MAP),
    "prefixItems": "a list has items of one type",
    "const": "a word beside a list stands in anyOf; a value that is always sent is an enum of one",
    **dict.fromkeys(("multipleOf", "uniqueItems"), f"the client does not check it; {_WORDS}"),
    "dependentRequired": "it stands at the top of a body",
    "dependentSchemas": "it stands in a body's allOf",
    **dict.fromkeys(("minProperties", "maxProperties"), "a group in the body's allOf says what is needed"),
    "xml": "XML can't be generated",
    "properties": "an object is described under components/schemas and referred to",
}

WHOLES = {"record": "response", "body": "body"}


def refused(document: Document) -> Iterator[Any]:
    """Complain of every keyword that the generator does not know on its kind of object."""
    seen: set[tuple[str, Pointer]] = set()
    waiting: list[tuple[str, Pointer]] = [("document", ())]
    while waiting:
        name, given = waiting.pop()
        pointer = document.target(given)
        if (name, pointer) in seen or not isinstance(held := document.at(pointer), dict) or "$ref" in held:
            continue
        seen.add((name, pointer))
        name = _refined(name, given, pointer, held)
        kind = KINDS[name]
        for keyword in held:
            if not keyword.startswith("x-") and keyword not in (*kind.used.split(), *kind.words.split()):
                hint = HINTS.get(keyword, "specs/README.md says what a spec can say")
                yield document.error((*pointer, keyword), f"{keyword} has no meaning on {_article(name)}: {hint}")
        yield from _forms(document, name, pointer, held)
        for keyword, part in kind.parts.items():
            waiting += [(part.lstrip("[{"), each) for each in _parts(pointer, keyword, part, held.get(keyword))]


def _parts(pointer: Pointer, keyword: str, part: str, held: Any) -> Iterator[Pointer]:
    here = (*pointer, keyword)
    if part.startswith("["):
        yield from ((*here, at) for at in range(len(held or [])))
    elif part.startswith("{"):
        # Failures are read by x-errors, whatever they look like.
        names = [name for name in held or {} if part != "{response" or str(name).startswith("2")]
        yield from ((*here, name) for name in names if not str(name).startswith("x-"))
    elif held is not None:
        yield here


def _refined(name: str, given: Pointer, pointer: Pointer, held: dict[str, Any]) -> str:
    """The kind of a schema, by what it says and where it stands."""
    if name in ("argument", "field") and "const" in held and given[-2:-1] == ("anyOf",):
        return "word"
    if name in ("argument", "field") and "object" in kinds(held) and len(pointer) == 3:
        return "record" if name == "field" else "object in a body"
    return name


def _forms(document: Document, name: str, pointer: Pointer, held: dict[str, Any]) -> Iterator[Any]:
    """Values of known keywords that can't be generated."""
    if isinstance(held.get("additionalProperties"), dict):
        yield document.error((*pointer, "additionalProperties"), f"additionalProperties: {_MAP}")
    if name in ("argument", "field") and "object" in kinds(held):
        yield document.error(pointer, OBJECT.format(pointer[-1]))
    if name == "parameter":
        if held.get("in") in ("header", "cookie"):
            what = f"a parameter in a {held['in']} can't be generated; only the client's signer sends any"
            yield document.error((*pointer, "in"), what)
        if held.get("style") == "deepObject":
            yield document.error(
                (*pointer, "style"), "deepObject can't be generated; write each name[key] as a parameter"
            )
    if name in ("request content", "response content"):
        known = (FORM, JSON) if name == "request content" else (JSON,)
        if pointer[-1] not in known:
            what = f"{pointer[-1]} can't be generated; only {' and '.join(known)} can"
            yield document.error(pointer, what)
    if name in ("record", "body") and kinds(held) != ["object"]:
        yield document.error(
            pointer, f"a {WHOLES[name]} is one object with its properties; nothing else can be generated"
        )
    if name == "record" and any(set(each) - {"description"} != {"oneOf"} for each in held.get("allOf", [])):
        yield document.error((*pointer, "allOf"), HINTS["allOf"])
    if name == "server" and pointer != ("servers", 0):
        yield document.error(pointer, f"a second server: {HINTS['servers']}")


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"

# ruff: noqa: E501 -- a probe on one line is easier to read than one that is broken
"""What can't be generated, each in a few lines of OpenAPI, with the line to blame and words of the complaint."""

from collections.abc import Callable
from typing import NamedTuple

from .probing import EXPLODED, FORM, PAGED, UTC_TIMESTAMP, body, operation, query, spec


class Refused(NamedTuple):
    """A spec, a text whose first line is to blame, and words of the complaint about it."""

    text: str
    culprit: str
    says: str


def field(schema: str, more: str = "") -> str:
    """A spec whose response has one more field."""
    return spec(
        operation("getIt", response="It"),
        f"    It:\n      type: object\n      description: It.\n{more}"
        f"      properties:\n        odd: {schema}\n        id: {{type: string, description: Its id.}}\n",
    )


def argument(schema: str, more: str = "") -> str:
    return spec(operation("getIt", query("odd", schema, more)))


def member(schema: str, more: str = "") -> str:
    return spec(operation("getIt", body(f"odd: {schema}", more), method="post"))


def response(said: str) -> str:
    return spec(operation("getIt", f"responses:\n  {said}\n"))


JSON_RESPONSE = "'200': {{description: It., content: {{application/json: {{schema: {}}}}}}}"
IN_PLACE = "{type: object, description: It., properties: {a: {type: string, description: It.}}}"
PAGING = "x-pagination: {style: token, cursor: at, next: next, size: size, items: items, key: id}\n"

REFUSED: dict[str, Callable[[], Refused]] = {
    # responses
    "an object in place": lambda: Refused(field(IN_PLACE), "odd:", "under components/schemas"),
    "a map": lambda: Refused(field("{type: object, description: It., additionalProperties: {type: string}}"), "odd:", "map"),
    "an object that says nothing": lambda: Refused(field("{type: object, description: It.}"), "odd:", "under components/schemas"),
    "a list of objects in place": lambda: Refused(field(f"{{type: array, description: It., items: {IN_PLACE}}}"), "odd:", "under components/schemas"),
    "a list of lists": lambda: Refused(field("{type: array, description: It., items: {type: array, items: {type: string}}}"), "odd:", "lists in lists"),
    "a list of moments": lambda: Refused(field(f"{{type: array, description: It., items: {UTC_TIMESTAMP}}}"), "odd:", "list of moments"),
    "one of two types": lambda: Refused(field("{type: [string, integer], description: It.}"), "odd:", "one of the types"),
    "one of two schemas": lambda: Refused(field("{description: It., oneOf: [{type: string}, {type: integer}]}"), "odd:", "alternatives of types"),
    "any of two schemas": lambda: Refused(field("{description: It., anyOf: [{type: string}, {type: integer}]}"), "odd:", "anyOf is for one type"),
    "a float": lambda: Refused(field("{type: number, description: It.}"), "odd:", "format decimal"),
    "an epoch moment": lambda: Refused(field("{type: integer, format: unix-timestamp, description: It.}"), "odd:", "unknown format unix-timestamp"),
    "binary text": lambda: Refused(field("{type: string, format: byte, description: It.}"), "odd:", "unknown format byte"),
    "an enum in place": lambda: Refused(field("{type: string, enum: [a], description: It.}"), "odd:", "an enum stands alone"),
    "a field with no type": lambda: Refused(field("{description: It.}"), "odd:", "typed Any"),
    "nullable of OpenAPI 3.0": lambda: Refused(field("{type: string, nullable: true, description: It.}"), "odd:", "write type: [string, 'null']"),
    "writeOnly": lambda: Refused(field("{type: string, writeOnly: true, description: It.}"), "odd:", "leave the field out"),
    "allOf with properties beside it": lambda: Refused(
        field("{type: string, description: It.}", "      allOf: [{$ref: '#/components/schemas/Thing'}]\n"), "allOf:", "allOf does not inherit"
    ),
    "a discriminator": lambda: Refused(field("{type: string, description: It.}", "      discriminator: {propertyName: id}\n"), "discriminator:", "discriminator has no meaning"),
    "additional properties": lambda: Refused(field("{type: string, description: It.}", "      additionalProperties: {type: string}\n"), "additionalProperties:", "record.raw"),
    "pattern properties": lambda: Refused(field("{type: string, description: It.}", "      patternProperties: {a: {type: string}}\n"), "patternProperties:", "record.raw"),
    "two fields that differ in case": lambda: Refused(
        field("{type: string, description: It.}\n        Odd: {type: string, description: It.}"), "        odd:", "two fields would be called odd"
    ),
    "a field that every record has": lambda: Refused(
        spec(operation("getIt", response="It"), "    It: {type: object, description: It., properties: {raw: {type: string, description: It.}}}\n"),
        "    It:", "name it with x-name",
    ),
    "a record that contains itself": lambda: Refused(field("{$ref: '#/components/schemas/It'}"), "    It:", "contains itself"),
    "a bare list as the response": lambda: Refused(
        response(JSON_RESPONSE.format("{type: array, items: {$ref: '#/components/schemas/Thing'}}")), "'200':", "a response is one object"
    ),
    "text as the response": lambda: Refused(response("'200': {description: It., content: {text/plain: {schema: {type: string}}}}"), "'200':", "text/plain can't be generated"),
    "CSV as the response": lambda: Refused(response("'200': {description: It., content: {text/csv: {schema: {type: string}}}}"), "'200':", "text/csv can't be generated"),
    "XML as the response": lambda: Refused(response("'200': {description: It., content: {application/xml: {schema: {$ref: '#/components/schemas/Thing'}}}}"), "'200':", "application/xml can't be generated"),
    "alternatives as the response": lambda: Refused(response(JSON_RESPONSE.format("{oneOf: [{$ref: '#/components/schemas/Thing'}]}")), "'200':", "alternatives of types"),
    "a map as the response": lambda: Refused(response(JSON_RESPONSE.format("{type: object, additionalProperties: {type: string}}")), "'200':", "a map can't be generated"),
    "two successes with different bodies": lambda: Refused(
        spec(operation("getIt", "responses:\n  '200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}\n"
             "  '202': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Other'}}}}\n"),
             "    Other: {type: object, description: It., properties: {a: {type: string, description: It.}}}\n"),
        "'202':", "different bodies",
    ),
    "success or nothing": lambda: Refused(
        response("'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}\n  '204': {description: None.}"),
        "'204':", "with a body or without one",
    ),
    # arguments
    "a header": lambda: Refused(spec(operation("getIt", "parameters: [{name: X-Odd, in: header, description: It., schema: {type: string}}]\n")), "X-Odd", "in a header"),
    "a cookie": lambda: Refused(spec(operation("getIt", "parameters: [{name: odd, in: cookie, description: It., schema: {type: string}}]\n")), "name: odd", "in a cookie"),
    "deepObject": lambda: Refused(argument(IN_PLACE, "style: deepObject, explode: true, "), "name: odd", "deepObject can't be generated"),
    "content in a parameter": lambda: Refused(
        spec(operation("getIt", "parameters: [{name: odd, in: query, description: It., content: {application/json: {schema: {type: string}}}}]\n")),
        "name: odd", "a parameter has a schema",
    ),
    "allowReserved": lambda: Refused(argument("{type: string}", "allowReserved: true, "), "name: odd", "always percent-encoded"),
    "allowEmptyValue": lambda: Refused(argument("{type: string}", "allowEmptyValue: true, "), "name: odd", "an empty value"),
    "null in a query": lambda: Refused(argument("{type: [string, 'null']}"), "name: odd", "can't be null"),
    "an object in a query": lambda: Refused(argument("{$ref: '#/components/schemas/Thing'}"), "name: odd", "only a JSON body can"),
    "a word beside text": lambda: Refused(argument("{anyOf: [{type: integer}, {type: string, const: all}]}"), "name: odd", "only if it is a list"),
    "a constant argument": lambda: Refused(argument("{type: string, const: a}"), "name: odd", "an enum of one"),
    "readOnly in a request": lambda: Refused(member("{type: string, readOnly: true, description: It.}"), "odd:", "leave the field out of it"),
    "multipleOf": lambda: Refused(argument("{type: integer, multipleOf: 5}"), "name: odd", "does not check it"),
    "uniqueItems": lambda: Refused(
        argument("{type: array, minItems: 1, uniqueItems: true, items: {type: string}}", EXPLODED), "name: odd", "does not check it"
    ),
    "an e-mail moment": lambda: Refused(argument("{type: string, format: rfc2822, pattern: '.'}"), "name: odd", "can be read but not sent"),
    "a list without a style": lambda: Refused(argument("{type: array, minItems: 1, items: {type: string}}"), "name: odd", "needs style and explode"),
    "a list by pipes that is repeated": lambda: Refused(
        argument("{type: array, minItems: 1, items: {type: string}}", "style: pipeDelimited, explode: true, "), "name: odd", "style: form"
    ),
    "a list in a form without a separator": lambda: Refused(
        spec(operation("getIt", body("odd: {type: array, minItems: 1, items: {type: string}, description: It.}", media_type=FORM), method="post")),
        "odd:", "needs an x-delimiter, or an encoding",
    ),
    "a list in a path": lambda: Refused(
        spec(operation("getIt", "parameters: [{name: odd, in: path, required: true, style: simple, explode: false, description: It., "
             "schema: {type: array, minItems: 1, items: {type: string}}}]\n", path="/at/{odd}")), "name: odd", "a list in a path"
    ),
    "two arguments with one name": lambda: Refused(
        spec(operation("getIt", "parameters:\n  - {name: a-b, in: query, description: It., schema: {type: string}}\n"
             "  - {name: a_b, in: query, description: It., schema: {type: string}}\n")), "    get:", "two arguments called a_b"
    ),
    # bodies
    "a list as a body": lambda: Refused(
        spec(operation("getIt", "requestBody: {content: {application/json: {schema: {type: array, items: {type: string}}}}}\n", method="post")),
        "requestBody", "a body is one object",
    ),
    "oneOf at the top of a body": lambda: Refused(member("{type: string, description: It.}", "oneOf: [{required: [odd]}]"), "oneOf:", "oneOf has no meaning on a body"),
    "a multipart body": lambda: Refused(
        spec(operation("getIt", body("odd: {type: string, description: It.}", media_type="multipart/form-data"), method="post")),
        "multipart/form-data", "can't be generated",
    ),
    "an XML body": lambda: Refused(
        spec(operation("getIt", body("odd: {type: string, description: It.}", media_type="application/xml"), method="post")), "application/xml", "can't be generated"
    ),
    "an object in place in a body": lambda: Refused(member(IN_PLACE), "odd:", "under components/schemas"),
    "a map in a body": lambda: Refused(member("{type: object, description: It., additionalProperties: {type: string}}"), "odd:", "map"),
    "an unknown group": lambda: Refused(member("{type: string, description: It.}", "allOf: [{anyOf: [{required: [odd]}]}]"), "allOf:", "anyOf has no meaning on a rule"),
    "minProperties": lambda: Refused(member("{type: string, description: It.}", "minProperties: 1"), "minProperties:", "a group in the body's allOf"),
    "if in a body": lambda: Refused(member("{type: string, description: It.}", "if: {required: [odd]}"), "if:", "say it in the description"),
    "paging inside a JSON body": lambda: Refused(
        spec(operation("getIt", "x-pagination: {style: offset, offset: odd, size: odd, items: items, key: id}\n" + body("odd: {type: integer, description: It.}"), method="post", response="Page"),
             "    Page: {type: object, description: It., properties: {items: {type: array, x-name: rows, description: It., items: {$ref: '#/components/schemas/Thing'}}}, required: [items]}\n"),
        "x-pagination", "in a JSON body",
    ),
    # paths, operations, servers
    "servers of an operation": lambda: Refused(spec(operation("getIt", "servers: [{url: 'https://other.example'}]\n")), "servers: [{url: 'https://other", "one server holds"),
    "two servers": lambda: Refused(spec(operation("getIt")).replace("servers: [", "servers: [{url: 'https://other.example/v1'}, "), "servers:", "a second server"),
    "security of an operation": lambda: Refused(spec(operation("getIt", "security: []\n")), "security: []", "all operations sign in alike"),
    "callbacks": lambda: Refused(spec(operation("getIt", "callbacks: {}\n")), "callbacks:", "calls from the provider"),
    "webhooks": lambda: Refused(spec(operation("getIt"), more="webhooks: {}\n"), "webhooks:", "calls from the provider"),
    "HEAD": lambda: Refused(spec(operation("getIt", method="head")), "    head:", "only get, put"),
    "parameters of a path": lambda: Refused(
        spec(operation("getIt")).replace("    get:", "    parameters: [{name: odd, in: query, description: It., schema: {type: string}}]\n    get:"),
        "    parameters:", "stand in each operation",
    ),
    "an operation that hides a method": lambda: Refused(spec(operation("close")), "operationId: close", "a method that every client has"),
    "two operations with one name": lambda: Refused(spec(operation("getIt") + operation("get_it")), "operationId: get_it", "one name in Python"),
    "an unknown extension": lambda: Refused(spec(operation("getIt", "x-odd: 1\n")), "x-odd", "unknown extension"),
    "a misspelt keyword": lambda: Refused(spec(operation("getIt", "sumary: It\n")), "sumary", "has no meaning on an operation"),
    # paging
    "a cursor in no parameter": lambda: Refused(
        spec(operation("getIt", PAGING, response="Page"), "    Page: {type: object, description: It., properties: {items: {type: array, x-name: rows, description: It., items: {$ref: '#/components/schemas/Thing'}}, next: {type: string, description: It.}}, required: [items]}\n"),
        "x-pagination", "has no parameter at",
    ),
    "a cursor in a header": lambda: Refused(spec(operation("getIt", PAGING.replace("token", "link"))), "x-pagination", "is not valid under any"),
    "items that may be missing": lambda: Refused(
        spec(operation("getIt", PAGED.replace("/data/items", "items"), response="Page"),
             "    Page: {type: object, description: It., properties: {items: {type: array, x-name: rows, description: It., items: {$ref: '#/components/schemas/Thing'}}, meta: {$ref: '#/components/schemas/Meta'}}}\n"
             "    Meta: {type: object, description: It., properties: {nextPageToken: {type: string, description: It.}, total: {type: integer, description: It.}}}\n"),
        "x-pagination", "items is not required",
    ),
    # enums
    "an enum whose values are one name": lambda: Refused(
        spec(operation("getIt", query("odd", "{$ref: '#/components/schemas/Odd'}")), "    Odd: {type: string, enum: [a-b, a_b], description: It.}\n"), "    Odd:", "one name in Python"
    ),
    "an unquoted NO": lambda: Refused(
        spec(operation("getIt", query("odd", "{$ref: '#/components/schemas/Odd'}")), "    Odd: {type: string, enum: [SE, NO], description: It.}\n"), "    Odd:", "quote"
    ),
    # errors
    "a pointer that leads nowhere": lambda: Refused(
        spec(operation("getIt"), more="x-errors: {forms: [{code: /error/code, text: /error/text}]}\n"), "x-errors", "leads nowhere"
    ),
    "a pointer through an array": lambda: Refused(
        spec(operation("getIt", response="It"), "    It: {type: object, description: It., properties: {errors: {type: array, description: It., items: {$ref: '#/components/schemas/Thing'}}}}\n",
             "x-errors: {forms: [{code: /errors/id, text: /errors/id}]}\n"), "x-errors", "through an array",
    ),
    "a code of the wrong type": lambda: Refused(
        spec(operation("getIt", response="It"), "    It: {type: object, description: It., properties: {error: {$ref: '#/components/schemas/Thing'}}}\n",
             "x-errors: {forms: [{code: /error/id, text: /error/id}], codes: [{code: 7, kind: invalid}]}\n"), "x-errors", "7 is integer",
    ),
    "a code that every response has": lambda: Refused(
        spec(operation("getIt"), more="x-errors: {forms: [{code: /id, text: /id}]}\n"), "responses:", "which values mean success"
    ),
    # files
    "an unquoted status": lambda: Refused(spec(operation("getIt")).replace("'200'", "200"), "200:", "write '200'"),
    "an unquoted day": lambda: Refused(argument("{type: string, examples: [2026-02-03]}"), "name: odd", "quote it"),
    "an anchor": lambda: Refused(spec(operation("getIt")).replace("info: {", "info: &a {").replace("servers:", "tags: [*a]\nservers:"), "info:", "anchor"),
    "OpenAPI 3.0": lambda: Refused(spec(operation("getIt")).replace("openapi: 3.1.0", "openapi: 3.0.3"), "openapi:", "openapi says 3.0.3; a spec is OpenAPI 3.1"),
    "Swagger 2": lambda: Refused(spec(operation("getIt")).replace("openapi: 3.1.0", "swagger: '2.0'"), "swagger:", "this is Swagger 2.0"),
    "a list as the whole": lambda: Refused("- a\n", "- a", "not a YAML mapping"),
    "a reference to nowhere": lambda: Refused(field("{$ref: '#/components/schemas/Nowhere'}"), "odd:", "leads nowhere"),
    "a reference to another file": lambda: Refused(field("{$ref: 'other.yaml#/It'}"), "odd:", "leads nowhere"),
    "a reference to itself": lambda: Refused(field("{type: string, description: It.}") + "    Own: {$ref: '#/components/schemas/Own'}\n", "    Own:", "leads to itself"),
}  # fmt: skip

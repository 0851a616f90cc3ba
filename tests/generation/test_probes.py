"""What OpenAPI can say: each kind of it is generated right, shown by a call, or refused with its line and a hint."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from numberline.errors import InvalidArgument, OutcomeUnknown, ProviderError
from tests.support import FULL

from .probing import EXPLODED, FORM, PAGED, ROOT, UTC_TIMESTAMP, Probe, body, complaints, operation, query, spec
from .refusals import REFUSED

# --- generated right

DAY = "{type: string, format: date, pattern: '^[0-9-]{10}$'}"
MOMENT = "{type: string, format: date-time, pattern: '^[0-9TZ:-]+$'}"


class Sent(NamedTuple):
    """An operation, a call of it, and what is sent: a path and query, a form's text, or a JSON body."""

    parts: str
    arguments: dict[str, Any]
    sent: Any
    method: str = "get"
    path: str = ""


SENT = {
    "text": Sent(query("q", "{type: string}"), {"q": "a b&c"}, "?q=a%20b%26c"),
    "a secret": Sent(query("q", "{type: string, format: password}"), {"q": "s"}, "?q=s"),
    "a UUID": Sent(query("q", "{type: string, format: uuid}"), {"q": "6f-1"}, "?q=6f-1"),
    "a URI": Sent(query("q", "{type: string, format: uri}"), {"q": "https://a/"}, "?q=https%3A%2F%2Fa%2F"),
    "an e-mail address": Sent(query("q", "{type: string, format: email}"), {"q": "a@b.c"}, "?q=a%40b.c"),
    "a whole number": Sent(query("q", "{type: integer, format: int64}"), {"q": 2**40}, f"?q={2**40}"),
    "a truth value": Sent(query("q", "{type: boolean}"), {"q": False}, "?q=false"),
    "an amount": Sent(query("q", "{type: number, format: decimal}"), {"q": Decimal("1E+2")}, "?q=100"),
    "a day": Sent(query("q", DAY), {"q": date(2026, 2, 3)}, "?q=2026-02-03"),
    "a moment": Sent(query("q", MOMENT), {"q": datetime(2026, 2, 3, tzinfo=UTC)}, "?q=2026-02-03T00%3A00%3A00Z"),
    "a moment without offset": Sent(
        query("q", UTC_TIMESTAMP), {"q": datetime(2026, 2, 3, tzinfo=UTC)}, "?q=2026-02-03%2000%3A00%3A00"
    ),
    "a value out of an enum": Sent(query("q", "{$ref: '#/components/schemas/Colour'}"), {"q": "red"}, "?q=red"),
    "a number out of an enum": Sent(query("q", "{$ref: '#/components/schemas/Level'}"), {"q": 2}, "?q=2"),
    "a list by comma": Sent(
        query("q", "{type: array, minItems: 1, items: {type: integer}}", "style: form, explode: false, "),
        {"q": [1, 2]},
        "?q=1,2",
    ),
    "a list that is repeated": Sent(
        query("q", "{type: array, minItems: 1, items: {type: string}}", EXPLODED), {"q": ["a,b", "c"]}, "?q=a,b&q=c"
    ),
    "a list of enums that is repeated": Sent(
        query("q", "{type: array, minItems: 1, items: {$ref: '#/components/schemas/Level'}}", EXPLODED),
        {"q": [1, 2]},
        "?q=1&q=2",
    ),
    "a list by pipes": Sent(
        query("q", "{type: array, minItems: 1, items: {type: string}}", "style: pipeDelimited, explode: false, "),
        {"q": ["a", "b"]},
        "?q=a%7Cb",
    ),
    "a list by semicolons, or a word": Sent(
        body(
            "q: {anyOf: [{type: array, x-delimiter: ';', minItems: 1, items: {type: integer}}, "
            "{type: string, const: all}], description: It.}",
            media_type=FORM,
        ),
        {"q": "all"},
        "q=all",
        "post",
    ),
    "a path": Sent(
        "parameters: [{name: key, in: path, required: true, description: It., schema: {type: string}}]\n",
        {"key": "a/b"},
        "/at/a%2Fb",
        path="/at/{key}",
    ),
    "a name of its own": Sent(query("From>", "{type: string}", "x-name: since, "), {"since": "a"}, "?From%3E=a"),
    "a name that Python has": Sent(query("import", "{type: string}"), {"import_": "a"}, "?import=a"),
    "a name that a builder has": Sent(query("query", "{type: string}"), {"query_": "a"}, "?query=a"),
    "brackets in a name": Sent(query("page[number]", "{type: integer}"), {"pagenumber": 2}, "?page%5Bnumber%5D=2"),
    "a form in PascalCase": Sent(
        body("PhoneNumber: {type: string, description: It.}", "required: [PhoneNumber]", FORM),
        {"phone_number": "+1"},
        "PhoneNumber=%2B1",
        "post",
    ),
    "a list in a form by encoding": Sent(
        body("Url: {type: array, minItems: 1, items: {type: string}, description: It.}", media_type=FORM)
        + "      encoding: {Url: {style: form, explode: true}}\n",
        {"url": ["a", "b"]},
        "Url=a&Url=b",
        "post",
    ),
    "scalars in JSON": Sent(
        body(
            "a: {type: integer, description: It.}\nb: {type: boolean, description: It.}\n"
            "c: {type: number, format: decimal, description: It.}\nd: {type: string, description: It.}"
        ),
        {"a": 1, "b": True, "c": Decimal("1.50"), "d": "x"},
        {"a": 1, "b": True, "c": 1.5, "d": "x"},
        "post",
    ),
    "a list in JSON": Sent(
        body("a: {type: array, items: {type: integer}, description: It.}"), {"a": []}, {"a": []}, "post"
    ),
    "numbers of an enum in JSON": Sent(body("a: {$ref: '#/components/schemas/Level'}"), {"a": 2}, {"a": 2}, "post"),
    "a list of whole numbers of an enum in JSON": Sent(
        body("a: {type: array, items: {$ref: '#/components/schemas/Level'}, description: It.}"),
        {"a": [1, 2]},
        {"a": [1, 2]},
        "post",
    ),
    "a body that is a component": Sent(
        "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Part'}}}}\n",
        {"kind": "x"},
        {"kind": "x"},
        "post",
    ),
    "a name of its own in a body": Sent(
        body("Price: {type: string, description: It.}\nprice: {type: string, x-name: own_price, description: It.}"),
        {"price": "1", "own_price": "2"},
        {"Price": "1", "price": "2"},
        "post",
    ),
}
"""By what they show."""

SCHEMAS = """\
    Colour: {type: string, enum: [red, dark-blue], description: A colour.}
    Level: {type: integer, enum: [1, 2], description: A level.}
    Part:
      type: object
      description: A part.
      properties:
        kind: {type: string, maxLength: 4, description: Its kind.}
        price: {type: string, format: decimal, pattern: '^[0-9.]+$', description: Its price.}
        made: {type: string, format: date, pattern: '^[0-9-]{10}$', description: When.}
        colour: {$ref: '#/components/schemas/Colour'}
        owner: {$ref: '#/components/schemas/Owner'}
        tags: {type: array, items: {type: string}, description: Its tags.}
        Name: {type: string, x-name: full_name, description: Its name.}
      required: [kind]
    Owner:
      type: object
      description: An owner.
      properties: {id: {type: integer, description: Its id.}}
    Everything:
      type: object
      description: One of each.
      properties:
        text: {type: string, description: It.}
        nothing: {type: [string, 'null'], description: It.}
        needed: {type: [string, 'null'], description: It.}
        uuid: {type: string, format: uuid, description: It.}
        when: {type: string, format: rfc2822, pattern: '.', description: It.}
        amount: {type: number, format: decimal, description: It.}
        amounts: {type: array, items: {type: number, format: decimal}, description: It.}
        word: {anyOf: [{$ref: '#/components/schemas/Colour'}, {type: string, const: NONE}], description: It.}
        level: {$ref: '#/components/schemas/Level'}
        levels: {type: array, items: {$ref: '#/components/schemas/Level'}, description: It.}
        maybe: {anyOf: [{$ref: '#/components/schemas/Owner'}, {type: 'null'}], description: It.}
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}, description: It.}
        raw: {type: string, x-name: raw_text, description: It.}
        class: {type: string, description: It., readOnly: true}
      required: [text, needed]
    Page:
      type: object
      description: A page.
      properties:
        data: {$ref: '#/components/schemas/Data'}
        meta: {$ref: '#/components/schemas/Meta'}
      required: [data]
    Data:
      type: object
      description: Rows.
      properties:
        items: {type: array, items: {$ref: '#/components/schemas/Thing'}, description: Rows.}
      required: [items]
    Meta:
      type: object
      description: About the page.
      properties:
        nextPageToken: {type: [string, 'null'], description: Token.}
        total: {type: integer, description: How many.}
    Offsets:
      type: object
      description: A page.
      properties:
        items: {type: array, x-name: rows, items: {$ref: '#/components/schemas/Thing'}, description: Rows.}
        next: {type: string, description: Link.}
      required: [items]
    Wrapped:
      type: object
      description: An envelope.
      properties:
        result: {$ref: '#/components/schemas/Thing'}
        error: {$ref: '#/components/schemas/Problem'}
      allOf: [{oneOf: [{required: [result]}, {required: [error]}]}]
    Problem:
      type: object
      description: An error.
      properties:
        code: {type: integer, description: Its code.}
        text: {type: string, description: Its text.}
    Bought:
      type: object
      description: A purchase.
      properties:
        state:
          type: string
          description: Its state.
          x-outcome: {values: {active: done, failed: unavailable}}
"""
ERRORS = """\
x-errors:
  forms: [{code: /error/code, text: /error/text}]
  codes: [{code: 420, name: TOO_POOR, kind: funds}]
"""
GROUPED = body(
    "a: {type: string, description: It.}\nb: {type: string, description: It.}\nc: {type: string, description: It.}",
    "dependentRequired: {a: [b]}\nallOf: [{dependentSchemas: {c: {required: [b]}}}, {not: {required: [a, c]}}]",
)


def name_of(title: str) -> str:
    return "op" + "".join(word.title() for word in title.replace(",", "").replace("-", " ").split())


def method_of(title: str) -> str:
    return "op_" + "_".join(title.replace(",", "").replace("-", " ").lower().split())


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Probe:
    """Everything that is generated right, in one spec."""
    paths = "".join(
        operation(name_of(title), each.parts, method=each.method, path=each.path) for title, each in SENT.items()
    )
    paths += operation("everything", response="Everything")
    paths += operation(
        "parts",
        "x-operation-class: charge\n"
        + body(
            "part: {$ref: '#/components/schemas/Part'}\nmore: {type: array, minItems: 1, maxItems: 2, "
            "items: {$ref: '#/components/schemas/Part'}, description: It.}"
        ),
        method="post",
    )
    paths += operation("paged", PAGED, response="Page")
    paths += operation(
        "offsets",
        (
            "x-pagination: {style: offset, offset: from, size: size, items: items, key: id}\n"
            "parameters:\n"
            "  - {name: from, in: query, description: It., schema: {type: integer}}\n"
            "  - {name: size, in: query, description: It., schema: {type: integer}}\n"
        ),
        response="Offsets",
    )
    paths += operation("grouped", GROUPED, method="post", path="/grouped")
    paths += operation("wrapped", "x-result: result\n", response="Wrapped")
    paths += operation("remove", "x-operation-class: release\n", method="delete", response=None)
    paths += operation("buy", "x-operation-class: charge\n", method="post", response="Bought")
    paths += operation("old", "deprecated: true\nexternalDocs: {url: 'https://probe.example/old'}\n")
    paths += operation("partly", query("q", "{type: string, examples: [AL, CA]}", "deprecated: true, "))
    paths += operation(
        "limited",
        (
            "parameters:\n"
            "  - {name: text, in: query, description: It., schema: {type: string, minLength: 2, maxLength: 3}}\n"
            "  - {name: low, in: query, description: It., schema: {type: integer, exclusiveMinimum: 0}}\n"
            "  - {name: high, in: query, description: It., schema: {type: integer, exclusiveMaximum: 9}}\n"
            "  - {name: price, in: query, description: It., schema: {type: number, format: decimal, maximum: 1.5}}\n"
            "  - {name: some, in: query, style: form, explode: false, description: It., "
            "schema: {type: array, minItems: 1, maxItems: 2, items: {type: integer, minimum: 5}}}\n"
            "  - {name: many, in: query, style: form, explode: true, description: It., "
            "schema: {type: array, minItems: 1, maxItems: 2, items: {type: string, maxLength: 1}}}\n"
        ),
    )
    return Probe(spec(paths, SCHEMAS, ERRORS), tmp_path_factory.mktemp("probe"))


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> None:
    if "probe" in request.fixturenames:
        found: Probe = request.getfixturevalue("probe")
        found.sent, found.replies = [], [{"id": "a"}]


@pytest.mark.parametrize("title", SENT)
def test_an_argument_is_sent_as_the_spec_says(probe: Probe, title: str) -> None:
    each = SENT[title]
    for call in (probe.call, probe.call_async):
        assert call(method_of(title), **each.arguments).id == "a"
        if isinstance(each.sent, dict):
            assert probe.body == each.sent
        elif each.method == "post":
            assert probe.sent[-1].content.decode() == each.sent
        else:
            assert probe.target.endswith(each.sent)
        assert probe.sent[-1].method == each.method.upper()


def test_every_kind_of_field_is_read(probe: Probe) -> None:
    probe.replies = [
        {
            "text": "t",
            "needed": None,
            "nothing": None,
            "uuid": "6f",
            "when": "Thu, 31 Mar 2016 11:16:59 +0300",
            "amount": 1.5,
            "amounts": [1, 2.5],
            "word": "NONE",
            "level": 7,
            "levels": [1, 9],
            "maybe": None,
            "parts": [{"kind": "x", "price": "1.50", "owner": {"id": 1}, "Name": "n"}],
            "raw": "r",
            "class": "c",
        }
    ]
    found = probe.call("everything")

    assert (found.text, found.needed, found.nothing, found.uuid, found.raw_text, found.class_) == (
        "t", None, None, "6f", "r", "c",
    )  # fmt: skip
    assert found.when == datetime(2016, 3, 31, 8, 16, 59, tzinfo=UTC)
    assert (found.amount, found.amounts) == (Decimal("1.5"), [Decimal(1), Decimal("2.5")])
    assert (found.word, found.level, found.levels, found.maybe) == ("NONE", 7, [1, 9], None)
    assert (found.parts[0].price, found.parts[0].owner.id, found.parts[0].full_name) == (Decimal("1.50"), 1, "n")
    assert found.to_dict()["level"] == 7
    assert found.to_dict()["parts"] == [{"kind": "x", "price": "1.50", "owner": {"id": 1}, "Name": "n"}]


def test_objects_in_a_body_are_records(probe: Probe) -> None:
    made = probe.models.Part(
        kind="x",
        price=Decimal("1.50"),
        made=date(2026, 2, 3),
        colour=probe.models.Colour.DARK_BLUE,
        owner=probe.models.Owner(id=1),
        tags=["a"],
        full_name="n",
    )
    for call in (probe.call, probe.call_async):
        call("parts", part=made, more=[made, probe.models.Part(kind="y")])
        whole = {
            "kind": "x",
            "price": "1.50",
            "made": "2026-02-03",
            "colour": "dark-blue",
            "owner": {"id": 1},
            "tags": ["a"],
            "Name": "n",
        }
        assert probe.body == {"part": whole, "more": [whole, {"kind": "y"}]}


def refused_arguments(probe: Probe) -> dict[str, tuple[str, dict[str, Any]]]:
    part = probe.models.Part
    return {
        "text has 1 characters": ("limited", {"text": "a"}),
        "text has 4 characters": ("limited", {"text": "abcd"}),
        "low is 0; it has to be at least 1": ("limited", {"low": 0}),
        "high is 9; it has to be at most 8": ("limited", {"high": 9}),
        "price is 1.6; it has to be at most 1.5": ("limited", {"price": Decimal("1.6")}),
        "some is 4; it has to be at least 5": ("limited", {"some": [4]}),
        "some has 3 items; it has to have between 1 and 2": ("limited", {"some": [5, 5, 5]}),
        "many is an empty list": ("limited", {"many": []}),
        "many has 3 items; it has to have between 1 and 2": ("limited", {"many": ["a", "b", "c"]}),
        "many has 2 characters": ("limited", {"many": ["ab"]}),
        "part takes a Part, not dict": ("parts", {"part": {"kind": "x"}}),
        "part.kind has 5 characters": ("parts", {"part": part(kind="abcde")}),
        "part.owner takes a Owner, not str": ("parts", {"part": part(kind="x", owner="me")}),
        "part.owner.id takes a whole number": ("parts", {"part": part(kind="x", owner=probe.models.Owner(id="1"))}),
        "part.colour is 'green'": ("parts", {"part": part(kind="x", colour="green")}),
        "more is an empty list": ("parts", {"more": []}),
        "more takes a Part, not int": ("parts", {"more": [1]}),
        "a needs b": ("grouped", {"a": "x"}),
        "c needs b": ("grouped", {"c": "x"}),
        "give only one of a, c": ("grouped", {"a": "x", "b": "x", "c": "x"}),
        "op is not": (method_of("a value out of an enum"), {"q": "green"}),
    }


def test_limits_and_groups_are_checked_before_anything_is_sent(probe: Probe, subtests: pytest.Subtests) -> None:
    for says, (method, arguments) in refused_arguments(probe).items():
        with subtests.test(says):
            error = probe.refusal(method, **arguments)
            assert type(error) is InvalidArgument
            assert says in str(error) or says == "op is not"
            assert probe.sent == []


def test_pages_may_hold_their_items_total_and_token_further_inside(probe: Probe) -> None:
    first = {"data": {"items": [{"id": "a"}]}, "meta": {"nextPageToken": "t&1", "total": 2}}
    for call in (probe.call, probe.call_async):
        probe.replies = [first, {"data": {"items": [{"id": "b"}]}, "meta": {"nextPageToken": None}}]
        assert [each.id for each in call("paged", size=1)] == ["a", "b"]
        assert probe.target == "/v1/paged?size=1&token=t%261"


def test_a_page_without_its_items_is_no_end(probe: Probe) -> None:
    probe.replies = [{"data": {}}]

    assert "$.data.items" in str(probe.refusal("paged"))


def test_items_may_have_another_name_in_python(probe: Probe) -> None:
    probe.replies = [{"items": [{"id": "a"}]}, {"items": []}]

    assert [each.id for each in probe.call("offsets")] == ["a"]


@pytest.mark.parametrize("code", [420, "420"])
def test_an_error_in_http_200_is_one_with_its_name(probe: Probe, code: Any) -> None:
    probe.replies = [{"error": {"code": code, "text": "Too poor."}}]
    error = probe.refusal("wrapped")

    assert isinstance(error, ProviderError)
    assert (error.code, error.name, error.kind) == (code, "TOO_POOR", "funds")


def test_a_result_is_unwrapped_and_success_without_a_body_is_none(probe: Probe) -> None:
    probe.replies = [{"result": {"id": "a"}}, httpx.Response(204)]

    assert probe.call("wrapped").id == "a"
    assert probe.call("remove") is None


def test_deprecation_warns_once_at_the_callers_line(probe: Probe) -> None:
    client = probe.client()
    with pytest.warns(DeprecationWarning, match="old is deprecated by the provider") as caught:
        client.old()
    with pytest.warns(DeprecationWarning, match="q is deprecated by the provider") as caught_too:
        client.partly(q="AL")
    assert [Path(each.filename).name for each in (*caught, *caught_too)] == ["test_probes.py"] * 2
    client.partly()


def test_deprecation_warns_before_a_coroutine_is_awaited(probe: Probe) -> None:
    async def run() -> None:
        with pytest.warns(DeprecationWarning, match="old is deprecated") as caught:
            waiting = probe.async_client().old()
        assert [Path(each.filename).name for each in caught] == ["test_probes.py"]
        await waiting

    asyncio.run(run())


def test_docstrings_say_verb_path_page_and_examples(probe: Probe) -> None:
    operations = probe.operations.Operations
    assert "`GET /old`, see https://probe.example/old" in operations.old.__doc__
    assert "Deprecated." in operations.old.__doc__
    assert "For example `AL`, `CA`. Deprecated." in operations.partly.__doc__
    assert "A probe." in operations.__doc__
    assert "    kind: Its kind." in probe.models.Part.__doc__


def test_envelopes_that_nobody_receives_are_not_exported(probe: Probe) -> None:
    assert "Wrapped" not in probe.models.__all__
    assert {"Thing", "Page", "Part", "Owner", "Colour"} <= set(probe.models.__all__)


# --- refused


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_generated_is_refused_with_line_and_hint(name: str, tmp_path: Path) -> None:
    refused = REFUSED[name]()
    found = complaints(refused.text, tmp_path)

    line = refused.text[: refused.text.index(refused.culprit)].count("\n") + 1
    assert [each for each in found if each.place == f"specs/probe.yaml:{line}" and refused.says in each.what], (
        "\n".join([f"line {line}", *map(str, found)])
    )


def test_there_are_a_hundred_probes(probe: Probe) -> None:
    assert len(SENT) + len(REFUSED) + len(refused_arguments(probe)) + 14 >= 150


@pytest.mark.parametrize("name", ["2fast", "Upper", "class", "with-dash", "wire"])
def test_a_file_whose_name_is_no_module_is_refused(name: str, tmp_path: Path) -> None:
    (found,) = complaints(spec(operation("getIt")), tmp_path, name)

    assert "can't be the name of a module" in found.what


def test_a_purchase_whose_state_is_not_listed_is_unknown(probe: Probe) -> None:
    probe.replies = [{"state": "pending"}]
    assert isinstance(probe.refusal("buy"), OutcomeUnknown)
    probe.replies = [{"state": "failed"}]
    assert not isinstance(probe.refusal("buy"), OutcomeUnknown)
    probe.replies = [{"state": "active"}]
    assert probe.call("buy").state == "active"


def test_twelve_defects_are_found_in_one_run(tmp_path: Path) -> None:
    defects = {
        "odd: {type: number, description: It.}": "format decimal",
        "when: {type: string, format: date, description: It.}": "needs a pattern",
        "Price: {type: string, description: It.}": "would be called price",
        "what: {description: It.}": "typed Any",
        "none: {type: string}": "no description",
        "inside: {type: object, description: It., properties: {a: {type: string}}}": "under components",
        "there: {$ref: '#/components/schemas/Nowhere'}": "leads nowhere",
    }
    fields = "".join(f"        {each}\n" for each in (*defects, "price: {type: string, description: It.}"))
    text = spec(
        operation("getIt", "x-odd: 1\n" + query("q", "{type: string}", "style: deepObject, explode: true, "))
        + operation("close")
        + operation("makeIt", body("old: {type: string, nullable: true, description: It.}"), method="post")
        + operation(
            "listThem", "responses:\n  200: {description: It., content: {text/csv: {schema: {type: string}}}}\n"
        ),
        f"    It:\n      type: object\n      description: It.\n      properties:\n{fields}",
    )
    text = text.replace("schemas/Thing'}", "schemas/It'}")
    defects |= {
        "x-odd: 1": "unknown extension",
        "name: q,": "deepObject",
        "operationId: close": "a method that every client has",
        "old:": "write type: [string, 'null']",
        "200: {description: It., content: {text/csv": "write '200'",
    }
    found = complaints(text, tmp_path)

    assert len(defects) == 12
    for culprit, says in defects.items():
        line = text[: text.index(culprit)].count("\n") + 1
        told = [each.what for each in found if each.place == f"specs/probe.yaml:{line}"]
        assert any(says in what for what in told), (culprit, line, list(map(str, found)))


SPEC = (ROOT / "specs/apifonica.yaml").read_text(encoding="utf-8").splitlines(keepends=True)


@pytest.mark.parametrize("at", range(0, len(SPEC), 23 if FULL else 92))
def test_no_edit_of_a_line_ends_in_a_traceback(at: int, tmp_path: Path) -> None:
    """Left out, said twice, pushed in, emptied, made a list: complaints or nothing, whatever it was."""
    line = SPEC[at]
    key = line.partition(":")[0]
    for edited in ("", line + line, f"  {line}", f"{key}:\n", f"{key}: [7]\n", f"{key}: {{7: x}}\n"):
        text = "".join([*SPEC[:at], edited, *SPEC[at + 1 :]])
        for each in complaints(text, tmp_path, "apifonica"):
            assert each.place.startswith(("specs/", "pyproject.toml")), str(each)

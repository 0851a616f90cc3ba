"""The facts that the three given documents state, read out of their text: names and figures, no sentences.

    .venv/bin/python -m tests.specs.extract ../shared/docs > tests/specs/documented.yaml

Where a document has no words for it, its examples decide: Infobip's and Apifonica's request examples leave out what is
optional, and a record printed as JSON tells the types of Apifonica's fields.
"""

import itertools
import json
import re
import sys
from collections.abc import Iterator
from email.utils import parsedate_tz
from pathlib import Path
from typing import Any

import yaml

Facts = dict[str, Any]
"""What is said about one parameter or field, by the aspects that `HEAD` explains."""

HEAD = """\
# What the three given documents state. Made from their text by tests/specs/extract.py; compared with the specs by
# test_parity.py. Of each parameter and answer field:
#   type         the document's own word, or the type in its example where it has none
#   in           where the document says a parameter goes
#   optional     marked so, or left out of a request example; anything else is required or one of two
#   instead_of   can be used instead of that parameter
#   needs        can only be used with one of these
#   separator, word   what joins the items of a list, and the word that stands for all of them
#   form         how a date is written
#   directions   which way a list is sorted by each value
#   mentions     what the document names in passing and OpenAPI has no keyword for
"""

ASPECTS = (
    "type", "in", "optional", "nullable", "default", "maximum", "value", "values", "directions", "instead_of", "needs",
    "separator", "word", "form", "mentions", "examples",
)  # fmt: skip
"""The order in which the table has them."""


def table(folder: Path) -> dict[str, Facts]:
    """All facts of the documents in a folder."""
    readers = {"apifonica": apifonica, "infobip": infobip, "voximplant": voximplant}
    return {name: read((folder / f"{name}.txt").read_text(encoding="utf-8")) for name, read in readers.items()}


# --- Voximplant: a page of headings, each parameter on three lines


def voximplant(text: str) -> Facts:
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line == "Parameters"]
    # Between a method's name and its parameters there is prose only, so its name is the nearest line of one word.
    heads = [
        next(at for at in range(start, 0, -1) if re.fullmatch(r"[A-Z]\w+[a-z]\w*", lines[at - 1])) for start in starts
    ]
    names = [lines[at - 1] for at in heads]
    operations: Facts = {}
    for name, (begin, end) in zip(names, itertools.pairwise([*heads, len(lines) + 1]), strict=True):
        section = lines[begin : end - 1]
        given, answered = section.index("Parameters"), section.index("Returns")
        prose = " ".join(section[:given])
        parameters = {
            section[at].removesuffix(":"): _parameter(section[at + 1], section[at + 2], names)
            for at in range(given + 1, answered, 3)
        }
        if needed := re.search(r"specify the (\w+) or (\w+) if you specify the (\w+)", prose):
            parameters[needed[3]]["needs"] = [needed[1], needed[2]]
        operations[name] = {"parameters": parameters, "answer": dict(_returns(section[answered + 1 :]))}
    return {"operations": operations}


def _parameter(kind: str, text: str, methods: list[str]) -> Facts:
    optional, default, said = _found(r"^(Optional)?(?:Defaults on: (true|false|\d+))?(.*)$", text).groups()
    facts: Facts = {"type": kind}
    if optional:
        facts["optional"] = True
    if default:
        facts["default"] = yaml.safe_load(default)
    if other := re.search(r"can be used instead of (\w+)", said):
        facts["instead_of"] = other[1]
    if needed := re.search(r"only if (\w+) or (\w+) is specified", said):
        facts["needs"] = [needed[1], needed[2]]
    if re.search(r"separated by semicolons \(;\)", said):
        facts["separator"] = ";"
    if word := re.search(r"Use the '(\w+)' value", said):
        facts["word"] = word[1]
    if listed := re.search(r"values are (?:possible: |available: )?(.*)", said):
        facts["values"] = re.findall(r"'(\w+)'", listed[1]) or listed[1].split(", ")
    if directed := re.findall(r"'(\w+)' \((ascent|descent) order\)", said):
        facts["directions"] = dict(directed)
    if form := re.search(r"format: (Y.*)", said):
        facts["form"] = form[1]
    if examples := re.search(r"\(example: (.*?), …", said):
        facts["examples"] = examples[1].split(", ")
    if mentioned := [name for name in [*methods, "UTC"] if re.search(rf"\b{name}\b", said)]:
        facts["mentions"] = mentioned
    return facts


def _returns(lines: list[str]) -> Iterator[tuple[str, Facts]]:
    starts = [at for at, line in enumerate(lines) if re.fullmatch(r"\w+:", line)]
    for begin, end in itertools.pairwise([*starts, len(lines)]):
        name, *rest = lines[begin:end]
        facts: Facts = {}
        if rest and re.fullmatch(r"number|\[string\]", rest[0]):
            facts["type"] = rest.pop(0)
        if rest and rest[0].isdigit():
            facts["value"] = int(rest[0])
        yield name.removesuffix(":"), facts


# --- Infobip: Markdown on one long line


def infobip(text: str) -> Facts:
    model_text, *rest = re.split(r"\[block:api-header\] (\{.*?\}) \[/block\]", text)
    model = {name: _infobip_field(kind, said) for name, kind, said in _rows(model_text, 3)}
    sections = [(json.loads(head), body) for head, body in zip(rest[::2], rest[1::2], strict=True)]
    addresses = [re.search(r"``` (https://[^/]+)(/\S+) ```", body) for _, body in sections]
    requests = [_request(body) for _, body in sections]
    # The last operation has no address, only a request example; another operation has the address to the same path.
    templates = {path: address[2] for (_, path, _), address in zip(requests, addresses, strict=True) if address}
    operations: Facts = {}
    for (head, body), (_, path, sent) in zip(sections, requests, strict=True):
        operation: Facts = {"method": head["type"].upper(), "path": templates[path]}
        status = re.search(r"status code `(\d+)", body)
        if status:
            operation["status"] = int(status[1])
        tail = dict(re.findall(r"(\w+)=([^&\s]+)", (re.search(r"``` /\S+\?(\S+) ```", body) or [""])[0]))
        where = {"Path": "path", "Body": "body"}.get((re.search(r"###(\w+) params", body) or ["", ""])[1])
        operation["parameters"] = {
            **{name: {"type": model[name]["type"], "in": "path"} for name in re.findall(r"\{(\w+)\}", templates[path])},
            **{
                name: _infobip_parameter(name, kind, default, said, where, sent, tail)
                for name, kind, default, said in _rows(body, 4)
            },
        }
        answer = re.search(r"Response \[block:code\] (\{.*?\}) \[/block\]", body)
        shown = json.loads(json.loads(answer[1])["codes"][0]["code"]) if answer else None
        operation["answer"] = _infobip_answer(model, shown) if shown else {}
        operation |= {"request": sent} if sent else {}
        operation |= {"response": shown} if shown else {}
        operations[head["title"]] = operation
    server = next(address[1] for address in addresses if address)
    return {"server": server, "authentication": _scheme(text), "operations": operations}


def _rows(text: str, columns: int) -> Iterator[tuple[str, ...]]:
    """The rows of the tables in a text, without their heads."""
    for row in re.findall(rf"(?<=\|)\s?\|(\w[\w.]*\|(?:[^|]+\|){{{columns - 1}}})", text):
        cells = tuple(row.rstrip("|").split("|"))
        if cells[0] not in ("Parameter", "Property name"):
            yield cells


def _request(body: str) -> tuple[str, str, Any]:
    """Method, path and body of a section's first request example."""
    shown = _found(r"Request example \[block:code\] (\{.*?\}) \[/block\]", body)[1]
    head, _, content = json.loads(shown)["codes"][0]["code"].partition("\n\n")
    method, path, _ = head.split(" ", 2)
    return method, path, json.loads(content) if content else None


def _infobip_field(kind: str, said: str) -> Facts:
    facts: Facts = {"type": kind}
    if values := re.findall(r"`([A-Z]+)`", said):
        facts["values"] = values
    if "ISO_3166-1" in said:
        facts["mentions"] = ["ISO 3166-1"]
    return facts


def _infobip_parameter(
    name: str, kind: str, default: str, said: str, where: str | None, sent: Any, tail: dict[str, str]
) -> Facts:
    facts = {**_infobip_field(kind, said), "in": where}
    if name not in (sent or {}):
        facts["optional"] = True
    if default != "-":
        facts["default"] = yaml.safe_load(default)
    if re.search(r"`[A-Z]+,[A-Z]+`", said):
        facts["separator"] = ","
    if name in tail:
        text = tail[name]
        facts["examples"] = [int(text) if kind == "int" else text.split(",") if "separator" in facts else text]
    return facts


def _infobip_answer(model: dict[str, Facts], shown: Facts) -> Facts:
    # The table of the number also has numberCount; the examples show that it stands beside the list.
    number = {name: facts for name, facts in model.items() if name not in shown or "numbers" not in shown}
    if "numbers" not in shown:
        return {name: facts for name, facts in number.items() if name != "numberCount"}
    inner = {f"numbers.{name}": facts for name, facts in number.items()}
    return {"numbers": {"type": _json_type(shown["numbers"])}, **inner, "numberCount": model["numberCount"]}


# --- Apifonica: paragraphs, everything twice


def apifonica(text: str) -> Facts:
    text = text.replace("\xa0", " ")
    address = _found(r"^(https://[^/]+)(/\S+)$", text)
    example = _found(r"^Response example$([\s\S]*?)^Response parameters$", text)[1]
    response = json.loads(re.sub(r",\s*\.\.\.", "", example))
    item: Facts = response["numbers"][0]
    filters = dict(re.findall(r"(\w+)=(\w+)", _found(r"\S+\?type=\S+", text)[0]))
    answered, asked = text.split("\nResponse parameters\n")[1].split("\nFiltering parameters\n")
    answer: Facts = {}
    for name, said in _described(answered).items():
        shown = item[name.partition("/")[2]] if "/" in name else response[name]
        answer[name.replace("/", ".")] = {**_shown(shown), **_apifonica_facts(said)}
    parameters: Facts = {
        name: {"in": "path", **_shown(item["account_sid"])} for name in re.findall(r"\{(\w+)\}", address[2])
    }
    for name, said in _described(asked).items():
        # A filter has the type of the field that it looks at.
        kind = _shown(item.get(name, response.get(name)))
        facts = {**kind, "in": "query", "optional": True, **_apifonica_facts(said)}
        if name in filters:
            facts["examples"] = [yaml.safe_load(filters[name])]
        parameters[name] = facts
    operation = {
        "method": _found(r"make the (\w+) request", text)[1],
        "path": address[2],
        "parameters": parameters,
        "answer": answer,
        "response": response,
    }
    title = _found(r"^Get .*$", text)[0]
    return {"server": address[1], "authentication": _scheme(text), "operations": {title: operation}}


def _described(text: str) -> dict[str, list[str]]:
    """What is said of each name of the table in a section, with the nameless second telling of the same added."""
    first, *second = text.split("\n\nDescription\n\n")[1:]
    told: dict[str, list[str]] = {}
    for paragraph in first.split("\n\n"):
        if re.fullmatch(r"[a-z_/]+", paragraph.strip()):
            told[paragraph.strip()] = []
        else:
            list(told.values())[-1].append(paragraph)
    for again in second:
        opening, *others = again.split("\n\n")
        for said in told.values():
            if said[0] == opening:
                said.extend(others)
    return told


def _apifonica_facts(said: list[str]) -> Facts:
    text = "\n".join(said)
    facts: Facts = {}
    if limits := re.search(r"default and maximum value is (\d+)", text):
        facts |= {"default": int(limits[1]), "maximum": int(limits[1])}
    if listed := re.findall(r"One of the following: (.*)\.", text):
        values = re.split(r", | or ", listed[0])
        for other in listed[1:]:
            values = _union(values, re.split(r",? +or +", other))
        facts["values"] = values
    if modes := re.findall(r"^(\w+) - ", text, re.MULTILINE):
        facts["values"] = list(dict.fromkeys(modes))
    if "null" in text:
        facts["nullable"] = True
    if mentioned := [word for word in ("E.164", "ISO 3166-1", "international") if word in text]:
        facts["mentions"] = mentioned
    return facts


def _union(values: list[str], others: list[str]) -> list[str]:
    """Two lists as one, where the second has lost the separators between its values."""
    joined: list[str] = []
    for text in others:
        while known := next((value for value in values if text.startswith(value) and text != value), None):
            joined.append(known)
            text = text.removeprefix(known)
        joined.append(text)
    assert set(values) <= set(joined), (values, others)
    return joined


def _shown(value: Any) -> Facts:
    return {"nullable": True} if value is None else {"type": _json_type(value)}


def _json_type(value: Any) -> str:
    if isinstance(value, str) and parsedate_tz(value):
        return "rfc2822"
    return {bool: "boolean", int: "integer", str: "string", list: "array"}[type(value)]


# --- for more than one of them


def _scheme(text: str) -> str:
    _found(r"Authorization: Basic|^-u \{", text)
    return "basic"


def _found(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise ValueError(f"nothing like {pattern} in: {text[:200]}")
    return found


# --- the table as a file


class _OneLine(dict[str, Any]):
    """Written in braces."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    _OneLine, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)
)


def as_text(facts: dict[str, Facts]) -> str:
    """The table as YAML, a line for each parameter and field."""

    def one_line(key: str, value: Any) -> Any:
        if key in ("parameters", "answer"):
            return {name: _OneLine(sorted(said.items(), key=_rank)) for name, said in value.items()}
        if isinstance(value, list):
            return [one_line("", held) for held in value]
        if not isinstance(value, dict):
            return value
        if len(value) <= 4 and not any(isinstance(held, dict | list) for held in value.values()):
            return _OneLine(value)
        return {name: one_line(name, held) for name, held in value.items()}

    dumped = yaml.dump(one_line("", facts), Dumper=_Dumper, sort_keys=False, width=104, allow_unicode=True)
    return f"{HEAD}\n{dumped}"


def _rank(said: tuple[str, Any]) -> int:
    return ASPECTS.index(said[0])


if __name__ == "__main__":
    sys.stdout.write(as_text(table(Path(sys.argv[1]))))

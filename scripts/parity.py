"""Do the specs say what the documents state, and nothing else without a mark?"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from scripts.codegen.documents import Document

from . import stated
from .stated import Part, Stated

Facts = dict[str, Any]
"""What the documents state about one thing, by the aspects that the head of `documented.yaml` explains."""

TYPES = {
    "number": "integer",  # all of them are ids and counts; the documents have another word for money
    "int": "integer",
    "bool": "boolean",
    "intlist": "list of integer",
    "stringlist": "list of string",
    "[string]": "list of string",
}
"""The documents' words for types where ours are others."""

WAYS = {"ascent": "Ascending", "descent": "Descending"}


class Difference(NamedTuple):
    """A fact that a document and a spec state differently. None stands for nothing at all."""

    fact: str
    document: Any
    spec: Any
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.fact} is {self.document!r} in the document and {self.spec!r} in the spec"


class Parity:
    """The outcome of a comparison.

    Attributes:
        differences: what does not agree.
        stated: every fact of the documents that was compared, by its name.
        marked: facts that only the specs have, with a provenance.
    """

    def __init__(self, table: dict[str, Facts], documents: Iterable[Document]) -> None:
        self.differences: list[Difference] = []
        self.stated: dict[str, Any] = {}
        self.marked: set[str] = set()
        specs = {document.name: document for document in documents}
        for name in table | specs:
            self._check(name, "there", "there" if name in specs else None, "specs")
            if name in specs:
                self._provider(name, table.get(name, {"operations": {}}), specs[name])

    def _check(self, fact: str, document: Any, spec: Any, place: str) -> bool:
        self.stated[fact] = document
        agreed = bool(document == spec)
        if not agreed:
            self.differences.append(Difference(fact, document, spec, place))
        return agreed

    def _extra(self, fact: str, spec: Any, place: str, mark: object) -> None:
        if mark:
            self.marked.add(fact)
        else:
            self.differences.append(Difference(fact, None, spec, place))

    def _provider(self, name: str, facts: Facts, document: Document) -> None:
        server, root = stated.server(document), document.place(("servers",))
        if "server" in facts:
            self._check(f"{name}.server", facts["server"], "/".join(server.split("/")[:3]), root)
        wanted = facts.get("authentication")
        schemes: dict[str, Facts] = document.data["components"]["securitySchemes"]
        if wanted:
            there = wanted if any(each.get("scheme") == wanted for each in schemes.values()) else None
            self._check(f"{name}.authentication", wanted, there, document.place(("components", "securitySchemes")))
        for key, scheme in schemes.items():
            if scheme.get("scheme") != wanted or not wanted:
                place = document.place(("components", "securitySchemes", key))
                self._extra(f"{name}.authentication.{key}", scheme["type"], place, "x-provenance" in scheme)
        waiting = stated.operations(document)
        for title, said in facts["operations"].items():
            fact = f"{name}.{title}"
            found = next((each for each in waiting if _is(each, title, said)), None)
            if self._check(fact, "there", found and "there", document.place(("paths",))) and found:
                waiting.remove(found)
                self._operation(fact, said, found)
                if "path" not in said:
                    about: Facts = document.data["info"]
                    self._extra(f"{fact}.path", found.path, found.place, "x-provenance" in about)
        for each in waiting:
            self._extra(f"{name}.{each.id}", "there", each.place, each.mark)

    def _operation(self, fact: str, said: Facts, found: Stated) -> None:
        for aspect, spec in {"method": found.method, "path": found.path, "status": found.status}.items():
            if aspect in said:
                self._check(f"{fact}.{aspect}", said[aspect], spec, found.place)
        for aspect, examples in {"request": found.request, "response": found.response}.items():
            if aspect in said:
                self._check(f"{fact}.{aspect}", [said[aspect]], examples, found.place)
        self._groups(fact, said["parameters"], found)
        alternatives = set().union(*found.exactly_one)
        for part, documented, existing in (
            ("parameters", said["parameters"], found.parameters),
            ("answer", said["answer"], found.answer),
        ):
            for name, aspects in documented.items():
                key, spec = f"{fact}.{part}.{name}", existing.get(name)
                if self._check(key, "there", spec and "there", found.place) and spec:
                    self._part(key, aspects, spec)
                    if part == "parameters":
                        optional = aspects.get("optional", name in alternatives)
                        self._check(f"{key}.optional", optional, spec.said["optional"], spec.place)
            for name, extra in existing.items():
                if name not in documented:
                    self._extra(f"{fact}.{part}.{name}", extra.said["type"], extra.place, extra.mark)

    def _groups(self, fact: str, parameters: dict[str, Facts], found: Stated) -> None:
        """Which parameters stand for each other, and which need another one."""
        known: set[frozenset[str]] = set()
        for name, said in parameters.items():
            key = f"{fact}.parameters.{name}"
            if "instead_of" in said:
                pair = frozenset({name, said["instead_of"]})
                known.add(pair)
                rules = {"exactly one": pair in found.exactly_one, "at most one": pair in found.at_most_one}
                spec = next((rule for rule, there in rules.items() if there), None)
                document = "at most one" if "optional" in said else "exactly one"
                self._check(f"{key}.instead_of", document, spec, found.place)
            if "needs" in said:
                self._check(f"{key}.needs", sorted(said["needs"]), sorted(found.needs.get(name, ())), found.place)
        for group in (found.exactly_one | found.at_most_one) - known:
            self._extra(f"{fact}.groups", sorted(group), found.place, None)
        for name in found.needs:
            if "needs" not in parameters.get(name, {}):
                self._extra(f"{fact}.parameters.{name}.needs", sorted(found.needs[name]), found.place, None)

    def _part(self, fact: str, said: Facts, spec: Part) -> None:
        has = spec.said
        if "type" in said:
            kind = "list of string" if said["type"] == "string" and "separator" in said else said["type"]
            kind = has["type"] if kind == "array" and has["type"].startswith("list of ") else TYPES.get(kind, kind)
            self._check(f"{fact}.type", kind, has["type"], spec.place)
        for aspect in ("in", "nullable", "default", "minimum", "maximum", "value", "separator", "word"):
            if aspect in said:
                self._check(f"{fact}.{aspect}", said[aspect], has.get(aspect), spec.place)
            elif aspect in has and aspect != "in":
                self._extra(f"{fact}.{aspect}", has[aspect], spec.place, spec.mark)
        self._values(f"{fact}.values", said.get("values", []), spec)
        for way in WAYS if "directions" in said else ():
            stated_so = [value for value, direction in said["directions"].items() if direction == way]
            listed = re.search(rf"{WAYS[way]}: ([\w, ]+)\.", has["description"])
            self._check(f"{fact}.directions.{way}", stated_so, listed[1].split(", ") if listed else None, spec.place)
        if "form" in said:
            instance = re.sub(r"[A-Za-z]", "1", said["form"])
            fits = re.fullmatch(has.get("pattern", ""), instance)
            self._check(f"{fact}.form", said["form"], said["form"] if fits else has.get("pattern"), spec.place)
        for word in said.get("mentions", []):
            self._check(f"{fact}.mentions.{word}", True, word in has["description"], spec.place)
        if "examples" in said:
            self._check(f"{fact}.examples", said["examples"], has.get("examples"), spec.place)

    def _values(self, fact: str, said: list[Any], spec: Part) -> None:
        """Each allowed value is a fact."""
        values: list[Any] = spec.said.get("values", [])
        for value in said:
            self._check(f"{fact}.{value}", "there", "there" if value in values else None, spec.place)
        for value, place in zip(values, spec.values_places, strict=True):
            if value not in said:
                self._extra(f"{fact}.{value}", "there", place, spec.values_mark or spec.mark)


def _is(operation: Stated, title: str, said: Facts) -> bool:
    """Voximplant's document names methods as we do; the others give a verb and a path."""
    if "method" not in said:
        return operation.id == title
    return (operation.method, operation.path) == (said["method"], said["path"].rstrip("/"))


class Outcome(NamedTuple):
    """What is left after `specs/differences.yaml`."""

    unexplained: list[Difference]
    stale: list[str]


def explained(parity: Parity, entries: list[Facts]) -> Outcome:
    """Match differences with the entries that explain them.

    An entry with `spec` explains that a spec departs from the document. One with `newer` records that a newer source
    does, and that the spec holds to the document.
    """
    left = list(parity.differences)
    stale: list[str] = []
    for entry in entries:
        for fact in entry["facts"]:
            if "newer" in entry:
                operation = fact.partition(".parameters.")[0]
                holds = parity.stated.get(fact) == entry["document"] and fact not in parity.marked
                applies = holds and operation in parity.stated and all(each.fact != fact for each in left)
            else:
                fitting = [each for each in left if each[:3] == (fact, entry["document"], entry["spec"])]
                applies = len(fitting) == 1
                left = [each for each in left if each not in fitting]
            if not applies:
                stale.append(fact)
    return Outcome(left, stale)

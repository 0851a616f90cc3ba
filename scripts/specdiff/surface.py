"""What users of Python see, read from the source without running it, and what differs between two of its states.

griffe reads the source, generated and written by hand, and says what breaks. It knows nothing of attrs' fields, of
types, and of what is new, so arguments, results, fields and values are compared one by one as well.
"""

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import griffe

from .changes import EXISTENCE, NAME, REQUIRED, TYPE, Finding, Group, Place, Severity
from .specs import Renames

PUBLIC = (
    "numberline.errors",
    "numberline.inventory.adapters.Status",
    "numberline.inventory.bind",
    "numberline.inventory.capabilities",
    "numberline.inventory.inventory",
    "numberline.inventory.purchase",
    "numberline.inventory.reports",
    "numberline.inventory.values",
    "numberline.journal",
    "numberline.report",
    "numberline.snapshot",
    "numberline.spark.NumberlineDataSource",
    "numberline.tables",
    "numberline._runtime.operation.Budget",
    "numberline._runtime.client.AsyncClient",
    "numberline._runtime.client.BaseClient.drift_report",
    "numberline._runtime.client.BaseClient.from_env",
    "numberline._runtime.client.BaseClient.options",
    "numberline._runtime.client.Client",
    "numberline._runtime.clock.Clock",
    "numberline._runtime.drift.DriftReport",
    "numberline._runtime.drift.Finding",
    "numberline.lists.join",
    "numberline._runtime.asynchronous.AsyncPages",
    "numberline._runtime.operation.Cursor",
    "numberline._runtime.operation.Numbered",
    "numberline._runtime.operation.Offset",
    "numberline.pagination.Pages",
    "numberline._runtime.reconcile.Reconciled",
    "numberline._runtime.records.OpenEnum",
    "numberline._runtime.records.Page",
    "numberline._runtime.records.Record",
    "numberline._runtime.config.Settings",
    "numberline.testing.ManualClock",
    "numberline.testing.connect",
)
"""What is written by hand for users, beside the providers' modules. Everything else may change in any release."""

GENERATED = "numberline_generated"


class Fact(NamedTuple):
    """What the source says of one place.

    Attributes:
        kind: method, argument, class, field or value.
        types: the alternatives of its annotation; a class's bases.
        required: whether it has to be given.
        at: file and line.
        intro: the first sentence about it.
        name: the Python name of a value, which its place has as it is on the wire.
    """

    kind: str
    types: frozenset[str]
    required: bool
    at: str
    intro: str = ""
    name: str = ""


Facts = dict[Place, Fact]


class Surface:
    """What the source under a project's folder offers. Each part is read when it is first asked for.

    Attributes:
        providers: the names of the providers' modules.
    """

    def __init__(self, root: Path) -> None:
        self._by_hand = root / "overlays/numberline"
        self._generated = root / "generated" / GENERATED
        self.providers = sorted(path.parent.name for path in self._generated.glob("*/operations.py"))
        self._modules: dict[str, list[Any]] = {}

    @cached_property
    def package(self) -> Any:
        """What is written by hand, as griffe read it."""
        loader = griffe.GriffeLoader(search_paths=[self._by_hand.parent], allow_inspection=False)
        package = loader.load(self._by_hand.name)
        loader.resolve_aliases(implicit=False, external=False)
        return package

    def modules(self, provider: str) -> list[Any]:
        """The records and the methods of one provider, as griffe read them."""
        if provider not in self._modules:
            paths = [self._generated / provider / f"{name}.py" for name in ("models", "operations")]
            self._modules[provider] = [
                griffe.visit(f"{GENERATED}.{provider}.{path.stem}", path, path.read_text(encoding="utf-8"))
                for path in paths
                if path.exists()
            ]
        return self._modules[provider]

    def is_same(self, other: "Surface", provider: str = "") -> bool:
        """Whether one provider's source, or what is written by hand, is the same to the byte."""
        return self._source(provider) == other._source(provider)

    def _source(self, provider: str) -> dict[str, bytes]:
        folder = self._generated / provider if provider else self._by_hand
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}

    def generated(self, provider: str) -> Facts:
        """The methods, records and enums of one provider."""
        found: Facts = {}
        if provider not in self.providers:
            return found
        models, operations = self.modules(provider)
        for colour in ("AsyncOperations", "Operations"):  # the same but for what they return
            for method in _public(operations[colour]):
                found |= _function(Place(provider, method.name), method)
        for record in _public(models):
            if record.is_class:
                place = Place(provider, record.name)
                found[place] = Fact("class", frozenset(map(str, record.bases)), False, _at(record))
                for field in _public(record):
                    found |= _attribute(place, field)
        return found

    @cached_property
    def by_hand(self) -> Facts:
        """What is written by hand for users, by its dotted path."""
        found: Facts = {}
        for path, item in self._items.items():
            place = Place("", path)
            if item.is_function:
                found |= _function(place, item)
            else:
                found |= _class(place, item, is_made=path.rpartition(".")[0] in self._made)
        return found

    @cached_property
    def _made(self) -> list[str]:
        """Modules with classes that users make instances of; the arguments for that count too."""
        return ["numberline_sandbox", *(f"numberline.{provider}" for provider in self.providers)]

    @cached_property
    def _items(self) -> dict[str, Any]:
        """Classes and functions written by hand, by the path that users know."""
        found: dict[str, Any] = {}
        for path in (*PUBLIC, *self._made):
            try:
                item = self.package[path.removeprefix("numberline.")]
            except KeyError:
                continue  # not there in this revision
            if item.is_module:
                held = [each for each in item.members.values() if not each.name.startswith("_") and _is_of(item, each)]
                found |= {f"{path}.{each.name}": each for each in held if each.is_class or each.is_function}
            else:
                found[path] = item
        return found

    def place(self, item: Any) -> Place | None:
        """Where users find something; None if they don't look there."""
        path = str(item.canonical_path)
        if path.startswith(f"{GENERATED}."):
            _, provider, module, *rest = path.split(".")
            if module == "operations" and rest[:1] in (["Operations"], ["AsyncOperations"]) and len(rest) > 1:
                return Place(provider, rest[1])
            if module == "models" and rest:
                return Place(provider, rest[0], _member(item) if len(rest) > 1 else "")
            return None
        for public, held in self._items.items():
            canonical = held.canonical_path
            if path == canonical or path.startswith(f"{canonical}."):
                path = public + path.removeprefix(canonical)
                owner, _, name = path.rpartition(".")
                return Place("", owner, name) if item.is_attribute else Place("", path)
        return None


def _public(holder: Any) -> list[Any]:
    return [each for name, each in holder.members.items() if not name.startswith("_") and not each.is_alias]


def _is_of(module: Any, item: Any) -> bool:
    """Whether a module hands a class out as its own, and does not merely use it."""
    return item.name in module.exports if module.exports else not item.is_alias


def _class(place: Place, item: Any, *, is_made: bool) -> Facts:
    bases = frozenset(map(str, item.bases))
    found = {place: Fact("class", bases, False, _at(item), _intro(item))}
    methods = {member.name: member for member in _public(item) if member.is_function}
    if is_made and "__init__" in item.all_members:
        methods["__init__"] = item.all_members["__init__"]
    for name, method in methods.items():
        found |= _function(place._replace(owner=f"{place.owner}.{name}"), method)
    for member in _public(item):
        # The keys of a TypedDict are keyword arguments.
        settings = "TypedDict" in bases
        found |= _attribute(place, member, kind="argument" if settings else "field", optional=settings)
    return found


def _function(place: Place, function: Any) -> Facts:
    found = {place: Fact("method", _types(function.returns), False, _at(function), _intro(function))}
    for parameter in function.parameters:
        if parameter.name not in ("self", "cls"):
            here = place._replace(member=parameter.name)
            found[here] = _valued("argument", parameter.annotation, parameter.default, _at(function))
    return found


def _attribute(place: Place, item: Any, *, kind: str = "field", optional: bool = False) -> Facts:
    if not item.is_attribute:
        return {}
    here = place._replace(member=_member(item))
    if _is_value(item):
        return {here: Fact("value", frozenset(), False, _at(item), name=item.name)}
    fact = _valued(kind, item.annotation, item.value, _at(item))
    return {here: fact._replace(required=fact.required and not optional, intro=_intro(item))}


def _member(item: Any) -> str:
    """A field by its name, a value of an enum by what it is on the wire."""
    return str(ast.literal_eval(str(item.value))) if _is_value(item) else str(item.name)


def _is_value(item: Any) -> bool:
    return item.annotation is None and item.parent.is_class and "OpenEnum" in map(str, item.parent.bases)


def _valued(kind: str, annotation: Any, default: Any, at: str) -> Fact:
    """An argument or a field. Where it may be left out, None says no more than that."""
    types = _types(annotation)
    return Fact(kind, types, True, at) if default is None else Fact(kind, types - {"None"}, False, at)


def _intro(item: Any) -> str:
    words = " ".join(item.docstring.value.split()) if item.docstring else ""
    return words.partition(". ")[0].removesuffix(".")


def _at(item: Any) -> str:
    parts = Path(item.filepath).parts
    start = max((at for at, part in enumerate(parts) if part in ("overlays", "generated")), default=0)
    return f"{'/'.join(parts[start:])}:{item.lineno or 1}"


_WORDS = re.compile(r"(\w+)")
_PLAIN = {"str", "int", "bool", "float", "bytes", "None", "Decimal", "date", "datetime"}


def _types(annotation: Any) -> frozenset[str]:
    """The alternatives of an annotation. The literals that stand beside an enum are its values and go with it."""
    if annotation is None:
        return frozenset()
    parsed = ast.parse(str(annotation), mode="eval").body
    if isinstance(parsed, ast.Constant) and isinstance(parsed.value, str):
        parsed = ast.parse(parsed.value, mode="eval").body
    return frozenset(_alternatives(parsed))


def _alternatives(annotation: ast.expr) -> list[str]:
    operands = list(_operands(annotation))
    has_enum = any(isinstance(each, ast.Name) and each.id not in _PLAIN for each in operands)
    found: list[str] = []
    for each in operands:
        if not isinstance(each, ast.Subscript):
            found.append(ast.unparse(each))
            continue
        called, inner = ast.unparse(each.value), each.slice.elts if isinstance(each.slice, ast.Tuple) else [each.slice]
        if called != "Literal":
            found.append(f"{called}[{', '.join(' | '.join(_alternatives(one)) for one in inner)}]")
        elif not has_enum:
            found += [f"Literal[{ast.unparse(value)}]" for value in inner]
    return found


def _operands(annotation: ast.expr) -> Iterator[ast.expr]:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        yield from _operands(annotation.left)
        yield from _operands(annotation.right)
    else:
        yield annotation


def findings(old: Facts, new: Facts, renames: Renames | None, title: str) -> Iterator[Finding]:
    """What differs between two states of one provider's methods and records, or of what is written by hand."""
    before = {
        renames(place) if renames else place: _with_new_names(place, fact, renames) for place, fact in old.items()
    }
    for place, fact in before.items():
        if place not in old and place in new and renames and renames.old(place):
            yield Finding(place, NAME, python=Severity.MAJOR, at=fact.at)
    for place, fact in new.items():
        name = _name(place, fact, title)
        earlier = before.get(place)
        if earlier is None:
            breaks = fact.kind == "argument" and fact.required
            rated = Severity.MAJOR if breaks else Severity.MINOR
            group = Group.CHANGED if breaks else Group.ADDED
            text = f"{name}: {fact.intro}." if fact.intro else f"{name}."
            text = f"{name} has to be given." if breaks else text
            yield Finding(place, EXISTENCE, text, python=rated, group=group, at=fact.at)
            continue
        found = Finding(place, REQUIRED, python=Severity.MAJOR, at=fact.at)
        if fact.required != earlier.required:
            looser = earlier.required and fact.kind == "argument"
            text = f"{name} {'is required' if fact.required else 'may be left out'}."
            yield found._replace(text=text, python=Severity.MINOR if looser else Severity.MAJOR)
        if fact.types != earlier.types:
            text = _retyped(name, fact.kind, earlier.types, fact.types)
            yield found._replace(aspect=TYPE, text=text, python=_rated(fact.kind, earlier.types, fact.types))
    for place, fact in before.items():
        if place not in new:
            text = f"{_name(place, fact, title)}."
            yield Finding(place, EXISTENCE, text, python=Severity.MAJOR, group=Group.REMOVED, at=fact.at)


def _with_new_names(place: Place, fact: Fact, renames: Renames | None) -> Fact:
    """A fact of old, with the classes in its types by their new names."""
    names = renames.classes(place.provider) if renames else {}
    types = ("".join(names.get(word, word) for word in _WORDS.split(each)) for each in fact.types)
    return fact._replace(types=frozenset(types))


def _name(place: Place, fact: Fact, title: str) -> str:
    if fact.kind not in ("method", "argument"):
        return f"`{'.'.join(filter(None, place._replace(member=fact.name or place.member)))}`"
    call = "" if place.owner.rpartition(".")[2][:1].isupper() else "()"
    holder = f"`{title}.{place.owner}{call}`" if place.provider else f"`{place.owner.removesuffix('.__init__')}{call}`"
    return f"`{place.member}` of {holder}" if place.member else holder


def _retyped(name: str, kind: str, old: frozenset[str], new: frozenset[str]) -> str:
    verb = {"argument": "takes", "method": "gives", "class": "is a kind of"}.get(kind, "is")
    now, before = (" | ".join(sorted(types)) or "object" for types in (new, old))
    return f"{name} {verb} `{now}` instead of `{before}`."


def _rated(kind: str, old: frozenset[str], new: frozenset[str]) -> Severity:
    """An argument may take more, a result may be less; anything else breaks somebody's code."""
    compatible = old < new if kind == "argument" else new < old
    return Severity.MINOR if compatible and old and new else Severity.MAJOR


_ASPECTS = {
    griffe.BreakageKind.PARAMETER_REMOVED: EXISTENCE,
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: EXISTENCE,
    griffe.BreakageKind.OBJECT_REMOVED: EXISTENCE,
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: REQUIRED,
    griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: "default",
}
"""What griffe finds, in our words; everything else is about a type."""


def breakages(old: Surface, new: Surface, provider: str, renames: Renames | None) -> Iterator[Finding]:
    """What griffe calls breaking, where users see it: in one provider's source, or in what is written by hand."""
    pairs = zip(old.modules(provider), new.modules(provider), strict=True) if provider else [(old.package, new.package)]
    for breakage in (each for pair in pairs for each in griffe.find_breaking_changes(*pair)):
        gone = breakage.kind is griffe.BreakageKind.OBJECT_REMOVED
        place = (old if gone else new).place(breakage.obj)
        if place is None:
            continue
        values = (breakage.old_value, breakage.new_value)
        parameter = next((each for each in values if isinstance(each, griffe.Parameter)), None)
        if parameter is not None:
            place = place._replace(member=parameter.name)
        aspect = _ASPECTS.get(breakage.kind, TYPE)
        if renames:
            place, renamed = renames.follow(place)
            aspect = NAME if renamed and aspect == EXISTENCE else aspect
        rated = Severity.MINOR if aspect == "default" else Severity.MAJOR
        group = Group.REMOVED if aspect == EXISTENCE and breakage.new_value is None else Group.CHANGED
        text = f"`{'.'.join(filter(None, place))}`: {breakage.kind.value}."
        yield Finding(place, aspect, text, python=rated, group=group, at=_at(breakage.obj))

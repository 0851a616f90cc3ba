"""What the differences between two states of a spec mean for the wire, and the words for them.

Redocly rates most of what it can see; rated here is what it is blind to: defaults, alternatives, and everything that
the extensions say.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .changes import EXISTENCE, NAME, REQUIRED, Finding, Group, Place, Severity
from .specs import Fact, Pair, attribute

NONE, PATCH, MINOR, MAJOR = Severity

RISKY = ("charge", "release")
"""Operation classes whose requests are never sent twice."""


def findings(pair: Pair, classes: set[str]) -> Iterator[Finding]:
    """What differs. `classes` are those that Python users have; the others are the wire's alone."""
    before, after, title = pair.before, pair.after, pair.title
    for place in [*before, *(each for each in after if each not in before)]:
        fact = after.get(place) or before[place]
        absorbed = PATCH if place.owner in classes else NONE
        python = absorbed if fact.kind in ("class", "field", "member", "value", "response") else None
        name = title if not place.owner else _name(place, fact.kind, title)
        if place not in after or place not in before:
            found = _existence(place, fact, name, is_new=place in after)
            yield found._replace(python=python if found.python is None else found.python)
            continue
        was = pair.renames.old(place)
        if was is not None:
            rated = PATCH if fact.kind == "class" else MAJOR
            yield Finding(place, NAME, _renamed(was, place, fact, title), rated, python, at=fact.at)
        for aspect, value in fact.said.items():
            earlier = before[place].said.get(aspect)
            if value != earlier:
                found = _difference(place, fact.kind, aspect, name, earlier, value)
                yield found._replace(python=python if found.python is None else found.python, at=fact.at)


def _name(place: Place, kind: str, title: str) -> str:
    if kind in ("method", "argument"):
        return f"`{title}.{place.owner}()`"
    if kind == "code":
        return f"{title}'s error code {place.member}"
    if kind == "response":
        return f"{title}'s response {place.member}"
    return f"`{'.'.join(filter(None, place))}`"


def _existence(place: Place, fact: Fact, name: str, *, is_new: bool) -> Finding:
    intro = f": {fact.intro}" if fact.intro else ""
    group = Group.ADDED if is_new else Group.REMOVED
    wire = MINOR if is_new else MAJOR
    text = f"{name}{intro}." if is_new else f"{name}."
    if fact.kind == "value":
        text = ""  # Python knows its name
    elif fact.kind == "argument":
        text = f"{name} takes `{place.member}`{intro}." if is_new else f"{name} no longer takes `{place.member}`."
        if is_new and fact.said[REQUIRED] is True:
            text, wire, group = f"{name} needs `{place.member}`{intro}.", MAJOR, Group.CHANGED
    elif fact.kind == "member" and is_new and fact.said[REQUIRED]:
        text, wire, group = f"{name} has to be given{intro}.", MAJOR, Group.CHANGED
    elif fact.kind == "code":
        text = f"{name} counts as {fact.said['kind']}." if is_new else f"{name} has no meaning of its own any more."
        return Finding(place, EXISTENCE, text, PATCH, MINOR if is_new else MAJOR, group, fact.at)
    elif fact.kind == "class":
        wire = PATCH  # nothing on the wire by itself; what uses it tells
    return Finding(place, EXISTENCE, text, wire, group=group, at=fact.at)


def _renamed(was: Place, place: Place, fact: Fact, title: str) -> str:
    if fact.kind == "argument":
        return f"`{title}.{place.owner}()` takes `{place.member}` where it took `{was.member}`."
    return f"{_name(was, fact.kind, title)} is called {_name(place, fact.kind, title)}."


class _Changed(NamedTuple):
    """One aspect that changed: of what kind of thing, how to call it, and its two states."""

    kind: str
    name: str
    what: str
    member: str
    old: Any
    new: Any


def _difference(place: Place, kind: str, aspect: str, name: str, old: Any, new: Any) -> Finding:
    """What one aspect's change takes; types and the like are rated by Redocly and by the Python surface."""
    what = f"`{place.member}` of {name}" if kind == "argument" else name
    found = Finding(place, aspect, wire=PATCH)
    if aspect in PLAIN:
        text, wire, python = PLAIN[aspect]
        return found._replace(text=text.format(name=name, what=what, old=old, new=new), wire=wire, python=python)
    changed = _Changed(kind, name, what, place.member, old, new)
    return found._replace(**RATED[aspect](changed)) if aspect in RATED else found


PLAIN: dict[str, tuple[str, Severity, Severity | None]] = {
    "pattern": ("{what} has another form.", PATCH, None),
    "where": ("{what} is sent in the {new}, not in the {old}.", MAJOR, PATCH),
    "http": ("{name} sends {new}, not {old}.", MAJOR, PATCH),
    "kind": ("{name} counts as {new}, not as {old}, and raises that error.", PATCH, MAJOR),
    "forms": ("{name}'s errors are recognised in another form.", PATCH, MINOR),
    "server": ("{name} is asked at {new}, not at {old}.", MAJOR, PATCH),
    "security": ("{name} takes other ways to sign in.", PATCH, None),
}
"""Aspects whose change is always rated alike: the words for it, and what it takes on the wire and in Python."""

Rating = dict[str, Any]
"""Members of a `Finding`."""


def _type(it: _Changed) -> Rating:
    if it.kind == "method":
        return {"text": f"{it.name} returns another part of the response.", "python": MAJOR}
    rated = MAJOR if _classes(it.old) != _classes(it.new) else PATCH
    return {"text": f"{it.what} is {it.new} on the wire, not {it.old}.", "wire": rated}


def _words(_: _Changed) -> Rating:
    return {"python": PATCH, "group": None}


def _default(it: _Changed) -> Rating:
    said = "no default is known any more" if it.new is None else f"the provider takes {it.new!r}"
    instead = f", not {it.old!r}" if it.old is not None and it.new is not None else ""
    return {"text": f"{it.what} left out: {said}{instead}.", "wire": MINOR, "python": MINOR}


def _limits(it: _Changed) -> Rating:
    units = [unit for unit in it.new if it.new[unit] != it.old[unit]]
    text = " and ".join(f"{_range(it.new[unit], unit)}, not {_range(it.old[unit], unit)}" for unit in units)
    is_sent = it.kind in ("argument", "member")
    rated = max(_narrowing(it.old[unit], it.new[unit]) for unit in units) if is_sent else PATCH
    return {"text": f"{it.what} may {'be' if '' in units else 'have'} {text}.", "wire": rated, "python": rated}


def _separator(it: _Changed) -> Rating:
    text = f"{it.what} is joined by {_quoted(it.new)}, not {_quoted(it.old)}."
    return {"text": text, "wire": MAJOR, "python": PATCH}


def _required(it: _Changed) -> Rating:
    """What has to be given. A text is the client's setting that is taken otherwise, which the wire knows nothing of."""
    if it.kind == "argument" and isinstance(it.new, str):
        text = f"{it.name} takes `{it.member}` from the client's `{it.new}` when it is left out."
        return {"text": text, "python": MAJOR if isinstance(it.old, str) else MINOR}
    rated = MAJOR if it.new else MINOR
    if it.kind == "argument":
        text = f"{it.name} {'needs' if it.new else 'can do without'} `{it.member}`."
        return {"text": text, "wire": PATCH if isinstance(it.old, str) else rated}
    if it.kind == "member":
        return {"text": f"{it.name} {'has to be given' if it.new else 'may be left out'}.", "wire": rated}
    return {"text": f"{it.name} {'is always there' if it.new else 'may be missing'}."}


def _deprecated(it: _Changed) -> Rating:
    text = f"{it.what} is {'deprecated' if it.new else 'no longer deprecated'}."
    return {"text": text, "wire": MINOR, "python": MINOR, "group": Group.DEPRECATED if it.new else Group.CHANGED}


def _alternatives(it: _Changed) -> Rating:
    rated = MAJOR if set(it.new) - set(it.old) else MINOR
    return {"text": f"{it.what} {_variants(it.old, it.new)}.", "wire": rated}


def _responses(it: _Changed) -> Rating:
    """Failures are read by `x-errors`, whatever their schema, so those are the wire's concern alone."""
    old, new = it.old, it.new
    statuses = [each for each in [*old, *(each for each in new if each not in old)] if old.get(each) != new.get(each)]
    said = [_response(each, old.get(each), new.get(each)) for each in statuses]
    gained = any(set(new.get(each, [])) - set(old[each]) for each in statuses if each in old)
    successes = any(each.startswith("2") for each in statuses)
    text = f"{it.name}: {'; '.join(said)}."
    return {"text": text, "wire": MAJOR if gained else MINOR, "python": PATCH if successes else NONE}


def _class(it: _Changed) -> Rating:
    return {"text": _class_text(it.name, it.old, it.new), "python": _class_severity(it.old, it.new)}


def _pages(it: _Changed) -> Rating:
    return {"text": f"{it.name} {_paging(it.old, it.new)}.", "python": _paging_severity(it.old, it.new)}


def _rules(it: _Changed) -> Rating:
    stricter = bool(it.new - it.old)
    rules = ", ".join(sorted(it.new - it.old or it.old - it.new))
    rated = MAJOR if stricter else MINOR
    text = f"{it.name} {'asks for' if stricter else 'no longer asks for'} {rules}."
    return {"text": text, "wire": rated, "python": rated}


def _rate_limit(it: _Changed) -> Rating:
    return {"text": f"{it.name} keeps to {_pace(it.new)}, where it kept to {_pace(it.old)}.", "python": PATCH}


RATED: dict[str, Callable[[_Changed], Rating]] = {
    "type": _type,
    "words": _words,
    "default": _default,
    "limits": _limits,
    "separator": _separator,
    "required": _required,
    "deprecated": _deprecated,
    "alternatives": _alternatives,
    "responses": _responses,
    "class": _class,
    "paging": _pages,
    "rules": _rules,
    "rate limit": _rate_limit,
}
"""Aspects whose change is rated by what it is."""


def _classes(kind: str) -> set[str]:
    return {word for word in kind.split() if word[0].isupper()}


def _narrowing(old: list[Any], new: list[Any]) -> Severity:
    """Narrower limits refuse calls that worked."""
    low, high = old
    lower, higher = new
    narrower = (lower is not None and (low is None or lower > low)) or (
        higher is not None and (high is None or higher < high)
    )
    return MAJOR if narrower else MINOR


def _range(limits: list[Any], unit: str) -> str:
    low, high = limits
    if low is None:
        return f"any number{' of' if unit else ''}{unit}" if high is None else f"{high}{unit} at most"
    return f"{low}{unit} or more" if high is None else f"{low} to {high}{unit}"


def _quoted(separator: str | None) -> str:
    return f"`{separator}`" if separator else "nothing"


def _variants(old: list[str], new: list[str]) -> str:
    gained, lost = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    said = [f"may be {' or '.join(gained)}" if gained else "", f"is never {' or '.join(lost)}" if lost else ""]
    return " and ".join(filter(None, said)) or "has its alternatives in another order"


def _response(status: str, old: list[str] | None, new: list[str] | None) -> str:
    if old is None or new is None:
        return f"responses with {status} are {'not known any more' if new is None else 'known'}"
    return f"its response {status} {_variants(old, new)}"


def _class_severity(old: str, new: str) -> Severity:
    return MAJOR if (old in RISKY) != (new in RISKY) else PATCH


def _class_text(name: str, old: str, new: str) -> str:
    if (old in RISKY) == (new in RISKY):
        return f"{name} is in the class {new}, not {old}."
    if new in RISKY:
        return (
            f"{name} is in the class {new}: when its response is lost it raises `OutcomeUnknown` and is not sent again."
        )
    return (
        f"{name} is in the class {new}: when its response is lost it is sent again instead of raising `OutcomeUnknown`."
    )


def _paging_severity(old: dict[str, Any], new: dict[str, Any]) -> Severity:
    """What a call gives back is the surface's concern; `.total()` is in no signature."""
    if "total" in old and "total" not in new:
        return MAJOR
    return MINOR if "total" in new and "total" not in old else PATCH


def _paging(old: dict[str, Any], new: dict[str, Any]) -> str:
    if not old or not new:
        return "is a listing of pages" if new else "is no longer a listing of pages"
    changed = [role for role in [*new, *(each for each in old if each not in new)] if old.get(role) != new.get(role)]
    said = [_paging_role(role, old.get(role), new.get(role)) for role in changed if role in ("key", "total")]
    others = [f"{role} {new[role]}" for role in changed if role not in ("key", "total") and role in new]
    if others:
        said.insert(0, f"goes from page to page by other means ({', '.join(others)})")
    return " and ".join(said)


def _paging_role(role: str, old: Any, new: Any) -> str:
    if role == "key":
        return f"tells records apart by `{attribute(new)}`, not by `{attribute(old)}`"
    if old is None or new is None:
        return "knows the `total()`" if new else "does not know the `total()` any more"
    return f"reads the `total()` from {new}, not {old}"


def _pace(limit: dict[str, Any] | None) -> str:
    if limit is None:
        return "no limit"
    burst = f" with {limit['burst']} at once" if "burst" in limit else ""
    return f"{limit['requests']} in {limit['seconds']} s{burst}"

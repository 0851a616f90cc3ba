"""What the differences between two states of a spec mean for the wire, and the words for them.

Redocly rates most of what it can see; rated here is what it is blind to: defaults, alternatives, and everything that
the extensions say.
"""

from collections.abc import Iterator
from typing import Any

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
        return f"{title}'s answer {place.member}"
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


def _difference(place: Place, kind: str, aspect: str, name: str, old: Any, new: Any) -> Finding:
    """What one aspect's change takes; types and the like are rated by Redocly and by the Python surface."""
    what = f"`{place.member}` of {name}" if kind == "argument" else name
    found = Finding(place, aspect, wire=PATCH)
    match aspect:
        case "type" if kind == "method":
            return found._replace(text=f"{name} gives another part of the answer.", python=MAJOR)
        case "type":
            rated = MAJOR if _classes(old) != _classes(new) else PATCH
            return found._replace(text=f"{what} is {new} on the wire, not {old}.", wire=rated)
        case "words":
            return found._replace(python=PATCH, group=None)
        case "default":
            return found._replace(text=f"{what} {_default(old, new)}.", wire=MINOR, python=MINOR)
        case "limits":
            units = [unit for unit in new if new[unit] != old[unit]]
            text = " and ".join(f"{_range(new[unit], unit)}, not {_range(old[unit], unit)}" for unit in units)
            rated = max(_limits(old[unit], new[unit]) for unit in units) if kind in ("argument", "member") else PATCH
            return found._replace(
                text=f"{what} may {'be' if '' in units else 'have'} {text}.", wire=rated, python=rated
            )
        case "pattern":
            return found._replace(text=f"{what} has another form.")
        case "separator":
            return found._replace(
                text=f"{what} is joined by {_quoted(new)}, not {_quoted(old)}.", wire=MAJOR, python=PATCH
            )
        case "where":
            return found._replace(text=f"{what} is sent in the {new}, not in the {old}.", wire=MAJOR, python=PATCH)
        case "required":
            if kind == "argument":
                return _required(found, name, old, new)
            if kind == "member":
                text = f"{name} {'has to be given' if new else 'may be left out'}."
                return found._replace(text=text, wire=MAJOR if new else MINOR)
            return found._replace(text=f"{name} {'is always there' if new else 'may be missing'}.")
        case "deprecated":
            text = f"{what} is deprecated." if new else f"{what} is no longer deprecated."
            group = Group.DEPRECATED if new else Group.CHANGED
            return found._replace(text=text, wire=MINOR, python=MINOR, group=group)
        case "alternatives":
            return found._replace(text=f"{what} {_variants(old, new)}.", wire=MAJOR if set(new) - set(old) else MINOR)
        case "answers":
            return _answers_differ(found, name, old, new)
        case "http":
            return found._replace(text=f"{name} sends {new}, not {old}.", wire=MAJOR, python=PATCH)
        case "class":
            return found._replace(text=_class_text(name, old, new), python=_class_severity(old, new))
        case "paging":
            return found._replace(text=f"{name} {_paging(old, new)}.", python=_paging_severity(old, new))
        case "rules":
            stricter = bool(new - old)
            rules = ", ".join(sorted(new - old or old - new))
            text = f"{name} {'asks for' if stricter else 'no longer asks for'} {rules}."
            rated = MAJOR if stricter else MINOR
            return found._replace(text=text, wire=rated, python=rated)
        case "rate limit":
            return found._replace(text=f"{name} keeps to {_pace(new)}, where it kept to {_pace(old)}.", python=PATCH)
        case "kind":
            return found._replace(text=f"{name} counts as {new}, not as {old}, and raises that error.", python=MAJOR)
        case "forms":
            return found._replace(text=f"{name}'s errors are recognised in another form.", python=MINOR)
        case "server":
            return found._replace(text=f"{name} is asked at {new}, not at {old}.", wire=MAJOR, python=PATCH)
        case "security":
            return found._replace(text=f"{name} takes other ways to sign in.")
        case _:
            return found


def _classes(kind: str) -> set[str]:
    return {word for word in kind.split() if word[0].isupper()}


def _required(found: Finding, name: str, old: bool | str, new: bool | str) -> Finding:
    """What has to be given. A text is the client's setting that is taken otherwise, which the wire knows nothing of."""
    argument = found.place.member
    if isinstance(new, str):
        text = f"{name} takes `{argument}` from the client's `{new}` when it is left out."
        return found._replace(text=text, python=MAJOR if isinstance(old, str) else MINOR)
    text = f"{name} needs `{argument}`." if new else f"{name} can do without `{argument}`."
    return found._replace(text=text, wire=PATCH if isinstance(old, str) else MAJOR if new else MINOR)


def _default(old: Any, new: Any) -> str:
    said = "no default is known any more" if new is None else f"the provider takes {new!r}"
    return f"left out: {said}" + (f", not {old!r}" if old is not None and new is not None else "")


def _limits(old: list[Any], new: list[Any]) -> Severity:
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


def _answers_differ(found: Finding, name: str, old: dict[str, list[str]], new: dict[str, list[str]]) -> Finding:
    """Answers of failures are read by `x-errors`, whatever their schema, so those are the wire's concern alone."""
    statuses = [each for each in [*old, *(each for each in new if each not in old)] if old.get(each) != new.get(each)]
    said = [_answer(each, old.get(each), new.get(each)) for each in statuses]
    gained = any(set(new.get(each, [])) - set(old[each]) for each in statuses if each in old)
    successes = any(each.startswith("2") for each in statuses)
    text = f"{name}: {'; '.join(said)}."
    return found._replace(text=text, wire=MAJOR if gained else MINOR, python=PATCH if successes else NONE)


def _answer(status: str, old: list[str] | None, new: list[str] | None) -> str:
    if old is None or new is None:
        return f"answers with {status} are {'not known any more' if new is None else 'known'}"
    return f"its answer {status} {_variants(old, new)}"


def _class_severity(old: str, new: str) -> Severity:
    return MAJOR if (old in RISKY) != (new in RISKY) else PATCH


def _class_text(name: str, old: str, new: str) -> str:
    if (old in RISKY) == (new in RISKY):
        return f"{name} is in the class {new}, not {old}."
    if new in RISKY:
        return (
            f"{name} is in the class {new}: when its answer is lost it raises `OutcomeUnknown` and is not sent again."
        )
    return (
        f"{name} is in the class {new}: when its answer is lost it is sent again instead of raising `OutcomeUnknown`."
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

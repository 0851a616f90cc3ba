"""Was it done? Looks at what an account owns after a purchase or a release of unknown outcome.

The clients say where to look (`_reconciliation`). Nothing here buys or releases anything.
"""

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ..errors import InvalidArgument, NotFound, OutcomeUnknown
from .operation import Provider, Request
from .records import Page, Record
from .walk import Walk

CLOCKS_APART = timedelta(minutes=5)
"""How far this machine's clock and the provider's may be apart."""

Questions = Generator[Request[Page[Any]], Page[Any], "Reconciled"]


class Reconcile(NamedTuple):
    """How to find out whether a purchase or a release was carried out. All names
    are the wire's, but for fields of records, which are attributes.

    Attributes:
        look: the method that lists what is owned.
        match: argument of the operation -> field of a record that holds the same.
        where: parameters of `look`: a text, or `$` and the argument whose value it takes.
        how_many: the argument that says how many, where things are not named one by one.
        since: the field that says since when something is owned.
        same: argument -> field of a record, for telling a counted purchase from others.
        gone: fields that are true once something was released but is still listed.
        offer: the method that lists what can be bought, where what is owned may have another key.
        separator: what stands between the items of an argument that is a list.
        keyword: what stands for all items.
    """

    look: str
    match: Mapping[str, str]
    where: Mapping[str, str] = {}
    how_many: str | None = None
    since: str | None = None
    same: Mapping[str, str] = {}
    gone: tuple[str, ...] = ()
    offer: str | None = None
    separator: str | None = None
    keyword: str | None = None

    def items(self, text: str) -> set[str]:
        """What an argument of `match` names."""
        return set(text.split(self.separator)) if self.separator else {text}


class Reconciled(NamedTuple):
    """What looking has shown.

    Attributes:
        done: True if it was carried out, False if not, None if that can't be told.
        records: what is owned of that which was to be bought or released.
        why: what the verdict rests on, for people.
    """

    done: bool | None
    records: list[Record]
    why: str


def inquiry(provider: Provider, reconciliation: Mapping[str, Reconcile], unknown: OutcomeUnknown) -> Questions:
    """The requests to ask, one by one, and the verdict.

    Raises:
        InvalidArgument: if the error is not of this provider, or its operation has nothing to reconcile.
    """
    operation = provider.operations.get(unknown.operation or "")
    how = reconciliation.get(unknown.operation or "")
    if unknown.provider != provider.name or operation is None or how is None:
        raise InvalidArgument(
            f"this is about {unknown.provider} {unknown.operation}, which {provider.name} can't look up",
            parameter="unknown",
        )
    named = next((argument for argument in how.match if argument in unknown.arguments), None)
    if operation.operation_class == "release":
        return (yield from _released(provider, how, unknown, named))
    if named is not None:
        return (yield from _bought(provider, how, unknown, named))
    return (yield from _counted(provider, how, unknown))


def _bought(provider: Provider, how: Reconcile, unknown: OutcomeUnknown, named: str) -> Questions:
    wanted = how.items(unknown.arguments[named])
    field = how.match[named]
    owned = yield from _listed(provider, how, unknown)
    found = [record for record in owned if _said(record, field) in wanted]
    if how.since is not None:
        before = [record for record in found if _is_before(record, how.since, unknown.sent_at - CLOCKS_APART)]
        if before and len(before) == len(found) == len(wanted):
            return Reconciled(False, found, "all of it was owned before this purchase was sent")
        found = [record for record in found if record not in before]
    if len(found) == len(wanted):
        return Reconciled(True, found, f"all {len(wanted)} are owned")
    if found:
        return Reconciled(None, found, f"{len(found)} of {len(wanted)} are owned")
    if how.offer is None:
        return Reconciled(False, [], "nothing of it is owned, as of now")
    offered = yield from _pages(Request(provider.operations[how.offer]))
    if any(_said(record, field) in wanted for record in offered):
        return Reconciled(False, [], "it is not owned and still on offer, as of now")
    return Reconciled(
        None,
        [],
        f"no owned number has this {field} and it is no longer on offer: somebody else has it, or it is "
        f"owned under another {field}",
    )


def _counted(provider: Provider, how: Reconcile, unknown: OutcomeUnknown) -> Questions:
    asked = int(unknown.arguments[how.how_many or ""])
    since = how.since or ""
    owned = yield from _listed(provider, how, unknown)
    alike = [
        record
        for record in owned
        if all(
            _said(record, field) == unknown.arguments[argument]
            for argument, field in how.same.items()
            if argument in unknown.arguments and getattr(record, field) is not None
        )
        and not _is_before(record, since, unknown.sent_at - CLOCKS_APART)
    ]
    after = [record for record in alike if not _is_before(record, since, unknown.sent_at.replace(microsecond=0))]
    if not alike:
        return Reconciled(False, [], "nothing like it was bought since, as of now")
    if len(after) == len(alike) == asked:
        return Reconciled(True, after, f"exactly {asked} like it were bought since")
    return Reconciled(
        None,
        alike,
        f"{len(alike)} like it were bought about then or since, {asked} were asked for: which of them belong to this "
        "purchase can't be told",
    )


def _released(provider: Provider, how: Reconcile, unknown: OutcomeUnknown, named: str | None) -> Questions:
    text = unknown.arguments[named] if named is not None else ""
    field = how.match[named] if named is not None else ""
    wanted = how.items(text)
    owned = yield from _listed(provider, how, unknown)
    everything = text == how.keyword
    still = [
        record
        for record in owned
        if (everything or _said(record, field) in wanted)
        and not any(getattr(record, flag) is True for flag in how.gone)
    ]
    if not still:
        return Reconciled(True, [], "none of it is owned any more")
    if not everything and len(still) == len(wanted):
        return Reconciled(False, still, "all of it is still owned, as of now")
    return Reconciled(None, still, f"{len(still)} are still owned")


def _listed(
    provider: Provider, how: Reconcile, unknown: OutcomeUnknown
) -> Generator[Request[Page[Any]], Page[Any], list[Any]]:
    look = provider.operations[how.look]
    filters: dict[str, str] = {}
    for parameter, value in how.where.items():
        taken = unknown.arguments.get(value[1:]) if value.startswith("$") else value
        if taken is not None and taken != how.keyword:
            filters[parameter] = taken

    def asked(filters: dict[str, str]) -> Request[Any]:
        return Request(look, body=filters) if look.body else Request(look, query=filters)

    try:
        return (yield from _pages(asked(filters)))
    except NotFound:
        # The provider refuses a filter by something that is not owned, and that may be one of several.
        named = {f"${argument}" for argument in how.match}
        return (yield from _pages(asked({key: taken for key, taken in filters.items() if how.where[key] not in named})))


def _pages(request: Request[Any]) -> Generator[Request[Page[Any]], Page[Any], list[Any]]:
    """All records of a listing."""
    walk = Walk(request)
    found: list[Any] = []
    following: Request[Any] | None = request
    while following is not None:
        page = yield following
        found += walk.take(following, page) or []
        following = walk.following(following, page)
    return found


def _is_before(record: Any, field: str, moment: datetime) -> bool:
    since = getattr(record, field)
    return since is not None and since < moment


def _said(record: Any, field: str) -> str:
    """What a field holds, as an argument says the same."""
    value = getattr(record, field)
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Apifonica, embedded: a list of rented numbers, which nothing changes."""

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid3

from pydantic import BaseModel

from numberline.moments import write_rfc2822
from numberline_generated.wire import apifonica as wire

from .messages import Reply
from .provider import Call, Credentials, Provider, Refusal, World
from .spec import Misfit
from .stock import PLACES, Codes, Item, Place, Stock

_VIRTUAL = "international"
_ZONE = timezone(timedelta(hours=3))  # the documented moments have this offset


def _sid(kind: str, name: object) -> str:
    return f"{kind}{uuid3(NAMESPACE_URL, f'numberline/sandbox/{name}')}"


ACCOUNT_SID = _sid("acc", "account")
AUTH_TOKEN = _sid("aut", "token")


class Rented(NamedTuple):
    """A number of the account, and the cursor that leads to it, which stands for the place that it came to."""

    place: int
    cursor: str
    record: wire.RentedNumber


class Apifonica(Provider):
    """One account's numbers. Here, too, some are of the country that doesn't exist, as virtual numbers."""

    name = "apifonica"
    example = "list_rented_numbers(messaging=True)"
    sign_ins: ClassVar[list[Credentials]] = [{"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}]

    def __init__(self, world: World) -> None:
        super().__init__(world)
        documented = self.spec.example("listRentedNumbers", "documented", wire.RentedNumbersPage).numbers[0]
        first = documented.model_copy(update={"number_sid": self._number_sid(0), "account_sid": ACCOUNT_SID})
        spare = 100  # for `shift`
        stock = Stock(dict.fromkeys(PLACES, ()), max(world.owned - 1, 0) + spare, world.chance("apifonica"))
        made_up = [self._record(at, item) for at, item in enumerate(stock.spread(world.owned - 1), 1)]
        cursors = Codes(f"{world.seed}/cursor", 24)
        records = [first, *made_up] if world.owned else []
        self._rented = [Rented(at, cursors.write(at), record) for at, record in enumerate(records)]
        self._cursors = cursors
        self._written = len(records)
        self._stock = stock

    @property
    def handlers(self) -> Mapping[str, Callable[[Call], BaseModel | Reply | None]]:
        return {"listRentedNumbers": self._list}

    def sign_in(self, call: Call) -> Call:
        pair = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        scheme, _, given = call.inquiry.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or given.strip() != pair:
            raise Refusal("Unauthorized", "The account or its token is wrong", status=401)
        if call.path["accountSID"] != ACCOUNT_SID:
            status = self.behaviour.foreign_account
            raise Refusal("Not found", "There is no such account for these credentials", status=status)
        return call

    def misfit(self, misfit: Misfit) -> Refusal:
        status = {"too large": 413, "no path": 404, "no method": 405}.get(misfit.why, 400)
        return Refusal(misfit.why.capitalize(), misfit.text, status=status, parameter=misfit.parameter)

    def refused(self, refusal: Refusal) -> wire.Failure:
        return wire.Failure(status_code=refusal.status, error_text=refusal.text)

    def _list(self, call: Call) -> wire.RentedNumbersPage:
        capped = self.behaviour.oversized_page == "capped"
        asked = call.operation.read(call.pairs, wire.ListRentedNumbersParametersQuery, capped=capped)
        found = [rented for rented in self._rented if self._wanted(asked, rented.record)]
        start = self._start(asked.next, found) if asked.next else 0
        end = start + asked.limit
        before = max(0, start - asked.limit)
        return wire.RentedNumbersPage(
            limit=asked.limit,
            prev=self._link(call, found[before].cursor if before else None) if start else None,
            next=self._link(call, found[end].cursor) if end < len(found) else None,
            numbers=[rented.record for rented in found[start:end]],
        )

    def _wanted(self, asked: wire.ListRentedNumbersParametersQuery, record: wire.RentedNumber) -> bool:
        name, wanted_name = (record.country_name or "").casefold(), (asked.country_name or "").casefold()
        return (
            (asked.number is None or record.number == self.digits(asked.number))
            and (asked.country_code is None or (record.country_code or "").lower() == asked.country_code.lower())
            and (not wanted_name or wanted_name == name or (self.behaviour.names_in_part and wanted_name in name))
            and (asked.type is None or record.type == asked.type)
            and (asked.voice is None or record.voice == asked.voice)
            and (asked.messaging is None or record.messaging == asked.messaging)
        )

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if not inward:
            self._rented = self._rented[1:]
            return
        for item in self._stock.spread(1):  # what is rented comes last
            place, self._written = self._written, self._written + 1
            self._rented.append(Rented(place, self._cursors.write(place), self._record(place, item)))

    def _start(self, cursor: str, found: list[Rented]) -> int:
        """Where a page begins: at the number that the cursor stands for, or where it would be.

        Raises:
            Misfit: if it is no cursor of ours.
        """
        place = self._cursors.read(cursor)
        if place is None or place >= self._written:
            raise Misfit("value", "next is not from a link", "next")
        return sum(rented.place < place for rented in found)

    def _link(self, call: Call, cursor: str | None) -> str:
        """An absolute link to the page that begins at `cursor`, on the host that was asked."""
        kept = [pair for pair in call.pairs if pair[0] != "next"] if self.behaviour.links_keep_filters else []
        query = urlencode([*kept, *([("next", cursor)] if cursor else [])])
        host = call.inquiry.headers.get("host", "localhost")
        path = call.inquiry.target.partition("?")[0]
        return f"{call.inquiry.scheme}://{host}{path}" + (f"?{query}" if query else "")

    def _record(self, at: int, item: Item) -> wire.RentedNumber:
        place = item.place
        virtual = place.country == "XX"
        is_sip = virtual and at % 2 == 0
        rented = self.world.now().astimezone(_ZONE) - timedelta(days=10 + 11 * at, minutes=7 * at)
        own_application = at % 3 == 0
        return wire.RentedNumber(
            number_sid=self._number_sid(at),
            account_sid=ACCOUNT_SID,
            number=item.number,
            token=_sid("aut", f"{self.world.seed}/{at}") if is_sip else None,
            country_code=_VIRTUAL if virtual else place.country,
            country_name=_VIRTUAL if virtual else place.country_name,
            type=wire.NumberType.sip if is_sip else _kind(place),
            call_controller=f"https://app{at}.example/calls" if at % 4 == 1 else "",
            call_method="POST" if at % 8 == 1 else "GET",
            msg_controller=f"https://app{at}.example/messages" if at % 4 == 2 else "",
            msg_method="GET",
            msg_app_sid=_sid("app", f"{self.world.seed}/{at}") if own_application else "default_msg_app_sid",
            call_app_sid="default_call_app_sid",
            endpoint_sid=_sid("end", f"{self.world.seed}/{at}") if at % 7 == 0 else None,
            created=write_rfc2822(rented),
            updated=write_rfc2822(rented + timedelta(hours=at)),
            voice=at % 5 != 0,
            messaging=at % 2 == 0 or at % 5 == 0,
            mode=wire.NumberMode.sip_phone if is_sip else _mode(at),
            name=f"NumberPool_{at % 3 + 1}",
        )

    def _number_sid(self, at: int) -> str:
        return _sid("num", f"{self.world.seed}/{at}")


def _kind(place: Place) -> wire.NumberType:
    return wire.NumberType.mobile if place.kind == "mobile" else wire.NumberType.local


def _mode(at: int) -> wire.NumberMode:
    return wire.NumberMode.end_point if at % 7 == 0 else wire.NumberMode.xml

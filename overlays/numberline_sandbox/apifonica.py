"""Apifonica, embedded: a list of rented numbers, which nothing changes."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import reduce
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid3

from pydantic import BaseModel

from numberline._runtime.timestamps import write_rfc2822
from numberline_generated.wire import apifonica as wire

from .http.messages import Response
from .masks import among, both, page
from .provider import ApiError, Call, Credentials, Environment, Provider
from .rows import Rows
from .spec import BadRequest
from .stock import PLACES, Codes, Place, Stock

_VIRTUAL = "international"
_NOWHERE = "XX"
_DOCUMENTED = Place("GB", "United Kingdom", "", "")
_SPARE = 100  # numbers that nobody has, for `shift`
_ZONE = timezone(timedelta(hours=3))  # the documented moments have this offset


def _sid(kind: str, name: object) -> str:
    return f"{kind}{uuid3(NAMESPACE_URL, f'numberline/sandbox/{name}')}"


ACCOUNT_SID = _sid("acc", "account")
AUTH_TOKEN = _sid("aut", "token")


class Apifonica(Provider):
    """One account's numbers. Here, too, some are of the country that doesn't exist, as virtual numbers."""

    name = "apifonica"
    example = "list_rented_numbers(messaging=True)"
    sign_ins: ClassVar[list[Credentials]] = [{"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        documented = self.spec.example("listRentedNumbers", "documented", wire.RentedNumbersPage).numbers[0]
        self._documented = documented.model_copy(update={"number_sid": self._number_sid(0), "account_sid": ACCOUNT_SID})
        places: dict[Place, Sequence[str]] = {**dict.fromkeys(PLACES, ()), _DOCUMENTED: [documented.number]}
        made_up = max(environment.owned - 1, 0)
        self._stock = Stock(places, made_up + _SPARE + 1, environment.chance("apifonica"))
        self._cursors = Codes(f"{environment.seed}/cursor", 24)
        self._rows = Rows(self._stock, {"created": "q"})  # seconds
        first = self._stock.find(documented.number)
        if environment.owned and first:
            self._rows.add(first)
            self._rows.fill(made_up)
        self._rows.put("created", self._rented_at(range(len(self._rows))))
        self._rows.touched = bytearray(len(self._rows))

    @property
    def handlers(self) -> Mapping[str, Callable[[Call], BaseModel | Response | None]]:
        return {"listRentedNumbers": self._list}

    def sign_in(self, call: Call) -> Call:
        pair = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        scheme, _, given = call.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or given.strip() != pair:
            raise ApiError("Unauthorized", "The account or its token is wrong", status=401)
        if call.path["accountSID"] != ACCOUNT_SID:
            status = self.behaviour.foreign_account
            raise ApiError("Not found", "There is no such account for these credentials", status=status)
        return call

    def api_error(self, bad_request: BadRequest) -> ApiError:
        status = {"too large": 413, "no path": 404, "no method": 405}.get(bad_request.why, 400)
        return ApiError(bad_request.why.capitalize(), bad_request.text, status=status, parameter=bad_request.parameter)

    def error_body(self, error: ApiError) -> wire.Failure:
        return wire.Failure(status_code=error.status, error_text=error.text)

    def _list(self, call: Call) -> wire.RentedNumbersPage:
        capped = self.behaviour.oversized_page == "capped"
        asked = call.operation.read(call.pairs, wire.ListRentedNumbersParametersQuery, capped=capped)
        mask = self._wanted(asked)
        start = self._start(asked.next, mask) if asked.next else 0
        *found, following = [*page(mask, start, asked.limit + 1)[0], *[None] * (asked.limit + 1)][: asked.limit + 1]
        return wire.RentedNumbersPage(
            limit=asked.limit,
            prev=self._link(call, self._before(mask, start - asked.limit)) if start else None,
            next=self._link(call, following) if following is not None else None,
            numbers=[self._record(place) for place in found if place is not None],
        )

    def _wanted(self, asked: wire.ListRentedNumbersParametersQuery) -> bytes:
        """Mask of the numbers that a list is asked for, by all filters together."""
        shelves = {n for n, place in enumerate(self._stock.shelves) if self._lies_in(place, asked)}
        masks = [bytes(self._rows.here), among(self._rows.shelves, shelves)]
        if asked.number is not None:
            masks.append(self._rows.matching(self.digits(asked.number), self.behaviour.own_number_filter))
        if asked.type is not None:
            kinds = {n for n, place in enumerate(self._stock.shelves) if _kind(place) == asked.type}
            virtual = {n for n, place in enumerate(self._stock.shelves) if place.country == _NOWHERE}
            sip = both(among(self._rows.shelves, virtual), self._every(_is_even))
            masks.append(
                sip if asked.type == wire.NumberType.sip else both(among(self._rows.shelves, kinds), among(sip, {0}))
            )
        for wanted, has in ((asked.voice, _has_voice), (asked.messaging, _has_messaging)):
            if wanted is not None:
                masks.append(self._every(has) if wanted else among(self._every(has), {0}))
        return reduce(both, masks)

    def _lies_in(self, place: Place, asked: wire.ListRentedNumbersParametersQuery) -> bool:
        code, name = map(self.folded, _country(place))
        wanted = self.folded(asked.country_name or "")
        return (asked.country_code is None or code == self.folded(asked.country_code)) and (
            not wanted or wanted == name or (self.behaviour.names_in_part and wanted in name)
        )

    def _every(self, wanted: Callable[[int], bool]) -> bytes:
        """Mask of the numbers whose last digit of how many came before makes the difference."""
        count = len(self._rows)
        return (bytes(map(wanted, range(10))) * (count // 10 + 1))[:count]

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if not inward:
            self._rows.shift(inward=False, of=bytes(self._rows.here))
        elif self._rows.fill(1):  # what is rented comes last
            self._rows.put("created", self._rented_at([len(self._rows) - 1]))
            self._rows.touched[-1] = 1

    def process_renewals(self) -> None:
        """Nothing here shows a price or the day of a renewal, so none is drawn."""

    def state(self) -> dict[str, Any]:
        return {"stock": self._stock.state(), "rows": self._rows.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        self._stock.restore(state["stock"])
        self._rows.restore(state["rows"])

    def _start(self, cursor: str, mask: bytes) -> int:
        """How many come before a page: it begins at the number that the cursor stands for, or where that would be.

        Raises:
            BadRequest: if it is no cursor of ours.
        """
        row_id = self._cursors.read(cursor)
        if row_id is None or row_id >= len(self._rows):
            raise BadRequest("value", "next is not from a link", "next")
        return mask.count(1, 0, row_id)

    def _before(self, mask: bytes, start: int) -> int | None:
        """Where a page begins, or None for the first one."""
        return page(mask, start, 1)[0][0] if start > 0 else None

    def cursor(self, place: int) -> str:
        """What leads to the page that begins with a number."""
        return self._cursors.write(place)

    def _link(self, call: Call, first: int | None) -> str:
        """An absolute link to the page that begins with a number, on the host that was asked."""
        kept = [pair for pair in call.pairs if pair[0] != "next"] if self.behaviour.links_keep_filters else []
        query = urlencode([*kept, *([] if first is None else [("next", self.cursor(first))])])
        host = call.request.headers.get("host", "localhost")
        path = call.request.target.partition("?")[0]
        return f"{call.request.scheme}://{host}{path}" + (f"?{query}" if query else "")

    def _record(self, at: int) -> wire.RentedNumber:
        item = self._rows.item(at)
        if item.place == _DOCUMENTED:
            return self._documented
        country_code, country_name = _country(item.place)
        is_sip = item.place.country == _NOWHERE and _is_even(at)
        rented = datetime.fromtimestamp(self._rows.columns["created"][at], _ZONE)
        return wire.RentedNumber(
            number_sid=self._number_sid(at),
            account_sid=ACCOUNT_SID,
            number=item.number,
            token=_sid("aut", f"{self.environment.seed}/{at}") if is_sip else None,
            country_code=country_code,
            country_name=country_name,
            type=wire.NumberType.sip if is_sip else _kind(item.place),
            call_controller=f"https://app{at}.example/calls" if at % 4 == 1 else "",
            call_method="POST" if at % 8 == 1 else "GET",
            msg_controller=f"https://app{at}.example/messages" if at % 4 == 2 else "",
            msg_method="GET",
            msg_app_sid=_sid("app", f"{self.environment.seed}/{at}") if at % 3 == 0 else "default_msg_app_sid",
            call_app_sid="default_call_app_sid",
            endpoint_sid=_sid("end", f"{self.environment.seed}/{at}") if at % 7 == 0 else None,
            created=write_rfc2822(rented),
            updated=write_rfc2822(rented + timedelta(hours=at)),
            voice=_has_voice(at),
            messaging=_has_messaging(at),
            mode=wire.NumberMode.sip_phone if is_sip else _mode(at),
            name=f"NumberPool_{at % 3 + 1}",
        )

    def _rented_at(self, places: Iterable[int]) -> list[int]:
        """When the numbers after so many others were rented."""
        now = int(self.environment.now().timestamp())
        return [now - 86400 * (10 + 11 * at % 5500) - 420 * at for at in places]

    def _number_sid(self, at: int) -> str:
        return _sid("num", f"{self.environment.seed}/{at}")


def _country(place: Place) -> tuple[str, str]:
    """The code and the name of a place's country."""
    return (_VIRTUAL, _VIRTUAL) if place.country == _NOWHERE else (place.country, place.country_name)


def _is_even(at: int) -> bool:
    return at % 2 == 0


def _has_voice(at: int) -> bool:
    return at % 5 != 0


def _has_messaging(at: int) -> bool:
    return at % 2 == 0 or at % 5 == 0


def _kind(place: Place) -> wire.NumberType:
    return wire.NumberType.mobile if place.kind == "mobile" else wire.NumberType.local


def _mode(at: int) -> wire.NumberMode:
    return wire.NumberMode.end_point if at % 7 == 0 else wire.NumberMode.xml

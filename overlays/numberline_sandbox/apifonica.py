"""Apifonica, embedded: a list of rented numbers, which nothing changes. What its document leaves open is decided so:

- A number is found by the whole of it. Links repeat the filters and the page size.
- Another account's path is not found (404) rather than forbidden.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid3

from numberline._runtime.timestamp_formats import write_rfc2822
from numberline_generated.wire import apifonica as wire

from .numbers import REGIONS, TOLL_FREE, TOLL_FREE_NUMBERS, Number, OpaqueIds, Region, SavedNumber, Stock
from .provider import ApiError, Call, Credentials, Environment, Provider, digits
from .spec import BadRequest

_VIRTUAL = "international"
_NOWHERE = "XX"
_DOCUMENTED = Region("GB", "United Kingdom", "", "")
_SPARE = 100  # numbers that nobody has, for `shift`
_PRICES = {"local": "1.86", "mobile": "2.5", "toll_free": "5", "sip": "0.5"}  # the first is the vendor's sample
_ZONE = timezone(timedelta(hours=3))  # the documented moments have this offset


def _sid(kind: str, name: object) -> str:
    return f"{kind}{uuid3(NAMESPACE_URL, f'numberline/sandbox/{name}')}"


ACCOUNT_SID = _sid("acc", "account")
AUTH_TOKEN = _sid("aut", "token")


@dataclass(slots=True, eq=False)
class RentedNumber:
    """A number of the account.

    Attributes:
        at: how many numbers were rented before. It decides about what is made up.
        created: when it was rented.
    """

    number: SavedNumber
    at: int
    created: datetime

    @property
    def country(self) -> tuple[str, str]:
        """Code and name."""
        region = self.number.region
        return (_VIRTUAL, _VIRTUAL) if region.country == _NOWHERE else (region.country, region.country_name)

    @property
    def type(self) -> wire.NumberType:
        if self.number.region.country == _NOWHERE and self.at % 2 == 0:
            return wire.NumberType.sip
        return wire.NumberType(self.number.region.kind)

    @property
    def voice(self) -> bool:
        return self.at % 5 != 0

    @property
    def messaging(self) -> bool:
        return self.at % 2 == 0 or self.at % 5 == 0


class Apifonica(Provider):
    """One account's numbers. Here, too, some are of the country that doesn't exist, as virtual numbers."""

    name = "apifonica"
    example = "list_rented_numbers(messaging=True)"
    sign_ins: ClassVar[list[Credentials]] = [{"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}]
    saved: ClassVar[dict[str, Any]] = {"_next": int, "_rented": list[RentedNumber]}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        documented = self.spec.records("listRentedNumbers", "documented", wire.RentedNumber)[0]
        self._documented = documented.model_copy(
            update={"number_sid": self._made_up("num", 0), "account_sid": ACCOUNT_SID}
        )
        given: dict[Region, Sequence[str]] = dict.fromkeys(REGIONS, ())
        given |= {_DOCUMENTED: [documented.number], TOLL_FREE: TOLL_FREE_NUMBERS}
        self._stock = Stock(given, environment.owned + _SPARE, environment.chance("apifonica"))
        self._cursors = OpaqueIds(f"{environment.seed}/cursor", 24)
        self._rented: list[RentedNumber] = []
        first = list(map(self._stock.known, (documented.number, *TOLL_FREE_NUMBERS)))[: environment.owned]
        self._next = 0
        for number in (*first, *self._stock.spread(environment.owned - len(first))):
            self._rent(number)

    def authenticate(self, call: Call) -> Call:
        pair = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        scheme, _, given = call.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or given.strip() != pair:
            raise ApiError("Unauthorized", "The account or its token is wrong", status=401)
        if call.path["accountSID"] != ACCOUNT_SID:
            raise ApiError("Not found", "There is no such account for these credentials", status=404)
        return call

    def api_error(self, bad_request: BadRequest) -> ApiError:
        why = bad_request.why.capitalize()
        return ApiError(why, bad_request.text, status=bad_request.status, parameter=bad_request.parameter)

    def error_body(self, error: ApiError) -> wire.Failure:
        return wire.Failure(status_code=error.status, error_text=error.text)

    def list_number_costs(self, call: Call) -> wire.NumberCostsPage:
        listed = self.list_rented_numbers(call)
        page = listed.model_dump(exclude={"numbers"})
        return wire.NumberCostsPage(account_sid=ACCOUNT_SID, numbers=list(map(_cost, listed.numbers)), **page)

    def list_rented_numbers(self, call: Call) -> wire.RentedNumbersPage:
        capped = self.behaviour.oversized_page == "capped"
        asked = call.operation.read(call.pairs, wire.ListRentedNumbersParametersQuery, capped=capped)
        found = [rented for rented in self._rented if _fits(rented, asked)]
        start = self._start(asked.next, found) if asked.next else 0
        page, following = found[start:][: asked.limit], found[start + asked.limit :][:1]
        before = start - asked.limit
        return wire.RentedNumbersPage(
            limit=asked.limit,
            prev=self._link(call, found[before:][:1] if before > 0 else []) if start else None,
            next=self._link(call, following) if following else None,
            numbers=list(map(self._record, page)),
        )

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if inward:
            for number in self._stock.spread(1):  # what is rented comes last
                self._rent(number)
        else:
            for rented in self._rented[:1]:
                self._rented.remove(rented)
                rented.number.on_offer = True

    def process_renewals(self) -> None:
        """Do nothing: no price and no day of a renewal is shown here, so none is drawn."""

    def _rent(self, number: Number) -> None:
        number.on_offer = False
        age = timedelta(days=10 + 11 * self._next % 5500, seconds=420 * self._next)
        self._rented.append(RentedNumber(number, self._next, self.environment.now() - age))
        self._next += 1

    def _start(self, cursor: str, found: Sequence[RentedNumber]) -> int:
        """Return where a page begins: at the number that the cursor stands for, or where that would be.

        Raises:
            BadRequest: if it is no cursor of ours.
        """
        at = self._cursors.decode(cursor)
        if at is None or at >= self._next:
            raise BadRequest("value", "next is not from a link", "next")
        return sum(1 for rented in found if rented.at < at)

    def _link(self, call: Call, first: Sequence[RentedNumber]) -> str:
        """Return an absolute link to the page that begins with a number, or to the first page, on the host that was
        asked."""
        kept = [pair for pair in call.pairs if pair[0] != "next"]
        query = urlencode([*kept, *(("next", self._cursors.encode(rented.at)) for rented in first)])
        host = call.request.headers.get("host", "localhost")
        path = call.request.target.partition("?")[0]
        return f"{call.request.scheme}://{host}{path}" + (f"?{query}" if query else "")

    def _record(self, rented: RentedNumber) -> wire.RentedNumber:
        at = rented.at
        if rented.number.region == _DOCUMENTED:
            return self._documented
        country_code, country_name = rented.country
        is_sip = rented.type == wire.NumberType.sip
        created = rented.created.astimezone(_ZONE)
        now = {
            "number_sid": self._made_up("num", at),
            "number": rented.number.number,
            "token": self._made_up("aut", at) if is_sip else None,
            "country_code": country_code,
            "country_name": country_name,
            "type": rented.type,
            "call_controller": f"https://app{at}.example/calls" if at % 4 == 1 else "",
            "call_method": "POST" if at % 8 == 1 else "GET",
            "msg_controller": f"https://app{at}.example/messages" if at % 4 == 2 else "",
            "msg_app_sid": self._made_up("app", at) if at % 3 == 0 else "default_msg_app_sid",
            "endpoint_sid": self._made_up("end", at) if at % 7 == 0 else None,
            "created": write_rfc2822(created),
            "updated": write_rfc2822(created + timedelta(hours=at)),
            "voice": rented.voice,
            "messaging": rented.messaging,
            "mode": "sip_phone" if is_sip else "end_point" if at % 7 == 0 else "xml",
            "name": f"NumberPool_{at % 3 + 1}",
        }
        return self._documented.model_copy(update=now)

    def _made_up(self, kind: str, at: int) -> str:
        return _sid(kind, f"{self.environment.seed}/{at}")


def _fits(rented: RentedNumber, asked: wire.ListRentedNumbersParametersQuery) -> bool:
    """Return whether a number passes all filters."""
    code, name = rented.country
    return (
        (asked.number is None or rented.number.number == digits(asked.number))
        and (asked.country_code is None or asked.country_code.casefold() == code.casefold())
        and (asked.country_name is None or asked.country_name.casefold() == name.casefold())
        and asked.type in (None, rented.type)
        and asked.voice in (None, rented.voice)
        and asked.messaging in (None, rented.messaging)
    )


def _cost(rented: wire.RentedNumber) -> wire.NumberCost:
    kind = rented.type.value if isinstance(rented.type, wire.NumberType) else ""
    price = Decimal(_PRICES.get(kind, _PRICES["local"]))
    costs: dict[str, Any] = {"monthly_price": price, "setup_price": price, "currency": "eur"}
    shared = rented.model_dump(include=set(wire.NumberCost.model_fields))
    return wire.NumberCost(billing_day=int((rented.created or "").split(" ")[1]), **shared, **costs)

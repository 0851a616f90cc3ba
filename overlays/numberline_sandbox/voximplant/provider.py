"""Voximplant, embedded."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel

from numberline_generated.wire import voximplant as wire

from ..http.messages import Request, Response
from ..masks import both, page
from ..provider import ApiError, Call, Credentials, Environment, Provider
from ..spec import BadRequest
from ..stock import Item, Shelf, window
from .catalogue import CATEGORIES, Catalogue, is_listed
from .numbers import Numbers
from .renewals import Renewals
from .search import Search
from .tokens import Reason, ServiceAccount, TokenRefused

M = TypeVar("M", bound=BaseModel)

ACCOUNT_ID = 1
ACCOUNT_NAME = "sandbox"
ACCOUNT_EMAIL = "sandbox@numberline.invalid"
API_KEY = "sandbox-api-key"
CHILD_ACCOUNT_IDS: tuple[int, ...] = (1001, 1002)
CHILD_API_KEY = "sandbox-api-key-{}"  # with the child's id in it
CHILD_NUMBERS = 3  # each child account's

_ACCOUNT = {"account_id": str(ACCOUNT_ID), "account_name": ACCOUNT_NAME, "account_email": ACCOUNT_EMAIL}
_API_KEYS = {ACCOUNT_ID: API_KEY, **{child: CHILD_API_KEY.format(child) for child in CHILD_ACCOUNT_IDS}}
_TOKEN_CODES: dict[Reason, str] = {
    "format": "INVALID_TOKEN_FORMAT",
    "key": "INVALID_KEY_ID",
    "signature": "AUTHORIZATION_FAILED",
    "future": "TOKEN_ISSUED_IN_FUTURE",
    "lifetime": "INVALID_TOKEN_TTL",
    "expired": "TOKEN_EXPIRED",
}


class Voximplant(Provider):
    """An account with two children, a stock, applications to bind numbers to, and balances."""

    name = "voximplant"
    example = "get_phone_numbers(order_by='phone_price')"
    sign_ins: ClassVar[list[Credentials]] = [{"account_id": ACCOUNT_ID, "api_key": API_KEY}]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.service_account = ServiceAccount({"account_id": ACCOUNT_ID, "account_email": ACCOUNT_EMAIL})
        self._balances: dict[int, Decimal] = dict.fromkeys((ACCOUNT_ID, *CHILD_ACCOUNT_IDS), environment.balance)
        size = environment.numbers + environment.owned + CHILD_NUMBERS * len(CHILD_ACCOUNT_IDS)
        self._catalogue = Catalogue(environment, self.spec, size)
        self._numbers = Numbers(environment, self._catalogue, self.digits)
        self._search = Search(self._numbers, environment.behaviour)
        self._renewals = Renewals(environment, self._numbers)
        self._numbers.start(ACCOUNT_ID, environment.owned, self._catalogue.owned)
        for child in CHILD_ACCOUNT_IDS:
            self._numbers.start(child, CHILD_NUMBERS)

    @property
    def balances(self) -> dict[int, Decimal]:
        """The money of each account now, which may be changed."""
        self.process_renewals()
        return self._balances

    @property
    def handlers(self) -> Mapping[str, Callable[[Call], BaseModel | Response | None]]:
        return {
            "AttachPhoneNumber": self._attach,
            "BindPhoneNumberToApplication": self._bind,
            "DeactivatePhoneNumber": self._deactivate,
            "GetAccountPhoneNumberCountries": self._account_countries,
            "GetActualPhoneNumberRegion": self._actual_region,
            "GetNewPhoneNumbers": self._new_numbers,
            "GetPhoneNumberCategories": self._categories,
            "GetPhoneNumberCountryStates": self._states,
            "GetPhoneNumberRegions": self._regions,
            "GetPhoneNumbers": self._account_numbers,
            "SetPhoneNumberInfo": self._set_info,
        }

    def find(self, request: Request) -> Call:
        """By path or by the field `cmd`; parameters may be in the query or in a form."""
        if request.method not in ("GET", "POST"):
            raise BadRequest("no method", "use GET or POST")
        pairs = [*request.query, *request.form]
        command = "/".join(request.segments[1:]) or dict(pairs).get("cmd", "")
        if not command:
            raise ApiError("MISSING_CMD", "the name of the method is missing")
        if command not in self.spec.operations:
            raise BadRequest("no path", "there is no such method")
        return Call(request, self.spec.operations[command], {}, pairs)

    def common(self) -> set[str]:
        return {"cmd", "api_key", *_ACCOUNT}

    def sign_in(self, call: Call) -> Call:
        scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
        fields = dict(call.pairs)
        account = ACCOUNT_ID
        if scheme.lower() == "bearer":  # an account_id in the form beside it makes no difference
            try:
                account = self.service_account.issuer(token.strip(), self.environment.clock().timestamp())
            except TokenRefused as refused:
                raise ApiError(_TOKEN_CODES[refused.reason], f"the token is refused: {refused.reason}") from None
            known = account in self._balances
        else:
            names = {str(child): child for child in CHILD_ACCOUNT_IDS}
            account = names.get(fields.get("account_id", ""), ACCOUNT_ID)
            is_named = account != ACCOUNT_ID or any(fields.get(name) == value for name, value in _ACCOUNT.items())
            known = is_named and fields.get("api_key") == _API_KEYS[account]
        if not known:
            raise ApiError("AUTHORIZATION_FAILED", "authorization failed")
        return call._replace(account=account)

    def api_error(self, bad_request: BadRequest) -> ApiError:
        general = {
            "missing": "REQUIRED_IS_EMPTY",
            "together": "ONLY_ONE_OF_PARAMETERS",
            "date": "INVALID_DATE_FORMAT",
            "unknown": "FORBIDDEN_PARAMETER",
            "no path": "UNKNOWN_COMMAND",
            "no method": "UNKNOWN_COMMAND",
        }
        # Many parameters have a code that is called after them.
        own = f"INVALID_{bad_request.parameter or ''}".upper()
        otherwise = "INVALID_RANGE" if bad_request.why == "range" else "INVALID_ARGUMENTS"
        failure = general.get(bad_request.why) or (own if own in self.spec.codes else otherwise)
        status = {"too large": 413, "no method": 405}.get(bad_request.why, 200)
        return ApiError(failure, bad_request.text, status=status, parameter=bad_request.parameter)

    def error_body(self, error: ApiError) -> wire.Done:
        details = wire.FailureDetails(verification_name=error.detail) if error.detail else None
        code = self.spec.codes[error.failure]
        failure = wire.Failure(code=code, msg=error.text, field_name=error.parameter, details=details)
        return wire.Done(error=failure)  # every operation's failure has this form

    def _categories(self, call: Call) -> wire.PhoneNumberCategories:
        asked = self._read(call, wire.GetPhoneNumberCategoriesRequest)
        wanted = {code.root.upper() for code in asked.country_code or ()}
        countries = self._catalogue.countries(wanted, asked.locale)
        self._refuse_strangers(wanted, {country.country_code for country in countries}, "country_code")
        countries = [country for country in countries if self._search.on_side(country.country_code, asked.sandbox)]
        return wire.PhoneNumberCategories(result=countries, count=len(countries))

    def _states(self, call: Call) -> wire.PhoneNumberStates:
        states = self._catalogue.states(self._read(call, wire.GetPhoneNumberCountryStatesRequest))
        return wire.PhoneNumberStates(result=states, count=len(states))

    def _regions(self, call: Call) -> wire.PhoneNumberRegions:
        asked = self._read(call, wire.GetPhoneNumberRegionsRequest)
        regions = [
            region
            for region in (self._catalogue.region(place, asked.locale) for place in self._catalogue.places(asked))
            if (region.phone_count or not asked.omit_empty)
            and asked.phone_region_id in (None, region.phone_region_id)
            and asked.phone_region_code in (None, region.phone_region_code)
            and (
                not asked.phone_region_name
                or self._search.is_called(region.phone_region_name or "", asked.phone_region_name)
            )
        ]
        return wire.PhoneNumberRegions(result=regions, count=len(regions))

    def _actual_region(self, call: Call) -> wire.ActualPhoneNumberRegion:
        asked = self._read(call, wire.GetActualPhoneNumberRegionRequest)
        place = self._catalogue.place(asked, asked.phone_region_id)
        return wire.ActualPhoneNumberRegion(result=self._catalogue.region(place, asked.locale))

    def _new_numbers(self, call: Call) -> wire.AvailablePhoneNumbersPage:
        asked = self._read(call, wire.GetNewPhoneNumbersRequest)
        place = self._catalogue.place(asked, asked.phone_region_id)
        if not is_listed(place.kind):
            raise ApiError("PHONE_NUMBERS_LIST_IS_NOT_AVAILABLE", "numbers of this category can't be listed")
        size = self.page_size("count", asked.count)
        items, total = window([self._catalogue.stock.shelves[place]], asked.offset, size)
        offers = [self._catalogue.offer(item) for item in items]
        return wire.AvailablePhoneNumbersPage(result=offers, total_count=total, count=len(offers))

    def _account_numbers(self, call: Call) -> wire.PhoneNumbersPage:
        asked = self._read(call, wire.GetPhoneNumbersRequest)
        accounts = self._accounts(call.account, asked)
        if self.behaviour.unknown_filter_ids == "refused":
            self._search.check_known(asked, accounts)
        size = self.page_size("count", asked.count)
        wanted = self._search.wanted(asked, accounts)
        places, total = page(wanted, asked.offset, size, self._search.ordered(asked.order_by))
        return wire.PhoneNumbersPage(
            result=[self._numbers.record(place) for place in places], total_count=total, count=len(places)
        )

    def _accounts(self, account: int, asked: wire.GetPhoneNumbersRequest) -> set[int]:
        """The accounts whose numbers are asked for."""
        children = set(CHILD_ACCOUNT_IDS) if account == ACCOUNT_ID else set[int]()
        wanted = asked.child_account_id
        if wanted is None:
            return children if asked.children_phones_only else {account}
        chosen = set(wanted.root) if isinstance(wanted, wire.ChildAccountId) else children
        self._refuse_strangers(chosen, children, "child_account_id")
        own = {account} if self.behaviour.children_beside_own and not asked.children_phones_only else set[int]()
        return chosen & children | own

    def _account_countries(self, call: Call) -> wire.PhoneNumberCountryCodes:
        applications = self._read(call, wire.GetAccountPhoneNumberCountriesRequest).application_id
        if set(applications or ()) - {application.id for application in self._numbers.applications.all}:
            raise ApiError("INVALID_APPLICATION_IDS", "no such application", parameter="application_id")
        mask = self._numbers.mask([call.account])
        if applications:
            mask = both(mask, self._numbers.of_applications(applications))
        return wire.PhoneNumberCountryCodes(result=sorted(self._numbers.countries(mask)))

    def _attach(self, call: Call) -> wire.AttachedPhoneNumbers:
        asked = self._read(self._with_locators(call), wire.AttachPhoneNumberRequest)
        place = self._catalogue.place(asked, asked.phone_region_id)
        shelf = self._catalogue.stock.shelves[place]
        if asked.regulation_address_id is not None:
            raise ApiError("REGULATION_ADDRESS_NOT_REQUIRED", "no region here needs a regulation address")
        needed = self._catalogue.region(place).required_verification
        if needed and not self.behaviour.sells_unverified:
            raise ApiError("ACCOUNT_VERIFICATION_REQUIRED", "the account has to be verified", detail=needed)
        wanted = dict.fromkeys(self._numbers.numbers(asked.phone_number))
        items = (
            [self._chosen(call.account, shelf, number) for number in wanted]
            if wanted
            else self._picked(shelf, asked.phone_count or 1)
        )
        offers = [self._catalogue.offer(item) for item in items]
        due = sum((offer.phone_price or 0) + (offer.phone_installation_price or 0) for offer in offers)
        if due > self._balances[call.account]:
            raise ApiError("INSUFFICIENT_MONEY", "the balance is too low")
        self._balances[call.account] -= due
        bought = [self._numbers.buy(item, call.account) for item in items]
        numbers, ids = [record.phone_number for record in bought], [record.phone_id for record in bought]
        self.note(call, numbers, ids, Decimal(due))
        return wire.AttachedPhoneNumbers(result=1, phone_numbers=bought)

    def _with_locators(self, call: Call) -> Call:
        """A purchase as the newest reference has it, made into a documented one if the sandbox is to take it."""
        given = {name: text for name, text in call.pairs if text not in ("", "0")}
        if not self.behaviour.locators_optional:
            return call
        if "phone_number" not in given:
            return call._replace(pairs=[("phone_count", "1"), *call.pairs])
        item = self._catalogue.stock.find(self.digits(given["phone_number"].partition(";")[0]))
        if item is None:
            return call
        located = {
            "country_code": item.place.country,
            "phone_category_name": CATEGORIES[item.place.kind],
            "phone_region_id": str(self._catalogue.region(item.place).phone_region_id),
        }
        return call._replace(pairs=[*({**located, **given}).items()])

    def _picked(self, shelf: Shelf, count: int) -> list[Item]:
        if count > len(shelf):
            failure = "INSUFFICIENT_PHONES" if len(shelf) else "NO_PHONES_IN_STOCK"
            raise ApiError(failure, f"numbers available: {len(shelf)}", parameter="phone_count")
        return window([shelf], 0, count)[0]

    def _chosen(self, account: int, shelf: Shelf, number: str) -> Item:
        if not is_listed(shelf.place.kind):
            raise ApiError("BUYING_BY_PHONE_NUMBER_IS_NOT_SUPPORTED", "numbers of this category are bought by count")
        item = shelf.find(number)
        if item is None:
            raise ApiError("INVALID_PHONE_NUMBER", "the region has no such number", parameter="phone_number")
        if item not in self._catalogue.stock:
            place = self._numbers.find(number)
            own = place is not None and self._numbers.account(place) == account
            failure = "PHONE_NUMBER_UNUSABLE" if own else "OCCUPIED_PHONE_NUMBER"
            raise ApiError(failure, "the number is taken", parameter="phone_number")
        return item

    def _bind(self, call: Call) -> wire.Done:
        asked = self._read(call, wire.BindPhoneNumberToApplicationRequest)
        selected = self._numbers.selected(call.account, asked)
        application = self._numbers.applications.one(asked.application_id, asked.application_name)
        rule = self._numbers.applications.rule(application, asked.rule_id, asked.rule_name)
        for place in selected:
            bound, bound_rule = self._numbers.binding(place)
            if asked.bind:
                self._numbers.bind(place, application, rule)
            elif self.behaviour.unbinds_anything or (bound == application and rule in (None, bound_rule)):
                self._numbers.bind(place, None)
        return self._changed(call, selected)

    def _set_info(self, call: Call) -> wire.Done:
        asked = self._read(call, wire.SetPhoneNumberInfoRequest, {"incoming_sms_callback_url"})
        url = asked.incoming_sms_callback_url
        if url and not url.startswith(("http://", "https://")):
            raise ApiError("INVALID_CALLBACK_URL", "not an http or https URL", parameter="incoming_sms_callback_url")
        selected = self._numbers.selected(call.account, asked)
        if url is not None:
            self._numbers.call_back(selected, url)
        return self._changed(call, selected)

    def _deactivate(self, call: Call) -> wire.Done:
        selected = self._numbers.selected(call.account, self._read(call, wire.DeactivatePhoneNumberRequest))
        refund = sum((self._numbers.price(place) for place in selected), Decimal(0)) if self.behaviour.refunds else 0
        self._balances[call.account] += refund
        numbers, ids = self._named(selected)
        self._numbers.give_up(selected)
        self.note(call, numbers, ids, Decimal(-refund))
        return wire.Done(result=1)

    def _changed(self, call: Call, places: Sequence[int]) -> wire.Done:
        self.note(call, *self._named(places))
        return self._numbers.touch(places)

    def _named(self, places: Sequence[int]) -> tuple[list[str], list[int]]:
        """Some numbers, and their ids."""
        return [self._numbers.rows.item(place).number for place in places], [self._numbers.id(n) for n in places]

    def process_renewals(self) -> None:
        for event in self._renewals.process_renewals(self._balances):
            self.note_event(event.what, event.account, event.day, *self._named(event.places), event.amount)

    def state(self) -> dict[str, Any]:
        balances = {str(account): str(balance) for account, balance in self._balances.items()}
        return {
            "balances": balances,
            "settled": self._renewals.settled,
            "stock": self._catalogue.stock.state(),
            "numbers": self._numbers.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self._balances.update((int(account), Decimal(balance)) for account, balance in state["balances"].items())
        self._catalogue.stock.restore(state["stock"])
        self._numbers.restore(state["numbers"])
        self._renewals.restore(state["settled"])

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if operation_id == "GetPhoneNumbers":
            self._numbers.shift(ACCOUNT_ID, inward=inward)
        elif operation_id == "GetNewPhoneNumbers":
            for shelf in self._catalogue.stock.shelves.values():
                shelf.shift(inward=inward)

    def _read(self, call: Call, model: type[M], clearable: Collection[str] = ()) -> M:
        kept = set(clearable) if self.behaviour.empty_text_clears else set[str]()
        if self.behaviour.empty_is_false:
            kept |= {name for name, parameter in call.operation.parameters.items() if parameter.type == "boolean"}
        # An official client sends unused parameters as empty text or 0.
        return call.operation.read(call.pairs, model, clearable=kept, zero_is_absent=True)

    def _refuse_strangers(self, wanted: Collection[object] | None, known: Collection[object], parameter: str) -> None:
        """Refuse a filter by what doesn't exist, if the sandbox is to do so."""
        if self.behaviour.unknown_filter_ids == "refused" and set(wanted or ()) - set(known):
            raise ApiError(f"INVALID_{parameter.upper()}", f"no such {parameter}", parameter=parameter)

"""Voximplant, embedded. What its documents leave open is decided so:

- child_account_id lists the children's numbers only. Without `sandbox`, real and sandbox numbers are listed alike.
- phone_template is the beginning of a number. Whatever the locale, made-up names come in English.
- An empty flag counts as left out. An empty incoming_sms_callback_url clears it; leaving it out changes nothing.
- Unbinding undoes only the binding that is named. A frozen number leaves after 30 days.
"""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel

from numberline._runtime.timestamp_formats import read_utc_timestamp
from numberline_generated.wire import voximplant as wire

from ..calendar import a_month_after, next_return
from ..http.messages import Request
from ..numbers import Number, Region
from ..provider import ApiError, Call, Credentials, Environment, Provider, digits
from ..spec import BadRequest
from .catalogue import CATEGORIES, Catalogue, is_listed
from .numbers import APPLICATIONS, VERIFICATION, Application, OwnedNumber, find_application, is_on_side, matching, shown
from .renewals import renewals
from .tokens import ServiceAccount

M = TypeVar("M", bound=BaseModel)

ACCOUNT_ID = 1
ACCOUNT_NAME = "sandbox"
ACCOUNT_EMAIL = "sandbox@numberline.invalid"
API_KEY = "sandbox-api-key"
CHILD_ACCOUNT_IDS: tuple[int, ...] = (1001, 1002)
CHILD_API_KEY = "sandbox-api-key-{}"  # with the child's id in it
CHILD_NUMBERS = 3  # each child account's
HELD = timedelta(days=30)  # how long an unverified number is kept

_ACCOUNT = {"account_id": str(ACCOUNT_ID), "account_name": ACCOUNT_NAME, "account_email": ACCOUNT_EMAIL}
_API_KEYS = {ACCOUNT_ID: API_KEY, **{child: CHILD_API_KEY.format(child) for child in CHILD_ACCOUNT_IDS}}
_FAILURES = {
    "missing": "REQUIRED_IS_EMPTY",
    "together": "ONLY_ONE_OF_PARAMETERS",
    "date": "INVALID_DATE_FORMAT",
    "unknown": "FORBIDDEN_PARAMETER",
    "no path": "UNKNOWN_COMMAND",
    "no method": "UNKNOWN_COMMAND",
}


class Selection(Protocol):
    """The part of a request that says which numbers to change."""

    phone_id: wire.PhoneId | Literal["all"] | None
    phone_number: list[wire.PhoneNumberItem] | None


class Voximplant(Provider):
    """An account with two children, a stock, applications to bind numbers to, and balances."""

    name = "voximplant"
    example = "get_phone_numbers(order_by='phone_price')"
    sign_ins: ClassVar[list[Credentials]] = [{"account_id": ACCOUNT_ID, "api_key": API_KEY}]
    saved: ClassVar[dict[str, Any]] = {"_balances": dict[int, Decimal], "_processed": date, "_owned": list[OwnedNumber]}
    common = frozenset({"cmd", "api_key", *_ACCOUNT})

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.service_account = ServiceAccount({"account_id": ACCOUNT_ID, "account_email": ACCOUNT_EMAIL})
        self._balances: dict[int, Decimal] = dict.fromkeys((ACCOUNT_ID, *CHILD_ACCOUNT_IDS), environment.balance)
        size = environment.numbers + environment.owned + CHILD_NUMBERS * len(CHILD_ACCOUNT_IDS)
        self._catalogue = Catalogue(environment, self.spec, size)
        self._stock = self._catalogue.stock
        self._processed = environment.now().date()
        self._owned = [self._documented()] if environment.owned else []
        self._owned += self._first_numbers(ACCOUNT_ID, environment.owned - 1)
        for child in CHILD_ACCOUNT_IDS:
            self._owned += self._first_numbers(child, CHILD_NUMBERS)

    @property
    def balances(self) -> dict[int, Decimal]:
        """The money of each account now, which may be changed."""
        self.process_renewals()
        return self._balances

    def find(self, request: Request) -> Call:
        """Return the operation, by path or by the field `cmd`; parameters may be in the query or in a form."""
        if request.method not in ("GET", "POST"):
            raise BadRequest("no method", "use GET or POST")
        pairs = [*request.query, *request.form]
        command = "/".join(request.segments[1:]) or dict(pairs).get("cmd", "")
        if not command:
            raise ApiError("MISSING_CMD", "the name of the method is missing")
        if command not in self.spec.operations:
            raise BadRequest("no path", "there is no such method")
        return Call(request, self.spec.operations[command], {}, pairs)

    def authenticate(self, call: Call) -> Call:
        scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
        fields = dict(call.pairs)
        if scheme.lower() == "bearer":  # an account_id in the form beside it makes no difference
            account = self.service_account.issuer(token.strip(), self.environment.clock().timestamp())
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
        # Many parameters have a code that is called after them.
        own = f"INVALID_{bad_request.parameter or ''}".upper()
        otherwise = "INVALID_RANGE" if bad_request.why == "range" else "INVALID_ARGUMENTS"
        failure = _FAILURES.get(bad_request.why) or (own if own in self.spec.codes else otherwise)
        status = bad_request.status if bad_request.why in ("too large", "no method") else 200
        return ApiError(failure, bad_request.text, status=status, parameter=bad_request.parameter)

    def error_body(self, error: ApiError) -> wire.Done:
        details = wire.FailureDetails(verification_name=error.detail) if error.detail else None
        code = self.spec.codes[error.failure]
        failure = wire.Failure(code=code, msg=error.text, field_name=error.parameter, details=details)
        return wire.Done(error=failure)  # every operation's failure has this form

    def get_phone_number_categories(self, call: Call) -> wire.PhoneNumberCategories:
        asked = self._read(call, wire.GetPhoneNumberCategoriesRequest)
        wanted = {code.root.upper() for code in asked.country_code or ()}
        countries = self._catalogue.countries(wanted)
        self._check_known(wanted, {country.country_code for country in countries}, "country_code")
        countries = [country for country in countries if is_on_side(country.country_code, asked.sandbox)]
        return wire.PhoneNumberCategories(result=countries, count=len(countries))

    def get_phone_number_country_states(self, call: Call) -> wire.PhoneNumberStates:
        states = self._catalogue.states(self._read(call, wire.GetPhoneNumberCountryStatesRequest))
        return wire.PhoneNumberStates(result=states, count=len(states))

    def get_phone_number_regions(self, call: Call) -> wire.PhoneNumberRegions:
        asked = self._read(call, wire.GetPhoneNumberRegionsRequest)
        regions = [
            region
            for region in map(self._catalogue.listed, self._catalogue.within(asked))
            if (region.phone_count or not asked.omit_empty)
            and asked.phone_region_id in (None, region.phone_region_id)
            and asked.phone_region_code in (None, region.phone_region_code)
            and asked.phone_region_name in (None, region.phone_region_name)
        ]
        return wire.PhoneNumberRegions(result=regions, count=len(regions))

    def get_account_info(self, call: Call) -> wire.CurrentAccount:
        self._read(call, wire.GetAccountInfoRequest)
        child = "" if call.account == ACCOUNT_ID else f"-{call.account}"
        now = {
            "account_id": call.account,
            "account_name": f"{ACCOUNT_NAME}{child}",
            "account_email": ACCOUNT_EMAIL.replace("@", f"{child}@"),
            "balance": self._balances[call.account],
        }
        return wire.CurrentAccount.model_validate(
            {"result": self.spec.example(call.operation.id, "inferred")["result"] | now}
        )

    def get_actual_phone_number_region(self, call: Call) -> wire.ActualPhoneNumberRegion:
        asked = self._read(call, wire.GetActualPhoneNumberRegionRequest)
        region = self._catalogue.region(asked, asked.phone_region_id)
        return wire.ActualPhoneNumberRegion(result=self._catalogue.listed(region))

    def get_new_phone_numbers(self, call: Call) -> wire.AvailablePhoneNumbersPage:
        asked = self._read(call, wire.GetNewPhoneNumbersRequest)
        region = self._catalogue.region(asked, asked.phone_region_id)
        if not is_listed(region.kind):
            raise ApiError("PHONE_NUMBERS_LIST_IS_NOT_AVAILABLE", "numbers of this category can't be listed")
        numbers = self._stock.offered(region)
        page = numbers[asked.offset :][: self.page_size("count", asked.count)]
        offers = list(map(self._catalogue.offer, page))
        return wire.AvailablePhoneNumbersPage(result=offers, total_count=len(numbers), count=len(offers))

    def get_phone_numbers(self, call: Call) -> wire.PhoneNumbersPage:
        asked = self._read(call, wire.GetPhoneNumbersRequest)
        accounts = self._accounts(call.account, asked)
        owned = [own for own in self._owned if own.account_id in accounts]
        if self.behaviour.unknown_filter_ids == "refused":
            self._check_filters(asked, owned)
        size = self.page_size("count", asked.count)
        found = matching(owned, asked)
        page = list(map(self._record, found[asked.offset :][:size]))
        return wire.PhoneNumbersPage(result=page, total_count=len(found), count=len(page))

    def _accounts(self, account: int, asked: wire.GetPhoneNumbersRequest) -> set[int]:
        """Return the accounts whose numbers are asked for."""
        children = set(CHILD_ACCOUNT_IDS) if account == ACCOUNT_ID else set[int]()
        wanted = asked.child_account_id
        if wanted is None:
            return children if asked.children_phones_only else {account}
        chosen = set(wanted.root) if isinstance(wanted, wire.ChildAccountId) else children
        self._check_known(chosen, children, "child_account_id")
        return chosen & children

    def _check_filters(self, asked: wire.GetPhoneNumbersRequest, owned: Sequence[OwnedNumber]) -> None:
        """Raise ApiError for a filter by a number or an application that doesn't exist."""
        self._check_known(asked.phone_id, {own.phone_id for own in owned}, "phone_id")
        numbers = {digits(item.root) for item in asked.phone_number or ()}
        self._check_known(numbers, {own.number.number for own in owned}, "phone_number")
        if asked.application_id is not None or asked.application_name is not None:
            self._application(asked.application_id, asked.application_name)

    def get_account_phone_number_countries(self, call: Call) -> wire.PhoneNumberCountryCodes:
        wanted = self._read(call, wire.GetAccountPhoneNumberCountriesRequest).application_id
        self._check_known(wanted, {one.id for one in APPLICATIONS}, "application_id", "INVALID_APPLICATION_IDS")
        codes = {
            own.number.region.country
            for own in self._owned
            if own.account_id == call.account and (not wanted or own.application_id in wanted)
        }
        return wire.PhoneNumberCountryCodes(result=sorted(codes))

    def attach_phone_number(self, call: Call) -> wire.AttachedPhoneNumbers:
        asked = self._read(self._with_locators(call), wire.AttachPhoneNumberRequest)
        region = self._catalogue.region(asked, asked.phone_region_id)
        if asked.regulation_address_id is not None:
            raise ApiError("REGULATION_ADDRESS_NOT_REQUIRED", "no region here needs a regulation address")
        needed = self._catalogue.regions[region].required_verification
        if needed and not self.behaviour.sells_unverified:
            raise ApiError("ACCOUNT_VERIFICATION_REQUIRED", "the account has to be verified", detail=needed)
        wanted = dict.fromkeys(digits(item.root) for item in asked.phone_number or ())
        chosen = (
            [self._chosen(call.account, region, number) for number in wanted]
            if wanted
            else self._picked(region, asked.phone_count or 1)
        )
        offers = list(map(self._catalogue.offer, chosen))
        due = Decimal(sum((offer.phone_price or 0) + (offer.phone_installation_price or 0) for offer in offers))
        if due > self._balances[call.account]:
            raise ApiError("INSUFFICIENT_MONEY", "the balance is too low")
        self._balances[call.account] -= due
        bought = [self._own(number, call.account) for number in chosen]
        self._owned += bought
        self.record(call, *_named(bought), due)
        return wire.AttachedPhoneNumbers(result=1, phone_numbers=list(map(self._bought, bought)))

    def _with_locators(self, call: Call) -> Call:
        """Return a purchase as the newest reference has it, made into a documented one if the sandbox is to take it."""
        given = {name: text for name, text in call.pairs if text not in ("", "0")}
        if not self.behaviour.locators_optional:
            return call
        if "phone_number" not in given:
            return call._replace(pairs=[("phone_count", "1"), *call.pairs])
        number = self._stock.find(digits(given["phone_number"].partition(";")[0]))
        if number is None:
            return call
        located = {
            "country_code": number.region.country,
            "phone_category_name": CATEGORIES[number.region.kind],
            "phone_region_id": str(self._catalogue.regions[number.region].phone_region_id),
        }
        return call._replace(pairs=[*({**located, **given}).items()])

    def _picked(self, region: Region, count: int) -> list[Number]:
        offered = self._stock.offered(region)
        if count > len(offered):
            failure = "INSUFFICIENT_PHONES" if offered else "NO_PHONES_IN_STOCK"
            raise ApiError(failure, f"numbers available: {len(offered)}", parameter="phone_count")
        return offered[:count]

    def _chosen(self, account: int, region: Region, wanted: str) -> Number:
        if not is_listed(region.kind):
            raise ApiError("BUYING_BY_PHONE_NUMBER_IS_NOT_SUPPORTED", "numbers of this category are bought by count")
        number = self._stock.find(wanted)
        if number is None or number.region != region:
            raise ApiError("INVALID_PHONE_NUMBER", "the region has no such number", parameter="phone_number")
        if not number.on_offer:
            is_own = any(own.number is number and own.account_id == account for own in self._owned)
            failure = "PHONE_NUMBER_UNUSABLE" if is_own else "OCCUPIED_PHONE_NUMBER"
            raise ApiError(failure, "the number is taken", parameter="phone_number")
        return number

    def bind_phone_number_to_application(self, call: Call) -> wire.Done:
        asked = self._read(call, wire.BindPhoneNumberToApplicationRequest)
        selected = self._selected(call.account, asked)
        application = self._application(asked.application_id, asked.application_name)
        rule_id = _rule(application, asked.rule_id, asked.rule_name)
        for own in selected:
            if asked.bind:
                own.application_id, own.rule_id = application.id, rule_id
            elif own.application_id == application.id and rule_id in (None, own.rule_id):
                own.application_id = own.rule_id = None
        return self._changed(call, selected)

    def set_phone_number_info(self, call: Call) -> wire.Done:
        asked = self._read(call, wire.SetPhoneNumberInfoRequest, {"incoming_sms_callback_url"})
        url = asked.incoming_sms_callback_url
        if url and not url.startswith(("http://", "https://")):
            raise ApiError("INVALID_CALLBACK_URL", "not an http or https URL", parameter="incoming_sms_callback_url")
        selected = self._selected(call.account, asked)
        if url is not None:
            for own in selected:
                own.incoming_sms_callback_url = url
        return self._changed(call, selected)

    def deactivate_phone_number(self, call: Call) -> wire.Done:
        selected = self._selected(call.account, self._read(call, wire.DeactivatePhoneNumberRequest))
        if self.behaviour.canceled_numbers_stay:
            for own in selected:
                own.canceled, own.auto_charge = True, False
            return self._changed(call, selected)
        self._drop(selected)
        self.record(call, *_named(selected))
        return wire.Done(result=1)

    def _changed(self, call: Call, selected: Sequence[OwnedNumber]) -> wire.Done:
        now = self.environment.now()
        for own in selected:
            own.modified = now
        self.record(call, *_named(selected))
        return wire.Done(result=1)

    def _selected(self, account: int, asked: Selection) -> list[OwnedNumber]:
        """Return the account's numbers that a change is about.

        Raises:
            ApiError: if one of them isn't the account's.
        """
        owned = [own for own in self._owned if own.account_id == account]
        if asked.phone_id == "all":
            return owned
        name = "phone_id" if asked.phone_number is None else "phone_number"
        if asked.phone_number is None:
            known: dict[int | str, OwnedNumber] = {own.phone_id: own for own in owned}
            wanted: list[int | str] = [*(asked.phone_id.root if asked.phone_id else ())]
        else:
            known = {own.number.number: own for own in owned}
            wanted = [digits(item.root) for item in asked.phone_number]
        if not known.keys() >= set(wanted):
            raise ApiError(f"INVALID_{name.upper()}", "the account has no such number", parameter=name)
        return [known[one] for one in dict.fromkeys(wanted)]

    def _application(self, number: int | None, name: str | None) -> Application:
        if (application := find_application(number, name)) is not None:
            return application
        parameter = "application_name" if number is None else "application_id"
        raise ApiError(f"INVALID_{parameter.upper()}", "no such application", parameter=parameter)

    def process_renewals(self) -> None:
        today = self.environment.now().date()
        if today <= self._processed:
            return
        for event in renewals(self.behaviour, self._balances, self._processed, today, self._owned):
            self.record_event(event.what, event.account, event.day, *_named(event.numbers), event.amount)
            if event.what == "subscription_detached":
                self._drop(event.numbers)
        self._processed = today

    def shift(self, operation_id: str, *, inward: bool) -> None:
        if operation_id == "GetNewPhoneNumbers":
            for region in self._stock.by_region:
                self._stock.shift(region, inward=inward)
        elif operation_id == "GetPhoneNumbers" and inward:
            self._owned[:0] = [self._own(number, ACCOUNT_ID) for number in self._stock.spread(1)]
        elif operation_id == "GetPhoneNumbers":
            self._drop([own for own in self._owned if own.account_id == ACCOUNT_ID][:1])

    def _drop(self, owned: Sequence[OwnedNumber]) -> None:
        """Put numbers back into the stock."""
        gone = {own.number.serial for own in owned}
        self._owned = [own for own in self._owned if own.number.serial not in gone]
        for own in owned:
            own.number.on_offer = True

    def _own(self, number: Number, account: int) -> OwnedNumber:
        """Return a number that an account buys now."""
        number.on_offer = False
        now = self.environment.now()
        needed = bool(self._catalogue.regions[number.region].required_verification)
        changes = self.behaviour.ids_change_on_purchase
        return OwnedNumber(
            number=number,
            phone_id=self._catalogue.bought_id(number) if changes else self._catalogue.offer(number).phone_id,
            account_id=account,
            phone_price=self._catalogue.price(number),
            phone_next_renewal=a_month_after(now.date()),
            phone_purchase_date=now,
            modified=now,
            unverified=needed,
            verification_status=wire.VerificationStatus.required if needed else wire.VerificationStatus.verified,
            unverified_hold_until=(now + HELD).date() if needed else None,
        )

    def _documented(self) -> OwnedNumber:
        """Return the account's first number, which is the observed one."""
        example = self._catalogue.examples.owned
        own = self._own(self._stock.known(example.phone_number), ACCOUNT_ID)
        own.phone_price, own.verification_status = example.phone_price or Decimal(0), example.verification_status
        own.phone_next_renewal = date.fromisoformat(example.phone_next_renewal or "")
        own.phone_purchase_date = read_utc_timestamp(example.phone_purchase_date or "")
        own.modified = read_utc_timestamp(example.modified or "")
        own.is_documented = True
        return own

    def _first_numbers(self, account: int, count: int) -> list[OwnedNumber]:
        """Return numbers that an account bought before the sandbox began. They have something of everything that lists
        can be filtered by."""
        now = self.environment.now()
        owned: list[OwnedNumber] = []
        for at, number in enumerate(self._stock.spread(max(count, 0)), 1):
            own = self._own(number, account)
            own.phone_purchase_date = own.modified = now - timedelta(days=1 + 17 * at % 700, seconds=420 * at)
            own.phone_next_renewal = next_return(own.phone_purchase_date.date(), now.date())
            own.deactivated, own.canceled, own.auto_charge = at % 11 == 5, at % 13 == 6, at % 7 != 3
            if at % 10 == 7:
                own.unverified, own.unverified_hold_until = True, (now + HELD).date()
                own.verification_status = wire.VerificationStatus.in_progress
            if at % 3 == 1:
                application = APPLICATIONS[at % 2]
                own.application_id = application.id
                own.rule_id = next(iter(application.rules)) if at % 9 == 1 else None
            own.incoming_sms_callback_url = "https://app.example/sms" if at % 9 == 2 else ""
            owned.append(own)
        return owned

    def _bought(self, own: OwnedNumber) -> wire.NewPhoneNumber:
        """Return a number as its purchase shows it."""
        shown_then = wire.NewPhoneNumber.model_fields.keys() - {"phone_country_code"}
        return wire.NewPhoneNumber.model_validate(self._record(own).model_dump(include=shown_then))

    def _record(self, own: OwnedNumber) -> wire.PhoneNumber:
        """Return a number as it is listed."""
        application = own.application
        now: dict[str, Any] = {name: shown(getattr(own, name)) for name in _SHOWN}
        now |= {
            "application_name": application.name if application else None,
            "extended_application_name": application.full_name if application else None,
            "rule_name": own.rule_name,
            "required_verification": VERIFICATION if own.unverified else None,
            "can_be_used": not own.unverified,
        }
        example, region = self._catalogue.examples.owned, self._catalogue.regions[own.number.region]
        if own.is_documented:  # with the fields that it hasn't still left out
            now = {name: value for name, value in now.items() if (getattr(example, name) or None) != (value or None)}
        else:
            now |= {
                "phone_number": own.number.number,
                "phone_country_code": own.number.region.country,
                "category_name": CATEGORIES[own.number.region.kind],
                "phone_region_id": region.phone_region_id,
                "phone_region_name": own.number.region.city,
                "is_sms_supported": bool(region.is_sms_supported),
                "is_sms_enabled": bool(region.is_sms_supported),
                "account_id": own.account_id,
            }
            if own.number.number != example.phone_number:
                now["subscription_id"] = 30_000 + own.number.serial
        return example.model_copy(update=now)

    def _read(self, call: Call, model: type[M], clearable: Collection[str] = ()) -> M:
        # An official client sends unused parameters as empty text or 0.
        return call.operation.read(call.pairs, model, clearable=clearable, zero_is_absent=True)

    def _check_known(
        self, wanted: Collection[object] | None, known: Collection[object], parameter: str, failure: str = ""
    ) -> None:
        """Raise ApiError for a filter by what doesn't exist, if the sandbox is to refuse that."""
        if self.behaviour.unknown_filter_ids == "refused" and set(wanted or ()) - set(known):
            raise ApiError(failure or f"INVALID_{parameter.upper()}", f"no such {parameter}", parameter=parameter)


_SHOWN = [one.name for one in fields(OwnedNumber) if one.name in wire.PhoneNumber.model_fields.keys() - {"account_id"}]


def _rule(application: Application, number: int | None, name: str | None) -> int | None:
    """Return the id of an application's rule, or None if none is named."""
    if number is None and name is None:
        return None
    for rule_id, called in application.rules.items():
        if number == rule_id or name == called:
            return rule_id
    parameter = "rule_name" if number is None else "rule_id"
    raise ApiError(f"INVALID_{parameter.upper()}", "no such rule", parameter=parameter)


def _named(owned: Sequence[OwnedNumber]) -> tuple[list[str], list[int]]:
    """Return some numbers, and their ids."""
    return [own.number.number for own in owned], [own.phone_id for own in owned]

"""From bytes to Voximplant's records, generated from specs/voximplant.yaml. Do not edit.

msgspec decodes a response into structs with the wire's names and types; one function per struct builds the record that
users see. `origin` leads back to the JSON object, for `Record.raw`.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from numberline._runtime import timestamps
from numberline._runtime.decoding import Decoder, amount

from . import models
from .models import ActivationStatus, RegulationAddressType, VerificationStatus

new = object.__new__


class _MultipleNumbersPrice(Struct, kw_only=True, gc=False):
    count: int | None = None
    installation_tax_reserve: int | Decimal | None = None
    tax_reserve: int | Decimal | None = None
    local_price: int | Decimal | None = None
    local_installation_price: int | Decimal | None = None
    local_currency: str | None = None
    account_price: int | Decimal | None = None
    account_installation_price: int | Decimal | None = None
    account_currency: str | None = None
    price: int | Decimal | None = None
    installation_price: int | Decimal | None = None


def _multiple_numbers_price(wire: _MultipleNumbersPrice, origin: tuple[Any, ...]) -> models.MultipleNumbersPrice:
    record = new(models.MultipleNumbersPrice)
    record._origin = origin
    record.count = wire.count
    record.installation_tax_reserve = amount(wire.installation_tax_reserve)
    record.tax_reserve = amount(wire.tax_reserve)
    record.local_price = amount(wire.local_price)
    record.local_installation_price = amount(wire.local_installation_price)
    record.local_currency = wire.local_currency
    record.account_price = amount(wire.account_price)
    record.account_installation_price = amount(wire.account_installation_price)
    record.account_currency = wire.account_currency
    record.price = amount(wire.price)
    record.installation_price = amount(wire.installation_price)
    return record


class _PhoneNumberRegion(Struct, kw_only=True, gc=False):
    phone_region_id: int | None = None
    phone_region_name: str | None = None
    phone_region_code: str | None = None
    phone_count: int | None = None
    phone_period: str | None = None
    verification_status: VerificationStatus | None = None
    required_verification: str | None = None
    is_need_regulation_address: bool | None = None
    regulation_address_type: RegulationAddressType | None = None
    is_sms_supported: bool | None = None
    multiple_numbers_price: list[_MultipleNumbersPrice] | None = None
    localized_country_name: str | None = None
    localized_phone_category_name: str | None = None
    localized_phone_region_name: str | None = None
    phone_installation_tax_reserve: int | Decimal | None = None
    phone_tax_reserve: int | Decimal | None = None
    local_price: int | Decimal | None = None
    local_installation_price: int | Decimal | None = None
    local_currency: str | None = None
    account_price: int | Decimal | None = None
    account_installation_price: int | Decimal | None = None
    account_currency: str | None = None
    phone_price: int | Decimal | None = None
    phone_installation_price: int | Decimal | None = None
    country_code: str | None = None
    phone_category_name: str | None = None


def _phone_number_region(wire: _PhoneNumberRegion, origin: tuple[Any, ...]) -> models.PhoneNumberRegion:
    record = new(models.PhoneNumberRegion)
    record._origin = origin
    record.phone_region_id = wire.phone_region_id
    record.phone_region_name = wire.phone_region_name
    record.phone_region_code = wire.phone_region_code
    record.phone_count = wire.phone_count
    record.phone_period = wire.phone_period
    record.verification_status = wire.verification_status
    record.required_verification = wire.required_verification
    record.is_need_regulation_address = wire.is_need_regulation_address
    record.regulation_address_type = wire.regulation_address_type
    record.is_sms_supported = wire.is_sms_supported
    record.multiple_numbers_price = (
        [
            _multiple_numbers_price(item, (origin, "multiple_numbers_price", at))
            for at, item in enumerate(wire.multiple_numbers_price)
        ]
        if wire.multiple_numbers_price is not None
        else None
    )
    record.localized_country_name = wire.localized_country_name
    record.localized_phone_category_name = wire.localized_phone_category_name
    record.localized_phone_region_name = wire.localized_phone_region_name
    record.phone_installation_tax_reserve = amount(wire.phone_installation_tax_reserve)
    record.phone_tax_reserve = amount(wire.phone_tax_reserve)
    record.local_price = amount(wire.local_price)
    record.local_installation_price = amount(wire.local_installation_price)
    record.local_currency = wire.local_currency
    record.account_price = amount(wire.account_price)
    record.account_installation_price = amount(wire.account_installation_price)
    record.account_currency = wire.account_currency
    record.phone_price = amount(wire.phone_price)
    record.phone_installation_price = amount(wire.phone_installation_price)
    record.country_code = wire.country_code
    record.phone_category_name = wire.phone_category_name
    return record


class _FailureDetails(Struct, kw_only=True, gc=False):
    verification_name: str | None = None


def _failure_details(wire: _FailureDetails, origin: tuple[Any, ...]) -> models.FailureDetails:
    record = new(models.FailureDetails)
    record._origin = origin
    record.verification_name = wire.verification_name
    return record


class _Failure(Struct, kw_only=True, gc=False):
    code: int | None = None
    msg: str | None = None
    field_name: str | None = None
    details: _FailureDetails | None = None


def _failure(wire: _Failure, origin: tuple[Any, ...]) -> models.Failure:
    record = new(models.Failure)
    record._origin = origin
    record.code = wire.code
    record.msg = wire.msg
    record.field_name = wire.field_name
    record.details = _failure_details(wire.details, (origin, "details")) if wire.details is not None else None
    return record


class _ActualPhoneNumberRegion(Struct, kw_only=True, gc=False):
    result: _PhoneNumberRegion
    error: _Failure | None = None


def _actual_phone_number_region(
    wire: _ActualPhoneNumberRegion, origin: tuple[Any, ...]
) -> models.ActualPhoneNumberRegion:
    record = new(models.ActualPhoneNumberRegion)
    record._origin = origin
    record.result = _phone_number_region(wire.result, (origin, "result"))
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _NewPhoneNumber(Struct, kw_only=True, gc=False):
    phone_id: int
    phone_number: str
    required_verification: str | None = None
    verification_status: VerificationStatus | None = None
    unverified_hold_until: date | None = None
    subscription_id: int | None = None
    phone_country_code: str | None = None


def _new_phone_number(wire: _NewPhoneNumber, origin: tuple[Any, ...]) -> models.NewPhoneNumber:
    record = new(models.NewPhoneNumber)
    record._origin = origin
    record.phone_id = wire.phone_id
    record.phone_number = wire.phone_number
    record.required_verification = wire.required_verification
    record.verification_status = wire.verification_status
    record.unverified_hold_until = wire.unverified_hold_until
    record.subscription_id = wire.subscription_id
    record.phone_country_code = wire.phone_country_code
    return record


class _AttachedPhoneNumbers(Struct, kw_only=True, gc=False):
    result: Literal[1]
    phone_numbers: list[_NewPhoneNumber]
    error: _Failure | None = None


def _attached_phone_numbers(wire: _AttachedPhoneNumbers, origin: tuple[Any, ...]) -> models.AttachedPhoneNumbers:
    record = new(models.AttachedPhoneNumbers)
    record._origin = origin
    record.result = wire.result
    record.phone_numbers = [
        _new_phone_number(item, (origin, "phone_numbers", at)) for at, item in enumerate(wire.phone_numbers)
    ]
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _AvailablePhoneNumber(Struct, kw_only=True, gc=False):
    phone_id: int
    phone_number: str
    phone_price: int | Decimal | None = None
    phone_installation_price: int | Decimal | None = None
    phone_country_code: str | None = None
    phone_period: str | None = None
    phone_category_name: str | None = None
    phone_region_name: str | None = None
    phone_installation_tax_reserve: int | Decimal | None = None
    phone_tax_reserve: int | Decimal | None = None


def _available_phone_number(wire: _AvailablePhoneNumber, origin: tuple[Any, ...]) -> models.AvailablePhoneNumber:
    record = new(models.AvailablePhoneNumber)
    record._origin = origin
    record.phone_id = wire.phone_id
    record.phone_number = wire.phone_number
    record.phone_price = amount(wire.phone_price)
    record.phone_installation_price = amount(wire.phone_installation_price)
    record.phone_country_code = wire.phone_country_code
    record.phone_period = wire.phone_period
    record.phone_category_name = wire.phone_category_name
    record.phone_region_name = wire.phone_region_name
    record.phone_installation_tax_reserve = amount(wire.phone_installation_tax_reserve)
    record.phone_tax_reserve = amount(wire.phone_tax_reserve)
    return record


class _AvailablePhoneNumbersPage(Struct, kw_only=True, gc=False):
    result: list[_AvailablePhoneNumber]
    count: int | None = None
    total_count: int | None = None
    error: _Failure | None = None


def _available_phone_numbers_page(
    wire: _AvailablePhoneNumbersPage, origin: tuple[Any, ...]
) -> models.AvailablePhoneNumbersPage:
    record = new(models.AvailablePhoneNumbersPage)
    record._origin = origin
    record.result = [_available_phone_number(item, (origin, "result", at)) for at, item in enumerate(wire.result)]
    record.count = wire.count
    record.total_count = wire.total_count
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _AccountInfo(Struct, kw_only=True, gc=False):
    account_id: int
    account_name: str | None = None
    account_email: str | None = None
    created: str | None = None
    active: bool | None = None
    frozen: bool | None = None
    balance: int | Decimal | None = None
    currency: str | None = None
    api_key: str | None = None
    callback_salt: str | None = None
    api_address: str | None = None


def _account_info(wire: _AccountInfo, origin: tuple[Any, ...]) -> models.AccountInfo:
    record = new(models.AccountInfo)
    record._origin = origin
    record.account_id = wire.account_id
    record.account_name = wire.account_name
    record.account_email = wire.account_email
    record.created = timestamps.parse(moment + "Z") if (moment := wire.created) else None
    record.active = wire.active
    record.frozen = wire.frozen
    record.balance = amount(wire.balance)
    record.currency = wire.currency
    record.api_key = wire.api_key
    record.callback_salt = wire.callback_salt
    record.api_address = wire.api_address
    return record


class _CurrentAccount(Struct, kw_only=True, gc=False):
    result: _AccountInfo
    error: _Failure | None = None


def _current_account(wire: _CurrentAccount, origin: tuple[Any, ...]) -> models.CurrentAccount:
    record = new(models.CurrentAccount)
    record._origin = origin
    record.result = _account_info(wire.result, (origin, "result"))
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _Done(Struct, kw_only=True, gc=False):
    result: Literal[1]
    error: _Failure | None = None


def _done(wire: _Done, origin: tuple[Any, ...]) -> models.Done:
    record = new(models.Done)
    record._origin = origin
    record.result = wire.result
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _PhoneNumberCategory(Struct, kw_only=True, gc=False):
    phone_category_name: str | None = None
    country_has_states: bool | None = None
    localized_country_name: str | None = None
    localized_phone_category_name: str | None = None
    localized_phone_region_name: str | None = None
    phone_price: int | Decimal | None = None
    phone_installation_price: int | Decimal | None = None
    phone_period: str | None = None
    can_list_phone_numbers: bool | None = None
    incoming_calls_resource_id: int | None = None
    incoming_calls_resource_name: str | None = None


def _phone_number_category(wire: _PhoneNumberCategory, origin: tuple[Any, ...]) -> models.PhoneNumberCategory:
    record = new(models.PhoneNumberCategory)
    record._origin = origin
    record.phone_category_name = wire.phone_category_name
    record.country_has_states = wire.country_has_states
    record.localized_country_name = wire.localized_country_name
    record.localized_phone_category_name = wire.localized_phone_category_name
    record.localized_phone_region_name = wire.localized_phone_region_name
    record.phone_price = amount(wire.phone_price)
    record.phone_installation_price = amount(wire.phone_installation_price)
    record.phone_period = wire.phone_period
    record.can_list_phone_numbers = wire.can_list_phone_numbers
    record.incoming_calls_resource_id = wire.incoming_calls_resource_id
    record.incoming_calls_resource_name = wire.incoming_calls_resource_name
    return record


class _PhoneNumberCountry(Struct, kw_only=True, gc=False):
    country_code: str | None = None
    localized_country_name: str | None = None
    phone_prefix: str | None = None
    can_list_phone_numbers: bool | None = None
    phone_categories: list[_PhoneNumberCategory] | None = None
    emergency_calls_to_be_enabled: bool | None = None


def _phone_number_country(wire: _PhoneNumberCountry, origin: tuple[Any, ...]) -> models.PhoneNumberCountry:
    record = new(models.PhoneNumberCountry)
    record._origin = origin
    record.country_code = wire.country_code
    record.localized_country_name = wire.localized_country_name
    record.phone_prefix = wire.phone_prefix
    record.can_list_phone_numbers = wire.can_list_phone_numbers
    record.phone_categories = (
        [
            _phone_number_category(item, (origin, "phone_categories", at))
            for at, item in enumerate(wire.phone_categories)
        ]
        if wire.phone_categories is not None
        else None
    )
    record.emergency_calls_to_be_enabled = wire.emergency_calls_to_be_enabled
    return record


class _PhoneNumberCategories(Struct, kw_only=True, gc=False):
    result: list[_PhoneNumberCountry]
    count: int | None = None
    error: _Failure | None = None


def _phone_number_categories(wire: _PhoneNumberCategories, origin: tuple[Any, ...]) -> models.PhoneNumberCategories:
    record = new(models.PhoneNumberCategories)
    record._origin = origin
    record.result = [_phone_number_country(item, (origin, "result", at)) for at, item in enumerate(wire.result)]
    record.count = wire.count
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _PhoneNumberCountryCodes(Struct, kw_only=True, gc=False):
    result: list[str]
    error: _Failure | None = None


def _phone_number_country_codes(
    wire: _PhoneNumberCountryCodes, origin: tuple[Any, ...]
) -> models.PhoneNumberCountryCodes:
    record = new(models.PhoneNumberCountryCodes)
    record._origin = origin
    record.result = wire.result
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _PhoneNumberRegions(Struct, kw_only=True, gc=False):
    result: list[_PhoneNumberRegion]
    count: int | None = None
    error: _Failure | None = None


def _phone_number_regions(wire: _PhoneNumberRegions, origin: tuple[Any, ...]) -> models.PhoneNumberRegions:
    record = new(models.PhoneNumberRegions)
    record._origin = origin
    record.result = [_phone_number_region(item, (origin, "result", at)) for at, item in enumerate(wire.result)]
    record.count = wire.count
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _PhoneNumberState(Struct, kw_only=True, gc=False):
    country_state: str | None = None
    country_state_name: str | None = None
    can_list_phone_numbers: bool | None = None


def _phone_number_state(wire: _PhoneNumberState, origin: tuple[Any, ...]) -> models.PhoneNumberState:
    record = new(models.PhoneNumberState)
    record._origin = origin
    record.country_state = wire.country_state
    record.country_state_name = wire.country_state_name
    record.can_list_phone_numbers = wire.can_list_phone_numbers
    return record


class _PhoneNumberStates(Struct, kw_only=True, gc=False):
    result: list[_PhoneNumberState]
    count: int | None = None
    error: _Failure | None = None


def _phone_number_states(wire: _PhoneNumberStates, origin: tuple[Any, ...]) -> models.PhoneNumberStates:
    record = new(models.PhoneNumberStates)
    record._origin = origin
    record.result = [_phone_number_state(item, (origin, "result", at)) for at, item in enumerate(wire.result)]
    record.count = wire.count
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


class _PhoneNumber(Struct, kw_only=True, gc=False):
    phone_id: int
    phone_number: str
    phone_price: int | Decimal | None = None
    phone_country_code: str | None = None
    activation_status: ActivationStatus | None = None
    phone_next_renewal: date | None = None
    phone_purchase_date: str | None = None
    deactivated: bool | None = None
    canceled: bool | None = None
    auto_charge: bool | None = None
    application_id: int | None = None
    application_name: str | None = None
    extended_application_name: str | None = None
    rule_id: int | None = None
    rule_name: str | None = None
    category_name: str | None = None
    phone_region_id: int | None = None
    phone_region_name: str | None = None
    required_verification: str | None = None
    verification_status: VerificationStatus | None = None
    unverified_hold_until: date | None = None
    can_be_used: bool | None = None
    is_sms_supported: bool | None = None
    is_sms_enabled: bool | None = None
    incoming_sms_callback_url: str | None = None
    emergency_calls_to_be_enabled: bool | None = None
    emergency_calls_enabled: bool | None = None
    subscription_id: int | None = None
    modified: str | None = None
    account_id: int | None = None


def _phone_number(wire: _PhoneNumber, origin: tuple[Any, ...]) -> models.PhoneNumber:
    record = new(models.PhoneNumber)
    record._origin = origin
    record.phone_id = wire.phone_id
    record.phone_number = wire.phone_number
    record.phone_price = amount(wire.phone_price)
    record.phone_country_code = wire.phone_country_code
    record.activation_status = wire.activation_status
    record.phone_next_renewal = wire.phone_next_renewal
    record.phone_purchase_date = timestamps.parse(moment + "Z") if (moment := wire.phone_purchase_date) else None
    record.deactivated = wire.deactivated
    record.canceled = wire.canceled
    record.auto_charge = wire.auto_charge
    record.application_id = wire.application_id
    record.application_name = wire.application_name
    record.extended_application_name = wire.extended_application_name
    record.rule_id = wire.rule_id
    record.rule_name = wire.rule_name
    record.category_name = wire.category_name
    record.phone_region_id = wire.phone_region_id
    record.phone_region_name = wire.phone_region_name
    record.required_verification = wire.required_verification
    record.verification_status = wire.verification_status
    record.unverified_hold_until = wire.unverified_hold_until
    record.can_be_used = wire.can_be_used
    record.is_sms_supported = wire.is_sms_supported
    record.is_sms_enabled = wire.is_sms_enabled
    record.incoming_sms_callback_url = wire.incoming_sms_callback_url
    record.emergency_calls_to_be_enabled = wire.emergency_calls_to_be_enabled
    record.emergency_calls_enabled = wire.emergency_calls_enabled
    record.subscription_id = wire.subscription_id
    record.modified = timestamps.parse(moment + "Z") if (moment := wire.modified) else None
    record.account_id = wire.account_id
    return record


class _PhoneNumbersPage(Struct, kw_only=True, gc=False):
    result: list[_PhoneNumber]
    count: int | None = None
    total_count: int | None = None
    error: _Failure | None = None


def _phone_numbers_page(wire: _PhoneNumbersPage, origin: tuple[Any, ...]) -> models.PhoneNumbersPage:
    record = new(models.PhoneNumbersPage)
    record._origin = origin
    record.result = [_phone_number(item, (origin, "result", at)) for at, item in enumerate(wire.result)]
    record.count = wire.count
    record.total_count = wire.total_count
    record.error = _failure(wire.error, (origin, "error")) if wire.error is not None else None
    return record


DECODERS: dict[str, Decoder[Any]] = {
    "ActualPhoneNumberRegion": Decoder(
        models.ActualPhoneNumberRegion, _ActualPhoneNumberRegion, _actual_phone_number_region
    ),
    "AttachedPhoneNumbers": Decoder(models.AttachedPhoneNumbers, _AttachedPhoneNumbers, _attached_phone_numbers),
    "AvailablePhoneNumbersPage": Decoder(
        models.AvailablePhoneNumbersPage, _AvailablePhoneNumbersPage, _available_phone_numbers_page
    ),
    "CurrentAccount": Decoder(models.CurrentAccount, _CurrentAccount, _current_account),
    "Done": Decoder(models.Done, _Done, _done),
    "PhoneNumberCategories": Decoder(models.PhoneNumberCategories, _PhoneNumberCategories, _phone_number_categories),
    "PhoneNumberCountryCodes": Decoder(
        models.PhoneNumberCountryCodes, _PhoneNumberCountryCodes, _phone_number_country_codes
    ),
    "PhoneNumberRegions": Decoder(models.PhoneNumberRegions, _PhoneNumberRegions, _phone_number_regions),
    "PhoneNumbersPage": Decoder(models.PhoneNumbersPage, _PhoneNumbersPage, _phone_numbers_page),
    "PhoneNumberStates": Decoder(models.PhoneNumberStates, _PhoneNumberStates, _phone_number_states),
}

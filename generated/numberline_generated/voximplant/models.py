"""Records and enums of Voximplant, generated from specs/voximplant.yaml. Do not edit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from attr import define, field  # the same as from attrs, which loads six modules more

from numberline._runtime.records import FieldMapping, OpenEnum, Page, Record

__all__ = [
    "AccountInfo",
    "ActivationStatus",
    "AvailablePhoneNumber",
    "AvailablePhoneNumbersPage",
    "Failure",
    "FailureDetails",
    "Locale",
    "MultipleNumbersPrice",
    "NewPhoneNumber",
    "PhoneNumber",
    "PhoneNumberCategory",
    "PhoneNumberCountry",
    "PhoneNumberOrder",
    "PhoneNumberRegion",
    "PhoneNumbersPage",
    "PhoneNumberState",
    "RegulationAddressType",
    "SandboxFilter",
    "VerificationStatus",
]


class ActivationStatus(OpenEnum):
    """How far a number is on its way into service. New values may appear."""

    ACTIVE = "ACTIVE"
    ACTIVATING = "ACTIVATING"
    DEACTIVATED = "DEACTIVATED"
    PROVISIONING = "PROVISIONING"
    AWAITING_BUSINESS_PHONE_NUMBER_CONFIGURATION = "AWAITING_BUSINESS_PHONE_NUMBER_CONFIGURATION"
    LEGAL_OWNERSHIP_LIMIT_REACHED = "LEGAL_OWNERSHIP_LIMIT_REACHED"
    GOSUSLUGI_DECLINED = "GOSUSLUGI_DECLINED"
    SELF_BAN_ENABLED = "SELF_BAN_ENABLED"


class Locale(OpenEnum):
    """A language, in two letters. New values may appear."""

    EN = "EN"
    RU = "RU"


class PhoneNumberOrder(OpenEnum):
    """What a list of numbers is sorted by. Ascending: phone_number, phone_price, phone_country_code,
    phone_next_renewal, unverified_hold_until. Descending: purchase_date. With deactivated, frozen numbers come
    first and active ones last. For verification_status and verification_name the direction is not stated. New
    values may appear."""

    PHONE_NUMBER = "phone_number"
    PHONE_PRICE = "phone_price"
    PHONE_COUNTRY_CODE = "phone_country_code"
    DEACTIVATED = "deactivated"
    PURCHASE_DATE = "purchase_date"
    PHONE_NEXT_RENEWAL = "phone_next_renewal"
    VERIFICATION_STATUS = "verification_status"
    UNVERIFIED_HOLD_UNTIL = "unverified_hold_until"
    VERIFICATION_NAME = "verification_name"


class RegulationAddressType(OpenEnum):
    """Where a regulation address has to lie. New values may appear."""

    LOCAL = "LOCAL"
    NATIONAL = "NATIONAL"
    WORLDWIDE = "WORLDWIDE"


class SandboxFilter(OpenEnum):
    """Which side to look at: 'true' for the sandbox, 'false' for real numbers, 'all' for both. New values may appear."""

    ALL = "all"
    TRUE = "true"
    FALSE = "false"


class VerificationStatus(OpenEnum):
    """State of an account's verification. In responses, NOT_REQUIRED has been seen as well. New values may appear."""

    REQUIRED = "REQUIRED"
    IN_PROGRESS = "IN_PROGRESS"
    VERIFIED = "VERIFIED"


@define(kw_only=True, repr=False, eq=False)
class MultipleNumbersPrice(Record):
    """Price for each of several numbers when they are bought at once.

    Attributes:
        count: How many numbers have to be bought at once.
        installation_tax_reserve: Tax reserved on the one-off price.
        tax_reserve: Tax reserved on the monthly price.
        local_price: Monthly price by the price list, in local_currency.
        local_installation_price: One-off price by the price list, in local_currency.
        local_currency: Currency of the price list.
        account_price: Monthly price in account_currency.
        account_installation_price: One-off price in account_currency.
        account_currency: Currency of the account.
        price: Monthly price.
        installation_price: One-off price of a purchase.
    """

    count: int | None = None
    """How many numbers have to be bought at once."""
    installation_tax_reserve: Decimal | None = None
    """Tax reserved on the one-off price."""
    tax_reserve: Decimal | None = None
    """Tax reserved on the monthly price."""
    local_price: Decimal | None = None
    """Monthly price by the price list, in local_currency."""
    local_installation_price: Decimal | None = None
    """One-off price by the price list, in local_currency."""
    local_currency: str | None = None
    """Currency of the price list."""
    account_price: Decimal | None = None
    """Monthly price in account_currency."""
    account_installation_price: Decimal | None = None
    """One-off price in account_currency."""
    account_currency: str | None = None
    """Currency of the account."""
    price: Decimal | None = None
    """Monthly price."""
    installation_price: Decimal | None = None
    """One-off price of a purchase."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberRegion(Record):
    """A region of a country, with its stock and prices.

    Attributes:
        phone_region_id: Id of the region.
        phone_region_name: Name of the region.
        phone_region_code: Regional dialling prefix.
        phone_count: How many numbers of the region are in stock.
        phone_period: Period of the charge as Y-M-D H:m:s without leading zeros. One month is 0-1-0 0:0:0.
        verification_status: State of the verification that the account needs for the region.
        required_verification: Country whose verification the account needs for the region. Only RU is known.
        is_need_regulation_address: Whether a purchase needs a regulation address.
        regulation_address_type: Where the regulation address has to lie.
        is_sms_supported: Whether numbers of the region can do SMS.
        multiple_numbers_price: Prices for several numbers at once. May be empty.
        localized_country_name: Name of the country in the requested language.
        localized_phone_category_name: Name of the category in the requested language.
        localized_phone_region_name: Name of the region in the requested language.
        phone_installation_tax_reserve: Tax reserved on the one-off price.
        phone_tax_reserve: Tax reserved on the monthly price.
        local_price: Monthly price by the price list, in local_currency.
        local_installation_price: One-off price by the price list, in local_currency.
        local_currency: Currency of the price list.
        account_price: Monthly price in account_currency.
        account_installation_price: One-off price in account_currency.
        account_currency: Currency of the account.
        phone_price: Monthly price.
        phone_installation_price: One-off price of a purchase.
        country_code: Code of the region's country.
        phone_category_name: Category of the numbers.
    """

    phone_region_id: int | None = None
    """Id of the region."""
    phone_region_name: str | None = None
    """Name of the region."""
    phone_region_code: str | None = None
    """Regional dialling prefix."""
    phone_count: int | None = None
    """How many numbers of the region are in stock."""
    phone_period: str | None = None
    """Period of the charge as Y-M-D H:m:s without leading zeros. One month is 0-1-0 0:0:0."""
    verification_status: VerificationStatus | None = None
    """State of the verification that the account needs for the region."""
    required_verification: str | None = None
    """Country whose verification the account needs for the region. Only RU is known."""
    is_need_regulation_address: bool | None = None
    """Whether a purchase needs a regulation address."""
    regulation_address_type: RegulationAddressType | None = None
    """Where the regulation address has to lie."""
    is_sms_supported: bool | None = None
    """Whether numbers of the region can do SMS."""
    multiple_numbers_price: list[MultipleNumbersPrice] | None = None
    """Prices for several numbers at once. May be empty."""
    localized_country_name: str | None = None
    """Name of the country in the requested language."""
    localized_phone_category_name: str | None = None
    """Name of the category in the requested language."""
    localized_phone_region_name: str | None = None
    """Name of the region in the requested language."""
    phone_installation_tax_reserve: Decimal | None = None
    """Tax reserved on the one-off price."""
    phone_tax_reserve: Decimal | None = None
    """Tax reserved on the monthly price."""
    local_price: Decimal | None = None
    """Monthly price by the price list, in local_currency."""
    local_installation_price: Decimal | None = None
    """One-off price by the price list, in local_currency."""
    local_currency: str | None = None
    """Currency of the price list."""
    account_price: Decimal | None = None
    """Monthly price in account_currency."""
    account_installation_price: Decimal | None = None
    """One-off price in account_currency."""
    account_currency: str | None = None
    """Currency of the account."""
    phone_price: Decimal | None = None
    """Monthly price."""
    phone_installation_price: Decimal | None = None
    """One-off price of a purchase."""
    country_code: str | None = None
    """Code of the region's country."""
    phone_category_name: str | None = None
    """Category of the numbers."""


@define(kw_only=True, repr=False, eq=False)
class FailureDetails(Record):
    """More about a failure.

    Attributes:
        verification_name: Name of the verification that the account lacks.
    """

    verification_name: str | None = None
    """Name of the verification that the account lacks."""


@define(kw_only=True, repr=False, eq=False)
class Failure(Record):
    """Why a call failed. Go by the code; texts vary.

    Attributes:
        code: The provider's code for the failure.
        msg: What went wrong, for people to read.
        field_name: Name of the parameter that was wrong, where one is to blame.
        details: More about the failure.
    """

    code: int | None = None
    """The provider's code for the failure."""
    msg: str | None = None
    """What went wrong, for people to read."""
    field_name: str | None = None
    """Name of the parameter that was wrong, where one is to blame."""
    details: FailureDetails | None = None
    """More about the failure."""


@define(kw_only=True, repr=False, eq=False)
class ActualPhoneNumberRegion(Record):
    """One region as it is now.

    Attributes:
        result: The region.
        error: Why the call failed. There is no result then.
    """

    result: PhoneNumberRegion
    """The region."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class NewPhoneNumber(Record):
    """A phone number just bought.

    Attributes:
        phone_id: Id of the number.
        phone_number: The number, in digits.
        required_verification: Country whose verification the account needs for this number. Only RU is known.
        verification_status: State of the account's verification for this number.
        unverified_hold_until: Day on which the number is taken away if it is still unverified. May come as an empty
            text.
        subscription_id: Id of the subscription behind the number.
        phone_country_code: Country of the number, two letters.
    """

    phone_id: int
    """Id of the number."""
    phone_number: str
    """The number, in digits."""
    required_verification: str | None = None
    """Country whose verification the account needs for this number. Only RU is known."""
    verification_status: VerificationStatus | None = None
    """State of the account's verification for this number."""
    unverified_hold_until: date | None = None
    """Day on which the number is taken away if it is still unverified. May come as an empty text."""
    subscription_id: int | None = None
    """Id of the subscription behind the number."""
    phone_country_code: str | None = None
    """Country of the number, two letters."""


@define(kw_only=True, repr=False, eq=False)
class AttachedPhoneNumbers(Record):
    """The outcome of a purchase.

    Attributes:
        result: 1 on success.
        phone_numbers: The numbers bought.
        error: Why the call failed. There is no result then.
    """

    result: Literal[1]
    """1 on success."""
    phone_numbers: list[NewPhoneNumber]
    """The numbers bought."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class AvailablePhoneNumber(Record):
    """A phone number in stock.

    Attributes:
        phone_id: Id of the number in stock.
        phone_number: The number, in digits.
        phone_price: Monthly price.
        phone_installation_price: One-off price of the purchase, without the first month.
        phone_country_code: Country of the number, two letters.
        phone_period: Period of the charge as Y-M-D H:m:s without leading zeros. One month is 0-1-0 0:0:0.
        phone_category_name: Category of the number, such as MOBILE, GEOGRAPHIC, TOLLFREE or MOSCOW495.
        phone_region_name: Name of the number's region.
        phone_installation_tax_reserve: Tax reserved on the one-off price.
        phone_tax_reserve: Tax reserved on the monthly price.
    """

    phone_id: int
    """Id of the number in stock."""
    phone_number: str
    """The number, in digits."""
    phone_price: Decimal | None = None
    """Monthly price."""
    phone_installation_price: Decimal | None = None
    """One-off price of the purchase, without the first month."""
    phone_country_code: str | None = None
    """Country of the number, two letters."""
    phone_period: str | None = None
    """Period of the charge as Y-M-D H:m:s without leading zeros. One month is 0-1-0 0:0:0."""
    phone_category_name: str | None = None
    """Category of the number, such as MOBILE, GEOGRAPHIC, TOLLFREE or MOSCOW495."""
    phone_region_name: str | None = None
    """Name of the number's region."""
    phone_installation_tax_reserve: Decimal | None = None
    """Tax reserved on the one-off price."""
    phone_tax_reserve: Decimal | None = None
    """Tax reserved on the monthly price."""


@define(kw_only=True, repr=False, eq=False)
class AvailablePhoneNumbersPage(Page[AvailablePhoneNumber]):
    """One page of numbers in stock.

    Attributes:
        result: The numbers of this page.
        count: How many numbers this page holds.
        total_count: How many numbers match on all pages together.
        error: Why the call failed. There is no result then.
    """

    result: list[AvailablePhoneNumber]
    """The numbers of this page."""
    count: int | None = None
    """How many numbers this page holds."""
    total_count: int | None = None
    """How many numbers match on all pages together."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""

    _items: ClassVar[str] = "result"
    _total: ClassVar[str | None] = "total_count"


@define(kw_only=True, repr=False, eq=False)
class AccountInfo(Record):
    """An account. The reference has more fields, which can be read from the raw record.

    Attributes:
        account_id: Id of the account.
        account_name: Name of the account.
        account_email: E-mail address of the account.
        created: UTC time at which the account was created.
        active: Whether the account is active.
        frozen: Whether the provider has blocked the account.
        balance: The account's money.
        currency: Currency of the account and of its prices, such as USD, EUR or RUR.
        api_key: The account's API key. Only for those who sign in with it or with a password.
        callback_salt: Text that goes into the hash of callbacks.
        api_address: The API host of the account's own.
    """

    account_id: int
    """Id of the account."""
    account_name: str | None = None
    """Name of the account."""
    account_email: str | None = None
    """E-mail address of the account."""
    created: datetime | None = None
    """UTC time at which the account was created."""
    active: bool | None = None
    """Whether the account is active."""
    frozen: bool | None = None
    """Whether the provider has blocked the account."""
    balance: Decimal | None = None
    """The account's money."""
    currency: str | None = None
    """Currency of the account and of its prices, such as USD, EUR or RUR."""
    api_key: str | None = field(default=None, repr=False)
    """The account's API key. Only for those who sign in with it or with a password."""
    callback_salt: str | None = field(default=None, repr=False)
    """Text that goes into the hash of callbacks."""
    api_address: str | None = None
    """The API host of the account's own."""

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        moments={"created": "utc-timestamp"},
    )


@define(kw_only=True, repr=False, eq=False)
class CurrentAccount(Record):
    """The account that calls.

    Attributes:
        result: The account.
        error: Why the call failed. There is no result then.
    """

    result: AccountInfo
    """The account."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class Done(Record):
    """Bare success.

    Attributes:
        result: 1 on success.
        error: Why the call failed. There is no result then.
    """

    result: Literal[1]
    """1 on success."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberCategory(Record):
    """A category of numbers within a country.

    Attributes:
        phone_category_name: Name of the category, such as MOBILE, GEOGRAPHIC, TOLLFREE or MOSCOW495.
        country_has_states: Whether the country is divided into states for this category.
        localized_country_name: Name of the country in the requested language.
        localized_phone_category_name: Name of the category in the requested language.
        localized_phone_region_name: Name of the region in the requested language.
        phone_price: Monthly price.
        phone_installation_price: One-off price of a purchase.
        phone_period: Period of the charge as Y-M-D H:m:s without leading zeros. One month is 0-1-0 0:0:0.
        can_list_phone_numbers: Whether get_new_phone_numbers can list numbers of the category.
        incoming_calls_resource_id: Id of the resource that incoming calls are charged as.
        incoming_calls_resource_name: Name of the resource that incoming calls are charged as.
    """

    phone_category_name: str | None = None
    """Name of the category, such as MOBILE, GEOGRAPHIC, TOLLFREE or MOSCOW495."""
    country_has_states: bool | None = None
    """Whether the country is divided into states for this category."""
    localized_country_name: str | None = None
    """Name of the country in the requested language."""
    localized_phone_category_name: str | None = None
    """Name of the category in the requested language."""
    localized_phone_region_name: str | None = None
    """Name of the region in the requested language."""
    phone_price: Decimal | None = None
    """Monthly price."""
    phone_installation_price: Decimal | None = None
    """One-off price of a purchase."""
    phone_period: str | None = None
    """Period of the charge as Y-M-D H:m:s without leading zeros. One month is 0-1-0 0:0:0."""
    can_list_phone_numbers: bool | None = None
    """Whether get_new_phone_numbers can list numbers of the category."""
    incoming_calls_resource_id: int | None = None
    """Id of the resource that incoming calls are charged as."""
    incoming_calls_resource_name: str | None = None
    """Name of the resource that incoming calls are charged as."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberCountry(Record):
    """A country and its categories of numbers.

    Attributes:
        country_code: Code of the country.
        localized_country_name: Name of the country in the requested language.
        phone_prefix: Dialling prefix of the country.
        can_list_phone_numbers: Whether get_new_phone_numbers can list numbers of the country.
        phone_categories: The categories.
        emergency_calls_to_be_enabled: Whether emergency calls can be switched on for numbers of the country.
    """

    country_code: str | None = None
    """Code of the country."""
    localized_country_name: str | None = None
    """Name of the country in the requested language."""
    phone_prefix: str | None = None
    """Dialling prefix of the country."""
    can_list_phone_numbers: bool | None = None
    """Whether get_new_phone_numbers can list numbers of the country."""
    phone_categories: list[PhoneNumberCategory] | None = None
    """The categories."""
    emergency_calls_to_be_enabled: bool | None = None
    """Whether emergency calls can be switched on for numbers of the country."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberCategories(Record):
    """Countries with their categories of numbers.

    Attributes:
        result: The countries.
        count: How many countries were found.
        error: Why the call failed. There is no result then.
    """

    result: list[PhoneNumberCountry]
    """The countries."""
    count: int | None = None
    """How many countries were found."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberCountryCodes(Record):
    """The countries in which the account has numbers.

    Attributes:
        result: Country codes.
        error: Why the call failed. There is no result then.
    """

    result: list[str]
    """Country codes."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberRegions(Record):
    """The regions of a country.

    Attributes:
        result: The regions.
        count: How many regions were found.
        error: Why the call failed. There is no result then.
    """

    result: list[PhoneNumberRegion]
    """The regions."""
    count: int | None = None
    """How many regions were found."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberState(Record):
    """A state of a country.

    Attributes:
        country_state: Code of the state.
        country_state_name: Name of the state.
        can_list_phone_numbers: Whether get_new_phone_numbers can list numbers of the state.
    """

    country_state: str | None = None
    """Code of the state."""
    country_state_name: str | None = None
    """Name of the state."""
    can_list_phone_numbers: bool | None = None
    """Whether get_new_phone_numbers can list numbers of the state."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumberStates(Record):
    """The states of a country.

    Attributes:
        result: The states.
        count: How many states were found.
        error: Why the call failed. There is no result then.
    """

    result: list[PhoneNumberState]
    """The states."""
    count: int | None = None
    """How many states were found."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""


@define(kw_only=True, repr=False, eq=False)
class PhoneNumber(Record):
    """A phone number of the account.

    Attributes:
        phone_id: Id of the number.
        phone_number: The number, in digits.
        phone_price: Monthly price, in the account's currency.
        phone_country_code: Country of the number, two letters.
        activation_status: How far the number is on its way into service.
        phone_next_renewal: UTC day of the next renewal.
        phone_purchase_date: UTC time of the purchase.
        deactivated: Whether the subscription is frozen.
        canceled: Whether the subscription is cancelled. May be absent.
        auto_charge: Whether the number is renewed automatically.
        application_id: Id of the application that the number is bound to. Absent if there is none.
        application_name: Name of the application that the number is bound to. Absent if there is none.
        extended_application_name: Full name of the application, in the form app.account.nX.voximplant.com.
        rule_id: Id of the rule that the number is bound to. Absent if there is none.
        rule_name: Name of the rule that the number is bound to. Absent if there is none.
        category_name: Category of the number, such as MOBILE, GEOGRAPHIC, TOLLFREE or MOSCOW495. Elsewhere the
            field is called phone_category_name.
        phone_region_id: Id of the number's region.
        phone_region_name: Name of the number's region.
        required_verification: Country whose verification the account needs for this number. Only RU is known.
        verification_status: State of the account's verification for this number.
        unverified_hold_until: Day on which the number is taken away if it is still unverified. May come as an empty
            text.
        can_be_used: Whether an account without verification can use the number.
        is_sms_supported: Whether the number can do SMS.
        is_sms_enabled: Whether SMS is switched on for the number.
        incoming_sms_callback_url: URL that is called for incoming SMS of this number, in place of the account's.
        emergency_calls_to_be_enabled: Whether emergency calls can be switched on for the number.
        emergency_calls_enabled: Whether emergency calls are switched on for the number.
        subscription_id: Id of the subscription behind the number.
        modified: UTC time of the last change.
        account_id: Id of the account that holds the number.
    """

    phone_id: int
    """Id of the number."""
    phone_number: str
    """The number, in digits."""
    phone_price: Decimal | None = None
    """Monthly price, in the account's currency."""
    phone_country_code: str | None = None
    """Country of the number, two letters."""
    activation_status: ActivationStatus | None = None
    """How far the number is on its way into service."""
    phone_next_renewal: date | None = None
    """UTC day of the next renewal."""
    phone_purchase_date: datetime | None = None
    """UTC time of the purchase."""
    deactivated: bool | None = None
    """Whether the subscription is frozen."""
    canceled: bool | None = None
    """Whether the subscription is cancelled. May be absent."""
    auto_charge: bool | None = None
    """Whether the number is renewed automatically."""
    application_id: int | None = None
    """Id of the application that the number is bound to. Absent if there is none."""
    application_name: str | None = None
    """Name of the application that the number is bound to. Absent if there is none."""
    extended_application_name: str | None = None
    """Full name of the application, in the form app.account.nX.voximplant.com."""
    rule_id: int | None = None
    """Id of the rule that the number is bound to. Absent if there is none."""
    rule_name: str | None = None
    """Name of the rule that the number is bound to. Absent if there is none."""
    category_name: str | None = None
    """Category of the number, such as MOBILE, GEOGRAPHIC, TOLLFREE or MOSCOW495. Elsewhere the field is called
    phone_category_name."""
    phone_region_id: int | None = None
    """Id of the number's region."""
    phone_region_name: str | None = None
    """Name of the number's region."""
    required_verification: str | None = None
    """Country whose verification the account needs for this number. Only RU is known."""
    verification_status: VerificationStatus | None = None
    """State of the account's verification for this number."""
    unverified_hold_until: date | None = None
    """Day on which the number is taken away if it is still unverified. May come as an empty text."""
    can_be_used: bool | None = None
    """Whether an account without verification can use the number."""
    is_sms_supported: bool | None = None
    """Whether the number can do SMS."""
    is_sms_enabled: bool | None = None
    """Whether SMS is switched on for the number."""
    incoming_sms_callback_url: str | None = None
    """URL that is called for incoming SMS of this number, in place of the account's."""
    emergency_calls_to_be_enabled: bool | None = None
    """Whether emergency calls can be switched on for the number."""
    emergency_calls_enabled: bool | None = None
    """Whether emergency calls are switched on for the number."""
    subscription_id: int | None = None
    """Id of the subscription behind the number."""
    modified: datetime | None = None
    """UTC time of the last change."""
    account_id: int | None = None
    """Id of the account that holds the number."""

    _mapping: ClassVar[FieldMapping] = FieldMapping(
        moments={"phone_purchase_date": "utc-timestamp", "modified": "utc-timestamp"},
    )


@define(kw_only=True, repr=False, eq=False)
class PhoneNumbersPage(Page[PhoneNumber]):
    """One page of the account's numbers.

    Attributes:
        result: The numbers of this page.
        count: How many numbers this page holds.
        total_count: How many numbers match on all pages together.
        error: Why the call failed. There is no result then.
    """

    result: list[PhoneNumber]
    """The numbers of this page."""
    count: int | None = None
    """How many numbers this page holds."""
    total_count: int | None = None
    """How many numbers match on all pages together."""
    error: Failure | None = None
    """Why the call failed. There is no result then."""

    _items: ClassVar[str] = "result"
    _total: ClassVar[str | None] = "total_count"

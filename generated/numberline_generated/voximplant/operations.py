"""Operations of Voximplant: their requests and methods, generated from specs/voximplant.yaml. Do not edit.

Source of the facts: https://voximplant.com/docs/references/httpapi/phonenumbers
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from numberline import lists
from numberline._runtime import arguments
from numberline._runtime.client import AsyncClient, Client
from numberline._runtime.operation import (
    ErrorCode,
    ErrorForm,
    Offset,
    Operation,
    Provider,
    Request,
)

if TYPE_CHECKING:
    from numberline.pagination import AsyncPages, Pages

    from .models import (
        AccountInfo,
        ActualPhoneNumberRegion,
        AttachedPhoneNumbers,
        AvailablePhoneNumber,
        AvailablePhoneNumbersPage,
        CurrentAccount,
        Done,
        Locale,
        NewPhoneNumber,
        PhoneNumber,
        PhoneNumberCategories,
        PhoneNumberCountry,
        PhoneNumberCountryCodes,
        PhoneNumberOrder,
        PhoneNumberRegion,
        PhoneNumberRegions,
        PhoneNumbersPage,
        PhoneNumberState,
        PhoneNumberStates,
        SandboxFilter,
        VerificationStatus,
    )

PROVIDER = Provider(
    "Voximplant",
    package=__package__ or "",
    server="https://api.voximplant.com",
    prefix="",
    error_forms=(
        ErrorForm(
            code=("error", "code"),
            text=("error", "msg"),
            parameter=("error", "field_name"),
        ),
        ErrorForm(
            code=("errors", "0", "code"),
            text=("errors", "0", "msg"),
        ),
    ),
    error_codes={
        1: ErrorCode("server", "FATAL_ERROR", effect="unknown"),
        2: ErrorCode("server", "INTERNAL_ERROR", effect="unknown"),
        4: ErrorCode("server", "DB_ERROR", effect="unknown"),
        5: ErrorCode("server", "BILLING_ERROR", effect="unknown"),
        20: ErrorCode("server", "PHONE_PROVIDER_FAILED", effect="unknown"),
        100: ErrorCode("authentication", "AUTHORIZATION_FAILED"),
        101: ErrorCode("invalid", "INVALID_ARGUMENTS"),
        102: ErrorCode("invalid", "MISSING_CMD"),
        103: ErrorCode("invalid", "UNKNOWN_COMMAND"),
        104: ErrorCode("permission", "FORBIDDEN_COMMAND"),
        105: ErrorCode("invalid", "REQUIRED_OUTPUT_FORMAT_TYPE_IS_NOT_SUPPORTED"),
        107: ErrorCode("not-found", "INVALID_APPLICATION_NAME"),
        111: ErrorCode("invalid", "INVALID_DATE_FORMAT"),
        115: ErrorCode("authentication", "INVALID_ACCOUNT_ID"),
        116: ErrorCode("not-found", "INVALID_APPLICATION_ID"),
        121: ErrorCode("not-found", "INVALID_PHONE_NUMBER"),
        123: ErrorCode("invalid", "INVALID_DATE_RANGE"),
        127: ErrorCode("funds", "INSUFFICIENT_MONEY"),
        131: ErrorCode("permission", "ACCOUNT_ISNT_ACTIVATED"),
        134: ErrorCode("invalid", "REQUIRED_IS_EMPTY"),
        135: ErrorCode("authentication", "SESSION_TIMEOUT"),
        137: ErrorCode("authentication", "ACCOUNT_ISNT_LOGGED"),
        147: ErrorCode("not-found", "INVALID_RULE_ID"),
        156: ErrorCode("not-found", "INVALID_RULE_NAME"),
        161: ErrorCode("authentication", "INVALID_SESSION_ID"),
        162: ErrorCode("later", "TRY_LATER"),
        181: ErrorCode("not-found", "INVALID_PHONE_ID"),
        182: ErrorCode("unavailable", "OCCUPIED_PHONE_NUMBER"),
        194: ErrorCode("not-found", "INVALID_CHILD_ACCOUNT_ID"),
        233: ErrorCode("invalid", "INVALID_DATE"),
        239: ErrorCode("not-found", "INVALID_COUNTRY_CODE"),
        240: ErrorCode("not-found", "INVALID_PHONE_CATEGORY_NAME"),
        241: ErrorCode("not-found", "INVALID_PHONE_REGION_ID"),
        242: ErrorCode("not-found", "INVALID_COUNTRY_STATE"),
        243: ErrorCode("invalid", "INVALID_PHONE_COUNT"),
        258: ErrorCode("invalid", "INVALID_TO_PHONE_NEXT_RENEWAL"),
        281: ErrorCode("permission", "ACCOUNT_VERIFICATION_REQUIRED"),
        282: ErrorCode("permission", "ACCOUNT_VERIFICATION_IN_PROGRESS"),
        283: ErrorCode("invalid", "INVALID_TO_PURCHASE_DATE"),
        314: ErrorCode("rate-limit", "CONCURRENT_RESOURCE_LIMIT_EXCEEDED"),
        317: ErrorCode("permission", "ACCOUNT_UPGRADE_REQUIRED"),
        324: ErrorCode("invalid", "INVALID_VERIFICATION_NAME"),
        325: ErrorCode("invalid", "INVALID_TO_UNVERIFIED_HOLD_UNTIL"),
        326: ErrorCode("invalid", "INVALID_VERIFICATION_STATUS"),
        331: ErrorCode("unavailable", "NO_PHONES_IN_STOCK"),
        332: ErrorCode("unavailable", "INSUFFICIENT_PHONES"),
        334: ErrorCode("not-found", "NOT_FOUND_COUNTRYS_REGION_BY_CODE"),
        335: ErrorCode("unavailable", "PHONE_NUMBER_ALREADY_EXISTS"),
        336: ErrorCode("invalid", "AMBIGUOUS_REGION"),
        340: ErrorCode("rate-limit", "RATE_LIMIT_EXCEED"),
        341: ErrorCode("not-found", "RECORD_NOT_FOUND"),
        361: ErrorCode("permission", "PROOF_OF_ADDRESS_NOT_FOUND"),
        365: ErrorCode("not-found", "PURCHASE_INFO_NOT_FOUND"),
        366: ErrorCode("permission", "PENDING_ADDRESS_VALIDATION"),
        368: ErrorCode("server", "PHONE_PROVIDER_ERROR", effect="unknown"),
        369: ErrorCode("invalid", "INVALID_PHONE_OWNER_REGION_CODE"),
        370: ErrorCode("invalid", "INVALID_REGION_CODE"),
        375: ErrorCode("invalid", "RULE_NO_SCENARIO_BOUND"),
        376: ErrorCode("not-found", "INVALID_SUBSCRIPTION_ID"),
        377: ErrorCode("invalid", "PHONE_GROUP_INCOMPLETE"),
        386: ErrorCode("invalid", "SMS_DISABLED_FOR_NUMBER"),
        395: ErrorCode("unavailable", "PHONE_NUMBER_UNUSABLE"),
        398: ErrorCode("invalid", "INVALID_CALLBACK_URL"),
        416: ErrorCode("later", "RETRY_LATER"),
        420: ErrorCode("not-found", "MULTI_SUBSCRIPTION_DOESNT_EXISTS"),
        421: ErrorCode("not-found", "MULTI_SUBSCRIPTION_DOESNT_EXIST_FOR_NUMBERS"),
        424: ErrorCode("invalid", "REGULATION_ADDRESS_AND_REGION_MISMATCH"),
        433: ErrorCode("token", "INVALID_KEY_ID"),
        447: ErrorCode("token", "INVALID_TOKEN_FORMAT"),
        454: ErrorCode("token", "INVALID_TOKEN_TTL"),
        455: ErrorCode("token", "TOKEN_ISSUED_IN_FUTURE"),
        456: ErrorCode("token", "TOKEN_EXPIRED"),
        458: ErrorCode("invalid", "ONLY_ONE_OF_PARAMETERS"),
        484: ErrorCode("invalid", "HTTP_REQUEST_REJECTED", effect="unknown"),
        485: ErrorCode("invalid", "PARAMETER_CANT_BE_EMPTY"),
        492: ErrorCode("invalid", "FORBIDDEN_PARAMETER"),
        496: ErrorCode("invalid", "INVALID"),
        497: ErrorCode("invalid", "INVALID_RANGE"),
        515: ErrorCode("invalid", "SAME_OPERATION_LIMIT", effect="unknown"),
        528: ErrorCode("invalid", "NOT_SUPPORT_SMS"),
        529: ErrorCode("unavailable", "PHONE_NUMBERS_LIST_IS_NOT_AVAILABLE"),
        530: ErrorCode("unavailable", "BUYING_BY_PHONE_NUMBER_IS_NOT_SUPPORTED"),
        531: ErrorCode("invalid", "REGULATION_ADDRESS_NOT_REQUIRED"),
        540: ErrorCode("invalid", "COUNTABLE_SUBSCRIPTION_WAS_ALREADY_USED"),
        541: ErrorCode("invalid", "COUNTABLE_SUBSCRIPTION_MUST_BE_IN_ACTIVE_STATUS"),
        542: ErrorCode("invalid", "INVALID_NUMBER_STATUS"),
        546: ErrorCode("not-found", "INVALID_APPLICATION_IDS"),
        558: ErrorCode("not-found", "APPLICATION_NOT_FOUND"),
        569: ErrorCode("invalid", "DATE_RANGE_LIMIT"),
        574: ErrorCode("server", "BICS_DOCUMENT_FILE_ERROR", effect="unknown"),
        575: ErrorCode("server", "BICS_MANDATORY_FIELDS_ERROR", effect="unknown"),
        576: ErrorCode("server", "BICS_NUMBERS_ERROR", effect="unknown"),
        577: ErrorCode("server", "BICS_REQUEST_ERROR", effect="unknown"),
        578: ErrorCode("server", "BICS_SERVICE_UNAVAILABLE", effect="unknown"),
        579: ErrorCode("server", "BICS_ADDRESS_ERROR", effect="unknown"),
        580: ErrorCode("server", "BICS_ORDER_ERROR", effect="unknown"),
        581: ErrorCode("server", "PHONE_PROVIDER_NO_SUCH_PRODUCT", effect="unknown"),
    },
)

ATTACH_PHONE_NUMBER: Operation[AttachedPhoneNumbers] = Operation(
    PROVIDER,
    "attach_phone_number",
    method="POST",
    path="/platform_api/AttachPhoneNumber",
    operation_class="charge",
    response="AttachedPhoneNumbers",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "country_code",
        "phone_category_name",
        "phone_region_id",
        "country_state",
        "phone_count",
        "phone_number",
        "regulation_address_id",
    ),
)

BIND_PHONE_NUMBER_TO_APPLICATION: Operation[Done] = Operation(
    PROVIDER,
    "bind_phone_number_to_application",
    method="POST",
    path="/platform_api/BindPhoneNumberToApplication",
    operation_class="idempotent",
    response="Done",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "application_id",
        "application_name",
        "bind",
        "phone_id",
        "phone_number",
        "rule_id",
        "rule_name",
    ),
)

DEACTIVATE_PHONE_NUMBER: Operation[Done] = Operation(
    PROVIDER,
    "deactivate_phone_number",
    method="POST",
    path="/platform_api/DeactivatePhoneNumber",
    operation_class="release",
    response="Done",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "phone_id",
        "phone_number",
    ),
)

GET_ACCOUNT_INFO: Operation[CurrentAccount] = Operation(
    PROVIDER,
    "get_account_info",
    method="POST",
    path="/platform_api/GetAccountInfo",
    operation_class="read",
    response="CurrentAccount",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=("return_live_balance",),
)

GET_ACCOUNT_PHONE_NUMBER_COUNTRIES: Operation[PhoneNumberCountryCodes] = Operation(
    PROVIDER,
    "get_account_phone_number_countries",
    method="POST",
    path="/platform_api/GetAccountPhoneNumberCountries",
    operation_class="read",
    response="PhoneNumberCountryCodes",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=("application_id",),
)

GET_ACTUAL_PHONE_NUMBER_REGION: Operation[ActualPhoneNumberRegion] = Operation(
    PROVIDER,
    "get_actual_phone_number_region",
    method="POST",
    path="/platform_api/GetActualPhoneNumberRegion",
    operation_class="read",
    response="ActualPhoneNumberRegion",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "country_code",
        "phone_category_name",
        "phone_region_id",
        "country_state",
        "locale",
    ),
)

GET_NEW_PHONE_NUMBERS: Operation[AvailablePhoneNumbersPage] = Operation(
    PROVIDER,
    "get_new_phone_numbers",
    method="POST",
    path="/platform_api/GetNewPhoneNumbers",
    operation_class="read",
    response="AvailablePhoneNumbersPage",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "country_code",
        "phone_category_name",
        "phone_region_id",
        "count",
        "country_state",
        "offset",
    ),
    paging=Offset(offset="offset", size="count", key="phone_id"),
)

GET_PHONE_NUMBER_CATEGORIES: Operation[PhoneNumberCategories] = Operation(
    PROVIDER,
    "get_phone_number_categories",
    method="POST",
    path="/platform_api/GetPhoneNumberCategories",
    operation_class="read",
    response="PhoneNumberCategories",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "country_code",
        "locale",
        "sandbox",
    ),
)

GET_PHONE_NUMBER_COUNTRY_STATES: Operation[PhoneNumberStates] = Operation(
    PROVIDER,
    "get_phone_number_country_states",
    method="POST",
    path="/platform_api/GetPhoneNumberCountryStates",
    operation_class="read",
    response="PhoneNumberStates",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "country_code",
        "phone_category_name",
        "country_state",
    ),
)

GET_PHONE_NUMBER_REGIONS: Operation[PhoneNumberRegions] = Operation(
    PROVIDER,
    "get_phone_number_regions",
    method="POST",
    path="/platform_api/GetPhoneNumberRegions",
    operation_class="read",
    response="PhoneNumberRegions",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "country_code",
        "phone_category_name",
        "country_state",
        "locale",
        "omit_empty",
        "phone_region_code",
        "phone_region_id",
        "phone_region_name",
    ),
)

GET_PHONE_NUMBERS: Operation[PhoneNumbersPage] = Operation(
    PROVIDER,
    "get_phone_numbers",
    method="POST",
    path="/platform_api/GetPhoneNumbers",
    operation_class="read",
    response="PhoneNumbersPage",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "application_id",
        "application_name",
        "auto_charge",
        "can_be_used",
        "canceled",
        "child_account_id",
        "children_phones_only",
        "count",
        "country_code",
        "deactivated",
        "from_phone_next_renewal",
        "from_phone_purchase_date",
        "from_unverified_hold_until",
        "is_bound_to_application",
        "is_bound_to_rule",
        "offset",
        "order_by",
        "phone_category_name",
        "phone_id",
        "phone_number",
        "phone_region_name",
        "phone_template",
        "rule_id",
        "rule_name",
        "sandbox",
        "to_phone_next_renewal",
        "to_phone_purchase_date",
        "to_unverified_hold_until",
        "verification_name",
        "verification_status",
    ),
    paging=Offset(offset="offset", size="count", key="phone_id"),
)

SET_PHONE_NUMBER_INFO: Operation[Done] = Operation(
    PROVIDER,
    "set_phone_number_info",
    method="POST",
    path="/platform_api/SetPhoneNumberInfo",
    operation_class="idempotent",
    response="Done",
    error_field="error",
    error_keys=("errors",),
    body="form",
    parameters=(
        "incoming_sms_callback_url",
        "phone_id",
        "phone_number",
    ),
)


def build_attach_phone_number(
    *,
    country_code: str,
    phone_category_name: str,
    phone_region_id: int,
    country_state: str | None = None,
    phone_count: int | None = None,
    phone_number: Sequence[str] | None = None,
    regulation_address_id: int | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[AttachedPhoneNumbers]:
    """Return the request of `attach_phone_number`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    arguments.exactly_one(
        phone_count=phone_count,
        phone_number=phone_number,
    )
    body: dict[str, Any] = {}
    body["country_code"] = arguments.required_text("country_code", country_code)
    body["phone_category_name"] = arguments.required_text("phone_category_name", phone_category_name)
    body["phone_region_id"] = arguments.integer("phone_region_id", phone_region_id)
    if country_state is not None:
        body["country_state"] = arguments.text("country_state", country_state)
    if phone_count is not None:
        body["phone_count"] = arguments.integer("phone_count", phone_count, minimum=1)
    if phone_number is not None:
        body["phone_number"] = lists.join(phone_number, ";", name="phone_number", item=arguments.phone_number)
    if regulation_address_id is not None:
        body["regulation_address_id"] = arguments.integer("regulation_address_id", regulation_address_id)
    return Request(ATTACH_PHONE_NUMBER, body=body, extra_params=extra_params)


def build_bind_phone_number_to_application(
    *,
    application_id: int | None = None,
    application_name: str | None = None,
    bind: bool | None = None,
    phone_id: Sequence[int] | Literal["all"] | None = None,
    phone_number: Sequence[str] | None = None,
    rule_id: int | None = None,
    rule_name: str | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[Done]:
    """Return the request of `bind_phone_number_to_application`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    arguments.exactly_one(
        phone_id=phone_id,
        phone_number=phone_number,
    )
    arguments.exactly_one(
        application_id=application_id,
        application_name=application_name,
    )
    arguments.at_most_one(
        rule_id=rule_id,
        rule_name=rule_name,
    )
    arguments.needs_one_of(
        "rule_name",
        rule_name,
        application_id=application_id,
        application_name=application_name,
    )
    body: dict[str, Any] = {}
    if application_id is not None:
        body["application_id"] = arguments.integer("application_id", application_id)
    if application_name is not None:
        body["application_name"] = arguments.text("application_name", application_name)
    if bind is not None:
        body["bind"] = arguments.boolean("bind", bind)
    if phone_id is not None:
        body["phone_id"] = lists.join(phone_id, ";", name="phone_id", item=arguments.integer, keyword="all")
    if phone_number is not None:
        body["phone_number"] = lists.join(phone_number, ";", name="phone_number", item=arguments.phone_number)
    if rule_id is not None:
        body["rule_id"] = arguments.integer("rule_id", rule_id)
    if rule_name is not None:
        body["rule_name"] = arguments.text("rule_name", rule_name)
    return Request(BIND_PHONE_NUMBER_TO_APPLICATION, body=body, extra_params=extra_params)


def build_deactivate_phone_number(
    *,
    phone_id: Sequence[int] | Literal["all"] | None = None,
    phone_number: Sequence[str] | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[Done]:
    """Return the request of `deactivate_phone_number`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    arguments.exactly_one(
        phone_id=phone_id,
        phone_number=phone_number,
    )
    body: dict[str, Any] = {}
    if phone_id is not None:
        body["phone_id"] = lists.join(phone_id, ";", name="phone_id", item=arguments.integer, keyword="all")
    if phone_number is not None:
        body["phone_number"] = lists.join(phone_number, ";", name="phone_number", item=arguments.phone_number)
    return Request(DEACTIVATE_PHONE_NUMBER, body=body, extra_params=extra_params)


def build_get_account_info(
    *,
    return_live_balance: bool | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[CurrentAccount]:
    """Return the request of `get_account_info`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    if return_live_balance is not None:
        body["return_live_balance"] = arguments.boolean("return_live_balance", return_live_balance)
    return Request(GET_ACCOUNT_INFO, body=body, extra_params=extra_params)


def build_get_account_phone_number_countries(
    *,
    application_id: Sequence[int] | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[PhoneNumberCountryCodes]:
    """Return the request of `get_account_phone_number_countries`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    if application_id is not None:
        body["application_id"] = lists.join(application_id, ";", name="application_id", item=arguments.integer)
    return Request(GET_ACCOUNT_PHONE_NUMBER_COUNTRIES, body=body, extra_params=extra_params)


def build_get_actual_phone_number_region(
    *,
    country_code: str,
    phone_category_name: str,
    phone_region_id: int,
    country_state: str | None = None,
    locale: Locale | Literal["EN", "RU"] | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[ActualPhoneNumberRegion]:
    """Return the request of `get_actual_phone_number_region`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    body["country_code"] = arguments.required_text("country_code", country_code)
    body["phone_category_name"] = arguments.required_text("phone_category_name", phone_category_name)
    body["phone_region_id"] = arguments.integer("phone_region_id", phone_region_id)
    if country_state is not None:
        body["country_state"] = arguments.text("country_state", country_state)
    if locale is not None:
        body["locale"] = arguments.choice("EN", "RU")("locale", locale)
    return Request(GET_ACTUAL_PHONE_NUMBER_REGION, body=body, extra_params=extra_params)


def build_get_new_phone_numbers(
    *,
    country_code: str,
    phone_category_name: str,
    phone_region_id: int,
    count: int | None = None,
    country_state: str | None = None,
    offset: int | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[AvailablePhoneNumbersPage]:
    """Return the request of `get_new_phone_numbers`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    body["country_code"] = arguments.required_text("country_code", country_code)
    body["phone_category_name"] = arguments.required_text("phone_category_name", phone_category_name)
    body["phone_region_id"] = arguments.integer("phone_region_id", phone_region_id)
    if count is not None:
        body["count"] = arguments.integer("count", count, minimum=1)
    if country_state is not None:
        body["country_state"] = arguments.text("country_state", country_state)
    if offset is not None:
        body["offset"] = arguments.integer("offset", offset, minimum=0)
    return Request(GET_NEW_PHONE_NUMBERS, body=body, extra_params=extra_params)


def build_get_phone_number_categories(
    *,
    country_code: Sequence[str] | None = None,
    locale: Locale | Literal["EN", "RU"] | None = None,
    sandbox: SandboxFilter | Literal["all", "true", "false"] | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[PhoneNumberCategories]:
    """Return the request of `get_phone_number_categories`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    if country_code is not None:
        body["country_code"] = lists.join(country_code, ";", name="country_code", item=arguments.text)
    if locale is not None:
        body["locale"] = arguments.choice("EN", "RU")("locale", locale)
    if sandbox is not None:
        body["sandbox"] = arguments.choice("all", "true", "false")("sandbox", sandbox)
    return Request(GET_PHONE_NUMBER_CATEGORIES, body=body, extra_params=extra_params)


def build_get_phone_number_country_states(
    *,
    country_code: str,
    phone_category_name: str,
    country_state: str | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[PhoneNumberStates]:
    """Return the request of `get_phone_number_country_states`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    body["country_code"] = arguments.required_text("country_code", country_code)
    body["phone_category_name"] = arguments.required_text("phone_category_name", phone_category_name)
    if country_state is not None:
        body["country_state"] = arguments.text("country_state", country_state)
    return Request(GET_PHONE_NUMBER_COUNTRY_STATES, body=body, extra_params=extra_params)


def build_get_phone_number_regions(
    *,
    country_code: str,
    phone_category_name: str,
    country_state: str | None = None,
    locale: Locale | Literal["EN", "RU"] | None = None,
    omit_empty: bool | None = None,
    phone_region_code: str | None = None,
    phone_region_id: int | None = None,
    phone_region_name: str | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[PhoneNumberRegions]:
    """Return the request of `get_phone_number_regions`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    body["country_code"] = arguments.required_text("country_code", country_code)
    body["phone_category_name"] = arguments.required_text("phone_category_name", phone_category_name)
    if country_state is not None:
        body["country_state"] = arguments.text("country_state", country_state)
    if locale is not None:
        body["locale"] = arguments.choice("EN", "RU")("locale", locale)
    if omit_empty is not None:
        body["omit_empty"] = arguments.boolean("omit_empty", omit_empty)
    if phone_region_code is not None:
        body["phone_region_code"] = arguments.text("phone_region_code", phone_region_code)
    if phone_region_id is not None:
        body["phone_region_id"] = arguments.integer("phone_region_id", phone_region_id)
    if phone_region_name is not None:
        body["phone_region_name"] = arguments.text("phone_region_name", phone_region_name)
    return Request(GET_PHONE_NUMBER_REGIONS, body=body, extra_params=extra_params)


def build_get_phone_numbers(
    *,
    application_id: int | None = None,
    application_name: str | None = None,
    auto_charge: bool | None = None,
    can_be_used: bool | None = None,
    canceled: bool | None = None,
    child_account_id: Sequence[int] | Literal["all"] | None = None,
    children_phones_only: bool | None = None,
    count: int | None = None,
    country_code: Sequence[str] | None = None,
    deactivated: bool | None = None,
    from_phone_next_renewal: date | None = None,
    from_phone_purchase_date: datetime | None = None,
    from_unverified_hold_until: date | None = None,
    is_bound_to_application: bool | None = None,
    is_bound_to_rule: bool | None = None,
    offset: int | None = None,
    order_by: PhoneNumberOrder
    | Literal[
        "phone_number",
        "phone_price",
        "phone_country_code",
        "deactivated",
        "purchase_date",
        "phone_next_renewal",
        "verification_status",
        "unverified_hold_until",
        "verification_name",
    ]
    | None = None,
    phone_category_name: str | None = None,
    phone_id: Sequence[int] | None = None,
    phone_number: Sequence[str] | None = None,
    phone_region_name: Sequence[str] | None = None,
    phone_template: str | None = None,
    rule_id: Sequence[int] | None = None,
    rule_name: Sequence[str] | None = None,
    sandbox: SandboxFilter | Literal["all", "true", "false"] | None = None,
    to_phone_next_renewal: date | None = None,
    to_phone_purchase_date: datetime | None = None,
    to_unverified_hold_until: date | None = None,
    verification_name: str | None = None,
    verification_status: Sequence[VerificationStatus | Literal["REQUIRED", "IN_PROGRESS", "VERIFIED"]] | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[PhoneNumbersPage]:
    """Return the request of `get_phone_numbers`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    arguments.at_most_one(
        phone_id=phone_id,
        phone_number=phone_number,
    )
    arguments.at_most_one(
        application_id=application_id,
        application_name=application_name,
    )
    arguments.needs_one_of(
        "rule_name",
        rule_name,
        application_id=application_id,
        application_name=application_name,
    )
    body: dict[str, Any] = {}
    if application_id is not None:
        body["application_id"] = arguments.integer("application_id", application_id)
    if application_name is not None:
        body["application_name"] = arguments.text("application_name", application_name)
    if auto_charge is not None:
        body["auto_charge"] = arguments.boolean("auto_charge", auto_charge)
    if can_be_used is not None:
        body["can_be_used"] = arguments.boolean("can_be_used", can_be_used)
    if canceled is not None:
        body["canceled"] = arguments.boolean("canceled", canceled)
    if child_account_id is not None:
        body["child_account_id"] = lists.join(
            child_account_id, ";", name="child_account_id", item=arguments.integer, keyword="all"
        )
    if children_phones_only is not None:
        body["children_phones_only"] = arguments.boolean("children_phones_only", children_phones_only)
    if count is not None:
        body["count"] = arguments.integer("count", count, minimum=1)
    if country_code is not None:
        body["country_code"] = lists.join(country_code, ";", name="country_code", item=arguments.text)
    if deactivated is not None:
        body["deactivated"] = arguments.boolean("deactivated", deactivated)
    if from_phone_next_renewal is not None:
        body["from_phone_next_renewal"] = arguments.day("from_phone_next_renewal", from_phone_next_renewal)
    if from_phone_purchase_date is not None:
        body["from_phone_purchase_date"] = arguments.utc_timestamp("from_phone_purchase_date", from_phone_purchase_date)
    if from_unverified_hold_until is not None:
        body["from_unverified_hold_until"] = arguments.day("from_unverified_hold_until", from_unverified_hold_until)
    if is_bound_to_application is not None:
        body["is_bound_to_application"] = arguments.boolean("is_bound_to_application", is_bound_to_application)
    if is_bound_to_rule is not None:
        body["is_bound_to_rule"] = arguments.boolean("is_bound_to_rule", is_bound_to_rule)
    if offset is not None:
        body["offset"] = arguments.integer("offset", offset, minimum=0)
    if order_by is not None:
        body["order_by"] = arguments.choice(
            "phone_number",
            "phone_price",
            "phone_country_code",
            "deactivated",
            "purchase_date",
            "phone_next_renewal",
            "verification_status",
            "unverified_hold_until",
            "verification_name",
        )("order_by", order_by)
    if phone_category_name is not None:
        body["phone_category_name"] = arguments.text("phone_category_name", phone_category_name)
    if phone_id is not None:
        body["phone_id"] = lists.join(phone_id, ";", name="phone_id", item=arguments.integer)
    if phone_number is not None:
        body["phone_number"] = lists.join(phone_number, ";", name="phone_number", item=arguments.phone_number)
    if phone_region_name is not None:
        body["phone_region_name"] = lists.join(phone_region_name, ";", name="phone_region_name", item=arguments.text)
    if phone_template is not None:
        body["phone_template"] = arguments.text("phone_template", phone_template)
    if rule_id is not None:
        body["rule_id"] = lists.join(rule_id, ";", name="rule_id", item=arguments.integer)
    if rule_name is not None:
        body["rule_name"] = lists.join(rule_name, ";", name="rule_name", item=arguments.text)
    if sandbox is not None:
        body["sandbox"] = arguments.choice("all", "true", "false")("sandbox", sandbox)
    if to_phone_next_renewal is not None:
        body["to_phone_next_renewal"] = arguments.day("to_phone_next_renewal", to_phone_next_renewal)
    if to_phone_purchase_date is not None:
        body["to_phone_purchase_date"] = arguments.utc_timestamp("to_phone_purchase_date", to_phone_purchase_date)
    if to_unverified_hold_until is not None:
        body["to_unverified_hold_until"] = arguments.day("to_unverified_hold_until", to_unverified_hold_until)
    if verification_name is not None:
        body["verification_name"] = arguments.text("verification_name", verification_name)
    if verification_status is not None:
        body["verification_status"] = lists.join(
            verification_status,
            ";",
            name="verification_status",
            item=arguments.choice("REQUIRED", "IN_PROGRESS", "VERIFIED"),
        )
    return Request(GET_PHONE_NUMBERS, body=body, extra_params=extra_params)


def build_set_phone_number_info(
    *,
    incoming_sms_callback_url: str | None = None,
    phone_id: Sequence[int] | Literal["all"] | None = None,
    phone_number: Sequence[str] | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[Done]:
    """Return the request of `set_phone_number_info`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    arguments.exactly_one(
        phone_id=phone_id,
        phone_number=phone_number,
    )
    body: dict[str, Any] = {}
    if incoming_sms_callback_url is not None:
        body["incoming_sms_callback_url"] = arguments.text("incoming_sms_callback_url", incoming_sms_callback_url)
    if phone_id is not None:
        body["phone_id"] = lists.join(phone_id, ";", name="phone_id", item=arguments.integer, keyword="all")
    if phone_number is not None:
        body["phone_number"] = lists.join(phone_number, ";", name="phone_number", item=arguments.phone_number)
    return Request(SET_PHONE_NUMBER_INFO, body=body, extra_params=extra_params)


class Operations(Client):
    """Voximplant's operations, sync.

    The PhoneNumbers part of the Voximplant Management API. Each call is one method with a form of parameters. A
    list travels as one field, its items joined by semicolons. Days and moments are UTC. A failed call also returns
    HTTP status 200; its body then holds an error object in place of the result.
    """

    def attach_phone_number(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        phone_region_id: int,
        country_state: str | None = None,
        phone_count: int | None = None,
        phone_number: Sequence[str] | None = None,
        regulation_address_id: int | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[NewPhoneNumber]:
        """Buy phone numbers and attach them to the account.

        `POST /platform_api/AttachPhoneNumber`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Buys either a count of numbers of a region (phone_count; the platform picks them) or the given numbers
        (phone_number). The fee of the coming month and the taxes on it are reserved at once. Numbers of some
        countries need further verification steps. Repeating the call buys again: there is no idempotency key.
        Service account roles that may call it: Owner, Admin, Accountant. Not covered, from other sources:
        force_verification, and phone_owner_* for numbers of Germany and Italy.

        Args:
            country_code: Country of the numbers, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            phone_region_id: Region of the numbers, by its id from get_phone_number_regions.
            country_state: State within the country, by its code. get_phone_number_categories tells whether a
                country has states, get_phone_number_country_states lists them.
            phone_count: How many numbers to buy. Exactly one of phone_count and phone_number is given.
            phone_number: The numbers to buy, in digits, as offered by get_new_phone_numbers. Exactly one of
                phone_count and phone_number is given.
            regulation_address_id: Id of the regulation address to register the numbers with.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[NewPhoneNumber]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call_for(
            build_attach_phone_number(
                country_code=country_code,
                phone_category_name=phone_category_name,
                phone_region_id=phone_region_id,
                country_state=country_state,
                phone_count=phone_count,
                phone_number=phone_number,
                regulation_address_id=regulation_address_id,
                extra_params=extra_params,
            ),
            lambda response: response.phone_numbers,
        )

    def bind_phone_number_to_application(
        self,
        *,
        application_id: int | None = None,
        application_name: str | None = None,
        bind: bool | None = None,
        phone_id: Sequence[int] | Literal["all"] | None = None,
        phone_number: Sequence[str] | None = None,
        rule_id: int | None = None,
        rule_name: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Bind phone numbers to an application, or unbind them.

        `POST /platform_api/BindPhoneNumberToApplication`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Sends calls to the numbers to an application, optionally to one rule of it, or stops doing so (bind false).
        A rule given by name needs the application beside it. Service account roles that may call it: Owner, Admin,
        Developer.

        Args:
            application_id: The application, by its id. Exactly one of application_id and application_name is given.
            application_name: The application, by its name. Exactly one of application_id and application_name is
                given.
            bind: True binds the numbers, false unbinds them. Default: true.
            phone_id: The numbers, by their ids, or the word all for every number of the account. Exactly one of
                phone_id and phone_number is given.
            phone_number: The numbers, in digits. Exactly one of phone_id and phone_number is given.
            rule_id: The rule within the application, by its id. Not together with rule_name.
            rule_name: The rule within the application, by its name. Not together with rule_id.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        self._call(
            build_bind_phone_number_to_application(
                application_id=application_id,
                application_name=application_name,
                bind=bind,
                phone_id=phone_id,
                phone_number=phone_number,
                rule_id=rule_id,
                rule_name=rule_name,
                extra_params=extra_params,
            )
        )

    def deactivate_phone_number(
        self,
        *,
        phone_id: Sequence[int] | Literal["all"] | None = None,
        phone_number: Sequence[str] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Give up phone numbers.

        `POST /platform_api/DeactivatePhoneNumber`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Ends the subscription to the numbers. Service account role that may call it: Owner.

        Args:
            phone_id: The numbers, by their ids, or the word all for every number of the account. Exactly one of
                phone_id and phone_number is given.
            phone_number: The numbers, in digits. Exactly one of phone_id and phone_number is given.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        self._call(
            build_deactivate_phone_number(
                phone_id=phone_id,
                phone_number=phone_number,
                extra_params=extra_params,
            )
        )

    def get_account_info(
        self,
        *,
        return_live_balance: bool | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AccountInfo:
        """Look up the account, its balance and its currency.

        `POST /platform_api/GetAccountInfo`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Returns the currency of the prices of get_phone_numbers. Those of get_new_phone_numbers are assumed to be in
        it too, since purchases are charged in it.

        Args:
            return_live_balance: Whether to return the live balance.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `AccountInfo`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call_for(
            build_get_account_info(
                return_live_balance=return_live_balance,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_account_phone_number_countries(
        self,
        *,
        application_id: Sequence[int] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[str]:
        """List the countries in which the account has phone numbers.

        `POST /platform_api/GetAccountPhoneNumberCountries`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Service account roles that may call it: Owner, Admin, Developer, Supervisor, Accountant, Support, Payer,
        Verification.

        Args:
            application_id: Only countries of numbers of these applications. A list of ids, unlike application_id
                elsewhere.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[str]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call_for(
            build_get_account_phone_number_countries(
                application_id=application_id,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_actual_phone_number_region(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        phone_region_id: int,
        country_state: str | None = None,
        locale: Locale | Literal["EN", "RU"] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> PhoneNumberRegion:
        """Look up one region of a country as it is now.

        `POST /platform_api/GetActualPhoneNumberRegion`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Tells the present stock and prices of a region, including the prices at which child accounts subscribe to
        several numbers at once.

        Args:
            country_code: Country of the region, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            phone_region_id: The region, by its id.
            country_state: State within the country, by its code. For example `AL`, `CA`.
            locale: Language of the localized names.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `PhoneNumberRegion`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call_for(
            build_get_actual_phone_number_region(
                country_code=country_code,
                phone_category_name=phone_category_name,
                phone_region_id=phone_region_id,
                country_state=country_state,
                locale=locale,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_new_phone_numbers(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        phone_region_id: int,
        count: int | None = None,
        country_state: str | None = None,
        offset: int | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> Pages[AvailablePhoneNumber]:
        """List phone numbers in stock.

        `POST /platform_api/GetNewPhoneNumbers`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Lists the numbers that can be bought in a region. Not every category can be listed: see
        can_list_phone_numbers of get_phone_number_categories. Service account roles that may call it: Owner, Admin,
        Accountant. Not covered, from other sources: phone_number_mask.

        Args:
            country_code: Country of the numbers, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            phone_region_id: Region of the numbers, by its id from get_phone_number_regions.
            count: Page size, the most numbers in one response. Default: 20.
            country_state: State within the country, by its code. get_phone_number_categories tells whether a
                country has states, get_phone_number_country_states lists them.
            offset: How many numbers to skip from the start. Default: 0.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; iterate to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_get_new_phone_numbers(
                country_code=country_code,
                phone_category_name=phone_category_name,
                phone_region_id=phone_region_id,
                count=count,
                country_state=country_state,
                offset=offset,
                extra_params=extra_params,
            )
        )

    def get_phone_number_categories(
        self,
        *,
        country_code: Sequence[str] | None = None,
        locale: Locale | Literal["EN", "RU"] | None = None,
        sandbox: SandboxFilter | Literal["all", "true", "false"] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[PhoneNumberCountry]:
        """List countries and the categories of phone numbers in each.

        `POST /platform_api/GetPhoneNumberCategories`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        The place to begin a purchase: the other methods take country codes and category names from here. Service
        account roles that may call it: Owner, Admin, Accountant, Payer.

        Args:
            country_code: Only these countries, by their codes.
            locale: Language of the localized names.
            sandbox: Whether to list categories of the sandbox, real ones or both.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[PhoneNumberCountry]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call_for(
            build_get_phone_number_categories(
                country_code=country_code,
                locale=locale,
                sandbox=sandbox,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_phone_number_country_states(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        country_state: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[PhoneNumberState]:
        """List the states of a country.

        `POST /platform_api/GetPhoneNumberCountryStates`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Service account roles that may call it: Owner, Admin, Accountant, Payer.

        Args:
            country_code: The country, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            country_state: Only this state, by its code. For example `AL`, `CA`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[PhoneNumberState]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call_for(
            build_get_phone_number_country_states(
                country_code=country_code,
                phone_category_name=phone_category_name,
                country_state=country_state,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_phone_number_regions(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        country_state: str | None = None,
        locale: Locale | Literal["EN", "RU"] | None = None,
        omit_empty: bool | None = None,
        phone_region_code: str | None = None,
        phone_region_id: int | None = None,
        phone_region_name: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[PhoneNumberRegion]:
        """List the regions of a country.

        `POST /platform_api/GetPhoneNumberRegions`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Tells stock and prices of each region, including the prices at which child accounts subscribe to several
        numbers at once. Service account roles that may call it: Owner, Admin, Accountant, Payer.

        Args:
            country_code: The country, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            country_state: Only regions of this state, by its code. For example `AL`, `CA`.
            locale: Language of the localized names.
            omit_empty: True leaves out regions without numbers in stock, false lists all regions. Default: true.
            phone_region_code: Only regions with this regional dialling prefix.
            phone_region_id: Only the region with this id.
            phone_region_name: Only regions of this name.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[PhoneNumberRegion]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call_for(
            build_get_phone_number_regions(
                country_code=country_code,
                phone_category_name=phone_category_name,
                country_state=country_state,
                locale=locale,
                omit_empty=omit_empty,
                phone_region_code=phone_region_code,
                phone_region_id=phone_region_id,
                phone_region_name=phone_region_name,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_phone_numbers(
        self,
        *,
        application_id: int | None = None,
        application_name: str | None = None,
        auto_charge: bool | None = None,
        can_be_used: bool | None = None,
        canceled: bool | None = None,
        child_account_id: Sequence[int] | Literal["all"] | None = None,
        children_phones_only: bool | None = None,
        count: int | None = None,
        country_code: Sequence[str] | None = None,
        deactivated: bool | None = None,
        from_phone_next_renewal: date | None = None,
        from_phone_purchase_date: datetime | None = None,
        from_unverified_hold_until: date | None = None,
        is_bound_to_application: bool | None = None,
        is_bound_to_rule: bool | None = None,
        offset: int | None = None,
        order_by: PhoneNumberOrder
        | Literal[
            "phone_number",
            "phone_price",
            "phone_country_code",
            "deactivated",
            "purchase_date",
            "phone_next_renewal",
            "verification_status",
            "unverified_hold_until",
            "verification_name",
        ]
        | None = None,
        phone_category_name: str | None = None,
        phone_id: Sequence[int] | None = None,
        phone_number: Sequence[str] | None = None,
        phone_region_name: Sequence[str] | None = None,
        phone_template: str | None = None,
        rule_id: Sequence[int] | None = None,
        rule_name: Sequence[str] | None = None,
        sandbox: SandboxFilter | Literal["all", "true", "false"] | None = None,
        to_phone_next_renewal: date | None = None,
        to_phone_purchase_date: datetime | None = None,
        to_unverified_hold_until: date | None = None,
        verification_name: str | None = None,
        verification_status: Sequence[VerificationStatus | Literal["REQUIRED", "IN_PROGRESS", "VERIFIED"]]
        | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> Pages[PhoneNumber]:
        """List the phone numbers of the account.

        `POST /platform_api/GetPhoneNumbers`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        All filters narrow the list together. Service account roles that may call it: Owner, Admin, Developer,
        Supervisor, Accountant, Support, Payer. Not covered, from other sources: sms_supported, activation_status.

        Args:
            application_id: Only numbers of this application, by its id. Not together with application_name.
            application_name: Only numbers of this application, by its name. Not together with application_id.
            auto_charge: Only numbers that are renewed automatically (true) or are not (false).
            can_be_used: Only numbers that an account without verification can use (true) or can't (false).
            canceled: Only numbers whose subscription is cancelled (true) or is not (false).
            child_account_id: Numbers of these child accounts, by their ids, or the word all for every child
                account.
            children_phones_only: Whether to list numbers of child accounts only. Default: false.
            count: Page size, the most numbers in one response. Default: 100.
            country_code: Only numbers of these countries, by their codes.
            deactivated: Only numbers whose subscription is frozen (true) or is not (false).
            from_phone_next_renewal: Only numbers that are renewed next on this UTC day or later. Format YYYY-MM-DD.
            from_phone_purchase_date: Only numbers bought at this UTC time or later. Format YYYY-MM-DD HH:mm:ss, 24
                hours.
            from_unverified_hold_until: Only numbers held without verification until this day or a later one. Format
                YYYY-MM-DD.
            is_bound_to_application: Only numbers that are bound to an application (true) or are not (false).
            is_bound_to_rule: Only numbers that are bound to a rule (true) or are not (false).
            offset: How many numbers to skip from the start. Default: 0.
            order_by: What to sort by, in a fixed direction: purchase dates descending, frozen numbers first, all
                others ascending as far as documented.
            phone_category_name: Only numbers of this category, as named by get_phone_number_categories.
            phone_id: Only these numbers, by their ids. Not together with phone_number.
            phone_number: Only these numbers, in digits. Not together with phone_id.
            phone_region_name: Only numbers of regions of these names.
            phone_template: Only numbers that begin with these digits.
            rule_id: Only numbers bound to these rules, by their ids.
            rule_name: Only numbers bound to these rules, by their names. Needs application_id or application_name.
            sandbox: Whether to list numbers of the sandbox, real ones or both.
            to_phone_next_renewal: Only numbers that are renewed next on this UTC day or earlier. Format YYYY-MM-DD.
            to_phone_purchase_date: Only numbers bought at this UTC time or earlier. Format YYYY-MM-DD HH:mm:ss, 24
                hours.
            to_unverified_hold_until: Only numbers held without verification until this day or earlier. Format
                YYYY-MM-DD.
            verification_name: Only numbers that need the account verification of this name.
            verification_status: Only numbers with one of these states of the account's verification.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; iterate to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_get_phone_numbers(
                application_id=application_id,
                application_name=application_name,
                auto_charge=auto_charge,
                can_be_used=can_be_used,
                canceled=canceled,
                child_account_id=child_account_id,
                children_phones_only=children_phones_only,
                count=count,
                country_code=country_code,
                deactivated=deactivated,
                from_phone_next_renewal=from_phone_next_renewal,
                from_phone_purchase_date=from_phone_purchase_date,
                from_unverified_hold_until=from_unverified_hold_until,
                is_bound_to_application=is_bound_to_application,
                is_bound_to_rule=is_bound_to_rule,
                offset=offset,
                order_by=order_by,
                phone_category_name=phone_category_name,
                phone_id=phone_id,
                phone_number=phone_number,
                phone_region_name=phone_region_name,
                phone_template=phone_template,
                rule_id=rule_id,
                rule_name=rule_name,
                sandbox=sandbox,
                to_phone_next_renewal=to_phone_next_renewal,
                to_phone_purchase_date=to_phone_purchase_date,
                to_unverified_hold_until=to_unverified_hold_until,
                verification_name=verification_name,
                verification_status=verification_status,
                extra_params=extra_params,
            )
        )

    def set_phone_number_info(
        self,
        *,
        incoming_sms_callback_url: str | None = None,
        phone_id: Sequence[int] | Literal["all"] | None = None,
        phone_number: Sequence[str] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Change settings of phone numbers.

        `POST /platform_api/SetPhoneNumberInfo`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Sets the URL that is called for incoming SMS of the numbers. Service account roles that may call it: Owner,
        Admin, Accountant. Not covered, from other sources: auto_charge (required in docs before 2021).

        Args:
            incoming_sms_callback_url: URL that is called for each incoming SMS of the numbers. If it is not set,
                the account's general callback URL is called.
            phone_id: The numbers, by their ids, or the word all for every number of the account. Exactly one of
                phone_id and phone_number is given.
            phone_number: The numbers, in digits. Exactly one of phone_id and phone_number is given.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        self._call(
            build_set_phone_number_info(
                incoming_sms_callback_url=incoming_sms_callback_url,
                phone_id=phone_id,
                phone_number=phone_number,
                extra_params=extra_params,
            )
        )


class AsyncOperations(AsyncClient):
    """Voximplant's operations, async.

    The PhoneNumbers part of the Voximplant Management API. Each call is one method with a form of parameters. A
    list travels as one field, its items joined by semicolons. Days and moments are UTC. A failed call also returns
    HTTP status 200; its body then holds an error object in place of the result.
    """

    async def attach_phone_number(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        phone_region_id: int,
        country_state: str | None = None,
        phone_count: int | None = None,
        phone_number: Sequence[str] | None = None,
        regulation_address_id: int | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[NewPhoneNumber]:
        """Buy phone numbers and attach them to the account.

        `POST /platform_api/AttachPhoneNumber`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Buys either a count of numbers of a region (phone_count; the platform picks them) or the given numbers
        (phone_number). The fee of the coming month and the taxes on it are reserved at once. Numbers of some
        countries need further verification steps. Repeating the call buys again: there is no idempotency key.
        Service account roles that may call it: Owner, Admin, Accountant. Not covered, from other sources:
        force_verification, and phone_owner_* for numbers of Germany and Italy.

        Args:
            country_code: Country of the numbers, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            phone_region_id: Region of the numbers, by its id from get_phone_number_regions.
            country_state: State within the country, by its code. get_phone_number_categories tells whether a
                country has states, get_phone_number_country_states lists them.
            phone_count: How many numbers to buy. Exactly one of phone_count and phone_number is given.
            phone_number: The numbers to buy, in digits, as offered by get_new_phone_numbers. Exactly one of
                phone_count and phone_number is given.
            regulation_address_id: Id of the regulation address to register the numbers with.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[NewPhoneNumber]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call_for(
            build_attach_phone_number(
                country_code=country_code,
                phone_category_name=phone_category_name,
                phone_region_id=phone_region_id,
                country_state=country_state,
                phone_count=phone_count,
                phone_number=phone_number,
                regulation_address_id=regulation_address_id,
                extra_params=extra_params,
            ),
            lambda response: response.phone_numbers,
        )

    async def bind_phone_number_to_application(
        self,
        *,
        application_id: int | None = None,
        application_name: str | None = None,
        bind: bool | None = None,
        phone_id: Sequence[int] | Literal["all"] | None = None,
        phone_number: Sequence[str] | None = None,
        rule_id: int | None = None,
        rule_name: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Bind phone numbers to an application, or unbind them.

        `POST /platform_api/BindPhoneNumberToApplication`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Sends calls to the numbers to an application, optionally to one rule of it, or stops doing so (bind false).
        A rule given by name needs the application beside it. Service account roles that may call it: Owner, Admin,
        Developer.

        Args:
            application_id: The application, by its id. Exactly one of application_id and application_name is given.
            application_name: The application, by its name. Exactly one of application_id and application_name is
                given.
            bind: True binds the numbers, false unbinds them. Default: true.
            phone_id: The numbers, by their ids, or the word all for every number of the account. Exactly one of
                phone_id and phone_number is given.
            phone_number: The numbers, in digits. Exactly one of phone_id and phone_number is given.
            rule_id: The rule within the application, by its id. Not together with rule_name.
            rule_name: The rule within the application, by its name. Not together with rule_id.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        await self._call(
            build_bind_phone_number_to_application(
                application_id=application_id,
                application_name=application_name,
                bind=bind,
                phone_id=phone_id,
                phone_number=phone_number,
                rule_id=rule_id,
                rule_name=rule_name,
                extra_params=extra_params,
            )
        )

    async def deactivate_phone_number(
        self,
        *,
        phone_id: Sequence[int] | Literal["all"] | None = None,
        phone_number: Sequence[str] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Give up phone numbers.

        `POST /platform_api/DeactivatePhoneNumber`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Ends the subscription to the numbers. Service account role that may call it: Owner.

        Args:
            phone_id: The numbers, by their ids, or the word all for every number of the account. Exactly one of
                phone_id and phone_number is given.
            phone_number: The numbers, in digits. Exactly one of phone_id and phone_number is given.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        await self._call(
            build_deactivate_phone_number(
                phone_id=phone_id,
                phone_number=phone_number,
                extra_params=extra_params,
            )
        )

    async def get_account_info(
        self,
        *,
        return_live_balance: bool | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AccountInfo:
        """Look up the account, its balance and its currency.

        `POST /platform_api/GetAccountInfo`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Returns the currency of the prices of get_phone_numbers. Those of get_new_phone_numbers are assumed to be in
        it too, since purchases are charged in it.

        Args:
            return_live_balance: Whether to return the live balance.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `AccountInfo`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call_for(
            build_get_account_info(
                return_live_balance=return_live_balance,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    async def get_account_phone_number_countries(
        self,
        *,
        application_id: Sequence[int] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[str]:
        """List the countries in which the account has phone numbers.

        `POST /platform_api/GetAccountPhoneNumberCountries`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Service account roles that may call it: Owner, Admin, Developer, Supervisor, Accountant, Support, Payer,
        Verification.

        Args:
            application_id: Only countries of numbers of these applications. A list of ids, unlike application_id
                elsewhere.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[str]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call_for(
            build_get_account_phone_number_countries(
                application_id=application_id,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    async def get_actual_phone_number_region(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        phone_region_id: int,
        country_state: str | None = None,
        locale: Locale | Literal["EN", "RU"] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> PhoneNumberRegion:
        """Look up one region of a country as it is now.

        `POST /platform_api/GetActualPhoneNumberRegion`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Tells the present stock and prices of a region, including the prices at which child accounts subscribe to
        several numbers at once.

        Args:
            country_code: Country of the region, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            phone_region_id: The region, by its id.
            country_state: State within the country, by its code. For example `AL`, `CA`.
            locale: Language of the localized names.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `PhoneNumberRegion`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call_for(
            build_get_actual_phone_number_region(
                country_code=country_code,
                phone_category_name=phone_category_name,
                phone_region_id=phone_region_id,
                country_state=country_state,
                locale=locale,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_new_phone_numbers(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        phone_region_id: int,
        count: int | None = None,
        country_state: str | None = None,
        offset: int | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AsyncPages[AvailablePhoneNumber]:
        """List phone numbers in stock.

        `POST /platform_api/GetNewPhoneNumbers`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Lists the numbers that can be bought in a region. Not every category can be listed: see
        can_list_phone_numbers of get_phone_number_categories. Service account roles that may call it: Owner, Admin,
        Accountant. Not covered, from other sources: phone_number_mask.

        Args:
            country_code: Country of the numbers, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            phone_region_id: Region of the numbers, by its id from get_phone_number_regions.
            count: Page size, the most numbers in one response. Default: 20.
            country_state: State within the country, by its code. get_phone_number_categories tells whether a
                country has states, get_phone_number_country_states lists them.
            offset: How many numbers to skip from the start. Default: 0.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; use `async for` to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_get_new_phone_numbers(
                country_code=country_code,
                phone_category_name=phone_category_name,
                phone_region_id=phone_region_id,
                count=count,
                country_state=country_state,
                offset=offset,
                extra_params=extra_params,
            )
        )

    async def get_phone_number_categories(
        self,
        *,
        country_code: Sequence[str] | None = None,
        locale: Locale | Literal["EN", "RU"] | None = None,
        sandbox: SandboxFilter | Literal["all", "true", "false"] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[PhoneNumberCountry]:
        """List countries and the categories of phone numbers in each.

        `POST /platform_api/GetPhoneNumberCategories`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        The place to begin a purchase: the other methods take country codes and category names from here. Service
        account roles that may call it: Owner, Admin, Accountant, Payer.

        Args:
            country_code: Only these countries, by their codes.
            locale: Language of the localized names.
            sandbox: Whether to list categories of the sandbox, real ones or both.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[PhoneNumberCountry]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call_for(
            build_get_phone_number_categories(
                country_code=country_code,
                locale=locale,
                sandbox=sandbox,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    async def get_phone_number_country_states(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        country_state: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[PhoneNumberState]:
        """List the states of a country.

        `POST /platform_api/GetPhoneNumberCountryStates`, see
        https://voximplant.com/docs/references/httpapi/phonenumbers

        Service account roles that may call it: Owner, Admin, Accountant, Payer.

        Args:
            country_code: The country, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            country_state: Only this state, by its code. For example `AL`, `CA`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[PhoneNumberState]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call_for(
            build_get_phone_number_country_states(
                country_code=country_code,
                phone_category_name=phone_category_name,
                country_state=country_state,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    async def get_phone_number_regions(
        self,
        *,
        country_code: str,
        phone_category_name: str,
        country_state: str | None = None,
        locale: Locale | Literal["EN", "RU"] | None = None,
        omit_empty: bool | None = None,
        phone_region_code: str | None = None,
        phone_region_id: int | None = None,
        phone_region_name: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> list[PhoneNumberRegion]:
        """List the regions of a country.

        `POST /platform_api/GetPhoneNumberRegions`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Tells stock and prices of each region, including the prices at which child accounts subscribe to several
        numbers at once. Service account roles that may call it: Owner, Admin, Accountant, Payer.

        Args:
            country_code: The country, by its code.
            phone_category_name: Category of the numbers, as named by get_phone_number_categories.
            country_state: Only regions of this state, by its code. For example `AL`, `CA`.
            locale: Language of the localized names.
            omit_empty: True leaves out regions without numbers in stock, false lists all regions. Default: true.
            phone_region_code: Only regions with this regional dialling prefix.
            phone_region_id: Only the region with this id.
            phone_region_name: Only regions of this name.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `list[PhoneNumberRegion]`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call_for(
            build_get_phone_number_regions(
                country_code=country_code,
                phone_category_name=phone_category_name,
                country_state=country_state,
                locale=locale,
                omit_empty=omit_empty,
                phone_region_code=phone_region_code,
                phone_region_id=phone_region_id,
                phone_region_name=phone_region_name,
                extra_params=extra_params,
            ),
            lambda response: response.result,
        )

    def get_phone_numbers(
        self,
        *,
        application_id: int | None = None,
        application_name: str | None = None,
        auto_charge: bool | None = None,
        can_be_used: bool | None = None,
        canceled: bool | None = None,
        child_account_id: Sequence[int] | Literal["all"] | None = None,
        children_phones_only: bool | None = None,
        count: int | None = None,
        country_code: Sequence[str] | None = None,
        deactivated: bool | None = None,
        from_phone_next_renewal: date | None = None,
        from_phone_purchase_date: datetime | None = None,
        from_unverified_hold_until: date | None = None,
        is_bound_to_application: bool | None = None,
        is_bound_to_rule: bool | None = None,
        offset: int | None = None,
        order_by: PhoneNumberOrder
        | Literal[
            "phone_number",
            "phone_price",
            "phone_country_code",
            "deactivated",
            "purchase_date",
            "phone_next_renewal",
            "verification_status",
            "unverified_hold_until",
            "verification_name",
        ]
        | None = None,
        phone_category_name: str | None = None,
        phone_id: Sequence[int] | None = None,
        phone_number: Sequence[str] | None = None,
        phone_region_name: Sequence[str] | None = None,
        phone_template: str | None = None,
        rule_id: Sequence[int] | None = None,
        rule_name: Sequence[str] | None = None,
        sandbox: SandboxFilter | Literal["all", "true", "false"] | None = None,
        to_phone_next_renewal: date | None = None,
        to_phone_purchase_date: datetime | None = None,
        to_unverified_hold_until: date | None = None,
        verification_name: str | None = None,
        verification_status: Sequence[VerificationStatus | Literal["REQUIRED", "IN_PROGRESS", "VERIFIED"]]
        | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AsyncPages[PhoneNumber]:
        """List the phone numbers of the account.

        `POST /platform_api/GetPhoneNumbers`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        All filters narrow the list together. Service account roles that may call it: Owner, Admin, Developer,
        Supervisor, Accountant, Support, Payer. Not covered, from other sources: sms_supported, activation_status.

        Args:
            application_id: Only numbers of this application, by its id. Not together with application_name.
            application_name: Only numbers of this application, by its name. Not together with application_id.
            auto_charge: Only numbers that are renewed automatically (true) or are not (false).
            can_be_used: Only numbers that an account without verification can use (true) or can't (false).
            canceled: Only numbers whose subscription is cancelled (true) or is not (false).
            child_account_id: Numbers of these child accounts, by their ids, or the word all for every child
                account.
            children_phones_only: Whether to list numbers of child accounts only. Default: false.
            count: Page size, the most numbers in one response. Default: 100.
            country_code: Only numbers of these countries, by their codes.
            deactivated: Only numbers whose subscription is frozen (true) or is not (false).
            from_phone_next_renewal: Only numbers that are renewed next on this UTC day or later. Format YYYY-MM-DD.
            from_phone_purchase_date: Only numbers bought at this UTC time or later. Format YYYY-MM-DD HH:mm:ss, 24
                hours.
            from_unverified_hold_until: Only numbers held without verification until this day or a later one. Format
                YYYY-MM-DD.
            is_bound_to_application: Only numbers that are bound to an application (true) or are not (false).
            is_bound_to_rule: Only numbers that are bound to a rule (true) or are not (false).
            offset: How many numbers to skip from the start. Default: 0.
            order_by: What to sort by, in a fixed direction: purchase dates descending, frozen numbers first, all
                others ascending as far as documented.
            phone_category_name: Only numbers of this category, as named by get_phone_number_categories.
            phone_id: Only these numbers, by their ids. Not together with phone_number.
            phone_number: Only these numbers, in digits. Not together with phone_id.
            phone_region_name: Only numbers of regions of these names.
            phone_template: Only numbers that begin with these digits.
            rule_id: Only numbers bound to these rules, by their ids.
            rule_name: Only numbers bound to these rules, by their names. Needs application_id or application_name.
            sandbox: Whether to list numbers of the sandbox, real ones or both.
            to_phone_next_renewal: Only numbers that are renewed next on this UTC day or earlier. Format YYYY-MM-DD.
            to_phone_purchase_date: Only numbers bought at this UTC time or earlier. Format YYYY-MM-DD HH:mm:ss, 24
                hours.
            to_unverified_hold_until: Only numbers held without verification until this day or earlier. Format
                YYYY-MM-DD.
            verification_name: Only numbers that need the account verification of this name.
            verification_status: Only numbers with one of these states of the account's verification.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; use `async for` to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_get_phone_numbers(
                application_id=application_id,
                application_name=application_name,
                auto_charge=auto_charge,
                can_be_used=can_be_used,
                canceled=canceled,
                child_account_id=child_account_id,
                children_phones_only=children_phones_only,
                count=count,
                country_code=country_code,
                deactivated=deactivated,
                from_phone_next_renewal=from_phone_next_renewal,
                from_phone_purchase_date=from_phone_purchase_date,
                from_unverified_hold_until=from_unverified_hold_until,
                is_bound_to_application=is_bound_to_application,
                is_bound_to_rule=is_bound_to_rule,
                offset=offset,
                order_by=order_by,
                phone_category_name=phone_category_name,
                phone_id=phone_id,
                phone_number=phone_number,
                phone_region_name=phone_region_name,
                phone_template=phone_template,
                rule_id=rule_id,
                rule_name=rule_name,
                sandbox=sandbox,
                to_phone_next_renewal=to_phone_next_renewal,
                to_phone_purchase_date=to_phone_purchase_date,
                to_unverified_hold_until=to_unverified_hold_until,
                verification_name=verification_name,
                verification_status=verification_status,
                extra_params=extra_params,
            )
        )

    async def set_phone_number_info(
        self,
        *,
        incoming_sms_callback_url: str | None = None,
        phone_id: Sequence[int] | Literal["all"] | None = None,
        phone_number: Sequence[str] | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Change settings of phone numbers.

        `POST /platform_api/SetPhoneNumberInfo`, see https://voximplant.com/docs/references/httpapi/phonenumbers

        Sets the URL that is called for incoming SMS of the numbers. Service account roles that may call it: Owner,
        Admin, Accountant. Not covered, from other sources: auto_charge (required in docs before 2021).

        Args:
            incoming_sms_callback_url: URL that is called for each incoming SMS of the numbers. If it is not set,
                the account's general callback URL is called.
            phone_id: The numbers, by their ids, or the word all for every number of the account. Exactly one of
                phone_id and phone_number is given.
            phone_number: The numbers, in digits. Exactly one of phone_id and phone_number is given.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        await self._call(
            build_set_phone_number_info(
                incoming_sms_callback_url=incoming_sms_callback_url,
                phone_id=phone_id,
                phone_number=phone_number,
                extra_params=extra_params,
            )
        )

"""Operations of Apifonica: their requests and methods, generated from specs/apifonica.yaml. Do not edit.

Source of the facts: https://www.apifonica.com/en/docs/api/rest/get-list-rented-numbers/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from numberline._runtime import arguments
from numberline._runtime.client import AsyncClient, Client
from numberline._runtime.operation import (
    Cursor,
    ErrorForm,
    Operation,
    Provider,
    Request,
)

if TYPE_CHECKING:
    from numberline.pagination import AsyncPages, Pages

    from .models import (
        NumberCost,
        NumberCostsPage,
        NumberType,
        RentedNumber,
        RentedNumbersPage,
    )

PROVIDER = Provider(
    "Apifonica",
    package=__package__ or "",
    server="https://api.apifonica.com",
    prefix="",
    error_forms=(
        ErrorForm(
            code=("error_code",),
            text=("error_text",),
            status=("status_code",),
        ),
    ),
    error_codes={},
)

LIST_RENTED_NUMBERS: Operation[RentedNumbersPage] = Operation(
    PROVIDER,
    "list_rented_numbers",
    method="GET",
    path="/v2/accounts/{accountSID}/numbers",
    operation_class="read",
    response="RentedNumbersPage",
    error_keys=("error_code", "status_code"),
    parameters=(
        "accountSID",
        "limit",
        "next",
        "number",
        "country_code",
        "country_name",
        "type",
        "voice",
        "messaging",
    ),
    paging=Cursor(cursor="next", link="next", key="number_sid"),
)

LIST_NUMBER_COSTS: Operation[NumberCostsPage] = Operation(
    PROVIDER,
    "list_number_costs",
    method="GET",
    path="/v2/accounts/{accountSID}/balance/numbers",
    operation_class="read",
    response="NumberCostsPage",
    error_keys=("error_code", "status_code"),
    parameters=(
        "accountSID",
        "limit",
        "next",
    ),
    paging=Cursor(cursor="next", link="next", key="number_sid"),
)


def build_list_rented_numbers(
    *,
    account_sid: str,
    limit: int | None = None,
    next: str | None = None,
    number: str | None = None,
    country_code: str | None = None,
    country_name: str | None = None,
    type: NumberType | Literal["local", "mobile", "toll_free", "sip"] | None = None,
    voice: bool | None = None,
    messaging: bool | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[RentedNumbersPage]:
    """Return the request of `list_rented_numbers`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    path: dict[str, str] = {}
    query: dict[str, Any] = {}
    path["accountSID"] = arguments.path_segment("account_sid", account_sid)
    if limit is not None:
        query["limit"] = arguments.integer("limit", limit, minimum=1, maximum=20)
    if next is not None:
        query["next"] = arguments.text("next", next)
    if number is not None:
        query["number"] = arguments.phone_number("number", number)
    if country_code is not None:
        query["country_code"] = arguments.text("country_code", country_code)
    if country_name is not None:
        query["country_name"] = arguments.text("country_name", country_name)
    if type is not None:
        query["type"] = arguments.choice("local", "mobile", "toll_free", "sip")("type", type)
    if voice is not None:
        query["voice"] = arguments.boolean("voice", voice)
    if messaging is not None:
        query["messaging"] = arguments.boolean("messaging", messaging)
    return Request(LIST_RENTED_NUMBERS, path=path, query=query, extra_params=extra_params)


def build_list_number_costs(
    *,
    account_sid: str,
    limit: int | None = None,
    next: str | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[NumberCostsPage]:
    """Return the request of `list_number_costs`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    path: dict[str, str] = {}
    query: dict[str, Any] = {}
    path["accountSID"] = arguments.path_segment("account_sid", account_sid)
    if limit is not None:
        query["limit"] = arguments.integer("limit", limit, minimum=1, maximum=20)
    if next is not None:
        query["next"] = arguments.text("next", next)
    return Request(LIST_NUMBER_COSTS, path=path, query=query, extra_params=extra_params)


class Operations(Client):
    """Apifonica's operations, sync.

    List the phone numbers that an account rents.
    """

    def list_rented_numbers(
        self,
        *,
        account_sid: str | None = None,
        limit: int | None = None,
        next: str | None = None,
        number: str | None = None,
        country_code: str | None = None,
        country_name: str | None = None,
        type: NumberType | Literal["local", "mobile", "toll_free", "sip"] | None = None,
        voice: bool | None = None,
        messaging: bool | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> Pages[RentedNumber]:
        """List the numbers that the account rents.

        `GET /v2/accounts/{accountSID}/numbers`, see
        https://www.apifonica.com/en/docs/api/rest/get-list-rented-numbers/

        Goes through the rented numbers, page after page. Several filters together narrow the list further; whether
        the link to the next page keeps them is not documented.

        Args:
            account_sid: Identifier of the account, by default the client's own. For example `{accountSID}`.
            limit: Numbers on a page, 20 at most. Default: 20.
            next: Where the page starts, an opaque text out of the link to the next page. Pages are usually followed
                without it. For example `57e4f04a0c9b2dfe504f27e2`.
            number: Phone number in E.164 form. The documented response has numbers without a plus sign.
            country_code: Two letters by ISO 3166-1, or the word international for virtual numbers.
            country_name: Full name of the country. The document has it in one of its two lists of filters only.
            type: Kind of number. For example `mobile`.
            voice: Whether the number can be used for calls.
            messaging: Whether the number can be used for messages. For example `true`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; iterate to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_rented_numbers(
                account_sid=self._setting("account_sid", account_sid),
                limit=limit,
                next=next,
                number=number,
                country_code=country_code,
                country_name=country_name,
                type=type,
                voice=voice,
                messaging=messaging,
                extra_params=extra_params,
            )
        )

    def list_number_costs(
        self,
        *,
        account_sid: str | None = None,
        limit: int | None = None,
        next: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> Pages[NumberCost]:
        """List what the rented numbers cost.

        `GET /v2/accounts/{accountSID}/balance/numbers`, see
        https://www.apifonica.com/en/docs/api/rest/get-list-rented-numbers/

        Goes through the rented numbers with their prices, page after page. The list of rented numbers doesn't tell
        them.

        Args:
            account_sid: Identifier of the account, by default the client's own. For example `{accountSID}`.
            limit: Numbers on a page, 20 at most. Default: 20.
            next: Where the page starts, an opaque text out of the link to the next page. Pages are usually followed
                without it.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; iterate to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_number_costs(
                account_sid=self._setting("account_sid", account_sid),
                limit=limit,
                next=next,
                extra_params=extra_params,
            )
        )


class AsyncOperations(AsyncClient):
    """Apifonica's operations, async.

    List the phone numbers that an account rents.
    """

    def list_rented_numbers(
        self,
        *,
        account_sid: str | None = None,
        limit: int | None = None,
        next: str | None = None,
        number: str | None = None,
        country_code: str | None = None,
        country_name: str | None = None,
        type: NumberType | Literal["local", "mobile", "toll_free", "sip"] | None = None,
        voice: bool | None = None,
        messaging: bool | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AsyncPages[RentedNumber]:
        """List the numbers that the account rents.

        `GET /v2/accounts/{accountSID}/numbers`, see
        https://www.apifonica.com/en/docs/api/rest/get-list-rented-numbers/

        Goes through the rented numbers, page after page. Several filters together narrow the list further; whether
        the link to the next page keeps them is not documented.

        Args:
            account_sid: Identifier of the account, by default the client's own. For example `{accountSID}`.
            limit: Numbers on a page, 20 at most. Default: 20.
            next: Where the page starts, an opaque text out of the link to the next page. Pages are usually followed
                without it. For example `57e4f04a0c9b2dfe504f27e2`.
            number: Phone number in E.164 form. The documented response has numbers without a plus sign.
            country_code: Two letters by ISO 3166-1, or the word international for virtual numbers.
            country_name: Full name of the country. The document has it in one of its two lists of filters only.
            type: Kind of number. For example `mobile`.
            voice: Whether the number can be used for calls.
            messaging: Whether the number can be used for messages. For example `true`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; use `async for` to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_rented_numbers(
                account_sid=self._setting("account_sid", account_sid),
                limit=limit,
                next=next,
                number=number,
                country_code=country_code,
                country_name=country_name,
                type=type,
                voice=voice,
                messaging=messaging,
                extra_params=extra_params,
            )
        )

    def list_number_costs(
        self,
        *,
        account_sid: str | None = None,
        limit: int | None = None,
        next: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AsyncPages[NumberCost]:
        """List what the rented numbers cost.

        `GET /v2/accounts/{accountSID}/balance/numbers`, see
        https://www.apifonica.com/en/docs/api/rest/get-list-rented-numbers/

        Goes through the rented numbers with their prices, page after page. The list of rented numbers doesn't tell
        them.

        Args:
            account_sid: Identifier of the account, by default the client's own. For example `{accountSID}`.
            limit: Numbers on a page, 20 at most. Default: 20.
            next: Where the page starts, an opaque text out of the link to the next page. Pages are usually followed
                without it.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; use `async for` to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_number_costs(
                account_sid=self._setting("account_sid", account_sid),
                limit=limit,
                next=next,
                extra_params=extra_params,
            )
        )

"""Operations of Infobip: their requests and methods, generated from specs/infobip.yaml. Do not edit.

Source of the facts: https://dev.infobip.com/phone-numbers
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from numberline import lists
from numberline._runtime import arguments
from numberline._runtime.client import AsyncClient, Client
from numberline._runtime.operation import (
    Budget,
    ErrorCode,
    ErrorForm,
    Numbered,
    Operation,
    Outcome,
    Provider,
    Request,
)

if TYPE_CHECKING:
    from numberline.pagination import AsyncPages, Pages

    from .models import (
        Capability,
        Number,
        NumbersPage,
    )

PROVIDER = Provider(
    "Infobip",
    package=__package__ or "",
    server="https://api.infobip.com",
    prefix="/{product}/1",
    error_forms=(
        ErrorForm(
            code=("requestError", "serviceException", "messageId"),
            text=("requestError", "serviceException", "text"),
        ),
        ErrorForm(
            code=("errorCode",),
            text=("description",),
        ),
    ),
    error_codes={
        "BAD_REQUEST": ErrorCode("invalid"),
        "UNAUTHORIZED": ErrorCode("authentication"),
        "FORBIDDEN": ErrorCode("permission"),
        "NOT_FOUND": ErrorCode("not-found"),
        "TOO_MANY_REQUESTS": ErrorCode("rate-limit"),
        "GENERAL_ERROR": ErrorCode("server", effect="unknown"),
        "E400": ErrorCode("invalid"),
        "E401": ErrorCode("authentication"),
        "E403": ErrorCode("permission"),
        "E404": ErrorCode("not-found"),
        "E429": ErrorCode("rate-limit"),
        "E500": ErrorCode("server", effect="unknown"),
    },
)

LIST_AVAILABLE_NUMBERS: Operation[NumbersPage] = Operation(
    PROVIDER,
    "list_available_numbers",
    method="GET",
    path="/numbers/available",
    operation_class="read",
    response="NumbersPage",
    error_keys=("errorCode", "requestError"),
    parameters=(
        "limit",
        "page",
        "capabilities",
        "country",
        "number",
    ),
    paging=Numbered(page="page", first=0, size="limit", default_size=50, key="number_key"),
    rate_limit=Budget(1, 1, 2),
)

LIST_PURCHASED_NUMBERS: Operation[NumbersPage] = Operation(
    PROVIDER,
    "list_purchased_numbers",
    method="GET",
    path="/numbers",
    operation_class="read",
    response="NumbersPage",
    error_keys=("errorCode", "requestError"),
    parameters=(
        "limit",
        "page",
        "number",
    ),
    paging=Numbered(page="page", first=0, size="limit", default_size=50, key="number_key"),
    rate_limit=Budget(1, 1, 2),
)

PURCHASE_NUMBER: Operation[Number] = Operation(
    PROVIDER,
    "purchase_number",
    method="POST",
    path="/numbers",
    operation_class="charge",
    response="Number",
    error_keys=("errorCode", "requestError"),
    body="json",
    outcome=Outcome(
        "reservation_status",
        {"PENDING": "unknown", "BILLING_FAILED": "funds", "ERROR": "unavailable", "RESERVATION_FAILED": "unavailable"},
    ),
    parameters=("numberKey",),
    rate_limit=Budget(1, 1, 1),
)

GET_PURCHASED_NUMBER: Operation[Number] = Operation(
    PROVIDER,
    "get_purchased_number",
    method="GET",
    path="/numbers/{numberKey}",
    operation_class="read",
    response="Number",
    error_keys=("errorCode", "requestError"),
    parameters=("numberKey",),
    rate_limit=Budget(10, 1, 1),
)

CANCEL_NUMBER: Operation[None] = Operation(
    PROVIDER,
    "cancel_number",
    method="DELETE",
    path="/numbers/{numberKey}",
    operation_class="release",
    response=None,
    error_keys=("errorCode", "requestError"),
    parameters=("numberKey",),
    rate_limit=Budget(1, 1, 1),
)


def build_list_available_numbers(
    *,
    limit: int | None = None,
    page: int | None = None,
    capabilities: Sequence[Capability | Literal["SMS", "VOICE"]] | None = None,
    country: str | None = None,
    number: str | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[NumbersPage]:
    """Return the request of `list_available_numbers`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    query: dict[str, Any] = {}
    if limit is not None:
        query["limit"] = arguments.integer("limit", limit, minimum=1)
    if page is not None:
        query["page"] = arguments.integer("page", page, minimum=0)
    if capabilities is not None:
        query["capabilities"] = lists.join(
            capabilities, ",", name="capabilities", item=arguments.choice("SMS", "VOICE")
        )
    if country is not None:
        query["country"] = arguments.text("country", country)
    if number is not None:
        query["number"] = arguments.part_of_phone_number("number", number)
    return Request(LIST_AVAILABLE_NUMBERS, query=query, extra_params=extra_params)


def build_list_purchased_numbers(
    *,
    limit: int | None = None,
    page: int | None = None,
    number: str | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Request[NumbersPage]:
    """Return the request of `list_purchased_numbers`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    query: dict[str, Any] = {}
    if limit is not None:
        query["limit"] = arguments.integer("limit", limit, minimum=1)
    if page is not None:
        query["page"] = arguments.integer("page", page, minimum=0)
    if number is not None:
        query["number"] = arguments.phone_number("number", number)
    return Request(LIST_PURCHASED_NUMBERS, query=query, extra_params=extra_params)


def build_purchase_number(
    *,
    number_key: str,
    extra_params: Mapping[str, str] | None = None,
) -> Request[Number]:
    """Return the request of `purchase_number`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    body: dict[str, Any] = {}
    body["numberKey"] = arguments.required_text("number_key", number_key)
    return Request(PURCHASE_NUMBER, body=body, extra_params=extra_params)


def build_get_purchased_number(
    *,
    number_key: str,
    extra_params: Mapping[str, str] | None = None,
) -> Request[Number]:
    """Return the request of `get_purchased_number`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    path: dict[str, str] = {}
    path["numberKey"] = arguments.path_segment("number_key", number_key)
    return Request(GET_PURCHASED_NUMBER, path=path, extra_params=extra_params)


def build_cancel_number(
    *,
    number_key: str,
    extra_params: Mapping[str, str] | None = None,
) -> Request[None]:
    """Return the request of `cancel_number`, checked and not sent.

    Raises:
        InvalidArgument: if an argument is not valid.
    """
    path: dict[str, str] = {}
    path["numberKey"] = arguments.path_segment("number_key", number_key)
    return Request(CANCEL_NUMBER, path=path, extra_params=extra_params)


class Operations(Client):
    """Infobip's operations, sync.

    Search, buy, list and cancel phone numbers. A number bought here can receive messages and, once the account
    manager has agreed to it, may serve as a sender ID; the rules for senders differ between regions.
    """

    def list_available_numbers(
        self,
        *,
        limit: int | None = None,
        page: int | None = None,
        capabilities: Sequence[Capability | Literal["SMS", "VOICE"]] | None = None,
        country: str | None = None,
        number: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> Pages[Number]:
        """List the numbers that are on offer.

        `GET /numbers/available`, see https://dev.infobip.com/phone-numbers

        Goes through the numbers that can be bought, page after page; filters narrow the search. Newer vendor
        documents also have state, npa and nxx, which select numbers in the United States; they are not covered.

        Args:
            limit: Numbers on a page. The document gives 50 as the default, newer vendor documents 10 for this
                operation. Default: 50. For example `3`.
            page: Page number, counted from zero, by default 0. Always sent together with limit. For example `0`.
            capabilities: Services that a number must offer, comma-separated on the wire. Whether several ask for
                all of them or for any is not documented; the wording suggests all. For example `SMS, VOICE`.
            country: Country code of the number, two letters by ISO 3166-1 in all examples. For example `RO`.
            number: Number to look for, digits without a plus sign. The documented example is too short to be a
                whole number, so a part of one seems to be accepted; where it has to match is not documented. For
                example `4037170005`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; iterate to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_available_numbers(
                limit=limit,
                page=page,
                capabilities=capabilities,
                country=country,
                number=number,
                extra_params=extra_params,
            )
        )

    def list_purchased_numbers(
        self,
        *,
        limit: int | None = None,
        page: int | None = None,
        number: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> Pages[Number]:
        """List the numbers that the account owns.

        `GET /numbers`, see https://dev.infobip.com/phone-numbers

        Goes through the numbers that were bought, page after page.

        Args:
            limit: Numbers on a page. Default: 50. For example `3`.
            page: Page number, counted from zero, by default 0. Always sent together with limit. For example `0`.
            number: Number to look for, digits without a plus sign. For example `447860041117`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; iterate to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_purchased_numbers(
                limit=limit,
                page=page,
                number=number,
                extra_params=extra_params,
            )
        )

    def purchase_number(
        self,
        *,
        number_key: str,
        extra_params: Mapping[str, str] | None = None,
    ) -> Number:
        """Buy a number.

        `POST /numbers`, see https://dev.infobip.com/phone-numbers

        Buys the number with the given key and returns it. It costs the setup price once and then the price per
        month, the first time for what is left of the current month. The API has no idempotency key. The vendor has
        marked this purchase as deprecated on the successor path since 2024-01-20, without a date for its end.
        Continue with the key in the response: in the document it differs from the one that was sent. Newer vendor
        documents also have a response 201 without a body; their parameters number (used instead of the key in the
        United States), applicationId and entityId are not covered.

        Args:
            number_key: Key of the number to buy, as list_available_numbers gave it.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `Number`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`. Also for HTTP 201, which has no body to return.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call(
            build_purchase_number(
                number_key=number_key,
                extra_params=extra_params,
            )
        )

    def get_purchased_number(
        self,
        *,
        number_key: str,
        extra_params: Mapping[str, str] | None = None,
    ) -> Number:
        """Look up one number that the account owns.

        `GET /numbers/{numberKey}`, see https://dev.infobip.com/phone-numbers

        Args:
            number_key: Key of the number. It may hold a percent sign or other reserved characters and is escaped in
                the path. For example `6FED0BC540BFADD9B05ED7D89AAC22FA`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `Number`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._call(
            build_get_purchased_number(
                number_key=number_key,
                extra_params=extra_params,
            )
        )

    def cancel_number(
        self,
        *,
        number_key: str,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Give a number back.

        `DELETE /numbers/{numberKey}`, see https://dev.infobip.com/phone-numbers

        Ends the ownership of a number. Anybody can buy it afterwards, so it may not be possible to get it again.
        Nothing is said about money being returned.

        Args:
            number_key: Key of the number. It may hold a percent sign or other reserved characters and is escaped in
                the path. For example `6FED0BC540BFADD9B05ED7D89AAC22FA`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        self._call(
            build_cancel_number(
                number_key=number_key,
                extra_params=extra_params,
            )
        )


class AsyncOperations(AsyncClient):
    """Infobip's operations, async.

    Search, buy, list and cancel phone numbers. A number bought here can receive messages and, once the account
    manager has agreed to it, may serve as a sender ID; the rules for senders differ between regions.
    """

    def list_available_numbers(
        self,
        *,
        limit: int | None = None,
        page: int | None = None,
        capabilities: Sequence[Capability | Literal["SMS", "VOICE"]] | None = None,
        country: str | None = None,
        number: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AsyncPages[Number]:
        """List the numbers that are on offer.

        `GET /numbers/available`, see https://dev.infobip.com/phone-numbers

        Goes through the numbers that can be bought, page after page; filters narrow the search. Newer vendor
        documents also have state, npa and nxx, which select numbers in the United States; they are not covered.

        Args:
            limit: Numbers on a page. The document gives 50 as the default, newer vendor documents 10 for this
                operation. Default: 50. For example `3`.
            page: Page number, counted from zero, by default 0. Always sent together with limit. For example `0`.
            capabilities: Services that a number must offer, comma-separated on the wire. Whether several ask for
                all of them or for any is not documented; the wording suggests all. For example `SMS, VOICE`.
            country: Country code of the number, two letters by ISO 3166-1 in all examples. For example `RO`.
            number: Number to look for, digits without a plus sign. The documented example is too short to be a
                whole number, so a part of one seems to be accepted; where it has to match is not documented. For
                example `4037170005`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; use `async for` to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_available_numbers(
                limit=limit,
                page=page,
                capabilities=capabilities,
                country=country,
                number=number,
                extra_params=extra_params,
            )
        )

    def list_purchased_numbers(
        self,
        *,
        limit: int | None = None,
        page: int | None = None,
        number: str | None = None,
        extra_params: Mapping[str, str] | None = None,
    ) -> AsyncPages[Number]:
        """List the numbers that the account owns.

        `GET /numbers`, see https://dev.infobip.com/phone-numbers

        Goes through the numbers that were bought, page after page.

        Args:
            limit: Numbers on a page. Default: 50. For example `3`.
            page: Page number, counted from zero, by default 0. Always sent together with limit. For example `0`.
            number: Number to look for, digits without a plus sign. For example `447860041117`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            A lazy listing; use `async for` to fetch page after page. Arguments are checked at once, the first request is sent on iteration.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return self._pages(
            build_list_purchased_numbers(
                limit=limit,
                page=page,
                number=number,
                extra_params=extra_params,
            )
        )

    async def purchase_number(
        self,
        *,
        number_key: str,
        extra_params: Mapping[str, str] | None = None,
    ) -> Number:
        """Buy a number.

        `POST /numbers`, see https://dev.infobip.com/phone-numbers

        Buys the number with the given key and returns it. It costs the setup price once and then the price per
        month, the first time for what is left of the current month. The API has no idempotency key. The vendor has
        marked this purchase as deprecated on the successor path since 2024-01-20, without a date for its end.
        Continue with the key in the response: in the document it differs from the one that was sent. Newer vendor
        documents also have a response 201 without a body; their parameters number (used instead of the key in the
        United States), applicationId and entityId are not covered.

        Args:
            number_key: Key of the number to buy, as list_available_numbers gave it.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `Number`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`. Also for HTTP 201, which has no body to return.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call(
            build_purchase_number(
                number_key=number_key,
                extra_params=extra_params,
            )
        )

    async def get_purchased_number(
        self,
        *,
        number_key: str,
        extra_params: Mapping[str, str] | None = None,
    ) -> Number:
        """Look up one number that the account owns.

        `GET /numbers/{numberKey}`, see https://dev.infobip.com/phone-numbers

        Args:
            number_key: Key of the number. It may hold a percent sign or other reserved characters and is escaped in
                the path. For example `6FED0BC540BFADD9B05ED7D89AAC22FA`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Returns:
            `Number`.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        return await self._call(
            build_get_purchased_number(
                number_key=number_key,
                extra_params=extra_params,
            )
        )

    async def cancel_number(
        self,
        *,
        number_key: str,
        extra_params: Mapping[str, str] | None = None,
    ) -> None:
        """Give a number back.

        `DELETE /numbers/{numberKey}`, see https://dev.infobip.com/phone-numbers

        Ends the ownership of a number. Anybody can buy it afterwards, so it may not be possible to get it again.
        Nothing is said about money being returned.

        Args:
            number_key: Key of the number. It may hold a percent sign or other reserved characters and is escaped in
                the path. For example `6FED0BC540BFADD9B05ED7D89AAC22FA`.
            extra_params: parameters that are not listed here, by the provider's names; sent as they are.

        Raises:
            InvalidArgument: if an argument is not valid; nothing was sent.
            OutcomeUnknown: if the request was sent and may have been carried out. It is never sent twice; see `reconcile`.
            NumberlineError: if the call fails; `numberline.errors` lists the subclasses.
        """
        await self._call(
            build_cancel_number(
                number_key=number_key,
                extra_params=extra_params,
            )
        )

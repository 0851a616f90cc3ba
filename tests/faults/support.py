"""All operations, each with a call that changes or finds something, at a sandbox that is watched."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from typing import Any, NamedTuple

import httpx

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.client import AsyncClient, BaseClient, Client
from numberline.pagination import AsyncPages, Pages
from numberline.testing import BEGIN, ManualClock
from numberline_sandbox import Request, Response, Sandbox

CLIENTS: dict[tuple[str, str], type[BaseClient]] = {
    ("voximplant", "sync"): Voximplant,
    ("voximplant", "async"): AsyncVoximplant,
    ("infobip", "sync"): Infobip,
    ("infobip", "async"): AsyncInfobip,
    ("apifonica", "sync"): Apifonica,
    ("apifonica", "async"): AsyncApifonica,
}


class Watched(Sandbox):
    """A sandbox at the tests' moment that keeps its answers.

    Attributes:
        replies: all of them, in order.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"clock": lambda: BEGIN, "numbers": 20, "owned": 6, **settings})
        self.replies: list[Response] = []

    def respond(self, request: Request) -> Response:
        response = super().respond(request)
        if response.operation:
            self.replies.append(response)
        return response

    def connect(
        self, provider: str, mode: str, clock: ManualClock, url: str | None = None, **settings: Any
    ) -> BaseClient:
        """A client of ours that is signed in, on a clock of the test's; in process unless there is a URL."""
        if url is not None:
            settings["base_url"] = url
        elif mode == "async":
            settings["http_client"] = httpx.AsyncClient(transport=self.async_transport(clock.sleep_async))
        else:
            settings["http_client"] = httpx.Client(transport=self.transport(clock.sleep))
        kind: Callable[..., BaseClient] = CLIENTS[provider, mode]
        return kind(**self.credentials[provider], **settings, clock=clock)


class Targets(NamedTuple):
    """What a fresh sandbox has for the calls to be about."""

    offered: dict[str, Any]  # arguments that buy one number by count, place and number
    owned: list[int]
    key: str
    owned_key: str
    numbers: list[str]  # all phone numbers that calls are about, or that are listed


@cache
def targets() -> Targets:
    """They are the same in all sandboxes of one seed and size."""
    sandbox, clock = Watched(), ManualClock()
    voximplant, infobip, apifonica = (
        sandbox.connect(name, "sync", clock) for name in ("voximplant", "infobip", "apifonica")
    )
    assert isinstance(voximplant, Voximplant)
    assert isinstance(infobip, Infobip)
    assert isinstance(apifonica, Apifonica)
    place: dict[str, Any] = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC"}
    region = next(r.phone_region_id for r in voximplant.get_phone_number_regions(**place) if r.phone_count)
    place["phone_region_id"] = region
    offers = list(voximplant.get_new_phone_numbers(**place))
    owned = list(voximplant.get_phone_numbers())
    keys, owned_keys = list(infobip.list_available_numbers()), list(infobip.list_purchased_numbers())
    rented = list(apifonica.list_rented_numbers())
    return Targets(
        offered={**place, "phone_number": [offers[0].phone_number]},
        owned=[record.phone_id for record in owned[:2]],
        key=keys[0].number_key,
        owned_key=owned_keys[0].number_key,
        numbers=sorted(
            {offer.phone_number for offer in offers}
            | {record.phone_number for record in owned}
            | {record.number for record in [*keys, *owned_keys]}
            | {record.number for record in rented}
        ),
    )


class Operation(NamedTuple):
    """One operation: whose, what sending it again would do, and a call of it."""

    provider: str
    name: str
    operation_class: str
    arguments: Callable[[Targets], dict[str, Any]]

    def call(self, client: BaseClient) -> Any:
        return getattr(client, self.name)(**self.arguments(targets()))


def _place(to: Targets) -> dict[str, Any]:
    return {name: value for name, value in to.offered.items() if name != "phone_number"}


OPERATIONS = [
    Operation("voximplant", "attach_phone_number", "charge", lambda to: to.offered),
    Operation(
        *("voximplant", "bind_phone_number_to_application", "idempotent"),
        lambda to: {"phone_id": to.owned, "application_name": "support"},
    ),
    Operation("voximplant", "deactivate_phone_number", "release", lambda to: {"phone_id": to.owned}),
    Operation("voximplant", "get_account_info", "read", lambda _: {}),
    Operation("voximplant", "get_account_phone_number_countries", "read", lambda _: {}),
    Operation("voximplant", "get_actual_phone_number_region", "read", _place),
    Operation("voximplant", "get_new_phone_numbers", "read", _place),
    Operation("voximplant", "get_phone_number_categories", "read", lambda _: {}),
    Operation(
        *("voximplant", "get_phone_number_country_states", "read"),
        lambda _: {"country_code": "US", "phone_category_name": "GEOGRAPHIC"},
    ),
    Operation(
        *("voximplant", "get_phone_number_regions", "read"),
        lambda _: {"country_code": "US", "phone_category_name": "GEOGRAPHIC", "country_state": "NY"},
    ),
    Operation("voximplant", "get_phone_numbers", "read", lambda _: {}),
    Operation(
        *("voximplant", "set_phone_number_info", "idempotent"),
        lambda to: {"phone_id": to.owned, "incoming_sms_callback_url": "https://app.example/sms"},
    ),
    Operation("infobip", "list_available_numbers", "read", lambda _: {}),
    Operation("infobip", "purchase_number", "charge", lambda to: {"number_key": to.key}),
    Operation("infobip", "list_purchased_numbers", "read", lambda _: {}),
    Operation("infobip", "get_purchased_number", "read", lambda to: {"number_key": to.owned_key}),
    Operation("infobip", "cancel_number", "release", lambda to: {"number_key": to.owned_key}),
    Operation("apifonica", "list_rented_numbers", "read", lambda _: {}),
    Operation("apifonica", "list_number_costs", "read", lambda _: {}),
]


def answered(client: BaseClient, operation: Operation) -> Any:
    """What a call answers, a listing as a list. The client is closed then."""
    if isinstance(client, AsyncClient):

        async def run() -> Any:
            theirs = client._context.connection.theirs
            assert not isinstance(theirs, httpx.Client)
            async with client, theirs or nullcontext():
                of = operation.call(client)
                return [item async for item in of] if isinstance(of, AsyncPages) else await of

        return asyncio.run(run())
    assert isinstance(client, Client)
    with client:
        of = operation.call(client)
        return list(of) if isinstance(of, Pages) else of

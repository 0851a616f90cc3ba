"""Purchases while everything goes wrong by chance: the ledger has the last word.

10,000 for each provider and colour with --full, a tenth otherwise, from eight threads or tasks that share a client.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, NamedTuple

import pytest

from numberline import AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime import rate_limit
from numberline._runtime.reconcile import Reconciled
from numberline.errors import NumberlineError, OutcomeUnknown, RateLimited
from numberline_sandbox import Behaviour
from numberline_sandbox.faults import RANDOM_KINDS
from numberline_sandbox.http.server import serve
from tests.conftest import FULL
from tests.faults.support import Watched
from tests.trust.clock import TestClock

COUNT = 10_000 if FULL else 1_000
ROUND = 100  # purchases from one sandbox: whoever reconciles by key goes through all that is owned
AT_ONCE = 8
RATE = 0.3
SLOW = "latency=40"  # longer than a client waits, and the number is bought
LOOKS = 50  # how often somebody looks who wants to know

CHARGES = ("AttachPhoneNumber", "purchaseNumber")


class Yielding(TestClock):
    """Lets other tasks have their turn where a real clock would."""

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)


class Wish(NamedTuple):
    """A number to buy: how the ledger calls it, and the arguments."""

    name: str
    arguments: dict[str, Any]


class Claim(NamedTuple):
    """What a buyer knows in the end.

    Attributes:
        done: whether it was bought, or None if that can't be told.
        how: `returned`, `reconciled` or `refused`.
    """

    wish: Wish
    done: bool | None
    how: str


def wishes(sandbox: Watched, provider: str) -> Iterator[Wish]:
    """What there is to buy, asked for before anything goes wrong."""
    if provider == "infobip":
        shop = sandbox.connect(provider, "sync", TestClock())
        assert isinstance(shop, Infobip)
        yield from (Wish(n.number_key, {"number_key": n.number_key}) for n in shop.list_available_numbers(limit=1000))
        return
    client = sandbox.connect(provider, "sync", TestClock())
    assert isinstance(client, Voximplant)
    place: dict[str, Any] = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC"}
    for region in client.get_phone_number_regions(**place):
        there = {**place, "phone_region_id": region.phone_region_id}
        for offer in client.get_new_phone_numbers(**there, count=500):
            yield Wish(str(offer.phone_number), {**there, "phone_number": [offer.phone_number]})


def buy(client: Any, method: str, wish: Wish) -> Claim:
    try:
        getattr(client, method)(**wish.arguments)
    except OutcomeUnknown as unknown:
        return Claim(wish, looked(client, unknown).done, "reconciled")
    except RateLimited:
        return Claim(wish, False, "refused")
    return Claim(wish, True, "returned")


def looked(client: Any, unknown: OutcomeUnknown) -> Reconciled:
    for _ in range(LOOKS):
        try:
            verdict: Reconciled = client.reconcile(unknown)
        except OutcomeUnknown:
            raise
        except NumberlineError:
            continue
        return verdict
    raise AssertionError(f"nothing to be seen in {LOOKS} looks")


async def buy_async(client: Any, method: str, wish: Wish) -> Claim:
    try:
        await getattr(client, method)(**wish.arguments)
    except OutcomeUnknown as unknown:
        return Claim(wish, (await looked_async(client, unknown)).done, "reconciled")
    except RateLimited:
        return Claim(wish, False, "refused")
    return Claim(wish, True, "returned")


async def looked_async(client: Any, unknown: OutcomeUnknown) -> Reconciled:
    for _ in range(LOOKS):
        try:
            verdict: Reconciled = await client.reconcile(unknown)
        except OutcomeUnknown:
            raise
        except NumberlineError:
            continue
        return verdict
    raise AssertionError(f"nothing to be seen in {LOOKS} looks")


def all_bought(client: Any, method: str, wanted: list[Wish]) -> list[Claim]:
    """Buy all of it, so many at once, with a client of either colour that is closed then."""
    if isinstance(client, AsyncVoximplant | AsyncInfobip):

        async def run() -> list[Claim]:
            turn = asyncio.Semaphore(AT_ONCE)

            async def one(wish: Wish) -> Claim:
                async with turn:
                    return await buy_async(client, method, wish)

            async with client:
                return await asyncio.gather(*map(one, wanted))

        return asyncio.run(run())
    with client, ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda wish: buy(client, method, wish), wanted))


def compared(sandbox: Watched, claims: list[Claim], provider: str) -> None:
    """Hold what the buyers know against the ledger."""
    charges = [entry for entry in sandbox.ledger if entry.operation_class == "charge"]
    bought = Counter(name for entry in charges for name in (entry.keys if provider == "infobip" else entry.numbers))
    assert set(bought.values()) <= {1}, "a number was bought twice"
    claimed = {claim.wish.name for claim in claims if claim.done}
    assert not [claim for claim in claims if claim.done is None], "a verdict is missing"
    assert sorted(bought.keys() - claimed) == [], "bought, and nobody knows"
    assert sorted(claimed - bought.keys()) == [], "not bought, and somebody thinks so"
    # A purchase that is sent again after it was done would be refused: the number is gone.
    assert not [response for response in sandbox.replies if response.operation in CHARGES and response.failure]


def run(
    provider: str, colour: str, count: int, *, on_socket: bool = False, behaviour: Behaviour | None = None
) -> tuple[list[Claim], list[Watched]]:
    """So many purchases, round by round, each round with its own sandbox. What was not done is tried once more."""
    method = {"voximplant": "attach_phone_number", "infobip": "purchase_number"}[provider]
    all_claims: list[Claim] = []
    sandboxes: list[Watched] = []
    for seed in range(-(-count // ROUND)):
        clock = Yielding()
        sandbox = Watched(
            seed=seed,
            numbers=600 if provider == "voximplant" else ROUND + 20,
            owned=0,
            balance=10**9,
            clock=clock.now,
            behaviour=behaviour or Behaviour(ids_change_on_purchase=False),
        )
        rate_limit._LIMITERS.clear()  # they are on another round's clock
        wanted = list(wishes(sandbox, provider))[: min(ROUND, count - seed * ROUND)]
        rate_limit._LIMITERS.clear()
        sandbox.replies.clear()
        with serve(sandbox) if on_socket else nullcontext() as url:
            sandbox.faults.at_random(seed, RATE, (*RANDOM_KINDS, *(() if on_socket else (SLOW,))))
            sandbox.faults.latency = 0.001
            claims = all_bought(sandbox.connect(provider, colour, clock, url), method, wanted)
            failed = [claim.wish for claim in claims if claim.done is False]
            again = all_bought(sandbox.connect(provider, colour, clock, url), method, failed)
        retried = {claim.wish.name: claim for claim in again}
        final = [retried.get(claim.wish.name, claim) for claim in claims]
        assert len(final) == len(wanted)
        if behaviour is None:
            compared(sandbox, final, provider)
        all_claims += final
        sandboxes.append(sandbox)
    return all_claims, sandboxes


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize("provider", ["voximplant", "infobip"])
def test_what_was_bought_is_known_whatever_goes_wrong(provider: str, colour: str) -> None:
    claims, sandboxes = run(provider, colour, COUNT)

    assert len(claims) == COUNT
    # Or else the faults were no trial.
    assert Counter(claim.how for claim in claims)["reconciled"] > COUNT / 20
    met = Counter(
        response.fault for sandbox in sandboxes for response in sandbox.replies if response.operation in CHARGES
    )
    assert set(met) == {*RANDOM_KINDS, SLOW, ""}


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize("provider", ["voximplant", "infobip"])
def test_what_was_bought_is_known_on_real_sockets(provider: str, colour: str) -> None:
    claims, _ = run(provider, colour, COUNT // 10, on_socket=True)

    assert len(claims) == COUNT // 10


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_where_keys_change_with_the_purchase_no_verdict_is_wrong(colour: str) -> None:
    """Such a purchase can't be found by its key, and that is said instead of guessed."""
    claims, (sandbox,) = run("infobip", colour, ROUND, behaviour=Behaviour(ids_change_on_purchase=True))

    bought = Counter(key for entry in sandbox.ledger for key in entry.keys)
    assert set(bought.values()) == {1}
    for claim in claims:
        assert claim.done is (claim.wish.name in bought) or (claim.done is None and claim.wish.name in bought)
    assert any(claim.done is None for claim in claims)

"""Purchases while everything goes wrong by chance: the ledger has the last word.

10,000 for each provider and mode with --full, 400 otherwise, from eight threads or tasks that share a client.
"""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, NamedTuple

import pytest

from numberline import AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline._runtime.rate_limit import isolated
from numberline._runtime.reconcile import Reconciled
from numberline.errors import NumberlineError, OutcomeUnknown, RateLimited
from numberline.infobip import Number
from numberline.testing import ManualClock
from numberline_sandbox import Behaviour
from numberline_sandbox.faults import RANDOM_KINDS
from numberline_sandbox.http.server import serve
from tests.faults.support import Watched
from tests.support import FULL

COUNT = 10_000 if FULL else 200
ROUND = 100  # purchases from one sandbox: whoever reconciles by key goes through all that is owned
AT_ONCE = 8
RATE = 0.3
SLOW = "latency=40"  # longer than a client waits, and the number is bought
LOOKS = 50  # how often somebody looks who wants to know
OTHERS = 4  # every so many purchases are another buyer's
KNOWN = {"owned": True, "not_owned": False, "undecided": None}

CHARGES = ("AttachPhoneNumber", "purchaseNumber")


class Wish(NamedTuple):
    """A number to buy, and the call that buys it."""

    number: str
    arguments: dict[str, Any]
    offer: Number | None = None

    def buy_from(self, client: Any) -> Any:
        """Send the purchase, or return it for waiting."""
        if self.offer is not None:
            return client.purchase_number(self.offer)
        return client.attach_phone_number(**self.arguments)


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
        shop = sandbox.connect(provider, "sync", ManualClock())
        assert isinstance(shop, Infobip)
        yield from (Wish(offer.number, {}, offer) for offer in shop.list_available_numbers(limit=1000))
        return
    client = sandbox.connect(provider, "sync", ManualClock())
    assert isinstance(client, Voximplant)
    place: dict[str, Any] = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC"}
    for region in client.get_phone_number_regions(**place):
        there = {**place, "phone_region_id": region.phone_region_id}
        for offer in client.get_new_phone_numbers(**there, count=500):
            yield Wish(str(offer.phone_number), {**there, "phone_number": [offer.phone_number]})


def buy(client: Any, wish: Wish) -> Claim:
    try:
        wish.buy_from(client)
    except OutcomeUnknown as unknown:
        return Claim(wish, looked(client, unknown), "reconciled")
    except RateLimited:
        return Claim(wish, False, "refused")
    return Claim(wish, True, "returned")


def looked(client: Any, unknown: OutcomeUnknown) -> bool | None:
    """Whether it was bought, looked up as often and as late as it takes."""
    for _ in range(LOOKS):
        try:
            found: Reconciled[Any] = client.reconcile(unknown)
        except OutcomeUnknown:
            raise
        except NumberlineError:
            continue
        if found.look_again_at is None:
            return KNOWN[found.verdict]
        client._context.clock.sleep((found.look_again_at - found.looked_at).total_seconds())
    raise AssertionError(f"nothing to be seen in {LOOKS} looks")


async def buy_async(client: Any, wish: Wish) -> Claim:
    try:
        await wish.buy_from(client)
    except OutcomeUnknown as unknown:
        return Claim(wish, await looked_async(client, unknown), "reconciled")
    except RateLimited:
        return Claim(wish, False, "refused")
    return Claim(wish, True, "returned")


async def looked_async(client: Any, unknown: OutcomeUnknown) -> bool | None:
    for _ in range(LOOKS):
        try:
            found: Reconciled[Any] = await client.reconcile(unknown)
        except OutcomeUnknown:
            raise
        except NumberlineError:
            continue
        if found.look_again_at is None:
            return KNOWN[found.verdict]
        await client._context.clock.sleep_async((found.look_again_at - found.looked_at).total_seconds())
    raise AssertionError(f"nothing to be seen in {LOOKS} looks")


def all_bought(clients: list[Any], wanted: list[Wish]) -> list[Claim]:
    """Buy all of it, so many at once, with the clients of two buyers that share the account. They are closed then."""
    mine, theirs = clients
    buyers = [theirs if at % OTHERS == 0 else mine for at in range(len(wanted))]
    if isinstance(mine, AsyncVoximplant | AsyncInfobip):

        async def run() -> list[Claim]:
            turn = asyncio.Semaphore(AT_ONCE)

            async def one(client: Any, wish: Wish) -> Claim:
                async with turn:
                    return await buy_async(client, wish)

            async with mine, theirs:
                return await asyncio.gather(*map(one, buyers, wanted))

        return asyncio.run(run())
    with mine, theirs, ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(buy, buyers, wanted))


def compared(sandbox: Watched, claims: list[Claim]) -> None:
    """Hold what the buyers know against the ledger."""
    charges = [entry for entry in sandbox.ledger if entry.operation_class == "charge"]
    bought = Counter(number for entry in charges for number in entry.numbers)
    assert set(bought.values()) <= {1}, "a number was bought twice"
    claimed = {claim.wish.number for claim in claims if claim.done}
    assert not [claim for claim in claims if claim.done is None], "a verdict is missing"
    assert sorted(bought.keys() - claimed) == [], "bought, and nobody knows"
    assert sorted(claimed - bought.keys()) == [], "not bought, and somebody thinks so"
    # A purchase that is sent again after it was done would be refused: the number is gone.
    assert not [response for response in sandbox.replies if response.operation in CHARGES and response.failure]


def run(provider: str, mode: str, count: int, *, on_socket: bool = False) -> tuple[list[Claim], list[Watched]]:
    """So many purchases, round by round, each round with its own sandbox. What was not done is tried once more."""
    all_claims: list[Claim] = []
    sandboxes: list[Watched] = []
    for seed in range(-(-count // ROUND)):
        clock = ManualClock()
        sandbox = Watched(
            seed=seed,
            numbers=600 if provider == "voximplant" else ROUND + 20,
            owned=0,
            balance=10**9,
            clock=clock.now,
            behaviour=Behaviour(ids_change_on_purchase=bool(seed % 2)),
        )
        with isolated():
            wanted = list(wishes(sandbox, provider))[: min(ROUND, count - seed * ROUND)]
        sandbox.replies.clear()
        with isolated(), serve(sandbox) if on_socket else nullcontext() as url:
            sandbox.faults.at_random(seed, RATE, (*RANDOM_KINDS, *(() if on_socket else (SLOW,))))
            sandbox.faults.latency = 0.001
            claims = all_bought([sandbox.connect(provider, mode, clock, url) for _ in range(2)], wanted)
            failed = [claim.wish for claim in claims if claim.done is False]
            again = all_bought([sandbox.connect(provider, mode, clock, url) for _ in range(2)], failed)
        retried = {claim.wish.number: claim for claim in again}
        final = [retried.get(claim.wish.number, claim) for claim in claims]
        assert len(final) == len(wanted)
        compared(sandbox, final)
        all_claims += final
        sandboxes.append(sandbox)
    return all_claims, sandboxes


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("provider", ["voximplant", "infobip"])
def test_every_purchase_is_accounted_for_under_faults(provider: str, mode: str) -> None:
    claims, sandboxes = run(provider, mode, COUNT)

    assert len(claims) == COUNT
    # Or else the faults were no trial.
    assert Counter(claim.how for claim in claims)["reconciled"] > COUNT / 20
    met = Counter(
        response.fault for sandbox in sandboxes for response in sandbox.replies if response.operation in CHARGES
    )
    assert len(set(met)) > 0.8 * len({*RANDOM_KINDS, SLOW, ""})


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("provider", ["voximplant", "infobip"])
def test_every_purchase_is_accounted_for_on_real_sockets(provider: str, mode: str) -> None:
    claims, _ = run(provider, mode, COUNT // 5, on_socket=True)

    assert len(claims) == COUNT // 5


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_counted_purchase_is_never_certain_beside_another_buyer(mode: str) -> None:
    clock = ManualClock()
    sandbox = Watched(numbers=200, owned=0, balance=10**9, clock=clock.now)
    place = next(wishes(sandbox, "voximplant")).arguments | {"phone_number": None, "phone_count": 1}
    sandbox.faults.set("attach_phone_number", "drop-after", times=20)

    claims = all_bought(
        [sandbox.connect("voximplant", mode, clock) for _ in range(2)], [Wish("", place) for _ in range(20)]
    )

    assert {(claim.done, claim.how) for claim in claims} == {(None, "reconciled")}
    assert sum(len(entry.numbers) for entry in sandbox.ledger) == 20


LATE = """
import sys
from contextlib import suppress
import httpx
from numberline import Infobip
from numberline.errors import NumberlineError
from numberline.testing import ManualClock
from numberline_sandbox import Sandbox
sandbox = Sandbox()
respond, before = sandbox.respond, set()
def responding(request):
    response = respond(request)
    before.update(sys.modules)
    return response
sandbox.respond = responding
http = httpx.Client(transport=sandbox.transport())
client = Infobip(**sandbox.credentials["infobip"], http_client=http, clock=ManualClock())
keys = [number.number_key for number in next(client.list_available_numbers(limit=50).pages()).items]
before.clear()
for fault in sys.argv[1:]:
    sandbox.faults.set("purchase_number", fault, times=1)
    with suppress(NumberlineError):
        client.purchase_number(number_key=keys.pop())
    late = sorted(set(sys.modules) - before)
    assert not late, (fault, late)
print(len(keys))
"""


def test_nothing_is_loaded_once_a_purchase_is_sent() -> None:
    # Loading takes a file, and there may be no more: the outcome must not depend on that.
    faults = (
        "html-after",
        "empty-after",
        "500-after",
        "server-code-after",
        "429",
        "unknown-values",
        "bomb",
        "drop-after",
    )
    ran = subprocess.run([sys.executable, "-c", LATE, *faults], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "42\n"), ran.stderr

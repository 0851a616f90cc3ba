"""Renews the cassettes of tests/cassettes, or records what a real account is told.

    scripts/record                                      all cassettes anew, against a sandbox that is started here
    scripts/record --check                              whether they are what the sandbox says today; writes nothing
    scripts/record --account infobip --to ../mine       reads of the account that INFOBIP_API_KEY names
    scripts/record --account infobip --to ../mine list_purchased_numbers

Nothing but reads is ever sent to a real account.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from difflib import unified_diff
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

import numberline
from numberline import Apifonica, Infobip, Voximplant
from numberline._runtime.client import Client
from numberline._runtime.operation import Provider
from numberline.errors import InvalidArgument, NumberlineError, ProviderError
from numberline.voximplant import PhoneNumberCountry
from tests.cassettes import recording
from tests.cassettes.scrubbing import ORIGIN, Scrubber, credentials

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "cassettes" / "recorded"

CLIENTS: dict[str, type[Client]] = {
    name.lower(): kind
    for name, kind in ((name, getattr(numberline, name)) for name in numberline.__all__)
    if isinstance(kind, type) and issubclass(kind, Client)
}

WHY_NOT = {
    "charge": "it costs money",
    "release": "it gives a number up for good",
    "idempotent": "it changes how numbers are set up",
}

Step = tuple[str, Callable[[], Any]]
"""An operation's name, and a call of it."""


class Refused(Exception):
    """What was asked for is not done, and why."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/record", description="Renews the cassettes of tests/cassettes.")
    parser.add_argument("--check", action="store_true", help="say whether the cassettes are up to date")
    parser.add_argument("--account", choices=CLIENTS, help="record a real account, named by environment variables")
    parser.add_argument("--to", metavar="FOLDER", help="where to, outside the repository; with --account")
    parser.add_argument("operation", nargs="*", help="only these reads; with --account")
    chosen = parser.parse_args(arguments)
    if bool(chosen.account) != bool(chosen.to) or (chosen.account and chosen.check):
        parser.error("--account and --to FOLDER go together, and not with --check")
    if chosen.operation and not chosen.account:
        parser.error("operations are named together with --account; without it all cassettes are renewed")
    try:
        if chosen.account:
            return record_account(CLIENTS[chosen.account], Path(chosen.to).resolve(), chosen.operation)
        return check() if chosen.check else renew()
    except (Refused, InvalidArgument) as refusal:
        print(f"scripts/record: {refusal}", file=sys.stderr)
        return 2


def renew() -> int:
    """All cassettes anew. If anything fails, those that are there stay."""
    with _recorded_anew() as new:
        for old in RECORDED.glob("*/*.yaml"):
            old.unlink()
        for cassette in _cassettes(new):
            there = RECORDED / cassette
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new / cassette, there)
            print(f"{there.relative_to(ROOT)}  {there.stat().st_size} bytes")
    print(f"{len(_cassettes(RECORDED))} cassettes, recorded with: {recording.SANDBOX}")
    return 0


def check() -> int:
    """Whether renewing would change anything but the label."""
    with _recorded_anew() as new:
        names = sorted({*_cassettes(RECORDED), *_cassettes(new)})
        differing = [name for name in names if _said(RECORDED / name) != _said(new / name)]
        for name in differing:
            there, here = _said(RECORDED / name), _said(new / name)
            print("\n".join(unified_diff(there, here, f"recorded/{name}", "sandbox", n=1, lineterm="")))
    if differing:
        print(f"{len(differing)} cassettes are not what the sandbox says now; run scripts/record", file=sys.stderr)
    return 1 if differing else 0


def _said(cassette: Path) -> list[str]:
    """A cassette's lines without the label, in which the version stands."""
    return cassette.read_text(encoding="utf-8").splitlines()[1:] if cassette.exists() else []


def _cassettes(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.glob("*/*.yaml"))


@contextmanager
def _recorded_anew() -> Iterator[Path]:
    """A folder of new cassettes, for as long as the block lasts. The tests do the recording."""
    with tempfile.TemporaryDirectory(prefix="numberline-cassettes-") as folder:
        os.environ["NUMBERLINE_CASSETTES"] = folder
        try:
            tests = str(RECORDED.parent / "test_recorded.py")
            options = ["-q", "--no-header", "--record-mode=rewrite", "-k", "not async", "-p", "no:cacheprovider"]
            code = pytest.main([*options, f"--rootdir={ROOT}", tests])
        finally:
            del os.environ["NUMBERLINE_CASSETTES"]
        if code:
            raise Refused("a test failed while it was recorded; no cassette was changed")
        yield Path(folder)


def record_account(kind: type[Client], folder: Path, operations: Sequence[str] = ()) -> int:
    """Record one cassette for each read of a real account, and say which were not recorded.

    Returns:
        1 if one that was named was not recorded, else 0.

    Raises:
        Refused: if an operation is not a read, or the folder is not to be written to.
        InvalidArgument: if the environment names no account.
    """
    provider = kind.provider
    for name in operations:
        if name not in provider.operations:
            raise Refused(f"{provider.name} has no operation {name}; its reads are {', '.join(reads(provider))}")
        of = provider.operations[name].operation_class
        if of != "read":
            raise Refused(f"{name} is never sent to a real account: {WHY_NOT[of]}")
    if folder.is_relative_to(ROOT):
        raise Refused(f"{folder} is in the repository, where nothing of a real account belongs")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is there already and not an empty folder")
    import vcr  # type: ignore[import-untyped]  # not above: pytest's plugin wants to be the first to load it

    with (
        httpx.Client(event_hooks={"request": [reads_only(provider)]}) as http,
        kind.from_env(http_client=http, retries=0) as client,
    ):
        scrubber = Scrubber(_secrets(client), account=True)
        recorder = vcr.VCR(record_mode=vcr.mode.ALL, cassette_library_dir=str(folder), **recording.settings(scrubber))
        recorder.register_serializer("yaml", recording.Form(recording.ACCOUNT))
        steps = TOURS[type(client)](client)
        left = {name for name in reads(provider) if not operations or name in operations}
        told: Any = None
        while True:
            try:
                name, call = steps.send(told)
            except StopIteration:
                break
            wanted = not operations or name in operations
            path = f"{name}.yaml"
            with recorder.use_cassette(path) if wanted else nullcontext():
                try:
                    told, how = call(), "recorded"
                except ProviderError as error:
                    told, how = None, f"recorded; refused with {type(error).__name__}"
                except NumberlineError as error:
                    told, how = None, f"not recorded: {type(error).__name__}"
            if wanted:
                print(f"{folder / path}  {how}")
                left -= set() if how.startswith("not") else {name}
    for name in sorted(left):
        print(f"not recorded: {name}; see above, or this account has nothing to ask it about", file=sys.stderr)
    return 1 if left & set(operations) else 0


def reads(provider: Provider) -> list[str]:
    return [name for name, operation in provider.operations.items() if operation.operation_class == "read"]


def reads_only(provider: Provider) -> Callable[[httpx.Request], None]:
    """Looks at what is about to be sent, whoever made it.

    Returns:
        a function for httpx that raises `Refused` if a request is none of the provider's reads.
    """
    allowed = [
        (provider.operations[name].method, provider.operations[name].path.split("/")) for name in reads(provider)
    ]

    def look(request: httpx.Request) -> None:
        segments = request.url.path.split("/")
        for method, template in allowed:
            tail = segments[-len(template) + 1 :] if len(template) > 1 else []
            fits = len(tail) == len(template) - 1 and all(
                wanted == segment or (wanted.startswith("{") and segment)
                for wanted, segment in zip(template[1:], tail, strict=True)
            )
            if fits and request.method == method:
                return
        raise Refused(f"{request.method} {ORIGIN}/... is not a read, and nothing else is sent to a real account")

    return look


def _secrets(client: Client) -> list[str]:
    """What the environment says of the account, and what stands for it on the wire."""
    names = [*client.credentials, "base_url"]
    values = {name: os.environ.get(f"{client.environment}_{name}".upper(), "") for name in names}
    return [*credentials(values), *client._context.signer.sign().secrets]


def _voximplant(client: Voximplant) -> Generator[Step, Any, None]:
    yield "get_phone_numbers", lambda: next(client.get_phone_numbers(count=2).pages(), None)
    yield "get_account_info", client.get_account_info
    yield "get_account_phone_number_countries", client.get_account_phone_number_countries
    countries = yield "get_phone_number_categories", client.get_phone_number_categories
    place = next(_places(countries or [], has_states=True), None) or next(
        _places(countries or [], has_states=False), None
    )
    if place is None:
        return
    states = yield "get_phone_number_country_states", partial(client.get_phone_number_country_states, **place)
    state = next((each.country_state for each in states or () if each.can_list_phone_numbers is not False), None)
    if state is not None:
        place["country_state"] = state
    regions = yield "get_phone_number_regions", partial(client.get_phone_number_regions, **place)
    region = next((region.phone_region_id for region in regions or () if region.phone_count), None)
    if region is None:
        return
    place["phone_region_id"] = region
    yield "get_actual_phone_number_region", partial(client.get_actual_phone_number_region, **place)
    yield "get_new_phone_numbers", lambda: next(client.get_new_phone_numbers(**place, count=2).pages(), None)


def _places(countries: Sequence[PhoneNumberCountry], *, has_states: bool) -> Iterator[dict[str, Any]]:
    """Yield where there may be stock. Newer documents leave out `can_list_phone_numbers`."""
    for country in countries:
        for category in country.phone_categories or ():
            if category.can_list_phone_numbers is not False and bool(category.country_has_states) is has_states:
                yield {"country_code": country.country_code, "phone_category_name": category.phone_category_name}


def _infobip(client: Infobip) -> Generator[Step, Any, None]:
    yield "list_available_numbers", lambda: next(client.list_available_numbers(limit=2).pages(), None)
    page = yield "list_purchased_numbers", lambda: next(client.list_purchased_numbers(limit=2).pages(), None)
    if page is not None and page.items:
        yield "get_purchased_number", partial(client.get_purchased_number, number_key=page.items[0].number_key)


def _apifonica(client: Apifonica) -> Generator[Step, Any, None]:
    yield "list_rented_numbers", lambda: next(client.list_rented_numbers(limit=2).pages(), None)
    yield "list_number_costs", lambda: next(client.list_number_costs(limit=2).pages(), None)


TOURS: dict[type[Client], Callable[[Any], Generator[Step, Any, None]]] = {
    Voximplant: _voximplant,
    Infobip: _infobip,
    Apifonica: _apifonica,
}


if __name__ == "__main__":
    sys.exit(main())

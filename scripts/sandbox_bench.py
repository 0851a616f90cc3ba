"""How fast and how large the sandbox is: opening it, its memory, and the time of each kind of query.

    scripts/sandbox-bench [--repeats 5] [SIZE ...]

Each size is the stock of every provider and what every account owns, in a process of its own. Times are processor time
of one thread, so that other work on the machine counts little; of several runs the worst is held against the goal,
because the first one is what a caller waits for.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from numberline_sandbox import Request, Response, Sandbox

SIZES = (10_000, 1_000_000)
OPENING = 5.0  # seconds
MEMORY = 500  # megabytes
FIXTURE = 5.0  # milliseconds
QUICK = 50.0  # milliseconds: a page at any depth, an id, a number, a prefix
SLOW = {True: 50.0, False: 1000.0}  # milliseconds: other filters and orders, up to 10,000 numbers and beyond


class Query(NamedTuple):
    name: str
    ask: Callable[[], Response]
    is_quick: bool


def queries(sandbox: Sandbox, size: int) -> Iterator[Query]:
    """One of each kind, for each provider."""
    key = sandbox.credentials["voximplant"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    gotham = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC", "phone_region_id": 51}

    def vox(name: str, method: str = "GetPhoneNumbers", *, quick: bool = False, **fields: object) -> Query:
        request = Request("POST", f"/platform_api/{method}", form, urlencode({**key, **fields}).encode())
        return Query(f"voximplant {name}", lambda: sandbox.respond(request), quick)

    yield vox("owned, first page", quick=True)
    yield vox("owned, last page", quick=True, offset=size - 100)
    yield vox("owned, last page of 1000", quick=True, offset=size - 1000, count=1000)
    yield vox("stock, middle page", "GetNewPhoneNumbers", quick=True, **gotham, offset=size // 8, count=100)
    yield vox("owned by id", quick=True, phone_id="1620500;2000017")
    yield vox("owned by number", quick=True, phone_number="699116588")
    for prefix in ("6991", "69912", "6991234", "1212555"):
        yield vox(f"owned by prefix {prefix}", quick=True, phone_template=prefix)
    yield vox("owned by prefix 69912, deep", quick=True, phone_template="69912", offset=size // 40)
    yield vox("filter country", country_code="US;GB")
    yield vox("filter application", application_name="support", offset=size // 7)
    yield vox("filter rule", rule_id="7001;7003")
    yield vox("filter days", from_phone_next_renewal="2020-01-01", to_phone_next_renewal="2090-01-01")
    yield vox("filter purchase", from_phone_purchase_date="2020-01-01 00:00:00")
    yield vox("filter children", child_account_id="all")
    yield vox("filter five things", country_code="XX", auto_charge=1, canceled=0, is_bound_to_rule=1, sandbox="true")
    yield vox("countries", "GetAccountPhoneNumberCountries", application_id=10454252)
    for order in (
        "phone_number",
        "phone_price",
        "phone_country_code",
        "deactivated",
        "purchase_date",
        "phone_next_renewal",
        "verification_status",
        "unverified_hold_until",
        "verification_name",
    ):
        yield vox(f"order {order}", order_by=order, offset=size // 2)

    app = {"authorization": f"App {sandbox.credentials['infobip']['api_key']}"}

    def info(name: str, target: str, *, quick: bool = False) -> Query:
        return Query(f"infobip {name}", lambda: sandbox.respond(Request("GET", target, app)), quick)

    for listing, path in (("stock", "/sms/1/numbers/available"), ("owned", "/sms/1/numbers")):
        last = size // 1000 - 1
        yield info(f"{listing}, last page of 1000", f"{path}?limit=1000&page={last}", quick=True)
        middle: dict[str, Any] = json.loads(
            sandbox.respond(Request("GET", f"{path}?limit=1&page={size // 2}", app)).body
        )
        [number] = middle["numbers"]
        yield info(f"{listing} by number", f"{path}?number={number['number']}", quick=True)
        for digits in ("6991", "69912"):
            yield info(f"{listing} by prefix {digits}", f"{path}?number={digits}", quick=True)
        for digits in ("1234", "12", "1"):
            yield info(f"{listing} holding {digits}", f"{path}?number={digits}")
    yield info("owned by key", f"/sms/1/numbers/{number['numberKey']}", quick=True)
    yield info("stock, filters", "/sms/1/numbers/available?country=XX&capabilities=SMS&limit=1000")

    account = sandbox.credentials["apifonica"]
    pair = b64encode(f"{account['account_sid']}:{account['auth_token']}".encode()).decode()
    basic = {"authorization": f"Basic {pair}"}
    rented = f"/v2/accounts/{account['account_sid']}/numbers"

    def api(name: str, query: str, *, quick: bool = False) -> Query:
        return Query(f"apifonica {name}", lambda: sandbox.respond(Request("GET", f"{rented}?{query}", basic)), quick)

    yield api("rented, first page", "", quick=True)
    yield api("rented, last page", f"next={sandbox.apifonica.cursor(size - 20)}", quick=True)
    yield api("rented by number", "number=447480600503", quick=True)
    yield api("filter type", "type=sip")
    yield api("filter type, deep", f"type=local&voice=true&next={sandbox.apifonica.cursor(size - size // 9)}")
    yield api("filter country", "country_name=international&messaging=false")


def spent(what: Callable[[], object]) -> float:
    """Processor time, in milliseconds."""
    began = time.process_time()
    what()
    return (time.process_time() - began) * 1000


def shown(what: str, figure: str, goal: str, *, met: bool) -> bool:
    print(f"  {what:<40}{figure:>24}   goal {goal:<10}{'met' if met else 'NOT MET'}", flush=True)
    return met


def measure(size: int, repeats: int) -> bool:
    """Print all figures of one size, and say whether all goals are met."""
    print(f"{size:,} numbers on offer and {size:,} owned, with each provider")
    Sandbox()  # what a process reads only once
    made: list[Sandbox] = []
    opening = spent(lambda: made.append(Sandbox(numbers=size, owned=size))) / 1000
    [sandbox] = made
    good = shown("opening", f"{opening:.2f} s", f"{OPENING:g} s", met=opening < OPENING)
    slow = SLOW[size <= 10_000]
    for query in queries(sandbox, size):
        times: list[float] = []
        for _ in range(repeats):
            times.append(spent(query.ask))
        response = query.ask()
        if response.status != 200 or response.failure:
            raise RuntimeError(f"{query.name}: {response.body.decode()}")
        goal = QUICK if query.is_quick else slow
        figure = f"{statistics.median(times):.1f} ms, worst {max(times):.1f}"
        good &= shown(query.name, figure, f"{goal:g} ms", met=max(times) < goal)
    memory = resident()
    return shown("greatest memory", f"{memory:.0f} MB", f"{MEMORY} MB", met=memory < MEMORY) and good


def resident() -> float:
    """The most memory that this process has had, in megabytes, with Python and all that is imported."""
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def fixture(repeats: int) -> bool:
    """What a sandbox for one test costs, from its making to its end."""

    def made() -> None:
        Sandbox()

    made()
    times = [spent(made) for _ in range(20 * repeats)]
    print("A sandbox of the usual size")
    median = statistics.median(times)
    return shown(
        "made and dropped", f"{median:.2f} ms, worst {max(times):.2f}", f"{FIXTURE:g} ms", met=median < FIXTURE
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="How fast and how large the sandbox is.")
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="SIZE")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)  # this process measures the only size
    given = parser.parse_args()
    if given.one:
        return 0 if measure(given.sizes[0], given.repeats) else 1
    good = fixture(given.repeats)
    for size in given.sizes:
        command = [sys.executable, "-m", __spec__.name, "--one", "--repeats", str(given.repeats), str(size)]
        good &= subprocess.run(command, check=False).returncode == 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

"""First figures: decoding a page against `orjson.loads`, and importing a client against importing httpx.

    .venv/bin/python scripts/figures.py

Both sides of a ratio run in turns in the same process (or as fresh processes, for imports); medians are compared.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import Any

import orjson

from numberline import tolerant
from numberline.records import Reader

RECORDS = 100

VOXIMPLANT = {
    "phone_id": 1620500,
    "phone_number": "699116588",
    "phone_price": 0.45,
    "phone_country_code": "XX",
    "activation_status": "ACTIVE",
    "phone_next_renewal": "2022-06-04",
    "phone_purchase_date": "2022-05-04 18:22:07",
    "deactivated": False,
    "canceled": False,
    "auto_charge": True,
    "application_id": 171717,
    "application_name": "support",
    "extended_application_name": "support.account.n2.voximplant.com",
    "rule_id": 1717,
    "rule_name": "inbound",
    "category_name": "GEOGRAPHIC",
    "phone_region_id": 51,
    "phone_region_name": "Gotham City",
    "required_verification": "RU",
    "verification_status": "VERIFIED",
    "unverified_hold_until": "2022-07-04",
    "can_be_used": True,
    "is_sms_supported": True,
    "is_sms_enabled": True,
    "incoming_sms_callback_url": "https://example.com/sms",
    "emergency_calls_to_be_enabled": False,
    "emergency_calls_enabled": False,
    "subscription_id": 32488,
    "modified": "2022-05-04 18:22:08",
    "account_id": 1,
}
INFOBIP = {
    "numberKey": "6FED0BC540BFADD9B05ED7D89AAC22FA",
    "number": "447700900123",
    "country": "GB",
    "type": "VIRTUAL_LONG_NUMBER",
    "capabilities": ["SMS", "VOICE"],
    "shared": False,
    "price": {"pricePerMonth": 5, "setupPrice": 0, "initialMonthPrice": 2.903226, "currency": "EUR"},
}
APIFONICA = {
    "number_sid": "num61de164b-8e62-35d9-92d0-c6df5f0956ec",
    "account_sid": "acc61de164b-8e62-35d9-92d0-c6df5f0956ec",
    "number": "447700900123",
    "token": None,
    "country_code": "GB",
    "country_name": "United Kingdom",
    "type": "local",
    "call_controller": "",
    "call_method": "GET",
    "msg_controller": "https://example.com/messages",
    "msg_method": "GET",
    "msg_app_sid": "app61de164b-8e62-35d9-92d0-c6df5f0956ec",
    "call_app_sid": "default_call_app_sid",
    "endpoint_sid": None,
    "created": "Thu, 31 Mar 2016 11:16:59 +0300",
    "updated": "Thu, 31 Mar 2016 11:17:21 +0300",
    "voice": False,
    "messaging": True,
    "mode": "xml",
}
PAGES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "voximplant": ("PhoneNumbersPage", "result", VOXIMPLANT, {"count": RECORDS, "total_count": RECORDS}),
    "infobip": ("NumbersPage", "numbers", INFOBIP, {"numberCount": RECORDS}),
    "apifonica": ("RentedNumbersPage", "numbers", APIFONICA, {"limit": RECORDS, "prev": None, "next": None}),
}


def medians(*calls: Callable[[], object], rounds: int = 301) -> list[float]:
    """Median seconds of each call, run in turns."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, times in zip(calls, taken, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]


def decoding() -> None:
    print(f"Decoding a page of {RECORDS} records, x the time of orjson.loads")
    for provider, (page, items, record, rest) in PAGES.items():
        body = json.dumps({items: [record] * RECORDS, **rest}).encode()
        reader: Reader[Any] = import_module(f"numberline_generated.{provider}.reading").READERS[page]
        model = getattr(import_module(f"numberline_generated.{provider}.models"), page)
        plain, fast = medians(partial(orjson.loads, body), partial(reader, body))
        _, slow = medians(partial(orjson.loads, body), partial(tolerant.read, model, body), rounds=21)
        print(f"  {provider:<11} {fast / plain:5.2f} x   ({slow / plain:5.1f} x when read field by field)")


def importing() -> None:
    code = {
        "nothing": "pass",
        "httpx": "import httpx",
        "numberline": "import numberline",
        "Voximplant": "from numberline import Voximplant",
        "PhoneNumber": "from numberline.voximplant import PhoneNumber",
    }
    times = medians(
        *(partial(subprocess.run, [sys.executable, "-c", statement], check=True) for statement in code.values()),
        rounds=15,
    )
    bare = times[0]
    httpx = times[1] - bare
    print("Importing, x the time of import httpx, without the interpreter's own start")
    for name, taken in list(zip(code, times, strict=True))[2:]:
        print(f"  {name:<11} {(taken - bare) / httpx:5.2f} x")


if __name__ == "__main__":
    versions = ", ".join(f"{name} {version(name)}" for name in ("attrs", "httpx", "msgspec", "orjson"))
    print(f"Python {sys.version.split()[0]}, {versions}")
    decoding()
    importing()

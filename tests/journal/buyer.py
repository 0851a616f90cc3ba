"""A process whose children buy until they are killed. `python buyer.py URL CREDENTIALS PATH WISHES`.

For each line on its input, `first:last`, it forks a child, which prints its pid and buys these numbers. Forking here,
where everything is loaded and no thread runs, makes a child start within milliseconds.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

from numberline import Voximplant
from numberline.errors import NumberlineError
from numberline.journal import Journal


def buy(url: str, credentials: str, path: str, wishes: list[dict[str, Any]], first: int) -> None:
    settings: dict[str, Any] = json.loads(credentials)
    client = Voximplant(**settings, base_url=url, journal=Journal(path), timeout=2, retries=0)
    with suppress(NumberlineError):
        client.get_phone_numbers(count=1).first()  # connects and decodes once before the time runs
    print(os.getpid(), flush=True)
    for number, wish in enumerate(wishes, first):
        with suppress(NumberlineError):
            client.options(reference=f"order {number}").attach_phone_number(**wish)
    signal.pause()  # until it is killed


def main() -> None:
    url, credentials, path, wishes_path = sys.argv[1:]
    with open(wishes_path) as file:
        wishes = json.load(file)
    for module in ("numberline._runtime.journaled", "numberline_generated.voximplant.decoding"):
        import_module(module)
    for line in sys.stdin:
        first, last = map(int, line.split(":"))
        child = os.fork()
        if child == 0:
            buy(url, credentials, path, wishes[first:last], first)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()

"""A process whose children buy until they are killed. `python buyer.py URL CREDENTIALS PATH WISHES`.

For each line on its input, `first:last`, it forks a child that buys these numbers, and prints the child's pid. Forking
here, where everything is loaded and no thread runs, makes a child start within milliseconds.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from numberline import Voximplant
from numberline.errors import NumberlineError
from numberline.journal import Journal


def buy(url: str, credentials: str, path: str, wishes: list[dict[str, Any]], first: int) -> None:
    client = Voximplant(**json.loads(credentials), base_url=url, journal=Journal(path), timeout=2, retries=0)
    for number, wish in enumerate(wishes, first):
        with suppress(NumberlineError):
            client.options(reference=f"order {number}").attach_phone_number(**wish)


def main() -> None:
    url, credentials, path, wishes_path = sys.argv[1:]
    with open(wishes_path) as file:
        wishes = json.load(file)
    # Loads everything that a purchase needs, so that a child loads nothing.
    with suppress(NumberlineError), Voximplant(**json.loads(credentials), base_url="http://127.0.0.1:9") as client:
        next(iter(client.get_phone_numbers()))
    for line in sys.stdin:
        first, last = map(int, line.split(":"))
        child = os.fork()
        if child == 0:
            buy(url, credentials, path, wishes[first:last], first)
            signal.pause()  # until it is killed
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()

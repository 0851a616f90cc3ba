"""How things are measured: in turns, medians of what each took, in this process or in fresh ones."""

import gc
import http.client
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Cost(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


class Server:
    """The other end of the line."""

    def __init__(self, process: "subprocess.Popen[str]", http_port: int, https_port: int) -> None:
        self.process = process
        self._port = http_port
        self.urls = f"http://127.0.0.1:{http_port}", f"https://127.0.0.1:{https_port}"

    def holds(self, total: int, latency: float = 0) -> None:
        """Say how many numbers there are, and how many seconds a response takes."""
        line = http.client.HTTPConnection("127.0.0.1", self._port)
        line.request("PUT", f"/set?total={total}&latency={latency}", headers={"content-length": "0"})
        line.getresponse().read()
        line.close()


@contextmanager
def served() -> Iterator[Server]:
    """The server, on the last core while this process keeps to the first, and credentials for those who need some."""
    with tempfile.TemporaryDirectory() as scratch:
        certificate = _credentials(Path(scratch))
        command = [sys.executable, "-m", "scripts.benchmark.server", str(certificate)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            try:
                assert process.stdout is not None
                ports = process.stdout.readline().split()
                if sys.platform == "linux" and len(cores := sorted(os.sched_getaffinity(0))) > 1:
                    os.sched_setaffinity(process.pid, {cores[-1]})
                    os.sched_setaffinity(0, {cores[0]})
                yield Server(process, *map(int, ports))
            finally:
                process.kill()


def _credentials(scratch: Path) -> Path:
    import certifi
    import trustme
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    authority = trustme.CA()
    # Beside all others, as those who load it for each call would.
    (scratch / "authorities.pem").write_bytes(certifi.contents().encode() + authority.cert_pem.bytes())
    certificate = scratch / "server.pem"
    authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    credentials = scratch / "credentials.json"
    credentials.write_text(json.dumps({"account_id": 1, "key_id": "a", "private_key": pem}))
    os.environ["REQUESTS_CA_BUNDLE"] = str(scratch / "authorities.pem")
    os.environ["BENCH_CREDENTIALS"] = str(credentials)
    return certificate


def in_turns(cases: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """The median of what each case took. The order is turned round each time."""
    taken: dict[str, list[Cost]] = {name: [] for name in cases}
    gc.collect()
    gc.freeze()  # what so many libraries have loaded would be gone through again and again
    for turn in range(rounds):
        for name in list(cases) if turn % 2 == 0 else reversed(list(cases)):
            taken[name].append(cases[name]())
    gc.unfreeze()
    return {
        name: Cost(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))
        for name, costs in taken.items()
    }


def repeated(call: Callable[[int], object], times: int) -> Callable[[], Cost]:
    """What one call takes, as the mean of so many."""

    def measured() -> Cost:
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        call(times)
        return Cost((time.perf_counter() - wall) / times, (time.process_time() - cpu) / times)

    return measured


def python(*arguments: str) -> Callable[[], Cost]:
    """What a fresh Python process takes."""

    def measured() -> Cost:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)
        wall = time.perf_counter() - wall
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    return measured


def started(name: str, urls: tuple[str, str]) -> Callable[[], Cost]:
    """What a fresh process takes to its first record."""
    command = [sys.executable, "-m", "scripts.benchmark.contenders", name, *urls, "first"]

    def measured() -> Cost:
        begun = time.monotonic()  # the same clock in all processes
        said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        arrived, cpu = map(float, said.split())
        return Cost(arrived - begun, cpu)

    return measured


class Walked(NamedTuple):
    """What a process took to walk through a listing; memory in MiB."""

    wall: float
    cpu: float
    memory_before: float
    memory: float


def walked(name: str, urls: tuple[str, str], size: int, most: int) -> Walked:
    """A walk in a fresh process.

    Raises:
        AssertionError: if not all numbers came.
    """
    command = [sys.executable, "-m", "scripts.benchmark.contenders", name, *urls, "walk", str(size), str(most)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    *figures, count = said.split()
    assert int(count) == most, f"{name} found {count} numbers instead of {most}"
    return Walked(*map(float, figures))


def median_walk(walks: Sequence[Walked]) -> Walked:
    return Walked(*(median(column) for column in zip(*walks, strict=True)))

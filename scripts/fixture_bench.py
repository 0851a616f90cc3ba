"""How long the fixtures of numberline's pytest plugin take: fixture_bench.py [tests]. The first test, which loads what
the others find loaded, is printed by itself."""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import pytest

from numberline.pytest_plugin import CLIENTS

CASES = {
    "no fixture": [],
    "sandbox": ["numberline_sandbox"],
    "sandbox and a client": ["numberline_sandbox", next(iter(CLIENTS))],
    "sandbox, all clients, ledger, faults": ["numberline_ledger", "numberline_faults", *CLIENTS],
    "sandbox on a port": ["numberline_server"],
}


class Stopwatch:
    """Measures set-up and tear-down of each test, with all that pytest itself does there."""

    def __init__(self) -> None:
        self.processor: dict[str, float] = defaultdict(float)
        self.clock: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        yield from self._measured(item)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        yield from self._measured(item)

    def _measured(self, item: pytest.Item) -> Iterator[None]:
        processor, clock = time.process_time(), time.perf_counter()
        yield
        self.processor[item.nodeid] += (time.process_time() - processor) * 1000
        self.clock[item.nodeid] += (time.perf_counter() - clock) * 1000

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        assert report.passed, report.longreprtext


def main(tests: int) -> None:
    code = f"import pytest\npytestmark = pytest.mark.parametrize('turn', range({tests + 1}))\n"
    for number, fixtures in enumerate(CASES.values()):
        code += f"def test_{number}({', '.join(['turn', *fixtures])}): pass\n"
    watch = Stopwatch()
    with TemporaryDirectory() as folder:
        Path(folder, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        file = Path(folder, "test_fixtures.py")
        file.write_text(code, encoding="utf-8")
        pytest.main(["-p", "no:terminal", "-p", "no:asyncio", f"--rootdir={folder}", str(file)], [watch])
    print(f"{'set-up and tear-down, median of ' + str(tests):<40} processor      clock   clock, 95 of 100   first")
    for number, name in enumerate(CASES):
        keys = [test for test in watch.clock if f"::test_{number}[" in test]
        processor, clock = ([kept[key] for key in keys[1:]] for kept in (watch.processor, watch.clock))
        worst = quantiles(clock, n=20)[-1]
        figures = f"{median(processor):6.2f} ms  {median(clock):6.2f} ms   {worst:13.2f} ms"
        print(f"{name:<40} {figures}  {watch.clock[keys[0]]:4.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)

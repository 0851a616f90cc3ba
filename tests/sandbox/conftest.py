"""A sandbox at a fixed moment."""

import pytest

from numberline.testing import ManualClock
from numberline_sandbox import Sandbox
from tests.sandbox.support import manual_clock


@pytest.fixture
def clock() -> ManualClock:
    return manual_clock()


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(clock=clock.now)


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)

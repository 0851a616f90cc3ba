"""An inventory of the sandbox's three accounts, and one of the same accounts that waits with `await`."""

import pytest

from numberline import Apifonica, AsyncApifonica, AsyncInfobip, AsyncVoximplant, Infobip, Voximplant
from numberline.inventory import AsyncInventory, Inventory
from numberline.testing import ManualClock, connect
from numberline_sandbox import Sandbox


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(clock=clock.now)


@pytest.fixture(params=["sync", "async"])
def inventory(request: pytest.FixtureRequest, sandbox: Sandbox, clock: ManualClock) -> Inventory | AsyncInventory:
    if request.param == "sync":
        kinds = {"de": Voximplant, "support": Infobip, "sip": Apifonica}
        return Inventory({name: connect(kind, sandbox, clock=clock) for name, kind in kinds.items()})
    return AsyncInventory(
        {
            "de": connect(AsyncVoximplant, sandbox, clock=clock),
            "support": connect(AsyncInfobip, sandbox, clock=clock),
            "sip": connect(AsyncApifonica, sandbox, clock=clock),
        }
    )

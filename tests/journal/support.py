"""Entries made by hand, and an account whose calls have a journal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from numberline import Voximplant
from numberline.errors import OutcomeUnknown
from numberline.journal import Journal
from numberline.testing import ManualClock
from numberline_sandbox import Sandbox

SENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def unknown(**given: Any) -> OutcomeUnknown:
    """What a client knows of a purchase before it is sent."""
    known: dict[str, Any] = {
        "provider": "Voximplant",
        "operation": "attach_phone_number",
        "arguments": {"phone_number": "12025550136"},
        "account": "an-account",
        "base_url": "https://api.example.com",
        "sent_at": SENT,
    }
    return OutcomeUnknown("sent, and the outcome is unknown.", **known | given)


def intended(journal: Journal, operation_class: str = "charge", **given: Any) -> str:
    """An entry whose intent is on record."""
    entry_id, record = journal.intend(
        unknown(**given), ends_by=SENT + timedelta(seconds=35), operation_class=operation_class
    )
    record.result(30)
    return entry_id


def done(journal: Journal, *ids: str, operation_class: str = "charge", **given: Any) -> str:
    """An entry that the provider has carried out."""
    entry_id = intended(journal, operation_class, **given)
    journal.ended(entry_id, "done", ids=ids, result={"phone_numbers": list(ids)}).result(30)
    return entry_id


PLACE: dict[str, Any] = {"country_code": "XX", "phone_category_name": "GEOGRAPHIC"}
BUY = "voximplant.attach_phone_number"
RELEASE = "voximplant.deactivate_phone_number"
LOST, NOT_DONE = "drop-after", "drop-before"


class Account:
    """An account at the sandbox, a journal, and the clock that all of them share."""

    def __init__(self, folder: Path, *, numbers: int = 120, **settings: Any) -> None:
        self.clock = ManualClock()
        self.sandbox = Sandbox(seed=1, numbers=numbers, owned=3, clock=self.clock.now)
        self.requests: list[httpx.Request] = []
        self.journal = Journal(folder / "journal.db", clock=self.clock, wait=0.3, **settings)
        self.clock.advance(hours=1)
        self.client = self.connect()
        with self.client.options() as client:
            regions = list(client.get_phone_number_regions(**PLACE))
            self.place: dict[str, Any] = {**PLACE, "phone_region_id": regions[0].phone_region_id}
            self.offers = [str(offer.phone_number) for offer in client.get_new_phone_numbers(**self.place)]
        self.requests.clear()

    def connect(self, **settings: Any) -> Voximplant:
        transport = self.sandbox.transport()

        def watched(request: httpx.Request) -> None:
            self.requests.append(request)

        http_client = httpx.Client(transport=transport, event_hooks={"request": [watched]})
        credentials = self.sandbox.credentials["voximplant"]
        chosen: dict[str, Any] = {**credentials, "journal": self.journal, "retries": 0, **settings}
        return Voximplant(http_client=http_client, clock=self.clock, **chosen)

    def lose(self, *faults: str, **arguments: Any) -> None:
        """Call once for each fault, which comes between the request and the response."""
        for fault in faults:
            self.sandbox.faults.set(BUY, fault, times=1)
            with pytest.raises(OutcomeUnknown):
                self.client.attach_phone_number(**self.place, **arguments)

    def settle(self) -> list[str]:
        """Settle when the settling time is over."""
        self.clock.advance(minutes=10)
        return [each.reconciled.verdict for each in self.client.settle()]

    def claims(self) -> list[str]:
        """What the journal has as bought, for each claim."""
        rows = self.journal._submit(
            lambda db: db.execute("SELECT item FROM claim WHERE released_at IS NULL").fetchall()
        )
        return sorted(item for (item,) in rows.result())

    @property
    def bought(self) -> int:
        return sum(entry.operation_class == "charge" for entry in self.sandbox.ledger)

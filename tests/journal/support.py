"""Entries made by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from numberline.errors import OutcomeUnknown
from numberline.journal import Journal

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

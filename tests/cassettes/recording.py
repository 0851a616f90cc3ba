"""How cassettes are written: vcrpy's settings, their form, and what says against what they were recorded."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from numberline import __version__

from .scrubbing import Scrubber, credentials

if TYPE_CHECKING:
    from numberline_sandbox import Sandbox

RECORDED = Path(__file__).parent / "recorded"

SEED = 7
MOMENT = datetime(2026, 3, 14, 12, 30, 15, tzinfo=UTC)

SANDBOX = f"sandbox of numberline {__version__}, seed {SEED}, at {MOMENT:%Y-%m-%d %H:%M:%S}"
ACCOUNT = "account"
"""Of somebody; whose, a cassette doesn't tell."""


def sandbox() -> "Sandbox":
    """A sandbox that says the same on every machine and every day. Small, so that cassettes can be read."""
    from numberline_sandbox import Sandbox

    return Sandbox(seed=SEED, numbers=30, owned=12, clock=lambda: MOMENT)


def scrubber_of(sandbox: "Sandbox") -> Scrubber:
    """For what that sandbox is asked and says. Its user is called `sandbox`, a word that may stay."""
    every = {secret for ways in sandbox.sign_ins.values() for way in ways for secret in credentials(way)}
    return Scrubber(every - {"sandbox"})


class Form:
    """The form of a cassette's file, a serializer in vcrpy's terms.

    Args:
        recorded_with: against what it is recorded; written in each file.
    """

    def __init__(self, recorded_with: str) -> None:
        self._recorded_with = recorded_with

    def serialize(self, cassette: Mapping[str, Any]) -> str:
        labelled = {"recorded_with": self._recorded_with, "interactions": cassette["interactions"]}
        return yaml.safe_dump(labelled, sort_keys=False, allow_unicode=False, width=2**20)

    def deserialize(self, text: str) -> Any:
        cassette = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if not cassette.get("recorded_with"):
            raise ValueError("the cassette does not say against what it was recorded")
        return cassette


def settings(scrubber: Scrubber) -> dict[str, Any]:
    """What vcrpy is told. Requests have to match to the letter, a comma's escape included, but for host and port,
    which are the same in all cassettes; path, query and body are named for what vcrpy says of a mismatch."""
    return {
        "match_on": ["method", "path", "query", "body", "uri", "raw_body"],
        "before_record_request": scrubber.request,
        "before_record_response": scrubber.answer,
        "decode_compressed_response": True,
    }

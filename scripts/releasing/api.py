"""The public surface as text, so that a review sees each change of it."""

from pathlib import Path

from scripts.specdiff.surface import Facts, Surface

FILE = Path(__file__).with_name("api.txt")


def described(root: Path) -> str:
    """Return a line for each class, method, argument, field and value that users see."""
    surface = Surface(root)
    lines = _lines(surface.by_hand, "")
    for provider in surface.providers:
        lines += _lines(surface.generated(provider), f"{provider}.")
    return "\n".join(sorted(lines)) + "\n"


def _lines(facts: Facts, prefix: str) -> list[str]:
    return [
        " ".join(
            [
                f"{prefix}{place.owner}{'.' if place.member else ''}{place.member}:",
                fact.kind,
                "|".join(sorted(fact.types)),
                "(required)" if fact.required else "",
            ]
        ).rstrip()
        for place, fact in facts.items()
    ]

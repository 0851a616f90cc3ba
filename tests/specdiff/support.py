"""What the tests of scripts/spec-diff share."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from scripts.codegen import clients
from scripts.codegen.documents import Document
from scripts.specdiff.revisions import Revision

ROOT = Path(__file__).resolve().parents[2]


class Project:
    """A copy of the specs and of what is generated from them; numberline's own code is the real one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("specs", "generated"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", "wire"))
        (root / "overlays").symlink_to(ROOT / "overlays")

    def edit(self, provider: str, *replacements: tuple[str, str]) -> Revision:
        """Replace pieces of a spec, once each, and make that provider's methods and records from it."""
        path = self.root / f"specs/{provider}.yaml"
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert text.count(old), f"{path.name} has no {old!r}"
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        package = self.root / "generated/numberline_generated" / provider
        shutil.rmtree(package)
        clients.generate(Document(path), package)
        self.relock()
        return Revision("the copy", self.root)

    def relock(self) -> None:
        """Say that the code is made from the specs as they are."""
        lock = self.root / "generated/numberline_generated/lock.json"
        held: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))
        for path in (self.root / "specs").glob("*.yaml"):
            if f"specs/{path.name}" in held["inputs"]:
                held["inputs"][f"specs/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
        lock.write_text(json.dumps(held), encoding="utf-8")

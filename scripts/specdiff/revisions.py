"""The states that are compared: a git revision, unpacked into a folder, and the working tree."""

import hashlib
import io
import json
import re
import subprocess
import zipfile
from functools import cached_property
from pathlib import Path

from scripts.codegen.documents import Document

from .surface import GENERATED, Surface

PARTS = ("specs", "overlays", "generated")
VERSION_FILE = "overlays/numberline/__init__.py"


class RevisionError(Exception):
    """Something that can't be compared."""


class Revision:
    """The project as it is, or was.

    Attributes:
        name: what people call it.
        root: the folder that it lies in.
        paths: the specs' files, by the specs' names.
    """

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.root = root
        self.paths = {
            path.stem: path for path in sorted((root / "specs").glob("*.yaml")) if path.name != "differences.yaml"
        }
        self._documents: dict[str, Document] = {}
        if not self.paths:
            raise RevisionError(f"{name} has no specs")

    def spec(self, name: str) -> Document:
        """A spec, read when it is first asked for."""
        if name not in self._documents:
            self._documents[name] = Document(self.paths[name])
        return self._documents[name]

    def share(self, name: str, other: "Revision") -> bool:
        """Whether a spec is the same in another revision. It is not read a second time then."""
        same = self.paths[name].read_bytes() == other.paths[name].read_bytes()
        if same:
            self._documents[name] = other.spec(name)
        return same

    @cached_property
    def surface(self) -> Surface:
        return Surface(self.root)

    @cached_property
    def version(self) -> str:
        """The package's version, which pyproject.toml takes from here too."""
        text = (self.root / VERSION_FILE).read_text(encoding="utf-8")
        found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
        if found is None:
            raise RevisionError(f"{self.name}: {VERSION_FILE} has no __version__")
        return found[1]

    def stale(self) -> list[str]:
        """The specs that generated/ was not made from."""
        lock = self.root / "generated" / GENERATED / "lock.json"
        inputs: dict[str, str] = json.loads(lock.read_text(encoding="utf-8"))["inputs"]
        made = {path: digest for path, digest in inputs.items() if path.endswith(".yaml")}
        there = {f"specs/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in self.paths.values()}
        return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))


def unpacked(repository: Path, revision: str, folder: Path) -> Revision:
    """A git revision's specs and code, written into a folder.

    Raises:
        RevisionError: if there is no such revision.
    """
    try:
        commit = _git(repository, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    except RevisionError as error:
        raise RevisionError(f"{revision} is no revision here: {error}") from None
    there = _git(repository, "ls-tree", "--name-only", commit).splitlines()
    packed = _git_bytes(repository, "archive", "--format=zip", commit, *(part for part in PARTS if part in there))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    return Revision(revision, folder)


def last_release(repository: Path) -> str | None:
    """The tag of the last release before the working tree, such as v1.2.0."""
    try:
        return _git(repository, "describe", "--tags", "--abbrev=0", "--match=v[0-9]*").strip()
    except RevisionError:
        return None


def _git(repository: Path, *arguments: str) -> str:
    return _git_bytes(repository, *arguments).decode()


def _git_bytes(repository: Path, *arguments: str) -> bytes:
    try:
        run = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, check=False)
    except OSError as error:
        raise RevisionError(f"git can't be run: {error}") from None
    if run.returncode:
        raise RevisionError(run.stderr.decode().strip().removeprefix("fatal: ") or f"git {arguments[0]} failed")
    return run.stdout

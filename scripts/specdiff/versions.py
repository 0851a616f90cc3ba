"""Which version a change asks for, by the policy in scripts/documentation/pages/versions.md."""

from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from .changes import Severity
from .revisions import VERSION_FILE, Revision, RevisionError


class Demand(NamedTuple):
    """A version, and what it has to be at least.

    Attributes:
        file: where it stands, and what it is the version of.
        severity: the gravest change since.
    """

    file: str
    severity: Severity
    old: str
    new: str
    needed: str

    @property
    def is_met(self) -> bool:
        return _parsed(self.new, self.file).release >= _parsed(self.needed, self.file).release


def of_package(old: Revision, new: Revision, severity: Severity) -> Demand:
    """What the package's version has to be.

    Raises:
        RevisionError: if a version is none.
    """
    return _demand(VERSION_FILE, severity, old.version, new.version)


def of_spec(old: Revision, new: Revision, name: str, severity: Severity) -> Demand:
    """What a spec's `info.version` has to be.

    Raises:
        RevisionError: if a version is none.
    """
    before, after = (str(each.spec(name).data["info"]["version"]) for each in (old, new))
    return _demand(f"specs/{new.paths[name].name}", severity, before, after)


def _demand(file: str, severity: Severity, old: str, new: str) -> Demand:
    _parsed(new, file)
    return Demand(file, severity, old, new, raised(old, severity, file))


def raised(version: str, severity: Severity, file: str = "") -> str:
    """The next version. Below 1.0 the middle number stands for what breaks, the last one for everything else.

    Raises:
        RevisionError: if the version is none.
    """
    if severity is Severity.NONE:
        return version
    major, minor, patch = (*_parsed(version, file).release, 0, 0)[:3]
    if severity is Severity.MAJOR:
        return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    if severity is Severity.MINOR and major:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _parsed(version: str, file: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        raise RevisionError(f"{file}: {version!r} is not a version") from None

"""scripts/release --check            everything but what only a release has to be
scripts/release --check --publish  that, too: a tag, and project URLs
scripts/release --api              writes scripts/releasing/api.txt anew
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path

import numberline

from . import api

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"spark"}
"""Extras that are not installed for the check: PySpark alone takes half a gigabyte. scripts/test --engines tests it."""

LICENCES = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|Zero-Clause|0BSD|CC0|HPND|Zlib",
    re.IGNORECASE,
)
"""What a dependency of the package may be under."""

IN_WHEEL = re.compile(
    r"(numberline|numberline_sandbox|numberline_generated)/.*\.(py|json)|[a-z_]+/py\.typed"
    r"|numberline/report\.html|numberline-[^/]+\.dist-info/.+"
)
IN_SDIST = ("overlays/", "generated/", "specs/", "tests/", "scripts/")
AT_TOP = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore"}


class Check:
    """What is looked at, and what is wrong with it.

    Args:
        is_release: whether it has to be right for publishing.
    """

    def __init__(self, is_release: bool) -> None:
        self._is_release = is_release
        self.problems: list[str] = []
        self._scratch = Path()
        self._settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        self._dist = ROOT / "dist"

    def run(self) -> None:
        steps: list[Callable[[], None]] = [
            self.version,
            self.urls,
            self.build,
            self.contents,
            self.rendering,
            self.surface,
            self.licences,
            self.wheel,
        ]
        with tempfile.TemporaryDirectory() as scratch:
            self._scratch = Path(scratch)
            for step in steps:
                before = len(self.problems)
                step()
                print(f"{'ok ' if len(self.problems) == before else 'BAD'} {step.__name__}", flush=True)

    def _complain(self, problem: str) -> None:
        self.problems.append(problem)
        print(f"    {problem}")

    def version(self) -> None:
        """Version, CHANGELOG and tag say the same."""
        version = numberline.__version__
        changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        heads = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
        if not heads or not (heads[0].startswith(version) or (heads[0] == "Unreleased" and version in changelog)):
            self._complain(f"CHANGELOG.md begins with {heads[:1]}, and the version is {version}")
        tags = _output("git", "tag", "--points-at", "HEAD").split()
        print(f"    version {version}, CHANGELOG {heads[0]!r}, tags {tags or 'none'}")
        if self._is_release and (tags != [f"v{version}"] or heads[0] == "Unreleased"):
            self._complain(f"a release needs the tag v{version} and a CHANGELOG that begins with {version}")

    def urls(self) -> None:
        """A project's address is a setting; the placeholder is no address."""
        urls = self._settings["project"].get("urls", {})
        placeholders = [name for name, url in urls.items() if ".invalid" in url]
        if self._is_release and (placeholders or not urls):
            self._complain(f"project.urls in pyproject.toml has a placeholder: {', '.join(placeholders) or 'no URLs'}")

    def build(self) -> None:
        """Two builds give the same bytes."""
        epoch = _output("git", "log", "-1", "--format=%ct")
        hashes: list[dict[str, str]] = []
        for name in ("first", "second"):
            out = self._scratch / name
            command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
            subprocess.run(
                command,
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "TZ": name},
            )
            hashes.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())})
        if hashes[0] != hashes[1]:
            self._complain(f"two builds differ: {hashes}")
        shutil.rmtree(self._dist, ignore_errors=True)
        shutil.copytree(self._scratch / "first", self._dist)
        for name, digest in hashes[0].items():
            print(f"    {digest}  {name}")

    def contents(self) -> None:
        """The distributions hold what they should."""
        (wheel,), (source,) = self._dist.glob("*.whl"), self._dist.glob("*.tar.gz")
        names = zipfile.ZipFile(wheel).namelist()
        for name in names:
            if not IN_WHEEL.fullmatch(name):
                self._complain(f"{name} is in the wheel")
        for package in ("numberline", "numberline_sandbox", "numberline_generated"):
            if f"{package}/py.typed" not in names:
                self._complain(f"{package}/py.typed is not in the wheel")
        with tarfile.open(source) as archive:
            inside = [name.partition("/")[2] for name in archive.getnames()]
        for name in inside:
            if name and name not in AT_TOP and not name.startswith(IN_SDIST):
                self._complain(f"{name} is in the sdist")
        print(f"    {len(names)} files in the wheel, {len(inside)} in the sdist")

    def rendering(self) -> None:
        """The metadata is whole, and an index can show README.md."""
        ran = subprocess.run(
            [sys.executable, "-m", "twine", "check", "--strict", *self._dist.iterdir()], capture_output=True, text=True
        )
        if ran.returncode:
            self._complain(ran.stdout + ran.stderr)

    def surface(self) -> None:
        """The committed list of what is public is that of the source."""
        if api.FILE.read_text(encoding="utf-8") != api.described(ROOT):
            self._complain("scripts/releasing/api.txt is not that of the source; scripts/release --api writes it")

    def licences(self) -> None:
        """What users install is under licences that let them."""
        wanted = set(_locked(ROOT / "requirements-demo.lock"))
        for found in sorted(distributions(), key=lambda each: each.name.lower()):
            if found.name.lower().replace("_", "-") not in wanted:
                continue
            told = [*(found.metadata.get_all(name) or () for name in ("License-Expression", "License"))]
            told.append([each for each in found.metadata.get_all("Classifier") or () if each.startswith("License")])
            licence = next((str(each).splitlines()[0] for each in chain.from_iterable(told)), "not told")
            print(f"    {found.name} {found.version}: {licence}")
            if not any(LICENCES.search(str(each)) for each in chain.from_iterable(told)):
                self._complain(f"{found.name} is under {licence!r}, which LICENCES does not have")

    def wheel(self) -> None:
        """The wheel works without the source tree, on each Python there is, with each extra."""
        (wheel,) = self._dist.glob("*.whl")
        extras = [name for name in self._settings["project"]["optional-dependencies"] if name not in HEAVY]
        (example,) = re.findall(
            r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )[:1]
        for python in _pythons():
            for extra in ["", *extras]:
                ran = self._try(python, wheel, extra, example if extra == "sandbox" else "import numberline")
                if ran is not None:
                    self._complain(f"{python} with extra {extra or 'none'}: {ran}")
            print(f"    {_output(python, '--version')}: no extra, {', '.join(extras)}")

    def _try(self, python: str, wheel: Path, extra: str, code: str) -> str | None:
        home = self._scratch / "venv"
        subprocess.run([python, "-m", "venv", "--clear", str(home)], check=True)
        bin_python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
        install: list[str | Path] = [bin_python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        commands: list[list[str | Path]] = [
            [*install, f"numberline[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)],
            [bin_python, "-I", "-c", f"import numberline, numberline_generated\n{code}"],
            [bin_python, "-I", "-m", "pip", "check"],
        ]
        for command in commands:
            ran = subprocess.run(command, cwd=self._scratch, capture_output=True, text=True)
            if ran.returncode:
                return (ran.stderr or ran.stdout).strip()[-600:]
        return None


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _locked(lock: Path) -> list[str]:
    return re.findall(r"^([a-z0-9._-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)


def _pythons() -> list[str]:
    """Return each version that the package is for and that starts here, once."""
    found: dict[str, str] = {}
    for name in (sys.executable, "python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        told = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
        ran = subprocess.run([name, "-c", told], capture_output=True, text=True) if shutil.which(name) else None
        version = ran.stdout.strip() if ran is not None and not ran.returncode else ""
        if version and tuple(map(int, version.split("."))) >= (3, 11):
            found.setdefault(version, name)
    return list(found.values())


def main() -> int:
    parser = argparse.ArgumentParser(
        "scripts/release", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true", help="check everything")
    what.add_argument("--api", action="store_true", help="write the list of what is public")
    parser.add_argument("--publish", action="store_true", help="also check what only a release has to be")
    given = parser.parse_args()
    if given.api:
        api.FILE.write_text(api.described(ROOT), encoding="utf-8")
        return 0
    check = Check(given.publish)
    check.run()
    print(f"{len(check.problems)} problems")
    return bool(check.problems)


if __name__ == "__main__":
    sys.exit(main())

"""What README.md and the other documents refer to is there, and their commands can be pasted into any shell."""

import re
import subprocess
from pathlib import Path

import pytest

import numberline
from scripts.documentation import operations

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCUMENTS = [
    README,
    ROOT / "specs/README.md",
    ROOT / ".github/CONTRIBUTING.md",
    *sorted((ROOT / "scripts/documentation/pages").rglob("*.md")),
]
PAGES = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def headings(path: Path) -> set[str]:
    """Return the anchors of a document."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@PAGES
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        assert path.exists(), target
        assert not anchor or anchor in headings(path), target


@PAGES
def test_commands_can_be_pasted_into_any_shell(document: Path, tmp_path: Path) -> None:
    for block in re.findall(r"^```sh\n(.*?)^```", document.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        assert "#" not in block, "zsh takes no comments at its prompt"
        assert "'" not in block, "quotes are double, for the shells of Windows"
        subprocess.run(["bash", "-n"], input=block, text=True, check=True)
        for command in re.findall(r"^scripts/\S+", block, re.MULTILINE):
            assert (ROOT / command).is_file(), command


def test_the_readme_stays_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 180


def test_every_page_is_in_the_sites_navigation() -> None:
    site = (ROOT / "scripts/documentation/site.yml").read_text(encoding="utf-8")
    pages = ROOT / "scripts/documentation/pages"

    for page in pages.rglob("*.md"):
        assert f" {page.relative_to(pages).as_posix()}\n" in site, page


def test_every_method_has_an_example_and_its_facts() -> None:
    told: set[str] = set()
    for page in (ROOT / "scripts/documentation/pages/providers").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        methods = re.findall(r"^<!-- operation (\w+) -->$", text, re.MULTILINE)
        client = getattr(numberline, page.stem.capitalize())
        for method in methods:
            assert callable(getattr(client, method))
            assert f"{page.stem}.{method}(" in text
        told.update(methods)

    assert told == operations.methods()


def test_the_facts_of_an_operation_are_those_of_its_spec() -> None:
    made = operations.on_page_markdown("<!-- operation list_rented_numbers -->")

    assert made.startswith("`GET /v2/accounts/{accountSID}/numbers`, from `specs/apifonica.yaml:")
    assert "| `accountSID`<br>string (required) |" in made
    assert re.search(r"\| `limit`<br>integer \| .* Default: `20`\. \| inferred: Only the minimum\.", made)
    assert "| `1` | FATAL_ERROR | server |" in operations.on_page_markdown("<!-- errors voximplant -->")

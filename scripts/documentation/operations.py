"""What a spec says about each operation, as Markdown: a hook of the site's builder.

A page has `<!-- operation get_phone_numbers -->` where the parameters and fields of that method belong, each with where
it comes from, and `<!-- errors voximplant -->` for the provider's codes.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from scripts import stated
from scripts.codegen import documents
from scripts.codegen.documents import Document

ROOT = Path(__file__).resolve().parents[2]
MARK = re.compile(r"^<!-- (operation|errors) (\w+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the marks of a page. Called by the builder."""
    return MARK.sub(lambda found: "\n".join(_made(*found.groups())), markdown)


def on_post_page(output: str, **_: Any) -> str:
    """Name the theme's search for screen readers. Called by the builder."""
    search = 'data-md-component="search" role="dialog"'
    return output.replace(search, f'{search} aria-label="Search"')


def methods() -> set[str]:
    """Return the methods of all clients."""
    return set(_operations())


@cache
def _specs() -> dict[str, Document]:
    return {each.name: each for each in documents.load(ROOT / "specs")}


@cache
def _operations() -> dict[str, stated.Stated]:
    return {_method(each.id): each for spec in _specs().values() for each in stated.operations(spec)}


def _method(operation_id: str) -> str:
    # The generator's own function needs the generator's tools, which are not installed where the site is built.
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation_id).lower()


def _made(what: str, name: str) -> Iterator[str]:
    return _operation(_operations()[name]) if what == "operation" else _errors(_specs()[name])


def _operation(stated_: stated.Stated) -> Iterator[str]:
    yield f"`{stated_.method} {stated_.path}`, from `{stated_.place}`.\n"
    if stated_.parameters:
        yield from _table("parameter", stated_.parameters)
    if stated_.answer:
        yield '\n??? note "Fields of the response"\n'
        yield from (f"    {line}" for line in _table("field", stated_.answer))


def _table(title: str, parts: dict[str, stated.Part]) -> Iterator[str]:
    yield f"| {title} | what it is | from |"
    yield "|---|---|---|"
    for name, part in parts.items():
        said = part.said
        required = " (required)" if said.get("optional") is False else ""
        described = _cell(said.get("description", ""))
        if values := said.get("values"):
            described += " One of " + ", ".join(f"`{each}`" for each in values) + "."
        if "default" in said:
            described += f" Default: `{said['default']}`."
        source = part.mark or stated.SOURCES[0]
        origin = _cell(f"{source}: {part.note}" if part.note else source)
        yield f"| `{name}`<br>{said.get('type', '')}{required} | {described} | {origin} |"


def _errors(spec: Document) -> Iterator[str]:
    yield "| code | name | kind |"
    yield "|---|---|---|"
    for each in spec.data["x-errors"].get("codes", ()):
        yield f"| `{each['code']}` | {each.get('name', '')} | {each['kind']} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("{", "&#123;")

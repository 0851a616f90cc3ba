"""The table of documented facts is what the three documents say, where their text is at hand."""

from pathlib import Path
from typing import Any

import pytest

from . import extract

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[2] / "shared/docs"

needs_documents = pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="the documents are not part of the repository, and ../shared/docs is not beside it"
)


@needs_documents
def test_the_table_is_what_the_documents_say() -> None:
    assert (HERE / "documented.yaml").read_text(encoding="utf-8") == extract.as_text(extract.table(DOCUMENTS)), (
        "renew it: .venv/bin/python -m tests.specs.extract ../shared/docs > tests/specs/documented.yaml"
    )


@needs_documents
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("voximplant", "Defaults on: 100", "Defaults on: 200"),
        ("voximplant", "Supported values are EN, RU", "Supported values are EN, DE"),
        ("voximplant", "instead of phone_count", "beside phone_count"),
        ("infobip", "|limit|int|50|", "|limit|int|60|"),
        ("infobip", "|shared|bool|", "|shared|string|"),
        ("infobip", "/sms/1/numbers/available ```", "/sms/2/numbers/available ```"),
        ("apifonica", "local, mobile or sip", "local or sip"),
        ("apifonica", '"voice": false', '"voice": "no"'),
    ],
)
def test_a_change_in_a_document_changes_the_table(tmp_path: Path, name: str, old: str, new: str) -> None:
    for document in DOCUMENTS.glob("*.txt"):
        text = document.read_text(encoding="utf-8")
        assert document.stem != name or old in text
        (tmp_path / document.name).write_text(
            text.replace(old, new) if document.stem == name else text, encoding="utf-8"
        )

    assert extract.table(tmp_path) != extract.table(DOCUMENTS)


def test_the_table_has_no_sentences(documented: dict[str, Any]) -> None:
    """Names and figures are facts; a sentence would be somebody's text."""
    for provider in documented.values():
        for title, operation in provider["operations"].items():
            texts = [title, *_texts(operation["parameters"]), *_texts(operation["answer"])]

            assert [text for text in texts if len(text.split()) > 5] == []


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [text for held in inner for text in _texts(held)]
    return [str(value)]

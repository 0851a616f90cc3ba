"""What scripts/bench compares and shows. That it runs, only running it tells: its peers are not installed here."""

from typing import Any

import httpx
import pytest

from numberline import Apifonica, Infobip, Voximplant
from scripts.benchmark import decoding, report
from scripts.benchmark.groups import GROUPS, PROVIDERS, Table
from scripts.benchmark.measuring import ROOT
from scripts.benchmark.server import Responses


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_field_of_a_model_is_set_in_what_is_decoded(provider: str) -> None:
    decoding.check(provider)


def test_all_numbers_are_served_page_by_page() -> None:
    answers = Responses()
    answers.total = 45

    def answer(request: httpx.Request) -> httpx.Response:
        head, _, body = answers(
            b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path), request.content
        ).partition(b"\r\n\r\n")
        assert f"content-length: {len(body)}".encode() in head
        return httpx.Response(200, content=body)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        where: Any = {"http_client": http, "base_url": "https://localhost"}
        voximplant = Voximplant(account_id=1, api_key="a-key", **where).get_phone_numbers(count=20)
        infobip = Infobip(api_key="a-key", **where).list_purchased_numbers(limit=20)
        apifonica = Apifonica(account_sid="a", auth_token="b", **where).list_rented_numbers(limit=20)

        assert len({number.phone_id for number in voximplant}) == 45
        assert len({number.number_key for number in infobip}) == 45
        assert len({number.number_sid for number in apifonica}) == 45


def test_a_goal_that_is_missed_is_shown_as_such() -> None:
    rows = {"numberline: Voximplant": {"x httpx": 1.31, "ms": None}}
    (missed,) = report.goals({"import": [Table("import", "Import", rows)]})

    assert not missed.met
    assert str(missed).startswith("NOT MET")
    assert str(missed._replace(value=1.3)).startswith("met")
    assert missed._replace(value=1.31, at_least=True).met


def test_the_readme_has_the_marks_of_the_table() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert text.count(report.MARKS[0]) == text.count(report.MARKS[1]) == 1


def test_contributors_are_told_the_groups() -> None:
    text = (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")

    assert f"one group: {', '.join(list(GROUPS)[:-1])} or {list(GROUPS)[-1]}" in text

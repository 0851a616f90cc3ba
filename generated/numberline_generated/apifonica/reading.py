"""From bytes to Apifonica's records, generated from specs/apifonica.yaml. Do not edit.

msgspec has decoded an answer into its records' memory when one of these functions is called; it gives each object its
class, its origin for `raw`, and its moments. Until then nothing in it is of its documented type, hence `Any`.
"""

from typing import Any

from numberline import moments
from numberline.records import Reader

from . import models


def _finish_rented_numbers_page(answer: Any, body: bytes) -> None:
    answer.__class__ = models.RentedNumbersPage
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.numbers):
        item1.__class__ = models.RentedNumber
        item1._origin = (body, "numbers", at1)
        item1.created = moments.read_rfc2822(item1.created) if item1.created else None
        item1.updated = moments.read_rfc2822(item1.updated) if item1.updated else None


READERS = {
    "RentedNumbersPage": Reader(models.RentedNumbersPage, _finish_rented_numbers_page),
}

"""From bytes to Infobip's records, generated from specs/infobip.yaml. Do not edit.

msgspec has decoded an answer into its records' memory when one of these functions is called; it gives each object its
class, its origin for `raw`, and its moments. Until then nothing in it is of its documented type, hence `Any`.
"""

from typing import Any

from numberline.records import Reader

from . import models


def _finish_number(answer: Any, body: bytes) -> None:
    answer.__class__ = models.Number
    answer._origin = (body,)
    if (item1 := answer.price) is not None:
        item1.__class__ = models.Price
        item1._origin = (body, "price")
    if (item1 := answer.edit_permissions) is not None:
        item1.__class__ = models.EditPermissions
        item1._origin = (body, "editPermissions")


def _finish_numbers_page(answer: Any, body: bytes) -> None:
    answer.__class__ = models.NumbersPage
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.numbers):
        item1.__class__ = models.Number
        item1._origin = (body, "numbers", at1)
        if (item2 := item1.price) is not None:
            item2.__class__ = models.Price
            item2._origin = (body, "numbers", at1, "price")
        if (item2 := item1.edit_permissions) is not None:
            item2.__class__ = models.EditPermissions
            item2._origin = (body, "numbers", at1, "editPermissions")


READERS = {
    "Number": Reader(models.Number, _finish_number),
    "NumbersPage": Reader(models.NumbersPage, _finish_numbers_page),
}

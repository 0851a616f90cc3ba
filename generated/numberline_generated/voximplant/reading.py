"""From bytes to Voximplant's records, generated from specs/voximplant.yaml. Do not edit.

msgspec has decoded an answer into its records' memory when one of these functions is called; it gives each object its
class, its origin for `raw`, and its moments. Until then nothing in it is of its documented type, hence `Any`.
"""

from typing import Any

from numberline import moments
from numberline.records import Reader

from . import models


def _finish_actual_phone_number_region(answer: Any, body: bytes) -> None:
    answer.__class__ = models.ActualPhoneNumberRegion
    answer._origin = (body,)
    if (item1 := answer.result) is not None:
        item1.__class__ = models.PhoneNumberRegion
        item1._origin = (body, "result")
        for at2, item2 in enumerate(item1.multiple_numbers_price or ()):
            item2.__class__ = models.MultipleNumbersPrice
            item2._origin = (body, "result", "multiple_numbers_price", at2)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_attached_phone_numbers(answer: Any, body: bytes) -> None:
    answer.__class__ = models.AttachedPhoneNumbers
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.phone_numbers):
        item1.__class__ = models.NewPhoneNumber
        item1._origin = (body, "phone_numbers", at1)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_done(answer: Any, body: bytes) -> None:
    answer.__class__ = models.Done
    answer._origin = (body,)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_phone_number_categories(answer: Any, body: bytes) -> None:
    answer.__class__ = models.PhoneNumberCategories
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.result):
        item1.__class__ = models.PhoneNumberCountry
        item1._origin = (body, "result", at1)
        for at2, item2 in enumerate(item1.phone_categories or ()):
            item2.__class__ = models.PhoneNumberCategory
            item2._origin = (body, "result", at1, "phone_categories", at2)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_phone_number_country_codes(answer: Any, body: bytes) -> None:
    answer.__class__ = models.PhoneNumberCountryCodes
    answer._origin = (body,)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_phone_number_regions(answer: Any, body: bytes) -> None:
    answer.__class__ = models.PhoneNumberRegions
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.result):
        item1.__class__ = models.PhoneNumberRegion
        item1._origin = (body, "result", at1)
        for at2, item2 in enumerate(item1.multiple_numbers_price or ()):
            item2.__class__ = models.MultipleNumbersPrice
            item2._origin = (body, "result", at1, "multiple_numbers_price", at2)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_phone_number_states(answer: Any, body: bytes) -> None:
    answer.__class__ = models.PhoneNumberStates
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.result):
        item1.__class__ = models.PhoneNumberState
        item1._origin = (body, "result", at1)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_available_phone_numbers_page(answer: Any, body: bytes) -> None:
    answer.__class__ = models.AvailablePhoneNumbersPage
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.result):
        item1.__class__ = models.AvailablePhoneNumber
        item1._origin = (body, "result", at1)
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


def _finish_phone_numbers_page(answer: Any, body: bytes) -> None:
    answer.__class__ = models.PhoneNumbersPage
    answer._origin = (body,)
    for at1, item1 in enumerate(answer.result):
        item1.__class__ = models.PhoneNumber
        item1._origin = (body, "result", at1)
        item1.phone_purchase_date = (
            moments.read_utc_timestamp(item1.phone_purchase_date) if item1.phone_purchase_date else None
        )
        item1.modified = moments.read_utc_timestamp(item1.modified) if item1.modified else None
    if (item1 := answer.error) is not None:
        item1.__class__ = models.Failure
        item1._origin = (body, "error")
        if (item2 := item1.details) is not None:
            item2.__class__ = models.FailureDetails
            item2._origin = (body, "error", "details")


READERS = {
    "ActualPhoneNumberRegion": Reader(models.ActualPhoneNumberRegion, _finish_actual_phone_number_region),
    "AttachedPhoneNumbers": Reader(models.AttachedPhoneNumbers, _finish_attached_phone_numbers),
    "Done": Reader(models.Done, _finish_done),
    "PhoneNumberCategories": Reader(models.PhoneNumberCategories, _finish_phone_number_categories),
    "PhoneNumberCountryCodes": Reader(models.PhoneNumberCountryCodes, _finish_phone_number_country_codes),
    "PhoneNumberRegions": Reader(models.PhoneNumberRegions, _finish_phone_number_regions),
    "PhoneNumberStates": Reader(models.PhoneNumberStates, _finish_phone_number_states),
    "AvailablePhoneNumbersPage": Reader(models.AvailablePhoneNumbersPage, _finish_available_phone_numbers_page),
    "PhoneNumbersPage": Reader(models.PhoneNumbersPage, _finish_phone_numbers_page),
}

"""What the providers' documents leave open, and what the sandbox does about it."""

from typing import Literal, NamedTuple


class Behaviour(NamedTuple):
    """A field for each question that no document answers. `Sandbox(behaviour=Behaviour(...))` answers it otherwise."""

    ids_change_on_purchase: bool = True
    """A bought number has another id (or key) than it had in stock. The documented purchase shows two keys."""

    sells_unverified: bool = True
    """A number that needs a verification is sold without one and held for a while; else the purchase is refused."""

    locators_optional: bool = False
    """AttachPhoneNumber takes phone_number without country, category and region, and buys one number where neither
    phone_count nor phone_number is given, as the newest reference has it."""

    purchase_status: Literal[200, 201] = 200
    """Status of a purchase over JSON. With 201 it has no body, as a newer document has it."""

    not_on_offer: Literal["NOT_FOUND", "BAD_REQUEST"] = "NOT_FOUND"
    """Answer to a purchase by a key that is unknown, or whose number is gone."""

    no_money: Literal["BAD_REQUEST", "FORBIDDEN", "BILLING_FAILED"] = "BAD_REQUEST"
    """Answer to a purchase over JSON that the balance doesn't cover. BILLING_FAILED is no error but a number with this
    reservationStatus, which is not bought."""

    refunds: bool = False
    """Giving a number up returns its last monthly price."""

    canceled_numbers_stay: bool = False
    """DeactivatePhoneNumber leaves the number in the account, marked as canceled, until its renewal day; else it is
    gone at once. Either way it can then be bought again."""

    unrenewed: Literal["frozen", "detached"] = "frozen"
    """What becomes of a number on its renewal day if it isn't charged automatically, or the balance doesn't suffice."""

    frozen_days: int | None = 30
    """How many days after the missed renewal a frozen number leaves the account, or None if it never does."""

    unpaid_months: Literal["owed", "canceled"] = "owed"
    """Where the balance doesn't cover a calendar month, it falls below zero, or the number is given up."""

    children_beside_own: bool = False
    """child_account_id adds the children's numbers to one's own, unless children_phones_only says otherwise; else
    only those children's numbers are listed."""

    partial_lists: bool = False
    """A change to owned numbers skips those that it doesn't find; else it changes none of them."""

    unknown_filter_ids: Literal["ignored", "refused"] = "ignored"
    """A filter by an id or name that doesn't exist finds nothing, or is an error."""

    makes_applications: bool = False
    """Binding to an application or rule that doesn't exist makes it; else it is an error."""

    empty_text_clears: bool = True
    """An empty incoming_sms_callback_url clears the address; else it counts as left out."""

    empty_is_false: bool = False
    """An empty flag in a form means false, as an official client writes it; else it counts as left out."""

    unbinds_anything: bool = False
    """Unbinding undoes any binding, whatever application and rule are named; else that one only."""

    sandbox_side: Literal["all", "true", "false"] = "all"
    """What is listed where the parameter named sandbox is left out."""

    ends_included: bool = True
    """The ends of a range of days or moments belong to it."""

    names_in_part: bool = False
    """A filter by the name of a region or country takes part of the name."""

    number_filter: Literal["part", "start", "whole"] = "part"
    """How the number of a search has to match. The documented example is too short for a whole one."""

    own_number_filter: Literal["part", "start", "whole"] = "whole"
    """The same for the listing whose document speaks of a number in E.164 format."""

    case_matters: bool = False
    """A filter by country has to be written as countries are listed, where no document or client shows otherwise."""

    capabilities_filter: Literal["all", "any"] = "all"
    """Whether a number has to offer all capabilities asked for, or any of them."""

    plus_sign: bool = True
    """A plus sign before a number is ignored; else such a number is not found."""

    largest_page: int = 1000
    """Greatest page size, where the document states none."""

    oversized_page: Literal["capped", "refused"] = "capped"
    """A page size above the greatest is lowered to it, or is an error. One below 1 always is."""

    links_keep_filters: bool = True
    """The link to the next page repeats the filters and the page size."""

    foreign_account: Literal[403, 404] = 404
    """Status where the path names another account than the credentials."""

    newer_error_form: bool = False
    """Errors of the provider that has two forms for them come in the newer one (errorCode, description)."""

    unknown_parameters: Literal["ignored", "refused"] = "ignored"
    """A parameter that the spec doesn't know is no matter, or is an error."""

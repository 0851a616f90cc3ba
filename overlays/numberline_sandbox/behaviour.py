"""What the providers' documents leave open, and how the sandbox decides it.

`Behaviour` has a switch where a client's author needs to see both ways. Everything else is decided once. Each
provider's module says what holds for it, and this holds for all:

- A plus sign before a number is ignored, and so is the case of countries' codes and names.
- Names of countries and regions have to match as a whole. Both ends of a range of days or moments belong to it.
- A change to several numbers changes all or none.
- A released number is on offer again at once, and nothing is paid back.
- The greatest page has 1,000 records where no document states it.
"""

import inspect
import re
from typing import Any, Literal, NamedTuple, get_args, get_type_hints


class Behaviour(NamedTuple):
    """A switch for each question that no document answers and that a client has to cope with either way."""

    ids_change_on_purchase: bool = True
    """A bought number has another id (or key) than it had on offer. The documented purchase shows two keys."""

    sells_unverified: bool = True
    """A number that needs a verification is sold without one and held for a while; else the purchase is refused."""

    locators_optional: bool = False
    """A purchase over a form takes phone_number without country, category and region, and buys one number where neither
    phone_count nor phone_number is given, as the newest reference has it."""

    purchase_status: Literal[200, 201] = 200
    """Status of a purchase over JSON. With 201 it has no body, as a newer document has it."""

    not_on_offer: Literal["NOT_FOUND", "BAD_REQUEST"] = "NOT_FOUND"
    """Error of a purchase by a key that is unknown, or whose number is gone."""

    no_money: Literal["BAD_REQUEST", "FORBIDDEN", "BILLING_FAILED"] = "BAD_REQUEST"
    """Error of a purchase over JSON that the balance doesn't cover. BILLING_FAILED is no error but a number with this
    reservationStatus, which is not bought."""

    canceled_numbers_stay: bool = False
    """A release over a form leaves the number in the account, marked as canceled, until its renewal day; else it is
    gone at once."""

    unrenewed: Literal["frozen", "detached"] = "frozen"
    """What becomes of a number on its renewal day if it isn't charged automatically, or the balance is too low."""

    unknown_filter_ids: Literal["ignored", "refused"] = "ignored"
    """A filter by an id or name that doesn't exist finds nothing, or is an error."""

    oversized_page: Literal["capped", "refused"] = "capped"
    """A page size above the greatest is lowered to it, or is an error. One below 1 always is."""

    newer_error_form: bool = False
    """Errors of the provider that has two forms for them come in the newer one (errorCode, description)."""

    unknown_parameters: Literal["ignored", "refused"] = "ignored"
    """A parameter that the spec doesn't know makes no difference, or is an error."""

    def changed(self, name: str, value: object) -> "Behaviour":
        """Return the same with another value, which may also be text.

        Raises:
            ValueError: if there is no such switch or value.
        """
        choices = CHOICES.get(name)
        if choices is None:
            raise ValueError(f"there is no behaviour {name!r}; there are {', '.join(CHOICES)}")
        for choice in choices:
            if value in (as_text(choice), str(choice)) or (value == choice and type(value) is type(choice)):
                return self._replace(**{name: choice})
        raise ValueError(f"{name} takes {' or '.join(map(as_text, choices))}, not {value!r}")


def as_text(value: object) -> str:
    """Return a switch's value as the command line takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choices(hint: Any) -> tuple[Any, ...]:
    return (True, False) if hint is bool else get_args(hint)


CHOICES = {name: _choices(hint) for name, hint in get_type_hints(Behaviour).items()}
"""The values that each switch takes."""


def descriptions() -> dict[str, str]:
    """Return what each switch means."""
    documented = re.findall(
        r'^    (\w+): [^\n]+\n    """(.+?)"""', inspect.getsource(Behaviour), re.MULTILINE | re.DOTALL
    )
    return {name: " ".join(text.split()) for name, text in documented}

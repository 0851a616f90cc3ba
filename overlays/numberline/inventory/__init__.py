"""One inventory over all carriers: what is owned, by whom it is used, what it costs, what is on offer.

    with Inventory({"support": Infobip.from_env(), "de": Voximplant.from_env()}) as inventory:
        for number in inventory.numbers():
            print(number.account, number.number, number.monthly, number.bound_to)

It stands above the typed clients and hides nothing: `number.record` is the provider's own record, and what a provider
does not tell is None. An account that fails is never a silent gap: what all others have comes first, then
`IncompleteInventory` says what is missing.
"""

from .adapters import Status
from .bind import Bound
from .capabilities import Bindable, Purchasable, Releasable, Searchable
from .inventory import AsyncInventory, Inventory
from .purchase import Bought, NotBought, NotReleased, OrphanedNumber
from .reports import Audit, Comparison, Finding, Search
from .values import COLUMNS, IncompleteInventory, InventoryNumber, Money, Offer, PhoneNumber, Totals, totals

__all__ = [
    "COLUMNS",
    "AsyncInventory",
    "Audit",
    "Bindable",
    "Bought",
    "Bound",
    "Comparison",
    "Finding",
    "IncompleteInventory",
    "Inventory",
    "InventoryNumber",
    "Money",
    "NotBought",
    "NotReleased",
    "Offer",
    "OrphanedNumber",
    "PhoneNumber",
    "Purchasable",
    "Releasable",
    "Search",
    "Searchable",
    "Status",
    "Totals",
    "totals",
]

"""Purchases and returns as the storage keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.lots import Balance
from loyalty_engine.ports.members import Address, MemberRecord
from loyalty_engine.ports.operations import Operation


@dataclass(frozen=True, slots=True)
class StoredPurchase:
    """One revision of a purchase; bytes are JSON. `account` is None for a guest's.

    `paid` and `refunded` are minor units; `spend`, `visits` and `measures` are what it counts
    for tiers at present.
    """

    member: int
    purchase: str
    revision: int
    account: int | None
    state: str
    occurred_at: datetime
    recorded_at: datetime
    fingerprint: bytes
    body: bytes
    facts: bytes
    decision: bytes
    receipt: bytes
    kept: bytes
    rulebook: str
    spend: int
    visits: int
    measures: Mapping[str, int]
    paid: int
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class StoredReturn:
    """A return as told (`body`) and answered (`receipt`)."""

    member: int
    purchase: str
    id: str
    revision: int
    occurred_at: datetime
    recorded_at: datetime
    fingerprint: bytes
    body: bytes
    receipt: bytes


@dataclass(frozen=True, slots=True)
class Opening:
    """What a write begins with, read in one go, the member's rows locked."""

    operation: Operation | None = None
    member: MemberRecord | None = None
    balances: Mapping[str, Balance] = field(default_factory=dict)
    purchase: StoredPurchase | None = None


class PurchaseView(Protocol):
    """Reading purchases and returns."""

    def open_purchase(
        self, who: Address | None, purchase: str, operation: Operation | None = None
    ) -> Opening:
        """Remember the operation first (in a unit of work), then lock and read the member, its
        balances and the newest revision of the purchase, in one round trip. When the operation's
        key is known already, only `Opening.operation` is answered.
        """
        ...

    def purchase(self, purchase: str, revision: int | None = None) -> StoredPurchase | None:
        """A revision of a purchase (the newest without `revision`); its member locked."""
        ...

    def find_return(self, member: int, purchase: str, id: str) -> StoredReturn | None:
        """A return by its id."""
        ...

    def returns(self, member: int, purchase: str) -> Sequence[StoredReturn]:
        """All returns of a purchase, oldest first."""
        ...

    def purchases_since(self, member: int, since: datetime) -> Sequence[StoredPurchase]:
        """The member's purchases from `since` on of which something is left, newest first."""
        ...

    def purchases_before(self, member: int, at: datetime) -> tuple[int, datetime | None]:
        """How many purchases count before `at`, and when the last of them was."""
        ...


class PurchaseWork(Protocol):
    """Writing purchases and returns."""

    def add_purchase(self, purchase: StoredPurchase) -> None:
        """Insert a revision."""
        ...

    def save_purchase(self, purchase: StoredPurchase) -> None:
        """Write state, kept, receipt-independent sums of a revision back."""
        ...

    def add_return(self, record: StoredReturn) -> None:
        """Insert a return."""
        ...

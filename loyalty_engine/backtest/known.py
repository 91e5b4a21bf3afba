"""What is known of a member whose past is played again, and who is told of what is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook, Entry
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.domain.tiers import Activity, Grant, Standing
from loyalty_engine.ports import MemberRecord, StoredPurchase


class Ledger(Protocol):
    """Whoever is told what is written."""

    def booked(self, book: AccountBook) -> None:
        """Points have moved."""
        ...

    def changed(self, before: StoredPurchase, after: StoredPurchase) -> None:
        """Something of a purchase has come back."""
        ...


@dataclass(slots=True)
class Known:
    """A member's record and account. `counted` is what counts for tiers, by instant."""

    record: MemberRecord
    balances: Mapping[str, Balance] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)
    carries: dict[str, Carry] = field(default_factory=dict)
    standings: Sequence[Standing] = ()
    grants: list[Grant] = field(default_factory=list)
    counted: list[tuple[datetime, str, Sequence[Activity]]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    paid_for: dict[str, set[int]] = field(default_factory=dict)

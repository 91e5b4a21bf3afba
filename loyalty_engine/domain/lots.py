"""Lots: what one earning put in, and what is left of it; the order in which they are spent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.max.replace(tzinfo=UTC)
"""Sorts lots that never expire behind all others."""

EVENT = "event"
"""What points wait for that become available on an event, such as a delivery."""


@dataclass(slots=True)
class Lot:
    """One earning. `remaining` includes what is `held`; `clawed` was taken back by returns.

    `pending` tells on which account the ledger has it; `waits_for` names an event (or "thaw")
    without which it does not become available.
    """

    number: int
    unit: str
    granted: int
    remaining: int
    member: int
    active_from: datetime | None = None
    expires_at: datetime | None = None
    pending: bool = False
    waits_for: str | None = None
    held: int = 0
    clawed: int = 0
    purchase: str | None = None
    rule: str | None = None

    @property
    def free(self) -> int:
        """What is neither spent nor held."""
        return self.remaining - self.held

    @property
    def account(self) -> str:
        """The ledger account on which the free part stands."""
        return "pending" if self.pending else "available"

    def usable_at(self, at: datetime) -> bool:
        """Whether it may be spent at `at`, by its dates alone; no sweeper needs to have run."""
        return (
            not self.pending
            and (self.active_from is None or self.active_from <= at)
            and (self.expires_at is None or at < self.expires_at)
        )

    def has_ended(self, at: datetime) -> bool:
        """Whether its points have lapsed by `at`."""
        return self.expires_at is not None and self.expires_at <= at

    def due_at(self) -> datetime | None:
        """When it next becomes available or expires by itself."""
        if self.pending and self.waits_for is None and self.active_from is not None:
            return self.active_from
        return self.expires_at if self.free else None


def spending_order(lots: Iterable[Lot]) -> list[Lot]:
    """Soonest expiry first, never-expiring last, then the oldest."""
    return sorted(
        lots, key=lambda lot: (lot.expires_at or NEVER, lot.active_from or NEVER, lot.number)
    )


@dataclass(slots=True)
class Balance:
    """The sums over one unit's lots, and when they will change by themselves."""

    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0
    next_change_at: datetime | None = None
    next_expiry_at: datetime | None = None
    next_expiry_points: int = 0

    def add_lot(self, lot: Lot) -> None:
        """Count a lot that was not there before."""
        if not lot.remaining:
            return
        if lot.pending:
            self.pending += lot.free
        else:
            self.available += lot.free
            self._note_expiry(lot)
        self.held += lot.held
        due = lot.due_at()
        if due is not None and (self.next_change_at is None or due < self.next_change_at):
            self.next_change_at = due

    def _note_expiry(self, lot: Lot) -> None:
        if lot.expires_at is None or not lot.free:
            return
        if self.next_expiry_at is None or lot.expires_at < self.next_expiry_at:
            self.next_expiry_at, self.next_expiry_points = lot.expires_at, lot.free
        elif lot.expires_at == self.next_expiry_at:
            self.next_expiry_points += lot.free

    @classmethod
    def of(cls, lots: Iterable[Lot], debt: int) -> "Balance":
        """The balance that these lots of one unit make."""
        balance = cls(debt=debt)
        for lot in lots:
            balance.add_lot(lot)
        return balance

"""Rewards taken, as the storage keeps them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Redemption:
    """A reward taken; `state` is `taken` or `cancelled`. Bytes are JSON.

    `spent` are the lots of `account` that paid, by unit; `counted` what it counts against which
    limits; `gave` what it brought. `money` was paid beside, `cost` is what it costs the retailer;
    both in minor units.
    """

    member: int
    id: str
    reward: str
    kind: str
    state: str
    store: str
    taken_at: datetime
    rulebook: str
    money: int
    cost: int
    fingerprint: bytes
    spent: bytes
    counted: bytes
    gave: bytes
    receipt: bytes
    cancelled_at: datetime | None = None
    account: int = 0


class RedemptionView(Protocol):
    """Reading rewards taken."""

    def redemption(self, id: str) -> Redemption | None:
        """A redemption by its id; locked with its member in a unit of work."""
        ...


class RedemptionWork(Protocol):
    """Writing rewards taken."""

    def save_redemption(self, redemption: Redemption) -> None:
        """Insert or write back a redemption."""
        ...

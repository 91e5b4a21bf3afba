"""Points set aside, as the storage keeps them: by quotes that reserve, and at tills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reservation:
    """A quote that holds what it promised; `held` is JSON of counters and points set aside."""

    member: int
    id: str
    state: str
    expires_at: datetime
    body: bytes
    decision: bytes
    held: bytes


@dataclass(frozen=True, slots=True)
class Hold:
    """Points of one unit set aside at a till; `portions` are JSON of lots and how much of each.

    `state` is `open`, `captured`, `released` or `lapsed`; `captured` points were taken, by
    `purchase` where one named the hold.
    """

    member: int
    id: str
    unit: str
    points: int
    state: str
    placed_at: datetime
    expires_at: datetime
    fingerprint: bytes
    portions: bytes
    captured: int = 0
    purchase: str | None = None


class HoldView(Protocol):
    """Reading what is set aside."""

    def reservation(self, id: str) -> Reservation | None:
        """A reservation by its id; locked with its member in a unit of work."""
        ...

    def due_reservations(self, member: int, now: datetime) -> Sequence[Reservation]:
        """Open reservations of a member that have lapsed by `now`."""
        ...

    def hold(self, id: str) -> Hold | None:
        """A hold by its id; locked with its member in a unit of work."""
        ...

    def due_holds(self, member: int, now: datetime) -> Sequence[Hold]:
        """Open holds of a member that have lapsed by `now`."""
        ...


class HoldWork(Protocol):
    """Writing what is set aside."""

    def save_reservation(self, reservation: Reservation) -> None:
        """Insert or write back a reservation."""
        ...

    def save_hold(self, hold: Hold) -> None:
        """Insert or write back a hold."""
        ...

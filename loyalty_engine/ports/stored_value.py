"""Stored value as the storage keeps it: purses by number, their entries and holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import Purse, ValueEntry, ValueHold


class ValueView(Protocol):
    """Reading purses."""

    def purses(self, numbers: Iterable[int]) -> Mapping[int, Purse]:
        """Those that there are, by number; in a unit of work locked, in the order of numbers."""
        ...

    def purses_of(self, member: int) -> Sequence[Purse]:
        """A member's store credits, the soonest to end first; not locked."""
        ...

    def value_entries(
        self, purse: int, after: int, limit: int
    ) -> Sequence[tuple[ValueEntry, datetime]]:
        """Entries in version order with the instant each was recorded."""
        ...

    def value_notes(self, purse: int) -> Sequence[tuple[datetime, str, str, str]]:
        """When what was done to a purse by hand, why, and by whom; oldest first."""
        ...

    def open_value_holds(self, purse: int) -> Sequence[ValueHold]:
        """Open holds of a purse, lapsed ones too."""
        ...

    def value_hold(self, id: str) -> ValueHold | None:
        """A hold by its id; nothing is locked."""
        ...


class ValueWork(Protocol):
    """Writing purses."""

    def add_purses(self, purses: Sequence[Purse]) -> None:
        """Insert purses on which nothing stands yet."""
        ...

    def save_purse(self, book: PurseBook) -> None:
        """Append entries and write the purse back; refused where somebody else has meanwhile."""
        ...

    def add_value_note(self, purse: int, kind: str, reason: str, by: str) -> None:
        """Note why something was done by hand that moves nothing."""
        ...

    def save_value_hold(self, hold: ValueHold) -> None:
        """Insert or write back a hold."""
        ...

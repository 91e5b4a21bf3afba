"""Accounts as the storage keeps them: balances, lots and entries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.ledger import AccountBook, Entry
from loyalty_engine.domain.lots import Balance, Lot


class LedgerView(Protocol):
    """Reading accounts."""

    def account_version(self, account: int) -> int:
        """Where an account stands; locked in a unit of work."""
        ...

    def balances(self, account: int) -> Mapping[str, Balance]:
        """The stored balances by unit."""
        ...

    def balances_as_of(self, account: int, at: datetime) -> tuple[int, Mapping[str, Balance]]:
        """Version and balances as they were known at a past instant, from the entries alone."""
        ...

    def open_lots(self, account: int, purchase: str | None = None) -> Sequence[Lot]:
        """Lots with something left, and all lots that came from, or paid for, `purchase`."""
        ...

    def lots_numbered(self, account: int, numbers: Iterable[int]) -> Sequence[Lot]:
        """These lots, whatever is left of them."""
        ...

    def expired_points(self, account: int, unit: str) -> int:
        """How many points of a unit have expired and were not given back since."""
        ...

    def expired_since(self, account: int, unit: str, since: datetime) -> Mapping[int, int]:
        """How many points of which lots have expired after `since` and were not revived."""
        ...

    def entries(
        self, account: int, after: int = 0, limit: int = 100, until: datetime | None = None
    ) -> Sequence[tuple[Entry, datetime]]:
        """Entries in version order with the instant each was recorded."""
        ...


class LedgerWork(Protocol):
    """Writing accounts."""

    def save_book(self, book: AccountBook) -> None:
        """Append entries, write lots and balances, move the account's version on by as many."""
        ...

"""What the ledger is made of: moves of points, each with its cause."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One move of `amount` points of `unit`; `version` is the account's, without gaps."""

    version: int
    unit: str
    source: str
    destination: str
    amount: int
    lot: int | None
    kind: str
    member: int
    at: datetime
    purchase: str | None = None
    rule: str | None = None
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why points move: kind of entry, whose act, when it took effect, and what it belongs to."""

    kind: str
    member: int
    at: datetime
    purchase: str | None = None
    rule: str | None = None
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Twins:
    """Two entries that are one transfer: by account and version, into it and from where."""

    account: int
    version: int
    from_account: int
    from_version: int


Portion = tuple[int, int]
"""A lot's number and how many of its points."""

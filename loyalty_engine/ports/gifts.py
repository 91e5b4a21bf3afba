"""Points given by one member to another, as the storage keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift of `points` of a `unit`, by the caller's id; `state` is `given` or `cancelled`.

    `portions` are JSON: how many points with which end, as they were the giver's, in microseconds.
    `returned` points came back when it was cancelled, with a `reason`, `by` somebody.
    """

    member: int
    id: str
    to_member: int
    unit: str
    points: int
    state: str
    given_at: datetime
    message: str
    fingerprint: bytes
    portions: bytes
    returned: int = 0
    cancelled_at: datetime | None = None
    reason: str = ""
    by: str = ""


class GiftView(Protocol):
    """Reading gifts."""

    def gift(self, id: str) -> Gift | None:
        """A gift by its id; nothing is locked."""
        ...

    def given_since(self, member: int, unit: str, since: datetime) -> int:
        """How many points a member has given from an instant on and not got back."""
        ...

    def received_since(self, member: int, unit: str, since: datetime) -> int:
        """How many points a member was given from an instant on, less those that went back."""
        ...


class GiftWork(Protocol):
    """Writing gifts."""

    def save_gift(self, gift: Gift) -> None:
        """Insert or write back a gift."""
        ...

"""Events that are no purchase, as the storage keeps them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from loyalty_engine.domain.purchase import Scalar


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is no purchase, as told: `data` is JSON, `tier` the member's at that time.

    What was decided about it is kept beside the purchases (see `domain.happenings.kept_as`).
    """

    member: int
    id: str
    kind: str
    occurred_at: datetime
    state: str
    tier: str
    data: bytes


class EventView(Protocol):
    """Reading events that are no purchase."""

    def event(self, member: int, id: str) -> StoredEvent | None:
        """An event that is no purchase, by its id."""
        ...

    def told_events(
        self, kind: str, since: datetime, until: datetime
    ) -> Iterable[tuple[StoredEvent, Mapping[str, Scalar]]]:
        """Events of a kind from `since` to before `until` that were not cancelled, by instant,
        each with the attributes that its member has now.
        """
        ...

    def deeds(self, member: int) -> Sequence[tuple[str, datetime]]:
        """What a member did beside purchases, and when: events that stand by their kind, and
        `redemption` for each reward taken.
        """
        ...


class EventWork(Protocol):
    """Writing events that are no purchase."""

    def save_event(self, event: StoredEvent) -> None:
        """Insert or write back an event that is no purchase."""
        ...

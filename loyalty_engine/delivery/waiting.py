"""What the relay asks of the outbox: events in hand, and what stands behind them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar


class Waiting(Protocol):
    """An event from the outbox; `done_by` names the reactions that have taken it."""

    @property
    def program(self) -> str: ...
    @property
    def member(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def at(self) -> datetime: ...
    @property
    def attempts(self) -> int: ...
    @property
    def done_by(self) -> tuple[str, ...]: ...


E = TypeVar("E", bound=Waiting)


class Outbox(Protocol[E]):
    """Hands out events, the first that waits of each member, to one worker at a time."""

    def claim_events(
        self, program: str | None, worker: str, limit: int, lease_seconds: int, now: datetime
    ) -> list[E]: ...
    def mark_done(self, events: Iterable[E], *, shown: bool = False) -> int: ...
    def retry_later(
        self, event: E, due_at: datetime, done_by: Iterable[str], *, shown: bool = False
    ) -> bool: ...
    def park(self, event: E, done_by: Iterable[str], *, shown: bool = False) -> bool: ...
    def give_back(self, events: Iterable[E], due_at: datetime) -> int: ...


class Queues(Protocol[E]):
    """What stands behind an event in hand."""

    def behind(self, head: E, limit: int = 50) -> Sequence[E]: ...
    def note(self, event: E, head: E, done_by: Iterable[str], *, done: bool) -> bool: ...

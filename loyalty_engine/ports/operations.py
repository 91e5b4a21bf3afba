"""Writes under an Idempotency-Key, and what is told of them to others: the outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Operation:
    """A write under an Idempotency-Key: its answer, or the `resource` whose receipt it is.

    A `resource` reads `purchase/<id>/<revision>` or `return/<purchase>/<return>`.
    """

    client: str
    key: str
    fingerprint: bytes
    at: datetime
    status: int
    resource: str = ""
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for the outbox. `id` is unique for the member, `body` is JSON."""

    member: int
    id: str
    version: int
    kind: str
    body: bytes
    at: datetime


class OperationView(Protocol):
    """Reading what became of writes."""

    def operation(self, client: str, key: str) -> Operation | None:
        """What became of a write under this key."""
        ...


class OperationWork(Protocol):
    """Writing what became of writes, and telling of it."""

    def remember(self, operation: Operation) -> Operation | None:
        """Insert the operation before all else; a twin waits here. Answers the stored one when
        the key is known already, with its answer.
        """
        ...

    def answer(self, operation: Operation) -> None:
        """Store the operation's answer or resource."""
        ...

    def announce(self, event: Event) -> None:
        """Put an event into the outbox."""
        ...

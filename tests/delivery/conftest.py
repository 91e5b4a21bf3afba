"""A relay over a real outbox, and reactions that do as a test tells them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from loyalty_engine.delivery.relay import Refresh, Relay, Seen
from loyalty_engine.ports import Event
from loyalty_engine.storage.sql.outbox import Claimed, Outbox
from loyalty_engine.storage.sql.outbox_queues import OutboxQueues
from loyalty_engine.storage.sql.storage import SqlStorage

PROGRAM = "grocer"
NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Taker:
    """A reaction that writes down what it is told and answers what `answers` says."""

    name: str
    answers: Callable[[dict[str, Any]], str] = lambda told: ""
    programs: frozenset[str] | None = None
    told: list[dict[str, Any]] = field(default_factory=list)
    took: list[tuple[object, int]] = field(default_factory=list)

    def serves(self, program: str) -> bool:
        return self.programs is None or program in self.programs

    def react(self, values: Any) -> str:
        self.told.append(dict(values))
        fault = self.answers(dict(values))
        if not fault:
            self.took.append((values["body"]["member"], values["body"]["version"]))
        return fault


@pytest.fixture
def storage(database_url: str) -> Iterator[SqlStorage]:
    made = SqlStorage(database_url)
    made.create_schema()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def announce(
    storage: SqlStorage,
    *told: tuple[int, int],
    kind: str = "purchase_recorded",
    program: str = PROGRAM,
    body: bytes | None = None,
) -> None:
    """One event, in a transaction of its own, for each pair of member and version."""
    for member, version in told:
        whole = msgspec.json.encode({"member": member, "version": version})
        event = Event(member, f"{kind}:{version}", version, kind, body or whole, NOON)
        with storage.begin(program, NOON) as work:
            work.announce(event)


@pytest.fixture
def relay(storage: SqlStorage, clock: Clock) -> Callable[..., Relay[Claimed]]:
    def make(
        *reactions: Taker,
        refresh: Refresh | None = None,
        worker: str = "w1",
        stop: threading.Event | None = None,
        deadline: float = 20.0,
        lease_seconds: int = 60,
        name_of: Callable[[str, int], str | None] = lambda program, number: f"member-{number}",
        seen: Seen[Claimed] | None = None,
    ) -> Relay[Claimed]:
        return Relay(
            Outbox(storage), OutboxQueues(storage), reactions, name_of, refresh, worker, clock,
            stop or threading.Event(), deadline=deadline, lease_seconds=lease_seconds, seen=seen,
        )  # fmt: skip

    return make


def run_dry(*relays: Relay[Claimed]) -> None:
    """Step until nobody finds anything due."""
    while any(relay.step() for relay in relays):
        pass

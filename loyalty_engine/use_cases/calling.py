"""How use cases are called and what they answer; the engine's parts as they see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import sleep
from typing import Protocol

from loyalty_engine.domain.purchase import Purchase, Scalar
from loyalty_engine.ports import Storage
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.codes import Codes


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, for which programme, when, and under which Idempotency-Key if any.

    `detailed`: it may know why a code is refused.
    """

    program: str
    client: str
    now: datetime
    key: str | None = None
    fingerprint: bytes = b""
    detailed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and bytes, ready to send: JSON, or what `media_type` says."""

    status: int
    body: bytes
    replayed: bool = False
    location: str | None = None
    media_type: str = "application/json"


class Rulebooks(Protocol):
    """The rulebooks that have ever been in force, parsed."""

    def current(self, program: str) -> Rulebook:
        """The one in force now; raises `NotFound` for an unknown programme."""
        ...

    def at(self, program: str, at: datetime) -> Rulebook:
        """The one in force at `at`; before the first one, the first."""
        ...

    def by_hash(self, program: str, hash: str) -> Rulebook:
        """One by its hash, for deciding again as it was decided."""
        ...


class Hooks(Protocol):
    """What plugins add to a decision."""

    def gather_facts(self, program: str, purchase: Purchase) -> Mapping[str, Mapping[str, Scalar]]:
        """Facts by plugin name; a plugin that fails or is too slow is left out."""
        ...

    def guard(self, program: str, action: str, purchase: Purchase | None, spends: bool) -> None:
        """Raise `Forbidden` when a plugin refuses the request."""
        ...


class Board(Protocol):
    """Where balance look-ups are answered from; never asked by a decision."""

    def stamp(self) -> float:
        """To be taken before the balance is read, or, by a writer, just before it commits."""
        ...

    def show(
        self,
        program: str,
        member: str,
        version: int,
        until: datetime | None,
        body: bytes,
        stamp: float,
        *,
        wait: bool = True,
    ) -> bool:
        """Put a balance on the board, unless a newer version is there.

        `until` is when the balance changes by itself. False: the board did not take it. Without
        `wait` it may be on its way still, and whether it arrives is not told.
        """
        ...


@dataclass(frozen=True)
class Engine:
    """The parts of the engine, put together in one place (`bootstrap`)."""

    storage: Storage
    rulebooks: Rulebooks
    hooks: Hooks
    board: Board
    new_number: Callable[[], int]
    new_secret: Callable[[], str]
    codes: Codes = field(default_factory=Codes)
    alarms: dict[str, int] = field(default_factory=dict)
    pause: Callable[[float], None] = sleep

    def alarm(self, name: str) -> None:
        """Count an alarm of this process, for those who watch."""
        self.alarms[name] = self.alarms.get(name, 0) + 1

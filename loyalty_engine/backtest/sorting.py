"""A past sorted into files that can be played apart from one another, in bounded memory.

Members are strangers to one another, so each is played through on its own, unless a rule is under
a limit that they share: then what one gets depends on who came before, and everybody is played
together in the order of time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from zlib import crc32

from loyalty_engine.backtest.past import GUESTS, Bought, CameBack, Event, write_frame
from loyalty_engine.domain.limits import Scope
from loyalty_engine.rulebook.rulebook import Rulebook

OF_A_FILE: Final = 8_000
MOST_FILES: Final = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """How a past is played: `shared` are the limits for which it must be in the order of time."""

    shared: tuple[str, ...] = ()
    guests_together: bool = False

    @property
    def in_time(self) -> bool:
        """Whether everybody is played together."""
        return bool(self.shared)


def plan_for(rulebooks: Iterable[Rulebook]) -> Plan:
    """The plan that is exact for all of these rulebooks."""
    shared: dict[str, None] = {}
    guests_together = False
    for rulebook in rulebooks:
        for name, limit in rulebook.limits.items():
            if limit.scope in (Scope.MEMBER, Scope.HOUSEHOLD):
                guests_together = True  # to limits, all guests are one member
            elif limit.scope is not Scope.PURCHASE:
                shared[name] = None
    return Plan(tuple(sorted(shared)), guests_together)


@dataclass(frozen=True, slots=True)
class Part:
    """A file to play: in the order of time as it stands, or one member after the other."""

    path: Path
    in_time: bool
    events: int


class Sorter:
    """Writes events, which come in the order of time, into the files of a plan."""

    def __init__(self, folder: Path, plan: Plan, baskets: int, workers: int) -> None:
        self._plan = plan
        files = min(MOST_FILES, max(workers * 4, baskets // OF_A_FILE))
        one = plan.in_time
        self._members = [_Writing(folder / f"members-{it}") for it in range(1 if one else files)]
        apart = 1 if one or plan.guests_together else workers
        self._guests = [_Writing(folder / f"guests-{it}") for it in range(apart)]

    def put(self, owner: str, event: Event) -> None:
        """Write an event of `owner`."""
        if self._plan.in_time:
            self._members[0].write(owner, event)
        elif owner == GUESTS:
            self._guests[_hash(_purchase_of(event)) % len(self._guests)].write(owner, event)
        else:
            self._members[_hash(owner) % len(self._members)].write(owner, event)

    def close(self) -> Sequence[Part]:
        """End all files; answers those that hold anything, the longest first."""
        parts = [it.end(in_time=True) for it in self._guests]
        parts += [it.end(in_time=self._plan.in_time) for it in self._members]
        return sorted((it for it in parts if it.events), key=lambda it: -it.events)


class _Writing:
    """A file being written; it is there once something is written to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._events = 0

    def write(self, owner: str, event: Event) -> None:
        if self._file is None:
            self._file = self._path.open("wb", buffering=1 << 16)
        self._events += 1
        write_frame(self._file, owner, event)

    def end(self, *, in_time: bool) -> Part:
        if self._file is not None:
            self._file.close()
        return Part(self._path, in_time, self._events)


def _purchase_of(event: Event) -> str:
    if isinstance(event, Bought):
        return event.purchase.id
    assert isinstance(event, CameBack), "guests only buy and bring back"
    return event.purchase


def _hash(name: str) -> int:
    """The same at every run, so that the same past makes the same files."""
    return crc32(name.encode())

"""Forget what members were seen with who have been gone for as long as it is declared."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from loyalty_engine.domain.program import Program
from loyalty_engine.use_cases.calling import Engine


class _Gone(Protocol):
    program: str

    def members_long_gone(
        self, kind: str, before: datetime, after: int, limit: int
    ) -> Sequence[int]:
        """Members gone since before an instant of whom a signal is kept."""
        ...


class FirstGone(Protocol):
    """What says since when a signal is to be forgotten."""

    program: str

    def first_gone(self, kind: str, before: datetime) -> datetime | None:
        """When the first member left of whom one is still kept, if before an instant."""
        ...


def long_gone(engine: Engine, view: _Gone, now: datetime, after: int, limit: int) -> Sequence[int]:
    """A page of members of whom something is to be forgotten."""
    found = set[int]()
    for kind, before in _ends(engine.rulebooks.current(view.program).program, now):
        found |= set(view.members_long_gone(kind, before, after, limit))
    return sorted(found)[:limit]


def first_to_go(engine: Engine, view: FirstGone, now: datetime) -> datetime | None:
    """Since when the first of what is to be forgotten has been due; None where nothing is."""
    declared = engine.rulebooks.current(view.program).program
    dues = [
        gone + (now - before)
        for kind, before in _ends(declared, now)
        if (gone := view.first_gone(kind, before)) is not None
    ]
    return min(dues, default=None)


def forget_signals(engine: Engine, program: str, number: int, now: datetime) -> None:
    """Forget of one member what has been kept long enough."""
    declared = engine.rulebooks.current(program).program
    with engine.storage.begin(program, now) as work:
        for kind, before in _ends(declared, now):
            work.forget_signals(number, kind, before)


def _ends(program: Program, now: datetime) -> Iterator[tuple[str, datetime]]:
    for name, field in program.signals.items():
        yield name, now - timedelta(days=field.keep_days)

"""Reading stored value: purses, their entries and holds, and those that are due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, union

from loyalty_engine.domain.stored_value import (
    Purse,
    PurseKind,
    PurseState,
    ValueCause,
    ValueEntry,
    ValueHold,
)
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.reading.places import owner
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import purses, value_entries, value_holds, value_notes

_COLUMNS = all_of(purses)
_AT = select(*_COLUMNS).where(here(purses), purses.c.purse == var("p_purse"))
_PURSE = (
    Statement(_AT, "p_program", "p_purse"),
    Statement(_AT.with_for_update(), "p_program", "p_purse"),
)
_OF_MEMBER = Statement(
    select(*_COLUMNS)
    .where(here(purses), purses.c.member == var("p_member"))
    .order_by(purses.c.ends_at.is_(None), purses.c.ends_at, purses.c.made_at, purses.c.purse),
    "p_program",
    "p_member",
)
_ENTRIES = Statement(
    select(*[it for it in value_entries.columns if it.name not in ("program", "purse")])
    .where(
        here(value_entries),
        value_entries.c.purse == var("p_purse"),
        value_entries.c.version > var("p_after"),
    )
    .order_by(value_entries.c.version)
    .limit(number_var("p_limit"))
    .offset(const(0)),
    "p_program",
    "p_purse",
    "p_after",
    "p_limit",
)
_NOTES = Statement(
    select(value_notes.c.at, value_notes.c.kind, value_notes.c.reason, value_notes.c.by)
    .where(here(value_notes), value_notes.c.purse == var("p_purse"))
    .order_by(value_notes.c.at, value_notes.c.kind),
    "p_program",
    "p_purse",
)
_HOLD_COLUMNS = all_of(value_holds)
_OPEN_HOLDS = Statement(
    select(*_HOLD_COLUMNS)
    .where(
        here(value_holds),
        value_holds.c.purse == var("p_purse"),
        value_holds.c.state == const("open"),
    )
    .order_by(value_holds.c.expires_at, value_holds.c.hold),
    "p_program",
    "p_purse",
)
_HOLD = Statement(
    select(*_HOLD_COLUMNS).where(
        here(value_holds),
        value_holds.c.purse == owner(const("value_hold"), var("p_hold")),
        value_holds.c.hold == var("p_hold"),
    ),
    "p_program",
    "p_hold",
)
_ENDED = select(purses.c.purse).where(
    here(purses),
    purses.c.ends_at <= var("p_now"),
    purses.c.available > const(0),
    purses.c.purse > var("p_after"),
)
_LAPSED = select(value_holds.c.purse).where(
    here(value_holds),
    value_holds.c.state == const("open"),
    value_holds.c.expires_at <= var("p_now"),
    value_holds.c.purse > var("p_after"),
)
_DUE = Statement(
    union(_ENDED, _LAPSED).order_by("purse").limit(number_var("p_limit")).offset(const(0)),
    "p_program",
    "p_now",
    "p_after",
    "p_limit",
)


class ReadsValue(Room):
    """Purses by number."""

    def purses(self, numbers: Iterable[int]) -> Mapping[int, Purse]:
        wanted = sorted(set(numbers))
        if not wanted:
            return {}
        statement = _PURSE[self._locks]
        answers = self._wire.ask(*[(statement, (self.program, it)) for it in wanted])
        return {row[0]: purse_of(row) for answer in answers for row in answer.rows}

    def purses_of(self, member: int) -> Sequence[Purse]:
        return [purse_of(row) for row in self._rows(_OF_MEMBER, member)]

    def value_entries(
        self, purse: int, after: int, limit: int
    ) -> Sequence[tuple[ValueEntry, datetime]]:
        rows = self._rows(_ENTRIES, purse, after, limit)
        return [(_entry_of(row), instant(row[-1])) for row in rows]

    def value_notes(self, purse: int) -> Sequence[tuple[datetime, str, str, str]]:
        return [(instant(at), *told) for at, *told in self._rows(_NOTES, purse)]

    def open_value_holds(self, purse: int) -> Sequence[ValueHold]:
        return [_hold_of(row) for row in self._rows(_OPEN_HOLDS, purse)]

    def value_hold(self, id: str) -> ValueHold | None:
        rows = self._rows(_HOLD, id)
        return _hold_of(rows[0]) if rows else None

    def purses_due(self, now: datetime, after: int = 0, limit: int = 500) -> Sequence[int]:
        """Purses that have ended with something on them, or with holds past their end."""
        return [row[0] for row in self._rows(_DUE, micros(now), after, limit)]


def purse_of(row: Any) -> Purse:
    """From the columns of `purses` after the programme."""
    (
        number, kind, currency, state, code, member, available, held, loaded, expired, version, made_at,
        ends_at, replaced_by,
    ) = row  # fmt: skip
    return Purse(
        number, PurseKind(kind), currency, instant(made_at), PurseState(state),
        None if code is None else bytes(code).hex(), member, available, held, loaded, expired, version,
        instant_or_none(ends_at), replaced_by,
    )  # fmt: skip


def _entry_of(row: Any) -> ValueEntry:
    version, source, destination, amount, kind, cause, purchase, reason, by, at, _ = row
    why = ValueCause(kind, cause, purchase, reason, by)
    return ValueEntry(version, source, destination, amount, why, instant(at))


def _hold_of(row: Any) -> ValueHold:
    purse, hold, amount, state, placed_at, expires_at, fingerprint, captured, purchase = row
    return ValueHold(
        purse, hold, amount, state, instant(placed_at), instant(expires_at), bytes(fingerprint),
        captured, purchase,
    )  # fmt: skip

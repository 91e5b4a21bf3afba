"""Reading which rulebook was in force when, and what stood in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from loyalty_engine.ports import Published
from loyalty_engine.storage.sql.instants import instant, micros
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows.texts import json_value
from loyalty_engine.storage.sql.statements import Statement, const, var
from loyalty_engine.storage.sql.tables import rulebook_periods, rulebooks

_IN_FORCE = Statement(
    select(rulebook_periods.c.hash)
    .where(here(rulebook_periods), rulebook_periods.c.live_from <= var("p_at"))
    .order_by(rulebook_periods.c.live_from.desc())
    .limit(const(1))
    .offset(const(0)),
    "p_program",
    "p_at",
)
_FIRST = Statement(
    select(rulebook_periods.c.hash)
    .where(here(rulebook_periods))
    .order_by(rulebook_periods.c.live_from)
    .limit(const(1))
    .offset(const(0)),
    "p_program",
)
_PERIODS = Statement(
    select(rulebook_periods.c.live_from, rulebook_periods.c.hash)
    .where(here(rulebook_periods))
    .order_by(rulebook_periods.c.live_from),
    "p_program",
)
_HISTORY = Statement(
    select(rulebook_periods.c.live_from, rulebook_periods.c.hash, rulebook_periods.c.by)
    .where(here(rulebook_periods))
    .order_by(rulebook_periods.c.live_from),
    "p_program",
)
_SOURCE = Statement(
    select(rulebooks.c.source).where(here(rulebooks), rulebooks.c.hash == var("p_hash")),
    "p_program",
    "p_hash",
)


class ReadsRulebooks(Room):
    """Rulebooks by instant and by hash."""

    def rulebook_at(self, at: datetime) -> str | None:
        in_force, first = self._wire.ask(
            (_IN_FORCE, (self.program, micros(at))), (_FIRST, (self.program,))
        )
        rows = in_force.rows or first.rows
        return rows[0][0] if rows else None

    def rulebook_periods(self) -> Sequence[tuple[datetime, str]]:
        return [(instant(live_from), found) for live_from, found in self._rows(_PERIODS)]

    def rulebook_history(self) -> Sequence[Published]:
        return [Published(instant(at), found, by) for at, found, by in self._rows(_HISTORY)]

    def rulebook_source(self, hash: str) -> Mapping[str, str] | None:
        rows = self._rows(_SOURCE, hash)
        if not rows:
            return None
        source: Mapping[str, str] = json_value(rows[0][0])
        return source

"""Reading points set aside at a till."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from loyalty_engine.ports import Hold
from loyalty_engine.storage.sql.instants import instant, micros
from loyalty_engine.storage.sql.reading.numbers import numbers_after
from loyalty_engine.storage.sql.reading.owned import Owned
from loyalty_engine.storage.sql.reading.places import OF_HOLD
from loyalty_engine.storage.sql.reading.room import all_of, here
from loyalty_engine.storage.sql.statements import Statement, const, var
from loyalty_engine.storage.sql.tables import holds

_COLUMNS = all_of(holds)
_HOLD = Statement(
    select(*_COLUMNS).where(here(holds), holds.c.member == OF_HOLD, holds.c.hold == var("p_hold")),
    "p_program",
    "p_hold",
)
_LAPSED = (holds.c.state == const("open"), holds.c.expires_at <= var("p_now"))
_DUE = Statement(
    select(*_COLUMNS)
    .where(here(holds), *_LAPSED, holds.c.member == var("p_member"))
    .order_by(holds.c.expires_at, holds.c.hold),
    "p_program",
    "p_member",
    "p_now",
)
_WITH_LAPSED = numbers_after(holds.c.member, *_LAPSED, given=("p_now",), once=True)


class ReadsHolds(Owned):
    """Holds, by their ids and by their ends."""

    def hold(self, id: str) -> Hold | None:
        rows = self._owned(_HOLD, "hold", id)
        return hold_of(rows[0]) if rows else None

    def due_holds(self, member: int, now: datetime) -> Sequence[Hold]:
        return [hold_of(row) for row in self._rows(_DUE, member, micros(now))]

    def members_with_lapsed_holds(
        self, now: datetime, after: int = 0, limit: int = 500
    ) -> Sequence[int]:
        """Members with open holds past their end."""
        return [row[0] for row in self._rows(_WITH_LAPSED, micros(now), after, limit)]


def hold_of(row: Any) -> Hold:
    """From the columns of `holds` after the programme."""
    (
        member, id_, unit, points, state, placed_at, expires_at, fingerprint, portions, captured,
        purchase,
    ) = row  # fmt: skip
    return Hold(
        member, id_, unit, points, state, instant(placed_at), instant(expires_at), fingerprint,
        portions, captured, purchase,
    )  # fmt: skip

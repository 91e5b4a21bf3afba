"""Reading rewards that were taken."""

from typing import Any

from sqlalchemy import select

from loyalty_engine.ports import Redemption
from loyalty_engine.storage.sql.instants import instant, instant_or_none
from loyalty_engine.storage.sql.reading.owned import Owned
from loyalty_engine.storage.sql.reading.places import OF_REDEMPTION
from loyalty_engine.storage.sql.reading.room import all_of, here
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import redemptions

_REDEMPTION = Statement(
    select(*all_of(redemptions)).where(
        here(redemptions),
        redemptions.c.member == OF_REDEMPTION,
        redemptions.c.redemption == var("p_redemption"),
    ),
    "p_program",
    "p_redemption",
)


class ReadsRedemptions(Owned):
    """Redemptions by their ids."""

    def redemption(self, id: str) -> Redemption | None:
        rows = self._owned(_REDEMPTION, "redemption", id)
        return _redemption_of(rows[0]) if rows else None


def _redemption_of(row: Any) -> Redemption:
    """From the columns of `redemptions` after the programme."""
    (
        member, id_, reward, kind, state, store, taken_at, rulebook, money, cost, fingerprint,
        spent, counted, gave, receipt, cancelled_at, account,
    ) = row  # fmt: skip
    return Redemption(
        member, id_, reward, kind, state, store, instant(taken_at), rulebook, money, cost,
        fingerprint, spent, counted, gave, receipt, instant_or_none(cancelled_at),
        account,
    )  # fmt: skip

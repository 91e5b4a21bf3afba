"""Reading points that members gave each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, cast, func, select

from loyalty_engine.ports import Gift
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.reading.places import owner
from loyalty_engine.storage.sql.reading.room import Room, all_of, here
from loyalty_engine.storage.sql.statements import Statement, const, var
from loyalty_engine.storage.sql.tables import gifts

_GIFT = Statement(
    select(*all_of(gifts)).where(
        here(gifts),
        gifts.c.member == owner(const("gift"), var("p_gift")),
        gifts.c.gift == var("p_gift"),
    ),
    "p_program",
    "p_gift",
)
_SUM = cast(func.coalesce(func.sum(gifts.c.points - gifts.c.returned), const(0)), BigInteger)
_SINCE = (gifts.c.unit == var("p_unit"), gifts.c.given_at >= var("p_since"))
_GIVEN = Statement(
    select(_SUM).where(here(gifts), gifts.c.member == var("p_member"), *_SINCE),
    "p_program",
    "p_member",
    "p_unit",
    "p_since",
)
_RECEIVED = Statement(
    select(_SUM).where(here(gifts), gifts.c.to_member == var("p_member"), *_SINCE),
    "p_program",
    "p_member",
    "p_unit",
    "p_since",
)


class ReadsGifts(Room):
    """Gifts by their ids, and how much was given."""

    def gift(self, id: str) -> Gift | None:
        rows = self._rows(_GIFT, id)
        return _gift_of(rows[0]) if rows else None

    def given_since(self, member: int, unit: str, since: datetime) -> int:
        return _one(self._rows(_GIVEN, member, unit, micros(since)))

    def received_since(self, member: int, unit: str, since: datetime) -> int:
        return _one(self._rows(_RECEIVED, member, unit, micros(since)))


def _one(rows: Sequence[Any]) -> int:
    return int(rows[0][0])


def _gift_of(row: Any) -> Gift:
    """From the columns of `gifts` after the programme."""
    (
        member, id_, to_member, unit, points, state, given_at, message, fingerprint, portions,
        returned, cancelled_at, reason, by,
    ) = row  # fmt: skip
    return Gift(
        member, id_, to_member, unit, points, state, instant(given_at), message, fingerprint,
        portions, returned, instant_or_none(cancelled_at), reason, by,
    )  # fmt: skip

"""Reading purchases, returns and reservations, and what of them counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from loyalty_engine.domain.tiers import SPEND, VISITS, Activity
from loyalty_engine.ports import Reservation, StoredPurchase, StoredReturn
from loyalty_engine.storage.sql.instants import instant, instant_or_none, micros
from loyalty_engine.storage.sql.reading.owned import Owned
from loyalty_engine.storage.sql.reading.places import OF_PURCHASE, OF_RESERVATION
from loyalty_engine.storage.sql.reading.room import all_of, here
from loyalty_engine.storage.sql.rows.purchases import purchase_of, reservation_of, return_of
from loyalty_engine.storage.sql.rows.texts import json_value
from loyalty_engine.storage.sql.statements import Statement, const, var
from loyalty_engine.storage.sql.tables import purchases, reservations, returns
from loyalty_engine.storage.sql.wire import Row

_COLUMNS = all_of(purchases)
_FOUND = select(*_COLUMNS).where(
    here(purchases),
    purchases.c.member == OF_PURCHASE,
    purchases.c.purchase == var("p_purchase"),
)
NEWEST_PURCHASE = Statement(
    _FOUND.order_by(purchases.c.revision.desc()).limit(const(1)).offset(const(0)),
    "p_program",
    "p_purchase",
)
_REVISION = Statement(
    _FOUND.where(purchases.c.revision == var("p_revision")),
    "p_program",
    "p_purchase",
    "p_revision",
)
_RETURNED = (
    here(returns),
    returns.c.member == var("p_member"),
    returns.c.purchase == var("p_purchase"),
)
_RETURN_COLUMNS = all_of(returns)
_RETURN = Statement(
    select(*_RETURN_COLUMNS).where(*_RETURNED, returns.c["return"] == var("p_return")),
    "p_program",
    "p_member",
    "p_purchase",
    "p_return",
)
_RETURNS = Statement(
    select(*_RETURN_COLUMNS)
    .where(*_RETURNED)
    .order_by(returns.c.recorded_at, returns.c.revision, returns.c["return"]),
    "p_program",
    "p_member",
    "p_purchase",
)
_BEFORE = Statement(
    select(func.count(), func.max(purchases.c.occurred_at)).where(
        here(purchases),
        purchases.c.member == var("p_member"),
        purchases.c.occurred_at < var("p_at"),
        purchases.c.visits == const(1),
    ),
    "p_program",
    "p_member",
    "p_at",
)
_ACTIVITIES = Statement(
    select(purchases.c.occurred_at, purchases.c.spend, purchases.c.visits, purchases.c.measures)
    .where(here(purchases), purchases.c.member == var("p_member"))
    .order_by(purchases.c.occurred_at, purchases.c.purchase, purchases.c.revision),
    "p_program",
    "p_member",
)
_SINCE = Statement(
    select(*_COLUMNS)
    .where(
        here(purchases),
        purchases.c.member == var("p_member"),
        purchases.c.occurred_at >= var("p_since"),
        purchases.c.visits == const(1),
    )
    .order_by(purchases.c.occurred_at.desc(), purchases.c.purchase),
    "p_program",
    "p_member",
    "p_since",
)
_RESERVATION_COLUMNS = all_of(reservations)
_RESERVATION = Statement(
    select(*_RESERVATION_COLUMNS).where(
        here(reservations),
        reservations.c.member == OF_RESERVATION,
        reservations.c.reservation == var("p_reservation"),
    ),
    "p_program",
    "p_reservation",
)
_DUE = Statement(
    select(*_RESERVATION_COLUMNS)
    .where(
        here(reservations),
        reservations.c.member == var("p_member"),
        reservations.c.state == const("open"),
        reservations.c.expires_at <= var("p_now"),
    )
    .order_by(reservations.c.expires_at, reservations.c.reservation),
    "p_program",
    "p_member",
    "p_now",
)


def activities_of(rows: Iterable[Row]) -> list[Activity]:
    """What purchases count, from when each was, what was spent, whether it counts, measures."""
    found = []
    for at, spend, visits, measures in rows:
        amounts = {SPEND: spend, VISITS: visits, **json_value(measures)}
        when = instant(at)
        found += [Activity(when, name, amount) for name, amount in amounts.items() if amount]
    return found


class ReadsPurchases(Owned):
    """Purchases and what belongs to them."""

    def purchase(self, purchase: str, revision: int | None = None) -> StoredPurchase | None:
        if revision is None:
            rows = self._owned(NEWEST_PURCHASE, "purchase", purchase)
        else:
            rows = self._owned(_REVISION, "purchase", purchase, revision)
        return purchase_of(rows[0]) if rows else None

    def purchases_since(self, member: int, since: datetime) -> Sequence[StoredPurchase]:
        return [purchase_of(row) for row in self._rows(_SINCE, member, micros(since))]

    def find_return(self, member: int, purchase: str, id: str) -> StoredReturn | None:
        rows = self._rows(_RETURN, member, purchase, id)
        return return_of(rows[0]) if rows else None

    def returns(self, member: int, purchase: str) -> Sequence[StoredReturn]:
        return [return_of(row) for row in self._rows(_RETURNS, member, purchase)]

    def purchases_before(self, member: int, at: datetime) -> tuple[int, datetime | None]:
        ((number, last),) = self._rows(_BEFORE, member, micros(at))
        return number, instant_or_none(last)

    def activities(self, member: int) -> Sequence[Activity]:
        return activities_of(self._rows(_ACTIVITIES, member))

    def reservation(self, id: str) -> Reservation | None:
        rows = self._owned(_RESERVATION, "reservation", id)
        return reservation_of(rows[0]) if rows else None

    def due_reservations(self, member: int, now: datetime) -> Sequence[Reservation]:
        return [reservation_of(row) for row in self._rows(_DUE, member, micros(now))]

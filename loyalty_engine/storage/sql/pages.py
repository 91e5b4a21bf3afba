"""A unit of work for many members: what is asked of one is read for all of them at once.

Use cases do with each what they would do with it alone, so that the results are the same; only the
way to the database is shared. Nobody is waited for: whom somebody else has in hand is left out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from loyalty_engine.domain.ledger import AccountBook
from loyalty_engine.domain.lots import Balance, Lot
from loyalty_engine.domain.tiers import Activity, Grant, Standing
from loyalty_engine.ports import Event, Hold, MemberRecord, Reservation
from loyalty_engine.storage.sql.instants import micros
from loyalty_engine.storage.sql.reading.holds import hold_of
from loyalty_engine.storage.sql.reading.members import grant_of, standing_of
from loyalty_engine.storage.sql.reading.purchases import activities_of
from loyalty_engine.storage.sql.reading.room import all_of, here
from loyalty_engine.storage.sql.rows.ledger import balances_of, lot_of
from loyalty_engine.storage.sql.rows.members import member_of
from loyalty_engine.storage.sql.rows.purchases import reservation_of
from loyalty_engine.storage.sql.statements import Statement, Value, among, const, var
from loyalty_engine.storage.sql.tables import (
    accounts,
    balances,
    holds,
    lots,
    members,
    purchases,
    reservations,
    standings,
    tier_grants,
)
from loyalty_engine.storage.sql.wire import Row, Wire
from loyalty_engine.storage.sql.work import SqlWork

_ALONE = (here(members), among(members.c.member, "p_them"), members.c.account == members.c.member)
_TAKE = Statement(
    select(*all_of(members), accounts.c.version)
    .where(
        *_ALONE,
        here(accounts),
        among(accounts.c.account, "p_them"),
        accounts.c.account == members.c.member,
    )
    .order_by(members.c.member)
    .with_for_update(of=[members, accounts], skip_locked=True),
    "p_program",
    "p_them",
)
_THERE = Statement(select(members.c.member).where(*_ALONE), "p_program", "p_them")
_BALANCES = Statement(
    select(*all_of(balances)).where(here(balances), among(balances.c.account, "p_them")),
    "p_program",
    "p_them",
)
_LOTS = Statement(
    select(*all_of(lots))
    .where(here(lots), among(lots.c.account, "p_them"), lots.c.remaining > const(0))
    .order_by(lots.c.account, lots.c.lot),
    "p_program",
    "p_them",
)
_HOLDS = Statement(
    select(*all_of(holds))
    .where(
        here(holds),
        among(holds.c.member, "p_them"),
        holds.c.state == const("open"),
        holds.c.expires_at <= var("p_now"),
    )
    .order_by(holds.c.expires_at, holds.c.hold),
    "p_program",
    "p_them",
    "p_now",
)
_RESERVATIONS = Statement(
    select(*all_of(reservations))
    .where(
        here(reservations),
        among(reservations.c.member, "p_them"),
        reservations.c.state == const("open"),
        reservations.c.expires_at <= var("p_now"),
    )
    .order_by(reservations.c.expires_at, reservations.c.reservation),
    "p_program",
    "p_them",
    "p_now",
)
_ACTIVITIES = Statement(
    select(
        purchases.c.member,
        purchases.c.occurred_at,
        purchases.c.spend,
        purchases.c.visits,
        purchases.c.measures,
    )
    .where(here(purchases), among(purchases.c.member, "p_them"))
    .order_by(purchases.c.occurred_at, purchases.c.purchase, purchases.c.revision),
    "p_program",
    "p_them",
)
_STANDINGS = Statement(
    select(
        standings.c.member, standings.c.tier, standings.c.since, standings.c.until, standings.c.why
    )
    .where(here(standings), among(standings.c.member, "p_them"))
    .order_by(standings.c.member, standings.c.ordinal),
    "p_program",
    "p_them",
)
_GRANTS = Statement(
    select(
        tier_grants.c.member,
        tier_grants.c.tier,
        tier_grants.c.from_at,
        tier_grants.c.until,
        tier_grants.c.mode,
    )
    .where(here(tier_grants), among(tier_grants.c.member, "p_them"))
    .order_by(tier_grants.c.from_at),
    "p_program",
    "p_them",
)


class SqlPage(SqlWork):
    """`ports.Page`: members who have accounts of their own, locked with them, each read once."""

    def __init__(self, program: str, wire: Wire, now: datetime, numbers: Sequence[int]) -> None:
        super().__init__(program, wire, now)
        self._listed = ",".join(map(str, sorted(set(numbers))))
        self._found: dict[Statement, dict[int, list[Row]]] = {}
        self._books: list[AccountBook] = []
        self._events: list[Event] = []
        told = (program, self._listed)
        taken, alone = wire.ask((_TAKE, told), (_THERE, told))
        self._members = {row[0]: member_of(row) for row in taken.rows}
        self.there: Sequence[int] = [it for it in dict.fromkeys(numbers) if it in self._members]
        known = {row[0] for row in alone.rows}
        self.busy: Sequence[int] = sorted(known - self._members.keys())

    def _of(self, statement: Statement, owner: int, *values: Value) -> list[Row]:
        """The rows of one member or account, without its number; all are read by the first call."""
        assert owner in self._members, "only those who are there can be asked for"
        found = self._found.get(statement)
        if found is None:
            found = self._found[statement] = defaultdict(list)
            for row in self._rows(statement, self._listed, *values):
                found[row[0]].append(row)
        return found.get(owner, [])

    # --- reading ---------------------------------------------------------------------------

    def member(self, number: int) -> MemberRecord | None:
        return self._members.get(number)

    def balances(self, account: int) -> Mapping[str, Balance]:
        return balances_of(row[1:] for row in self._of(_BALANCES, account))

    def open_lots(self, account: int, purchase: str | None = None) -> Sequence[Lot]:
        if purchase is not None:
            return super().open_lots(account, purchase)
        return [lot_of(row[1:]) for row in self._of(_LOTS, account)]

    def due_holds(self, member: int, now: datetime) -> Sequence[Hold]:
        return [hold_of(row) for row in self._of(_HOLDS, member, micros(now))]

    def due_reservations(self, member: int, now: datetime) -> Sequence[Reservation]:
        return [reservation_of(row) for row in self._of(_RESERVATIONS, member, micros(now))]

    def activities(self, member: int) -> Sequence[Activity]:
        return activities_of(row[1:] for row in self._of(_ACTIVITIES, member))

    def standings(self, member: int) -> Sequence[Standing]:
        return [standing_of(row[1:]) for row in self._of(_STANDINGS, member)]

    def tier_grants(self, member: int) -> Sequence[Grant]:
        return [grant_of(row[1:]) for row in self._of(_GRANTS, member)]

    # --- writing ---------------------------------------------------------------------------

    def save_book(self, book: AccountBook) -> None:
        self._books.append(book)

    def announce(self, event: Event) -> None:
        self._events.append(event)

    def finish(self) -> None:
        """Let all that was written wait for the commit."""
        self._save_books(self._books)
        self._announce(self._events)

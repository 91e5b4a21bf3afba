"""How much waits for the jobs, and for how long: for those who watch them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select, union

from loyalty_engine.storage.sql.instants import instant, micros
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, const, var
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.storage.sql.tables import (
    balances,
    challenge_cards,
    holds,
    lots,
    members,
    operations,
    purses,
    referrals,
    reservations,
    value_holds,
)

FORGET = "forget_operations"
OPERATIONS_KEPT = timedelta(days=40)
"""Answers under an Idempotency-Key are promised for thirty days."""

_NAMES = ("p_program", "p_now")


def _statements(
    what: ColumnElement[int], due: ColumnElement[int], *more: ColumnElement[bool]
) -> tuple[Statement, Statement]:
    """How many are due, and the first instant at which one is."""
    those = (here(due.table), due <= var("p_now"), *more)
    counted = Statement(select(func.count(func.distinct(what))).where(*those), *_NAMES)
    return counted, Statement(select(func.min(due)).where(*those), *_NAMES)


def _value_statements() -> tuple[Statement, Statement]:
    """The same for purses that have ended, or of which a hold has."""
    ends, lapses = purses.c.ends_at, value_holds.c.expires_at
    due = union(
        select(purses.c.purse, ends.label("at")).where(
            here(purses), ends <= var("p_now"), purses.c.available > const(0)
        ),
        select(value_holds.c.purse, lapses).where(
            here(value_holds), lapses <= var("p_now"), value_holds.c.state == const("open")
        ),
    ).subquery("due")
    counted = select(func.count(func.distinct(due.c.purse)))
    return Statement(counted, *_NAMES), Statement(select(func.min(due.c.at)), *_NAMES)


_BACKLOGS = {
    "expire_points": _statements(balances.c.account, balances.c.next_change_at),
    "lapse_reservations": _statements(
        reservations.c.member, reservations.c.expires_at, reservations.c.state == const("open")
    ),
    "lapse_holds": _statements(holds.c.member, holds.c.expires_at, holds.c.state == const("open")),
    "settle_value": _value_statements(),
    "referrals": _statements(referrals.c.member, referrals.c.due_at, referrals.c.held == const(0)),
    "review_tiers": _statements(members.c.member, members.c.tier_due),
    "challenge_ends": _statements(challenge_cards.c.member, challenge_cards.c.next_at),
}
SWEPT = tuple(_BACKLOGS)
"""The jobs that go through the members who are due."""

_EXPIRING = Statement(
    select(lots.c.unit, cast(func.sum(lots.c.remaining - lots.c.held), BigInteger))
    .where(here(lots), lots.c.remaining > lots.c.held, lots.c.expires_at <= var("p_now"))
    .group_by(lots.c.unit)
    .order_by(lots.c.unit),
    *_NAMES,
)


_HOLDS = Statement(
    select(
        holds.c.unit,
        func.count(),
        cast(func.sum(holds.c.points), BigInteger),
        cast(
            func.sum(case((holds.c.expires_at <= var("p_now"), const(1)), else_=const(0))),
            BigInteger,
        ),
    )
    .where(here(holds), holds.c.state == const("open"))
    .group_by(holds.c.unit)
    .order_by(holds.c.unit),
    *_NAMES,
)


@dataclass(frozen=True, slots=True)
class OpenHolds:
    """The holds of a unit that are open: how many, of how many points, how many past their end."""

    program: str
    unit: str
    open: int
    points: int
    lapsed: int


def open_holds(storage: SqlStorage, program: str, now: datetime) -> list[OpenHolds]:
    """What is set aside at tills, by unit."""
    return [OpenHolds(program, *row) for row in storage.ask((_HOLDS, (program, micros(now))))]


def waiting(storage: SqlStorage, program: str, job: str, now: datetime) -> int:
    """How many members a job has to look at by `now`."""
    counted, _ = _BACKLOGS[job]
    return int(storage.ask((counted, (program, micros(now))))[0][0])


def oldest_due(storage: SqlStorage, program: str, job: str, now: datetime) -> datetime | None:
    """Since when the first of them waits; None where nobody does, and for jobs that only their
    programme can tell of.
    """
    if job == FORGET:
        (first,) = storage.ask((_OLDEST_OPERATION, (program, micros(now - OPERATIONS_KEPT))))[0]
        return None if first is None else instant(first) + OPERATIONS_KEPT
    if job not in _BACKLOGS:
        return None
    _, earliest = _BACKLOGS[job]
    (oldest,) = storage.ask((earliest, (program, micros(now))))[0]
    return None if oldest is None else instant(oldest)


_OLDEST_OPERATION = Statement(
    select(func.min(operations.c.at)).where(here(operations), operations.c.at < var("p_now")),
    *_NAMES,
)
_OPERATIONS = Statement(
    select(func.count()).where(here(operations), operations.c.at < var("p_now")), *_NAMES
)


def operations_before(storage: SqlStorage, program: str, at: datetime) -> int:
    """How many answers under an Idempotency-Key are older than that."""
    return int(storage.ask((_OPERATIONS, (program, micros(at))))[0][0])


def points_due(storage: SqlStorage, program: str, at: datetime) -> dict[str, int]:
    """How many points, by unit, are over by `at` and not booked so; all lots are looked at."""
    return {unit: int(sum_) for unit, sum_ in storage.ask((_EXPIRING, (program, micros(at))))}


_REFERRALS_HELD = Statement(
    select(func.count()).where(here(referrals), referrals.c.held == const(1)), "p_program"
)


def referrals_held(storage: SqlStorage, program: str) -> int:
    """How many referrals of a programme wait for somebody to decide."""
    return int(storage.ask((_REFERRALS_HELD, (program,)))[0][0])

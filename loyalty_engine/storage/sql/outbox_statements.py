"""The statements of the outbox. Claiming needs no lock that spans machines: a lease in the row."""

from sqlalchemy import and_, case, func, select, tuple_, update

from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import members, outbox

_waiting = outbox.alias("waiting")
_KEY = (outbox.c.program, outbox.c.member, outbox.c.event)
_FREE = and_(
    outbox.c.state == const("waiting"),
    outbox.c.due_at <= var("p_now"),
    outbox.c.claimed_until <= var("p_now"),
)
_FIRST_OF_MEMBER = (
    select(_waiting.c.event)
    .where(
        _waiting.c.program == outbox.c.program,
        _waiting.c.member == outbox.c.member,
        _waiting.c.state == const("waiting"),
    )
    .order_by(_waiting.c.version, _waiting.c.at, _waiting.c.event)
    .limit(const(1))
    .offset(const(0))
    .correlate(outbox)
    .scalar_subquery()
)
_FIRST_ONES = (
    select(*_KEY)
    .where(
        here(outbox), outbox.c.member > var("p_after"), _FREE, outbox.c.event == _FIRST_OF_MEMBER
    )
    .order_by(outbox.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0))
    .correlate(None)
)
_WHO = (
    select(members.c.id)
    .where(
        members.c.program == outbox.c.program,
        members.c.member == outbox.c.member,
        members.c.account == members.c.member,
    )
    .correlate(outbox)
    .scalar_subquery()
)
CLAIM = Statement(
    update(outbox)
    .where(tuple_(*_KEY).in_(_FIRST_ONES), _FREE)
    .values(
        claimed_until=var("p_until"),
        claimed_by=var("p_worker"),
        attempts=outbox.c.attempts + const(1),
    )
    .returning(
        outbox.c.program, outbox.c.member, outbox.c.event, outbox.c.version, outbox.c.kind,
        outbox.c.body, outbox.c.at, outbox.c.attempts, outbox.c.done_by, outbox.c.shown, _WHO,
    ),
    "p_program", "p_after", "p_now", "p_limit", "p_until", "p_worker",
)  # fmt: skip
SETTLE = Statement(
    update(outbox)
    .where(
        here(outbox),
        outbox.c.member == var("p_member"),
        outbox.c.event == var("p_event"),
        outbox.c.state == const("waiting"),
        outbox.c.claimed_by == var("p_worker"),
    )
    .values(
        state=var("p_state"),
        due_at=var("p_due_at"),
        done_by=var("p_done_by"),
        shown=case((outbox.c.shown == const(1), const(1)), else_=number_var("p_shown")),
        attempts=outbox.c.attempts - number_var("p_untried"),
        claimed_until=const(0),
        claimed_by=const(""),
    ),
    "p_program", "p_member", "p_event", "p_worker", "p_state", "p_due_at", "p_done_by", "p_shown",
    "p_untried",
)  # fmt: skip
NEXT_PROGRAM = Statement(
    select(outbox.c.program)
    .where(outbox.c.state == const("waiting"), outbox.c.program > var("p_program"))
    .order_by(outbox.c.program)
    .limit(const(1))
    .offset(const(0)),
    "p_program",
)
BACKLOG = Statement(
    select(outbox.c.state, func.count(), func.min(outbox.c.at))
    .where(here(outbox), outbox.c.state != const("done"))
    .group_by(outbox.c.state),
    "p_program",
)
WAKE = Statement(
    update(outbox)
    .where(here(outbox), outbox.c.state == const("parked"))
    .values(state=const("waiting"), due_at=var("p_now"), attempts=const(0)),
    "p_program",
    "p_now",
)

"""The statements of the outbox. Claiming needs no lock that spans machines: a lease in the row."""

from sqlalchemy import and_, case, func, or_, select, tuple_, update

from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.statements import Statement, const, number_var, var
from loyalty_engine.storage.sql.tables import outbox

_earlier = outbox.alias("earlier")
_KEY = (outbox.c.program, outbox.c.member, outbox.c.event)
_FREE = and_(
    outbox.c.state == const("waiting"),
    outbox.c.due_at <= var("p_now"),
    outbox.c.claimed_until <= var("p_now"),
)
_COMES_BEFORE = or_(
    _earlier.c.version < outbox.c.version,
    and_(
        _earlier.c.version == outbox.c.version,
        or_(
            _earlier.c.at < outbox.c.at,
            and_(_earlier.c.at == outbox.c.at, _earlier.c.event < outbox.c.event),
        ),
    ),
)
_HAS_EARLIER = (
    select(const(1))
    .where(
        _earlier.c.program == outbox.c.program,
        _earlier.c.member == outbox.c.member,
        _earlier.c.state == const("waiting"),
        _COMES_BEFORE,
    )
    .correlate(outbox)
    .exists()
)
_FIRST_ONES = (
    select(*_KEY)
    .where(here(outbox), outbox.c.member > var("p_after"), _FREE, ~_HAS_EARLIER)
    .order_by(outbox.c.member)
    .limit(number_var("p_limit"))
    .offset(const(0))
    .correlate(None)
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
        outbox.c.body, outbox.c.at, outbox.c.attempts, outbox.c.done_by,
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

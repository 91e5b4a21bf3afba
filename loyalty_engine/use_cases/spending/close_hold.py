"""Capture a hold, or less than it holds, or release it before it lapses."""

from collections.abc import Callable
from dataclasses import replace

from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.requests import Capture
from loyalty_engine.ports import Hold, MemberRecord, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.points.looking import look_at
from loyalty_engine.use_cases.spending.holding import (
    above,
    capture,
    closed,
    hold_body,
    hold_event,
    is_open,
    known_hold,
    portions_of,
    save_captured,
)
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write

Closed = tuple[Hold, AccountBook, MemberRecord]
"""A hold as it is after a call, its member, and the member's book."""


def capture_hold(engine: Engine, caller: Caller, id: str, asked: Capture) -> Answer:
    """Redeem what is held, or so many points of it; what is not taken is free again (200).

    The same once more answers the hold as it is. Raises `NotFound`, or `Conflict`: it lapsed
    (`hold_lapsed`), was released, was captured otherwise, or holds less.
    """

    def act(work: Work, hold: Hold) -> Closed:
        points = hold.points if asked.points is None else asked.points
        if hold.state == "captured" and hold.captured == points and hold.purchase is None:
            return _as_it_is(work, hold)
        if not is_open(hold, work.now):
            raise closed(hold)
        if points > hold.points:
            raise above(hold, points)
        member, book = _opened(work, hold)
        cause = Cause("capture", member.number, work.now, reason=f"hold {id}")
        capture(book, hold, points, cause)
        return save_captured(work, hold, points, book.version, None), book, member

    return _close(engine, caller, id, act)


def release_hold(engine: Engine, caller: Caller, id: str) -> Answer:
    """Let go of what is held (200); also when that was done before, or it has lapsed.

    Points whose lots have ended meanwhile expire. Raises `NotFound`, or `Conflict` when the hold
    was captured.
    """

    def act(work: Work, hold: Hold) -> Closed:
        if hold.state == "captured":
            raise closed(hold)
        if hold.state != "open":
            return _as_it_is(work, hold)
        member, book = _opened(work, hold)
        state = "released" if is_open(hold, work.now) else "lapsed"
        cause = Cause("release", member.number, work.now, reason=f"hold {state}")
        book.release(hold.unit, portions_of(hold), cause)
        ended = replace(hold, state=state)
        work.save_hold(ended)
        work.announce(hold_event(f"hold_{state}", ended, book.version, work))
        return ended, book, member

    return _close(engine, caller, id, act)


def show_hold(engine: Engine, caller: Caller, id: str) -> Answer:
    """A hold as it is; raises `NotFound`. One past its end has lapsed, whether swept or not."""
    with engine.storage.read(caller.program) as view:
        hold = known_hold(view, id)
        member = view.member(hold.member)
        assert member is not None, "a hold's member is never removed"
        book = look_at(view, member, caller.now).book
    if hold.state == "open" and not is_open(hold, caller.now):
        hold = replace(hold, state="lapsed")
    return Answer(200, to_json(hold_body(hold, member, book) | {"version": book.first_version}))


def _close(engine: Engine, caller: Caller, id: str, act: Callable[[Work, Hold], Closed]) -> Answer:
    """Run `act` on the hold, its member locked, and answer the hold as it is then."""
    program = engine.rulebooks.current(caller.program).program

    def run(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        hold, book, member = act(work, known_hold(work, id))
        after = save_account(work, member, book)
        answer = Answer(200, to_json(hold_body(hold, member, book)))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer, shown_after(program, after, book))

    return write(engine, caller.program, caller.now, run)


def _opened(work: Work, hold: Hold) -> tuple[MemberRecord, AccountBook]:
    member = work.member(hold.member)
    assert member is not None, "a hold's member is never removed"
    return member, open_book(work, member, work.now)


def _as_it_is(work: Work, hold: Hold) -> Closed:
    member, book = _opened(work, hold)
    return hold, book, member

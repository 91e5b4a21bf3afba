"""Let points last longer, or give back what has expired: corrections with a reason and a name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.errors import Conflict, InvalidRequest
from loyalty_engine.domain.expiry import expires_at
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Extension, Reinstatement
from loyalty_engine.domain.units import Unit
from loyalty_engine.ports import MemberRecord, Work
from loyalty_engine.use_cases.answering import instant, shown, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import taking_part
from loyalty_engine.use_cases.points.adjust_points import unit_of
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.purchases.reserving import lapse_due
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write

Corrected = tuple[int, datetime | None]
"""How many points, and until when they last now."""

Act = Callable[[Work, MemberRecord, AccountBook], Corrected]


def extend_points(engine: Engine, caller: Caller, member_id: str, asked: Extension) -> Answer:
    """Let a member's points of a unit last longer (201); what is held stays as it is.

    Raises `InvalidRequest` for an end that has passed, `Conflict` for one who has left.
    """
    program = engine.rulebooks.current(caller.program).program
    unit = unit_of(program, asked.unit)

    def act(work: Work, member: MemberRecord, book: AccountBook) -> Corrected:
        until = _end(program, unit, asked.until, work.now, member)
        cause = Cause("extend", member.number, work.now, reason=asked.reason, by=asked.by)
        return book.extend(unit.name, until, asked.before, cause), until

    return _correct(engine, caller, program, member_id, unit, "points_extended", act)


def reinstate_points(
    engine: Engine, caller: Caller, member_id: str, asked: Reinstatement
) -> Answer:
    """Give expired points back (201), no more than have expired.

    Raises `InvalidRequest` for an end that has passed, `Conflict` for one who has left and for
    more than has expired.
    """
    program = engine.rulebooks.current(caller.program).program
    unit = unit_of(program, asked.unit)

    def act(work: Work, member: MemberRecord, book: AccountBook) -> Corrected:
        until = _end(program, unit, asked.until, work.now, member)
        newly = (it.amount for it in book.entries if it.unit == unit.name and it.kind == "expire")
        there = work.expired_points(member.account, unit.name) + sum(newly)
        if asked.points > there:
            raise Conflict(
                f"{asked.points} {unit.name} are to be given back and {there} have expired",
                code="reinstatement_above_expired", pointer="/points", expired=there,
            )  # fmt: skip
        cause = Cause("reinstate", member.number, work.now, reason=asked.reason, by=asked.by)
        book.reinstate(unit.name, asked.points, until, cause)
        return asked.points, until

    return _correct(engine, caller, program, member_id, unit, "points_reinstated", act)


def _end(
    program: Program, unit: Unit, until: datetime | None, now: datetime, member: MemberRecord
) -> datetime | None:
    """The end asked for, or that of points earned at this moment."""
    if until is None:
        return expires_at(unit.expiry, now, now, program.zone, member.tier.tier)
    if until <= now:
        raise InvalidRequest(
            "points cannot last until an instant that has passed", code="end_has_passed",
            pointer="/until",
        )  # fmt: skip
    return until


def _correct(
    engine: Engine,
    caller: Caller,
    program: Program,
    member_id: str,
    unit: Unit,
    event: str,
    act: Act,
) -> Answer:
    """Run `act` on the member's book, and answer what it came to."""

    def run(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (before := work.remember(operation)):
            return Written(replay_of(work, caller, before))
        member = taking_part(work, member_id)
        book = open_book(work, member, work.now)
        lapse_due(work, member, book)
        points, until = act(work, member, book)
        book.settle()
        convert_full_cards(book, program, member.number, None)
        after = save_account(work, member, book)
        told = {
            "unit": unit.name,
            "points": points,
            "until": None if until is None else instant(until),
        }
        if book.entries:
            work.announce(
                member_event(event, member.number, str(book.version), book.version, work.now, told)
            )
        balance = {name: shown(it) for name, it in sorted(book.balances.items())}
        body = {"member": member.id, **told, "balance": balance, "version": book.version}
        answer = Answer(201, to_json(body))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer, shown_after(program, after, book))

    return write(engine, caller.program, caller.now, run)

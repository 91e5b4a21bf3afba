"""Correct a balance by hand, with a reason and a name."""

from dataclasses import replace

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.ledger import Cause
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import Adjustment
from loyalty_engine.domain.units import Unit
from loyalty_engine.ports import Work
from loyalty_engine.use_cases.answering import shown, to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import taking_part
from loyalty_engine.use_cases.points.booking import convert_full_cards, issue, open_book
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def adjust_points(engine: Engine, caller: Caller, member_id: str, adjustment: Adjustment) -> Answer:
    """Add points (available at once) or take them (201).

    A frozen member's points may be corrected like any other's. Raises `Conflict` for one who has
    left, `InsufficientPoints` when more are to be taken than can be spent.
    """
    program = engine.rulebooks.current(caller.program).program
    unit = unit_of(program, adjustment.unit)
    return write(
        engine, caller.program, caller.now,
        lambda work: adjust_in(work, program, unit, caller, member_id, adjustment),
    )  # fmt: skip


def unit_of(program: Program, name: str) -> Unit:
    """The unit to correct; raises `InvalidRequest` where the programme has no such unit."""
    unit = program.units.get(name)
    if unit is None:
        raise InvalidRequest(
            f"there is no unit {name!r}; the programme has {', '.join(program.units)}",
            code="unit_unknown", pointer="/unit",
        )  # fmt: skip
    return unit


def adjust_in(
    work: Work,
    program: Program,
    unit: Unit,
    caller: Caller,
    member_id: str,
    adjustment: Adjustment,
) -> Written:
    """Correct a balance within a unit of work."""
    operation = operation_of(caller, 201)
    if operation and (known_one := work.remember(operation)):
        return Written(replay_of(work, caller, known_one))
    member = taking_part(work, member_id)
    book = open_book(work, member, work.now)
    cause = Cause("adjust", member.number, work.now, reason=adjustment.reason, by=adjustment.by)
    if adjustment.points > 0:
        at_once = replace(unit, pending=type(unit.pending)())
        issue(book, program, at_once, adjustment.points, cause, member.tier.tier)
        book.settle()
        convert_full_cards(book, program, member.number, None)
    else:
        book.spend(unit.name, -adjustment.points, cause, destination="adjusted")
    after = save_account(work, member, book)
    body = {
        "member": member.id,
        "unit": unit.name,
        "points": adjustment.points,
        "balance": {name: shown(it) for name, it in sorted(book.balances.items())},
        "version": book.version,
    }
    work.announce(
        member_event(
            "points_adjusted", member.number, str(book.version), book.version, work.now,
            {"unit": unit.name, "points": adjustment.points},
        )
    )  # fmt: skip
    answer = Answer(201, to_json(body))
    if operation:
        work.answer(replace(operation, answer=answer.body))
    return Written(answer, shown_after(program, after, book))

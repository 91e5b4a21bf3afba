"""Store credit: stored value of a member's own, given for a return or by support, with a reason."""

from dataclasses import dataclass, replace
from typing import Any

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purse_book import PurseBook
from loyalty_engine.domain.stored_value import GIVEN, Purse, PurseKind, ValueCause
from loyalty_engine.ports import Address, MemberRecord, View, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.show_member import known, taking_part
from loyalty_engine.use_cases.stored_value.purses import (
    credit_terms,
    end_of,
    open_purses,
    purse_body,
    purse_event,
    shown_number,
)
from loyalty_engine.use_cases.writing import Written, write


@dataclass(frozen=True, slots=True)
class GiveCredit:
    """So much to give to a member (minor units), why, by whom, and for which purchase if any."""

    amount: int
    reason: str
    by: str
    purchase: str | None = None


def give_store_credit(engine: Engine, caller: Caller, member_id: str, asked: GiveCredit) -> Answer:
    """Give a member store credit (201); raises `NotFound`, or `Conflict` for one who has left."""
    program = engine.rulebooks.current(caller.program).program
    credit_terms(program)

    def act(work: Work) -> Written:
        operation = operation_of(caller, 201)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        member = taking_part(work, member_id)
        cause = ValueCause("give", None, asked.purchase, asked.reason, asked.by)
        book = new_credit(engine, work, program, member)
        book.load(asked.amount, GIVEN, cause, end_of(credit_terms(program), work.now, program))
        work.save_purse(book)
        name = shown_number(book.purse.number)
        work.announce(purse_event("store_credit_given", book.purse, name, work.now))
        answer = Answer(201, to_json({"member": member.id, **purse_body(book.purse, work.now)}))
        if operation:
            work.answer(replace(operation, answer=answer.body))
        return Written(answer)

    return write(engine, caller.program, caller.now, act)


def new_credit(engine: Engine, work: Work, program: Program, member: MemberRecord) -> PurseBook:
    """A store credit of a member on which nothing stands yet."""
    purse = Purse(
        engine.new_number(), PurseKind.STORE_CREDIT, program.currency, work.now,
        member=member.number,
    )  # fmt: skip
    work.add_purses([purse])
    return PurseBook(purse, work.now)


def show_store_credit(engine: Engine, caller: Caller, member_id: str) -> Answer:
    """A member's store credit (200): what can be spent in all, and each with its end."""
    program = engine.rulebooks.current(caller.program).program
    credit_terms(program)
    with engine.storage.read(caller.program) as view:
        member = known(view, Address("member", member_id))
        rows = credits_of(view, member.number, caller)
    return Answer(
        200,
        to_json(
            {
                "member": member.id,
                "currency": program.currency,
                "available": sum(it["available"] for it in rows),
                "credits": rows,
            }
        ),
    )


def credits_of(view: View, member: int, caller: Caller) -> list[dict[str, Any]]:
    """The credits with something on them, the soonest to end first."""
    stored = view.purses_of(member)
    books = open_purses(view, [it.number for it in stored], caller.now).books
    purses = [books[it.number].purse for it in stored]
    return [purse_body(it, caller.now) for it in purses if it.available or it.held]

"""Place a hold: set points aside at the start of a payment, until they are captured."""

from datetime import timedelta

from loyalty_engine.domain.errors import Conflict, InvalidRequest, LoyaltyError
from loyalty_engine.domain.ledger import Cause
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.requests import HoldRequest
from loyalty_engine.ports import Address, Hold, MemberRecord, Taken, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.canonical import fingerprint
from loyalty_engine.use_cases.idempotency import (
    operation_of,
    refusal_of,
    remember_answer,
    replay_of,
)
from loyalty_engine.use_cases.members.guarding import may_redeem
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import GONE
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.purchases.reserving import lapse_due
from loyalty_engine.use_cases.spending.holding import hold_body, hold_event, stored_portions
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def place_hold(engine: Engine, caller: Caller, asked: HoldRequest) -> Answer:
    """Set points aside (201), or tell of the hold that was placed under this id (200).

    Which lots pay is fixed here. Raises `InvalidRequest` (no such unit, too long), `NotFound` (no
    such member), `Conflict` (another hold has the id; the member is frozen or has left) and
    `InsufficientPoints`.
    """
    program = engine.rulebooks.current(caller.program).program

    def check() -> None:
        _check(program, asked)
        engine.hooks.guard(caller.program, "place_hold", None, True)

    refusal = refusal_of(check)
    try:
        return write(
            engine, caller.program, caller.now,
            lambda work: place_in(work, program, caller, asked, refusal),
        )  # fmt: skip
    except Taken as taken:
        raise _exists(asked.id) from taken


def _check(program: Program, asked: HoldRequest) -> None:
    if asked.unit not in program.units:
        raise InvalidRequest(
            f"there is no unit {asked.unit!r}; the programme has {', '.join(program.units)}",
            code="unit_unknown", pointer="/unit",
        )  # fmt: skip
    most = program.switches.longest_hold_minutes
    if asked.expires_in is not None and asked.expires_in > most * 60:
        raise InvalidRequest(
            f"a hold lasts at most {most} minutes, by the programme's switch longest_hold_minutes",
            code="hold_too_long", pointer="/expires_in",
        )  # fmt: skip


def place_in(
    work: Work,
    program: Program,
    caller: Caller,
    asked: HoldRequest,
    refusal: LoyaltyError | None = None,
) -> Written:
    """Place a hold within a unit of work; `refusal` speaks against a new one."""
    operation = operation_of(caller, 201)
    if operation and (known_one := work.remember(operation)):
        return Written(replay_of(work, caller, known_one))
    member = known(work, Address("member", asked.member))
    before = work.hold(asked.id)
    if before is not None:
        again = _repeat(work, member, before, asked)
        remember_answer(work, operation, again.answer)
        return again
    if refusal is not None:
        raise refusal
    _may_hold(member)
    may_redeem(program, member, work.now)
    book = open_book(work, member, work.now)
    if any(balance.held for balance in book.balances.values()):
        lapse_due(work, member, book)
    cause = Cause("hold", member.number, work.now, reason=f"hold {asked.id}")
    portions = book.hold(asked.unit, asked.points, cause)
    lasts = timedelta(minutes=program.switches.hold_minutes)
    if asked.expires_in is not None:
        lasts = timedelta(seconds=asked.expires_in)
    hold = Hold(
        member.number, asked.id, asked.unit, asked.points, "open", work.now, work.now + lasts,
        fingerprint(asked), stored_portions(portions),
    )  # fmt: skip
    work.add_address(Address("hold", asked.id), member.number)
    work.save_hold(hold)
    after = save_account(work, member, book)
    work.announce(hold_event("hold_placed", hold, book.version, work))
    answer = Answer(201, to_json(hold_body(hold, member, book)))
    remember_answer(work, operation, answer)
    return Written(answer, shown_after(program, after, book))


def _repeat(work: Work, member: MemberRecord, hold: Hold, asked: HoldRequest) -> Written:
    if hold.fingerprint != fingerprint(asked) or hold.member != member.number:
        raise _exists(asked.id)
    book = open_book(work, member, work.now)
    return Written(Answer(200, to_json(hold_body(hold, member, book))))


def _exists(id: str) -> Conflict:
    return Conflict(f"hold {id!r} was placed for something else; take a new id", code="hold_exists")


def _may_hold(member: MemberRecord) -> None:
    if member.status in GONE:
        raise Conflict("the member has left: nothing can be spent", code="member_left")
    if member.status == "frozen":
        raise Conflict(
            "the member is frozen: its points cannot pay until it is active again",
            code="member_frozen",
        )

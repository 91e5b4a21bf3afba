"""Leave a household, with the share that the programme declares; and show one."""

from dataclasses import replace

from loyalty_engine.domain.errors import Conflict
from loyalty_engine.domain.households import HouseholdTier, Leaving
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, MemberRecord, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.households.family import (
    belongs,
    book_of,
    household_account,
    household_body,
    tell_family,
)
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.profile import profile_body
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import END_OF_TIME, review
from loyalty_engine.use_cases.merges.taking_over import take_over_all
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.points.looking import look_at
from loyalty_engine.use_cases.purchases.reserving import lapse_due
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def leave_household(engine: Engine, caller: Caller, household: str, member_id: str) -> Answer:
    """Let a member have an account of its own again (200); answers the member.

    Raises `NotFound`, and `Conflict` for one who does not belong to it or has points set aside.
    """
    program = engine.rulebooks.current(caller.program).program

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        account = household_account(work, household)
        member = known(work, Address("member", member_id))
        belongs(member, account)
        written = leave_in(engine, work, program, member)
        if operation:
            work.answer(replace(operation, answer=written.answer.body))
        return written

    return write(engine, caller.program, caller.now, act)


def show_household(engine: Engine, caller: Caller, household: str) -> Answer:
    """A household as it is; raises `NotFound`."""
    with engine.storage.read(caller.program) as view:
        account = household_account(view, household)
        family = view.family(account)
        now = caller.now
        book = look_at(view, family[0], now).book if family else book_of(view, account, now)
        body = household_body(view, household, account, book, now)
    return Answer(200, to_json(body | {"version": book.first_version}))


def leave_in(engine: Engine, work: Work, program: Program, member: MemberRecord) -> Written:
    """Move a member, who is locked, and its share to its own account."""
    shared = open_book(work, member, work.now)
    lapse_due(work, member, shared)
    if work.due_holds(member.number, END_OF_TIME) or work.due_reservations(
        member.number, END_OF_TIME
    ):
        raise Conflict(
            "points of the household are set aside for the member; capture them or let them go",
            code="points_held",
        )
    own = book_of(work, member.number, work.now)
    family = len(work.family(member.account))
    cause = Cause("leave", member.number, work.now)
    if family == 1:
        take_over_all(own, shared, cause)
    else:
        own.skip_to(shared.version)
        _share(own, shared, cause, program.switches.household_leaving, family)
    convert_full_cards(own, program, member.number, None)
    left = replace(member, account=member.number)
    now = next(it for it in work.memberships(member.number) if it.until is None)
    work.save_membership(replace(now, until=work.now))
    work.household_changed(member.account)
    if program.switches.household_tier is HouseholdTier.SHARED:
        left = _part(work, program, member, left)
    work.save_member(left)
    save_account(work, member, shared)
    left = save_account(work, left, own)
    work.announce(
        member_event(
            "household_left", member.number, str(engine.new_number()), own.version, work.now, {}
        )
    )
    if shared.entries:
        tell_family(work, shared, member.number)
    body = profile_body(program, left, work.identifiers(member.number), own.balances)
    return Written(Answer(200, body), shown_after(program, left, own))


def _part(work: Work, program: Program, member: MemberRecord, left: MemberRecord) -> MemberRecord:
    """Judge by themselves who leaves, now with what is its own, and those who stay."""
    work.save_member(left)
    for one in work.family(member.account)[:1]:
        work.save_member(review(work, program, one))
    return review(work, program, left)


def _share(own: AccountBook, shared: AccountBook, cause: Cause, rule: Leaving, family: int) -> None:
    """Take along what the rule gives: of an equal share every lot in proportion, rounded down."""
    if rule is Leaving.NOTHING:
        return
    for unit in sorted(shared.balances):
        seen = taken = 0
        for lot in sorted(shared.lots(unit), key=lambda it: it.number):
            part = lot.free if lot.member == cause.member else 0
            if rule is Leaving.EQUAL_SHARE:
                seen += lot.free
                part = min(lot.free, seen // family - taken)
                taken += part
            if part:
                own.take_over(shared, lot, part, cause, cause.member)

"""Households come about: opened by a first member, joined by invitation or through the staff.

Who joins brings all points along, with their dates; from then on the household earns and spends
together. Tiers stay each member's own, or are shared from then on, as the programme says.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.domain.households import HouseholdTier
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, Invitation, MemberRecord, Membership, Taken, Work
from loyalty_engine.use_cases.answering import to_json
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.households.family import (
    belongs,
    book_of,
    household_account,
    household_body,
    shares_an_account,
)
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.guarding import may_redeem
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.members.standing import END_OF_TIME, review
from loyalty_engine.use_cases.merges.taking_over import take_over_all, with_lots_of
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.purchases.reserving import lapse_due, moved
from loyalty_engine.use_cases.writing import Shown, Written, shown_after, write


def open_household(engine: Engine, caller: Caller, household: str, member_id: str) -> Answer:
    """Open a household with a first member (201), or tell of the one that is there (200).

    Raises `NotFound` for an unknown member, `Conflict` for one who belongs to a household already
    or may not join one yet, and where the household is somebody else's.
    """
    program = engine.rulebooks.current(caller.program).program

    def act(work: Work) -> Written:
        member = known(work, Address("member", member_id))
        there = work.whose(Address("household", household))
        if there is not None:
            belongs(member, there)
            return Written(_answer(work, household, there, 200))
        account = engine.new_number()
        work.open_household(account, household)
        shown = join_in(engine, work, program, member, account)
        return Written(_answer(work, household, account, 201), shown)

    try:
        return _once(engine, caller, 201, act)
    except Taken as taken:
        raise Conflict(
            f"household {household!r} is being opened by somebody else", code="not_in_household"
        ) from taken


def invite(engine: Engine, caller: Caller, household: str, by_id: str, member_id: str) -> Answer:
    """Let a member of the household ask another one to join it (201); once more renews it."""
    program = engine.rulebooks.current(caller.program).program
    days = timedelta(days=program.switches.household_invitation_days)

    def act(work: Work) -> Written:
        account = household_account(work, household)
        invited = work.whose(Address("member", member_id))
        by = known(work, Address("member", by_id))
        belongs(by, account)
        if invited is None:
            raise NotFound(f"no member is known by the id {member_id!r}", code="member_unknown")
        if invited in {it.number for it in work.family(account)}:
            raise Conflict("the member belongs to it already", code="in_household")
        work.save_invitation(Invitation(account, invited, by.number, work.now + days))
        return Written(_answer(work, household, account, 201))

    return _once(engine, caller, 201, act)


def accept(engine: Engine, caller: Caller, household: str, member_id: str) -> Answer:
    """Join a household by an invitation that stands (200); raises `Conflict` without one."""
    return _join(engine, caller, household, member_id, invited=True)


def add_to_household(engine: Engine, caller: Caller, household: str, member_id: str) -> Answer:
    """Let a member join a household without any invitation: for the staff (200)."""
    return _join(engine, caller, household, member_id, invited=False)


def _join(
    engine: Engine, caller: Caller, household: str, member_id: str, *, invited: bool
) -> Answer:
    program = engine.rulebooks.current(caller.program).program

    def act(work: Work) -> Written:
        account = household_account(work, household)
        member = known(work, Address("member", member_id))
        if member.account == account:
            return Written(_answer(work, household, account, 200))
        if invited and not any(
            it.member == member.number and it.expires_at > work.now
            for it in work.invitations(account)
        ):
            raise Conflict(
                "no invitation of this household stands for the member", code="not_invited"
            )
        shown = join_in(engine, work, program, member, account)
        return Written(_answer(work, household, account, 200), shown)

    return _once(engine, caller, 200, act)


def join_in(
    engine: Engine, work: Work, program: Program, member: MemberRecord, account: int
) -> Shown | None:
    """Move a member, who is locked, and all its points to a household's account."""
    if shares_an_account(member):
        raise Conflict("the member belongs to another household", code="in_household")
    if member.status != "active":
        raise Conflict("only active members can join a household", code="member_not_active")
    may_redeem(program, member, work.now)  # others could spend what comes along
    own = open_book(work, member, work.now)
    lapse_due(work, member, own)
    shared = book_of(work, account, work.now)
    _may_join(work, program, member, account)
    lots = take_over_all(shared, own, Cause("join", member.number, work.now))
    _bring_promises(work, member, lots)
    convert_full_cards(shared, program, member.number, None)
    joined = replace(member, account=account, version=shared.version)
    _save(work, own, shared)
    work.save_member(joined)
    work.uninvite(account, member.number)
    work.save_membership(Membership(member.number, account, work.now))
    work.household_changed(account)
    if program.switches.household_tier is HouseholdTier.SHARED:
        joined = review(work, program, joined)
        work.save_member(joined)
    work.announce(
        member_event(
            "household_joined",
            member.number,
            str(engine.new_number()),
            shared.version,
            work.now,
            {},
        )
    )
    return shown_after(program, joined, shared)


def _may_join(work: Work, program: Program, member: MemberRecord, account: int) -> None:
    most = program.switches.household_members
    if len(work.family(account)) >= most:
        raise Conflict(
            f"a household has at most {most} members, by the programme's switch "
            "household_members",
            code="household_full", most=most,
        )  # fmt: skip
    wait = timedelta(days=program.switches.household_wait_days)
    changes = [it.until or it.since for it in work.memberships(member.number)]
    if changes and work.now < max(changes) + wait:
        raise Conflict(
            f"the member can join a household again {wait.days} days after the last change, by "
            "the programme's switch household_wait_days",
            code="household_too_soon",
        )  # fmt: skip


def _bring_promises(work: Work, member: MemberRecord, lots: dict[int, int]) -> None:
    """Holds and reservations go on, of the lots that stand for their own."""
    for hold in work.due_holds(member.number, END_OF_TIME):
        work.save_hold(with_lots_of(hold, member.number, lots))
    for reservation in work.due_reservations(member.number, END_OF_TIME):
        work.save_reservation(moved(reservation, member.number, lots, {}))


def _save(work: Work, *books: AccountBook) -> None:
    for book in books:
        if book.entries or book.touched or book.skipped:
            work.save_book(book)


def _answer(work: Work, household: str, account: int, status: int) -> Answer:
    book = book_of(work, account, work.now)
    return Answer(status, to_json(household_body(work, household, account, book, work.now)))


def _once(engine: Engine, caller: Caller, status: int, act: Callable[[Work], Written]) -> Answer:
    def run(work: Work) -> Written:
        operation = operation_of(caller, status)
        if operation and (known_one := work.remember(operation)):
            return Written(replay_of(work, caller, known_one))
        written = act(work)
        if operation:
            answer = written.answer
            work.answer(replace(operation, status=answer.status, answer=answer.body))
        return written

    return write(engine, caller.program, caller.now, run)

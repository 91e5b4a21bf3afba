"""Merge two members who turn out to be one: what either has done and has is the one's from then on.

Lots keep their dates, purchases are found under the id of either, limits add up, and the tier is
judged over both histories. The other id answers as the one who stays.
"""

from dataclasses import replace

from loyalty_engine.domain.errors import Conflict, InvalidRequest, NotFound
from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.ledger import AccountBook, Cause
from loyalty_engine.domain.program import Program
from loyalty_engine.ports import Address, MemberRecord, Work
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.challenges.challenge_cards import Moving
from loyalty_engine.use_cases.challenges.challenge_prizes import Acting
from loyalty_engine.use_cases.deciding import codec
from loyalty_engine.use_cases.deciding.counting import key_of, key_text
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.idempotency import operation_of, replay_of
from loyalty_engine.use_cases.members.profile import profile_at
from loyalty_engine.use_cases.members.standing import END_OF_TIME, GONE, recount_purchases
from loyalty_engine.use_cases.merges.merging_cards import cards_together
from loyalty_engine.use_cases.merges.merging_referrals import bring_together
from loyalty_engine.use_cases.merges.taking_over import take_over_all, with_lots_of
from loyalty_engine.use_cases.points.booking import convert_full_cards, open_book
from loyalty_engine.use_cases.purchases.reserving import lapse_due, moved, recounted
from loyalty_engine.use_cases.writing import Written, save_account, shown_after, write


def merge_members(engine: Engine, caller: Caller, into_id: str, from_id: str) -> Answer:
    """Let the member `from_id` be `into_id` from now on (200); once more changes nothing.

    Raises `NotFound` for an unknown one, `InvalidRequest` for a merge with itself, and `Conflict`
    for a circle, and for members who are frozen, have left, or share other accounts.
    """
    rulebook = engine.rulebooks.current(caller.program)
    program = rulebook.program
    if into_id == from_id:
        raise InvalidRequest(
            "a member cannot be merged with itself", code="merge_with_itself", pointer="/from"
        )

    def act(work: Work) -> Written:
        operation = operation_of(caller, 200)
        if operation and (known := work.remember(operation)):
            return Written(replay_of(work, caller, known))
        one, other = _number(work, into_id), _number(work, from_id)
        if one == other:
            written = _as_it_is(work, program, one, from_id)
        else:
            both = bring_together(engine, work, caller, *work.lock_two(one, other))
            written = _merge(work, engine, rulebook, caller, *both)
        if operation:
            work.answer(replace(operation, answer=written.answer.body))
        return written

    return write(engine, caller.program, caller.now, act)


def _number(work: Work, id: str) -> int:
    found = work.whose(Address("member", id))
    if found is None:
        raise NotFound(f"no member is known by the id {id!r}", code="member_unknown")
    return found


def _as_it_is(work: Work, program: Program, number: int, from_id: str) -> Written:
    """They are one already; the one who stays cannot be merged into one who is no more."""
    member = work.member(number)
    assert member is not None, "an address of a member leads to one"
    if member.id == from_id:
        raise Conflict(
            f"the other way round they have been merged already: {from_id!r} is the one who stays",
            code="merge_circle",
        )
    return _answer(work, program, member)


def _answer(work: Work, program: Program, member: MemberRecord) -> Written:
    identifiers = work.identifiers(member.number)
    return Written(Answer(200, profile_at(work, program, member, identifiers, work.now)))


def _merge(
    work: Work,
    engine: Engine,
    rulebook: Rulebook,
    caller: Caller,
    one: MemberRecord,
    other: MemberRecord,
) -> Written:
    program = rulebook.program
    _may_merge(one, other)
    assert other.id is not None, "a member without an id is erased, and refused"
    books = open_book(work, one, work.now), open_book(work, other, work.now)
    lapse_due(work, one, books[0])
    lapse_due(work, other, books[1])
    owners = {
        f"member:{other.number}": f"member:{one.number}",
        f"account:{other.account}": f"account:{one.account}",
    }
    _count_together(work, other.number, owners)
    _carry_together(work, one.number, other.number)
    lots = take_over_all(books[0], books[1], Cause("merge", other.number, work.now), one.number)
    promised = list(work.due_reservations(other.number, END_OF_TIME))
    held = list(work.due_holds(other.number, END_OF_TIME))
    acting = Acting(engine, caller.program, rulebook, one, "", work.now)
    moving = Moving(acting, work, {one.account: books[0]}, taking=False)
    if rulebook.challenges:
        cards_together(work, moving, other.number, owners)
    work.hand_over(other.number, one.number, other.id, (other.account, one.account))
    for reservation in promised:
        work.save_reservation(moved(reservation, one.number, lots, owners))
    for hold in held:
        work.save_hold(with_lots_of(hold, one.number, lots))
    convert_full_cards(books[0], program, one.number, None)
    save_account(work, other, books[1])
    _end(work, other)
    moving.save()
    after = recount_purchases(work, program, _both(one, other))
    after = save_account(work, after, books[0])
    work.save_member(after)
    _tell(work, one, after, other, books[0])
    return Written(_answer(work, program, after).answer, shown_after(program, after, books[0]))


def _may_merge(one: MemberRecord, other: MemberRecord) -> None:
    for member in (one, other):
        if member.status == "erased":
            raise NotFound("no member is known by this id", code="member_unknown")
        if member.status == "frozen":
            raise Conflict(
                "one of the two is frozen, and a merge would let its points go; thaw it first",
                code="member_frozen",
            )
    if other.account != other.number:
        raise Conflict(
            "the one who is to become the other belongs to a household; let it leave first",
            code="in_household",
        )
    if one.status in GONE:
        raise Conflict("the one who is to stay has left; make it active first", code="member_left")


def _both(one: MemberRecord, other: MemberRecord) -> MemberRecord:
    """The profile of the one who stays, completed from the other's."""
    return replace(
        one,
        enrolled_at=min(one.enrolled_at, other.enrolled_at),
        touchpoint=one.touchpoint or other.touchpoint,
        preferred_channel=one.preferred_channel or other.preferred_channel,
        attributes={**other.attributes, **one.attributes},
        # What made the other's points wait makes them wait still.
        renamed_at=max(filter(None, (one.renamed_at, other.renamed_at)), default=None),
        confirmed_at=max(filter(None, (one.confirmed_at, other.confirmed_at)), default=None),
        step_up=one.step_up or other.step_up,
    )


def _end(work: Work, other: MemberRecord) -> None:
    """What stays of the other: its number, by which old entries name it."""
    work.replace_standings(other.number, [])
    work.save_member(
        replace(
            other, id=None, status="merged", referred=0, purchases=0, last_purchase_at=None, attributes={},
            tier=replace(other.tier, due=None),
        )
    )  # fmt: skip


def _count_together(work: Work, other: int, owners: dict[str, str]) -> None:
    """Add what the other used of limits to the one's; its purchases and rewards say so then."""
    counted = False
    for was, now in owners.items():
        there = work.counters_of(now)
        for key, (used, ceiling) in work.counters_of(was).items():
            if used:
                counted = True
                new = replace(key, owner=now)
                before, most = there.get(new, (0, 0))
                work.use(new, used, max(most, ceiling, before + used))
                work.use(key, -used, ceiling)
    if not counted:
        return
    for purchase, revision, data in work.all_kept(other):
        kept = codec.kept_of(data)
        moved_ = {_place(place, owners): amount for place, amount in kept.counted.items()}
        if moved_ != kept.counted:
            again = codec.encode(replace(kept, counted=moved_))
            work.keep_anew(other, purchase, revision, again)
    for redemption, data in work.all_redeemed(other):
        work.recount_redemption(other, redemption, recounted(data, owners))


def _place(text: str, owners: dict[str, str]) -> str:
    key = key_of(text)
    return key_text(replace(key, owner=owners.get(key.owner, key.owner)))


def _carry_together(work: Work, one: int, other: int) -> None:
    mine = work.all_carries(one)
    for rule, carry in work.all_carries(other).items():
        so_far = mine.get(rule, Carry())
        both = Carry(so_far.basis + carry.basis, so_far.given + carry.given)
        work.save_carry(one, rule, both)
        work.save_carry(other, rule, Carry())


def _tell(
    work: Work, before: MemberRecord, after: MemberRecord, other: MemberRecord, book: AccountBook
) -> None:
    tiers = {"tier": {"before": before.tier.tier, "after": after.tier.tier}}
    name, version, now = str(other.number), book.version, work.now
    work.announce(member_event("member_merged", after.number, name, version, now, tiers))
    # The other one's as well: what is kept of its balance for look-ups has to go.
    work.announce(member_event("member_became", other.number, name, version, now, {}))

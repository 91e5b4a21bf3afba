"""A new member: a random number, an account of its own, the first tier."""

from dataclasses import replace
from datetime import datetime

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import Address, MemberRecord, Work
from loyalty_engine.use_cases.calling import Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.members.standing import starting_state


def new_member(
    engine: Engine, program: Program, id: str | None, enrolled_at: datetime, now: datetime
) -> MemberRecord:
    """A member as enrolled, not written yet."""
    number = engine.new_number()
    return MemberRecord(
        number=number,
        account=number,
        id=id,
        status="active",
        enrolled_at=enrolled_at,
        touchpoint="",
        language=program.languages[0],
        preferred_channel="",
        attributes={},
        recorded_at=now,
        tier=starting_state(program, enrolled_at),
    )


def add_member(work: Work, member: MemberRecord) -> None:
    """Write a new member under the caller's id, and tell of it."""
    work.add_member(member)
    if member.id is not None:
        work.add_address(Address("member", member.id), member.number)
    body = {"touchpoint": member.touchpoint, "tier": member.tier.tier}
    work.announce(
        member_event("member_enrolled", member.number, "", member.version, work.now, body)
    )


def buying_member(
    engine: Engine, program: Program, purchase: Purchase, now: datetime
) -> MemberRecord:
    """Who a first purchase makes a member, not written yet.

    Somebody named by a card only is known by the card's value as id.
    """
    identifier = purchase.identifier
    name = purchase.member or (f"{identifier.kind}:{identifier.value}" if identifier else None)
    member = new_member(engine, program, name, purchase.occurred_at, now)
    return replace(member, touchpoint=purchase.touchpoint)


def enrol_on_purchase(
    engine: Engine, work: Work, program: Program, purchase: Purchase
) -> MemberRecord:
    """Enrol whoever a first purchase names, where the programme does so."""
    member = buying_member(engine, program, purchase, work.now)
    add_member(work, member)
    if purchase.identifier is not None:
        kind, value = purchase.identifier.kind, purchase.identifier.value
        work.add_address(Address(f"identifier:{kind}", value), member.number)
    return member

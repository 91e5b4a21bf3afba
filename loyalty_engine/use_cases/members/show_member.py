"""Show a member: profile, tier, balances."""

from loyalty_engine.domain.errors import Conflict, NotFound
from loyalty_engine.ports import Address, MemberRecord, View
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.members.profile import profile_at
from loyalty_engine.use_cases.members.standing import GONE


def show_member(engine: Engine, caller: Caller, who: Address) -> Answer:
    """The member at an address; raises `NotFound`."""
    program = engine.rulebooks.current(caller.program).program
    with engine.storage.read(caller.program) as view:
        member = known(view, who)
        identifiers = view.identifiers(member.number)
        return Answer(200, profile_at(view, program, member, identifiers, caller.now))


def known(view: View, who: Address) -> MemberRecord:
    """The member at an address that is there and not erased."""
    member = view.find_member(who)
    if member is None or member.status == "erased":
        raise NotFound("no member is known by this id", code="member_unknown")
    return member


def taking_part(view: View, member_id: str) -> MemberRecord:
    """The member by its id, where it has not left; raises `NotFound` or `Conflict`."""
    member = known(view, Address("member", member_id))
    if member.status in GONE:
        raise Conflict(
            "the member has left, and all stays as it is; make it active again first",
            code="member_left",
        )
    return member

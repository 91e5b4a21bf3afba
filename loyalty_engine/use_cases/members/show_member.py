"""Show a member: profile, tier, balances."""

from loyalty_engine.domain.errors import NotFound
from loyalty_engine.ports import Address, MemberRecord, View
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.members.profile import profile_at


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

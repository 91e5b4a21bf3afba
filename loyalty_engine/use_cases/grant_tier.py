"""Give a tier by hand, with a reason, a name and an end."""

from loyalty_engine.domain.errors import InvalidRequest
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.ports import Address, Work
from loyalty_engine.use_cases.calling import Answer, Caller, Engine
from loyalty_engine.use_cases.events import member_event
from loyalty_engine.use_cases.members import review
from loyalty_engine.use_cases.receipt import to_json
from loyalty_engine.use_cases.show_member import known
from loyalty_engine.use_cases.writing import Written, write


def grant_tier(
    engine: Engine, caller: Caller, member_id: str, grant: Grant, reason: str, by: str
) -> Answer:
    """Put a member into a tier from `grant.from_at` on (201); raises `InvalidRequest`."""
    program = engine.rulebooks.current(caller.program).program
    names = [tier.name for tier in program.tiers.tiers]
    if grant.tier not in names:
        raise InvalidRequest(
            f"there is no tier {grant.tier!r}; the programme has {', '.join(names) or 'none'}",
            code="tier_unknown", pointer="/tier",
        )  # fmt: skip

    def act(work: Work) -> Written:
        member = known(work, Address("member", member_id))
        work.add_tier_grant(member.number, grant, reason, by)
        after = review(work, program, member)
        work.save_member(after)
        work.announce(
            member_event(
                "tier_granted", member.number, str(engine.new_number()), member.version, work.now,
                {"tier": grant.tier, "before": member.tier.tier, "after": after.tier.tier},
            )
        )  # fmt: skip
        return Written(Answer(201, to_json({"member": member_id, "tier": after.tier.tier})))

    return write(engine, caller.program, caller.now, act)

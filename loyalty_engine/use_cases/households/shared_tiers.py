"""Whose deeds a member's tier follows from: its own, or with `household_tier: shared` those of all
who share the account. The account is locked whenever a tier that is shared is written.
"""

from collections.abc import Sequence
from datetime import datetime

from loyalty_engine.domain.households import HouseholdTier
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tier_shared import Ground, continued
from loyalty_engine.domain.tiers import Standing, State, Why
from loyalty_engine.ports import Event, MemberRecord, View, Work
from loyalty_engine.use_cases.deciding.codec import encode


def shares_a_tier(program: Program, member: MemberRecord) -> bool:
    """Whether the member's tier is that of a household."""
    shared = program.switches.household_tier is HouseholdTier.SHARED
    return shared and member.account != member.number


def ground_of(view: View, program: Program, member: MemberRecord) -> Ground:
    """What the member's tier is judged by, as stored; the member itself as handed over."""
    family = [member, *relatives(view, program, member)]
    bought = [it.last_purchase_at for it in family if it.last_purchase_at is not None]
    return Ground(
        min(it.enrolled_at for it in family),
        [it for one in family for it in view.activities(one.number)],
        [it for one in family for it in view.tier_grants(one.number)],
        max(bought, default=None),
        _cut(view, program, member),
        len(family),
    )


def relatives(view: View, program: Program, member: MemberRecord) -> Sequence[MemberRecord]:
    """The others who stand in the member's tier."""
    if not shares_a_tier(program, member):
        return ()
    return [it for it in view.family(member.account) if it.number != member.number]


def _cut(view: View, program: Program, member: MemberRecord) -> datetime | None:
    if program.switches.household_tier is HouseholdTier.OWN:
        return None
    if member.account != member.number:
        return view.household_changed_at(member.account)
    left = [it.until for it in view.memberships(member.number) if it.until is not None]
    return max(left, default=None)


def holds_for_all(view: View, program: Program, member: MemberRecord) -> bool:
    """Whether the member's stored state counts the deeds of those that it should.

    It does not where the programme has only just begun, or ceased, to share tiers.
    """
    if not shares_a_tier(program, member):
        return member.tier.people == 1
    return member.tier.people == len(relatives(view, program, member)) + 1


def share(
    work: Work, program: Program, member: MemberRecord, state: State, anew: Sequence[Standing]
) -> None:
    """Let the member's relatives stand where it stands; `anew` is the history as worked out."""
    others = relatives(work, program, member)
    if not others:
        return
    cut = _cut(work, program, member)
    for other in others:
        retell(work, program, other, anew, cut)
        if other.tier.tier != state.tier:
            work.announce(_changed(work, other, state))
    work.share_tier(member.account, state)


def retell(
    work: Work,
    program: Program,
    member: MemberRecord,
    anew: Sequence[Standing],
    cut: datetime | None,
) -> None:
    """Write a member's history where it is another one now; what lies before `cut` stays."""
    stored = list(work.standings(member.number))
    history = list(anew)
    if cut is not None:
        # Nobody writes a history for a member without purchases: the one it joined with.
        lowest = program.tiers.ladder[0].name
        told = stored or [Standing(lowest, member.enrolled_at, None, Why.JOINED)]
        history = continued(program.tiers, told, anew, cut)
    if history != stored:
        work.replace_standings(member.number, history)


def _changed(work: Work, other: MemberRecord, state: State) -> Event:
    told = {"member": other.number, "version": other.version}
    tiers = {"before": other.tier.tier, "after": state.tier}
    name = f"tier_changed:{work.now.isoformat()}:{other.version}:{state.tier}"
    return Event(other.number, name, other.version, "tier_changed", encode(told | tiers), work.now)

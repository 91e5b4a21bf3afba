"""What a member is as of an instant, and how its tier moves on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from loyalty_engine.domain.facts import MemberFacts
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.tier_history import tier_at
from loyalty_engine.domain.tier_shared import judged_by
from loyalty_engine.domain.tier_state import advance, standings_and_state, state_of
from loyalty_engine.domain.tiers import Activity, State
from loyalty_engine.ports import MemberRecord, View, Work
from loyalty_engine.rulebook.deciding.kept import Kept
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.deciding.stored_forms import Flag
from loyalty_engine.use_cases.households.shared_tiers import (
    ground_of,
    holds_for_all,
    retell,
    share,
    shares_a_tier,
)

GONE = ("left", "erased", "merged")
"""Statuses of members whose purchases are a guest's from then on."""

LEFT = (Flag("member_left", "recorded as a guest's: the member is no longer one"),)
FROZEN = (Flag("member_frozen", "points wait until the member is active again"),)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def flags_of(member: MemberRecord) -> tuple[Flag, ...]:
    """What a receipt tells of a member who does not take part like others."""
    if member.status in GONE:
        return LEFT
    return FROZEN if member.status == "frozen" else ()


def starting_state(program: Program, enrolled_at: datetime) -> State:
    """Where a member without any purchase stands."""
    return state_of(program.tiers, enrolled_at, (), (), enrolled_at, program.zone)


def state_at(view: View, program: Program, member: MemberRecord, at: datetime) -> State:
    """The tier state that holds at `at`, worked out again where the stored one no longer does."""
    stored = member.tier
    holds = stored.since <= at and (stored.due is None or at < stored.due)
    if holds and holds_for_all(view, program, member):
        return stored
    by = ground_of(view, program, member)
    state = state_of(program.tiers, by.enrolled_at, by.activities, by.grants, at, program.zone)
    return judged_by(state, by)


def tier_as_of(view: View, program: Program, member: MemberRecord, at: datetime) -> str:
    """The tier in which the member stood at `at`, as known now."""
    stored = member.tier
    if stored.since <= at:
        return state_at(view, program, member, at).tier
    standings = view.standings(member.number)
    # Nobody has written a history yet for a member without purchases: what comes before counts
    # as the tier the member joined with.
    return tier_at(standings, at) if standings else stored.tier


def member_facts(view: View, program: Program, member: MemberRecord, at: datetime) -> MemberFacts:
    """What rules may know of the member as of `at`."""
    purchases, last = member.purchases, member.last_purchase_at
    if last is not None and at < last:
        purchases, last = view.purchases_before(member.number, at)
    return MemberFacts(
        tier=tier_as_of(view, program, member, at),
        enrolled_on=local_time(program, member.enrolled_at).date(),
        language=member.language or program.languages[0],
        attributes=member.attributes,
        purchases=purchases,
        last_purchase_on=local_time(program, last).date() if last else None,
    )


def is_late(member: MemberRecord, at: datetime) -> bool:
    """Whether a purchase at `at` arrives after one that happened later."""
    return member.last_purchase_at is not None and at < member.last_purchase_at


def next_tier(
    view: View, program: Program, member: MemberRecord, at: datetime, gains: Mapping[str, int]
) -> str:
    """The tier after one more purchase at `at` that counts `gains`: what a quote shows."""
    scheme, zone = program.tiers, program.zone
    state = advance(scheme, member.tier, at, gains, zone)
    if state is None or not holds_for_all(view, program, member):
        by = ground_of(view, program, member)
        counted = [*by.activities, *activities_of(at, gains)]
        now = max(at, by.latest or at)
        state = state_of(scheme, by.enrolled_at, counted, by.grants, now, zone)
    return state.tier


def activities_of(at: datetime, gains: Mapping[str, int]) -> list[Activity]:
    """What a purchase at `at` counts, measure by measure."""
    return [Activity(at, measure, amount) for measure, amount in gains.items()]


def gains_kept(kept: Kept) -> dict[str, int]:
    """What is kept of a purchase, by what tiers count."""
    points = {unit: sum(by_rule.values()) for unit, by_rule in kept.points.items()}
    return {**points, "spend": kept.spend, "visits": kept.visits}


def count_purchase(
    work: Work, program: Program, member: MemberRecord, at: datetime, gains: Mapping[str, int]
) -> MemberRecord:
    """The member after one more purchase at `at`, not stored yet, that counts `gains` for tiers."""
    last = member.last_purchase_at
    counted = replace(
        member,
        purchases=member.purchases + 1,
        last_purchase_at=at if last is None else max(last, at),
    )
    return _moved_on(work, program, counted, at, gains)


def count_event(
    work: Work, program: Program, member: MemberRecord, at: datetime, gains: Mapping[str, int]
) -> MemberRecord:
    """The member after an event at `at`, not stored yet, that counts `gains` and as no purchase."""
    return _moved_on(work, program, member, at, gains)


def _moved_on(
    work: Work, program: Program, member: MemberRecord, at: datetime, gains: Mapping[str, int]
) -> MemberRecord:
    state = advance(program.tiers, member.tier, at, gains, program.zone)
    moved = state is not None and state.tier == member.tier.tier
    if state is None or not moved or not holds_for_all(work, program, member):
        return review(work, program, member, activities_of(at, gains))
    if shares_a_tier(program, member):
        work.share_tier(member.account, state)
    return replace(member, tier=state)


def recount_purchases(
    work: Work, program: Program, member: MemberRecord, own: Sequence[Activity] = ()
) -> MemberRecord:
    """The member after purchases were changed, counted again from what is stored, and `own`."""
    count, last = work.purchases_before(member.number, END_OF_TIME)
    if own:
        count, last = count + 1, max(it.at for it in own) if last is None else max(last, own[0].at)
    return review(work, program, replace(member, purchases=count, last_purchase_at=last), own)


def review(
    work: Work, program: Program, member: MemberRecord, own: Sequence[Activity] = ()
) -> MemberRecord:
    """Work the member's tiers out from all that counts, and write the history if it changed.

    `own` is what counts besides what is stored already.
    """
    by = ground_of(work, program, member)
    now = max(work.now, by.latest or work.now)
    scheme, zone = program.tiers, program.zone
    standings, state = standings_and_state(
        scheme, by.enrolled_at, [*by.activities, *own], by.grants, now, zone
    )
    state = judged_by(state, by)
    retell(work, program, member, standings, by.cut)
    if shares_a_tier(program, member):
        share(work, program, member, state, standings)
    return replace(member, tier=state)

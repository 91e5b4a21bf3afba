"""Where a member stands now, what the next purchase does to it, and what is still missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from loyalty_engine.domain.local_time import add_months
from loyalty_engine.domain.tier_history import given_by_hand, in_force, with_grants
from loyalty_engine.domain.tier_kinds import climb
from loyalty_engine.domain.tier_windows import (
    FOREVER,
    lasts_until,
    tenure,
    tenure_reached,
    window_at,
)
from loyalty_engine.domain.tiers import (
    TENURE,
    Activity,
    Grant,
    Progress,
    Standing,
    State,
    TierScheme,
    WindowKind,
)


def state_of(
    scheme: TierScheme,
    enrolled_at: datetime,
    activities: Iterable[Activity],
    grants: Iterable[Grant],
    now: datetime,
    zone: ZoneInfo,
) -> State:
    """The state at `now` by going through all that counted; it holds until `State.due`."""
    return standings_and_state(scheme, enrolled_at, activities, grants, now, zone)[1]


def standings_and_state(
    scheme: TierScheme,
    enrolled_at: datetime,
    activities: Iterable[Activity],
    grants: Iterable[Grant],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[tuple[Standing, ...], State]:
    """What `replay` and `state_of` answer, for the price of one of them."""
    way = climb(scheme, enrolled_at, activities, now, zone)
    given = given_by_hand(scheme, enrolled_at, grants, zone)
    told = with_grants(way, given) if given else tuple(way.standings)
    rank, until, _ = in_force(way.rank, way.lasting(way.now), given, way.now)
    changes = [it.start for it in given] + [it.end for it in given]
    due = min([way.next_change(), *(it for it in changes if it > way.now)])
    last_at = way.activities[-1][0] if way.activities else enrolled_at
    return told, State(
        tier=scheme.ladder[rank].name,
        since=_unbroken_since(told),
        until=_or_none(until),
        window_from=way.window_from,
        sums=way.sums,
        last_at=max(last_at, enrolled_at),
        enrolled_at=enrolled_at,
        window_until=_or_none(way.window_until),
        due=_or_none(due),
        granted=any(it.end > way.now for it in given),
    )


def advance(
    scheme: TierScheme, state: State, at: datetime, gains: Mapping[str, int], zone: ZoneInfo
) -> State | None:
    """The state after one more activity of `gains` by measure; None where only a replay can say.

    A replay is needed for what comes late, after `due`, under a grant, in rolling windows, and
    for a state that was made under another scheme. `gains` are not negative.
    """
    kind = scheme.window.kind
    rank = scheme.rank.get(state.tier)
    if rank is None or state.sums.keys() != scheme.measures or kind is WindowKind.ROLLING:
        return None
    if state.granted or not _holds_at(state, at) or _is_of_another_window(scheme, state, zone):
        return None
    counted = [it for it in state.sums if gains.get(it)]
    if not counted:
        return state
    if kind is WindowKind.TIER_START and at == state.last_at:
        return None
    sums = dict(state.sums)
    for measure in counted:
        sums[measure] += gains[measure]
    earned = scheme.earned(_with_tenure(scheme, state.enrolled_at, sums, at, zone))
    if earned > rank:
        return _reached(scheme, state, at, sums, earned, zone)
    until = state.until
    if until is not None and earned == rank and kind is not WindowKind.TIER_START:
        until = _requalified(scheme, state, at, zone)
    moved = _moved(state, sums, at, until)
    return moved if until == state.until else replace(moved, due=_due(scheme, moved, at, zone))


def _is_of_another_window(scheme: TierScheme, state: State, zone: ZoneInfo) -> bool:
    """Whether the programme has changed what counts since the state was made."""
    kind = scheme.window.kind
    if (state.window_until is None) is not (kind is WindowKind.LIFETIME):
        return True
    if kind is WindowKind.TIER_START or kind is WindowKind.LIFETIME:
        return False
    window = window_at(scheme, state.enrolled_at, state.window_from, zone)
    return window != (state.window_from, state.window_until)


def _holds_at(state: State, at: datetime) -> bool:
    """Whether an activity at `at` comes next. At the very instant of a fall it does not: what
    happens at one instant happens together, and the fall might not have come about.
    """
    if at < max(state.last_at, state.since, state.window_from):
        return False
    if at == state.since and at != state.enrolled_at:
        return False
    return state.due is None or at < state.due


def progress(scheme: TierScheme, state: State, now: datetime, zone: ZoneInfo) -> Progress:
    """What is missing to climb and to earn the present tier again in the window in force.

    `state` must hold at `now`. `missing` is for the next tier that can be earned at all;
    `keep_missing` is empty where the tier is earned by this window already or cannot be lost.
    """
    assert state.due is None or now < state.due, (state.due, now)
    rank = scheme.rank[state.tier]
    sums = _with_tenure(scheme, state.enrolled_at, state.sums, now, zone)
    above = range(rank + 1, len(scheme.ladder))
    following = next((it for it in above if scheme.ladder[it].needs), None)
    return Progress(
        tier=state.tier,
        since=state.since,
        until=state.until,
        next_tier=None if following is None else scheme.ladder[following].name,
        missing={} if following is None else scheme.missing(following, sums),
        keep_missing={} if state.until is None else scheme.missing(rank, sums),
        period_from=state.window_from,
        period_until=state.window_until,
    )


def _reached(
    scheme: TierScheme,
    state: State,
    at: datetime,
    sums: Mapping[str, int],
    rank: int,
    zone: ZoneInfo,
) -> State:
    window_from, window_until = state.window_from, state.window_until or FOREVER
    until = lasts_until(scheme, state.enrolled_at, at, window_until, zone)
    if scheme.window.kind is WindowKind.TIER_START:
        sums = dict.fromkeys(sums, 0)
        window_from, window_until = at, add_months(at, scheme.window.months, zone)
    moved = replace(
        state,
        tier=scheme.ladder[rank].name,
        since=at,
        until=_or_none(until),
        window_from=window_from,
        window_until=_or_none(window_until),
        sums=sums,
        last_at=at,
    )
    return replace(moved, due=_due(scheme, moved, at, zone))


def _requalified(scheme: TierScheme, state: State, at: datetime, zone: ZoneInfo) -> datetime:
    """How long the present tier lasts now that the window in force earns it (again)."""
    assert state.until is not None
    if not scheme.tenures and scheme.earned(state.sums) == scheme.rank[state.tier]:
        return state.until  # it did so before, and to the same effect
    window_until = state.window_until or FOREVER
    return max(state.until, lasts_until(scheme, state.enrolled_at, at, window_until, zone))


def _moved(state: State, sums: Mapping[str, int], at: datetime, until: datetime | None) -> State:
    """The state with new sums; spelled out, for `replace` would take most of the time."""
    return State(
        tier=state.tier,
        since=state.since,
        until=until,
        window_from=state.window_from,
        sums=sums,
        last_at=at,
        enrolled_at=state.enrolled_at,
        window_until=state.window_until,
        due=state.due,
        granted=state.granted,
        people=state.people,
    )


def _due(scheme: TierScheme, state: State, at: datetime, zone: ZoneInfo) -> datetime | None:
    ends = [state.until or FOREVER, state.window_until or FOREVER]
    for days in scheme.tenures:
        reached = tenure_reached(state.enrolled_at, days, zone)
        if reached > at:
            ends.append(reached)
    return _or_none(min(ends))


def _with_tenure(
    scheme: TierScheme,
    enrolled_at: datetime,
    sums: Mapping[str, int],
    at: datetime,
    zone: ZoneInfo,
) -> Mapping[str, int]:
    return {**sums, TENURE: tenure(enrolled_at, at, zone)} if scheme.tenures else sums


def _unbroken_since(standings: Sequence[Standing]) -> datetime:
    """When the stay in the last tier began that was not interrupted since."""
    *earlier, last = standings
    since = last.since
    for standing in reversed(earlier):
        if standing.tier != last.tier:
            break
        since = standing.since
    return since


def _or_none(instant: datetime) -> datetime | None:
    return None if instant == FOREVER else instant

"""A member's whole tier history, from what counted and what was given by hand.

A purchase that comes late and a return are not events here: they change what counts, and the
history is told anew.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from loyalty_engine.domain.local_time import add_months
from loyalty_engine.domain.tier_climb import Climb
from loyalty_engine.domain.tier_kinds import climb
from loyalty_engine.domain.tier_windows import FOREVER, window_at
from loyalty_engine.domain.tiers import (
    Activity,
    Grant,
    GrantMode,
    Standing,
    TierScheme,
    Why,
    WindowKind,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A grant as it works out for a member: in force from `start` to just before `end`."""

    rank: int
    start: datetime
    end: datetime
    wins: bool


def replay(
    scheme: TierScheme,
    enrolled_at: datetime,
    activities: Iterable[Activity],
    grants: Iterable[Grant],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Standing, ...]:
    """Every standing of a member up to `now`, oldest first, each with an instant of its own.

    The first begins with enrolment. A new one begins when the tier changes, and when a tier goes
    on beyond what was promised before (`kept`). What happens after `now` is left out, so a later
    `now` only adds to the history.
    """
    way = climb(scheme, enrolled_at, activities, now, zone)
    given = given_by_hand(scheme, enrolled_at, grants, zone)
    return with_grants(way, given) if given else tuple(way.standings)


def tier_at(standings: Sequence[Standing], instant: datetime) -> str:
    """The tier in force at `instant`; before enrolment the one the member joined with."""
    index = bisect_right(standings, instant, key=lambda standing: standing.since)
    return standings[max(index - 1, 0)].tier


def corrected(
    before: Sequence[Standing], after: Sequence[Standing], now: datetime
) -> Standing | None:
    """The news that a late purchase, a return or a grant makes: None if the tier stays.

    It begins now: what was told and given in the meantime stands.
    """
    held = after[max(bisect_right(after, now, key=lambda it: it.since) - 1, 0)]
    if held.tier == tier_at(before, now):
        return None
    return Standing(held.tier, now, held.until, Why.CORRECTED)


def given_by_hand(
    scheme: TierScheme, enrolled_at: datetime, grants: Iterable[Grant], zone: ZoneInfo
) -> list[Given]:
    """What the grants come to; those of a tier that the scheme no longer has come to nothing."""
    found = []
    for grant in grants:
        rank = scheme.rank.get(grant.tier)
        start = max(grant.from_at, enrolled_at)
        end = grant.until or FOREVER
        if grant.mode is GrantMode.IGNORED_AT_REVIEW:
            end = min(end, _next_review(scheme, enrolled_at, start, zone))
        if rank is not None and start < end:
            found.append(Given(rank, start, end, grant.mode is GrantMode.WINS))
    return found


def _next_review(
    scheme: TierScheme, enrolled_at: datetime, start: datetime, zone: ZoneInfo
) -> datetime:
    """The end of the window; where windows move, one length of a window later."""
    if scheme.window.kind in {WindowKind.ROLLING, WindowKind.TIER_START}:
        return add_months(start, scheme.window.months, zone)
    return window_at(scheme, enrolled_at, start, zone)[1]


def in_force(
    rank: int, until: datetime, given: Iterable[Given], at: datetime
) -> tuple[int, datetime, bool]:
    """The rank that counts at `at`, how long, and whether by a grant; `rank` is what was earned.

    The newest grant that wins decides, else the highest floor if it lies above what was earned.
    """
    now = [it for it in given if it.start <= at < it.end]
    winning = [it for it in now if it.wins]
    if winning:
        grant = max(winning, key=lambda it: (it.start, it.rank, it.end))
        return grant.rank, grant.end, True
    floor = max((it.rank for it in now), default=-1)
    if floor < rank:
        return rank, until, False
    ends = [it.end for it in now if it.rank == floor]
    return floor, max([*ends, until] if floor == rank else ends), floor > rank


def with_grants(way: Climb, given: Sequence[Given]) -> tuple[Standing, ...]:
    """The climb's standings with the grants laid over them."""
    earned = {it.since: it for it in way.standings}
    instants = {*earned, *(it.start for it in given), *(it.end for it in given)}
    told: list[Standing] = []
    held = way.standings[0]
    for at in sorted(it for it in instants if it <= way.now):
        held = earned.get(at, held)
        rank = way.scheme.rank[held.tier]
        rank, end, by_hand = in_force(rank, held.until or FOREVER, given, at)
        tier, until = way.scheme.ladder[rank].name, None if end == FOREVER else end
        if not told or (tier, until) != (told[-1].tier, told[-1].until):
            told.append(Standing(tier, at, until, _why(way.scheme, told, rank, by_hand)))
    return tuple(told)


def _why(scheme: TierScheme, told: Sequence[Standing], rank: int, by_hand: bool) -> Why:
    if by_hand:
        return Why.GRANTED
    if not told:
        return Why.JOINED
    before = scheme.rank[told[-1].tier]
    return Why.KEPT if rank == before else Why.REACHED if rank > before else Why.LOST

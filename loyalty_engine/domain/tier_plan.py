"""What a plan of purchases, month by month, makes of a member's tiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from loyalty_engine.domain.local_time import day_in, months_later, start_of_day
from loyalty_engine.domain.tier_history import replay, tier_at
from loyalty_engine.domain.tiers import Activity, Standing, TierScheme

MIDDLE = 15
"""The day of the month on which what it counts is taken to happen."""

NOON = timedelta(hours=12)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """A month by its first day, what it counts by measure, and the tier at its end."""

    first: date
    counts: Mapping[str, int]
    tier: str


def simulate(
    scheme: TierScheme,
    joined: date,
    months: Sequence[Mapping[str, int]],
    zone: ZoneInfo,
) -> tuple[tuple[Standing, ...], list[PlannedMonth]]:
    """Every standing, and month by month what counted; the first month is that of joining.

    What a month counts happens at noon of its fifteenth, or of the day after joining if that is
    later; `spend` is in minor units.
    """
    first = joined.replace(day=1)
    enrolled_at = start_of_day(joined, zone)
    starts = [months_later(first, index) for index in range(len(months) + 1)]
    activities = []
    for start, counts in zip(starts, months, strict=False):
        day = max(day_in(start.year, start.month, MIDDLE), joined + A_DAY)
        at = start_of_day(day, zone) + NOON
        activities += [Activity(at, measure, amount) for measure, amount in counts.items()]
    ends = [start_of_day(start, zone) for start in starts[1:]]
    standings = replay(scheme, enrolled_at, activities, (), _last(ends, enrolled_at), zone)
    told = [
        PlannedMonth(start, counts, tier_at(standings, end - timedelta(microseconds=1)))
        for start, end, counts in zip(starts, ends, months, strict=False)
    ]
    return standings, told


def _last(ends: Sequence[datetime], enrolled_at: datetime) -> datetime:
    """The last instant of the plan; a tier that ends with it has ended."""
    return ends[-1] if ends else enrolled_at

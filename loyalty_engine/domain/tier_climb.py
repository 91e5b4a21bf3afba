"""A member's way up and down the ladder, instant by instant, from what counted.

Earning a tier is a claim to it up to some instant; a claim to a tier is one to all below. At any
moment a member stands in the highest tier with a claim that still runs. So more activity never
means less, order of arrival does not matter, and the whole history follows from what counts.
(The one exception is `tier_start`: there the windows themselves move with what was reached.)

Everything of one instant happens together: windows turn, old activity falls out, new activity
counts, then the standing is settled, and settled once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from loyalty_engine.domain.tier_windows import (
    FOREVER,
    landing_until,
    tenure,
    tenure_reached,
    window_at,
)
from loyalty_engine.domain.tiers import (
    TENURE,
    Activity,
    Down,
    Standing,
    TierScheme,
    Why,
)

LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Earlier than any instant."""


class Climb(ABC):
    """Where the member stands after all that happened up to `now`, and the way there.

    Grants are not part of it. `now` is not before `enrolled_at`; later activity is left out.
    """

    def __init__(
        self,
        scheme: TierScheme,
        enrolled_at: datetime,
        activities: Iterable[Activity],
        now: datetime,
        zone: ZoneInfo,
    ) -> None:
        self.scheme = scheme
        self.enrolled_at = enrolled_at
        self.now = now
        self.zone = zone
        self.window_from, self.window_until = window_at(scheme, enrolled_at, enrolled_at, zone)
        self.sums = dict.fromkeys(sorted(scheme.measures), 0)
        self.rank = 0
        self.standings: list[Standing] = []
        self.activities = self._by_instant(activities)
        self._taken = 0
        self._claims = [LONG_AGO] * len(scheme.ladder)
        self._review = LONG_AGO
        self._tenures = [tenure_reached(enrolled_at, days, zone) for days in scheme.tenures]
        self._prepare()
        self._next_activity = self.activities[0][0] if self.activities else FOREVER
        self._next_tenure = self._tenures[0] if self._tenures else FOREVER

    @abstractmethod
    def _prepare(self) -> None:
        """Set up what the kind of window keeps."""

    def _by_instant(self, activities: Iterable[Activity]) -> list[tuple[datetime, dict[str, int]]]:
        """What counts, oldest first, the activities of one instant together."""
        measures, now = self.scheme.measures, self.now
        together: list[tuple[datetime, dict[str, int]]] = []
        last = LONG_AGO
        for it in sorted(activities, key=attrgetter("at")):
            if it.amount and it.measure in measures and it.at <= now:
                if it.at != last:
                    last = it.at
                    together.append((last, {}))
                gains = together[-1][1]
                gains[it.measure] = gains.get(it.measure, 0) + it.amount
        return together

    def run(self) -> "Climb":
        """Go from enrolment to `now`."""
        at = self.enrolled_at
        while at <= self.now:
            if at >= self._next_tenure:
                self._count_tenure(at)
            earned = self._arrive(at)
            # A tier lasts until its review at least: before that there is only the way up.
            if earned > self.rank or at >= self._review:
                self._settle(at)
            at = self._next_event()
        return self

    def lasting(self, at: datetime) -> datetime:
        """How long the tier lasts, seen from `at`, if nothing more counts."""
        if not self.rank or self.scheme.down is Down.NEVER:
            return FOREVER
        return max(self._claims[self.rank :])

    def next_change(self) -> datetime:
        """When tier, window or sums change next if nothing more counts."""
        return min(self.lasting(self.now), self.window_until, self._next_tenure)

    @abstractmethod
    def _arrive(self, at: datetime) -> int:
        """Turn windows, count what happened at `at`, lay claim to what that earned: the rank."""

    def _next_event(self) -> datetime:
        return min(self._review, self.window_until, self._next_tenure, self._next_activity)

    def _take(self, at: datetime) -> None:
        """Add what happened up to `at` to the sums."""
        while self._next_activity <= at:
            for measure, amount in self.activities[self._taken][1].items():
                self.sums[measure] += amount
            self._taken += 1
            left = self._taken < len(self.activities)
            self._next_activity = self.activities[self._taken][0] if left else FOREVER

    def _earned(self, at: datetime, sums: dict[str, int]) -> int:
        if self._tenures:
            sums = {**sums, TENURE: tenure(self.enrolled_at, at, self.zone)}
        return self.scheme.earned(sums)

    def _count_tenure(self, at: datetime) -> None:
        """What membership earns by its length alone is never lost again."""
        for days, reached in zip(self.scheme.tenures, self._tenures, strict=True):
            if reached <= at:
                self._claim(self.scheme.earned({TENURE: days}), FOREVER)
        self._next_tenure = min((it for it in self._tenures if it > at), default=FOREVER)

    def _claim(self, rank: int, until: datetime) -> None:
        self._claims[rank] = max(self._claims[rank], until)

    def _held(self, at: datetime) -> int:
        """The highest tier that a claim still holds at `at`."""
        for rank in range(len(self._claims) - 1, 0, -1):
            if self._claims[rank] > at:
                return rank
        return 0

    def _settle(self, at: datetime) -> None:
        """Move to the tier that is due now, and note it where that is news."""
        due = self._held(at)
        if due < self.rank and self.scheme.down is Down.ONE_STEP:
            due = max(due, self._land(at))
        if not self.standings:
            why = Why.JOINED
        elif due > self.rank:
            why = Why.REACHED
        elif due < self.rank:
            why = Why.LOST
        elif at >= self._review:
            why = Why.KEPT
        else:
            return
        self.rank = due
        self._review = self.lasting(at)
        until = None if self._review == FOREVER else self._review
        self.standings.append(Standing(self.scheme.ladder[due].name, at, until, why))

    def _land(self, at: datetime) -> int:
        """Give the tier one step down for a period; its rank."""
        step = self.rank - 1
        self._claim(step, landing_until(self.scheme, at, self.window_until, self.zone))
        return step

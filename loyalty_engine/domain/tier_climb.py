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
from zoneinfo import ZoneInfo

from loyalty_engine.domain.local_time import add_months
from loyalty_engine.domain.tier_windows import (
    FOREVER,
    landing_until,
    lasts_until,
    tenure,
    tenure_reached,
    window_at,
    with_grace,
)
from loyalty_engine.domain.tiers import (
    TENURE,
    Activity,
    Down,
    Keep,
    Standing,
    TierScheme,
    Why,
    WindowKind,
)

_NO_CLAIM = datetime.min.replace(tzinfo=UTC)


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
        self._claims = [_NO_CLAIM] * len(scheme.ladder)
        self._review = FOREVER
        self._tenures = [tenure_reached(enrolled_at, days, zone) for days in scheme.tenures]
        self._tenures_passed = 0
        self._prepare()

    @abstractmethod
    def _prepare(self) -> None:
        """Set up what the kind of window keeps."""

    def _by_instant(self, activities: Iterable[Activity]) -> list[tuple[datetime, dict[str, int]]]:
        """What counts, oldest first, the activities of one instant together."""
        together: dict[datetime, dict[str, int]] = {}
        measures, now = self.scheme.measures, self.now
        for activity in activities:
            if activity.amount and activity.measure in measures and activity.at <= now:
                gains = together.setdefault(activity.at, {})
                gains[activity.measure] = gains.get(activity.measure, 0) + activity.amount
        return sorted(together.items())

    def run(self) -> "Climb":
        """Go from enrolment to `now`."""
        at = self.enrolled_at
        while at <= self.now:
            self._count_tenure(at)
            self._arrive(at)
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
        return min(self.lasting(self.now), self.window_until, self._next_tenure())

    @abstractmethod
    def _arrive(self, at: datetime) -> None:
        """Turn windows, count what happened at `at`, and lay claim to what that earned."""

    def _next_event(self) -> datetime:
        at = min(self._review, self.window_until, self._next_tenure())
        if self._taken < len(self.activities):
            at = min(at, self.activities[self._taken][0])
        return at

    def _take(self, at: datetime) -> bool:
        """Add what happened up to `at` to the sums; say whether anything did."""
        before = self._taken
        while self._taken < len(self.activities) and self.activities[self._taken][0] <= at:
            for measure, amount in self.activities[self._taken][1].items():
                self.sums[measure] += amount
            self._taken += 1
        return self._taken > before

    def _earned(self, at: datetime, sums: dict[str, int] | None = None) -> int:
        sums = self.sums if sums is None else sums
        if self.scheme.tenures:
            sums = {**sums, TENURE: tenure(self.enrolled_at, at, self.zone)}
        return self.scheme.earned(sums)

    def _next_tenure(self) -> datetime:
        later = self._tenures[self._tenures_passed :]
        return later[0] if later else FOREVER

    def _count_tenure(self, at: datetime) -> None:
        """What membership earns by its length alone is never lost again."""
        while self._next_tenure() <= at:
            days = self.scheme.tenures[self._tenures_passed]
            self._claim(self.scheme.earned({TENURE: days}), FOREVER)
            self._tenures_passed += 1

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
        if due < self.rank and self.scheme.down is not Down.TO_EARNED:
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
        if self.scheme.down is Down.NEVER:
            return self.rank
        step = self.rank - 1
        self._claim(step, landing_until(self.scheme, at, self.window_until, self.zone))
        return step


class _FixedWindows(Climb):
    """`calendar_year`, `anniversary`, `lifetime`: windows that nothing moves.

    What was bought before enrolment and claimed afterwards counts in the calendar year of its
    own date; years of membership and lifetime count it from the start.
    """

    def _prepare(self) -> None:
        if self.scheme.window.kind is WindowKind.CALENDAR_YEAR:
            self.activities = [it for it in self.activities if it[0] >= self.window_from]
        self._lasts: datetime | None = None

    def _arrive(self, at: datetime) -> None:
        if at >= self.window_until:
            window = window_at(self.scheme, self.enrolled_at, at, self.zone)
            self.window_from, self.window_until = window
            self.sums = dict.fromkeys(self.sums, 0)
            self._lasts = None
        self._take(at)
        if earned := self._earned(at):
            self._lasts = self._lasts or lasts_until(
                self.scheme, self.enrolled_at, at, self.window_until, self.zone
            )
            self._claim(earned, self._lasts)


class _SinceTierStart(Climb):
    """`tier_start`: a window begins anew, with nothing in it, when a tier is reached and at its
    own end; there the tier is kept, or a lower one earned, by what was in it.

    What was bought before enrolment and claimed afterwards counts in the first window.
    """

    def _prepare(self) -> None:
        pass

    def _arrive(self, at: datetime) -> None:
        if at >= self.window_until:
            self._begin_window(at, self._earned(at))
        self._take(at)
        earned = self._earned(at)
        if earned > self._held(at):
            self._begin_window(at, earned)

    def _begin_window(self, at: datetime, earned: int) -> None:
        if earned:
            until = lasts_until(self.scheme, self.enrolled_at, at, self.window_until, self.zone)
            self._claim(earned, until)
        self.window_from = at
        self.window_until = add_months(at, self.scheme.window.months, self.zone)
        self.sums = dict.fromkeys(self.sums, 0)


class _Rolling(Climb):
    """`rolling`: each activity falls out so many months after it, to the instant."""

    def _prepare(self) -> None:
        months = self.scheme.window.months
        self._falls_out = sorted(
            (add_months(at, months, self.zone), index)
            for index, (at, _) in enumerate(self.activities)
        )
        self._fallen = 0

    def run(self) -> Climb:
        super().run()
        self._let_fall_out(self.now)
        self.window_from, _ = window_at(self.scheme, self.enrolled_at, self.now, self.zone)
        return self

    def next_change(self) -> datetime:
        return min(super().next_change(), self._next_fall())

    def _next_fall(self) -> datetime:
        done = self._fallen >= len(self._falls_out)
        return FOREVER if done else self._falls_out[self._fallen][0]

    def _let_fall_out(self, at: datetime) -> None:
        while self._next_fall() <= at:
            _, index = self._falls_out[self._fallen]
            for measure, amount in self.activities[index][1].items():
                self.sums[measure] -= amount
            self._fallen += 1


class _RollingFromActivity(_Rolling):
    """A tier lasts for the length of the window from the last instant that earned it: that of
    an activity, or of the day on which the length of membership completed what was needed.
    """

    def _arrive(self, at: datetime) -> None:
        new = self._take(at)
        self._let_fall_out(at)
        if (new or at in self._tenures) and (earned := self._earned(at)):
            until = lasts_until(self.scheme, self.enrolled_at, at, FOREVER, self.zone)
            self._claim(earned, until)


class _RollingWhileEnough(_Rolling):
    """A tier lasts as long as the window suffices for it, and the grace."""

    def _prepare(self) -> None:
        super()._prepare()
        self._enough_for = 0

    def lasting(self, at: datetime) -> datetime:
        until = super().lasting(at)
        if self._enough_for < self.rank or until == FOREVER:
            return until
        sums = dict(self.sums)
        for fall, index in self._falls_out[self._fallen :]:
            if index >= self._taken:
                continue
            for measure, amount in self.activities[index][1].items():
                sums[measure] -= amount
            if self._earned(fall, sums) < self.rank:
                return max(until, with_grace(self.scheme, fall, self.zone))
        return FOREVER

    def _next_event(self) -> datetime:
        return min(super()._next_event(), self._next_fall())

    def _arrive(self, at: datetime) -> None:
        self._take(at)
        self._let_fall_out(at)
        before, self._enough_for = self._enough_for, self._earned(at)
        if self._enough_for < before:
            self._claim(before, with_grace(self.scheme, at, self.zone))

    def _held(self, at: datetime) -> int:
        return max(self._enough_for, super()._held(at))


def climb(
    scheme: TierScheme,
    enrolled_at: datetime,
    activities: Iterable[Activity],
    now: datetime,
    zone: ZoneInfo,
) -> Climb:
    """The climb in the kind of windows that the scheme declares, from enrolment to `now`."""
    kind: type[Climb] = _FixedWindows
    if scheme.window.kind is WindowKind.TIER_START:
        kind = _SinceTierStart
    elif scheme.window.kind is WindowKind.ROLLING:
        following = scheme.keep is Keep.END_OF_NEXT_PERIOD
        kind = _RollingFromActivity if following else _RollingWhileEnough
    return kind(scheme, enrolled_at, activities, max(now, enrolled_at), zone).run()

"""A climb for each kind of window that a tier scheme can declare."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from loyalty_engine.domain.local_time import add_months
from loyalty_engine.domain.tier_climb import Climb
from loyalty_engine.domain.tier_windows import FOREVER, lasts_until, window_at, with_grace
from loyalty_engine.domain.tiers import Activity, Down, Keep, TierScheme, WindowKind


class _FixedWindows(Climb):
    """`calendar_year`, `anniversary`, `lifetime`: windows that nothing moves.

    What was bought before enrolment and claimed afterwards counts in the calendar year of its
    own date; years of membership and lifetime count it from the start.
    """

    def _prepare(self) -> None:
        if self.scheme.window.kind is WindowKind.CALENDAR_YEAR:
            self.activities = [it for it in self.activities if it[0] >= self.window_from]
        self._lasts: datetime | None = None

    def _arrive(self, at: datetime) -> int:
        if at >= self.window_until:
            window = window_at(self.scheme, self.enrolled_at, at, self.zone)
            self.window_from, self.window_until = window
            self.sums = dict.fromkeys(self.sums, 0)
            self._lasts = None
        self._take(at)
        earned = self._earned(at, self.sums)
        if earned:
            self._lasts = self._lasts or lasts_until(
                self.scheme, self.enrolled_at, at, self.window_until, self.zone
            )
            self._claim(earned, self._lasts)
        return earned


class _SinceTierStart(Climb):
    """`tier_start`: a window begins anew, with nothing in it, when a tier is reached and at its
    own end; there the tier is kept, or a lower one earned, by what was in it.

    What was bought before enrolment and claimed afterwards counts in the first window.
    """

    def _prepare(self) -> None:
        pass

    def _arrive(self, at: datetime) -> int:
        if at >= self.window_until:
            self._begin_window(at, self._earned(at, self.sums))
        self._take(at)
        earned = self._earned(at, self.sums)
        if earned > self._held(at):
            self._begin_window(at, earned)
        return earned

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
        self._falls = [add_months(at, months, self.zone) for at, _ in self.activities]
        self._falls_out = sorted((at, index) for index, at in enumerate(self._falls))
        self._fallen = 0
        self._next_fall = self._falls_out[0][0] if self._falls_out else FOREVER

    def run(self) -> Climb:
        super().run()
        self._let_fall_out(self.now)
        self.window_from, _ = window_at(self.scheme, self.enrolled_at, self.now, self.zone)
        return self

    def next_change(self) -> datetime:
        return min(super().next_change(), self._next_fall)

    def _let_fall_out(self, at: datetime) -> None:
        while self._next_fall <= at:
            _, index = self._falls_out[self._fallen]
            for measure, amount in self.activities[index][1].items():
                self.sums[measure] -= amount
            self._fallen += 1
            left = self._fallen < len(self._falls_out)
            self._next_fall = self._falls_out[self._fallen][0] if left else FOREVER


class _RollingFromActivity(_Rolling):
    """A tier lasts for the length of the window from the last instant that earned it: that of
    an activity, or of the day on which the length of membership completed what was needed.
    """

    def _arrive(self, at: datetime) -> int:
        is_new = at >= self._next_activity
        self._take(at)
        self._let_fall_out(at)
        earned = self._earned(at, self.sums)
        if earned and (is_new or at in self._tenures):
            self._claim(earned, self._until(at))
        return earned

    def _until(self, at: datetime) -> datetime:
        last = self._taken - 1
        if self.scheme.down is Down.NEVER or last < 0 or self.activities[last][0] != at:
            return lasts_until(self.scheme, self.enrolled_at, at, FOREVER, self.zone)
        return with_grace(self.scheme, self._falls[last], self.zone)  # the same, known already


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
        return min(super()._next_event(), self._next_fall)

    def _arrive(self, at: datetime) -> int:
        self._take(at)
        self._let_fall_out(at)
        before, self._enough_for = self._enough_for, self._earned(at, self.sums)
        if self._enough_for < before:
            self._claim(before, with_grace(self.scheme, at, self.zone))
        return self._enough_for

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

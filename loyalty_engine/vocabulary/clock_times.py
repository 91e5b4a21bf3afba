"""Times of day on the clocks of a zone, which are put forward and back: when hours begin."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from loyalty_engine.rulebook.words import Near

DAYS_AHEAD = 3
"""Hours that the clocks skip today are there tomorrow."""

SECOND = timedelta(seconds=1)


def seconds_until(opens: time, within: Callable[[time], bool], local: datetime) -> Near | None:
    """How long it takes from `local` until the clocks show `opens`, or skip it into the hours."""
    now = local.astimezone(UTC)
    for ahead in range(DAYS_AHEAD):
        day = datetime.combine(local.date() + timedelta(days=ahead), opens, local.tzinfo)
        # The same time may come twice, or not at all: then it lies between the two answers.
        first, second = (day.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        several = (first, second) if first <= second else (_skipped(second, first, day),)
        for then in several:
            if then > now and within(then.astimezone(local.tzinfo).time()):
                return Near(-((now - then) // SECOND), "seconds")
    return None


def _skipped(early: datetime, late: datetime, wanted: datetime) -> datetime:
    """The first second, between two instants, at which the clocks are at `wanted` or past it."""
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        shown = middle.astimezone(wanted.tzinfo).replace(tzinfo=None)
        if shown >= wanted.replace(tzinfo=None):
            late = middle
        else:
            early = middle
    return late

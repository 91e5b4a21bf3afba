"""Calendar arithmetic in a programme's time zone: what a month, a day and their ends are.

Instants come and go in UTC. A local time that a clock change skips moves forward by what was
skipped; one that happens twice is taken the first time.
"""

from calendar import isleap
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo


class RoundUp(StrEnum):
    """To the end of what an instant is moved; weeks end with Sunday."""

    NONE = "none"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS_OF = {RoundUp.MONTH: 1, RoundUp.QUARTER: 3, RoundUp.HALF_YEAR: 6, RoundUp.YEAR: 12}


def day_in(year: int, month: int, day: int) -> date:
    """That day, or the month's last where it has no such day."""
    return date(year, month, _clamp(year, month, day))


def _clamp(year: int, month: int, day: int) -> int:
    if day <= 28:
        return day
    return min(day, _LENGTHS[month] + (month == 2 and isleap(year)))


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on (back, if negative), clamped to its last."""
    years, month = divmod(day.month - 1 + months, 12)
    return day_in(day.year + years, month + 1, day.day)


@lru_cache(maxsize=4096)
def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day; where midnight is skipped, the one after the gap."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The local day on which `moment` falls."""
    return moment.astimezone(zone).date()


def add_months(moment: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The same local time so many months on: 31 January and one month is the end of February."""
    return add_calendar(moment, months, 0, zone)


def add_calendar(moment: datetime, months: int, days: int, zone: ZoneInfo) -> datetime:
    """First the months, clamped, then the days; both keep the local time of day."""
    if not months and not days:
        return moment
    at = moment.astimezone(zone)
    years, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + years, month + 1
    day = _clamp(year, month, at.day)
    clock = (at.hour, at.minute, at.second, at.microsecond)
    moved = datetime(year, month, day, *clock, tzinfo=zone)  # twice as fast as replace()
    if days:
        moved += timedelta(days=days)  # within a zone this keeps the local time
    return moved.astimezone(UTC)


def end_of(moment: datetime, stretch: RoundUp, zone: ZoneInfo) -> datetime:
    """The first instant after the local day, week … that holds `moment`; for `none` itself."""
    if stretch is RoundUp.NONE:
        return moment
    return start_of_day(_day_after(local_day(moment, zone), stretch), zone)


def _day_after(day: date, stretch: RoundUp) -> date:
    if stretch is RoundUp.DAY:
        return day + timedelta(days=1)
    if stretch is RoundUp.WEEK:
        return day + timedelta(days=7 - day.weekday())
    months = _MONTHS_OF[stretch]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return months_later(first, months)


def whole_stretches(end: datetime, months: int, days: int, to: RoundUp, zone: ZoneInfo) -> datetime:
    """What comes `months` and `days` after something that ran to just before `end`.

    Reckoned in whole days, so that what ended later never comes out earlier: an `end` within a
    day counts as the end of that day. The result is again the first instant after; rounding up
    leaves it where a stretch ends already (31 December is the end of its month, not of January).
    """
    first_after = local_day(end - timedelta(microseconds=1), zone) + timedelta(days=1)
    day = months_later(first_after, months) + timedelta(days=days)
    if to is not RoundUp.NONE:
        day = _day_after(day - timedelta(days=1), to)
    return start_of_day(day, zone)

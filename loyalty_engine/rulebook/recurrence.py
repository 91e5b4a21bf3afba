"""Days that come again by a rule of iCalendar (RFC 5545): FREQ=MONTHLY;BYDAY=1SA.

Whether a day is one of them is answered from the day alone, never by going through all days before
it, so no rule can take long.
"""

from calendar import isleap, monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.easter import easter

_DAY = timedelta(days=1)


class Frequency(StrEnum):
    """How long a period is."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True)
class Recurrence:
    """Every `interval`th period counted from that of `anchor`, and the days of it that fit.

    `weekdays` are pairs of an ordinal (0 for every one) and a weekday from 0 for Monday. `easter`
    are days after Easter Sunday. `positions` are of the fitting days of a period, from 1, or from
    -1 for the last.
    """

    frequency: Frequency
    anchor: date
    interval: int = 1
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    days_of_year: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    easter: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def covers(self, day: date) -> bool:
        """Whether `day` is one of them; none lies before `anchor`."""
        if day < self.anchor or self._period(day) % self.interval or not self._fits(day):
            return False
        if not self.positions:
            return True
        fitting = [each for each in self._days_around(day) if self._fits(each)]
        at = fitting.index(day)
        return at + 1 in self.positions or at - len(fitting) in self.positions

    def _period(self, day: date) -> int:
        """How many periods after that of the anchor a day lies."""
        anchor = self.anchor
        if self.frequency is Frequency.DAILY:
            return (day - anchor).days
        if self.frequency is Frequency.WEEKLY:
            return (self._week_of(day) - self._week_of(anchor)).days // 7
        if self.frequency is Frequency.MONTHLY:
            return 12 * (day.year - anchor.year) + day.month - anchor.month
        return day.year - anchor.year

    def _week_of(self, day: date) -> date:
        return day - (day.weekday() - self.week_start) % 7 * _DAY

    def _days_around(self, day: date) -> Sequence[date]:
        """All days of the period in which a day lies."""
        first, length = day, 1
        if self.frequency is Frequency.WEEKLY:
            first, length = self._week_of(day), 7
        elif self.frequency is Frequency.MONTHLY:
            first, length = day.replace(day=1), monthrange(day.year, day.month)[1]
        elif self.frequency is Frequency.YEARLY:
            first, length = date(day.year, 1, 1), _days_in(day.year)
        return [first + number * _DAY for number in range(length)]

    def _fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.days and not _among(day.day, monthrange(day.year, day.month)[1], self.days):
            return False
        number, whole = day.timetuple().tm_yday, _days_in(day.year)
        if self.days_of_year and not _among(number, whole, self.days_of_year):
            return False
        if self.weeks and not _among(day.isocalendar().week, _weeks_in(day), self.weeks):
            return False
        if self.weekdays and not self._is_weekday(day, number, whole):
            return False
        return not self.easter or (day - easter(day.year)).days in self.easter

    def _is_weekday(self, day: date, number: int, whole: int) -> bool:
        """An ordinal counts in the month, and in the year where no month is named."""
        if self.frequency is Frequency.MONTHLY or self.months:
            number, whole = day.day, monthrange(day.year, day.month)[1]
        ordinals = {0, (number + 6) // 7, -((whole - number) // 7 + 1)}
        return any(
            weekday == day.weekday() and ordinal in ordinals for ordinal, weekday in self.weekdays
        )


def _among(number: int, whole: int, wanted: Collection[int]) -> bool:
    """Whether it is a number that is wanted, counted from 1 or, below zero, from the end."""
    return number in wanted or number - whole - 1 in wanted


def _days_in(year: int) -> int:
    return 366 if isleap(year) else 365


def _weeks_in(day: date) -> int:
    return date(day.isocalendar().year, 12, 28).isocalendar().week

"""Days that come back every year: how far a date is from its celebration."""

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, date

from loyalty_engine.rulebook.words import Near


def celebrated(day: date, year: int) -> date:
    """When `day` is celebrated in `year`: 29 February on the 28th where there is no 29th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def days_until(day: date, today: date, days_before: int, days_after: int) -> Near | None:
    """How far the next stretch around a celebration of `day` lies ahead; None within one."""
    if within(day, today, days_before, days_after):
        return None
    for year in range(max(today.year, day.year + 1), min(today.year + 3, MAXYEAR + 1)):
        ahead = (celebrated(day, year) - today).days - days_before
        if ahead > 0:
            return Near(ahead, "days")
    return None


def celebrations_near(day: date, today: date) -> Iterator[date]:
    """The celebrations of `day` in the year of `today` and the years around it, the first aside.

    Around New Year the nearest one may lie in another year. The day itself is no celebration.
    """
    for year in range(max(today.year - 1, MINYEAR), min(today.year + 1, MAXYEAR) + 1):
        if year > day.year:
            yield celebrated(day, year)


def within(day: date, today: date, days_before: int, days_after: int) -> bool:
    """Whether `today` is at most so many days before or after a celebration of `day`."""
    return any(
        -days_before <= (today - each).days <= days_after for each in celebrations_near(day, today)
    )

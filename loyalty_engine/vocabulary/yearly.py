"""Days that come back every year: how far a date is from its celebration."""

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, date


def celebrated(day: date, year: int) -> date:
    """When `day` is celebrated in `year`: 29 February on the 28th where there is no 29th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


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

"""Lengths of time, days of the year and spans of months, as people write them."""

import re
from dataclasses import dataclass

from loyalty_engine.rulebook.faults import nearest, shown
from loyalty_engine.rulebook.parsing.plain_values import Misread

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
LONGEST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_PART = re.compile(r"([0-9]{1,9}) ?([a-z]+)(?: |\Z)", re.ASCII)
_DAY = re.compile(r"([0-9]{1,2}) ([A-Za-z]+)\Z", re.ASCII)
_SPAN = re.compile(r"([A-Za-z]+)(?: ?(?:to|-) ?([A-Za-z]+))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time on the calendar; weeks are counted as days."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0

    @property
    def all_months(self) -> int:
        """Years and months together."""
        return 12 * self.years + self.months


def read_length(text: str, *units: str) -> Length:
    """`12 months`, `1 year 6 months`, `14 days`; only `units` can be named. Raises Misread."""
    counts: dict[str, int] = {}
    rest = text
    while found := _PART.match(rest):
        unit = found[2] if found[2].endswith("s") else found[2] + "s"
        if unit not in units or unit in counts:
            like = None if unit in counts else nearest(unit, units)
            raise Misread(f"{shown(text)} is not a length in {_or(units)}", like)
        counts[unit] = int(found[1])
        rest = rest[found.end() :]
    if rest or not counts:
        raise Misread(f"{shown(text)} is not a length such as 12 {units[-2]}")
    return Length(
        counts.get("years", 0),
        counts.get("months", 0),
        counts.get("days", 0) + 7 * counts.get("weeks", 0),
        counts.get("hours", 0),
        counts.get("minutes", 0),
    )


def read_day_of_year(text: str) -> tuple[int, int]:
    """`31 dec` or `31 december` as month and day. Raises Misread."""
    found = _DAY.match(text)
    if found is None:
        raise Misread(f"{shown(text)} is not a day of the year such as 31 dec")
    month, day = _month(found[2]), int(found[1])
    if not 1 <= day <= LONGEST_DAYS[month - 1]:
        raise Misread(f"there is no day {text}")
    return month, day


def read_months(text: str) -> tuple[int, int]:
    """`jan to oct` as its first and last month, `nov` as one. Raises Misread."""
    found = _SPAN.match(text)
    if found is None:
        raise Misread(f"{shown(text)} is not a span of months such as jan to oct")
    first = _month(found[1])
    last = _month(found[2]) if found[2] else first
    if last < first:
        raise Misread(f"'{text}' passes New Year; write two entries, one for each year")
    return first, last


def _month(text: str) -> int:
    name = text.lower()
    for number, month in enumerate(MONTHS, start=1):
        if name in {month, month[:3]}:
            return number
    raise Misread(f"{shown(text)} is not the name of a month", nearest(name, MONTHS))


def _or(units: tuple[str, ...]) -> str:
    return f"{', '.join(units[:-1])} or {units[-1]}" if len(units) > 1 else units[0]

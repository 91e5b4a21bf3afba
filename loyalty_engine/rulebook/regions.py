"""Where a word holds, as regions of values: what checks compare without any purchase at hand.

A region of a dimension is a set of values. Regions are met (both hold), compared (one lies within
another) and turned inside out; each answer is exact, or None where the region cannot tell.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, time
from typing import Final

from loyalty_engine.rulebook.regions_of_paths import Holding, Under
from loyalty_engine.rulebook.regions_of_values import Among, Spans

MINUTES: Final = 60
HOURS_OF_A_DAY: Final = 24

AWAY: Final = "days since the last purchase"
"""Absent for guests and before a first purchase."""

MEMBER_FOR: Final = "days since enrolment"
SPOKEN: Final = "language of the member"
MINUTE: Final = "minute of the day"
PRICE: Final = "price of the line"
MARKED_DOWN: Final = "discount of the line"
"""Dimensions beside those of `dimensions`; words may use keys of their own as well."""

Region = Among | Spans | Under | Holding

Box = Mapping[Hashable, Region]
"""A region in each of several dimensions, in all of them at once."""

EVERYWHERE: Final[Box] = {}


def met(one: Region, other: Region) -> Region:
    """What lies in both; the first alone where they are of different kinds, which is no less."""
    if isinstance(one, Among) and isinstance(other, Among):
        return one.meet(other)
    if isinstance(one, Spans) and isinstance(other, Spans):
        return one.meet(other)
    if isinstance(one, Under) and isinstance(other, Under):
        return one.meet(other)
    if isinstance(one, Holding) and isinstance(other, Holding):
        return one.meet(other)
    return one


def lies_within(one: Region, other: Region) -> bool:
    """Whether all of the first surely lies in the second."""
    if isinstance(one, Among) and isinstance(other, Among):
        return one.within(other)
    if isinstance(one, Spans) and isinstance(other, Spans):
        return one.within(other)
    if isinstance(one, Under) and isinstance(other, Under):
        return one.within(other)
    return isinstance(one, Holding) and isinstance(other, Holding) and one.within(other)


# --- how words tell their regions ----------------------------------------------------------------


def one_of(values: Iterable[Hashable]) -> Among:
    """One of these values."""
    return Among(frozenset(values))


def at_least(number: int) -> Spans:
    """This number or more."""
    return Spans(((number, None),))


def numbers(values: Iterable[int]) -> Spans:
    """One of these whole numbers."""
    return Spans(tuple((value, value + 1) for value in sorted(set(values))))


def multiples(step: int) -> Spans:
    """A multiple of a number, from that on."""
    return Spans(((step, None),), step=step)


def days(*spans: tuple[date, date]) -> Spans:
    """Days from the first to the last of each span, both included."""
    return numbers_between((first.toordinal(), last.toordinal() + 1) for first, last in spans)


def clock(begin: time, end: time) -> Spans:
    """Minutes of the day from one time to just before another, past midnight too."""
    first, last = (it.hour * MINUTES + it.minute for it in (begin, end))
    if first < last:
        return Spans(((first, last),))
    return numbers_between(((0, last), (first, HOURS_OF_A_DAY * MINUTES)))


def under(paths: Iterable[str], sign: str = "/") -> Under:
    """At or below one of these paths."""
    return Under(frozenset(paths), sign=sign)


def holding(values: Iterable[Hashable], sign: str = "") -> Holding:
    """At least one of these values among all there are."""
    return Holding((frozenset(values),), sign=sign)


def numbers_between(spans: Iterable[tuple[int, int]]) -> Spans:
    """From the first to just before the second of each pair; pairs that overlap become one."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return Spans(tuple(joined))

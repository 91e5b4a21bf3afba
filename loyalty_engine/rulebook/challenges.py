"""Challenges of a programme: one file each, what counts, what it is for, and in which time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from loyalty_engine.domain.challenges import Scheme
from loyalty_engine.domain.local_time import RoundUp, add_calendar, end_of, start_of_day
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.calendar_values import Length
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.words import Condition, Effect


class Each(StrEnum):
    """How long a card lasts before a new one begins, in the programme's zone."""

    LIFE = "life"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Owner(StrEnum):
    """Whose card it is."""

    MEMBER = "member"
    HOUSEHOLD = "household"


JOINED = "joined"
"""The name of the time after joining, which is every member's own."""

_ROUND = {
    Each.WEEK: RoundUp.WEEK,
    Each.MONTH: RoundUp.MONTH,
    Each.QUARTER: RoundUp.QUARTER,
    Each.YEAR: RoundUp.YEAR,
}


@dataclass(frozen=True)
class Prize:
    """What reaching a goal gives: what the words say, a tier for a while, a reward for nothing."""

    then: tuple[Effect, ...] = ()
    tier: str = ""
    lasts: Length | None = None
    reward: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A card's time: its name, its first instant and the first one after; None without end."""

    name: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class Challenge:
    """One challenge file. `rule` says what counts and when, `scheme` how it is added up.

    `prizes` are those of `scheme.goals`, in their order. Members may take part who meet `who`, of
    their own accord where it is `opt_in`. `within` is how long after joining it can be done.
    """

    rule: Rule
    scheme: Scheme
    prizes: tuple[Prize, ...]
    text: Mapping[str, str] = field(default_factory=dict)
    one: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, str] = field(default_factory=dict)
    who: tuple[Condition, ...] = ()
    each: Each = Each.LIFE
    within: Length | None = None
    opt_in: bool = False
    owner: Owner = Owner.MEMBER

    @property
    def id(self) -> str:
        """Its name in the programme."""
        return self.rule.id

    @property
    def place(self) -> Place:
        """Where its file names it."""
        return self.rule.place

    @cached_property
    def of_events(self) -> bool:
        """Whether events that are no purchases move it on."""
        return self.rule.of_events

    def window(self, at: datetime, joined: datetime, program: Program) -> Window | None:
        """The card that an instant belongs to; None where it belongs to none."""
        zone = program.zone
        day = at.astimezone(zone).date()
        if not self.rule.live_on(day):
            return None
        starts, ends = [], []
        if self.rule.start is not None:
            starts.append(start_of_day(self.rule.start, zone))
        if self.rule.end is not None:
            ends.append(start_of_day(self.rule.end + timedelta(days=1), zone))
        name = period_named(self.each, day)
        if self.each is not Each.LIFE:
            starts.append(start_of_day(_first_day(self.each, day), zone))
            ends.append(end_of(at, _ROUND[self.each], zone))
        if self.within is not None:
            name = JOINED
            over = add_calendar(joined, self.within.all_months, self.within.days, zone)
            ends.append(end_of(over, RoundUp.DAY, zone))
            starts.append(joined)
            if not joined <= at < ends[-1]:
                return None
        return Window(name, max(starts, default=None), min(ends, default=None))


def period_named(each: Each, day: date) -> str:
    """The name of the week, month, quarter or year that a day is in; empty for all time."""
    match each:
        case Each.WEEK:
            return f"{_first_day(each, day).isoformat()} week"
        case Each.MONTH:
            return f"{day:%Y-%m}"
        case Each.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Each.YEAR:
            return f"{day:%Y}"
    return ""


def names_at(day: date) -> tuple[str, ...]:
    """All names that a card of that day can have."""
    return (*(period_named(each, day) for each in Each), JOINED)


def _first_day(each: Each, day: date) -> date:
    match each:
        case Each.WEEK:
            return day - timedelta(days=day.weekday())
        case Each.MONTH:
            return day.replace(day=1)
        case Each.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)

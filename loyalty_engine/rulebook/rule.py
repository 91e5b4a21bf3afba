"""A rule and a rulebook: all that a programme says, parsed, checked and hashed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.words import Condition, Effect, Selector


class Measure(StrEnum):
    """What a limit counts."""

    POINTS = "points"
    USES = "uses"
    MONEY = "money"


class Scope(StrEnum):
    """Whose purchases share a limit: one purchase, one member, one store, everybody."""

    PURCHASE = "purchase"
    MEMBER = "member"
    STORE = "store"
    ALL = "all"


class Period(StrEnum):
    """How long a limit lasts before it is full again, in the programme's zone."""

    LIFE = "life"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Short(StrEnum):
    """What happens when less is left than a rule would give."""

    PAY_REST = "pay_rest"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Limit:
    """`ceiling` in points, uses or minor units, for each `scope` and `period`."""

    measure: Measure
    ceiling: int
    scope: Scope
    period: Period = Period.LIFE
    short: Short = Short.PAY_REST


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the rule files: the file from the programme's folder, line, column."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Rule:
    """One dated sentence. `start` is the first and `end` the last day, in the programme's zone."""

    id: str
    title: Mapping[str, str]
    lane: str
    when: tuple[Condition, ...]
    on: tuple[Selector, ...]
    then: tuple[Effect, ...]
    place: Place
    start: date | None = None
    end: date | None = None
    priority: int = 0
    limits: tuple[Limit, ...] = ()
    places: Mapping[int, Place] = field(default_factory=dict)

    def live_on(self, day: date) -> bool:
        """Whether `day` lies within the rule's dates, both named days included."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Rulebook:
    """All rules in force at once. `hash` is SHA-256 over `source`, which parses to this again."""

    program: Program
    rules: tuple[Rule, ...]
    hash: str
    source: Mapping[str, str]

    @property
    def by_id(self) -> Mapping[str, Rule]:
        """The rules by their id."""
        return {rule.id: rule for rule in self.rules}

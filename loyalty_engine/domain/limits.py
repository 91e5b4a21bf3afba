"""Limits: how much of something there is, for whom and for how long; campaigns that share them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Measure(StrEnum):
    """What a limit counts; liability is what points are worth as declared, and discounts."""

    POINTS = "points"
    USES = "uses"
    MONEY = "money"
    LIABILITY = "liability"

    @property
    def is_money(self) -> bool:
        """Whether it is written as an amount and counted in minor units."""
        return self in (Measure.MONEY, Measure.LIABILITY)


class Scope(StrEnum):
    """Whose purchases share a limit: one purchase, one member, those of one account, everybody.

    `code` is each voucher named by the purchase, `campaign` all rules of a campaign together.
    """

    PURCHASE = "purchase"
    MEMBER = "member"
    HOUSEHOLD = "household"
    CODE = "code"
    STORE = "store"
    CAMPAIGN = "campaign"
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

    @property
    def slices(self) -> int:
        """In how many parts its use is counted, so that not all wait for one row.

        One that is small is used up too soon to be worth it, and one of a member is never busy.
        """
        most = _SLICES.get(self.scope, 1)
        return most if self.ceiling >= most * _LEAST_SHARE[self.measure] else 1

    def name(self, whose: str) -> str:
        """The name under which its use is counted; it does not change when the ceiling does."""
        return f"{whose}/{self.measure}/{self.scope}/{self.period}"


_SLICES = {Scope.ALL: 16, Scope.CAMPAIGN: 16, Scope.CODE: 16, Scope.STORE: 4}
_LEAST_SHARE = {
    Measure.USES: 50,
    Measure.POINTS: 5_000,
    Measure.MONEY: 10_000,
    Measure.LIABILITY: 10_000,
}
"""How large a part is at least: enough for dozens of purchases."""

NamedLimits = tuple[tuple[str, Limit], ...]
"""Limits with the names under which they are counted."""

OF_CAMPAIGN = "campaign:"
"""What stands before a campaign's name where a rule's id could stand as well."""


@dataclass(frozen=True)
class Campaign:
    """Limits that several rules share; a rule belongs to at most one campaign."""

    name: str
    limits: tuple[Limit, ...]
    titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def named_limits(self) -> NamedLimits:
        """The limits with their names."""
        return tuple((limit.name(f"{OF_CAMPAIGN}{self.name}"), limit) for limit in self.limits)

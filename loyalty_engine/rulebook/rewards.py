"""What points buy: one reward file, who may take it, how much of it there is, what it brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from loyalty_engine.domain.limits import Limit
from loyalty_engine.domain.local_time import RoundUp, add_calendar, end_of
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.calendar_values import Length
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.words import Condition


class RewardKind(StrEnum):
    """What a member gets for its points: not discounts only."""

    MONEY_OFF = "money_off"
    GOODS = "goods"
    SERVICE = "service"
    INFORMATION = "information"
    STATUS = "status"
    RECOGNITION = "recognition"


@dataclass(frozen=True)
class Reward:
    """One reward file. `price` is in points by unit, `money` what is paid beside, in minor units.

    Members may take it who meet `when`, from `start` to `end` (both days included). Of `limits`
    all count how often it is taken; a stock is one over all members or over one store. `cost` is
    what one costs the retailer, in minor units, for finance. A `status` gives `tier` for as long
    as `lasts`, up to that day's end; `voucher` is the kind of which a code is given; `message` is
    what the member then reads.
    """

    id: str
    kind: RewardKind
    title: Mapping[str, str]
    place: Place
    price: Mapping[str, int] = field(default_factory=dict)
    money: int = 0
    when: tuple[Condition, ...] = ()
    start: date | None = None
    end: date | None = None
    limits: Mapping[str, Limit] = field(default_factory=dict)
    cost: int = 0
    text: Mapping[str, str] = field(default_factory=dict)
    picture: Mapping[str, str] = field(default_factory=dict)
    message: Mapping[str, str] = field(default_factory=dict)
    tier: str = ""
    lasts: Length | None = None
    voucher: str = ""

    def live_on(self, day: date) -> bool:
        """Whether `day` lies within the dates, both named days included."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def tier_until(self, taken: datetime, program: Program) -> datetime | None:
        """The first instant at which the tier is over that is taken then; None for never."""
        if self.lasts is None:
            return None
        after = add_calendar(taken, self.lasts.all_months, self.lasts.days, program.zone)
        return end_of(after, RoundUp.DAY, program.zone)

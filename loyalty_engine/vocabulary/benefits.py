"""How units get cheaper: by a percentage, by an amount, or to a price."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from loyalty_engine.domain.discounting import WHOLE, percent_of
from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import Minor, Percent
from loyalty_engine.rulebook.deciding.units import Run


@dataclass(frozen=True)
class Benefit:
    """Fields of words that make units cheaper; one of the three is given."""

    percent: Percent | None = field(default=None, kw_only=True)
    amount: Minor | None = field(default=None, kw_only=True)
    price: Minor | None = field(default=None, kw_only=True)

    def check_benefit(self, *, free: bool = False) -> None:
        """Refuse none, unless that means `free`, more than one, and what takes nothing off."""
        given = [it for it in (self.percent, self.amount, self.price) if it is not None]
        if len(given) > 1 or not (given or free):
            raise ValueError("give one of percent, amount and price")
        if self.percent == 0 or self.amount == 0:
            raise ValueError("percent and amount must be more than 0")

    @property
    def is_free(self) -> bool:
        """Whether nothing is left to pay."""
        if self.percent is None and self.amount is None and self.price is None:
            return True
        return self.percent == WHOLE or self.price == 0

    def off(self, cost: int, facts: Facts) -> int:
        """What comes off something that costs `cost` in minor units."""
        if self.amount is not None:
            return min(self.amount, cost)
        if self.price is not None:
            return max(0, cost - self.price)
        if self.percent is None:
            return cost
        return percent_of(cost, self.percent, facts.switches.percentage_rounding)

    def off_each(self, units: Iterable[Run], facts: Facts) -> int:
        """What comes off some units, each by itself; a percentage is rounded once for all."""
        if self.amount is None and self.price is None:
            return self.off(sum(run.cost for run in units), facts)
        return sum(run.units * self.off(run.price, facts) for run in units)

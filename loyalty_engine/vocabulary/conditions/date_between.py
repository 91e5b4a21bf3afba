"""A span of days."""

from dataclasses import dataclass
from datetime import date

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import DAY
from loyalty_engine.rulebook.regions import Box, days
from loyalty_engine.rulebook.words import Condition, Found, Near


@dataclass(frozen=True)
class DateBetween(Condition):
    """Holds from the first to the last day, both included, in the programme's zone."""

    word = "date_between"
    says = "the date is from {from_} to {until}"
    from_: date
    until: date

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts: it could never hold."""
        if self.until < self.from_:
            raise ValueError("until lies before from")

    def holds(self, facts: Facts) -> bool:
        return self.from_ <= facts.local.date() <= self.until

    def near(self, facts: Facts) -> Near | None:
        ahead = (self.from_ - facts.local.date()).days
        return Near(ahead, "days") if ahead > 0 else None

    def found(self, facts: Facts) -> Found:
        return Found(facts.local.date(), date)

    def allows(self) -> Box:
        return {DAY: days((self.from_, self.until))}

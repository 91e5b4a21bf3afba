"""Single days: a bank holiday, an anniversary of the house."""

from dataclasses import dataclass
from datetime import date

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import DAY
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, days
from loyalty_engine.rulebook.words import Condition, Found, Near


@dataclass(frozen=True)
class OnDates(Condition):
    """Holds on these days, midnight to midnight in the programme's zone."""

    word = "on_dates"
    says = "the date is {dates}"
    dates: tuple[date, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.local.date() in self.dates

    def near(self, facts: Facts) -> Near | None:
        today = facts.local.date()
        if today in self.dates or max(self.dates) < today:
            return None
        return Near(min((day - today).days for day in self.dates if day > today), "days")

    def found(self, facts: Facts) -> Found:
        return Found(facts.local.date(), date)

    def needs(self) -> Needs:
        return {DAY: frozenset(self.dates)}

    def allows(self) -> Box:
        return {DAY: days(*((day, day) for day in self.dates))}

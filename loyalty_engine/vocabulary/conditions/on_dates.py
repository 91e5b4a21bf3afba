"""Single days: a bank holiday, an anniversary of the house."""

from dataclasses import dataclass
from datetime import date

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import DAY
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, days
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class OnDates(Condition):
    """Holds on these days, midnight to midnight in the programme's zone."""

    word = "on_dates"
    says = "the date is {dates}"
    dates: tuple[date, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.local.date() in self.dates

    def needs(self) -> Needs:
        return {DAY: frozenset(self.dates)}

    def allows(self) -> Box:
        return {DAY: days(*((day, day) for day in self.dates))}

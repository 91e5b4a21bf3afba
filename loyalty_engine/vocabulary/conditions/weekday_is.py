"""The day of the week."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import Weekday
from loyalty_engine.rulebook.dimensions import WEEKDAY
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, numbers
from loyalty_engine.rulebook.words import Condition, Found, Near


@dataclass(frozen=True)
class WeekdayIs(Condition):
    """Holds on these days, midnight to midnight in the programme's zone."""

    word = "weekday_is"
    says = "the day is {days}"
    days: tuple[Weekday, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.local.weekday() in self.days

    def near(self, facts: Facts) -> Near | None:
        ahead = min((day - facts.local.weekday()) % 7 for day in self.days)
        return Near(ahead, "days") if ahead else None

    def found(self, facts: Facts) -> Found:
        return Found(facts.local.weekday(), Weekday)

    def needs(self) -> Needs:
        return {WEEKDAY: frozenset(self.days)}

    def allows(self) -> Box:
        return {WEEKDAY: numbers(self.days)}

"""The member comes back after a while."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import AWAY, Box, at_least
from loyalty_engine.rulebook.words import NOBODY, Condition, Found, Near


@dataclass(frozen=True)
class DaysSinceLastPurchase(Condition):
    """Holds when the last purchase lies `at_least` so many days back; not on a first purchase."""

    word = "days_since_last_purchase"
    says = "the last purchase was {at_least:day|days} ago or more"
    at_least: int

    def __post_init__(self) -> None:
        """Refuse a count that every purchase meets."""
        if self.at_least < 1:
            raise ValueError("at_least must be 1 or more days")

    def holds(self, facts: Facts) -> bool:
        away = self._away(facts)
        return away is not None and away >= self.at_least

    def _away(self, facts: Facts) -> int | None:
        if facts.member is None or facts.member.last_purchase_on is None:
            return None
        return (facts.local.date() - facts.member.last_purchase_on).days

    def near(self, facts: Facts) -> Near | None:
        away = self._away(facts)
        if away is None or away >= self.at_least:
            return None
        return Near(self.at_least - away, "days")

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(self._away(facts), int)

    def needs(self) -> Needs:
        return {MEMBER: frozenset({True})}

    def allows(self) -> Box:
        return {AWAY: at_least(self.at_least)}

"""The member comes back after a while."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import AWAY, Box, at_least
from loyalty_engine.rulebook.words import Condition


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
        if facts.member is None or facts.member.last_purchase_on is None:
            return False
        return (facts.local.date() - facts.member.last_purchase_on).days >= self.at_least

    def needs(self) -> Needs:
        return {MEMBER: frozenset({True})}

    def allows(self) -> Box:
        return {AWAY: at_least(self.at_least)}

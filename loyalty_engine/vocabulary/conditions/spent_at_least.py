"""A minimum amount for the whole basket."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.dimensions import TOTAL
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, at_least
from loyalty_engine.rulebook.words import Condition, Found, Near


@dataclass(frozen=True)
class SpentAtLeast(Condition):
    """Holds when the basket, as the lanes before have left it, comes to `amount` or more."""

    word = "spent_at_least"
    says = "the basket comes to {amount} or more"
    amount: Minor

    def holds(self, facts: Facts) -> bool:
        return facts.total >= self.amount

    def near(self, facts: Facts) -> Near | None:
        return None if self.holds(facts) else Near(self.amount - facts.total, "minor")

    def found(self, facts: Facts) -> Found:
        return Found(facts.total, Minor)

    def needs(self) -> Needs:
        return {TOTAL: self.amount}

    def allows(self) -> Box:
        return {TOTAL: at_least(self.amount)}

"""A minimum amount for some products."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.needs import NOTHING, Needs
from loyalty_engine.rulebook.regions import Box, at_least
from loyalty_engine.rulebook.words import Condition, Found, Near
from loyalty_engine.vocabulary.products import Products


@dataclass(frozen=True)
class SpendsOn(Products, Condition):
    """Holds when the lines of these products come to `at_least`, after the lanes before."""

    word = "spends_on"
    says = "{at_least} or more is spent[ on {category}][ on item {sku}][ on {brand}]"
    at_least: Minor

    def __post_init__(self) -> None:
        """Refuse the word without products: that is what `spent_at_least` says."""
        if not self.named:
            raise ValueError("give a category, sku or brand, or write spent_at_least")

    def spent(self, facts: Facts) -> int:
        """What these products cost, in minor units."""
        amounts = facts.amounts
        return sum([amounts[index] for index in self.fitting(facts)])

    def holds(self, facts: Facts) -> bool:
        return self.spent(facts) >= self.at_least

    def near(self, facts: Facts) -> Near | None:
        short_by = self.at_least - self.spent(facts)
        return Near(short_by, "minor", self.like(facts)) if short_by > 0 else None

    def found(self, facts: Facts) -> Found:
        return Found(self.spent(facts), Minor)

    def needs(self) -> Needs:
        return self.present if self.at_least > 0 else NOTHING

    def allows(self) -> Box:
        return {("spent", self.category, self.sku, self.brand): at_least(self.at_least)}

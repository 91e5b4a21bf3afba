"""A minimum quantity, of the whole basket or of some products."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import Milli
from loyalty_engine.rulebook.needs import NOTHING, Needs
from loyalty_engine.rulebook.regions import Box, at_least
from loyalty_engine.rulebook.words import Condition, Found, Near
from loyalty_engine.vocabulary.products import Products


@dataclass(frozen=True)
class UnitsAtLeast(Products, Condition):
    """Holds when `quantity` or more of these products is bought, pieces and weights alike."""

    word = "units_at_least"
    says = "{quantity} or more is bought[ of {category}][ of item {sku}][ of {brand}]"
    quantity: Milli

    def bought(self, facts: Facts) -> int:
        """How much of these products is bought, in thousandths."""
        return sum(facts.purchase.lines[index].quantity_milli for index in self.fitting(facts))

    def holds(self, facts: Facts) -> bool:
        return self.bought(facts) >= self.quantity

    def near(self, facts: Facts) -> Near | None:
        short_by = self.quantity - self.bought(facts)
        return Near(short_by, "milli", self.like(facts)) if short_by > 0 else None

    def found(self, facts: Facts) -> Found:
        return Found(self.bought(facts), Milli)

    def needs(self) -> Needs:
        return self.present if self.quantity > 0 else NOTHING

    def allows(self) -> Box:
        return {("bought", self.category, self.sku, self.brand): at_least(self.quantity)}

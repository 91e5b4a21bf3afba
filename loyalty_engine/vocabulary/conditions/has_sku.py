"""A certain item is in the basket."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import Sku
from loyalty_engine.rulebook.dimensions import SKU
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, holding
from loyalty_engine.rulebook.words import Condition, Found


@dataclass(frozen=True)
class HasSku(Condition):
    """Holds when any line is one of these items."""

    word = "has_sku"
    says = "item {any_of} is bought"
    any_of: tuple[Sku, ...]

    def holds(self, facts: Facts) -> bool:
        return not facts.skus.isdisjoint(self.any_of)

    def found(self, facts: Facts) -> Found:
        return Found(tuple(sorted(facts.skus)), tuple[str, ...])

    def needs(self) -> Needs:
        return {SKU: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {SKU: holding(self.any_of)}

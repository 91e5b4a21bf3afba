"""Something of a brand is in the basket."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import BrandName
from loyalty_engine.rulebook.dimensions import BRAND
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, holding
from loyalty_engine.rulebook.words import Condition, Found


@dataclass(frozen=True)
class HasBrand(Condition):
    """Holds when any line is of one of these brands."""

    word = "has_brand"
    says = "something by {any_of} is bought"
    any_of: tuple[BrandName, ...]

    def holds(self, facts: Facts) -> bool:
        return not facts.brands.isdisjoint(self.any_of)

    def found(self, facts: Facts) -> Found:
        return Found(tuple(sorted(facts.brands)), tuple[str, ...])

    def needs(self) -> Needs:
        return {BRAND: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {BRAND: holding(self.any_of)}

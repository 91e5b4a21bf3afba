"""Something from a part of the category tree is in the basket."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import CategoryPath
from loyalty_engine.rulebook.dimensions import CATEGORY
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, holding
from loyalty_engine.rulebook.words import Condition, Found


@dataclass(frozen=True)
class HasCategory(Condition):
    """Holds when any line lies under any of `paths`: `grocery` covers `grocery/coffee`."""

    word = "has_category"
    says = "something from {paths} is bought"
    paths: tuple[CategoryPath, ...]

    def holds(self, facts: Facts) -> bool:
        return not facts.categories.isdisjoint(self.paths)

    def found(self, facts: Facts) -> Found:
        there = {line.category for line in facts.purchase.lines if line.category}
        return Found(tuple(sorted(there)), tuple[str, ...])

    def needs(self) -> Needs:
        return {CATEGORY: frozenset(self.paths)}

    def allows(self) -> Box:
        return {CATEGORY: holding(self.paths, "/")}

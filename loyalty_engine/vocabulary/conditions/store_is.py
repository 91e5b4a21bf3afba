"""The store of the purchase."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import STORE
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Condition, Found


@dataclass(frozen=True)
class StoreIs(Condition):
    """Holds when the purchase was made in one of these stores."""

    word = "store_is"
    says = "the store is {any_of}"
    any_of: tuple[str, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.purchase.store in self.any_of

    def found(self, facts: Facts) -> Found:
        return Found(facts.purchase.store or None, str)

    def needs(self) -> Needs:
        return {STORE: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {STORE: one_of(self.any_of)}

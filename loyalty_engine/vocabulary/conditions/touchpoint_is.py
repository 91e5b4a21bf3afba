"""The touchpoint of the purchase: till, web, app."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.arguments import TouchpointName
from loyalty_engine.rulebook.dimensions import TOUCHPOINT
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Condition, Found


@dataclass(frozen=True)
class TouchpointIs(Condition):
    """Holds when the purchase came from one of these touchpoints."""

    word = "touchpoint_is"
    says = "the purchase is made by {any_of}"
    any_of: tuple[TouchpointName, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.purchase.touchpoint in self.any_of

    def found(self, facts: Facts) -> Found:
        return Found(facts.purchase.touchpoint or None, TouchpointName)

    def needs(self) -> Needs:
        return {TOUCHPOINT: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {TOUCHPOINT: one_of(self.any_of)}

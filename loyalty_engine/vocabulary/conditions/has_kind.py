"""Something that is no goods is in the basket: delivery, a gift card, a deposit, a donation."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import LineKind
from loyalty_engine.rulebook.dimensions import LINE_KIND
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, holding
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class HasKind(Condition):
    """Holds when any line is of one of these kinds. Which lines a rule is about, `kind` says."""

    word = "has_kind"
    says = "there are {any_of} in the basket"
    example = "gift_card"
    any_of: tuple[LineKind, ...]

    def holds(self, facts: Facts) -> bool:
        return not facts.kinds.isdisjoint(self.any_of)

    def needs(self) -> Needs:
        return {LINE_KIND: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {LINE_KIND: holding(self.any_of)}

"""The member's very first purchase."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import PURCHASE_NUMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, numbers
from loyalty_engine.rulebook.words import NOBODY, Condition, Found


@dataclass(frozen=True)
class FirstPurchase(Condition):
    """Holds when the member has bought nothing before."""

    word = "first_purchase"
    says = "it is the member's first purchase"

    def holds(self, facts: Facts) -> bool:
        return facts.member is not None and facts.member.purchases == 0

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(facts.member.purchases + 1, int)

    def needs(self) -> Needs:
        return {PURCHASE_NUMBER: frozenset({1})}

    def allows(self) -> Box:
        return {PURCHASE_NUMBER: numbers({1})}

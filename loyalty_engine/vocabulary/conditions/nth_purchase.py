"""The member's purchase of a certain number."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import PURCHASE_NUMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, numbers
from loyalty_engine.rulebook.words import NOBODY, Condition, Found, Near


@dataclass(frozen=True)
class NthPurchase(Condition):
    """Holds on the member's `n`-th purchase and never again."""

    word = "nth_purchase"
    says = "it is the member's purchase number {n}"
    n: int

    def __post_init__(self) -> None:
        """Refuse a number that no purchase has."""
        if self.n < 1:
            raise ValueError("purchases are counted from 1")

    def holds(self, facts: Facts) -> bool:
        return facts.member is not None and facts.member.purchases + 1 == self.n

    def near(self, facts: Facts) -> Near | None:
        if facts.member is None or facts.member.purchases + 1 >= self.n:
            return None
        return Near(self.n - facts.member.purchases - 1, "count")

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(facts.member.purchases + 1, int)

    def needs(self) -> Needs:
        return {PURCHASE_NUMBER: frozenset({self.n})}

    def allows(self) -> Box:
        return {PURCHASE_NUMBER: numbers({self.n})}

"""Every so many purchases of the member."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import MEMBER, PURCHASE_NUMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, multiples
from loyalty_engine.rulebook.words import NOBODY, Condition, Found, Near


@dataclass(frozen=True)
class EveryNthPurchase(Condition):
    """Holds on the member's `n`-th purchase, on the 2n-th and so on."""

    word = "every_nth_purchase"
    says = "it is a purchase whose number is a multiple of {n}"
    n: int

    def __post_init__(self) -> None:
        """Refuse a step that is none."""
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    def holds(self, facts: Facts) -> bool:
        return facts.member is not None and (facts.member.purchases + 1) % self.n == 0

    def near(self, facts: Facts) -> Near | None:
        if facts.member is None or self.holds(facts):
            return None
        return Near(self.n - (facts.member.purchases + 1) % self.n, "count")

    def found(self, facts: Facts) -> Found:
        return NOBODY if facts.member is None else Found(facts.member.purchases + 1, int)

    def needs(self) -> Needs:
        return {MEMBER: frozenset({True})}

    def allows(self) -> Box:
        return {PURCHASE_NUMBER: multiples(self.n)}

"""The member's very first purchase."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class FirstPurchase(Condition):
    """Holds when the member has bought nothing before."""

    word = "first_purchase"
    says = "it is the member's first purchase"

    def holds(self, facts: Facts) -> bool:
        return facts.member is not None and facts.member.purchases == 0

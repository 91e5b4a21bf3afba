"""The buyer is not known."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class IsGuest(Condition):
    """Holds when nobody is named: to say what a member would have got."""

    word = "is_guest"
    says = "the buyer is not a member"

    def holds(self, facts: Facts) -> bool:
        return facts.member is None

    def needs(self) -> Needs:
        return {MEMBER: frozenset({False})}

    def allows(self) -> Box:
        return {MEMBER: one_of({False})}

"""The buyer is known."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Condition


@dataclass(frozen=True)
class IsMember(Condition):
    """Holds for every member; a guest's purchase meets it only when it is claimed."""

    word = "is_member"
    says = "the buyer is a member"

    def holds(self, facts: Facts) -> bool:
        return facts.member is not None

    def needs(self) -> Needs:
        return {MEMBER: frozenset({True})}

    def allows(self) -> Box:
        return {MEMBER: one_of({True})}

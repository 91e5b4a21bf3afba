"""A declared attribute of the member."""

from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.arguments import AttributeName
from loyalty_engine.rulebook.dimensions import ATTRIBUTE
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import NOBODY, Condition, Found
from loyalty_engine.vocabulary.scalars import cannot_be, is_one_of, meant


@dataclass(frozen=True)
class AttributeIs(Condition):
    """Holds when the member's attribute `name` has one of the values, compared exactly."""

    word = "attribute_is"
    says = "the member's {name} is {any_of}"
    name: AttributeName
    any_of: tuple[str, ...]

    def check(self, program: Program) -> str | None:
        return cannot_be(program.attributes[self.name], self.any_of)

    def holds(self, facts: Facts) -> bool:
        return facts.member is not None and is_one_of(
            facts.member.attributes.get(self.name), self.any_of
        )

    def found(self, facts: Facts) -> Found:
        if facts.member is None:
            return NOBODY
        return Found(facts.member.attributes.get(self.name), str)

    def needs(self) -> Needs:
        return {ATTRIBUTE: frozenset((self.name, value) for value in meant(self.any_of))}

    def allows(self) -> Box:
        return {("attribute", self.name): one_of(meant(self.any_of))}

"""Lines with a certain attribute: organic, in season, a size."""

from dataclasses import dataclass

from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.dimensions import LINE_ATTRIBUTE
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Selector
from loyalty_engine.vocabulary.scalars import is_one_of, meant


@dataclass(frozen=True)
class LineAttribute(Selector):
    """Selects lines whose attribute `name` has one of the values, compared exactly."""

    word = "line_attribute"
    says = "products whose {name} is {any_of}"
    name: str
    any_of: tuple[str, ...]

    def selects(self, line: Line) -> bool:
        return is_one_of(line.attributes.get(self.name), self.any_of)

    def needs(self) -> Needs:
        return {LINE_ATTRIBUTE: frozenset((self.name, value) for value in meant(self.any_of))}

    def allows(self) -> Box:
        return {("attribute", self.name): one_of(meant(self.any_of))}

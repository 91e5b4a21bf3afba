"""Lines of certain brands."""

from dataclasses import dataclass

from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.dimensions import BRAND
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Selector


@dataclass(frozen=True)
class Brand(Selector):
    """Selects lines of one of these brands, compared exactly."""

    word = "brand"
    says = "{any_of} products"
    any_of: tuple[str, ...]

    def selects(self, line: Line) -> bool:
        return line.brand in self.any_of

    def needs(self) -> Needs:
        return {BRAND: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {BRAND: one_of(self.any_of)}

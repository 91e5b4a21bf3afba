"""Lines of certain brands."""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import BrandName
from loyalty_engine.rulebook.dimensions import BRAND
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Selector
from loyalty_engine.vocabulary.products import lines_of


@dataclass(frozen=True)
class Brand(Selector):
    """Selects lines of one of these brands, compared exactly."""

    word = "brand"
    says = "{any_of} products"
    any_of: tuple[BrandName, ...]

    def selects(self, line: Line) -> bool:
        return line.brand in self.any_of

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        named = lines_of(self.any_of, facts.by_brand)
        return [index for index in among if index in named]

    def needs(self) -> Needs:
        return {BRAND: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {BRAND: one_of(self.any_of)}

"""Lines of certain items."""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import Sku as SkuText
from loyalty_engine.rulebook.dimensions import SKU
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Selector
from loyalty_engine.vocabulary.products import lines_of


@dataclass(frozen=True)
class Sku(Selector):
    """Selects lines with one of these skus, compared exactly."""

    word = "sku"
    says = "item {any_of}"
    any_of: tuple[SkuText, ...]

    def selects(self, line: Line) -> bool:
        return line.sku in self.any_of

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        named = lines_of(self.any_of, facts.by_sku)
        return [index for index in among if index in named]

    def needs(self) -> Needs:
        return {SKU: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {SKU: one_of(self.any_of)}

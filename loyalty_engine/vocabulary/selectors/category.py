"""Lines of a part of the category tree."""

from dataclasses import dataclass

from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import CategoryPath
from loyalty_engine.rulebook.dimensions import CATEGORY
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.words import Selector
from loyalty_engine.vocabulary.products import lies_under


@dataclass(frozen=True)
class Category(Selector):
    """Selects lines at or under any of `paths`: `grocery` covers `grocery/coffee`."""

    word = "category"
    says = "{paths}"
    paths: tuple[CategoryPath, ...]

    def selects(self, line: Line) -> bool:
        return lies_under(line.category, self.paths)

    def needs(self) -> Needs:
        return {CATEGORY: frozenset(self.paths)}

"""Lines of a part of the category tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import CategoryPath
from loyalty_engine.rulebook.dimensions import CATEGORY
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, under
from loyalty_engine.rulebook.words import Selector
from loyalty_engine.vocabulary.products import lines_of


@dataclass(frozen=True)
class Category(Selector):
    """Selects lines at or under any of `paths`: `grocery` covers `grocery/coffee`."""

    word = "category"
    says = "{paths}"
    paths: tuple[CategoryPath, ...]

    def selects(self, line: Line) -> bool:
        return line.category in self.paths or line.category.startswith(self._below)

    @cached_property
    def _below(self) -> tuple[str, ...]:
        return tuple(f"{path}/" for path in self.paths)

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        named = lines_of(self.paths, facts.by_category)
        return [index for index in among if index in named]

    def needs(self) -> Needs:
        return {CATEGORY: frozenset(self.paths)}

    def allows(self) -> Box:
        return {CATEGORY: under(self.paths)}

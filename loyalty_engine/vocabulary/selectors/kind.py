"""Lines that are no goods: delivery, gift cards, deposits, donations."""

from dataclasses import dataclass

from loyalty_engine.domain.purchase import Line, LineKind
from loyalty_engine.rulebook.dimensions import LINE_KIND
from loyalty_engine.rulebook.needs import Needs
from loyalty_engine.rulebook.regions import Box, one_of
from loyalty_engine.rulebook.words import Selector


@dataclass(frozen=True)
class Kind(Selector):
    """Selects lines of these kinds. A rule that names none is about `goods` alone.

    So no discount touches delivery, a gift card, a deposit or a donation unless it says so; and a
    rule that does so is about nothing but the kinds it names.
    """

    word = "kind"
    says = "{any_of}"
    example = "shipping"
    names_kinds = True
    any_of: tuple[LineKind, ...]

    def selects(self, line: Line) -> bool:
        return line.kind in self.any_of

    def needs(self) -> Needs:
        return {LINE_KIND: frozenset(self.any_of)}

    def allows(self) -> Box:
        return {LINE_KIND: one_of(self.any_of)}

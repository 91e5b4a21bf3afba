"""Lines that nobody has made cheaper so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.words import Selector


@dataclass(frozen=True)
class FullPrice(Selector):
    """Selects lines that are not marked down and that no lane before has given a discount on.

    Discounts that the till says it has given count as given before all lanes. Of the lane's own
    rules each looks at what those before it have left, by priority and then by id.
    """

    word = "full_price"
    says = "products at full price"

    def selects(self, line: Line) -> bool:
        """As far as the line alone tells."""
        return line.discount == 0

    def picks(self, facts: Facts, among: Sequence[int]) -> Sequence[int]:
        lines, nets = facts.purchase.lines, facts.nets
        return [
            index
            for index in among
            if lines[index].discount == 0 and nets[index] == lines[index].net
        ]

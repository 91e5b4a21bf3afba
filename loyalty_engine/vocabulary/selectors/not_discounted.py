"""Lines at their full price."""

from dataclasses import dataclass

from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.regions import MARKED_DOWN, Box, numbers
from loyalty_engine.rulebook.words import Selector


@dataclass(frozen=True)
class NotDiscounted(Selector):
    """Selects lines that the caller has not marked down.

    Discounts of this engine's own rules do not count, so that a quote and the record after it
    select the same lines; `full_price` leaves those out too.
    """

    word = "not_discounted"
    says = "products that are not marked down"

    def selects(self, line: Line) -> bool:
        return line.discount == 0

    def allows(self) -> Box:
        return {MARKED_DOWN: numbers({0})}

"""Lines of some worth."""

from dataclasses import dataclass

from loyalty_engine.domain.purchase import Line
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.regions import PRICE, Box, at_least
from loyalty_engine.rulebook.words import Selector


@dataclass(frozen=True)
class PriceAtLeast(Selector):
    """Selects lines whose price for one unit, before any discount, is `amount` or more."""

    word = "price_at_least"
    says = "products from {amount}"
    amount: Minor

    def selects(self, line: Line) -> bool:
        return line.unit_price >= self.amount

    def allows(self) -> Box:
        return {PRICE: at_least(self.amount)}

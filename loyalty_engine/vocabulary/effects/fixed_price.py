"""A price for each unit, whatever stands on the shelf."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import times_quantity
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True)
class FixedPrice(Effect):
    """Lowers the selected lines to `price` a unit; what already costs less stays as it is."""

    word = "fixed_price"
    says = "{price} for each product"
    price: Minor

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        by_line = {}
        for index in lines:
            due = times_quantity(self.price, facts.purchase.lines[index].quantity_milli)
            if facts.nets[index] > due:
                by_line[index] = facts.nets[index] - due
        return (Discount(by_line),) if by_line else ()

    @property
    def line_by_line(self) -> bool:
        return True

    @property
    def takes_a_part(self) -> bool:
        return True

    def most(self) -> Most:
        return Most(points=0)

    def outdoes(self, other: Effect) -> bool:
        return isinstance(other, FixedPrice) and self.price <= other.price

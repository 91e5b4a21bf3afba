"""An amount off each unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.money import times_quantity
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True)
class AmountOffEach(Effect):
    """Takes `amount` off every unit of the selected lines; by weight in proportion, half up.

    Never more than a line costs.
    """

    word = "amount_off_each"
    says = "{amount} off each product"
    amount: Minor

    def __post_init__(self) -> None:
        """Refuse what takes nothing off."""
        if self.amount <= 0:
            raise ValueError("amount must be more than 0")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        by_line = {}
        for index in lines:
            wanted = times_quantity(self.amount, facts.purchase.lines[index].quantity_milli)
            if part := min(wanted, facts.nets[index]):
                by_line[index] = part
        return (Discount(by_line),) if by_line else ()

    @property
    def line_by_line(self) -> bool:
        return True

    def most(self) -> Most:
        return Most(points=0)

    def outdoes(self, other: Effect) -> bool:
        return isinstance(other, AmountOffEach) and self.amount >= other.amount

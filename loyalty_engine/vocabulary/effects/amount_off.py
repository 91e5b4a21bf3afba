"""An amount off the selected lines together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.rulebook.arguments import Minor
from loyalty_engine.rulebook.words import Effect, Most


@dataclass(frozen=True)
class AmountOff(Effect):
    """Takes `amount` off once, spread over the selected lines in proportion to what they cost.

    10.00 off 50.00 and 20.00 is 7.14 and 2.86. Never more than the lines cost.
    """

    word = "amount_off"
    says = "{amount} off"
    amount: Minor

    def __post_init__(self) -> None:
        """Refuse what takes nothing off."""
        if self.amount <= 0:
            raise ValueError("amount must be more than 0")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        nets = [facts.nets[index] for index in lines]
        parts = facts.spread(min(self.amount, sum(nets)), lines, nets)
        by_line = {index: part for index, part in zip(lines, parts, strict=True) if part}
        return (Discount(by_line),) if by_line else ()

    def most(self) -> Most:
        return Most(points=0, money=self.amount)

    def outdoes(self, other: Effect) -> bool:
        return isinstance(other, AmountOff) and self.amount >= other.amount

"""Points by the piece or by weight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import EarnPoints, Outcome
from loyalty_engine.rulebook.arguments import Milli, UnitName
from loyalty_engine.rulebook.words import Effect, Most
from loyalty_engine.vocabulary.defaults import ONE, POINTS


@dataclass(frozen=True)
class EarnPerUnit(Effect):
    """Gives `points` for each `every` units bought of the selected lines, exact by line.

    With `every: 2` three litres earn one and a half times `points`, which is then rounded as
    the unit declares.
    """

    word = "earn_per_unit"
    says = "{points:unit} for each[ {every}] product[{every?}s]"
    points: Fraction
    every: Milli = ONE
    unit: UnitName = POINTS

    def __post_init__(self) -> None:
        """Refuse what earns nothing."""
        if self.points <= 0 or self.every <= 0:
            raise ValueError("points and every must be more than 0")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        bought = {index: facts.purchase.lines[index].quantity_milli for index in lines}
        points, every = self.points.numerator, self.points.denominator * self.every
        by_line = {
            index: Fraction(points * quantity, every)
            for index, quantity in bought.items()
            if quantity
        }
        return (EarnPoints(self.unit, by_line),) if by_line else ()

    @property
    def line_by_line(self) -> bool:
        return True

    def most(self) -> Most:
        return Most(money=0)

    def outdoes(self, other: Effect) -> bool:
        return (
            isinstance(other, EarnPerUnit)
            and self.unit == other.unit
            and self.points / self.every >= other.points / other.every
        )

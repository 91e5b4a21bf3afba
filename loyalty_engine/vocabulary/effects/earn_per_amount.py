"""Points for what is spent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import EarnPoints, Outcome
from loyalty_engine.rulebook.arguments import Minor, UnitName
from loyalty_engine.rulebook.words import Effect, Most
from loyalty_engine.vocabulary.defaults import POINTS


@dataclass(frozen=True)
class EarnPerAmount(Effect):
    """Gives `points` for each `per` spent on the selected lines, the part paid in points aside.

    Exact by line; rounded once, as the unit declares. With `carry` what is short of a whole
    `per` is kept for the member's next purchase, so `points` must then be whole.
    """

    word = "earn_per_amount"
    says = "{points:unit} for each {per}[{carry?}, the rest is carried over]"
    on_all_that_counts = True
    points: Fraction
    per: Minor
    unit: UnitName = POINTS
    carry: bool = False

    def __post_init__(self) -> None:
        """Refuse what earns nothing, and carried parts of a point."""
        if self.points <= 0 or self.per <= 0:
            raise ValueError("points and per must be more than 0")
        if self.carry and self.points.denominator != 1:
            raise ValueError("with carry, points must be a whole number; make per smaller instead")

    @property
    def carries(self) -> bool:
        return self.carry

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        basis = {index: facts.earning_basis[index] for index in lines}
        points, per = self.points.numerator, self.points.denominator * self.per
        by_line = {index: Fraction(points * due, per) for index, due in basis.items() if due}
        if not self.carry:
            return (EarnPoints(self.unit, by_line),) if by_line else ()
        return (
            EarnPoints(
                self.unit,
                by_line,
                carry_step=self.per,
                carry_points=int(self.points),
                basis=sum(basis.values()),
            ),
        )

    @property
    def line_by_line(self) -> bool:
        return not self.carry

    def most(self) -> Most:
        return Most(money=0)

    def outdoes(self, other: Effect) -> bool:
        if not isinstance(other, EarnPerAmount) or self.carry or other.carry:
            return False
        return self.unit == other.unit and self.points / self.per >= other.points / other.per

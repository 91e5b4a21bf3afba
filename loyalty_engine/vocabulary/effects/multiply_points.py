"""Points that count several times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import MultiplyPoints, Outcome
from loyalty_engine.rulebook.arguments import UnitName
from loyalty_engine.rulebook.words import Effect, Most
from loyalty_engine.vocabulary.defaults import POINTS


@dataclass(frozen=True)
class Multiply(Effect):
    """Lets the points by line of the rules so far count `factor` times on the selected lines."""

    word = "multiply_points"
    says = "{unit} count {factor} times"
    multiplies = True
    on_all_that_counts = True
    factor: Fraction
    unit: UnitName = POINTS

    def __post_init__(self) -> None:
        """Refuse a factor that takes away: a rule gives, or gives nothing."""
        if self.factor < 1:
            raise ValueError("factor must be 1 or more")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        return (MultiplyPoints(self.unit, self.factor, frozenset(lines)),) if lines else ()

    @property
    def line_by_line(self) -> bool:
        return True

    def most(self) -> Most:
        return Most(money=0)

"""A fixed number of points for the purchase or the event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import EarnPoints, Outcome
from loyalty_engine.rulebook.arguments import UnitName
from loyalty_engine.rulebook.words import Effect, Most
from loyalty_engine.vocabulary.defaults import POINTS


@dataclass(frozen=True)
class EarnFixed(Effect):
    """Gives `points` once, however many lines are selected, as long as there is one; or for an event."""

    word = "earn_points"
    says = "{points:unit}"
    surely_gives = True
    on_all_that_counts = True
    points: int
    unit: UnitName = POINTS

    def __post_init__(self) -> None:
        """Refuse what gives nothing or takes."""
        if self.points < 1:
            raise ValueError("points must be 1 or more")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        if not lines and facts.purchase.event is None:
            return ()
        return self._given

    @cached_property
    def _given(self) -> tuple[Outcome, ...]:
        return (EarnPoints(self.unit, fixed=Fraction(self.points)),)

    def most(self) -> Most:
        return Most(points=self.points, money=0, always=True)

    def outdoes(self, other: Effect) -> bool:
        return (
            isinstance(other, EarnFixed) and self.unit == other.unit and self.points >= other.points
        )

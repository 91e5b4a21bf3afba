"""The dearest of what is bought for less."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.deciding.sets import UnitSet, set_discount
from loyalty_engine.rulebook.deciding.units import divided, runs_of
from loyalty_engine.rulebook.words import Effect, Most
from loyalty_engine.vocabulary.benefits import Benefit


@dataclass(frozen=True)
class DearestOff(Benefit, Effect):
    """Makes the dearest unit of the selected lines cheaper, or the dearest `units` of them.

    Each by `percent` or `amount`, or to `price`. All that is selected is one set: the discount is
    spread over it, and a return leaves no more of it than the kept units would get. Weighed
    lines take no part.
    """

    word = "dearest_off"
    says = "[{percent} off][{amount} off][{price} for] the[ {units}] dearest product[{units?}s]"
    example = "{percent: 50}"
    units: int = 1

    def __post_init__(self) -> None:
        """Refuse what takes nothing off."""
        self.check_benefit()
        if self.units < 1:
            raise ValueError("units must be 1 or more")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        runs = runs_of(facts, lines)
        got = divided(runs, self.units)[0]
        found = set_discount(
            facts, [UnitSet(1, runs, got)], lambda each: self.off_each(each.got, facts)
        )
        return (found,) if found else ()

    def most(self) -> Most:
        return Most(points=0)

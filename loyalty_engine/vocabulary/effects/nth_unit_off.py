"""The second at half price, every third for a euro."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.deciding.sets import at_most, multi_buys, set_discount
from loyalty_engine.rulebook.deciding.units import runs_of
from loyalty_engine.rulebook.words import Effect, Found, Most, Near
from loyalty_engine.vocabulary.benefits import Benefit
from loyalty_engine.vocabulary.short_sets import short_of_units, units_found


@dataclass(frozen=True)
class NthUnitOff(Benefit, Effect):
    """Makes one unit cheaper for `every` so many bought: `every: 2` is the second at half price.

    By `percent` or `amount`, or to `price`. Which unit of each complete set it is, the cheapest
    or the dearest, the programme's switch `free_unit` says. The discount of a set is spread over
    all of it; there are at most so many `times` sets. Weighed lines take no part.
    """

    word = "nth_unit_off"
    says = (
        "[{percent} off][{amount} off][{price} for] one of every {every} products"
        "[, at most {times} times]"
    )
    example = "{every: 2, percent: 50}"
    every: int
    times: int | None = None

    def __post_init__(self) -> None:
        """Refuse what takes nothing off, and sets of one."""
        self.check_benefit()
        if self.every < 2:
            raise ValueError("every must be 2 or more")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be 1 or more")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        sets = multi_buys(runs_of(facts, lines), self.every - 1, 1, facts.switches.free_unit)
        found = set_discount(
            facts, at_most(sets, self.times), lambda each: self.off_each(each.got, facts)
        )
        return (found,) if found else ()

    def near(self, facts: Facts, lines: Sequence[int]) -> Near | None:
        return short_of_units(self.every, facts, lines)

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        return units_found(self.every, facts, lines)

    def most(self) -> Most:
        return Most(points=0)

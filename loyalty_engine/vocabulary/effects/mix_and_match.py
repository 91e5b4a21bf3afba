"""Any three of these for a price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.deciding.sets import UnitSet, at_most, set_discount
from loyalty_engine.rulebook.deciding.units import rows, runs_of
from loyalty_engine.rulebook.words import Effect, Found, Most, Near
from loyalty_engine.vocabulary.benefits import Benefit
from loyalty_engine.vocabulary.short_sets import short_of_units, units_found


@dataclass(frozen=True)
class MixAndMatch(Benefit, Effect):
    """Gives any `take` units of the selected lines together for `price`, or cheaper by a discount.

    `percent` or `amount` come off each set as a whole. Sets are made dearest first, as many as
    make it cheaper and at most so many `times`: no other choice of units gives the member more.
    The discount of a set is spread over all of it. Weighed lines take no part.
    """

    word = "mix_and_match"
    says = (
        "any {take} products[ for {price}][ at {percent} off][ at {amount} off]"
        "[, at most {times} times]"
    )
    example = "{take: 3, price: 10.00}"
    take: int
    times: int | None = None

    def __post_init__(self) -> None:
        """Refuse what takes nothing off, and sets of one."""
        self.check_benefit()
        if self.take < 2:
            raise ValueError("take must be 2 or more")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be 1 or more")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        sets = (
            UnitSet(times, parts, parts)
            for times, (parts,) in rows([runs_of(facts, lines)], [self.take])
        )
        found = set_discount(
            facts,
            at_most(sets, self.times),
            lambda each: self.off(sum(run.cost for run in each.parts), facts),
        )
        return (found,) if found else ()

    def near(self, facts: Facts, lines: Sequence[int]) -> Near | None:
        return short_of_units(self.take, facts, lines)

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        return units_found(self.take, facts, lines)

    def most(self) -> Most:
        return Most(points=0)

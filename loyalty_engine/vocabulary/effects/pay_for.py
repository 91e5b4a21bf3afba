"""Several for the price of fewer: three for two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.deciding.sets import at_most, multi_buys, set_discount
from loyalty_engine.rulebook.deciding.units import runs_of
from loyalty_engine.rulebook.words import Effect, Found, Most, Near
from loyalty_engine.vocabulary.short_sets import short_of_units, units_found


@dataclass(frozen=True)
class PayFor(Effect):
    """Of each complete set of `take` units only `pay` are paid; the cheapest are free.

    Or the dearest, where the programme's switch `free_unit` says so. Sets are made so that the
    member gets the most, at most so many `times`. The discount of a set is spread over all of it
    in proportion to the prices, never put on the free unit alone. Weighed lines take no part.
    Work grows with the number of lines, not of units.
    """

    word = "pay_for"
    example = "{take: 3, pay: 2}"
    says = "{take} for the price of {pay}[, at most {times} times]"
    take: int
    pay: int
    times: int | None = None

    def __post_init__(self) -> None:
        """Refuse sets without a free unit or without a paid one."""
        if not 1 <= self.pay < self.take:
            raise ValueError("pay must be 1 or more and less than take")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be 1 or more")

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        free = self.take - self.pay
        sets = multi_buys(runs_of(facts, lines), self.pay, free, facts.switches.free_unit)
        found = set_discount(
            facts, at_most(sets, self.times), lambda each: sum(run.cost for run in each.got)
        )
        return (found,) if found else ()

    def near(self, facts: Facts, lines: Sequence[int]) -> Near | None:
        return short_of_units(self.take, facts, lines)

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        return units_found(self.take, facts, lines)

    def most(self) -> Most:
        return Most(points=0)

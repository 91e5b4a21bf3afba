"""The more units are bought, the more comes off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.arguments import Milli, Minor, Percent
from loyalty_engine.rulebook.words import Effect, Found, Most, Near
from loyalty_engine.vocabulary.steps import any_of, check_steps, reached, step_discount


@dataclass(frozen=True)
class UnitSteps(Effect):
    """Takes more off the more is bought of the selected lines: an `amount` or a `percent` by step.

    `units` are the steps in rising order, pieces and weights alike; the highest that is reached
    counts. `amount` and `percent` have as many values. After a return the step that the kept lines
    reach counts.
    """

    word = "unit_steps"
    says = "[{percent} off][{amount} off] for buying {units} products"
    example = "{units: [3, 6], percent: [10, 20]}"
    units: tuple[Milli, ...]
    amount: tuple[Minor, ...] = ()
    percent: tuple[Percent, ...] = ()

    def __post_init__(self) -> None:
        """Refuse steps that do not rise, or have no value each."""
        check_steps("units", self.units, self.amount, self.percent)

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        step = reached(self.units, _bought(facts, lines))
        if step is None:
            return ()
        found = step_discount(facts, lines, self.amount, self.percent, step)
        return (replace(found, in_sets=True),) if found else ()

    def near(self, facts: Facts, lines: Sequence[int]) -> Near | None:
        short_by = self.units[0] - _bought(facts, lines)
        return Near(short_by, "milli", any_of(facts, lines)) if short_by > 0 else None

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        bought = _bought(facts, lines)
        return Found(bought, Milli) if bought < self.units[0] else None

    def most(self) -> Most:
        return Most(points=0, money=max(self.amount, default=None))


def _bought(facts: Facts, lines: Sequence[int]) -> int:
    return sum(facts.purchase.lines[index].quantity_milli for index in lines)

"""The more is spent, the more comes off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Outcome
from loyalty_engine.rulebook.arguments import Minor, Percent
from loyalty_engine.rulebook.words import Effect, Found, Most, Near
from loyalty_engine.vocabulary.steps import any_of, check_steps, reached, step_discount


@dataclass(frozen=True)
class SpendSteps(Effect):
    """Takes more off the more is spent on the selected lines: an `amount` or a `percent` by step.

    `spent` are the steps in rising order, after the lanes before; the highest that is reached
    counts. `amount` and `percent` have as many values. After a return the step that the kept lines
    reach counts.
    """

    word = "spend_steps"
    says = "[{percent} off][{amount} off] for spending {spent}"
    example = "{spent: [20.00, 50.00], amount: [2.00, 8.00]}"
    spent: tuple[Minor, ...]
    amount: tuple[Minor, ...] = ()
    percent: tuple[Percent, ...] = ()

    def __post_init__(self) -> None:
        """Refuse steps that do not rise, or have no value each."""
        check_steps("spent", self.spent, self.amount, self.percent)

    def outcomes(self, facts: Facts, lines: Sequence[int]) -> Iterable[Outcome]:
        step = reached(self.spent, _spent(facts, lines))
        if step is None:
            return ()
        found = step_discount(facts, lines, self.amount, self.percent, step)
        return (replace(found, in_sets=True),) if found else ()

    def near(self, facts: Facts, lines: Sequence[int]) -> Near | None:
        short_by = self.spent[0] - _spent(facts, lines)
        return Near(short_by, "minor", any_of(facts, lines)) if short_by > 0 else None

    def found(self, facts: Facts, lines: Sequence[int]) -> Found | None:
        spent = _spent(facts, lines)
        return Found(spent, Minor) if spent < self.spent[0] else None

    def most(self) -> Most:
        return Most(points=0, money=max(self.amount, default=None))


def _spent(facts: Facts, lines: Sequence[int]) -> int:
    return sum(facts.amounts[index] for index in lines)

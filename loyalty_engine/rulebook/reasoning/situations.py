"""The situations in which a rule applies, and what is sure in one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.reasoning.boxes import (
    everything,
    exactly,
    holding_in,
    narrowed,
    needed,
    selected_in,
)
from loyalty_engine.rulebook.reasoning.cases import Case, Told, cases_of, parts_of
from loyalty_engine.rulebook.regions import EVERYWHERE, Box, lies_within
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.words import Condition, Selector


@dataclass(frozen=True, slots=True)
class Situation:
    """One case of a rule's words, and what the purchase and a selected line are then."""

    case: Case
    basket: Box
    line: Box

    def and_also(self, word: Told, holds: bool) -> bool:
        """Whether a word may hold as well, or not hold."""
        case: Case = ((word, holds),)
        if isinstance(word, Condition):
            return holding_in(self.basket, case) is not None
        return selected_in(self.line, case) is not None


def situations(
    program: Program, rule: Rule, words: Iterable[Told] | None = None, *, dated: bool = True
) -> list[Situation]:
    """All situations in which a rule may apply; none where it never does.

    With `words` only those of the rule are looked at, with `dated` false not its dates.
    """
    told: tuple[Told, ...] = (*rule.when, *rule.on) if words is None else tuple(words)
    start = everything(program, rule.start, rule.end) if dated else everything(program)
    found = []
    for case in cases_of(told):
        situation = _situation(start, case)
        if situation is not None:
            found.append(situation)
    return found


def _situation(start: Box, case: Case) -> Situation | None:
    conditions = tuple(it for it in case if isinstance(it[0], Condition))
    selectors = tuple(it for it in case if isinstance(it[0], Selector))
    line = selected_in(EVERYWHERE, selectors)
    basket: Box | None = start
    for word, holds in selectors:
        if holds and basket is not None:
            basket = narrowed(basket, needed(word))
    basket = None if basket is None else holding_in(basket, conditions)
    return None if basket is None or line is None else Situation(case, basket, line)


def is_sure(situation: Situation, word: Told, holds: bool = True) -> bool:
    """Whether a word surely holds, or surely does not, in a situation."""
    if (word, holds) in situation.case:
        return True
    parts = parts_of(word, holds)
    if parts is not None:
        combine = all if parts.every else any
        return combine(is_sure(situation, part, parts.hold) for part in parts.words)
    if not holds:
        return not situation.and_also(word, True)
    region = exactly(word)
    box = situation.basket if isinstance(word, Condition) else situation.line
    return region is not None and all(
        dimension in box and lies_within(box[dimension], there)
        for dimension, there in region.items()
    )


def are_sure(situation: Situation, words: Sequence[Told]) -> bool:
    """Whether all words surely hold."""
    return all(is_sure(situation, word) for word in words)

"""Which rules of a lane match: every condition holds and some line is selected.

Each rule is looked at; an index over necessary conditions can go behind `match_lane` without
anyone noticing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.rulebook.rule import Rule, Rulebook
from loyalty_engine.rulebook.word_answers import WordFailed, first_unmet, selected_lines
from loyalty_engine.rulebook.words import Condition, Selector


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matches, and the lines it is about, by index."""

    rule: Rule
    lines: tuple[int, ...]

    @property
    def multiplies(self) -> bool:
        """Whether it works on what other rules earn, and so comes after them."""
        return any(effect.multiplies for effect in self.rule.then)


Failure = tuple[Rule, Condition | Selector]
"""A rule that does not match, with the first condition or selector that failed."""


def match_lane(
    rulebook: Rulebook, lane: str, facts: Facts
) -> tuple[Sequence[Match], Sequence[Failure], Sequence[Rule]]:
    """The matching rules of a lane, why others that are live do not match, and the broken ones."""
    matches: list[Match] = []
    failures: list[Failure] = []
    broken: list[Rule] = []
    today = facts.local.date()
    for rule in rulebook.by_lane.get(lane, ()):
        if not rule.live_on(today):
            continue
        try:
            unmet = first_unmet(rule, facts)
            lines = () if unmet else selected_lines(rule, facts)
        except WordFailed:
            broken.append(rule)
            continue
        if lines:
            matches.append(Match(rule, lines))
        else:
            failures.append((rule, unmet or rule.on[0]))
    return matches, failures, broken

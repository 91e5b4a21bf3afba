"""Which rules of a lane match: every condition holds and some line is selected.

Each rule is looked at; an index over necessary conditions can go behind `match_lane` without
anyone noticing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.rulebook.rule import Rule, Rulebook
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


def selected_lines(rule: Rule, purchase: Purchase) -> tuple[int, ...]:
    """The lines that all of the rule's selectors pick; every line where it has none."""
    if not rule.on:
        return tuple(range(len(purchase.lines)))
    return tuple(
        index
        for index, line in enumerate(purchase.lines)
        if all(selector.selects(line) for selector in rule.on)
    )


def match_lane(
    rulebook: Rulebook, lane: str, facts: Facts
) -> tuple[Sequence[Match], Sequence[Failure]]:
    """The matching rules of a lane, and why the others that are live do not match."""
    matches: list[Match] = []
    failures: list[Failure] = []
    today = facts.local.date()
    for rule in rulebook.by_lane.get(lane, ()):
        if not rule.live_on(today):
            continue
        for condition in rule.when:
            if not condition.holds(facts):
                failures.append((rule, condition))
                break
        else:
            lines = selected_lines(rule, facts.purchase)
            if lines:
                matches.append(Match(rule, lines))
            else:
                failures.append((rule, rule.on[0]))
    return matches, failures

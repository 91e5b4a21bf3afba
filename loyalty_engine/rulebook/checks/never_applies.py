"""A rule whose conditions can never all hold, or that selects nothing."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, line_of
from loyalty_engine.rulebook.reasoning.cases import Told, flattened
from loyalty_engine.rulebook.reasoning.situations import situations
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.words import Condition, Selector

NAME: Final = "never-applies"
MOST_WORDS: Final = 30
"""Of more words no pair is looked for that excludes each other."""


def check(ground: Ground) -> Iterator[Finding]:
    """Find rules without any situation in which they apply."""
    for rule in ground.rules:
        if not ground.situations(rule):
            place, text = _why(ground.program, rule)
            yield Finding(NAME, Level.ERROR, place, text)


def _why(program: Program, rule: Rule) -> tuple[Place, str]:
    """Which words are to blame, as few as can be, and where the last of them stands."""
    words = flattened((*rule.when, *rule.on))
    blamed = _blamed(program, rule, words)
    if not blamed:
        return rule.place, "this rule never applies: its conditions can never all hold"
    place = rule.place_of(blamed[-1])
    if len(blamed) == 1:
        word = blamed[0]
        if situations(program, rule, blamed, dated=False):
            return place, f"this rule never applies: '{word.word}' never holds within its dates"
        return place, f"this rule never applies: '{word.word}' can never hold as it stands here"
    first, last = blamed
    other = f"'{first.word}' in {line_of(rule.place_of(first), place)}"
    if isinstance(last, Condition):
        return place, f"this rule never applies: '{last.word}' never holds together with {other}"
    if isinstance(first, Selector):
        return place, f"this rule selects nothing: '{last.word}' and {other} exclude each other"
    return place, f"this rule selects nothing: '{last.word}' never fits with {other}"


def _blamed(program: Program, rule: Rule, words: Sequence[Told]) -> Sequence[Told]:
    """One word, or two, that already exclude everything; none where it takes more of them."""
    alone = [(word,) for word in words]
    pairs = list(combinations(words, 2)) if len(words) <= MOST_WORDS else []
    for blamed, dated in ((alone, False), (pairs, False), (alone, True)):
        for some in blamed:
            if not situations(program, rule, some, dated=dated):
                return some
    return ()

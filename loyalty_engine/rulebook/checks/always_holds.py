"""A condition that is always met, whatever is bought by whom."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.reasoning.cases import flattened
from loyalty_engine.rulebook.reasoning.situations import is_sure, situations

NAME: Final = "always-holds"


def check(ground: Ground) -> Iterator[Finding]:
    """Find words that can be left out."""
    for rule in ground.rules:
        anything = situations(ground.program, rule, (), dated=True)
        for word in flattened((*rule.when, *rule.on)):
            if anything and all(is_sure(it, word) for it in anything):
                text = f"'{word.word}' holds for every purchase of this rule; leave it out"
                yield Finding(NAME, Level.NOTE, rule.place_of(word), text)

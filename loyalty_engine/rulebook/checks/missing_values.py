"""Values by date that will be missing, or are missing between, while their rule goes on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from loyalty_engine.rulebook.dated import Dated
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, words_within
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.words import Word

NAME: Final = "missing-values"
_DAY: Final = timedelta(days=1)


def check(ground: Ground) -> Iterator[Finding]:
    """Look after each stretch of days of a word for the next."""
    for rule in ground.rules:
        if not ground.is_over(rule):
            for word in words_within(rule):
                if isinstance(word, Dated):
                    yield from _missing(ground, rule, word)


def _missing(ground: Ground, rule: Rule, word: "Word | Dated[Word]") -> Iterator[Finding]:
    assert isinstance(word, Dated) and isinstance(word, Word)
    first = word.stretches[0].first
    if rule.start is not None and rule.start < first:
        text = f"'{word.word}' has no value until {first}, though the rule begins on {rule.start}"
        yield Finding(NAME, Level.WARNING, rule.place_of(word), text)
    following = [it.first for it in word.stretches[1:]]
    for it, begins in zip(word.stretches, [*following, None], strict=True):
        if it.last is None or (begins is not None and begins == it.last + _DAY):
            continue
        if it.last < ground.today or (rule.end is not None and rule.end <= it.last):
            continue
        until = f" until {begins}" if begins else ", though the rule goes on"
        text = f"'{word.word}' has no value from {it.last + _DAY} on{until}"
        yield Finding(NAME, Level.WARNING, rule.place_of(word), text)

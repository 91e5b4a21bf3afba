"""Percentages that look like the part of one: 0.1 where ten per cent are meant."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.arguments import Percent
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, plain_words
from loyalty_engine.rulebook.shapes import arguments_of

NAME: Final = "tiny-percentages"
ONE: Final = 100
"""One per cent in hundredths of one."""


def check(ground: Ground) -> Iterator[Finding]:
    """Find less than one per cent of something."""
    for rule in ground.rules:
        for word in plain_words(rule):
            for argument in arguments_of(word):
                share = getattr(word, argument.field) if _is_percent(argument.hint) else None
                if isinstance(share, int) and 0 < share < ONE:
                    written = f"0.{share:02}".rstrip("0")
                    text = (
                        f"{word.word} is {written} per cent, less than one; "
                        f"if {written} of the price is meant, write {share}"
                    )
                    yield Finding(NAME, Level.NOTE, rule.place_of(word), text)


def _is_percent(hint: object) -> bool:
    return hint is Percent or hint == Percent | None

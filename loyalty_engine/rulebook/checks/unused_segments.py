"""A segment that nothing names."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, conditions_within
from loyalty_engine.rulebook.segments import InSegments

NAME: Final = "unused-segments"


def check(ground: Ground) -> Iterator[Finding]:
    """Find segments that no rule and no reward asks for, rules that are over left out."""
    rulebook = ground.rulebook
    asking = [
        *(it.when for it in ground.rules if not ground.is_over(it)),
        *(it.when for it in rulebook.rewards.values()),
    ]
    named = {
        name
        for when in asking
        for word in conditions_within(when)
        if isinstance(word, InSegments)
        for name in word.any_of
    }
    for segment in rulebook.segments.values():
        if segment.name not in named:
            text = f"no rule and no reward asks for the segment '{segment.name}'"
            yield Finding(NAME, Level.WARNING, segment.place, text)

"""A part of `any` that never holds with the rest of its rule, a part of `none` that excludes nothing."""

from collections.abc import Iterator, Sequence
from typing import Final

from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.nesting import Any, LineAny, LineNone, None_
from loyalty_engine.rulebook.reasoning.cases import Told, flattened
from loyalty_engine.rulebook.reasoning.situations import situations
from loyalty_engine.rulebook.rule import Rule

NAME: Final = "never-matters"
MOST_WORK: Final = 20_000
"""So many words are looked at for one rule, over and over; of rules beyond that nothing is told."""


def check(ground: Ground) -> Iterator[Finding]:
    """Find parts without which the rule would be the same."""
    for rule in ground.rules:
        words = flattened((*rule.when, *rule.on))
        groups = [it for it in words if isinstance(it, Any | None_ | LineAny | LineNone)]
        parts = sum(len(it.parts) for it in groups)
        work = parts * len(words) * len(ground.situations(rule)) if groups else 0
        if 0 < work <= MOST_WORK:
            for group in groups:
                rest = [it for it in words if it is not group]
                yield from _parts(ground, rule, group, rest)


def _parts(
    ground: Ground, rule: Rule, group: Any | None_ | LineAny | LineNone, rest: list[Told]
) -> Iterator[Finding]:
    parts: Sequence[Told] = group.parts
    for part, place in zip(parts, group.places, strict=False):
        if situations(ground.program, rule, [*rest, part]):
            continue
        if isinstance(group, Any | LineAny):
            text = f"'{part.word}' never holds together with the rest of this rule; leave it out"
            yield Finding(NAME, Level.WARNING, place, text)
        else:
            text = f"'{part.word}' excludes nothing: the rest of this rule excludes it already"
            yield Finding(NAME, Level.NOTE, place, text)

"""A lane in which no rule works."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground

NAME: Final = "unused-lanes"


def check(ground: Ground) -> Iterator[Finding]:
    """Find lanes without a rule, those over left out."""
    used = {rule.lane for rule in ground.rules if not ground.is_over(rule)}
    for lane in ground.program.lanes:
        if lane.name not in used:
            text = f"no rule works in the lane '{lane.name}'"
            yield Finding(NAME, Level.WARNING, ground.place("lanes", lane.name), text)

"""Units of points that nothing gives, and multipliers that have nothing to multiply."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.earning import earned_by, multiplied_by, units_given
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.rule import Rule

NAME: Final = "unearned-units"


def check(ground: Ground) -> Iterator[Finding]:
    """Find units without a source; nothing is said while a word could give any unit."""
    given = units_given(ground)
    if given is None:
        return
    for unit in ground.program.units:
        if unit not in given:
            text = f"no rule gives '{unit}' and no other unit turns into it"
            yield Finding(NAME, Level.WARNING, ground.place("units", unit), text)
    lanes = [lane.name for lane in ground.program.lanes]
    for rule in ground.rules:
        for effect in rule.then:
            meant = multiplied_by(effect)
            if meant is None or ground.is_over(rule):
                continue
            before = lanes[: lanes.index(rule.lane) + 1]
            sources = (it for it in ground.rules if it.lane in before and not ground.is_over(it))
            if not any(_may_earn(it, meant) for it in sources):
                text = f"nothing to multiply: no rule up to the lane '{rule.lane}' earns '{meant}'"
                yield Finding(NAME, Level.WARNING, rule.place_of(effect), text)


def _may_earn(rule: Rule, unit: str) -> bool:
    earned = earned_by(rule)
    return earned is None or unit in earned

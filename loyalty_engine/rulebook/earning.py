"""Which units of points rules give, read off the types of their effects' fields."""

from collections.abc import Hashable
from functools import cache
from typing import Any

from loyalty_engine.rulebook.arguments import UnitName
from loyalty_engine.rulebook.dated import Dated
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.shapes import shape_of
from loyalty_engine.rulebook.words import Effect


def earned_by(rule: Rule) -> frozenset[str] | None:
    """The units that a rule earns by itself; None where a word of it does not tell."""
    earned: set[str] = set()
    for effect in rule.then:
        if effect.multiplies or effect.most().points == 0:
            continue
        names = _units(effect)
        if not names:
            return None
        earned |= names
    return frozenset(earned)


def multiplied_by(effect: Effect) -> str | None:
    """The unit that an effect multiplies."""
    return next(iter(_units(effect)), None) if effect.multiplies else None


def units_given(ground: Ground) -> frozenset[str] | None:
    """The units that rules and conversions give; None where a word may give any."""
    given: set[str] = set()
    for rule in ground.rules:
        if ground.is_over(rule):
            continue
        earned = earned_by(rule)
        if earned is None:
            return None
        given |= earned
    growing = True
    while growing:
        turned = {
            unit.converts.into
            for unit in ground.program.units.values()
            if unit.converts is not None and unit.name in given
        }
        growing = not turned <= given
        given |= turned
    return frozenset(given)


def _units(effect: Effect) -> set[str]:
    if isinstance(effect, Dated):
        return {name for part in effect.parts for name in _units(part)}
    kind: Any = type(effect)
    return {getattr(effect, name) for name in _unit_fields(kind)}


@cache
def _unit_fields(kind: Hashable) -> tuple[str, ...]:
    shape = shape_of(kind)
    return tuple(it.field for it in shape.arguments.values() if it.hint is UnitName)

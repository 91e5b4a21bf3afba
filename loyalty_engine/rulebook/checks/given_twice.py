"""Two rules that are the same and both take effect."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.domain.lanes import Stacking
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, line_of
from loyalty_engine.rulebook.rule import Rule

NAME: Final = "given-twice"


def check(ground: Ground) -> Iterator[Finding]:
    """Find rules of one lane with the same words and dates that overlap, and that stand together."""
    alike: dict[object, list[Rule]] = {}
    one_each = {it.name for it in ground.program.lanes if it.stacking is Stacking.BEST_PER_LINE}
    for rule in ground.rules:
        if ground.is_over(rule):
            continue
        if rule.lane in one_each and all(effect.line_by_line for effect in rule.then):
            continue  # no line is given to both
        try:
            key = (rule.lane, frozenset(rule.when), frozenset(rule.on), rule.then)
            twins = alike.setdefault(key, [])
        except TypeError:
            continue  # a plugin's word that cannot be told from others
        twin = next((it for it in twins if _overlap(it, rule) and it.stands_beside(rule)), None)
        twins.append(rule)
        if twin is not None:
            where = line_of(twin.place, rule.place)
            text = f"the rule '{twin.id}' in {where} says the same; together they give it twice"
            yield Finding(NAME, Level.WARNING, rule.place, text)


def _overlap(one: Rule, other: Rule) -> bool:
    return not (
        (one.end is not None and other.start is not None and one.end < other.start)
        or (other.end is not None and one.start is not None and other.end < one.start)
    )

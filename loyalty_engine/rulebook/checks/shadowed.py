"""A rule that another one of its lane always goes before.

In a lane that takes the `first` or the `best` rule, or the best for each line, B is shadowed by A
when A applies to all that B applies to (its conditions are weaker, its lines are all of B's and its
dates too), A has no limit that could run out, no rule can keep it from taking effect, and A gives
as much: in a `best` lane each of B's effects is outdone by one of A's; in a `first` lane A also
comes first, and it is enough that it surely gives anything.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Final

from loyalty_engine.domain.lanes import Stacking
from loyalty_engine.rulebook.dimensions import MEMBER
from loyalty_engine.rulebook.exclusion import Exclusive
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, line_of
from loyalty_engine.rulebook.reasoning.boxes import exactly
from loyalty_engine.rulebook.reasoning.cases import flattened
from loyalty_engine.rulebook.reasoning.situations import Situation, are_sure
from loyalty_engine.rulebook.regions import Box, lies_within, one_of
from loyalty_engine.rulebook.regions_of_paths import Holding, Under
from loyalty_engine.rulebook.regions_of_values import Among, Spans
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook

NAME: Final = "shadowed"
MOST_COMPARED: Final = 300_000
"""So many pairs of a lane are compared; a rulebook that has more is told where it ends."""

MOST_MARKS: Final = 400
"""A region of more numbers is not told number by number."""

Mark = tuple[Hashable, Hashable]
"""A value in a dimension by which rules are found that could go before another."""


def check(ground: Ground) -> Iterator[Finding]:
    """Find rules that never take effect because another one does."""
    opposed = _opposed(ground.rulebook)
    for lane in ground.program.lanes:
        if lane.stacking not in (Stacking.FIRST, Stacking.BEST, Stacking.BEST_PER_LINE):
            continue
        each = lane.stacking is Stacking.BEST_PER_LINE
        rules = [
            rule
            for rule in ground.rulebook.by_lane.get(lane.name, ())
            if ground.situations(rule) and not ground.is_over(rule) and _is_plain(rule)
            # Of others, each may have some of the lines.
            if not each or all(effect.line_by_line for effect in rule.then)
        ]
        yield from _in_lane(ground, rules, opposed, first=lane.stacking is Stacking.FIRST)


def _in_lane(
    ground: Ground, rules: Sequence[Rule], opposed: AbstractSet[str], *, first: bool
) -> Iterator[Finding]:
    order = {rule.id: place for place, rule in enumerate(rules)}
    marked: dict[Mark, list[Rule]] = {}
    open_to_all: list[Rule] = []
    for rule in rules:
        if rule.limits or rule.campaign or rule.id in opposed:
            continue  # it may run out or stand aside, and then the others have their turn
        marks = _marks(rule)
        for mark in marks:
            marked.setdefault(mark, []).append(rule)
        if not marks:
            open_to_all.append(rule)
    compared = 0
    for rule in rules:
        situations = ground.situations(rule)
        found = chain(open_to_all, *(marked.get(it, ()) for it in _seen(situations[0])))
        for other in found:
            compared += 1
            if compared > MOST_COMPARED:
                text = (
                    f"only {MOST_COMPARED} pairs of rules were compared for one shadowing another"
                )
                yield Finding(NAME, Level.NOTE, rule.place, text)
                return
            before = order[other.id] < order[rule.id]
            if other is not rule and _goes_before(ground, other, rule, before, first=first):
                yield _told(rule, other, first=first)
                break


def _opposed(rulebook: Rulebook) -> AbstractSet[str]:
    """The rules that others can keep from taking effect."""
    if not rulebook.sets_apart:
        return frozenset()
    alone = {it.id for it in rulebook.rules if it.exclusive is Exclusive.PURCHASE}
    lanes = {it.lane for it in rulebook.rules if it.exclusive is Exclusive.LANE}
    barred = {(it.kind, it.name) for rule in rulebook.rules for it in rule.not_with}
    return {
        it.id
        for it in rulebook.rules
        if alone or it.sets_apart or it.lane in lanes or not barred.isdisjoint(it.called)
    }


def _told(rule: Rule, other: Rule, *, first: bool) -> Finding:
    where = line_of(other.place, rule.place)
    if first:
        text = (
            f"this rule never takes effect: '{other.id}' in {where} applies first wherever it does"
        )
    else:
        text = f"this rule makes no difference: '{other.id}' in {where} gives as much wherever it applies"
    return Finding(NAME, Level.WARNING, rule.place, text)


def _goes_before(ground: Ground, other: Rule, rule: Rule, before: bool, *, first: bool) -> bool:
    """Whether `other` takes effect in the place of `rule` wherever that applies."""
    if first:
        gives = before and (_outdoes(other, rule) or _surely_gives(ground, other, rule))
        return gives and _covers(ground, other, rule)
    if not (_outdoes(other, rule) and _covers(ground, other, rule)):
        return False
    # Of two that are the same, the one that comes first stays.
    return before or not (_outdoes(rule, other) and _covers(ground, rule, other))


def _covers(ground: Ground, other: Rule, rule: Rule) -> bool:
    """Whether a rule applies, to as many lines, wherever another does."""
    return _is_as_wide(other, rule) and all(
        are_sure(it, (*other.when, *other.on)) for it in ground.situations(rule)
    )


def _is_as_wide(other: Rule, rule: Rule) -> bool:
    """Whether a rule is live on all days on which another is."""
    begins = other.start is None or (rule.start is not None and other.start <= rule.start)
    return begins and (other.end is None or (rule.end is not None and rule.end <= other.end))


def _is_plain(rule: Rule) -> bool:
    return not any(effect.multiplies for effect in rule.then)


def _outdoes(other: Rule, rule: Rule) -> bool:
    """Whether each effect of a rule is outdone by an effect of the other, each by its own."""
    if other.lowest_price is not None and (
        rule.lowest_price is None or other.lowest_price > rule.lowest_price
    ):
        return False
    left = list(other.then)
    for effect in rule.then:
        better = next((it for it in left if it.outdoes(effect)), None)
        if better is None:
            return False
        left.remove(better)
    return True


def _surely_gives(ground: Ground, other: Rule, rule: Rule) -> bool:
    return any(effect.surely_gives for effect in other.then) and all(
        lies_within(it.basket[MEMBER], one_of({True})) for it in ground.situations(rule)
    )


# --- finding what could go before, without comparing each with each ------------------------------


def _marks(rule: Rule) -> list[Mark]:
    """The values of the dimension in which a rule asks for fewest; none where it asks for none."""
    fewest: list[Mark] = []
    for word in flattened((*rule.when, *rule.on)):
        box = exactly(word) or {}
        for dimension, region in box.items():
            marks = [(dimension, value) for value in _values(region)]
            if marks and (not fewest or len(marks) < len(fewest)):
                fewest = marks
    return fewest


def _values(region: object) -> Iterable[Hashable]:
    """The values of a region that names them."""
    if isinstance(region, Among):
        return () if region.others else region.values
    if isinstance(region, Under):
        return () if region.absent or region.outside else region.inside or ()
    if isinstance(region, Holding):
        return region.some[0] if len(region.some) == 1 and not region.none else ()
    if isinstance(region, Spans) and not region.absent and region.step == 1:
        ends = [(begin, end) for begin, end in region.spans if end is not None]
        if len(ends) == len(region.spans) and sum(end - begin for begin, end in ends) <= MOST_MARKS:
            return [number for begin, end in ends for number in range(begin, end)]
    return ()


def _seen(situation: Situation) -> list[Mark]:
    """One value for each that a situation names, and what lies above it."""
    return [*_one_each(situation.basket), *_one_each(situation.line)]


def _one_each(box: Box) -> Iterator[Mark]:
    for dimension, region in box.items():
        if isinstance(region, Among) and not region.others:
            yield from ((dimension, value) for value in list(region.values)[:1])
        elif isinstance(region, Under) and region.inside:
            yield from _upwards(dimension, next(iter(region.inside)), region.sign)
        elif isinstance(region, Holding):
            for values in region.some:
                yield from _upwards(dimension, next(iter(values)), region.sign)
        elif isinstance(region, Spans) and region.spans:
            yield dimension, region.spans[0][0]


def _upwards(dimension: Hashable, value: Hashable, sign: str) -> Iterator[Mark]:
    yield dimension, value
    while sign and isinstance(value, str) and sign in value:
        value = value.rpartition(sign)[0]
        yield dimension, value

"""The combination of a lane's rules that gives a member most, of those that may stand together.

Rules work one after the other in the published order (priority, then the smaller id; multipliers
last), each on what the chosen ones before it have left. Of combinations that give as much the one
stands that holds the first rule, in that order, by which they differ.

Branch and bound: each rule in its turn is in or out, and a branch is left as soon as even what its
open rules would give alone could not make it the best. So it is exact wherever no rule gives more
after another one's discount than before it, which is so for all standard words. Rules that have
nothing to do with each other are searched apart. Up to `ALWAYS_EXACT` rules are searched to the
end; with more the search ends after `MOST_WORK`, says how much more another combination could give
at most, and is never worse than the best single rule, nor than letting rules come as they come,
nor could putting in one rule more, those it stands against out, have made it better where work was
left to try.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from loyalty_engine.domain.lanes import Multipliers
from loyalty_engine.rulebook.deciding.combination_search import Search, Work, fork
from loyalty_engine.rulebook.deciding.components import Item, bits, parts_of
from loyalty_engine.rulebook.deciding.match import Match
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.deciding.worth import Worth
from loyalty_engine.rulebook.exclusion import Exclusive, Named

ALWAYS_EXACT: Final = 8
"""So many rules that compete are searched to the end, whatever it takes: 255 looks at most."""


@dataclass(frozen=True, slots=True)
class Combination:
    """The rules chosen, by id, and those that would give nothing even alone.

    `more` is how much more another combination could give at most, in minor units and rounded up;
    None where none gives more.
    """

    chosen: frozenset[str]
    idle: frozenset[str]
    broken: frozenset[str]
    more: int | None = None


def best_combination(
    tally: Tally, plain: Sequence[Match], multipliers: Sequence[Match], how: Multipliers
) -> Combination:
    """Choose among matching rules of one lane, each kind in the published order."""
    worth = Worth(tally.program)
    items, idle, broken = _alone(tally, plain, multipliers, worth)
    _set_apart(items, one_multiplier=how is Multipliers.BEST)
    always = len(items) <= ALWAYS_EXACT
    work = Work(always=always)
    chosen: set[str] = set()
    more = 0
    for part in (
        [items]
        if always
        else parts_of(items, shared=bool(tally.facts.tender or tally.facts.not_earning))
    ):
        found, left = Search(tally, part, worth, work).run()
        chosen |= {it.rule.id for it in part if it.bit & found.rules}
        more += left
    return Combination(frozenset(chosen), idle, broken, -(-more // worth.scale) if more else None)


def as_before(matches: Sequence[Match], effective: AbstractSet[str]) -> Combination:
    """The rules that took effect at the time of purchase, as far as they match what is kept."""
    chosen = frozenset(it.rule.id for it in matches if it.rule.id in effective)
    return Combination(chosen, frozenset(), frozenset())


def _alone(
    tally: Tally, plain: Sequence[Match], multipliers: Sequence[Match], worth: Worth
) -> tuple[list[Item], frozenset[str], frozenset[str]]:
    """The rules that give something alone, with what that is; multipliers after all the others.

    All of it earns here, however it is paid: what a rule gives then is the most it can.
    """
    hopeful = fork(tally)
    full = hopeful.facts = replace(tally.facts, tender=0, not_earning=0)
    gains = [hopeful.gain(match) for match in plain]
    for gain in gains:
        hopeful.take(gain)
    for match in multipliers:
        # With all the points of the others, and none of what they take.
        hopeful.facts, hopeful.shared.taken = full, dict(tally.shared.taken)
        gain = hopeful.gain(match)
        hopeful.take(gain)
        gains.append(gain)
    giving = [gain for gain in gains if gain.gives]
    highest = 1 << max(0, len(giving) - 1)
    items = [
        Item(it, highest >> place, max(0, worth.of(it)), max(0, worth.of_points(it)))
        for place, it in enumerate(giving)
    ]
    return (
        items,
        frozenset(it.rule.id for it in gains if not it.gives and not it.broken),
        frozenset(it.rule.id for it in gains if it.broken),
    )


def _set_apart(items: Sequence[Item], *, one_multiplier: bool) -> None:
    """Tell each rule beside which others of its lane it does not stand; that holds both ways."""
    called: dict[tuple[Named, str], int] = {}
    every = multiplying = 0
    for it in items:
        every |= it.bit
        if it.match.multiplies:
            multiplying |= it.bit
        for name in it.rule.called:
            called[name] = called.get(name, 0) | it.bit
    by_bit = {it.bit: it for it in items}
    for it in items:
        barred = 0 if it.rule.exclusive is Exclusive.NO else every
        for name in it.rule.barred:
            barred |= called.get(name, 0)
        if one_multiplier and it.match.multiplies:
            barred |= multiplying
        it.against |= barred & ~it.bit
        for bit in bits(it.against):
            by_bit[bit].against |= it.bit

"""What no combination of a lane's rules can give more than, without trying any.

A rule that takes a part of what is left of a line takes less where others have been before it, so
what such rules leave is multiplied. Of rules of which one can stand, the one that takes most of a
line counts for all of them. What has to do with a line's neighbours (sets, fixed amounts on
several lines, caps, limits), and points, count with what they are worth alone.
"""

from collections.abc import Sequence
from typing import Final

from loyalty_engine.domain.discounting import PercentageRounding, Percentages
from loyalty_engine.domain.outcomes import Discount
from loyalty_engine.domain.program import Program
from loyalty_engine.rulebook.deciding.components import Item
from loyalty_engine.rulebook.deciding.gain import Gain
from loyalty_engine.rulebook.deciding.tally import Tally
from loyalty_engine.rulebook.deciding.worth import Worth

FINE: Final = 1000
"""Parts of a minor unit in which what is left of a line is followed."""


def most_together(tally: Tally, groups: Sequence[Sequence[Item]], worth: Worth) -> int:
    """What rules can give together at most, in units of worth; one of each group can stand."""
    nets = tally.facts.nets
    left = [net * FINE for net in nets]
    off = [0] * len(nets)
    beside = 0
    for group in groups:
        alone = [it for it in group if _discounts_lines(it, tally.program)]
        others = max((it.most for it in group if it not in alone), default=0)
        if 2 * others >= max((it.most for it in alone), default=0):
            beside += max(it.most for it in group)
            continue
        beside += others
        parts = [it for it in alone if _takes_a_part(it, tally.program)]
        part, fixed = _by_line(parts), _by_line([it for it in alone if it not in parts])
        for i in part.keys() | fixed.keys():
            one, other = part.get(i, 0), fixed.get(i, 0)
            if 4 * other > one:
                off[i] += max(one, other)
            else:
                # Rounding gives half a minor unit here and, in the share, another half.
                left[i] = max(0, left[i] * (nets[i] - one) // nets[i] - FINE)
                off[i] += other
    rest = (max(0, it // FINE - less) for it, less in zip(left, off, strict=True))
    return beside + worth.scale * (sum(nets) - sum(rest))


def gives_by_line(gain: Gain, program: Program) -> bool:
    """Whether what a rule gives on a line has nothing to do with its other lines.

    A limit that does not cut it on all of its lines does not cut it on fewer either; one that
    several rules share may.
    """
    rule = gain.rule
    if gain.limit or rule.campaign or not all(it.line_by_line for it in rule.then):
        return False
    if program.switches.percentage_rounding is not PercentageRounding.BASKET:
        return True
    return not any(isinstance(it, Discount) and it.percentage for it in gain.outcomes)


def _discounts_lines(item: Item, program: Program) -> bool:
    return not item.points and item.gain.reduction is not None and gives_by_line(item.gain, program)


def _takes_a_part(item: Item, program: Program) -> bool:
    of_the_rest = program.switches.percentages is Percentages.REST
    return of_the_rest and all(it.takes_a_part for it in item.rule.then)


def _by_line(items: Sequence[Item]) -> dict[int, int]:
    """The most that any of some rules takes off each line, minor units."""
    most: dict[int, int] = {}
    for item in items:
        if item.gain.reduction is not None:
            for i, amount in item.gain.reduction.by_line.items():
                most[i] = max(most.get(i, 0), amount)
    return most

"""A percentage of what lines cost, as the programme takes several of them and rounds each."""

from collections.abc import Iterable, Sequence

from loyalty_engine.domain.changing import changed
from loyalty_engine.domain.discounting import WHOLE, PercentageRounding, Percentages, percent_of
from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import Discount, Outcome
from loyalty_engine.rulebook.deciding.decision import Reduction

_ORIGINAL, _BEST = Percentages.ORIGINAL, Percentages.BEST
_OF_DISCOUNT, _OF_BASKET = PercentageRounding.DISCOUNT, PercentageRounding.BASKET


def percentage_discount(
    facts: Facts, lines: Sequence[int], percent: int, at_most: int | None
) -> Discount | None:
    """`percent` basis points off each line, together no more than `at_most` minor units.

    Of what is left of each line, of its price before any rule, or, where only the best percentage
    counts, of what is left before any percentage.
    """
    switches = facts.switches
    nets = facts.nets
    if switches.percentages is _ORIGINAL:
        basis = [facts.purchase.lines[index].net for index in lines]
    elif facts.percentages and switches.percentages is _BEST:
        basis = [nets[index] + facts.percentages[index] for index in lines]
    else:
        basis = [nets[index] for index in lines]
    rounding = switches.percentage_rounding
    if rounding is _OF_BASKET:
        parts = list(facts.spread(sum(basis) * percent // WHOLE, lines, basis))
    elif rounding is _OF_DISCOUNT:
        parts = [(2 * net * percent + WHOLE) // (2 * WHOLE) for net in basis]
    else:
        parts = [percent_of(net, percent, rounding) for net in basis]
    if at_most is not None and sum(parts) > at_most:
        parts = list(facts.spread(at_most, lines, parts))
    by_line = {index: part for index, part in zip(lines, parts, strict=True) if part}
    return Discount(by_line, percentage=True) if by_line else None


def best_only(discounts: Sequence[Discount], facts: Facts) -> Sequence[Discount]:
    """The discounts with one percentage in them: by line, what the best adds to those before."""
    best: dict[int, int] = {}
    for discount in discounts:
        if discount.percentage:
            for index, amount in discount.by_line.items():
                best[index] = max(best.get(index, 0), amount)
    taken = facts.percentages
    more = {i: amount - (taken[i] if taken else 0) for i, amount in best.items()}
    rest = [discount for discount in discounts if not discount.percentage]
    return [*rest, Discount({i: amount for i, amount in more.items() if amount > 0})]


def with_percentages(facts: Facts, outcomes: Iterable[Outcome], taken: Reduction) -> Facts:
    """The facts, knowing what percentages have taken off by now."""
    so_far = list(facts.percentages or [0] * len(facts.nets))
    discounts = [it for it in outcomes if isinstance(it, Discount) and it.percentage]
    for index in {index for it in discounts for index in it.by_line}:
        most = max(it.by_line.get(index, 0) for it in discounts)
        so_far[index] = max(so_far[index], min(most, so_far[index] + taken.by_line.get(index, 0)))
    return changed(facts, percentages=tuple(so_far))

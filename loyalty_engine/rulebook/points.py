"""From exact points by line to whole points: the one declared rounding, and its shares."""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.money import MILLI, round_to_int, share_out
from loyalty_engine.domain.outcomes import MultiplyPoints
from loyalty_engine.domain.program import RoundingLevel, Unit
from loyalty_engine.domain.purchase import Purchase


def whole_points(
    exact: Fraction,
    by_line: Mapping[int, Fraction],
    fixed: Fraction,
    unit: Unit,
    purchase: Purchase,
) -> int:
    """Round a rule's `exact` points once, on the level that the unit declares.

    `exact` is the sum of those `by_line` and the `fixed` ones, which belong to no line. Level `unit` rounds the points of one piece and counts pieces; weighed goods are one piece.
    """
    if unit.rounding_level is RoundingLevel.PURCHASE:
        return round_to_int(exact, unit.rounding)
    total = round_to_int(fixed, unit.rounding)
    for index, part in by_line.items():
        pieces = 1
        if unit.rounding_level is RoundingLevel.UNIT:
            quantity = purchase.lines[index].quantity_milli
            pieces = quantity // MILLI if quantity % MILLI == 0 else 1
        total += pieces * round_to_int(part / pieces, unit.rounding)
    return total


def shares_by_line(points: int, by_line: Mapping[int, Fraction], fixed: Fraction) -> dict[int, int]:
    """Share whole points out to the lines that earned them; what is fixed belongs to no line."""
    earning = {index: exact for index, exact in by_line.items() if exact.numerator > 0}
    if not earning or points <= 0:
        return {}
    every = [*earning.values(), max(fixed, Fraction(0))]
    scale = lcm(*(exact.denominator for exact in every))
    parts = share_out(points, [it.numerator * (scale // it.denominator) for it in every])
    return {index: part for index, part in zip(earning, parts, strict=False) if part}


def carried_points(so_far: Carry, basis: int, step: int, points: int) -> int:
    """Points of a rule with carry: whole steps of the running sum, less what it has given.

    Below zero where a return has made the sum smaller than what was given on it.
    """
    return (so_far.basis + basis) // step * points - so_far.given


def add_up(sums: dict[int, Fraction], more: Mapping[int, Fraction]) -> None:
    """Add points by line to the sums there are."""
    for index, exact in more.items():
        sums[index] = sums[index] + exact if index in sums else exact


def multiplied(
    base: Mapping[int, Fraction], extra: Mapping[int, Fraction], multiply: MultiplyPoints
) -> dict[int, Fraction]:
    """What multiplying adds by line to the points there, exact."""
    more = multiply.factor - 1
    return {
        index: (exact + extra[index] if index in extra else exact) * more
        for index, exact in base.items()
        if index in multiply.lines
    }

"""From exact points by line to whole points: the one declared rounding, and its shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from loyalty_engine.domain.facts import Carry
from loyalty_engine.domain.money import MILLI, round_ratio, share_out
from loyalty_engine.domain.outcomes import MultiplyPoints
from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.domain.units import RoundingLevel, Unit


@dataclass(slots=True)
class Parts:
    """Exact points by line, and the `fixed` ones of no line, as numbers of `below`-ths of a point.

    One denominator for all of them: whole numbers are added and multiplied in a tenth of the time.
    """

    by_line: dict[int, int]
    fixed: int = 0
    below: int = 1

    @property
    def total(self) -> Fraction:
        """All of them."""
        whole = sum(self.by_line.values()) + self.fixed
        return Fraction(whole) if self.below == 1 else Fraction(whole, self.below)


def in_parts(by_line: Mapping[int, Fraction], fixed: Fraction | int = 0) -> Parts:
    """Points as parts."""
    below = fixed.denominator
    if not by_line:
        return Parts({}, fixed.numerator, below)
    for exact in by_line.values():
        if below % (it := exact.denominator):
            below = lcm(below, it)
    tops = {index: it.numerator * (below // it.denominator) for index, it in by_line.items()}
    return Parts(tops, fixed.numerator * (below // fixed.denominator), below)


def whole_points(parts: Parts, unit: Unit, purchase: Purchase) -> int:
    """Round a rule's points once, on the level that the unit declares.

    Level `unit` rounds the points of one piece and counts pieces; weighed goods are one piece.
    """
    if unit.rounding_level is RoundingLevel.PURCHASE:
        whole = sum(parts.by_line.values()) + parts.fixed
        return round_ratio(whole, parts.below, unit.rounding)
    total = round_ratio(parts.fixed, parts.below, unit.rounding)
    for index, part in parts.by_line.items():
        pieces = 1
        if unit.rounding_level is RoundingLevel.UNIT:
            quantity = purchase.lines[index].quantity_milli
            pieces = quantity // MILLI if quantity % MILLI == 0 else 1
        total += pieces * round_ratio(part, parts.below * pieces, unit.rounding)
    return total


def shares_by_line(points: int, parts: Parts) -> dict[int, int]:
    """Share whole points out to the lines that earned them; what is fixed belongs to no line."""
    if points <= 0 or not parts.by_line:
        return {}
    earning = {index: part for index, part in parts.by_line.items() if part > 0}
    if not earning:
        return {}
    shares = share_out(points, [*earning.values(), max(0, parts.fixed)])
    return {index: part for index, part in zip(earning, shares, strict=False) if part}


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


def multiplied_parts(
    base: Mapping[int, Fraction], extra: Mapping[int, Fraction], multiply: MultiplyPoints
) -> Parts:
    """The same as parts."""
    parts = in_parts(
        {
            index: exact + extra[index] if index in extra else exact
            for index, exact in base.items()
            if index in multiply.lines
        }
    )
    top, below = multiply.factor.numerator, multiply.factor.denominator
    more = top - below
    return Parts({i: part * more for i, part in parts.by_line.items()}, 0, parts.below * below)
